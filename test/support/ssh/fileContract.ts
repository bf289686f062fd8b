import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { faultOf, type SshWorld } from "./world";

/** What the SSH transport promises of files. */
export function fileContract(world: SshWorld): void {
  describe("files", () => {
    const source = join(world.here, "source");
    const content = randomBytes(3_000_000);
    const digest = createHash("sha256").update(content).digest("hex");
    beforeAll(() => writeFileSync(source, content));
    const part = (path: string): string => `${path}.${digest.slice(0, 12)}.part`;
    const there = async (path: string): Promise<string> =>
      (await world.out('sha256sum <"$1"; stat -c "%a" "$1"', { args: [path] })).replace(/\s+-?\s*/g, " ").trim();

    test("an upload is whole, with its mode, and the second one sends nothing", async () => {
      const path = `${world.folder}/it's new`;
      const progress: number[] = [];
      const options = { mode: "0755", sha256: digest, onProgress: (sent: number) => progress.push(sent) };
      expect(await world.ssh.upload("h1", source, path, options)).toBe(content.length);
      expect(await there(path)).toBe(`${digest} 755`);
      expect([progress[0], progress.at(-1)]).toEqual([0, content.length]);
      expect(progress).toEqual([...progress].sort((a, b) => a - b));
      expect(await world.ssh.upload("h1", source, path, { mode: "0700" })).toBe(0);
      expect(await there(path)).toBe(`${digest} 700`);
      expect(await world.out('ls -a "$1"', { args: [world.folder] })).not.toContain(".part");
    });

    test.each([
      ["the beginning of it", () => content.subarray(0, 1_000_000), 2_000_000],
      ["all of it", () => content, 0],
      ["nothing", () => Buffer.alloc(0), 3_000_000],
      ["something else", () => randomBytes(1000), 3_000_000],
      ["more than it", () => Buffer.concat([content, content]), 3_000_000],
    ])("an upload goes on where an earlier one ended: %s is there", async (name, before, sent) => {
      const path = `${world.folder}/resumed ${name}`;
      await world.out('cat >"$1"', { args: [part(path)], stdin: before() });
      expect(await world.ssh.upload("h1", source, path)).toBe(sent);
      expect(await there(path)).toBe(`${digest} 600`);
    });

    test("an upload that is cut off leaves the old file, and the next one goes on", async () => {
      const big = join(world.here, "big");
      const bytes = randomBytes(16_000_000);
      writeFileSync(big, bytes);
      const path = `${world.folder}/cut off`;
      await world.ssh.writeFile("h1", path, "old");
      const onProgress = (sent: number): void => {
        if (sent > 8_000_000) world.proxy.cut();
      };
      expect(await faultOf(world.ssh.upload("h1", big, path, { onProgress }))).toMatchObject({
        fault: "connection lost",
      });
      expect(await world.out('cat "$1"', { args: [path] })).toBe("old");
      const sent = await world.ssh.upload("h1", big, path);
      expect(sent).toBeGreaterThan(0);
      expect(sent).toBeLessThan(bytes.length);
      expect(await there(path)).toBe(`${createHash("sha256").update(bytes).digest("hex")} 600`);
    });

    test("a file that is not what it should be is refused here, and touches nothing", async () => {
      const failing = world.ssh.upload("h1", source, `${world.folder}/wrong`, { sha256: "0".repeat(64) });
      await expect(failing).rejects.toThrow(`${source} is not the file that was meant: its SHA-256 is ${digest}`);
      expect(world.proxy.connections).toBe(0);
    });

    test("what the host says of a file that it cannot write is in the error", async () => {
      const failing = world.ssh.upload("h1", source, `${world.folder}/no/such/folder`);
      await expect(failing).rejects.toThrow(/the upload of .* on host h1 failed: .*(?:No such file|nonexistent)/);
    });

    test("a small file is written in one step, for nobody but its owner, also over a link", async () => {
      const path = `${world.folder}/small`;
      await world.out('echo secret >"$1.target"; ln -s "$1.target" "$1"', { args: [path] });
      await world.ssh.writeFile("h1", path, "a\0b\n");
      expect(await world.out('cat "$1.target"; stat -c "%a %F" "$1"; od -c "$1" | head -1', { args: [path] })).toMatch(
        /^secret\n600 regular file\n0+ +a +\\0 +b +\\n\n$/,
      );
      await world.ssh.writeFile("h1", path, "", { mode: "0644" });
      expect(await world.out('stat -c "%a %s" "$1"', { args: [path] })).toBe("644 0\n");
    });
  });
}
