import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { ClusterConfig } from "../../components/spec/config";
import type { Adoption } from "../../operations/adopt/adopt";
import { isOpenNote } from "../../operations/adopt/note";
import { DEFAULT_VERSION } from "../../scripts/setup/stack-config";
import { HandMade, HOME, MOUNT, NFS, ROOT, SETS, traces, USER, type HandMadeJournal } from "../support/handMade";
import { Machines } from "../support/machines";
import type { Machine } from "../support/machine";
import { PROJECT, succeeds, until } from "../support/process";
import { packedTarball } from "../support/tarball";
import { TestStack } from "../support/testStack";
import { alluxioctl } from "../support/terminal";

/**
 * A cluster that was made by hand becomes a stack, by the steps that `adopt` prints, to the letter: every file and all that
 * Alluxio knows of it stays; and before people have ended the old one nothing is touched.
 */
const MINUTES = 60_000;
/** With blocks of which the ramdisk has room for several: a file that is written claims a whole one. */
const SITE = `alluxio.user.block.size.bytes.default=4MB
alluxio.user.file.readtype.default=CACHE_PROMOTE
alluxio.master.update.check.enabled=false
alluxio.worker.web.port=30005
`;
/** Put on the command line by scripts, or where something lies. */
const OF_THE_SCRIPTS =
  /^(?!alluxio\.)|^alluxio\.(?:home|conf\.dir|site\.conf\.dir|logs\.dir|user\.logs\.dir|logger\.type)$/;

/** Every file with its checksum, through a mount. */
const bytesOn = (machine: Machine): Promise<string> =>
  machine.exec(`cd ${MOUNT} && find . -type f -not -path './.alluxio_backups/*' -exec sha256sum {} + | sort -k 2`);

/** All that Alluxio knows of files and directories, but for what is in a cache, and of what is mounted into it. */
const metadataBy = async (alluxio: string, machine: Machine): Promise<string> => {
  const list = await machine.exec(
    `runuser -u ${USER} -- env LANG=C.UTF-8 ${alluxio} fs -Dalluxio.user.file.metadata.load.type=NEVER ls -R / 2>/dev/null |
      grep -v -F .alluxio_backups | sed -E 's/ +[0-9]+% / /' | sort`,
  );
  const table = await machine.exec(
    `runuser -u ${USER} -- env LANG=C.UTF-8 ${alluxio} fs mount 2>/dev/null | sed -E 's/capacity=[^,]*, used=[^,]*, //; s/ +/ /g' | sort`,
  );
  return `${list}\n${table}`;
};

/** Role → what its process goes by: alluxio-site.properties, and over it the command line. */
async function propertiesOn(machine: Machine): Promise<Map<string, Map<string, string>>> {
  const text = await machine.exec(`for pid in $(pgrep -f 'alluxio[.](master|worker|proxy|fuse)[.]Alluxio'); do
    words=$(tr '\\0' '\\n' <"/proc/$pid/cmdline")
    printf 'role %s\\n' "$(printf '%s\\n' "$words" | grep -x -E 'alluxio[.][a-z]+[.]Alluxio[A-Za-z]+')"
    conf=$(printf '%s\\n' "$words" | sed -n 's/^-Dalluxio[.]conf[.]dir=//p' | tail -n 1)
    grep -v -E '^ *(#|$)' "$conf/alluxio-site.properties"
    printf '%s\\n' "$words" | sed -n 's/^-D//p'
  done`);
  const all = new Map<string, Map<string, string>>();
  for (const block of text.split(/^role /m).slice(1)) {
    const [role = "", ...entries] = block.split("\n");
    const pairs = entries.flatMap((entry): [string, string][] => {
      const [, name, value] = /^\s*([^=\s]+)\s*=\s*(.*)$/.exec(entry) ?? [];
      return name === undefined || OF_THE_SCRIPTS.test(name) ? [] : [[name, value!]];
    });
    all.set(`${role.trim()} on ${machine.name}`, new Map(pairs));
  }
  return all;
}

