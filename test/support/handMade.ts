import { DEFAULT_VERSION } from "../../scripts/setup/stack-config";
import type { Machine } from "./machine";
import type { Machines } from "./machines";
import { lines, until } from "./process";
import { packedTarball } from "./tarball";

export const USER = "nikunj";
const UID = 1500;
export const HOME = `/home/${USER}/alluxio-${DEFAULT_VERSION}`;
/** A file server, whose folders are the root under storage and what is mounted into Alluxio beside it. */
export const NFS = "/nfs";
export const ROOT = `${NFS}/alluxio`;
export const SETS = `${NFS}/sets`;
export const MOUNT = "/mnt/fuse2";
const START_SECONDS = 120;
const JOURNAL_TYPE = { EMBEDDED: "", UFS: "alluxio.master.journal.type=UFS\n" };

export type HandMadeJournal = keyof typeof JOURNAL_TYPE;

/**
 * As a release has it, and the tarball of set-up has not: ends the servers of the user, here or on every host of conf, workers
 * before the masters that they still ask, and by force what does not end. It leaves mounts as they are.
 */
const STOP = `#!/bin/bash
# alluxio-stop.sh local|workers|masters|all
set -u
home=$(dirname "$(dirname "$(readlink -f "$0")")")
stop() {
  servers="alluxio[.]($1)[.]Alluxio"
  pkill -u "$(id -u)" -f "$servers"
  for i in $(seq 120); do pgrep -u "$(id -u)" -f "$servers" >/dev/null || return 0; sleep 1; done
  pkill -KILL -u "$(id -u)" -f "$servers"
}
each() { grep -v '^#' "$home/conf/$1" | xargs -I {} ssh -n {} "$home/bin/alluxio-stop.sh $1"; }
case $1 in
  local) stop 'worker|proxy' && stop master ;;
  workers) stop 'worker|proxy' ;;
  masters) stop master ;;
  all) each workers && each masters ;;
esac
`;
const ENVIRONMENT = `export ALLUXIO_JAVA_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
ALLUXIO_MASTER_JAVA_OPTS="-Xmx192m"
ALLUXIO_JOB_MASTER_JAVA_OPTS="-Xmx96m"
ALLUXIO_WORKER_JAVA_OPTS="-Xmx96m -XX:MaxDirectMemorySize=128m"
ALLUXIO_JOB_WORKER_JAVA_OPTS="-Xmx96m"
ALLUXIO_FUSE_JAVA_OPTS="-Xmx96m -XX:MaxDirectMemorySize=128m"
`;

/**
 * A cluster as the wiki page makes it: a tarball unpacked in somebody's home, one configuration for all, a ramfs, servers that
 * a shell has started, FUSE mounted by a loop. The first machine has the master, all have a worker and the mount.
 */
export class HandMade {
  private constructor(
    readonly machines: readonly Machine[],
    readonly master: Machine,
  ) {}

  static async start({ all }: Machines, journal: HandMadeJournal, site = ""): Promise<HandMade> {
    const cluster = new HandMade(all, all[0]!);
    const { path } = await packedTarball(DEFAULT_VERSION);
    await Promise.all(all.map((machine) => cluster.unpack(machine, path, `${JOURNAL_TYPE[journal]}${site}`)));
    await cluster.befriend();
    await cluster.command("bin/alluxio formatMaster");
    await cluster.servers();
    await Promise.all(all.map((machine) => cluster.fuse(machine)));
    return cluster;
  }

  /** Runs a line of the shell in Alluxio's directory on the first machine, as the user whose cluster it is. */
  command(line: string, machine = this.master, ...args: string[]): Promise<string> {
    return machine.exec(
      `runuser -u ${USER} -- env LANG=C.UTF-8 bash -c "$@"`,
      `cd ${HOME} && ${line}`,
      "bash",
      ...args,
    );
  }

  /** Starts every server, as `alluxio-start.sh all` does. */
  async servers(): Promise<void> {
    const answers = `curl -s -m 3 http://127.0.0.1:19999/api/v1/master/info`;
    const info = async (): Promise<string> => (await this.master.tryExec(answers)).stdout;
    await this.background("bin/launch-process master", this.master);
    await until("the master serves", START_SECONDS, async () => (await info()).includes('"rpcAddress"'));
    await this.background("bin/launch-process job_master", this.master);
    // A job worker that finds none yet ends.
    await until("the job master serves", START_SECONDS, async () => {
      const { code } = await this.master.tryExec(`runuser -u ${USER} -- ${HOME}/bin/alluxio job ls`);
      return code === 0;
    });
    for (const machine of this.machines) {
      await this.background("bin/launch-process worker", machine);
      await this.background("bin/launch-process job_worker", machine);
    }
    await until("all workers are registered", START_SECONDS, async () => {
      const { workers = [] } = JSON.parse(await info()) as { workers?: unknown[] };
      return workers.length === this.machines.length;
    });
    for (const machine of this.machines) {
      const serves = "curl -s -o /dev/null -m 3 http://127.0.0.1:30003/";
      const answered = async (): Promise<boolean> => (await machine.tryExec(serves)).code === 0;
      await until(`the job worker of ${machine.name} serves`, START_SECONDS, answered);
    }
  }

