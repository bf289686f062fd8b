import { matchesHost } from "./hostPattern";

/** The text of the SSH client's configuration, with the files that it includes. */
export interface ClientConfigText {
  readonly text: string;
  /** What stands after `Include`, word by word → the texts of the files that it names. @default none */
  readonly includes?: Readonly<Record<string, readonly string[]>>;
}

/** What it says of one host: as much as is read here. ssh_config(5) has the meaning of each. */
export interface ClientSettings {
  readonly hostName?: string;
  readonly user?: string;
  readonly port?: number;
  /** As written, each once. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly?: boolean;
  readonly identityAgent?: string;
  /** Of these two the one that comes first holds. */
  readonly proxyJump?: string;
  readonly proxyCommand?: string;
}

export interface ClientConfig {
  /** What it says of a host by this name. */
  settingsOf(host: string): ClientSettings;
  /** What could not be read, as sentences that begin with the line. */
  readonly mistakes: readonly string[];
}

interface Names {
  /** As the host was asked for. */
  readonly original: string;
  /** As far as HostName is known by then. */
  readonly current: string;
}
type Statement =
  | { readonly kind: "block"; readonly applies: (names: Names) => boolean }
  | { readonly kind: "include"; readonly statements: readonly Statement[] }
  | { readonly kind: "setting"; readonly name: SettingName; readonly value: string };

const SETTINGS = [
  "hostname",
  "user",
  "port",
  "identityfile",
  "identitiesonly",
  "identityagent",
  "proxyjump",
  "proxycommand",
] as const;
type SettingName = (typeof SETTINGS)[number];

const HIGHEST_PORT = 65535;

/**
 * Reads the configuration of the SSH client: what is set first holds, only identity files add up. Read are Host blocks,
 * Match blocks of `all`, `host` and `originalhost`, and Include; a Match that asks for anything else never applies.
 */
export function parseClientConfig({ text, includes = {} }: ClientConfigText): ClientConfig {
  const mistakes: string[] = [];
  const statements = parseText(text, includes, mistakes, "line", []);
  return {
    mistakes,
    settingsOf: (host) => {
      const found = new Found(host);
      apply(statements, true, found);
      return found.settings();
    },
  };
}

/** What stands after each `Include` of a text, word by word. */
export function includesOf(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const { keyword, words } = splitLine(line) ?? {};
    return keyword === "include" ? (words ?? []) : [];
  });
}

function parseText(
  text: string,
  includes: Readonly<Record<string, readonly string[]>>,
  mistakes: string[],
  place: string,
  /** The includes that led here. */
  way: readonly string[],
): Statement[] {
  return text.split("\n").flatMap((line, index): Statement[] => {
    const mistake = (what: string): Statement[] => {
      mistakes.push(`${place} ${index + 1} ${what}`);
      return [];
    };
    const parts = splitLine(line);
    if (parts === undefined) return [];
    const { keyword, words, rest } = parts;
    if (words === undefined) return mistake("has a quote without its other half");
    const [value] = words;
    switch (keyword) {
      case "host":
        return [{ kind: "block", applies: ({ original }) => matchesHost(original, words) }];
      case "match":
        return [{ kind: "block", applies: criteriaOf(words) }];
      case "include": {
        if (words.some((word) => way.includes(word))) return mistake("includes itself");
        const inner = (word: string): Statement[] =>
          (Object.hasOwn(includes, word) ? (includes[word] ?? []) : []).flatMap((one) =>
            parseText(one, includes, mistakes, `${place} ${index + 1}: ${word}, line`, [...way, word]),
          );
        // Each file ends the blocks that it begins.
        return words.map((word) => ({ kind: "include", statements: inner(word) }));
      }
    }
    const name = SETTINGS.find((one) => one === keyword);
    if (name === undefined) return [];
    if (value === undefined) return mistake(`has no value for ${name}`);
    if (name === "port" && !isPort(value)) return mistake("has a port that is none");
    return [{ kind: "setting", name, value: name === "proxycommand" ? rest : value }];
  });
}

function apply(statements: readonly Statement[], within: boolean, found: Found): void {
  let active = within;
  for (const statement of statements) {
    switch (statement.kind) {
      case "block":
        active = within && statement.applies(found.names());
        break;
      case "include":
        apply(statement.statements, active, found);
        break;
      case "setting":
        if (active) found.take(statement.name, statement.value);
    }
  }
}

/** What is known of one host so far. */
class Found {
  private readonly first = new Map<SettingName, string>();
  private readonly identityFiles: string[] = [];

  constructor(private readonly host: string) {}

  names(): Names {
    return { original: this.host, current: this.hostName() ?? this.host };
  }

  take(name: SettingName, value: string): void {
    if (name === "identityfile") {
      if (!this.identityFiles.includes(value)) this.identityFiles.push(value);
      return;
    }
    const ways: readonly SettingName[] = ["proxyjump", "proxycommand"];
    const taken = ways.includes(name) ? ways.some((way) => this.first.has(way)) : this.first.has(name);
    if (!taken) this.first.set(name, value);
  }

  settings(): ClientSettings {
    const text = (name: SettingName, field: string) => {
      const value = this.first.get(name);
      return value === undefined ? {} : { [field]: value };
    };
    const hostName = this.hostName();
    const port = this.first.get("port");
    const only = this.first.get("identitiesonly");
    return {
      ...(hostName === undefined ? {} : { hostName }),
      ...text("user", "user"),
      ...(port === undefined ? {} : { port: Number(port) }),
      identityFiles: this.identityFiles,
      ...(only === undefined ? {} : { identitiesOnly: /^(yes|true)$/i.test(only) }),
      ...text("identityagent", "identityAgent"),
      ...text("proxyjump", "proxyJump"),
      ...text("proxycommand", "proxyCommand"),
    };
  }

  private hostName(): string | undefined {
    return this.first.get("hostname")?.replace(/%([h%])/g, (_, token) => (token === "h" ? this.host : "%"));
  }
}

function criteriaOf(words: readonly string[]): (names: Names) => boolean {
  const tests: ((names: Names) => boolean)[] = [];
  for (let i = 0; i < words.length; i++) {
    const criterion = words[i]?.toLowerCase();
    if (criterion === "all") {
      tests.push(() => true);
      continue;
    }
    const patterns = (words[++i] ?? "").split(",");
    if (criterion === "host") tests.push(({ current }) => matchesHost(current, patterns));
    else if (criterion === "originalhost") tests.push(({ original }) => matchesHost(original, patterns));
    else return () => false;
  }
  return (names) => tests.length > 0 && tests.every((test) => test(names));
}

const isPort = (text: string): boolean => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= HIGHEST_PORT;

/** Keyword in lower case, its words, and all of them as written; no words where a quote is open; undefined for an empty line. */
function splitLine(line: string): { keyword: string; words?: string[]; rest: string } | undefined {
  const [, keyword, rest] = /^\s*([^\s=#"]+)(?:\s*=\s*|\s+|$)(.*?)\s*$/.exec(line) ?? [];
  if (keyword === undefined || rest === undefined) return undefined;
  const words: string[] = [];
  for (const [all, quoted] of rest.matchAll(/"([^"]*)"|[^\s"]+|"/g)) {
    if (all === '"') return { keyword: keyword.toLowerCase(), rest };
    // A comment may stand behind.
    if (all.startsWith("#")) break;
    words.push(quoted ?? all);
  }
  return { keyword: keyword.toLowerCase(), words, rest };
}
