"use strict";
// What a Pulumi that was killed can leave in a file backend so that no other one reads the stack any more.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

/**
 * Removes attributes that are empty: beside each checkpoint the backend keeps a file of them, which it empties and then writes.
 * Killed in between, every later command says `failed to load checkpoint: EOF`, although the checkpoint is whole. Without that file
 * it is read, and the next run writes the file again.
 * @param {string | undefined} backendUrl
 * @param {string} projectName
 */
function removeEmptyAttributes(backendUrl, projectName) {
  if (!backendUrl?.startsWith("file://")) return;
  const root = backendUrl.slice("file://".length).replace(/^~/, os.homedir());
  const folder = path.join(root, ".pulumi", "stacks", projectName);
  for (const file of attributesIn(folder)) {
    try {
      if (fs.statSync(file).size === 0) fs.unlinkSync(file);
    } catch {
      // Somebody else was quicker.
    }
  }
}

function attributesIn(folder) {
  try {
    return fs
      .readdirSync(folder)
      .filter((name) => name.endsWith(".attrs"))
      .map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

module.exports = { removeEmptyAttributes };
