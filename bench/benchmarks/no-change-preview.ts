import { join } from "node:path";
import type { Benchmark } from "../benchmark";
import { alternate } from "../rounds";
import { exampleConfig } from "../support/spec";
import { BenchStack } from "../support/stack";

export const noChangePreview: Benchmark = {
  name: "no-change-preview",
  title: "A preview without change",
  about: `\`pulumi preview\` of the stack \`dev\` while its cluster runs and nothing has changed, against one of a TypeScript program that
registers nothing, with the same runtime options and the same Pulumi ([bench/peers/empty](../bench/peers/empty)). Both have been
up before, and both run the engine itself, without npx.`,
  leavesOut: [
    "The preview of `dev` looks at the volumes that hold data, also without `--refresh`, and the empty program has nothing to look at.",
    "`preview --refresh`, which looks at everything, is another question.",
  ],
  rounds: 7,
  run: async (bench) => {
    const ours = new BenchStack(bench);
    await ours.init({ "alluxio:cluster": exampleConfig(bench.project, "dev") });
    bench.cleanup(() => ours.destroy());
    bench.tell("brings the dev cluster up");
    await ours.up();
    const empty = new BenchStack(bench, join(bench.project, "bench/peers/empty"));
    await empty.init();
    await empty.up();
    const seconds = await alternate(
      bench.rounds,
      {
        ours: async () => (await ours.preview("--expect-no-changes")).seconds,
        peer: async () => (await empty.preview("--expect-no-changes")).seconds,
      },
      bench.tell,
      (taken) => `${taken.toFixed(2)} s`,
    );
    return {
      comparisons: [
        {
          name: "preview without change",
          ours: { of: "stack dev", unit: "s", values: seconds.ours },
          peer: { of: "empty program", unit: "s", values: seconds.peer },
          goal: { of: "ratio", bound: "at most", value: 1.5 },
        },
      ],
      beside: [],
      notes: [],
    };
  },
};
