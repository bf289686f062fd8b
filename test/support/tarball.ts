import { layout } from "../../scripts/environment.cjs";
import { AlluxioTarball, type Tarball } from "../../scripts/setup/alluxio-tarball";
import { Progress } from "../../scripts/setup/progress";
import { PROJECT } from "./process";

/**
 * What machines get to install: set-up has packed the default version; another one is packed when it is asked for
 * first, which takes as long as its download from Maven Central and half a minute.
 */
export const packedTarball = (version: string): Promise<Tarball> =>
  new AlluxioTarball({ places: layout(PROJECT), progress: new Progress() }, version).provide();
