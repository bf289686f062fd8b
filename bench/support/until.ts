/** Looks again and again until something holds. @returns seconds that it took */
export async function until(
  what: string,
  limitSeconds: number,
  holds: () => Promise<boolean> | boolean,
  everyMilliseconds = 200,
): Promise<number> {
  const from = performance.now();
  const seconds = (): number => (performance.now() - from) / 1000;
  while (!(await holds())) {
    if (seconds() > limitSeconds) throw new Error(`after ${limitSeconds} s not yet: ${what}`);
    await new Promise((done) => setTimeout(done, everyMilliseconds));
  }
  return seconds();
}
