import { shellQuoted } from "../../components/plan/shellQuote";
import type { HostPlan, HostsPlan } from "../../components/plan/hosts/types";
import { enableNow, floorScripts, type ParallelScripts } from "./parallel-ssh";

/**
 * The remedy of a wiki for whatever is wrong with a mount: stop everything, unmount everywhere, start everything, mount
 * everywhere. As there, mounts go one worker after the other (`for worker in $(cat conf/workers)`), workers all at once
 * (`alluxio-workers.sh`). The wiki stops the masters first, and then each worker takes its full 90 s to give up: here mounts
 * and workers go first.
 *
 * @returns steps, one after the other
 */
export function stopStartAll(plan: HostsPlan): readonly ParallelScripts[] {
  const { serve, registered } = floorScripts(plan);
  const mounted = plan.hosts.filter(({ mounts }) => mounts.length > 0);
  const of = (hosts: readonly HostPlan[], script: (host: HostPlan) => string): ParallelScripts =>
    Object.fromEntries(hosts.map((host) => [host.host, script(host)]));
  const stop = (units: readonly string[]): string => `systemctl stop ${units.map(shellQuoted).join(" ")}`;
  const fuse = ({ mounts }: HostPlan): string[] => mounts.map(({ service }) => service.unit);
  const servers = ({ services }: HostPlan): string[] => [...services].reverse().map(({ unit }) => unit);
  const isMaster = (host: HostPlan): boolean => host.services.some(({ role }) => role === "master");
  const masters = plan.hosts.filter(isMaster);
  return [
    ...mounted.map((host) => of([host], (one) => stop(fuse(one)))),
    of(
      plan.hosts.filter((host) => !isMaster(host)),
      (host) => stop(servers(host)),
    ),
    of(masters, (host) => stop(servers(host))),
    floorScripts(plan).masters,
    serve,
    registered,
    ...mounted.map((host) => of([host], (one) => enableNow(fuse(one)))),
  ];
}
