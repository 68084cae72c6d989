"""What the flags of systems mean: each field alone is set for Ada, as the system's documentation describes it.

The documentation was looked up in November 2026: developer.salesforce.com (field reference of Contact: DoNotCall "Do Not Call", HasOptedOutOfEmail "Email Opt Out",
HasOptedOutOfFax "Fax Opt Out"), CiviCRM APIv4 (is_opt_out: "opted out of all bulk mailings"), learn.microsoft.com (donotphone "Do not allow Phone
Calls"), developers.hubspot.com (subscription types are of e-mails); the others from the labels of the systems' own exports.
"""

import polars as pl
import pytest

from tests.unit.consent.test_lines_and_titles import ADA, NAMES, ZOE, callable_people, read

# The columns of a system's export that are about consent, by column the cell of a refusal and of none, and whether it refuses calls and e-mails.
SYSTEMS = {
    "civicrm": {
        "do_not_phone": ("1", "0", True, False), "do_not_email": ("1", "0", False, True), "do_not_mail": ("1", "0", False, False),
        "do_not_sms": ("1", "0", False, False), "do_not_trade": ("1", "0", False, False), "is_opt_out": ("1", "0", False, True),
        "is_deceased": ("1", "0", True, True),
    },
    "civicrm_labels": {
        "Do Not Phone": ("Yes", "No", True, False), "Do Not Email": ("Yes", "No", False, True), "Do Not Mail": ("Yes", "No", False, False),
        "Do Not Sms": ("Yes", "No", False, False), "Do Not Trade": ("Yes", "No", False, False),
        "No Bulk Emails (User Opt Out)": ("Yes", "No", False, True), "Deceased": ("Yes", "No", True, True),
    },
    "salesforce": {
        "DoNotCall": ("true", "false", True, False), "HasOptedOutOfEmail": ("true", "false", False, True),
        "HasOptedOutOfFax": ("true", "false", False, False),
    },
    "salesforce_labels": {
        "Do Not Call": ("1", "0", True, False), "Email Opt Out": ("1", "0", False, True), "Fax Opt Out": ("1", "0", False, False),
    },
    "npsp": {
        "npsp__Do_Not_Contact__c": ("true", "false", True, True), "npsp__Deceased__c": ("true", "false", True, True),
        "DoNotCall": ("true", "false", True, False), "HasOptedOutOfEmail": ("true", "false", False, True),
    },
    "zoho": {
        "Email Opt Out": ("true", "false", False, True), "Unsubscribed Mode": ("Manual", "", False, True),
        "Unsubscribed Time": ("2024-03-01 10:00", "", False, True), "Record Id": ("zcrm_1", "zcrm_2", False, False),
    },
    "hubspot": {
        "Unsubscribed from all email": ("true", "false", False, True), "hs_email_optout": ("true", "false", False, True),
        "Opted out of email: One to One": ("true", "false", False, True), "Do not call": ("true", "false", True, False),
    },
    "dynamics": {
        "donotphone": ("Yes", "No", True, False), "donotemail": ("Yes", "No", False, True), "donotbulkemail": ("Yes", "No", False, True),
        "donotpostalmail": ("Yes", "No", False, False), "donotfax": ("Yes", "No", False, False), "donotbulkpostalmail": ("Yes", "No", False, False),
    },
    "dynamics_labels": {
        "Do not allow Phone Calls": ("Do Not Allow", "Allow", True, False), "Do not allow Emails": ("Do Not Allow", "Allow", False, True),
        "Do not allow Bulk Emails": ("Do Not Allow", "Allow", False, True), "Do not allow Mails": ("Do Not Allow", "Allow", False, False),
        "Do not allow Faxes": ("Do Not Allow", "Allow", False, False),
    },
    "nationbuilder": {
        "nationbuilder_id": ("1", "2", False, False), "do_not_call": ("true", "false", True, False), "do_not_contact": ("true", "false", True, True),
        "federal_donotcall": ("true", "false", True, False), "email_opt_in": ("false", "true", False, True),
        "is_deceased": ("true", "false", True, True), "mobile_opt_in": ("false", "true", False, False),
    },
    "suitecrm": {"do_not_call": ("1", "0", True, False), "email_opt_out": ("1", "0", False, True)},
    "bloomerang": {
        "Communication Restrictions": ("Do Not Call", "", True, False), "Email Interest Type": ("Opted Out", "All", False, True),
        "Status": ("Deceased", "Active", True, True),
    },
    "raisers_edge": {
        "Requests no phone": ("Yes", "No", True, False), "Requests no e-mail": ("Yes", "No", False, True), "Requests no mail": ("Yes", "No", False, False),
        "Solicit Codes": ("Do Not Phone", "", True, False), "Deceased": ("Yes", "No", True, True),
    },
    "everyaction": {
        "Do Not Call": ("1", "0", True, False), "Do Not Email": ("1", "0", False, True), "Do Not Mail": ("1", "0", False, False),
        "Do Not Walk": ("1", "0", False, False),
    },
    "mailchimp": {"UNSUB_TIME": ("2024-01-01 10:00", "", False, True), "UNSUB_REASON": ("NORMAL", "", False, True)},
    "constant_contact": {
        "Email permission status": ("Unsubscribed", "Implied", False, True), "Email update source": ("Contact", "Contact", False, False),
    },
    "donorperfect": {"No Calls": ("Y", "N", True, False), "no_email": ("Y", "N", False, True), "nomail": ("Y", "N", False, False)},
    "pipedrive": {"Person - Marketing status": ("Unsubscribed", "Subscribed", False, True), "Person - Label": ("DNC", "", True, False)},
    "espocrm": {"emailAddressIsOptedOut": ("true", "false", False, True), "doNotCall": ("true", "false", True, False)},
    "odoo": {"is_blacklisted": ("True", "False", None, True), "phone_blacklisted": ("True", "False", True, False)},
}  # fmt: skip
FLAGS = [(system, column) for system, columns in SYSTEMS.items() for column in columns]


