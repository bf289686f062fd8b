import type { ProviderFunction } from "../rpc/function";
import { CLUSTER_ID_LABEL } from "../transports/docker";

/** What Docker knows by a name that somebody chose. */
export type NamedKind = "container" | "network" | "volume";

export interface FreeNameArgs {
  readonly kind: NamedKind;
  /** The name that is about to be given. */
  readonly name: string;
  readonly clusterId: string;
  /** Volumes: how it will be made. One of ours that was made so is taken back with what it holds. */
  readonly driverOpts?: Readonly<Record<string, string>>;
  /** Containers: ports of the machine's loopback that it will publish. */
  readonly ports?: readonly number[];
  /** Containers: the image, for a look at who holds a port. */
  readonly image?: string;
}

export interface FreeNameResult {
  /** Why the name cannot be given; absent where it is free now. */
  readonly refused?: string;
}

/** An object that bears a name. Docker allows several networks of one name. */
export interface NameHolder {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly driverOpts?: Readonly<Record<string, string>>;
}

export interface NameAccess {
  holders(kind: NamedKind, name: string): Promise<readonly NameHolder[]>;
  /** Removes a container, a network with all that is attached to it cut off, or a volume. */
  remove(kind: NamedKind, id: string): Promise<void>;
  /** Containers on a network that do not bear this cluster's id. */
  strangersOn(network: string, clusterId: string): Promise<readonly string[]>;
  portsInUse(args: FreeNameArgs): Promise<readonly { readonly port: number; readonly by: string }[]>;
}

/**
 * Called right before a container, network or volume is made: what bears its name and this cluster's id was left by a run
 * that was killed, or made by hand, and goes; what bears the name without the id is somebody else's, and stays.
 */
export function freeName(access: NameAccess): ProviderFunction<FreeNameArgs, FreeNameResult> {
  return {
    token: "alluxio:index:freeName",
    async call({ args, progress }) {
      const { kind, name, clusterId } = args;
      const holders = await access.holders(kind, name);
      const foreign = holders.find((holder) => holder.labels[CLUSTER_ID_LABEL] !== clusterId);
      if (foreign) return { refused: impostor(kind, name, foreign) };
      for (const holder of holders.filter((one) => kind !== "volume" || !sameOptions(one, args))) {
        const strangers = kind === "network" ? await access.strangersOn(holder.id, clusterId) : [];
        if (strangers.length > 0) return { refused: occupied(name, holder, strangers) };
        await access.remove(kind, holder.id);
        progress.info(
          `removed ${kind} ${name}${idOf(kind, holder)}: it bears this cluster's id, and the state lacks it`,
        );
      }
      const busy = (args.ports ?? []).length > 0 ? await access.portsInUse(args) : [];
      if (busy.length === 0) return {};
      const list = busy.map(({ port, by }) => `port ${port} of this machine is in use by ${by}`).join("; ");
      return { refused: `${list}: end it, or set ports.published to another one. Then run the same command again` };
    },
  };
}

const SHORT_ID = 12;
const shortId = (id: string): string => id.replace(/^sha256:/, "").slice(0, SHORT_ID);

/** A volume has no id but its name. */
const idOf = (kind: NamedKind, { id }: NameHolder): string => (kind === "volume" ? "" : ` (${shortId(id)})`);

const sameOptions = ({ driverOpts: made = {} }: NameHolder, { driverOpts: wanted = {} }: FreeNameArgs): boolean =>
  JSON.stringify(Object.entries(made).sort()) === JSON.stringify(Object.entries(wanted).sort());

function impostor(kind: NamedKind, name: string, holder: NameHolder): string {
  const details = [
    ...(kind === "volume" ? [] : [`id ${shortId(holder.id)}`]),
    ...(holder.image === undefined ? [] : [`image ${shortId(holder.image)}`]),
  ];
  return (
    `the name ${name} is taken by a ${kind}${details.length > 0 ? ` (${details.join(", ")})` : ""} that does not bear ` +
    `this cluster's id, so it is left alone. Rename it or remove it (\`docker ${kind} rm ${name}\`), then run the same command again`
  );
}

const occupied = (name: string, { id }: NameHolder, strangers: readonly string[]): string =>
  `network ${name} (${shortId(id)}) has to be made anew, but containers that are not of this cluster are on it: ` +
  `${strangers.join(", ")}. Disconnect them, then run the same command again`;
