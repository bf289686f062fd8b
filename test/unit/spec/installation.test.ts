import { parseSpec } from "../../../components/spec/parse";
import type { ClusterConfig, FuseMountConfig, HostsConfig } from "../../../components/spec/config";
import { officialRelease, RELEASED_VERSIONS } from "../../../components/spec/versions";
import { SEED_PAGE } from "../../support/hosts";

const found = (more: Partial<ClusterConfig>): string[] =>
  (parseSpec({ ...SEED_PAGE, hosts: {}, ...more }, { stack: "dev" }).problems ?? []).map(
    ({ rule, path }) => `${rule} ${path}`,
  );
const withHosts = (hosts: HostsConfig): string[] => found({ hosts });

test("of which versions the official tarball is known", () => {
  expect(RELEASED_VERSIONS.filter((version) => !officialRelease(version))).toEqual(["2.9.0", "2.9.6"]);
  for (const version of RELEASED_VERSIONS) {
    const release = officialRelease(version);
    if (release) expect(release.sha256).toMatch(/^[0-9a-f]{64}$/);
  }
  expect(found({ version: "2.9.6" })).toEqual(["installation.release-unknown hosts.release"]);
  expect(found({ version: "2.9.6", hosts: { release: { file: "~/a.tgz", sha256: "a".repeat(64) } } })).toEqual([]);
  expect(found({ version: "2.9.7" })).toEqual(["version.supported version"]);
});

test.each<[string, HostsConfig, string[]]>([
  ["a file of this machine", { release: { file: "/srv/a.tgz", sha256: "a".repeat(64) } }, []],
  ["a URL with a port", { release: { url: "http://mirror:8080/a.tgz", sha256: "a".repeat(64) } }, []],
  ["Java that the hosts have", { java: { home: "/usr/lib/jvm/java-11" } }, []],
  [
    "Java that is there and loaded",
    { java: { home: "/j", url: "https://e.org/j", sha256: "a".repeat(64) } },
    ["installation.source hosts.java"],
  ],
  ["Java by a path that is not absolute", { java: { home: "java-11" } }, ["paths.absolute hosts.java.home"]],
  [
    "a signed URL",
    { release: { url: "https://e.org/a?sig=abc", sha256: "a".repeat(64) } },
    ["installation.url hosts.release.url"],
  ],
  [
    "a URL with a line end",
    { release: { url: "https://e.org/a\nb", sha256: "a".repeat(64) } },
    ["installation.url hosts.release.url"],
  ],
  ["a prefix with a space", { prefix: "/opt/my alluxio" }, ["paths.characters hosts.prefix"]],
  ["a prefix of the system", { prefix: "/usr/alluxio" }, ["paths.system hosts.prefix"]],
  ["a user with a dollar", { service: { user: "alluxio$" } }, ["installation.user hosts.service.user"]],
  ["numbers that exist", { service: { uid: 1000, gid: 4_294_967_294 } }, []],
])("%s", (_, hosts, problems) => {
  expect(withHosts(hosts)).toEqual(problems);
});

describe("mount points that Alluxio's script would take for one another", () => {
  const mountsAt = (...paths: (string | FuseMountConfig)[]): string[] =>
    found({
      mounts: paths.map((path, i) =>
        typeof path === "string" ? { name: `m${"abc".charAt(i)}`, mountPoint: path } : path,
      ),
    });
  const REFUSED = ["directories.alike mounts[1].mountPoint"];

  test.each([
    ["/mnt/fuse2", "/mnt/fuse3", []],
    ["/mnt/fuse", "/mnt/fuse2", []],
    ["/mnt/fuse_a", "/mnt/fuse_b", []],
    ["/mnt/fuse", "/mnt/fuse-b", REFUSED],
    ["/mnt/fuse-b", "/mnt/fuse", REFUSED],
    ["/mnt/fuse", "/mnt/fuse.old", REFUSED],
    ["/mnt/f.se", "/mnt/fuse", REFUSED],
    ["/a+b", "/x/a+b", []],
    ["/a+b", "/x-/a+b/c", REFUSED],
    ["/mnt/fuse", "/mnt/fuse/b", ["mounts.nested mounts[1].mountPoint"]],
  ])("%s and %s", (one, other, problems) => {
    expect(mountsAt(one, other)).toEqual(problems);
  });

  test("only where one host has both", () => {
    const data = { name: "data", workers: ["large"] };
    expect(mountsAt(data, { name: "data-2", workers: ["small"] })).toEqual([]);
    expect(mountsAt(data, { name: "data-2", workers: ["small", "blue4"] })).toEqual(REFUSED);
  });

  test("only on hosts", () => {
    const docker: ClusterConfig = {
      workers: [{ name: "a", ramdisk: "1GB" }],
      underStorage: { volume: {} },
      mounts: [{ name: "data" }, { name: "data-2" }],
    };
    expect(parseSpec(docker, { stack: "dev" }).problems).toBeUndefined();
  });
});

test("the directory that a release works in is the program's, on hosts alone", () => {
  const properties = { "alluxio.work.dir": "/w" };
  expect(found({ properties })).toEqual(['properties.decided properties["alluxio.work.dir"]']);
  const docker: ClusterConfig = { workers: [{ name: "a", ramdisk: "1GB" }], underStorage: { volume: {} }, properties };
  expect(parseSpec(docker, { stack: "dev" }).problems).toBeUndefined();
});

test("each mount has a web port where machines share theirs", () => {
  const mounts = [{ name: "a" }, { name: "b" }, { name: "c" }];
  expect(found({ mounts, ports: { fuseWeb: 29997 } })).toEqual(["ports.fuse ports.fuseWeb"]);
  expect(found({ mounts, ports: { fuseWeb: 29996 } })).toEqual([]);
  // No proxy, no port of it.
  expect(found({ mounts, ports: { fuseWeb: 39998 } })).toEqual([]);
  expect(found({ mounts, ports: { fuseWeb: 39998 }, proxy: { enabled: true } })).toEqual(["ports.fuse ports.fuseWeb"]);
});
