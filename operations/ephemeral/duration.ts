const SECONDS = { h: 3600, m: 60, s: 1 } as const;
const SHORTEST = 60;
const LONGEST = 24 * 3600;

/** How long a throw-away cluster may live where nobody says. */
export const DEFAULT_TTL = "30m";

/**
 * A time to live: hours, minutes and seconds, in this order, from one minute to a day.
 * @example parseTtl("1h30m") // { seconds: 5400 }
 * @returns the number of seconds, or what is wrong and what is allowed
 */
export function parseTtl(text: string): { readonly seconds: number } | { readonly problem: string } {
  const parts = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/.exec(text);
  if (!parts || text === "") {
    return { problem: `${JSON.stringify(text)} is no time to live: write it like 45m, 2h or 1h30m` };
  }
  const [hours, minutes, seconds] = parts.slice(1).map((part: string | undefined) => Number(part ?? 0));
  const total = (hours ?? 0) * SECONDS.h + (minutes ?? 0) * SECONDS.m + (seconds ?? 0) * SECONDS.s;
  if (total >= SHORTEST && total <= LONGEST) return { seconds: total };
  return { problem: `a time to live of ${text} is too ${total < SHORTEST ? "short" : "long"}: from 1m to 24h` };
}

/** In its two largest units. @example formatDuration(5400) // "1 h 30 min" */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const shown =
    hours > 0 ? [`${hours} h`, minutes && `${minutes} min`] : [minutes && `${minutes} min`, rest && `${rest} s`];
  return shown.filter((part) => typeof part === "string").join(" ") || "0 s";
}
