/** A resource that a program registered: what a literal in a program would say of it. */
export interface LiteralResource {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** `<type>::<name>` of the component that it is a part of. */
  readonly parent?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}
