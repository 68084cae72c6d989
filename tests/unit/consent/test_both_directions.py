"""Whatever the words, the direction and the order of columns: who refused is not callable, and nobody else is blocked."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from henk_pipeline.consent.cells import judge
from henk_pipeline.consent.columns import read_column
from henk_pipeline.consent.quick_look import may_state
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

REFUSALS = [
    "Do Not Call", "No Phone Calls", "DNC", "Phone Opt Out", "Calls Blocked", "TPS", "Deceased", "Do Not Contact", "Nicht anrufen", "Telefonsperre", "Ne pas appeler", "Opposition téléphone",
    "No llamar", "Sin llamadas", "Niet bellen", "Belverbod", "Não ligar", "Recusa chamadas",
]  # fmt: skip
PERMISSIONS = [
    "Accepts Calls", "Phone Consent", "Call Opt-In", "Can Call", "OK to call", "Darf angerufen werden", "Einwilligung Telefon", "Accepte les appels", "Accord téléphone", "Acepta llamadas", "Mag gebeld worden", "Toestemming bellen",
    "Aceita chamadas", "Consentimento telefone",
]  # fmt: skip
ORDINARY = ["Status", "Segment", "Tags", "Notes", "Solicit Codes", "Disposition", "Shoe size", "Anmerkung 2"]
YES = ["yes", "Y", "TRUE", "1", "x", "ja", "oui", "Sí", "sim", "2024-03-01"]
NO = ["no", "N", "FALSE", "0", "nein", "non", "não", "nee"]
STATED = [
    "do not call",
    "DNC",
    "Opted Out",
    "no phone calls",
    "unsubscribed",
    "deceased",
    "bitte nicht anrufen",
    "ne plus appeler",
    "no llamar",
    "niet bellen",
    "não ligar",
    "Do Not Mail | Do Not Call",
]
HARMLESS = [
    "",
    "active",
    "none",
    "ring again in May",
    "Do not mail",
    "evenings",
    "Current",
    "major donor",
    "not called",
    "Phone",
    "husband deceased",
]
NEITHER = ["ask Dana", "?", "#REF!", "maybe", "B7"]


def dressed(name: str, style: int) -> str:
    """A name as another system writes it."""
    return [
        name, name.upper(), name.lower().replace(" ", "_"), "".join(word.capitalize() for word in name.split()), f"{name}?", f"{name} (Y/N)", f"CnBio_{name.replace(' ', '_')}",
        f"npsp__{name.replace(' ', '_')}__c", f"contact[{name}]", f"Is {name}", f"{name} Flag", f"  {name}:  ",
    ][style]  # fmt: skip


@st.composite
def columns(draw):
    """A column's name, the cell of one person, and whether that person is refused, unclear or callable."""
    kind = draw(st.sampled_from(["refusal", "permission", "ordinary"]))
    if kind == "ordinary":
        cell = draw(st.sampled_from(STATED + HARMLESS))
        return draw(st.sampled_from(ORDINARY)), cell, "refused" if cell in STATED else None
    name = dressed(draw(st.sampled_from(REFUSALS if kind == "refusal" else PERMISSIONS)), draw(st.integers(0, 11)))
    cell = draw(st.sampled_from([*YES, *NO, *STATED, *NEITHER, "Opted In", ""]))
    yes, no = ("refused", None) if kind == "refusal" else (None, "refused")
    known = dict.fromkeys(YES, yes) | dict.fromkeys(NO, no) | dict.fromkeys(STATED, "refused") | dict.fromkeys(NEITHER, "unclear")
    return name, cell, known.get(cell)


@given(column=columns())
@settings(max_examples=600, deadline=None)
def test_a_cell_means_the_same_in_every_direction(column):
    name, cell, expected = column
    read = read_column(name)
    assert read is not None
    said = judge(cell, read).phone
    assert said == expected or (expected is None and said == "permitted")


@pytest.mark.long
@given(people=st.lists(st.lists(columns(), min_size=1, max_size=1), min_size=1, max_size=3), data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_people_of_a_file_are_callable_if_no_column_refuses_or_is_unclear(tmp_path_factory, people, data):
    chosen = data.draw(st.lists(columns(), min_size=1, max_size=4, unique_by=lambda column: column[0].strip().casefold()))
    folder: Path = tmp_path_factory.mktemp("file")
    header = ["First Name", "Email", "Phone", *(name for name, _, _ in chosen)]
    # One person says what was drawn, the other nothing at all.
    lines = [
        ["Ada", "a@example.org", "212-555-0101", *(cell for _, cell, _ in chosen)],
        ["Bea", "b@example.org", "212-555-0102", *[""] * len(chosen)],
    ]
    path = folder / "people.csv"
    pl.DataFrame(lines, schema=header, orient="row").write_csv(path)
    validated = validate_file(path, Manifest(max_rejected=1), "US")
    assert validated.rows_read == 2
    blocked = pl.any_horizontal("do_not_call", "dnc") | pl.col("consent_unclear").is_not_null()
    callable_now = dict(validated.leads.select("first_name", ~blocked).collect().iter_rows())
    assert callable_now == {"Ada": not any(expected for _, _, expected in chosen), "Bea": True}


@given(
    cell=st.sampled_from(STATED + HARMLESS),
    before=st.sampled_from(["", "VIP; ", "Board member | ", "note: "]),
    after=st.sampled_from(["", "!", ", gala", " | 2024"]),
)
def test_the_quick_look_lets_every_statement_through(cell, before, after):
    text = f"{before}{cell}{after}"
    column = read_column("Tags")
    assert column is not None
    if judge(text, column).phone == "refused":
        assert may_state(pl.Series([text])).item()
