"""What a row of a system's export becomes: each person has the own name, number, address and gifts. One test a system.

Columns as in the systems' public help pages and importers, looked up 2026-11-28; people are fictional.
"""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

ROWS = {
    # support.neonone.com, articles 4407399304333 and 4407409315981, looked up 2026-11-30
    "Neon CRM": (
        "US",
        "Account ID,Full Name (F),First Name,Last Name,Email 1,Phone 1 Full Number (F),Phone 1 Type,Full Street Address (F),City,State/Province,"
        "Full Zip Code (F)",
        "8801,Ada Quillon,Ada,Quillon,ada@q.example,(212)555-0101,Home,4 Pine Rd,Denver,Colorado,80202",
        {"source_id": "8801", "first_name": "Ada", "phone": "+12125550101", "street": "4 Pine Rd", "city": "Denver", "postal_code": "80202"},
    ),
    "Action Network: a report": (
        "US",
        "uuid,first_name,last_name,email,can2_subscription_status,can2_user_address,can2_user_city,can2_state_abbreviated,zip_code,can2_phone",
        "1,Ada,Quillon,ada@q.example,subscribed,4 Pine Rd,Denver,CO,80202,12125550101",
        {"first_name": "Ada", "email": "ada@q.example", "mobile_phone": "+12125550101", "street": "4 Pine Rd", "city": "Denver", "state": "CO"},
    ),
    "Little Green Light: fields with numbers": (
        "US",
        "Constituent ID,First Name,Last Name,Email Address 1,Phone Number 1,Street Address 1,City 1,State 1,Postal Code 1,Country 1",
        "1,Ada,Quillon,ada@q.example,212-555-0101,4 Pine Rd,Denver,CO,80202,US",
        {"first_name": "Ada", "phone": "+12125550101", "street": "4 Pine Rd", "city": "Denver", "state": "CO", "postal_code": "80202"},
    ),
    "typed by hand: Addr Line 1": (
        "US",
        "First,Last,Addr Line 1,Addr Line 2,City,ST,Zip,Phone",
        "Ada,Quillon,4 Pine Rd,Apt 2,Denver,CO,80202,212-555-0101",
        {"first_name": "Ada", "phone": "+12125550101", "street": "4 Pine Rd", "city": "Denver", "state": "CO", "postal_code": "80202"},
    ),
    "Eventbrite: a guest for whom another one paid": (
        "US",
        "Order #,First Name,Last Name,Email,Ticket Type,Attendee #,Home City,Home State,Cell Phone,Buyer First Name,Buyer Last Name,Buyer Email",
        "1,Ada,Quillon,ada@q.example,General,9,Albany,NY,212-555-0101,Tom,Payer,tom@p.example",
        {"first_name": "Ada", "last_name": "Quillon", "email": "ada@q.example", "mobile_phone": "+12125550101", "city": "Albany"},
    ),
    "HelloAsso": (
        "FR",
        "Référence commande;Nom payeur;Prénom payeur;Email payeur;Adresse payeur;Code postal payeur;Ville payeur;Pays payeur;Numéro de téléphone;"
        "Montant du don",
        "1;Durand;Anne;anne@d.example;1 rue des Ormes;75001;Paris;FRA;06 12 34 56 78;50,00",
        {"first_name": "Anne", "last_name": "Durand", "email": "anne@d.example", "phone": "+33612345678", "street": "1 rue des Ormes",
         "postal_code": "75001", "city": "Paris", "country": "FR", "total_gifts": 50.0},
    ),
    "Pipedrive": (
        "US",
        "Person - Name,Person - First name,Person - Last name,Person - Email - Work,Person - Email - Home,Person - Phone - Work,"
        "Person - Phone - Mobile,Person - Owner",
        "Ada Quillon,Ada,Quillon,,ada@q.example,,917-555-0102,Bo Rep",
        {"first_name": "Ada", "last_name": "Quillon", "email": "ada@q.example", "phone": None, "mobile_phone": "+19175550102"},
    ),
    "Virtuous: a contact is a household, an individual a person": (
        "US",
        "Contact Id,Contact Name,Contact Type,Individual Id,First Name,Last Name,Email,Phone,Life To Date Giving",
        '1,Mr. and Mrs. Quillon,Household,7,Ada,Quillon,ada@q.example,212-555-0101,"$1,250.00"',
        {"source": "virtuous", "source_id": "7", "last_name": "Quillon", "phone": "+12125550101", "total_gifts": 1250.0},
    ),
    "Dutch: the words before a family name": (
        "NL",
        "Relatienummer;Roepnaam;Tussenvoegsel;Achternaam;Straat;Huisnummer;Postcode;Woonplaats;Mobiel",
        "1;Anna;van der;Berg;Iepstraat;1;1011 AB;Amsterdam;0612345678",
        {"first_name": "Anna", "last_name": "van der Berg", "street": "Iepstraat 1", "mobile_phone": "+31612345678"},
    ),
    "Google Forms": (
        "US",
        "Timestamp,Email Address,What is your full name?,Phone number (with area code),How did you hear about us?",
        "3/25/2026 10:00:00,ada@q.example,Ada Quillon,212-555-0101,Friend",
        {"first_name": "Ada", "last_name": "Quillon", "email": "ada@q.example", "phone": "+12125550101"},
    ),
    "SuiteCRM": (
        "US",
        "ID,First Name,Last Name,Email Address,Office Phone,Mobile,Fax,Primary Address Street,Primary Address City,Primary Address State,"
        "Primary Address Postal Code,Assistant,Assistant Phone",
        "x1,Ada,Quillon,ada@q.example,,917-555-0102,212-555-0888,1 Elm,Albany,NY,12207,Cy Aide,212-555-0999",
        {"first_name": "Ada", "phone": None, "mobile_phone": "+19175550102", "street": "1 Elm", "city": "Albany", "postal_code": "12207"},
    ),
    # A script that makes Givebutter's import (github.com, mn_gb_import: "Givebutter Fields"), looked up 2026-11-30
    "Givebutter: contacts": (
        "US",
        "Givebutter Contact ID,Contact External ID,Prefix,First Name,Middle Name,Last Name,Primary Email,Primary Phone Number,Email Addresses,Phone Numbers,"
        "Gender,Date of Birth,Employer,Title,Household Name,Household Envelope Name,Is Household Primary Contact,Tags,Notes,Email Subscription Status,"
        "Phone Subscription Status,Address Subscription Status",
        "9,,Ms.,Ada,,Quillon,ada@q.example,212-555-0101,ada@q.example,212-555-0101,,1950-03-04,Acme,Clerk,Quillon,The Quillons,true,vip,hi,subscribed,"
        "unsubscribed,subscribed",
        {"source": "givebutter", "source_id": "9", "first_name": "Ada", "last_name": "Quillon", "email": "ada@q.example", "phone": "+12125550101",
         "company": "Acme", "title": "Clerk", "do_not_call": True, "email_opt_out": False, "birth_date": "1950-03-04"},
    ),
    # An importer of platforms' exports (github.com: "Every Action", date_field "Date Received", id_field "VANID"), looked up 2026-11-30
    "EveryAction: contributions": (
        "US",
        "Contribution ID,VANID,Contact Name,First Name,Last Name,Date Received,Amount,Designation,Contribution Form URL,Recipient,Preferred Email,Preferred Phone",
        '9,101,"Quillon, Ada",Ada,Quillon,3/25/2026,50,General,https://x.example,Org,ada@q.example,212-555-0101',
        {"source": "everyaction", "source_id": "101", "first_name": "Ada", "last_name": "Quillon", "email": "ada@q.example", "phone": "+12125550101",
         "total_gifts": 50.0},
    ),
    # github.com/impress-org/givewp/pull/7394 (give_export_donors_get_default_columns), looked up 2026-11-30
    "GiveWP: donors": (
        "US",
        "Donor Name,Email,Address,User ID,Donor Created Date,Donor Phone Number,Number of donations,Total Donated",
        "Ada Quillon,ada@q.example,4 Elm,7,2026-01-02,212-555-0101,3,150",
        {"first_name": "Ada", "last_name": "Quillon", "phone": "+12125550101", "total_gifts": 150.0, "gift_count": 3},
    ),
    "Planning Center": (
        "US",
        "Person ID,Given Name,First Name,Last Name,Home Phone Number,Mobile Phone Number,Home Email,Home Address Street Line 1,Home Address City,"
        "Home Address State,Home Address Zip Code",
        "1,Ada,Ada,Quillon,212-555-0101,917-555-0102,ada@q.example,1 Elm,Albany,NY,12207",
        {"first_name": "Ada", "street": "1 Elm", "city": "Albany", "state": "NY", "postal_code": "12207", "mobile_phone": "+19175550102"},
    ),
    "Classy: a fundraiser is no donor": (
        "US",
        "Transaction Id,Transaction Date,Supporter First Name,Supporter Last Name,Supporter Email,Billing Phone,Gross Transaction Amount,Currency,"
        "Status,Fundraiser First Name,Fundraiser Last Name",
        "1,03/25/2026,Ada,Quillon,ada@q.example,212-555-0101,50,USD,success,Bo,Rep",
        {"first_name": "Ada", "last_name": "Quillon", "email": "ada@q.example", "phone": "+12125550101", "total_gifts": 50.0},
    ),
    "Kindful: the other number where the first is empty": (
        "US",
        "Kindful ID,Contact First Name,Contact Last Name,Contact Email,Contact Primary Phone,Contact Alternate Phone,Zip Code",
        "1,Ada,Quillon,ada@q.example,,917-555-0102,12207",
        {"first_name": "Ada", "last_name": "Quillon", "phone": "+19175550102", "postal_code": "12207"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("country", "header", "row", "expected"), ROWS.values(), ids=ROWS.keys())
def test_a_row_of(tmp_path, country, header, row, expected):
    file = tmp_path / "export.csv"
    file.write_text(f"{header}\n{row}\n")
    (lead,) = validate_file(file, Manifest(), country).leads.collect().to_dicts()
    assert {name: lead[name] for name in expected} == expected
