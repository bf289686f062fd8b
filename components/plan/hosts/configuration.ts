import type { ClusterSpec } from "../../spec/spec";
import { ROOT_OPTION_PREFIX } from "../credentials";
import { JVM_VARIABLE } from "../jvmVariable";
import { commonProperties } from "../properties";
import { renderProperties } from "../siteProperties";
import { mastersOf, workersOf } from "../topology";
import type { ProcessPlan } from "../types";
import { renderEnvironment } from "./environmentFile";
import type { Layout } from "./layout";
import { commandLogging, METRICS, processLogging } from "./logging";
import { partOf } from "./names";
import { planJava } from "./release";
import { ownedBy, ownedByRoot } from "./serviceUser";
import type { FilePlan } from "./types";

const SITE = "alluxio-site.properties";

/**
 * Each process has a configuration directory of its own (`ALLUXIO_CONF_DIR`), with everything that it reads: what one
 * process is told reaches no other, what only one reads restarts no other, and a secret stands where one process looks.
 */
export const configurationDirectory = (process: Pick<ProcessPlan, "role" | "mount">, layout: Layout): string =>
  `${layout.configuration}/${partOf(process)}`;

export function processFiles(process: ProcessPlan, spec: ClusterSpec, layout: Layout): FilePlan[] {
  const directory = configurationDirectory(process, layout);
  const secrets = secretsOf(process, spec);
  const site = renderProperties({ ...process.properties, "alluxio.work.dir": layout.work });
  const file = (name: string, content: string): FilePlan => ({
    path: `${directory}/${name}`,
    content,
    process: process.name,
    ...ownedByRoot("0644"),
  });
  return [
    file("alluxio-env.sh", renderEnvironment(processVariables(process, spec, layout))),
    {
      ...file(SITE, `${site}\n`),
      ...(Object.keys(secrets).length === 0 ? {} : { secrets, ...ownedBy(spec.hosts.service, "0600") }),
    },
    file("log4j.properties", processLogging()),
    file("metrics.properties", METRICS),
  ];
}

/**
 * What the commands that people start read (`<prefix>/current/bin/alluxio`), in the release itself. `masters` and `workers`
 * are for Alluxio's scripts that go over SSH, and stand where those are started: on the masters.
 */
export function commandFiles(spec: ClusterSpec, layout: Layout, { master }: { readonly master: boolean }): FilePlan[] {
  const file = (name: string, content: string): FilePlan => ({
    path: `${layout.commands}/${name}`,
    content,
    ...ownedByRoot("0644"),
  });
  const lines = (hosts: readonly string[]): string => hosts.map((host) => `${host}\n`).join("");
  return [
    file("alluxio-env.sh", renderEnvironment(commonVariables(spec, layout))),
    file(SITE, `${renderProperties(commonProperties(spec))}\n`),
    file("log4j.properties", commandLogging(layout)),
    ...(master ? [file("masters", lines(mastersOf(spec).map(({ hostname }) => hostname)))] : []),
    file("metrics.properties", METRICS),
    ...(master ? [file("workers", lines(workersOf(spec).map(({ name }) => name)))] : []),
  ];
}

/**
 * A file with its secrets, for the edge that knows them.
 *
 * @param values config key → secret
 * @throws Error where one is missing, by the name of its key
 */
export function withSecrets(file: FilePlan, values: Readonly<Record<string, string>>): string {
  if (file.secrets === undefined) return file.content;
  const properties = Object.entries(file.secrets).map(([property, key]): [string, string] => {
    const value = values[key];
    if (value === undefined) throw new Error(`no secret under the config key ${key}, which ${file.path} needs`);
    return [property, value];
  });
  return `${file.content}${renderProperties(Object.fromEntries(properties))}\n`;
}

/** Credentials are options of the root under storage, which the masters read. */
const secretsOf = ({ role }: ProcessPlan, { underStorage }: ClusterSpec): Record<string, string> =>
  role === "master"
    ? Object.fromEntries(
        Object.entries(underStorage.credentials).map(([option, key]) => [`${ROOT_OPTION_PREFIX}${option}`, key]),
      )
    : {};

function commonVariables(spec: ClusterSpec, layout: Layout): Record<string, string> {
  const java = planJava(spec);
  return {
    ...(java === undefined ? {} : { JAVA_HOME: java.home }),
    ALLUXIO_LOGS_DIR: layout.logs,
    ALLUXIO_USER_LOGS_DIR: layout.userLogs,
  };
}

const processVariables = (process: ProcessPlan, spec: ClusterSpec, layout: Layout): Record<string, string> => ({
  ...commonVariables(spec, layout),
  [JVM_VARIABLE[process.role]]: [...(process.role === "fuse" ? [LEAST_HEAP] : []), ...process.jvmOptions].join(" "),
});

/**
 * Alluxio's script starts the options of FUSE with `-Xms1G`, and a JVM whose least heap is above its greatest does not
 * start: the smallest that a spec may ask for.
 */
const LEAST_HEAP = "-Xms64m";
