"""Likely matches: what is one person for somebody who reads both rows, what is not, and what must be asked."""

import json
import math
import random
from collections import Counter
from itertools import combinations

import polars as pl
import pytest

from henk_pipeline.leads.identity import identities
from henk_pipeline.linkage import blocking, likely
from henk_pipeline.linkage.blocking import candidate_pairs
from henk_pipeline.linkage.likely import PAIR_SCHEMA, likely_pairs, with_frequencies, with_sharers
from henk_pipeline.linkage.model import SET_BY_HAND, TYPICAL, WITHOUT_HOUSEHOLDS, Model, levels, load_model, weight_of
from henk_pipeline.linkage.train import train
from henk_pipeline.steps.match import Matching, match_people
from tests.unit.leads.people import people

HOME = {"street": "12 Maple Street", "city": "Portland", "postal_code": "04101"}
ANA = {"first_name": "Annabel", "last_name": "Whitfield", "email": "annabel.whitfield@gmail.com", "birth_date": "1961-03-04", **HOME}


def probability(one: dict[str, object], other: dict[str, object]) -> float:
    frame = people(one, other).rename({"line": "row"})
    pairs = likely_pairs(identities(frame, "row"), load_model(), 1e-9).pairs
    return pairs["probability"][0] if pairs.height else 0.0


@pytest.mark.parametrize(
    "other",
    [
        ANA | {"first_name": "Anabel", "email": None},
        ANA | {"first_name": "Whitfield", "last_name": "Annabel", "email": None},
        ANA | {"email": "awhitfield@aol.com", "street": "12 Maple St"},
        ANA | {"street": "9 Elm Road", "city": "Bangor", "postal_code": "04401", "email": None},
        ANA | {"last_name": "Okafor", "email": None},
        ANA | {"birth_date": "1961-04-03", "email": None},
        ANA | {"postal_code": None, "email": None, "birth_date": None},
    ],
    ids=["typo", "exchanged", "another e-mail", "moved", "married", "day for month", "less said"],
)
def test_the_same_person_typed_another_time(other):
    assert probability(ANA, other) >= 0.99


@pytest.mark.parametrize(
    "other",
    [
        {"first_name": "George", "last_name": "Whitfield", "email": "annabel.whitfield@gmail.com", **HOME},
        {"first_name": "George", "last_name": "Whitfield", "birth_date": "1958-11-20", **HOME},
        {"first_name": "Annabel", "last_name": "Whitfield", "city": "Boise", "postal_code": "83701", "birth_date": "1990-01-01"},
        {"last_name": "Whitfield", **HOME},
    ],
    ids=["husband", "his birth date too", "namesake", "anybody of the household"],
)
def test_another_person(other):
    assert probability(ANA, other) < 0.8


def test_few_pairs_planned_quickly_are_weighed_as_many_are(monkeypatch):
    others = [{"first_name": "Anabel", "email": None}, {"last_name": "Okafor", "email": None}, {"birth_date": "1961-04-03", "email": None}]
    frame = identities(people(ANA, *(ANA | other for other in others)).rename({"line": "row"}), "row")
    quickly = likely_pairs(frame, load_model(), 1e-9)
    monkeypatch.setattr(likely, "FEW_PAIRS", 0)
    assert quickly.pairs.height == 6
    assert likely_pairs(frame, load_model(), 1e-9).pairs.equals(quickly.pairs)


def test_names_that_many_have_prove_less():
    rare = {"first_name": "Annabel", "last_name": "Whitfield", "postal_code": "04101", "city": "Portland"}
    common = rare | {"first_name": "Michael", "last_name": "Smith"}
    assert probability(rare, rare) > probability(common, common)


def test_what_each_part_weighs_sums_to_the_probability():
    frame = people(ANA, ANA | {"first_name": "Anabel", "email": None}).rename({"line": "row"})
    pair = likely_pairs(identities(frame, "row"), load_model(), 0.5).pairs.row(0, named=True)
    parts = json.loads(pair["agreement"])
    assert parts["first_name"]["level"] == "alike"
    assert "email" not in parts  # one has none: it says nothing
    bits = sum(part["weight"] for part in parts.values())
    assert pair["probability"] == pytest.approx(1 / (1 + 2**-bits), abs=1e-3)


