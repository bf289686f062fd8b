import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterConfig } from "../../components/spec/config";
import { SPEC_CHANGES, type SpecChange } from "../support/changes";
import { run } from "../support/process";
import { setUpVersion } from "../support/setUpVersion";
import { TestStack } from "../support/testStack";

const FOLDER = mkdtempSync(join(tmpdir(), "alluxio-changes-"));
const HEAPS = { master: "192MB", jobMaster: "96MB", worker: "96MB", jobWorker: "64MB", proxy: "96MB", fuse: "96MB" };
const FAST = { "alluxio.master.metastore": "HEAP", "alluxio.master.worker.timeout": "15s" };

/** The same text on this machine: folders that may be made here, and the socket that Docker has. */
const here = (text: string): string =>
  text
    .replaceAll(/(?<![\w.])\/(ssd|nvme|nfs|mnt\/scratch)\b/g, `${FOLDER}/$1`)
    .replaceAll("/run/other.sock", "/var/run/docker.sock");

/** The same config, small, with folders of this machine. */
function live(config: ClusterConfig): ClusterConfig {
  const moved = JSON.parse(here(JSON.stringify(config))) as ClusterConfig;
  return { ...moved, heaps: { ...HEAPS, ...moved.heaps }, properties: { ...FAST, ...moved.properties } };
}

/** What cannot be previewed here, and what shows it instead: test/component/consequences.test.ts. */
const NOT_HERE: Readonly<Record<string, string>> = {
  image: "no image of that digest can be pulled",
  "underStorage.uri": "no object store stands here before the change",
  "underStorage.options": "the same",
  "underStorage.credentials": "the same; test/e2e/secrets.test.ts changes them on a cluster that runs",
  name: "a cluster of another name is another one: all its resources are new",
};
const ROWS = SPEC_CHANGES.filter(({ field }) => !(field in NOT_HERE));
const GROUPS = [...new Set(ROWS.map(({ before }) => before))].map((before) => ({
  before,
  rows: ROWS.filter((row) => row.before === before || JSON.stringify(row.before) === JSON.stringify(before)),
}));
const UNIQUE = GROUPS.filter(
  ({ before }, i) => GROUPS.findIndex((one) => JSON.stringify(one.before) === JSON.stringify(before)) === i,
);

test("what is left out is left out for a reason, and all else is previewed", () => {
  const fields = new Set(SPEC_CHANGES.map((row) => row.field));
  expect(Object.keys(NOT_HERE).filter((field) => !fields.has(field))).toEqual([]);
  expect(UNIQUE.flatMap(({ rows }) => rows)).toHaveLength(ROWS.length);
});

interface Preview {
  readonly code: number;
  /** `<op> <resource>`, sorted; a replacement is one. */
  readonly touched: readonly string[];
  readonly messages: string;
}

async function preview(stack: TestStack): Promise<Preview> {
  const { code, stdout, output } = await stack.pulumi("preview", "--json");
  if (!stdout.includes("{")) throw new Error(output);
  const { steps = [], diagnostics = [] } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as {
    steps?: { op: string; urn: string }[];
    diagnostics?: { message: string }[];
  };
  const op = (name: string): string => (name.includes("replace") ? "replace" : name);
  const touched = steps
    .filter((step) => step.op !== "same" && step.op !== "refresh" && !step.urn.includes("pulumi:pulumi:Stack"))
    .map((step) => `${op(step.op)} ${step.urn.split("::").pop()!}`);
  return { code, touched: [...new Set(touched)].sort(), messages: diagnostics.map((one) => one.message).join("\n") };
}

/** The resources of each consequence. */
const TOUCHED: readonly (readonly [RegExp, (name: string) => readonly string[]])[] = [
  [/^restart: restart fuse-(.+)$/, (name) => [`replace dev-fuse-${name}`, `update dev-mount-${name}`]],
  [/^restart: restart (.+)$/, (name) => [`replace dev-${name}`, "update dev-membership"]],
  [
    /^start: start (master-\d+)$/,
    (name) => [
      `create dev-${name}`,
      `create dev-journal-${name}`,
      `create dev-journal-member-${name}`,
      "update dev-membership",
    ],
  ],
  [
    /^start: start worker-(.+)$/,
    (name) => [`create dev-worker-${name}`, `create dev-ramdisk-${name}`, "update dev-membership"],
  ],
  [/^start: start fuse-(.+)$/, (name) => [`create dev-fuse-${name}`, `create dev-mount-${name}`]],
  [/^start: start (.+)$/, (name) => [`create dev-${name}`, "update dev-membership"]],
  [/^stop: stop fuse-(.+)$/, (name) => [`delete dev-fuse-${name}`, `delete dev-mount-${name}`]],
  [/^stop: stop (.+)$/, (name) => [`delete dev-${name}`, "update dev-membership"]],
  [/^cache loss: remove (ramdisk-.+)$/, (name) => [`delete dev-${name}`]],
  [/^cache loss: (?:shrink|grow) (ramdisk-\S+) .+$/, (name) => [`replace dev-${name}`]],
  [/^data loss!: remove (under-storage)$/, (name) => [`delete dev-${name}`]],
  // These happen to files, not to resources.
  [/^cache loss: (?:remove|shrink) tier .+$/, () => []],
  [/^data loss!: root under storage .+$/, () => []],
  [/^metadata loss!: downgrade .+$/, () => []],
];

