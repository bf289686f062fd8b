/** The time that opening a connection may take, the way through a bastion included. */
export class Deadline {
  readonly words: string;
  private readonly acts = new Set<() => void>();
  private readonly timer: NodeJS.Timeout;

  constructor(seconds: number) {
    this.words = `no answer within ${seconds} s`;
    this.timer = setTimeout(() => this.acts.forEach((act) => act()), seconds * 1000);
  }

  /** @returns what takes the act away */
  add(act: () => void): () => void {
    this.acts.add(act);
    return () => this.acts.delete(act);
  }

  clear(): void {
    clearTimeout(this.timer);
  }
}
