import { planHosts } from "../../components/plan/hosts/planHosts";
import type { HostPlan } from "../../components/plan/hosts/types";
import { planCluster } from "../../components/plan/planCluster";
import type { ClusterConfig } from "../../components/spec/config";
import { parseSpec } from "../../components/spec/parse";
import { DEFAULT_VERSION } from "../../scripts/setup/stack-config";
import type { Machine } from "../support/machine";
import { Machines } from "../support/machines";
import { specOf } from "../support/specs";
import { anyString, RAN, sample } from "../support/strings";
import { packedTarball } from "../support/tarball";

/** In place of the JVM: tells the journal which arguments it was given, one a line, as base64. */
const STUB = `#!/bin/bash
for argument in "$@"; do printf 'given:%s\\n' "$(printf '%s' "$argument" | base64 -w 0)"; done
echo 'all given'
sleep infinity
`;
const JAVA = "/opt/stub";
const UNDER_STORAGE = "/srv/data";

const CONFIG: ClusterConfig = {
  target: "hosts",
  version: DEFAULT_VERSION,
  masters: { hosts: ["north"] },
  workers: [{ name: "small", ramdisk: "64MB", hosts: ["north"] }],
  underStorage: { path: UNDER_STORAGE },
  hosts: { java: { home: JAVA }, release: { file: "~/alluxio.tar.gz", sha256: "0".repeat(64) } },
};

let machines: Machines;
let north: Machine;

beforeAll(async () => {
  machines = await Machines.start({ names: ["north"] });
  north = machines.get("north");
  const { path } = await packedTarball(DEFAULT_VERSION);
  await north.put(path, "/root/alluxio.tar.gz");
  const { directories, user } = hostOf(CONFIG);
  await write(`${JAVA}/bin/java`, STUB, "755");
  await north.exec(
    `groupadd "$1" && useradd --system --gid "$1" "$2" && mkdir -p "\${@:3}" && chown "$2" "\${@:3}" &&
     tar -C /opt/alluxio --no-same-owner -xzf /root/alluxio.tar.gz`,
    ...[user.group, user.name, UNDER_STORAGE, ...directories.map(({ path }) => path)],
  );
}, 120_000);
afterAll(() => machines.remove(), 60_000);

const hostOf = (config: ClusterConfig): HostPlan => {
  const spec = specOf(config);
  return planHosts(spec, planCluster(spec)).hosts[0]!;
};
const write = (path: string, content: string, mode = "644"): Promise<string> =>
  north.exec(
    'mkdir -p "$(dirname "$1")" && printf %s "$2" | base64 -d >"$1" && chmod "$3" "$1"',
    ...[path, Buffer.from(content).toString("base64"), mode],
  );

/** Starts the process of a plan by systemd. @returns the arguments that its JVM got */
async function argumentsOf(host: HostPlan, path: string, content: string, unit: string): Promise<string[]> {
  for (const file of host.files) await write(file.path, file.content, file.mode);
  await write(path, content);
  const since = await north.exec("systemctl daemon-reload && date +%s.%N");
  await north.exec('systemctl start "$1"', unit);
  const said = await north.exec(
    `until journalctl -u "$1" --since "@$2" -o cat | grep -x 'all given'; do sleep 0.2; done
     journalctl -u "$1" --since "@$2" -o cat | sed -n 's/^given://p' >/tmp/given; systemctl kill -s KILL "$1"; systemctl stop "$1"`,
    ...[unit, since],
  );
  expect(said).toBe("all given");
  return (await north.exec("cat /tmp/given")).split("\n").map((line) => Buffer.from(line, "base64").toString("utf8"));
}
const nothingRan = (): Promise<string> => north.exec('test ! -e "$1"', RAN);

/** The strings of a sample that the rules let through, and how many they refuse. */
function carried(count: number, configOf: (text: string) => ClusterConfig): { texts: string[]; refused: number } {
  const all = [...new Set(sample(anyString, count))];
  const texts = all.filter((text) => !parseSpec(configOf(text), { stack: "dev" }).problems);
  return { texts, refused: all.length - texts.length };
}

test("options of a JVM: any string arrives as it is, through systemd, Alluxio's scripts and their shells, or is refused", async () => {
  const { texts, refused } = carried(200, (text) => ({ ...CONFIG, jvmOptions: [`-Da=${text}`] }));
  const options = texts.map((text, i) => `-Dq${i}=${text}`);
  const host = hostOf({ ...CONFIG, jvmOptions: options });
  const { path, content, unit } = host.services[0]!;
  const given = await argumentsOf(host, path, content, unit);
  expect(given.filter((one) => one.startsWith("-Dq"))).toEqual(options);
  expect([texts.length > 30, refused > 30]).toEqual([true, true]);
  await nothingRan();
}, 120_000);

test("options, mount points and Alluxio paths of a FUSE mount", async () => {
  const configOf = (text: string): ClusterConfig => ({
    ...CONFIG,
    mounts: [{ name: "a", mountPoint: `/mnt/x/${text}`, alluxioPath: `/${text}`, options: [`fsname=${text}`] }],
  });
  const { texts, refused } = carried(60, configOf);
  for (const text of texts) {
    const host = hostOf(configOf(text));
    const [{ service }] = host.mounts as [HostPlan["mounts"][number]];
    // The stub mounts nothing: what waits for the mount would end it.
    const content = service.content.replace(/^ExecStart(Pre|Post)=\+.*$/gm, "");
    const given = await argumentsOf(host, service.path, content, service.unit);
    expect(given.slice(given.indexOf("-m"))).toEqual(["-m", `/mnt/x/${text}`, "-a", `/${text}`]);
    expect(given.join("\n")).toContain(`fsname=${text}`);
  }
  expect([texts.length > 5, refused > 20]).toEqual([true, true]);
  await nothingRan();
}, 240_000);

test("in an unquoted file Alluxio's scripts would run it: the test would see it", async () => {
  const host = hostOf(CONFIG);
  const { path, content, unit, configuration } = host.services[0]!;
  const files = host.files.map((file) =>
    file.path === `${configuration}/alluxio-env.sh`
      ? { ...file, content: `${file.content}export ALLUXIO_MASTER_JAVA_OPTS="-Da=$(touch ${RAN})"\n` }
      : file,
  );
  expect(files).not.toEqual(host.files);
  // Where the sandbox lets the process write.
  await north.exec(
    "mkdir -p /etc/systemd/system/$1.d && printf '[Service]\\nPrivateTmp=no\\nReadWritePaths=/tmp\\n' >/etc/systemd/system/$1.d/tmp.conf",
    unit,
  );
  await argumentsOf({ ...host, files }, path, content, unit);
  await north.exec('test -e "$1" && rm "$1"', RAN);
}, 60_000);
