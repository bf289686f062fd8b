import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SignatureError, verified, type Credential } from "./signature";

interface StoredObject {
  readonly data: Buffer;
  readonly modified: Date;
}

/** How often it was asked, and with what result. */
export interface Tally {
  served: number;
  /** By error code, such as `SignatureDoesNotMatch`. */
  readonly refused: Record<string, number>;
}

/**
 * As much of S3 as Alluxio asks for, in memory, path style: list (version 2), head, get with a range, put, copy, delete.
 * Unlike most of its kind it verifies every request: whoever does not know the secret gets 403.
 */
export class S3Server {
  readonly objects = new Map<string, StoredObject>();
  readonly tally: Tally = { served: 0, refused: {} };
  private readonly server: Server;

  /** @param credential of whom it lets in; may be changed while it runs */
  constructor(
    readonly bucket: string,
    public credential: Credential,
  ) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  /** @returns its endpoint */
  async listen(address: string): Promise<string> {
    await new Promise<void>((done, fail) => this.server.once("error", fail).listen(0, address, done));
    return `http://${address}:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((done) => this.server.close(() => done()));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = verified(request, Buffer.concat(chunks), this.credential);
      this.tally.served++;
      this.serve(request, body, response);
    } catch (error) {
      const code = error instanceof SignatureError ? error.code : "InternalError";
      this.tally.refused[code] = (this.tally.refused[code] ?? 0) + 1;
      fail(response, code === "InternalError" ? 500 : 403, code);
    }
  }

  private serve(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://s3");
    const [bucket = "", ...rest] = pathname.slice(1).split("/").map(decodeURIComponent);
    const key = rest.join("/");
    if (bucket !== this.bucket) {
      fail(response, 404, "NoSuchBucket");
      return;
    }
    if (key === "") {
      this.serveBucket(request, searchParams, body, response);
      return;
    }
    const object = this.objects.get(key);
    switch (request.method) {
      case "GET":
      case "HEAD": {
        if (object) send(request, response, object);
        else fail(response, 404, "NoSuchKey");
        return;
      }
      case "PUT": {
        const source = request.headers["x-amz-copy-source"];
        if (source === undefined) {
          this.objects.set(key, { data: body, modified: new Date() });
          response.writeHead(200, { etag: etag(body) }).end();
          return;
        }
        const original = this.objects.get(decodeURIComponent(String(source)).replace(/^\/?[^/]+\//, ""));
        if (!original) {
          fail(response, 404, "NoSuchKey");
          return;
        }
        this.objects.set(key, { data: original.data, modified: new Date() });
        xml(
          response,
          `<CopyObjectResult><LastModified>${new Date().toISOString()}</LastModified><ETag>${etag(original.data)}</ETag></CopyObjectResult>`,
        );
        return;
      }
      case "DELETE":
        this.objects.delete(key);
        response.writeHead(204).end();
        return;
      default: {
        fail(response, 405, "MethodNotAllowed");
        return;
      }
    }
  }

  private serveBucket(request: IncomingMessage, query: URLSearchParams, body: Buffer, response: ServerResponse): void {
    if (request.method === "HEAD") return void response.writeHead(200).end();
    if (request.method === "POST" && query.has("delete")) {
      const keys = [...body.toString("utf8").matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => unescape(key ?? ""));
      for (const key of keys) this.objects.delete(key);
      xml(
        response,
        `<DeleteResult>${keys.map((key) => `<Deleted><Key>${escape(key)}</Key></Deleted>`).join("")}</DeleteResult>`,
      );
      return;
    }
    if (request.method !== "GET") {
      fail(response, 405, "MethodNotAllowed");
      return;
    }
    xml(response, this.list(query));
  }

  /** One page holds everything: a test has few objects. */
  private list(query: URLSearchParams): string {
    const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
    const matching = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    const folders = new Set<string>();
    const files = matching.filter((key) => {
      const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      if (at >= 0) folders.add(key.slice(0, at + delimiter.length));
      return at < 0;
    });
    const shown = query.get("encoding-type") === "url" ? encodeURIComponent : escape;
    return [
      `<ListBucketResult><Name>${this.bucket}</Name><Prefix>${shown(prefix)}</Prefix>`,
      `<KeyCount>${files.length + folders.size}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>`,
      ...files.map((key) => {
        const { data, modified } = this.objects.get(key)!;
        return `<Contents><Key>${shown(key)}</Key><LastModified>${modified.toISOString()}</LastModified><ETag>${etag(data)}</ETag><Size>${data.length}</Size></Contents>`;
      }),
      ...[...folders].map((folder) => `<CommonPrefixes><Prefix>${shown(folder)}</Prefix></CommonPrefixes>`),
      "</ListBucketResult>",
    ].join("");
  }
}

function send(request: IncomingMessage, response: ServerResponse, { data, modified }: StoredObject): void {
  const headers = { etag: etag(data), "last-modified": modified.toUTCString(), "accept-ranges": "bytes" };
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const last = data.length - 1;
  const [start, end] = from === undefined ? [0, last] : [Number(from), Math.min(to ? Number(to) : last, last)];
  if (start > last && data.length > 0) {
    fail(response, 416, "InvalidRange");
    return;
  }
  const part = data.subarray(start, end + 1);
  response.writeHead(from === undefined ? 200 : 206, {
    ...headers,
    "content-length": part.length,
    ...(from === undefined ? {} : { "content-range": `bytes ${start}-${end}/${data.length}` }),
  });
  response.end(request.method === "HEAD" ? undefined : part);
}

function xml(response: ServerResponse, text: string, status = 200): void {
  response
    .writeHead(status, { "content-type": "application/xml" })
    .end(`<?xml version="1.0" encoding="UTF-8"?>\n${text}`);
}

const fail = (response: ServerResponse, status: number, code: string): void =>
  xml(response, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`, status);

const etag = (data: Buffer): string => `"${createHash("md5").update(data).digest("hex")}"`;

const ENTITIES: readonly (readonly [string, string])[] = [
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
];
const escape = (text: string): string => ENTITIES.reduce((all, [one, entity]) => all.replaceAll(one, entity), text);
const unescape = (text: string): string =>
  ENTITIES.reduceRight((all, [one, entity]) => all.replaceAll(entity, one), text);
