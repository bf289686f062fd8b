import Docker from "dockerode";
import type { Plugin } from "../rpc/resource";
import { serve } from "../rpc/server";
import type { JsonObject } from "../rpc/values";
import { UNKNOWN } from "../rpc/values";
import { container } from "./container";
import { clientFor, daemonHost, daemonMessage, hostProblem } from "./daemon";
import { network } from "./network";
import { volume } from "./volume";

const WHO = "docker stand-in";
let client: Docker | undefined;

const connected = (): Docker => {
  if (client) return client;
  throw new Error("the provider's host is not known yet; it must be known before anything on it can be looked at");
};

const plugin: Plugin = {
  name: "docker",
  version: "5.0.0",
  who: WHO,
  resources: [network(connected), volume(connected), container(connected)],
  checkConfig: (config) =>
    Object.entries(config).flatMap(([key, value]) => {
      if (key === "version" || value === undefined || value === null || value === UNKNOWN) return [];
      if (key !== "host") {
        return [
          { property: key, reason: `${WHO}: provider ${key} is not carried out (only host is); see docs/offline.md` },
        ];
      }
      const problem = typeof value === "string" && value !== "" ? hostProblem(value) : undefined;
      return problem === undefined ? [] : [{ property: key, reason: `${WHO}: provider host ${problem}` }];
    }),
  async configure(config: JsonObject) {
    if (config["host"] === UNKNOWN) return;
    const host = daemonHost(typeof config["host"] === "string" ? config["host"] : undefined);
    const problem = hostProblem(host);
    if (problem !== undefined) throw new Error(`the docker host ${problem}`);
    const candidate = clientFor(host);
    try {
      await candidate.ping();
    } catch (error) {
      throw new Error(
        `failed to connect to any docker daemon: ${host}: ${daemonMessage(error)}. ` +
          `Start Docker, or name its socket in DOCKER_HOST or in the provider's host`,
        { cause: error },
      );
    }
    client = candidate;
  },
};

serve(plugin, process.argv.slice(2));
