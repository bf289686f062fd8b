import { UserError, type ResourceKind } from "../../rpc/resource";
import { isUnreachable } from "../../transports/sshErrors";
import type { OnHost } from "./onHost";
import type { SystemInputs } from "./system";

/** What a run knows of the hosts on which it removes something. */
export interface HostFates {
  /** Hosts of which the spec says that they never come back. */
  readonly gone: readonly string[];
  /** Hosts of which this run has seen that the spec still has them. A destroy sees none. */
  readonly declared: Set<string>;
  /** Hosts that did not answer when something was to be removed there. */
  readonly silent: Set<string>;
}

/**
 * A kind of resource on hosts whose removal says how to go on where its host does not answer: what is there cannot be taken
 * away, and must not be forgotten in silence.
 */
export const forgettable = <Inputs extends OnHost>(
  kind: ResourceKind<Inputs>,
  { gone }: Pick<HostFates, "gone">,
): ResourceKind<Inputs> => ({
  ...kind,
  async delete(request) {
    try {
      await kind.delete(request);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      if (gone.includes(request.state.host)) {
        request.progress.info(`${request.id} is forgotten, not removed: the spec says that its host is gone`);
        return;
      }
      throw new UserError(
        `${request.id} was not removed: ${error.message}. Bring host ${request.state.host} back, and run this again. If it ` +
          `is gone for good, add it to the spec: hosts: { gone: [${request.state.host}] }, and run \`pulumi up\` again. Where the ` +
          "whole cluster is removed: `pulumi stack --show-urns` has the URN of the host's alluxio:hosts:System, and " +
          "`pulumi state delete --target-dependents '<that URN>'` drops it with all that stood on it",
      );
    }
  },
});

/**
 * A kind of resource that is removed before the System of its host, which takes back whatever is still there. So where all of a
 * host that does not answer is removed, this leaves the state, and does not hold up what it stands on: services and masters
 * of other hosts. Where the host stays in the spec it is an error as of any other kind.
 */
export const leftToSystem = <Inputs extends OnHost>(
  kind: ResourceKind<Inputs>,
  { gone, declared, silent }: HostFates,
): ResourceKind<Inputs> => {
  const last = forgettable(kind, { gone });
  return {
    ...last,
    async delete(request) {
      const { host } = request.state;
      if (declared.has(host) || gone.includes(host)) {
        await last.delete(request);
        return;
      }
      if (!silent.has(host)) {
        try {
          await kind.delete(request);
          return;
        } catch (error) {
          if (!isUnreachable(error)) throw error;
          silent.add(host);
        }
      }
      request.progress.info(
        `${request.id} is left where it is: host ${host} does not answer, and ${host}:system will take it back`,
      );
    },
  };
};

/** The last of what is removed from a host; it says of which hosts the spec still has them. */
export const lastOnHost = (
  kind: ResourceKind<SystemInputs>,
  { gone, declared }: Pick<HostFates, "gone" | "declared">,
): ResourceKind<SystemInputs> => ({
  ...forgettable(kind, { gone }),
  check(request) {
    declared.add(request.news.host);
    return kind.check(request);
  },
});
