import { run } from "../support/process";
import { changeTests } from "./dev-cluster/changes";
import { DevCluster } from "./dev-cluster/cluster";
import { driftTests } from "./dev-cluster/drift";
import { healingTests } from "./dev-cluster/healing";
import { lossTests } from "./dev-cluster/losses";
import { elsewhere } from "./dev-cluster/mounts";
import { servingTests } from "./dev-cluster/serving";

/** One cluster for all, for it takes most of a minute to come up: each part leaves it whole, but for the last. */
describe("the cluster that npm start brings up", () => {
  const dev = new DevCluster();
  beforeAll(() => dev.start(), 600_000);
  afterAll(async () => {
    // What a failed test has left: nobody serves it once the cluster is gone.
    await run("umount", ["-l", elsewhere(dev)]);
    await dev.stack.remove();
  }, 180_000);

  servingTests(dev);
  driftTests(dev);
  healingTests(dev);
  changeTests(dev);
  lossTests(dev);
});
