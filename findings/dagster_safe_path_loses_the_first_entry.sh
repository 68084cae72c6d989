#!/usr/bin/env bash
# dagster 1.13.27 with Python's safe path (PYTHONSAFEPATH=1 or -P, Python 3.11 and later), which keeps the current folder out of sys.path.
# One would guess: that a code location given by -m is found where PYTHONPATH says, as it is by `python -m` itself.
# Seen: Dagster takes the first entry of sys.path for the folder of the script and removes it while it loads the location. With the safe path the first
# entry is the first of PYTHONPATH: a module that lies there is not found, or one of the same name from another installation is loaded without a word.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "needs Python 3.11"; exit 1; }
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dagster==1.13.27
mkdir "$folder/first" "$folder/second" "$folder/here" "$folder/home"
for where in first second; do
    printf 'import sys\nimport dagster as dg\nprint("loaded from %s", file=sys.stderr)\ndefs = dg.Definitions()\n' "$where" > "$folder/$where/nightly_defs.py"
done
export DAGSTER_HOME="$folder/home" PYTHONPATH="$folder/first:$folder/second"
cd "$folder/here"
plain=$(PYTHONSAFEPATH=1 "$folder/venv/bin/python" -c 'import nightly_defs' 2>&1)
safe=$(PYTHONSAFEPATH=1 "$folder/venv/bin/python" -m dagster definitions validate -m nightly_defs 2>&1 | grep -o 'loaded from [a-z]*' | sort -u)
usual=$("$folder/venv/bin/python" -m dagster definitions validate -m nightly_defs 2>&1 | grep -o 'loaded from [a-z]*' | sort -u)
echo "python itself, safe path: $plain"
echo "dagster, usual path:      $usual"
echo "dagster, safe path:       $safe"
[ "$plain" = "loaded from first" ] && [ "$usual" = "loaded from first" ] && [ "$safe" = "loaded from second" ] && echo "as described"