@pytest.mark.parametrize(("system", "column"), FLAGS)
def test_a_flag_of_a_system_means_what_the_system_means(tmp_path, system, column):
    columns = SYSTEMS[system]
    ada = ",".join(refusal if name == column else none for name, (refusal, none, _, _) in columns.items())
    nothing = ",".join(none for _, none, _, _ in columns.values())
    validated = read(tmp_path, f"{NAMES},{','.join(columns)}", f"{ADA},{ada}", f"{ZOE},{nothing}")
    _, _, no_calls, no_emails = columns[column]
    if no_calls is not None:
        assert callable_people(validated) == (["Zoe"] if no_calls else ["Ada", "Zoe"])
    leads = validated.leads.collect()
    assert (leads["do_not_email"] | leads["email_opt_out"]).to_list() == [no_emails, False]


ALONE = [
    (system, column)
    for system, column in FLAGS
    if system in ("civicrm", "salesforce", "salesforce_labels", "dynamics", "nationbuilder", "suitecrm")
]


@pytest.mark.parametrize(("system", "column"), [flag for flag in ALONE if flag[1] not in ("is_opt_out", "mobile_opt_in")])
def test_a_flag_alone_in_its_file_means_the_same(tmp_path, system, column):
    refusal, none, no_calls, no_emails = SYSTEMS[system][column]
    validated = read(tmp_path, f"{NAMES},{column}", f"{ADA},{refusal}", f"{ZOE},{none}")
    assert callable_people(validated) == (["Zoe"] if no_calls else ["Ada", "Zoe"])
    leads = validated.leads.collect()
    assert (leads["do_not_email"] | leads["email_opt_out"]).to_list() == [no_emails, False]


CIVICRM = "Contact ID,Contact Type"
OTHER_COLUMNS = [
    (column, cell)
    for column in ("Privacy Note", "Note(s)", "Comments", "Group(s)")
    for cell in ("consent withdrawn", "opted out", "take me off your list", "unsubscribe", "objects to processing", "blacklisted")
]


