/** When the engine began and ended to make each resource, from what `pulumi up` prints without a terminal. */
export class Timeline {
  private readonly began = new Map<string, number>();
  private readonly ended = new Map<string, number>();

  readonly hear = (line: string, seconds: number): void => {
    const [, type, state] = /^ *\+ +(\S+) +\S+ (creating|created)\b/.exec(line) ?? [];
    if (type === undefined) return;
    if (state === "creating" && !this.began.has(type)) this.began.set(type, seconds);
    if (state === "created") this.ended.set(type, seconds);
  };

  /** Seconds from the start until the first resource of a type was begun. */
  begin(type: string): number {
    return this.began.get(type) ?? NaN;
  }

  /** Seconds from the start until the last resource of a type was made. */
  end(type: string): number {
    return this.ended.get(type) ?? NaN;
  }
}
