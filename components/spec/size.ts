const MEBIBYTE = 1024 * 1024;
const EXPONENT: Readonly<Record<string, number>> = { "": 0, K: 1, M: 2, G: 3, T: 4, P: 5 };
const PATTERN = /^(\d+(?:\.\d+)?)\s*(?:([KMGTP])(?:I?B)?|B)$/i;

/**
 * A size in whole mebibytes: the one integer behind a tier's quota, a tmpfs' size and a worker's expected capacity.
 * Alluxio's notation: base 1024 (`1GB` = 1,073,741,824 bytes), rounded down to a whole MiB.
 *
 * @example Size.parse("62.51GB").mebibytes // 64010
 */
export class Size {
  private constructor(readonly mebibytes: number) {}

  static ofMebibytes(mebibytes: number): Size {
    if (!Number.isSafeInteger(mebibytes) || mebibytes < 0)
      throw new RangeError(`not a whole number of MiB: ${mebibytes}`);
    return new Size(mebibytes);
  }

  /** @returns the size, or undefined where the text is not one, is below 1 MiB, or beyond what a double holds exactly. */
  static parse(text: string): Size | undefined {
    const match = PATTERN.exec(text.trim());
    if (!match) return undefined;
    const bytes = Number(match[1]) * 1024 ** (EXPONENT[(match[2] ?? "").toUpperCase()] ?? 0);
    const mebibytes = Math.floor(bytes / MEBIBYTE);
    return mebibytes >= 1 && Number.isSafeInteger(mebibytes * MEBIBYTE) ? new Size(mebibytes) : undefined;
  }

  get bytes(): number {
    return this.mebibytes * MEBIBYTE;
  }

  plus(other: Size): Size {
    return new Size(this.mebibytes + other.mebibytes);
  }

  /** What Alluxio's properties take, in every version: 2.8.0 does not know `MiB`. */
  toString(): string {
    return this.mebibytes % 1024 === 0 && this.mebibytes > 0 ? `${this.mebibytes / 1024}GB` : `${this.mebibytes}MB`;
  }
}
