import type { Layout } from "./layout";
import type { Storage } from "./storage";
import { pathWord } from "./systemd/quoting";
import type { Setting } from "./systemd/unit";

/** Private in a sandbox, unless the process keeps something of the machine there. */
const TEMPORARY = ["/tmp", "/var/tmp"];

/**
 * What a process without a mount of its own cannot do: gain rights, write anywhere but to its storage, load modules, see
 * devices. A compromised one is still kept from what it never needs.
 *
 * A directory that is mounted into Alluxio by hand (`alluxio fs mount`) is read-only, unless the spec names it as the
 * source of a data set.
 *
 * @param named further directories that it may write to
 */
export function sandbox({ own, shared }: Storage, named: readonly string[], { work, logs }: Layout): Setting[] {
  const outside = [...own, ...shared, ...named];
  const isTemporary = (path: string): boolean => TEMPORARY.some((one) => path === one || path.startsWith(`${one}/`));
  return [
    ["NoNewPrivileges", "yes"],
    ["CapabilityBoundingSet", ""],
    ["ProtectSystem", "strict"],
    ["ProtectHome", "read-only"],
    // What others keep may be absent: Alluxio says it better than a unit that fails to set up its sandbox.
    [
      "ReadWritePaths",
      [work, logs, ...own, ...[...shared, ...named].map((path) => `-${path}`)].map(pathWord).join(" "),
    ],
    // Short circuit goes by the files of the ramdisk, not by a socket in /tmp.
    ...(outside.some(isTemporary) ? [] : [["PrivateTmp", "yes"] as const]),
    ["PrivateDevices", "yes"],
    ["ProtectControlGroups", "yes"],
    ["ProtectKernelModules", "yes"],
    ["ProtectKernelTunables", "yes"],
    ["RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK"],
    ["RestrictNamespaces", "yes"],
    ["RestrictRealtime", "yes"],
    ["RestrictSUIDSGID", "yes"],
    ["LockPersonality", "yes"],
    ["SystemCallArchitectures", "native"],
  ];
}
