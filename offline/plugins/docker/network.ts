import type { NetworkInspectInfo } from "dockerode";
import type Docker from "dockerode";
import type { Resource } from "../rpc/resource";
import { flag, text, type ResourceSchema } from "../rpc/schema";
import { textOf, UNKNOWN, type Json, type JsonObject } from "../rpc/values";
import { daemonError, daemonMessage, isMissing, retryFor, unlessMissing } from "./daemon";
import { labelList, labelsFromMap, labelsToMap } from "./labels";

const REMOVAL_SECONDS = 30;

export const networkSchema: ResourceSchema = {
  token: "docker:index/network:Network",
  deleteBeforeReplace: true,
  autoName: "name",
  properties: {
    name: {
      shape: text,
      change: "replace",
      read: "compared",
      note: "a second network of the same name is refused; the official plugin lets Docker make a double",
    },
    driver: { shape: text, default: "bridge", change: "replace", read: "compared" },
    internal: { shape: flag, change: "replace", read: "compared" },
    labels: { shape: labelList, change: "replace", read: "compared" },
  },
};

/** What Docker says about a network, as the SDK shows it. */
export function networkState(info: NetworkInspectInfo): JsonObject {
  return {
    name: info.Name,
    driver: info.Driver,
    internal: info.Internal,
    labels: labelsFromMap(info.Labels),
    attachable: info.Attachable,
    ingress: info.Ingress,
    ipv6: info.EnableIPv6,
    scope: info.Scope,
    options: { ...info.Options },
    ipamDriver: info.IPAM?.Driver ?? "default",
    ipamConfigs: (info.IPAM?.Config ?? []).map((config): Json => ({
      subnet: config["Subnet"] ?? "",
      gateway: config["Gateway"] ?? "",
    })),
  };
}

export function network(docker: () => Docker): Resource {
  return {
    schema: networkSchema,
    foresee: () => ({ scope: UNKNOWN, options: UNKNOWN, ipamConfigs: UNKNOWN }),
    async create(inputs) {
      const name = textOf(inputs["name"]) ?? "";
      try {
        const created = await docker().createNetwork({
          Name: name,
          Driver: textOf(inputs["driver"]) ?? "bridge",
          Internal: inputs["internal"] === true,
          Labels: labelsToMap(inputs["labels"]),
          CheckDuplicate: true,
        });
        return { id: created.id, state: networkState(await created.inspect()) };
      } catch (error) {
        throw daemonError(`create network "${name}"`, error);
      }
    },
    async read(id) {
      const info = await unlessMissing(docker().getNetwork(id).inspect());
      return info && networkState(info);
    },
    update: (_id, old, inputs) => Promise.resolve({ ...old, ...inputs }),
    async delete(id, state, call) {
      let inUse = "";
      const removed = await retryFor(call.timeoutSeconds ?? REMOVAL_SECONDS, call.signal, async () => {
        try {
          await docker().getNetwork(id).remove();
          return true;
        } catch (error) {
          if (isMissing(error)) return true;
          inUse = daemonMessage(error);
          if (inUse.includes("has active endpoints")) return false;
          throw daemonError("delete network", error);
        }
      });
      if (!removed) {
        throw new Error(
          `timeout while waiting for network "${textOf(state["name"]) ?? id}" to become 'removed' ` +
            `(last state: 'pending', timeout: ${call.timeoutSeconds ?? REMOVAL_SECONDS}s): ${inUse}`,
        );
      }
    },
  };
}
