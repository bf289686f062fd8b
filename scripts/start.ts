import path from "node:path";
import { parseArgs } from "node:util";
import { bringUp } from "./bring-up";
import { layout } from "./environment.cjs";
import { reportAndExit } from "./setup/problem";
import { setUp } from "./setup/set-up";

/** `npm start [-- --stack NAME]`: sets up what is missing, provisions the stack, says where things are. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { stack: { type: "string", short: "s", default: "dev" } } });
  const { stack } = values;
  const project = path.resolve(__dirname, "..");
  const places = layout(project);
  await setUp({ project, stack });
  tell(stack, await bringUp(places, stack, console.log));
}

function tell(stack: string, outputs: Record<string, unknown>): void {
  const option = stack === "dev" ? "" : ` --stack ${stack}`;
  const width = Math.max(0, ...Object.keys(outputs).map((name) => name.length));
  console.log(`\nStack ${stack} is up:`);
  for (const [name, value] of Object.entries(outputs)) {
    console.log(`  ${name.padEnd(width)}  ${typeof value === "string" ? value : JSON.stringify(value)}`);
  }
  console.log("\nTry next:");
  const next = [
    [`npx alluxioctl status${option}`, "masters, workers and mounts as they are"],
    [`npx pulumi preview --refresh -s ${stack}`, "what reality has changed since"],
    [`npm stop${option ? ` --${option}` : ""}`, "destroys it, and says what it keeps"],
  ] as const;
  const room = Math.max(...next.map(([command]) => command.length));
  for (const [command, what] of next) console.log(`  ${command.padEnd(room)}   ${what}`);
}

main().catch(reportAndExit);
