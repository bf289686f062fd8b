import type { CommonDemands, HostDemands } from "../demands";
import { refused, warned, type Trouble } from "./finding";
import type { HostSurroundings } from "./surroundings";

/** What `libexec/alluxio-config.sh` of 2.8 and 2.9 lets start. */
const JAVA: readonly number[] = [8, 11];
/** Of it units use `Type=exec`, which an older one takes for a mistake and does not start. */
const OLDEST_SYSTEMD = 240;

/** @example javaMajor("1.8.0_342") // 8 */
export function javaMajor(version: string): number | undefined {
  const [, major, minor] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  if (major === undefined) return undefined;
  return major === "1" && minor !== undefined ? Number(minor) : Number(major);
}

export function checkJava({ java }: CommonDemands, seen: HostSurroundings): Trouble[] {
  if (java === "brought") return [];
  const wanted = JAVA.join(" or ");
  const remedy =
    java === "own"
      ? `install Java ${wanted} there (openjdk-11-jre-headless), or let the cluster bring one (hosts.java)`
      : `install Java ${wanted} there, or name another home (hosts.java.home)`;
  if (seen.java === undefined) {
    const where = java === "own" ? "no java in the PATH of services" : `no bin/java in ${java.home}`;
    return [refused("Java", where, remedy)];
  }
  const { path, version } = seen.java;
  if (version === undefined) return [refused("Java", `${path} does not tell its version, so it does not run`, remedy)];
  const major = javaMajor(version);
  if (major !== undefined && JAVA.includes(major)) return [];
  return [refused("Java", `${path} is Java ${version}; Alluxio runs on ${wanted} alone`, remedy)];
}

const FUSE_OF = {
  2: { program: "fusermount", library: "libfuse.so.2", debian: "fuse", redhat: "fuse fuse-libs" },
  3: { program: "fusermount3", library: "libfuse3.so.3", debian: "fuse3", redhat: "fuse3 fuse3-libs" },
} as const;

/** Only where something is to be mounted. */
export function checkFuse({ libfuse }: CommonDemands, { mountPoints }: HostDemands, seen: HostSurroundings): Trouble[] {
  if (Object.keys(mountPoints).length === 0) return [];
  const { program, library, debian, redhat } = FUSE_OF[libfuse];
  const other = FUSE_OF[libfuse === 2 ? 3 : 2];
  const { device, libraries, programs } = seen.fuse;
  const has = (one: { readonly library: string; readonly program: string }): boolean =>
    libraries.includes(one.library) && programs[one.program] !== undefined;
  const instead = has(other) ? `, or set hosts.libfuse: ${libfuse === 2 ? 3 : 2}, which is there` : "";
  const install = `install libfuse ${libfuse} (Debian, Ubuntu: ${debian}; Red Hat: ${redhat})${instead}`;
  const found = programs[program];
  const lacking = [...(found ? [] : [program]), ...(libraries.includes(library) ? [] : [library])];
  return [
    ...(device === "missing"
      ? [refused("/dev/fuse", "is not there", "`modprobe fuse`, and `fuse` in a file of /etc/modules-load.d")]
      : []),
    ...(device === "denied"
      ? [
          refused(
            "/dev/fuse",
            "may not be opened, not even by root",
            "let the machine use it: a container needs the device",
          ),
        ]
      : []),
    ...(lacking.length > 0 ? [refused("libfuse", `${lacking.join(" and ")} not found`, install)] : []),
    ...(found?.setuid === false
      ? [
          refused(
            "libfuse",
            `${program} is not setuid root, so that the service user cannot mount`,
            `\`chmod u+s $(command -v ${program})\`, or install libfuse ${libfuse} anew`,
          ),
        ]
      : []),
  ];
}

export function checkSystem({ lacking, system }: HostSurroundings): Trouble[] {
  const { systemd } = system;
  const init = systemd === undefined ? "it runs without systemd" : `it runs systemd ${systemd}`;
  return [
    ...(systemd === undefined || systemd < OLDEST_SYSTEMD
      ? [refused("systemd", init, `take a system with systemd ${OLDEST_SYSTEMD} or newer: it supervises the processes`)]
      : []),
    ...(lacking.length > 0 ? [refused("programs", `${lacking.join(", ")} not found`, "install them there")] : []),
  ];
}

export function checkUser({ user }: CommonDemands, seen: HostSurroundings): Trouble[] {
  const { uid, holder } = seen.user;
  if (user.uid === undefined) return [];
  if (uid !== undefined && uid !== user.uid) {
    return [
      refused(
        `user ${user.name}`,
        `has the number ${uid}, and hosts.service.uid is ${user.uid}`,
        `\`usermod -u ${user.uid} ${user.name}\` there, or change hosts.service`,
      ),
    ];
  }
  if (uid === undefined && holder !== undefined && holder !== user.name) {
    return [
      refused(
        `user ${user.name}`,
        `its number ${user.uid} is that of user ${holder} here`,
        "choose another one (hosts.service.uid), the same on all hosts",
      ),
    ];
  }
  return [];
}

/** Files of a shared directory belong to numbers, not to names. */
export function userWarning({ user }: CommonDemands, uids: ReadonlyMap<string, number>, host: string): Trouble[] {
  const own = uids.get(host);
  const others = [...uids].filter(([, uid]) => uid !== own).map(([other, uid]) => `${uid} on ${other}`);
  if (own === undefined || others.length === 0 || user.uid !== undefined) return [];
  return [
    warned(
      `user ${user.name}`,
      `has the number ${own}, and ${others[0]!}: what one host writes into the under storage may be closed to another`,
      "give the user the same number on all hosts (hosts.service.uid)",
    ),
  ];
}
