#!/usr/bin/env bash
# zipcodes 3.0.0. The time zones of all its US postal codes.
# One would guess: that each is a name of the IANA time zone database, for "timezone" is filled for every code.
# Seen: one is "Napakiak", the name of a village in Alaska; zoneinfo refuses it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check zipcodes==3.0.0 tzdata==2025.2
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/output"
import zoneinfo

import zipcodes

known = zoneinfo.available_timezones()
odd = [place for place in zipcodes.list_all() if place["timezone"] and place["timezone"] not in known]
for place in odd:
    print(place["zip_code"], place["city"], place["state"], place["timezone"])
print(len(odd), "of", len(zipcodes.list_all()))
PYTHON
grep -q " AK Napakiak$" "$folder/output" && echo "as described"
