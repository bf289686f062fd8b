import type { Sight } from "../../../../components/plan/hosts/checks/surroundings";
import type { TokenSight } from "../../../../components/plan/hosts/checks/underStorage";
import { demandsOf } from "../../../../components/plan/hosts/demands";
import { planHosts } from "../../../../components/plan/hosts/planHosts";
import type { ClusterConfig } from "../../../../components/spec/config";
import { preflightProblems } from "../../../../provider/hosts/preflight/findingTable";
import { unaskedOf } from "../../../../provider/hosts/preflight/hostPreflight";
import {
  hostPreflightKind,
  type HostPreflightInputs,
  type HostPreflightState,
} from "../../../../provider/resources/hosts/preflight";
import { UserError } from "../../../../provider/rpc/resource";
import { UNKNOWN } from "../../../../provider/rpc/values";
import { SshError, unreachable } from "../../../../provider/transports/sshErrors";
import { SEED_PAGE } from "../../../support/hosts";
import { disk, roomy } from "../../../support/hostSights";
import { specOf } from "../../../support/specs";
import { notes } from "../fakes";

const CLUSTER = "3f9c2ab1d4e5aa00";
const inputsFor = (config: ClusterConfig): HostPreflightInputs => ({
  clusterId: CLUSTER,
  ...demandsOf(planHosts(specOf(config)), specOf(config)),
});
const INPUTS = inputsFor(SEED_PAGE);
const HOSTS = Object.keys(INPUTS.hosts);
const LARGER = inputsFor({
  ...SEED_PAGE,
  workers: [{ ...SEED_PAGE.workers[0]!, hosts: ["blue4", "titan34", "new1"] }, SEED_PAGE.workers[1]!],
});

/** Roomy machines but for some, and notes of what was asked. */
function world(odd: Readonly<Record<string, Sight>> = {}, token: TokenSight = { writer: "w", shown: {} }) {
  const probed: string[][] = [];
  const proved: object[] = [];
  const kind = hostPreflightKind(
    {
      probe: async (demands, names) => {
        probed.push([...names]);
        return Object.fromEntries(names.map((host) => [host, odd[host] ?? roomy(demands, host)]));
      },
      prove: async (_, clusterId, who) => {
        proved.push({ clusterId, ...who });
        return token;
      },
    },
    preflightProblems,
  );
  const progress = notes();
  const rest = { id: "preflight", name: "preflight", timeoutSeconds: 0, progress };
  return { kind, probed, proved, progress, rest };
}
const standing = async (news = INPUTS): Promise<HostPreflightState> => {
  const { kind, rest } = world();
  return (await kind.create({ ...rest, news })).state;
};

test("a preview looks at all hosts of a new cluster, before there is a cluster id, and writes nothing", async () => {
  const { kind, probed, proved, rest } = world();
  await kind.preview({ ...rest, news: { ...INPUTS, clusterId: UNKNOWN }, state: undefined });
  expect([probed, proved]).toEqual([[HOSTS], []]);
});

test("a create proves the under storage by a token that all hosts have to see", async () => {
  const { kind, probed, proved, rest } = world();
  const { id, state } = await kind.create({ ...rest, news: INPUTS });
  expect([id, probed, proved]).toEqual([
    "preflight",
    [HOSTS],
    [{ clusterId: CLUSTER, writers: HOSTS, readers: HOSTS }],
  ]);
  expect(kind.diff({ state, oldInputs: INPUTS, news: INPUTS })).toEqual([]);
});

test("an unchanged cluster costs no look, and neither does a host that goes", async () => {
  const { kind, probed, rest } = world();
  const state = await standing(LARGER);
  expect(await kind.read({ ...rest, state, inputs: LARGER })).toEqual(state);
  expect(kind.diff({ state, oldInputs: LARGER, news: LARGER })).toEqual([]);
  expect(kind.diff({ state, oldInputs: LARGER, news: INPUTS })).toEqual([{ path: "hosts.new1", kind: "delete" }]);
  await kind.preview({ ...rest, state, news: INPUTS });
  expect((await kind.update({ ...rest, state, news: INPUTS })).known).toEqual(state.known);
  await kind.delete({ ...rest, state });
  expect(probed).toEqual([]);
});

