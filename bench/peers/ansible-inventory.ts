import type { HostPlan, HostsPlan, ServicePlan } from "../../components/plan/hosts/types";

/** How Ansible and ssh reach the machines, and what is to be registered in the end. */
export interface AnsibleSurroundings {
  readonly user: string;
  readonly keyFile: string;
  readonly knownHostsFile: string;
  /** Of the release, on this machine. */
  readonly archive: string;
  readonly addressOf: (host: string) => string;
}

/** Whatever a JVM's web server says, it is there: some have no page at `/`. */
const ANY_ANSWER = [200, 301, 302, 400, 401, 403, 404, 405];

/**
 * The inventory of `bench/peers/ansible/site.yml` for a plan, as JSON, which is YAML too: every directory, file and unit of
 * each machine as a variable of that host.
 */
export function ansibleInventory({ hosts }: HostsPlan, surroundings: AnsibleSurroundings): string {
  const isMaster = (host: HostPlan): boolean => host.services.some(({ role }) => role === "master");
  const workers = hosts.filter(({ ramdisk }) => ramdisk !== undefined);
  const capacity = workers.reduce((sum, { ramdisk }) => sum + ramdisk!.sizeMiB * 1024 ** 2, 0);
  const inventory = {
    all: {
      vars: {
        ansible_user: surroundings.user,
        ansible_ssh_private_key_file: surroundings.keyFile,
        ansible_ssh_common_args: `-o UserKnownHostsFile=${surroundings.knownHostsFile} -o GlobalKnownHostsFile=/dev/null`,
        any_answer: ANY_ANSWER,
        expected: { workers: workers.length, capacity_bytes: capacity },
      },
      hosts: Object.fromEntries(hosts.map((host) => [host.host, variablesOf(host, surroundings)])),
      children: {
        masters: { hosts: Object.fromEntries(hosts.filter(isMaster).map(({ host }) => [host, {}])) },
      },
    },
  };
  return JSON.stringify(inventory, undefined, 2);
}

function variablesOf(host: HostPlan, { archive, addressOf }: AnsibleSurroundings) {
  const { user, directories, files, lines, release, ramdisk, services, mounts } = host;
  const unit = ({ unit: name, healthPort }: ServicePlan) => ({ unit: name, port: healthPort });
  return {
    ansible_host: addressOf(host.host),
    service_user: user,
    demanded_lines: lines,
    release: { ...release, archive },
    directories,
    configuration: files.map(({ path, owner, group, mode, content }) => ({
      path,
      owner,
      group,
      mode,
      content: raw(content),
    })),
    units: unitFilesOf(host).map(({ path, content }) => ({ path, content: raw(content) })),
    ...(ramdisk === undefined ? {} : { ramdisk: ramdisk.unit }),
    masters: services.filter(({ role }) => role === "master").map(unit),
    services: services.filter(({ role }) => role !== "master").map(unit),
    mounts: mounts.map(({ mountPoint, service }) => ({ ...mountPoint, unit: service.unit })),
  };
}

/** Every file in systemd's folder. */
export const unitFilesOf = ({ ramdisk, services, mounts }: HostPlan): { path: string; content: string }[] =>
  [...(ramdisk ? [ramdisk] : []), ...services, ...mounts.map(({ service }) => service)].map(({ path, content }) => ({
    path,
    content,
  }));

/** A text that Ansible must take as it is, with whatever looks like a template in it. */
const raw = (text: string): string => {
  if (text.includes("{{") || text.includes("{%"))
    throw new Error("a file of the plan looks like a template of Ansible's");
  return text;
};
