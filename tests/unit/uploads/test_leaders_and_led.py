"""A supervisor is not called for the people whom he leads: the led one is the person, or the file is asked about."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

LEADER, LED = ("Bill Tanner", "212-555-0101", "bill@club.example"), ("Nora Quist", "212-555-0111", "nora@q.example")
LEADERS = [
    ("Captain", "Walker"), ("Team Captain", "Walker"), ("Coach", "Runner"), ("Coach", "Swimmer"), ("Teacher", "Player"), ("Mentor", "Mentee"),
    ("Pastor", "Parishioner"), ("Executor", "Testator"), ("Rep", "Dealer"), ("Spouse", "Zebra"), ("Neighbor", "Zebra"), ("Coach", "Crew Chief"),
]  # fmt: skip


def leads_of(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    validated = validate_file(path, Manifest(), "US", scratch=tmp_path, names=("a.csv", "a"))
    return validated, [] if validated.error else validated.leads.collect().rows(named=True)


@pytest.mark.parametrize(("leader", "led"), LEADERS, ids=[" and ".join(pair) for pair in LEADERS])
@pytest.mark.parametrize("kinds", [("Name", "Phone"), ("Name", "Phone", "Email")], ids=len)
@pytest.mark.parametrize("leader_first", [True, False])
def test_a_leader_is_not_taken_for_the_led(tmp_path, leader, led, kinds, leader_first):
    sides = [(leader, LEADER), (led, LED)] if leader_first else [(led, LED), (leader, LEADER)]
    header = ",".join(f"{role} {kind}" for role, _ in sides for kind in kinds)
    validated, leads = leads_of(tmp_path, f"{header}\n{','.join(','.join(cells[: len(kinds)]) for _, cells in sides)}\n")
    assert all(lead["first_name"] == "Nora" for lead in leads)
    assert all("+12125550101" not in (lead["phone"], lead["mobile_phone"]) for lead in leads)
    assert leads or "not certain" in validated.error


def test_halves_of_names_of_the_led_are_names(tmp_path):
    _, leads = leads_of(
        tmp_path, "Coach Name,Coach Phone,Runner First,Runner Last,Runner Mobile\nBill Tanner,212-555-0101,Nora,Quist,212-555-0111\n"
    )
    assert all(lead["first_name"] == "Nora" for lead in leads)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Captain Phone,Fundraiser Name,Fundraiser Phone", "212-555-0101,Nora Quist,212-555-0111"),
        ("Team Captain Name,Team Captain Phone,Fundraiser First Name,Fundraiser Last Name,Fundraiser Phone", "Bill Tanner,212-555-0101,Nora,Quist,212-555-0111"),
        ("Fundraiser Name,Fundraiser Phone,Captain Name,Captain Phone", "Nora Quist,212-555-0111,Bill Tanner,212-555-0101"),
        ("Coach Name,Coach Phone,Fundraiser Name,Fundraiser Phone", "Bill Tanner,212-555-0101,Nora Quist,212-555-0111"),
        ("Doctor Phone,Coach Name,Coach Phone", "212-555-0101,Nora Quist,212-555-0111"),
        ("Friend Phone,Aunt Name,Aunt Phone", "212-555-0101,Nora Quist,212-555-0111"),
        ("Agent Phone,Coordinator Name,Coordinator Phone", "212-555-0101,Nora Quist,212-555-0111"),
    ],
)  # fmt: skip
def test_a_contact_is_that_of_the_name_under_its_own_role(tmp_path, header, row):
    validated, leads = leads_of(tmp_path, f"{header}\n{row}\n")
    assert validated.error is None
    assert [(lead["first_name"], lead["phone"], lead["mobile_phone"]) for lead in leads] == [("Nora", "+12125550111", None)]
    assert "212-555-0101" in leads[0]["custom_fields"]


def test_an_address_is_that_of_the_name_under_its_own_role(tmp_path):
    header = "Team Captain Name,Team Captain Email,Fundraiser First Name,Fundraiser Last Name,Fundraiser Email"
    _, leads = leads_of(tmp_path, f"{header}\nBill Tanner,bill@club.example,Nora,Quist,nora@q.example\n")
    assert [(lead["first_name"], lead["email"]) for lead in leads] == [("Nora", "nora@q.example")]


@pytest.mark.parametrize(
    "header",
    [
        "Captain Name,Captain Phone",
        "Coach Name,Coach Phone",
        "Team Captain Name,Captain Phone",
        "Gift Recipient Name,Recipient Phone",
        "Executor Name,Executor Phone",
    ],
)
def test_an_only_role_is_the_person(tmp_path, header):
    _, leads = leads_of(tmp_path, f"{header}\nNora Quist,212-555-0111\n")
    assert [(lead["first_name"], lead["phone"]) for lead in leads] == [("Nora", "+12125550111")]


@pytest.mark.parametrize("thing", ["Event", "Venue", "School", "Campaign"])
def test_a_thing_with_a_number_is_nobody_who_is_led(tmp_path, thing):
    _, leads = leads_of(
        tmp_path, f"Captain Name,Captain Phone,{thing} Name,{thing} Phone\nNora Quist,212-555-0111,Spring Run,212-555-0101\n"
    )
    assert [(lead["first_name"], lead["phone"]) for lead in leads] == [("Nora", "+12125550111")]


def test_next_to_a_name_of_its_own_the_led_one_is_no_question(tmp_path):
    _, leads = leads_of(tmp_path, "Coach Name,Coach Phone,Name,Phone\nBill Tanner,212-555-0101,Nora Quist,212-555-0111\n")
    assert [(lead["first_name"], lead["phone"]) for lead in leads] == [("Nora", "+12125550111")]


@pytest.mark.parametrize(("columns", "expected"), [("Recipient Name,Recipient Phone", True), ("Street,City", False)])
def test_a_sender_is_not_taken_without_a_note(tmp_path, columns, expected):
    validated, leads = leads_of(tmp_path, f"Sender Name,Sender Phone,{columns}\nBill Tanner,212-555-0101,Nora Quist,212-555-0111\n")
    assert [lead["first_name"] for lead in leads] == ["Bill"]
    assert any("senders and recipients" in note for note in validated.mapping.notes) == expected
