import { UserError, type ResourceKind } from "../../rpc/resource";
import { isUnreachable } from "../../transports/sshErrors";
import type { OnHost } from "./onHost";

/**
 * A kind of resource on hosts whose removal says how to go on where its host does not answer: what is there cannot be taken
 * away, and must not be forgotten in silence.
 * @param gone hosts of which the spec says that they never come back
 */
export const forgettable = <Inputs extends OnHost>(
  kind: ResourceKind<Inputs>,
  gone: readonly string[] = [],
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
