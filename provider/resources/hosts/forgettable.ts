import { UserError, type ResourceKind } from "../../rpc/resource";
import { isUnreachable } from "../../transports/sshErrors";
import type { OnHost } from "./onHost";

/**
 * A kind of resource on hosts whose removal says how to go on where its host does not answer: what is there cannot be taken
 * away, and must not be forgotten in silence.
 */
export const forgettable = <Inputs extends OnHost>(kind: ResourceKind<Inputs>): ResourceKind<Inputs> => ({
  ...kind,
  async delete(request) {
    try {
      await kind.delete(request);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      throw new UserError(
        `${request.id} was not removed: ${error.message}. Bring host ${request.state.host} back, and run this again. If it ` +
          "is gone for good, forget what was there: `pulumi stack --show-urns` has the URN of the host's " +
          "alluxio:hosts:System, and `pulumi state delete --target-dependents '<that URN>'` drops it with all that stood on it",
      );
    }
  },
});
