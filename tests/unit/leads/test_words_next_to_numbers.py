"""Words next to numbers, or in the place of one: a wrong number is left out alone, a remark leaves the person callable."""

import csv
import json

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

NUMBER, NUMBER_E164, OTHER, OTHER_E164 = "212-555-0101", "+12125550101", "917-555-0199", "+19175550199"
FIELDS = ("email", "phone", "mobile_phone", "do_not_call", "email_opt_out", "consent_unclear")


def validated(folder, header, *rows):
    path = folder / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return validate_file(path, Manifest(max_rejected=1), "US")


def lead_of(folder, header, row):
    read = validated(folder, header, row)
    assert read.rows_rejected == 0
    lead = read.leads.collect().row(0, named=True)
    return {name: lead[name] for name in FIELDS}, json.loads(lead["custom_fields"])


def of_phone_cell(folder, cell):
    return lead_of(folder, ["First Name", "Last Name", "Email", "Phone"], ["Ada", "Quillon", "a@example.org", cell])


TWO_PHONES = ["First Name", "Last Name", "Email", "Home Phone", "Cell Phone"]
WRONG = ["wrong number", "disconnected", "bad number", "invalid", "out of service", "WRONG #", "falsche Nummer", "faux numéro", "nis"]


@pytest.mark.parametrize("cell", WRONG)
def test_words_for_a_wrong_number_in_a_column_without_numbers_leave_the_other_number(tmp_path, cell):
    lead, custom = lead_of(tmp_path, TWO_PHONES, ["Ada", "Quillon", "a@example.org", cell, OTHER])
    assert (lead["mobile_phone"], lead["do_not_call"], lead["consent_unclear"]) == (OTHER_E164, False, None)
    assert cell in custom.values()


def test_words_for_a_wrong_number_where_no_number_is_left_are_about_the_person(tmp_path):
    rows = [
        ["Ada", "Quillon", "a@example.org", "disconnected", ""],
        ["Bea", "Crane", "b@example.org", "wrong number", OTHER],
        ["Cy", "Dormer", "c@example.org", "wrong number", f"{NUMBER} d/c"],
        ["Di", "Eames", "d@example.org", "", ""],
    ]
    leads = validated(tmp_path, TWO_PHONES, *rows).leads.collect()
    assert leads["do_not_call"].to_list() == [True, False, True, False]


@pytest.mark.parametrize("cell", [*WRONG, "d/c", "WN"])
def test_words_for_a_wrong_number_in_a_column_of_numbers_leave_the_other_number(tmp_path, cell):
    rows = [["Ada", "Quillon", "a@example.org", cell, OTHER], ["Bea", "Crane", "b@example.org", NUMBER, ""]]
    leads = validated(tmp_path, TWO_PHONES, *rows).leads.collect()
    assert leads.select("phone", "mobile_phone", "do_not_call", "consent_unclear").row(0) == (None, OTHER_E164, False, None)
    assert cell in json.loads(leads["custom_fields"][0]).values()


@pytest.mark.parametrize("numbers", [(), (NUMBER,)])
@pytest.mark.parametrize("cell", ["deceased", "do not call", "DNC", "no calls"])
def test_words_that_refuse_in_the_place_of_a_number_are_about_the_person(tmp_path, cell, numbers):
    rows = [["Bea", "Crane", "b@example.org", number, ""] for number in numbers]
    leads = validated(tmp_path, TWO_PHONES, ["Ada", "Quillon", "a@example.org", cell, OTHER], *rows).leads.collect()
    assert leads["do_not_call"][0]


DISCONNECTED = ["{} d/c", "{} (d/c)", "d/c {}", "D/C: {}", "{} - d/c 3/4/2022", "{} WN", "{} disc.", "{} disconnected"]


