import { sshContract } from "../support/ssh/contract";
import { startSsh } from "../support/ssh/start";

sshContract(startSsh);
