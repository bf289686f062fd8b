import type { SshTarget } from "../../components/plan/ssh/target";
import type { Machines } from "./machines";

/** How the machines of a test are reached, as the program hands it to the provider; with limits that a test can wait for. */
export const targetsOf = ({ all, keys }: Machines): SshTarget[] =>
  all.map(({ name, address, port, user, hostKey }) => ({
    host: name,
    address,
    port,
    user,
    authentication: [{ kind: "file", path: keys.file, optional: false }],
    hostKeys: [hostKey],
    hostKeyField: `hosts.addresses.${name}.hostKey`,
    limits: { connectSeconds: 3, keepAliveSeconds: 1, sessions: 8 },
  }));
