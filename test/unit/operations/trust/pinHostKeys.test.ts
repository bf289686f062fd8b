import fc from "fast-check";
import { isMap, parse, parseDocument, stringify, visit, type Node } from "yaml";
import { parseSpec } from "../../../../components/spec/parse";
import { pinHostKeys, type Pin } from "../../../../operations/trust/pinHostKeys";
import { hostsConfigs } from "../../../support/hosts";
import { lineOf } from "./keys";

const [ED, ECDSA, OLD] = [lineOf("ed25519"), lineOf("ecdsa256"), lineOf("rsa2048")];
const pin = (host: string, ...keys: string[]): Pin => ({ path: ["hosts", "addresses", host, "hostKey"], keys });

const CLUSTER = ["config", "alluxio:cluster"];

/** The text below `alluxio:cluster:`, before and after. */
const inCluster = (text: string): string => `config:\n  alluxio:cluster:\n${text.replace(/^(?=.)/gm, "    ")}`;

test.each<[string, Pin[], string, string]>([
  [
    "a host with settings, among others, with comments and blank lines",
    [pin("b", ED)],
    'hosts: # who\n  addresses:\n    # the first\n    b:\n      address: 10.0.0.1   # rack 7\n\n    # the second\n    c: { port:   22 }\n\n\nname:  "x"\n',
    `hosts: # who\n  addresses:\n    # the first\n    b:\n      address: 10.0.0.1   # rack 7\n      hostKey: "${ED}"\n\n    # the second\n    c: { port:   22 }\n\n\nname:  "x"\n`,
  ],
  [
    "several keys, each on a line",
    [pin("b", ED, ECDSA)],
    "hosts:\n  addresses:\n    b:\n      port: 22\n",
    `hosts:\n  addresses:\n    b:\n      port: 22\n      hostKey: |-\n        ${ED}\n        ${ECDSA}\n`,
  ],
  [
    "nothing there yet, several hosts, a bastion, and names that YAML takes for something else",
    [pin("b", ED), pin("10.0.0.7", ED), pin("on", ED), { path: ["hosts", "bastions", "jump", "hostKey"], keys: [ED] }],
    "name: x\n",
    `name: x\nhosts:\n  addresses:\n    b:\n      hostKey: "${ED}"\n    "10.0.0.7":\n      hostKey: "${ED}"\n    "on":\n      hostKey: "${ED}"\n  bastions:\n    jump:\n      hostKey: "${ED}"\n`,
  ],
  [
    "keys without a value",
    [pin("b", ED)],
    "hosts: # later\n# aside\nname: x\n",
    `hosts: # later\n  addresses:\n    b:\n      hostKey: "${ED}"\n# aside\nname: x\n`,
  ],
  [
    "braces, empty and not",
    [pin("b", ED, ECDSA), pin("c", ED)],
    "hosts: { addresses: { b: { port: 22 } }, user: me } # so\nname: x\n",
    `hosts: { addresses: { b: { port: 22, hostKey: "${ED}\\n${ECDSA}" }, c: { hostKey: "${ED}" } }, user: me } # so\nname: x\n`,
  ],
  ["empty braces", [pin("b", ED)], "hosts: {}\n", `hosts: { addresses: { b: { hostKey: "${ED}" } } }\n`],
  [
    "an old key: plain, with a comment behind",
    [pin("b", ED, ECDSA)],
    `hosts:\n  addresses:\n    b:\n      hostKey: ${OLD} # of 2019\n      port: 22\n`,
    `hosts:\n  addresses:\n    b:\n      hostKey: |- # of 2019\n        ${ED}\n        ${ECDSA}\n      port: 22\n`,
  ],
  [
    "an old key: a literal, with a comment and blank lines behind",
    [pin("b", ED)],
    `hosts:\n  addresses:\n    b:\n      hostKey: | # both\n        ${OLD}\n        ${ECDSA}\n\n      port: 22\n`,
    `hosts:\n  addresses:\n    b:\n      hostKey: "${ED}" # both\n\n      port: 22\n`,
  ],
  [
    "an old key in braces",
    [pin("b", ED)],
    `hosts: { addresses: { b: { hostKey: '${OLD}', port: 22 } } }\n`,
    `hosts: { addresses: { b: { hostKey: "${ED}", port: 22 } } }\n`,
  ],
  [
    "behind a literal that ends the file",
    [pin("c", ED, ECDSA)],
    `hosts:\n  addresses:\n    b:\n      hostKey: |-\n        ${OLD}\n        ${ECDSA}\n\n# the end\n`,
    `hosts:\n  addresses:\n    b:\n      hostKey: |-\n        ${OLD}\n        ${ECDSA}\n    c:\n      hostKey: |-\n        ${ED}\n        ${ECDSA}\n\n# the end\n`,
  ],
  [
    "no line end at the end of the file",
    [pin("b", ED)],
    "hosts:\n  addresses:\n    b:\n      port: 22",
    `hosts:\n  addresses:\n    b:\n      port: 22\n      hostKey: "${ED}"`,
  ],
  [
    "line ends of Windows",
    [pin("b", ED, ECDSA)],
    "hosts:\r\n  addresses:\r\n    b:\r\n      port: 22 # x\r\nname: x\r\n",
    `hosts:\r\n  addresses:\r\n    b:\r\n      port: 22 # x\r\n      hostKey: |-\r\n        ${ED}\r\n        ${ECDSA}\r\nname: x\r\n`,
  ],
])("%s", (_, pins, before, after) => {
  expect(pinHostKeys(inCluster(before), CLUSTER, pins)).toBe(inCluster(after));
  // The same where the cluster stands in a file of its own.
  expect(pinHostKeys(before, [], pins)).toBe(after);
});

