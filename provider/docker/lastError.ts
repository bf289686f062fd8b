import type { DockerTransport } from "../transports/docker";

const LINES = 200;
const LONGEST = 300;

/** What the log of a container says last of an error. */
export async function lastErrorOf(docker: Pick<DockerTransport, "logs">, container: string): Promise<string> {
  const lines = (await docker.logs(container, LINES)).split("\n").filter((line) => /ERROR|FATAL|Exception/.test(line));
  return lines.length === 0 ? "its log shows no error" : `its log says: ${lines.at(-1)!.trim().slice(0, LONGEST)}`;
}
