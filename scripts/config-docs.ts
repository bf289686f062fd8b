import { join } from "node:path";
import { Node, Project, type InterfaceDeclaration } from "ts-morph";

/** A field of the spec as config.ts documents it. */
export interface FieldDoc {
  readonly name: string;
  /** Its type as written. */
  readonly type: string;
  readonly optional: boolean;
  readonly text: string;
  readonly default?: string;
  readonly allowed?: string;
  readonly example?: string;
}

export interface InterfaceDoc {
  readonly name: string;
  readonly text: string;
  readonly fields: readonly FieldDoc[];
}

const TAG = /(?:^|\s)@(default|allowed|example)\s+/;

/** Reads the interfaces of components/spec/config.ts, with what their comments say. */
export function readConfigDocs(): readonly InterfaceDoc[] {
  const project = new Project({ skipAddingFilesFromTsConfig: true });
  const file = project.addSourceFileAtPath(join(__dirname, "..", "components", "spec", "config.ts"));
  return file.getInterfaces().map(readInterface);
}

function readInterface(declaration: InterfaceDeclaration): InterfaceDoc {
  return {
    name: declaration.getName(),
    text: parseComment(commentOf(declaration)).text,
    fields: readFields(declaration),
  };
}

/** Those of the interfaces that it extends come first. */
function readFields(declaration: InterfaceDeclaration): FieldDoc[] {
  const inherited = declaration.getBaseDeclarations().filter(Node.isInterfaceDeclaration).flatMap(readFields);
  const own = declaration.getProperties().map((property) => ({
    name: property.getName(),
    type: property.getTypeNodeOrThrow().getText(),
    optional: property.hasQuestionToken(),
    ...parseComment(commentOf(property)),
  }));
  return [...inherited, ...own];
}

function commentOf(node: Pick<InterfaceDeclaration, "getJsDocs">): string {
  const lines = node.getJsDocs().flatMap((doc) => doc.getInnerText().split("\n"));
  return lines.map((line) => line.trim()).join(" ");
}

/** Splits a comment at its tags. The compiler's own parser would take only those at the start of a line. */
function parseComment(comment: string): Pick<FieldDoc, "text" | "default" | "allowed" | "example"> {
  const [text = "", ...rest] = comment.split(TAG);
  const tags: Record<string, string> = {};
  for (let index = 0; index + 1 < rest.length; index += 2) tags[rest[index] ?? ""] = (rest[index + 1] ?? "").trim();
  return { text: text.trim().replace(/\{@link (\w+)\}/g, "`$1`"), ...tags };
}
