import type { ClusterConfig } from "../../components/spec/config";
import { Seal } from "../../provider/sealing";
import { SMALL } from "../support/specs";
import { answers, CLUSTER_ID, IMAGE_ID, make, SECRETS, startMocks, type Made } from "./world";

/** How the SDK marks a secret on its way to the engine. */
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const WITH: ClusterConfig = {
  ...SMALL,
  masters: { count: 3 },
  underStorage: { uri: "s3://bucket/x", credentials: { "s3a.secretKey": "ufsSecretKey" } },
};

let made: Made;
const SEAL = new Seal();
beforeAll(startMocks);
beforeAll(async () => {
  answers.set("alluxio:index:sealingKey", () => ({ publicKey: SEAL.publicKey }));
  made = await make(WITH);
});
const inputsOf = (name: string): Readonly<Record<string, unknown>> =>
  made.resources.find((one) => one.name === name)!.inputs;
const masters = ["master-1", "master-2", "master-3"];

test("each master's file is declared, with values that only the provider can open", () => {
  const { properties, credentials, files, ...rest } = inputsOf("dev-credentials");
  expect(Object.keys(properties as object)).toEqual(masters);
  const { value, ...mark } = credentials as { value: Record<string, string> };
  expect(mark).toEqual(SECRET);
  expect(Object.entries(value).map(([option, sealed]) => [option, SEAL.open(sealed)])).toEqual(Object.entries(SECRETS));
  expect(files).toEqual(Object.fromEntries(masters.map((master) => [master, "intact"])));
  expect(rest).toMatchObject({ clusterId: CLUSTER_ID, volumeName: "dev-credentials-3f9c", image: IMAGE_ID });
});

test("nothing is given a secret in clear, and only two resources hear of them at all", () => {
  const text = JSON.stringify(made.resources.map(({ inputs }) => inputs));
  for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret);
  const told = made.resources.filter(({ inputs }) => inputs["credentials"] !== undefined);
  expect(told.map(({ name }) => name).sort()).toEqual(["dev-credentials", "dev-under-storage-access"]);
});

test("that the under storage takes them is proved by the leader, before anything depends on it", () => {
  const access = made.resources.find(({ name }) => name === "dev-under-storage-access")!;
  expect(access.inputs).toMatchObject({
    uri: "s3://bucket/x",
    masters: masters.map((master) => `dev-${master}-3f9c`),
    credentials: { "s3a.secretKey": "ufsSecretKey" },
    condition: "granted",
  });
  expect(access.dependsOn).toEqual(expect.arrayContaining(masters.map((master) => `dev-${master}`)));
  expect(made.resources.find(({ name }) => name === "dev-membership")!.dependsOn).toContain("dev-under-storage-access");
});

test("the masters, which read them, and the workers, which are told them once, bear the digest: no one else", () => {
  const bearing = made.resources.filter(({ inputs }) => JSON.stringify(inputs).includes('"alluxio.credentials"'));
  expect(bearing.map(({ name }) => name)).toEqual([
    ...masters.map((master) => `dev-${master}`),
    "dev-worker-small-1",
    "dev-job-worker-small-1",
  ]);
  for (const { inputs } of bearing) {
    expect(inputs["labels"]).toContainEqual({ label: "alluxio.credentials", value: "a1d24e895b22bb68" });
  }
});

test("the masters alone mount it, read-only, and read it first", () => {
  const mounting = made.resources.filter(({ inputs }) =>
    JSON.stringify(inputs["mounts"] ?? []).includes("credentials"),
  );
  expect(mounting.map(({ name }) => name)).toEqual(masters.map((master) => `dev-${master}`));
  for (const [i, { inputs, dependsOn }] of mounting.entries()) {
    expect(inputs["mounts"]).toContainEqual({
      type: "volume",
      source: "dev-credentials-3f9c",
      target: "/opt/alluxio/credentials",
      readOnly: true,
    });
    expect(inputs["envs"]).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^ALLUXIO_MASTER_JAVA_OPTS=.* -Dalluxio\\.site\\.conf\\.dir=/opt/alluxio/credentials/${masters[i]!}/,/opt/alluxio/conf/$`,
        ),
      ),
    );
    expect(dependsOn).toContain("dev-credentials");
  }
});

test("a master that joins knows the masters up to itself, whatever the file beside the credentials says", () => {
  expect(inputsOf("dev-journal-member-master-2")["environment"]).toContainEqual(
    expect.stringMatching(/ -Dalluxio\.master\.embedded\.journal\.addresses=master-1:19200,master-2:19200$/),
  );
});

test("without credentials there is no such resource, mount or label", async () => {
  const { resources } = await make({ ...WITH, underStorage: { uri: "s3://bucket/x" } });
  expect(resources.length).toBeGreaterThan(10);
  expect(JSON.stringify(resources)).not.toMatch(/credentials|under-storage-access/);
});
