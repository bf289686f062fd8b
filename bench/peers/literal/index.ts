import { readFileSync } from "node:fs";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { LiteralResource } from "./resource";

class Literal extends pulumi.CustomResource {}
class LiteralProvider extends pulumi.ProviderResource {}

type Make = (
  name: string,
  inputs: LiteralResource["inputs"],
  options: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

/** What a program writes for the docker plugin; the others have no class outside of this project. */
const CLASSES: Readonly<Record<string, Make>> = {
  "docker:index/container:Container": (name, inputs, options) =>
    new docker.Container(name, inputs as unknown as docker.ContainerArgs, options),
  "docker:index/network:Network": (name, inputs, options) => new docker.Network(name, inputs, options),
  "docker:index/volume:Volume": (name, inputs, options) => new docker.Volume(name, inputs, options),
};

const PROVIDER = "pulumi:providers:";

/** Registers the resources of a file, in its order and as parts of its components: no plan, no outputs that flow, no order to keep. */
function register(file: string): void {
  const providers = new Map<string, LiteralProvider>();
  const components = new Map<string, pulumi.ComponentResource>();
  for (const { type, name, custom, parent: within, inputs } of JSON.parse(
    readFileSync(file, "utf8"),
  ) as LiteralResource[]) {
    const parent = within === undefined ? undefined : components.get(within);
    const options = parent ? { parent } : {};
    if (type.startsWith(PROVIDER)) {
      const pkg = type.slice(PROVIDER.length);
      providers.set(pkg, new LiteralProvider(pkg, name, inputs, options));
    } else if (custom) {
      const provider = providers.get(type.split(":")[0]!);
      const withProvider = provider ? { ...options, provider } : options;
      const make = CLASSES[type];
      if (make) make(name, inputs, withProvider);
      else new Literal(type, name, inputs, withProvider);
    } else {
      components.set(`${type}::${name}`, new pulumi.ComponentResource(type, name, inputs, options));
    }
  }
}

register(new pulumi.Config("literal").require("resources"));
