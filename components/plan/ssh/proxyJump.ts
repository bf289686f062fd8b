/** One machine on the way. */
export interface Jump {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

const JUMP = /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(?:\[([^\]\s]+)\]|([^\s:@[\]]+))(?::(\d{1,5}))?\/?$/;

/**
 * The machines of a ProxyJump, the nearest first; none for `none`.
 * @returns undefined where it cannot be read
 * @example parseProxyJump("me@jump:2222,inner") // [{ host: "jump", user: "me", port: 2222 }, { host: "inner" }]
 */
export function parseProxyJump(text: string): readonly Jump[] | undefined {
  if (text.toLowerCase() === "none") return [];
  const jumps = text.split(",").map(parseJump);
  return jumps.some((jump) => jump === undefined) ? undefined : jumps.filter((jump) => jump !== undefined);
}

function parseJump(text: string): Jump | undefined {
  const [all, user, bracketed, plain, port] = JUMP.exec(text.trim()) ?? [];
  if (all === undefined) return undefined;
  return {
    host: bracketed ?? plain ?? "",
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}
