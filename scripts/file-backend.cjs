"use strict";
// The files of a file backend, and what a Pulumi that was killed can leave among them so that no other one reads the stack any more.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { fileURLToPath } = require("node:url");

/** The folder of a backend that is one of files; undefined for others, which nobody can look into. */
function backendFolder(backendUrl) {
  if (!backendUrl?.startsWith("file://")) return undefined;
  const folder = backendUrl.startsWith("file:///") ? pathOf(backendUrl) : backendUrl.slice("file://".length);
  return folder === undefined ? undefined : path.join(folder.replace(/^~/, os.homedir()), ".pulumi");
}

/** As the backend itself reads it, with percent signs for what a URL cannot hold; undefined where it is none, which Pulumi tells. */
function pathOf(url) {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

/** Names in a folder; none where there is no such folder. */
function entries(folder) {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * Removes attributes that are empty: beside each checkpoint the backend keeps a file of them, which it empties and then writes.
 * Killed in between, every later command says `failed to load checkpoint: EOF`, although the checkpoint is whole. Without that file
 * it is read, and the next run writes the file again.
 * @param {string | undefined} backendUrl
 * @param {string} projectName
 */
function removeEmptyAttributes(backendUrl, projectName) {
  const backend = backendFolder(backendUrl);
  if (backend === undefined) return;
  const folder = path.join(backend, "stacks", projectName);
  for (const name of entries(folder).filter((one) => one.endsWith(".attrs"))) {
    const file = path.join(folder, name);
    try {
      if (fs.statSync(file).size === 0) fs.unlinkSync(file);
    } catch {
      // Somebody else was quicker.
    }
  }
}

module.exports = { backendFolder, entries, removeEmptyAttributes };
