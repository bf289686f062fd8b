import * as grpc from "@grpc/grpc-js";
import * as engineServices from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/engine_pb";

/** The part of the engine that a plugin talks to: the user's log. */
export interface Engine {
  log(severity: "info" | "warning", urn: string, line: string): void;
  /** The address may come with the first call instead of the command line. */
  connect(address: string): void;
}

const SEVERITY = {
  info: messages.LogSeverity.INFO,
  warning: messages.LogSeverity.WARNING,
} as const;

export function connectEngine(address: string | undefined): Engine {
  let client: engineServices.EngineClient | undefined;
  const engine: Engine = {
    connect: (to) => {
      client ??= new engineServices.EngineClient(to, grpc.credentials.createInsecure());
    },
    log: (severity, urn, line) => {
      if (client === undefined) {
        process.stderr.write(`${line}\n`);
        return;
      }
      const request = new messages.LogRequest();
      request.setSeverity(SEVERITY[severity]);
      request.setUrn(urn);
      request.setMessage(line);
      client.log(request, () => undefined);
    },
  };
  if (address !== undefined) engine.connect(address);
  return engine;
}
