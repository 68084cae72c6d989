"""Refusals in codes, statuses, titles, e-mail cells, hidden and short rows; and what stands in such places and refuses nothing."""

import csv
import json

import polars as pl
import pytest

from henk_pipeline.consent.titles import find_refusal, title_of
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest
from tests.fixtures.hostile import workbook
from tests.unit.consent.test_more_forms import callable_people, split
from tests.unit.uploads.test_workbooks import write as write_sheets

# A column, one of its cells, and whether the person may be called.
CELLS = [
    ("Account Status", "Suppressed", False),
    ("Account Status", "Blocked", False),
    ("Status", "Gesperrt", False),
    ("Account Status", "Closed", True),
    ("Status", "Declined", True),
    ("Status", "Cancelled", True),
    ("Inactive Reason", "Removed by request", False),
    ("Inactive Reason", "Asked to be removed", False),
    ("Inactive Reason", "Moved", True),
    ("Solicit Codes", "#REF!", False),
    ("Solicit Codes", "NP", False),
    ("Solicit Code", "No Phonathon", False),
    ("Solicit Code", "No Mail", True),
    ("Solicit Code", "NM", True),
    ("Tags", "monthly; tcpa_dnc; vip", False),
    ("Tags", "DNC01", False),
    ("Tags", "litigators", False),
    ("Tags", "np", True),
    ("Disposition", "NIS", False),
    ("Disposition", "WN", False),
    ("status", "ADC", False),
    ("Call Result", "Disc. number", False),
    ("Disposition", "SALE", True),
    ("status", "NI", True),
    ("Date of death", "Not deceased", True),
    ("Phone Consent", "Yes, please", True),
    ("Phone Consent", "Sure", True),
    ("Phone Consent", "All channels", True),
    ("Phone Consent", "no thanks", False),
    ("Do Not Call", "No restrictions", True),
    ("Do Not Call", "Not requested", True),
    ("Do Not Call", "Requested", False),
    ("Contact Restrictions", "None on file", True),
    ("Contact Restrictions", "Large print", True),
    ("Contact Restrictions", "Prefers evenings", True),
    ("Contact Restrictions", "Only through Dana", False),
    ("OK to call (see notes)", "No", False),
    ("OK to call (see notes)", "Yes", True),
    ("Phone Consent (old)", "No", False),
    ("oldPhoneConsent", "No", False),
    ("Phone_Consent_Legacy", "Yes", True),
    ("Old Phone", "917-555-0122", True),
    ("Bad Phone", "917-555-0122", True),
    ("Phone is bad", "Yes", False),
]


@pytest.mark.parametrize(("column", "cell", "may"), CELLS)
def test_a_cell_of_a_code_or_a_status(tmp_path, column, cell, may):
    assert callable_people(tmp_path, column, [cell]) == [may]


REFUSING = """
DO NOT CALL LIST; dnc_list; dnc-2024-06; Opt-outs 2024; unsubscribes_june; Internal DNC list as of 2024-05-01; Springfield do not call list;
Suppression list; donotcall; DoNotContact; Deceased donors; Sperrliste; Liste rouge; bitte nicht anrufen; ne pas appeler; No llamar; Niet bellen;
Removal requests; people who opted out
"""
OTHER = """
Donors 2024; Call list; phonathon; Spring gala (opt-ins); DNC removed; calls without DNC; opt-outs excluded; scrubbed against DNC; Dead Sea trip;
Active donors, excl. do not call; Deadline list; Confidential - do not share; Subscribers; Not yet called; Do Not Mail; Email unsubscribes;
Stop hunger campaign; Block party attendees; Old members; Cancelled pledges; people.rejected
"""


@pytest.mark.parametrize("title", split(REFUSING))
def test_a_title_that_refuses(title):
    assert find_refusal([title]) == title


@pytest.mark.parametrize("title", split(OTHER))
def test_a_title_that_refuses_nothing(title):
    assert find_refusal([title]) is None


@pytest.mark.parametrize(
    "name", split("do-not-contact-export; dnc_export_2026-11; suppression_file; do_not_call_report.final; Opt-Outs Nov 2026")
)
def test_words_of_files_say_nothing_of_people(name):
    assert find_refusal([name], exclusive=True) == name


@pytest.mark.parametrize("name", ["dnc_padded_b", "optout_errors", "dnc_in_phone_cell"])
def test_a_name_that_says_more_is_no_refusal(name):
    assert find_refusal([name], exclusive=True) is None


