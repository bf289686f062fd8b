import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Ephemeral } from "../../components/plan/ephemeral";
import type { ClusterConfig } from "../../components/spec/config";
import { markOf } from "../../operations/ephemeral/orphans";
import { UserError } from "../../provider/rpc/resource";
import { layout, prepare } from "../../scripts/environment.cjs";
import { holdsSecrets } from "../../scripts/stack-file.cjs";
import { CLUSTER_FILE_KEY, CLUSTER_KEY, clusterOfConfig, readStackFile, type StackDocument } from "../clusterSource";
import { EPHEMERAL_KEY, type EphemeralConfig } from "../ephemeralConfig";
import { unambiguousYaml } from "../yaml";

/** What a Pulumi project of a throw-away cluster consists of. */
export interface Workspace {
  readonly project: string;
  readonly stack: string;
  readonly document: StackDocument;
  readonly ephemeral: EphemeralConfig;
}

interface ProjectFile {
  readonly main: string;
  readonly plugins: { readonly providers: readonly { readonly name: string; readonly path: string }[] };
}

/** Writes the project into a folder: this project's own program and provider, a stack and a place for its state. */
export function writeWorkspace(folder: string, { project, stack, document, ephemeral }: Workspace): void {
  const file = parse(readFileSync(join(project, "Pulumi.yaml"), "utf8")) as ProjectFile;
  const providers = file.plugins.providers.map((one) => ({ ...one, path: join(project, one.path) }));
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    unambiguousYaml({ ...file, main: join(project, file.main), plugins: { ...file.plugins, providers } }),
  );
  writeStackFile(folder, stack, { ...document, config: { ...document.config, [EPHEMERAL_KEY]: ephemeral } });
  mkdirSync(join(folder, "state"));
  mkdirSync(join(folder, "home"));
  // A home of its own, for a stack that is selected would be noted in the user's; plugins are the only thing shared.
  const plugins = join(homeOf(project), "plugins");
  if (existsSync(plugins)) symlinkSync(plugins, join(folder, "home", "plugins"));
}

export function readCluster(folder: string, stack: string): ClusterConfig {
  return writtenIn(folder, stack).config[CLUSTER_KEY] as ClusterConfig;
}

/** @param cluster a spec, or something that may not be one */
export function writeCluster(folder: string, stack: string, cluster: unknown): void {
  const document = writtenIn(folder, stack);
  writeStackFile(folder, stack, { ...document, config: { ...document.config, [CLUSTER_KEY]: cluster } });
}

export const documentOf = (cluster: ClusterConfig): StackDocument => ({ config: { [CLUSTER_KEY]: cluster } });

export const clusterOf = (document: StackDocument): unknown => document.config[CLUSTER_KEY];

/**
 * A stack file, with the cluster in it also where it names another file for that.
 * @param project folder of Pulumi.yaml
 * @throws UserError where it cannot be read, or holds no cluster
 */
export function readStackDocument(
  file: string,
  project: string,
): { readonly document: StackDocument; readonly where: string } {
  const { document, problem: unread } = readStackFile(file);
  if (unread !== undefined) throw new UserError(unread);
  const { source, problem } = clusterOfConfig(document.config, file, project);
  if (problem !== undefined) throw new UserError(problem);
  const { [CLUSTER_FILE_KEY]: _, ...rest } = document.config;
  return { document: { ...document, config: { ...rest, [CLUSTER_KEY]: source.cluster } }, where: source.where };
}

const fileOf = (folder: string, stack: string): string => join(folder, `Pulumi.${stack}.yaml`);
const writtenIn = (folder: string, stack: string): StackDocument =>
  parse(readFileSync(fileOf(folder, stack), "utf8")) as StackDocument;

function writeStackFile(folder: string, stack: string, document: StackDocument): void {
  writeFileSync(fileOf(folder, stack), unambiguousYaml(document));
  chmodSync(fileOf(folder, stack), 0o600);
}

const homeOf = (project: string): string => process.env["PULUMI_HOME"] ?? layout(project).pulumiHome;

/** The environment in which Pulumi runs for a throw-away cluster. */
export function environmentFor(
  project: string,
  folder: string,
  stack: string,
  ephemeral: Ephemeral,
): NodeJS.ProcessEnv {
  const own = {
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_STACK: undefined,
    NO_COLOR: "1",
    ...markOf(ephemeral),
  };
  const env = prepare({ places: layout(project), env: { ...process.env, ...own } });
  // Only its owner knows the passphrase of a file with secrets.
  if (!holdsSecrets(readFileSync(fileOf(folder, stack), "utf8"))) return env;
  return { ...env, PULUMI_CONFIG_PASSPHRASE: process.env["PULUMI_CONFIG_PASSPHRASE"] };
}
