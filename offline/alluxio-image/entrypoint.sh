#!/bin/bash
# The commands and variables of the official image.
set -eu
cd /opt/alluxio

usage() {
  cat >&2 <<'TEXT'
Usage: COMMAND [OPTIONS], where COMMAND is one of
  master [--no-format]        master and job master
  master-only [--no-format]   master
  worker [--no-format]        worker and job worker
  worker-only [--no-format]   worker
  job-master | job-worker | proxy
  fuse [--fuse-opts=opt1,...] [mount_point] [alluxio_path]
Without --no-format the journal, or the worker's cache, is emptied first.
TEXT
  exit 1
}

write_configuration() {
  [ -z "${ALLUXIO_SITE_PROPERTIES:-}" ] || printf '%s\n' "$ALLUXIO_SITE_PROPERTIES" >conf/alluxio-site.properties
  [ -z "${ALLUXIO_LOG4J_PROPERTIES:-}" ] || printf '%s\n' "$ALLUXIO_LOG4J_PROPERTIES" >conf/log4j.properties
  [ ! -f conf/alluxio-env.sh ] || return 0
  local name
  for name in ALLUXIO_{CLASSPATH,HOSTNAME,JARS,RAM_FOLDER} \
    ALLUXIO_{,MASTER_,WORKER_,JOB_MASTER_,JOB_WORKER_,PROXY_,FUSE_,USER_}JAVA_OPTS; do
    [ -z "${!name-}" ] || printf 'export %s="%s"\n' "$name" "${!name}"
  done >conf/alluxio-env.sh
}

# A worker keeps its ramdisk in Docker's /dev/shm unless its options name another place.
default_ram_folder() {
  case "${ALLUXIO_JAVA_OPTS-} ${ALLUXIO_WORKER_JAVA_OPTS-}" in
    *level0.dirs.path=* | *level0.alias=[!M]*) ;;
    *) export ALLUXIO_RAM_FOLDER=${ALLUXIO_RAM_FOLDER:-/dev/shm} ;;
  esac
}

# Started as root with a user of one's own: that user owns Alluxio and runs it.
become_dynamic_user() {
  [ "$(id -u)" -eq 0 ] && [ "${ALLUXIO_USERNAME:-root}" != root ] && [ "${ALLUXIO_GROUP:-root}" != root ] &&
    [ "${ALLUXIO_UID:-0}" -ne 0 ] && [ "${ALLUXIO_GID:-0}" -ne 0 ] || return 0
  getent group "$ALLUXIO_GID" >/dev/null || groupadd -g "$ALLUXIO_GID" "$ALLUXIO_GROUP"
  getent passwd "$ALLUXIO_UID" >/dev/null || useradd -u "$ALLUXIO_UID" -g "$ALLUXIO_GID" "$ALLUXIO_USERNAME"
  chown -R "$ALLUXIO_UID:$ALLUXIO_GID" /opt/alluxio/{conf,logs,journal,underFSStorage} /journal
  exec setpriv --reuid "$ALLUXIO_UID" --regid "$ALLUXIO_GID" --init-groups /entrypoint.sh "$@"
}

format_unless() {
  local what=$1
  shift
  case "$*" in
    --no-format) ;;
    "") bin/alluxio "$what" ;;
    *) usage ;;
  esac
}

# Both processes until both have ended; signals reach both (a background process ignores INT, so it gets HUP).
launch_both() {
  bin/launch-process "$1" -c &
  local first=$!
  bin/launch-process "$2" -c &
  local second=$! signal
  for signal in TERM HUP QUIT USR1 USR2; do
    # shellcheck disable=SC2064
    trap "kill -$signal $first $second 2>/dev/null || true" $signal
  done
  # shellcheck disable=SC2064
  trap "kill -HUP $first $second 2>/dev/null || true" INT
  while kill -0 $first 2>/dev/null || kill -0 $second 2>/dev/null; do wait || true; done
}

mount_fuse() {
  local options=()
  case ${1:-} in
    --fuse-opts=?*) options=(-o "${1#*=}") && shift ;;
    --*) usage ;;
  esac
  local mount_point=${1:-/mnt/alluxio-fuse}
  # What a killed process left behind answers "Transport endpoint is not connected", and cannot be mounted over.
  if grep -q " $mount_point fuse" /proc/self/mounts; then
    if [ "$(id -u)" -eq 0 ]; then umount -l "$mount_point"; else fusermount -uz "$mount_point"; fi
  fi
  mkdir -p "$mount_point"
  exec integration/fuse/bin/alluxio-fuse mount -n ${options[@]+"${options[@]}"} "$mount_point" "${2:-/}"
}

[ $# -gt 0 ] || usage
become_dynamic_user "$@"
service=$1
shift
case $service in worker | worker-only) default_ram_folder ;; esac
write_configuration
case $service in
  master) format_unless formatMaster "$@" && launch_both job_master master ;;
  master-only) format_unless formatMaster "$@" && exec bin/launch-process master -c ;;
  worker) format_unless formatWorker "$@" && launch_both job_worker worker ;;
  worker-only) format_unless formatWorker "$@" && exec bin/launch-process worker -c ;;
  job-master | job-worker) exec bin/launch-process "${service/-/_}" -c ;;
  proxy) exec bin/launch-process proxy -c ;;
  fuse) mount_fuse "$@" ;;
  *) usage ;;
esac
