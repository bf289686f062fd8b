/** A run shorter than this counts as a failed start: a JVM is up in half a minute, on an overloaded machine in two. */
const SHORT_RUN_SECONDS = 120;
const FIRST_DELAY_SECONDS = 5;
export const LONGEST_DELAY_SECONDS = 60;

/**
 * `$1` a file that lives as long as systemd starts a unit again by itself. Waits before a start that soon follows another:
 * not at all the first time, then twice as long each time, up to the longest. Its last run was long: not at all again.
 *
 * systemd has the like since version 254 (`RestartSteps=`), but there the wait never becomes shorter again, and its
 * limit of starts (`StartLimitBurst=`) gives up.
 */
export const START_DELAY = `#!/bin/sh
set -eu
seconds() {
  read -r up _ </proc/uptime
  echo "\${up%%.*}"
}

now=$(seconds)
last=0 delay=0
if [ -r "$1" ] && read -r last delay <"$1" && [ $((now - last)) -lt ${SHORT_RUN_SECONDS} ]; then
  delay=$((delay * 2))
  [ "$delay" -ge ${FIRST_DELAY_SECONDS} ] || delay=${FIRST_DELAY_SECONDS}
  [ "$delay" -le ${LONGEST_DELAY_SECONDS} ] || delay=${LONGEST_DELAY_SECONDS}
  echo "its last run was short: waiting $delay seconds before it starts again"
  sleep "$delay"
else
  delay=0
fi
echo "$(seconds) $delay" >"$1"
`;
