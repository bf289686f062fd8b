import { renderPreflight } from "../../../cli/renderPreflight";
import { isMissing, secretIn } from "../../../cli/secretConfig";
import type { PreflightReport } from "../../../operations/hostsPreflight";

const PLAIN = { colors: false };
const FINE: PreflightReport = {
  ...{ cluster: "alnair", fine: true, hosts: ["blue4", "titan34"], problems: [], warnings: [] },
  notes: ["nothing was written to /nfs/alluxio: that it is the same on all hosts is proved by a token"],
};
const ODD = {
  ...{ host: "blue4", what: "kernel", found: "4.18; most hosts have 5.10", remedy: "bring it to that" },
  level: "warning",
} as const;

test("hosts on which it can run", () => {
  expect(`\n${renderPreflight(FINE, PLAIN)}`).toMatchInlineSnapshot(`
   "
   ● alnair can run on its 2 hosts

   Note  nothing was written to /nfs/alluxio: that it is the same on all hosts is proved by a token
   "
  `);
});

test("hosts on which it cannot run, and what is odd", () => {
  const off = {
    ...{ host: "titan34", what: "unreachable", found: "refuses connections at 10.145.83.34:22" },
    ...{ remedy: "start sshd there, or say on which port it listens (port)", level: "refused" as const },
  };
  const report = { ...FINE, fine: false, problems: [off], warnings: [ODD], notes: [] };
  expect(`\n${renderPreflight(report, PLAIN)}`).toMatchInlineSnapshot(`
   "
   ● alnair cannot run yet: 1 problem on 1 of 2 hosts

   Host     What         Found                                   What to do
   titan34  unreachable  refuses connections at 10.145.83.34:22  start sshd there, or say on which port it
                                                                 listens (port)

   1 warning on 1 of 2 hosts

   Host   What    Found                       What to do
   blue4  kernel  4.18; most hosts have 5.10  bring it to that
   "
  `);
});

test("colours only where they are asked for", () => {
  const escape = String.fromCharCode(27);
  expect(renderPreflight({ ...FINE, warnings: [ODD] }, { colors: true })).toContain(escape);
  expect(renderPreflight({ ...FINE, warnings: [ODD] }, PLAIN)).not.toContain(escape);
});

test("only what the configuration keeps as a secret is taken for one", () => {
  expect(secretIn('{"name":"k","value":"v","secret":true}')).toBe("v");
  expect(secretIn('{"name":"k","value":"v","secret":false}')).toBeUndefined();
  expect(isMissing("error: configuration key 'alluxio:pass' not found for stack 'dev'\n")).toBe(true);
  expect(isMissing("error: incorrect passphrase\n")).toBe(false);
});
