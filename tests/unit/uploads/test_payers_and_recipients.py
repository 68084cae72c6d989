"""Of an order the payer is the person; the contacts of whom the parcel goes to, and the lines of the organisation, are custom fields."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

PAYER, OTHER = "Ana Ash,212-555-0101,ana@q.example", "Carl Cole,917-555-0199,carl@q.example"
PAIRS = [
    ("Bill To", "Ship To"), ("BillTo", "ShipTo"), ("Bill-to", "Ship-to"), ("Billing", "Shipping"), ("Billing", "Delivery"), ("Sold To", "Deliver To"),
    ("Sold-To", "Ship-To"), ("Invoice", "Delivery"), ("Buyer", "Recipient"), ("Purchaser", "Recipient"), ("Payer", "Payee"), ("Giver", "Receiver"),
    ("Sender", "Receiver"), ("Ordered By", "Ship To"), ("Purchased By", "Gift Recipient"), ("Customer", "Ship To"), ("Donor", "Deliver To"), ("Rechnung", "Lieferung"),
    ("Käufer", "Empfänger"), ("Acheteur", "Destinataire"), ("Charge To", "Send To"),
]  # fmt: skip


def leads_of(tmp_path, text, country="US"):
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    validated = validate_file(path, Manifest(), country, scratch=tmp_path, names=("a.csv", "a"))
    return validated, validated.leads.collect().rows(named=True)


@pytest.mark.parametrize(("payer", "recipient"), PAIRS, ids=[" and ".join(pair) for pair in PAIRS])
@pytest.mark.parametrize("payer_first", [True, False])
def test_the_payer_is_the_person(tmp_path, payer, recipient, payer_first):
    sides = [(payer, PAYER), (recipient, OTHER)] if payer_first else [(recipient, OTHER), (payer, PAYER)]
    header = ",".join(f"{who} {what}" for who, _ in sides for what in ("Name", "Phone", "Email"))
    validated, leads = leads_of(tmp_path, f"{header}\n{','.join(cells for _, cells in sides)}\n")
    assert validated.error is None
    assert [(x["first_name"], x["last_name"], x["phone"], x["email"], x["mobile_phone"]) for x in leads] == [
        ("Ana", "Ash", "+12125550101", "ana@q.example", None)
    ]
    assert "Carl Cole" in leads[0]["custom_fields"]
    assert "917-555-0199" in leads[0]["custom_fields"]


def test_the_contacts_of_the_recipient_fill_no_gap(tmp_path):
    _, leads = leads_of(tmp_path, "Bill To Name,Bill To Email,Ship To Name,Ship To Phone\nAna Ash,ana@q.example,Carl Cole,917-555-0199\n")
    assert [(x["first_name"], x["email"], x["phone"]) for x in leads] == [("Ana", "ana@q.example", None)]


def test_bare_names_of_addressees_are_names(tmp_path):
    _, leads = leads_of(tmp_path, f"Ship To,Ship To Phone,Ship To Email,Bill To,Bill To Phone,Bill To Email\n{OTHER},{PAYER}\n")
    assert [(x["first_name"], x["last_name"], x["phone"]) for x in leads] == [("Ana", "Ash", "+12125550101")]


def test_the_home_of_another_recipient_is_not_the_payers(tmp_path):
    header = "Billing Name,Billing Phone,Billing Email,Shipping Name,Shipping Street"
    _, leads = leads_of(tmp_path, f"{header}\n{PAYER},Carl Cole,9 Z St\nBo Burke,212-555-0102,bo@q.example,Bo Burke,8 Z St\n")
    assert [(x["first_name"], x["street"]) for x in leads] == [("Ana", None), ("Bo", "8 Z St")]


@pytest.mark.parametrize("who", ["Ship To", "Bill To", "Recipient", "Delivery", "Billing"])
def test_an_only_party_is_the_person(tmp_path, who):
    _, leads = leads_of(tmp_path, f"{who} Name,{who} Phone,{who} Email\n{PAYER}\n")
    assert [(x["first_name"], x["last_name"], x["phone"]) for x in leads] == [("Ana", "Ash", "+12125550101")]


def test_next_to_plain_names_a_bill_is_no_other_person(tmp_path):
    _, leads = leads_of(tmp_path, "Name,Email,Billing Phone,Billing City\nAna Ash,ana@q.example,212-555-0101,Austin\n")
    assert [(x["first_name"], x["phone"], x["city"]) for x in leads] == [("Ana", "+12125550101", "Austin")]


LINES = [
    "Agent Phone", "Volunteer Phone", "Volunteer Mobile", "Hotline", "Office Hotline", "Hotline Number", "Helpline", "Helpdesk", "Help Desk Phone", "Info Line", "Switchboard", "Toll Free", "Caller ID", "Dialer Number",
    "Outbound Number", "Called From", "Support Phone", "phone (metadata)", "Telefonzentrale", "Kundenservice", "Numéro vert", "Atención al cliente", "Klantenservice",
]  # fmt: skip
ADDRESSES = [
    "Reply-To", "Reply To", "ReplyTo", "Reply To Email", "Support Email", "Helpdesk", "Helpdesk Email", "Noreply", "Return Path", "Bounce Address", "BCC", "Cc Emails", "Volunteer Email", "Antwort an", "Répondre à", "Responder a",
]  # fmt: skip


@pytest.mark.parametrize("name", ["Name", "Contact"])
@pytest.mark.parametrize("column", LINES)
def test_a_line_of_the_organisation_is_nobodys(tmp_path, column, name):
    text = f"{name},Email,{column}\nAna Ash,ana@q.example,212-555-0198\nBo Burke,bo@q.example,212-555-0199\n"
    validated, leads = leads_of(tmp_path, text)
    assert [(x["first_name"], x["phone"], x["mobile_phone"]) for x in leads] == [("Ana", None, None), ("Bo", None, None)]
    assert "212-555-0198" in leads[0]["custom_fields"], validated.mapping


@pytest.mark.parametrize("column", ADDRESSES)
def test_an_address_of_the_organisation_is_nobodys(tmp_path, column):
    _, leads = leads_of(tmp_path, f"Name,Phone,{column}\nAna Ash,212-555-0101,one@q.example\nBo Burke,212-555-0102,two@q.example\n")
    assert [(x["first_name"], x["email"]) for x in leads] == [("Ana", None), ("Bo", None)]
    assert "one@q.example" in leads[0]["custom_fields"]


def test_the_agents_number_is_not_taken_where_the_contact_has_none(tmp_path):
    validated, leads = leads_of(tmp_path, "Contact,Agent Phone\nAna Ash,212-555-0198\nBo Burke,212-555-0199\n")
    assert not leads
    assert "Agent Phone" in (validated.error or "")


@pytest.mark.parametrize("columns", ["His Phone,Hers Phone", "His Phone,Her Phone", "Phone (his),Phone (hers)"])
def test_of_two_people_in_a_row_none_is_guessed(tmp_path, columns):
    validated, leads = leads_of(tmp_path, f"Name,{columns}\nAna & Bo Ash,212-555-0101,917-555-0199\n")
    assert not leads
    assert "is not certain" in (validated.error or "")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Volunteer Name,Volunteer Phone", "Ana Ash,212-555-0101"),
        ("Name,Email,Member Phone", "Ana Ash,ana@q.example,212-555-0101"),
        ("Name,Email,Phone,Support Level,Reception Attended", "Ana Ash,ana@q.example,212-555-0101,Gold,Yes"),
        ("Name,Email,Best number for a call back", "Ana Ash,ana@q.example,212-555-0101"),
    ],
)
def test_a_number_of_the_person_stays_one(tmp_path, header, row):
    _, leads = leads_of(tmp_path, f"{header}\n{row}\n")
    assert [(x["first_name"], x["phone"]) for x in leads] == [("Ana", "+12125550101")]


CODES = [
    "mobile_cc", "phone_cc", "tel_cc", "cell_cc", "Mobile CC", "Vorwahl", "Vorwahl Mobil", "Handy Vorwahl", "Mobile Country Code", "Country Code Mobile", "Cell Prefix", "WhatsApp Country Code",
]  # fmt: skip


@pytest.mark.parametrize("code", ["+44", "0044", "44"])
@pytest.mark.parametrize("column", CODES)
def test_a_calling_code_is_of_the_only_number(tmp_path, column, code):
    text = f"Name,Email,{column},Phone\nAna Ash,a@q.example,{code},2079460144\nBo Burke,b@q.example,1,2125550102\n"
    _, leads = leads_of(tmp_path, text)
    assert [x["phone"] for x in leads] == ["+442079460144", "+12125550102"]


@pytest.mark.parametrize(
    ("country", "header", "row", "numbers"),
    [
        ("US", "Name,fax_cc,Phone", "Ana Ash,44,212-555-0101", {"+12125550101"}),
        ("US", "Name,Agent CC,Phone", "Ana Ash,44,212-555-0101", {"+12125550101"}),
        ("US", "Name,Work Country Code,Phone", "Ana Ash,GB,212-555-0101", {"+12125550101"}),
        ("US", "Name,Phone,Mobile CC,Mobile", "Ana Ash,212-555-0101,44,7911123456", {"+12125550101", "+447911123456"}),
        ("DE", "Name,Vorwahl,Telefon", "Ana Ash,30,12345678", {"+493012345678"}),
        ("DE", "Name,Vorwahl,Telefon", "Ana Ash,49,017612345678", {"+4917612345678"}),
        ("NL", "Name,Netnummer,Telefoon", "Ana Ash,20,0201234567", {"+31201234567"}),
        ("US", "Name,Area Code,Phone", "Ana Ash,212,2125550101", {"+12125550101"}),
    ],
)
def test_an_area_code_or_a_code_of_other_numbers_stays_one(tmp_path, country, header, row, numbers):
    _, leads = leads_of(tmp_path, f"{header}\n{row}\n", country)
    assert {number for x in leads for number in (x["phone"], x["mobile_phone"]) if number} == numbers