test("of a running cluster only new and changed hosts are looked at; one that has proved itself vouches for the new", async () => {
  const state = await standing();
  const added = world();
  expect(added.kind.diff({ state, oldInputs: INPUTS, news: LARGER })).toEqual([{ path: "hosts.new1", kind: "add" }]);
  await added.kind.preview({ ...added.rest, state, news: LARGER });
  await added.kind.update({ ...added.rest, state, news: LARGER });
  expect([added.probed, added.proved]).toEqual([
    [["new1"], ["new1"]],
    [{ clusterId: CLUSTER, writers: HOSTS, readers: ["new1"] }],
  ]);

  const changed = world();
  const hosts = { ...INPUTS.hosts, blue4: { ...INPUTS.hosts["blue4"]!, memoryMiB: 1 } };
  await changed.kind.update({ ...changed.rest, state, news: { ...INPUTS, hosts } });
  expect([changed.probed, changed.proved]).toEqual([[["blue4"]], []]);
});

test("what concerns all hosts is looked for on all, and another under storage is proved anew", async () => {
  const state = await standing();
  const { kind, probed, proved, rest } = world();
  const common = { ...INPUTS.common, underStorage: "/nfs/other" };
  await kind.update({ ...rest, state, news: { ...INPUTS, common } });
  expect([probed, proved]).toEqual([[HOSTS], [{ clusterId: CLUSTER, writers: HOSTS, readers: HOSTS }]]);
});

test("everything at once in one table, on preview, create and update; then no token is written", async () => {
  const { kind, proved, rest } = world({
    blue4: { ...roomy(INPUTS, "blue4"), portsInUse: [{ port: 29999, process: { name: "nginx", pid: 812 } }] },
    fw0013513: { ...roomy(INPUTS, "fw0013513"), lacking: ["curl"] },
    fw0013512: { ...roomy(INPUTS, "fw0013512"), lacking: ["curl"] },
    titan34: unaskedOf("titan34", unreachable({ host: "titan34", address: "10.1.1.1", port: 22 }, "refused", "x")),
  });
  const state = { ...(await standing()), hosts: {} };
  const acts = [
    kind.preview({ ...rest, news: INPUTS, state: undefined }),
    kind.create({ ...rest, news: INPUTS }),
    kind.update({ ...rest, state, news: INPUTS }),
  ];
  const errors = (await Promise.allSettled(acts)).map(
    (one) => (one.status === "rejected" ? one.reason : undefined) as unknown,
  );
  const told = errors.map((error) => (error instanceof UserError ? error.message : String(error)));
  expect(new Set(told).size).toBe(1);
  expect(`\n${told[0]!}\n`).toMatchInlineSnapshot(`
   "
   the hosts cannot run the cluster yet, and nothing was touched: 4 problems on 4 of 6 hosts

   Host                  What         Found                                         What to do
   blue4                 port 29999   nginx (pid 812) listens there, where          end it, or give the cluster another port
                                      worker-blue4 should                           (ports)
   titan34               unreachable  refuses connections at 10.1.1.1:22            start sshd there, or say on which port it
                                                                                    listens (port)
   fw0013513, fw0013512  programs     curl not found                                install them there
   "
  `);
  expect(proved).toEqual([]);
});

test("what is only odd is told, and nothing is refused for it", async () => {
  const slow = { ...roomy(INPUTS, "blue4"), clock: { atLeast: 9000, atMost: 9500 } };
  const { kind, progress, rest } = world({ blue4: slow });
  await kind.preview({ ...rest, news: INPUTS, state: undefined });
  expect(progress.said).toEqual([
    expect.stringMatching(
      /^warning: the hosts can run the cluster; still: 1 warning on 1 of 6 hosts\n\nHost .*\nblue4 +clock/,
    ),
  ]);
});

