import { KILL_SPEC, KillableStack, killSeed, numbersOf } from "../support/kills";
import { Survivors } from "../support/recovered";

const KILLS = 10;
const seed = killSeed();

/** What is killed in turn: the first makes the cluster. */
const CHANGES: readonly {
  readonly what: string;
  readonly verb: "up" | "destroy";
  readonly edit?: (turn: number) => object;
}[] = [
  { what: "while it makes the cluster", verb: "up" },
  { what: "while it restarts every process", verb: "up", edit: (turn) => ({ labels: { turn: String(turn) } }) },
  {
    what: "while it adds and removes workers",
    verb: "up",
    edit: (turn) => ({ workers: [{ name: "small", ramdisk: "64MB", count: 1 + (turn % 2) }] }),
  },
  {
    what: "while it adds and removes a mount",
    verb: "up",
    edit: (turn) => ({ mounts: [{ name: "data" }, ...(turn % 2 === 0 ? [{ name: "second" }] : [])] }),
  },
  { what: "while it destroys the cluster", verb: "destroy" },
];

/** As test/e2e/kills.test.ts, more often and of more kinds; the moments are spread over all steps. */
describe(`ten runs that are killed (replay with KILL_SEED=${seed})`, () => {
  const stack = new KillableStack(KILL_SPEC);
  const survivors = new Survivors(stack);
  const parts = numbersOf(seed);
  beforeAll(() => stack.init(), 60_000);
  afterAll(() => stack.remove(), 180_000);

  test.each(Array.from({ length: KILLS }, (_, turn) => [turn + 1, CHANGES[turn % CHANGES.length]!.what] as const))(
    "%s: %s",
    async (number) => {
      const { verb, edit } = CHANGES[(number - 1) % CHANGES.length]!;
      if (edit) stack.edit(edit(number));
      // One part of the steps after the other, at a place by chance within each.
      const part = (((number * 7) % KILLS) + parts.next().value) / KILLS;
      console.info(await survivors.kill(verb, part));
    },
    600_000,
  );
});