def test_numbered_test_people_are_all_different():
    rows = [
        {"first_name": f"First{n}", "last_name": f"Last{n}", "email": f"p{n}@example.org", "phone": f"+1212555{n % 40:04}"}
        for n in range(400)
    ]
    frame = people(*rows).rename({"line": "row"})
    assert match_people(frame, Matching()).clusters["person"].n_unique() == 400


def test_the_order_of_rows_changes_no_probability():
    rows = [
        ANA,
        ANA | {"first_name": "Anabel", "email": None},
        {"first_name": "Ben", "last_name": "Whitfeld", **HOME},
        {"first_name": "Ann", "last_name": "Whitfield", **HOME},
    ]
    frame = identities(people(*rows).rename({"line": "row"}), "row")
    back = frame.reverse()
    assert likely_pairs(frame, load_model(), 1e-6).pairs.equals(likely_pairs(back, load_model(), 1e-6).pairs)


def test_where_nobody_shares_a_house_another_first_name_is_a_damaged_one():
    def of(names: list[str]) -> float:
        rows = [
            ANA | {"first_name": "Helen", "email": None, "birth_date": None},
            ANA | {"first_name": "Oswald", "email": None, "birth_date": None},
        ]
        for n in range(130):
            house = {
                "street": f"{n} Pine Road",
                "city": f"Town{n}",
                "postal_code": f"{10000 + n}",
                "last_name": f"Fam{chr(97 + n % 26)}{chr(97 + n // 26)}",
            }
            own = {"phone": f"+1207555{1000 + n}", "birth_date": "1961-04-05"}  # they show that the two are one
            rows += [house | own | {"first_name": names[0]}, house | own | {"first_name": names[1]}]
        frame = identities(people(*rows).rename({"line": "row"}), "row")
        pairs = likely_pairs(frame, load_model(), 1e-9).pairs.filter((pl.col("left") == 2) & (pl.col("right") == 3))
        return pairs["probability"][0] if pairs.height else 0.0

    assert of(["Harold", "Xenia"]) < 0.5 < of(["Harold", "Harold"])


def test_pairs_are_those_that_share_a_key_and_have_a_new_row():
    frame = identities(
        people(ANA, ANA, {"first_name": "Zed", "last_name": "Quux", "email": "zed@x.org"}, ANA).rename({"line": "row"}), "row"
    )
    assert sorted(candidate_pairs(frame).rows()) == [(2, 3), (2, 5), (3, 5)]
    assert sorted(candidate_pairs(frame, pl.Series([5])).rows()) == [(2, 5), (3, 5)]
    assert candidate_pairs(frame.clear()).height == 0
    assert likely_pairs(frame.clear(), load_model(), 0.5).pairs.schema == pl.Schema(PAIR_SCHEMA)


def test_of_many_people_those_are_compared_who_share_a_strong_key_or_two_weak_ones(monkeypatch):
    chance = random.Random(7)
    some = [
        {
            "line": number,
            "first_name": chance.choice(["Ana", "Bo", "Cyrus"]),
            "last_name": chance.choice(["Silva", "Quill", "Marlowe", "Orr"]),
            "email": chance.choice([None, f"p{number % 30}@example.org"]),
            "city": chance.choice([None, "Boston", "Salem"]),
            "postal_code": chance.choice([None, "02101", "01970", "02139"]),
            "street": chance.choice([None, f"{number % 9} Elm Street"]),
        }
        for number in range(80)
    ]
    frame = identities(people(*some).rename({"line": "row"}), "row")
    monkeypatch.setattr(blocking, "COMPARE_ALL_UP_TO", 0)
    monkeypatch.setattr(blocking, "PAIRS_AT_ONCE", 50)
    weights = Counter()
    for weight, keys in blocking._keys(frame):
        holders = keys.unique().group_by("key").agg(pl.col("row").sort())["row"].to_list()
        together = {pair for rows in holders if len(rows) <= blocking.LARGEST_BLOCK for pair in combinations(rows, 2)}
        weights.update(dict.fromkeys(together, weight))
    expected = sorted(pair for pair, weight in weights.items() if weight >= blocking.STRONG)
    assert 10 < len(expected) < len(weights)
    assert sorted(candidate_pairs(frame).rows()) == expected
    new = pl.Series([3, 40, 41], dtype=pl.Int64)
    assert sorted(candidate_pairs(frame, new).rows()) == [pair for pair in expected if {3, 40, 41} & set(pair)]


