import * as pulumi from "@pulumi/pulumi";
import { mustAnswer } from "../../provider/docker/mustAnswer";

/**
 * Asks Docker, before anything is registered, whether it answers and has the image.
 * @throws RunError, the one error that is shown, in place of one of each plugin
 */
export async function dockerAnswers(...[image, host]: Parameters<typeof mustAnswer>): Promise<void> {
  try {
    await mustAnswer(image, host);
  } catch (error) {
    throw new pulumi.RunError(error instanceof Error ? error.message : String(error));
  }
}
