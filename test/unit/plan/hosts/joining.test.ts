import { joiningUnit, joiningUnitText } from "../../../../components/plan/hosts/joining";
import { planHosts } from "../../../../components/plan/hosts/planHosts";
import { SEED_PAGE } from "../../../support/hosts";
import { specOf } from "../../../support/specs";

const master = planHosts(specOf(SEED_PAGE)).hosts[0]!.services.find(({ role }) => role === "master")!;

test("it has a name of its own", () => {
  expect(joiningUnit(master.unit)).toBe("alluxio-alnair-master-joining.service");
});

test("a member that joins is the master itself, but for whom it knows, and that it ends by itself", () => {
  const lines = joiningUnitText(master.content, ["a:19200", "b:19200"]).split("\n");
  const own = master.content.split("\n");
  // Of a setting that stands twice the last one holds.
  expect(lines.filter((line) => !own.includes(line))).toEqual([
    "Environment=ALLUXIO_JAVA_OPTS=-Dalluxio.master.embedded.journal.addresses=a:19200,b:19200",
    "Restart=no",
    "RuntimeMaxSec=900s",
    "SyslogIdentifier=alluxio-joining",
  ]);
  expect(own.filter((line) => !lines.includes(line))).toEqual(["[Install]", "WantedBy=multi-user.target"]);
});
