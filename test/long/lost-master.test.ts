import { planCluster } from "../../components/plan/planCluster";
import { dockerAccess } from "../../operations/dockerAccess";
import { observe } from "../../operations/observe";
import type { StatusProblem } from "../../operations/report";
import { statusOf } from "../../operations/status";
import { processesOf } from "../support/cluster";
import { leaderOf, mastersOf, threeMasters } from "../support/masters";
import { must, until } from "../support/process";
import { specOf } from "../support/specs";
import { TestStack } from "../support/testStack";

const stack = new TestStack("ha", threeMasters);
let clusterId: string;
let network: string;
beforeAll(async () => {
  ({ clusterId, network } = await stack.bringUp());
}, 600_000);
afterAll(() => stack.remove(), 180_000);

test("a master that its leader does not reach is named by a status, though it answers by itself", async () => {
  const plan = planCluster(specOf(stack.spec));
  const problems = async (): Promise<readonly StatusProblem[]> => {
    const seen = await observe(dockerAccess(clusterId), { plan, clusterId });
    return statusOf({ stack: stack.name, clusterId, plan, deployed: undefined }, seen).problems;
  };
  expect(await problems()).toEqual([]);

  const leader = await leaderOf(clusterId);
  const [standby = ""] = (await mastersOf(clusterId)).filter((name) => name !== leader);
  const [process] = [...(await processesOf(clusterId))].find(([, { name }]) => name === standby)!;
  await must("docker", "network", "disconnect", network, standby);
  const lost = "answers, but the leader does not reach it: it holds no new metadata";
  await until("it is named", 60, async () => {
    return (await problems()).some(({ subject, found }) => subject === `master ${process}` && found === lost);
  });
  await must("docker", "network", "connect", "--alias", process, network, standby);
  await until("all is well again", 120, async () => (await problems()).length === 0);
}, 300_000);