def test_a_column_of_answers_stands_above_the_name_of_the_file(tmp_path):
    path = write(tmp_path / "people.csv", [[*HEADER, "Do Not Call"], [*PEOPLE[0], "Yes"], [*PEOPLE[1], "No"]])
    validated = validate_file(path, Manifest(), "US", names=("dnc_list.csv",))
    assert (validated.title, validated.leads.collect()["do_not_call"].to_list()) == (None, [True, False])


def test_a_line_above_a_table_that_answers_a_question_is_no_title():
    assert title_of(["Include opt-outs", "No", ""]) is None
    assert title_of(["List", "Do not call", ""]) == "Do not call"


HEADER = ["First Name", "Last Name", "Email", "Phone"]
PEOPLE = [["Ada", "Quillon", "ada@example.org", "212-555-0101"], ["Zoe", "Rostand", "zoe@example.org", "917-555-0199"]]


def write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.mark.parametrize("decision", [None, True, False])
@pytest.mark.parametrize("where", ["name", "list", "line"])
def test_a_file_whose_title_refuses_calls_nobody_until_a_person_decides(tmp_path, where, decision):
    path = write(tmp_path / "people.csv", [["DO NOT CALL LIST", "", "", ""], HEADER, *PEOPLE] if where == "line" else [HEADER, *PEOPLE])
    manifest = Manifest(list="DNC list" if where == "list" else None, do_not_call=decision)
    validated = validate_file(path, manifest, "US", names=("dnc_list.csv",) if where == "name" else ("people.csv",))
    leads = validated.leads.collect()
    assert leads["do_not_call"].to_list() == [decision is True] * 2
    assert leads["consent_unclear"].is_not_null().to_list() == [decision is None] * 2
    assert (validated.title is not None) == (decision is None)


@pytest.mark.parametrize(("name", "refuses"), [("Opt-outs", True), ("Donors", False)])
def test_a_sheet_whose_name_refuses_calls_nobody(tmp_path, name, refuses):
    path = tmp_path / "people.xlsx"
    path.write_bytes(workbook([HEADER, *PEOPLE], name=name))
    unclear = validate_file(path, Manifest(), "US").leads.collect()["consent_unclear"]
    assert unclear.is_not_null().to_list() == [refuses, refuses]


def test_people_below_a_heading_that_refuses_are_not_called(tmp_path):
    rows = [
        HEADER,
        PEOPLE[0],
        ["DO NOT CALL:", "", "", ""],
        PEOPLE[1],
        ["Board", "", "", ""],
        ["Cy", "Lee", "cy@example.org", "646-555-0111"],
    ]
    validated = validate_file(write(tmp_path / "people.csv", rows), Manifest(max_rejected=1), "US")
    leads = validated.leads.collect()
    assert dict(leads.select("first_name", pl.col("consent_unclear").is_not_null()).iter_rows()) == {"Ada": False, "Zoe": True, "Cy": False}


@pytest.mark.parametrize("tags", ['"DNC","VIP"', "VIP, DNC"])
def test_tags_of_a_system_for_e_mails_that_refuse_calls(tmp_path, tags):
    rows = [["Email Address", "First Name", "Last Name", "Phone", "MEMBER_RATING", "OPTIN_TIME", "LEID", "EUID", "TAGS"]]
    rows += [["ada@example.org", "Ada", "Quillon", "212-555-0101", "2", "2020-01-01", "1", "a", tags]]
    rows += [["zoe@example.org", "Zoe", "Rostand", "917-555-0199", "2", "2020-01-01", "2", "b", "VIP"]]
    leads = validate_file(write(tmp_path / "people.csv", rows), Manifest(), "US").leads.collect().sort("first_name")
    assert leads.select(pl.any_horizontal("do_not_call", "dnc")).to_series().to_list() == [True, False]


def test_another_sheet_that_lists_who_refuses_is_heard(tmp_path):
    path = tmp_path / "people.xlsx"
    sheet = [HEADER, *PEOPLE]
    write_sheets(
        path, {"Donors": sheet, "Do Not Call": [["Name", "Number"], ["A. Quillon", "(212) 555-0101"]], "Board": [["Zoe", "917-555-0199"]]}
    )
    validated = validate_file(path, Manifest(), "US")
    assert validated.rows_read == 2
    assert validated.opt_outs.select("channel", "value").rows() == [("phone", "+12125550101")]
    assert validated.refusing_sheets == {"Do Not Call": 1}


