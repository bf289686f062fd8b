import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { sanitize } from "../components/spec/rules/names";
import { adopt } from "../operations/adopt/adopt";
import { askOver, type Ask } from "../operations/adopt/ask";
import type { Reach } from "../operations/adopt/cluster";
import { connectionsTo, reachOf } from "../operations/adopt/connections";
import { gather } from "../operations/adopt/gather";
import { isOpenNote } from "../operations/adopt/note";
import { UserError } from "../provider/rpc/resource";
import { SshTransport } from "../provider/transports/ssh";
import { DEFAULT_SSH_CONFIG } from "../components/spec/defaults-hosts";
import { readSshSurroundings } from "../stacks/sshSurroundings";
import type { AdoptArguments } from "./adopt";
import { adoptedFiles } from "./adoptedFiles";
import { renderAdoption } from "./renderAdoption";
import { EXIT, type ExitCode, type Terminal } from "./terminal";

/**
 * Looks at the cluster and writes its stack file.
 * @returns 1 where somebody has to decide something before it is taken over
 * @throws UserError where the file exists, or the cluster cannot be looked at
 */
export async function adoptCluster(options: AdoptArguments, terminal: Terminal): Promise<ExitCode> {
  const stack = options.stack.split("/").at(-1) ?? options.stack;
  const file = options.out === undefined ? join(terminal.project, `Pulumi.${stack}.yaml`) : resolve(options.out);
  refuseExisting(file);
  const ssh = new Ssh(options);
  try {
    const facts = await gather(options.master, (hosts) => ssh.connect(hosts), options.home);
    const { user, prefix } = options;
    const adoption = adopt(facts, {
      ...{ name: sanitize(stack), prefix, reached: ssh.reached, bastions: ssh.bastions },
      ...(user === undefined ? {} : { user }),
    });
    const { files, where } = adoptedFiles(adoption, { file, stack, project: terminal.project }, options.master);
    Object.keys(files).forEach(refuseExisting);
    for (const [name, text] of Object.entries(files)) write(name, text);
    if (options.json === true) terminal.out(`${JSON.stringify({ file, ...adoption, facts }, null, 2)}\n`);
    else terminal.out(renderAdoption(adoption, { file: basename(file), where }, terminal));
    return adoption.problems.length > 0 || adoption.notes.some(isOpenNote) ? EXIT.wrong : EXIT.fine;
  } finally {
    await ssh.close();
  }
}

function refuseExisting(file: string): void {
  if (existsSync(file)) throw new UserError(`${file} exists, and is left as it is: name another --stack or --out`);
}

/** Only as a new file: another one may have come in the meantime. */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx" });
  } catch (error) {
    refuseExisting(file);
    throw new UserError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Connections to hosts as they become known. */
class Ssh {
  readonly reached: Record<string, Reach> = {};
  readonly bastions: Record<string, Reach> = {};
  private readonly transports: SshTransport[] = [];
  private readonly surroundings = readSshSurroundings(DEFAULT_SSH_CONFIG, new Set());
  private readonly knownHosts: { readonly text: string; readonly file: string };

  constructor(private readonly options: Pick<AdoptArguments, "user" | "knownHosts">) {
    this.knownHosts = readKnownHosts(options.knownHosts, this.surroundings.home);
  }

  connect(hosts: readonly string[]): Ask {
    const { user } = this.options;
    const { targets, bastions, problems } = connectionsTo(
      hosts,
      user === undefined ? {} : { user },
      this.surroundings,
      this.knownHosts,
    );
    if (problems.length > 0) throw new UserError(problems.join("\n"));
    for (const target of targets) this.reached[target.host] = reachOf(target);
    Object.assign(this.bastions, bastions);
    const transport = new SshTransport(targets);
    this.transports.push(transport);
    return askOver(transport);
  }

  async close(): Promise<void> {
    await Promise.all(this.transports.map((transport) => transport.close()));
  }
}

function readKnownHosts(file: string | undefined, home: string): { text: string; file: string } {
  if (file !== undefined) {
    try {
      return { text: readFileSync(resolve(file), "utf8"), file };
    } catch (error) {
      throw new UserError(
        `--known-hosts ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  const usual = [join(home, ".ssh/known_hosts"), "/etc/ssh/ssh_known_hosts"];
  return {
    text: usual
      .filter(existsSync)
      .map((one) => readFileSync(one, "utf8"))
      .join("\n"),
    file: usual[0]!,
  };
}
