import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Unhealthy, UserError, type Snapshot } from "./resource";
import { toStruct } from "./values";

/** What a call answers when it fails; with a snapshot the engine keeps the resource and marks it unhealthy. */
export function toServiceError(
  error: unknown,
  inputs: object,
  last: Snapshot<object> | undefined,
): Partial<grpc.ServiceError> {
  const reason = error instanceof UserError ? error.message : String(error instanceof Error ? error.stack : error);
  const snapshot = error instanceof Unhealthy ? (error.snapshot ?? last) : undefined;
  if (!snapshot) return { code: grpc.status.UNKNOWN, details: reason };

  const detail = new ErrorResourceInitFailed();
  detail.setId(snapshot.id);
  detail.setProperties(toStruct(snapshot.state));
  detail.setInputs(toStruct(inputs));
  detail.setReasonsList([reason]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(reason);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: reason, metadata };
}
