import { spawnSync } from "node:child_process";
import { ansibleInventory, unitFilesOf } from "../../../bench/peers/ansible-inventory";
import { floorScripts, type ParallelScripts } from "../../../bench/peers/parallel-ssh";
import { stopStartAll } from "../../../bench/peers/stop-start-all";
import { parseSessions } from "../../../bench/support/hosts/sessions";
import { planHosts } from "../../../components/plan/hosts/planHosts";
import { specOf } from "../../support/specs";

const plan = planHosts(
  specOf({
    target: "hosts",
    masters: { hosts: ["m"] },
    workers: [{ name: "w", ramdisk: "64MB", hosts: ["w1", "w2"] }],
    mounts: [{ name: "data" }],
    underStorage: { path: "/srv/shared" },
    hosts: { release: { file: "/tmp/alluxio.tar.gz", sha256: "0123456789abcdef".repeat(4) } },
  }),
);
const floor = floorScripts(plan);
const { install, masters, serve, registered, mount } = floor;
const steps: readonly ParallelScripts[] = [install, masters, serve, registered, mount];

const parses = (script: string): string => spawnSync("bash", ["-n", "-c", script], { encoding: "utf8" }).stderr;

describe("the floor of a bring-up", () => {
  test("is scripts that a shell takes, one for each host that has something to do", () => {
    const hosts = Object.fromEntries(
      Object.entries<ParallelScripts>({ ...floor }).map(([step, scripts]) => [step, Object.keys(scripts)]),
    );
    expect(hosts).toEqual({
      install: ["m", "w1", "w2"],
      masters: ["m"],
      serve: ["m", "w1", "w2"],
      registered: ["m"],
      mount: ["w1", "w2"],
    });
    for (const script of steps.flatMap((scripts) => Object.values(scripts))) expect(parses(script)).toBe("");
  });

  test("writes every file and unit of the plan, starts every unit, and waits for each to answer", () => {
    for (const host of plan.hosts) {
      const installed = install[host.host] ?? "";
      for (const { path } of [...host.files, ...unitFilesOf(host)]) expect(installed).toContain(`>'${path}'`);
      const all = steps.map((scripts) => scripts[host.host] ?? "").join("\n");
      for (const { unit, healthPort } of host.services) {
        expect(all).toMatch(new RegExp(`systemctl enable --quiet --now .*'${unit}'`));
        expect(all).toContain(`served ${healthPort}\n`);
      }
      for (const { service } of host.mounts) expect(all).toContain(`systemctl enable --quiet --now '${service.unit}'`);
    }
    expect(floor.registered["m"]).toContain(`registered 19999 2 ${2 * 64 * 1024 ** 2}\n`);
  });
});

test("the inventory has every file and unit of the plan as it stands there", () => {
  const surroundings = { user: "u", keyFile: "/k", knownHostsFile: "/h", archive: "/a", addressOf: () => "10.0.0.1" };
  const { all } = JSON.parse(ansibleInventory(plan, surroundings)) as {
    all: { vars: { expected: unknown }; hosts: Record<string, Record<string, unknown>>; children: unknown };
  };
  expect(all.vars.expected).toEqual({ workers: 2, capacity_bytes: 2 * 64 * 1024 ** 2 });
  expect(all.children).toEqual({ masters: { hosts: { m: {} } } });
  for (const host of plan.hosts) {
    const { configuration, units } = all.hosts[host.host]! as Record<string, { path: string; content: string }[]>;
    expect(configuration!.map(({ path, content }) => [path, content])).toEqual(
      host.files.map(({ path, content }) => [path, content]),
    );
    expect(units).toEqual(unitFilesOf(host));
  }
});

test("the wiki's remedy stops mounts before workers, workers before masters, and starts them the other way round", () => {
  const verbs = stopStartAll(plan).map((scripts) => {
    const text = Object.values(scripts).join("\n");
    const verb = /^systemctl stop /m.test(text) ? "stop" : /systemctl enable /.test(text) ? "start" : "wait";
    const roles = ["fuse", "job-worker", "-worker.", "job-master", "-master."].filter((role) =>
      new RegExp(`systemctl .*${role.replace(".", "\\.")}`).test(text),
    );
    return [verb, Object.keys(scripts).join(" "), ...roles];
  });
  expect(verbs).toEqual([
    ["stop", "w1", "fuse"],
    ["stop", "w2", "fuse"],
    ["stop", "w1 w2", "job-worker", "-worker."],
    ["stop", "m", "job-master", "-master."],
    ["start", "m", "-master."],
    ["start", "m w1 w2", "job-worker", "-worker.", "job-master", "-master."],
    ["wait", "m"],
    ["start", "w1", "fuse"],
    ["start", "w2", "fuse"],
  ]);
});

test("what sshd has written tells connections, commands, and the time that they took", () => {
  const line = (time: number, text: string): string => `17000000${time.toFixed(6)} bare sshd[7]: ${text}`;
  const north = [
    line(10, 'Connection from 10.0.0.1 port 40000 on 10.0.0.2 port 22 rdomain ""'),
    line(10.2, "Accepted publickey for deploy from 10.0.0.1 port 40000 ssh2: ED25519 SHA256:x"),
    line(10.3, "Starting session: command for deploy from 10.0.0.1 port 40000 id 0"),
    line(12, "Close session: user deploy from 10.0.0.1 port 40000 id 0"),
    line(20, "Disconnected from user deploy 10.0.0.1 port 40000"),
  ];
  const south = [
    line(11, 'Connection from 10.0.0.1 port 40001 on 10.0.0.3 port 22 rdomain ""'),
    line(11.1, "Accepted publickey for deploy from 10.0.0.1 port 40001 ssh2: ED25519 SHA256:x"),
    line(11.2, "Starting session: command for deploy from 10.0.0.1 port 40001 id 0"),
    line(11.3, "Starting session: command for deploy from 10.0.0.1 port 40001 id 1"),
    line(13.5, "Close session: user deploy from 10.0.0.1 port 40001 id 0"),
  ];
  expect(parseSessions([north.join("\n"), south.join("\n")])).toEqual({
    connections: 2,
    commands: 3,
    seconds: 3.5,
    atOnce: 2,
  });
  expect(parseSessions(["", ""])).toEqual({ connections: 0, commands: 0, seconds: 0, atOnce: 0 });
});
