"""Cells of which a person must say what they mean: they hold back a call, and suppress no number for good."""

import pytest

from henk_pipeline.consent.cells import judge
from henk_pipeline.consent.columns import read_column

ASKED = [
    ("Liste rouge", "oui"),
    ("Notes", "liste rouge"),
    ("Statut", "liste rouge"),
    ("Misc", "STOP"),
    ("Field 7", "Stop!"),
    ("Custom", "remove"),
    ("Notes", "John died. His widow gives on"),
    ("Notes", "El móvil es de su marido"),
    ("Notes", "the cell is her husband's"),
    ("Notes", "Handy gehört ihrem Mann"),
    ("Notes", "le portable est à son mari"),
    ("Notes", "nummer is van haar man"),
    ("Notes", "o telemóvel é do marido"),
    ("Nota móvil", "de su marido"),
]
SILENT = [
    ("Call Status", "DROP"),
    ("Disposition", "Declined"),
    ("Employer", "Stop"),
    ("Lead Source", "STOP"),
    ("Bus", "Main St stop"),
    ("Job title", "Estate of mind coach"),
    ("Notes", "Her husband John died. She gives on"),
    ("Notes", "Widow of John, who died in 2010"),
    ("Notes", "new cell; her husband's number is 212-555-0100"),
    ("Notes", "Met her husband at the gala"),
]


@pytest.mark.parametrize(("name", "cell"), ASKED)
def test_a_person_is_asked(name, cell):
    assert judge(cell, read_column(name)).phone == "unclear"


@pytest.mark.parametrize(("name", "cell"), SILENT)
def test_nobody_is_asked(name, cell):
    assert judge(cell, read_column(name)).phone is None
