/** The folder of a backend that is one of files; undefined for others, which nobody can look into. */
export function backendFolder(backendUrl: string | undefined): string | undefined;
