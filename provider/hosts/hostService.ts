import { SERVED } from "../../components/plan/hosts/ledgerNames";
import { LOGS } from "../../components/plan/hosts/libexec/journalThere";
import type { Unit } from "../resources/hosts/onHost";
import {
  OLDER,
  type Health,
  type ServiceAccess,
  type ServiceCondition,
  type ServiceInputs,
  type ServiceSight,
  type UnitSight,
} from "../resources/hosts/service";
import type { Hosts } from "./hosts";
import { LEDGER } from "./ledger";
import { parseUnit, SHOW_UNIT, UNITS } from "./units";

const ANSWER_SECONDS = 5;
/** For what systemd itself waits for when it stops a unit, 90 s by default. */
const STOP_SECONDS = 150;
const JOURNAL_LINES = 15;
/** Of which those that tell where in the program it was are left out: an exception and its causes have a hundred. */
const JOURNAL_READ = 500;
/** Systemd has started it anew so often, and the last time so recently: it does not live. */
const LOOP_STARTS = 3;
const LOOP_SECONDS = 60;
const MICROSECONDS = 1e6;

/** `healthy ADDRESS PORT PATH EXPECTED`: without a program that might not be there. No port: whatever runs is healthy. */
const HEALTHY = `
healthy() {
  [ -n "$2" ] || return 0
  if [ -z "$3" ]; then
    timeout -s KILL ${ANSWER_SECONDS} bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>/dev/null
    return
  fi
  said=$(timeout -s KILL ${ANSWER_SECONDS} bash -c \\
    'exec 3<>"/dev/tcp/$0/$1" && printf "GET %s HTTP/1.0\\r\\nHost: %s\\r\\n\\r\\n" "$2" "$0" >&3 && head -c 65536 <&3' \\
    "$1" "$2" "$3" 2>/dev/null | tr -d '\\000')
  case $said in "HTTP/"*) ;; *) return 1 ;; esac
  case $said in *"$4"*) ;; *) return 1 ;; esac
}
`;

/** `show_service UNIT [CONFIGURATION FILE...]`: what systemd and the ledger know of it. */
export const SHOW_SERVICE = `${SHOW_UNIT}
show_service() {
  show_unit "$1"
  systemctl show -p ActiveState -p SubState -p NRestarts -p ExecMainStartTimestampMonotonic -- "$1"
  printf 'digest %s\\n' "$(cat "$(entry unit "/etc/systemd/system/$1")/digest" 2>/dev/null)"
  read -r uptime _ </proc/uptime
  printf 'clock %s %s\\n' "$(date +%s.%N)" "$uptime"
  shift
  for file; do stat -L -c 'file %.Y' -- "$file" 2>/dev/null; done
  return 0
}
`;

/**
 * `lost UNIT JOURNAL`: whether the master has served from that journal, and nothing is in it any more. `has_served UNIT
 * JOURNAL` writes down that it has.
 */
export const JOURNALS = `${LOGS}
mark() { printf '%s/${SERVED}' "$(entry unit "/etc/systemd/system/$1")"; }
served() { [ "$(cat "$(mark "$1")" 2>/dev/null)" = "$2" ]; }
lost() { [ -n "$2" ] && served "$1" "$2" && ! logs "$2"; }
has_served() { [ -z "$2" ] || ! logs "$2" || printf %s "$2" >"$(mark "$1")"; }
`;

/** Cluster id, address, port, path, what is expected, the journal of a master, unit, configuration files. */
const OBSERVE = `${LEDGER}${SHOW_SERVICE}${HEALTHY}${JOURNALS}
address=$1 port=$2 path=$3 expected=$4 journal=$5
shift 5
show_service "$@"
! lost "$1" "$journal" || echo 'journal lost'
[ "$(systemctl show -p ActiveState --value -- "$1")" != active ] || ! healthy "$address" "$port" "$path" "$expected" || echo healthy
exit 0
`;

