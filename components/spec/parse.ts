import type { ClusterConfig } from "./config";
import { fillDefaults } from "./defaults";
import { formatPath, valueAt, type Segments } from "./path";
import type { Problem } from "./problem";
import { RULES } from "./rules";
import type { Finding, Rule, RuleContext } from "./rules/rule";
import { CLUSTER_SCHEMA } from "./schema";
import { checkShape, isSound } from "./shape";
import { show } from "./show";
import type { ClusterSpec } from "./spec";

/**
 * Turns untrusted config into a spec, or reports every mistake in it at once. Throws for no input.
 *
 * @param raw what stands under `alluxio:cluster`
 * @param context.stack name of the stack, from which a cluster without `name` takes its own
 * @example parseSpec({ workers: [{ name: "small", ramdisk: "1GB" }], underStorage: { volume: {} } }, { stack: "dev" })
 */
export function parseSpec(
  raw: unknown,
  context: { stack: string },
): { spec: ClusterSpec; problems?: never } | { spec?: never; problems: Problem[] } {
  const data = asData(raw);
  const { config, findings: shape } = checkShape(data);
  const sound = (...path: Segments): boolean => isSound(shape, path);
  const target = sound("target") ? (config.target ?? "docker") : undefined;
  const ruleContext: RuleContext = { stack: context.stack, shape, target, sound };
  const found = RULES.flatMap((rule) => [...rule.check(config, ruleContext)].map((finding) => ({ rule, finding })));
  if (found.length > 0) {
    found.sort((left, right) => compareSegments(left.finding.path, right.finding.path));
    return { problems: found.map(({ rule, finding }) => problem(rule, finding, data)) };
  }
  // With no finding, nothing was left out of the config: it has the shape of its type.
  return { spec: fillDefaults(config as ClusterConfig, context.stack) };
}

function problem(rule: Rule, finding: Finding, data: unknown): Problem {
  const value = valueAt(data, finding.path);
  // A field that does not exist is wrong whatever its value, which may be meant for someone else's eyes.
  const shown = value === undefined || rule.name === "shape.key" ? {} : { found: show(value, finding.path) };
  return {
    rule: rule.name,
    path: formatPath(finding.path),
    ...shown,
    message: finding.message ?? rule.message,
    ...(finding.suggestion === undefined ? {} : { suggestion: finding.suggestion }),
  };
}

/** A copy as JSON data, so that the rules meet no getter, cycle or class; a text where there is no such copy. */
function asData(raw: unknown): unknown {
  try {
    return raw === undefined ? null : JSON.parse(JSON.stringify(raw));
  } catch {
    return "not plain data";
  }
}

/** In the order of the schema at the top, then by name and position. */
function compareSegments(left: Segments, right: Segments): number {
  for (let depth = 0; depth < Math.max(left.length, right.length); depth++) {
    const [a, b] = [left[depth], right[depth]];
    if (a === b) continue;
    if (a === undefined) return -1;
    if (b === undefined) return 1;
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (depth === 0) {
      const order = topOrder(a) - topOrder(b);
      if (order !== 0) return order;
    }
    return String(a) < String(b) ? -1 : 1;
  }
  return 0;
}

const TOP = Object.keys(CLUSTER_SCHEMA.fields);

function topOrder(segment: string | number): number {
  const index = TOP.indexOf(String(segment));
  return index < 0 ? TOP.length : index;
}
