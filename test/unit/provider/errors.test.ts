import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { toServiceError } from "../../../provider/rpc/errors";
import { Unhealthy, UserError } from "../../../provider/rpc/resource";
import { fromStruct } from "../../../provider/rpc/values";

/** What the engine takes from an error: the resource that it is to keep. */
function keptBy(error: Partial<grpc.ServiceError>) {
  const [bytes] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!(bytes instanceof Buffer)) return undefined;
  const [packed] = Status.deserializeBinary(bytes).getDetailsList();
  expect(packed!.getTypeUrl()).toBe("type.googleapis.com/pulumirpc.ErrorResourceInitFailed");
  const detail = ErrorResourceInitFailed.deserializeBinary(packed!.getValue_asU8());
  return {
    id: detail.getId(),
    state: fromStruct(detail.getProperties()),
    inputs: fromStruct(detail.getInputs()),
    reasons: detail.getReasonsList(),
  };
}

const LAST = { id: "last", state: { condition: "mounted" } };
const INPUTS = { a: 1 };

test("a user's mistake is its message alone", () => {
  const error = toServiceError(new UserError("start it"), INPUTS, LAST);
  expect(error).toEqual({ code: grpc.status.UNKNOWN, details: "start it" });
});

test("a bug of ours shows where it is", () => {
  expect(toServiceError(new TypeError("oops"), INPUTS, LAST).details).toMatch(/^TypeError: oops\n +at /);
  expect(toServiceError("thrown text", INPUTS, LAST).details).toBe("thrown text");
});

test("an unhealthy resource is kept as it was seen, with the reason", () => {
  const error = toServiceError(new Unhealthy("it is dead", { id: "m", state: { condition: "dead" } }), INPUTS, LAST);
  expect(error.details).toBe("it is dead");
  expect(keptBy(error)).toEqual({ id: "m", state: { condition: "dead" }, inputs: INPUTS, reasons: ["it is dead"] });
});

test("where nothing was seen, the last state is kept; where there is none either, nothing is", () => {
  expect(keptBy(toServiceError(new Unhealthy("no answer"), INPUTS, LAST))).toMatchObject(LAST);
  expect(keptBy(toServiceError(new Unhealthy("no answer"), INPUTS, undefined))).toBeUndefined();
});
