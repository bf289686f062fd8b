/**
 * Runs a program by Alluxio's own command, as the user of a master that was made by hand: nobody runs as root what another
 * user may have changed. It leaves no log and no file behind.
 *
 * @param program of bash
 * @returns a script. `$1` Alluxio's home, `$2` its configuration, `$3` user number, `$4` group number, `$5` user name
 */
export const asUserOfMaster = (program: string): string => `
home=$1 conf=$2 uid=$3 gid=$4 user=$5
PATH=$home/bin:$PATH
ALLUXIO_CONF_DIR=$conf
_JAVA_OPTIONS="-Dlog4j.configuration=file:/dev/null -XX:-UsePerfData -Dalluxio.security.login.username=$user"
export PATH ALLUXIO_CONF_DIR _JAVA_OPTIONS
program=$(cat <<'END_OF_PROGRAM'
${program}
END_OF_PROGRAM
)
[ "$(id -u)" != 0 ] || [ "$uid" = 0 ] || exec setpriv --reuid "$uid" --regid "$gid" --clear-groups bash -c "$program"
exec bash -c "$program"
`;
