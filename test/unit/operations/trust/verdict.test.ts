import fc from "fast-check";
import { verdictOf, type Verdict } from "../../../../operations/trust/verdict";
import { publicKeyOf, shownAs } from "../../../../provider/transports/sshPublicKey";
import { KEYS, lineOf } from "./keys";

type Name = keyof typeof KEYS;
const NAMES = Object.keys(KEYS) as Name[];

test.each(Object.entries(KEYS))("%s is shown as ssh-keygen shows it", (_, [line, printed]) => {
  expect(shownAs(publicKeyOf(line))).toBe(printed);
  expect(publicKeyOf(`${line} root@blue4`).line).toBe(line);
});

test("a type that is not known here, and no key at all, are shown too", () => {
  expect(shownAs(publicKeyOf("sk-ssh-ed25519@openssh.com AAAA"))).toMatch(/^256 SHA256:\S{43} \(ED25519-SK\)$/);
  expect(shownAs(publicKeyOf("sk-new@example.org AAAA"))).toMatch(/^SHA256:\S{43} \(SK-NEW@EXAMPLE\.ORG\)$/);
  for (const broken of ["ssh-rsa AAAAB3NzaC1yc2E", "ssh-rsa ", "ssh-rsa AAAAAAAAAAAAAAAA", ""]) {
    expect(publicKeyOf(broken).bits).toBeUndefined();
  }
});

interface Row {
  readonly pinned: readonly Name[];
  readonly shown: readonly Name[];
  readonly state: Verdict["state"];
  readonly keys: string;
  readonly gone?: readonly Name[];
}
const ROWS: readonly Row[] = [
  { pinned: [], shown: ["ed25519", "rsa2048"], state: "new", keys: "new new" },
  { pinned: ["ed25519"], shown: ["ed25519"], state: "same", keys: "same" },
  { pinned: ["ed25519"], shown: ["ed25519", "ecdsa256"], state: "same", keys: "same other" },
  { pinned: ["rsa3072"], shown: ["ed25519", "rsa3072"], state: "same", keys: "other same" },
  // It stopped to offer one kind.
  { pinned: ["ed25519", "rsa3072"], shown: ["ed25519"], state: "same", keys: "same", gone: ["rsa3072"] },
  // During a change of keys both are pinned.
  { pinned: ["rsa2048", "rsa3072"], shown: ["rsa3072"], state: "same", keys: "same", gone: ["rsa2048"] },
  { pinned: ["rsa2048"], shown: ["rsa3072"], state: "changed", keys: "changed", gone: ["rsa2048"] },
  { pinned: ["rsa2048"], shown: ["ed25519"], state: "changed", keys: "changed", gone: ["rsa2048"] },
  // One of two is another one: nobody does that by an installation.
  {
    pinned: ["ed25519", "rsa2048"],
    shown: ["ed25519", "rsa3072"],
    state: "changed",
    keys: "same changed",
    gone: ["rsa2048"],
  },
];

test.each(ROWS)("pinned $pinned, shown $shown: $state", ({ pinned, shown, state, keys, gone = [] }) => {
  const verdict = verdictOf(pinned.map(lineOf), shown.map(lineOf));
  expect(verdict.state).toBe(state);
  expect(verdict.shown.map((key) => key.state).join(" ")).toBe(keys);
  expect(verdict.gone.map(({ line }) => line)).toEqual(gone.map(lineOf));
});

test("nothing counts as trusted but what is pinned, and what is taken is the same ever after", () => {
  const some = fc.subarray(NAMES).map((names) => names.map(lineOf));
  /** Of each type one, as a server shows them. */
  const shownBy = some
    .map((lines) => lines.filter((line, i) => lines.findIndex((one) => one.split(" ")[0] === line.split(" ")[0]) === i))
    .filter((lines) => lines.length > 0);
  fc.assert(
    fc.property(some, shownBy, (pinned, shown) => {
      const { state, shown: keys } = verdictOf(pinned, shown);
      for (const key of keys) expect(key.state === "same").toBe(pinned.includes(key.line));
      if (state === "same") expect(shown.some((line) => pinned.includes(line))).toBe(true);
      if (pinned.length === 0) expect(state).toBe("new");
      expect(verdictOf(shown, shown).state).toBe("same");
    }),
    { numRuns: 100 },
  );
});
