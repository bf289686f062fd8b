import { spawn } from "node:child_process";
import { once } from "node:events";
import { isThere, statOf } from "../../../operations/processes";

test("this process is there, and one whose id nobody has is not", () => {
  expect([isThere(process.pid), isThere(2 ** 22 + 1)]).toEqual([true, false]);
});

test("a process that has ended is gone, also while its parent has not asked yet how", async () => {
  // After exec the parent is a program that never asks.
  const parent = spawn("sh", ["-c", "sleep 0.3 & echo $!; exec sleep 30"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [printed] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(printed.toString());
    for (let looks = 0; looks < 100 && statOf(pid)?.state !== "Z"; looks++)
      await new Promise((done) => setTimeout(done, 20));
    expect([statOf(pid)?.state, process.kill(pid, 0), isThere(pid)]).toEqual(["Z", true, false]);
  } finally {
    parent.kill("SIGKILL");
  }
});
