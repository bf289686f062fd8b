import * as pulumi from "@pulumi/pulumi";
import type { SealingKeyResult } from "../sealing";

/** For which key to seal what only the provider may see; see `provider/sealing.ts`. */
export const sealingKey = (provider: pulumi.ProviderResource): Promise<SealingKeyResult> =>
  pulumi.runtime.invoke("alluxio:index:sealingKey", {}, { provider }) as Promise<SealingKeyResult>;
