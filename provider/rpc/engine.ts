import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Progress } from "./resource";

const STATUS_MILLISECONDS = 3000;

/** The engine's log, to which a resource tells how far it is. */
export class Engine {
  private readonly client: EngineClient | undefined;

  /** @param address of the engine, as it hands it to a plugin; none when the plugin is started by hand */
  constructor(address: string | undefined) {
    this.client = address ? new EngineClient(address, grpc.credentials.createInsecure()) : undefined;
  }

  progressOf(urn: string): Progress {
    let last = 0;
    return {
      status: (message) => {
        // Without a terminal each one becomes a line.
        if (Date.now() - last < STATUS_MILLISECONDS) return;
        last = Date.now();
        this.log(urn, LogSeverity.INFO, message, true);
      },
      info: (message) => this.log(urn, LogSeverity.INFO, message, false),
      warn: (message) => this.log(urn, LogSeverity.WARNING, message, false),
    };
  }

  private log(urn: string, severity: LogSeverity, message: string, ephemeral: boolean): void {
    const request = new LogRequest();
    request.setUrn(urn);
    request.setSeverity(severity);
    request.setMessage(message);
    request.setEphemeral(ephemeral);
    // A lost line of progress is no reason to fail.
    this.client?.log(request, () => undefined);
  }
}
