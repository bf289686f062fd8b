# Sourced by every command of the image and of the tarball: where Alluxio is, which Java runs it, and with which options.
# Variables are those that the official scripts understand.
ALLUXIO_HOME=${ALLUXIO_HOME:-$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")}
ALLUXIO_CONF_DIR=${ALLUXIO_CONF_DIR:-$ALLUXIO_HOME/conf}
ALLUXIO_LOGS_DIR=${ALLUXIO_LOGS_DIR:-$ALLUXIO_HOME/logs}
# shellcheck disable=SC1091
[ ! -r "$ALLUXIO_CONF_DIR/alluxio-env.sh" ] || . "$ALLUXIO_CONF_DIR/alluxio-env.sh"
JAVA_HOME=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}

options=(-Dalluxio.home="$ALLUXIO_HOME" -Dalluxio.conf.dir="$ALLUXIO_CONF_DIR"
  -Dalluxio.logs.dir="$ALLUXIO_LOGS_DIR" -Dalluxio.user.logs.dir="$ALLUXIO_LOGS_DIR/user"
  -Dlog4j.configuration="file:$ALLUXIO_CONF_DIR/log4j.properties"
  -Djava.net.preferIPv4Stack=true
  -Dorg.apache.ratis.thirdparty.io.netty.allocator.useCacheForAllThreads=false)
[ -z "${ALLUXIO_MASTER_HOSTNAME:-}" ] || options+=(-Dalluxio.master.hostname="$ALLUXIO_MASTER_HOSTNAME")
[ -z "${ALLUXIO_MASTER_MOUNT_TABLE_ROOT_UFS:-}" ] ||
  options+=(-Dalluxio.master.mount.table.root.ufs="$ALLUXIO_MASTER_MOUNT_TABLE_ROOT_UFS")
[ -z "${ALLUXIO_WORKER_RAMDISK_SIZE:-}" ] || options+=(-Dalluxio.worker.ramdisk.size="$ALLUXIO_WORKER_RAMDISK_SIZE")
[ -z "${ALLUXIO_RAM_FOLDER:-}" ] || options+=(-Dalluxio.worker.tieredstore.level0.alias=MEM
  -Dalluxio.worker.tieredstore.level0.dirs.path="$ALLUXIO_RAM_FOLDER")

# add VARIABLE: its words are further options. Later ones win, so the most particular is added last.
add() {
  local words
  read -r -d '' -a words <<<"${!1-}" || true
  [ ${#words[@]} -eq 0 ] || options+=("${words[@]}")
}

# default_heap OPTION...: only where nobody has said how much memory there is.
default_heap() {
  case " ${options[*]} " in *" -Xmx"* | *MaxRAMPercentage*) ;; *) options+=("$@") ;; esac
}

# java MAIN ARGUMENT...: takes the place of the shell. Two jars have classes of the same name, and `*` of Java's own goes by the
# order that the file system happens to have: so they are named, in the order of their names.
java() {
  local jars
  jars=$(LC_ALL=C && printf ':%s' "$ALLUXIO_HOME"/assembly/*.jar)
  export CLASSPATH=$ALLUXIO_CONF_DIR${ALLUXIO_CLASSPATH:+:$ALLUXIO_CLASSPATH}$jars
  exec "$JAVA_HOME/bin/java" "${options[@]}" "$@"
}