/** Remembers with which configuration the process was started: after it was, so that what is cut off in between starts it once more. */
export const STARTED = `
started() { printf %s "$2" >"$(entry unit "$(unit_path "$1")")/digest"; }
`;

/**
 * Cluster id, unit, `enable` or `disable`, `running` or `stopped`, `restart` or `keep`, digest, the journal of a master, what
 * the spec confirms of its loss; the unit on standard input. A confirmation lets go of one journal, and of no later one.
 */
const APPLY = `${LEDGER}${UNITS}${STARTED}${JOURNALS}
put_unit "$1" >/dev/null && systemctl "$2" --quiet -- "$1" || exit
confirmed=$(entry unit "$(unit_path "$1")")/confirmed
if [ -n "$7" ] && lost "$1" "$6" && [ "$(cat "$confirmed" 2>/dev/null)" != "$7" ]; then
  rm -f -- "$(mark "$1")" && printf %s "$7" >"$confirmed" || exit
fi
if [ "$3" = stopped ]; then systemctl stop -- "$1" && started "$1" "$5"; exit; fi
if [ "$4" = restart ] || ! systemctl is-active --quiet -- "$1"; then
  systemctl reset-failed -- "$1" 2>/dev/null
  # What it says if it fails is in the journal.
  systemctl restart -- "$1" 2>/dev/null
  started "$1" "$5"
fi
`;

/** Cluster id, unit, seconds, address, port, path, what is expected, the journal of a master. */
const READY = `${LEDGER}${UNITS}${HEALTHY}${JOURNALS}
restarts() { systemctl show -p NRestarts --value -- "$1"; }
deadline=$(($(date +%s) + $2))
first=$(restarts "$1")
while :; do
  case $(systemctl show -p ActiveState --value -- "$1") in
    active) ! healthy "$3" "$4" "$5" "$6" || { has_served "$1" "$7"; echo ready; exit 0; } ;;
    failed | inactive) exit 0 ;;
  esac
  [ "$(($(restarts "$1") - first))" -lt ${LOOP_STARTS} ] || exit 0
  [ "$(date +%s)" -lt "$deadline" ] || exit 0
  sleep 0.3
done
`;

export const JOURNAL = `journalctl --sync 2>/dev/null
journalctl --no-pager --quiet -o cat -n ${JOURNAL_READ} -u "$1" | grep -a -v -E '^[[:space:]]*(at [^ ]+\\(|\\.\\.\\. [0-9]+ more)' | tail -n ${JOURNAL_LINES}
exit 0
`;

const REMOVE = `${LEDGER}${UNITS}
if knows unit "$(unit_path "$1")"; then
  systemctl stop -- "$1"
  restore_unit "$1" || exit
fi
close_ledger
`;

/** Services on hosts. */
export function hostService(hosts: Hosts): ServiceAccess {
  return {
    async observe(inputs) {
      const text = await lookAtService(hosts, inputs);
      return { ...parseUnitSight(text), condition: conditionOf(text), ...masterJournalIn(text, inputs) };
    },
    async apply(inputs, restart) {
      const {
        host,
        clusterId,
        unit,
        enabled,
        condition,
        configDigest,
        journalFolder = "",
        confirmedLoss = "",
      } = inputs;
      const stopped = condition === "stopped" ? "stopped" : "running";
      await hosts.act(host, {
        script: APPLY,
        args: [
          clusterId,
          unit.name,
          enabled ? "enable" : "disable",
          stopped,
          restart ? "restart" : "keep",
          ...[configDigest, journalFolder, confirmedLoss],
        ],
        stdin: unit.text,
        what: `the ${condition === "stopped" ? "stop" : "start"} of ${unit.name}`,
        seconds: STOP_SECONDS,
      });
    },
    async ready({ host, clusterId, unit, health, readyTimeoutSeconds, journalFolder = "" }) {
      const args = [clusterId, unit.name, String(readyTimeoutSeconds), ...healthArgs(health), journalFolder];
      const seconds = readyTimeoutSeconds + 4 * ANSWER_SECONDS;
      const text = await hosts.act(host, { script: READY, args, what: `the wait for ${unit.name}`, seconds });
      return /^ready$/m.test(text);
    },
    journal: ({ host, unit }) => journalOf(hosts, host, unit.name),
    async remove({ host, clusterId, unit }) {
      const act = { script: REMOVE, args: [clusterId, unit.name], what: `the removal of ${unit.name}` };
      await hosts.act(host, { ...act, seconds: STOP_SECONDS });
    },
  };
}

