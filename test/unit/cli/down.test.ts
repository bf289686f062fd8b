import { whatDestroyDoes } from "../../../cli/downActs";
import type { UnpersistedSight } from "../../../components/plan/unpersisted";
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

describe("files in the caches alone", () => {
  const told = (sight: UnpersistedSight): string =>
    whatDestroyDoes("dev", "3f9c2ab1d4e5aa00", planCluster(specOf(SMALL)), sight);

  test("are lost for good, by their names", () => {
    expect(told({ files: 9, unpersisted: 1, paths: ["/alone"] })).toMatch(
      /\n {2}Lost for good\n {4}give up 1 file not persisted: 1 file may be in the caches alone \(\/alone\)\. To keep them, persist them first/,
    );
  });

  test("that nobody can tell", () => {
    expect(told({ unknown: "no master leads" })).toContain(
      "give up files that may not be persisted: whether files are in the caches alone cannot be told: no master leads",
    );
  });

  test("none", () => {
    expect(told({ files: 9, unpersisted: 0, paths: [] })).not.toContain("give up");
  });
});
