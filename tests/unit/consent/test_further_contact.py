"""Columns that ask whether a person may be contacted again, and preferences of which calls were not ticked."""

from pathlib import Path

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

NAMES = """
Donor Further Contact; Further Contact; Allow organisation contact; Allow organization contact; Allow charity contact; May we contact you; Contact allowed;
Keep in touch; Stay in touch; Future contact; Happy to be contacted; Contact permission; Future communications; Further communication; Contact by charity;
Weiterer Kontakt; Künftiger Kontakt; Kontakt erlaubt; Dürfen wir Sie kontaktieren; In Kontakt bleiben; Kontakterlaubnis; Weitere Kontaktaufnahme;
Contact autorisé; Contact ultérieur; Rester en contact; Pouvons-nous vous contacter; Recontact; Peut-on vous recontacter;
Contact toegestaan; Verder contact; In contact blijven; Mogen wij contact met u opnemen; Toekomstig contact;
Contacto permitido; Contacto futuro; Mantener el contacto; Mantenerse en contacto; ¿Podemos contactarle?; Permiso de contacto
"""
CONTACT_NAMES = [name for name in (part.strip() for part in NAMES.split(";")) if name]


def flags(folder: Path, column: str, cells: list[str]) -> list[tuple[bool, str | None]]:
    """Return of each row whether it refuses calls, and what is unclear in it."""
    file = folder / "people.csv"
    rows = [f'P{number};Roe;{number:02}@q.example;212-555-01{number:02};"{cell}"' for number, cell in enumerate(cells, start=1)]
    file.write_text("\n".join(["First Name;Last Name;Email;Phone;" + column, *rows]) + "\n", "utf-8")
    leads = validate_file(file, Manifest(), "US").leads.collect().sort("email")
    return list(leads.select("do_not_call", "consent_unclear").rows())


@pytest.mark.parametrize("column", CONTACT_NAMES)
@pytest.mark.parametrize(("no", "yes"), [("No", "Yes"), ("FALSE", "TRUE")])
def test_a_no_to_contact_blocks_calls_and_nobody_else(tmp_path, column, no, yes):
    rows = flags(tmp_path, column, [no, yes, ""])
    assert rows == [(True, None), (False, None), (False, None)]


@pytest.mark.parametrize(
    "column",
    ["Communication Preferences", "Contact Preferences", "Preferred contact methods", "Kontaktpräferenzen", "Préférences de contact"],
)
@pytest.mark.parametrize("cell", ["Email, Mail", "Email, Post", "Email / SMS", "email and post"])
def test_a_list_of_channels_without_calls_is_asked_about(tmp_path, column, cell):
    (listed, called, single, empty) = flags(tmp_path, column, [cell, "Email, Phone", "Email", ""])
    assert listed[1] == f"{column}: {cell}"
    assert [called, single, empty] == [(False, None)] * 3


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("Communication Preferences", ["Email, Post", "Email", "Post"]),  # nobody could tick calls
        ("Preferred contact method", ["Email", "Phone", "Post"]),
        ("Preferred contact time", ["morning, evening", "noon, phone"]),
        ("Future contact", ["2026-12-24", "June", ""]),
        ("Further contact", ["Ada Li", "Mo Rush", ""]),
        ("Contact", ["Ada Li", "Mo Rush", ""]),
        ("Organisation", ["No Kid Hungry", "Yes We Can", ""]),
        ("Contact organisation", ["Acme", "Doe Ltd", ""]),
    ],
)
def test_what_refuses_nothing_blocks_nobody(tmp_path, column, cells):
    assert flags(tmp_path, column, cells) == [(False, None)] * len(cells)
