import { planCluster } from "../../../components/plan/planCluster";
import { joiningMaster, journalAddresses } from "../../../components/plan/quorum";
import { RICH, specOf } from "../../support/specs";

const plan = planCluster(specOf(RICH));
const ADDRESSES = "alluxio.master.embedded.journal.addresses";

test("a joining master knows the masters up to itself and no later one; nothing else differs", () => {
  expect([0, 1, 2].map((index) => joiningMaster(plan, index).properties[ADDRESSES])).toEqual([
    "master-1:19200",
    "master-1:19200,master-2:19200",
    "master-1:19200,master-2:19200,master-3:19200",
  ]);
  const joining = joiningMaster(plan, 1);
  const final = plan.processes.find((process) => process.name === "master-2")!;
  expect({ ...joining, properties: { ...joining.properties, [ADDRESSES]: final.properties[ADDRESSES] } }).toEqual(
    final,
  );
});

test("no two masters that join could be a majority of what either knows without an earlier one", () => {
  const all = journalAddresses(plan);
  for (let index = 1; index < all.length; index++) {
    const known = joiningMaster(plan, index).properties[ADDRESSES]!.split(",");
    const later = all.slice(index + 1);
    expect(known.filter((address) => later.includes(address))).toEqual([]);
  }
});