/** What a field touches beside the consequences: nothing that runs. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  "mounts[].mountPoint": ["replace dev-mount-data", `update dev-mount-root-${FOLDER.slice(1)}/mnt/scratch`],
  "docker.host": ["update dev-docker", "update dev-paths"],
  confirm: ["update dev-guard"],
  "mounts[].alluxioPath": ["update dev-paths"],
  "dataSets[].name": ["update dev-paths"],
  "dataSets[].path": ["update dev-paths"],
};

/** A volume that the spec keeps is forgotten, and stays on the machine: no loss. */
const keptVolume = ({ field, before }: SpecChange): string[] =>
  field === "underStorage.path" && "volume" in before.underStorage && before.underStorage.volume.keep === true
    ? ["delete dev-under-storage"]
    : [];

function expected(row: SpecChange): string[] {
  const { field, does } = row;
  const touched = does.flatMap((line) => {
    for (const [pattern, resources] of TOUCHED) {
      const match = pattern.exec(line);
      if (match) return resources(match[1] ?? "");
    }
    throw new Error(`no resources are known of: ${line}`);
  });
  const all = new Set([...touched, ...(BESIDE[field] ?? []), ...keptVolume(row)]);
  // What is replaced is not updated as well.
  const replaced = (one: string): boolean => one.startsWith("update ") && all.has(one.replace("update", "replace"));
  return [...all].filter((one) => !replaced(one)).sort();
}

/** Of a change that is refused the lines that would confirm it. */
const confirmations = (messages: string): string[] =>
  [...messages.matchAll(/confirm: (\[".*?"\])/g)].flatMap(([, list]) => JSON.parse(list!) as string[]);

beforeAll(async () => {
  for (const folder of ["ssd/alluxio", "nvme/alluxio", "nfs/a", "nfs/b"])
    mkdirSync(join(FOLDER, folder), { recursive: true, mode: 0o777 });
  await run("chmod", ["-R", "a+rwx", FOLDER]);
  for (const version of ["2.9.0", "2.9.6"]) {
    await setUpVersion(version);
  }
}, 3_600_000);
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

describe.each(UNIQUE.map((group, i) => [i + 1, group] as const))("live cluster %d", (_, { before, rows }) => {
  const stack = new TestStack("dev");
  beforeAll(async () => {
    await stack.init();
    stack.write(live(before));
    const up = await stack.up();
    if (up.code !== 0) throw new Error(up.output);
  }, 600_000);
  afterAll(() => stack.remove(), 180_000);

  test.each(rows.map((row, i) => [`${i + 1} ${row.field}`, row] as const))(
    "%s: announced, and touches exactly that",
    async (_, row) => {
      const losses = row.does.filter((line) => line.includes("!")).map((line) => here(line));
      stack.write(live(row.after));
      let seen = await preview(stack);
      if (losses.length > 0) {
        expect(seen.code).not.toBe(0);
        for (const loss of losses) expect(seen.messages).toContain(loss.replace("!", ""));
        stack.write({ ...live(row.after), confirm: confirmations(seen.messages) });
        seen = await preview(stack);
      }
      expect([seen.code, seen.code === 0 ? "" : seen.messages]).toEqual([0, ""]);
      for (const line of row.does.filter((one) => !one.includes("!"))) {
        const [effect = "", change = ""] = here(line).split(": ");
        expect(seen.messages).toContain(`  - ${effect}: `);
        expect(seen.messages).toContain(change.replace(/^(start|stop|restart) /, ""));
      }
      const always =
        row.field === "confirm" || row.field === "docker.host"
          ? []
          : ["update dev", "update dev-guard", "update dev-preflight"];
      expect(seen.touched).toEqual([...expected(row), ...always].sort());
    },
    120_000,
  );
});