@pytest.mark.parametrize("cell", ["do not call", "ada@example.org (do not call)", "DECEASED"])
def test_a_refusal_where_an_address_should_stand(tmp_path, cell):
    path = write(tmp_path / "people.csv", [HEADER, [*PEOPLE[0][:2], cell, PEOPLE[0][3]], PEOPLE[1]])
    validated = validate_file(path, Manifest(max_rejected=1), "US")
    lead = validated.leads.filter(pl.col("first_name") == "Ada").select("do_not_call", "dnc").collect()
    refused = "+12125550101" in validated.opt_outs.filter(pl.col("channel") == "phone")["value"].to_list()
    assert refused or (lead.height and any(lead.row(0)))
    assert "+19175550199" not in validated.opt_outs["value"].to_list()


def test_a_nameless_column_goes_on_with_the_answers_of_the_one_before_it(tmp_path):
    """A name merged over two columns stands in the first only."""
    rows = [[*HEADER, "Do Not Call", ""], [*PEOPLE[0], "", "Yes"], [*PEOPLE[1], "", "No"]]
    leads = validate_file(write(tmp_path / "people.csv", rows), Manifest(), "US").leads.collect()
    assert leads.sort("first_name")["do_not_call"].to_list() == [True, False]


@pytest.mark.parametrize(
    ("groups", "channels", "answers", "may"),
    [
        (["Do Not", "", ""], ["Mail", "Call", "Email"], ["No", "Yes", "No"], False),
        (["Do Not", "", ""], ["Mail", "Call", "Email"], ["Yes", "No", "No"], True),
        (["Sperren", "", ""], ["Post", "Telefon", "E-Mail"], ["nein", "ja", "nein"], False),
        (["Opt-Out", "", ""], ["Mail", "Calls", "Email"], ["Yes", "No", "No"], True),
        (["Consent", "", ""], ["Post", "Phone", "Email"], ["Yes", "No", "Yes"], False),
        (["Consent", "", ""], ["Email", "Phone", "SMS"], ["No", "Yes", "No"], True),
        (["Opt out", "Opt out", "Opt out"], ["Phone", "Email", "Post"], ["No", "No", "Yes"], True),
        (["Consent", "Consent", "Consent"], ["Post", "Phone", "Email"], ["N", "Y", "N"], True),
        (["Consent", "Consent", "Consent"], ["Post", "Phone", "Email"], ["Y", "N", "Y"], False),
    ],
)
def test_a_group_of_consent_above_its_channels(tmp_path, groups, channels, answers, may):
    people = [[*person, *answers] for person in PEOPLE]
    rows = [["Person", "", "Contact", "", *groups], [*HEADER, *channels], *people]
    leads = validate_file(write(tmp_path / "people.csv", rows), Manifest(max_rejected=1), "US").leads.collect()
    blocked = leads.select(pl.any_horizontal("do_not_call", "dnc") | pl.col("consent_unclear").is_not_null()).to_series()
    assert blocked.to_list() == [not may] * 2


def test_a_short_row_that_ends_in_an_answer_is_not_taken_for_another_column(tmp_path):
    others = [[f"P{n}", f"Lindqvist{n}", f"p{n}@example.org", f"212-555-02{n:02d}", "Springfield", "No"] for n in range(20)]
    rows = [[*HEADER, "City", "Do Not Call"], *others, [*PEOPLE[0], "Yes"]]
    validated = validate_file(write(tmp_path / "people.csv", rows), Manifest(), "US")
    assert "Ada" not in validated.leads.collect()["first_name"].to_list()
    assert (validated.rows_read, validated.rows_rejected) == (21, 1)


def test_a_short_row_that_ends_in_an_answer_of_its_column_stays(tmp_path):
    others = [[f"P{n}", f"Lindqvist{n}", f"p{n}@example.org", f"212-555-02{n:02d}", "Yes", "No"] for n in range(20)]
    rows = [[*HEADER, "Member", "Do Not Call"], *others, [*PEOPLE[0], "Yes"]]
    validated = validate_file(write(tmp_path / "people.csv", rows), Manifest(), "US")
    assert (validated.rows_read, validated.rows_rejected) == (21, 0)


def test_what_hidden_rows_refuse_is_heard(tmp_path):
    path = tmp_path / "people.xlsx"
    rows = [[*HEADER, "Do Not Call"], [*PEOPLE[0], "No"], [*PEOPLE[0], "Yes"], [*PEOPLE[1], "No"]]
    path.write_bytes(workbook(rows, hidden={2}))
    validated = validate_file(path, Manifest(), "US")
    assert validated.rows_read == 2
    assert "+12125550101" in validated.opt_outs["value"].to_list()
    assert "+19175550199" not in validated.opt_outs["value"].to_list()


