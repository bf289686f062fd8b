import Table from "cli-table3";
import pc from "picocolors";
import { formatDuration } from "../operations/ephemeral/duration";
import type { EphemeralStatus } from "../operations/ephemeral/overview";
import type { Verdict } from "../operations/ephemeral/reap";
import type { Reaped } from "../operations/ephemeral/reaper";
import type { ClusterOutputs } from "../stacks/ephemeral";

export function renderUp({
  name,
  seconds,
  outputs,
}: {
  readonly name: string;
  /** Until it expires. */
  readonly seconds: number;
  readonly outputs: ClusterOutputs;
}): string {
  const { webAddress, network, masters, mountPoints } = outputs;
  const rows = [
    ["web and REST", webAddress],
    ["network", `${network}: masters at ${masters.join(", ")}`],
    ...Object.entries(mountPoints).map(([mount, path]) => [`mount ${mount}`, path]),
    ["ends", `in ${formatDuration(seconds)}, or with: npx alluxioctl ephemeral down ${name}`],
  ];
  const width = Math.max(...rows.map(([title = ""]) => title.length));
  return [
    `Ephemeral cluster ${name} is up.`,
    ...rows.map(([title = "", text = ""]) => `  ${title.padEnd(width)}  ${text}`),
    "",
  ].join("\n");
}

export function renderList(statuses: readonly EphemeralStatus[], { colors }: { readonly colors: boolean }): string {
  if (statuses.length === 0) return "There is no ephemeral cluster on this Docker.\n";
  const paint = pc.createColors(colors);
  const table = new Table({
    head: ["Name", "Containers", "Ends in", "Web and REST", "Mounts"].map((title) => paint.bold(title)),
    chars: { ...NO_LINES, middle: "   " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  table.push(
    ...statuses.map((status) => [
      status.name,
      `${status.running} of ${status.containers} running`,
      `${formatDuration(status.expiresInSeconds)}${status.bound ? ", or with its test" : ""}`,
      status.webAddress ?? "-",
      status.mountPoints.join(" ") || "-",
    ]),
  );
  return `${table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
}

/** What was removed, and what could not be. */
export function renderReaped(reaped: readonly Reaped[]): string {
  return reaped
    .map(({ name, reason, left }) =>
      left.length === 0
        ? `Removed ephemeral cluster ${name}: ${reason}.\n`
        : `Could not remove all of ephemeral cluster ${name} (${reason}); the next one tries again:\n` +
          left.map((one) => `  ${one.what}: ${one.reason}\n`).join(""),
    )
    .join("");
}

/** What a reaper would do. */
export function renderStays(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return "There is no ephemeral cluster on this Docker.\n";
  return verdicts
    .map(
      ({ cluster, reap, reason }) => `${reap ? "Would remove" : "Would leave"} ${cluster.ephemeral.name}: ${reason}.\n`,
    )
    .join("");
}

const NO_LINES = Object.fromEntries(
  [
    ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
    ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid"],
  ].map((part) => [part, ""]),
);