test("what a cluster made by hand still has is named in a preview, and nothing is touched before it has ended", async () => {
  const ramfs = { mountPoint: "/mnt/ramdisk", type: "ramfs", source: "ramfs", root: "/", options: [] };
  const seen = roomy(INPUTS, "blue4");
  const { kind, proved, progress, rest } = world({ blue4: { ...seen, mounts: [...seen.mounts, ramfs] } });
  await kind.preview({ ...rest, news: INPUTS, state: undefined });
  expect(progress.said).toEqual([
    expect.stringMatching(
      /^warning: the hosts can run the cluster once what was made by hand has ended there, and no sooner is anything touched: 1 problem on 1 of 6 hosts\n\nHost .*\nblue4 +ramdisk/,
    ),
  ]);
  await expect(kind.create({ ...rest, news: INPUTS })).rejects.toThrow(
    /^the hosts cannot run the cluster yet, and nothing was touched: 1 problem on 1 of 6 hosts/,
  );
  expect(proved).toEqual([]);
});

test("a token that one host does not see refuses it, and what was proved is not warned of", async () => {
  const local = Object.fromEntries(
    HOSTS.map((host) => [host, { ...roomy(INPUTS, host), root: disk("/nfs/alluxio", "same") }]),
  );
  const seen = world(local, { writer: HOSTS[0]!, shown: {} });
  await seen.kind.create({ ...seen.rest, news: INPUTS });
  expect(seen.progress.said).toEqual([]);
  const unseen = world(local, { writer: HOSTS[0]!, shown: { titan34: false } });
  await expect(unseen.kind.create({ ...unseen.rest, news: INPUTS })).rejects.toThrow(/titan34 +under storage/);
});

test("faults of SSH: what was found, and what is to be done", () => {
  const key = new SshError(
    "blue4",
    "host key changed",
    "host blue4 (10.0.0.1:22) shows the key SHA256:abc (ssh-ed25519), and hosts.addresses.blue4.hostKey pins SHA256:def (ssh-ed25519): either it was installed anew. Nothing was sent to it",
  );
  const sudo = new SshError(
    "blue4",
    "sudo refused",
    "host blue4 does not let user deploy run `sudo -n sh -s` (sudo: a password is required): `alluxioctl sudoers` prints the file",
  );
  const login = new SshError(
    "blue4",
    "authentication refused",
    "host blue4 (10.0.0.1:22) does not let user deploy in. Tried: ~/.ssh/id_ed25519. Put the public key into place",
  );
  const other = new UserError("it failed: with words");
  expect([key, sudo, login, other].map((error) => unaskedOf("blue4", error).unasked)).toEqual([
    {
      fault: "host key changed",
      found:
        "(10.0.0.1:22) shows the key SHA256:abc (ssh-ed25519), and hosts.addresses.blue4.hostKey pins SHA256:def (ssh-ed25519)",
      remedy: "either it was installed anew. Nothing was sent to it",
    },
    {
      fault: "sudo refused",
      found: "does not let user deploy run `sudo -n sh -s` (sudo: a password is required)",
      remedy: "`alluxioctl sudoers` prints the file",
    },
    {
      fault: "authentication refused",
      found: "(10.0.0.1:22) does not let user deploy in. Tried: ~/.ssh/id_ed25519",
      remedy: "Put the public key into place",
    },
    { fault: "the look", found: "it failed: with words", remedy: "log in there, and see what keeps it" },
  ]);
});

test("a name or a path is never cut, however long", () => {
  const host = "fw0013513.cluster.very-long-name.example.org";
  const path = "/mnt/some/long/path/below/which/alluxio-data/is/mounted";
  const text = preflightProblems([{ host, what: path, found: `it is at ${path}`, remedy: path, level: "refused" }], 1);
  expect(text.split(host)).toHaveLength(2);
  expect(text.split(path)).toHaveLength(4);
});

test("hundreds of hosts with the same problem are one row", () => {
  const finding = {
    what: "programs",
    found: "curl not found",
    remedy: "install them there",
    level: "refused",
  } as const;
  const hosts = Array.from({ length: 200 }, (_, i) => `w${i}`);
  const text = preflightProblems(
    hosts.map((host) => ({ host, ...finding })),
    200,
  );
  expect(text).toMatch(/^200 problems on 200 of 200 hosts\n/);
  expect(text).toContain("192 more");
  expect(text.split("\n").length).toBeLessThan(10);
});
