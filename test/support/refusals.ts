/** Losses that a run refuses, without the reasons; and the lines that would confirm them. */
export function refusedIn(output: string): { readonly refused: string[]; readonly asked: string[] } {
  const told = [
    ...output.matchAll(/((?:metadata|data|cache) loss: [^:\n]*?): [^\n]*?(?:confirm: (\["(?:[^"\\]|\\.)*"\]))?$/gm),
  ];
  const asked = [...output.matchAll(/confirm: (\["(?:[^"\\]|\\.)*"\])/g)].flatMap(
    ([, list]) => JSON.parse(list!) as string[],
  );
  const refused = output.match(/To accept it|cannot be made smaller|both would need/)
    ? told.map(([, what]) => what!)
    : [];
  return { refused: [...new Set(refused)].sort(), asked: [...new Set(asked)].sort() };
}

/** What is asked for, without what ties it to the state it was found in. */
export const withoutTokens = (asked: readonly string[]): string[] =>
  asked.map((line) => line.replace(/ @[0-9a-f]{4}$/, ""));
