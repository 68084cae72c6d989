"""Columns and cells of consent as an outsider writes them: an opt-out is never callable, and nobody else is blocked."""

import csv
from pathlib import Path

import polars as pl
import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

# A comment after "yes" explains the refusal; it does not narrow it to another channel or lift it.
REFUSED_CELLS = """
Yes (per letter); Yes, asked by email; Yes - via email; Yes (mail); Y - email; x (email); Ja (per Brief); Oui (par courrier); Sí (por correo); Sim (por email);
Yes, mobile only; Yes - OK; Yes, agreed; Yes - accepted; Cell only; Enabled; Approved; Granted; Accepted; Agreed; May; GDPR request; Request accepted;
Requested by email; by email; SMS STOP; Yes / No
"""
# A permission that is denied, with another channel allowed.
DENIED_CELLS = "No, but email ok; No. Email ok; No - text ok; phone: no, email: yes; Email ok; No by letter"
REFUSAL_NAMES = """
NOCALL; Do Not Trade Or Call; Ne pas déranger; Geen oproepen; Afmelding telefoon; Do Not Call #2; Do Not Call Status;
Uncontactable by phone; Exclude from Dialer; Excl. Phone; Master Suppression; Appels interdits; Niet opbellen; Blokkeer bellen; Chamadas proibidas;
Liste d'opposition; Do Not Call / Share; Household DNC
"""
PERMISSION_NAMES = """
Opted into calls; Would you be happy for us to call you?; Can we give you a call?; Pouvons-nous vous appeler ?; ¿Podemos llamarle?; Phone calls welcome;
Include in phone campaigns; Cleared to call; Authorization to call; Autorisez-vous les appels ?; Bereid om gebeld te worden; Puis-je vous appeler ?; consents[phone];
Call (Y/N); Phone (Y/N); Telefon (J/N); Appel (O/N)
"""
# A column, one of its cells, and whether the person may be called.
OTHERS = [
    ("Do Not Call", "Opted out 2024-01-02", False),
    ("Do not allow Phone Calls", "Do Not Allow", False),
    ("Do not allow Phone Calls", "Allow", True),
    ("Phone Consent", "GDPR withdrawn", False),
    ("Disposition", "Refused - Remove from list", False),
    ("Preferred Communication Method", "Email only", False),
    ("Status", "Spouse deceased", True),
    ("Unsubscribed from all email", "Yes", True),
    ("Do Not Call", "No; Yes", False),
    ("Do Not Call", "No|DNC", False),
    ("Consent", "Email=Y;Phone=N", False),
    ("Consent", "phone no, email yes", False),
    ("Contact Preferences", "Phone:N", False),
    ("Opt In/Out", "O", False),
    ("Phone Opt In/Out", "O", False),
    ("Alive", "No", False),
    ("Suppressed Channels", "Phone", False),
    ("Do Not", "Call", False),
    ("Phone Status", "Blocked", False),
    ("Phone Status", "Suppressed", False),
    ("Company", "DECEASED", False),
    ("Job Title", "Deceased", False),
    ("extra_data", '{"do_not_call": true}', False),
    ("Notes", "Pidió que no le llamemos", False),
    ("Notes", "Do not contact under any circumstances", False),
    ("Notes", "Asked to be taken off the list", False),
    ("Tags", "No email, phone ok", True),
    ("Notes", "Do not call: no", True),
    ("Notes", "Wrong number corrected 3/4", True),
    ("Attributes", "opt_out=false", True),
    ("On DNC?", "Not listed", True),
    ("On TPS", "Not registered", True),
    ("Deceased", "Alive", True),
    ("Will Call Tickets", "No", True),
    ("Permission slip received", "No", True),
    ("Opted in to raffle", "No", True),
]


def split(table: str) -> list[str]:
    return [item.strip() for item in table.replace("\n", " ").split(";") if item.strip()]


def callable_people(folder: Path, column: str, cells: list[str], name: str = "people.csv") -> list[bool]:
    """Return for each cell whether its person may be called, in a file of these people and one who says nothing."""
    people = [["Ada", "Bea", "Cleo", "Dora"][n] for n in range(len(cells))]
    header = ["First Name", "Last Name", "Email", "Phone", column]
    lines = [
        [person, f"Quillon{person.lower()}", f"{person.lower()}@example.org", f"212-555-01{n:02d}", cell]
        for n, (person, cell) in enumerate(zip(people, cells, strict=True))
    ]
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *lines, ["Zoe", "Rostand", "zoe@example.org", "917-555-0199", ""]])
    validated = validate_file(path, Manifest(max_rejected=1), "US")
    blocked = pl.any_horizontal("do_not_call", "dnc") | pl.col("consent_unclear").is_not_null()
    found = dict(validated.leads.select("first_name", ~blocked).collect().iter_rows())
    return [found[person] for person in people]


