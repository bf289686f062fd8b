import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { apart, Hosts, together, type Look, type Ssh } from "../../../../provider/hosts/hosts";
import { LEDGER, REFUSED } from "../../../../provider/hosts/ledger";
import { Untouched } from "../../../../provider/resources/hosts/onHost";
import { UserError } from "../../../../provider/rpc/resource";
import type { CommandResult } from "../../../../provider/transports/commandResult";
import { OFF } from "./given";

const shell = (script: string, args: readonly string[] = []): CommandResult => {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script, "sh", ...args], { encoding: "utf8" });
  return { code: status ?? -1, stdout, stderr };
};
/** A transport to this machine's own shell. */
function transport(fail?: Error) {
  const runs: string[] = [];
  const ssh: Ssh = {
    run: async (host, script, options) => {
      runs.push(host);
      if (fail) throw fail;
      return shell(script, options?.args);
    },
    upload: async () => 0,
  };
  return { hosts: new Hosts(ssh), runs };
}
const ECHO = `printf '%s|' "$@"`;
const look = (...args: string[]): Look => ({ script: ECHO, args, what: args.join() });

test("what is asked at the same time goes to each host once, and each gets its own answer", async () => {
  const { hosts, runs } = transport();
  const asked = [
    hosts.look("a", look("1")),
    hosts.look("b", look("2")),
    hosts.look("a", { ...look(), script: "echo x; exit 0" }),
  ];
  expect(await Promise.all(asked)).toEqual(["1|", "2|", "x\n"]);
  expect(runs.sort()).toEqual(["a", "b"]);
  expect(await hosts.look("a", look("3"))).toBe("3|");
  expect(runs).toHaveLength(3);
});

test("one that fails does not hide the others", async () => {
  const { hosts } = transport();
  const [failed, fine] = await Promise.allSettled([
    hosts.look("a", { script: "echo no >&2; exit 7", args: [], what: "the one" }),
    hosts.look("a", look("fine")),
  ]);
  expect([failed, fine]).toMatchObject([{ reason: new UserError("the one on host a failed: no") }, { value: "fine|" }]);
});

test("a host that is off fails all that was asked of it, and later asks anew", async () => {
  const { hosts, runs } = transport(OFF);
  const results = await Promise.allSettled([hosts.look("a", look()), hosts.look("a", look())]);
  expect(results.map((one) => (one as PromiseRejectedResult).reason as unknown)).toEqual([OFF, OFF]);
  await expect(hosts.look("a", look())).rejects.toBe(OFF);
  expect(runs).toHaveLength(2);
});

test("answers hold whatever the arguments say", () => {
  const text = fc.string({ maxLength: 12 }).filter((one) => !one.includes("\0"));
  fc.assert(
    fc.property(fc.array(fc.array(text, { maxLength: 3 }), { minLength: 1, maxLength: 4 }), (asked) => {
      const { marker, script } = together(asked.map((args) => look(...args)));
      const answers = apart(shell(script).stdout, marker);
      expect(answers).toEqual(
        asked.map((args) => ({ code: 0, stdout: args.length === 0 ? "|" : args.map((one) => `${one}|`).join("") })),
      );
    }),
    { numRuns: 20 },
  );
});

test.each([
  [REFUSED, Untouched],
  [1, UserError],
])("an act that ends with %s", async (code, error) => {
  const failed = transport().hosts.act("a", { script: `echo why >&2; exit ${code}`, args: [], what: "it" });
  await expect(failed).rejects.toThrow(error);
  await expect(failed).rejects.toThrow(/host a.*why/);
});

test("a full disk is told with what to do", async () => {
  const { hosts } = transport();
  const full = { script: "echo 'x: No space left on device' >&2; exit 1", args: [], what: "the configuration" };
  await expect(hosts.act("a", full)).rejects.toThrow(
    "the configuration on host a failed: x: No space left on device. Free some space there; the same command goes on where this one ended",
  );
});

test("the ledger's functions are a script that a shell can read", () => {
  expect(shell("exit 0").code).toBe(0);
  expect(spawnSync("sh", ["-n"], { input: LEDGER, encoding: "utf8" }).stderr).toBe("");
});
