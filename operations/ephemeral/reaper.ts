import { ephemeralLabels } from "../../components/plan/ephemeral";
import { DockerTransport } from "../../provider/transports/docker";
import { readFolders } from "./folders";
import { look } from "./look";
import { makerState, thisProcess } from "./maker";
import type { Observed } from "./observed";
import { verdictsOn, type ThrowAway, type Verdict } from "./reap";
import { removeThrowAway, type Left } from "./remove";

/** Where to look, and with what. */
export interface Grounds {
  /** Folder of the throw-away clusters' state. */
  readonly home: string;
  /** The Docker daemon that a spec names. @default the one that specs mean which name none */
  readonly dockerHost?: string;
  /** The daemon that set-up chose for those. @default what the docker command line uses */
  readonly defaultHost?: string;
  /** Of the short-lived containers that act on the machine, where no container of ours names one. */
  readonly image?: string;
}

export interface Reaped {
  readonly name: string;
  readonly reason: string;
  /** What could not be removed; the next reaper tries again. */
  readonly left: readonly Left[];
}

export interface ReapReport {
  readonly reaped: readonly Reaped[];
  readonly stays: readonly Verdict[];
}

const ROUNDS = 4;
const PAUSE_MILLISECONDS = 1000;
/** Containers of a reaper that was killed are those of a throw-away cluster, so that the next one finds them. */
export const REAPER = "reaper";
const REAPER_SECONDS = 600;

const now = (): number => Math.floor(Date.now() / 1000);

const transport = (grounds: Grounds): DockerTransport =>
  new DockerTransport(
    grounds.dockerHost ?? grounds.defaultHost,
    ephemeralLabels({ name: REAPER, expires: now() + REAPER_SECONDS, maker: thisProcess() }),
  );

/** The throw-away clusters that there are, and what a reaper would do with them. */
export async function survey(grounds: Grounds, asked?: ReadonlySet<string>): Promise<Verdict[]> {
  const observed = await observe(transport(grounds), grounds);
  const verdicts = verdictsOn(observed, { now: now(), makerState, ...(asked ? { asked } : {}) });
  return verdicts.filter(({ cluster, reap }) => reap || cluster.ephemeral.name !== REAPER);
}

/**
 * Removes the throw-away clusters whose time is over, whose maker is gone, or that are asked for by name. It looks again
 * until nothing is left of them: what was just being made when it looked is only then there to be seen.
 * @param options.only those that are asked for, and no others. @default false
 * @throws UserError where Docker does not answer
 */
export async function reap(
  grounds: Grounds,
  asked?: ReadonlySet<string>,
  { only = false }: { readonly only?: boolean } = {},
): Promise<ReapReport> {
  const docker = transport(grounds);
  const reaped = new Map<string, Reaped>();
  for (let round = 1; ; round++) {
    const verdicts = await survey(grounds, asked);
    const doomed = verdicts.filter(({ reap: due, cluster }) => due && (!only || asked?.has(cluster.ephemeral.name)));
    const gone = [...reaped].filter(([name]) => !doomed.some(({ cluster }) => cluster.ephemeral.name === name));
    for (const [name, one] of gone) reaped.set(name, { ...one, left: [] });
    if (doomed.length === 0 || round > ROUNDS) {
      return { reaped: [...reaped.values()], stays: verdicts.filter(({ reap: due }) => !due) };
    }
    if (round > 2) await new Promise((done) => setTimeout(done, PAUSE_MILLISECONDS));
    await Promise.all(
      doomed.map(async ({ cluster, reason }) => {
        const left = await removeThrowAway(cluster, { docker, image: grounds.image });
        const { name } = cluster.ephemeral;
        const first = reaped.get(name)?.reason ?? reason;
        reaped.set(name, { name, reason: first, left: left.length > 0 ? left : stuck(cluster) });
      }),
    );
  }
}

/** What no act complains of and is still there, if the next look shows the cluster again. */
const stuck = ({ ledgers }: ThrowAway): Left[] =>
  ledgers
    .flatMap(({ roots }) => roots)
    .map(({ path }) => ({
      what: `mounts in ${path}`,
      reason: "something that is not of the cluster is mounted there",
    }));

async function observe(docker: DockerTransport, { home, image, dockerHost }: Grounds): Promise<Observed> {
  const folders = readFolders(home).filter((folder) => folder.dockerHost === dockerHost);
  return { ...(await look(docker, image)), folders };
}