def test_how_common_a_value_is_is_counted_beside_what_is_typical():
    frame = with_sharers(identities(people(*[{"first_name": "Ana", "phone": "+12125550101"}] * 3).rename({"line": "row"}), "row"))
    told = with_frequencies(frame, 1000, {"first": {"ana": 0.01}})
    assert told["tf_first"].to_list() == pytest.approx([(3 + 1000 * 0.01) / 1003] * 3)
    assert told["tf_sharers"].to_list() == [0.003] * 3
    assert told["tf_last"].to_list() == [None] * 3


def test_the_model_that_ships_has_every_weight_and_those_set_by_hand():
    model = load_model()
    labels = {
        c["output_column_name"]: {level["label_for_charts"] for level in c["comparison_levels"]} for c in model.settings["comparisons"]
    }
    for table in (SET_BY_HAND, WITHOUT_HOUSEHOLDS):
        for comparison, weights in table.items():
            assert set(weights) <= labels[comparison]
    assert all(0 < level["m_probability"] <= 1 and 0 < level["u_probability"] <= 1 for level in levels(model.settings))
    assert all(
        level["u_probability"] == TYPICAL[level["tf_adjustment_column"]]
        for level in levels(model.settings)
        if "tf_adjustment_column" in level
    )
    assert [c["comparison_levels"] for c in Model.untrained().settings["comparisons"]] != []
    assert model.trained_on


@pytest.mark.long
def test_a_model_learns_from_labels_and_without():
    rows, labels = [], []
    for n in range(120):
        letters = chr(97 + n % 26) + chr(97 + n // 26)
        person = {
            "first_name": f"Al{letters}n",
            "last_name": f"Bro{letters}ck",
            "city": f"Town{n % 7}",
            "birth_date": f"19{n % 90 + 10}-0{n % 9 + 1}-1{n % 9}",
        }
        rows += [person, person | {"city": f"Town{(n + 1) % 7}"}]
        labels += [n, n]
    frame = identities(people(*rows).rename({"line": "row"}), "row")
    start = load_model()
    taught = train(frame, start, "test", pl.Series(labels))
    cities = next(c for c in taught.settings["comparisons"] if c["output_column_name"] == "city")["comparison_levels"]
    same = next(level for level in cities if level["label_for_charts"] == "the same")
    before = next(level for level in levels(start.settings) if level["sql_condition"] == same["sql_condition"])
    assert weight_of(same) != pytest.approx(weight_of(before)) or math.isclose(same["m_probability"], before["m_probability"])
    assert taught.trained_on == ["test"]
    assert len(levels(train(frame, start, "test").settings)) == len(levels(start.settings))
    with pytest.raises(ValueError, match="nothing to learn from"):
        train(frame, start, "test", pl.Series(range(240)))


def test_a_small_file_needs_no_splink_but_for_a_model_of_ones_own(monkeypatch):
    written = []
    monkeypatch.setattr(likely, "write_statement", lambda settings: written.append(settings) or "")
    model = load_model()
    for kind in ({"households": True}, {"households": False}, {"households": False, "damaged_births": True}):
        for count in (1000, 5_000_000):
            assert "SELECT" in likely.weighing(likely.without_prior(model.for_people(count, **kind))).upper()
    assert not written
    likely.weighing(likely.without_prior(Model.untrained().for_people(1000, households=True)))
    likely.weighing.cache_clear()
    assert len(written) == 1
