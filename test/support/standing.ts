import type { ResourceKind } from "../../provider/rpc/resource";
import { notes } from "../unit/provider/fakes";
import type { Machine } from "./machine";

/** A resource that stands in a state. */
export interface Standing<I extends object = object, S extends I = I> {
  readonly kind: ResourceKind<I, S>;
  inputs: I;
  state: S;
  readonly id: string;
}

/** Resources that a test has made by their kinds, as the engine would: declared, looked at, changed and taken back. */
export class StandingResources {
  readonly all = new Map<string, Standing>();

  get(name: string): Standing {
    const found = this.all.get(name);
    if (!found) throw new Error(`no resource ${name} stands`);
    return found;
  }

  /** @returns what was said */
  async create<I extends object, S extends I>(name: string, kind: ResourceKind<I, S>, news: I): Promise<string[]> {
    const progress = notes();
    expect(await kind.check({ olds: undefined, news, progress })).toEqual([]);
    const { id, state } = await kind.create({ name, news, timeoutSeconds: 0, progress });
    this.all.set(name, { kind, inputs: news, state, id });
    expect(this.changesOf(name)).toEqual([]);
    return progress.said;
  }

  /** Looks again, and names the properties that differ from what is declared. */
  async refresh(name: string): Promise<string[]> {
    const one = this.get(name);
    one.state = (await one.kind.read({ id: one.id, state: one.state, inputs: one.inputs, progress: notes() }))!;
    return this.changesOf(name);
  }

  /** @returns what was said */
  async update(name: string, more: object = {}): Promise<string[]> {
    const one = this.get(name);
    const [news, progress] = [{ ...one.inputs, ...more }, notes()];
    one.state = await one.kind.update({ id: one.id, state: one.state, news, timeoutSeconds: 0, progress });
    one.inputs = news;
    expect(this.changesOf(name)).toEqual([]);
    return progress.said;
  }

  /** @returns what was said */
  async remove(name: string): Promise<string[]> {
    const { kind, state, id } = this.get(name);
    const progress = notes();
    await kind.delete({ id, state, timeoutSeconds: 0, progress });
    this.all.delete(name);
    return progress.said;
  }

  /** Breaks something by hand, sees exactly that, and mends it. @returns what was said */
  async drift(machine: Machine, name: string, script: string, paths: readonly string[]): Promise<string[]> {
    await machine.exec(script);
    expect([script, await this.refresh(name)]).toEqual([script, paths]);
    const said = await this.update(name);
    expect(await this.refresh(name)).toEqual([]);
    return said;
  }

  private changesOf(name: string): string[] {
    const { kind, state, inputs } = this.get(name);
    return kind.diff({ state, oldInputs: inputs, news: inputs }).map(({ path }) => path);
  }
}