test("the keys of thousands of hosts, of which some have an entry", () => {
  const hosts = Array.from({ length: 3000 }, (_, n) => `gpu-${n}`);
  const addresses = Object.fromEntries(hosts.filter((_, n) => n % 3 > 0).map((host) => [host, { port: 22 }]));
  const before = stringify({ target: "hosts", hosts: { addresses } });
  const after = pinHostKeys(
    before,
    [],
    hosts.map((host) => pin(host, ED)),
  )!;
  expect(parse(after)).toEqual({
    target: "hosts",
    hosts: {
      addresses: Object.fromEntries(hosts.map((host) => [host, { ...addresses[host], hostKey: ED }])),
    },
  });
});

test("a form that is not edited in place is written anew, with all that it says", () => {
  const before = inCluster("# one\nhosts:\n  ? addresses\n  : ? b\n    : port: 22 # two\n");
  const after = pinHostKeys(before, CLUSTER, [pin("b", ED)])!;
  expect(parse(after)).toEqual({
    config: { "alluxio:cluster": { hosts: { addresses: { b: { port: 22, hostKey: ED } } } } },
  });
  for (const comment of ["# one", "# two"]) expect(after).toContain(comment);
});

test.each([
  [
    "an alias, by which another host would change too",
    "hosts:\n  addresses:\n    a: &same\n      port: 22\n    b: *same\n",
  ],
  ["what an alias stands for", "hosts:\n  addresses:\n    b: &same\n      port: 22\n    c: *same\n"],
  ["a list", "hosts:\n  addresses:\n    - b\n"],
])("%s is left alone", (_, text) => {
  expect(pinHostKeys(inCluster(text), CLUSTER, [pin("b", ED)])).toBeUndefined();
});

test("JSON in a text is left alone", () => {
  expect(pinHostKeys(`config:\n  alluxio:cluster: '{"hosts":{}}'\n`, CLUSTER, [pin("b", ED)])).toBeUndefined();
});

