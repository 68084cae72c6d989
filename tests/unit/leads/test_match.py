"""Rows that are surely one person are found, by way of others too; people who share a key but not a name are told apart."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from henk_pipeline.leads import match
from henk_pipeline.leads.identity import email_key, folded, formal_names, identities, street_name
from henk_pipeline.leads.match import EDGE_SCHEMA, as_edges, connected, explain, persons, sure_edges, without_shared
from tests.unit.leads.people import people

PHONE = {"phone": "+12125550101"}
MAIL = {"email": "a@x.org"}
ID = {"source": "hubspot", "source_id": "7"}


def frame_of(*rows: dict[str, object]) -> pl.DataFrame:
    return people(*rows).rename({"line": "row"})


def who(*rows: dict[str, object], apart: list[tuple[int, int]] | None = None) -> list[int]:
    frame = frame_of(*rows)
    pairs = pl.DataFrame(apart or [], schema={"left": pl.Int64, "right": pl.Int64}, orient="row")
    return persons(sure_edges(frame), frame, pairs)["person"].to_list()


@pytest.mark.parametrize("key", [MAIL, PHONE, ID])
def test_the_same_key_is_one_person(key):
    assert who(key, key) == [2, 2]


def test_an_id_is_of_its_system():
    assert who(ID, ID | {"source": "salesforce"}) == [2, 3]
    assert who(PHONE, {"mobile_phone": PHONE["phone"]}) == [2, 2]


@pytest.mark.parametrize(
    ("key", "one", "other", "same"),
    [
        (MAIL, {"first_name": "Ana"}, {"first_name": "Ben"}, False),
        (PHONE, {"first_name": "Ana"}, {"first_name": "Ben"}, False),
        (ID, {"first_name": "Ana", "last_name": "Lima"}, {"first_name": "Ben", "last_name": "Ng"}, False),
        (MAIL, {"first_name": "Ana"}, {"first_name": "ANA"}, True),
        (MAIL, {"first_name": "Robert"}, {"first_name": "Bob"}, True),
        (MAIL, {"first_name": "Rob"}, {"first_name": "Bob"}, True),
        (MAIL, {"first_name": "J."}, {"first_name": "Jane"}, True),
        (MAIL, {"first_name": "Ana", "last_name": "Lima"}, {"first_name": "Ana", "last_name": "Ng"}, True),  # she has married
        (PHONE, {"first_name": "Ana", "last_name": "Lima"}, {"first_name": "Ana", "last_name": "Ng"}, False),  # an office
        (PHONE, {"first_name": "Ana", "last_name": "Lima"}, {"first_name": "Ana", "last_name": "Lima-Ng"}, True),
        (ID, {"first_name": "Ana", "last_name": "Lima"}, {"first_name": "Ana", "last_name": "Ng"}, True),
        (ID, {"first_name": "Ana", "last_name": "Lima"}, {"first_name": "Anita", "last_name": "Lima"}, True),
        (MAIL, {"first_name": "Lima", "last_name": "Ana"}, {"first_name": "Ana", "last_name": "Lima"}, True),
        (PHONE, {"first_name": "Al", "birth_date": "1950-01-01"}, {"first_name": "Al", "birth_date": "1980-05-05"}, False),
        (PHONE, {"first_name": "Zoë"}, {"first_name": "Zoe"}, True),
        (PHONE, {"last_name": "Ng"}, {"first_name": "Ana", "last_name": "Ng"}, True),
        (PHONE, {"last_name": "Ng"}, {"first_name": "Ana", "last_name": "Lima"}, False),
    ],
)  # fmt: skip
def test_a_key_is_proof_unless_the_names_contradict(key, one, other, same):
    assert who(key | one, key | other) == ([2, 2] if same else [2, 3])
    assert who(key | other, key | one) == ([2, 2] if same else [2, 3])


def test_a_chain_of_matches_is_one_person_and_says_how():
    frame = frame_of(MAIL, MAIL | PHONE, PHONE)
    edges = sure_edges(frame)
    group = persons(edges, frame)
    assert group["person"].to_list() == [2, 2, 2]
    assert explain(edges, group).rows() == [(3, 2, "email", 1.0), (4, 3, "phone", 1.0)]


def test_a_row_without_a_name_belongs_to_nobody_of_several():
    ana, ben = {"first_name": "Ana"} | PHONE, {"first_name": "Ben"} | PHONE
    assert who(ana, ben, ana, PHONE) == [2, 3, 2, 5]


def test_a_row_without_a_name_does_not_make_two_people_one():
    # Ana's by e-mail, Ben's by telephone: it goes with the surer of the two.
    assert who(MAIL | {"first_name": "Ana"}, MAIL | PHONE, PHONE | {"first_name": "Ben"}) == [2, 2, 4]
    assert who(PHONE | {"first_name": "Ben"}, MAIL | PHONE, MAIL | {"first_name": "Ana"}) == [2, 3, 3]


def test_what_many_share_and_a_functions_mailbox_prove_nothing():
    names = ["Ana", "Ben", "Cy", "Di", "Ed"]
    assert who(*({"first_name": name} | PHONE for name in (*names, "Ana"))) == [2, 3, 4, 5, 6, 7]
    assert who(*({"first_name": name} | PHONE for name in ("Ana", "Ben", "Ana"))) == [2, 3, 2]
    whole = [{"first_name": name, "last_name": "Lee"} | PHONE for name in (*names, "Ana")]
    assert who(*whole) == [2, 3, 4, 5, 6, 2]  # the same person of the same office, once more
    info = {"email": "info@x.org"}
    assert who(info, info | {"first_name": "Ana"}, info, info | {"first_name": "Ben"}, info | {"first_name": "ana"}) == [2, 3, 2, 5, 3]
    frame = frame_of(
        *({"first_name": name, "mobile_phone": f"+1212555020{n}"} | PHONE for n, name in enumerate(names)), {"email": "info@x.org"}
    )
    left = without_shared(identities(frame, "row"))
    assert left["phones"].to_list() == [[f"+1212555020{n}"] for n in range(5)] + [None]
    assert left["email"].to_list() == [None] * 6


def test_who_was_decided_to_be_two_stays_two_by_any_way():
    assert who(MAIL, MAIL, apart=[(2, 3)]) == [2, 3]
    assert who(MAIL, MAIL | PHONE, PHONE, apart=[(2, 4)]) == [2, 2, 4]  # the telephone is the weaker proof


def test_likely_pairs_and_sure_ones_make_persons_together():
    frame = frame_of(MAIL, MAIL, PHONE)
    pairs = pl.DataFrame({"left": [3], "right": [4], "probability": [0.995]})
    edges = pl.concat([sure_edges(frame), as_edges(pairs)])
    group = persons(edges, frame)
    assert group["person"].to_list() == [2, 2, 2]
    assert explain(edges, group).rows()[1] == (4, 3, "likely", 0.995)


def test_no_rows_are_no_persons():
    frame = frame_of(MAIL).clear()
    assert sure_edges(frame).schema == pl.Schema(EDGE_SCHEMA)
    assert persons(sure_edges(frame), frame).height == 0


ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "email": st.sampled_from(["a@x.org", "b@x.org", "c@x.org"]),
            "phone": st.sampled_from(["+12125550101", "+12125550102"]),
            "first_name": st.sampled_from(["Ana", "Anas", "Ben", "Bob", "Robert", "B", "Simon", "Simone", "Lima"]),
            "last_name": st.sampled_from(["Lima", "Ng", "Ana"]),
        },
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@pytest.mark.long
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(rows, random):
    numbers = list(range(len(rows)))
    random.shuffle(numbers)
    frame = frame_of(*rows)
    shuffled = frame[numbers].with_columns(pl.Series("row", range(2, len(rows) + 2), dtype=pl.Int64))

    def partition(table: pl.DataFrame, origin: list[int]) -> set[frozenset[int]]:
        found: dict[int, set[int]] = {}
        for place, person in zip(origin, persons(sure_edges(table), table)["person"], strict=True):
            found.setdefault(person, set()).add(place)
        return {frozenset(one) for one in found.values()}

    assert partition(frame, list(range(len(rows)))) == partition(shuffled, numbers)


@pytest.mark.long
@given(ROWS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_table_that_is_looked_at_piece_by_piece_has_the_same_persons(monkeypatch, rows):
    frame = frame_of(*rows)
    whole = sure_edges(frame)
    with monkeypatch.context() as patched:
        patched.setattr(match, "SLICE", 2)
        assert sure_edges(frame).sort(pl.all()).equals(whole.sort(pl.all()))
    keys = match.match_keys(frame)
    shared = keys.filter(pl.len().over("kind", "key") > 1)["row"].unique().sort()
    pieces = list(frame.iter_slices(2))
    assert match.rows_that_share(pieces).sort().equals(shared)
    # Whoever shares nothing with anybody need not be there.
    assert sure_edges(frame.filter(pl.col("row").is_in(shared.implode()))).sort(pl.all()).equals(whole.sort(pl.all()))


@pytest.mark.long
@given(ROWS)
def test_two_contradicting_first_names_never_become_one_sure_person(rows):
    apart = [{"Ana", "Lima"}, {"Anas"}, {"Ben"}, {"Bob", "Robert"}, {"Simon"}, {"Simone"}]  # "Lima, Ana" may be Ana Lima
    told: dict[int, set[str]] = {}
    for row, person in zip(rows, who(*rows), strict=True):
        if row.get("first_name", "B") != "B":
            told.setdefault(person, set()).add(row["first_name"])
    for names in told.values():
        assert sum(bool(names & group) for group in apart) == 1, names


def test_one_form_of_a_mailbox():
    written = [
        "Jon.Doe+news@gmail.com".lower(),
        "jondoe@googlemail.com",
        "jon.doe+x@outlook.com",
        "jon+doe@example.org",
        "+@gmail.com",
        None,
    ]
    assert email_key(pl.Series(written)).to_list() == [
        "jondoe@gmail.com", "jondoe@gmail.com", "jon.doe@outlook.com", "jon+doe@example.org", "+@gmail.com", None,
    ]  # fmt: skip


def test_names_and_streets_in_one_form():
    assert folded(pl.Series(["O’Brien-Müller", "  Łukasz ", "…", "Ñandú", None])).to_list() == [
        "obrien muller",
        "lukasz",
        None,
        "nandu",
        None,
    ]
    assert formal_names(pl.Series(["bob", "zzz", None])).list.sort().to_list()[1:] == [["zzz"], None]
    assert "robert" in formal_names(pl.Series(["bob"]))[0]
    assert street_name(pl.Series(["12 maple street", "hauptstrasse 5a", "14 14th st", "9"])).to_list() == [
        "maple st",
        "hauptst",
        "14th st",
        None,
    ]


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 12)), max_size=30))
def test_who_is_connected_is_what_plain_union_find_says(links):
    edges = pl.DataFrame(links, schema={"row": pl.Int64, "node": pl.UInt64}, orient="row")
    parent = {row: row for row, _ in links}

    def root(row: int) -> int:
        return row if parent[row] == row else root(parent[row])

    for row, node in links:
        for other, same in links:
            if node == same:
                low, high = sorted((root(row), root(other)))
                parent[high] = low
    assert dict(connected(edges).iter_rows()) == {row: root(row) for row in parent}


@pytest.mark.parametrize("key", [MAIL, PHONE, ID])
@pytest.mark.parametrize(
    "more", [{"last_name": "Smith{}"}, {"last_name": "Smith", "birth_date": "{}-05-17"}], ids=["other names", "other birth dates"]
)
def test_a_key_of_very_many_is_a_proof_of_equal_names_only(key, more):
    rows = [key | {"first_name": "John"} | {field: cell.format(1000 + number) for field, cell in more.items()} for number in range(3000)]
    assert len(set(who(*rows, *rows[:5]))) == 3000  # compared in pairs they would take gigabytes
