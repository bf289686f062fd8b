import { changesBetween } from "../rpc/changes";
import { Unhealthy, type Progress, type ResourceKind } from "../rpc/resource";
import { plain } from "../rpc/values";
import type { Clock } from "../clock";
import type { Quorum } from "../quorum";
import { strangersIn, takeOut } from "../rollout/strangers";

/** What joins, wherever it runs. */
export interface JoiningInputs {
  readonly clusterId: string;
  /** Its place among the masters, from 0. */
  readonly index: number;
  /** Its address in the quorum: `master-2:19200`. */
  readonly address: string;
  /** With how many masters the quorum was first formed: those members never need to join. */
  readonly formedWith: number;
  /** The masters before it, which know every address: their containers, or hosts. */
  readonly earlierMasters: readonly string[];
  /** The addresses of all masters: a member that has none of them and does not answer is removed first. @default none is */
  readonly intended?: readonly string[];
}

/** A member that joins in a container. */
export interface JournalMemberInputs extends JoiningInputs {
  /** The container that joins for it. */
  readonly container: string;
  readonly image: string;
  /** Of a container that ends by itself. @default the image's own */
  readonly entrypoint?: readonly string[];
  readonly command: readonly string[];
  readonly environment: readonly string[];
  readonly hostname: string;
  readonly network: string;
  /** Volume → path. */
  readonly volumes: Readonly<Record<string, string>>;
}

export interface JoiningAccess<Inputs extends JoiningInputs> {
  /** @returns undefined while no leader answers */
  quorum(inputs: Inputs): Promise<Quorum | undefined>;
  /** Takes a member out of the quorum. @throws UserError with what Alluxio said. @default none is taken out */
  dismiss?(inputs: Inputs, address: string): Promise<void>;
  /**
   * Starts, or starts again, the master that joins on the member's own volume; any earlier one is removed.
   * @param members addresses of those that are members already
   */
  start(inputs: Inputs, members: readonly string[]): Promise<void>;
  /** Whether its journal holds something, so that it is safe to stop it. @default what the quorum says is enough */
  hasJournal?(inputs: Inputs): Promise<boolean>;
  remove(inputs: Inputs): Promise<void>;
}

export type JournalMemberAccess = JoiningAccess<JournalMemberInputs>;

const DEFAULT_TIMEOUT_SECONDS = 600;
const POLL_MILLISECONDS = 2000;
/** A member asks to join once, when it starts; one that was too late never asks again. */
const ATTEMPT_MILLISECONDS = 90_000;

type Condition = (quorum: Quorum) => boolean | Promise<boolean>;

/**
 * A master's journal as a member of a quorum that exists. An empty master that starts with all addresses could, with
 * another empty one, elect an empty leader; so each one first joins alone, knowing only the masters before it, until it
 * has the journal. Then it is stopped, and the master that stays takes its journal over.
 */
export function joiningMember<Inputs extends JoiningInputs>(
  token: string,
  access: JoiningAccess<Inputs>,
  clock: Clock,
): ResourceKind<Inputs> {
  return {
    token,
    check: async () => [],
    // Once it is a member it stays one: no later change of its configuration makes it join again.
    diff: ({ state, news }) =>
      changesBetween(state.address, news.address, "address").map((change) => ({ ...change, replace: true })),
    preview: async ({ news }) => plain(news),
    create: async ({ news, timeoutSeconds, progress }) => {
      if (news.index >= news.formedWith) await join(news, timeoutSeconds || DEFAULT_TIMEOUT_SECONDS, progress);
      return { id: news.address, state: news };
    },
    read: async ({ state }) => state,
    update: async ({ news }) => news,
    delete: async ({ state }) => access.remove(state),
  };

  async function join(inputs: Inputs, timeoutSeconds: number, progress: Progress): Promise<void> {
    const deadline = clock.now() + timeoutSeconds * 1000;
    const found = await waitFor(
      inputs,
      deadline,
      progress,
      (quorum) => Object.values(quorum).filter(Boolean).length * 2 > Object.keys(quorum).length,
    );
    // A run that was killed after this point left a member whose volume holds the journal, and perhaps its container.
    if (inputs.address in found) {
      await access.remove(inputs);
      return;
    }
    const members = await withoutTheDead(inputs, found, progress);
    while (clock.now() < deadline) {
      await access.start(inputs, members);
      const attempt = Math.min(deadline, clock.now() + ATTEMPT_MILLISECONDS);
      const joined = await poll(
        inputs,
        attempt,
        progress,
        async (quorum) => quorum[inputs.address] === true && ((await access.hasJournal?.(inputs)) ?? true),
      );
      if (joined) {
        await access.remove(inputs);
        return;
      }
    }
    throw new Unhealthy(
      `${inputs.address} did not join the quorum within ${timeoutSeconds} s; the masters before it serve as they did. Run \`pulumi up\` again`,
    );
  }

  /** While a dead member counts, the quorum is lost with one more: also with the newcomer, when it restarts. */
  async function withoutTheDead(inputs: Inputs, quorum: Quorum, progress: Progress): Promise<string[]> {
    const members = Object.keys(quorum);
    const { intended } = inputs;
    if (!access.dismiss || intended === undefined) return members;
    const dead = strangersIn(quorum, intended).filter((address) => quorum[address] !== true);
    const why = "is no master any more and does not answer";
    await takeOut(dead, (address) => access.dismiss!(inputs, address), progress, why);
    return members.filter((address) => !dead.includes(address));
  }

  async function waitFor(inputs: Inputs, deadline: number, progress: Progress, holds: Condition): Promise<Quorum> {
    const quorum = await poll(inputs, deadline, progress, holds);
    if (!quorum) throw new Unhealthy(`${inputs.address} cannot join: the masters before it have no leader`);
    return quorum;
  }

  async function poll(
    inputs: Inputs,
    deadline: number,
    progress: Progress,
    holds: Condition,
  ): Promise<Quorum | undefined> {
    for (;;) {
      const quorum = await access.quorum(inputs);
      if (quorum && (await holds(quorum))) return quorum;
      if (clock.now() >= deadline) return undefined;
      progress.status(`joins the quorum: ${describe(quorum)}`);
      await clock.sleep(POLL_MILLISECONDS);
    }
  }
}

/** A member of a quorum of containers. */
export const journalMember = (access: JournalMemberAccess, clock: Clock): ResourceKind<JournalMemberInputs> =>
  joiningMember("alluxio:index:JournalMember", access, clock);

function describe(quorum: Quorum | undefined): string {
  if (!quorum) return "no leader answers";
  return Object.entries(quorum)
    .map(([address, available]) => `${address} ${available ? "available" : "unavailable"}`)
    .join(", ");
}