@pytest.mark.parametrize("cell", split(REFUSED_CELLS))
@pytest.mark.parametrize("column", ["Do Not Call", "Phone Opt Out", "Telefonsperre"])
def test_a_comment_beside_a_yes_does_not_make_a_person_callable(tmp_path, column, cell):
    assert callable_people(tmp_path, column, [cell]) == [False]


@pytest.mark.parametrize("cell", split(DENIED_CELLS))
@pytest.mark.parametrize("column", ["Phone Consent", "May we call you?"])
def test_another_channel_that_is_allowed_does_not_allow_calls(tmp_path, column, cell):
    assert callable_people(tmp_path, column, [cell]) == [False]


@pytest.mark.parametrize("column", split(REFUSAL_NAMES))
def test_a_column_refuses_calls_by_its_name(tmp_path, column):
    assert callable_people(tmp_path, column, ["Yes", "No"]) == [False, True]


@pytest.mark.parametrize("column", split(PERMISSION_NAMES))
def test_a_column_allows_calls_by_its_name(tmp_path, column):
    assert callable_people(tmp_path, column, ["Yes", "No"]) == [True, False]


@pytest.mark.parametrize("column", ["Phone calls", "Contact by phone?", "Phone marketing"])
def test_one_odd_cell_does_not_disable_a_column(tmp_path, column):
    assert callable_people(tmp_path, column, ["Yes", "No", "maybe"]) == [True, False, False]


@pytest.mark.parametrize(("column", "cell", "may_be_called"), OTHERS)
def test_a_cell_is_read_as_a_person_reads_it(tmp_path, column, cell, may_be_called):
    assert callable_people(tmp_path, column, [cell]) == [may_be_called]


@pytest.mark.parametrize("column", ["Do Not Call Number", "Faxnr.", "Télécopie"])
def test_a_number_that_must_not_be_called_is_no_phone(tmp_path, column):
    path = tmp_path / "people.csv"
    path.write_text(
        f"First Name,Last Name,Email,{column}\nAda,Quillon,ada@example.org,212-555-0101\nBea,Rostand,bea@example.org,212-555-0102\n"
    )
    leads = validate_file(path, Manifest(max_rejected=1), "US").leads.collect()
    blocked = leads.select(pl.any_horizontal("do_not_call", "dnc") | pl.col("consent_unclear").is_not_null()).to_series()
    assert (leads["phone"].is_null() | blocked).all()


@pytest.mark.parametrize("name", ["Ada Quillon (deceased)", "Ada Quillon - DO NOT CALL", "DNC Ada Quillon"])
def test_words_in_a_name_refuse_calls(tmp_path, name):
    path = tmp_path / "people.csv"
    path.write_text(f"Name,Email,Phone\n{name},ada@example.org,212-555-0101\nBea Rostand,bea@example.org,212-555-0102\n")
    leads = validate_file(path, Manifest(max_rejected=1), "US").leads.collect()
    ada = leads.filter(pl.col("email") == "ada@example.org")
    assert ada.select(pl.any_horizontal("do_not_call", "dnc") | pl.col("consent_unclear").is_not_null()).item()


@pytest.mark.parametrize(
    "name", ["Tod, Anna", "Anna (Mort)", "Rip Torn", "Anna De'Ath", "Death, Anna", "Anna Dead", "RIP VANWINKLE", "Bell, Rung", "Stop, Al"]
)
def test_a_name_that_is_also_a_word_blocks_nobody(tmp_path, name):
    path = tmp_path / "people.csv"
    path.write_text(f'Name,Email,Phone\n"{name}",ada@example.org,212-555-0101\nBea Rostand,bea@example.org,212-555-0102\n')
    leads = validate_file(path, Manifest(max_rejected=1), "US").leads.collect()
    assert not leads.select(pl.any_horizontal("do_not_call", "dnc") | pl.col("consent_unclear").is_not_null()).to_series().any()
