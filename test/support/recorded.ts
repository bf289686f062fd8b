import type { ClusterConfig } from "../../components/spec/config";
import { DEFAULT_VERSION } from "../../scripts/setup/stack-config";
import { hostsSpec, SHARED_FOLDER } from "./hostsSpec";
import { Machines } from "./machines";
import { packedTarball } from "./tarball";
import { TestStack } from "./testStack";

/** What differs from machine to machine, by the name under which it stands in a recorded state. */
type Names = Readonly<Record<string, string>>;

/** A stack whose state is recorded, or read back. */
export interface RecordedStack {
  readonly stack: TestStack;
  readonly names: Names;
  remove(): Promise<void>;
}

/** `dev`, an ordinary stack: a throw-away cluster bears its expiry. */
export function recordedDev(): Promise<RecordedStack> {
  const stack = new TestStack("dev", undefined, { plain: true });
  const names = { "@image@": stack.imageId(), "@owner@": stack.owner() };
  return Promise.resolve({ stack, names, remove: () => stack.forget() });
}

/** Everything that a machine can have, on one that has nothing yet. */
export async function recordedHosts(): Promise<RecordedStack> {
  const machines = await Machines.start({ names: ["north"], sharedFolder: SHARED_FOLDER });
  const stack = new TestStack("dev", () => undefined, { plain: true });
  const [north] = machines.all;
  await north!.exec('chmod 1777 "$1"', SHARED_FOLDER);
  const cluster: Pick<ClusterConfig, "masters" | "workers"> & Partial<ClusterConfig> = {
    masters: { hosts: ["north"] },
    workers: [{ name: "small", ramdisk: "64MB", hosts: ["north"] }],
    mounts: [{ name: "data", mountPoint: "/mnt/data", alluxioPath: "/sets" }],
  };
  stack.write(await hostsSpec(machines, cluster));
  const { path, sha256 } = await packedTarball(DEFAULT_VERSION);
  return {
    stack,
    names: {
      "@address@": north!.address,
      "@hostKey@": north!.hostKey,
      "@key@": machines.keys.file,
      "@owner@": stack.owner(),
      "@sha256@": sha256,
      "@tarball@": path,
    },
    async remove() {
      await stack.remove();
      await machines.remove();
    },
  };
}

export const withNames = (text: string, names: Names): string =>
  Object.entries(names).reduce((all, [name, value]) => all.replaceAll(value, name), text);
export const withoutNames = (text: string, names: Names): string =>
  Object.entries(names).reduce((all, [name, value]) => all.replaceAll(name, value), text);
