import type * as pulumi from "@pulumi/pulumi";
import type * as alluxio from "../../provider/classes";
import type { DeclaredProcess } from "../../provider/docker/containerProcess";
import { physicalName } from "../plan/names";
import { mastersIn } from "../plan/quorum";
import { rolloutSteps } from "../plan/rollout";
import type { ClusterPlan, ProcessPlan } from "../plan/types";
import { RollingChange } from "../rollout/rollingChange";
import { declarationOf, type DeclaredContainer } from "./declaration";

interface RolloutArgs {
  readonly plan: ClusterPlan;
  readonly clusterId: pulumi.Output<string>;
  readonly provider: alluxio.Provider;
}

/** The change of a running cluster of containers, each of which is replaced by the docker plugin. */
export class Rollout extends RollingChange<DeclaredProcess> {
  constructor({ plan, clusterId, provider }: RolloutArgs) {
    super({
      ...{ plan, clusterId, provider },
      steps: rolloutSteps(plan),
      inPlace: false,
      cluster: (id) => ({
        clusterId: id,
        masters: mastersIn(plan).map(({ name }) => physicalName(plan.name, name, id)),
      }),
    });
  }

  /** What a process is going to be. */
  declare(process: ProcessPlan, container: DeclaredContainer): void {
    this.toBe(process.name, () => declarationOf(process, container, this.args));
  }
}
