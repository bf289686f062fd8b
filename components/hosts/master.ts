import * as pulumi from "@pulumi/pulumi";
import * as alluxio from "../../provider/classes";
import { joiningUnit, joiningUnitText } from "../plan/hosts/joining";
import type { ServicePlan } from "../plan/hosts/types";
import { confirmedLossOf } from "../plan/lostJournals";
import { journalAddresses, journalFolderOf, mastersIn } from "../plan/quorum";
import type { Context } from "./context";
import type { Machine } from "./machine";
import { createService, startedBefore } from "./service";

interface MasterArgs {
  readonly host: string;
  readonly service: ServicePlan;
}

/**
 * A master on its machine. It is healthy before anything that needs it starts, the next master included. From the second on
 * it is preceded by its journal's membership of the quorum, which matters only where a quorum exists already.
 */
export class Master extends pulumi.ComponentResource {
  readonly service: alluxio.HostService;

  constructor(context: Context, machine: Machine, args: MasterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { host, service } = args;
    super("alluxio:hosts:Master", `${context.name}-master-${host}`, {}, opts);
    const { plan, confirm } = context.args;
    const index = mastersIn(plan).findIndex(({ name }) => name === service.process);
    const journalFolder = journalFolderOf(mastersIn(plan)[index]!);
    const confirmedLoss = confirmedLossOf({ host, path: journalFolder }, confirm);
    const member = index === 0 ? [] : [this.createMember(context, machine, args, index)];
    this.service = createService(context, host, service, {
      parent: this,
      dependsOn: [...machine.ready, ...member],
      journal: { journalFolder, ...(confirmedLoss === undefined ? {} : { confirmedLoss }) },
    });
    this.registerOutputs({});
  }

  private createMember(context: Context, machine: Machine, { host, service }: MasterArgs, index: number) {
    const { plan } = context.args;
    const masters = mastersIn(plan);
    const known = journalAddresses(plan).slice(0, index + 1);
    const { clusterId, formedWith, installation } = context;
    return new alluxio.HostJournalMember(
      `${context.name}-journal-member-${service.process}`,
      {
        ...{ clusterId, formedWith, installation, host, index },
        address: known[index]!,
        earlierMasters: masters.slice(0, index).map(({ hostname }) => hostname),
        unit: { name: joiningUnit(service.unit), text: joiningUnitText(service.content, known) },
        journal: journalFolderOf(masters[index]!),
      },
      context.options(this, [...machine.ready, ...startedBefore(context, service)]),
    );
  }
}
