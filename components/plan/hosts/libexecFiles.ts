import { ownedByRoot } from "./serviceUser";
import type { Layout } from "./layout";
import { JOURNAL_THERE } from "./libexec/journalThere";
import { MOUNT_POINT } from "./libexec/mountPoint";
import { START_DELAY } from "./libexec/startDelay";
import type { FilePlan } from "./types";

export const startDelayScript = ({ scripts }: Layout): string => `${scripts}/start-delay`;
export const mountPointScript = ({ scripts }: Layout): string => `${scripts}/mount-point`;

export const journalThereScript = ({ scripts }: Layout): string => `${scripts}/journal-there`;

export const scriptFiles = (
  layout: Layout,
  { master, mounts }: { readonly master: boolean; readonly mounts: boolean },
): FilePlan[] => [
  ...(master ? [{ path: journalThereScript(layout), content: JOURNAL_THERE, ...ownedByRoot("0755") }] : []),
  ...(mounts ? [{ path: mountPointScript(layout), content: MOUNT_POINT, ...ownedByRoot("0755") }] : []),
  { path: startDelayScript(layout), content: START_DELAY, ...ownedByRoot("0755") },
];