/** All of a stack; nothing is imported, and nothing of the old cluster is in it. */
const MADE = [
  "alluxio:hosts:AlluxioPaths dev-paths",
  "alluxio:hosts:Cluster dev",
  "alluxio:hosts:Configuration dev-configuration-north",
  "alluxio:hosts:Configuration dev-configuration-south",
  "alluxio:hosts:FuseMount dev-fuse-fuse2@north",
  "alluxio:hosts:FuseMount dev-fuse-fuse2@south",
  "alluxio:hosts:Machine dev-north",
  "alluxio:hosts:Machine dev-south",
  "alluxio:hosts:Master dev-master-north",
  "alluxio:hosts:Mount dev-mount-fuse2-on-north",
  "alluxio:hosts:Mount dev-mount-fuse2-on-south",
  "alluxio:hosts:Preflight dev-preflight",
  "alluxio:hosts:Ramdisk dev-ramdisk-north",
  "alluxio:hosts:Ramdisk dev-ramdisk-south",
  "alluxio:hosts:Release dev-release-north",
  "alluxio:hosts:Release dev-release-south",
  "alluxio:hosts:Service dev-job-master",
  "alluxio:hosts:Service dev-job-worker-north",
  "alluxio:hosts:Service dev-job-worker-south",
  "alluxio:hosts:Service dev-master-1",
  "alluxio:hosts:Service dev-worker-north",
  "alluxio:hosts:Service dev-worker-south",
  "alluxio:hosts:System dev-system-north",
  "alluxio:hosts:System dev-system-south",
  "alluxio:hosts:Worker dev-worker-on-north",
  "alluxio:hosts:Worker dev-worker-on-south",
  "alluxio:index:ChangeGuard dev-guard",
  "alluxio:index:Membership dev-membership",
  "pulumi:providers:alluxio dev-alluxio",
  "pulumi:pulumi:Stack alluxio-dev",
];
const HEAD = /^ *Host +What +Found +What to do$/;
/** What the last column but one of a table of findings says, which goes on over lines, and what the last. */
function findingsIn(output: string): { found: string; remedies: string } {
  const rows = output.split("\n");
  const head = rows.findIndex((row) => HEAD.test(row));
  const end = rows.findIndex((row, n) => n > head && row.trim() === "");
  const [found, remedy] = ["Found", "What to do"].map((title) => rows[head]?.indexOf(title)) as [number, number];
  const cells = (from: number, to?: number): string =>
    rows
      .slice(head + 1, end)
      .map((row) => row.slice(from, to).trim())
      .join(" ");
  return { found: cells(found, remedy), remedies: cells(remedy) };
}

