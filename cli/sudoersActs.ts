import { sudoersCommand } from "../components/plan/ssh/commandLines";
import type { SshTarget } from "../components/plan/ssh/target";
import { sudoersFile, sudoersProblem, type Sudoer } from "../operations/sudoers";
import { UserError } from "../provider/rpc/resource";
import { mustKnow, readHostTargets } from "./hostTargets";
import { EXIT, type ExitCode, type Terminal } from "./terminal";

const ROOT = "root";

/** @throws UserError where the hosts cannot be read from the spec, or a user has a name that sudo cannot be told */
export function sudoers(
  { stack, host }: { readonly stack: string; readonly host?: string },
  terminal: Terminal,
): ExitCode {
  const { spec, targets } = readHostTargets(terminal.project, stack);
  const known = targets.map((target) => target.host);
  if (host !== undefined) mustKnow([host], known, stack);
  const wanted = targets.filter((target) => host === undefined || target.host === host);
  for (const { host: name, user } of wanted) {
    const problem = sudoersProblem(user);
    if (problem === undefined) continue;
    throw new UserError(`user ${JSON.stringify(user)} of host ${name} cannot be named in a sudoers file: ${problem}`);
  }
  const needy = wanted.filter(({ user }) => user !== ROOT);
  const roots = wanted.filter(({ user }) => user === ROOT).map((target) => target.host);
  if (roots.length > 0) terminal.err(`Root logs in to ${roots.join(", ")}: no sudo is needed there.\n`);
  if (needy.length === 0) return EXIT.fine;
  terminal.out(sudoersFile({ cluster: spec.name, command: sudoersCommand(stack, host), sudoers: byUser(needy) }));
  return EXIT.fine;
}

function byUser(targets: readonly SshTarget[]): Sudoer[] {
  const users = [...new Set(targets.map(({ user }) => user))];
  return users.map((user) => ({
    user,
    hosts: targets.filter((target) => target.user === user).map(({ host, address }) => ({ name: host, address })),
  }));
}
