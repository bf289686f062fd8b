import { shellQuoted } from "../../components/plan/shellQuote";
import type { HostPlan, HostsPlan, ServicePlan } from "../../components/plan/hosts/types";
import { unitFilesOf } from "./ansible-inventory";

/** One script for each of some hosts, all of which run at once. */
export type ParallelScripts = Readonly<Record<string, string>>;

/**
 * The floor under every tool that brings a cluster up: what has to be done on the hosts, as one shell script a host and a
 * step, and nothing else. The first reads the release's archive on standard input, and also starts the master; `masters` does that alone.
 */
export interface FloorScripts {
  readonly install: ParallelScripts;
  readonly masters: ParallelScripts;
  readonly serve: ParallelScripts;
  readonly registered: ParallelScripts;
  readonly mount: ParallelScripts;
}

export function floorScripts({ hosts }: HostsPlan): FloorScripts {
  const workers = hosts.filter(({ ramdisk }) => ramdisk !== undefined);
  const capacity = workers.reduce((sum, { ramdisk }) => sum + ramdisk!.sizeMiB * 1024 ** 2, 0);
  const master = hosts[0]!;
  const scripts = (some: readonly HostPlan[], script: (host: HostPlan) => string): ParallelScripts =>
    Object.fromEntries(some.map((host) => [host.host, `set -eu\n${WAITS}${script(host)}`]));
  return {
    install: scripts(hosts, (host) => install(host) + startAll(mastersOf(host))),
    masters: scripts([master], (host) => startAll(mastersOf(host))),
    serve: scripts(hosts, (host) => startAll(host.services.filter(({ role }) => role !== "master"))),
    registered: scripts(
      [master],
      ({ services }) =>
        `registered ${services.find(({ role }) => role === "master")!.healthPort} ${workers.length} ${capacity}\n`,
    ),
    mount: scripts(
      hosts.filter(({ mounts }) => mounts.length > 0),
      ({ mounts }) =>
        mounts
          .map(({ mountPoint: { path, owner, group, mode }, service: { unit } }) =>
            [
              `mkdir -p ${quote(path)}`,
              `chown ${owner}:${group} ${quote(path)}`,
              `chmod ${mode} ${quote(path)}`,
              enableNow([unit]),
            ].join("\n"),
          )
          .join("\n"),
    ),
  };
}

const quote = shellQuoted;
const mastersOf = ({ services }: HostPlan): ServicePlan[] => services.filter(({ role }) => role === "master");

const WAITS = `
answers() { timeout -s KILL 5 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" && printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3 && head -c 5 <&3' "$1" 2>/dev/null; }
served() { until [ "$(answers "$1")" = HTTP/ ]; do sleep 0.2; done; }
registered() {
  until said=$(curl -s -m 5 "http://127.0.0.1:$1/api/v1/master/info") &&
    [ "$(printf %s "$said" | grep -o '"capacityBytes":[0-9]*' | wc -l)" -ge "$2" ] &&
    printf %s "$said" | grep -o '"capacityBytes":[0-9]*' | cut -d : -f 2 | awk -v all="$3" '{ sum += $1 } END { exit sum != all }'
  do sleep 0.2; done
}
`;

function install(host: HostPlan): string {
  const { user, release, lines, directories, files, ramdisk } = host;
  const written = [
    ...files,
    ...unitFilesOf(host).map((file) => ({ ...file, owner: "root", group: "root", mode: "0644" })),
  ];
  return [
    `groupadd --system ${quote(user.group)}`,
    `useradd --system --gid ${quote(user.group)} --home-dir ${quote(user.home)} --no-create-home --shell ${quote(user.shell)} ${quote(user.name)}`,
    ...lines.map(
      ({ path, line }) =>
        `grep -q -x -F ${quote(line)} ${quote(path)} || printf '%s\\n' ${quote(line)} >>${quote(path)}`,
    ),
    `mkdir -p ${quote(release.prefix)}`,
    `tar --no-same-owner -xzf - -C ${quote(release.prefix)}`,
    `ln -sfn ${quote(release.link.target)} ${quote(release.link.path)}`,
    ...directories.map(
      ({ path, owner, group, mode }) => `install -d -o ${owner} -g ${group} -m ${mode} ${quote(path)}`,
    ),
    ...written.map(
      ({ path, owner, group, mode, content }) =>
        `printf %s ${quote(content)} >${quote(path)}\nchown ${owner}:${group} ${quote(path)}\nchmod ${mode} ${quote(path)}`,
    ),
    "systemctl daemon-reload",
    ...(ramdisk ? [enableNow([ramdisk.unit])] : []),
    "",
  ].join("\n");
}

export const enableNow = (units: readonly string[]): string =>
  `systemctl enable --quiet --now ${units.map(quote).join(" ")}`;

const startAll = (services: readonly ServicePlan[]): string =>
  services.length === 0
    ? ""
    : [
        enableNow(services.map(({ unit }) => unit)),
        ...services.map(({ healthPort }) => `served ${healthPort}`),
        "",
      ].join("\n");
