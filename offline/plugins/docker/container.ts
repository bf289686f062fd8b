import type Docker from "dockerode";
import type { Failure } from "../rpc/check";
import { diffResource } from "../rpc/diff";
import { InitFailure, type Call, type Resource } from "../rpc/resource";
import { isObject, numberOf, same, textOf, UNKNOWN, type Json, type JsonObject } from "../rpc/values";
import { createContainer, daemon, joinNetworks, start, unlessGone } from "./container-acts";
import { creation, updateBody } from "./container-body";
import { containerSchema } from "./container-schema";
import { containerState } from "./container-state";
import { retryFor, unlessMissing } from "./daemon";
import { waitUntilHealthy } from "./health";

export function container(docker: () => Docker): Resource {
  const look = async (id: string, inputs: JsonObject): Promise<JsonObject> =>
    containerState(await docker().getContainer(id).inspect(), inputs);

  return {
    schema: containerSchema,
    check: checkTogether,
    foresee: (inputs, old) => (old === undefined ? unknownOutputs(inputs) : { mustRun: inputs["mustRun"] ?? true }),
    refuseUpdate,

    async create(inputs, call) {
      const plan = creation(inputs);
      const id = await createContainer(docker(), plan, textOf(inputs["image"]) ?? "");
      try {
        await joinNetworks(docker(), id, plan);
        await start(docker(), id);
        if (inputs["wait"] === true) await waitUntilHealthy(docker(), id, waitSeconds(inputs), call.signal);
      } catch (error) {
        // The container stays for the user to look at. As with the official plugin the state holds so little of it that
        // the next plain `up` replaces it.
        const reason = error instanceof Error ? error.message : String(error);
        throw new InitFailure(id, { name: textOf(inputs["name"]) ?? "", mustRun: false }, inputs, [reason]);
      }
      return { id, state: { ...inputs, ...(await look(id, inputs)) } };
    },

    async read(id, _state, inputs) {
      const info = await unlessMissing(docker().getContainer(id).inspect());
      return info && containerState(info, inputs);
    },

    async update(id, old, inputs, call) {
      if (["restart", "memory", "memorySwap"].some((key) => !same(old[key], inputs[key]))) {
        await daemon(
          "update container",
          docker()
            .getContainer(id)
            .update({ ...updateBody(inputs) }),
        );
      }
      if (inputs["mustRun"] !== false) await startInPlace(docker(), id, inputs, call);
      return { ...inputs, ...(await look(id, inputs)) };
    },

    async delete(id, state, call) {
      const grace = state["destroyGraceSeconds"];
      if (typeof grace === "number" && grace > 0) {
        await unlessGone("stop container", docker().getContainer(id).stop({ t: grace }));
      }
      await unlessGone("delete container", docker().getContainer(id).remove({ force: true, v: true }));
      const gone = await retryFor(call.timeoutSeconds ?? 30, call.signal, async () => {
        return (await unlessMissing(docker().getContainer(id).inspect())) === undefined;
      });
      if (!gone) throw new Error(`Error deleting container ${id}: Docker still has it after its removal`);
    },
  };
}

const waitSeconds = (inputs: JsonObject): number => numberOf(inputs["waitTimeout"]) ?? 60;

function checkTogether(inputs: JsonObject): readonly Failure[] {
  const has = (key: string): boolean => inputs[key] !== undefined && inputs[key] !== null;
  if (has("memory") === has("memorySwap")) return [];
  const [given, missing] = has("memory") ? ["memory", "memorySwap"] : ["memorySwap", "memory"];
  return [
    {
      property: given,
      reason:
        `docker stand-in: container ${given} is given without ${missing}: Docker would fill it in, ` +
        `and every refresh would report that. Give both (memorySwap = 2 × memory is Docker's own choice)`,
    },
  ];
}

/** `healthcheck` and `tmpfs` are fixed when a container is created; saying "updated" would be a lie. */
function refuseUpdate(old: JsonObject, inputs: JsonObject): void {
  const request = { state: old, oldInputs: old, inputs, ignore: [] };
  const changed = ["healthcheck", "tmpfs"].filter((name) =>
    diffResource(containerSchema, request).some(({ path }) => path === name || path.startsWith(`${name}.`)),
  );
  if (changed.length === 0) return;
  throw new Error(
    `${changed.join(" and ")} cannot be changed on an existing container. Give this resource the options ` +
      `replaceOnChanges: ["healthcheck", "tmpfs"] and deleteBeforeReplace: true, so that it is replaced`,
  );
}

function unknownOutputs(inputs: JsonObject): JsonObject {
  const ports = inputs["ports"];
  const computed = ["networkDatas", "bridge", "hostname", "networkMode", "shmSize", "command", "entrypoints"];
  return {
    ...Object.fromEntries(computed.map((name) => [name, inputs[name] ?? UNKNOWN])),
    ...(Array.isArray(ports) ? { ports: ports.map(openPort) } : {}),
  };
}

const openPort = (port: Json): Json =>
  isObject(port) && port["external"] === undefined ? { ...port, external: UNKNOWN } : port;

/** A container that was stopped goes on with its own file system, address and mounts. */
async function startInPlace(docker: Docker, id: string, inputs: JsonObject, call: Call): Promise<void> {
  if ((await docker.getContainer(id).inspect()).State.Running) return;
  try {
    await start(docker, id);
    if (inputs["wait"] === true) await waitUntilHealthy(docker, id, waitSeconds(inputs), call.signal);
  } catch (error) {
    const state = { ...inputs, ...containerState(await docker.getContainer(id).inspect(), inputs) };
    throw new InitFailure(id, state, inputs, [error instanceof Error ? error.message : String(error)]);
  }
}
