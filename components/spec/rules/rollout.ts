import { finding, type Rule } from "./rule";

export const ROLLOUT_RULES: readonly Rule[] = [
  {
    name: "rollout.workers-percent",
    path: ["rollout.workersPercent"],
    message: "The share of the workers that may be changed at the same time is from 1 to 100 percent.",
    example: { yaml: "rollout: { workersPercent: 0 }", at: "rollout.workersPercent" },
    *check({ rollout }) {
      const percent = rollout?.workersPercent;
      if (percent === undefined || (percent >= 1 && percent <= 100)) return;
      yield finding(["rollout", "workersPercent"], "must be from 1 to 100, in percent of all workers.");
    },
  },
];
