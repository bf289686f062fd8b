/** Functions of the shell for units of systemd; they need those of the ledger. */
export const UNITS = `
unit_path() { printf '/etc/systemd/system/%s' "$1"; }

# put_unit NAME, with its text on standard input: prints whether it had to be changed
put_unit() {
  path=$(unit_path "$1")
  if ! knows unit "$path"; then
    note unit "$path" || return
    # What somebody else had running there runs again in the end.
    { systemctl is-enabled -- "$1" || :; systemctl is-active -- "$1" || :; } >"$(entry unit "$path")/was" 2>/dev/null
  fi
  text=$(cat; echo .)
  text=\${text%.}
  if [ -f "$path" ] && [ ! -L "$path" ] && printf %s "$text" | cmp -s - "$path"; then echo unchanged; return 0; fi
  printf %s "$text" | put_file "$path" 644 0:0 "$(printf %s "$text" | wc -c)" || return
  systemctl daemon-reload || return
  echo changed
}

restore_unit() {
  path=$(unit_path "$1")
  knows unit "$path" || return 0
  was=$(tr '\\n' ' ' <"$(entry unit "$path")/was" 2>/dev/null)
  systemctl disable -- "$1" 2>/dev/null
  restore_file "$path" && systemctl daemon-reload || return
  systemctl reset-failed -- "$1" 2>/dev/null
  case " $was" in *" enabled "*) systemctl enable -- "$1" ;; esac
  case " $was" in *" active "*) systemctl start -- "$1" ;; esac
  forget unit "$path"
}
`;

/** Of a probe: `enabled yes|no`, and the text of a unit in base64. */
export const SHOW_UNIT = `
show_unit() {
  case $(systemctl is-enabled -- "$1" 2>/dev/null) in enabled) echo 'enabled yes' ;; *) echo 'enabled no' ;; esac
  printf 'unit %s\\n' "$(base64 -w 0 -- "/etc/systemd/system/$1" 2>/dev/null)"
}
`;

export function parseUnit(text: string): { readonly enabled: boolean; readonly unitText: string } {
  const encoded = /^unit (\S*)$/m.exec(text)?.[1] ?? "";
  return { enabled: /^enabled yes$/m.test(text), unitText: Buffer.from(encoded, "base64").toString("utf8") };
}
