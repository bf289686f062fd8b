import { resolve } from "node:path";
import { parseSpec } from "../../components/spec/parse";
import { ContainerWatch } from "../support/canary/docker";
import { ProcessWatch } from "../support/canary/processes";
import { scan, type Sightings } from "../support/canary/scan";
import { processesOf, sha256 } from "../support/cluster";
import { lines, must, PROJECT, run } from "../support/process";
import { S3Stack } from "../support/s3/s3Stack";
import { SMALL } from "../support/specs";
import { anyString, sample } from "../support/strings";
import { leftovers } from "../support/testStack";

/** What Pulumi's reader of YAML takes as it stands; the others are refused before the spec is read. */
const YAML_PRINTABLE = /^[\t\n\r\x20-\x7e\x85\u{a0}-\u{d7ff}\u{e000}-\u{fefe}\u{ff00}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

/** Options that no under storage knows, with every text of a sample that the rules let through. */
const WILD: Readonly<Record<string, string>> = Object.fromEntries(
  [...new Set(sample(anyString, 300))]
    .filter((text) => text !== "" && !text.includes("${") && YAML_PRINTABLE.test(text) && isAllowed(text))
    .map((text, i) => [`k${i}`, text]),
);

function isAllowed(text: string): boolean {
  const config = { ...SMALL, underStorage: { uri: "s3://bucket/x", options: { k: text } } };
  return parseSpec(config, { stack: "dev" }).problems === undefined;
}

async function rest<Answer>(container: string, port: number, page: string): Promise<Answer> {
  const url = `http://127.0.0.1:${port}/api/v1/${page}`;
  return JSON.parse(await must("docker", "exec", container, "curl", "-s", "-m", "20", url)) as Answer;
}

/** The under storage verifies the signature of every request: what works proves that the very secret arrived. */
describe("a cluster whose under storage takes a credential", () => {
  const started = new Date();
  const texts: Record<string, string> = {};
  let one: S3Stack;
  let processes: ProcessWatch;
  let containers: ContainerWatch;
  let clusterId: string;
  let master: string;

  beforeAll(async () => {
    one = await S3Stack.start((config) => {
      Object.assign(config.underStorage.options!, WILD);
      config.properties = { ...config.properties, "alluxio.user.app.id": WILD["k0"]! };
    });
    processes = await ProcessWatch.start({ secret: one.canary });
    containers = new ContainerWatch();
    texts["preview --json"] = (await one.stack.pulumi("preview", "--json")).output;
    const up = await one.stack.up("-v=9", "--logtostderr");
    texts["up -v=9"] = up.output;
    if (up.code !== 0) throw new Error(up.output.slice(-5000));
    clusterId = (await one.stack.outputs()).clusterId;
    master = (await processesOf(clusterId)).get("master-1")!.name;
  }, 300_000);
  afterAll(() => (one as S3Stack | undefined)?.remove(), 120_000);

  test("what is written through Alluxio lies there, and what lies there is read through Alluxio", async () => {
    const data = Buffer.from("from the other side");
    one.s3.objects.set("prefix/there", { data, modified: new Date() });
    const both =
      "head -c 300000 /dev/urandom > /tmp/f && alluxio fs copyFromLocal /tmp/f /f >&2 && sha256sum /tmp/f && alluxio fs cat /there";
    const [digest, read] = lines(await must("docker", "exec", master, "sh", "-c", both));
    expect(read).toBe(data.toString());
    expect(digest!.split(" ")[0]).toBe(sha256(one.s3.objects.get("prefix/f")!.data));
    expect(one.s3.tally.refused).toEqual({});
  }, 60_000);

  test("any text reaches a process as it was declared, or is refused", async () => {
    const { configuration } = await rest<{ configuration: Record<string, string> }>(
      master,
      19999,
      "master/info?raw_configuration=true",
    );
    const root = "alluxio.master.mount.table.root.option.";
    const options = Object.entries(configuration).filter(([name]) => name.startsWith(`${root}k`));
    expect(Object.fromEntries(options.map(([name, value]) => [name.slice(root.length), value]))).toEqual(WILD);
    const worker = (await processesOf(clusterId)).get("worker-small-1")!.name;
    const { configuration: rows } = await rest<{ configuration: { left: string; middle: string }[] }>(
      worker,
      30000,
      "worker/webui_config",
    );
    expect(rows.find(({ left }) => left === "alluxio.user.app.id")?.middle).toBe(WILD["k0"]);
  }, 30_000);

  test("the secret is in the masters' file, and nowhere else", async () => {
    texts["stack export"] = (await one.stack.pulumi("stack", "export")).output;
    texts["stack export --show-secrets"] = (await one.stack.pulumi("stack", "export", "--show-secrets")).output;
    texts["preview --refresh"] = (await one.stack.pulumi("preview", "--refresh", "--diff")).output;
    for (const page of ["info?raw_configuration=true", "webui_config", "webui_mounttable"]) {
      texts[page] = JSON.stringify(await rest(master, 19999, `master/${page}`));
      expect(texts[page]).toContain("s3a.secretKey"); // it was there to be seen
    }
    const watched = await processes.stop();
    expect(watched.looks).toBeGreaterThan(1000);
    const { secret } = await scan(
      { secret: one.canary },
      {
        texts,
        processes: watched.sightings,
        containers: await containers.stop(),
        clusterId,
        image: one.stack.imageId(),
        folders: [
          { path: one.stack.folder },
          { path: resolve(PROJECT, ".tools"), since: started },
          { path: resolve(PROJECT, ".state"), since: started },
          { path: "/tmp", since: started, skip: ["node_modules", ".git"] },
          { path: "/run", since: started },
        ],
      },
    );
    expect(secret).toEqual<Sightings>({
      texts: [],
      commandLines: [],
      // How Pulumi itself hands the config to the program: readable by its user and root alone.
      variables: ["PULUMI_CONFIG"],
      described: [],
      histories: [],
      logs: [],
      files: [`600 secrets-credentials-${clusterId.slice(0, 4)}:/master-1/alluxio-site.properties`],
    });
    // Nothing in it was run.
    expect((await run("docker", ["exec", master, "ls", `/tmp/${one.canary.core}-ran`])).code).not.toBe(0);
  }, 60_000);

  test("destroy takes the volume along", async () => {
    const { code, output } = await one.stack.pulumi("destroy", "--yes", "--skip-preview");
    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    expect(await leftovers(clusterId)).toEqual([]);
  }, 60_000);
});
