import type { PendingOperation, Resource } from "./exported";

/** By their types: what stands on a host, and what tells two of a kind on one host apart. */
const ON_HOSTS: Readonly<Record<string, (inputs: Inputs) => unknown>> = {
  "alluxio:hosts:System": () => "system",
  "alluxio:hosts:Java": ({ home }) => home,
  "alluxio:hosts:Release": ({ prefix }) => prefix,
  "alluxio:hosts:Configuration": ({ name }) => name,
  "alluxio:hosts:Ramdisk": ({ mountPoint }) => mountPoint,
  "alluxio:hosts:Service": ({ unit }) => (unit as { name?: unknown } | undefined)?.name,
  "alluxio:hosts:FuseMount": ({ mountPoint }) => mountPoint,
};
type Inputs = Readonly<Record<string, unknown>>;

/**
 * What a killed run was making on hosts, as resources of the state: the next run looks at each as it is and goes on with it,
 * and a destroy takes it back by the ledger of its host, whether anything was made or not. Left out is what the state has
 * already, and what it could not hold, because something that it names is missing there.
 */
export function resumed(known: readonly Resource[], pending: readonly PendingOperation[]): Resource[] {
  const urns = new Set(known.map(({ urn }) => urn));
  const references = new Set(known.map(({ urn, id }) => `${urn}::${id ?? ""}`));
  return pending.flatMap(({ type, resource }) => {
    const { urn, parent, provider = "", dependencies, inputs = {} } = resource;
    const part = ON_HOSTS[resource.type]?.({ ...inputs, name: urn.split("::").pop() });
    const { host } = inputs;
    if (type !== "creating" || typeof part !== "string" || typeof host !== "string" || urns.has(urn)) return [];
    const named = [...(parent === undefined ? [] : [parent]), ...(dependencies ?? [])];
    if (!references.has(provider) || named.some((one) => !urns.has(one))) return [];
    urns.add(urn);
    // As a state never has the contents of files.
    const outputs = "contents" in inputs ? { ...inputs, contents: {} } : inputs;
    return [{ ...resource, id: `${host}:${part}`, outputs }];
  });
}
