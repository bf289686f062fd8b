import { connect, createServer, type Server, type Socket } from "node:net";

/** A network between a test and a server, which can be looked at, cut and frozen. */
export class Proxy {
  /** Connections that have been made through it. */
  connections = 0;
  private readonly open = new Set<Socket>();
  private frozen = false;

  static async to(address: string, port: number): Promise<Proxy> {
    const proxy = new Proxy(address, port);
    await new Promise<void>((done) => proxy.server.listen(0, "127.0.0.1", done));
    return proxy;
  }

  private readonly server: Server;

  private constructor(address: string, port: number) {
    this.server = createServer((near) => {
      this.connections++;
      const far = connect(port, address);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.open.add(one);
        one.setNoDelay(true);
        one.on("data", (data) => {
          // What is frozen takes everything and passes on nothing, as a dead line does.
          if (!this.frozen && !other.write(data)) one.pause();
        });
        one.on("drain", () => other.resume());
        one.on("end", () => this.frozen || other.end());
        one.on("error", () => undefined);
        one.on("close", () => {
          this.open.delete(one);
          if (!this.frozen) other.destroy();
        });
      }
    });
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  /** Ends every connection, on both sides. */
  cut(): void {
    for (const socket of this.open) socket.destroy();
  }

  freeze(): void {
    this.frozen = true;
  }

  thaw(): void {
    this.frozen = false;
    this.cut();
  }

  async stop(): Promise<void> {
    this.frozen = false;
    this.cut();
    await new Promise((done) => this.server.close(done));
  }
}
