import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AgentProtocol } from "ssh2";
import { parsedKey } from "./keyPair";

export interface TestAgent {
  readonly socket: string;
  stop(): Promise<void>;
}

/** An SSH agent that holds private keys, and speaks the agents' own protocol. */
export async function startAgent(...privateKeys: string[]): Promise<TestAgent> {
  const keys = privateKeys.map(parsedKey);
  const folder = mkdtempSync(join(tmpdir(), "ssh-agent-"));
  const server = createServer((socket) => {
    const agent = new AgentProtocol(false);
    agent.on("identities", (request) => agent.getIdentitiesReply(request, keys));
    agent.on("sign", (request, asked, data, { hash }) => {
      const key = keys.find((one) => one.getPublicSSH().equals(asked.getPublicSSH()));
      const signature = key?.sign(data, hash);
      if (!signature || signature instanceof Error) agent.failureReply(request);
      else agent.signReply(request, signature);
    });
    socket.on("error", () => undefined);
    socket.pipe(agent).pipe(socket);
  });
  const socket = join(folder, "agent");
  await new Promise<void>((done) => server.listen(socket, done));
  return {
    socket,
    stop: async () => {
      await new Promise((done) => server.close(done));
      rmSync(folder, { recursive: true });
    },
  };
}
