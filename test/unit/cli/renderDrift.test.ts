import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderDrift } from "../../../cli/renderDrift";
import { driftOf, exitCodeOf } from "../../../operations/drift/drift";
import { EngineEvents } from "../../../operations/drift/engineEvents";

const FOLDER = join(__dirname, "../operations/drift/recorded");

/**
 * What Pulumi 3.259.0 said of a real cluster. Of its events only the fields that are read were kept; of the plan, not what
 * processes are configured with.
 */
function recorded(name: string, succeeded = true) {
  const events = new EngineEvents();
  for (const line of readFileSync(join(FOLDER, `${name}.jsonl`), "utf8").split("\n")) events.line(line);
  const report = driftOf("dev", events.run(succeeded));
  return { report, code: exitCodeOf(report), text: `\n${renderDrift(report, { colors: false })}` };
}

test("a worker stopped, a stray one started, one process paused, one configured otherwise, a FUSE container removed", () => {
  const { code, text } = recorded("hand");
  expect(code).toBe(1);
  expect(text).toMatchInlineSnapshot(`
   "
   ● dev has drifted: 7 things
     Looked at all 18 resources, and changed nothing

   Drift        What                           Property                        Desired          Observed
   missing      container fuse-data            containerId                     dfde377b924d…    -
   missing      worker small-1                 registered                      256 MiB, 2.9.4   -
   unintended   worker stray                   registered                      -                64 MiB, 2.9.4
   changed      container job-worker-large-1   condition                       running          paused
   changed      container job-worker-small-1   alluxio.master.worker.timeout   15s              40s
   changed      container worker-small-1       mustRun                         true             false
   changed      mount data                     condition                       mounted          dead
                                               supervisor                      running          stopped

   What putting it right does
     container fuse-data
       it is made again, and nothing that serves is interrupted
     worker small-1
       it registers when its process serves, and caches anew
     worker stray
       it is decommissioned, and stopped only if it is of this cluster
       what it alone caches is read from the under storage again
     container job-worker-large-1, container job-worker-small-1
       it is made anew
     container worker-small-1
       it is started again, and nothing that serves is interrupted
     mount data
       it is mounted anew

   Next
     npx pulumi up --refresh -s dev   puts that right, and touches nothing else

   Not looked at: JVM options; files in a container other than alluxio-site.properties; limits set by docker update; extra containers that do not register as workers.
   "
  `);
});

test("the same, after `pulumi refresh` has written it into the state and the spec was edited", () => {
  const { code, text, report } = recorded("edited");
  expect(code).toBe(1);
  expect(report.pending.map(({ name, change }) => `${change} ${name}`)).toMatchInlineSnapshot(`
   [
     "update dev-guard",
     "update dev-preflight",
     "replace dev-master-1",
     "replace dev-worker-large-1",
     "replace dev-job-master",
     "replace dev-worker-small-1",
     "replace dev-job-worker-large-1",
     "replace dev-job-worker-small-1",
     "replace dev-fuse-data2",
   ]
  `);
  expect(text).toMatchInlineSnapshot(`
   "
   ● dev has drifted: 7 things
     Looked at all 17 resources, and changed nothing

   Drift        What                           Property                        Desired          Observed
   missing      container fuse-data            containerId                     dfde377b924d…    -
   missing      worker small-1                 registered                      256 MiB, 2.9.4   -
   unintended   worker stray                   registered                      -                64 MiB, 2.9.4
   changed      container job-worker-large-1   condition                       running          paused
   changed      container job-worker-small-1   alluxio.master.worker.timeout   15s              40s
   changed      container worker-small-1       mustRun                         true             false
   changed      mount data                     condition                       mounted          dead
                                               supervisor                      running          stopped

   What putting it right does
     container fuse-data
       it is made again, and nothing that serves is interrupted
     worker small-1
       it registers when its process serves, and caches anew
     worker stray
       it is decommissioned, and stopped only if it is of this cluster
       what it alone caches is read from the under storage again
     container job-worker-large-1, container job-worker-small-1
       it is made anew
     container worker-small-1
       it is started again, and nothing that serves is interrupted
     mount data
       it is mounted anew

   Next
     npx pulumi up --refresh -s dev   puts that right, and applies the edited spec

   Note  the spec has changes that were not applied yet (dev-master-1, dev-worker-large-1, dev-job-master, dev-worker-small-1, dev-job-worker-large-1, dev-job-worker-small-1 and 1 more): they are no drift; \`npx pulumi preview -s dev\` shows them, and \`up\` applies them as well

   Not looked at: JVM options; files in a container other than alluxio-site.properties; limits set by docker update; extra containers that do not register as workers.
   "
  `);
});

