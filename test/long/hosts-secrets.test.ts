import { formsIn, newCanary, textNeedles, type Canary } from "../support/canary/needles";
import { filesWith } from "../support/canary/files";
import { ProcessWatch } from "../support/canary/processes";
import { lookedAt } from "../support/drift";
import { Machines } from "../support/machines";
import type { Machine } from "../support/machine";
import { hostsSpec } from "../support/hostsSpec";
import { lines, run, succeeds } from "../support/process";
import { S3Stack } from "../support/s3/s3Stack";
import { keyPair } from "../support/ssh/keyPair";
import type { TestStack } from "../support/testStack";

/**
 * The secrets of a cluster on hosts: an SSH key and its passphrase, both from Pulumi's config, and a credential of the under
 * storage. Everything that a run leaves, here and on the host, is searched for them, and for a twin that was planted there.
 */
const SITE = "/opt/alluxio/conf/master/alluxio-site.properties";
const KEY_DIGITS = 40;
const started = new Date();
const texts: Record<string, string> = {};
let machines: Machines;
let north: Machine;
let one: S3Stack;
let stack: TestStack;
let processes: ProcessWatch;
let canaries: Record<"key" | "passphrase" | "credential" | "twin", Canary>;

const authorize = (line: string): Promise<string> =>
  north.exec('printf "%s\\n" "$1" >~deploy/.ssh/authorized_keys', line);
/** Of a key's text: no digit of it stands anywhere by chance. */
const canaryOf = (privateKey: string): Canary => {
  const core = privateKey.split("\n").slice(1, -2).join("").slice(-KEY_DIGITS);
  return { core, value: privateKey };
};
async function newKey(): Promise<{ readonly key: Canary; readonly passphrase: Canary }> {
  const passphrase = newCanary();
  const pair = keyPair(passphrase.value);
  await stack.setSecret("sshKey", pair.private);
  await stack.setSecret("sshPassphrase", passphrase.value);
  await authorize(pair.public);
  return { key: canaryOf(pair.private), passphrase };
}

/** Files of the host that hold one of these, changed since the test began: `<mode> <owner> <path>`. */
async function filesOnHost(canary: Canary): Promise<string[]> {
  const SEARCH = `needles=$(mktemp /run/needles.XXXXXX)
    cat >"$needles"
    find / \\( -path /proc -o -path /sys -o -path /dev -o -path '/run/needles.*' \\) -prune -o -type f -newermt "@$1" -print0 |
      xargs -0 -r grep -l -a -F -f "$needles" -- | xargs -d '\\n' -r stat -c '%a %U %n'
    rm "$needles"`;
  const since = String(Math.floor(started.getTime() / 1000));
  const docker = ["exec", "--interactive", north.container, "bash", "-c", SEARCH, "bash", since];
  // On standard input, or the search would be what it finds.
  const { stdout } = await run("docker", docker, { input: textNeedles(canary).join("\n") });
  return lines(stdout).sort();
}

const textsWith = (canary: Canary): string[] =>
  Object.entries(texts).flatMap(([name, text]) => (formsIn(canary, text).length > 0 ? [name] : []));

beforeAll(async () => {
  machines = await Machines.start({ names: ["north"], memoryMiB: 3072 });
  north = machines.get("north");
  const cluster = { masters: { hosts: ["north"] }, workers: [{ name: "small", ramdisk: "64MB", hosts: ["north"] }] };
  const spec = await hostsSpec(machines, cluster);
  one = await S3Stack.start((config) => {
    const { underStorage } = config;
    for (const name of Object.keys(config)) Reflect.deleteProperty(config, name);
    const { key: _, ...hosts } = spec.hosts!;
    const credentials = { privateKey: "sshKey", passphrase: "sshPassphrase" };
    Object.assign(config, spec, { underStorage, hosts: { ...hosts, credentials } });
  });
  stack = one.stack;
  canaries = { ...(await newKey()), credential: one.canary, twin: newCanary(false) };
  processes = await ProcessWatch.start(canaries);
  texts["preview --json"] = (await stack.pulumi("preview", "--json")).output;
  const up = await stack.up("-v=9", "--logtostderr");
  texts["up -v=9"] = up.output;
  succeeds(up);
}, 600_000);
afterAll(async () => {
  await (one as S3Stack | undefined)?.remove();
  await machines.remove();
}, 300_000);

