import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Enough for any spec. */
const MEMORY_KIB = 2 ** 40;

/** What a look at a machine with nothing on it would have printed. */
const LOOK = `MemTotal: ${MEMORY_KIB} kB\nMemAvailable: ${MEMORY_KIB} kB\n--- mounts\n--- ports\n--- sockets\n--- processes\n`;

/**
 * Answers as a Docker daemon would that has one image on it and memory without end, so that specs can be previewed that no
 * machine carries. The one thing it seems to run is the helper container that looks at the machine; whatever would
 * change something else is refused.
 */
export class EmptyDocker {
  /** @param image id of the one that it has */
  constructor(private readonly image: string) {}

  private readonly server: Server = createServer((request, response) => this.answer(request, response));
  /** Requests that were answered, so that a benchmark can tell that it was asked at all. */
  requests = 0;

  /** @returns its address, for `docker.host` of a spec */
  async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    return `tcp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests++;
    request.resume();
    const path = (request.url ?? "").replace(/^\/v[\d.]+/, "").replace(/\?.*/, "");
    if (request.method === "POST" && /^\/containers\/helper\/attach$/.test(path)) {
      response.writeHead(200, { "Content-Type": "application/vnd.docker.raw-stream" });
      response.end(frame(LOOK));
      return;
    }
    const [status, body] = answerTo(request.method ?? "GET", decodeURIComponent(path), this.image);
    response.writeHead(status, { "Content-Type": "application/json", "Api-Version": "1.41" });
    response.end(status === 204 ? undefined : JSON.stringify(body));
  }
}

function answerTo(method: string, path: string, image: string): [status: number, body: unknown] {
  switch (`${method} ${path}`) {
    case "GET /_ping":
    case "HEAD /_ping":
      return [200, "OK"];
    case "GET /version":
      return [200, { Version: "20.10.24", ApiVersion: "1.41", Os: "linux", Arch: "amd64" }];
    case "GET /info":
      return [200, { Name: "empty", MemTotal: MEMORY_KIB * 1024, NCPU: 2, OSType: "linux" }];
    case `GET /images/${image}/json`:
      return [200, { Id: image, RepoTags: [], Config: { Labels: null } }];
    case "GET /containers/json":
    case "GET /networks":
      return [200, []];
    case "GET /volumes":
      return [200, { Volumes: [], Warnings: null }];
    case "POST /containers/create":
      return [201, { Id: "helper", Warnings: [] }];
    case "POST /containers/helper/start":
    case "DELETE /containers/helper":
      return [204, undefined];
    case "POST /containers/helper/wait":
      return [200, { StatusCode: 0 }];
    default:
      return [404, { message: `there is nothing here: ${method} ${path}` }];
  }
}

/** Docker's framing of a container's standard output. */
function frame(text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(1, 0);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}
