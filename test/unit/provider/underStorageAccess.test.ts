import {
  underStorageAccess,
  type Sight,
  type UnderStorageAccessInputs,
} from "../../../provider/resources/underStorageAccess";
import { parseSight, parseStartFailure } from "../../../provider/probes/underStorage";
import { fakeClock, notes, unhealthyOf } from "./fakes";

const INPUTS: UnderStorageAccessInputs = {
  clusterId: "3f9c2ab1d4e5aa00",
  masters: ["dev-master-1-3f9c"],
  masterWebPort: 19999,
  containers: { "master-1": "1" },
  uri: "s3://bucket/x",
  credentials: { "s3a.accessKeyId": "ufsAccessKey", "s3a.secretKey": "ufsSecretKey" },
  condition: "granted",
};
const GRANTED: Sight = { condition: "granted", answer: "" };
const REFUSED: Sight = { condition: "refused", answer: "403 Forbidden" };
const FAILING: Sight = { condition: "failing", answer: "UnknownHostException: s3" };

/** @param sights one a look; the last one stays */
function world(...sights: (Sight | undefined)[]) {
  const clock = fakeClock();
  let looks = 0;
  const kind = underStorageAccess({ look: async () => sights[Math.min(looks++, sights.length - 1)] }, clock);
  const create = () => kind.create({ name: "a", news: INPUTS, timeoutSeconds: 0, progress: notes() });
  return { kind, clock, create, looks: () => looks };
}

test("create waits for a leader, and is content with what the under storage grants", async () => {
  const { create, looks } = world(undefined, undefined, GRANTED);
  expect(await create()).toEqual({ id: "s3://bucket/x", state: INPUTS });
  expect(looks()).toBe(3);
});

test("a refusal is told at once, with the field and where its secrets come from", async () => {
  const { create, clock } = world(REFUSED);
  await expect(create()).rejects.toThrow(
    "underStorage.credentials: s3://bucket/x refuses them (403 Forbidden). One of these is wrong, or may not read there: " +
      "s3a.accessKeyId (config key ufsAccessKey), s3a.secretKey (config key ufsSecretKey). Set it with",
  );
  expect(clock.seconds()).toBe(0);
});

test("what fails otherwise gets a minute, and is no fault of the credentials", async () => {
  const passing = world(FAILING, undefined, FAILING, GRANTED);
  expect((await passing.create()).state).toEqual(INPUTS);
  const lasting = world(FAILING);
  await expect(lasting.create()).rejects.toThrow(
    "underStorage: s3://bucket/x cannot be read: UnknownHostException: s3.",
  );
  expect(lasting.clock.seconds()).toBe(60);
});

test("without a leader it gives up in the end", async () => {
  const { create, clock } = world(undefined);
  await expect(create()).rejects.toThrow("no master leads");
  expect(clock.seconds()).toBe(300);
});

test.each([GRANTED, REFUSED, FAILING])("a refresh sees that it is $condition", async (sight) => {
  const { kind } = world(sight);
  const state = (await kind.read({ id: "x", state: INPUTS, inputs: INPUTS, progress: notes() }))!;
  expect(kind.diff({ state, oldInputs: INPUTS, news: INPUTS })).toEqual(
    sight.condition === "granted" ? [] : [{ path: "condition", kind: "update" }],
  );
});

test("a refresh without a leader says neither", async () => {
  const { kind } = world(undefined);
  const unhealthy = await unhealthyOf(kind.read({ id: "x", state: INPUTS, inputs: INPUTS, progress: notes() }));
  expect(unhealthy.snapshot).toEqual({ id: "x", state: INPUTS });
});

test("another container of a master is asked anew", () => {
  const { kind } = world(GRANTED);
  const news = { ...INPUTS, containers: { "master-1": "2" } };
  expect(kind.diff({ state: INPUTS, oldInputs: INPUTS, news })).toEqual([
    { path: 'containers["master-1"]', kind: "update" },
  ]);
});

/** Recorded from Alluxio 2.9.4. */
test.each<[string, Sight | undefined]>([
  ['{"debug":false,"invalidPathError":"Error: Invalid Path inodeId -1 does not exist","fileInfos":null}', GRANTED],
  [
    '{"message":"403 Forbidden:Forbidden","statusCode":"PERMISSION_DENIED"}',
    { condition: "refused", answer: "PERMISSION_DENIED" },
  ],
  ['{"message":"Alluxio master is in safe mode. Please try again later.","statusCode":"UNAVAILABLE"}', undefined],
  ['{"message":null,"statusCode":"INTERNAL"}', undefined],
  [
    '{"message":"x at s3://id:c4n4ry@host/ y","statusCode":"INTERNAL"}',
    { condition: "failing", answer: "INTERNAL: x at s3://(hidden)@host/ y" },
  ],
  ["", { condition: "failing", answer: "no answer within 60 s" }],
])("the answer %s", (text, sight) => {
  expect(parseSight(text)).toEqual(sight);
});

const START =
  "2026-11-22 20:40:14,227 WARN  AbstractUfsManager - Failed to perform initial connect to UFS s3://bucket/x: ";
test.each<[string, Sight | undefined]>([
  [`${START}alluxio.underfs.s3a.AlluxioS3Exception: 403 Forbidden:Forbidden\n more`, REFUSED],
  [
    `${START}x.UnknownHostException: gone\n${START}x.AlluxioS3Exception: InvalidAccessKeyId: AKIDX`,
    { condition: "refused", answer: "InvalidAccessKeyId" },
  ],
  [`${START}java.net.UnknownHostException: s3`, { condition: "failing", answer: "java.net.UnknownHostException: s3" }],
  ["2026-11-22 20:40:14,262 ERROR AlluxioMaster - Fatal error: 403 Forbidden", undefined],
])("the log of a master that did not start: %s", (log, sight) => {
  expect(parseStartFailure(log)).toEqual(sight);
});
