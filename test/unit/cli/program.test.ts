import { resolve } from "node:path";
import { alluxioctl as runAlluxioctl } from "../../support/terminal";

const project = resolve(__dirname, "../../..");

const alluxioctl = (...args: string[]) => runAlluxioctl(project, ...args);

test("--help lists the verbs and the exit codes", async () => {
  const { code, out, err } = await alluxioctl("--help");
  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain("status [options]");
  expect(out).toContain("Exit codes: 0 all is fine, 1 something is wrong, 2 could not look.");
});

test("--version is that of the project", async () => {
  expect(await alluxioctl("--version")).toEqual({ code: 0, out: "0.1.0\n", err: "" });
});

test("the stack is dev by default", async () => {
  expect((await alluxioctl("status", "--help")).out).toContain('(default: "dev")');
});

test.each([
  [[], "Usage: alluxioctl"],
  [["stauts"], "Did you mean status?"],
  [["status", "--jsn"], "unknown option '--jsn'"],
  [["status", "surplus"], "too many arguments"],
  [["status", "--stack"], "argument missing"],
  [["status", "--stack", "../../etc/passwd"], "It is no name of a stack"],
  [["status", "--stack", ""], "It is no name of a stack"],
  [["preflight", "--stack", "dev"], "stack dev has target docker, which has no hosts to look at."],
  [["status", "--stack", "nowhere"], "there is no stack nowhere: Pulumi.nowhere.yaml does not exist. Stacks here: "],
])("%j could not look, says why and prints no trace", async (args, message) => {
  const { code, out, err } = await alluxioctl(...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(message);
  expect(err).not.toMatch(/^\s+at /m);
});
