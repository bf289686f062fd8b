/** What sshd of some machines has seen. */
export interface Sessions {
  /** That were let in. */
  readonly connections: number;
  /** That were run. */
  readonly commands: number;
  /** From the first connection to the end of the last command. */
  readonly seconds: number;
  /** Machines that were connected to at the same time, at most. */
  readonly atOnce: number;
}

const LINE =
  /^(\d+\.\d+) \S+ sshd\[\d+\]: (Connection from|Accepted publickey|Starting session|Close session|Connection closed|Disconnected from|Received disconnect)\b/;

/**
 * @param logs of sshd at LogLevel VERBOSE, one for each machine, as `journalctl -o short-unix` prints them; their clocks are one
 * @example parseSessions(["1700000000.100000 north sshd[1]: Connection from 10.0.0.1 port 4 on 10.0.0.2 port 22 ..."])
 */
export function parseSessions(logs: readonly string[]): Sessions {
  const machines = logs.map((log) =>
    log.split("\n").flatMap((line) => {
      const [, time, what] = LINE.exec(line) ?? [];
      return time === undefined ? [] : [{ time: Number(time), what: what! }];
    }),
  );
  const all = machines.flat();
  const count = (name: string): number => all.filter(({ what }) => what === name).length;
  const times = (name: string): number[] => all.filter(({ what }) => what === name).map(({ time }) => time);
  const [from, to] = [Math.min(...times("Connection from")), Math.max(...times("Close session"))];
  return {
    connections: count("Accepted publickey"),
    commands: count("Starting session"),
    seconds: Number.isFinite(to - from) ? to - from : 0,
    atOnce: mostAtOnce(machines),
  };
}

/** Each machine counts from its first connection to its last command. */
function mostAtOnce(machines: readonly (readonly { readonly time: number; readonly what: string }[])[]): number {
  const spans = machines.flatMap((lines) => {
    const begun = lines.filter(({ what }) => what === "Connection from").map(({ time }) => time);
    const ended = lines.filter(({ what }) => what === "Close session").map(({ time }) => time);
    return begun.length === 0 || ended.length === 0 ? [] : [{ from: Math.min(...begun), to: Math.max(...ended) }];
  });
  return Math.max(0, ...spans.map(({ from }) => spans.filter((one) => one.from <= from && from < one.to).length));
}
