import { Document, isMap, isNode, isPair, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { Segments } from "../../components/spec/path";
import { formatProblems } from "../../components/spec/format-problems";
import type { Adoption } from "./adopt";

const IN_STACK_FILE: readonly string[] = ["config", "alluxio:cluster"];

/**
 * The text of a stack file, with a comment at each value that says where it comes from.
 * @param at where the cluster stands in it @default that of a stack file
 */
export function renderStackFile(
  { config, origins, problems }: Pick<Adoption, "config" | "origins" | "problems">,
  start: string,
  at = IN_STACK_FILE,
): string {
  // By the rules of YAML 1.1, by which Pulumi reads it: what it would take for a number or a truth is quoted.
  const whole = at.reduceRight<unknown>((value, key) => ({ [key]: value }), config);
  const document = new Document(whole, { version: "1.1" });
  for (const { path, text } of origins) comment(document.contents, [...at, ...path], text);
  document.commentBefore = heading(start, problems);
  return document.toString({
    lineWidth: 0,
    directives: false,
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
  });
}

function heading(start: string, problems: Adoption["problems"]): string {
  const lines = [`Written by \`alluxioctl adopt\` from the hand-made cluster of ${start}.`];
  if (problems.length > 0)
    lines.push(
      "NOT YET A SPEC:",
      ...formatProblems(problems)
        .split("\n")
        .filter((line) => line !== ""),
    );
  return lines.map((line) => ` ${line}`).join("\n");
}

/** Before a key of a map, or an item of a list. What is not there has no comment. */
function comment(root: Node | null, path: Segments, text: string): void {
  let at: unknown = root;
  for (const [depth, segment] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (isMap(at)) {
      const pair: Pair | undefined = at.items.find(
        (one) => isPair(one) && isScalar(one.key) && one.key.value === segment,
      );
      if (isLast && pair && isScalar(pair.key)) pair.key.commentBefore = ` ${text}`;
      at = pair?.value;
    } else if (isSeq(at)) {
      at = at.items[Number(segment)];
      if (isLast && isNode(at)) at.commentBefore = ` ${text}`;
    } else return;
  }
}
