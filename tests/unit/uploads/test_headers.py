"""A column finds its field by the manifest, by its name, then by what it holds; nothing is dropped."""

import polars as pl
import pytest

from henk_pipeline.uploads.headers import map_columns, name_key
from henk_pipeline.uploads.manifest import ManifestError


def table(*columns: str, **filled: list[str]) -> pl.DataFrame:
    return pl.DataFrame({**{column: [""] for column in columns}, **filled})


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("E-Mail", "email"), ("email address", "email"), ("E-Mail-Adresse", "email"), ("PRÉNOM", "first_name"), ("Apellidos", "last_name"),
        ("Mailing Zip/Postal Code", "postal_code"), ("Mobile Phone Number", "mobile_phone"), ("Straße", "street"), ("do_not_call", "do_not_call"),
        ("Has Opted Out Of Email", "email_opt_out"), ("Last Gift Date", "last_gift_date"), ("Associated Company", "company"),
    ],
)  # fmt: skip
def test_a_name_is_known_in_any_case_accent_and_punctuation(column, field):
    assert map_columns(table(column), {}).by_column() == {column: field}


def test_what_fits_nothing_stays_a_custom_field():
    assert map_columns(table("Email", "Shoe size"), {}).by_column() == {"Email": "email", "Shoe size": None}


def test_of_two_columns_for_one_field_the_better_name_wins_and_the_other_stays():
    assert map_columns(table("Work Email", "Email"), {}).by_column() == {"Work Email": None, "Email": "email"}


def test_every_column_that_may_hold_an_opt_out_is_heard():
    mapping = map_columns(table("Unsubscribed", "Opt Out", "UNSUB_TIME", "Newsletter"), {})
    assert {(use.field, use.meaning) for use in mapping.uses} == {
        ("email_opt_out", "value"),
        ("email_opt_out", "present"),
        ("email_opt_out", "opposite"),
    }
    assert all(use.field == "email_opt_out" for use in mapping.uses)


def test_a_column_of_addresses_is_an_email_column_whatever_its_name():
    contents = {"Kontakt": ["a@example.org", "b@example.org"], "Reach me": ["(212) 555-0101", "212-555-0102"]}
    assert map_columns(pl.DataFrame(contents), {}).by_column() == {"Kontakt": "email", "Reach me": "phone"}


def test_the_manifest_stands_above_the_names():
    mapping = map_columns(table("Email", "Backup"), {"Backup": "email", "Email": ""})
    assert mapping.by_column() == {"Email": None, "Backup": "email"}


def test_a_manifest_that_names_no_column_or_field_is_told_so():
    with pytest.raises(ManifestError, match="'Mail'.*columns are: Email"):
        map_columns(table("Email"), {"Mail": "email"})
    with pytest.raises(ManifestError, match="'e_mail'. Known fields: first_name"):
        map_columns(table("Email"), {"Email": "e_mail"})


def test_ids_count_only_where_their_system_is_known():
    assert map_columns(table("ID", "Email"), {}).by_column()["ID"] is None
    hubspot = map_columns(table("Record ID", "Email", "Lifecycle Stage"), {})
    assert (hubspot.system, hubspot.by_column()["Record ID"]) == ("hubspot", "source_id")
    with pytest.raises(ManifestError, match="source ="):
        map_columns(table("ID"), {"ID": "source_id"})
    assert map_columns(table("ID"), {"ID": "source_id"}, "old_crm").system == "old_crm"


def test_a_full_name_beside_first_and_last_names_is_a_custom_field():
    assert map_columns(table("Name", "First Name"), {}).by_column() == {"Name": None, "First Name": "first_name"}
    assert map_columns(table("Name", "Email"), {}).by_column()["Name"] == "full_name"


def test_columns_henk_added_are_left_out():
    assert [use.own for use in map_columns(table("Email", "Rejected line", "Rejected because"), {}).uses] == [False, True, True]


def test_name_key():
    assert name_key("  E-Mail_Adresse (privat)") == "emailadresseprivat"
    assert name_key("Größe") == "grosse"
