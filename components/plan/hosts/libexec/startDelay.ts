/** A run shorter than this counts as a failed start: a JVM is up in half a minute, on an overloaded machine in two. */
const SHORT_RUN_SECONDS = 120;
const FIRST_DELAY_SECONDS = 5;
export const LONGEST_DELAY_SECONDS = 60;

/**
 * `$1` a file that lives as long as systemd starts a unit again by itself. Waits before a start that follows a short run:
 * not after the first, which was an accident, then twice as long each time, up to the longest. After a long run all is
 * forgotten.
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

# The second of the last start, and how many short runs there have been one after the other.
last=0 short=0
if [ -r "$1" ] && read -r last short <"$1" && [ $(($(seconds) - last)) -lt ${SHORT_RUN_SECONDS} ]; then
  short=$((short + 1))
else
  short=0
fi
delay=0 count=1
while [ "$count" -lt "$short" ] && [ "$delay" -lt ${LONGEST_DELAY_SECONDS} ]; do
  delay=$((delay * 2)) count=$((count + 1))
  [ "$delay" -gt 0 ] || delay=${FIRST_DELAY_SECONDS}
  [ "$delay" -le ${LONGEST_DELAY_SECONDS} ] || delay=${LONGEST_DELAY_SECONDS}
done
if [ "$delay" -gt 0 ]; then
  echo "$short short runs one after the other: waiting $delay seconds before the next"
  sleep "$delay"
fi
echo "$(seconds) $short" >"$1"
`;
