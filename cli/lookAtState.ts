import { createRequire } from "node:module";
import { lookDirectly } from "../operations/drift/directLook";
import type { EngineRun } from "../operations/drift/engineEvents";
import { inForce, PROVIDER, type Exported, type Resource } from "../operations/recovery/exported";
import type { Properties } from "../provider/rpc/values";
import { exportState, NotUp } from "./deployment";
import { readSecretConfig } from "./secretConfig";

/** Only with the passphrase of the stack, and only where there is one: then it takes a second export. */
const ENCRYPTED = '"ciphertext":';

/**
 * One look at everything that a stack's state has, without an engine.
 *
 * @param stackFile holds the secrets that it takes to reach hosts, if any @default Pulumi.<stack>.yaml of the project
 * @throws UserError where the stack is not up, its state cannot be read, or what it has only Pulumi can look at
 */
export async function lookAtState(project: string, stack: string, stackFile?: string): Promise<EngineRun> {
  const resources = await recorded(project, stack);
  const provider = inForce(resources, PROVIDER);
  if (provider === undefined) throw new NotUp(stack);
  // All of the provider: who only asks for help need not wait for it.
  const require = createRequire(__filename);
  const { readConfig } = require("../provider/config") as typeof import("../provider/config");
  const { kindsOf } = require("../provider/kinds") as typeof import("../provider/kinds");
  const config = readConfig((provider.inputs ?? {}) as Properties, process.env, (_, keys) =>
    readSecretConfig(project, stack, keys, stackFile),
  );
  try {
    return await lookDirectly(kindsOf(config).resources, resources);
  } finally {
    await config.ssh.close();
  }
}

async function recorded(project: string, stack: string): Promise<readonly Resource[]> {
  const sealed = await exportState(project, stack);
  const exported = sealed.includes(ENCRYPTED) ? await exportState(project, stack, "--show-secrets") : sealed;
  const { deployment } = JSON.parse(exported) as Exported;
  return deployment?.resources ?? [];
}
