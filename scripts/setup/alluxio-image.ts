import type Docker from "dockerode";
import { BUILDABLE } from "./alluxio-jars";
import { imageChoice, withImage } from "./choices";
import type { ImageChoice } from "./choices";
import type { Context, Work } from "./context";
import { checkPackages, installPackages } from "./debian";
import { checkLocal, dockerClient, dockerHost } from "./docker-endpoint";
import { SetupProblem } from "./problem";
import { SandboxImage } from "./sandbox-image";
import { readCluster, wantedImage } from "./stack-config";
import type { WantedImage } from "./stack-config";
import { imagesInState } from "./state-images";

/** A registry that has not begun to answer by then will not; a pull that has begun may pause for so long. */
const FIRST_ANSWER_SECONDS = 15;
const PAUSE_SECONDS = 120;
const NO_ANSWER = "no answer from the registry";

/** Where a stack's Alluxio image comes from; run it only once Docker answers. */
export class AlluxioImage {
  readonly wanted: WantedImage;
  private readonly docker: Docker;
  private readonly sandbox: SandboxImage;

  constructor(private readonly context: Context) {
    const cluster = readCluster(context.places.project, context.stack);
    this.wanted = wantedImage(cluster, context.version);
    this.docker = dockerClient(dockerHost(context.env));
    this.sandbox = new SandboxImage(context, this.docker, this.wanted.version);
  }

  private get canBuild(): boolean {
    return this.wanted.isDefault && BUILDABLE.includes(this.wanted.version);
  }

  get chosen(): ImageChoice | undefined {
    return imageChoice(this.context.choices.current, this.context.stack, this.wanted.key);
  }

  /** @param dockerAnswers false while Docker is still to be installed: then nothing can be there yet */
  async work(dockerAnswers: boolean): Promise<Work[]> {
    if (dockerAnswers && (await this.isReady())) return [];
    if (this.canBuild) checkPackages(this.sandbox.packages, "Building the Alluxio image here");
    return [
      {
        name: `Alluxio image ${this.wanted.ref}`,
        how: this.canBuild ? "pulled; where that is not possible, built here" : "pulled",
        seconds: this.canBuild ? this.sandbox.seconds : 60,
        run: () => this.provide(),
      },
    ];
  }

  /** Already chosen and still there; or there all along, which makes it the choice. */
  private async isReady(): Promise<boolean> {
    if (this.chosen) return (await this.inspect(this.chosen.id)) !== undefined;
    const found = (await this.fromState()) ?? (await this.local(this.wanted.ref, "pulled"));
    if (found) this.choose(found);
    return found !== undefined;
  }

  private async provide(): Promise<void> {
    const before = this.chosen;
    const progress = this.context.progress;
    if (before)
      progress.note(
        `The image chosen for stack ${this.context.stack}, ${before.id.slice(0, 19)}…, is gone from Docker.`,
      );
    if (before?.source !== "built") {
      const reason = await this.pull();
      if (reason === undefined) return this.chooseLocal(this.wanted.ref, "pulled");
      if (!this.canBuild) throw new SetupProblem(this.cannot(reason));
      progress.note(`${this.wanted.ref} cannot be pulled (${reason}): the image is built here (docs/offline.md).`);
    }
    await this.build();
  }

  private async build(): Promise<void> {
    if (await this.inspect(this.sandbox.tag)) return this.chooseLocal(this.sandbox.tag, "built");
    checkLocal(this.context.env, "The Alluxio image");
    await installPackages(this.sandbox.packages, this.context.progress);
    await this.sandbox.build();
    await this.chooseLocal(this.sandbox.tag, "built");
  }

  private cannot(reason: string): string {
    const { ref, version, isDefault } = this.wanted;
    const remedy = isDefault
      ? `Version ${version} cannot be built here either: choose one of ${BUILDABLE.join(", ")} (alluxio:cluster version), or load the image with \`docker load\`.`
      : "Load it with `docker load`, or leave `image` out of alluxio:cluster.";
    return `The image ${ref} cannot be pulled: ${reason}\n${remedy}`;
  }

  /** Pulls the wanted image. @returns why not, or undefined when it is there */
  private async pull(): Promise<string | undefined> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), FIRST_ANSWER_SECONDS * 1000);
    try {
      const stream = await this.docker.pull(this.wanted.ref, { abortSignal: abort.signal });
      clearTimeout(timer);
      return await this.follow(stream as NodeJS.ReadableStream & { destroy(): void });
    } catch (error) {
      return abort.signal.aborted ? NO_ANSWER : oneLine(error);
    } finally {
      clearTimeout(timer);
    }
  }

  private follow(stream: NodeJS.ReadableStream & { destroy(): void }): Promise<string | undefined> {
    return new Promise((resolve) => {
      const give = (reason: string | undefined) => {
        clearTimeout(timer);
        resolve(reason);
      };
      const stop = () => {
        stream.destroy();
        give(NO_ANSWER);
      };
      let timer = setTimeout(stop, FIRST_ANSWER_SECONDS * 1000);
      let failure: string | undefined;
      this.docker.modem.followProgress(
        stream,
        (error) => give(error ? oneLine(error) : failure),
        (event: { error?: string }) => {
          clearTimeout(timer);
          timer = setTimeout(stop, PAUSE_SECONDS * 1000);
          failure ??= event.error;
        },
      );
    });
  }

  private async chooseLocal(ref: string, source: ImageChoice["source"]): Promise<void> {
    const found = await this.local(ref, source);
    if (!found) throw new SetupProblem(`Docker lost the image ${ref} right after it got it. Is its disk full?`);
    this.choose(found);
  }

  private choose(image: ImageChoice): void {
    this.context.choices.change((choices) => withImage(choices, this.context.stack, this.wanted.key, image));
  }

  private async local(ref: string, source: ImageChoice["source"]): Promise<ImageChoice | undefined> {
    const image = await this.inspect(ref);
    if (!image) return undefined;
    const isSandbox = labelsOf(image)["alluxio.image.source"] === "sandbox";
    return { id: image.Id, ref, source: isSandbox ? "built" : source, dashboard: !isSandbox };
  }

  /** The image that the stack's containers run, if it is one of what is wanted and Docker still has it. */
  private async fromState(): Promise<ImageChoice | undefined> {
    for (const id of imagesInState(this.context.places, this.context.stack)) {
      const image = await this.inspect(id);
      if (!image) continue;
      const { version, ref, isDefault } = this.wanted;
      const repository = ref.replace(/(:[^/]*|@.*)$/, "");
      const tags = image.RepoTags as string[] | null; // absent when the image has no name
      const digests = image.RepoDigests as string[] | null;
      const pulled = tags?.includes(ref) || digests?.some((digest) => digest.startsWith(`${repository}@`));
      const built = labelsOf(image)["alluxio.image.version"] === version && isDefault;
      if (built || pulled) return this.local(id, built ? "built" : "pulled");
    }
    return undefined;
  }

  private async inspect(ref: string): Promise<Docker.ImageInspectInfo | undefined> {
    try {
      return await this.docker.getImage(ref).inspect();
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return undefined;
      throw error;
    }
  }
}

/** Docker says null where an image has no label. */
function labelsOf(image: Docker.ImageInspectInfo): Record<string, string | undefined> {
  const { Labels: labels } = image.Config as { Labels: Record<string, string> | null };
  return labels ?? {};
}

function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, " ").trim();
}
