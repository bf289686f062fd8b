import { consequencesOf } from "../../../components/plan/consequences";
import { keepsCredentials } from "../../../components/plan/credentials";
import { planCluster } from "../../../components/plan/planCluster";
import { joiningMaster } from "../../../components/plan/quorum";
import type { ClusterConfig } from "../../../components/spec/config";
import { RICH, specOf } from "../../support/specs";

const uri = "s3://bucket/x";
const WITHOUT: ClusterConfig = { ...RICH, underStorage: { uri } };
const WITH: ClusterConfig = { ...RICH, underStorage: { uri, credentials: { "s3a.secretKey": "ufsSecretKey" } } };
const planOf = (config: ClusterConfig) => planCluster(specOf(config));

test("the plan says who reads credentials, and holds neither them nor their names", () => {
  const plan = planOf(WITH);
  expect(JSON.stringify(plan)).not.toMatch(/s3a|ufsSecretKey/);
  expect(plan.volumes.filter(({ kind }) => kind === "credentials")).toEqual([
    { name: "credentials", kind: "credentials", keep: false },
  ]);
  const reading = plan.processes.filter(({ volumes }) => volumes.some(({ source }) => source === "credentials"));
  expect(reading.map(({ name }) => name)).toEqual(["master-1", "master-2", "master-3"]);
  expect(reading[1]!.jvmOptions).toContain(
    "-Dalluxio.site.conf.dir=/opt/alluxio/credentials/master-2/,/opt/alluxio/conf/",
  );
  expect([...new Set(plan.processes.filter(keepsCredentials).map(({ role }) => role))]).toEqual([
    "master",
    "worker",
    "job-worker",
  ]);
});

test("to add or drop them restarts who reads or keeps them, and loses nothing", () => {
  for (const [before, after] of [
    [WITHOUT, WITH],
    [WITH, WITHOUT],
  ] as const) {
    const found = consequencesOf(planOf(before), planOf(after));
    expect(found.map(({ change, mustConfirm }) => [change, mustConfirm])).toEqual(
      planOf(WITH)
        .processes.filter(keepsCredentials)
        .map(({ name }) => [`restart ${name}`, false]),
    );
  }
});

test("a master that joins knows no later one, though the file beside the credentials does", () => {
  const addresses = "-Dalluxio.master.embedded.journal.addresses=";
  const joining = joiningMaster(planOf(WITH), 1);
  expect(joining.jvmOptions.at(-1)).toBe(`${addresses}master-1:19200,master-2:19200`);
  expect(joiningMaster(planOf(WITHOUT), 1).jvmOptions.join(" ")).not.toContain(addresses);
});

test("other targets have ways of their own", () => {
  const plan = planOf({
    ...WITH,
    target: "kubernetes",
    workers: [{ name: "a", ramdisk: "1GB" }],
    mounts: [],
    dataSets: [],
  });
  expect(JSON.stringify(plan)).not.toContain("/opt/alluxio/credentials");
});
