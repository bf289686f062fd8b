import * as grpc from "@grpc/grpc-js";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { planCluster } from "../../../components/plan/planCluster";
import type { ClusterConfig } from "../../../components/spec/config";
import { fromStruct, toStruct, UNKNOWN } from "../../../provider/rpc/values";
import { SMALL, specOf } from "../../support/specs";
import {
  alive,
  connect,
  startProvider,
  stopProvider,
  urnOf,
  type Connection,
  type ProviderProcess,
} from "./providerProcess";

const GUARD = urnOf("alluxio:index:ChangeGuard", "dev-guard");
const inputsOf = (config: ClusterConfig, confirm: string[] = []) => ({
  plan: planCluster(specOf(config)),
  confirm,
  owner: "0123456789abcdef",
});
const BEFORE = inputsOf(SMALL);
const AFTER = inputsOf({ ...SMALL, underStorage: { path: "/nfs/data" } });
const NO_DOCKER =
  /^Docker does not answer \(.*nonexistent\/docker\.sock.*\): start it, or say where it is with DOCKER_HOST or docker\.host$/;

let provider: ProviderProcess;
let orphan: ProviderProcess;
let client: Connection;

beforeAll(async () => {
  [provider, orphan] = await Promise.all([startProvider(), startProvider({ throughShell: true })]);
  client = connect(provider);
  await client.configure(new pb.ConfigureRequest());
});

afterAll(async () => {
  client.close();
  await Promise.all([stopProvider(provider), stopProvider(orphan)]);
});

function createRequest(urn: string, properties: object, preview: boolean): pb.CreateRequest {
  const request = new pb.CreateRequest();
  request.setUrn(urn);
  request.setProperties(toStruct(properties));
  request.setPreview(preview);
  return request;
}

function checkRequest(urn: string, olds: object, news: object): pb.CheckRequest {
  const request = new pb.CheckRequest();
  request.setUrn(urn);
  request.setOlds(toStruct(olds));
  request.setNews(toStruct(news));
  return request;
}

async function errorOf(call: Promise<unknown>): Promise<grpc.ServiceError> {
  const error: unknown = await call.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  if (error instanceof Error && "details" in error) return error as grpc.ServiceError;
  throw error;
}