  async fuse(machine: Machine): Promise<void> {
    await this.background(
      `integration/fuse/bin/alluxio-fuse mount -n -o allow_other,nonempty,attr_timeout=60 ${MOUNT} /`,
      machine,
    );
    await until(`${machine.name} has mounted`, START_SECONDS, async () =>
      (await machine.exec("cat /proc/self/mountinfo")).includes("fuse.alluxio-fuse"),
    );
  }

  private async background(command: string, machine: Machine): Promise<void> {
    await machine.exec(
      `setsid runuser -u ${USER} -- env LANG=C.UTF-8 sh -c 'cd ${HOME} && exec ${command}' </dev/null >>/var/log/by-hand.log 2>&1 &`,
    );
  }

  private async unpack(machine: Machine, tarball: string, site: string): Promise<void> {
    await machine.put(tarball, "/tmp/alluxio.tar.gz");
    const files = {
      "conf/alluxio-site.properties": `# by hand\nalluxio.master.hostname=${this.master.name}\nalluxio.master.mount.table.root.ufs=${ROOT}\nalluxio.worker.ramdisk.size=64MB\n${site}`,
      "conf/alluxio-env.sh": ENVIRONMENT,
      "conf/masters": `${this.master.name}\n`,
      "conf/workers": `# all\n${this.machines.map(({ name }) => `${name}\n`).join("")}`,
      "bin/alluxio-stop.sh": STOP,
    };
    const encoded = Object.entries(files).flatMap(([name, text]) => [name, Buffer.from(text).toString("base64")]);
    await machine.exec(
      `set -e
      useradd --create-home --uid ${UID} --shell /bin/bash ${USER}
      tar -xzf /tmp/alluxio.tar.gz -C /home/${USER} && rm /tmp/alluxio.tar.gz
      cd ${HOME}
      while [ $# -gt 0 ]; do printf %s "$2" | base64 -d >"$1"; shift 2; done
      chmod 755 bin/alluxio-stop.sh
      chown -R ${USER}: /home/${USER}
      mkdir -p /mnt/ramdisk ${MOUNT} ${ROOT} ${SETS}
      mount -t ramfs -o size=64m ramfs /mnt/ramdisk && chmod a+w /mnt/ramdisk
      chown ${USER}: ${MOUNT} ${ROOT} ${SETS}
      echo user_allow_other >>/etc/fuse.conf`,
      ...encoded,
    );
  }

  /** The user logs in from the master to every host, as Alluxio's scripts do. */
  private async befriend(): Promise<void> {
    const folder = `/home/${USER}/.ssh`;
    const key = await this.master.exec(
      `install -d -m 700 -o ${USER} -g ${USER} ${folder} && runuser -u ${USER} -- ssh-keygen -q -t ed25519 -N '' -f ${folder}/id_ed25519 </dev/null
      cat ${folder}/id_ed25519.pub`,
    );
    const hosts = this.machines.map(({ name, hostKey }) => `${name} ${hostKey}\n`).join("");
    for (const machine of this.machines) {
      await machine.exec(
        `install -d -m 700 -o ${USER} -g ${USER} ${folder} && cd ${folder}
        printf '%s\\n' "$1" >authorized_keys && printf %s "$2" >known_hosts && chown ${USER}: *`,
        lines(key).at(-1)!,
        hosts,
      );
    }
  }
}

/** What an act of ours could have changed on a machine; what a running cluster writes by itself is left out. */
export const traces = (machine: Machine): Promise<string> =>
  machine.exec(`find /etc /opt /home /mnt /srv /tmp /root /usr/local /var/lib /run/sudo ${NFS} -xdev \\
      -not -path '*/journal/*' -not -path '*/logs/*' -not -path '*/metastore*' -not -path '/tmp/hsperf*' \\
      -not -path '/tmp/liblog*' -printf '%p %y %m %u:%g %s %T@ %l\\n' 2>/dev/null | sort
    find ${HOME}/logs/user
    cut -d ' ' -f 5- /proc/self/mountinfo | grep -v '^/run/user/' | sort
    pgrep -f alluxio[.] | xargs -n 1 -I {} cut -d ' ' -f 1,22 /proc/{}/stat | sort
    systemctl list-unit-files --state=enabled --no-legend`);
