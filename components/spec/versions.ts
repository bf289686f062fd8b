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
