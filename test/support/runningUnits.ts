import type { Machine } from "./machine";

const LIST = `for unit in $(systemctl list-units --no-legend --plain 'alluxio-*.service' | cut -d ' ' -f 1); do
  echo "$unit $(systemctl show -p MainPID --value "$unit")"; done`;

/** Every unit of Alluxio on those machines, with the id of its process. @example { "titan34/alluxio-dev-worker.service": "412" } */
export async function runningUnits(machines: readonly Machine[]): Promise<Record<string, string>> {
  const units = await Promise.all(
    machines.map(async (machine) =>
      (await machine.exec(LIST)).split("\n").map((line): [string, string] => {
        const [unit = "", pid = ""] = line.split(" ");
        return [`${machine.name}/${unit}`, pid];
      }),
    ),
  );
  return Object.fromEntries(units.flat());
}
