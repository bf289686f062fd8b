/** One side of a comparison: does its work once and tells what was measured. */
export type Side<Result> = () => Promise<Result>;

/**
 * Measures the sides by turns, so that whatever else the machine does meets all of them. Every second round goes the
 * other way round: none always comes first.
 */
export async function alternate<Name extends string, Result>(
  rounds: number,
  sides: Readonly<Record<Name, Side<Result>>>,
  tell: (line: string) => void,
  describe: (result: Result) => string,
): Promise<Record<Name, Result[]>> {
  const names = Object.keys(sides) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Name, Result[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      const result = await sides[name]();
      results[name].push(result);
      tell(`round ${round + 1} of ${rounds}, ${name}: ${describe(result)}`);
    }
  }
  return results;
}
