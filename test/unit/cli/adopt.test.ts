import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adoptedFiles } from "../../../cli/adoptedFiles";
import { renderAdoption } from "../../../cli/renderAdoption";
import { readSource } from "../../../cli/stackFile";
import { adopt } from "../../../operations/adopt/adopt";
import { OPTIONS, wikiCluster } from "../operations/adopt/samples";
import { alluxioctl as runAlluxioctl } from "../../support/terminal";

let project = "";
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "alluxioctl-"));
  writeFileSync(join(project, "package.json"), '{ "version": "1.2.3" }');
});
afterEach(() => rmSync(project, { recursive: true }));

const alluxioctl = (...args: string[]) => runAlluxioctl(project, ...args);

test("a stack file that exists is left as it is, before anything is connected to", async () => {
  const file = join(project, "Pulumi.wiki.yaml");
  writeFileSync(file, "mine\n");
  for (const args of [
    ["--stack", "wiki"],
    ["--stack", "acme/alluxio/wiki"],
    ["--out", file],
  ]) {
    const { code, out, err } = await alluxioctl("adopt", "--master", "nowhere.invalid", ...args);
    expect([code, out, err]).toEqual([
      2,
      "",
      `alluxioctl: ${file} exists, and is left as it is: name another --stack or --out\n`,
    ]);
  }
  expect(readFileSync(file, "utf8")).toBe("mine\n");
});

test("the cluster stands in the stack file; beside it where Pulumi could not hand over so much", () => {
  const place = { file: join(project, "Pulumi.wiki.yaml"), stack: "wiki", project };
  const adoption = adopt(wikiCluster(), OPTIONS);
  const { files, where } = adoptedFiles(adoption, place, "gate");
  expect([Object.keys(files), where]).toEqual([[place.file], "Pulumi.wiki.yaml (alluxio:cluster)"]);

  const hosts = Array.from({ length: 3000 }, (_, n) => `gpu-${n}`);
  const addresses = Object.fromEntries(hosts.map((host) => [host, { address: host, hostKey: "k".repeat(80) }]));
  const config = { ...adoption.config, hosts: { ...adoption.config.hosts, addresses } };
  const large = adoptedFiles({ ...adoption, config }, place, "gate");
  expect([Object.keys(large.files), large.where]).toEqual([
    [join(project, "wiki.cluster.yaml"), place.file],
    "wiki.cluster.yaml",
  ]);
  for (const [file, text] of Object.entries(large.files)) writeFileSync(file, text);
  expect(readSource(project, "wiki").cluster).toEqual(JSON.parse(JSON.stringify(config)));
});

test.each([
  [[], "required option '-m, --master <host>'"],
  [["--master", "h", "--known-hosts", "/nowhere/known_hosts"], "--known-hosts /nowhere/known_hosts cannot be read"],
  [["--master", "h", "--stack", "../x"], "It is no name of a stack"],
])("%j cannot look, says why and prints no trace", async (args, message) => {
  const { code, out, err } = await alluxioctl("adopt", ...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(message);
  expect(err).not.toMatch(/^\s+at /m);
});

describe("what people are told", () => {
  const told = (facts: ReturnType<typeof wikiCluster>): string =>
    renderAdoption(
      adopt(facts, OPTIONS),
      { file: "Pulumi.alnair.yaml", where: "Pulumi.alnair.yaml (alluxio:cluster)" },
      { colors: false },
    );

  test("what was written, what changes, what stays, and the takeover step by step", () => {
    const text = told(wikiCluster());
    expect(text).toMatch(
      /^Pulumi\.alnair\.yaml is written: 1 master, 5 workers, 1 mount\. Nothing was changed on the hosts\.\n/,
    );
    expect(text).not.toContain("To be decided");
    expect(text).toContain(
      "  ramdisk of blue4 and titan34: ramfs at /mnt/ramdisk → tmpfs of 102400MB at /mnt/ramdisk\n",
    );
    expect(text).toContain("  alluxio.master.hostname=v2r2-dfx-8\n");
    expect(text).toContain("\nThe takeover (11):\n  1. here: npx pulumi stack init alnair\n");
    expect(text).toMatch(
      /\n {2}4\. on v2r2-dfx-8, as nikunj: \/home\/nikunj\/alluxio-2\.8\.0\/bin\/alluxio fs persist \/\n {7}what is /,
    );
  });

  test("what is to be decided comes first", () => {
    const text = told({ ...wikiCluster(), unpersisted: { files: 9, unpersisted: 1, paths: ["/a"] } });
    expect(text).toMatch(
      /To be decided or done before the takeover \(1\):\n {2}files in the caches: 1 of 9 not persisted\n {6}They are lost with the ramdisks \(\/a\)/,
    );
  });
});
