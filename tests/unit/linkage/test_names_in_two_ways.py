"""Names of one person in two ways, with one e-mail address and telephone: merged where the letters are the same, and otherwise at least reviewed."""

from typing import Any

import pytest

from henk_pipeline.steps.match import Matching, match_people
from tests.unit.leads.people import people

Name = tuple[str, str]
BOTH = ("phone", "email")
AS_ONE_WORD: list[tuple[Name, Name]] = [
    (("Maryann", "Roe"), ("Mary Ann", "Roe")), (("MaryBeth", "Roe"), ("Mary Beth", "Roe")), (("Anamaría", "Roe"), ("Ana María", "Roe")),
    (("Jeanpaul", "Roe"), ("Jean-Paul", "Roe")), (("Hanspeter", "Roe"), ("Hans-Peter", "Roe")), (("Minjun", "Kim"), ("Min-jun", "Kim")),
    (("Ada", "St. Clair"), ("Ada", "Saint Clair")), (("Ada", "Ste-Marie"), ("Ada", "Sainte Marie")), (("Ada", "De La Cruz"), ("Ada", "Delacruz")),
]  # fmt: skip
OF_TWO: list[tuple[Name, Name]] = [
    (("Mary Ann", "Roe"), ("Mary Beth", "Roe")), (("Maryann", "Roe"), ("Mary Beth", "Roe")), (("Mari E.", "Roe"), ("Marie", "Roe")),
]  # fmt: skip
REVIEWED: list[tuple[Name, Name]] = [
    (("Иван", "Петров"), ("Ivan", "Petrov")), (("Γιώργος", "Παππάς"), ("Giorgos", "Pappas")), (("AJ", "Delmonico"), ("Anthony", "Delmonico")),
    (("Katherine Grace", "Bellamy"), ("Grace", "Bellamy")), (("Richard", "Vo"), ("TJ Richard", "Vo")),
]  # fmt: skip
NOT_ASKED: list[tuple[Name, Name]] = [
    (("Helen", "Roe"), ("Walter", "Roe")), (("AJ", "Roe"), ("Walter", "Roe")), (("Ed", "Roe"), ("Ellen", "Roe")),
    (("Helen Grace", "Roe"), ("Walter", "Roe")),
]  # fmt: skip


def results(table: list[tuple[Name, Name]], keys: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return of each pair how many people they are, and how many pairs are reviewed; each has contacts of its own."""
    rows: list[dict[str, Any]] = []
    for number, pair in enumerate(table):
        contacts = {"phone": f"+1207555{1000 + 97 * number}", "email": f"garden{chr(97 + number)}@example.org"}
        rows += [{"first_name": first, "last_name": last} | {key: contacts[key] for key in keys} for first, last in pair]
    matched = match_people(people(*rows).rename({"line": "row"}), Matching())
    persons, pairs = matched.clusters.sort("row")["person"].to_list(), matched.review_pairs.select("left", "right").rows()
    return [(len(set(persons[place : place + 2])), pairs.count((place + 2, place + 3))) for place in range(0, len(rows), 2)]


@pytest.mark.parametrize("keys", [BOTH, ("phone",), ("email",)], ids=["both", "telephone", "e-mail"])
def test_a_name_in_one_word_and_in_two_is_one_persons(keys):
    assert [pair for pair, result in zip(AS_ONE_WORD, results(AS_ONE_WORD, keys), strict=True) if result != (1, 0)] == []


@pytest.mark.parametrize("keys", [BOTH, ("phone",)], ids=["both", "telephone"])
def test_another_second_name_is_another_persons(keys):
    assert [pair for pair, result in zip(OF_TWO, results(OF_TWO, keys), strict=True) if result[0] != 2] == []


def test_a_name_in_another_script_or_order_with_both_contacts_is_reviewed():
    assert [pair for pair, result in zip(REVIEWED, results(REVIEWED, BOTH), strict=True) if result != (2, 1)] == []


def test_other_names_of_a_household_are_not_asked_about():
    assert [pair for pair, result in zip(NOT_ASKED, results(NOT_ASKED, BOTH), strict=True) if result != (2, 0)] == []
