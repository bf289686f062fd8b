import fc from "fast-check";
import { renderProperties } from "../../../../components/plan/siteProperties";
import { parseEnvironment } from "../../../../operations/adopt/environment";
import { SECRET } from "../../../../operations/adopt/facts";
import { parseJavaProperties } from "../../../../operations/adopt/javaProperties";
import { hostsIn } from "../../../../operations/adopt/parseLook";
import { formatPath } from "../../../../components/spec/path";
import { segmentsOf } from "../../../../operations/adopt/prune";

describe("alluxio-site.properties", () => {
  test.each([
    ["# comment\n! comment\n\na=b", { a: "b" }],
    ["  a = b \nc:d\ne f g\nh", { a: "b", c: "d", e: "f g", h: "" }],
    ["a=b,\\\n   c,\\\n   d\ne=f", { a: "b,c,d", e: "f" }],
    ["a=b\\\\\nc=d", { a: "b\\", c: "d" }],
    ["a=\\u00e4\\tb\\=c", { a: "ä\tb=c" }],
    ["a\\ b=c", { "a b": "c" }],
    ["a=1\na=2", { a: "2" }],
    ["a=b=c:d", { a: "b=c:d" }],
    ["a=b\r\nc=d", { a: "b", c: "d" }],
  ])("%j", (text, found) => {
    expect(parseJavaProperties(text)).toEqual(found);
  });

  test("reads back whatever is written for it", () => {
    const value = fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\r\n\0]/g, "").trim());
    const properties = fc.dictionary(fc.stringMatching(/^[a-z][a-z.]{0,8}$/), value);
    fc.assert(
      fc.property(properties, (all) => expect(parseJavaProperties(renderProperties(all))).toEqual({ ...all })),
      { numRuns: 50 },
    );
  });
});

describe("alluxio-env.sh", () => {
  test("variables, options of JVMs and the properties in them; nothing is run or guessed", () => {
    const text = `#!/usr/bin/env bash
# ALLUXIO_RAM_FOLDER=/commented

JAVA_HOME=/usr/lib/jvm/java-8
export ALLUXIO_RAM_FOLDER='/mnt/ram'
ALLUXIO_JAVA_OPTS="-XX:+UseG1GC -Dalluxio.user.app.id=a"
ALLUXIO_JAVA_OPTS+=" -Daws.secretKey=hunter2"
ALLUXIO_WORKER_JAVA_OPTS="\${ALLUXIO_WORKER_JAVA_OPTS} -Xmx4g"
ALLUXIO_MASTER_JAVA_OPTS="$ALLUXIO_JAVA_OPTS -Xmx8g"
ALLUXIO_HOSTNAME=$(hostname)
if [ -f x ]; then
ulimit -n 65536
AWS_SECRET_ACCESS_KEY=hunter2 # mine
`;
    const found = parseEnvironment(text);
    expect(found).toEqual({
      variables: { JAVA_HOME: "/usr/lib/jvm/java-8", ALLUXIO_RAM_FOLDER: "/mnt/ram", AWS_SECRET_ACCESS_KEY: SECRET },
      options: { ALLUXIO_JAVA_OPTS: ["-XX:+UseG1GC"], ALLUXIO_WORKER_JAVA_OPTS: ["-Xmx4g"] },
      properties: {
        ALLUXIO_JAVA_OPTS: { "alluxio.user.app.id": "a", "aws.secretKey": SECRET },
        ALLUXIO_WORKER_JAVA_OPTS: {},
      },
      obscureLines: [9, 10, 11, 12],
    });
    expect(JSON.stringify(found)).not.toContain("hunter2");
  });
});

test("conf/workers: one host a line, each once, without comments", () => {
  expect(hostsIn("# all\nblue4\n\n  titan34 # apart\nblue4\n10.145.41.35")).toEqual([
    "blue4",
    "titan34",
    "10.145.41.35",
  ]);
});

test("a path of a mistake is read as it is written", () => {
  const step = fc.oneof(fc.nat({ max: 9 }), fc.constantFrom("mounts", "a.b", 'q"uo\\te', "$x", ""));
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), (path) => expect(segmentsOf(formatPath(path))).toEqual(path)),
    { numRuns: 50 },
  );
});
