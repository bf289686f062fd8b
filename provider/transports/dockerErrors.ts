import { Unreachable, UserError } from "../rpc/resource";

/** A call to Docker whose failure is told to people: what is wrong with Docker, and what to do about it. */
export async function explained<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const silent = /^(ENOENT|ECONNREFUSED|EACCES)$/.test((error as NodeJS.ErrnoException).code ?? "");
    throw new (silent ? Unreachable : UserError)(explanation(error));
  }
}

/** Nothing instead of an answer with this HTTP status, such as 404 for what is not there. */
export async function ignoring<T>(status: number, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && (error as Error & { statusCode?: number }).statusCode === status) return undefined;
    throw error;
  }
}

function explanation(error: Error & { code?: string; reason?: string }): string {
  if (error.message.includes("no space left on device")) {
    return `Docker has no space left (${error.message}): free some where it keeps its data (\`docker system df\` shows what takes it, \`docker system prune\` removes what nothing uses), then run the same command again`;
  }
  switch (error.code) {
    case "ENOENT":
    case "ECONNREFUSED":
      return `Docker does not answer (${error.message}): start it, or say where it is with DOCKER_HOST or docker.host`;
    case "EACCES":
      return `Docker does not let this user in (${error.message}): add the user to group docker, or use another daemon`;
    default:
      return `Docker: ${error.message}`;
  }
}
