#!/bin/sh
# The main job without a terminal: code a passage in a copy of the demonstration project, see and export the matrix.
set -eu
qualcode=$1
work=$2
project=$work/left-behind-children
show() {
  printf '\n$ qualcode'
  for word in "$@"; do
    case $word in *[!A-Za-z0-9_./:-]*) printf " '%s'" "$word" ;; *) printf ' %s' "$word" ;; esac
  done
  printf '\n'
  "$qualcode" "$@"
}
rm -rf "$work"
mkdir -p "$work"
show demo "$project" --no-open
show -p "$project" code zhao-2009-06-08-long 'hidden emotions/longing' \
  --quote "$(sed -n 's/^Long: \(The same as other Sundays\.\).*/\1/p' "$project/transcripts/zhao-2009-06-08-long.md")" \
  --coder newcomer --note 'coded by make demo'
show -p "$project" matrix --rows code --cols case
show -p "$project" matrix --rows code --cols case -f csv -o "$work/matrix.csv"
show -p "$project" segments -f csv -o "$work/segments.csv"
show -p "$project" segments --code longing --coder newcomer
show -p "$project" compare liang zhao --code longing
show -p "$project" report -o "$work/report.html"
show -p "$project" check
printf '\nThe project is in %s, the tables are %s and %s, a report for any browser is %s.\n' \
  "$project" "$work/matrix.csv" "$work/segments.csv" "$work/report.html"
printf 'In a terminal, open it with: %s open %s\n' "$qualcode" "$project"
