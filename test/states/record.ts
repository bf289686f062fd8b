import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { recordedDev, recordedHosts, withNames } from "../support/recorded";

/**
 * `npx tsx test/states/record.ts VERSION dev|hosts`: writes the state that a stack has when it was just made. Every version
 * that lands gets one of each target.
 */
async function main([version, target]: readonly string[]): Promise<void> {
  const recorded = await { dev: recordedDev, hosts: recordedHosts }[target as "dev" | "hosts"]();
  const { stack, names } = recorded;
  try {
    await stack.init();
    const up = await stack.up();
    if (up.code !== 0) throw new Error(up.output);
    const { stdout } = await stack.pulumi("stack", "export");
    writeFileSync(join(__dirname, `${version!}-${target!}.json`), withNames(stdout, names));
  } finally {
    await stack.remove();
    await recorded.remove();
  }
}

void main(process.argv.slice(2));
