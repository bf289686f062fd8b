import type { ClusterSpec } from "../../spec/spec";
import { layoutOf } from "./layout";
import type { Ownership, ServiceUserPlan } from "./types";

export function planServiceUser(spec: Pick<ClusterSpec, "hosts" | "version">): ServiceUserPlan {
  const { user, group, uid, gid } = spec.hosts.service;
  return {
    name: user,
    group,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    home: layoutOf(spec).work,
    shell: "/usr/sbin/nologin",
  };
}

export const ownedByRoot = (mode: string): Ownership => ({ owner: "root", group: "root", mode });

export const ownedBy = ({ user, group }: ClusterSpec["hosts"]["service"], mode: string): Ownership => ({
  owner: user,
  group,
  mode,
});