describe("the provider as a process", () => {
  test("it tells its version", async () => {
    const info = await client.getPluginInfo(new Empty());
    expect(info.getVersion()).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test("a resource that it does not have is an error by its name", async () => {
    const error = await errorOf(client.create(createRequest(urnOf("alluxio:index:Nonsense"), {}, true)));
    expect(error.details).toMatch(/^provider alluxio \d+\.\d+\.\d+ has no resource alluxio:index:Nonsense$/);
  });

  test("check of a new resource passes, and hands the inputs on", async () => {
    const response = await client.check(checkRequest(GUARD, {}, BEFORE));
    expect(response.getFailuresList()).toEqual([]);
    expect(fromStruct(response.getInputs())).toEqual(BEFORE);
  });

  test("check refuses what the spec does not confirm, and passes with the printed lines", async () => {
    const refused = await client.check(checkRequest(GUARD, BEFORE, AFTER));
    const reasons = refused.getFailuresList().map((failure) => failure.getReason());
    // With a property the engine would show the whole plan.
    expect(refused.getFailuresList().map((failure) => failure.getProperty())).toEqual(["", ""]);
    const confirm = reasons.map((reason) => (JSON.parse(/confirm: (\[.*\])$/.exec(reason)![1]!) as string[])[0]!);
    const passed = await client.check(checkRequest(GUARD, BEFORE, { ...AFTER, confirm }));
    expect(passed.getFailuresList()).toEqual([]);
  });

  test("diff is detailed, by the paths that differ", async () => {
    const request = new pb.DiffRequest();
    request.setUrn(GUARD);
    request.setOlds(toStruct({ ...BEFORE, clusterId: "3f9c2ab1d4e5aa00", formedWith: 1 }));
    request.setOldInputs(toStruct(BEFORE));
    request.setNews(toStruct({ ...BEFORE, confirm: ["x"], plan: { ...BEFORE.plan, labels: { "a.b": "c" } } }));
    const response = await client.diff(request);
    expect(response.getChanges()).toBe(pb.DiffResponse.DiffChanges.DIFF_SOME);
    expect(response.getHasdetaileddiff()).toBe(true);
    expect(response.getReplacesList()).toEqual([]);
    const { ADD, UPDATE } = pb.PropertyDiff.Kind;
    expect(response.getDetaileddiffMap().toObject(false, (_, diff) => diff.getKind())).toEqual([
      ["confirm", UPDATE],
      ['plan.labels["a.b"]', ADD],
    ]);

    request.setNews(toStruct(BEFORE));
    const same = await client.diff(request);
    expect(same.getChanges()).toBe(pb.DiffResponse.DiffChanges.DIFF_NONE);
    expect(same.getDiffsList()).toEqual([]);
  });

  test("a plan may be larger than what gRPC lets pass by itself", async () => {
    const large = { ...BEFORE, owner: "x".repeat(5 * 1024 ** 2) };
    const request = new pb.DiffRequest();
    request.setUrn(GUARD);
    request.setOlds(toStruct({ ...large, clusterId: "3f9c2ab1d4e5aa00", formedWith: 1 }));
    request.setOldInputs(toStruct(large));
    request.setNews(toStruct(BEFORE));
    expect((await client.diff(request)).getDiffsList()).toEqual(["owner"]);
  });

  test("a change that replaces says so", async () => {
    const request = new pb.DiffRequest();
    request.setUrn(urnOf("alluxio:index:MountRoot"));
    const root = { clusterId: "x", path: "/mnt/a", mountPoints: [], image: "i", shared: true };
    request.setOlds(toStruct(root));
    request.setOldInputs(toStruct(root));
    request.setNews(toStruct({ ...root, path: "/mnt/b", shared: false }));
    const response = await client.diff(request);
    expect(response.getReplacesList()).toEqual(["path"]);
    expect(response.getDetaileddiffMap().get("path")?.getKind()).toBe(pb.PropertyDiff.Kind.UPDATE_REPLACE);
    expect(response.getDetaileddiffMap().get("shared")?.getKind()).toBe(pb.PropertyDiff.Kind.UPDATE);
  });

  test("a preview of the guard needs no Docker, and leaves its id open", async () => {
    const response = await client.create(createRequest(GUARD, BEFORE, true));
    expect(fromStruct(response.getProperties())).toMatchObject({ ...BEFORE, clusterId: UNKNOWN });
  });

  test("create without Docker: what is wrong and what to do, no stack trace", async () => {
    const error = await errorOf(client.create(createRequest(GUARD, BEFORE, false)));
    expect(error.code).toBe(grpc.status.UNKNOWN);
    expect(error.details).toMatch(NO_DOCKER);
  });

  test("a preview of the look at the machine says the same", async () => {
    const inputs = { plan: BEFORE.plan, clusterId: UNKNOWN, image: "sha256:1" };
    const request = createRequest(urnOf("alluxio:index:Preflight"), inputs, true);
    expect((await errorOf(client.create(request))).details).toMatch(NO_DOCKER);
  });

  test("the diff of a volume with data looks at Docker, whatever the state says", async () => {
    const volume = {
      volumeName: "v",
      holds: "a journal",
      clusterId: "x",
      labels: {},
      confirm: [],
      presence: "present",
    };
    const request = new pb.DiffRequest();
    request.setUrn(urnOf("alluxio:index:DataVolume"));
    for (const set of ["setOlds", "setOldInputs", "setNews"] as const) request[set](toStruct(volume));
    // An error here would be shown twice.
    expect((await client.diff(request)).getChanges()).toBe(pb.DiffResponse.DiffChanges.DIFF_SOME);
    const update = new pb.UpdateRequest();
    update.setUrn(urnOf("alluxio:index:DataVolume"));
    update.setOlds(toStruct(volume));
    update.setNews(toStruct(volume));
    expect((await errorOf(client.update(update))).details).toMatch(NO_DOCKER);
    update.setPreview(true);
    expect((await errorOf(client.update(update))).details).toMatch(NO_DOCKER);
    // The next would only repeat it.
    expect(fromStruct((await client.update(update)).getProperties())).toEqual(volume);
  });

  test("it ends when its parent is killed", async () => {
    expect(alive(orphan.pid)).toBe(true);
    orphan.child.kill("SIGKILL");
    const started = Date.now();
    while (alive(orphan.pid) && Date.now() - started < 8000) await new Promise((done) => setTimeout(done, 50));
    expect(alive(orphan.pid)).toBe(false);
    expect(alive(provider.pid)).toBe(true);
  });
});
