import { basename } from "node:path";
import { trustCommand } from "../components/plan/ssh/commandLines";
import { machinesOf, secretsOnTheWay, trustWaves } from "../operations/trust/machines";
import { KeyLook, type Found } from "../operations/trust/look";
import { readSecretConfig } from "./secretConfig";
import { mustKnow, readHostTargets } from "./hostTargets";
import type { Ask } from "./questions";
import { jsonOf, renderFound } from "./renderTrust";
import { EXIT, type ExitCode, type Terminal } from "./terminal";
import { writePins } from "./writePins";

export interface TrustRequest {
  readonly stack: string;
  /** Hosts and bastions; all where there is none. */
  readonly hosts: readonly string[];
  /** Take what is new, and what has changed at the hosts that are named. */
  readonly yes: boolean;
  readonly json: boolean;
  /** Absent where nobody can be asked. */
  readonly ask: Ask | undefined;
}

/**
 * Shows the keys of the machines, bastions first, and pins those that are taken: after each wave, for the next one may be
 * reached through it.
 *
 * @throws UserError where the stack file does not say how hosts are reached, or cannot be written
 */
export async function trust(request: TrustRequest, terminal: Terminal): Promise<ExitCode> {
  const { stack, hosts, json } = request;
  const { source, spec, targets } = readHostTargets(terminal.project, stack);
  const known = machinesOf(targets).map(({ host }) => host);
  mustKnow(hosts, known, stack);
  const waves = trustWaves(spec, targets, hosts);
  const secrets = await readSecretConfig(terminal.project, stack, secretsOnTheWay(waves.flat()));
  const look = new KeyLook(secrets);
  const pins = new Map<string, readonly string[]>();
  const closed = new Set<string>();
  const all: Found[] = [];
  try {
    for (const wave of waves) {
      const found = await look.at(wave, pins, closed);
      all.push(...found);
      if (!json) terminal.out(found.map((one) => renderFound(one, terminal)).join(""));
      const taken = await takenOf(found, request, terminal);
      if (taken.length > 0) {
        writePins(source, stack, taken.map(pinOf));
        for (const one of taken) pins.set(hostOf(one), pinOf(one).keys);
        if (!json) terminal.out(`\nPinned in ${basename(source.file)}: ${taken.map(hostOf).join(", ")}.\n`);
      }
      for (const one of found) if (one.verdict?.state !== "same" && !pins.has(hostOf(one))) closed.add(hostOf(one));
    }
  } finally {
    await look.close();
  }
  const open = all.filter((one) => one.verdict !== undefined && closed.has(hostOf(one)));
  if (json) terminal.out(jsonOf({ stack, file: basename(source.file), found: all, pinned: pins }));
  else if (open.length > 0) terminal.err(whatIsOpen(open, request));
  if (all.some(({ error }) => error !== undefined)) return EXIT.couldNotLook;
  return open.length > 0 ? EXIT.wrong : EXIT.fine;
}

const hostOf = ({ machine }: Found): string => machine.target.host;
const pinOf = ({ machine, verdict }: Found) => ({
  path: machine.path,
  keys: (verdict?.shown ?? []).map(({ line }) => line),
});

async function takenOf(found: readonly Found[], request: TrustRequest, terminal: Terminal): Promise<Found[]> {
  const { yes, hosts, ask } = request;
  const fresh = found.filter(({ verdict }) => verdict?.state === "new");
  const changed = found.filter(({ verdict }) => verdict?.state === "changed");
  if (yes) return [...fresh, ...changed.filter((one) => hosts.includes(hostOf(one)))];
  if (ask === undefined) return [];
  const taken: Found[] = [];
  if (fresh.length > 0) {
    const names = fresh.map(hostOf).join(", ");
    if (/^y(es)?$/i.test(await ask(`\nPin the new keys of ${names}? [y/N] `))) taken.push(...fresh);
  }
  for (const one of changed) {
    terminal.err(`\nThe key of ${hostOf(one)} has changed: it was installed anew, or somebody is in between.\n`);
    if ((await ask(`Type ${hostOf(one)} to pin what it shows now: `)) === hostOf(one)) taken.push(one);
  }
  return taken;
}

/** What stays as it is, and how it would be taken. */
function whatIsOpen(open: readonly Found[], { stack, hosts }: TrustRequest): string {
  const inState = (state: "new" | "changed"): string[] =>
    open.filter(({ verdict }) => verdict?.state === state).map(hostOf);
  const lines = [];
  const [fresh, changed] = [inState("new"), inState("changed")];
  if (fresh.length > 0) {
    // Who is named there has his changed key taken too.
    const named = hosts.length === 0 ? [] : [...new Set([...fresh, ...hosts])].filter((one) => !changed.includes(one));
    lines.push(`Not pinned: ${fresh.join(", ")}. To take what is new: ${trustCommand(stack, ["--yes", ...named])}`);
  }
  if (changed.length > 0) {
    lines.push(
      `Changed, and not taken: ${changed.join(", ")}. Where you know that it was installed anew: ` +
        trustCommand(stack, ["--yes", ...changed]),
    );
  }
  return `\n${lines.join("\n")}\n`;
}
