import { TEMPORARY } from "../../components/plan/hosts/checks/capacity";
import { peersOf } from "../../components/plan/hosts/checks/peers";
import type { Finding } from "../../components/plan/hosts/checks/finding";
import type { HostSurroundings, Sight } from "../../components/plan/hosts/checks/surroundings";
import { demandsOf, type ClusterDemands } from "../../components/plan/hosts/demands";
import { planHosts } from "../../components/plan/hosts/planHosts";
import type { ClusterConfig } from "../../components/spec/config";
import { SEED_PAGE } from "./hosts";
import { specOf } from "./specs";

/** A machine that gives everything that a cluster demands of it, and on which nothing of it stands yet. */
export function roomy(demands: ClusterDemands, host: string): HostSurroundings {
  const { common, hosts } = demands;
  const own = hosts[host]!;
  const need = Object.values(own.places).reduce((sum, one) => sum + one, 0);
  const place = { there: false, freeMiB: need + 1000, sizeMiB: need + 2000, freeInodes: 100_000, mountPoint: "/" };
  const memoryMiB = own.memoryMiB + 1000;
  return {
    memory: { totalMiB: memoryMiB, availableMiB: memoryMiB - 300 },
    places: Object.fromEntries([...Object.keys(own.places), TEMPORARY].map((path) => [path, place])),
    portsInUse: [],
    units: {},
    claims: [],
    java: { path: "/usr/bin/java", version: "11.0.16" },
    fuse: {
      device: "usable",
      programs: { fusermount: { setuid: true, version: "2.9.9" }, fusermount3: { setuid: true, version: "3.10.3" } },
      libraries: ["libfuse.so.2", "libfuse3.so.3"],
    },
    clock: { atLeast: -20, atMost: 30 },
    peers: Object.fromEntries(
      peersOf(host, demands).map((name) => [
        name,
        { addresses: ["192.0.2.7"], ...(name === host ? {} : { answers: true }) },
      ]),
    ),
    system: { os: "Debian GNU/Linux 11 (bullseye)", kernel: "5.10.0-30-amd64", architecture: "x86_64", systemd: 247 },
    lacking: [],
    mounts: [{ mountPoint: "/", type: "ext4", source: "/dev/sda1", root: "/", options: ["rw", "relatime"] }],
    ...(common.underStorage !== undefined && own.usesUnderStorage
      ? { root: nfs(common.underStorage, "filer:/export") }
      : {}),
    user: {},
  };
}

/** A folder of a file server, mounted where the path is; the service user may write there. */
export const nfs = (path: string, source: string) => ({
  path,
  mountPoint: path,
  type: "nfs4",
  source,
  root: "/",
  device: "0:45",
  inode: "1001",
  fileSystem: "0",
  contents: "empty" as const,
  writable: true,
});

/** A folder of a disk of the machine's own. */
export const disk = (path: string, uuid: string) => ({
  ...nfs(path, "/dev/sdb1"),
  type: "ext4",
  device: "8:17",
  inode: "2",
  fileSystem: uuid,
});

export const demandsFor = (config: ClusterConfig): ClusterDemands =>
  demandsOf(planHosts(specOf(config)), specOf(config));
export const DEMANDS = demandsFor({
  ...SEED_PAGE,
  workers: [
    SEED_PAGE.workers[0]!,
    { ...SEED_PAGE.workers[1]!, tiers: [{ alias: "SSD", path: "/ssd", quota: "10GB" }] },
  ],
});
export const HOSTS = Object.keys(DEMANDS.hosts);
export type Change = (seen: HostSurroundings) => object;
export const machines = (demands = DEMANDS): Record<string, HostSurroundings> =>
  Object.fromEntries(Object.keys(demands.hosts).map((host) => [host, roomy(demands, host)]));
export function seenWith(changes: Readonly<Record<string, Change>>): Record<string, Sight> {
  const seen = machines();
  for (const [host, change] of Object.entries(changes)) seen[host] = { ...seen[host]!, ...change(seen[host]!) };
  return seen;
}
export const short = (findings: readonly Finding[]): string[] =>
  findings.map(({ host, what, found, level }) => `${level === "refused" ? "" : "warning "}${host} ${what}: ${found}`);
