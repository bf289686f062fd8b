/** Lets so many act at once; the others wait, in the order in which they came. */
export class Slots {
  private active = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private limit: number) {}

  async use<T>(act: () => Promise<T>): Promise<T> {
    while (this.active >= this.limit) await new Promise<void>((done) => this.waiting.push(done));
    this.active++;
    try {
      return await act();
    } finally {
      this.active--;
      this.waiting.shift()?.();
    }
  }

  /**
   * From now on only as many as are active, but for the one that asks.
   * @returns false where it is the only one
   */
  narrow(): boolean {
    if (this.active < 2) return false;
    this.limit = this.active - 1;
    return true;
  }
}
