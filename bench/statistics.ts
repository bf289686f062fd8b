export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * The median, which one slow round does not move, and the whole range beside it.
 *
 * @example summarize([3, 1, 2]) // { median: 2, min: 1, max: 3 }
 */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new Error("nothing was measured");
  const middle = sorted.length / 2;
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min, max };
}
