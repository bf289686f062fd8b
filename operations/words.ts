import type { ProcessStatus } from "./report";

/** How people call a process where it is, and the commands by which they look after it there. */
export interface Words {
  /** @example "container dev-proxy-3f9c" */
  readonly thing: string;
  /** Shows the end of its log. */
  readonly logs: string;
  readonly restart: string;
  /** Lets one go on that is paused. */
  readonly resume: string;
  /** Takes away what nobody intended. */
  readonly remove: string;
}

/** @returns undefined where there is neither a container nor a unit */
export function wordsFor({ container, unit, host }: ProcessStatus): Words | undefined {
  if (unit !== undefined && host !== undefined) return ofUnit(unit, host);
  return container === null ? undefined : ofContainer(container);
}

const ofContainer = (container: string): Words => ({
  thing: `container ${container}`,
  logs: `\`docker logs --tail 20 ${container}\``,
  restart: `\`docker restart ${container}\``,
  resume: `\`docker unpause ${container}\``,
  remove: `\`docker rm -f ${container}\``,
});

function ofUnit(unit: string, host: string): Words {
  const there = (command: string): string => `\`sudo ${command}\` on ${host}`;
  const restart = there(`systemctl restart ${unit}`);
  return {
    thing: `unit ${unit} on host ${host}`,
    logs: there(`journalctl -n 20 -u ${unit}`),
    restart,
    resume: restart,
    remove: there(`systemctl disable --now ${unit}`),
  };
}
