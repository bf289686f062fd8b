import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { ChangeKind, PropertyChange } from "./changes";
import { Engine } from "./engine";
import { toServiceError } from "./errors";
import type { ProviderFunction } from "./function";
import { orInstead, Unreachable, UserError, type ResourceKind, type Snapshot } from "./resource";
import { fromStruct, toStruct, type Properties } from "./values";

export interface ProviderDefinition {
  readonly version: string;
  /**
   * What the provider is configured with, where the program gives this and the state has had that.
   * @default what the program gives
   */
  check?(news: Properties, olds: Properties): Properties;
  /** Called once with the provider's configuration, before any resource or function. */
  configure(config: Properties): { readonly resources: ResourceKind[]; readonly functions: ProviderFunction[] };
}

const NO_TIMEOUT_GIVEN = 0;

/** The engine's own limit; gRPC's, 4 MiB, is less than the plan of two thousand workers. */
const LARGEST_MESSAGE = 400 * 1024 ** 2;

/** Serves a provider to the engine over gRPC, with detailed diffs and outputs in previews. */
export function serve(definition: ProviderDefinition, engineAddress: string | undefined): void {
  const engine = new Engine(engineAddress);
  let kinds = new Map<string, ResourceKind>();
  let functions = new Map<string, ProviderFunction>();
  let unreachableTold = false;

  /** With the first such error the run fails; the others would only repeat it. */
  const toldOnce = async <T>(look: () => Promise<T>, instead: T): Promise<T> => {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof Unreachable) || !unreachableTold) {
        unreachableTold ||= error instanceof Unreachable;
        throw error;
      }
      return instead;
    }
  };

  const kindOf = (urn: string): ResourceKind => {
    const token = urn.split("::")[2]!.split("$").pop()!;
    const kind = kinds.get(token);
    if (!kind) throw new UserError(`provider alluxio ${definition.version} has no resource ${token}`);
    return kind;
  };

  const server = new grpc.Server({
    "grpc.max_receive_message_length": LARGEST_MESSAGE,
    "grpc.max_send_message_length": LARGEST_MESSAGE,
  });
  server.addService(ResourceProviderService, {
    handshake: answer(() => new pb.ProviderHandshakeResponse()),
    attach: answer(() => new Empty()),
    cancel: answer(() => new Empty()),
    getPluginInfo: answer(() => {
      const info = new PluginInfo();
      info.setVersion(definition.version);
      return info;
    }),
    checkConfig: answer((request: pb.CheckRequest) => {
      const response = new pb.CheckResponse();
      const news = fromStruct(request.getNews());
      const checked = definition.check?.(news, fromStruct(request.getOlds())) ?? news;
      response.setInputs(checked === news ? request.getNews() : toStruct(checked));
      return response;
    }),
    diffConfig: answer((request: pb.DiffRequest) => {
      // Another way to the machines is never a reason to replace what stands on them. But where nothing differs the engine
      // goes on with the provider that it has begun with, which knows no host that has come since.
      const [olds, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const response = new pb.DiffResponse();
      const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
      const same = olds["ssh"] === news["ssh"] && olds["gone"] === news["gone"];
      response.setChanges(same ? DIFF_NONE : DIFF_SOME);
      return response;
    }),
    configure: answer((request: pb.ConfigureRequest) => {
      const served = definition.configure(fromStruct(request.getArgs()));
      kinds = new Map(served.resources.map((kind) => [kind.token, kind]));
      functions = new Map(served.functions.map((one) => [one.token, one]));
      const response = new pb.ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    }),
    invoke: answer(async (request: pb.InvokeRequest) => {
      const called = functions.get(request.getTok());
      if (!called) throw new UserError(`provider alluxio ${definition.version} has no function ${request.getTok()}`);
      const args = fromStruct(request.getArgs());
      const response = new pb.InvokeResponse();
      // A call belongs to no resource: what it says is shown beside the stack.
      response.setReturn(toStruct(await called.call({ args, progress: engine.progressOf("") })));
      return response;
    }),
    check: answer(async (request: pb.CheckRequest) => {
      const olds = fromStruct(request.getOlds());
      const failures = await kindOf(request.getUrn()).check({
        // The engine sends an empty struct for a resource that does not exist yet.
        olds: Object.keys(olds).length > 0 ? olds : undefined,
        news: fromStruct(request.getNews()),
        progress: engine.progressOf(request.getUrn()),
      });
      const response = new pb.CheckResponse();
      response.setInputs(request.getNews());
      for (const { property, reason } of failures) {
        const failure = new pb.CheckFailure();
        failure.setProperty(property ?? "");
        failure.setReason(reason);
        response.addFailures(failure);
      }
      return response;
    }),
    diff: answer(async (request: pb.DiffRequest) => {
      const kind = kindOf(request.getUrn());
      const written = fromStruct(request.getOlds());
      // What cannot be looked at may have changed: the engine then asks for a preview, and shows an error of that once.
      const state = await orInstead(
        () => present(kind, written),
        () => undefined,
      );
      if (state === undefined) return changed();
      return diffResponse(
        kind.diff({ state, oldInputs: fromStruct(request.getOldInputs()), news: fromStruct(request.getNews()) }),
      );
    }),
    create: answerKeeping(inputsOf, noSnapshot, async (request: pb.CreateRequest) => {
      const kind = kindOf(request.getUrn());
      const news = fromStruct(request.getProperties());
      const name = request.getUrn().split("::").pop()!;
      const response = new pb.CreateResponse();
      if (request.getPreview()) {
        const progress = engine.progressOf(request.getUrn());
        response.setProperties(toStruct(await kind.preview({ name, news, state: undefined, progress })));
        return response;
      }
      const { id, state } = await kind.create({
        name,
        news,
        timeoutSeconds: request.getTimeout(),
        progress: engine.progressOf(request.getUrn()),
      });
      response.setId(id);
      response.setProperties(toStruct(state));
      return response;
    }),
    read: answerKeeping(
      (request: pb.ReadRequest) => fromStruct(request.getInputs()),
      (request) => ({ id: request.getId(), state: fromStruct(request.getProperties()) }),
      async (request: pb.ReadRequest) => {
        const kind = kindOf(request.getUrn());
        const last = { id: request.getId(), state: fromStruct(request.getProperties()) };
        const inputs = fromStruct(request.getInputs());
        const state = await toldOnce(
          () => kind.read({ ...last, inputs, progress: engine.progressOf(request.getUrn()) }),
          last.state,
        );
        const response = new pb.ReadResponse();
        if (state === undefined) return response;
        response.setId(request.getId());
        response.setProperties(toStruct(state));
        response.setInputs(request.getInputs());
        return response;
      },
    ),
    update: answerKeeping(
      (request: pb.UpdateRequest) => fromStruct(request.getNews()),
      (request) => ({ id: request.getId(), state: fromStruct(request.getOlds()) }),
      async (request: pb.UpdateRequest) => {
        const kind = kindOf(request.getUrn());
        const written = fromStruct(request.getOlds());
        const look = () => present(kind, written);
        const state = await (request.getPreview() ? toldOnce(look, written) : look());
        const news = fromStruct(request.getNews());
        const response = new pb.UpdateResponse();
        response.setProperties(
          toStruct(
            request.getPreview()
              ? await kind.preview({
                  name: request.getUrn().split("::").pop()!,
                  news,
                  state,
                  progress: engine.progressOf(request.getUrn()),
                })
              : await kind.update({
                  id: request.getId(),
                  state,
                  news,
                  timeoutSeconds: request.getTimeout(),
                  progress: engine.progressOf(request.getUrn()),
                }),
          ),
        );
        return response;
      },
    ),
    delete: answer(async (request: pb.DeleteRequest) => {
      await kindOf(request.getUrn()).delete({
        id: request.getId(),
        state: fromStruct(request.getProperties()),
        timeoutSeconds: request.getTimeout() || NO_TIMEOUT_GIVEN,
        progress: engine.progressOf(request.getUrn()),
      });
      return new Empty();
    }),
  });
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}

