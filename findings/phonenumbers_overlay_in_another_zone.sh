#!/usr/bin/env bash
# phonenumbers 9.0.43, a port of libphonenumber with its tables. Time zones of two area codes of one place.
# One would guess: that an overlay has the zone of the area it lies over. 689 was laid over 407 in 2019; both are Orlando, Florida, in Eastern Time.
# Seen: 407 is America/New_York and 689 is America/Chicago, while the same library places both in Florida. Who calls by it calls an hour late, or early.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/output"
import phonenumbers
from phonenumbers import geocoder, timezone

for area in ("407", "689"):
    number = phonenumbers.parse(f"+1{area}5550123")
    print(area, geocoder.description_for_number(number, "en"), *timezone.time_zones_for_number(number))
PYTHON
grep -qx "407 .*America/New_York" "$folder/output"
grep -qx "689 .*America/Chicago" "$folder/output" && echo "as described"
