import * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import * as statuses from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { InitFailure } from "./resource";
import { toStruct, wrapSecrets } from "./values";

/** An error as the engine understands it. A message names the stand-in once and carries no stack. */
export function toStatus(who: string, error: unknown, secrets: ReadonlySet<string>): Partial<grpc.StatusObject> {
  const text = error instanceof Error ? error.message : String(error);
  const details = text.startsWith(who) ? text : `${who}: ${text}`;
  if (!(error instanceof InitFailure)) return { code: grpc.status.UNKNOWN, details };

  const detail = new messages.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(toStruct(wrapSecrets(error.state, secrets)));
  detail.setInputs(toStruct(wrapSecrets(error.inputs, secrets)));
  detail.setReasonsList(error.reasons.map((reason) => (reason.startsWith(who) ? reason : `${who}: ${reason}`)));
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statuses.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(details);
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details, metadata };
}
