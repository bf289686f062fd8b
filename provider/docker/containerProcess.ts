import { isDeepStrictEqual } from "node:util";
import { CREDENTIALS_LABEL } from "../../components/plan/credentials";
import { dividingChanges } from "../../components/plan/rollout";
import { siteProperties } from "../probes/siteProperties";
import type { ComparedProcess, RunningProcess } from "../rollout/process";

/** A process as the program declares its container: as far as a difference makes it be replaced. */
export interface DeclaredProcess {
  /** Name of the container. */
  readonly container: string;
  /** Id of the image. */
  readonly image: string;
  readonly hostname: string;
  /** Absent: the image's own. */
  readonly entrypoint?: readonly string[];
  readonly command: readonly string[];
  /** `NAME=value`. */
  readonly environment: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Path in the container → volume, or folder of the machine; those that the plan has. */
  readonly mounts: Readonly<Record<string, string>>;
  /** Port of the process → port of the machine, where it is fixed. */
  readonly published: Readonly<Record<string, number>>;
}

/** A container as it runs. */
export interface RunningContainer extends DeclaredProcess, RunningProcess {
  readonly imageLabels: Readonly<Record<string, string>>;
}

/** Variables that only this project sets: one too many is a difference. */
const OURS = /^ALLUXIO_[A-Z_]+=/;

/** Whether the engine is going to replace a container. */
export function differs(declared: DeclaredProcess, running: RunningContainer): boolean {
  return !(
    declared.image === running.image &&
    declared.hostname === running.hostname &&
    (declared.entrypoint === undefined || isDeepStrictEqual(declared.entrypoint, running.entrypoint)) &&
    isDeepStrictEqual(declared.command, running.command) &&
    isDeepStrictEqual([...declared.environment].sort(), running.environment.filter((one) => OURS.test(one)).sort()) &&
    isDeepStrictEqual({ ...running.imageLabels, ...declared.labels }, running.labels) &&
    Object.entries(declared.mounts).every(([path, source]) => running.mounts[path] === source) &&
    Object.entries(declared.published).every(([port, external]) => running.published[port] === external)
  );
}

/** @param masters names of the masters' containers */
export function compared(
  declared: DeclaredProcess,
  running: RunningContainer,
  masters: readonly string[],
): ComparedProcess {
  const { id, serving, state, restarts, startedAt } = running;
  const master = masters.includes(running.container);
  return {
    ...{ id, serving, state, restarts, startedAt, master },
    differs: differs(declared, running),
    dividing: master ? dividingChanges(siteProperties(running.environment), siteProperties(declared.environment)) : [],
    credentialsAlone: master && changesCredentialsAlone(declared, running),
  };
}

const changesCredentialsAlone = (declared: DeclaredProcess, running: RunningContainer): boolean =>
  declared.image === running.image && declared.labels[CREDENTIALS_LABEL] !== running.labels[CREDENTIALS_LABEL];
