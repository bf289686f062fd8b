/**
 * Functions of the shell for single lines of files that others write too; they need those of the ledger. Entries of kind
 * `line` say whether a line was there, and those of kind `lines` how its file was: `absent`, `open <bytes>` where its last
 * line had no end, or `file`. No copy is kept: without what was put in, the bytes are the same again, and what others have
 * written since stays.
 */
export const LINES = `
line_break='
'
line_name() { printf '%s%s%s' "$1" "$line_break" "$2"; }
has_line() { grep -a -q -x -F -e "$2" -- "$1" 2>/dev/null; }

# rewrite PATH COMMAND...: with what the command prints, in one step; owner and mode stay, and a link is followed
rewrite() {
  real=$(readlink -f -- "$1") && rm -f -- "$real.new" || return
  shift
  { [ ! -e "$real" ] || cp -a -T -- "$real" "$real.new"; } && "$@" >"$real.new" && mv -f -T -- "$real.new" "$real" && return
  rm -f -- "$real.new"
  return 1
}

# fit_lines [PATH LINE]...: refuses what cannot be had, before anything is touched
fit_lines() {
  while [ "$#" -gt 0 ]; do
    if [ -e "$1" ] || [ -L "$1" ]; then
      [ -f "$1" ] || refuse "$1 is no file, so it cannot get the line $2: remove it, or name another one"
    fi
    shift 2
  done
}

with_line() {
  case $was in
    absent) ;;
    open*) cat -- "$1" && echo ;;
    *) cat -- "$1" ;;
  esac && printf '%s\\n' "$2"
}

# add_line PATH LINE
add_line() {
  named=$(line_name "$1" "$2")
  was=file
  if [ ! -e "$1" ]; then was=absent; elif [ -n "$(tail -c 1 -- "$1")" ]; then was="open $(wc -c <"$1")"; fi
  make_parents "$(dirname -- "$1")" && note_as lines "$1" "$was" || return
  if has_line "$1" "$2"; then note_as line "$named" present; return; fi
  note_as line "$named" absent || return
  rewrite "$1" with_line "$1" "$2"
}

# without_line PATH NUMBER
without_line() { head -n "$(($2 - 1))" -- "$1" && tail -n "+$(($2 + 1))" -- "$1"; }

take_line() {
  at=$(grep -a -n -x -F -e "$2" -- "$1" 2>/dev/null | tail -n 1 | cut -d : -f 1)
  [ -z "$at" ] || rewrite "$1" without_line "$1" "$at"
}

# release_line PATH LINE: takes it out where it was not there before, and no other cluster needs it
release_line() {
  named=$(line_name "$1" "$2")
  knows line "$named" || return 0
  if ! hand_over line "$named" && found_absent line "$named"; then take_line "$1" "$2" || return; fi
  forget line "$named"
  for another in "$ledger"/line-????????????????; do
    [ "$(head -n 1 -- "$another/path" 2>/dev/null)" != "$1" ] || return 0
  done
  release_file "$1"
}

# After the last of its lines.
release_file() {
  knows lines "$1" || return 0
  if hand_over lines "$1"; then
    hand_over_parents "$1" || return
  elif [ -f "$1" ]; then
    was=$(cat "$(entry lines "$1")/found")
    if [ "$was" = absent ]; then
      [ -s "$1" ] || rm -f -- "$1" || return
    elif [ "$was" = "open $(($(wc -c <"$1") - 1))" ]; then
      rewrite "$1" head -c -1 -- "$1" || return
    fi
  fi
  forget lines "$1"
  remove_parents "$1"
}
`;
