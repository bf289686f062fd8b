import { ownedByRoot } from "./serviceUser";
import type { Layout } from "./layout";
import { MOUNT_POINT } from "./libexec/mountPoint";
import { START_DELAY } from "./libexec/startDelay";
import type { FilePlan } from "./types";

export const startDelayScript = ({ scripts }: Layout): string => `${scripts}/start-delay`;
export const mountPointScript = ({ scripts }: Layout): string => `${scripts}/mount-point`;

export const scriptFiles = (layout: Layout, { mounts }: { readonly mounts: boolean }): FilePlan[] => [
  ...(mounts ? [{ path: mountPointScript(layout), content: MOUNT_POINT, ...ownedByRoot("0755") }] : []),
  { path: startDelayScript(layout), content: START_DELAY, ...ownedByRoot("0755") },
];
