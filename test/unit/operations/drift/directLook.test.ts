import { lookDirectly } from "../../../../operations/drift/directLook";
import { driftOf, exitCodeOf } from "../../../../operations/drift/drift";
import type { Resource } from "../../../../operations/recovery/exported";
import { changesBetween } from "../../../../provider/rpc/changes";
import { Unhealthy, UserError, type ResourceKind } from "../../../../provider/rpc/resource";
import { SECRET, SIGNATURE } from "../../../../provider/rpc/values";

/** What each thing is by now, by its id; an error is thrown. */
type Reality = Readonly<Record<string, object | Error | undefined>>;

const kindOver = (token: string, reality: Reality): ResourceKind =>
  ({
    token,
    read: async ({ id, state }: { id: string; state: object }) => {
      if (!Object.hasOwn(reality, id)) return state;
      const seen = reality[id];
      if (seen instanceof Error) throw seen;
      return seen && { ...state, ...seen };
    },
    diff: ({ state, news }: { state: { size: number; token: string }; news: { size: number; token: string } }) => [
      ...changesBetween(state.size, news.size, "size"),
      ...changesBetween(state.token, news.token, "token"),
    ],
  }) as unknown as ResourceKind;

const RAMDISK = "alluxio:hosts:Ramdisk";
const secret = (value: string): object => ({ [SIGNATURE]: SECRET, plaintext: JSON.stringify(value) });
const ramdisk = (host: string, more: Partial<Resource> = {}): Resource => {
  const inputs = { host, mountPoint: "/mnt/ramdisk", size: 16, token: secret("canary") };
  return {
    ...{ urn: `urn:pulumi:dev::alluxio::${RAMDISK}::dev-ramdisk-${host}`, type: RAMDISK, custom: true, id: host },
    ...{ inputs, outputs: inputs },
    ...more,
  };
};
const OTHERS: readonly Resource[] = [
  { urn: "urn:pulumi:dev::alluxio::pulumi:pulumi:Stack::dev", type: "pulumi:pulumi:Stack", custom: false },
  { urn: "urn:pulumi:dev::alluxio::pulumi:providers:alluxio::p", type: "pulumi:providers:alluxio", custom: true },
  { urn: "urn:pulumi:dev::alluxio::command:local:Command::once", type: "command:local:Command", custom: true },
];
const reportOf = async (reality: Reality, resources: readonly Resource[]) =>
  driftOf("dev", await lookDirectly([kindOver(RAMDISK, reality)], resources));

test("as it was made: complete, and it says what it has not planned", async () => {
  const report = await reportOf({}, [...OTHERS, ramdisk("north"), ramdisk("south")]);
  expect([report.findings, report.settled, exitCodeOf(report)]).toEqual([[], [], 0]);
  expect(report.coverage).toMatchObject({ resources: 2, looked: 2, complete: true });
  expect(report.coverage.notLookedAt.slice(-2)).toEqual([
    "what once once did",
    "what the spec has otherwise by now, and what pulumi up would refuse (--no-plan)",
  ]);
});

test("what is otherwise is told with both values, secrets without; a host that is off hides nobody", async () => {
  const off = new Unhealthy("south:/mnt/ramdisk cannot be looked at: host south is off");
  const report = await reportOf({ north: { size: 8, token: "stolen" }, south: off, west: undefined }, [
    ...["north", "south", "west"].map((host) => ramdisk(host)),
    ramdisk("east", { delete: true }),
  ]);
  expect(report.findings.map(({ kind, host, reason, properties }) => [kind, host, reason, properties])).toEqual([
    ["unreachable", "south", "host south is off", []],
    ["missing", "west", null, []],
    [
      "changed",
      "north",
      null,
      [
        { resource: "dev-ramdisk-north", path: "size", desired: 16, observed: 8 },
        { resource: "dev-ramdisk-north", path: "token", desired: "[secret]", observed: "[secret]" },
      ],
    ],
  ]);
  expect(JSON.stringify(report)).not.toMatch(/canary|stolen/);
  expect([report.coverage.resources, report.coverage.looked, exitCodeOf(report)]).toEqual([3, 2, 2]);
});

test("a look that fails as a whole has looked nowhere", async () => {
  const { coverage } = await reportOf({ north: new UserError("no way to the hosts") }, [ramdisk("north")]);
  expect(coverage).toMatchObject({ looked: 0, complete: false, brokenOff: "no way to the hosts" });
});

test("what only Pulumi's own plugins can look at is refused", async () => {
  const container = { ...ramdisk("north"), type: "docker:index/container:Container" };
  await expect(lookDirectly([kindOver(RAMDISK, {})], [container])).rejects.toThrow(
    "only Pulumi can look at docker:index/container:Container: leave out --no-plan, which is for clusters on hosts",
  );
});
