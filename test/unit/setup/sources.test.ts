import crypto from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { spawnSync } from "node:child_process";
import { PULUMI_VERSION } from "../../../scripts/environment.cjs";
import { debianMirror, isDebian } from "../../../scripts/setup/debian";
import { dockerHost } from "../../../scripts/setup/docker-endpoint";
import { launcherText } from "../../../scripts/setup/plugins";
import { archiveName, checksumOf, downloadRelease } from "../../../scripts/setup/pulumi-release";
import { wantedImage } from "../../../scripts/setup/stack-config";

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "sources-"))));
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("the official release", () => {
  const name = `pulumi-v${PULUMI_VERSION}-linux-x64.tar.gz`;

  test("is named after the machine", () => {
    expect(archiveName("linux", "x64")).toBe(name);
    expect(archiveName("darwin", "arm64")).toBe(`pulumi-v${PULUMI_VERSION}-darwin-arm64.tar.gz`);
    expect(archiveName("linux", "riscv64")).toBeUndefined();
  });

  test("a checksum is that of exactly this file", () => {
    const sum = "0".repeat(64);
    expect(checksumOf(`${"1".repeat(64)}  x-${name}\n${sum}  ${name}\n`, name)).toBe(sum);
    expect(checksumOf(`${sum}  ${name}.asc\n`, name)).toBeUndefined();
    expect(checksumOf(`deadbeef  ${name}\n`, name)).toBeUndefined();
  });

  async function served<T>(checksum: (archive: Buffer) => string, use: (url: string) => Promise<T>): Promise<T> {
    fs.mkdirSync(path.join(folder, "pulumi"));
    fs.writeFileSync(path.join(folder, "pulumi", "pulumi"), "#!/bin/sh\n", { mode: 0o755 });
    spawnSync("tar", ["-czf", path.join(folder, name), "-C", folder, "pulumi"]);
    const archive = fs.readFileSync(path.join(folder, name));
    const files: Record<string, string | Buffer> = {
      [`/${name}`]: archive,
      [`/pulumi-${PULUMI_VERSION}-checksums.txt`]: `${checksum(archive)}  ${name}\n`,
    };
    const server = http.createServer((request, response) => response.end(files[request.url ?? ""]));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.close();
    }
  }

  const sha256 = (data: Buffer) => crypto.createHash("sha256").update(data).digest("hex");

  test("is unpacked when its published checksum is right", async () => {
    const target = path.join(folder, "target");
    fs.mkdirSync(target);
    await served(sha256, (url) => downloadRelease(target, name, url));
    expect(fs.readdirSync(target)).toEqual(["bin"]);
    expect(fs.statSync(path.join(target, "bin", "pulumi")).mode & 0o111).not.toBe(0);
  });

  test("is refused, and left packed, when the checksum is another", async () => {
    const target = path.join(folder, "target");
    fs.mkdirSync(target);
    const wrong = served(
      () => "0".repeat(64),
      (url) => downloadRelease(target, name, url),
    );
    await expect(wrong).rejects.toThrow(/Nothing of it is used/);
    expect(fs.readdirSync(target)).toEqual([]);
  });
});

describe("the image a stack wants", () => {
  test("is the default version where nothing is said", () => {
    const wanted = { version: "2.9.4", ref: "alluxio/alluxio:2.9.4", key: "2.9.4", isDefault: true };
    expect(wantedImage(undefined)).toEqual(wanted);
    expect(wantedImage({})).toEqual(wanted);
  });

  test("follows the config's version", () => {
    expect(wantedImage({ version: "2.9.6" })).toMatchObject({
      ref: "alluxio/alluxio:2.9.6",
      key: "2.9.6",
      isDefault: true,
    });
  });

  test("is the config's own image, filed under its name", () => {
    const image = "registry.example/alluxio@sha256:abc";
    expect(wantedImage({ image, version: "2.9.6" })).toEqual({
      version: "2.9.6",
      ref: image,
      key: image,
      isDefault: false,
    });
  });

  test("is what --version says, whatever the config names", () => {
    expect(wantedImage({ image: "x", version: "2.9.6" }, "2.9.0")).toMatchObject({ key: "2.9.0", isDefault: true });
  });
});

describe("the machine", () => {
  test.each([
    ["ID=debian\n", true],
    ["ID=ubuntu\nID_LIKE=debian\n", true],
    ['ID_LIKE="ubuntu debian"\n', true],
    ["ID=fedora\n", false],
    ["NAME=debian\n", false],
  ])("%j is Debian-like: %s", (text, expected) => expect(isDebian(text)).toBe(expected));

  test.each([
    ["Types: deb\nURIs: https://packages.example/debian\nSuites: bookworm\n", "https://packages.example/debian"],
    ["deb [arch=amd64] http://ftp.example/debian/ bookworm main\n", "http://ftp.example/debian/"],
  ])("%j has the Debian mirror %s", (text, expected) => expect(debianMirror(text)).toBe(expected));

  test.each(["URIs: https://packages.example/ubuntu\n", "URIs: https://packages.example/debian-security\n", ""])(
    "%j names no mirror of Debian",
    (text) => expect(() => debianMirror(text)).toThrow("name no mirror"),
  );

  test("its Docker is DOCKER_HOST, else the chosen context, else the local socket", () => {
    const id = crypto.createHash("sha256").update("rootless").digest("hex");
    const meta = path.join(folder, "contexts", "meta", id);
    fs.mkdirSync(meta, { recursive: true });
    fs.writeFileSync(
      path.join(meta, "meta.json"),
      '{"Endpoints":{"docker":{"Host":"unix:///run/user/1/docker.sock"}}}',
    );
    const env = { DOCKER_CONFIG: folder };
    expect(dockerHost(env)).toBe("unix:///var/run/docker.sock");
    expect(dockerHost({ ...env, DOCKER_CONTEXT: "rootless" })).toBe("unix:///run/user/1/docker.sock");
    fs.writeFileSync(path.join(folder, "config.json"), '{"currentContext":"rootless"}');
    expect(dockerHost(env)).toBe("unix:///run/user/1/docker.sock");
    expect(dockerHost({ ...env, DOCKER_HOST: "tcp://10.0.0.1:2375" })).toBe("tcp://10.0.0.1:2375");
  });
});

test("a stand-in's launcher starts in any folder, also where the project's path holds blanks and quotes", () => {
  const project = path.join(folder, "it's here");
  const main = path.join(project, "offline", "plugins", "docker");
  fs.mkdirSync(main, { recursive: true });
  fs.symlinkSync(path.resolve("node_modules"), path.join(project, "node_modules"));
  fs.mkdirSync(path.join(project, "scripts"));
  fs.copyFileSync("scripts/compiled.cjs", path.join(project, "scripts", "compiled.cjs"));
  fs.writeFileSync(
    path.join(main, "main.ts"),
    "const args: string[] = process.argv.slice(2);\nconsole.log(args.join());\n",
  );
  const launcher = path.join(folder, "launcher");
  fs.writeFileSync(launcher, launcherText(project, "docker", process.execPath), { mode: 0o755 });
  const { stdout } = spawnSync(launcher, ["127.0.0.1:1", "a b"], { cwd: "/", encoding: "utf8" });
  expect(stdout).toBe("127.0.0.1:1,a b\n");
});
