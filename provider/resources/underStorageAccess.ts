import { changesBetween } from "../rpc/changes";
import { Unhealthy, UserError, type Progress, type ResourceKind } from "../rpc/resource";
import { plain } from "../rpc/values";
import type { Clock } from "../clock";

/** `refused`: it knows the credentials not, or lets them do nothing. `failing`: it answers otherwise, or not at all. */
export type AccessCondition = "granted" | "refused" | "failing";

export interface UnderStorageAccessInputs {
  readonly clusterId: string;
  /** Containers of the masters. */
  readonly masters: readonly string[];
  readonly masterWebPort: number;
  /** Ids of these containers: a new one has new credentials. */
  readonly containers: Readonly<Record<string, string>>;
  readonly uri: string;
  /** Option → the config key that holds its secret. For messages. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Declared as granted, observed as it is. */
  readonly condition: AccessCondition;
}

export interface Sight {
  readonly condition: AccessCondition;
  /** What it said, where that is no secret. */
  readonly answer: string;
}

export interface UnderStorageProbe {
  /**
   * Has the leader ask the under storage for a file that does not exist; where none leads, looks why they do not start.
   * @returns undefined where neither tells
   */
  look(inputs: UnderStorageAccessInputs): Promise<Sight | undefined>;
}

const DEFAULT_TIMEOUT_SECONDS = 300;
const POLL_MILLISECONDS = 1000;

/** Another look may find it well again; a refusal stays one. */
const FAILING_MILLISECONDS = 60_000;

/**
 * The proof that the under storage lets the masters in. A master that is refused does not start, again and again, and one
 * that is refused later fails at the first file: this says so, and of which field.
 */
export function underStorageAccess(probe: UnderStorageProbe, clock: Clock): ResourceKind<UnderStorageAccessInputs> {
  return {
    token: "alluxio:index:UnderStorageAccess",
    check: async () => [],
    diff: ({ state, news }) => changesBetween(plain(state), plain(news)),
    preview: async ({ news }) => plain(news),
    create: async ({ news, timeoutSeconds, progress }) => {
      await prove(news, timeoutSeconds, progress);
      return { id: news.uri, state: news };
    },
    read: async ({ id, state, inputs }) => {
      const sight = await probe.look(inputs);
      // Whether a master leads, others tell.
      if (!sight) throw new Unhealthy("no master leads that could ask the under storage", { id, state });
      return { ...state, condition: sight.condition };
    },
    update: async ({ news, timeoutSeconds, progress }) => {
      await prove(news, timeoutSeconds, progress);
      return news;
    },
    delete: async () => undefined,
  };

  async function prove(inputs: UnderStorageAccessInputs, timeoutSeconds: number, progress: Progress): Promise<void> {
    let deadline = clock.now() + (timeoutSeconds || DEFAULT_TIMEOUT_SECONDS) * 1000;
    for (let failingSince: number | undefined; ;) {
      const sight = await probe.look(inputs);
      if (sight && sight.condition !== "failing") {
        mustBeGranted(sight, inputs);
        return;
      }
      if (sight) deadline = Math.min(deadline, (failingSince ??= clock.now()) + FAILING_MILLISECONDS);
      if (clock.now() >= deadline) {
        if (sight) {
          mustBeGranted(sight, inputs);
          return;
        }
        throw new UserError("no master leads: nobody can ask the under storage");
      }
      progress.status(sight ? `the under storage fails: ${sight.answer}` : "waits for a master that leads");
      await clock.sleep(POLL_MILLISECONDS);
    }
  }
}

function mustBeGranted({ condition, answer }: Sight, { uri, credentials }: UnderStorageAccessInputs): void {
  const named = Object.entries(credentials).map(([option, key]) => `${option} (config key ${key})`);
  switch (condition) {
    case "granted":
      return;
    case "refused":
      throw new UserError(
        `underStorage.credentials: ${uri} refuses them (${answer}). One of these is wrong, or may not read there: ` +
          `${named.join(", ")}. Set it with \`pulumi config set --secret <key>\`, then run \`pulumi up\` again`,
      );
    case "failing":
      throw new UserError(
        `underStorage: ${uri} cannot be read: ${answer}. Check underStorage.uri and underStorage.options, then run ` +
          "`pulumi up` again",
      );
    default:
      return condition satisfies never;
  }
}
