import type { SshAttempt, SshTarget } from "./target";

/** What differs between two machines, or two logins, from which the same stack is run. */
export interface Login {
  /** Home folder of the user. */
  readonly home: string;
  /** SSH_AUTH_SOCK. */
  readonly agentSocket?: string;
}

/** Stands for SSH_AUTH_SOCK, which is another one at each login. */
const AGENT = "$SSH_AUTH_SOCK";
const HOME = "~/";

/**
 * A target as a stack's state keeps it: without the home folder and the agent's socket of whoever ran it last, so that the
 * next one to look, from wherever, finds his own.
 *
 * @example portable(target, { home: "/home/ann", agentSocket: "/run/ssh-1/agent.7" })
 */
export const portable = (target: SshTarget, { home, agentSocket }: Login): SshTarget =>
  mapped(target, (attempt) => {
    switch (attempt.kind) {
      case "agent":
        return attempt.socket === agentSocket ? { ...attempt, socket: AGENT } : attempt;
      case "file":
        return attempt.path.startsWith(`${home}/`)
          ? { ...attempt, path: HOME + attempt.path.slice(home.length + 1) }
          : attempt;
      case "secret":
        return attempt;
    }
  });

/** The reverse of {@link portable}, for this login. An agent that it does not have is passed over. */
export const atLogin = (target: SshTarget, { home, agentSocket = "" }: Login): SshTarget =>
  mapped(target, (attempt) => {
    switch (attempt.kind) {
      case "agent":
        return attempt.socket === AGENT ? { ...attempt, socket: agentSocket } : attempt;
      case "file":
        return attempt.path.startsWith(HOME)
          ? { ...attempt, path: `${home}/${attempt.path.slice(HOME.length)}` }
          : attempt;
      case "secret":
        return attempt;
    }
  });

function mapped(target: SshTarget, change: (attempt: SshAttempt) => SshAttempt): SshTarget {
  const { bastion, authentication, ...rest } = target;
  return {
    ...rest,
    authentication: authentication.map(change),
    ...(bastion === undefined ? {} : { bastion: mapped(bastion, change) }),
  };
}
