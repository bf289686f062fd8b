import { LEDGERS } from "../../components/plan/hosts/ledgerNames";

/** Exit code of a script that has changed nothing, because that is not for it to change. */
export const REFUSED = 3;

/**
 * Functions of the shell that keep the ledger: what we make or change on a host, and how it was found. `$1` is the cluster
 * id, which is taken off the arguments.
 *
 * An entry is a folder `<kind>-<digest of the path>` with `path`, `found` (`absent`, `file`, or `directory <owner> <mode>`) and,
 * where a file was found, `original`. It appears in one step, before the path is touched, and the first one stands: a run that
 * is killed in between leaves nothing that a later one does not know. Kinds: `file`; `directory`, which somebody has declared;
 * `parent`, made on the way to something; and those of the resources, some of which go by a name that is no path.
 */
export const LEDGER = `
set -u
export LC_ALL=C
umask 022
ledger=${LEDGERS}/$1
shift
die() { printf '%s\\n' "$*" >&2; exit 1; }
refuse() { printf '%s\\n' "$*" >&2; exit ${REFUSED}; }
entry() { printf '%s/%s-%s' "$ledger" "$1" "$(printf %s "$2" | sha256sum | cut -c 1-16)"; }
knows() { [ -e "$(entry "$1" "$2")" ]; }
found_absent() { [ "$(cat "$(entry "$1" "$2")/found" 2>/dev/null)" = absent ]; }
forget() { rm -rf -- "$(entry "$1" "$2")"; }

begin_note() {
  (umask 077 && mkdir -p "$ledger" && rm -rf -- "$noted.$$" && mkdir "$noted.$$" && printf %s "$1" >"$noted.$$/path")
}
end_note() {
  mv -T -- "$noted.$$" "$noted" 2>/dev/null && return
  # Somebody else was quicker.
  rm -rf -- "$noted.$$"
  [ -e "$noted" ]
}

# note KIND PATH: how it is found; nothing where that stands there already
note() {
  noted=$(entry "$1" "$2")
  [ ! -e "$noted" ] || return 0
  begin_note "$2" || return
  if [ -L "$2" ] || [ -f "$2" ]; then
    cp -a -- "$2" "$noted.$$/original" && echo file >"$noted.$$/found" || return
  elif [ -d "$2" ]; then
    stat -c 'directory %u:%g %a' -- "$2" >"$noted.$$/found" || return
  elif [ -e "$2" ]; then
    refuse "$2 is neither a file nor a folder: remove it, or choose another path"
  else
    echo absent >"$noted.$$/found" || return
  fi
  end_note
}

# note_as KIND NAME FOUND: the same of what has a name instead of a path
note_as() {
  noted=$(entry "$1" "$2")
  [ ! -e "$noted" ] || return 0
  begin_note "$2" && printf '%s\\n' "$3" >"$noted.$$/found" && end_note
}

# hand_over KIND NAME: whether another cluster uses it too, whose ledger is then 'heir'. What we have made is that one's to
# take away.
hand_over() {
  mine=$(entry "$1" "$2")
  for theirs in ${LEDGERS}/*/"\${mine##*/}"; do
    if [ "$theirs" = "$mine" ] || [ ! -e "$theirs/found" ]; then continue; fi
    case $(cat "$mine/found") in
      absent | open*) cp -- "$mine/found" "$theirs/found.new" && mv -f -T -- "$theirs/found.new" "$theirs/found" || die "$theirs cannot be written" ;;
    esac
    heir=\${theirs%/*}
    return 0
  done
  return 1
}

# hand_over_parents PATH: the folders that were made on the way to what was handed over
hand_over_parents() {
  climbing=$(dirname -- "$1")
  while knows parent "$climbing" && ! knows directory "$climbing"; do
    mine=$(entry parent "$climbing")
    theirs=$heir/\${mine##*/}
    if [ ! -e "$theirs" ]; then cp -a -T -- "$mine" "$theirs.$$" && mv -T -- "$theirs.$$" "$theirs" || return; fi
    forget parent "$climbing"
    climbing=$(dirname -- "$climbing")
  done
}

make_parents() {
  [ ! -d "$1" ] || return 0
  if [ -e "$1" ] || [ -L "$1" ]; then die "$1 is no folder"; fi
  make_parents "$(dirname -- "$1")" || return
  note parent "$1" || return
  mkdir -- "$1" 2>/dev/null || [ -d "$1" ]
}

# make_directory PATH MODE OWNER
make_directory() {
  make_parents "$(dirname -- "$1")" && note directory "$1" || return
  [ -d "$1" ] || mkdir -m 700 -- "$1" || return
  [ -z "$3" ] || chown -- "$3" "$1" || return
  [ -z "$2" ] || chmod -- "$2" "$1"
}

# mark_directory PATH kept|disposable: whether what is in it goes with it
mark_directory() {
  if [ "$2" = disposable ]; then : >"$(entry directory "$1")/disposable"; else rm -f -- "$(entry directory "$1")/disposable"; fi
}

# empty_directory PATH: nothing that was there before us, and nothing that is mounted
empty_directory() {
  if found_absent directory "$1" && [ ! -L "$1" ]; then rm -rf --one-file-system -- "$1"; fi
}

# The folders that were made on the way to PATH, as long as nothing else is in them and nobody has declared them.
remove_parents() {
  climbing=$(dirname -- "$1")
  while knows parent "$climbing" && ! knows directory "$climbing"; do
    if [ -e "$climbing" ]; then rmdir -- "$climbing" 2>/dev/null || break; fi
    forget parent "$climbing"
    climbing=$(dirname -- "$climbing")
  done
}

# Says so where something is in it that is not ours, or not to be lost: then it stays, in the ledger too.
restore_directory() {
  knows directory "$1" || return 0
  read -r was owner mode <"$(entry directory "$1")/found"
  if [ ! -e "$1" ]; then :
  elif [ "$was" = absent ]; then
    rmdir -- "$1" 2>/dev/null || { : >"$(entry directory "$1")/told"; printf 'left %s\\n' "$1"; return 0; }
  else
    chown -- "$owner" "$1" && chmod -- "$mode" "$1" || return
  fi
  forget directory "$1"
  if knows parent "$1"; then remove_parents "$1/."; else remove_parents "$1"; fi
}

restore_file() {
  kept=$(entry file "$1")
  [ -e "$kept" ] || return 0
  if [ -e "$kept/original" ] || [ -L "$kept/original" ]; then
    rm -f -- "$1.restored" && cp -a -- "$kept/original" "$1.restored" && mv -f -T -- "$1.restored" "$1" || return
  else
    rm -f -- "$1" || return
  fi
  rm -rf -- "$kept"
  remove_parents "$1"
}

# What a killed run has left of a note says nothing, for it had touched nothing yet.
close_ledger() {
  [ -d "$ledger" ] || return 0
  for stale in "$ledger"/*.[0-9]*; do
    # Another script of this cluster may be about to write one.
    [ -e "/proc/\${stale##*.}" ] || rm -rf -- "$stale"
  done
  rmdir -- "$ledger" ${LEDGERS} 2>/dev/null
  return 0
}

# put_file PATH MODE OWNER BYTES: from standard input, in one step; nobody sees it half, or with another owner or mode
put_file() {
  make_parents "$(dirname -- "$1")" && note file "$1" || return
  (umask 077 && rm -f -- "$1.new" && set -C && head -c "$4" >"$1.new") && [ "$(wc -c <"$1.new")" -eq "$4" ] ||
    { rm -f -- "$1.new"; printf '%s cannot be written\\n' "$1" >&2; return 1; }
  [ -z "$3" ] || chown -- "$3" "$1.new" || return
  chmod -- "$2" "$1.new" && mv -f -T -- "$1.new" "$1"
}
`;
