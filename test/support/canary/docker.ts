import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { lines, must, run } from "../process";
import type { FileSighting } from "./files";
import { textNeedles, type Canary } from "./needles";

const KINDS = ["container", "volume", "network", "image"] as const;

/** Texts by what they belong to. */
export type Texts = Readonly<Record<string, string>>;

/** The description of every object of this Docker: `container dev-master-1-3f9c`, `volume …`. */
export async function descriptions(): Promise<Texts> {
  const found = await Promise.all(
    KINDS.map(async (kind) => {
      const ids = await idsOf(kind);
      // Some may go meanwhile: those that are left are described all the same.
      const { stdout } = await run("docker", [kind, "inspect", ...ids]);
      return (JSON.parse(stdout) as { Name?: string; Id?: string }[]).map(
        (object) => [`${kind} ${nameOf(object)}`, JSON.stringify(object)] as const,
      );
    }),
  );
  return Object.fromEntries(found.flat());
}

const nameOf = ({ Name, Id }: { Name?: string; Id?: string }): string => (Name ?? Id ?? "?").replace(/^\//, "");

/** How the layers of every image were made, by its id. */
export const histories = async (): Promise<Texts> =>
  textsOf(await idsOf("image"), (id) => ["image", "history", "--no-trunc", "--format", "{{json .}}", id]);

/** The log of every container of a cluster. */
export const logs = async (clusterId: string): Promise<Texts> =>
  textsOf(await containersOf(clusterId), (name) => ["logs", name]);

async function textsOf(names: readonly string[], command: (name: string) => string[]): Promise<Texts> {
  const found = await Promise.all(
    names.map(async (name) => [name, (await run("docker", command(name))).output] as const),
  );
  return Object.fromEntries(found);
}

export interface FoundFile extends FileSighting {
  readonly content: Buffer;
}

/**
 * Files in the containers and volumes of a cluster with one of these in them; paths are `<container or volume>:<path in
 * it>`. What a container has written itself is searched; the image below is nobody's secret.
 * @param image of the container that searches: Docker's folder is root's alone
 */
export async function clusterFilesWith(
  canaries: readonly Canary[],
  clusterId: string,
  image: string,
): Promise<FoundFile[]> {
  const label = `label=alluxio.cluster-id=${clusterId}`;
  const volumes = lines(await must("docker", "volume", "ls", "-q", "--filter", label));
  const folders = [
    ...(await rootsOf("container", await containersOf(clusterId), "{{.Name}} {{.GraphDriver.Data.UpperDir}}")),
    ...(await rootsOf("volume", volumes, "{{.Name}} {{.Mountpoint}}")),
  ];
  if (folders.length === 0) return [];
  const docker = await must("docker", "info", "--format", "{{.DockerRootDir}}");
  const { code, output, stdout } = await run(
    "docker",
    [
      ...["run", "--rm", "--interactive", "--user", "0:0", "--network", "none", "--volume", `${docker}:${docker}:ro`],
      ...["--entrypoint", "/bin/bash", image, "-c", SEARCH, "bash", ...folders.map(([, folder]) => folder)],
    ],
    // On standard input, or the search would be what it finds.
    { input: canaries.flatMap(textNeedles).join("\n") },
  );
  if (code !== 0) throw new Error(output);
  return lines(stdout).map((line) => {
    const [, content = "", mode = "", path = ""] = /^(\S*) (\d+) (.*)$/.exec(line) ?? [];
    const [name, folder] = folders.find(([, one]) => path.startsWith(`${one}/`))!;
    return { path: `${name}:${path.slice(folder.length)}`, mode, content: Buffer.from(content, "base64") };
  });
}

/** `$@` folders. A line a file: its content, mode and path. Fails where one cannot be searched. */
const SEARCH = `cat > /tmp/needles
grep -r -l -a -Z -D skip -F -f /tmp/needles -- "$@" > /tmp/found
[ $? -le 1 ] || exit 1
while read -r -d "" file; do printf '%s %s\n' "$(base64 -w 0 "$file")" "$(stat -c '%a %n' "$file")"; done < /tmp/found`;

async function rootsOf(kind: string, names: readonly string[], format: string): Promise<(readonly [string, string])[]> {
  if (names.length === 0) return [];
  const text = await must("docker", kind, "inspect", "--format", format, ...names);
  return lines(text).map((line) => {
    const [name = "", folder = ""] = line.split(" ");
    return [name.replace(/^\//, ""), folder] as const;
  });
}

const containersOf = async (clusterId: string): Promise<string[]> =>
  lines(
    await must("docker", "ps", "-a", "--format", "{{.Names}}", "--filter", `label=alluxio.cluster-id=${clusterId}`),
  );

async function idsOf(kind: (typeof KINDS)[number]): Promise<string[]> {
  const all = kind === "container" || kind === "image" ? ["-a"] : [];
  return [...new Set(lines(await must("docker", kind, "ls", "-q", ...all)))];
}

/** Describes every container in the moment in which it is made, also one that lives for a second only. */
export class ContainerWatch {
  private readonly events: ChildProcess;
  private readonly looks: Promise<string>[] = [];

  constructor() {
    this.events = spawn(
      "docker",
      ["events", "--filter", "type=container", "--filter", "event=create", "--format", "{{.ID}}"],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    this.events.stdout!.on("data", (chunk: Buffer) => {
      for (const id of lines(chunk.toString())) {
        this.looks.push(run("docker", ["container", "inspect", id]).then(({ stdout }) => stdout));
      }
    });
  }

  /** Ends the watch. @returns the descriptions, by the name of the container */
  async stop(): Promise<Texts> {
    const closed = once(this.events, "close");
    this.events.kill();
    await closed;
    // One that lived too short to be described has left nothing that could be read.
    const texts = (await Promise.all(this.looks)).filter((text) => text.trim() !== "[]");
    return Object.fromEntries(texts.map((text) => [(JSON.parse(text) as { Name: string }[])[0]!.Name.slice(1), text]));
  }
}
