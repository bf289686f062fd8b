import type { BastionConfig, HostConfig } from "../../../components/spec/config";
import type { Cluster, Reach } from "../cluster";
import type { Origin, Part } from "../part";

const SSH_PORT = 22;
const LAST_RESORT_USER = "root";

/** How the hosts are reached: what is not said here stands in ~/.ssh/config, as it did for adopt. */
export function connectionsPart({ machines, options }: Cluster): Part {
  const { user, reached, bastions } = options;
  const addresses = Object.fromEntries(
    machines.flatMap(({ name, asked }): [string, HostConfig][] => {
      const reach = reached[asked];
      return reach === undefined
        ? []
        : [[name, { ...(name === asked ? {} : otherName(reach, user)), ...keysOf(reach) }]];
    }),
  );
  const between = Object.fromEntries(
    Object.entries(bastions).map(([name, reach]): [string, BastionConfig] => [name, keysOf(reach)]),
  );
  const origins: Origin[] = [
    { path: ["hosts", "addresses"], text: "host keys as known_hosts has them" },
    ...(user === undefined ? [] : [{ path: ["hosts", "user"], text: "--user" }]),
  ];
  return {
    config: {
      hosts: {
        ...(user === undefined ? {} : { user }),
        addresses,
        ...(Object.keys(between).length > 0 ? { bastions: between } : {}),
        prefix: options.prefix,
      },
    },
    origins,
    notes: [],
  };
}

/** ~/.ssh/config does not know the host by this name, so all that it said of the other one is written down. */
const otherName = ({ address, port, user }: Reach, wanted: string | undefined): HostConfig => ({
  address,
  ...(port === SSH_PORT ? {} : { port }),
  ...(user === (wanted ?? LAST_RESORT_USER) ? {} : { user }),
});

const keysOf = ({ hostKeys }: Reach): HostConfig => (hostKeys.length > 0 ? { hostKey: hostKeys.join("\n") } : {});
