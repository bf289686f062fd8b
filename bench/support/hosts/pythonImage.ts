import { join } from "node:path";
import { hashOf } from "../../../scripts/setup/cache";
import { buildImage, imageId, proxies, rootsFiles, tarOf } from "../../../scripts/setup/docker-build";
import { dockerClient, dockerHost } from "../../../scripts/setup/docker-endpoint";
import { machineImage } from "../../../test/support/machines";

const FILE = "Dockerfile";

/** The image of machines that Ansible can work on, built where it is not there yet. @returns its tag */
export async function pythonMachineImage(project: string): Promise<string> {
  const base = await machineImage();
  const source = join(project, "bench/peers/ansible/machine");
  const tag = `alluxio-machine-python:${hashOf([join(source, FILE)], { base })}`;
  const docker = dockerClient(dockerHost(process.env));
  if ((await imageId(docker, tag)) === undefined) {
    await buildImage(docker, tarOf(rootsFiles(source, [FILE])), {
      t: tag,
      buildargs: { BASE: base, ...proxies(process.env) },
      networkmode: "host", // as the image below it: a proxy may listen on this machine alone
    });
  }
  return tag;
}
