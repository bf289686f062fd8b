import type Docker from "dockerode";
import { UserError } from "../rpc/resource";

/** @param host such as `unix:///run/docker.sock`, `tcp://machine:2375` or `ssh://user@machine` */
export function connectionOf(host: string): Docker.DockerOptions {
  const url = new URL(host);
  switch (url.protocol) {
    case "unix:":
      return { socketPath: url.pathname };
    case "tcp:":
    case "http:":
      return { protocol: "http", host: url.hostname, port: url.port || "2375" };
    case "ssh:":
      return { protocol: "ssh", host: url.hostname, port: url.port || "22", username: url.username };
    default:
      throw new UserError(`docker.host is ${JSON.stringify(host)}: it must start with unix://, tcp:// or ssh://`);
  }
}
