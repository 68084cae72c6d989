"""What the database promises holds on every server it is meant for: the embedded PostgreSQL 18, and Debian's PostgreSQL 15."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.conftest import new_database, shared_server
from tests.integration.database.acting import Business, add_business, add_user, furnish

POSTGRES_15 = Path("/usr/lib/postgresql/15/bin")


# So many parameter sets of a test run on PostgreSQL 15, too: what differs is which functions and statements it takes, not the rows.
OLDER_SETS = 8


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, of a test of many parameter sets, all but a few on PostgreSQL 15."""
    sets: dict[str, list[pytest.Item]] = {}
    for item in items:
        if "PostgreSQL 15" in item.nodeid:
            sets.setdefault(item.nodeid.partition("[")[0], []).append(item)
    left_out = {item for some in sets.values() for item in set(some) - set(some[:: -(-len(some) // OLDER_SETS)])}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session", params=["PostgreSQL 18", pytest.param("PostgreSQL 15", marks=pytest.mark.long)])
def server(request: pytest.FixtureRequest) -> Iterator[Path]:
    if request.param == "PostgreSQL 18":
        with shared_server("embedded") as data:
            yield data
        return
    if not (POSTGRES_15 / "postgres").exists():
        if "CI" in os.environ:
            pytest.fail("CI must have PostgreSQL 15: apt-get install postgresql-15")
        pytest.skip("no PostgreSQL 15 on this machine; CI runs these tests on it, too (apt-get install postgresql-15)")
    with shared_server("fifteen", POSTGRES_15) as data:
        yield data


@pytest.fixture
def acme(connection: psycopg.Connection) -> Business:
    """A business with an owner."""
    return add_business(connection, "acme")


@pytest.fixture
def other(connection: psycopg.Connection) -> Business:
    """A business that has nothing to do with acme."""
    return add_business(connection, "other")


@pytest.fixture
def member(connection: psycopg.Connection, acme: Business) -> str:
    """An active member of acme; the user's id."""
    return add_user(connection, acme.id, "member", "active")


@pytest.fixture(scope="module")
def world(server):
    """A connection, acme's ids, the other business's, and who acts: role and user."""
    with new_database(server) as url, psycopg.connect(url, autocommit=True) as connection:
        acme, other = furnish(connection, "acme"), furnish(connection, "other")
        members = {(role, status): add_user(connection, acme["business"], role, status) for role, status in (
            ("owner", "invited"), ("owner", "suspended"), ("viewer", "active"), ("member", "active"), ("admin", "active"))}  # fmt: skip
        two = add_user(connection, acme["business"], "member")
        connection.execute("INSERT INTO team_members (business_id, user_id, role) VALUES (%s, %s, 'viewer')", [other["business"], two])
        who = {
            "anon": ("anon", None),
            "stranger": ("authenticated", add_user(connection, None)),
            "invited": ("authenticated", members["owner", "invited"]),
            "suspended": ("authenticated", members["owner", "suspended"]),
            "viewer": ("authenticated", members["viewer", "active"]),
            "member": ("authenticated", members["member", "active"]),
            "admin": ("authenticated", members["admin", "active"]),
            "owner": ("authenticated", acme["owner"]),
            "of two": ("authenticated", two),
            "service": ("service_role", None),
        }
        yield connection, acme, other, who
