import { createHmac, randomBytes } from "node:crypto";
import { ROOT_OPTION_PREFIX } from "../../components/plan/credentials";
import { renderProperties } from "../../components/plan/siteProperties";
import { changesBetween } from "../rpc/changes";
import { UserError, type ResourceKind } from "../rpc/resource";
import { plain, UNKNOWN } from "../rpc/values";
import type { Seal } from "../sealing";

/** A file as it was found: `intact`, or what is wrong with it, such as `mode 0644`. */
export type FileCondition = "intact" | "missing" | "changed" | `mode ${string}` | `owner ${string}`;

export interface CredentialsInputs {
  readonly clusterId: string;
  readonly volumeName: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Image of the containers that are made to reach the volume, and never started. */
  readonly image: string;
  /** Process → what else its alluxio-site.properties says. */
  readonly properties: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Option of the root under storage → its value, sealed for one run. The outputs hold salted digests in their place. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Process → declared as intact, observed as it is. */
  readonly files: Readonly<Record<string, FileCondition>>;
}

export interface CredentialsState extends CredentialsInputs {
  /** Random, made once, itself a secret: without it a digest says nothing about a value that could be guessed. */
  readonly salt: string;
  /** Of all credentials: a process that bears another one has read others. */
  readonly digest: string;
  /** Process → digest of its file. */
  readonly written: Readonly<Record<string, string>>;
}

/** A file of the volume. */
export interface VolumeFile {
  /** Below the volume. */
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly content: Buffer;
}

/** The volume is the cluster's own, is not there, or belongs to somebody else. */
export type Presence = "present" | "missing" | "foreign";

/** What it asks of the machine. */
export interface CredentialsAccess {
  presence(inputs: CredentialsInputs): Promise<Presence>;
  /** Makes the volume unless it is there. */
  makeVolume(inputs: CredentialsInputs): Promise<void>;
  files(inputs: CredentialsInputs): Promise<VolumeFile[]>;
  write(inputs: CredentialsInputs, files: readonly VolumeFile[]): Promise<void>;
  removeVolume(inputs: CredentialsInputs): Promise<void>;
}

/** The user of the official image. */
const OWNER = 1000;
const PRIVATE = 0o600;
const FILE = "alluxio-site.properties";
const SALT_BYTES = 32;
/** Of 64 hexadecimal digits: enough to tell two of them apart, and short in a label. */
const DIGEST_DIGITS = 16;

/**
 * Hands credentials to the processes that read them: a volume with one file for each, mode 0600, of the user that they
 * run as. The values go from the program, sealed, to this process, and from here to Docker's archive API: they are never an
 * argument, a variable, a script or a file of this machine, nor in a log or the state, which knows them by salted digest.
 *
 * @param seal opens what the program has sealed in this run
 */
export function credentials(
  access: CredentialsAccess,
  seal: Pick<Seal, "open">,
): ResourceKind<CredentialsInputs, CredentialsState> {
  return {
    token: "alluxio:index:Credentials",
    check: async () => [],
    diff: ({ state, news }) => {
      // A refresh compares with the inputs of an earlier run, which nobody can open: only the program tells a change.
      const opened = open(news);
      return [
        ...changesBetween(state.volumeName, news.volumeName, "volumeName").map((change) => ({
          ...change,
          replace: true,
        })),
        ...changesBetween(
          { ...state.credentials },
          opened ? digestsOf(opened, state.salt) : { ...state.credentials },
          "credentials",
        ),
        ...changesBetween(plain(state.properties), plain(news.properties), "properties"),
        ...changesBetween({ ...state.files }, { ...news.files }, "files"),
      ];
    },
    preview: async ({ news, state }) =>
      state ? plain(stateOf(mustOpen(news), state.salt)) : { ...plain(news), credentials: UNKNOWN, digest: UNKNOWN },
    create: async ({ news }) => {
      const salt = randomBytes(SALT_BYTES).toString("hex");
      return { id: news.volumeName, state: await write(mustOpen(news), salt) };
    },
    read: async ({ state }) => ({ ...state, files: await observe(state) }),
    update: async ({ state, news }) => write(mustOpen(news), state.salt),
    delete: async ({ state }) => {
      if ((await access.presence(state)) === "present") await access.removeVolume(state);
    },
  };

  /** @returns the inputs with the values themselves, or undefined where they were sealed in another run */
  function open(inputs: CredentialsInputs): CredentialsInputs | undefined {
    const values: Record<string, string> = {};
    for (const [option, sealed] of Object.entries(inputs.credentials)) {
      const value = seal.open(sealed);
      if (value === undefined) return undefined;
      values[option] = value;
    }
    return { ...inputs, credentials: values };
  }

  function mustOpen(inputs: CredentialsInputs): CredentialsInputs {
    const opened = open(inputs);
    if (opened) return opened;
    throw new UserError("the credentials were sealed in another run of the provider: run the same command again");
  }

  async function write(inputs: CredentialsInputs, salt: string): Promise<CredentialsState> {
    if ((await access.presence(inputs)) === "foreign") {
      throw new UserError(
        `there is a volume ${inputs.volumeName} that is not of this cluster (it lacks its id), where its credentials ` +
          "should be. It is left alone: rename or remove it, then try again",
      );
    }
    await access.makeVolume(inputs);
    await access.write(inputs, filesOf(inputs));
    return stateOf(inputs, salt);
  }

  async function observe(state: CredentialsState): Promise<Record<string, FileCondition>> {
    const found = (await access.presence(state)) === "present" ? await access.files(state) : [];
    return Object.fromEntries(
      Object.entries(state.written).map(([process, written]) => {
        const file = found.find(({ path }) => path === pathOf(process));
        return [process, file ? conditionOf(file, state.salt, written) : "missing"];
      }),
    );
  }
}

const pathOf = (process: string): string => `${process}/${FILE}`;

function filesOf({ properties, credentials: values }: CredentialsInputs): VolumeFile[] {
  const options = Object.fromEntries(
    Object.entries(values).map(([option, value]) => [ROOT_OPTION_PREFIX + option, value]),
  );
  return Object.entries(properties).map(([process, more]) => ({
    path: pathOf(process),
    mode: PRIVATE,
    uid: OWNER,
    gid: OWNER,
    content: Buffer.from(`${renderProperties({ ...more, ...options })}\n`, "latin1"),
  }));
}

function stateOf(inputs: CredentialsInputs, salt: string): CredentialsState {
  return {
    ...inputs,
    credentials: digestsOf(inputs, salt),
    salt,
    digest: digestOf(salt, JSON.stringify(Object.entries(inputs.credentials).sort())),
    written: Object.fromEntries(
      filesOf(inputs).map((file, i) => [Object.keys(inputs.properties)[i]!, digestOf(salt, file.content)]),
    ),
  };
}

const digestsOf = ({ credentials: values }: CredentialsInputs, salt: string): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([option, value]) => [option, digestOf(salt, `${option}=${value}`)]));

const digestOf = (salt: string, data: string | Buffer): string =>
  createHmac("sha256", Buffer.from(salt, "hex")).update(data).digest("hex").slice(0, DIGEST_DIGITS);

function conditionOf(file: VolumeFile, salt: string, written: string): FileCondition {
  if (digestOf(salt, file.content) !== written) return "changed";
  if (file.uid !== OWNER || file.gid !== OWNER) return `owner ${file.uid}:${file.gid}`;
  if (file.mode !== PRIVATE) return `mode ${file.mode.toString(8).padStart(4, "0")}`;
  return "intact";
}
