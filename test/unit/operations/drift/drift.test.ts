import { readFileSync } from "node:fs";
import { join } from "node:path";
import { driftOf, exitCodeOf } from "../../../../operations/drift/drift";
import { FINDING_KINDS, type DriftReport } from "../../../../operations/drift/report";
import { planOf } from "../samples";
import { errorOf, runOf, type Resource } from "./events";

const CONTAINER = "docker:index/container:Container";
const plan = planOf();

const guard: Resource = {
  name: "dev-guard",
  type: "alluxio:index:ChangeGuard",
  inputs: { plan },
  outputs: { plan, clusterId: "3f9c2ab1d4e5f607" },
};
const container = (process: string, more: Partial<Resource> = {}): Resource => ({
  name: `dev-${process}`,
  type: CONTAINER,
  ...more,
  inputs: {
    name: `dev-${process}-3f9c`,
    mustRun: true,
    labels: [{ label: "alluxio.process", value: process }],
    ...more.inputs,
  },
});
const preflight = (seen?: object, paths: readonly string[] = []): Resource => ({
  name: "dev-preflight",
  type: "alluxio:index:Preflight",
  inputs: {
    plan,
    processes: { "worker-small-1": { condition: "running", properties: { "alluxio.a": "15s" } } },
    tags: { "alluxio/alluxio:2.9.4": `sha256:${"a".repeat(64)}` },
  },
  ...(seen ? { seen, paths, op: "update" } : {}),
});
const member = { capacityBytes: 256 * 1024 ** 2, version: "2.9.4" };
const membership = (seen?: object, paths: readonly string[] = [], changes = paths): Resource => ({
  name: "dev-membership",
  type: "alluxio:index:Membership",
  inputs: { workers: { "small-1": member }, containers: { "worker-small-1": "0123" }, unavailable: [] },
  ...(seen ? { seen, paths, changes, op: "update" } : {}),
});
const onHost = (type: string, inputs: object, more: Partial<Resource>): Resource => ({
  name: `alnair-${type.toLowerCase()}`,
  type: `alluxio:hosts:${type}`,
  op: "update",
  ...more,
  inputs: { host: "blue4", clusterId: "3f9c2ab1", ...inputs },
});
const unit = { name: "alluxio-alnair-fuse-training.service", text: "[Unit]" };
const SETTINGS = "/etc/alluxio/alnair/worker/alluxio-site.properties";

const report = (...resources: Resource[]): DriftReport => driftOf("dev", runOf([guard, ...resources]));
const told = ({ findings }: DriftReport) =>
  findings.map(({ kind, name, properties }) => [
    `${kind}: ${name}`,
    ...properties.map(({ path, desired, observed }) => [path, desired, observed]),
  ]);

test("nothing has changed", () => {
  expect(report(preflight(), container("worker-small-1"), membership())).toEqual({
    stack: "dev",
    cluster: "dev",
    clusterId: "3f9c2ab1d4e5f607",
    target: "docker",
    drifted: false,
    findings: [],
    pending: [],
    settled: [],
    blocked: [],
    coverage: {
      resources: 3,
      looked: 3,
      unreachable: [],
      complete: true,
      brokenOff: null,
      notLookedAt: expect.arrayContaining(["JVM options"]) as unknown,
    },
  });
});

