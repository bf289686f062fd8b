import type Docker from "dockerode";
import { endpointSettings, type Creation } from "./container-body";
import { daemonError, daemonMessage, isMissing, statusCode } from "./daemon";

/** Answers the id; nothing is started yet. */
export async function createContainer(docker: Docker, plan: Creation, image: string): Promise<string> {
  try {
    return (await docker.createContainer(plan.body)).id;
  } catch (error) {
    const message = daemonMessage(error);
    if (isMissing(error) && message.includes("No such image")) {
      throw new Error(
        `Unable to create container with image "${image}": ${message}. ` +
          `This stand-in does not pull images: build or load it first`,
        { cause: error },
      );
    }
    throw daemonError("create container", error);
  }
}

/** Before its start, so that the process never sees another network. */
export async function joinNetworks(docker: Docker, id: string, plan: Creation): Promise<void> {
  for (const network of plan.leave) {
    await daemon(
      `disconnect the container from network "${network}"`,
      docker.getNetwork(network).disconnect({ Container: id, Force: true }),
    );
  }
  for (const endpoint of plan.join) {
    await daemon(
      `connect the container to network "${endpoint.network}"`,
      docker.getNetwork(endpoint.network).connect({ Container: id, EndpointConfig: endpointSettings(endpoint) }),
    );
  }
}

export async function start(docker: Docker, id: string): Promise<void> {
  await daemon("start container", docker.getContainer(id).start());
}

/** An act whose error is told in the daemon's own words. */
export async function daemon<T>(act: string, doing: Promise<T>): Promise<T> {
  try {
    return await doing;
  } catch (error) {
    throw daemonError(act, error);
  }
}

/** An act of removal: what is gone already is no error. */
export async function unlessGone(act: string, doing: Promise<unknown>): Promise<void> {
  try {
    await doing;
  } catch (error) {
    const code = statusCode(error);
    const message = daemonMessage(error);
    // 304: already stopped; 404: already gone; in progress: someone else removes it.
    if (code === 304 || code === 404 || message.includes("is already in progress")) return;
    throw daemonError(act, error);
  }
}