@pytest.mark.parametrize("cell", DISCONNECTED)
def test_a_disconnected_number_is_not_called(tmp_path, cell):
    lead, custom = of_phone_cell(tmp_path, cell.format(NUMBER))
    assert (lead["phone"], lead["do_not_call"], lead["consent_unclear"]) == (None, False, None)
    assert custom == {"Phone (not used)": cell.format(NUMBER)}


def test_of_a_disconnected_number_and_another_the_other_is_called(tmp_path):
    lead, _ = of_phone_cell(tmp_path, f"{NUMBER} d/c / {OTHER}")
    assert (lead["phone"], lead["mobile_phone"], lead["consent_unclear"]) == (OTHER_E164, None, None)


@pytest.mark.parametrize("cell", ["{} DC", "{} Washington DC", "{} dc"])
def test_letters_that_may_be_a_place_leave_a_question(tmp_path, cell):
    lead, _ = of_phone_cell(tmp_path, cell.format(NUMBER))
    assert lead["phone"] == NUMBER_E164
    assert lead["consent_unclear"]


REMARKS = [
    "call {}", "Please call {}", "{} busy", "{} line busy", "{} full mailbox", "{} gesch.", "{} dienstl.", "{} priv.", "{} (gesch.)", "{} text ok",
    "{} ok to text", "{} temp", "{} unl", "{} unl.", "{} Spanish only", "{} speaks Spanish", "{} (Spanish speaking)", "{} spricht nur Deutsch",
    "{} parle français", "{} hard of hearing", "{} - hard of hearing, call after 5", "{} call after 5", "{} mailbox full",
]  # fmt: skip
HOURS = [
    "{} do not call before 9", "{} don't call before 9am", "{} do not call after 8pm", "{} (do not call before 10:30)", "{} never call before noon",
    "{} no calls before 9", "{} no calls after 8 please", "{} do not call before 9 or after 5", "{} nicht vor 9 Uhr anrufen",
    "{} bitte nicht anrufen nach 20 Uhr", "{} ne pas appeler avant 10h", "{} no llamar después de las 20", "{} niet bellen voor 10 uur",
    "{} não ligar antes das 9", "do not call before 9: {}",
]  # fmt: skip


@pytest.mark.parametrize("cell", [*REMARKS, *HOURS])
def test_a_remark_about_a_number_leaves_it_callable(tmp_path, cell):
    lead, _ = of_phone_cell(tmp_path, cell.format(NUMBER))
    assert (lead["phone"], lead["do_not_call"], lead["consent_unclear"]) == (NUMBER_E164, False, None)


REFUSED = [
    "{} do not call", "{} nicht anrufen", "{} text only", "{} call only in emergency", "{} do not call at work", "don't call {}",
    "{} do not call before 9, deceased", "{} Spanish only, do not call", "{} priv. nicht anrufen", "{} busy - DNC",
    "{} do not call since 5", "{} do not call 9 to 5",
]  # fmt: skip
ASKED = [
    "{} do not call after 3/15", "{} do not call after 3/2024", "{} do not call day or night", "{} call wife",
    "{} do not call until June", "{} do not call before 9 May", "{} call Bill", "{} fast busy", "{} do not call after 12 months", "{} Bill",
    "{} do not call after 2024", "{} do not call before 9 days", "{} do not call before 9/1", "{} do not call between 0 and 24",
    "{} not Spanish",
]  # fmt: skip


@pytest.mark.parametrize("cell", [*REFUSED, *ASKED])
def test_words_that_refuse_or_leave_a_question_stay(tmp_path, cell):
    lead, _ = of_phone_cell(tmp_path, cell.format(NUMBER))
    assert (lead["do_not_call"], lead["consent_unclear"] is not None) == (cell in REFUSED, cell in ASKED)


PHONE_CODE = ["First Name", "Last Name", "Email", "Phone Code", "Phone"]


def leads_of_codes(folder, *codes):
    rows = [["Ada", "Quillon", f"a{n}@example.org", code, NUMBER] for n, code in enumerate(codes)]
    return validated(folder, PHONE_CODE, *rows).leads.collect().select("phone", "mobile_phone", "do_not_call", "consent_unclear").rows()


