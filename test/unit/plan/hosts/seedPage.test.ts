import { readFileSync } from "node:fs";
import { join } from "node:path";
import { planHosts } from "../../../../components/plan/hosts/planHosts";
import type { HostPlan } from "../../../../components/plan/hosts/types";
import { resolveSshTargets } from "../../../../components/plan/ssh/resolve";
import { SEED_PAGE } from "../../../support/hosts";
import { specOf } from "../../../support/specs";

/** The page's own table of nodes, word for word. */
const TABLE = `
10.145.41.28 | v2r2-dfx-8 | Master | -        |
10.145.41.31 | blue4      | Worker | 100.00GB |
10.145.83.34 | titan34    | Worker | 100.00GB |
10.145.41.35 | fw0013513  | Worker | 62.51GB  |
10.145.41.36 | fw0013512  | Worker | 62.51GB  |
10.145.41.37 | fw0013511  | Worker | 62.51GB  |
`;
const TOTAL_GB = 387.54;
const spec = specOf(SEED_PAGE, "alnair");
const { hosts, startSteps, rollingSteps } = planHosts(spec);

test("Pulumi.alnair.yaml: the nodes, addresses, roles and capacities of the page's table, and its total", () => {
  const rows = hosts.map(({ host: name, ramdisk, services }) => {
    const roles = new Set(services.map(({ role }) => role));
    const capacity = spec.workers.find((group) => group.hosts.includes(name))?.ramdisk;
    expect(ramdisk?.sizeMiB).toBe(capacity?.mebibytes);
    return [
      spec.hosts.addresses[name]?.address,
      name,
      [roles.has("master") ? "Master" : [], roles.has("worker") ? "Worker" : []].flat().join(" "),
      capacity === undefined ? "-" : `${(capacity.mebibytes / 1024).toFixed(2)}GB`,
    ];
  });
  const wanted = TABLE.trim().split("\n");
  expect(rows).toEqual(
    wanted.map((line) =>
      line
        .split("|")
        .slice(0, 4)
        .map((cell) => cell.trim()),
    ),
  );
  const total = hosts.reduce((sum, { ramdisk }) => sum + (ramdisk?.sizeMiB ?? 0), 0) / 1024;
  // Each size is rounded to two digits there, so the sum of five may be off by as many halves of a digit.
  expect(Math.abs(total - TOTAL_GB)).toBeLessThanOrEqual(5 * 0.005);
});

test("no host key is pinned there, and the file says who writes them", () => {
  const { problems } = resolveSshTargets(spec, { home: "/home/me", user: "me", secrets: new Set() });
  expect(problems.map(({ rule }) => rule)).toEqual(hosts.map(() => "connection.hostKey"));
  expect(readFileSync(join(__dirname, "../../../../Pulumi.alnair.yaml"), "utf8")).toContain(
    "npx alluxioctl trust --stack alnair",
  );
});

const host = (name: string): HostPlan => hosts.find((one) => one.host === name)!;
const WORKERS = ["blue4", "titan34", "fw0013513", "fw0013512", "fw0013511"];

/** Everything that stands on a machine, as text; what stands there twice is written once. */
function textOf({ directories, files, lines, ramdisk, services, mounts, ...rest }: HostPlan): string {
  const seen = new Map<string, string>();
  const shown = (path: string, about: string, content: string): string => {
    const first = seen.get(content);
    if (first === undefined) seen.set(content, path);
    return `=== ${path} ${about}\n${first === undefined ? content : `(as ${first})\n`}`;
  };
  const all = [...services, ...mounts.map(({ service }) => service)];
  return [
    JSON.stringify(rest, undefined, 2),
    ...directories.map(({ path, owner, group, mode }) => `${mode} ${owner}:${group} ${path}/`),
    ...mounts.map(({ mountPoint: { path, owner, group, mode } }) => `${mode} ${owner}:${group} ${path}/ (mount point)`),
    ...lines.map(({ path, line }) => `${path} has the line ${line}`),
    ...files.map(({ path, owner, group, mode, content }) => shown(path, `${mode} ${owner}:${group}`, content)),
    ...(ramdisk ? [shown(ramdisk.path, `${ramdisk.sizeMiB} MiB`, ramdisk.content)] : []),
    ...all.map(({ path, process, content }) => shown(path, process, content)),
  ].join("\n");
}