@pytest.mark.parametrize(("column", "cell"), OTHER_COLUMNS)
def test_what_a_system_means_by_its_own_opt_out_is_not_what_notes_mean(tmp_path, column, cell):
    validated = read(tmp_path, f"{CIVICRM},{NAMES},{column}", f"1,Individual,{ADA},{cell}", f"2,Individual,{ZOE},")
    assert callable_people(validated) == ["Zoe"]


@pytest.mark.parametrize(
    ("system", "cells", "column", "cell"),
    [
        (CIVICRM, "1,Individual", "No Bulk Emails (User Opt Out)", "Yes"),
        (CIVICRM, "1,Individual", "Is opt out", "1"),
        (CIVICRM, "1,Individual", "User Opt Out", "Yes"),
        ("Internal Contact ID", "1", "User Opt Out", "Yes"),
        ("uuid,attributes", "x,{}", "status", "blocklisted"),
        ("LEID,EUID", "1,2", "UNSUB_REASON", "NORMAL"),
    ],
)
def test_the_opt_out_column_of_a_system_is_of_emails(tmp_path, system, cells, column, cell):
    validated = read(tmp_path, f"{system},{NAMES},{column}", f"{cells},{ADA},{cell}")
    assert callable_people(validated) == ["Ada"]
    assert validated.leads.collect().select(pl.any_horizontal("do_not_email", "email_opt_out")).item()


VICIDIAL = [
    "lead_id", "entry_date", "modify_date", "status", "user", "vendor_lead_code", "source_id", "list_id",
    "gmt_offset_now", "called_since_last_reset", "phone_code", "phone_number", "title", "first_name", "middle_initial",
    "last_name", "address1", "address2", "address3", "city", "state", "province", "postal_code", "country_code",
    "gender", "date_of_birth", "alt_phone", "email", "security_phrase", "comments", "called_count",
    "last_local_call_time", "rank", "owner",
]  # fmt: skip
FEW_OF_VICIDIAL = [
    "vendor_lead_code",
    "status",
    "list_id",
    "phone_code",
    "phone_number",
    "first_name",
    "last_name",
    "security_phrase",
    "comments",
]
OF_A_DIALLER = {
    "vendor_lead_code": "17", "list_id": "101", "phone_code": "1", "phone_number": "2125550101", "first_name": "Ada", "last_name": "Quillon",
    "state": "NY", "email": "ada@example.org", "lead_id": "4", "status": "NEW", "called_count": "2", "entry_date": "2024-03-01 10:00:00",
}  # fmt: skip
REFUSING = (
    "REMOVE",
    "RMV",
    "OPTOUT",
    "Opted out",
    "Refused",
    "Unsubscribed",
    "DNC",
    "DEC",
    "TPTDNC",
    "LEGAL",
    "DECSD",
    "INVALID",
)
CELLS_OF_A_DIALLER = [
    *(("status", status, False) for status in REFUSING),
    *(("status", status, True) for status in ("NEW", "NA", "B", "CALLBK", "PDROP", "AA", "N", "SALE", "XFER", "NI", "DROP", "Declined")),
    ("security_phrase", "REMOVE", False),
    ("comments", "cease & desist rcvd", False),
    ("comments", "rude, removed cap", True),
]  # fmt: skip


@pytest.mark.parametrize("columns", [VICIDIAL, FEW_OF_VICIDIAL])
@pytest.mark.parametrize(("column", "cell", "may"), CELLS_OF_A_DIALLER)
def test_the_status_of_a_dialler_is_about_calls(tmp_path, columns, column, cell, may):
    cells = OF_A_DIALLER | {column: cell}
    validated = read(tmp_path, ",".join(columns), ",".join(cells.get(name, "") for name in columns))
    assert callable_people(validated) == (["Ada"] if may else [])
