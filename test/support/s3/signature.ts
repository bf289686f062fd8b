import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** What a client must know. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secretKey: string;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const STREAMING = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/((\d{8})\/([^/]+)\/([^/]+)\/aws4_request), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** Why a request is refused, as an S3 error code. */
export class SignatureError extends Error {
  constructor(
    readonly code: "AccessDenied" | "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "XAmzContentSHA256Mismatch",
  ) {
    super(code);
  }
}

/**
 * Verifies a request by AWS Signature Version 4, headers, query and payload, chunks included:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 *
 * @param body as it came over the wire
 * @returns the payload, without the framing of signed chunks
 * @throws SignatureError where anything in it was not signed with the secret
 */
export function verified(request: IncomingMessage, body: Buffer, { accessKeyId, secretKey }: Credential): Buffer {
  const match = HEADER.exec(request.headers.authorization ?? "");
  if (!match) throw new SignatureError("AccessDenied");
  const [, keyId, scope = "", day = "", region = "", service = "", signedHeaders = "", signature = ""] = match;
  if (keyId !== accessKeyId) throw new SignatureError("InvalidAccessKeyId");

  const payloadHash = header(request, "x-amz-content-sha256");
  if (payloadHash !== STREAMING && payloadHash !== sha256(body)) throw new SignatureError("XAmzContentSHA256Mismatch");
  const time = header(request, "x-amz-date");
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://s3");
  const canonical = [
    request.method,
    pathname,
    [...searchParams]
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join("&"),
    ...signedHeaders.split(";").map((name) => `${name}:${header(request, name).trim().replace(/ +/g, " ")}`),
    "",
    signedHeaders,
    payloadHash,
  ].join("\n");
  const key = [day, region, service, "aws4_request"].reduce<Buffer | string>(
    (secret, part) => hmac(secret, part),
    `AWS4${secretKey}`,
  );
  mustEqual(hmac(key, [ALGORITHM, time, scope, sha256(canonical)].join("\n")), signature);
  return payloadHash === STREAMING ? unchunked(body, key, `${time}\n${scope}`, signature) : body;
}

/** `<size in hex>;chunk-signature=<of it and of all before>\r\n<data>\r\n`, the last one empty. */
function unchunked(body: Buffer, key: Buffer | string, timeAndScope: string, seed: string): Buffer {
  const parts: Buffer[] = [];
  let previous = seed;
  for (let at = 0; at < body.length;) {
    const end = body.indexOf("\r\n", at);
    const [, size = "", signature = ""] =
      /^([0-9a-f]+);chunk-signature=([0-9a-f]{64})$/.exec(body.toString("latin1", at, end)) ?? [];
    if (size === "") throw new SignatureError("SignatureDoesNotMatch");
    const data = body.subarray(end + 2, end + 2 + parseInt(size, 16));
    const signed = [`${ALGORITHM}-PAYLOAD`, timeAndScope, previous, sha256(""), sha256(data)].join("\n");
    mustEqual(hmac(key, signed), signature);
    parts.push(data);
    previous = signature;
    at = end + 2 + data.length + 2;
  }
  return Buffer.concat(parts);
}

function mustEqual(expected: Buffer, signature: string): void {
  if (!timingSafeEqual(expected, Buffer.from(signature, "hex"))) throw new SignatureError("SignatureDoesNotMatch");
}

const header = (request: IncomingMessage, name: string): string => String(request.headers[name] ?? "");
const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string): Buffer => createHmac("sha256", key).update(data).digest();
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
