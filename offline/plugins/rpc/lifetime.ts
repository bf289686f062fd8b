/** Ends this process as soon as the one that started it is gone, so that a killed engine leaves no orphan. */
export function exitWithParent(cleanUp: () => void): void {
  const parent = process.ppid;
  const leave = (): never => {
    cleanUp();
    process.exit(0);
  };
  setInterval(() => {
    // The kernel gives an orphan another parent.
    if (process.ppid !== parent) leave();
  }, 1000).unref();
  // A plugin has a process group of its own: SIGINT comes from the engine that is done, not from the user's Ctrl-C.
  process.once("SIGINT", leave);
  process.once("SIGTERM", leave);
}
