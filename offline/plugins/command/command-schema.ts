import {
  flag,
  oneOf,
  text,
  texts,
  integer,
  type Field,
  type Property,
  type ResourceSchema,
  type Shape,
} from "../rpc/schema";

const rerun = (shape: Shape, note?: string): Property => ({
  shape,
  change: "update",
  read: "kept",
  ...(note === undefined ? {} : { note }),
});

const common: Readonly<Record<string, Property>> = {
  create: rerun(text, "absent: nothing runs on create"),
  update: rerun(text, "absent: create runs again"),
  delete: rerun(text, "a change of it alone runs update"),
  stdin: rerun(text),
  environment: rerun({ is: "map", of: text }),
  triggers: {
    shape: { is: "list", of: { is: "any" }, order: "kept" },
    change: "replace",
    read: "kept",
    note: "the new one is created before the old one is deleted",
  },
  addPreviousOutputInEnv: rerun(flag),
  logging: rerun(
    oneOf("stdout", "stderr", "stdoutAndStderr", "none"),
    "none by default where an input of the command is secret; the official plugin logs all",
  ),
};

export const localSchema: ResourceSchema = {
  token: "command:local:Command",
  deleteBeforeReplace: false,
  properties: { ...common, interpreter: rerun(texts("kept")), dir: rerun(text) },
};

const optional = (shape: Shape): Field => ({ shape });

export const remoteSchema: ResourceSchema = {
  token: "command:remote:Command",
  deleteBeforeReplace: false,
  properties: {
    ...common,
    environment: rerun({ is: "map", of: text }, "every name needs AcceptEnv of the server, or it is an error"),
    connection: {
      required: true,
      change: "update",
      read: "kept",
      note: "hostKey: one line of authorized_keys; without it any host is trusted",
      shape: {
        is: "object",
        fields: {
          host: { shape: text, required: true },
          port: optional(integer(1, 65535)),
          user: optional(text),
          privateKey: optional(text),
          privateKeyPassword: optional(text),
          password: optional(text),
          hostKey: optional(text),
          dialErrorLimit: optional(integer(-1)),
          perDialTimeout: optional(integer(0)),
        },
      },
    },
  },
};
