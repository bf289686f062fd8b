import * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import * as statuses from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { PluginProcess } from "./plugin-process";
import { fromStruct, toStruct, type Values } from "./wire";

/** A resource as the engine keeps it between operations. */
export interface Deployed {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Values;
  readonly state: Values;
}

export interface Diff {
  /** Top-level names of the properties that differ. */
  readonly changed: readonly string[];
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** An operation that failed, and what it left behind if it left anything. */
export class OperationError extends Error {
  constructor(
    message: string,
    readonly left: Deployed | undefined,
  ) {
    super(message);
  }
}

type Method<Q, A> = (request: Q, done: (error: grpc.ServiceError | null, answer: A) => void) => unknown;

/** The plugin under test, spoken to as the engine speaks to it. */
export class Plugin {
  private constructor(readonly process: PluginProcess) {}

  static async start(name: "docker" | "command", config: Values = {}): Promise<Plugin> {
    const plugin = new Plugin(await PluginProcess.start(name));
    try {
      const info = await plugin.call<Empty, PluginInfo>((q, done) => plugin.client.getPluginInfo(q, done), new Empty());
      process.stdout.write(`plugin under test: ${name} ${info.getVersion()}\n`);
      await plugin.configure(config);
    } catch (error) {
      await plugin.stop();
      throw error;
    }
    return plugin;
  }

  get client(): PluginProcess["client"] {
    return this.process.client;
  }

  stop(): Promise<void> {
    return this.process.stop();
  }

  async configure(config: Values): Promise<void> {
    const request = new messages.ConfigureRequest().setArgs(toStruct(config));
    request.setAcceptsecrets(true).setAcceptresources(true).setSendsOldInputs(true).setSendsOldInputsToDelete(true);
    for (const [key, value] of Object.entries(config))
      request.getVariablesMap().set(`docker:config:${key}`, typeof value === "string" ? value : JSON.stringify(value));
    await this.call<messages.ConfigureRequest, messages.ConfigureResponse>(
      (q, done) => this.client.configure(q, done),
      request,
    );
  }

