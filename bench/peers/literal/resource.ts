/** A resource that a program registered: what a literal in a program would say of it. */
export interface LiteralResource {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
}
