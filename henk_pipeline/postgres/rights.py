"""The rights of a connection's role, compared with those the pipeline needs (deploy/loader_role.sql), and its session settings."""

from typing import Any, NamedTuple

import psycopg

_READ, _FILL, _ALL = ("SELECT",), ("SELECT", "INSERT", "UPDATE"), ("SELECT", "INSERT", "UPDATE", "DELETE")
# As deploy/loader_role.sql grants it; tests/integration/test_doctor.py holds the two together.
NEEDED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("businesses", "campaigns", "schema_migrations"), _READ),
    **dict.fromkeys(("lead_lists", "campaign_lead_lists", "suppressions", "lead_merges", "henk.load_turns"), _FILL),
    **dict.fromkeys(
        ("leads", "lead_list_members", "campaign_leads", "lead_duplicate_candidates", "lead_imports", "lead_import_rows"), _ALL
    ),
    **dict.fromkeys(
        ("lead_import_rejections", "henk.landed_files", "henk.upload_attempts", "henk.planned_runs", "henk.refused_uploads"), _ALL
    ),
    **dict.fromkeys(("henk.no_calls", "henk.erasures", "henk.assigned_by_hand"), ("SELECT", "INSERT")),
    "henk.sent_rows": ("SELECT", "UPDATE", "DELETE"),
    **dict.fromkeys(("lead_list_exclusions", "lead_list_events", "list_refreshes", "henk.list_changes"), _ALL),
}
OWNERS_FUNCTIONS = ("undo_lead_import", "unmerge_leads", "erase_lead")


class SessionFacts(NamedTuple):
    """The default settings of the role's sessions: `read_only` also where the server is a standby; timeouts as PostgreSQL shows them."""

    role: str
    read_only: bool
    search_path: str
    timeouts: dict[str, str]


def missing_rights(connection: psycopg.Connection) -> list[str]:
    """Return what the role lacks, e.g. `DELETE on leads`, `EXECUTE on henk.f(uuid)`. A table that does not exist lacks everything."""
    asked = [(table, right) for table, rights in NEEDED.items() for right in rights]
    tables = connection.execute(
        """SELECT right_name || ' on ' || table_name FROM unnest(%s::text[], %s::text[]) AS n (table_name, right_name)
        WHERE NOT coalesce(has_table_privilege(to_regclass(CASE WHEN table_name LIKE '%%.%%' THEN table_name ELSE 'public.' || table_name END),
            right_name), false)""",
        [[table for table, _ in asked], [right for _, right in asked]],
    )
    schemas = connection.execute(
        """SELECT 'USAGE on schema ' || nspname FROM pg_namespace
        WHERE nspname IN ('public', 'henk', 'auth') AND NOT has_schema_privilege(oid, 'USAGE')"""
    )
    functions = connection.execute(
        """SELECT 'EXECUTE on ' || p.pronamespace::regnamespace || '.' || p.proname FROM pg_proc p
        WHERE (p.pronamespace = to_regnamespace('henk') OR p.proname = 'add_lead_list_to_campaign' AND p.pronamespace = to_regnamespace('public'))
            AND NOT has_function_privilege(p.oid, 'EXECUTE') ORDER BY 1"""
    )
    return [text for cursor in (schemas, tables, functions) for (text,) in cursor.fetchall()]


def owners_rights(connection: psycopg.Connection) -> list[str]:
    """Return which of the functions that only the owner of the tables needs the role may not execute."""
    rows = connection.execute(
        """SELECT DISTINCT p.proname FROM pg_proc p WHERE p.pronamespace = to_regnamespace('public') AND p.proname = ANY (%s)
            AND NOT has_function_privilege(p.oid, 'EXECUTE') ORDER BY 1""",
        [list(OWNERS_FUNCTIONS)],
    )
    return [name for (name,) in rows.fetchall()]


def session_facts(connection: psycopg.Connection) -> SessionFacts:
    """Return how the server, the database and the role set sessions by default, whatever this session has set since."""
    row: Any = connection.execute(
        """SELECT session_user, pg_is_in_recovery() OR (SELECT reset_val FROM pg_settings WHERE name = 'default_transaction_read_only') = 'on',
            (SELECT reset_val FROM pg_settings WHERE name = 'search_path')"""
    ).fetchone()
    timeouts = connection.execute(
        "SELECT name, reset_val || coalesce(unit, '') FROM pg_settings WHERE name LIKE '%_timeout' AND reset_val <> '0' AND name IN "
        "('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout', 'transaction_timeout') ORDER BY 1"
    )
    return SessionFacts(row[0], row[1], row[2], dict(timeouts.fetchall()))