CALLED, MOBILE = (NUMBER_E164, None, False, None), (None, NUMBER_E164, False, None)


@pytest.mark.parametrize(
    ("codes", "leads"),
    [
        (["H", "M", "W"], [CALLED, MOBILE, CALLED]),
        (["H", "", "W"], [CALLED, CALLED, CALLED]),
        (["Home", "Cell", "Fax"], [CALLED, MOBILE, (None, None, False, None)]),
        (["C", "H", "F"], [MOBILE, CALLED, (None, None, False, None)]),
        (["H", "DNC", "W"], [CALLED, (NUMBER_E164, None, True, None), CALLED]),
        (["DNC"], [(NUMBER_E164, None, True, None)]),
    ],
)
def test_a_code_of_letters_is_the_kind_of_the_number(tmp_path, codes, leads):
    assert leads_of_codes(tmp_path, *codes) == leads


@pytest.mark.parametrize("codes", [["1", "+1", "001"], ["US", "CA", "US"], ["United States", "USA", "US"]])
def test_a_code_of_a_country_is_part_of_the_number(tmp_path, codes):
    assert leads_of_codes(tmp_path, *codes) == [CALLED, CALLED, CALLED]


def test_a_code_of_another_country_leaves_the_number_of_that_one(tmp_path):
    rows = [["Ada", "Quillon", "a@example.org", "44", "020 7946 0958"], ["Bea", "Crane", "b@example.org", "GB", "020 7946 0959"]]
    leads = validated(tmp_path, PHONE_CODE, *rows).leads.collect()
    assert leads["phone"].to_list() == ["+442079460958", "+442079460959"]


@pytest.mark.parametrize("code", ["Atlantis", "XX"])
def test_a_code_that_is_not_understood_does_not_make_a_number_of_the_default_country(tmp_path, code):
    assert leads_of_codes(tmp_path, code, code) == [(None, None, False, None)] * 2


def of_email_cell(folder, cell, phone=NUMBER):
    return lead_of(folder, ["First Name", "Last Name", "Email", "Phone"], ["Ada", "Quillon", cell, phone])


ADDRESS = "ada@example.org"
UNSUBSCRIBED = [
    "{} - unsubscribed", "{} (unsubscribed)", "UNSUBSCRIBED {}", "{} opted out", "{} do not email", "{} no emails", "{}, unsubscribed 3/4/2022",
    "{} abgemeldet", "unsubscribed: {}",
]  # fmt: skip
BOUNCED = [
    "{} bounced", "{} (bounced)", "{} hard bounce", "{} - bounced", "bounced: {}", "BOUNCED {}", "{} undeliverable", "{} [hard bounced 3/4/2022]",
    "{} invalid", "{} unzustellbar", "bounce - {}",
]  # fmt: skip


@pytest.mark.parametrize("cell", UNSUBSCRIBED)
def test_an_address_that_is_unsubscribed_is_kept_and_gets_no_email(tmp_path, cell):
    lead, _ = of_email_cell(tmp_path, cell.format(ADDRESS))
    assert (lead["email"], lead["phone"], lead["email_opt_out"]) == (ADDRESS, NUMBER_E164, True)
    assert (lead["do_not_call"], lead["consent_unclear"]) == (False, None)


@pytest.mark.parametrize("cell", BOUNCED)
def test_an_address_that_bounced_is_left_out_and_kept_as_written(tmp_path, cell):
    lead, custom = of_email_cell(tmp_path, cell.format(ADDRESS))
    assert (lead["email"], lead["phone"], lead["do_not_call"], lead["consent_unclear"]) == (None, NUMBER_E164, False, None)
    assert custom == {"Email (not used)": cell.format(ADDRESS)}


