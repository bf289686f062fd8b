import type { Segments } from "../../components/spec/path";
import type { StepState } from "./engineEvents";
import { isRecord, type Properties } from "./values";

/** What a difference is about. */
export interface Subject {
  /** For people. Two resources that tell of one thing give it one name. */
  readonly name: string;
  readonly host: string | null;
  /** How much of a property's path the name says already. */
  readonly said: number;
}

export const nameOf = (urn: string): string => urn.split("::").pop() ?? urn;

/** Where a resource, or what of it stands at a path, is to be looked for. */
export function subjectOf(urn: string, type: string, state: StepState, path: Segments = []): Subject {
  const { inputs, outputs } = state;
  const text = (key: string): string | undefined => textAt(inputs, key) ?? textAt(outputs, key);
  const host = text("host") ?? null;
  const on = (name: string, said = 0): Subject => ({ name: host === null ? name : `${name} on ${host}`, host, said });
  const [first, second] = path;
  const keyed = typeof second === "string" ? second : undefined;

  switch (type) {
    case "docker:index/container:Container":
      return on(`container ${processOf(inputs) ?? text("name") ?? nameOf(urn)}`);
    case "docker:index/network:Network":
      return on(`network ${text("name") ?? nameOf(urn)}`);
    case "docker:index/volume:Volume":
      return on(`volume ${text("name") ?? nameOf(urn)}`);
    case "alluxio:index:Preflight":
      if (first === "processes" && keyed !== undefined) return on(`container ${keyed}`, 2);
      if (first === "tags" && keyed !== undefined) return on(`image tag ${keyed}`, 1);
      return on("the processes");
    case "alluxio:index:Membership":
      if (first === "workers" && keyed !== undefined) return on(`worker ${keyed}`, 2);
      if (first === "containers" && keyed !== undefined) return on(`container ${keyed}`, 1);
      return on(
        first === "unavailable" || first === "members" ? "the quorum of the masters" : "the registered workers",
      );
    case "alluxio:index:FuseMount": {
      const mount = text("mount");
      if (first === "containerId")
        return on(`container ${mount === undefined ? (text("container") ?? nameOf(urn)) : `fuse-${mount}`}`);
      return on(`mount ${mount ?? text("mountPoint") ?? nameOf(urn)}`);
    }
    case "alluxio:index:MountRoot":
      return on(`mount root ${text("path") ?? nameOf(urn)}`);
    case "alluxio:index:DataVolume":
      return on(`volume ${text("volumeName") ?? nameOf(urn)}`);
    case "alluxio:index:Credentials":
      if (first === "files" && keyed !== undefined) return on(`credentials of ${keyed}`, 2);
      return on(`credentials in volume ${text("volumeName") ?? nameOf(urn)}`);
    case "alluxio:index:UnderStorageAccess":
      return on(`under storage ${text("uri") ?? nameOf(urn)}`);
    case "alluxio:hosts:Service":
      return on(`service ${unitOf(state) ?? nameOf(urn)}`);
    case "alluxio:hosts:FuseMount":
      return on(`mount ${mountOfUnit(unitOf(state)) ?? text("mountPoint") ?? nameOf(urn)}`);
    case "alluxio:hosts:Ramdisk":
      return on(`ramdisk ${text("mountPoint") ?? nameOf(urn)}`);
    case "alluxio:hosts:Release":
      return on(`release ${text("version") ?? nameOf(urn)}`);
    case "alluxio:hosts:Configuration":
      if (first === "files" && keyed !== undefined) return on(`file ${keyed}`, 2);
      if (first === "directories" && keyed !== undefined) return on(`directory ${keyed}`, 2);
      return on(`configuration ${nameOf(urn)}`);
    default:
      return on(`${(type.split(":").pop() ?? type).toLowerCase()} ${nameOf(urn)}`.trim());
  }
}

/** Name of its unit of systemd, without the ending. */
export const unitOf = ({ inputs }: Pick<StepState, "inputs">): string | undefined =>
  textAt(isRecord(inputs["unit"]) ? inputs["unit"] : {}, "name")?.replace(/\.(service|mount)$/, "");

/** The units of target hosts are called `alluxio-<cluster>-fuse-<mount>`. */
const mountOfUnit = (unit: string | undefined): string | undefined =>
  unit === undefined ? undefined : /^alluxio-.+?-fuse-(.+)$/.exec(unit)?.[1];

/** What a container runs, as its label says. */
export function processOf(inputs: Properties): string | undefined {
  const { labels } = inputs;
  if (!Array.isArray(labels)) return undefined;
  const found: unknown = labels.find((one) => isRecord(one) && one["label"] === "alluxio.process");
  return isRecord(found) ? textAt(found, "value") : undefined;
}

function textAt(properties: Properties, key: string): string | undefined {
  const value = Object.hasOwn(properties, key) ? properties[key] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}
