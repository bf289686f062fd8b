import { DATA_SET_RULES } from "./data-sets";
import { FUSE_PORT_RULES } from "./fuse-ports";
import { HOST_RULES } from "./hosts";
import { INSTALLATION_RULES } from "./installation";
import { JVM_RULES } from "./jvm";
import { KUBERNETES_RULES } from "./kubernetes";
import { LABEL_RULES } from "./labels";
import { MACHINE_DIRECTORY_RULES } from "./machine-directories";
import { MASTER_RULES } from "./masters";
import { MOUNT_OPTION_RULES } from "./mount-options";
import { MOUNT_RULES } from "./mounts";
import { NAME_RULES } from "./names";
import { PATH_RULES } from "./paths";
import { PORT_RULES } from "./ports";
import { PROPERTY_RULES } from "./properties";
import { ROLLOUT_RULES } from "./rollout";
import type { Rule } from "./rule";
import { SHAPE_RULES } from "./shape";
import { SSH_RULES } from "./ssh";
import { SIZE_RULES } from "./sizes";
import { TARGET_RULES } from "./target";
import { UNDER_STORAGE_RULES } from "./under-storage";
import { VERSION_RULES } from "./version";
import { WORKER_RULES } from "./workers";

/** Every rule a spec is held to. The reference page lists them in this order. */
export const RULES: readonly Rule[] = [
  ...SHAPE_RULES,
  ...TARGET_RULES,
  ...NAME_RULES,
  ...VERSION_RULES,
  ...SIZE_RULES,
  ...MASTER_RULES,
  ...WORKER_RULES,
  ...UNDER_STORAGE_RULES,
  ...PATH_RULES,
  ...MOUNT_RULES,
  ...MOUNT_OPTION_RULES,
  ...DATA_SET_RULES,
  ...PROPERTY_RULES,
  ...JVM_RULES,
  ...PORT_RULES,
  ...FUSE_PORT_RULES,
  ...LABEL_RULES,
  ...ROLLOUT_RULES,
  ...HOST_RULES,
  ...SSH_RULES,
  ...INSTALLATION_RULES,
  ...MACHINE_DIRECTORY_RULES,
  ...KUBERNETES_RULES,
];
