"""Namesakes of a town stay leads of their own, in one file or several, and two known leads never become one on a probability."""

import itertools
from pathlib import Path

import psycopg
import pytest

from henk_pipeline.postgres import merge_candidates
from tests.integration.uploading import add_business, upload
from tests.unit.linkage.namesakes import town_of_namesakes

COLUMNS = {"first_name": "First Name", "last_name": "Last Name", "email": "Email", "phone": "Phone", "street": "Street", "city": "City", "state": "State", "postal_code": "ZIP"}  # fmt: skip
HEADER = ",".join(COLUMNS.values()) + "\n"
TOWN = [",".join(row[name] or "" for name in COLUMNS) + "\n" for row in town_of_namesakes(425, 11, 0.1)]
HOME = "12 Oak St,Albany,NY,12203"
MARY = f"Mary,Johnson,mary.j@gmail.com,518-262-0001,{HOME}\n"
MARY_OF_YAHOO = f"Mary,Johnson,mjohnson77@yahoo.com,518-741-9942,{HOME}\n"
# It may be either, and says nothing else.
MARY_OF_NEITHER = f"Mary,Johnson,,518-555-0166,{HOME}\n"


def count_leads(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT count(*) FROM leads").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.long
@pytest.mark.parametrize(
    "files", [[TOWN], [TOWN[:300], TOWN[300:]], [TOWN[300:], TOWN[:300]], [TOWN[::-1]]], ids=["one", "two", "other order", "rows"]
)
def test_of_a_town_of_namesakes_each_is_a_lead(connection: psycopg.Connection, tmp_path: Path, files: list[list[str]]) -> None:
    add_business(connection)
    for lines in files:
        assert upload(connection, tmp_path, HEADER + "".join(lines)).rows_rejected == 0
    assert count_leads(connection) == 425
    # Nor does anybody come again as another.
    upload(connection, tmp_path, HEADER + "".join(TOWN[::-1]))
    assert count_leads(connection) == 425


@pytest.mark.parametrize("order", list(itertools.permutations((MARY, MARY_OF_YAHOO))))
def test_a_row_that_two_leads_may_be_is_reviewed_and_joins_neither(
    connection: psycopg.Connection, tmp_path: Path, order: tuple[str, ...]
) -> None:
    business = add_business(connection)
    for line in order:
        upload(connection, tmp_path, HEADER + line)
    connection.execute("UPDATE leads SET do_not_call = true WHERE email = 'mary.j@gmail.com'")
    connection.commit()
    upload(connection, tmp_path, HEADER + MARY_OF_NEITHER)
    found = connection.execute("SELECT email, phone, do_not_call FROM leads ORDER BY phone").fetchall()
    assert found == [
        ("mary.j@gmail.com", "+15182620001", True), (None, "+15185550166", False), ("mjohnson77@yahoo.com", "+15187419942", False),
    ]  # fmt: skip
    asked = merge_candidates.list_candidates(connection, business, 10)
    assert sum(None in {pair.lead["email"], pair.other["email"]} for pair in asked) == 2
    # Decided, the row's lead is the one; another file with it finds it.
    connection.rollback()
    pair = next(pair for pair in asked if {pair.lead["email"], pair.other["email"]} == {None, "mjohnson77@yahoo.com"})
    merge_candidates.decide(connection, pair, "same")
    upload(connection, tmp_path, HEADER + MARY_OF_NEITHER + "Zed,Quux,zed@example.org,,,,,\n")
    assert count_leads(connection) == 3


@pytest.mark.parametrize("order", list(itertools.permutations((MARY, MARY_OF_YAHOO, MARY_OF_NEITHER)))[::2])
def test_in_one_file_the_same_three_are_three_leads(connection: psycopg.Connection, tmp_path: Path, order: tuple[str, ...]) -> None:
    add_business(connection)
    upload(connection, tmp_path, HEADER + "".join(order))
    assert count_leads(connection) == 3


def test_one_key_of_each_of_two_leads_makes_them_one(connection: psycopg.Connection, tmp_path: Path) -> None:
    """A deterministic match is a proof (decision 12), whatever else of the two differs."""
    add_business(connection)
    upload(connection, tmp_path, HEADER + MARY)
    upload(connection, tmp_path, HEADER + MARY_OF_YAHOO)
    upload(connection, tmp_path, HEADER + f"Mary,Johnson,mary.j@gmail.com,518-741-9942,{HOME}\n")
    assert count_leads(connection) == 1