test("a journal lost, with the only master: the rest is told, and that up refuses", () => {
  const { code, text } = recorded("lost", false);
  expect(code).toBe(2);
  expect(text).toMatchInlineSnapshot(`
   "
   ● dev has drifted: 3 things
   ● dev could not be looked at everywhere
     Looked at 17 of 18 resources, and changed nothing

   Drift     What                               Property    Desired   Observed
   missing   container master-1
   missing   volume dev-journal-master-1-0fba   presence    present   missing
   changed   mount data2                        condition   mounted   silent

   Could not be looked at
     the registered workers
       no master can be asked: dev-master-1-0fba: Docker: (HTTP code 404) no such container - No such container: dev-master-1-0fba

   What putting it right does
     container master-1
       it is made again, and nothing that serves is interrupted
     volume dev-journal-master-1-0fba
       refused: volume dev-journal-master-1-0fba is gone, and with it the journal of master-1. It is not made anew: that would start an empty one. Restore the volume under this name, or accept the loss with confirm: ["lose dev-journal-master-1-0fba @bedb"]. There is no backup of the journal in /opt/alluxio/underFSStorage/.alluxio_backups
     mount data2
       it is mounted anew: it is away for seconds, and files open in it break

   Next
     npx pulumi up --refresh -s dev   puts that right, once nothing stands in its way
     npx alluxioctl drift -s dev      looks again, once everything answers

   Not looked at: JVM options; files in a container other than alluxio-site.properties; limits set by docker update; extra containers that do not register as workers.
   "
  `);
});

test("two bare-metal hosts: one is off, on the other a file was edited and a ramdisk made smaller", () => {
  const { code, text } = recorded("hosts");
  expect(code).toBe(2);
  expect(text).toMatchInlineSnapshot(`
   "
   ● dev has drifted: 3 things
   ● dev could not be looked at everywhere
     Looked at 3 of 6 resources, and changed nothing

   Drift             What                                       Property       Desired            Observed
   changed           file /etc/alluxio-test/settings on north   sha256         fe3209d6d4f5…      4a73850fde34…
   changed           ramdisk /mnt/ramdisk on north              sizeMiB        16                 8
   restart pending   service alluxio-test-worker on north       configDigest   83b06b527832f239   older

   Could not be looked at
     host south (3 resources)
       host south does not answer at 192.168.32.11:22 (no answer within 3 s): is it on, is a firewall in between, or is it frozen?

   What putting it right does
     file /etc/alluxio-test/settings on north
       it is written as it was, and alluxio-test-worker restarts, which reads it
     ramdisk /mnt/ramdisk on north
       it is resized where it is, and keeps what it holds
     service alluxio-test-worker on north
       it restarts

   Next
     npx pulumi up --refresh -s dev   puts that right, and touches nothing else
     npx alluxioctl drift -s dev      looks again, once everything answers

   Not looked at: JVM options of a process that runs; drop-ins of systemd units; what else runs on the hosts.
   "
  `);
});

test("colours are for terminals alone, and change no word", () => {
  const { report, text } = recorded("hand");
  const coloured = renderDrift(report, { colors: true });
  const escape = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");
  expect(coloured).toMatch(escape);
  expect(`\n${coloured.replace(escape, "")}`).toBe(text);
});

test("a long value is one short line in the table, and whole in JSON", () => {
  const { report } = recorded("hand");
  const [first, ...rest] = report.findings;
  const long = `[Unit]\nDescription=${"x".repeat(500)}\u001b[2J`;
  const finding = { ...first!, properties: [{ resource: "r", path: "unit.text", desired: long, observed: null }] };
  const text = renderDrift({ ...report, findings: [finding, ...rest] }, { colors: false });
  expect(
    Math.max(
      ...text
        .split("\nWhat putting")[0]!
        .split("\n")
        .map((line) => line.length),
    ),
  ).toBeLessThan(160);
  expect(text).not.toContain("\u001b");
});
