"""Guests next to those who bring them: whoever brings them is called, and keeps their own name and number."""

import pytest

from henk_pipeline.steps.upload_words import describe_reading
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def read(tmp_path, *lines: str):
    file = tmp_path / "people.csv"
    file.write_text("\n".join(lines) + "\n")
    validated = validate_file(file, Manifest(), "US")
    leads = [(lead["first_name"], lead["last_name"], lead["phone"]) for lead in validated.leads.collect().to_dicts()]
    return leads, describe_reading(validated)["notes"]


LEADS = [("Ada", "Quill", "+12125550101"), ("Bo", "Rand", "+12125550102")]
ADA, BO, GUS = ("Ada Quill", "212-555-0101"), ("Bo Rand", "212-555-0102"), ("Gus Est", "212-555-0151")


@pytest.mark.parametrize(
    "host",
    [
        "Bidder",
        "Registrant",
        "Ticket Holder",
        "Attendee",
        "Member",
        "Customer",
        "Patron",
        "Primary",
        "Donor",
        "Host",
        "Household",
        "Alumni",
        "Winner",
    ],
)
@pytest.mark.parametrize("guest", ["Guest", "Guest 1", "Guest #1"])
@pytest.mark.parametrize("turned", [False, True], ids=["guest last", "guest first"])
def test_the_host_is_called(tmp_path, host, guest, turned):
    rows = [((f"{host} Name", f"{host} Phone"), (f"{guest} Name", f"{guest} Phone")), (ADA, GUS), (BO, ("", ""))]
    lines = [",".join(cell for half in (reversed(row) if turned else row) for cell in half) for row in rows]
    leads, notes = read(tmp_path, *lines)
    assert leads == LEADS
    assert any("guests are not called" in note for note in notes)


@pytest.mark.parametrize("host", ["Bidder", "Registrant", "Ticket Holder", "Member"])
@pytest.mark.parametrize("phone", ["", "{} "], ids=["plain phone", "phone of the host"])
@pytest.mark.parametrize("guest", ["Guest Name", "Guest 1 Name"])
def test_a_guest_without_a_number(tmp_path, host, phone, guest):
    header = f"{host} Name,{phone.format(host)}Phone,{guest}"
    leads, _ = read(tmp_path, header, "Ada Quill,212-555-0101,Gus Est", "Bo Rand,212-555-0102,")
    assert leads == LEADS


def test_an_rsvp_list(tmp_path):
    leads, notes = read(
        tmp_path,
        "First Name,Last Name,Email,Phone,Guest Name,Guest Email,Guest Phone",
        "Ada,Quill,a@example.org,212-555-0101,Gus Est,g@example.org,212-555-0151",
        "Bo,Rand,b@example.org,212-555-0102,,,",
    )
    assert leads == LEADS
    assert any("“Guest Phone”" in note for note in notes)


def test_an_attendee_with_a_number_is_a_guest_of_the_registrant(tmp_path):
    leads, _ = read(
        tmp_path, "Attendee 1 Name,Attendee 1 Phone,Registrant Name,Registrant Phone", "Gus Est,212-555-0151,Ada Quill,212-555-0101",
        ",,Bo Rand,212-555-0102",
    )  # fmt: skip
    assert leads == LEADS


@pytest.mark.parametrize(("first", "second"), [("Registrant", "Ticket Holder"), ("Bidder", "Attendee")])
def test_two_words_of_attendees_are_two_people(tmp_path, first, second):
    header = f"{first} Name,{first} Phone,{second} Name,{second} Phone"
    leads, notes = read(tmp_path, header, "Ada Quill,212-555-0101,Gus Est,212-555-0151", "Bo Rand,212-555-0102,Gil Est,")
    assert leads == LEADS
    assert any(second in note for note in notes)


@pytest.mark.parametrize("header", ["Guest Name,Guest Phone,Table", "Guest 1 Name,Guest 1 Phone,Guest 2 Name", "Guest,Phone,Table"])
def test_guests_alone_are_called(tmp_path, header):
    leads, _ = read(tmp_path, header, "Ada Quill,212-555-0101,", "Bo Rand,212-555-0102,")
    assert leads == LEADS


def test_who_only_paid_brings_nobody(tmp_path):
    leads, _ = read(
        tmp_path, "Buyer Name,Buyer Phone,Guest Name,Guest Phone", "Zed Zoll,212-555-0199,Ada Quill,212-555-0101",
        "Zed Zoll,212-555-0199,Bo Rand,212-555-0102",
    )  # fmt: skip
    assert leads == LEADS
