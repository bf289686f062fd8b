import { RESTORE_PROPERTY } from "../../components/plan/backup";
import { confirmationOf, lossOfVolume, stateToken } from "../../components/plan/confirmation";
import { changesBetween } from "../rpc/changes";
import { UserError, type ResourceKind } from "../rpc/resource";
import { plain } from "../rpc/values";
import { CLUSTER_ID_LABEL, type DockerTransport } from "../transports/docker";

/** `missing`: no volume of that name. `foreign`: one without our cluster id, such as an empty one that Docker made. */
export type Presence = "present" | "missing" | "foreign";

export interface DataVolumeInputs {
  readonly volumeName: string;
  /** What is in it, for messages: `the journal of master-1`. */
  readonly holds: string;
  readonly clusterId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly confirm: readonly string[];
  /** Declared as `present`; observed as it is. */
  readonly presence: Presence;
}

/** Where a lost journal may be restored from. */
export interface BackupAccess {
  /** The newest backup of a cluster's journal; `newest` is absent where the directory cannot be seen from here. */
  newest(clusterId: string): Promise<{
    readonly directory: string;
    readonly newest?: { readonly uri: string; readonly writtenAt: Date } | "none";
  }>;
  /** Volumes with the journals of the other masters. */
  otherJournals(clusterId: string, lost: string): Promise<readonly string[]>;
}

/** What it asks of Docker. */
export type VolumeAccess = Pick<DockerTransport, "volumeLabels" | "createVolume" | "removeVolume">;

/**
 * A Docker volume that holds what exists nowhere else: a journal, or the under storage. Unlike the plugin's own volume
 * it is never made anew in silence once it is lost, and a change of its labels does not delete it.
 */
export function dataVolume(docker: VolumeAccess, backups: BackupAccess): ResourceKind<DataVolumeInputs> {
  const observe = async (state: DataVolumeInputs): Promise<DataVolumeInputs> => ({
    ...state,
    presence: await presenceOf(docker, state),
  });
  return {
    token: "alluxio:index:DataVolume",
    observe,
    check: async () => [],
    diff: ({ state, news }) => [
      ...changesBetween(state.volumeName, news.volumeName, "volumeName").map((change) => ({
        ...change,
        replace: true,
      })),
      ...changesBetween(state.presence, news.presence, "presence"),
    ],
    preview: async ({ news, state }) => {
      if (state) await refuseLoss(backups, state, news);
      return plain(news);
    },
    create: async ({ news, progress }) => {
      const presence = await presenceOf(docker, news);
      if (presence === "foreign") throw new UserError(foreignVolume(news));
      if (presence === "present") progress.info(`takes back ${news.volumeName} with ${news.holds}`);
      else await docker.createVolume(news.volumeName, { ...news.labels, [CLUSTER_ID_LABEL]: news.clusterId });
      return { id: news.volumeName, state: news };
    },
    read: ({ state }) => observe(state),
    update: async ({ state, news }) => {
      await refuseLoss(backups, state, news);
      await docker.createVolume(news.volumeName, { ...news.labels, [CLUSTER_ID_LABEL]: news.clusterId });
      return news;
    },
    delete: async ({ state }) => {
      if ((await presenceOf(docker, state)) === "present") await docker.removeVolume(state.volumeName);
    },
  };
}

/** @throws UserError unless the spec accepts this very loss */
async function refuseLoss(backups: BackupAccess, state: DataVolumeInputs, news: DataVolumeInputs): Promise<void> {
  if (state.presence === "present") return;
  if (state.presence === "foreign") throw new UserError(foreignVolume(news));
  const confirmation = confirmationOf(
    lossOfVolume(news.volumeName),
    stateToken(state.clusterId, state.volumeName, state.confirm),
  );
  if (news.confirm.includes(confirmation)) return;
  const accept = `confirm: [${JSON.stringify(confirmation)}]`;
  throw new UserError(
    `volume ${news.volumeName} is gone, and with it ${news.holds}. It is not made anew: that would start an empty one. ` +
      `Restore the volume under this name, or accept the loss with ${accept}` +
      (await wayBack(backups, news, accept)),
  );
}

/** How the metadata that were in a lost journal come back. */
async function wayBack(backups: BackupAccess, news: DataVolumeInputs, accept: string): Promise<string> {
  if (!/^the journal of /.test(news.holds)) return "";
  const others = await backups.otherJournals(news.clusterId, news.volumeName);
  if (others.length > 1) {
    return `. ${others.join(" and ")} hold the same metadata: with the loss accepted, their masters fill the new one`;
  }
  const { directory, newest } = await backups.newest(news.clusterId);
  switch (newest) {
    case undefined:
      return (
        `. Backups of the journal are in ${directory} of the root under storage, if a change or \`alluxio fsadmin backup\` ` +
        `has made one: name it by properties: {"${RESTORE_PROPERTY}": …} together with the confirmation`
      );
    case "none":
      return `. There is no backup of the journal in ${directory}`;
    default:
      return (
        `.\nThe last backup of the journal is ${newest.uri}, of ${newest.writtenAt.toISOString()}. To restore it, add to the spec ` +
        `both\n  ${accept}\n  properties: {"${RESTORE_PROPERTY}": "${newest.uri}"}\n` +
        "Files that were persisted since then are still in the under storage, and are listed again when their folder is loaded from it"
      );
  }
}

const foreignVolume = ({ volumeName, holds }: DataVolumeInputs): string =>
  `there is a volume ${volumeName} that is not of this cluster (it lacks its id), where ${holds} should be. ` +
  "It is left alone: rename or remove it, then try again";

async function presenceOf(
  docker: VolumeAccess,
  { volumeName, clusterId }: Pick<DataVolumeInputs, "volumeName" | "clusterId">,
): Promise<Presence> {
  const labels = await docker.volumeLabels(volumeName);
  if (!labels) return "missing";
  return labels[CLUSTER_ID_LABEL] === clusterId ? "present" : "foreign";
}
