"""Two kinds of people in a row: the donor is called, the choice is reported, and unknown kinds are asked about."""

import pytest

from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def read(tmp_path, first: str, second: str):
    file = tmp_path / "people.csv"
    header = ",".join(f"{role} {field}" for role in (first, second) for field in ("Name", "Email", "Phone"))
    rows = "Ada Quillon,a@example.org,212-555-0101,Bo Ark,b@example.org,212-555-0102\nCy Quill,c@example.org,212-555-0103,Di Ark,d@example.org,212-555-0104\n"
    file.write_text(f"{header}\n{rows}")
    validated = validate_file(file, Manifest(), "US")
    return validated, [(lead["first_name"], lead["email"], lead["phone"]) for lead in validated.leads.collect().to_dicts()]


FIRST = [("Ada", "a@example.org", "+12125550101"), ("Cy", "c@example.org", "+12125550103")]


@pytest.mark.parametrize(
    ("giver", "other"),
    [
        ("Payer", "Beneficiary"), ("Payor", "Payee"), ("Remitter", "Beneficiary"), ("Sender", "Recipient"), ("Giver", "Recipient"), ("Donor", "Payee"),
        ("Gifter", "Giftee"), ("Buyer", "Recipient"), ("Buyer", "Gift Recipient"), ("Donor", "Honoree"), ("Donor", "In Memory Of"), ("Ticket Holder", "Ticket Purchaser"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True], ids=["first", "second"])
def test_the_giver_is_called_and_the_choice_is_reported(tmp_path, giver, other, turned):
    validated, people = read(tmp_path, *((other, giver) if turned else (giver, other)))
    expected = [("Bo", "b@example.org", "+12125550102"), ("Di", "d@example.org", "+12125550104")] if turned else FIRST
    assert people == expected
    assert any("taken for the person to call" in note for note in describe_reading(validated)["notes"])


@pytest.mark.parametrize(("adult", "child"), [("Guardian", "Child"), ("Parent", "Student"), ("Mother", "Child")])
def test_the_adult_is_called(tmp_path, adult, child):
    validated, people = read(tmp_path, child, adult)
    assert people == [("Bo", "b@example.org", "+12125550102"), ("Di", "d@example.org", "+12125550104")]
    assert any("taken for the person to call" in note for note in describe_reading(validated)["notes"])


@pytest.mark.parametrize(
    ("first", "second"), [("Nominator", "Nominee"), ("Applicant", "Referee"), ("Mentor", "Mentee"), ("Policy Holder", "Insured")]
)
def test_unknown_kinds_are_asked_about(tmp_path, first, second):
    validated, people = read(tmp_path, first, second)
    assert people == []
    assert "[columns] in the manifest" in (validated.error or "")


@pytest.mark.parametrize("other", ["Spouse", "Owner", "Emergency Contact"])
def test_people_who_are_never_called_need_no_note(tmp_path, other):
    validated, people = read(tmp_path, "Donor", other)
    assert people == FIRST
    assert not any("person to call" in note for note in describe_reading(validated)["notes"])


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Child First Name,Child Last Name,Sponsor First Name,Sponsor Last Name,Sponsor Phone", "Kit,Kerr,Ann,Lee,2075550191"),
        ("Child Name,Child ID,Sponsor Name,Sponsor Phone,Phone", "Kit Kerr,12,Ann Lee,2075550191,"),
        ("Child,Country,Sponsor,Phone", "Kit Kerr,Kenya,Ann Lee,2075550191"),
        ("Child,Sponsor,Sponsor Phone,Monthly Amount", "Kit Kerr,Ann Lee,2075550191,35"),
        ("Sponsored Child,DOB,Sponsor,Phone", "Kit Kerr,2019-05-04,Ann Lee,2075550191"),
        ("Child Name,Guardian Name,Guardian Phone,Sponsor Name,Sponsor Phone", "Kit Kerr,Sue Kerr,2075550192,Ann Lee,2075550191"),
        ("Filleul,Parrain,Téléphone du parrain", "Kit Kerr,Ann Lee,2075550191"),
        ("Niño,Padrino,Teléfono del padrino", "Kit Kerr,Ann Lee,2075550191"),
        ("Child,Mom,Phone,Sponsor", "Kit Kerr,Ann Lee,2075550191,Paul Moss"),
        ("Name,Phone,Sponsor,Sponsor Phone", "Ann Lee,2075550191,Paul Moss,2075550192"),
        ("Student Name,Parent Name,Parent Phone,Sponsor Name,Sponsor Phone", "Kit Kerr,Ann Lee,2075550191,Paul Moss,2075550192"),
    ],
)
def test_the_sponsor_of_a_child_is_the_donor(tmp_path, header, row):
    file = tmp_path / "people.csv"
    file.write_text(f"{header}\n{row}\n")
    upload = validate_file(file, Manifest(), "US")
    assert upload.error is None, upload.error
    (lead,) = upload.leads.collect().to_dicts()
    assert (lead["first_name"], lead["last_name"], lead["phone"]) == ("Ann", "Lee", "+12075550191")
    assert (lead["country"], lead["birth_date"]) in ((None, None), ("US", None))
