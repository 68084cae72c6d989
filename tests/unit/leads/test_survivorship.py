"""Which value stays. Opt-outs stay in every mode."""

import json

import polars as pl
import pytest

from henk_pipeline.leads.survivorship import merge_existing, merge_rows
from tests.unit.leads.people import people


def test_rows_of_one_person_become_one_with_the_first_filled_cells():
    rows = people(
        {"first_name": "Ana", "phone": "+12125550101", "tags": ["a"], "custom_fields": '{"x":"1"}'},
        {"first_name": "Anna", "email": "a@x.org", "dnc": True, "tags": ["b", "a"], "custom_fields": '{"x":"2","y":"3"}'},
        {"first_name": "Bo", "email": "b@x.org"},
    ).with_columns(pl.Series("person", [2, 2, 4]))
    merged = merge_rows(rows)
    ana, bo = merged.rows(named=True)
    assert (ana["line"], ana["lines"], ana["first_name"], ana["phone"], ana["email"], ana["dnc"]) == (
        2,
        [2, 3],
        "Ana",
        "+12125550101",
        "a@x.org",
        True,
    )
    assert ana["tags"] == ["a", "b"]
    assert json.loads(ana["custom_fields"]) == {"x": "1", "y": "3"}
    assert (bo["line"], bo["lines"]) == (4, [4])


def merged(mode: str, known: dict[str, object], told: dict[str, object]) -> dict[str, object]:
    existing = people(known).with_columns(pl.Series("id", ["lead"]))
    return merge_existing(people(told).with_columns(pl.Series("lead_id", ["lead"])), existing, mode).row(0, named=True)


@pytest.mark.parametrize(("mode", "city", "company"), [("fill", "Bath", "Acme"), ("overwrite", "York", "Acme"), ("skip", "Bath", None)])
def test_update_modes(mode, city, company):
    row = merged(mode, {"city": "Bath", "phone": "+12125550101"}, {"city": "York", "company": "Acme"})
    assert (row["city"], row["company"], row["phone"]) == (city, company, "+12125550101")


@pytest.mark.parametrize("mode", ["fill", "overwrite", "skip"])
@pytest.mark.parametrize("field", ["do_not_call", "dnc", "do_not_email", "email_opt_out"])
def test_an_opt_out_is_taken_up_and_never_taken_back(mode, field):
    assert merged(mode, {}, {field: True})[field] is True
    assert merged(mode, {field: True}, {})[field] is True


def test_replaced_holds_the_old_values_of_what_changed_only():
    row = merged("overwrite", {"city": "Bath", "last_name": "Lima"}, {"city": "York", "title": "Owner"})
    assert row["changed"] is True
    assert json.loads(row["replaced"]) == {"city": "Bath", "title": None}
    same = merged("overwrite", {"city": "Bath"}, {"city": "Bath"})
    assert (same["changed"], same["replaced"]) == (False, "{}")


def test_a_lead_without_an_id_takes_one_and_a_second_systems_id_is_kept_beside_it():
    row = merged("fill", {"source": "manual"}, {"source": "hubspot", "source_id": "7"})
    assert (row["source"], row["source_id"]) == ("hubspot", "7")
    row = merged(
        "overwrite", {"source": "hubspot", "source_id": "7"}, {"source": "salesforce", "source_id": "003", "custom_fields": '{"a":"b"}'}
    )
    assert (row["source"], row["source_id"]) == ("hubspot", "7")
    assert json.loads(row["custom_fields"]) == {"salesforce_id": "003", "a": "b"}
