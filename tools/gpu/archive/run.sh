#!/bin/sh
# Runs ./node run.mjs. Where that binary cannot start, this says so in the same JSON: no other program is needed.
cd "${0%/*}" || exit 1
if version=$(./node --version 2>&1); then exec ./node run.mjs "$@"; fi

escape() {
  text=$1 escaped=
  while [ -n "$text" ]; do
    rest=${text#?}
    character=${text%"$rest"}
    case $character in
      \\ | \") escaped=$escaped\\$character ;;
      [[:cntrl:]]) escaped="$escaped " ;;
      *) escaped=$escaped$character ;;
    esac
    text=$rest
  done
}

escape "$version"
report="{ \"ok\": false, \"summary\": [\"Node cannot start: $escaped\"] }"
printf '%s\n' "$report"
printf '%s\n' "$report" >"${OUT:-.}/gpu.json"
exit 1
