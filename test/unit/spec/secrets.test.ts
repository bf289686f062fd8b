import { formatProblems } from "../../../components/spec/format-problems";
import { parseSpec } from "../../../components/spec/parse";
import { hasSecretInUri, isSecretName, looksLikeSecret, maskUri } from "../../../components/spec/secrets";
import { SMALLEST, VALID } from "./samples";

const CANARY = "c4n4ry+Zz/9qW";

function report(raw: unknown): string {
  const { problems } = parseSpec(raw, { stack: "dev" });
  if (problems === undefined) throw new Error("was accepted");
  return `${JSON.stringify(problems)}\n${formatProblems(problems, "Pulumi.dev.yaml")}`;
}

const uri = "s3://bucket/x";
const withStorage = (more: object) => ({ ...SMALLEST, underStorage: { uri, ...more } });

test.each<[string, unknown]>([
  ["in the URI", withStorage({ uri: `s3://id:${CANARY}@bucket/x` })],
  ["in the query of the URI", withStorage({ uri: `https://account.example/x?sig=${CANARY} ` })],
  ["in place of the under storage", { ...SMALLEST, underStorage: `s3://id:${CANARY}@bucket/x` }],
  ["as a credential", withStorage({ credentials: { "s3a.secretKey": CANARY } })],
  ["in place of the credentials", withStorage({ credentials: CANARY })],
  ["in a list of credentials", withStorage({ credentials: [CANARY] })],
  ["deep in a credential", withStorage({ credentials: { "s3a.secretKey": { value: CANARY } } })],
  ["in credentials of the wrong storage", { ...SMALLEST, underStorage: { volume: {}, credentials: { key: CANARY } } }],
  ["next to two storages", withStorage({ path: "/nfs", credentials: { key: CANARY } })],
  ["as an option", withStorage({ options: { "s3a.secretKey": CANARY } })],
  ["as an option of two lines", withStorage({ options: { "s3a.secretKey": `${CANARY}\n` } })],
  ["as a list of options", withStorage({ options: [`s3a.secretKey=${CANARY}`] })],
  ["as a field that does not exist", withStorage({ secretKey: CANARY })],
  ["as a field of any other name", withStorage({ acces: CANARY })],
  ["as a property", { ...SMALLEST, properties: { "aws.secretKey": CANARY } }],
  ["as a property with a bad name", { ...SMALLEST, properties: { "secret key": CANARY } }],
  ["in the value of a property", { ...SMALLEST, properties: { "alluxio.x.y": `hdfs://user:${CANARY}@host/` } }],
  ["as a property that is a list", { ...SMALLEST, properties: { "aws.secretKey": [CANARY] } }],
  ["as properties in a list", { ...SMALLEST, properties: [{ "aws.secretKey": CANARY }] }],
  ["as a JVM option", { ...SMALLEST, jvmOptions: [`-Dkey.password=${CANARY}`] }],
  ["as one of two JVM options", { ...SMALLEST, jvmOptions: [`-Xss1m -Dkey.password=${CANARY}`] }],
  ["as a mount option", { ...SMALLEST, mounts: [{ name: "a", options: [`ro,password=${CANARY}`] }] }],
  ["as the source of a data set", { ...VALID.hosts, dataSets: [{ name: "a", source: `s3://id:${CANARY}@b/` }] }],
  [
    "as a private key",
    { ...VALID.hosts, hosts: { addresses: { blue4: { hostKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${CANARY}` } } } },
  ],
])("a credential %s is refused and never repeated", (_where, raw) => {
  expect(report(raw)).not.toContain(CANARY);
});

test("what is no credential is shown: the canary can be seen", () => {
  expect(report({ ...SMALLEST, name: CANARY })).toContain(CANARY);
  expect(report({ ...SMALLEST, properties: { "alluxio.home": CANARY } })).toContain(CANARY);
});

test.each([
  "aws.secretKey",
  "aws.accessKeyId",
  "fs.oss.accessKeySecret",
  "fs.azure.account.key.a.blob.core",
  "keyStorePassword",
  "sas",
])("%s is the name of a credential", (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each([
  "alluxio.worker.ramdisk.size",
  "fs.gcs.credential.path",
  "alluxio.security.authentication.type",
  "alluxio.worker.network.keepalive.time",
  "alluxio.underfs.s3.region",
])("%s is not", (name) => {
  expect(isSecretName(name)).toBe(false);
});

test.each([
  ["s3://id:key@bucket/x", "s3://(hidden)@bucket/x"],
  ["s3://id:a/b+c@bucket/x", "s3://(hidden)@bucket/x"],
  ["https://a.example/x?sig=abc&v=1", "https://a.example/x?sig=(hidden)&v=1"],
])("%s is shown as %s", (text, shown) => {
  expect(maskUri(text)).toBe(shown);
  expect(hasSecretInUri(text)).toBe(true);
});

test.each(["s3://bucket/x", "hdfs://nn:9000/x@y", "abfs://container@account.example/x", "/nfs/a@b"])(
  "%s has no secret",
  (text) => {
    expect(hasSecretInUri(text)).toBe(false);
  },
);

test("a key is told from the name of one", () => {
  expect(looksLikeSecret("AKIAIOSFODNN7EXAMPLE")).toBe(true);
  expect(looksLikeSecret("wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12")).toBe(true);
  expect(looksLikeSecret("ufsSecretKey")).toBe(false);
  expect(looksLikeSecret("alluxio-prod:s3AccessKeyId2")).toBe(false);
});
