"""Which value stays. Opt-outs stay in every mode."""

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from henk_pipeline.leads import fields, slices
from henk_pipeline.leads.survivorship import RULES, lost_values, merge_existing, merge_rows
from tests.unit.leads.people import people


def one_person(*rows: dict[str, object]) -> dict[str, object]:
    frame = people(*rows).with_columns(pl.lit(2, dtype=pl.Int64).alias("person"))
    return merge_rows(frame).row(0, named=True)


def test_rows_of_one_person_become_one():
    rows = people(
        {"first_name": "A.", "phone": "+12125550101", "tags": ["a"], "custom_fields": '{"x":"1"}'},
        {"first_name": "Anna", "email": "a@x.org", "dnc": True, "tags": ["b", "a"], "custom_fields": '{"x":"2","y":"3"}'},
        {"first_name": "Bo", "email": "b@x.org"},
    ).with_columns(pl.Series("person", [2, 2, 4]))
    merged = merge_rows(rows)
    anna, bo = merged.rows(named=True)
    assert (anna["line"], anna["lines"], anna["first_name"], anna["phone"], anna["email"]) == (2, [2, 3], "Anna", "+12125550101", "a@x.org")
    assert (anna["dnc"], anna["tags"]) == (True, ["a", "b"])
    assert json.loads(anna["custom_fields"]) == {"x": "1", "y": "3"}
    assert (bo["line"], bo["lines"]) == (4, [4])
    lost = lost_values(rows, merged)
    assert [(line, json.loads(text)) for line, text in lost.sort("line").rows()] == [
        (2, {"first_name": "A."}),
        (3, {"custom_fields": {"x": "2"}}),
    ]


def test_a_merged_row_keeps_every_value_that_its_person_has_otherwise():
    rows = people(
        {
            "source": "crm",
            "source_id": "1",
            "last_gift_date": date(2026, 3, 1),
            "total_gifts": 50.0,
            "custom_fields": '{"Owner":"Bo","n":"1"}',
        },
        {
            "source": "crm",
            "source_id": "2",
            "last_gift_date": date(2025, 3, 1),
            "total_gifts": 9.0,
            "custom_fields": '{"Owner":"Cy","n":"1"}',
        },
        {
            "source": "crm",
            "source_id": "1",
            "last_gift_date": date(2026, 3, 1),
            "total_gifts": 50.0,
            "custom_fields": '{"n":"1","Owner":"Bo"}',
        },
    ).with_columns(pl.lit(2, dtype=pl.Int64).alias("person"))
    lost = {line: json.loads(text) for line, text in lost_values(rows, merge_rows(rows)).rows()}
    assert lost == {
        3: {
            "last_gift_date": "2025-03-01",
            "total_gifts": 9.0,
            "source": "crm",
            "source_id": "2",
            "custom_fields": {"Owner": "Cy"},
        }
    }


def test_many_rows_become_persons_some_at_a_time(monkeypatch):
    """As if they were merged at once: no person is cut in two, whatever the order of the rows."""
    names = ["A.", "Anna", "Ann", "Bo", "Cy", "Cyril"]
    rows = people(*({"first_name": name, "city": f"City {number}"} for number, name in enumerate(names * 3)))
    rows = rows.with_columns(pl.Series("person", [number % 5 for number in range(18)], dtype=pl.Int64)).sample(
        fraction=1, shuffle=True, seed=3
    )
    merged = merge_rows(rows)
    known = merged.select(pl.col("line").cast(pl.String).alias("id"), *RULES).with_columns(pl.lit("Ana").alias("first_name"))
    of_lead = merged.with_columns(pl.col("line").cast(pl.String).alias("lead_id"))
    whole = merged, lost_values(rows, merged).sort("line"), merge_existing(of_lead, known, "overwrite")
    monkeypatch.setattr(slices, "SLICE", 2)
    some = merge_rows(rows)
    assert merged["line"].is_sorted()
    assert merged["lines"].list.len().sum() == 18
    parts = some, lost_values(rows, some).sort("line"), merge_existing(of_lead, known, "overwrite")
    assert all(one.equals(other) for one, other in zip(whole, parts, strict=True))


def test_every_field_of_a_lead_has_a_rule():
    known = {*fields.SCALAR_FIELDS, *fields.OBJECT_FIELDS, "source"}
    assert set(RULES) == known


@pytest.mark.parametrize(
    ("field", "older", "newer", "stays"),
    [
        ("email", "old@x.org", "new@x.org", "new@x.org"),
        ("first_name", "Anna", "A", "Anna"),
        ("notes", "a long note", "short", "a long note"),
        ("first_gift_date", date(2001, 1, 1), date(2020, 1, 1), date(2001, 1, 1)),
        ("total_gifts", 500.0, 200.0, 500.0),
        ("gift_count", 3, 4, 4),
        ("last_gift_amount", 50.0, 20.0, 20.0),
        ("dnc", True, False, True),
    ],
)
def test_one_rule_a_field_whichever_row_comes_first(field, older, newer, stays):
    old = {field: older, "last_gift_date": date(2024, 1, 1)}
    new = {field: newer, "last_gift_date": date(2026, 1, 1)}
    assert one_person(old, new)[field] == one_person(new, old)[field] == stays
    assert one_person(old, new)["last_gift_date"] == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([("Desmond", "Achterberg"), ("Desmond", "Achterberg"), ("Achterberg", "Desmond")], ("Desmond", "Achterberg")),
        ([("Maria", "Lopez"), ("Maria", "Lopez"), ("Lopez", "Maria")], ("Maria", "Lopez")),
        ([("Jan", "van der Berg"), ("Jan", "van der Berg"), ("Jan van der", "Berg")], ("Jan", "van der Berg")),
        ([("Mary Ann", "Smith"), ("Mary Ann", "Smith"), ("Mary", "Ann Smith"), (None, "Smith")], ("Mary Ann", "Smith")),
        ([("J.", "Smith"), ("J.", "Smith"), ("John", None)], ("John", "Smith")),
        ([("Thomas", "James"), ("James", "Thomas")], None),
    ],
)
def test_both_names_are_of_one_row_where_words_stand_in_either(rows, name):
    merged = one_person(*({"first_name": first, "last_name": last, "phone": "+12125550101"} for first, last in rows))
    assert (merged["first_name"], merged["last_name"]) in ([name] if name else rows)


