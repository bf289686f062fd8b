import { createHash, randomBytes } from "node:crypto";
import * as grpc from "@grpc/grpc-js";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import * as plugins from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { checkInputs, type Failure } from "./check";
import { diffResource, type Change, type ChangeKind } from "./diff";
import type { Engine } from "./engine";
import { toStatus } from "./failure";
import { refreshed } from "./observed";
import type { Call, Plugin, Resource } from "./resource";
import type { ResourceSchema } from "./schema";
import { fromStruct, same, secretKeys, toStruct, unwrapAll, wrapSecrets, type JsonObject } from "./values";

const { SOME, NONE } = {
  SOME: messages.DiffResponse.DiffChanges.DIFF_SOME,
  NONE: messages.DiffResponse.DiffChanges.DIFF_NONE,
};
const Kind = messages.PropertyDiff.Kind;
const KINDS: Readonly<Record<ChangeKind, readonly [messages.PropertyDiff.Kind, messages.PropertyDiff.Kind]>> = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
};

/** The provider protocol, in front of plain functions over plain values. */
export function handlers(plugin: Plugin, engine: Engine, cancelled: AbortController): UntypedServiceImplementation {
  const byToken = new Map(plugin.resources.map((resource) => [resource.schema.token, resource]));

  const answer =
    <Q, A>(act: (request: Q, secrets: Set<string>) => A | Promise<A>): grpc.handleUnaryCall<Q, A> =>
    (call, done) => {
      const secrets = new Set<string>();
      Promise.resolve()
        .then(() => act(call.request, secrets))
        .then(
          (result) => done(null, result),
          (error: unknown) => done(toStatus(plugin.who, error, secrets)),
        );
    };
  const refuse = (what: string): grpc.handleUnaryCall<unknown, unknown> =>
    answer(() => {
      throw new Error(`${what} is not carried out by this stand-in; see docs/offline.md`);
    });
  const resourceOf = (urn: string): Resource => {
    const token = typeOf(urn);
    const resource = byToken.get(token);
    if (resource) return resource;
    throw new Error(
      `the resource type ${token} is not carried out by this stand-in ` +
        `(it takes ${[...byToken.keys()].join(", ")}); see docs/offline.md`,
    );
  };
  const callOf = (urn: string, timeoutSeconds: number, secrets: ReadonlySet<string>): Call => ({
    urn,
    name: nameOf(urn),
    secrets,
    signal: cancelled.signal,
    log: (severity, line) => engine.log(severity, urn, line),
    ...(timeoutSeconds > 0 ? { timeoutSeconds } : {}),
  });

  return {
    handshake: answer((q: messages.ProviderHandshakeRequest) => {
      if (q.getEngineAddress() !== "") engine.connect(q.getEngineAddress());
      const a = new messages.ProviderHandshakeResponse();
      a.setAcceptSecrets(true);
      return a;
    }),
    attach: answer((q: plugins.PluginAttach) => {
      engine.connect(q.getAddress());
      return new Empty();
    }),
    getPluginInfo: answer(() => new plugins.PluginInfo().setVersion(plugin.version)),
    cancel: answer(() => {
      cancelled.abort(new Error("cancelled"));
      return new Empty();
    }),

    checkConfig: answer((q: messages.CheckRequest) => {
      const failures = plugin.checkConfig(unwrapAll(fromStruct(q.getNews())));
      return checked(fromStruct(q.getNews()), failures);
    }),
    diffConfig: answer((q: messages.DiffRequest) => {
      // As the official plugins: another host is an update of the provider, and no resource moves.
      const [olds, news] = [unwrapAll(fromStruct(q.getOlds())), unwrapAll(fromStruct(q.getNews()))];
      return new messages.DiffResponse().setChanges(same(olds, news) ? NONE : SOME);
    }),
    configure: answer(async (q: messages.ConfigureRequest) => {
      await plugin.configure(unwrapAll(fromStruct(q.getArgs())));
      return new messages.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),

    check: answer((q: messages.CheckRequest) => {
      const { schema, check } = resourceOf(q.getUrn());
      const raw = fromStruct(q.getNews());
      const filled = fillIn(
        schema,
        raw,
        unwrapAll(fromStruct(q.getOlds())),
        nameOf(q.getUrn()),
        q.getRandomseed_asU8(),
      );
      const inputs = unwrapAll(filled);
      return checked(filled, [...checkInputs(plugin.who, schema, inputs), ...(check?.(inputs) ?? [])]);
    }),
    diff: answer((q: messages.DiffRequest) => {
      const { schema } = resourceOf(q.getUrn());
      const [state, news] = [fromStruct(q.getOlds()), fromStruct(q.getNews())];
      const changes = diffResource(schema, {
        state: unwrapAll(state),
        oldInputs: unwrapAll(fromStruct(q.getOldInputs())),
        inputs: unwrapAll(news),
        ignore: q.getIgnorechangesList(),
        secrets: new Set([...secretKeys(state), ...secretKeys(news)]),
      });
      return diffResponse(changes, schema.deleteBeforeReplace);
    }),
    create: answer(async (q: messages.CreateRequest, secrets) => {
      const resource = resourceOf(q.getUrn());
      const raw = fromStruct(q.getProperties());
      const inputs = unwrapAll(raw);
      addSecrets(secrets, resource, raw);
      const a = new messages.CreateResponse();
      if (q.getPreview()) {
        return a.setProperties(toStruct(wrapSecrets({ ...inputs, ...resource.foresee(inputs) }, secrets)));
      }
      const { id, state } = await resource.create(inputs, callOf(q.getUrn(), q.getTimeout(), secrets));
      return a.setId(id).setProperties(toStruct(wrapSecrets(state, secrets)));
    }),
    read: answer(async (q: messages.ReadRequest, secrets) => {
      const resource = resourceOf(q.getUrn());
      const [rawState, rawInputs] = [fromStruct(q.getProperties()), fromStruct(q.getInputs())];
      const a = new messages.ReadResponse();
      if (Object.keys(rawState).length === 0 && Object.keys(rawInputs).length === 0) {
        throw new Error("import and get are not carried out by this stand-in; see docs/offline.md");
      }
      if (!resource.read) return a.setId(q.getId()).setProperties(q.getProperties()).setInputs(q.getInputs());
      const prior = { state: unwrapAll(rawState), inputs: unwrapAll(rawInputs) };
      addSecrets(secrets, resource, rawInputs);
      for (const key of secretKeys(rawState)) secrets.add(key);
      const call = callOf(q.getUrn(), q.getTimeout(), secrets);
      const observed = await resource.read(q.getId(), prior.state, prior.inputs, call);
      if (observed === undefined) return a;
      const { state, inputs } = refreshed(resource.schema, prior, observed);
      return a
        .setId(q.getId())
        .setProperties(toStruct(wrapSecrets(state, secrets)))
        .setInputs(toStruct(wrapSecrets(inputs, secretKeys(rawInputs))));
    }),
    update: answer(async (q: messages.UpdateRequest, secrets) => {
      const resource = resourceOf(q.getUrn());
      const raw = fromStruct(q.getNews());
      const [old, inputs] = [unwrapAll(fromStruct(q.getOlds())), unwrapAll(raw)];
      addSecrets(secrets, resource, raw);
      resource.refuseUpdate?.(old, inputs);
      const state = q.getPreview()
        ? { ...old, ...inputs, ...resource.foresee(inputs, old) }
        : await resource.update(q.getId(), old, inputs, callOf(q.getUrn(), q.getTimeout(), secrets));
      return new messages.UpdateResponse().setProperties(toStruct(wrapSecrets(state, secrets)));
    }),
    delete: answer(async (q: messages.DeleteRequest, secrets) => {
      const resource = resourceOf(q.getUrn());
      const raw = fromStruct(q.getProperties());
      addSecrets(secrets, resource, raw);
      await resource.delete(q.getId(), unwrapAll(raw), callOf(q.getUrn(), q.getTimeout(), secrets));
      return new Empty();
    }),

    getSchema: answer(() => new messages.GetSchemaResponse().setSchema("{}")),
    getMapping: answer(() => new messages.GetMappingResponse()),
    getMappings: answer(() => new messages.GetMappingsResponse()),
    parameterize: refuse("parameterization"),
    invoke: refuse("the call of a function of this package (a get… or run…)"),
    call: refuse("the call of a method of this package"),
    construct: refuse("a component of this package"),
  };
}

const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").pop() ?? urn;
const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

function addSecrets(secrets: Set<string>, resource: Resource, raw: JsonObject): void {
  for (const key of secretKeys(raw)) secrets.add(key);
  for (const [output, sources] of Object.entries(resource.derived ?? {})) {
    if (sources.some((source) => secrets.has(source))) secrets.add(output);
  }
}

function checked(inputs: JsonObject, failures: readonly Failure[]): messages.CheckResponse {
  const a = new messages.CheckResponse().setInputs(toStruct(inputs));
  for (const { property, reason } of failures) {
    a.addFailures(new messages.CheckFailure().setProperty(property).setReason(reason));
  }
  return a;
}

/** Defaults, and the name that the plugin gives when the program does not. */
function fillIn(
  schema: ResourceSchema,
  inputs: JsonObject,
  olds: JsonObject,
  name: string,
  seed: Uint8Array,
): JsonObject {
  const defaults = Object.fromEntries(
    Object.entries(schema.properties).flatMap(([key, { default: value }]) =>
      value === undefined || inputs[key] !== undefined ? [] : [[key, value]],
    ),
  );
  const auto = schema.autoName;
  if (auto === undefined || inputs[auto] !== undefined) return { ...inputs, ...defaults };
  const digits = createHash("sha256")
    .update(seed.length > 0 ? seed : randomBytes(32))
    .digest("hex")
    .slice(0, 7);
  return { ...inputs, ...defaults, [auto]: olds[auto] ?? `${name}-${digits}` };
}

function diffResponse(changes: readonly Change[], deleteBeforeReplace: boolean): messages.DiffResponse {
  const a = new messages.DiffResponse().setChanges(changes.length > 0 ? SOME : NONE).setHasdetaileddiff(true);
  for (const { path, kind, replace } of changes) {
    const top = path.split(/[.[]/, 1)[0] ?? path;
    if (!a.getDiffsList().includes(top)) a.addDiffs(top);
    if (replace && !a.getReplacesList().includes(top)) a.addReplaces(top);
    a.getDetaileddiffMap().set(path, new messages.PropertyDiff().setKind(KINDS[kind][replace ? 1 : 0]));
  }
  return a.setDeletebeforereplace(deleteBeforeReplace && changes.some((change) => change.replace));
}
