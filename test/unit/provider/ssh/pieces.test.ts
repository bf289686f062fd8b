import fc from "fast-check";
import { UserError } from "../../../../provider/rpc/resource";
import { Slots } from "../../../../provider/transports/slots";
import { shellQuoted } from "../../../../components/plan/shellQuote";
import {
  isUnreachable,
  reasonOf,
  reasonOfRefusal,
  SshError,
  unreachable,
} from "../../../../provider/transports/sshErrors";
import { temporaryName } from "../../../../provider/transports/sshFiles";
import { algorithmsFor, fingerprintOf, typeOf } from "../../../../provider/transports/sshHostKeys";
import { ROOT_SHELL, SHELL, shellInput } from "../../../../provider/transports/sshScript";
import { anyString } from "../../../support/strings";

/** As `ssh-keygen -lf` prints it. */
const ED25519 = {
  line: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILSjm1u31CC4JT+jeS0rHZRbYjfEYsYduXQZN4LNOnIC",
  fingerprint: "SHA256:4HDfn7hJTwsuwmL8lq6+vexXYT4r7ezrZDPHbiKnDFo",
};

test("a fingerprint is what ssh-keygen prints", () => {
  const key = Buffer.from(ED25519.line.split(" ")[1] ?? "", "base64");
  expect([fingerprintOf(key), typeOf(key)]).toEqual([ED25519.fingerprint, "ssh-ed25519"]);
  expect(typeOf(Buffer.alloc(2))).toBe("no key");
});

test.each([
  [[], "ssh-ed25519"],
  [[ED25519.line], "ssh-ed25519"],
  [["ecdsa-sha2-nistp256 A"], "ecdsa-sha2-nistp256"],
  [["ssh-rsa A"], "rsa-sha2-512"],
  [["ssh-rsa A", ED25519.line], "ssh-ed25519"],
])("where %j is pinned, %s is asked for first, and all others too", (pinned: string[], first) => {
  const algorithms = algorithmsFor(pinned);
  expect(algorithms[0]).toBe(first);
  expect(new Set(algorithms).size).toBe(7);
  expect(algorithms).toHaveLength(7);
});

test("a quoted text is one word, made of nothing but what a shell takes as it is", () => {
  fc.assert(
    fc.property(anyString, (text) => {
      const word = shellQuoted(text);
      expect(word.replaceAll("'\\''", "")).toMatch(/^'[^']*'$/s);
      expect(word.slice(1, -1).replaceAll("'\\''", "'")).toBe(text);
    }),
    { numRuns: 100 },
  );
});

describe("what a shell is sent", () => {
  test("is another text each time, of which the remote command says nothing", () => {
    const [one, other] = [shellInput("x", [], undefined, 5), shellInput("x", [], undefined, 5)];
    expect(one.marker).not.toBe(other.marker);
    expect([SHELL, ROOT_SHELL]).toEqual(["sh -s", "sudo -n sh -s"]);
  });

  test.each([
    ["a script", ["\0", []]],
    ["an argument", ["", ["a", "\0"]]],
    ["half a character", ["", ["\ud800"]]],
  ] as const)("refuses what no shell can be given, and does not repeat it: %s", (_, [script, args]) => {
    const refused = (): unknown => shellInput(`${script} secret`, [...args, "secret"], undefined, 5);
    expect(refused).toThrow(UserError);
    expect(refused).not.toThrow("secret");
  });
});

test.each([
  ["ECONNREFUSED", "refused", /refuses connections at 10\.0\.0\.1:22: start sshd/],
  ["EHOSTUNREACH", "no route", /no route: is it on/],
  ["ENETUNREACH", "no route", /no route/],
  ["ENOTFOUND", "name not found", /10\.0\.0\.1, and this name does not resolve: .*hosts\.addresses/],
  ["EAI_AGAIN", "name not found", /does not resolve/],
  ["ETIMEDOUT", "timed out", /does not answer .* \(why\)/],
  ["ECONNRESET", "closed", /MaxStartups/],
  ["EMFILE", "other", /cannot be reached at 10\.0\.0\.1:22: why/],
  [undefined, "other", /why/],
])("code %s means %s", (code, reason, message) => {
  expect(reasonOf(code)).toBe(reason);
  const error = unreachable({ host: "h1", address: "10.0.0.1", port: 22 }, reasonOf(code), "why");
  expect(error).toMatchObject({ host: "h1", fault: "unreachable", reason });
  expect(error.message).toMatch(message);
  expect(error.message).toMatch(/^host h1 /);
  expect(isUnreachable(error)).toBe(true);
});

test.each([
  ["Connection refused", "refused"],
  ["No route to host", "no route"],
  ["Network is unreachable", "no route"],
  ["Name or service not known", "name not found"],
  ["Temporary failure in name resolution", "name not found"],
  ["Connection timed out", "timed out"],
  ["administratively prohibited", "not forwarded"],
  ["open failed", "other"],
])("a bastion that says %j means %s", (words, reason) => {
  expect(reasonOfRefusal(words)).toBe(reason);
});

test("an error of a bastion is one of the host behind it, and of the same kind", () => {
  const error = new SshError("jump", "unreachable", "host jump is off", { reason: "no route" }).onTheWayTo("h1");
  expect(error).toMatchObject({ host: "h1", fault: "unreachable", reason: "no route" });
  expect(error.message).toBe("host h1 is reached through jump, and: host jump is off");
  expect(isUnreachable(new SshError("h1", "sudo refused", ""))).toBe(false);
  expect(isUnreachable(new UserError("off"))).toBe(false);
});

test("the temporary file of an upload is the same for the same contents, beside the target", () => {
  expect(temporaryName("/opt/a", "ab".repeat(32))).toBe("/opt/a.abababababab.part");
});

describe("slots", () => {
  const tick = (): Promise<void> => new Promise((done) => setImmediate(done));

  test("never more than so many at once, all of them in the end, and errors free theirs", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 0, max: 3 })),
        async (limit, waits) => {
          const slots = new Slots(limit);
          let [active, most] = [0, 0];
          const ends = waits.map((wait, i) =>
            slots.use(async () => {
              most = Math.max(most, ++active);
              for (let ticks = 0; ticks <= wait; ticks++) await tick();
              active--;
              if (wait === 3) throw new Error("no");
              return i;
            }),
          );
          const results = await Promise.allSettled(ends);
          expect(results.map(({ status }) => status === "fulfilled")).toEqual(waits.map((wait) => wait !== 3));
          expect(most).toBeLessThanOrEqual(limit);
          expect(most).toBe(Math.min(limit, waits.length));
        },
      ),
      { numRuns: 50 },
    );
  });

  test("one that is told that there is no room waits for the next free slot, unless it is alone", async () => {
    const slots = new Slots(3);
    const room = 2;
    let [active, most] = [0, 0];
    const act = async (): Promise<void> => {
      for (;;) {
        const done = await slots.use(async () => {
          if (active >= room) return !slots.narrow();
          most = Math.max(most, ++active);
          await tick();
          active--;
          return true;
        });
        if (done) return;
      }
    };
    await Promise.all(Array.from({ length: 10 }, act));
    expect(most).toBe(room);
    await slots.use(async () => expect(slots.narrow()).toBe(false));
  });
});
