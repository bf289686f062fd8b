import { must, PROJECT } from "./process";

/** The image of another version of Alluxio, for the stacks of tests: they choose as stack dev does. */
export const setUpVersion = (version: string): Promise<string> =>
  must(process.execPath, `${PROJECT}/scripts/bootstrap.cjs`, "setup", "--stack", "dev", "--version", version);
