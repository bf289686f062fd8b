import { processesOf } from "../../support/cluster";
import { must } from "../../support/process";
import { leftovers } from "../../support/testStack";
import type { DevCluster } from "./cluster";

/** Takes away what exists nowhere else: the cluster is of no use afterwards. */
export function lossTests(dev: DevCluster): void {
  test("a lost journal is refused by preview and up, which name the last backup and how to restore it; a lost under storage too", async () => {
    const master = await dev.nameOf("master-1");
    const folder = "/opt/alluxio/underFSStorage/.alluxio_backups";
    await must("docker", "exec", master, "alluxio", "fsadmin", "backup", folder, "--allow-leader");
    const names = await must("docker", "exec", master, "ls", folder);
    const backup = names
      .split("\n")
      .filter((name) => name.endsWith(".gz"))
      .sort()
      .at(-1)!;
    const journal = `dev-journal-master-1-${dev.clusterId.slice(0, 4)}`;
    await must("docker", "rm", "--force", master);
    await must("docker", "volume", "rm", journal);
    for (const verb of [["preview"], ["preview", "--refresh"], ["up", "--yes", "--skip-preview"]] as const) {
      const refused = await dev.stack.pulumi(verb[0], ...verb.slice(1));
      expect(refused.code).not.toBe(0);
      expect(refused.output).toContain(`volume ${journal} is gone, and with it the journal of master-1`);
      expect(refused.output).toContain(`The last backup of the journal is ${folder}/${backup}`);
      expect(refused.output).toMatch(new RegExp(`confirm: \\["lose ${journal} @[0-9a-f]{4}"\\]`));
    }
    // The persisted files as well, and with them that backup.
    const underStorage = `dev-under-storage-${dev.clusterId.slice(0, 4)}`;
    await must("docker", "rm", "--force", ...[...(await processesOf(dev.clusterId)).values()].map(({ name }) => name));
    await must("docker", "volume", "rm", underStorage);
    const refused = await dev.stack.pulumi("up", "--yes", "--skip-preview");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain(`volume ${underStorage} is gone, and with it every persisted file`);
    expect(refused.output).toMatch(new RegExp(`confirm: \\["lose ${underStorage} @[0-9a-f]{4}"\\]`));
    // Not made anew.
    const left = await leftovers(dev.clusterId);
    for (const volume of [journal, underStorage]) expect(left).not.toContain(`volume ${volume}`);
  }, 300_000);
}
