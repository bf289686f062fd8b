import type { Plugin } from "../rpc/resource";
import { serve } from "../rpc/server";
import { localSchema, remoteSchema } from "./command-schema";
import { command } from "./lifecycle";
import { runLocally } from "./local";
import { runRemotely } from "./remote";

const WHO = "command stand-in";

const plugin: Plugin = {
  name: "command",
  version: "1.2.1",
  who: WHO,
  resources: [command(localSchema, runLocally), command(remoteSchema, runRemotely)],
  checkConfig: (config) =>
    Object.keys(config)
      .filter((key) => key !== "version")
      .map((property) => ({ property, reason: `${WHO}: the provider takes no ${property}; see docs/offline.md` })),
  configure: () => Promise.resolve(),
};

serve(plugin, process.argv.slice(2));