describe.each<{ journal: HandMadeJournal; confirms: RegExp }>([
  { journal: "EMBEDDED", confirms: /^take over the journal \S+\/journal on host north @[0-9a-f]{4}$/ },
  {
    journal: "UFS",
    confirms: /^begin with the backup \/nfs\/alluxio\/.alluxio_backups\/adopted-dev.gz of \S+Z @[0-9a-f]{4}$/,
  },
])("a hand-made cluster whose journal is $journal", ({ journal, confirms }) => {
  let machines: Machines;
  let [north, south]: Machine[] = [];
  let cluster: HandMade;
  let adoption: Adoption;
  let adopted: ClusterConfig;
  let bytes: string;
  let metadata: string;
  let properties: Map<string, Map<string, string>>;
  /** Of the files that the preview proposes: host → path → SHA-256. */
  let proposed: Record<string, Record<string, string>>;
  const folder = mkdtempSync(join(tmpdir(), "takeover-"));
  let stack: TestStack;
  /** Also where the rest of set-up fails; last made, first removed. */
  const made: { remove(): Promise<void> }[] = [];
  const homeBefore = process.env["HOME"];
  const old = `${HOME}/bin/alluxio`;

  beforeAll(async () => {
    machines = await Machines.start({ names: ["north", "south"], memoryMiB: 3072, sharedFolder: NFS });
    made.unshift(machines);
    [north, south] = machines.all;
    cluster = await HandMade.start(machines, journal, SITE);
    mkdirSync(join(folder, ".ssh"));
    writeFileSync(join(folder, ".ssh/key"), machines.keys.user.private, { mode: 0o600 });
    const blocks = machines.all.map(
      ({ name, address, user }) =>
        `Host ${name}\n  HostName ${address}\n  User ${user}\n  IdentityFile ${folder}/.ssh/key\n`,
    );
    writeFileSync(join(folder, ".ssh/config"), blocks.join(""));
    writeFileSync(join(folder, ".ssh/known_hosts"), machines.knownHosts());
    process.env["HOME"] = folder;
    stack = new TestStack("dev", () => undefined, { plain: true });
    made.unshift(stack);
    // What stands in the stack file before adopt has written one comes up nowhere.
    stack.write({ target: "hosts" });
    await stack.init();
  }, 10 * MINUTES);
  afterAll(async () => {
    for (const one of made) await one.remove();
    process.env["HOME"] = homeBefore;
    rmSync(folder, { recursive: true });
  }, 5 * MINUTES);

  const traced = (): Promise<string[]> => Promise.all(machines.all.map(traces));
  const notesAbout = (name: string) => adoption.notes.filter(({ about }) => about === name).map(({ kind }) => kind);

  test(
    "files of every kind, in the root, in a nested mount, and in the caches alone",
    async () => {
      await south!.exec(
        `runuser -u ${USER} -- bash -e -c '
        cd ${MOUNT} && mkdir -p "sets of mine/é" empty closed && chmod 700 closed
        : >nothing && printf x >"sets of mine/é/one byte"
        head -c 300000 /dev/urandom >closed/small && chmod 640 closed/small
        head -c 5000000 /dev/urandom >"sets of mine/large"'
      printf 'was there before\\n' >${SETS}/old && chown ${USER}: ${SETS}/old`,
      );
      await cluster.command(`bin/alluxio fs mount /data ${SETS} && bin/alluxio fs ls -R /data`);
      await north!.exec(`runuser -u ${USER} -- bash -c 'head -c 2000000 /dev/urandom >${MOUNT}/data/written'`);
      await cluster.command(
        `head -c 1500000 /dev/urandom >/tmp/alone && bin/alluxio fs -Dalluxio.user.file.writetype.default=MUST_CACHE \\
        copyFromLocal /tmp/alone /alone && rm /tmp/alone`,
      );
      // What Alluxio writes to the under storage by itself is no trace of ours.
      await until("only what nobody persists is in the caches alone", 120, async () => {
        const list = await metadataBy(old, north!);
        const files = list.split("\n").filter((line) => /PERSISTED/.test(line) && !/ DIR /.test(line));
        return files.filter((line) => !/ PERSISTED /.test(line)).length === 1;
      });
      // Nor is what Alluxio finds there of its own when it looks again.
      await cluster.command("bin/alluxio fs ls -R -f /");
      bytes = await bytesOn(south!);
      expect(bytes.split("\n").map((line) => line.slice(66))).toEqual([
        "./alone",
        "./closed/small",
        "./data/old",
        "./data/written",
        "./nothing",
        "./sets of mine/large",
        "./sets of mine/é/one byte",
      ]);
      expect(await bytesOn(north!)).toBe(bytes);
    },
    3 * MINUTES,
  );

  test(
    "is adopted as a file, with what the takeover changes, and every step of it",
    async () => {
      const before = await traced();
      const file = join(folder, "Pulumi.dev.yaml");
      const args = ["adopt", "--master", "north", "--stack", "dev", "--out", file, "--json"];
      const { code, out } = await alluxioctl(PROJECT, ...args);
      expect(code).toBe(1);
      adoption = JSON.parse(out) as Adoption;
      expect(await traced()).toEqual(before);
      // The folder of a volume, which both machines have: what no test can show to be shared has to be said by somebody.
      expect(adoption.notes.filter(isOpenNote).map(({ about }) => about)).toEqual([
        "files in the caches",
        `under storage ${ROOT}`,
      ]);
      adopted = (parse(readFileSync(file, "utf8")) as { config: Record<string, ClusterConfig> }).config[
        "alluxio:cluster"
      ]!;
      expect(adopted.dataSets).toEqual([{ name: "data", path: "/data", source: SETS }]);
      expect(notesAbout("journal")).toEqual(journal === "UFS" ? ["difference"] : []);
      const { path, sha256 } = await packedTarball(DEFAULT_VERSION);
      // Where there is no internet the release comes from a file.
      stack.write({ ...adopted, hosts: { ...adopted.hosts, release: { file: path, sha256 } } });
    },
    2 * MINUTES,
  );

  test(
    "a preview proposes what adopt has named, and says what has to end first",
    async () => {
      const before = await traced();
      if (journal === "EMBEDDED") {
        const unconfirmed = await stack.pulumi("preview");
        expect(unconfirmed.code).not.toBe(0);
        expect(unconfirmed.output).toContain(`takeover: take over the journal ${HOME}/journal on host north`);
        confirm(unconfirmed.output);
      }
      const { code, stdout, output } = await stack.pulumi("preview", "--json");
      expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
      const { steps, diagnostics = [] } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as {
        steps: { op: string; urn: string; newState?: { inputs?: Record<string, unknown> } }[];
        diagnostics?: { message?: string }[];
      };
      const made = steps.map(({ op, urn }) => `${op} ${urn.split("::").slice(2).join(" ").replace(/^.*\$/, "")}`);
      expect(made.sort()).toEqual(MADE.map((what) => `create ${what}`));
      proposed = Object.fromEntries(
        steps
          .filter(({ urn }) => urn.includes("hosts:Configuration::"))
          .map(({ newState }) => {
            const { host, files } = newState!.inputs as { host: string; files: Record<string, { sha256: string }> };
            return [host, Object.fromEntries(Object.entries(files).map(([path, { sha256 }]) => [path, sha256]))];
          }),
      );
      const told = `${diagnostics.map(({ message }) => message).join("\n")}\n${output}`.replace(/\s+/g, " ");
      expect(told).toContain("once what was made by hand has ended there, and no sooner is anything touched");
      for (const what of ["Alluxio made by hand", `mount point ${MOUNT}`, "ramdisk /mnt/ramdisk"])
        expect(told).toContain(what);
      expect(await traced()).toEqual(before);
    },
    3 * MINUTES,
  );

  test(
    "an up refuses while it runs, with what is in the caches alone, and touches nothing",
    async () => {
      const before = await traced();
      const refused = await stack.up();
      expect(refused.code).not.toBe(0);
      const told = refused.output.replace(/\s+/g, " ");
      expect(told).toContain("the hosts cannot run the cluster yet, and nothing was touched");
      const { found, remedies } = findingsIn(refused.output);
      expect(found).toMatch(/AlluxioMaster .* 1 of 7 files are in its caches alone: \/alone /);
      expect(remedies).toContain(`\`${old} fs persist /\`, then`);
      expect(await traced()).toEqual(before);
      properties = new Map([...(await propertiesOn(north!)), ...(await propertiesOn(south!))]);
    },
    3 * MINUTES,
  );

  test(
    "the steps that adopt has printed, to the letter",
    async () => {
      const here: string[] = [];
      for (const { command, hosts, user } of adoption.steps) {
        if (command === undefined) throw new Error("a step without a command");
        if (hosts === undefined) here.push(command);
        for (const host of hosts ?? []) await machines.get(host).exec('su - "$1" -c "$2"', user!, command);
        if (!command.includes("fs persist")) continue;
        metadata = await metadataBy(old, north!);
        const { output } = await stack.up();
        expect(findingsIn(output).found).toContain(
          "nothing is lost with the caches: of 7 files looked at, each is persisted in the under storage",
        );
      }
      expect(metadata).toContain("/sets of mine/é/one byte");
      expect(metadata).toContain(`${SETS} on /data`);
      expect(here).toEqual([
        "npx pulumi stack init dev",
        "npx alluxioctl preflight --stack dev",
        "npx alluxioctl preflight --stack dev",
        "npx pulumi up --stack dev",
        "npx pulumi up --refresh --stack dev",
      ]);
      for (const machine of machines.all) {
        expect((await machine.tryExec("pgrep -f 'alluxio[.](master|worker|fuse)[.]Alluxio'")).stdout).toBe("");
        expect(await machine.exec("cat /proc/self/mountinfo")).not.toMatch(/ramfs|alluxio-fuse/);
      }
    },
    6 * MINUTES,
  );

  test(
    "without the confirmation nothing is touched; with it every path and every byte is there",
    async () => {
      const before = await traced();
      const confirmation = stack.spec.confirm ?? [];
      stack.edit((config) => delete config.confirm);
      const refused = await stack.up();
      expect(refused.code).not.toBe(0);
      expect(await traced()).toEqual(before);
      confirm(refused.output);
      // What was confirmed while the old cluster ran still is.
      if (confirmation.length > 0) expect(stack.spec.confirm).toEqual(confirmation);

      succeeds(await stack.up());
      const current = "/opt/alluxio/current/bin/alluxio";
      expect(await metadataBy(current, north!)).toBe(metadata);
      expect(await bytesOn(south!)).toBe(bytes);
      expect(await bytesOn(north!)).toBe(bytes);
    },
    6 * MINUTES,
  );

  test(
    "what has changed is what was proposed, and each of it was named",
    async () => {
      for (const [host, files] of Object.entries(proposed)) {
        const found = await machines.get(host).exec('sha256sum -- "$@"', ...Object.keys(files));
        expect(Object.fromEntries(found.split("\n").map((line) => [line.slice(66), line.slice(0, 64)]))).toEqual(files);
      }
      const now = new Map([...(await propertiesOn(north!)), ...(await propertiesOn(south!))]);
      expect([...now.keys()].sort()).toEqual([...properties.keys()].sort());
      const changed = new Set<string>();
      for (const [process, before] of properties) {
        const after = now.get(process)!;
        for (const name of new Set([...before.keys(), ...after.keys()])) {
          if (before.get(name) !== after.get(name)) changed.add(name);
        }
      }
      const named = new Set(
        adoption.notes.filter(({ kind }) => kind === "difference" || kind === "equal").map(({ about }) => about),
      );
      expect([...changed].filter((name) => !named.has(name))).toEqual([]);
      const differences = adoption.notes.filter(
        ({ about, kind }) => kind === "difference" && about.startsWith("alluxio."),
      );
      expect(differences.map(({ about }) => about).filter((name) => !changed.has(name))).toEqual([]);
    },
    2 * MINUTES,
  );

  test(
    "the confirmation is taken out again, and a second up changes nothing",
    async () => {
      stack.edit((config) => delete config.confirm);
      succeeds(await stack.up("--refresh"));
      succeeds(await stack.up("--refresh", "--expect-no-changes"));
      expect(await bytesOn(south!)).toBe(bytes);
    },
    3 * MINUTES,
  );

  test(
    "the way back: a destroy leaves what was there, and the old cluster goes on",
    async () => {
      succeeds(await stack.pulumi("destroy", "--yes", "--skip-preview"));
      for (const machine of machines.all) {
        await machine.exec("mount -t ramfs -o size=64m ramfs /mnt/ramdisk && chmod a+w /mnt/ramdisk");
      }
      await cluster.servers();
      await cluster.fuse(south!);
      expect(await metadataBy(old, north!)).toBe(metadata);
      expect(await bytesOn(south!)).toBe(bytes);
    },
    5 * MINUTES,
  );

  /** Adds the line that a run asks for. */
  function confirm(output: string): void {
    const asked = [...output.matchAll(/add to the spec: confirm: \["([^"]+)"\]/g)].map(([, line]) => line!);
    expect(new Set(asked).size).toBe(1);
    expect(asked[0]).toMatch(confirms);
    stack.edit((config) => (config.confirm = [asked[0]!]));
  }
});
