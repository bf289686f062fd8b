import * as grpc from "@grpc/grpc-js";
import * as services from "@pulumi/pulumi/proto/provider_grpc_pb";
import { connectEngine } from "./engine";
import { handlers } from "./handlers";
import { exitWithParent } from "./lifetime";
import type { Plugin } from "./resource";

const LARGE = 400 * 1024 * 1024;

/**
 * Serves the plugin on a free port of the loopback and prints that port, as the engine expects it. The process ends when
 * the engine does.
 *
 * @param args command line: the engine's address, if it gave one, stands among them
 */
export function serve(plugin: Plugin, args: readonly string[]): void {
  const address = args.find((arg) => /^[^-].*:\d+$/.test(arg));
  const engine = connectEngine(address);
  const cancelled = new AbortController();
  const server = new grpc.Server({ "grpc.max_receive_message_length": LARGE, "grpc.max_send_message_length": LARGE });
  server.addService(services.ResourceProviderService, handlers(plugin, engine, cancelled));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) {
      process.stderr.write(`${plugin.who}: cannot listen on the loopback: ${error.message}\n`);
      process.exit(1);
    }
    process.stdout.write(`${port}\n`);
  });
  exitWithParent(() => cancelled.abort(new Error("the engine is gone")));
}
