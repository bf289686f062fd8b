/** Every release of Alluxio that this project knows: the 2.8 and 2.9 lines (GitHub releases; 2.9.5 and 2.9.6 on Maven Central). */
export const RELEASED_VERSIONS = [
  "2.8.0",
  "2.8.1",
  "2.9.0",
  "2.9.1",
  "2.9.2",
  "2.9.3",
  "2.9.4",
  "2.9.5",
  "2.9.6",
] as const;

/** The last one that is an image, a release on GitHub and on Maven Central alike. */
export const DEFAULT_VERSION = "2.9.4";

/**
 * SHA-256 of the official tarballs, as Homebrew's formula of Alluxio recorded each when it came out. It skipped 2.9.0, and
 * of 2.9.6 there is no tarball, only an image and the artifacts on Maven Central.
 */
const TARBALL_SHA256: Readonly<Partial<Record<string, string>>> = {
  "2.8.0": "d2819ea49a14182b1406ed61796026605510abca8f53adeda1ae05305057d1ef",
  "2.8.1": "5cf36642b3c810e697378461dacea82b9a5b88dd49e4fca3895e490fc4846d63",
  "2.9.1": "6f964be791c29d8c47bd7a87c798d668eade293d324543b51eefb8f5a3f7f6b1",
  "2.9.2": "d511cc8ad3f5249f9f471e0fa5193945f13390ade4cedddec5cb29d3989cf1d0",
  "2.9.3": "c71abc5e852d37cfd6b1dea076f056c6997e3f60fbb940bf005acb3a6354a369",
  "2.9.4": "21ec1fbe838a998d3bfd1072b07fbcac0919052c810df49d006f89b52d471b4b",
  "2.9.5": "a85fb49654599f813661f9b8fc68d507774746258c607af33b9b2b12f16feaba",
};

/** @returns the official tarball of a version, or undefined where none is known. */
export function officialRelease(version: string): { readonly url: string; readonly sha256: string } | undefined {
  const sha256 = TARBALL_SHA256[version];
  const url = `https://downloads.alluxio.io/downloads/files/${version}/alluxio-${version}-bin.tar.gz`;
  return sha256 === undefined ? undefined : { url, sha256 };
}
