#!/bin/sh
# Open a copy of the demonstration project; a copy made earlier is opened again, with the work done in it.
set -eu
qualcode=$1
project=$2
if [ ! -e "$project/project.yaml" ]; then
  "$qualcode" demo "$project" --no-open
fi
exec "$qualcode" open "$project"