const layouts = fc.record({
  indent: fc.constantFrom(2, 3, 4),
  indentSeq: fc.boolean(),
  lineWidth: fc.constantFrom(0, 60),
  flow: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  comments: fc.boolean(),
  crlf: fc.boolean(),
  pinned: fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }),
});

test("whatever the cluster and the layout: nothing changes but the keys, and not a byte else", () => {
  fc.assert(
    fc.property(hostsConfigs, layouts, fc.boolean(), (config, layout, both) => {
      const { spec } = parseSpec(config, { stack: "dev" });
      const hosts = [...new Set([...spec!.masters.hosts, ...spec!.workers.flatMap((group) => group.hosts)])].slice(
        0,
        2,
      );
      const known: Record<string, object> = Object.fromEntries(
        hosts.filter((_, i) => layout.pinned[i]).map((host) => [host, { port: 22, hostKey: `${OLD}\n${ECDSA}` }]),
      );
      const value = {
        encryptionsalt: "v1:abc",
        config: { "alluxio:cluster": { ...config, hosts: { ...config.hosts, addresses: known } }, "alluxio:other": 1 },
      };
      const { text, comments } = laidOut(value, layout);
      const keys = both ? [ED, ECDSA] : [ED];
      const pins = [...hosts.map((host) => pin(host, ...keys)), { path: ["hosts", "bastions", "j", "hostKey"], keys }];
      let edited = text;
      for (const one of pins) {
        const before = edited;
        edited = pinHostKeys(before, CLUSTER, [one])!;
        // An old key goes, and not a byte else.
        const old = parseDocument(before).getIn(["config", "alluxio:cluster", ...one.path], true) as Node | undefined;
        const [start = 0, end = 0] = old?.range ?? [];
        expect(before.length - kept(before, edited)).toBeLessThanOrEqual(end - start);
      }

      const expected = structuredClone(value) as typeof value & { config: { "alluxio:cluster": { hosts: unknown } } };
      const hostKey = keys.join("\n");
      expected.config["alluxio:cluster"].hosts = {
        ...config.hosts,
        addresses: Object.fromEntries(hosts.map((host) => [host, { ...known[host], hostKey }])),
        bastions: { j: { hostKey } },
      };
      expect(parse(edited)).toEqual(expected);
      expect(pinHostKeys(text, CLUSTER, pins)).toBe(edited);
      for (const comment of comments) expect(edited).toContain(comment);
      // And the second time nothing is left to do.
      expect(pinHostKeys(edited, CLUSTER, pins.slice(0, 1))).toBe(edited);
    }),
    { numRuns: 25 },
  );
});

/** How much of a text another one begins and ends with. */
function kept(text: string, other: string): number {
  const most = Math.min(text.length, other.length);
  let [start, end] = [0, 0];
  while (start < most && text[start] === other[start]) start++;
  while (end < most - start && text.at(-1 - end) === other.at(-1 - end)) end++;
  return start + end;
}

/** A text of the value, with comments at every map's entries, and some maps in braces. */
function laidOut(value: unknown, layout: typeof layouts extends fc.Arbitrary<infer T> ? T : never) {
  const { indent, indentSeq, lineWidth, flow, crlf } = layout;
  const document = parseDocument(stringify(value));
  const comments: string[] = [];
  let count = 0;
  visit(document, {
    Pair: (_, pair) => {
      count++;
      if (isMap(pair.value) && /^(addresses|m0|w0-0\.example\.org)$/.test(String(pair.key)) && flow[count % 5]) {
        pair.value.flow = true;
      } else if (layout.comments && count % 3 === 0 && pair.key !== null) {
        comments.push(`# note ${count};`);
        (pair.key as { commentBefore?: string }).commentBefore = ` note ${count};`;
      }
    },
  });
  const text = document.toString({ indent, indentSeq, lineWidth });
  const kept = comments.filter((comment) => text.includes(comment));
  return { text: crlf ? text.replaceAll("\n", "\r\n") : text, comments: kept };
}
