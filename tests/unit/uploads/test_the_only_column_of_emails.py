"""The only column of e-mails of a file, under names that are in no list."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

PEOPLE = (("Ann", "Roe", "a"), ("Bob", "Soe", "b"), ("Cy", "Toe", "c"))


def emails_of(tmp_path, header: str, *rows: str) -> list[str | None]:
    file = tmp_path / "people.csv"
    file.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return [lead["email"] for lead in validate_file(file, Manifest(), "US").leads.collect().to_dicts()]


def rows_with(*more: str) -> list[str]:
    return [",".join((first, last, f"{letter}@example.org", *(cell.format(letter) for cell in more))) for first, last, letter in PEOPLE]


@pytest.mark.parametrize(
    "column",
    [
        "EMAIL_ADDR", "Email Addr", "Best Email", "User Email", "Account Email", "Login Email", "Correo", "Mail-Adr.", "E-Mail Adr.", "Email (verified)", "Verified Email",
        "Registered Email", "Newsletter Email", "PayPal Email", "Courriel perso", "Email Perso", "Last Known Email", "Email on File", "user_email", "Benutzer-E-Mail",
        "Correo cuenta",
    ],
)  # fmt: skip
def test_the_only_column_of_emails_is_the_persons(tmp_path, column):
    assert emails_of(tmp_path, f"First Name,Last Name,{column}", *rows_with()) == ["a@example.org", "b@example.org", "c@example.org"]


@pytest.mark.parametrize(
    "column",
    ["Owner Email", "Spouse Email", "Staff Email", "Rep Email", "Warden Email", "Email of Warden", "Doctor Email", "Created By Email"],
)
def test_an_email_of_another_role_is_not_the_persons(tmp_path, column):
    assert emails_of(tmp_path, f"First Name,Last Name,{column},Phone", *rows_with("212-555-0101")) == [None] * 3


def test_an_email_of_a_user_with_a_name_is_not_the_persons(tmp_path):
    rows = rows_with("Ul{0} Vog", "212-555-0101")
    assert emails_of(tmp_path, "First Name,Last Name,User Email,User Name,Phone", *rows) == [None] * 3


def test_one_address_for_all_is_not_the_persons(tmp_path):
    rows = [f"{first},{last},boss@example.org,212-555-010{n}" for n, (first, last, _) in enumerate(PEOPLE)]
    assert emails_of(tmp_path, "First Name,Last Name,User Email,Phone", *rows) == [None] * 3


def test_of_two_such_columns_none_is_taken(tmp_path):
    rows = rows_with("{0}2@example.org", "212-555-0101")
    assert emails_of(tmp_path, "First Name,Last Name,Best Email,Account Email,Phone", *rows) == [None] * 3


def test_a_named_column_comes_first(tmp_path):
    assert emails_of(tmp_path, "First Name,Last Name,Email,User Email", *rows_with("u{0}@example.org")) == [
        "a@example.org",
        "b@example.org",
        "c@example.org",
    ]
