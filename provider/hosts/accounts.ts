/**
 * Functions of the shell for a system user and its group; they need those of the ledger. An entry of kind `user` or `group`
 * has the `number` by which files know it: made anew, it gets the same one. Where `made` is in the entry of a user, this
 * cluster says how its account looks; one that was there, or was handed over by another cluster, is used as it is.
 */
export const ACCOUNTS = `
database() { if [ "$1" = user ]; then echo passwd; else echo group; fi; }
# number_of user|group NAME
number_of() { getent "$(database "$1")" "$2" | cut -d : -f 3; }
known_number() { cat "$(entry "$1" "$2")/number" 2>/dev/null; }
passwd_field() { getent passwd "$1" | cut -d : -f "$2"; }
primary_group() { getent group "$(passwd_field "$1" 4)" | cut -d : -f 1; }
is_made() { [ -e "$(entry user "$1")/made" ]; }

# usable_shell PATH: where this system has its nologin
usable_shell() {
  case $1 in */nologin) set -- "$1" /usr/sbin/nologin /sbin/nologin /usr/bin/nologin /bin/false ;; esac
  for shell_path; do
    if [ -x "$shell_path" ]; then printf '%s\\n' "$shell_path"; return; fi
  done
}

# processes_of NUMBER: some of the processes that run as that user, as 'number (name)'
processes_of() {
  grep -l -E "^Uid:.*[[:space:]]$1([[:space:]]|\\$)" /proc/[0-9]*/status 2>/dev/null | head -n 5 | while read -r status; do
    running=\${status%/status}
    printf '%s (%s)\\n' "\${running#/proc/}" "$(cat "$running/comm" 2>/dev/null)"
  done | paste -s -d ' ' -
}

# fit user|group NAME NUMBER FIELD: refuses what cannot be had, before anything is touched. Leaves the number that it is to
# have in 'wanted': the declared one, else the one that it had; nothing where any will do.
fit() {
  actual=$(number_of "$1" "$2")
  had=$(known_number "$1" "$2")
  wanted=\${3:-$had}
  if [ -z "$actual" ]; then
    if knows "$1" "$2" && ! found_absent "$1" "$2"; then
      refuse "$1 $2 was there before this cluster, with number $had, and is gone: make it again, or wait until the directory service that knows it answers"
    fi
    [ -n "$wanted" ] || return 0
    holder=$(getent "$(database "$1")" "$wanted" | cut -d : -f 1)
    [ -z "$holder" ] || refuse "$1 $2 cannot have number $wanted, which is that of $1 $holder: choose another one in $4"
  elif [ -n "$wanted" ] && [ "$actual" != "$wanted" ]; then
    if ! found_absent "$1" "$2" || { [ "$1" = user ] && ! is_made "$2"; }; then
      refuse "$1 $2 is there with number $actual, and not with $wanted: this cluster has not made it, and leaves it as it is. Set $4 to $actual, or change the $1 there"
    fi
    [ "$wanted" = "$had" ] || refuse "$1 $2 has number \${had:-$actual}, by which its files are known, and $wanted is declared: set $4 to \${had:-$actual}, or destroy the cluster first"
  fi
}

# fit_idle NAME NUMBER HOME: the tools change the number and the home of a user only while nothing runs as it
fit_idle() {
  is_made "$1" && actual=$(number_of user "$1") && [ -n "$actual" ] || return 0
  [ -n "$2" ] && [ "$actual" != "$2" ] || [ "$(passwd_field "$1" 6)" != "$3" ] || return 0
  busy=$(processes_of "$actual")
  [ -z "$busy" ] || refuse "user $1 has been given another number or home, which cannot be changed back while processes run as it: $busy. Stop them, and run the same command again"
}

remember_number() {
  kept=$(entry "$1" "$2")
  number_of "$1" "$2" >"$kept/number.new" && mv -f -T -- "$kept/number.new" "$kept/number"
}

# ensure_group NAME NUMBER
ensure_group() {
  actual=$(number_of group "$1")
  if [ -z "$actual" ]; then
    note_as group "$1" absent && groupadd --system \${2:+--gid "$2"} -- "$1" || return
  else
    note_as group "$1" present || return
    [ -z "$2" ] || [ "$actual" = "$2" ] || groupmod --gid "$2" -- "$1" || return
  fi
  remember_number group "$1"
}

# ensure_user NAME NUMBER GROUP HOME SHELL: the home is not made here
ensure_user() {
  actual=$(number_of user "$1")
  if [ -z "$actual" ]; then
    note_as user "$1" absent && : >"$(entry user "$1")/made" || return
    useradd --system --no-create-home --home-dir "$4" --shell "$5" --gid "$3" \${2:+--uid "$2"} -- "$1" || return
  else
    note_as user "$1" present || return
    if is_made "$1"; then
      [ -z "$2" ] || [ "$actual" = "$2" ] || usermod --uid "$2" -- "$1" || return
      [ "$(primary_group "$1")" = "$3" ] || usermod --gid "$3" -- "$1" || return
      [ "$(passwd_field "$1" 6)" = "$4" ] || usermod --home "$4" -- "$1" || return
      [ "$(passwd_field "$1" 7)" = "$5" ] || usermod --shell "$5" -- "$1" || return
    fi
  fi
  remember_number user "$1"
}

# folders_of NUMBER: those of the ledger that belong to it. A dead mount in one of them does not answer.
folders_of() {
  for kept in "$ledger"/directory-????????????????; do
    folder=$(cat "$kept/path" 2>/dev/null) || continue
    [ "$(timeout -s KILL 5 stat -c %u -- "$folder" 2>/dev/null)" != "$1" ] || printf '%s\\n' "$folder"
  done | paste -s -d ' ' -
}

# release_user NAME die|keep: removes what we have made, where no other cluster needs it and no files are left without an
# owner. While processes run as it, it stays, or that is an error.
release_user() {
  knows user "$1" || return 0
  if ! hand_over user "$1" && found_absent user "$1"; then
    actual=$(number_of user "$1")
    if [ -n "$actual" ]; then
      owned=$(folders_of "$actual")
      if [ -n "$owned" ]; then printf 'left user %s, to whom %s belongs\\n' "$1" "$owned"; return 0; fi
      busy=$(processes_of "$actual")
      for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ -n "$busy" ] || break
        sleep 0.5
        busy=$(processes_of "$actual")
      done
      if [ -n "$busy" ]; then
        [ "$2" != die ] || die "user $1 cannot be removed while processes run as it: $busy. End them, and run the same command again"
        printf 'left user %s, as whom processes run\\n' "$1"
        return 0
      fi
      # With the user goes a group of the same name, whoever has made it, unless that is no longer its group.
      usermod --gid "$(id -g nobody)" -- "$1" && userdel -- "$1" || return
    fi
  fi
  forget user "$1"
}

# release_group NAME
release_group() {
  knows group "$1" || return 0
  if ! hand_over group "$1" && found_absent group "$1"; then
    actual=$(number_of group "$1")
    if [ -n "$actual" ]; then
      members=$({
        getent group "$1" | cut -d : -f 4 | tr , '\\n'
        getent passwd | awk -F : -v number="$actual" '$4 == number { print $1 }'
      } | grep . | sort -u | paste -s -d ' ' -)
      if [ -n "$members" ]; then printf 'left group %s, which %s is in\\n' "$1" "$members"; return 0; fi
      groupdel -- "$1" || return
    fi
  fi
  forget group "$1"
}
`;
