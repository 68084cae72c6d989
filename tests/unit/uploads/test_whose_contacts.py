"""A telephone, an address or a birth date is the person's only where the header, or where it stands, says so."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

NOBODYS = "212-555-0199"
CASES = {
    # Names of which one column holds only a half.
    "given names called Name": ("Name,Surname,Phone", "Ana,Silva,212-555-0101", {"first_name": "Ana", "last_name": "Silva"}),
    "the surname first": ("Surname,Name,Phone", "Silva,Ana,212-555-0101", {"first_name": "Ana", "last_name": "Silva"}),
    "two given names": ("Donor Name,Donor Surname,Phone", "Sarah Jane,Silva,212-555-0101", {"first_name": "Sarah Jane", "last_name": "Silva"}),
    "a full name": ("Full Name,Last Name,Phone", "Ana Silva,Silva,212-555-0101", {"first_name": "Ana", "last_name": "Silva"}),
    # Contacts of somebody whom a word of the header names.
    "next of kin": ("Name,Email,NOK Mobile", f"Ana Ash,a@q.example,{NOBODYS}", {"email": "a@q.example", "phone": None, "mobile_phone": None}),
    "an emergency in Dutch": ("Naam,E-mail,Noodnummer", f"Ana Ash,a@q.example,{NOBODYS}", {"phone": None}),
    "an emergency in French": ("Nom complet,E-mail,Téléphone d'urgence", f"Ana Ash,a@q.example,{NOBODYS}", {"phone": None}),
    "an unknown word": ("Name,Email,Warden Phone", f"Ana Ash,a@q.example,{NOBODYS}", {"phone": None}),
    "an unknown word, joined": ("Name,Email,Phone of Warden", f"Ana Ash,a@q.example,{NOBODYS}", {"phone": None}),
    "a place": ("Name,Email,Venue Phone,Venue City", f"Ana Ash,a@q.example,{NOBODYS},Boston", {"phone": None}),
    "a doctor's address": ("Name,Phone,Doctor Email", "Ana Ash,212-555-0101,d@q.example", {"phone": "+12125550101", "email": None}),
    "a doctor first": (
        "Doctor Name,Doctor Phone,Doctor Email,Name,Email",
        f"Dan Doc,{NOBODYS},d@q.example,Ana Ash,a@q.example",
        {"first_name": "Ana", "email": "a@q.example", "phone": None},
    ),
    "the word of the names": ("Zebra Name,Zebra Phone,Zebra City", "Ana Ash,212-555-0101,Boston", {"phone": "+12125550101"}),
    "a question": ("Name,Email,Which phone number do you like best?", "Ana Ash,a@q.example,212-555-0101", {"phone": "+12125550101"}),
    # The second of two people.
    "two adults": (
        "Adult 1 First Name,Adult 1 Last Name,Adult 1 Email,Adult 1 Phone,Adult 2 First Name,Adult 2 Last Name,Adult 2 Email,Adult 2 Phone",
        f"Ana,Ash,a@q.example,,Carl,Ash,c@q.example,{NOBODYS}",
        {"first_name": "Ana", "email": "a@q.example", "phone": None},
    ),
    "two of a household": (
        "HH Member 1 First Name,HH Member 1 Email,HH Member 1 Phone,HH Member 2 First Name,HH Member 2 Email,HH Member 2 Phone",
        f"Ana,a@q.example,,Carl,c@q.example,{NOBODYS}",
        {"first_name": "Ana", "email": "a@q.example", "phone": None},
    ),
    "a second contact with a name": (
        "Name,Email,Primary Contact Phone,Secondary Contact,Secondary Contact Phone",
        f"Ana Ash,a@q.example,,Carl Ash,{NOBODYS}",
        {"phone": None},
    ),
    "an alternate telephone": ("Name,Email,Phone,Alternate Phone", "Ana Ash,a@q.example,,212-555-0101", {"phone": "+12125550101"}),
    # A buyer and a guest.
    "the buyer's home": (
        "Buyer Name,Buyer Email,Address,City,Attendee Name,Attendee Email,Attendee Phone",
        "Ben Buyer,b@q.example,1 Elm St,Boston,Gus Guest,g@q.example,212-555-0101",
        {"email": "g@q.example", "phone": "+12125550101", "street": None, "city": None},
    ),
    "the home of plain names": (
        "First Name,Last Name,Email,Phone,Address,City,Ticket holder first name,Ticket holder last name,Ticket holder email",
        f"Ben,Buyer,b@q.example,{NOBODYS},1 Elm St,Boston,Gus,Guest,g@q.example",
        {"first_name": "Gus", "email": "g@q.example", "phone": None, "street": None, "city": None},
    ),
    "the buyer's telephone": (
        "Purchaser Name,Purchaser Email,Phone,Attendee Name,Attendee Email",
        f"Ben Buyer,b@q.example,{NOBODYS},Gus Guest,g@q.example",
        {"email": "g@q.example", "phone": None},
    ),
    "the guest's telephone": (
        "Buyer Name,Buyer Email,Attendee Name,Attendee Email,Cell Phone",
        "Ben Buyer,b@q.example,Gus Guest,g@q.example,212-555-0101",
        {"email": "g@q.example", "mobile_phone": "+12125550101"},
    ),
    # A child and its guardian.
    "a child's birth date": ("Student Name,DOB,Guardian Name,Guardian Phone", "Kid Ash,2015-03-14,Gia Ash,212-555-0101", {"birth_date": None}),
    "a mother": ("Child's Name,DOB,Mother's Name,Phone", "Kid Ash,2015-03-14,Gia Ash,212-555-0101", {"first_name": "Gia", "birth_date": None}),
    "a child's language": ("Child Name,Language,Parent Name,Phone", "Kid Ash,Spanish,Gia Ash,212-555-0101", {"preferred_language": None}),
    "a student alone": ("Student Name,DOB,Phone", "Kid Ash,2005-03-14,212-555-0101", {"first_name": "Kid", "phone": "+12125550101"}),
    # A column that says whose the number is.
    "a daughter's": ("Name,Email,Phone,Phone Belongs To", f"Ana Ash,a@q.example,{NOBODYS},Daughter", {"phone": None}),
    "the own": ("Name,Email,Phone,Phone Belongs To", "Ana Ash,a@q.example,212-555-0101,Self", {"phone": "+12125550101"}),
}  # fmt: skip


@pytest.mark.parametrize(("header", "row", "expected"), CASES.values(), ids=CASES.keys())
def test_whose_contacts_they_are(tmp_path, header, row, expected):
    file = tmp_path / "people.csv"
    file.write_text(f"{header}\n{row}\n")
    (lead,) = validate_file(file, Manifest(), "US").leads.collect().to_dicts()
    assert {name: str(lead[name]) if lead[name] is not None else None for name in expected} == expected


def test_a_telephone_of_an_unknown_word_is_asked_about(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(f"Name,Warden Phone\nAna Ash,{NOBODYS}\n")
    upload = validate_file(file, Manifest(), "US")
    assert upload.error is not None
    assert "Which column is the person's phone number is not certain: “Warden Phone”" in upload.error
