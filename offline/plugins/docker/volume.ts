import type { VolumeInspectInfo } from "dockerode";
import type Docker from "dockerode";
import type { Resource } from "../rpc/resource";
import { text, type ResourceSchema } from "../rpc/schema";
import { textMapOf, textOf, UNKNOWN, type JsonObject } from "../rpc/values";
import { daemonError, daemonMessage, isMissing, retryFor, unlessMissing } from "./daemon";
import { labelList, labelsFromMap, labelsToMap } from "./labels";

const REMOVAL_SECONDS = 30;

export const volumeSchema: ResourceSchema = {
  token: "docker:index/volume:Volume",
  deleteBeforeReplace: true,
  autoName: "name",
  properties: {
    name: {
      shape: text,
      change: "replace",
      read: "compared",
      note: "an existing volume of that name is taken, data and labels as they are",
    },
    driver: { shape: text, change: "replace", read: "compared" },
    driverOpts: { shape: { is: "map", of: text }, change: "replace", read: "compared" },
    labels: {
      shape: labelList,
      change: "replace",
      read: "compared",
      note: "the replacement deletes the data: use protect, retainOnDelete, ignoreChanges",
    },
  },
};

/** What Docker says about a volume, as the SDK shows it. */
export function volumeState(info: VolumeInspectInfo): JsonObject {
  return {
    name: info.Name,
    driver: info.Driver,
    driverOpts: { ...info.Options },
    labels: labelsFromMap(info.Labels),
    mountpoint: info.Mountpoint,
  };
}

export function volume(docker: () => Docker): Resource {
  return {
    schema: volumeSchema,
    foresee: (inputs) => ({ driver: inputs["driver"] ?? UNKNOWN, mountpoint: UNKNOWN }),
    async create(inputs) {
      const name = textOf(inputs["name"]) ?? "";
      try {
        await docker().createVolume({
          Name: name,
          Labels: labelsToMap(inputs["labels"]),
          DriverOpts: textMapOf(inputs["driverOpts"]),
          ...(inputs["driver"] === undefined ? {} : { Driver: textOf(inputs["driver"]) ?? "local" }),
        });
        return { id: name, state: volumeState(await docker().getVolume(name).inspect()) };
      } catch (error) {
        throw daemonError(`create volume "${name}"`, error);
      }
    },
    async read(id) {
      const info = await unlessMissing(docker().getVolume(id).inspect());
      return info && volumeState(info);
    },
    update: (_id, old, inputs) => Promise.resolve({ ...old, ...inputs }),
    async delete(id, _state, call) {
      const seconds = call.timeoutSeconds ?? REMOVAL_SECONDS;
      let inUse = "";
      const removed = await retryFor(seconds, call.signal, async () => {
        try {
          await docker().getVolume(id).remove({ force: true });
          return true;
        } catch (error) {
          if (isMissing(error)) return true;
          inUse = daemonMessage(error);
          if (inUse.includes("volume is in use")) return false;
          throw daemonError("delete volume", error);
        }
      });
      if (!removed) {
        throw new Error(
          `timeout while waiting for state to become 'removed' (last state: 'in_use', timeout: ${seconds}s): ${inUse}`,
        );
      }
    },
  };
}