# A cell of numbers: what becomes of 212-555-0101.
REMARKS = [
    ("212-555-0101 evenings", "called"),
    ("212-555-0101 (preferred)", "called"),
    ("212-555-0101 - ask for Dana", "called"),
    ("212-555-0101 not a fax", "called"),
    ("212-555-0101 (no texts)", "called"),
    ("212-555-0101 verified 3/2024", "called"),
    ("212-555-0101 best time 5pm", "called"),
    ("212-555-0101 fax", "left out"),
    ("212-555-0101 NIS", "left out"),
    ("NIS 212-555-0101", "left out"),
    ("212-555-0101 (disc.)", "left out"),
    ("212-555-0101 texts only", "refused"),
    ("212-555-0101 (work - do not call)", "refused"),
    ("212-555-0101 (work - do not call); 917-555-0122 (home)", "refused"),
    ("do not call - office 212-555-0101", "refused"),
    ("212-555-0101 don't call at work", "refused"),
    ("son's number, do not call 212-555-0101", "refused"),
    ("212-555-0101 (wife, DNC)", "refused"),
    ("☠ 212-555-0101", "refused"),
    ("212-555-0101 🚫", "refused"),
    ("212-555-0101 ✝", "refused"),
    ("⛔212-555-0101", "refused"),
    ("212-555-0101 ❌", "refused"),
    ("212-555-0101 Do Not Call 3/4/22", "refused"),
    ("DNC 03/04/2022 212-555-0101", "refused"),
    ("212-555-0101 dnc 2022-03-04", "refused"),
    ("212-555-0101 no answer", "called"),
    ("212-555-0101 VM full", "called"),
    ("212-555-0101 do not call", "refused"),
    ("212-555-0101 no calls", "refused"),
    ("212-555-0101 never call", "refused"),
    ("212-555-0101 do not call, evenings only by mail", "refused"),
    ("212-555-0101 never call; e-mail before noon", "refused"),
    ("212-555-0101 nicht anrufen, abends nur per Brief", "refused"),
    ("212-555-0101 ne pas appeler, courrier uniquement le matin", "refused"),
    ("212-555-0101 no llamar, solo correo antes del lunes", "refused"),
    ("212-555-0101 niet bellen, alleen e-mail na maandag", "refused"),
    ("212-555-0101 não ligar, só por email depois de segunda", "refused"),
    ("212-555-0101 wife deceased", "asked"),
    ("212-555-0101 (wife)", "asked"),
    ("Bill's cell 212-555-0101", "asked"),
    ("212-555-0101 winter only", "asked"),
    ("212-555-0101 ext. 12", "called"),
]


@pytest.mark.parametrize(("cell", "becomes"), REMARKS)
def test_a_remark_beside_a_number(tmp_path, cell, becomes):
    path = write(tmp_path / "people.csv", [HEADER, [*PEOPLE[0][:3], cell], PEOPLE[1]])
    (lead,) = validate_file(path, Manifest(max_rejected=1), "US").leads.filter(pl.col("first_name") == "Ada").collect().to_dicts()
    assert (lead["phone"], lead["do_not_call"], lead["consent_unclear"] is not None) == {
        "called": ("+12125550101", False, False), "left out": (None, False, False), "refused": ("+12125550101", True, False),
        "asked": ("+12125550101", False, True),
    }[becomes]  # fmt: skip


def test_a_refusal_in_place_of_a_country_keeps_the_number(tmp_path):
    path = write(tmp_path / "people.csv", [[*HEADER, "Country"], [*PEOPLE[0], "DO NOT CALL"], [*PEOPLE[1], "US"]])
    leads = validate_file(path, Manifest(), "US").leads.collect()
    assert leads["phone"].null_count() == 0
    assert leads["do_not_call"].to_list() == [True, False]


@pytest.mark.parametrize(
    "name", ["Old Phone", "Former Phone", "Previous Number", "Disconnected Phone", "Alte Telefonnummer", "Ancien téléphone"]
)
def test_a_column_of_former_numbers_is_not_called(tmp_path, name):
    """Neither in place of a number that is missing, nor where it is the same as the one that is given."""
    rows = [["First Name", "Last Name", "Email", "Phone", name], [*PEOPLE[0], "(212) 555-0101"], [*PEOPLE[1][:3], "", "917-555-0122"]]
    leads = validate_file(write(tmp_path / "people.csv", rows), Manifest(), "US").leads.collect()
    assert leads["phone"].to_list() == [None, None]
    assert leads["mobile_phone"].to_list() == [None, None]
    assert not leads["do_not_call"].any()
    assert "917-555-0122" in json.loads(leads["custom_fields"][1]).values()
