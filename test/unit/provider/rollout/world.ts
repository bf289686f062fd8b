import type { LeaderView } from "../../../../provider/probes/leader";
import type { RolloutAccess, RolloutCluster } from "../../../../provider/rollout/access";
import { compared, type DeclaredProcess, type RunningContainer } from "../../../../provider/docker/containerProcess";
import { UserError } from "../../../../provider/rpc/resource";
import { masterView, registeredWorker } from "../../operations/samples";

export const MASTERS = ["dev-master-1-3f9c", "dev-master-2-3f9c", "dev-master-3-3f9c"];
export const ADDRESSES = ["master-1:19200", "master-2:19200", "master-3:19200"];
export const CLUSTER: RolloutCluster = { clusterId: "3f9c2ab1d4e5aa00", masters: MASTERS };

export const declared = (process: string, changes: Partial<DeclaredProcess> = {}): DeclaredProcess => ({
  container: `dev-${process}-3f9c`,
  image: "sha256:1",
  hostname: process,
  command: [process],
  environment: ["ALLUXIO_SITE_PROPERTIES=a=1"],
  labels: { "alluxio.process": process },
  mounts: { "/journal": "dev-journal-3f9c" },
  published: { "19999": 20500 },
  ...changes,
});

/** A healthy container of exactly what is declared, on an image with variables and labels of its own. */
export const running = (process: string, changes: Partial<RunningContainer> = {}): RunningContainer => ({
  ...declared(process),
  environment: ["PATH=/bin", "ALLUXIO_SITE_PROPERTIES=a=1"],
  labels: { "org.image": "x", "alluxio.process": process },
  imageLabels: { "org.image": "x" },
  id: `${process}-id`,
  serving: true,
  state: "healthy",
  restarts: 0,
  startedAt: 0,
  ...changes,
});

/** A cluster whose parts a test sets; what is done to it is written down. */
export class FakeCluster implements RolloutAccess<DeclaredProcess> {
  readonly bearer = "container";
  readonly absentMastersAreNew = false;
  readonly acts: string[] = [];
  /** By container name or id. */
  readonly containers = new Map<string, RunningContainer>();
  leading: string | undefined = MASTERS[0];
  workers: LeaderView["workers"] = [registeredWorker("small-1")];
  members: Record<string, boolean> | undefined = Object.fromEntries(ADDRESSES.map((address) => [address, true]));
  /** A leader that has lost a member for good. */
  forgetful: string | undefined;
  private readonly membersThatItLost = { ...this.members, "master-3:19200": false };
  /** What `fsadmin backup` says where it fails. */
  backupFails: string | undefined;
  /** Answers without a leader before there is one. */
  elections = 0;

  constructor(...processes: RunningContainer[]) {
    for (const one of processes) this.containers.set(one.container, one).set(one.id, one);
  }

  inspect = async (_: RolloutCluster, container: string) => this.containers.get(container);
  compare = async ({ masters }: RolloutCluster, one: DeclaredProcess) => {
    const found = this.containers.get(one.container);
    return found && compared(one, found, masters);
  };
  leader = async () => {
    if (this.elections-- > 0 || this.leading === undefined) return undefined;
    const rpcAddress = ADDRESSES[MASTERS.indexOf(this.leading)]!.replace("19200", "19998");
    return { ...masterView(this.leading), rpcAddress, role: "leader" as const, workers: this.workers };
  };
  quorum = async () =>
    this.forgetful !== undefined && this.leading === this.forgetful ? this.membersThatItLost : this.members;
  now = async () => 1_000_000;
  lastError = async () => "its log says: ERROR boom";
  backup = async (_: RolloutCluster, leader: string, directory: string) => {
    this.acts.push(`backup by ${leader} to ${directory}`);
    if (this.backupFails !== undefined) throw new UserError(this.backupFails);
    return `${directory}/alluxio-backup-1.gz`;
  };
  dismiss = async (_: RolloutCluster, address: string) => {
    this.acts.push(`dismisses ${address}`);
    this.members = Object.fromEntries(Object.entries(this.members ?? {}).filter(([member]) => member !== address));
  };
  elect = async (_: RolloutCluster, leader: string, address: string) => {
    this.acts.push(`${leader} elects ${address}`);
    this.leading = MASTERS[ADDRESSES.indexOf(address)];
  };
}
