import { spawnSync } from "node:child_process";
import { conditionOf, JOURNAL, masterJournalIn, parseUnitSight } from "../../../../provider/hosts/hostService";
import {
  NO_EXPLANATIONS,
  service,
  type ServiceAccess,
  type ServiceCondition,
  type ServiceInputs,
  type ServiceSight,
} from "../../../../provider/resources/hosts/service";
import { unhealthyOf } from "../fakes";
import { failing, OFF, ON_HOST, rest } from "./given";

const INPUTS: ServiceInputs = {
  ...ON_HOST,
  unit: { name: "alluxio-worker-3f9c.service", text: "[Service]\n" },
  enabled: true,
  condition: "running",
  configDigest: "d1",
  health: { port: 30000 },
  readyTimeoutSeconds: 60,
};
const FINE: ServiceSight = { condition: "running", enabled: true, unitText: INPUTS.unit.text, configDigest: "d1" };

/** @param after what each apply leads to, one after the other */
function world(
  before: Partial<ServiceSight>,
  after: ServiceCondition[] = ["running"],
  errors: Error[] = [],
  explanations = NO_EXPLANATIONS,
) {
  let seen: ServiceSight = { ...FINE, ...before };
  const acts: string[] = [];
  const access: ServiceAccess = {
    observe: failing(errors, () => seen),
    apply: async (inputs, restart) => {
      acts.push(restart ? "restart" : "keep");
      seen = { ...FINE, condition: after.shift() ?? seen.condition, configDigest: inputs.configDigest };
    },
    ready: async () => seen.condition === "running",
    journal: async () => "no space left\n",
    remove: async () => void acts.push("remove"),
  };
  return { kind: service(access, explanations), acts };
}
const update = ({ kind }: ReturnType<typeof world>, news = INPUTS) =>
  kind.update({ id: "x", state: INPUTS, news, ...rest() });

test.each<[string, Partial<ServiceSight>, string[], string]>([
  ["as declared", {}, [], "keep"],
  ["edited", { unitText: "x" }, ["unit.text"], "restart"],
  ["disabled", { enabled: false }, ["enabled"], "keep"],
  ["stopped", { condition: "stopped" }, ["condition"], "keep"],
  ["failed", { condition: "failed" }, ["condition"], "restart"],
  ["restarting in a loop", { condition: "restarting" }, ["condition"], "restart"],
  ["starting", { condition: "starting" }, ["condition"], "keep"],
  ["with an older configuration", { configDigest: "older" }, ["configDigest"], "restart"],
])("%s: told as that, and mended by no more than it takes", async (_, seen, paths, act) => {
  const machine = world(seen);
  const state = (await machine.kind.read({ id: "x", state: INPUTS, inputs: INPUTS, ...rest() }))!;
  expect(machine.kind.diff({ state, oldInputs: INPUTS, news: INPUTS }).map(({ path }) => path)).toEqual(paths);
  expect([await update(machine), machine.acts]).toEqual([INPUTS, [act]]);
});

describe("a master", () => {
  const news: ServiceInputs = { ...INPUTS, journalFolder: "/var/journal", journal: "kept" };
  const changes = (state: ServiceInputs, wanted: ServiceInputs): string[] =>
    world({})
      .kind.diff({ state, oldInputs: state, news: wanted })
      .map(({ path }) => path);

  test.each<[string, ServiceCondition]>([
    ["that runs", "running"],
    ["that is not started any more", "restarting"],
  ])("%s without its journal is told as that, and restarted", async (_, condition) => {
    const machine = world({ condition, journal: "lost" });
    const state = (await machine.kind.read({ id: "x", state: news, inputs: news, ...rest() }))!;
    expect(changes(state, news)).toEqual([...(condition === "running" ? [] : ["condition"]), "journal"]);
    await machine.kind.update({ id: "x", state, news, ...rest() });
    expect(machine.acts).toEqual(["restart"]);
  });

  test("a confirmed loss is a change once; that it goes from the spec is none", () => {
    const confirmed = { ...news, confirmedLoss: "lose the journal /var/journal on host blue4 @3f9c" };
    expect(changes(news, confirmed)).toEqual(["confirmedLoss"]);
    expect(changes(confirmed, confirmed)).toEqual([]);
    expect(changes(confirmed, news)).toEqual([]);
  });

  test("the probe's answer; of what is no master, none", () => {
    expect(masterJournalIn("enabled yes\njournal lost\n", news)).toEqual({ journal: "lost" });
    expect(masterJournalIn("enabled yes\n", news)).toEqual({ journal: "kept" });
    expect(masterJournalIn("enabled yes\n", INPUTS)).toEqual({});
  });
});

test("unhealthy, it may only have been starting: restarted once its time is over", async () => {
  const patient = world({ condition: "unhealthy" }, ["running"]);
  await update(patient);
  expect(patient.acts).toEqual(["keep"]);
  const hung = world({ condition: "unhealthy" }, ["unhealthy", "running"]);
  await update(hung);
  expect(hung.acts).toEqual(["keep", "restart"]);
});

