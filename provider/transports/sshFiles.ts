/** Printed where what has come is not what was meant. */
export const OTHER_DIGEST = "other digest";
/** Printed where the file is in its place already. */
export const WHOLE = "whole";

/**
 * What is there of a file that is to be put in place, and where it is there whole, who may read it.
 * $1 target, $2 its temporary name, $3 SHA-256 of what it should be, $4 mode, $5 owner or nothing.
 * Prints `whole`, or the number of bytes that the temporary file has, and their digest.
 */
export const LOOK_AT_FILE = `
digest() { sha256sum <"$1" | cut -d ' ' -f 1; }
if [ -f "$1" ] && [ ! -L "$1" ] && [ "$(digest "$1")" = "$3" ]; then
[ -z "$5" ] || chown -- "$5" "$1" || exit
chmod -- "$4" "$1" && echo ${WHOLE}
exit
fi
if [ -f "$2" ] && [ ! -L "$2" ]; then echo "$(wc -c <"$2")" "$(digest "$2")"; else echo 0 none; fi
`;

/**
 * Puts a file in its place, of which the rest comes on standard input: in one step, and only if it is whole and right. At
 * no moment does it have another owner or mode there. What earlier uploads to this place have left goes.
 * $1 target, $2 its temporary name, $3 SHA-256, $4 how many bytes of it are there, $5 mode, $6 owner or nothing.
 * The temporary file is made anew, never followed: the folder may be one where others write too.
 */
export const PUT_FILE = `
umask 077
if [ "$4" = 0 ]; then
rm -f -- "$2" || exit
set -C
: >"$2" || exit
set +C
fi
[ "$(wc -c <"$2")" -eq "$4" ] || { echo "somebody else writes $2" >&2; exit 1; }
cat >>"$2" || exit
found=$(sha256sum <"$2" | cut -d ' ' -f 1)
if [ "$found" != "$3" ]; then
rm -f -- "$2"
echo "${OTHER_DIGEST} $found"
exit 1
fi
[ -z "$6" ] || chown -- "$6" "$2" || exit
chmod -- "$5" "$2" || exit
sync -- "$2" 2>/dev/null
mv -f -T -- "$2" "$1" || exit
rm -f -- "$1".????????????.part
`;

/** Where a file lies until it is whole. The same for the same contents, so that an upload can go on. */
export const temporaryName = (path: string, sha256: string): string => `${path}.${sha256.slice(0, 12)}.part`;
