import type { Role } from "./types";

/** The variable that carries a role's JVM options in Alluxio's scripts. */
export const JVM_VARIABLE: Readonly<Record<Role, string>> = {
  master: "ALLUXIO_MASTER_JAVA_OPTS",
  "job-master": "ALLUXIO_JOB_MASTER_JAVA_OPTS",
  worker: "ALLUXIO_WORKER_JAVA_OPTS",
  "job-worker": "ALLUXIO_JOB_WORKER_JAVA_OPTS",
  proxy: "ALLUXIO_PROXY_JAVA_OPTS",
  fuse: "ALLUXIO_FUSE_JAVA_OPTS",
};
