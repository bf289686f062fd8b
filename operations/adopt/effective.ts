import { posix } from "node:path";
import { JVM_VARIABLE } from "../../components/plan/jvmVariable";
import type { Role } from "../../components/plan/types";
import type { FoundProcess, FoundProperties, FoundValue, HostFacts, Installation } from "./facts";
import { isKnown } from "./redact";

/** A property as a process goes by it. */
export interface Setting {
  readonly value: FoundValue;
  /** Where it stands, for people. */
  readonly from: string;
}
export type Settings = ReadonlyMap<string, Setting>;

/** Variables of alluxio-env.sh that stand for a property (libexec/alluxio-config.sh of a release). */
const VARIABLES: Readonly<Record<string, string>> = {
  ALLUXIO_MASTER_HOSTNAME: "alluxio.master.hostname",
  ALLUXIO_MASTER_MOUNT_TABLE_ROOT_UFS: "alluxio.master.mount.table.root.ufs",
  ALLUXIO_WORKER_RAMDISK_SIZE: "alluxio.worker.ramdisk.size",
  ALLUXIO_WORKER_MEMORY_SIZE: "alluxio.worker.ramdisk.size",
  ALLUXIO_RAM_FOLDER: "alluxio.worker.tieredstore.level0.dirs.path",
};
export const variableProperty = (variable: string): string | undefined =>
  Object.hasOwn(VARIABLES, variable) ? VARIABLES[variable] : undefined;

/** The variable of options for all JVMs. */
const ALL_JVMS = "ALLUXIO_JAVA_OPTS";

const SITE = "alluxio-site.properties";
const ENVIRONMENT = "alluxio-env.sh";

export const processOf = (facts: HostFacts, role: Role): FoundProcess | undefined =>
  facts.processes.find((process) => process.role === role);

/** The installation that a process runs from; where none runs, the one that is there. */
export function installationFor(facts: HostFacts, process: FoundProcess | undefined): Installation | undefined {
  if (process === undefined) return facts.installations[0];
  const { home, confDir = posix.join(home ?? "", "conf") } = process;
  return facts.installations.find((one) => one.confDir === confDir);
}

/**
 * What a process of this role goes by: alluxio-site.properties, and over it its command line. Where none runs, what
 * alluxio-env.sh would put there. References to other properties are resolved.
 */
export const effective = (facts: HostFacts, role: Role): Settings => settingsOf(facts, role, processOf(facts, role));

export function settingsOf(facts: HostFacts, role: Role, process: FoundProcess | undefined): Settings {
  const installation = installationFor(facts, process);
  const all = new Map<string, Setting>();
  const add = (properties: FoundProperties, from: string): void => {
    for (const [name, value] of Object.entries(properties)) all.set(name, { value, from });
  };
  add(installation?.site ?? {}, SITE);
  if (process !== undefined) add(process.properties, `command line of the ${role}`);
  else if (installation !== undefined) {
    const { variables, properties } = installation.environment;
    for (const [variable, value] of Object.entries(variables)) {
      const property = variableProperty(variable);
      if (property !== undefined) add({ [property]: value }, ENVIRONMENT);
    }
    for (const variable of [ALL_JVMS, JVM_VARIABLE[role]]) add(properties[variable] ?? {}, ENVIRONMENT);
  }
  const home = process?.home ?? installation?.home;
  return resolved(all, home);
}

/** Options of the JVM of this role, from its command line or, where none runs, from alluxio-env.sh. */
export function jvmOptionsFound(facts: HostFacts, role: Role): readonly string[] {
  const process = processOf(facts, role);
  if (process !== undefined) return process.options;
  const options = facts.installations[0]?.environment.options ?? {};
  return [...(options[ALL_JVMS] ?? []), ...(options[JVM_VARIABLE[role]] ?? [])];
}

const REFERENCE = /\$\{([^{}]+)\}/g;
const DEEPEST = 10;

/** Every reference whose property is known, in the place of its value; Alluxio's own directories among them. */
function resolved(settings: Settings, home: string | undefined): Settings {
  const known = (name: string): string | undefined => {
    const value = settings.get(name)?.value;
    if (isKnown(value)) return value;
    switch (name) {
      case "alluxio.home":
        return home;
      case "alluxio.work.dir":
        return "${alluxio.home}";
      case "alluxio.conf.dir":
        return "${alluxio.home}/conf";
      case "alluxio.logs.dir":
        return "${alluxio.work.dir}/logs";
      default:
        return undefined;
    }
  };
  const expand = (text: string, depth: number): string =>
    depth === 0
      ? text
      : text.replace(REFERENCE, (whole, name: string) => {
          const value = known(name);
          return value === undefined ? whole : expand(value, depth - 1);
        });
  return new Map(
    [...settings].map(([name, setting]) => [
      name,
      isKnown(setting.value) ? { ...setting, value: expand(setting.value, DEEPEST) } : setting,
    ]),
  );
}

/** A property's text, or what Alluxio takes where it is not set; undefined where that is not known here. */
export function textOf(settings: Settings, name: string): string | undefined {
  const value = settings.get(name)?.value;
  return isKnown(value) ? value : undefined;
}

/** Whether a text still refers to a property that is not known. */
export const isOpen = (text: string): boolean => /\$\{/.test(text);
