import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPackages, installPackages, missingPackages } from "../../../scripts/setup/debian";
import { Progress } from "../../../scripts/setup/progress";
import type { Bench } from "../../benchmark";
import { ansibleInventory } from "../../peers/ansible-inventory";
import { must } from "../process";
import type { BareMachines } from "./bareMachines";

/** Of one run of the playbook. */
export interface Played {
  readonly seconds: number;
  /** Tasks that changed something, over all machines. */
  readonly changed: number;
}

/** Debian's packages for the peers of target hosts. @throws with the command that installs them, where it may not be run here */
export async function needPeers(): Promise<void> {
  const packages = missingPackages({ "ansible-playbook": "ansible-core", ssh: "openssh-client" });
  checkPackages(packages, "Measuring against Ansible");
  await installPackages(packages, new Progress());
}

/** The playbook `bench/peers/ansible/site.yml` for the cluster of some machines. */
export class Ansible {
  private readonly inventory: string;
  private readonly playbook: string;
  private readonly env: NodeJS.ProcessEnv;

  constructor(bench: Bench, fleet: BareMachines) {
    const folder = join(bench.project, "bench/peers/ansible");
    this.playbook = join(folder, "site.yml");
    this.inventory = join(bench.folder, "inventory.yml");
    const { user } = fleet.machines.all[0]!;
    const inventory = ansibleInventory(fleet.plan, {
      user,
      keyFile: fleet.machines.keys.file,
      knownHostsFile: fleet.knownHostsFile,
      archive: fleet.archive,
      addressOf: (host) => fleet.machines.get(host).address,
    });
    writeFileSync(this.inventory, inventory);
    // The path of a socket must be short.
    const sockets = mkdtempSync(join(tmpdir(), "ab-"));
    bench.cleanup(() => rmSync(sockets, { recursive: true, force: true }));
    mkdirSync(join(bench.folder, "ansible"));
    this.env = {
      ...process.env,
      ANSIBLE_CONFIG: join(folder, "ansible.cfg"),
      ANSIBLE_HOME: join(bench.folder, "ansible"),
      ANSIBLE_SSH_CONTROL_PATH_DIR: sockets,
      ANSIBLE_NOCOLOR: "1",
      LANG: "C.UTF-8",
    };
  }

  async play(): Promise<Played> {
    const { stdout, seconds } = await must("ansible-playbook", ["-i", this.inventory, this.playbook], {
      env: this.env,
    });
    const changed = [...stdout.matchAll(/^\S+ +: ok=\d+ +changed=(\d+) +unreachable=0 +failed=0 /gm)];
    return { seconds, changed: changed.reduce((sum, [, count]) => sum + Number(count), 0) };
  }

  async version(): Promise<string> {
    const { stdout } = await must("ansible-playbook", ["--version"], { env: this.env });
    return /core ([\d.]+)/.exec(stdout)?.[1] ?? "of unknown version";
  }
}
