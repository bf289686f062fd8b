"use strict";
// Loads a TypeScript program as one file, compiled when it is first needed and again whenever a source of it has changed.
// tsx compiles and looks up file by file at each start, and each Pulumi command starts three to four programs.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

const project = path.resolve(__dirname, "..");
const folder = path.join(project, ".tools", "compiled");
/** npm writes it with each installation: it stands for all packages. */
const packagesMarker = path.join(project, "node_modules", ".package-lock.json");

/** File systems round the time of a change down by so much at most. */
const CLOCK_GRAIN_MILLISECONDS = 20;

const stampOf = (file) => {
  const { mtimeMs, size } = fs.statSync(file);
  return [mtimeMs, size];
};

/** The compiled text, where it is there and no source has changed since. Its first line says what it was made of. */
function upToDate(file) {
  let text;
  try {
    text = fs.readFileSync(file, "utf8");
    const { stamps } = JSON.parse(text.slice(2, text.indexOf("\n")));
    const same = ([source, ...stamp]) => stampOf(path.join(project, source)).join() === stamp.join();
    return stamps.every(same) ? text : undefined;
  } catch {
    return undefined; // never made, cut short, or made of a file that is gone
  }
}

function compile(entry, file, packages) {
  // esbuild is what tsx compiles with, and comes with it in the version that tsx pins.
  const { buildSync } = require(require.resolve("esbuild", { paths: [require.resolve("tsx/cjs")] }));
  const started = Date.now();
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: project,
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "silent",
    metafile: true,
    write: false,
    outfile: file,
    ...(packages === "external" ? { packages } : { external: ["*.node", "cpu-features"] }),
  });
  const own = Object.keys(metafile.inputs).filter((source) => !source.includes("node_modules/"));
  const sources = [...own, path.relative(project, packagesMarker)];
  const stamps = sources.map((source) => [source, ...stampOf(path.join(project, source))]);
  const text = `//${JSON.stringify({ stamps })}\n${outputFiles[0].text}`;
  // A source that was written meanwhile may have been read before: not kept, so that the next start compiles again.
  if (stamps.some(([, written]) => written >= started - CLOCK_GRAIN_MILLISECONDS)) return text;
  keep(file, text);
  return text;
}

/** At once or not at all: another process may read it at this moment. */
function keep(file, content) {
  fs.mkdirSync(folder, { recursive: true });
  const temporary = `${file}.${process.pid}`;
  fs.writeFileSync(temporary, content);
  fs.renameSync(temporary, file);
}

/** Machine code that an earlier run has made of this very text. V8 itself looks at no more than its version and the length. */
function machineCode(file, digest) {
  try {
    const kept = fs.readFileSync(file);
    return digest.equals(kept.subarray(0, digest.length)) ? kept.subarray(digest.length) : undefined;
  } catch {
    return undefined;
  }
}

/** Runs a compiled text as Node would run it as a module of that name. @returns what it exports */
function run(text, filename, codeFile) {
  const program = new Module(filename, module);
  program.filename = filename;
  program.paths = Module._nodeModulePaths(path.dirname(filename));
  const digest = createHash("sha256").update(text).digest();
  const cachedData = machineCode(codeFile, digest);
  const script = new vm.Script(Module.wrap(text), {
    filename,
    ...(cachedData ? { cachedData } : {}),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const require = Module.createRequire(filename);
  script.runInThisContext().call(program.exports, program.exports, require, program, filename, path.dirname(filename));
  if (!cachedData || script.cachedDataRejected) {
    try {
      // With the functions that the start needs, for those are compiled by now.
      keep(codeFile, Buffer.concat([digest, script.createCachedData()]));
    } catch {
      // The next start takes a moment longer.
    }
  }
  return program.exports;
}

/**
 * Runs a program as `require` would, and returns what it exports. In it `__dirname` is the folder of `entry`, in whichever
 * source it stands. What cannot be compiled, or not be kept, tsx runs; it also says what is wrong with a source.
 * @param {string} entry absolute path of a TypeScript file
 * @param {"external" | "bundled"} packages whether npm packages stay apart: they must where somebody else has loaded them too
 */
function load(entry, packages) {
  const file = path.join(folder, `${path.relative(project, entry).replace(/[^\w.]+/g, "-")}.cjs`);
  let text;
  try {
    text = upToDate(file) ?? compile(entry, file, packages);
  } catch {
    require("tsx/cjs");
    return require(entry);
  }
  // A name of its own for stack traces, whose lines are those of the compiled text.
  return run(text, entry.replace(/\.ts$/, ".compiled.cjs"), `${file}.code`);
}

module.exports = { load };

if (require.main === module) {
  // node scripts/compiled.cjs FILE ARGUMENTS: as if the file had been run.
  const [entry] = process.argv.splice(2, 1);
  load(path.resolve(entry), "bundled");
}
