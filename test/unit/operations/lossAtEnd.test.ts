import { endingCluster, lossAtEnd } from "../../../operations/lossAtEnd";

const urn = (type: string, name: string): string => `urn:pulumi:dev::alluxio::${type}::${name}`;
const GUARD = {
  type: "alluxio:index:ChangeGuard",
  urn: urn("alluxio:index:ChangeGuard", "dev-guard"),
  outputs: { plan: { name: "dev" }, owner: "0123", confirm: [] },
};
const PROVIDER = {
  type: "pulumi:providers:alluxio",
  urn: urn("pulumi:providers:alluxio", "dev-alluxio"),
  inputs: { ssh: "{}" },
};
const named = (type: string, name: string) => ({ type, urn: urn(type, name) });
const state = (resources: object[], pending: object[] = []): string =>
  JSON.stringify({
    deployment: { resources, pending_operations: pending.map((resource) => ({ type: "creating", resource })) },
  });

const noSecrets = (): Promise<never> => Promise.reject(new Error("no secret is needed"));

test("the guard and the provider that are in force", () => {
  const condemned = { ...GUARD, outputs: { owner: "old" }, delete: true };
  expect(endingCluster(state([condemned, GUARD, PROVIDER]))).toEqual({
    hadWorkers: false,
    guard: GUARD.outputs,
    provider: PROVIDER.inputs,
  });
  expect(endingCluster("{}")).toEqual({ hadWorkers: false });
});

test.each([
  ["a container", state([named("docker:index/container:Container", "dev-worker-small-1")])],
  ["a service", state([named("alluxio:hosts:Service", "dev-worker-blue4")])],
  ["a ramdisk on Docker", state([named("docker:index/volume:Volume", "dev-ramdisk-small-1")])],
  ["one that was begun", state([], [named("alluxio:hosts:Service", "dev-worker-blue4")])],
])("%s may have cached something", (_, text) => {
  expect(endingCluster(text).hadWorkers).toBe(true);
});

test("without a worker nothing was ever cached, and nobody is asked", async () => {
  const master = named("alluxio:hosts:Service", "dev-master-1");
  const ramdisk = named("alluxio:hosts:Ramdisk", "dev-ramdisk-blue4");
  const component = { ...named("alluxio:hosts:Worker", "dev-worker-on-blue4"), custom: false };
  const ended = endingCluster(state([GUARD, PROVIDER, master, component, ramdisk]));
  expect(await lossAtEnd(ended, noSecrets)).toBeUndefined();
});

test("a state that does not tell whom to ask proves nothing", async () => {
  const worker = named("alluxio:hosts:Service", "dev-worker-blue4");
  expect(await lossAtEnd(endingCluster(state([worker, PROVIDER])), noSecrets)).toEqual({
    unknown: "the state of the stack does not tell how to ask its cluster",
  });
});
