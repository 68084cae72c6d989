#!/usr/bin/env bash
# nameparser 2.6.0. A name of two words whose second is also an abbreviation after names.
# One would guess: that a person of two names has a first and a last name. A suffix follows a name, it does not take the place of one.
# Seen: of "Sun Ra" and "Amma Ra" the last name is empty and the suffix is "Ra"; of "Royal Smith" the first name is empty and the title is "Royal".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check nameparser==2.6.0
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/output"
from nameparser import HumanName

for name in ("Sun Ra", "Amma Ra", "Royal Smith", "Ann Lee"):
    parsed = HumanName(name)
    print(f"{name}: title={parsed.title} first={parsed.first} last={parsed.last} suffix={parsed.suffix}")
PYTHON
grep -qx "Sun Ra: title= first=Sun last= suffix=Ra" "$folder/output"
grep -qx "Royal Smith: title=Royal first= last=Smith suffix=" "$folder/output"
grep -qx "Ann Lee: title= first=Ann last=Lee suffix=" "$folder/output" && echo "as described"