test("its hosts, in the order of the page", () => {
  expect(hosts.map((one) => one.host)).toEqual(["v2r2-dfx-8", ...WORKERS]);
});

test("its master", () => {
  expect(textOf(host("v2r2-dfx-8"))).toMatchSnapshot();
});

test("its first worker", () => {
  expect(textOf(host("blue4"))).toMatchSnapshot();
});

test("the other workers differ from it in their name and the size of their ramdisk, and in nothing else", () => {
  const named = (one: HostPlan): HostPlan =>
    JSON.parse(JSON.stringify(one).replaceAll(/titan34|fw001351\d/g, "blue4"), (key, value: unknown) =>
      key === "digest" ? "" : value,
    ) as HostPlan;
  expect(named(host("titan34"))).toEqual(named(host("blue4")));
  const smaller = JSON.parse(
    // 62.51GB is 64010 MiB; limits and the machine's need hold it beside the JVMs.
    JSON.stringify(named(host("fw0013511")))
      .replaceAll("64010MB", "100GB")
      .replaceAll(/\d{5,6}/g, (digits) =>
        Number(digits) >= 64_010 && Number(digits) < 70_000 ? String(Number(digits) + 102_400 - 64_010) : digits,
      ),
  ) as HostPlan;
  expect(smaller).toEqual(named(host("blue4")));
});

test("its total: 100 + 100 + 3 × 62.51 GB, which the page rounds up to 387.54", () => {
  const sizes = hosts.map(({ ramdisk }) => ramdisk?.sizeMiB ?? 0);
  expect(sizes).toEqual([0, 102_400, 102_400, 64_010, 64_010, 64_010]);
  expect(sizes.reduce((sum, size) => sum + size, 0) / 1024).toBeCloseTo(387.53, 1);
});

const units = (step: readonly { host: string; unit: string }[]): string[] =>
  step.map(({ host: on, unit }) => `${unit.replace(/^alluxio-alnair-|\.service$/g, "")}@${on}`);
const on = (unit: string): string[] => WORKERS.map((worker) => `${unit}@${worker}`);

test("it starts with the master, then the workers all at once, then what stands beside them", () => {
  expect(startSteps.map(units)).toEqual([
    ["master@v2r2-dfx-8"],
    ["job-master@v2r2-dfx-8", ...on("worker")],
    [...on("job-worker"), ...on("fuse-fuse2"), ...on("fuse-data")],
  ]);
});

test("it is changed one worker at a time, with its job worker, then mount by mount", () => {
  expect(rollingSteps.map(units)).toEqual([
    ["master@v2r2-dfx-8"],
    ["job-master@v2r2-dfx-8"],
    ...WORKERS.map((worker) => [`worker@${worker}`, `job-worker@${worker}`]),
    ...on("fuse-fuse2").map((unit) => [unit]),
    ...on("fuse-data").map((unit) => [unit]),
  ]);
});

test.each<[string, number | undefined, number[]]>([
  ["a quarter", undefined, [2, 2, 2, 2, 1]],
  ["the share that the spec names", 50, [4, 4, 1]],
])("of many workers %s is changed at once, and so is each mount", (_, workersPercent, expected) => {
  const rollout = workersPercent === undefined ? {} : { rollout: { workersPercent } };
  const workers = [{ name: "a", ramdisk: "1GB", hosts: Array.from({ length: 9 }, (_, i) => `w${i}`) }];
  const mounts = [{ name: "data" }, { name: "part", workers: ["w1", "w8"] }];
  const plan = planHosts(specOf({ ...SEED_PAGE, hosts: {}, workers, mounts, ...rollout }));
  const steps = plan.rollingSteps.map(units);
  const mountSteps = (mount: string): string[][] => steps.filter(([first]) => first?.startsWith(`fuse-${mount}@`));
  expect(mountSteps("data").map((step) => step.length)).toEqual(expected);
  expect(mountSteps("part")).toEqual([["fuse-part@w1"], ["fuse-part@w8"]]);
});
