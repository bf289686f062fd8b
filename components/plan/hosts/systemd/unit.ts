/** A setting, its value ready for the file. */
export type Setting = readonly [name: string, value: string];

export type UnitSections = Readonly<Record<string, readonly Setting[]>>;

export const UNIT_DIRECTORY = "/etc/systemd/system";

/** The text of a unit file. Values stand as they are: `quoting.ts` makes them fit. */
export const renderUnit = (sections: UnitSections): string =>
  Object.entries(sections)
    .map(([name, settings]) => [`[${name}]`, ...settings.map(([key, value]) => `${key}=${value}`), ""].join("\n"))
    .join("\n");