/** What `diff`, `preview` and `update` compare with. */
const present = async (kind: ResourceKind, written: object): Promise<object> =>
  kind.observe ? kind.observe(written) : written;

type Call<Request> = grpc.ServerUnaryCall<Request, unknown>;

/** A handler whose errors the engine shows as they are. */
function answer<Request, Response>(handle: (request: Request) => Response | Promise<Response>) {
  return answerKeeping(() => ({}), noSnapshot, handle);
}

/** A handler whose {@link Unhealthy} errors leave the resource in the state. */
function answerKeeping<Request, Response>(
  inputs: (request: Request) => object,
  last: (request: Request) => Snapshot<object> | undefined,
  handle: (request: Request) => Response | Promise<Response>,
) {
  const respond = async ({ request }: Call<Request>, callback: grpc.sendUnaryData<Response>): Promise<void> => {
    try {
      callback(null, await handle(request));
    } catch (error) {
      callback(toServiceError(error, inputs(request), last(request)));
    }
  };
  return (call: Call<Request>, callback: grpc.sendUnaryData<Response>): void => void respond(call, callback);
}

const noSnapshot = (): undefined => undefined;
const inputsOf = (request: pb.CreateRequest): object => fromStruct(request.getProperties());

const KIND: Readonly<Record<ChangeKind, [pb.PropertyDiff.Kind, pb.PropertyDiff.Kind]>> = {
  add: [pb.PropertyDiff.Kind.ADD, pb.PropertyDiff.Kind.ADD_REPLACE],
  delete: [pb.PropertyDiff.Kind.DELETE, pb.PropertyDiff.Kind.DELETE_REPLACE],
  update: [pb.PropertyDiff.Kind.UPDATE, pb.PropertyDiff.Kind.UPDATE_REPLACE],
};

function changed(): pb.DiffResponse {
  const response = new pb.DiffResponse();
  response.setChanges(pb.DiffResponse.DiffChanges.DIFF_SOME);
  return response;
}

function diffResponse(changes: readonly PropertyChange[]): pb.DiffResponse {
  const response = new pb.DiffResponse();
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(true);
  response.setChanges(
    changes.length > 0 ? pb.DiffResponse.DiffChanges.DIFF_SOME : pb.DiffResponse.DiffChanges.DIFF_NONE,
  );
  for (const { path, kind, replace } of changes) {
    const difference = new pb.PropertyDiff();
    difference.setKind(KIND[kind][replace ? 1 : 0]);
    response.getDetaileddiffMap().set(path, difference);
    response.addDiffs(path);
    if (replace) response.addReplaces(path);
  }
  return response;
}
