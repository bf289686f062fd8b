import { get, type RequestOptions } from "node:http";
import { UserError } from "../rpc/resource";

const DEFAULT_HOST = "unix:///var/run/docker.sock";
const ANSWER_MILLISECONDS = 10_000;
const MISSING = 404;

/**
 * One quick question to Docker before anything is registered: does it answer, and does it have this image? By plain HTTP,
 * since a client of Docker takes longer to load than all the rest of the program. A daemon that needs more (SSH, TLS) is
 * not asked: its plugin says the same, in words of its own.
 *
 * @param host of the daemon; default DOCKER_HOST, else the local socket
 * @throws UserError where it does not answer, or lacks the image
 */
export async function mustAnswer(
  image: { readonly id: string; readonly ref: string; readonly remedy: string },
  host = process.env["DOCKER_HOST"] ?? DEFAULT_HOST,
): Promise<void> {
  const address = addressOf(host);
  if (!address) return;
  const status = await ask({ ...address, path: `/images/${encodeURIComponent(image.id)}/json` }).catch(
    (error: unknown) => {
      throw new UserError(silence(host, error as NodeJS.ErrnoException));
    },
  );
  if (status !== MISSING) return;
  throw new UserError(
    `image ${image.ref} (${image.id.slice(0, 19)}), which was chosen for this stack, is gone from Docker at ${host}: ` +
      `run \`${image.remedy}\`, then the same command again. Nothing was touched`,
  );
}

function addressOf(host: string): RequestOptions | undefined {
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length) };
  if (!/^(tcp|http):\/\//.test(host) || process.env["DOCKER_TLS_VERIFY"]) return undefined;
  const { hostname, port } = new URL(host);
  return { hostname, port: port || "2375" };
}

/** @returns the status of the answer */
const ask = (options: RequestOptions): Promise<number> =>
  new Promise((done, fail) => {
    const request = get({ ...options, timeout: ANSWER_MILLISECONDS }, (response) => {
      response.resume();
      done(response.statusCode ?? 0);
    });
    request.once("timeout", () => request.destroy(new Error(`no answer within ${ANSWER_MILLISECONDS / 1000} s`)));
    request.once("error", fail);
  });

function silence(host: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === "EACCES") {
    return `Docker at ${host} does not let this user in: add the user to group docker, or use another daemon. Nothing was touched`;
  }
  return `Docker does not answer at ${host} (${message}): start it, or say where it is with DOCKER_HOST or docker.host. Nothing was touched`;
}
