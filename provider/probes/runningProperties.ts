import type { ProcessPlan } from "../../components/plan/types";
import { isSecretName, maskUri } from "../../components/spec/secrets";

/**
 * What a process goes by: the file that it and every shell beside it read, the command line of its JVM, and, of masters
 * and workers, what it says itself. Of several processes the first is the container's own. `$1` web port, or nothing; `$2` `master` or `worker`.
 */
export const ASK_PROPERTIES = `cat "\${ALLUXIO_HOME:-/opt/alluxio}/conf/alluxio-site.properties" 2>/dev/null
echo
echo "--- command"
for process in $(ls /proc | grep -E '^[0-9]+$' | sort -n); do
  if tr '\\0' '\\n' <"/proc/$process/cmdline" 2>/dev/null | grep -q -E '^alluxio[.](master|worker|proxy|fuse)[.]Alluxio[A-Za-z]*$'; then
    tr '\\0' '\\n' <"/proc/$process/cmdline"
    break
  fi
done
echo "--- configuration"
[ -z "$1" ] || curl -s -m 3 "http://127.0.0.1:$1/api/v1/$2/webui_config"
exit 0
`;

/** Options that the image's own scripts put on every command line. */
const SET_BY_SCRIPTS =
  /^alluxio\.(home|conf\.dir|logs\.dir|user\.logs\.dir|logger\.type|worker\.tieredstore\.level0\.(alias|dirs\.path))$/;

/**
 * The properties that a process has otherwise than its plan, or that its plan does not have, with the values found.
 * Credentials are neither compared nor returned.
 */
export function propertiesThatDiffer(
  process: Pick<ProcessPlan, "properties" | "jvmOptions">,
  text: string,
): Record<string, string> {
  const [file = "", rest = ""] = text.split("\n--- command\n");
  const [command = "", configuration = ""] = rest.split("--- configuration\n");
  const found = {
    ...parseProperties(file),
    ...withoutScripts(parseCommand(command), process),
    ...setWhileRunning(configuration),
  };
  return Object.fromEntries(
    Object.entries(found)
      .filter(([key, value]) => !isSecretName(key) && process.properties[key]?.trim() !== value)
      .map(([key, value]) => [key, maskUri(value)]),
  );
}

/** A file that java.util.Properties reads; of its escapes only what a renderer of values writes. */
export function parseProperties(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split("\n")
      .map((line) => /^\s*([^#!\s=:][^\s=:]*)\s*[=:]\s*(.*)$/.exec(line))
      .flatMap((match) => (match ? [[match[1]!, match[2]!.replace(/\\(.)/g, "$1").trim()]] : [])),
  );
}

const parseCommand = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split("\n").flatMap((argument) => {
      const match = /^-D(alluxio\.[^=]+)=(.*)$/.exec(argument);
      return match ? [[match[1]!, match[2]!]] : [];
    }),
  );

function withoutScripts(
  options: Record<string, string>,
  { properties, jvmOptions }: Pick<ProcessPlan, "properties" | "jvmOptions">,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(options).filter(
      ([key, value]) =>
        !jvmOptions.includes(`-D${key}=${value}`) && (properties[key] !== undefined || !SET_BY_SCRIPTS.test(key)),
    ),
  );
}

interface Configuration {
  readonly configuration?: readonly { readonly left: string; readonly middle: string; readonly right: string }[];
}

/** By `fsadmin updateConf`. What else a process says it has from its file or its command line. */
function setWhileRunning(text: string): Record<string, string> {
  return Object.fromEntries(
    (parseConfiguration(text).configuration ?? [])
      .filter(({ right: source }) => source === "RUNTIME")
      .map(({ left: key, middle: value }) => [key, value.trim()]),
  );
}

function parseConfiguration(text: string): Configuration {
  try {
    return JSON.parse(text) as Configuration;
  } catch {
    // A process that is just starting, or frozen, says nothing; there its file and its command line stand.
    return {};
  }
}
