"""Lists without telephones and homes whose rows are damaged copies: birth dates contradict nobody where the list shows that they are damaged."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations

import polars as pl
import pytest

from henk_pipeline.steps.match import Matched, Matching, match_people
from tests.unit.leads.people import people

FIRST = ("Aaron", "Amelia", "Arthur", "Charlotte", "Daniel", "Eleanor", "Frederick", "Grace", "Harriet", "Isabelle", "Jasper", "Lucy", "Matilda", "Noah",
         "Oscar", "Phoebe", "Rosie", "Samuel", "Theodore", "Victoria")  # fmt: skip
LAST = ("Abbott", "Barker", "Carpenter", "Dawson", "Fletcher", "Goddard", "Holland", "Jenkins", "Kirby", "Lambert", "Marsden", "Norton", "Osborne", "Pearson",
        "Rowlands", "Saunders", "Thornton", "Whitaker")  # fmt: skip
TOWNS = ("Leeds", "Bolton", "Luton", "Ipswich", "Plymouth", "London", "Swansea")
Row = dict[str, str]


def born(chance: random.Random) -> date:
    return date(1950, 1, 1) + timedelta(days=chance.randrange(20_000))


def as_rows(first: str, last: str, birth: date, town: str, email: str) -> Row:
    return {"first_name": first, "last_name": last, "birth_date": birth.isoformat(), "city": town, "email": email}


def damaged(row: Row, chance: random.Random) -> Row:
    """A copy with one or two mistakes; half of the copies have another birth date within some months."""
    copy = dict(row)
    if chance.random() < 0.5:
        copy["birth_date"] = (date.fromisoformat(row["birth_date"]) + timedelta(days=chance.randrange(15, 120))).isoformat()
    match chance.randrange(6):
        case 0:
            copy["first_name"], copy["last_name"] = row["last_name"], row["first_name"]
        case 1:
            at = chance.randrange(1, len(row["last_name"]) - 1)
            copy["last_name"] = row["last_name"][:at] + row["last_name"][at + 1 :]
        case 2:
            copy["email"] = ""
        case 3:
            copy["city"] = ""
        case _:
            pass
    return copy


def list_of_copies(seed: int, persons: int = 150) -> tuple[list[Row], list[int]]:
    chance = random.Random(seed)
    rows, labels = [], []
    for number in range(persons):
        first, last = chance.choice(FIRST), chance.choice(LAST)
        person = as_rows(
            first, last, born(chance), chance.choice(TOWNS), f"{chance.choice(LAST).lower()}{number}@{chance.choice(LAST).lower()}.example"
        )
        rows += [person, *(damaged(person, chance) for _ in range(3))]
        labels += [number] * 4
    return rows, labels


def matched(rows: Sequence[Row]) -> Matched:
    filled = ({name: text or None for name, text in row.items()} for row in rows)
    return match_people(people(*filled).rename({"line": "row"}), Matching())


def judged(found: Matched, labels: Sequence[int]) -> tuple[float, float]:
    """Precision and recall over pairs of rows."""
    person = dict(found.clusters.iter_rows())
    lines = sorted(person)
    pairs = [(person[lines[a]] == person[lines[b]], labels[a] == labels[b]) for a, b in combinations(range(len(labels)), 2)]
    right = sum(together and same for together, same in pairs)
    return right / max(sum(together for together, _ in pairs), 1), right / sum(same for _, same in pairs)


@pytest.mark.parametrize("seed", range(3))
def test_copies_with_other_birth_dates_are_one_person(seed):
    rows, labels = list_of_copies(seed)
    precision, recall = judged(matched(rows), labels)
    assert precision == 1
    assert recall > 0.85


@pytest.mark.parametrize("known", [{"phone": "+12125550100"}, {"street": "12 High Street", "postal_code": "LS1 1AA"}])
def test_one_telephone_or_home_in_the_list_is_enough_for_birth_dates_to_contradict(known):
    rows, labels = list_of_copies(1)
    rows[0] |= known
    precision, recall = judged(matched(rows), labels)
    assert precision == 1
    assert recall < 0.75  # the rest is reviewed


def test_twins_in_such_a_list_are_two_people():
    rows, labels = list_of_copies(1)
    for number, family in enumerate(
        ("Hartley", "Bishop", "Connolly", "Fenwick", "Ingram", "Mercer", "Quinlan", "Stafford", "Vickers", "Yates")
    ):
        email, birth = f"parents@{family.lower()}.example", date(2001, 3, 4) + timedelta(days=40 * number)
        rows += [as_rows(first, family, birth, "Luton", email) for first in ("Phoebe", "Arthur", "Phoebe", "Arthur")]
        labels += [500 + number, 600 + number] * 2
    precision, recall = judged(matched(rows), labels)
    assert precision == 1
    assert recall > 0.85


def test_fathers_and_sons_of_one_name_and_mailbox_are_two_people():
    chance = random.Random(5)
    rows: list[Row] = []
    for number in range(150):
        first, other, last = *chance.sample(FIRST, 2), chance.choice(LAST)
        town, email, birth = chance.choice(TOWNS), f"family{number}@{last.lower()}.example", born(chance)
        rows += [as_rows(first, last, birth, town, email)] * 2 + [as_rows(other, last, born(chance), town, email)]
        if number % 5 == 0:
            rows.append(as_rows(first, last, birth.replace(year=birth.year + 27), town, email))
    person = dict(matched(rows).clusters.iter_rows())
    births = pl.DataFrame({"row": sorted(person), "birth": [row["birth_date"] for row in rows]})
    births = births.with_columns(pl.col("row").replace_strict(person).alias("person"))
    assert births.group_by("person").agg(pl.col("birth").n_unique())["birth"].max() == 1
