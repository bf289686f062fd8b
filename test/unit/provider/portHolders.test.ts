import { parseDisks } from "../../../provider/docker/dockerPreflight";
import { portsInUse } from "../../../provider/docker/portHolders";

const listening = (port: string, inode: string): string =>
  `   0: 0100007F:${port} 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 ${inode} 1 0 100 0 0 10 0`;

test("each port with who has it: another cluster's container, a process, or nobody that can be seen", () => {
  const text = [
    listening("1F90", "111"), // 8080
    listening("1F91", "222"), // 8081
    listening("4E1F", "333"), // 19999
    listening("4E20", "444"), // 20000
    "--- sockets",
    "/proc/7/fd:",
    "lrwx------ 1 root root 64 Nov 22 19:00 3 -> socket:[999]",
    "/proc/812/fd:",
    "lrwx------ 1 www www 64 Nov 22 19:00 6 -> socket:[111]",
    "/proc/813/fd:",
    "lrwx------ 1 www www 64 Nov 22 19:00 6 -> socket:[111]",
    "--- processes",
    "/proc/7/comm:sshd",
    "/proc/812/comm:nginx: worker",
    "/proc/813/comm:nginx: worker",
    "",
  ].join("\n");
  const published = [
    { port: 19999, container: "dev-master-1-3f9c", clusterId: "ours" },
    { port: 20000, container: "web", clusterId: undefined },
  ];
  expect(portsInUse(text, published, "ours")).toEqual([
    { port: 20000, by: "container web" },
    { port: 8080, by: "process nginx: worker (pid 812)" },
    { port: 8081, by: "another process" },
  ]);
});

test("free space: each place with its own, names with spaces too", () => {
  expect(parseDisks("1048576 /var/lib/docker\n2047 /mnt/my data\n", "/var/lib/docker")).toEqual([
    { path: "/var/lib/docker", freeMiB: 1024, dataRoot: true },
    { path: "/mnt/my data", freeMiB: 1, dataRoot: false },
  ]);
});
