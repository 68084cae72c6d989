"""A couple of one first name whose family name has a man's and a woman's form: reviewed, unless a birth date or a mailbox of one's own is equal."""

from typing import Any

import pytest

from henk_pipeline.steps.match import Matching, match_people
from tests.unit.leads.people import people

COUPLES = [
    ("Sasha", "Petrov", "Petrova"), ("Alex", "Novák", "Nováková"), ("Alex", "Papadopoulos", "Papadopoulou"), ("Vali", "Dimitrov", "Dimitrova"),
    ("Zhenya", "Orlov", "Orlova"), ("Alex", "Kowalski", "Kowalska"), ("Sasha", "Dostoevsky", "Dostoevskaya"), ("Robin", "Horák", "Horáková"),
    ("Sasha", "Kazlauskas", "Kazlauskienė"), ("Alex", "Bērziņš", "Bērziņa"), ("Sasha", "Pushkin", "Pushkina"), ("Alex", "Novotný", "Novotná"),
    ("Alex", "Hájek", "Hájková"), ("Alex", "Svoboda", "Svobodová"), ("Саша", "Петров", "Петрова"), ("Саша", "Чайковский", "Чайковская"),
    ("Alex", "Konstantinidis", "Konstantinidou"), ("Alex", "Papadakis", "Papadaki"), ("Kim", "Jónsson", "Jónsdóttir"), ("Elvin", "Mammadov", "Mammadova"),
    ("Nikita", "Tolstoy", "Tolstaya"), ("Alex", "Nowak", "Nowakowa"),
]  # fmt: skip


# Of each of the two.
KEYS = {
    "telephone": ("phone", "phone"), "home": ("home", "home"), "both": ("home phone", "home phone"), "own contacts": ("home one", "home other"),
    "own mobiles": ("home phone mobile", "home phone other_mobile"),
}  # fmt: skip
OF_ONE = [
    ("Anna", "Petrov", "Petrova"), ("Viktoria", "Horák", "Horáková"), ("Ivan", "Petrov", "Petrova"), ("Alex", "Hanson", "Hansen"),
    ("Sasha", "Petrov", "Petrof"),
]  # fmt: skip


def contacts(number: int, keys: str) -> dict[str, Any]:
    """Return the contacts that `keys` names, those of one couple."""
    all_of_them = {
        "phone": {"phone": f"+1207555{1000 + 97 * number}"}, "mobile": {"mobile_phone": f"+1212556{1000 + 83 * number}"},
        "other_mobile": {"mobile_phone": f"+1303557{1000 + 71 * number}"},
        "home": {"street": f"{11 + 7 * number} Maple{chr(97 + number)} Street", "city": "Portland", "state": "ME", "postal_code": "04101"},
        "one": {"phone": f"+1207558{1000 + 53 * number}", "email": f"mark.{chr(97 + number)}x@example.org"},
        "other": {"phone": f"+1303554{1000 + 37 * number}", "email": f"gardener{number}@example.com"},
        "mailbox": {"email": f"sp.garden{number}@example.org"}, "born": {"birth_date": f"1971-03-{number + 1:02}"},
    }  # fmt: skip
    return {name: value for key in keys.split() for name, value in all_of_them[key].items()}


def results(couples: list[tuple[str, str, str]], keys: tuple[str, str], order: int = 1) -> list[tuple[int, int]]:
    """Return of each couple how many people they are, and how many pairs of them are reviewed."""
    rows = [
        {"first_name": first, "last_name": last} | contacts(number, some)
        for number, (first, *names) in enumerate(couples)
        for last, some in list(zip(names, keys, strict=True))[::order]
    ]
    matched = match_people(people(*rows).rename({"line": "row"}), Matching())
    persons, pairs = matched.clusters.sort("row")["person"].to_list(), matched.review_pairs.select("left", "right").rows()
    return [(len(set(persons[place : place + 2])), pairs.count((place + 2, place + 3))) for place in range(0, len(rows), 2)]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
def test_the_two_forms_of_a_family_name_are_a_couples(keys, order):
    assert [couple for couple, result in zip(COUPLES, results(COUPLES, keys, order), strict=True) if result != (2, 1)] == []


@pytest.mark.parametrize("proof", ["mailbox", "born"])
def test_a_mailbox_or_a_birth_date_shows_one_person_in_two_forms(proof):
    keys = (f"home phone {proof}",) * 2
    assert [couple for couple, result in zip(COUPLES, results(COUPLES, keys), strict=True) if result != (1, 0)] == []


def test_a_first_name_of_one_sex_is_one_persons_in_two_forms():
    assert [couple for couple, result in zip(OF_ONE, results(OF_ONE, ("home phone",) * 2), strict=True) if result != (1, 0)] == []
