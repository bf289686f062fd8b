import type { ClusterConfig } from "../../../components/spec/config";

/** The smallest valid spec. */
export const SMALLEST = { workers: [{ name: "small", ramdisk: "1GB" }], underStorage: { volume: {} } };

/** One valid spec a target, together with every field that there is. */
export const VALID: Readonly<Record<"docker" | "hosts" | "kubernetes", ClusterConfig>> = {
  docker: {
    name: "vision",
    target: "docker",
    version: "2.9.6",
    image: "registry.example:5000/alluxio/alluxio:2.9.6",
    masters: { count: 3, journal: { keep: true } },
    workers: [
      { name: "small", count: 2, ramdisk: "512MB" },
      {
        name: "large",
        ramdisk: "62.51GB",
        tiers: [
          { alias: "SSD", path: "/data/ssd", quota: "100GB" },
          { alias: "HDD", path: "/data/hdd", quota: "1TB" },
        ],
      },
    ],
    underStorage: { volume: { keep: true } },
    mounts: [
      { name: "data", contents: "immutable", options: ["ro", "kernel_cache", "attr_timeout=600"] },
      {
        name: "work",
        mountPoint: "/srv/work",
        alluxioPath: "/work",
        workers: ["small-2", "large"],
        shortCircuit: false,
      },
    ],
    dataSets: [{ name: "imagenet" }, { name: "coco", path: "/sets/coco" }],
    proxy: { enabled: true },
    properties: { "alluxio.user.file.writetype.default": "ASYNC_THROUGH" },
    heaps: { master: "1GB", jobMaster: "64MB", worker: "1GB", jobWorker: "256MB", proxy: "256MB", fuse: "1GB" },
    jvmOptions: ["-XX:+UseSerialGC"],
    ports: { published: 28000, masterWeb: 18999 },
    labels: { team: "vision", "example.org/cost-centre": "" },
    docker: { host: "unix:///run/docker.sock" },
    confirm: ["shrink small-1 ramdisk 1GB→512MB @3f9c"],
  },
  hosts: {
    name: "alnair",
    target: "hosts",
    version: "2.8.1",
    masters: { count: 1, hosts: ["v2r2-dfx-8"], journal: { path: "/data/journal" } },
    workers: [
      { name: "gpu", ramdisk: "100GB", hosts: ["blue4", "titan34"], ssh: { user: "gpu", bastion: "jump" } },
      { name: "cpu", count: 1, ramdisk: "62.51GB", hosts: ["v2r2-dfx-8"] },
    ],
    underStorage: { path: "/nfs/data" },
    mounts: [{ name: "fuse2", mountPoint: "/mnt/fuse2", workers: ["gpu", "v2r2-dfx-8"] }],
    dataSets: [{ name: "coco", source: "/nfs/coco" }],
    hosts: {
      user: "alluxio",
      port: 2222,
      key: "~/.ssh/cluster",
      agent: false,
      credentials: { passphrase: "sshPassphrase" },
      sshConfig: "none",
      timeouts: { connect: 5, keepAlive: 3 },
      sessions: 4,
      addresses: {
        blue4: {
          address: "10.0.0.4",
          hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ",
          credentials: { privateKey: "blueKey" },
          bastion: "none",
        },
      },
      bastions: {
        jump: { address: "jump.example.org", user: "me", hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ\n" },
      },
      prefix: "/srv/alluxio",
      release: {
        file: "~/alluxio-2.8.1-bin.tar.gz",
        sha256: "5cf36642b3c810e697378461dacea82b9a5b88dd49e4fca3895e490fc4846d63",
      },
      java: { url: "https://example.org/jre-11.tar.gz", sha256: "0".repeat(64) },
      service: { user: "tachyon", group: "research", uid: 1200, gid: 1300 },
      libfuse: 2,
    },
  },
  kubernetes: {
    target: "kubernetes",
    masters: { count: 3 },
    workers: [{ name: "node", count: 5, ramdisk: "10GiB" }],
    underStorage: {
      uri: "abfs://container@account.dfs.core.windows.net/data",
      credentials: { "fs.azure.account.key.account.dfs.core.windows.net": "ufsKey" },
      options: { "alluxio.underfs.object.store.streaming.upload.enabled": "true" },
    },
    kubernetes: { context: "prod", namespace: "alluxio", storageClass: "fast-ssd" },
  },
};
