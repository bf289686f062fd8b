import { planCluster } from "../../components/plan/planCluster";
import { dockerDrift } from "../../provider/docker/dockerDrift";
import { preflight } from "../../provider/resources/preflight";
import { DockerTransport } from "../../provider/transports/docker";
import { must, run } from "../support/process";
import { SMALL, specOf } from "../support/specs";

test("a tag that stands for another image: both are shown, it is given back, and the other keeps a name", async () => {
  const tag = `alluxio-test-drift-${process.pid}:mine`;
  const made: string[] = [];
  // Images of nothing but a file each.
  const build = async (content: string): Promise<string> => {
    const { stdout } = await run("docker", ["build", "--quiet", "--tag", tag, "-"], {
      input: `FROM scratch\nLABEL alluxio.test=${content}\n`,
    });
    made.push(stdout.trim());
    return stdout.trim();
  };
  try {
    const [ours, other] = [await build(`ours-${process.pid}`), await build(`other-${process.pid}`)];
    const kind = preflight(
      { gather: async () => ({ memoryMiB: 1_000_000, portsInUse: [], mountPointsInUse: [], disks: [] }) },
      dockerDrift(new DockerTransport(), { now: () => Date.now(), sleep: async () => undefined }),
    );
    const inputs = {
      plan: planCluster(specOf(SMALL)),
      clusterId: "0123456789abcdef",
      image: ours,
      tags: { [tag]: ours },
    };
    const said: string[] = [];
    const rest = {
      id: "p",
      timeoutSeconds: 0,
      progress: { status: () => undefined, info: (text: string) => void said.push(text), warn: () => undefined },
    };
    const state = (await kind.read({ state: inputs, inputs, ...rest }))!;
    expect([state.tags, kind.diff({ state, oldInputs: inputs, news: inputs })]).toEqual([
      { [tag]: other },
      [{ path: `tags["${tag}"]`, kind: "update" }],
    ]);
    await kind.update({ state, news: inputs, ...rest });
    const kept = `${tag}-${other.slice(7, 19)}`;
    const idOf = (name: string): Promise<string> => must("docker", "image", "inspect", "--format", "{{.Id}}", name);
    expect([await idOf(tag), await idOf(kept)]).toEqual([ours, other]);
    expect(said).toEqual([
      `tag ${tag} stands for ${ours} again, which this cluster runs; the image that had taken it, ${other}, keeps the name ${kept}`,
    ]);
    await must("docker", "rmi", tag);
    expect((await kind.read({ state: inputs, inputs, ...rest }))!.tags).toEqual({ [tag]: "none" });
  } finally {
    for (const image of made) await run("docker", ["rmi", "--force", image]);
  }
}, 60_000);