def test_an_address_comes_from_one_row():
    whole = {"street": "1 Main St", "city": "Bath", "postal_code": "04530"}
    part = {"city": "York", "state": "ME", "last_gift_date": date(2026, 1, 1)}
    for rows in ((whole, part), (part, whole)):
        person = one_person(*rows)
        assert [person[name] for name in ("street", "city", "state", "postal_code")] == ["1 Main St", "Bath", None, "04530"]


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "first_name": st.sampled_from(["A", "Ana", "Bo"]), "email": st.sampled_from(["a@x.org", "b@x.org"]), "city": st.sampled_from(["X", "Y"]),
                "street": st.just("1 St"), "last_gift_date": st.sampled_from([date(2020, 1, 1), date(2021, 1, 1)]), "total_gifts": st.sampled_from([1.0, 2.0]),
            },
        ),
        min_size=2, max_size=5,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_order_of_rows_decides_no_value(rows, random):
    shuffled = random.sample(rows, len(rows))
    told, again = one_person(*rows), one_person(*shuffled)
    assert {field: told[field] for field in RULES} == {field: again[field] for field in RULES}


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


def test_fill_moves_gifts_forward_and_never_backward():
    known = {"last_gift_date": date(2024, 1, 1), "last_gift_amount": 50.0, "total_gifts": 500.0, "gift_count": 5}
    newer = {"last_gift_date": date(2026, 1, 1), "last_gift_amount": 20.0, "total_gifts": 520.0, "gift_count": 6}
    assert {name: merged("fill", known, newer)[name] for name in newer} == newer
    assert {name: merged("fill", newer, known)[name] for name in newer} == newer
    assert {name: merged("skip", known, newer)[name] for name in known} == known


def test_an_address_that_contradicts_goes_as_a_whole():
    known, told = {"street": "1 Main St", "city": "Bath", "state": "ME"}, {"street": "9 Elm St", "city": "York"}
    assert [merged("fill", known, told)[name] for name in ("street", "city", "state")] == ["1 Main St", "Bath", "ME"]
    assert [merged("overwrite", known, told)[name] for name in ("street", "city", "state")] == ["9 Elm St", "York", None]
    assert [merged("fill", {"city": "Bath"}, {"street": "1 Main St", "city": "Bath"})[name] for name in ("street", "city")] == [
        "1 Main St",
        "Bath",
    ]


def test_what_the_file_says_in_vain_is_told():
    row = merged("fill", {"city": "Bath", "first_name": "Ana"}, {"city": "York", "first_name": "Ana", "company": "Acme"})
    assert json.loads(row["lost"]) == {"city": "York"}


def gifts(*rows: tuple[float | None, str | None, int, str]) -> dict[str, object]:
    frame = people(
        *({"email": "a@x.org", "custom_fields": f'{{"Receipt":"{receipt}"}}', "gift_count": count} for _, _, count, receipt in rows)
    )
    amounts = pl.Series("gift_amount", [amount for amount, *_ in rows], dtype=pl.Float64)
    currencies = pl.Series("gift_currency", [currency for _, currency, *_ in rows], dtype=pl.String)
    return merge_rows(frame.with_columns(amounts, currencies, pl.lit(2, dtype=pl.Int64).alias("person"))).row(0, named=True)


def test_rows_that_are_a_gift_each_are_summed_up_and_refunds_taken_off():
    merged = gifts((25.0, "EUR", 1, "1"), (100.0, "EUR", 1, "2"), (-25.0, "EUR", 0, "3"), (25.0, "EUR", 1, "4"))
    assert (merged["total_gifts"], merged["gift_count"], merged["gift_currency"]) == (125.0, 3, "EUR")


def test_a_gift_that_stands_twice_is_one():
    assert gifts((25.0, None, 1, "1"), (25.0, None, 1, "1"), (25.0, None, 1, "2"))["total_gifts"] == 50.0


def test_two_currencies_are_never_summed_up():
    merged = gifts((25.0, "EUR", 1, "1"), (25.0, "USD", 1, "2"))
    assert (merged["total_gifts"], merged["gift_count"]) == (None, 2)


def test_persons_of_gift_rows_that_are_merged_again_keep_all_their_gifts():
    frame = people({"email": "a@x.org", "gift_count": 2, "total_gifts": 50.0}, {"email": "b@x.org", "gift_count": 1, "total_gifts": 10.0})
    frame = frame.with_columns(
        pl.Series("gift_amount", [50.0, 10.0]), pl.lit("EUR").alias("gift_currency"), pl.lit(2, dtype=pl.Int64).alias("person"),
        pl.Series("lines", [[2, 3], [4]], dtype=pl.List(pl.Int64)),
    )  # fmt: skip
    assert merge_rows(frame).select("total_gifts", "gift_count").row(0) == (60.0, 3)