@pytest.mark.parametrize("cell", ["{} do not call", "{} - deceased", "{} (do not contact)", "{} bounced, do not call"])
def test_words_next_to_an_address_that_refuse_calls_count(tmp_path, cell):
    lead, _ = of_email_cell(tmp_path, cell.format(ADDRESS))
    assert (lead["email"], lead["phone"], lead["do_not_call"]) == (ADDRESS, NUMBER_E164, True)


@pytest.mark.parametrize("cell", ["{} ok", "{} (work)", "{} - preferred", "{} soft bounce"])
def test_a_remark_about_an_address_changes_nothing(tmp_path, cell):
    lead, _ = of_email_cell(tmp_path, cell.format(ADDRESS))
    assert (lead["email"], lead["phone"], lead["email_opt_out"], lead["do_not_call"]) == (ADDRESS, NUMBER_E164, False, False)


@pytest.mark.parametrize(
    "cell",
    [
        "{} wife",
        "a@@b bounced",
        "ada@ bounced",
        "not a mail",
        "not-a-mail",
        "not-an-email",
        "not an e-mail",
        "bad",
        "old",
        "{} bounced, wife's works",
    ],
)
def test_words_next_to_an_address_that_say_nothing_of_it_leave_no_address(tmp_path, cell):
    header, other = ["First Name", "Last Name", "Email", "Phone"], ["Bea", "Crane", "b@example.org", OTHER]
    read = validated(tmp_path, header, ["Ada", "Quillon", cell.format(ADDRESS), NUMBER], other)
    lead = read.leads.collect().to_dicts()[0]
    assert (lead["email"], lead["phone"], json.loads(lead["custom_fields"])) == (
        None,
        NUMBER_E164,
        {"email (not read)": cell.format(ADDRESS)},
    )
    alone = validated(tmp_path, header, ["Ada", "Quillon", cell.format(ADDRESS), ""], other)
    assert alone.rejections.collect()["rule"].to_list() == ["email_invalid"]


@pytest.mark.parametrize("cell", ["bounced", "(bounced)", "hard bounce", "unsubscribed", "opted out", "do not email"])
def test_words_in_the_place_of_an_address_keep_the_row(tmp_path, cell):
    header, other = ["First Name", "Last Name", "Email", "Phone"], ["Bea", "Crane", "b@example.org", OTHER]
    leads = validated(tmp_path, header, ["Ada", "Quillon", cell, NUMBER], other).leads.collect()
    assert leads.select("email", "phone", "do_not_call", "consent_unclear").row(0) == (None, NUMBER_E164, False, None)
    assert leads["email_opt_out"][0] == ("bounce" not in cell)
    assert json.loads(leads["custom_fields"][0]) == {"Email (not used)": cell}


@pytest.mark.parametrize(
    "cell", ["bounced@example.org", "unsubscribed@example.org", "Ada Bounced <ada@example.org>", "a@example.org; b@example.org"]
)
def test_words_within_an_address_or_a_name_are_no_remark(tmp_path, cell):
    lead, _ = of_email_cell(tmp_path, cell)
    assert lead["email"]
    assert not lead["email_opt_out"]


def test_of_two_addresses_the_one_that_bounced_is_left_out(tmp_path):
    lead, _ = of_email_cell(tmp_path, "ada@example.org bounced; quillon@example.org")
    assert lead["email"] == "quillon@example.org"


def test_a_file_of_such_addresses_is_loaded(tmp_path):
    cells = [cell.format(f"a{n}@example.org") for n, cell in enumerate([*UNSUBSCRIBED[:5], *BOUNCED[:4], *["{}"] * 4])]
    path = tmp_path / "people.csv"
    rows = [["Ada", "Quillon", cell, f"212-555-{100 + n:04}"] for n, cell in enumerate(cells)]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["First Name", "Last Name", "Email", "Phone"], *rows])
    read = validate_file(path, Manifest(), "US")
    assert (read.error, read.rows_read, read.rows_rejected) == (None, 13, 0)