test("red: the journal's last lines, and the state as it is", async () => {
  const red = await unhealthyOf(
    world({ condition: "stopped" }, ["failed"]).kind.create({ name: "w", news: INPUTS, ...rest() }),
  );
  expect(red.message).toBe("alluxio-worker-3f9c.service on host blue4 is failed. Its journal ends:\nno space left");
  expect(red.snapshot).toEqual({ id: "blue4:alluxio-worker-3f9c.service", state: { ...INPUTS, condition: "failed" } });
  const looping = await unhealthyOf(update(world({ condition: "restarting" }, ["restarting"])));
  expect(looping.message).toContain("is restarting. Its journal ends:");
  const slow = await unhealthyOf(update(world({ condition: "starting" }, ["starting"])));
  expect(slow.message).toContain("is starting after 60 s");
});

test("one that is declared as stopped is waited for by nobody", async () => {
  const news: ServiceInputs = { ...INPUTS, condition: "stopped" };
  expect(await update(world({}, ["stopped"]), news)).toEqual(news);
});

test("a host that is off keeps the last state; another name is another service", async () => {
  const { kind } = world({}, [], [OFF]);
  const unhealthy = await unhealthyOf(kind.read({ id: "x", state: INPUTS, inputs: INPUTS, ...rest() }));
  expect(unhealthy.snapshot).toEqual({ id: "x", state: INPUTS });
  const news = { ...INPUTS, unit: { ...INPUTS.unit, name: "b.service" } };
  expect(kind.diff({ state: INPUTS, oldInputs: INPUTS, news })).toEqual([
    { path: "unit.name", kind: "update", replace: true },
  ]);
});

/** Of a unit that was started 100 s after the boot; it is now 200 s, or second 1000 since 1970. */
const probe = (more: Record<string, string>, lines = ""): string =>
  Object.entries({
    ActiveState: "active",
    SubState: "running",
    NRestarts: "0",
    ExecMainStartTimestampMonotonic: "100000000",
    ...more,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join("") + `enabled yes\nunit eA==\ndigest d1\nclock 1000.5 200.5\n${lines}`;

test.each<[ServiceCondition, Record<string, string>, string]>([
  ["running", {}, "healthy\n"],
  ["unhealthy", {}, ""],
  ["stopped", { ActiveState: "inactive", SubState: "dead" }, ""],
  ["failed", { ActiveState: "failed" }, ""],
  ["restarting", { ActiveState: "activating", SubState: "auto-restart" }, ""],
  ["starting", { ActiveState: "activating", SubState: "start" }, ""],
  ["restarting", { ActiveState: "activating", SubState: "start-pre", NRestarts: "3" }, ""],
  ["restarting", { NRestarts: "3", ExecMainStartTimestampMonotonic: "199000000" }, "healthy\n"],
  ["running", { NRestarts: "3" }, "healthy\n"],
])("the probe's answer: %s", (condition, more, lines) => {
  expect(conditionOf(probe(more, lines))).toBe(condition);
});

test.each([
  ["d1", ""],
  ["d1", "file 899.9\nfile 5\n"],
  ["older", "file 5\nfile 900.1\n"],
])("the configuration of the process: %s after %j", (configDigest, lines) => {
  expect(parseUnitSight(probe({}, lines))).toEqual({ enabled: true, unitText: "x", configDigest });
});

test("what does not run waits for no restart", () => {
  expect(parseUnitSight(probe({ ActiveState: "failed" }, "file 900.1\n")).configDigest).toBe("d1");
});

test("one that does not get healthy says why that may be, and on a line of its own what it keeps from being changed", async () => {
  const { kind } = world({ configDigest: "older" }, ["failed"], [], {
    notAttempted: (id) => `Not attempted after ${id}: proxy`,
    lacking: async (host) => `${host} has no port.`,
  });
  const { message } = await unhealthyOf(update({ kind, acts: [] }));
  expect(message.split("\n")).toEqual([
    "alluxio-worker-3f9c.service on host blue4 is failed. blue4 has no port. Its journal ends:",
    "no space left",
    "Not attempted after blue4:alluxio-worker-3f9c.service: proxy",
  ]);
});

test("a journal is told without the stack frames, which would hide the cause", () => {
  const lines = [
    "ERROR it ends",
    "java.io.IOException: why",
    "\tat a.B.c(B.java:1)",
    "\t... 7 more",
    "Caused by: at last",
  ];
  const told = spawnSync(
    "bash",
    ["-c", `journalctl() { [ "$1" = --sync ] || printf '%s\\n' "$LINES_OF_IT"; }\n${JOURNAL}`],
    {
      env: { PATH: process.env["PATH"], LINES_OF_IT: lines.join("\n") },
      encoding: "utf8",
    },
  );
  expect(told.stdout.split("\n")).toEqual(["ERROR it ends", "java.io.IOException: why", "Caused by: at last", ""]);
});
