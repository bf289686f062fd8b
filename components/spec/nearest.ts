import { closest, distance } from "fastest-levenshtein";

/**
 * The candidate that a mistyped word most likely means: a third of its letters may differ, at least one, capitals aside.
 * @returns undefined where none is near enough to be worth a question.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  const same = candidates.find((candidate) => candidate.toLowerCase() === lower);
  if (same !== undefined || candidates.length === 0 || word === "") return same;
  const best = closest(
    lower,
    candidates.map((candidate) => candidate.toLowerCase()),
  );
  const allowed = Math.max(1, Math.floor(Math.min(word.length, best.length) / 3));
  if (distance(lower, best) > allowed) return undefined;
  return candidates.find((candidate) => candidate.toLowerCase() === best);
}
