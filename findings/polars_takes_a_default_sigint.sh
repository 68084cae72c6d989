#!/usr/bin/env bash
# polars 2.1.0. A program gives SIGINT its default action (signal.SIG_DFL), so that Ctrl-C ends it at once, and then imports polars.
# One would guess: that Ctrl-C ends it, and that signal.getsignal tells who answers.
# Seen: the import replaces the action of SIGINT in C. Ctrl-C does nothing any more, and signal.getsignal still gives SIG_DFL. Set again
# after the import, the default action works.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check polars==2.1.0
cat > "$folder/interrupted.py" << 'PROGRAM'
import os
import signal
import sys
import time

signal.signal(signal.SIGINT, signal.SIG_DFL)
if "polars" in sys.argv:
    import polars
if "again" in sys.argv:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
os.kill(os.getpid(), signal.SIGINT)
time.sleep(1)
assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
PROGRAM
codes=""
for arguments in "" "polars" "polars again"; do
    code=0
    # shellcheck disable=SC2086
    "$folder/venv/bin/python" "$folder/interrupted.py" $arguments || code=$?
    echo "${arguments:-without polars}: exit code $code"
    codes="$codes $code"
done
[ "$codes" = " 130 0 130" ] && echo "as described"
