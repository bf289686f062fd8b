import { parseProperties } from "./runningProperties";

const PREFIX = "ALLUXIO_SITE_PROPERTIES=";

/** The properties that a process was started with, from its environment (`NAME=value`). */
export const siteProperties = (environment: readonly string[]): Readonly<Record<string, string>> =>
  parseProperties(environment.find((one) => one.startsWith(PREFIX))?.slice(PREFIX.length) ?? "");
