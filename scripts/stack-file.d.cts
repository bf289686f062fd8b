/** The text of a stack's configuration; nothing where there is none. */
export function stackFileText(project: string, stack: string | undefined, configFile?: string): string;
/** The text in which its cluster stands: itself, or that of the file that `alluxio:clusterFile` names. */
export function clusterText(project: string, stackFileText: string): string;
/** Does it hold an encrypted value? Then only its owner knows the passphrase. */
export function holdsSecrets(stackFileText: string): boolean;
/** Does the text of a cluster have it on hosts? Then what fails on one host must not keep the others. */
export function targetsHosts(clusterText: string): boolean;
/** Why Pulumi cannot hand this configuration to a program, and the way out; undefined where it can. */
export function tooLarge(stackFileText: string): string | undefined;
/** The same of a stack, by the file of its configuration. */
export function configTooLarge(project: string, stack: string, configFile?: string): string | undefined;
