import pc from "picocolors";
import { formatProblems } from "../components/spec/format-problems";
import type { Adoption } from "../operations/adopt/adopt";
import { isOpenNote, type Note } from "../operations/adopt/note";
import { renderStep } from "../operations/adopt/steps";

/** What was written, what is to be decided, what a takeover changes, and how it goes. */
export function renderAdoption(
  { config, notes, problems, steps }: Omit<Adoption, "origins">,
  { file, where }: { readonly file: string; readonly where: string },
  { colors }: { readonly colors: boolean },
): string {
  const paint = pc.createColors(colors);
  const of = (...kinds: Note["kind"][]): Note[] => notes.filter(({ kind }) => kinds.includes(kind));
  const section = (title: string, all: readonly string[]): string[] =>
    all.length === 0 ? [] : ["", paint.bold(`${title} (${all.length}):`), ...all];
  const open = notes.filter(isOpenNote);
  const counts = [
    counted(config.masters?.hosts?.length ?? 0, "master"),
    counted(
      (config.workers ?? []).reduce((sum, { hosts = [] }) => sum + hosts.length, 0),
      "worker",
    ),
    counted(config.mounts?.length ?? 0, "mount"),
  ];
  return [
    `${file} is written: ${counts.join(", ")}. Nothing was changed on the hosts.`,
    ...(problems.length > 0 ? ["", paint.red("It is not yet a spec:"), formatProblems(problems, where)] : []),
    ...section(
      "To be decided or done before the takeover",
      open.map((note) => long(note)),
    ),
    ...section("What the takeover changes", of("difference").map(long)),
    ...section("Kept under properties", of("kept").map(brief)),
    ...section("Follows from the spec as it was found", of("equal").map(brief)),
    ...section(
      "The takeover",
      steps.map((step, i) => `  ${i + 1}. ${renderStep(step)}`),
    ),
    "",
  ].join("\n");
}

const counted = (n: number, word: string): string => `${n} ${word}${n === 1 ? "" : "s"}`;

function long({ about, found, ours, message }: Note): string {
  const change = [found, ours].filter((text) => text !== undefined).join(" → ");
  return `  ${about}${change === "" ? "" : `: ${change}`}\n      ${message}`;
}

const brief = ({ about, found = "" }: Note): string => `  ${about}=${found}`;
