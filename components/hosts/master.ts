import * as pulumi from "@pulumi/pulumi";
import * as alluxio from "../../provider/classes";
import { joiningUnit } from "../plan/hosts/joining";
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
 * A master on its machine. It is healthy before anything that needs it starts, the next master included. Where there are
 * several it is preceded by its journal's membership of the quorum, which matters only where a quorum exists already: the
 * first one too, for it may take the place of one that is gone.
 */
export class Master extends pulumi.ComponentResource {
  readonly service: alluxio.HostService;

  constructor(context: Context, machine: Machine, args: MasterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { host, service } = args;
    super("alluxio:hosts:Master", `${context.name}-master-${host}`, {}, opts);
    const { plan, confirm } = context.args;
    const masters = mastersIn(plan);
    const index = masters.findIndex(({ name }) => name === service.process);
    const journalFolder = journalFolderOf(masters[index]!);
    const confirmedLoss = confirmedLossOf({ host, path: journalFolder }, confirm);
    const member = masters.length === 1 ? [] : [this.createMember(context, machine, args, index)];
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
    const addresses = journalAddresses(plan);
    const hosts = masters.map(({ hostname }) => hostname);
    const { clusterId, formedWith, installation } = context;
    return new alluxio.HostJournalMember(
      `${context.name}-journal-member-${service.process}`,
      {
        ...{ clusterId, formedWith, installation, host, index },
        address: addresses[index]!,
        intended: addresses,
        earlierMasters: hosts.slice(0, index),
        laterMasters: hosts.slice(index + 1),
        unit: { name: joiningUnit(service.unit), text: service.content },
        journal: journalFolderOf(masters[index]!),
      },
      context.rollout.inOrder(service, context.options(this, machine.ready), startedBefore(context, service)),
    );
  }
}