test.each<[string, Resource[], unknown[]]>([
  [
    "a container that was stopped",
    [container("worker-small-1", { seen: { mustRun: false }, paths: ["mustRun"], op: "update" })],
    [["changed: container worker-small-1", ["mustRun", true, false]]],
  ],
  [
    "one that was removed: the container and what else tells of it are one thing",
    [
      container("worker-small-1", { seen: null, op: "create" }),
      membership({ workers: {}, containers: {} }, ['workers["small-1"]', 'containers["worker-small-1"]']),
    ],
    [
      ["missing: container worker-small-1", ['containers["worker-small-1"]', "0123", null]],
      ["missing: worker small-1", ['workers["small-1"]', member, null]],
    ],
  ],
  [
    "one that somebody made anew",
    [
      container("worker-small-1", { seen: null, op: "create" }),
      membership({ containers: { "worker-small-1": "4567" } }, ['containers["worker-small-1"]']),
    ],
    [["changed: container worker-small-1", ['containers["worker-small-1"]', "0123", "4567"]]],
  ],
  [
    "a process that the plugin does not see: its container is replaced for it, and that is no finding of its own",
    [
      preflight(
        {
          processes: {
            "worker-small-1": { condition: "paused", properties: { "alluxio.a": "40s", "alluxio.b": "7s" } },
          },
        },
        [
          'processes["worker-small-1"].condition',
          'processes["worker-small-1"].properties["alluxio.a"]',
          'processes["worker-small-1"].properties["alluxio.b"]',
        ],
      ),
      container("worker-small-1", {
        op: "replace",
        changes: ["labels"],
        now: {
          labels: [
            { label: "alluxio.process", value: "worker-small-1" },
            { label: "alluxio.generation", value: "1" },
          ],
        },
      }),
      {
        ...membership(),
        op: "update",
        changes: ['containers["worker-small-1"]'],
        now: { containers: { "worker-small-1": "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } },
      },
    ],
    [
      [
        "changed: container worker-small-1",
        ['processes["worker-small-1"].condition', "running", "paused"],
        ['processes["worker-small-1"].properties["alluxio.a"]', "15s", "40s"],
        ['processes["worker-small-1"].properties["alluxio.b"]', null, "7s"],
      ],
    ],
  ],
  [
    "a worker that is not intended, and one of another capacity",
    [
      membership({ workers: { "small-1": { ...member, capacityBytes: 1 }, stray: member } }, [
        'workers["small-1"].capacityBytes',
        "workers.stray",
      ]),
    ],
    [
      ["unintended: worker stray", ["workers.stray", null, member]],
      ["changed: worker small-1", ['workers["small-1"].capacityBytes', member.capacityBytes, 1]],
    ],
  ],
  [
    "a master that the leader does not reach",
    [membership({ unavailable: ["master-2:19200"] }, ["unavailable"])],
    [["changed: the quorum of the masters", ["unavailable", [], ["master-2:19200"]]]],
  ],
  [
    "a member that the spec does not have",
    [
      {
        ...membership({ members: ["a:19200", "old:19200"] }, ["members"]),
        inputs: { workers: { "small-1": member }, members: ["a:19200"] },
      },
    ],
    [["changed: the quorum of the masters", ["members", ["a:19200"], ["a:19200", "old:19200"]]]],
  ],
  [
    "a tag that stands for another image",
    [preflight({ tags: { "alluxio/alluxio:2.9.4": "none" } }, ['tags["alluxio/alluxio:2.9.4"]'])],
    [
      [
        "changed: image tag alluxio/alluxio:2.9.4",
        ['tags["alluxio/alluxio:2.9.4"]', `sha256:${"a".repeat(64)}`, "none"],
      ],
    ],
  ],
  [
    "a mount that is gone, its container with it",
    [
      {
        name: "dev-mount-data",
        type: "alluxio:index:FuseMount",
        inputs: { mount: "data", mountPoint: "/mnt/data", condition: "mounted", containerId: "0123" },
        seen: { condition: "absent", containerId: "" },
        paths: ["condition", "containerId"],
        op: "update",
      },
      container("fuse-data", { seen: null, op: "create" }),
    ],
    [
      ["missing: container fuse-data", ["containerId", "0123", null]],
      ["missing: mount data", ["condition", "mounted", "absent"]],
    ],
  ],
  [
    "a service whose configuration is newer than its process",
    [
      onHost(
        "Service",
        { unit: { name: "alluxio-alnair-worker.service" }, configDigest: "0123" },
        { seen: { configDigest: "older" }, paths: ["configDigest"] },
      ),
    ],
    [["restart pending: service alluxio-alnair-worker on blue4", ["configDigest", "0123", "older"]]],
  ],
  [
    "a service that has failed and would read another configuration is more than that",
    [
      onHost(
        "Service",
        { unit: { name: "alluxio-alnair-worker.service" }, configDigest: "0123", condition: "running" },
        { seen: { configDigest: "older", condition: "failed" }, paths: ["configDigest", "condition"] },
      ),
    ],
    [
      [
        "changed: service alluxio-alnair-worker on blue4",
        ["configDigest", "0123", "older"],
        ["condition", "running", "failed"],
      ],
    ],
  ],
  [
    "files of a host, each by itself",
    [
      onHost(
        "Configuration",
        { files: { [SETTINGS]: { sha256: "aa", mode: "0644" }, "/etc/b": { sha256: "bb", mode: "0644" } } },
        {
          seen: {
            files: { [SETTINGS]: { sha256: "cc", mode: "0644" }, "/etc/b": { sha256: "missing", mode: "missing" } },
          },
          paths: [`files["${SETTINGS}"].sha256`, 'files["/etc/b"].sha256', 'files["/etc/b"].mode'],
        },
      ),
    ],
    [
      [
        "missing: file /etc/b on blue4",
        ['files["/etc/b"].sha256', "bb", "missing"],
        ['files["/etc/b"].mode', "0644", "missing"],
      ],
      [`changed: file ${SETTINGS} on blue4`, [`files["${SETTINGS}"].sha256`, "aa", "cc"]],
    ],
  ],
  [
    "a mount, a ramdisk and a release of a host",
    [
      onHost(
        "FuseMount",
        { unit, mountPoint: "/mnt/training", condition: "mounted" },
        { seen: { condition: "dead" }, paths: ["condition"] },
      ),
      onHost(
        "Ramdisk",
        { mountPoint: "/mnt/ramdisk", filesystems: ["tmpfs"] },
        { seen: { filesystems: [] }, paths: ["filesystems"] },
      ),
      onHost("Release", { version: "2.9.4", changed: [] }, { seen: { changed: ["bin/alluxio"] }, paths: ["changed"] }),
    ],
    [
      ["missing: ramdisk /mnt/ramdisk on blue4", ["filesystems", ["tmpfs"], []]],
      ["changed: mount training on blue4", ["condition", "mounted", "dead"]],
      ["changed: release 2.9.4 on blue4", ["changed", [], ["bin/alluxio"]]],
    ],
  ],
  [
    "a thing of which this program knows nothing",
    [
      {
        name: "pods",
        type: "kubernetes:apps/v1:StatefulSet",
        inputs: { replicas: 2 },
        seen: { replicas: 5 },
        paths: ["replicas"],
        op: "update",
      },
    ],
    [["changed: statefulset pods", ["replicas", 2, 5]]],
  ],
])("%s", (_, resources, findings) => {
  const drift = report(...resources);
  expect([told(drift), drift.pending, drift.settled, exitCodeOf(drift)]).toEqual([findings, [], [], 1]);
});

describe("what cannot be looked at is neither missing nor fine", () => {
  const away = (type: string, inputs: object): Resource =>
    onHost(type, inputs, { initErrors: [`blue4:${type} cannot be looked at: host blue4 does not answer`], seen: {} });
  const dead = [away("Service", { unit: { name: "a.service" } }), away("Ramdisk", { mountPoint: "/r" })];

  test("a host with all of its resources is one finding, and the others are still told", () => {
    const drift = report(
      ...dead,
      container("worker-small-1", { seen: { mustRun: false }, paths: ["mustRun"], op: "update" }),
    );
    expect(drift.findings.map(({ kind, name, reason, resources }) => [kind, name, reason, resources.length])).toEqual([
      ["unreachable", "host blue4", "host blue4 does not answer", 2],
      ["changed", "container worker-small-1", null, 1],
    ]);
    expect([drift.drifted, drift.coverage.looked, drift.coverage.resources, exitCodeOf(drift)]).toEqual([
      true,
      1,
      3,
      2,
    ]);
  });

  test("by itself it is no drift", () => {
    const drift = report(...dead);
    expect([drift.drifted, drift.coverage.unreachable, exitCodeOf(drift)]).toEqual([
      false,
      ["alnair-service", "alnair-ramdisk"],
      2,
    ]);
  });

  test("a look that is broken off has looked nowhere, whatever it saw before", () => {
    const events = runOf([guard, container("worker-small-1")], {
      errors: [
        { resourcePreEvent: { metadata: { op: "refresh", urn: "urn:a::b::c:d:E::dev-preflight", type: "c:d:E" } } },
        errorOf("Docker does not answer"),
        errorOf("preview failed"),
      ],
      succeeded: false,
    });
    const { coverage, blocked, findings } = driftOf("dev", events);
    expect([coverage.complete, coverage.looked, coverage.brokenOff, blocked, findings]).toEqual([
      false,
      0,
      "Docker does not answer",
      [],
      [],
    ]);
  });
});

describe("a spec that was edited and not applied is no drift", () => {
  const edited = { ...guard, op: "update", changes: ["plan.version"], now: { plan: { ...plan, version: "2.9.6" } } };
  const image = (more: Partial<Resource> = {}): Resource =>
    container("worker-small-1", { inputs: { image: "sha256:a" }, ...more });

  test("another image, one thing more, one less", () => {
    const drift = driftOf(
      "dev",
      runOf([
        edited,
        image({ op: "replace", changes: ["image"], now: { image: "sha256:b" } }),
        container("worker-more-1", { op: "create" }),
        container("worker-less-1", { op: "delete" }),
      ]),
    );
    expect([drift.drifted, drift.findings, exitCodeOf(drift)]).toEqual([false, [], 0]);
    expect(drift.pending.map(({ change, name, paths }) => [change, name, paths])).toEqual([
      ["update", "dev-guard", ["plan.version"]],
      ["replace", "dev-worker-small-1", ["image"]],
      ["create", "dev-worker-more-1", []],
      ["delete", "dev-worker-less-1", []],
    ]);
  });

  test("beside a drift of the same thing each is told as what it is", () => {
    const stopped = image({
      seen: { mustRun: false },
      paths: ["mustRun"],
      op: "replace",
      changes: ["mustRun", "image"],
      now: { image: "sha256:b", mustRun: true },
    });
    const drift = driftOf("dev", runOf([edited, stopped]));
    expect(told(drift)).toEqual([["changed: container worker-small-1", ["mustRun", true, false]]]);
    expect(drift.pending.at(-1)).toMatchObject({ name: "dev-worker-small-1", paths: ["image"] });
  });

  test("what was changed by hand to what the spec has by now is settled", () => {
    const done = container("worker-small-1", {
      inputs: { memory: 1 },
      seen: { memory: 2 },
      paths: ["memory"],
      now: { memory: 2 },
    });
    const drift = driftOf("dev", runOf([edited, done]));
    expect([drift.findings, drift.settled]).toEqual([
      [],
      [{ name: "dev-worker-small-1", type: CONTAINER, paths: ["memory"] }],
    ]);
  });
});

describe("what `pulumi refresh` has written into the state stays drift", () => {
  test("a container that it found stopped, or gone", () => {
    const drift = report(
      container("worker-small-1", {
        inputs: { mustRun: false },
        op: "update",
        changes: ["mustRun"],
        now: { mustRun: true },
      }),
      container("worker-large-1", { op: "create" }),
    );
    expect([told(drift), drift.pending, exitCodeOf(drift)]).toEqual([
      [["missing: container worker-large-1"], ["changed: container worker-small-1", ["mustRun", true, false]]],
      [],
      1,
    ]);
  });
});

describe("what up refuses is said where it belongs", () => {
  const journal: Resource = {
    name: "dev-journal-master-1",
    type: "alluxio:index:DataVolume",
    inputs: { volumeName: "dev-journal-master-1-3f9c", presence: "present" },
    seen: { presence: "missing" },
    paths: ["presence"],
    op: "update",
  };

  test("a lost journal", () => {
    const errors = [errorOf("volume dev-journal-master-1-3f9c is gone", journal), errorOf("preview failed")];
    const drift = driftOf("dev", runOf([guard, journal], { errors, succeeded: false }));
    expect(drift.findings).toMatchObject([
      {
        kind: "missing",
        name: "volume dev-journal-master-1-3f9c",
        refused: "volume dev-journal-master-1-3f9c is gone",
        cost: [],
      },
    ]);
    expect([drift.blocked, exitCodeOf(drift)]).toEqual([[], 1]);
  });

  test("a mistake in the spec: reality is looked at all the same", () => {
    const errors = [errorOf("2 mistakes in Pulumi.dev.yaml")];
    const drift = driftOf("dev", runOf([guard, container("worker-small-1")], { errors, succeeded: false }));
    expect([drift.blocked, drift.drifted, exitCodeOf(drift)]).toEqual([["2 mistakes in Pulumi.dev.yaml"], false, 0]);
  });
});

describe("what putting it right costs", () => {
  const cost = (...resources: Resource[]) =>
    Object.fromEntries(report(...resources).findings.map(({ name, cost: sentences }) => [name, sentences.join("; ")]));
  const paused = (process: string): Resource => ({
    ...preflight(),
    inputs: { plan, processes: { [process]: { condition: "running" } } },
    seen: { processes: { [process]: { condition: "paused" } } },
    paths: [`processes["${process}"].condition`],
    op: "update",
  });

  test("what runs is interrupted as by a change of the spec; what has ended is only started", () => {
    expect(cost(paused("master-1"))["container master-1"]).toContain("the only master restarts");
    expect(cost(paused("worker-small-1"))["container worker-small-1"]).toContain("read from the under storage again");
    expect(cost(paused("fuse-data"))["container fuse-data"]).toContain("files open in it break");
    const stopped = container("worker-small-1", { seen: { mustRun: false }, paths: ["mustRun"], op: "update" });
    expect(cost(stopped)["container worker-small-1"]).toBe(
      "it is started again, and nothing that serves is interrupted",
    );
  });

  test("a file costs the restart of those that read it, and of nobody else", () => {
    const service = (name: string, configFiles: string[]): Resource => ({
      ...onHost("Service", { unit: { name: `${name}.service` }, configFiles }, {}),
      name,
      op: "same",
    });
    const file = onHost(
      "Configuration",
      { files: { [SETTINGS]: { sha256: "aa", mode: "0644" } } },
      { seen: { files: { [SETTINGS]: { sha256: "cc", mode: "0644" } } }, paths: [`files["${SETTINGS}"].sha256`] },
    );
    expect(cost(service("reads", [SETTINGS]), service("reads-not", ["/etc/other"]), file)).toEqual({
      [`file ${SETTINGS} on blue4`]: "it is written as it was, and reads restarts, which reads it",
    });
  });
});

describe("secrets", () => {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };
  const CANARY = "c4n4ry9qW";

  test("what Pulumi keeps secret, what a name means as one, and what a text carries", () => {
    const drift = report({
      name: "x",
      type: "a:b:C",
      inputs: {
        sealed: secret,
        credentials: { "s3a.secretKey": CANARY },
        uri: `s3://id:${CANARY}@bucket`,
        deep: { password: CANARY },
      },
      seen: {
        sealed: CANARY,
        credentials: { "s3a.secretKey": `2${CANARY}` },
        uri: "s3://bucket",
        deep: { password: `2${CANARY}` },
      },
      paths: ["sealed", 'credentials["s3a.secretKey"]', "uri", "deep"],
      op: "update",
    });
    expect(JSON.stringify(drift)).not.toContain(CANARY);
    expect(drift.findings[0]!.properties.map(({ desired, observed }) => [desired, observed])).toEqual([
      ["[secret]", "[secret]"],
      ["(hidden)", "(hidden)"],
      ["s3://(hidden)@bucket", "s3://bucket"],
      [{ password: "(hidden)" }, { password: "(hidden)" }],
    ]);
  });

  test("a worker may be called after one", () => {
    const drift = report(membership({ workers: { "token-1": member } }, ['workers["token-1"]']));
    expect(drift.findings[0]!.properties[0]!.observed).toEqual(member);
  });

  test("an error of Pulumi", () => {
    const errors = [errorOf(`cannot read s3://id:${CANARY}@bucket`)];
    const drift = driftOf("dev", runOf([guard, container("worker-small-1")], { errors, succeeded: false }));
    expect(drift.blocked).toEqual(["cannot read s3://(hidden)@bucket"]);
  });
});

test("the guide names every field of the JSON, and every kind", () => {
  const guide = readFileSync(join(__dirname, "../../../../docs/guides/drift.md"), "utf8");
  const drift = report(container("worker-small-1", { seen: { mustRun: false }, paths: ["mustRun"], op: "update" }));
  const named = (prefix: string, value: object): string[] => Object.keys(value).map((key) => `${prefix}${key}`);
  const fields = [
    ...named("", drift),
    ...named("findings[].", drift.findings[0]!),
    ...named("coverage.", drift.coverage),
    ...FINDING_KINDS,
  ].filter((field) => field !== "coverage");
  expect(fields.filter((field) => !new RegExp(`\`${field.replace(/[[\].]/g, "\\$&")}(\\[\\])?\``).test(guide))).toEqual(
    [],
  );
});
