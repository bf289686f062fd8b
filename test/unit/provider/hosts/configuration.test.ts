import { Seal, seal } from "../../../../provider/sealing";
import { createHash } from "node:crypto";
import { parseConfiguration } from "../../../../provider/hosts/hostConfiguration";
import {
  configuration,
  configurationDigest,
  type ConfigurationInputs,
  type Gone,
  type Observed,
} from "../../../../provider/resources/hosts/configuration";
import { unhealthyOf } from "../fakes";
import { CUT, failing, OFF, ON_HOST, rest } from "./given";

const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");
const OWNED = { owner: "alluxio", group: "alluxio" };
const SITE = "/etc/alluxio/alluxio-site.properties";
const LOGS = "/var/log/alluxio";
const INPUTS: ConfigurationInputs = {
  ...ON_HOST,
  directories: { [LOGS]: { ...OWNED, mode: "0750" } },
  files: { [SITE]: { ...OWNED, mode: "0600", sha256: sha256Of("password") } },
  contents: { [SITE]: "password" },
};
const ANOTHER = { "/etc/alluxio/b": { ...OWNED, mode: "0644", sha256: sha256Of("b") } };

function world(seen?: Partial<Observed>, errors: Error[] = []) {
  const applied: { paths: string[]; gone: Gone }[] = [];
  const seal = new Seal();
  const access = {
    observe: failing(errors, ({ directories, files }: ConfigurationInputs) => ({ directories, files, ...seen })),
    apply: failing(errors, ({ directories, files }: ConfigurationInputs, gone: Gone) => {
      applied.push({ paths: [...Object.keys(directories), ...Object.keys(files)], gone });
      return Object.keys(gone.directories);
    }),
  };
  return { kind: configuration(access, seal), applied, seal };
}
const create = ({ kind }: ReturnType<typeof world>, news = INPUTS) => kind.create({ name: "conf", news, ...rest() });

test("sealed contents are opened for the host alone, and only those of this run", async () => {
  const one = world();
  const sealed = { ...INPUTS, contents: { [SITE]: seal("password", one.seal.publicKey) }, sealed: [SITE] };
  const { state } = await create(one, sealed);
  expect(state).toEqual({ ...sealed, contents: {}, digest: configurationDigest(INPUTS.files) });
  await expect(create(world(), sealed)).rejects.toThrow(`the content of ${SITE} was sealed for another run`);
});

test("made, it has a digest, and no contents in its state", async () => {
  const { id, state } = await create(world());
  expect([id, state]).toEqual(["blue4:conf", { ...INPUTS, contents: {}, digest: configurationDigest(INPUTS.files) }]);
  expect(JSON.stringify(await world().kind.preview({ name: "conf", news: INPUTS, state }))).not.toContain("password");
});

test("the digest changes with a content or a path, and not with an owner, a mode or the order", () => {
  const digest = (files: ConfigurationInputs["files"]): string => configurationDigest(files);
  const file = INPUTS.files[SITE]!;
  expect(digest({ [SITE]: { ...file, mode: "0644", owner: "root" } })).toBe(digest(INPUTS.files));
  expect(digest({ ...ANOTHER, ...INPUTS.files })).toBe(digest({ ...INPUTS.files, ...ANOTHER }));
  const others = [digest({ [SITE]: { ...file, sha256: sha256Of("x") } }), digest({ "/etc/x": file }), digest({})];
  expect(new Set([digest(INPUTS.files), ...others]).size).toBe(4);
});

test.each<[string, Partial<Observed>, string[]]>([
  ["as declared", {}, []],
  [
    "another content",
    { files: { [SITE]: { ...INPUTS.files[SITE]!, sha256: "missing" } } },
    [`files["${SITE}"].sha256`],
  ],
  [
    "another owner and mode",
    { files: { [SITE]: { ...INPUTS.files[SITE]!, owner: "root", mode: "0644" } } },
    [`files["${SITE}"].mode`, `files["${SITE}"].owner`],
  ],
  ["no directory", { directories: { [LOGS]: { ...OWNED, mode: "missing" } } }, [`directories["${LOGS}"].mode`]],
])("read: %s", async (_, seen, paths) => {
  const { kind } = world(seen);
  const { state } = await create(world());
  const read = (await kind.read({ id: "blue4:conf", state, inputs: INPUTS, ...rest() }))!;
  expect(kind.diff({ state: read, oldInputs: INPUTS, news: INPUTS }).map(({ path }) => path)).toEqual(paths);
  expect(read.contents).toEqual({});
});

test("what has left the spec is given back, and what has to stay is said", async () => {
  const { kind, applied } = world();
  const { state } = await create(world());
  const given = rest();
  const news = { ...INPUTS, directories: {}, files: ANOTHER, contents: { "/etc/alluxio/b": "b" } };
  await kind.update({ id: "blue4:conf", state, news, ...given });
  expect(applied).toEqual([{ paths: ["/etc/alluxio/b"], gone: { directories: INPUTS.directories, files: [SITE] } }]);
  expect(given.progress.said[0]).toContain(`${LOGS} stays`);
  await kind.delete({ id: "blue4:conf", state, ...rest() });
  expect(applied[1]).toEqual({ paths: [], gone: { directories: INPUTS.directories, files: [SITE] } });
});

test("cut off, all that it may have written stays in the state, to be looked for and taken back", async () => {
  const { snapshot } = await unhealthyOf(create(world({}, [CUT])));
  expect(snapshot?.state).toMatchObject({ files: { [SITE]: { sha256: "missing" } }, contents: {} });
  await expect(create(world({}, [OFF]))).rejects.toBe(OFF);
});

test("a content that is not the one of its digest is refused", async () => {
  const machine = world();
  await expect(create(machine, { ...INPUTS, contents: { [SITE]: "x" } })).rejects.toThrow(
    `the content of ${SITE} is not`,
  );
  expect(machine.applied).toEqual([]);
});

test("the probe's answer stands in the order of the question", () => {
  const sha256 = sha256Of("x");
  const file = { ...OWNED, mode: "0644", sha256: "declared" };
  const text = `next\nowner alluxio 9 root 0 755\nnext\nnext\nowner root 0 alluxio 9 600\nsha256 ${sha256}\nnext\n`;
  const directory = { ...OWNED, mode: "0750", disposable: true };
  expect(
    parseConfiguration(text, { directories: { "/a": directory, "/b": directory }, files: { "/c": file, "/d": file } }),
  ).toEqual({
    directories: { "/a": { ...directory, group: "root", mode: "0755" }, "/b": { ...directory, mode: "missing" } },
    files: { "/c": { owner: "root", group: "alluxio", mode: "0600", sha256 }, "/d": { ...file, sha256: "missing" } },
  });
});
