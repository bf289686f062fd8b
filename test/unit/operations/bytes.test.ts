import { formatBytes } from "../../../operations/bytes";

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1 KiB"],
  [67_378_864, "64.3 MiB"],
  [512 * 1024 ** 2, "512 MiB"],
  [1.5 * 1024 ** 3, "1.5 GiB"],
  [2 * 1024 ** 5, "2 PiB"],
  [2048 * 1024 ** 5, "2048 PiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
