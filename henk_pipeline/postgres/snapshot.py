"""One consistent picture of PostgreSQL as CSV files, for the analytics to be built from. What is built is not known here."""

from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

# Table → column → type, by names that PostgreSQL and DuckDB share. Only what a table in schemas/duckdb/ asks for is read.
SNAPSHOT: Mapping[str, Mapping[str, str]] = {
    "businesses": {"id": "uuid", "slug": "text", "name": "text"},
    "campaigns": {"id": "uuid", "business_id": "uuid", "name": "text", "status": "text"},
    "leads": {"id": "uuid", "business_id": "uuid", "quality_rating": "text", "lead_score": "integer"},
    "lead_lists": {"id": "uuid", "business_id": "uuid", "name": "text", "lead_count": "integer", "is_archived": "boolean"},
    "campaign_lead_lists": {
        "campaign_id": "uuid",
        "lead_list_id": "uuid",
        "priority": "integer",
        "total_leads": "integer",
        "contacted_leads": "integer",
        "successful_leads": "integer",
    },
}


def write_snapshot(connection: psycopg.Connection, folder: Path) -> str:
    """Write every table of SNAPSHOT to `folder` as `<table>.csv` (RFC 4180, header row, null as nothing, empty text as "").

    All of them show the same moment: one repeatable-read transaction reads them. Gives: PostgreSQL's name of that snapshot.
    Takes a connection that is in no transaction. Raises: psycopg.Error, OSError.
    """
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with connection.transaction(), connection.cursor() as cursor:
        for table, columns in SNAPSHOT.items():
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            statement = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT csv, HEADER)").format(names, sql.Identifier(table))
            with (folder / f"{table}.csv").open("wb") as file, cursor.copy(statement) as copy:
                for block in copy:
                    file.write(block)
        row = cursor.execute("SELECT pg_current_snapshot()::text").fetchone()
    return str(row[0]) if row else ""
