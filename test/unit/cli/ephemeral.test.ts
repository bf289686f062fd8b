import { resolve } from "node:path";
import { renderList, renderReaped, renderStays, renderUp } from "../../../cli/renderEphemeral";
import { alluxioctl as runAlluxioctl } from "../../support/terminal";

const project = resolve(__dirname, "../../..");

const alluxioctl = (...args: string[]) => runAlluxioctl(project, ...args);

test("--help says what each verb does, and that all of them reap", async () => {
  const { code, out, err } = await alluxioctl("ephemeral", "--help");
  expect([code, err]).toEqual([0, ""]);
  for (const verb of ["up [options]", "list [options]", "down [options] [name...]", "reap [options]"]) {
    expect(out).toContain(verb);
  }
  expect(out).toContain("Each of these first removes the throw-away clusters whose time is over");
  expect((await alluxioctl("ephemeral", "up", "--help")).out).toMatch(/Pulumi\.dev\.yaml.*"30m"/s);
});

test.each([
  [["ephemeral"], "Usage: alluxioctl ephemeral"],
  [["ephemeral", "lst"], "Did you mean list?"],
  [["ephemeral", "up", "--ttl", "3d"], '"3d" is no time to live: write it like 45m, 2h or 1h30m.'],
  [["ephemeral", "up", "--ttl", "5s"], "a time to live of 5s is too short: from 1m to 24h."],
  [["ephemeral", "up", "--name", "Not_A_Name"], "A name is lower-case letters, digits and hyphens"],
  [["ephemeral", "up", "--stack-file", "nowhere.yaml"], "there is no stack file nowhere.yaml"],
  [["ephemeral", "down"], "name the ephemeral clusters to remove, or say --all"],
  [["ephemeral", "down", "x", "--all"], "name the ephemeral clusters to remove, or say --all"],
  [["ephemeral", "reap", "surplus"], "too many arguments"],
])("%j is refused before anything is looked at, without a trace", async (args, message) => {
  const { code, out, err } = await alluxioctl(...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(message);
  expect(err).not.toMatch(/^\s+at /m);
});

const STATUS = {
  name: "t-1",
  clusterId: "aa",
  expires: "2026-01-01T00:00:00.000Z",
  expiresInSeconds: 5400,
  bound: false,
  containers: 4,
  running: 3,
  webAddress: "http://127.0.0.1:49160",
  mountPoints: ["/mnt/alluxio/t-1-aa/data"],
  folder: null,
};

test("the list, for people", () => {
  const bound = { ...STATUS, name: "t-2", bound: true, webAddress: null, mountPoints: [] };
  expect(renderList([STATUS, bound], { colors: false })).toBe(
    [
      "Name   Containers       Ends in                        Web and REST             Mounts",
      "t-1    3 of 4 running   1 h 30 min                     http://127.0.0.1:49160   /mnt/alluxio/t-1-aa/data",
      "t-2    3 of 4 running   1 h 30 min, or with its test   -                        -",
      "",
    ].join("\n"),
  );
  expect(renderList([], { colors: false })).toBe("There is no ephemeral cluster on this Docker.\n");
});

test("what was removed and what could not be, what would be, and what is up", () => {
  const left = [{ what: "network x", reason: "it has active endpoints" }];
  expect(
    renderReaped([
      { name: "one", reason: "expired 3 min ago", left: [] },
      { name: "two", reason: "asked for", left },
    ]),
  ).toBe(
    "Removed ephemeral cluster one: expired 3 min ago.\n" +
      "Could not remove all of ephemeral cluster two (asked for); the next one tries again:\n" +
      "  network x: it has active endpoints\n",
  );
  const nothing = { containers: [], networks: [], volumes: [], ledgers: [], folders: [] };
  const verdict = (name: string, reap: boolean, reason: string) => ({
    cluster: { ...nothing, ephemeral: { name, expires: 1 }, clusterIds: [] },
    reap,
    reason,
  });
  expect(renderStays([verdict("one", true, "expired 1 s ago"), verdict("two", false, "expires in 1 h")])).toBe(
    "Would remove one: expired 1 s ago.\nWould leave two: expires in 1 h.\n",
  );
  const outputs = {
    clusterId: "aa",
    webAddress: "http://127.0.0.1:1",
    masters: ["master-1:19998"],
    mountPoints: { data: "/mnt/alluxio/t-1-aa/data" },
    network: "t-1-network-aa",
  };
  expect(renderUp({ name: "t-1", seconds: 1790, outputs })).toBe(
    [
      "Ephemeral cluster t-1 is up.",
      "  web and REST  http://127.0.0.1:1",
      "  network       t-1-network-aa: masters at master-1:19998",
      "  mount data    /mnt/alluxio/t-1-aa/data",
      "  ends          in 29 min 50 s, or with: npx alluxioctl ephemeral down t-1",
      "",
    ].join("\n"),
  );
});
