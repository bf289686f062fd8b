import type { PortsConfig } from "../../../components/spec/config";
import { PORT_PROPERTIES } from "../../../components/spec/rules/decided-properties";
import { DEFAULT_PORTS, type PortName } from "../../../components/spec/spec";
import { placesOf, type Cluster } from "../cluster";
import { textOf } from "../effective";
import type { Note } from "../note";
import type { Origin, Part } from "../part";

/** Ports of several FUSE processes on one host are counted up from one; each has its own. */
const COUNTED: PortName = "fuseWeb";

/** Ports that are not Alluxio's own. */
export function portsPart(cluster: Cluster): Part {
  const ports: Partial<Record<PortName, number>> = {};
  const notes: Note[] = [];
  const origins: Origin[] = [];
  for (const name of Object.keys(DEFAULT_PORTS) as PortName[]) {
    const property = PORT_PROPERTIES[name];
    const found = new Map<string, string>();
    for (const { settings } of placesOf(cluster)) {
      const text = textOf(settings, property);
      if (text !== undefined) found.set(text, settings.get(property)?.from ?? "");
    }
    const texts = [...found.keys()].sort((a, b) => Number(a) - Number(b));
    const [first] = texts;
    if (first === undefined) continue;
    if (!/^\d+$/.test(first) || (texts.length > 1 && name !== COUNTED)) {
      notes.push({
        kind: "decision",
        about: property,
        found: texts.join(", "),
        message: `It is one port for all hosts here: write it (ports.${name}).`,
      });
      continue;
    }
    if (Number(first) === DEFAULT_PORTS[name]) continue;
    ports[name] = Number(first);
    origins.push({ path: ["ports", name], text: `${property} in ${found.get(first) ?? ""}` });
  }
  const config: PortsConfig = ports;
  return { config: Object.keys(ports).length > 0 ? { ports: config } : {}, origins, notes };
}
