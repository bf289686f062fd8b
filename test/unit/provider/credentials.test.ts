import {
  credentials,
  type CredentialsAccess,
  type CredentialsInputs,
  type CredentialsState,
  type Presence,
  type VolumeFile,
} from "../../../provider/resources/credentials";
import { UNKNOWN } from "../../../provider/rpc/values";
import { Seal, seal } from "../../../provider/sealing";
import { formsIn, newCanary } from "../../support/canary/needles";
import { notes } from "./fakes";

const CANARY = newCanary();
const SEAL = new Seal();
const sealed = (values: Record<string, string>, by = SEAL): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([option, value]) => [option, seal(value, by.publicKey)]));
const VALUES = { "s3a.accessKeyId": "id", "s3a.secretKey": CANARY.value };
const INPUTS: CredentialsInputs = {
  clusterId: "3f9c2ab1d4e5aa00",
  volumeName: "dev-credentials-3f9c",
  labels: { "alluxio.cluster": "dev" },
  image: "sha256:1",
  properties: { "master-1": { "alluxio.master.hostname": "master-1" }, "master-2": {} },
  credentials: sealed(VALUES),
  files: { "master-1": "intact", "master-2": "intact" },
};
const FILE = "master-1/alluxio-site.properties";

function world() {
  const disk = new Map<string, VolumeFile>();
  const acts: string[] = [];
  const machine: { presence: Presence } = { presence: "missing" };
  const access: CredentialsAccess = {
    presence: async () => machine.presence,
    makeVolume: async () => {
      acts.push("make volume");
      machine.presence = "present";
    },
    files: async () => [...disk.values()],
    write: async (_, files) => {
      acts.push(`write ${files.map(({ path }) => path).join(" ")}`);
      for (const file of files) disk.set(file.path, file);
    },
    removeVolume: async () => void acts.push("remove volume"),
  };
  const kind = credentials(access, SEAL);
  return { kind, disk, acts, machine };
}
const rest = { timeoutSeconds: 0, progress: notes() };

async function made() {
  const one = world();
  const { id, state } = await one.kind.create({ name: "dev-credentials", news: INPUTS, ...rest });
  const seen = async (): Promise<CredentialsState> =>
    (await one.kind.read({ id, state, inputs: INPUTS, progress: notes() }))!;
  const diff = (now: CredentialsState, news: Partial<CredentialsInputs> = {}) =>
    one.kind.diff({ state: now, oldInputs: INPUTS, news: { ...INPUTS, ...news } });
  return { ...one, id, state, seen, diff };
}

test("each process gets a file of its own, private, with its properties and the credentials", async () => {
  const { disk, acts, id } = await made();
  expect(id).toBe("dev-credentials-3f9c");
  expect(acts).toEqual(["make volume", `write ${FILE} master-2/alluxio-site.properties`]);
  const { mode, uid, gid, content } = disk.get(FILE)!;
  expect({ mode, uid, gid }).toEqual({ mode: 0o600, uid: 1000, gid: 1000 });
  expect(content.toString("latin1").split("\n").slice(0, 2)).toEqual([
    "alluxio.master.hostname=master-1",
    "alluxio.master.mount.table.root.option.s3a.accessKeyId=id",
  ]);
  expect(formsIn(CANARY, content)).toContain("plain");
});

test("no input or output holds a credential, and two clusters with the same one cannot be told to have it", async () => {
  const [one, other] = [await made(), await made()];
  expect(formsIn(CANARY, JSON.stringify([INPUTS, one.state]))).toEqual([]);
  expect(one.state.digest).not.toBe(other.state.digest);
  expect(one.state.credentials).not.toEqual(other.state.credentials);
  expect(formsIn(CANARY, JSON.stringify(VALUES))).toContain("plain"); // the search would see it
});

test("what is intact is no drift, and is written once", async () => {
  const { seen, diff, state } = await made();
  expect(await seen()).toEqual(state);
  expect(diff(await seen())).toEqual([]);
});

