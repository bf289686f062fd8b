import { whatDestroyDoes } from "../../../cli/downActs";
import { planCluster } from "../../../components/plan/planCluster";
import { SEED_PAGE } from "../../support/hosts";
import { RICH, SMALL, specOf } from "../../support/specs";

test("what is lost and what is kept, by the names that Docker has", () => {
  expect(whatDestroyDoes("dev", "3f9c2ab1d4e5aa00", planCluster(specOf(RICH)))).toBe(
    [
      "Stack dev, cluster id 3f9c2ab1d4e5aa00, will be destroyed:",
      "  13 processes end, 2 mounts go, and what is cached with them",
      "  Lost for good",
      "    dev-journal-master-1-3f9c (metadata: every path, and what is not persisted yet)",
      "    dev-journal-master-2-3f9c (metadata: every path, and what is not persisted yet)",
      "    dev-journal-master-3-3f9c (metadata: every path, and what is not persisted yet)",
      "  Kept, and taken back by the next up",
      "    dev-under-storage-3f9c (every persisted file)",
    ].join("\n"),
  );
  expect(whatDestroyDoes("dev", "3f9c2ab1d4e5aa00", planCluster(specOf(SMALL)))).not.toContain("Kept");
});

describe("on hosts", () => {
  const told = (keep: boolean): string =>
    whatDestroyDoes(
      "alnair",
      "3f9c2ab1d4e5aa00",
      planCluster(specOf({ ...SEED_PAGE, masters: { ...SEED_PAGE.masters, journal: { path: "/var/journal", keep } } })),
    );

  test("directories by their hosts, and the under storage is nobody's to destroy", () => {
    expect(told(false)).toMatchInlineSnapshot(`
     "Stack alnair, cluster id 3f9c2ab1d4e5aa00, will be destroyed on 6 hosts:
       22 processes end, 10 mounts go, and what is cached with them
       Lost for good
         /var/journal on host v2r2-dfx-8 (metadata: every path, and what is not persisted yet)
       Left alone
         /nfs/alluxio, the root under storage (every persisted file)"
    `);
  });

  test("a journal that is kept", () => {
    const kept = told(true);
    expect(kept).not.toContain("Lost for good");
    expect(kept.split("Kept, and taken back by the next up\n")[1]).toMatch(
      /^ {4}\/var\/journal on host \S+ \(metadata/,
    );
  });
});
