import { askLeader, askMaster, parseMaster } from "../../../provider/probes/leader";
import { UserError } from "../../../provider/rpc/resource";

/** As Alluxio 2.9.4 answers, in the fields that are read. */
const worker = {
  state: "ACTIVE",
  address: { host: "small-1", dataPort: 29999, webPort: 30000, domainSocketPath: "", rpcPort: 29999 },
  version: "2.9.4",
  blockCount: 4,
  capacityBytes: 268435456,
  lastContactSec: 0,
  usedBytes: 67378864,
};
const answer = (host: string, masterRole: string | null, workers: object[] = [], lostWorkers: object[] = []) =>
  [
    JSON.stringify({ masterNodeAddress: `${host}:19998`, leaderId: "master-3_19200", masterRole }),
    JSON.stringify({ version: "2.9.4", rpcAddress: `${host}:19998`, workers, lostWorkers }),
  ].join("\n");

const ok = (stdout: string) => ({ code: 0, stdout, stderr: "" });
const transport = (answers: Record<string, string | Error>) => ({
  run: async (container: string) => {
    const said = answers[container] ?? "";
    if (said instanceof Error) throw said;
    return ok(said);
  },
});

test("the leader, its workers and those that it has lost", () => {
  const lost = { ...worker, address: { ...worker.address, host: "large-1" }, state: "LOST" };
  expect(parseMaster("m", answer("master-1", "LEADER", [worker], [lost]))).toEqual({
    master: "m",
    role: "leader",
    rpcAddress: "master-1:19998",
    version: "2.9.4",
    workers: [
      {
        host: "small-1",
        rpcPort: 29999,
        webPort: 30000,
        lastContactSeconds: 0,
        capacityBytes: 268435456,
        usedBytes: 67378864,
        version: "2.9.4",
        state: "ACTIVE",
      },
    ],
    lostWorkers: [expect.objectContaining({ host: "large-1", state: "LOST" })],
  });
});

test("a standby answers like a leader: only its role tells", () => {
  expect(parseMaster("m", answer("master-1", "FOLLOWER", [worker]))).toMatchObject({ role: "standby" });
  expect(parseMaster("m", answer("master-1", "CANDIDATE"))).toMatchObject({ role: "standby" });
});

test.each(["", "\n", "curl: (7)", '{"statusCode":"INTERNAL"}\n{"statusCode":"INTERNAL"}', "null\nnull", "[]\n[]"])(
  "%p is no master's answer",
  (text) => {
    expect(parseMaster("m", text)).toBeUndefined();
  },
);

test("the leader is found wherever it is", async () => {
  const three = transport({
    a: answer("master-1", "FOLLOWER", [worker]),
    b: new UserError("paused"),
    c: answer("master-3", "LEADER"),
  });
  expect(await askLeader(three, ["a", "b", "c"], 19999)).toMatchObject({ master: "c", workers: [] });
});

test("standbys alone are no leader; masters that cannot be asked are an error", async () => {
  expect(await askLeader(transport({ a: answer("master-1", "FOLLOWER") }), ["a"], 19999)).toBeUndefined();
  expect(await askLeader(transport({ a: "", b: new UserError("paused") }), ["a", "b"], 19999)).toBeUndefined();
  await expect(askLeader(transport({ a: new UserError("paused") }), ["a"], 19999)).rejects.toThrow(
    "no master can be asked: a: paused",
  );
});

test("a master whose JVM does not answer", async () => {
  expect(await askMaster(transport({}), "a", 19999)).toBeUndefined();
});
