"""What a row of a system's export becomes: each person has the own name, number, address and gifts. One test a system.

Columns as in the systems' public help pages and importers, looked up 2026-11-28; people are fictional.
"""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

ROWS = {
    # Scripts that read the system's exports (github.com: "CnPh_1_01_Phone_type", "CnAdrPrfPh_1_04_Phone_type", "CnSpSpBio_First_Name"), looked up 2026-11-30
    "Raiser's Edge: numbers and addresses in one column": (
        "US",
        "CnBio_ID,CnBio_Title_1,CnBio_First_Name,CnBio_Last_Name,CnAdrPrf_Addrline1,CnAdrPrf_City,CnAdrPrf_State,CnAdrPrf_ZIP,CnAdrPrf_ContryLongDscription,"
        "CnPh_1_01_Phone_type,CnPh_1_01_Phone_number,CnPh_1_02_Phone_type,CnPh_1_02_Phone_number,CnPh_1_03_Phone_type,CnPh_1_03_Phone_number,"
        "CnSpSpBio_First_Name,CnSpSpBio_Last_Name",
        "101,Ms.,Ada,Quillon,4 Pine Rd,Denver,CO,80202,United States,Email,ada@q.example,Cell Phone,917-555-0102,Business Fax,212-555-0101,Tom,Payer",
        {"source": "raisers_edge_query", "source_id": "101", "first_name": "Ada", "last_name": "Quillon", "email": "ada@q.example", "phone": None,
         "mobile_phone": "+19175550102", "street": "4 Pine Rd", "city": "Denver", "state": "CO", "postal_code": "80202", "country": "US"},
    ),
    "Raiser's Edge: numbers of the preferred address": (
        "US",
        "CnBio_ID,CnBio_First_Name,CnBio_Last_Name,CnAdrPrf_Addrline1,CnAdrPrf_City,CnAdrPrf_Province,CnAdrPrf_Postal_Code,CnAdrPrfPh_1_01_Phone_type,"
        "CnAdrPrfPh_1_01_Phone_number,CnAdrPrfPh_1_02_Phone_type,CnAdrPrfPh_1_02_Phone_number,CnAdrPrfPh_1_03_Phone_type,CnAdrPrfPh_1_03_Phone_number,"
        "CnAdrPrfPh_1_04_Phone_type,CnAdrPrfPh_1_04_Phone_number",
        "101,Ada,Quillon,4 Pine Rd,Denver,CO,80202,Emergency,212-555-0104,Cell,917-555-0102,E-Mail,ada@q.example,Home,212-555-0101",
        {"first_name": "Ada", "phone": "+12125550101", "mobile_phone": "+19175550102", "email": "ada@q.example", "state": "CO", "postal_code": "80202"},
    ),
    # A migration of the system's constituents (github.com: "BB_CnPh_1_02_Do_Not_Contact__c", "BB_CnPh_1_02_Inactive__c"), looked up 2026-11-30
    "Raiser's Edge: a number not to be contacted, and one out of use": (
        "US",
        "CnBio_ID,CnBio_First_Name,CnBio_Last_Name,CnPh_1_01_Phone_number,CnPh_1_01_Do_Not_Contact,CnPh_1_01_Inactive,CnPh_1_02_Phone_number,"
        "CnPh_1_02_Do_Not_Contact,CnPh_1_02_Inactive,CnPh_1_03_Phone_number,CnPh_1_03_Do_Not_Contact,CnPh_1_03_Inactive",
        "101,Ada,Quillon,212-555-0103,Yes,No,212-555-0104,No,Yes,212-555-0101,No,No",
        {"first_name": "Ada", "phone": "+12125550101", "do_not_call": False},
    ),
    # A script that loads the system's gifts (github.com: "Gf_CnBio_Name", "Gf_CnPh_1_01_Phone_number"), looked up 2026-11-30
    "Raiser's Edge: gifts": (
        "US",
        "Gf_Gift_ID,Gf_Amount,Gf_Date,Gf_Type,Gf_Fund,Gf_CnBio_ID,Gf_CnBio_Name,Gf_CnAdrPrf_Addrline1,Gf_CnAdrPrf_City,Gf_CnAdrPrf_State,Gf_CnAdrPrf_ZIP,"
        "Gf_CnPh_1_01_Phone_number,Gf_CnPh_1_02_Phone_number",
        "9,50,3/25/2026,Cash,General,101,Ada Quillon,4 Pine Rd,Denver,CO,80202,212-555-0101,ada@q.example",
        {"source_id": "101", "first_name": "Ada", "last_name": "Quillon", "phone": "+12125550101", "email": "ada@q.example", "total_gifts": 50.0},
    ),
    # Importers of the system's donations (github.com: "Donor's First Name", "Make Donation Anonymous", "Donated At"), looked up 2026-11-30
    "Donorbox": (
        "US",
        "Name,Donating Company,Donor's First Name,Donor's Last Name,Donor Email,Make Donation Anonymous,Campaign,Amount,Currency,Amount in USD,"
        "Processing Fee,Net Amount,Donor Comment,Donated At,Phone,Address,Address 2,City,State / Province,Postal Code,Country,Employer,Occupation,"
        "Receipt Id,Donation Type,Card Type,Last 4 Digits,Status",
        "Ada Quillon,,Ada,Quillon,ada@q.example,no,Spring,50.00,USD,50.00,1.75,47.50,hi,3/25/2026,212-555-0101,4 Pine Rd,Apt 2,Denver,CO,80202,US,Acme,Clerk,"
        "9,stripe,visa,4242,paid",
        {"first_name": "Ada", "last_name": "Quillon", "email": "ada@q.example", "phone": "+12125550101", "street": "4 Pine Rd", "city": "Denver",
         "state": "CO", "total_gifts": 50.0},
    ),
    # help.salsalabs.com/hc/en-us/articles/360041983754 (demographic fields), looked up 2026-11-30
    "Salsa Engage: supporters": (
        "US",
        "Email Address,External ID,Title,Suffix,Language,Date of Birth,First Name,Middle Name,Last Name,Home Phone,Cell Phone,Work Phone,Street Address,City,"
        "State/Province/Region,Zip/Postal Code,Country",
        "ada@q.example,7,Ms.,,en,1950-03-04,Ada,M,Quillon,212-555-0101,917-555-0102,212-555-0103,4 Pine Rd,Denver,CO,80202,US",
        {"first_name": "Ada", "last_name": "Quillon", "email": "ada@q.example", "phone": "+12125550101", "mobile_phone": "+19175550102", "state": "CO",
         "street": "4 Pine Rd", "city": "Denver", "postal_code": "80202", "birth_date": "1950-03-04"},
    ),
    # intercom.help/networkforgood/en/articles/2346559 (import fields), looked up 2026-11-30
    "Network for Good: contacts and donations": (
        "US",
        "Full Name,External User ID,Prefix,Middle Name,Last Name,Suffix,Full Address,Email,Secondary Email,Receive Emails?,Mobile Phone,Home Phone,"
        "Contact Type,Donation Date,Amount,Payment Method,Campaign,Designation",
        'Ada Quillon,7,Ms.,M,Quillon,,"4 Pine Rd, Denver, CO 80202",ada@q.example,ada2@q.example,false,917-555-0102,212-555-0101,Individual,2026/03/25,50,Check,'
        "Spring,General",
        {"first_name": "Ada", "last_name": "Quillon", "email": "ada@q.example", "phone": "+12125550101", "mobile_phone": "+19175550102",
         "email_opt_out": True, "do_not_call": False, "total_gifts": 50.0},
    ),
    # help.bloomerang.com/en/articles/12632811 (import fields), looked up 2026-11-30
    "Bloomerang: constituents": (
        "US",
        "Account Number,Account Status,First Name,Middle Name,Last Name,Envelope Name,Formal Name,Informal Name,Birthdate,Gender,Job Title,Employer,"
        "Communication Restrictions,Primary Phone Number,Primary Email Address,Primary Street,Primary City,Primary State,Primary ZIP Code",
        "9,Active,Ada,M,Quillon,Ms. Ada Quillon,Ms. Quillon,Ada,03/04/1950,Female,Clerk,Acme,Do Not Call,212-555-0101,ada@q.example,4 Pine Rd,Denver,CO,80202",
        {"source": "bloomerang", "source_id": "9", "first_name": "Ada", "last_name": "Quillon", "phone": "+12125550101", "email": "ada@q.example",
         "street": "4 Pine Rd", "city": "Denver", "do_not_call": True},
    ),
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


def test_numbers_of_raisers_edge_are_read_by_row(tmp_path):
    """A number of a person is of another kind in each row: none of them is lost."""
    file = tmp_path / "people.csv"
    file.write_text(
        "CnBio_ID,CnBio_First_Name,CnBio_Last_Name,CnPh_1_01_Phone_type,CnPh_1_01_Phone_number,CnPh_1_02_Phone_type,CnPh_1_02_Phone_number\n"
        "101,Ada,Quillon,Home,212-555-0101,Email,ada@q.example\n102,Bo,Ash,Email,bo@q.example,Business Fax,212-555-0103\n"
        "103,Cy,Oak,Cell Phone,917-555-0105,,\n104,Di,Elm,Emergency,212-555-0104,Email,di@q.example\n"
    )
    leads = validate_file(file, Manifest(), "US").leads.collect()
    assert leads.select("first_name", "phone", "mobile_phone", "email").rows() == [
        ("Ada", "+12125550101", None, "ada@q.example"),
        ("Bo", None, None, "bo@q.example"),
        ("Cy", None, "+19175550105", None),
        ("Di", None, None, "di@q.example"),
    ]


def test_the_constituent_of_raisers_edge_may_be_dead(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(
        "CnBio_ID,CnBio_First_Name,CnBio_Last_Name,CnBio_Deceased,CnPh_1_01_Phone_number\n101,Ada,Quillon,Yes,212-555-0101\n102,Bo,Ash,No,212-555-0102\n"
    )
    leads = validate_file(file, Manifest(), "US").leads.collect()
    assert leads["do_not_call"].to_list() == [True, False]
