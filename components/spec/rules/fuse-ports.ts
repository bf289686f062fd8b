import { DEFAULT_PORTS } from "../spec";
import { HIGHEST_PORT, machines, portOf } from "./ports";
import { finding, type Rule } from "./rule";

/** Several FUSE processes of one machine: each has a web server, and they share the machine's ports. */
export const FUSE_PORT_RULES: readonly Rule[] = [
  {
    name: "ports.fuse",
    path: ["ports.fuseWeb"],
    message:
      "On hosts and nodes each mount has a web port of its own, from `ports.fuseWeb` on, in the order of `mounts`: they exist, and none is another's.",
    example: {
      yaml: "{ target: kubernetes, underStorage: { path: /nfs }, mounts: [{ name: a }, { name: b }], ports: { fuseWeb: 65535 } }",
      at: "ports.fuseWeb",
    },
    *check(config, context) {
      const first = portOf(config, "fuseWeb");
      const count = config.mounts?.length ?? 0;
      if (context.target === "docker" || first === undefined || count < 2) return;
      const last = first + count - 1;
      if (last > HIGHEST_PORT) {
        yield finding(
          ["ports", "fuseWeb"],
          `is too high: ${count} mounts take ${first} to ${last}, and ports end at ${HIGHEST_PORT}.`,
          String(HIGHEST_PORT - count + 1),
        );
      }
      const others = machines(config, context).filter((names) => names.includes("fuseWeb"));
      for (const name of new Set(others.flat())) {
        const port = portOf(config, name);
        if (name === "fuseWeb" || port === undefined || port <= first || port > last) continue;
        const state = port === DEFAULT_PORTS[name] ? " (its default)" : "";
        yield finding(
          ["ports", "fuseWeb"],
          `gives ${port}, the port of ${name}${state}, to a mount: ${count} mounts take ${first} to ${last}.`,
        );
      }
    },
  },
];