test("the under storage takes the credential: the very secret has arrived", async () => {
  one.s3.objects.set("prefix/there", { data: Buffer.from("from the other side"), modified: new Date() });
  const read = "runuser -u alluxio -- env PATH=/opt/alluxio/current/bin:$PATH alluxio fs cat /there";
  expect(await north.exec(read)).toBe("from the other side");
  expect(one.s3.tally.refused).toEqual({});
}, 60_000);

test("a secret is nowhere but where it belongs; a twin is found wherever it was planted", async () => {
  for (const args of [["export"], ["export", "--show-secrets"]])
    texts[`stack ${args.join(" ")}`] = (await stack.pulumi("stack", ...args)).output;
  texts["preview --refresh"] = (await stack.pulumi("preview", "--refresh", "--diff")).output;
  texts["drift --no-plan"] = JSON.stringify(await lookedAt(stack));
  expect(texts["drift --no-plan"]).toBe("[]");
  texts["journal of the host"] = await north.exec("journalctl --no-pager --all -o export");
  texts["planted"] = `a line with ${Buffer.from(canaries.twin.core).toString("base64")} in it`;
  const plant = 'printf "%s" "$1" >/var/tmp/planted; chmod 640 /var/tmp/planted; exec -a "$1" sleep 2';
  await north.exec(plant, canaries.twin.core);
  const watched = await processes.stop();
  expect(watched.looks).toBeGreaterThan(500);

  const found = await Promise.all(
    Object.entries(canaries).map(async ([name, canary]) => {
      const borne = watched.sightings.filter((sighting) => sighting.canary === name);
      const where = {
        texts: textsWith(canary),
        commandLines: borne.some((sighting) => sighting.where === "command line"),
        variables: [...new Set(borne.flatMap(({ variable }) => variable ?? []))],
        onHost: await filesOnHost(canary),
        here: [
          ...filesWith(canary, stack.folder),
          ...filesWith(canary, "/tmp", { since: started, skip: ["node_modules", ".git"] }),
        ],
      };
      return [name, where];
    }),
  );
  const nowhere = { texts: [], commandLines: false, onHost: [], here: [] };
  // How Pulumi itself hands the config to the program: readable by its user and root alone.
  const config = { ...nowhere, variables: ["PULUMI_CONFIG"] };
  expect(Object.fromEntries(found)).toEqual({
    key: config,
    passphrase: config,
    credential: { ...config, onHost: [`600 alluxio ${SITE}`] },
    twin: {
      texts: ["planted"],
      commandLines: true,
      variables: [],
      onHost: ["640 root /var/tmp/planted"],
      here: [],
    },
  });
}, 240_000);

test("a wrong passphrase is told by its field, and not by its value", async () => {
  const wrong = newCanary();
  await stack.setSecret("sshPassphrase", wrong.value);
  const up = await stack.up("--refresh");
  expect(up.code).not.toBe(0);
  expect(up.output).toContain("sshPassphrase");
  expect(Object.values({ ...canaries, wrong }).flatMap((canary) => formsIn(canary, up.output))).toEqual([]);
}, 120_000);

test("another key and passphrase change no resource", async () => {
  const next = await newKey();
  const preview = await stack.pulumi("preview", "--refresh", "--expect-no-changes");
  succeeds(preview);
  succeeds(await stack.up("--refresh", "--expect-no-changes"));
  expect([next.key, next.passphrase].flatMap((canary) => formsIn(canary, preview.output))).toEqual([]);
}, 180_000);

test("drift of the file with the credential is told without it", async () => {
  await north.exec('echo "# edited" >>"$1"', SITE);
  const looked = await lookedAt(stack);
  expect(looked.map(([resource, path]) => [resource, path])).toContainEqual([
    "dev-configuration-north",
    `files["${SITE}"].sha256`,
  ]);
  expect(formsIn(canaries.credential, JSON.stringify(looked))).toEqual([]);
}, 120_000);
