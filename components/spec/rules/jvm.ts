import { isSecretName } from "../secrets";
import { entriesOf, finding, type ConfigDraft, type Rule } from "./rule";

const HEAP = /^-(?:Xm[sx]|XX:(?:Max|Initial|Min)?(?:HeapSize|RAMPercentage|RAMFraction)=)/;
const PLACE = ["jvmOptions[]"];

export const JVM_RULES: readonly Rule[] = [
  {
    name: "jvmOptions.form",
    path: PLACE,
    message:
      "A JVM option starts with `-`, one an entry, in ASCII without spaces, quotes, `$`, backquote or backslash.",
    example: { yaml: 'jvmOptions: ["-XX:+UseG1GC -Xlog:gc"]', at: "jvmOptions[0]" },
    *check(config) {
      for (const { option, path } of optionsOf(config)) {
        if (/^-[!-~]+$/.test(option) && !/["'$`\\]/.test(option)) continue;
        let message = 'must be one option that starts with "-", such as "-XX:+UseSerialGC".';
        if (/^-\S+\s+-/.test(option)) message = "holds several options: write each as an entry of its own.";
        else if (option.startsWith("-"))
          message =
            "has a space, quote, $, backquote, backslash or something that is not ASCII, which the image's shell would take apart or change.";
        yield finding(path, message);
      }
    },
  },
  {
    name: "jvmOptions.heap",
    path: PLACE,
    message: "The heap is set in `heaps`, from which the memory of the cluster is counted.",
    example: { yaml: "jvmOptions: [-Xmx4g]", at: "jvmOptions[0]" },
    *check(config) {
      for (const { option, path } of optionsOf(config)) {
        if (HEAP.test(option))
          yield finding(path, "sets the heap of every process: use heaps, which also counts the memory.");
      }
    },
  },
  {
    name: "jvmOptions.property",
    path: PLACE,
    message: "Alluxio's properties stand in `properties`: `-Dalluxio...` would override what the spec implies.",
    example: { yaml: "jvmOptions: [-Dalluxio.user.app.id=a]", at: "jvmOptions[0]" },
    *check(config) {
      for (const { option, path } of optionsOf(config)) {
        if (/^-Dalluxio\./.test(option) && !isSecretName(systemProperty(option))) {
          yield finding(path, "is a property of Alluxio: it belongs in properties.");
        }
      }
    },
  },
  {
    name: "jvmOptions.secret",
    path: PLACE,
    message: "No JVM option carries a credential: command lines are readable by all on the machine.",
    example: { yaml: "jvmOptions: [-Djavax.net.ssl.keyStorePassword=abc]", at: "jvmOptions[0]" },
    *check(config) {
      for (const { option, path } of optionsOf(config)) {
        if (!isSecretName(systemProperty(option))) continue;
        yield finding(
          path,
          "carries a credential, and command lines are readable by all on the machine. Take it out, and consider it " +
            "known: it stood in a file. Credentials of the under storage: underStorage.credentials.",
        );
      }
    },
  },
];

function* optionsOf({ jvmOptions }: ConfigDraft) {
  for (const { value, path } of entriesOf(jvmOptions, "jvmOptions")) yield { option: value, path };
}

function systemProperty(option: string): string {
  return /^-D([^=]*)/.exec(option)?.[1] ?? "";
}
