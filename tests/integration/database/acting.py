"""Who acts on the database, as PostgREST lets them, and what they act on."""

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from psycopg.types.json import Jsonb


class Business(NamedTuple):
    """A business and its owner, by their ids."""

    id: str
    owner: str


@contextmanager
def acting_as(
    connection: psycopg.Connection, user: str | None, role: str = "authenticated", *, take_back: bool = False
) -> Iterator[psycopg.Connection]:
    """A transaction as PostgREST runs one: the role, then the claims of the token. `user` None: a token that names nobody.

    `take_back`: nothing of it stays.
    """
    claims = {"role": role} | ({"sub": user} if user else {})
    with connection.transaction(force_rollback=take_back), acting_with(connection, json.dumps(claims), role):
        yield connection


@contextmanager
def acting_with(connection: psycopg.Connection, claims: str, role: str = "authenticated") -> Iterator[psycopg.Connection]:
    """A transaction of this role with these claims, whatever they are."""
    with connection.transaction():
        connection.execute(f"SET LOCAL ROLE {role}")
        connection.execute("SELECT set_config('request.jwt.claims', %s, true)", [claims])
        yield connection


def value(connection: psycopg.Connection, statement: str, values: Any = None) -> Any:
    """The one value of the one row."""
    rows = connection.execute(statement, values).fetchall()
    assert len(rows) == 1, rows
    return rows[0][0]


def column(connection: psycopg.Connection, statement: str, values: Any = None) -> list[Any]:
    return [row[0] for row in connection.execute(statement, values).fetchall()]


def add_user(connection: psycopg.Connection, business: str | None, role: str = "member", status: str = "active") -> str:
    user = str(uuid.uuid4())
    connection.execute("INSERT INTO auth.users (id, email) VALUES (%s, %s)", [user, f"{user}@example.org"])
    if business:
        connection.execute(
            "INSERT INTO team_members (business_id, user_id, role, status) VALUES (%s, %s, %s, %s)", [business, user, role, status]
        )
    return user


def add_business(connection: psycopg.Connection, slug: str) -> Business:
    business = str(value(connection, "INSERT INTO businesses (name, slug) VALUES (%s, %s) RETURNING id", [slug.title(), slug]))
    return Business(business, add_user(connection, business, "owner"))


def add_campaign(connection: psycopg.Connection, business: Business, name: str = "Year End", **columns: Any) -> str:
    told = {"business_id": business.id, "name": name, "status": "draft", **columns}
    return str(_insert(connection, "campaigns", told))


def add_list(connection: psycopg.Connection, business: Business, name: str = "People", leads: Sequence[str] = (), **columns: Any) -> str:
    told = {"business_id": business.id, "name": name, **columns}
    identifier = str(_insert(connection, "lead_lists", told))
    for lead in leads:
        connection.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [identifier, lead])
    return identifier


def add_lead(connection: psycopg.Connection, business: Business, **columns: Any) -> str:
    told = {"business_id": business.id, **columns}
    if not {"email", "phone", "mobile_phone"} & columns.keys():
        told["email"] = f"{uuid.uuid4().hex}@example.org"
    return str(_insert(connection, "leads", told))


def assign(connection: psycopg.Connection, campaign: str, lead_list: str, priority: int = 1) -> str:
    return str(value(connection, "SELECT add_lead_list_to_campaign(%s, %s, %s)", [campaign, lead_list, priority]))


def create_list(connection: psycopg.Connection, business: Business, leads: Any, name: str = "Import") -> str:
    return str(value(connection, "SELECT create_lead_list_from_csv(%s, %s, %s)", [business.id, name, Jsonb(leads)]))


def furnish(connection: psycopg.Connection, slug: str) -> dict[str, str]:
    """A business with a row in every table; its ids by name."""
    business = add_business(connection, slug)
    lead, second, third = (add_lead(connection, business, email=f"{n}@example.org") for n in range(3))
    ids = {
        "business": business.id, "owner": business.owner, "lead": lead, "second_lead": second, "third_lead": third,
        "list": add_list(connection, business, leads=[lead]), "campaign": add_campaign(connection, business),
        "dynamic_list": add_list(connection, business, "Dynamic", list_type="dynamic", filter_criteria={"field": "email", "op": "is_null"}),
        "new_user": add_user(connection, None), "colleague": add_user(connection, business.id),
    }  # fmt: skip
    assign(connection, ids["campaign"], ids["list"])
    connection.execute("INSERT INTO lead_list_exclusions (lead_list_id, lead_id) VALUES (%(dynamic_list)s, %(second_lead)s)", ids)
    connection.execute("INSERT INTO suppressions (business_id, channel, value) VALUES (%(business)s, 'email', 'x@example.org')", ids)
    ids["import"] = str(
        value(
            connection,
            "INSERT INTO lead_imports (business_id, upload, file_name, file_size, content_hash, list_name, rules, status) "
            "VALUES (%(business)s, 'old', 'f', 1, repeat('0', 64), 'l', '', 'rejected') RETURNING id",
            ids,
        )
    )
    connection.execute(
        "INSERT INTO lead_import_rows (import_id, business_id, line_number, lead_id, action) VALUES (%(import)s, %(business)s, 2, %(lead)s, 'updated')",
        ids,
    )
    connection.execute(
        "INSERT INTO lead_import_rejections (import_id, business_id, line_number, rule, message, row) VALUES (%(import)s, %(business)s, 3, 'r', 'm', '{}')",
        ids,
    )
    connection.execute(
        "INSERT INTO lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability) VALUES "
        "(%(business)s, least(%(lead)s::uuid, %(second_lead)s), greatest(%(lead)s::uuid, %(second_lead)s), 0.9)", ids,
    )  # fmt: skip
    merged = add_lead(connection, business, email="merged@example.org")
    ids["merge"] = str(value(connection, "SELECT henk.merge_into(%s, %s, NULL, NULL)", [third, merged]))
    return ids


def _insert(connection: psycopg.Connection, table: str, columns: dict[str, Any]) -> Any:
    names = ", ".join(columns)
    values = [Jsonb(v) if isinstance(v, dict | list) else v for v in columns.values()]
    return value(connection, f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))}) RETURNING id", values)