  /** The inputs with the plugin's defaults, and what it refuses. */
  async check(
    type: string,
    name: string,
    inputs: Values,
    olds: Values = {},
  ): Promise<{ inputs: Values; failures: string[] }> {
    const request = new messages.CheckRequest().setUrn(urn(type, name)).setType(type).setName(name);
    request
      .setNews(toStruct(inputs))
      .setOlds(toStruct(olds))
      .setRandomseed(Buffer.from(`seed of ${name}`));
    const answer = await this.call<messages.CheckRequest, messages.CheckResponse>(
      (q, done) => this.client.check(q, done),
      request,
    );
    return {
      inputs: fromStruct(answer.getInputs()),
      failures: answer.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`),
    };
  }

  /** Check and create; the inputs must be good. */
  async create(type: string, name: string, args: Values, timeout = 0): Promise<Deployed> {
    const inputs = await this.good(type, name, args);
    const request = new messages.CreateRequest()
      .setUrn(urn(type, name))
      .setType(type)
      .setName(name)
      .setTimeout(timeout);
    request.setProperties(toStruct(inputs));
    const answer = await this.call<messages.CreateRequest, messages.CreateResponse>(
      (q, done) => this.client.create(q, done),
      request,
      { type, name },
    );
    return { type, name, id: answer.getId(), inputs, state: fromStruct(answer.getProperties()) };
  }

  /** The outputs that a preview would show. */
  async foreseeCreate(type: string, name: string, args: Values): Promise<Values> {
    const request = new messages.CreateRequest().setUrn(urn(type, name)).setType(type).setName(name).setPreview(true);
    request.setProperties(toStruct(await this.good(type, name, args)));
    const answer = await this.call<messages.CreateRequest, messages.CreateResponse>(
      (q, done) => this.client.create(q, done),
      request,
    );
    return fromStruct(answer.getProperties());
  }

  /** What a plain preview with these arguments would plan. */
  async plan(old: Deployed, args: Values, ignore: readonly string[] = []): Promise<Diff> {
    return this.diff(old, await this.good(old.type, old.name, args, old.inputs), ignore);
  }

  /** What the engine compares: state and inputs as they were left, and inputs as they should be. */
  async diff(old: Deployed, inputs: Values, ignore: readonly string[] = []): Promise<Diff> {
    const request = new messages.DiffRequest().setUrn(urn(old.type, old.name)).setType(old.type).setName(old.name);
    request.setId(old.id).setOlds(toStruct(old.state)).setOldInputs(toStruct(old.inputs)).setNews(toStruct(inputs));
    request.setIgnorechangesList([...ignore]);
    const answer = await this.call<messages.DiffRequest, messages.DiffResponse>(
      (q, done) => this.client.diff(q, done),
      request,
    );
    const some = answer.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME;
    const detailed: string[] = [];
    answer.getDetaileddiffMap().forEach((_entry, path) => detailed.push(path));
    return {
      changed: some ? tops([...answer.getDiffsList(), ...detailed]) : [],
      replaces: some ? tops(answer.getReplacesList()) : [],
      deleteBeforeReplace: answer.getDeletebeforereplace(),
    };
  }

  /** A look at reality; `undefined` when it is gone. */
  async read(old: Deployed): Promise<Deployed | undefined> {
    const request = new messages.ReadRequest().setUrn(urn(old.type, old.name)).setType(old.type).setName(old.name);
    request.setId(old.id).setProperties(toStruct(old.state)).setInputs(toStruct(old.inputs));
    const answer = await this.call<messages.ReadRequest, messages.ReadResponse>(
      (q, done) => this.client.read(q, done),
      request,
    );
    if (answer.getId() === "") return undefined;
    return {
      ...old,
      id: answer.getId(),
      state: fromStruct(answer.getProperties()),
      inputs: fromStruct(answer.getInputs()),
    };
  }

  /** What a refresh reports: names of the drifted properties, `gone`, or nothing. */
  async drift(old: Deployed): Promise<readonly string[] | "gone"> {
    const seen = await this.read(old);
    return seen === undefined ? "gone" : (await this.diff(seen, old.inputs)).changed;
  }

  async update(old: Deployed, args: Values): Promise<Deployed> {
    const inputs = await this.good(old.type, old.name, args, old.inputs);
    const request = new messages.UpdateRequest().setUrn(urn(old.type, old.name)).setType(old.type).setName(old.name);
    request.setId(old.id).setOlds(toStruct(old.state)).setOldInputs(toStruct(old.inputs)).setNews(toStruct(inputs));
    const answer = await this.call<messages.UpdateRequest, messages.UpdateResponse>(
      (q, done) => this.client.update(q, done),
      request,
    );
    return { ...old, inputs, state: fromStruct(answer.getProperties()) };
  }

  async delete(old: Deployed, timeout = 0): Promise<void> {
    const request = new messages.DeleteRequest().setUrn(urn(old.type, old.name)).setType(old.type).setName(old.name);
    request.setId(old.id).setProperties(toStruct(old.state)).setOldInputs(toStruct(old.inputs)).setTimeout(timeout);
    await this.call<messages.DeleteRequest, Empty>((q, done) => this.client.delete(q, done), request);
  }

  private async good(type: string, name: string, args: Values, olds: Values = {}): Promise<Values> {
    const { inputs, failures } = await this.check(type, name, args, olds);
    if (failures.length > 0) throw new Error(`check refused what should be good: ${failures.join("; ")}`);
    return inputs;
  }

  private call<Q, A>(method: Method<Q, A>, request: Q, of?: { type: string; name: string }): Promise<A> {
    return new Promise((resolve, reject) => {
      method(request, (error, answer) => {
        if (error) reject(new OperationError(error.details, leftBehind(error, of)));
        else resolve(answer);
      });
    });
  }
}

const urn = (type: string, name: string): string => `urn:pulumi:test::conformance::${type}::${name}`;

const tops = (paths: readonly string[]): string[] =>
  [...new Set(paths.map((path) => path.split(/[.[]/, 1)[0] ?? path))].sort();

function leftBehind(error: grpc.ServiceError, of?: { type: string; name: string }): Deployed | undefined {
  const detail = error.metadata.get("grpc-status-details-bin")[0];
  if (of === undefined || detail === undefined || typeof detail === "string") return undefined;
  const [any] = statuses.Status.deserializeBinary(detail).getDetailsList();
  const failed = any?.unpack(
    (bytes) => messages.ErrorResourceInitFailed.deserializeBinary(bytes),
    "pulumirpc.ErrorResourceInitFailed",
  );
  if (!failed) return undefined;
  return {
    ...of,
    id: failed.getId(),
    inputs: fromStruct(failed.getInputs()),
    state: fromStruct(failed.getProperties()),
  };
}
