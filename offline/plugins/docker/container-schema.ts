import {
  flag,
  integer,
  oneOf,
  text,
  texts,
  type Field,
  type Property,
  type ResourceSchema,
  type Shape,
} from "../rpc/schema";
import { durationProblem } from "./duration";
import { labelList } from "./labels";

const duration: Shape = { is: "string", valid: durationProblem };

/** Docker 20.10 and later give capabilities back with their prefix, whatever was asked for. */
const capability: Shape = {
  is: "string",
  valid: (name) =>
    name === "ALL" || (/^CAP_[A-Z_]+$/.test(name) && name !== "CAP_ALL")
      ? undefined
      : `is "${name}": write "${name === "CAP_ALL" ? "ALL" : `CAP_${name.replace(/^CAP_/i, "").toUpperCase()}`}", ` +
        `the form in which it is read back`,
};

const optional = (shape: Shape, absent?: Field["absent"]): Field =>
  absent === undefined ? { shape } : { shape, absent };
const required = (shape: Shape): Field => ({ shape, required: true });
const anyOrder = (fields: Readonly<Record<string, Field>>): Shape => ({
  is: "list",
  order: "free",
  of: { is: "object", fields },
});

const fixed = (shape: Shape, note?: string): Property => ({
  shape,
  change: "replace",
  read: "compared",
  ...(note === undefined ? {} : { note }),
});
const fixedUnseen = (shape: Shape): Property => ({ shape, change: "replace", read: "kept" });

const portList = anyOrder({
  internal: required(integer(1, 65535)),
  external: optional(integer(1, 65535)),
  ip: optional(text, "0.0.0.0"),
  protocol: optional(oneOf("tcp", "udp", "sctp"), "tcp"),
});

const mountList = anyOrder({
  type: required(oneOf("volume", "bind", "tmpfs")),
  target: required(text),
  source: optional(text),
  readOnly: optional(flag, false),
  bindOptions: optional({
    is: "object",
    fields: { propagation: optional(oneOf("private", "rprivate", "shared", "rshared", "slave", "rslave")) },
  }),
  tmpfsOptions: optional({ is: "object", fields: { sizeBytes: optional(integer(1)) } }),
});

const healthcheck: Shape = {
  is: "object",
  fields: {
    tests: required(texts("kept")),
    interval: optional(duration, "0s"),
    timeout: optional(duration, "0s"),
    startPeriod: optional(duration, "0s"),
    retries: optional(integer(0), 0),
  },
};

const refusedInPlace = "an update in place is refused; the official plugin says updated and keeps the old value";

export const containerSchema: ResourceSchema = {
  token: "docker:index/container:Container",
  deleteBeforeReplace: true,
  autoName: "name",
  properties: {
    name: fixed(text),
    image: { ...fixed(text, "by id or by tag; a tag that has moved is not seen; never pulled"), required: true },
    command: fixed(texts("kept")),
    entrypoints: fixed(texts("kept")),
    envs: fixedUnseen(texts("free")),
    labels: fixedUnseen(labelList),
    user: fixed(text),
    hostname: fixed(text),
    ports: fixed(portList),
    mounts: fixed(mountList),
    tmpfs: { shape: { is: "map", of: text }, change: "update", read: "compared", note: refusedInPlace },
    shmSize: fixed(integer(1)),
    networksAdvanced: fixedUnseen(anyOrder({ name: required(text), aliases: optional(texts("free"), []) })),
    networkMode: fixed(text),
    capabilities: fixed(
      {
        is: "object",
        fields: {
          adds: optional({ is: "list", of: capability, order: "free" }, []),
          drops: optional({ is: "list", of: capability, order: "free" }, []),
        },
      },
      "names without CAP_ are refused; the official plugin reports them changed for ever",
    ),
    devices: fixed(
      anyOrder({
        hostPath: required(text),
        containerPath: optional(text),
        permissions: optional(text, "rwm"),
      }),
    ),
    securityOpts: fixed(texts("free")),
    healthcheck: {
      shape: healthcheck,
      change: "update",
      read: "compared",
      note: `durations only in Go's form (1m0s); ${refusedInPlace}`,
    },
    stopSignal: fixed(text),
    stopTimeout: fixed(integer(0)),
    init: fixed(flag),
    restart: {
      shape: oneOf("no", "always", "unless-stopped", "on-failure"),
      default: "no",
      change: "update",
      read: "compared",
    },
    memory: { shape: integer(6), change: "update", read: "compared", note: "only together with memorySwap" },
    memorySwap: { shape: integer(-1), change: "update", read: "compared", note: "only together with memory" },
    mustRun: { shape: flag, default: true, change: "update", read: "compared" },
    wait: { shape: flag, default: false, change: "update", read: "kept" },
    waitTimeout: { shape: integer(1), default: 60, change: "update", read: "kept" },
    destroyGraceSeconds: { shape: integer(0), change: "update", read: "kept" },
  },
};
