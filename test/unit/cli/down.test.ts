import { whatDestroyDoes } from "../../../cli/downActs";
import { planCluster } from "../../../components/plan/planCluster";
import { RICH, SMALL, specOf } from "../../support/specs";

test("what is lost and what is kept, by the names that Docker has", () => {
  expect(whatDestroyDoes("dev", "3f9c2ab1d4e5aa00", planCluster(specOf(RICH)))).toBe(
    [
      "Stack dev, cluster id 3f9c2ab1d4e5aa00, will be destroyed:",
      "  13 processes end, 2 mounts go, and what is cached with them",
      "  Lost for good",
      "    dev-journal-master-1-3f9c (metadata: every path, and what is not persisted yet)",
      "    dev-journal-master-2-3f9c (metadata: every path, and what is not persisted yet)",
      "    dev-journal-master-3-3f9c (metadata: every path, and what is not persisted yet)",
      "  Kept, and taken back by the next up",
      "    dev-under-storage-3f9c (every persisted file)",
    ].join("\n"),
  );
  expect(whatDestroyDoes("dev", "3f9c2ab1d4e5aa00", planCluster(specOf(SMALL)))).not.toContain("Kept");
});
