import type { IncomingMessage } from "node:http";
import { SignatureError, verified } from "../../support/s3/signature";

/** The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and sigv4-streaming.html. */
const CREDENTIAL = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const request = (method: string, url: string, signed: string, signature: string, headers: Record<string, string>) =>
  ({
    method,
    url,
    headers: {
      "x-amz-date": "20130524T000000Z",
      authorization: `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signed},Signature=${signature}`,
      ...headers,
    },
  }) as unknown as IncomingMessage;

const GET = request(
  "GET",
  "/test.txt",
  "host;range;x-amz-content-sha256;x-amz-date",
  "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  { host: "examplebucket.s3.amazonaws.com", range: "bytes=0-9", "x-amz-content-sha256": EMPTY },
);
const LIST = request(
  "GET",
  "/?max-keys=2&prefix=J",
  "host;x-amz-content-sha256;x-amz-date",
  "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  { host: "examplebucket.s3.amazonaws.com", "x-amz-content-sha256": EMPTY },
);
const CHUNKED = request(
  "PUT",
  "/examplebucket/chunkObject.txt",
  "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
  "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
  {
    host: "s3.amazonaws.com",
    "content-encoding": "aws-chunked",
    "content-length": "66824",
    "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "x-amz-decoded-content-length": "66560",
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
  },
);
const CHUNKS = [
  [65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"],
  [1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"],
  [0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"],
] as const;
const framed = (fill = "a"): Buffer =>
  Buffer.from(
    CHUNKS.map(
      ([size, signature]) => `${size.toString(16)};chunk-signature=${signature}\r\n${fill.repeat(size)}\r\n`,
    ).join(""),
  );

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof SignatureError) return error.code;
    throw error;
  }
  return "verified";
};

test("AWS' own examples are verified", () => {
  expect(verified(GET, Buffer.alloc(0), CREDENTIAL)).toEqual(Buffer.alloc(0));
  expect(verified(LIST, Buffer.alloc(0), CREDENTIAL)).toEqual(Buffer.alloc(0));
  expect(verified(CHUNKED, framed(), CREDENTIAL).equals(Buffer.alloc(66560, "a"))).toBe(true);
});

const wrong = { ...CREDENTIAL, secretKey: `${CREDENTIAL.secretKey}x` };
const changed = (one: IncomingMessage, more: object): IncomingMessage =>
  Object.assign(Object.create(one) as IncomingMessage, more);

test.each<[string, string, () => unknown]>([
  ["another secret", "SignatureDoesNotMatch", () => verified(GET, Buffer.alloc(0), wrong)],
  ["another key id", "InvalidAccessKeyId", () => verified(GET, Buffer.alloc(0), { ...CREDENTIAL, accessKeyId: "B" })],
  ["no signature", "AccessDenied", () => verified(changed(GET, { headers: {} }), Buffer.alloc(0), CREDENTIAL)],
  ["another path", "SignatureDoesNotMatch", () => verified(changed(GET, { url: "/x" }), Buffer.alloc(0), CREDENTIAL)],
  [
    "another method",
    "SignatureDoesNotMatch",
    () => verified(changed(GET, { method: "HEAD" }), Buffer.alloc(0), CREDENTIAL),
  ],
  [
    "another query",
    "SignatureDoesNotMatch",
    () => verified(changed(LIST, { url: "/?max-keys=3&prefix=J" }), Buffer.alloc(0), CREDENTIAL),
  ],
  ["another payload", "XAmzContentSHA256Mismatch", () => verified(GET, Buffer.from("x"), CREDENTIAL)],
  ["another chunk", "SignatureDoesNotMatch", () => verified(CHUNKED, framed("b"), CREDENTIAL)],
])("%s: %s", (_, code, act) => {
  expect(codeOf(act)).toBe(code);
});