/** @returns what {@link parseUnitSight}, {@link conditionOf} and {@link runOf} read */
export function lookAtService(
  hosts: Hosts,
  {
    host,
    clusterId,
    unit,
    configFiles = [],
    health,
    journalFolder = "",
  }: Pick<ServiceInputs, "host" | "clusterId" | "configFiles" | "health" | "journalFolder"> & {
    readonly unit: Pick<Unit, "name">;
  },
): Promise<string> {
  const args = [clusterId, ...healthArgs(health), journalFolder, unit.name, ...configFiles];
  return hosts.look(host, { script: OBSERVE, args, what: unit.name, seconds: 2 * ANSWER_SECONDS });
}

export const journalOf = (hosts: Hosts, host: string, unit: string): Promise<string> =>
  hosts.act(host, { script: JOURNAL, args: [unit], what: `the journal of ${unit}` });

const healthArgs = (health: ServiceInputs["health"]): string[] => {
  const { address = "127.0.0.1", port, path = "", expected = "" }: Partial<Health> = health ?? {};
  return [address, port === undefined ? "" : String(port), path, expected];
};

const numberIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);

/** When it was started last, in seconds since 1970; by the kernel's clock, which has parts of a second. */
function startOf(text: string): number {
  const [, now, uptime] = /^clock (\S+) (\S+)$/m.exec(text) ?? [];
  const started = numberIn(text, /^ExecMainStartTimestampMonotonic=(\d+)$/m) / MICROSECONDS;
  return Number(now) - Number(uptime) + started;
}

/** How often systemd has started it anew by itself, and how long ago it started last. */
export const runOf = (text: string): { readonly restarts: number; readonly ageSeconds: number } => ({
  restarts: numberIn(text, /^NRestarts=(\d+)$/m),
  ageSeconds: numberIn(text, /^clock (\S+)/m) - startOf(text),
});

export function parseUnitSight(text: string): UnitSight {
  const newest = Math.max(0, ...[...text.matchAll(/^file (\S+)$/gm)].map(([, time]) => Number(time)));
  const digest = /^digest (\S*)$/m.exec(text)?.[1] ?? "";
  const runs = /^ActiveState=active$/m.test(text);
  return { ...parseUnit(text), configDigest: runs && newest > startOf(text) ? OLDER : digest };
}

/** Nothing of what is no master. */
export const masterJournalIn = (
  text: string,
  { journalFolder }: Pick<ServiceInputs, "journalFolder">,
): Pick<ServiceSight, "journal"> =>
  journalFolder === undefined ? {} : { journal: /^journal lost$/m.test(text) ? "lost" : "kept" };

export function conditionOf(text: string): ServiceCondition {
  const active = /^ActiveState=(.*)$/m.exec(text)?.[1];
  if (active === "failed") return "failed";
  const { restarts, ageSeconds } = runOf(text);
  if (active === "activating")
    return restarts >= LOOP_STARTS || /^SubState=auto-restart$/m.test(text) ? "restarting" : "starting";
  if (active !== "active" && active !== "reloading") return "stopped";
  if (restarts >= LOOP_STARTS && ageSeconds < LOOP_SECONDS) return "restarting";
  return /^healthy$/m.test(text) ? "running" : "unhealthy";
}
