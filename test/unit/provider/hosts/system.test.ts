import { parseSystem } from "../../../../provider/hosts/hostSystem";
import { Untouched } from "../../../../provider/resources/hosts/onHost";
import { system, type SystemInputs, type SystemSight } from "../../../../provider/resources/hosts/system";
import { unhealthyOf } from "../fakes";
import { CUT, failing, OFF, ON_HOST, rest } from "./given";

const FUSE = { path: "/etc/fuse.conf", line: "user_allow_other" };
const LIMIT = { path: "/etc/fuse.conf", line: "mount_max = 9" };
const USER = { name: "alluxio", group: "research", home: "/opt/alluxio/work", shell: "/usr/sbin/nologin" };
const INPUTS: SystemInputs = { ...ON_HOST, user: { ...USER, uid: 1200 }, lines: [FUSE, LIMIT] };
const FINE: SystemSight = { user: INPUTS.user, lines: INPUTS.lines };

function world(seen: Partial<SystemSight> = {}, errors: Error[] = [], left: string[] = []) {
  return system({
    observe: async () => ({ ...FINE, ...seen }),
    apply: failing(errors, () => left),
    remove: async () => left,
  });
}
const create = (kind: ReturnType<typeof world>, given = rest()) => kind.create({ name: "s", news: INPUTS, ...given });
const changes = (kind: ReturnType<typeof world>, state: SystemInputs, news = INPUTS) =>
  kind.diff({ state, oldInputs: INPUTS, news });

test("made, it is what was declared, one a host", async () => {
  expect(await create(world())).toEqual({ id: "blue4:system", state: INPUTS });
});

test.each<[string, Partial<SystemSight>, string[]]>([
  ["as declared", {}, []],
  ["gone", { user: { ...INPUTS.user, name: "missing" } }, ["user.name"]],
  ["with another number and shell", { user: { ...INPUTS.user, uid: 7, shell: "/bin/sh" } }, ["user.shell", "user.uid"]],
  ["with a number of its group that was not declared", { user: { ...INPUTS.user, gid: 7 } }, ["user.gid"]],
  ["without a line", { lines: [LIMIT] }, ["lines"]],
])("read %s", async (_, seen, paths) => {
  const kind = world(seen);
  const state = (await kind.read({ id: "x", state: INPUTS, inputs: INPUTS, ...rest() }))!;
  expect(changes(kind, state).map(({ path }) => path)).toEqual(paths);
});

test("another user is a change in place, another host is another system", () => {
  const news = { ...INPUTS, host: "blue5", user: { ...INPUTS.user, name: "tachyon" } };
  expect(changes(world(), INPUTS, news)).toEqual([
    { path: "host", kind: "update", replace: true },
    { path: "user.name", kind: "update" },
  ]);
});

test("cut off it stays in the state, refused or never begun it does not", async () => {
  expect((await unhealthyOf(create(world({}, [CUT])))).snapshot?.state).toMatchObject({
    user: { name: "missing" },
    lines: [],
  });
  for (const error of [OFF, new Untouched("user alluxio is there with number 5")])
    await expect(create(world({}, [error]))).rejects.toBe(error);
});

test("what does not become as declared is an error that names the properties", async () => {
  const failed = await unhealthyOf(create(world({ lines: [] })));
  expect(failed.message).toContain("is still not as it should be: lines");
});

test("what has to stay is said", async () => {
  const given = rest();
  const kind = world({}, [], ["user alluxio, to whom /srv/journal belongs"]);
  await create(kind, given);
  await kind.delete({ id: "x", state: INPUTS, ...given });
  const said = "warning: blue4 keeps user alluxio, to whom /srv/journal belongs";
  expect(given.progress.said).toEqual([said, said]);
});

test.each<[string, Partial<SystemInputs>]>([
  ["clusterId", { clusterId: "../.." }],
  ["user", { user: { ...USER, name: "-x" } }],
  ["user", { user: { ...USER, group: "a b" } }],
  ["user", { user: { ...USER, uid: 0 } }],
  ["user", { user: { ...USER, gid: 1.5 } }],
  ["user", { user: { ...USER, home: "work" } }],
  ["user", { user: { ...USER, home: "/opt/a:b" } }],
  ["lines", { lines: [{ ...FUSE, path: "etc/fuse.conf" }] }],
  ["lines", { lines: [{ ...FUSE, line: "" }] }],
  ["lines", { lines: [{ ...FUSE, line: "a\nb" }] }],
])("check refuses a wrong %s: %j", async (property, wrong) => {
  const kind = world();
  const failures = await kind.check({ olds: undefined, news: { ...INPUTS, ...wrong }, ...rest() });
  expect(failures.map((failure) => failure.property)).toEqual([property]);
  expect(await kind.check({ olds: undefined, news: INPUTS, ...rest() })).toEqual([]);
});

const probe = (more: { passwd?: string; group?: string; primary?: string; numbers?: string; made?: boolean } = {}) => {
  const {
    passwd = "alluxio:x:1200:990::/opt/alluxio/work:/sbin/nologin",
    group = "research:x:990:",
    made = true,
  } = more;
  const { primary = "research", numbers = "1200:990" } = more;
  return `user ${passwd}\nprimary ${primary}\ngroup ${group}\nnumbers ${numbers}\nshell /sbin/nologin\n${made ? "made\n" : ""}line yes\nline no\n`;
};
const THEIRS = "alluxio:x:1200:100::/home/alluxio:/bin/bash";

test.each<[string, Parameters<typeof probe>[0], Partial<SystemInputs["user"]>]>([
  ["ours, with the nologin of its system", {}, {}],
  [
    "ours, changed",
    { passwd: THEIRS, primary: "users" },
    { group: "users", home: "/home/alluxio", shell: "/bin/bash" },
  ],
  ["one that was there", { passwd: THEIRS, primary: "users", made: false }, {}],
  ["gone", { passwd: "", primary: "" }, { name: "missing" }],
  ["gone with its group", { passwd: "", primary: "", group: "" }, { name: "missing", group: "missing" }],
  ["another number than the declared one", { passwd: "alluxio:x:5:990::/x:/y", made: false }, { uid: 5 }],
  ["another number than it had", { group: "research:x:5:" }, { gid: 5 }],
  ["not made yet", { group: "research:x:5:", numbers: ":", made: false }, {}],
])("the probe's answer: %s", (_, more, seen) => {
  expect(parseSystem(probe(more), INPUTS)).toEqual({ user: { ...INPUTS.user, ...seen }, lines: [FUSE] });
});
