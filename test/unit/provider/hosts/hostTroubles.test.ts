import { demandsOf } from "../../../../components/plan/hosts/demands";
import { planHosts } from "../../../../components/plan/hosts/planHosts";
import type { Sight } from "../../../../components/plan/hosts/checks/surroundings";
import { HostTroubles } from "../../../../provider/hosts/preflight/hostTroubles";
import { UserError } from "../../../../provider/rpc/resource";
import { UNKNOWN } from "../../../../provider/rpc/values";
import { SEED_PAGE } from "../../../support/hosts";
import { roomy } from "../../../support/hostSights";
import { specOf } from "../../../support/specs";

const DEMANDS = {
  clusterId: "3f9c2ab1d4e5aa00",
  ...demandsOf(planHosts(specOf(SEED_PAGE)), specOf(SEED_PAGE)),
};
const [HOST] = Object.keys(DEMANDS.hosts) as [string];
const [PORT] = Object.keys(DEMANDS.hosts[HOST]!.ports) as [string];
const ROOMY = roomy(DEMANDS, HOST);
const TAKEN: Sight = {
  ...ROOMY,
  portsInUse: [{ port: Number(PORT), process: { name: "perl", pid: 7, unit: "squatter.service" } }],
};

const troubles = (seen: () => Promise<Sight>): HostTroubles =>
  new HostTroubles({ probe: async (_, [host]) => ({ [host!]: await seen() }) });

test("what the host cannot give is told with what to do", async () => {
  const told = troubles(async () => TAKEN);
  told.expect(DEMANDS);
  expect(await told.on(HOST)).toMatch(
    /^Preflight finds there: port \d+: perl \(pid 7, unit squatter\.service\) listens there, where .* should \(to do: end it .*\)\.$/,
  );
  told.expect({ ...DEMANDS, clusterId: UNKNOWN });
  expect(await told.on(HOST)).toContain("port");
});

test.each<[string, () => Promise<Sight>]>([
  ["a host that has all that it needs", async () => ROOMY],
  ["a host that cannot be looked at", () => Promise.reject(new UserError("it is off"))],
])("nothing is said of %s", async (_, seen) => {
  const told = troubles(seen);
  told.expect(DEMANDS);
  expect(await told.on(HOST)).toBe("");
});

test("nothing is said where nobody has said what the host has to give", async () => {
  const told = troubles(async () => TAKEN);
  expect(await told.on(HOST)).toBe("");
  told.expect(DEMANDS);
  expect(await told.on("elsewhere")).toBe("");
});