test.each<[string, (disk: Map<string, VolumeFile>) => void, string, string]>([
  ["missing", (disk) => void disk.delete(FILE), 'files["master-1"]', "missing"],
  [
    "changed",
    (disk) => disk.set(FILE, { ...disk.get(FILE)!, content: Buffer.from("a=b") }),
    'files["master-1"]',
    "changed",
  ],
  ["readable by all", (disk) => disk.set(FILE, { ...disk.get(FILE)!, mode: 0o644 }), 'files["master-1"]', "mode 0644"],
  ["somebody else's", (disk) => disk.set(FILE, { ...disk.get(FILE)!, uid: 0 }), 'files["master-1"]', "owner 0:1000"],
])("a file that is %s is seen, and written again", async (_, damage, path, condition) => {
  const { disk, seen, diff, kind, id, state } = await made();
  damage(disk);
  const now = await seen();
  expect(now.files).toEqual({ "master-1": condition, "master-2": "intact" });
  expect(diff(now)).toEqual([{ path, kind: "update" }]);
  const repaired = await kind.update({ id, state: now, news: INPUTS, ...rest });
  expect(repaired).toEqual(state); // the same digest: nobody restarts
  expect(diff(await seen())).toEqual([]);
});

test("a lost volume is drift of its files, and made anew; one of somebody else's is refused and not looked into", async () => {
  const { machine, seen, diff, kind, id, acts } = await made();
  machine.presence = "missing";
  expect(diff(await seen()).map(({ path }) => path)).toEqual(['files["master-1"]', 'files["master-2"]']);
  await kind.update({ id, state: await seen(), news: INPUTS, ...rest });
  expect(acts.slice(2)).toEqual(["make volume", `write ${FILE} master-2/alluxio-site.properties`]);

  machine.presence = "foreign";
  expect((await seen()).files).toEqual({ "master-1": "missing", "master-2": "missing" });
  await expect(kind.update({ id, state: await seen(), news: INPUTS, ...rest })).rejects.toThrow(/not of this cluster/);
  await kind.delete({ id, state: await seen(), ...rest });
  expect(acts).not.toContain("remove volume");
});

describe("a changed secret", () => {
  const changed = { ...INPUTS, credentials: sealed({ ...VALUES, "s3a.secretKey": newCanary().value }) };

  test("is one difference, and another digest, which the preview knows already", async () => {
    const { kind, id, state, diff } = await made();
    expect(diff(state, changed)).toEqual([{ path: 'credentials["s3a.secretKey"]', kind: "update" }]);
    const updated = await kind.update({ id, state, news: changed, ...rest });
    expect(updated.digest).not.toBe(state.digest);
    expect(updated.credentials["s3a.accessKeyId"]).toBe(state.credentials["s3a.accessKeyId"]);
    expect(await kind.preview({ name: "dev-credentials", news: changed, state })).toEqual(updated);
  });
});

test("the same secret, sealed anew as in every run, is no change", async () => {
  const { diff, state } = await made();
  expect(diff(state, { credentials: sealed(VALUES) })).toEqual([]);
});

test("what another run has sealed is compared with nothing, and never written", async () => {
  const { kind, id, state, diff, acts } = await made();
  const earlier = { ...INPUTS, credentials: sealed({ "s3a.secretKey": "other" }, new Seal()) };
  expect(diff(state, earlier)).toEqual([]);
  await expect(kind.update({ id, state, news: earlier, ...rest })).rejects.toThrow("sealed in another run");
  expect(acts).toHaveLength(2);
});

test("another property of a master is written too, and no reason for the digest to change", async () => {
  const { kind, id, state, diff } = await made();
  const properties = { ...INPUTS.properties, "master-2": { "alluxio.master.worker.timeout": "15s" } };
  expect(diff(state, { properties })).toEqual([
    { path: 'properties["master-2"]["alluxio.master.worker.timeout"]', kind: "add" },
  ]);
  const updated = await kind.update({ id, state, news: { ...INPUTS, properties }, ...rest });
  expect(updated.digest).toBe(state.digest);
});

test("the preview of a new one knows no digest, and holds no credential", async () => {
  const { kind } = world();
  const outputs = await kind.preview({ name: "dev-credentials", news: INPUTS, state: undefined });
  expect(outputs).toMatchObject({ digest: UNKNOWN, credentials: UNKNOWN, volumeName: "dev-credentials-3f9c" });
  expect(formsIn(CANARY, JSON.stringify(outputs))).toEqual([]);
});
