import { selectText } from "../path";
import { finding, repeated, type Rule } from "./rule";

const COUNTS: readonly number[] = [1, 3, 5];

export const MASTER_RULES: readonly Rule[] = [
  {
    name: "masters.count",
    path: ["masters.count"],
    message:
      "There are 1, 3 or 5 masters: an even number tolerates no more losses than one less, but is lost more easily.",
    example: { yaml: "masters: { count: 2 }", at: "masters.count" },
    *check({ masters }) {
      const count = masters?.count;
      if (count === undefined || COUNTS.includes(count)) return;
      let reason = "";
      if (count > 0 && count < 6) reason = ` ${count} tolerate the loss of no more masters than ${count - 1} do.`;
      if (count > 5) reason = " More make every change of metadata slower and nothing safer.";
      yield finding(["masters", "count"], `must be 1, 3 or 5.${reason}`);
    },
  },
  {
    name: "masters.hosts-needed",
    path: ["masters.hosts"],
    message: "On target hosts each master has a host.",
    example: {
      yaml: "{ target: hosts, workers: [{ name: a, ramdisk: 1GB, hosts: [h1] }], underStorage: { path: /nfs } }",
      at: "masters.hosts",
    },
    *check({ masters }, { target, sound }) {
      if (target !== "hosts" || masters?.hosts !== undefined || !sound("masters", "hosts")) return;
      yield finding(["masters", "hosts"], "is missing: target hosts needs the host of each master.");
    },
  },
  {
    name: "masters.hosts-number",
    path: ["masters.hosts"],
    message: "`masters.hosts` names as many hosts as `masters.count` says.",
    example: {
      yaml: "{ target: hosts, masters: { count: 3, hosts: [h1] }, workers: [{ name: a, ramdisk: 1GB, hosts: [h1] }], underStorage: { path: /nfs } }",
      at: "masters.hosts",
    },
    *check({ masters }, { target, sound }) {
      const hosts = masters?.hosts;
      if (target !== "hosts" || hosts === undefined || !sound("masters", "count")) return;
      const count = masters?.count ?? 1;
      if (hosts.length === count) return;
      const stated = masters?.count === undefined ? "1 (the default)" : String(count);
      yield finding(
        ["masters", "hosts"],
        `names ${hosts.length === 1 ? "one host" : `${hosts.length} hosts`}, but masters.count is ${stated}.`,
      );
    },
  },
  {
    name: "masters.hosts-repeated",
    path: ["masters.hosts[]"],
    message: "No two masters share a host: both would be lost with it.",
    example: {
      yaml: "{ target: hosts, masters: { count: 3, hosts: [h1, h2, h1] }, workers: [{ name: a, ramdisk: 1GB, hosts: [h1] }], underStorage: { path: /nfs } }",
      at: "masters.hosts[2]",
    },
    *check(config, { target }) {
      if (target !== "hosts") return;
      yield* repeated(
        selectText(config, ["masters.hosts[]"]),
        ([, , index]) => `is already the host of master ${Number(index) + 1}: no two masters share a host.`,
      );
    },
  },
];
