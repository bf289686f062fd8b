import type { Member } from "../../components/plan/members";
import type { RegisteredWorker } from "./leader";

/** Workers that the leader lists and has not given up, as members. @param wanted whether their versions count */
export function registeredMembers(
  workers: readonly RegisteredWorker[],
  wanted: Readonly<Record<string, Member>>,
): Record<string, Member> {
  const withVersion = Object.values(wanted).some((member) => member.version !== undefined);
  return Object.fromEntries(
    workers
      .filter((worker) => !/^(lost|decommissioned|disabled|out of service)$/i.test(worker.state))
      .map((worker) => [
        worker.host,
        { capacityBytes: worker.capacityBytes, ...(withVersion && worker.version ? { version: worker.version } : {}) },
      ]),
  );
}
