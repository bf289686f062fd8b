import * as grpc from "@grpc/grpc-js";
import * as services from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** The engine's side of the conversation, as far as plugins need one to start; it keeps what they log. */
export class FakeEngine {
  private readonly lines: string[] = [];
  private readonly server = new grpc.Server();

  /** Answers the address that plugins get on their command line. */
  async start(): Promise<string> {
    this.server.addService(services.EngineService, {
      log: (call: grpc.ServerUnaryCall<messages.LogRequest, Empty>, done: grpc.sendUnaryData<Empty>) => {
        this.lines.push(call.request.getMessage());
        done(null, new Empty());
      },
      getRootResource: (_call: unknown, done: grpc.sendUnaryData<messages.GetRootResourceResponse>) =>
        done(null, new messages.GetRootResourceResponse()),
      setRootResource: (_call: unknown, done: grpc.sendUnaryData<messages.SetRootResourceResponse>) =>
        done(null, new messages.SetRootResourceResponse()),
    });
    const port = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    return `127.0.0.1:${port}`;
  }

  /** Everything that was logged until a text was, for lines come while or after a resource is made. @throws after 5 s */
  async linesUntil(text: string): Promise<string> {
    for (let looks = 0; looks < 100; looks++) {
      const lines = this.lines.join("\n");
      if (lines.includes(text)) return lines;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`the engine was not told within 5 s: ${text}`);
  }

  stop(): void {
    this.server.forceShutdown();
  }
}
