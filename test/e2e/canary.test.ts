import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ContainerWatch } from "../support/canary/docker";
import { newCanary, type Canary } from "../support/canary/needles";
import { ProcessWatch } from "../support/canary/processes";
import { scan, type Sightings } from "../support/canary/scan";
import { must, run } from "../support/process";
import { leftovers, TestStack } from "../support/testStack";

/** Three words of its input: one into its log, one into a file of its own, one into a file of a volume. */
const WRITE = 'read a b c; echo "$a"; echo "$b" > /tmp/inside; echo "$c" > /volume/deep; chmod 640 /volume/deep';

/** The positive control of the search for secrets: a twin, planted in each place, is found there, and only there. */
describe("the search for a canary", () => {
  const clusterId = newCanary(false).core.slice(-16);
  const stack = new TestStack("dev", undefined, { plain: true });
  const image = stack.imageId();
  const label = `alluxio.cluster-id=${clusterId}`;
  const folder = mkdtempSync(join(tmpdir(), "alluxio-canary-"));
  const planted: Record<string, Canary> = {};
  const twin = (place: string): string => (planted[place] = newCanary()).value;
  const core = (place: string): string => {
    twin(place);
    return planted[place]!.core;
  };
  let found: Record<string, Sightings>;

  beforeAll(async () => {
    const [argument, variable] = [core("argument"), twin("variable")];
    const containers = new ContainerWatch();
    const processes = await ProcessWatch.start(planted);
    // Alive for a moment only, as a helper of some command would be.
    spawn("sh", ["-c", "sleep 0.05", argument], { env: { ...process.env, PLANTED: variable } });

    writeFileSync(join(folder, "wide"), `key=${Buffer.from(twin("file")).toString("base64")}`);
    chmodSync(join(folder, "wide"), 0o644);
    const create = ["create", "--label", label, "--network", "none", "--entrypoint", "/bin/sh"];
    const make = (name: string, ...args: string[]): Promise<string> =>
      must("docker", ...create, "--name", `${clusterId}-${name}`, ...args);
    await must("docker", "volume", "create", "--label", label, `${clusterId}-volume`);
    await make("label", "--label", `planted=${core("label")}`, image);
    await make("environment", "--env", `PLANTED=${core("environment")}`, image);
    await make("command", image, "-c", core("command"));
    const volume = ["--user", "0", "--volume", `${clusterId}-volume:/volume`];
    await make("writer", "--interactive", ...volume, image, "-c", WRITE);
    await run("docker", ["start", "-ai", `${clusterId}-writer`], {
      input: `${core("log")} ${core("written")} ${core("volume")}\n`,
    });
    await must("docker", "rm", "-f", await make("brief", "--env", `PLANTED=${core("brief")}`, image));

    const watched = await processes.stop();
    const briefly = await containers.stop();
    const traces = {
      texts: { "some output": `{"a": ${JSON.stringify(twin("text"))}}`, "other output": "nothing" },
      processes: watched.sightings,
      containers: briefly,
      clusterId,
      image,
      folders: [{ path: folder }],
    };
    found = await scan(planted, traces);
  }, 120_000);
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await stack.forget();
    for (const thing of await leftovers(clusterId)) {
      const [kind = "", name = ""] = thing.split(" ");
      await run("docker", [kind, "rm", "--force", name]);
    }
  }, 60_000);

  const NOWHERE: Sightings = {
    texts: [],
    commandLines: [],
    variables: [],
    described: [],
    histories: [],
    logs: [],
    files: [],
  };
  const made = (name: string): string[] => [
    `container ${clusterId}-${name}`,
    `container ${clusterId}-${name}, when it was made`,
  ];

  test.each<[string, () => Partial<Sightings>]>([
    ["text", () => ({ texts: ["some output"] })],
    ["argument", () => ({ commandLines: ["sh"] })],
    ["variable", () => ({ variables: ["PLANTED"] })],
    ["file", () => ({ files: [`644 ${join(folder, "wide")}`] })],
    ["label", () => ({ described: made("label") })],
    ["environment", () => ({ described: made("environment") })],
    ["command", () => ({ described: made("command") })],
    ["brief", () => ({ described: made("brief").slice(1) })],
    ["log", () => ({ logs: [`${clusterId}-writer`] })],
    ["written", () => ({ files: [`644 ${clusterId}-writer:/tmp/inside`] })],
    ["volume", () => ({ files: [`640 ${clusterId}-volume:/deep`] })],
  ])("a twin in a %s is found there, and only there", (place, expected) => {
    expect(found[place]).toEqual({ ...NOWHERE, ...expected() });
  });
});
