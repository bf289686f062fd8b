import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { unpersistedLoss } from "../components/plan/unpersisted";
import { endingCluster, lossAtEnd } from "../operations/lossAtEnd";
import { ownerOf } from "../stacks/owner";
import { layout, PROJECT_NAME, type Places } from "./environment.cjs";
import { Pulumi } from "./pulumi";
import { dockerClient, dockerHost } from "./setup/docker-endpoint";
import { recover } from "./recovery";
import { reportAndExit, SetupProblem } from "./setup/problem";
import { checkStack } from "./setup/stack-config";
import { DIY_ORGANIZATION } from "./stack-lock";

/** `npm stop [-- --stack NAME]`: destroys the stack and says what it kept; not one whose caches alone have some file. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { stack: { type: "string", short: "s", default: "dev" } } });
  const { stack } = values;
  const project = path.resolve(__dirname, "..");
  const places = layout(project);
  checkStack(project, stack);
  if (!fs.existsSync(places.pulumi)) {
    throw new SetupProblem("Nothing is set up in this project, so there is nothing that could be stopped from here.");
  }
  const pulumi = new Pulumi(places, stack);
  if (await pulumi.exists()) {
    await mustLoseNoFile(pulumi, stack);
    await recover(pulumi, stack, console.log);
    await pulumi.show("destroy", "--yes", "--skip-preview");
  } else {
    console.log(`Stack ${stack} does not exist: nothing to destroy.`);
  }
  tellKept(await keptVolumes(places, stack));
}

/** @throws SetupProblem where files would be lost, or nobody can tell that none is */
async function mustLoseNoFile(pulumi: Pulumi, stack: string): Promise<void> {
  const secretsOf = async (_: string, keys: readonly string[]): Promise<Record<string, string>> =>
    Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await pulumi.secret(key)] as const)));
  const sight = await lossAtEnd(endingCluster(await pulumi.exportState()), secretsOf);
  const losses = sight === undefined ? [] : unpersistedLoss(sight);
  if (losses.length === 0) return;
  throw new SetupProblem(
    [
      `Stack ${stack} was not destroyed, for that would`,
      ...losses.map(({ change, reason }) => `  ${change}: ${reason}`),
      `To destroy it all the same: npx alluxioctl down --stack ${stack}`,
    ].join("\n"),
  );
}

/** What is left of this very stack, not of one of the same name in another clone. */
async function keptVolumes(places: Places, stack: string): Promise<string[]> {
  const backend = process.env["PULUMI_BACKEND_URL"] ?? `file://${places.state}`;
  const filters = { label: [`alluxio.owner=${ownerOf(backend, DIY_ORGANIZATION, PROJECT_NAME, stack)}`] };
  try {
    const { Volumes } = await dockerClient(dockerHost(process.env)).listVolumes({ filters });
    return ((Volumes as typeof Volumes | null) ?? []).map((volume) => volume.Name);
  } catch {
    return []; // no Docker here, as with a cluster on hosts
  }
}

function tellKept(volumes: readonly string[]): void {
  if (volumes.length === 0) return;
  console.log(
    `\nKept, since the config says so: ${volumes.join(", ")}. The next start takes them back. To remove them:`,
  );
  console.log(`  docker volume rm ${volumes.join(" ")}`);
}

main().catch(reportAndExit);
