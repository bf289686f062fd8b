import type { ResourceKind } from "../../rpc/resource";
import type { Installation } from "../../../components/plan/hosts/installation";
import { joiningMember, type JoiningAccess, type JoiningInputs } from "../journalMember";
import type { Clock } from "../../clock";
import { clusterIdMistakes, pathMistakes, replacedBy, unitMistakes, type OnHost, type Unit } from "./onHost";

/** A member that joins on its own machine. */
export interface HostJournalMemberInputs extends JoiningInputs, OnHost {
  /** The temporary service that joins for it, with the text of the one that stays: what differs is added when it starts. */
  readonly unit: Unit;
  /** Hosts of the masters after it, which are asked where it takes the place of an earlier one. */
  readonly laterMasters: readonly string[];
  /** The folder of its journal. Absolute. */
  readonly journal: string;
  /** Where Alluxio's commands are. */
  readonly installation: Installation;
}

/** A master's journal as a member of a quorum that exists, on a host; see `joiningMember`. */
export function hostJournalMember(
  access: JoiningAccess<HostJournalMemberInputs>,
  clock: Clock,
): ResourceKind<HostJournalMemberInputs> {
  const kind = joiningMember("alluxio:hosts:JournalMember", access, clock);
  return {
    ...kind,
    check: async ({ news }) => [
      ...clusterIdMistakes(news),
      ...unitMistakes(news.unit, "service"),
      ...pathMistakes("journal", [news.journal]),
    ],
    // On another host, or in another folder, its journal is empty.
    diff: (request) => [...kind.diff(request), ...replacedBy(request.state, request.news, "host", "journal")],
  };
}
