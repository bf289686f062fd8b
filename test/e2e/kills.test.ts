import { KILL_SPEC, KillableStack, killSeed, numbersOf } from "../support/kills";
import { Survivors } from "../support/recovered";

const seed = killSeed();

/**
 * `pulumi up` and `destroy` of one cluster, each killed in the middle; `alluxioctl up` goes on from there. Where is drawn by
 * chance: KILL_SEED replays it. More kills are in test/long.
 */
describe(`a run that is killed (replay with KILL_SEED=${seed})`, () => {
  const stack = new KillableStack();
  const survivors = new Survivors(stack);
  const parts = numbersOf(seed);
  beforeAll(() => stack.init(), 60_000);
  afterAll(() => stack.remove(), 180_000);

  test("while it makes the cluster", async () => {
    console.info(await survivors.kill("up", parts.next().value));
  }, 300_000);

  test("while it changes the cluster", async () => {
    stack.edit({ heaps: { ...KILL_SPEC.heaps, jobMaster: "112MB" } });
    console.info(await survivors.kill("up", parts.next().value));
  }, 300_000);

  test("while it destroys the cluster", async () => {
    console.info(await survivors.kill("destroy", parts.next().value));
  }, 300_000);
});
