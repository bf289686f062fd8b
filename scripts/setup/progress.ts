/** `75` → `1 min 15 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

/** For totals, of which nobody wants the seconds: `300` → `5 minutes`. */
export function roughly(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.ceil(seconds / 10)) * 10} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

/** Tells a person what set-up is doing. Lines only, so that it reads the same in a terminal and in a CI log. */
export class Progress {
  constructor(
    private readonly write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
    private readonly everySeconds = 30,
  ) {}

  note(line: string): void {
    this.write(`  ${line}`);
  }

  heading(line: string): void {
    this.write(line);
  }

  /** Runs one piece of work: says that it starts and how long it should take, how far it is, and how long it took. */
  async step<T>(name: string, expectedSeconds: number, work: () => Promise<T>): Promise<T> {
    const start = Date.now();
    const elapsed = () => (Date.now() - start) / 1000;
    if (expectedSeconds >= 5) this.note(`${name} … (about ${duration(expectedSeconds)})`);
    const timer = setInterval(
      () => this.note(`${name} … ${duration(elapsed())} of about ${duration(expectedSeconds)}`),
      this.everySeconds * 1000,
    );
    try {
      const result = await work();
      this.note(`${name}: done in ${duration(elapsed())}`);
      return result;
    } finally {
      clearInterval(timer);
    }
  }
}
