"""Counts that change, kept by night as Parquet, and views over them in the DuckDB file.

They have no personal column, so that an erasure has nothing to remove from them.
"""

import secrets
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from henk_pipeline.analytics.build import comment
from henk_pipeline.analytics.literals import quoted

# The counts that are kept of each night, from the tables of the file.
HISTORIES: Mapping[str, str] = {
    "lead_quality": "SELECT business_id, business, quality_rating, count AS leads, avg_score FROM lead_quality_distribution",
    "campaign_progress": (
        "SELECT business_id, business, campaign_id, campaign_name, status, leads, waiting, attempted, contacted, converted, failed, opted_out, "
        "currency, pledged_amount, donated_amount FROM campaign_funnel"
    ),
    "list_size": "SELECT business_id, lead_list_id, list_name, is_archived, lead_count AS leads FROM dim_lead_list",
}
_MEANS = {
    "lead_quality": "How many leads of each business were hot, warm, cold or unrated on each night, and their mean score.",
    "campaign_progress": "How far each campaign had come on each night.",
    "list_size": "How many leads each list had on each night.",
}
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "lead_quality": {
        "night": "the day, in HENK_TIMEZONE, at whose last build the counts were kept",
        "business_id": "the business, as in dim_business",
        "business": "its slug, by which files and commands name it",
        "quality_rating": "hot, warm, cold or unrated",
        "leads": "leads",
        "avg_score": "their mean score, 0 to 100",
    },
    "campaign_progress": {
        "night": "the day, in HENK_TIMEZONE, at whose last build the counts were kept",
        "business_id": "the business, as in dim_business",
        "business": "its slug, by which files and commands name it",
        "campaign_id": "the campaign",
        "campaign_name": "its name on that night",
        "status": "its status on that night",
        "leads": "leads in it",
        "waiting": "new or queued: calls to come",
        "attempted": "called at least once, or reached",
        "contacted": "reached: status contacted or converted",
        "converted": "converted",
        "failed": "given up",
        "opted_out": "opted out after they came in (status dnc)",
        "currency": "ISO 4217 code of the amounts; null for nights before it was kept, of 27 November 2026 and earlier",
        "pledged_amount": "pledged in all",
        "donated_amount": "donated in all",
    },
    "list_size": {
        "night": "the day, in HENK_TIMEZONE, at whose last build the counts were kept",
        "business_id": "the business, as in dim_business",
        "lead_list_id": "the list",
        "list_name": "its name on that night",
        "is_archived": "whether it was put away",
        "leads": "leads on it",
    },
}
NIGHTS = "history_nights"
_NIGHTS_MEAN = "Every night since the first that was kept, and whether nothing was kept of it."
_NIGHTS_COLUMNS = {"night": "the day, in HENK_TIMEZONE", "missing": "whether nothing was kept of it: no build on that day"}


def keep_night(file: Path, folder: Path, night: date) -> None:
    """Keep the counts of a built file as those of a night, replacing earlier counts of that night.

    Args:
        file: The built file.
        folder: Gets `<history>/night=<date>/counts.parquet`.
        night: The night.

    Raises:
        duckdb.Error: The counts cannot be read or written.
        OSError: A folder or file cannot be written.
    """
    with duckdb.connect(str(file), read_only=True) as connection:
        for name, query in HISTORIES.items():
            place = folder / name / f"night={night.isoformat()}" / "counts.parquet"
            place.parent.mkdir(parents=True, exist_ok=True)
            temporary = folder / f".{name}-{secrets.token_hex(4)}.parquet"
            try:
                connection.execute(f"COPY ({query}) TO {quoted(str(temporary))} (FORMAT parquet)")
                temporary.replace(place)
            finally:
                temporary.unlink(missing_ok=True)


def add_views(file: Path, folder: Path) -> None:
    """Add the views `history_<name>` over the kept counts, with the column `night`, and `history_nights`.

    `history_nights` has for each night whether it is missing.
    """
    with duckdb.connect(str(file)) as connection:
        for name in HISTORIES:
            connection.execute(f"CREATE OR REPLACE VIEW history_{name} AS SELECT night, * EXCLUDE (night) FROM {_kept(folder, name)}")
            comment(connection, f"history_{name}", _MEANS[name], _COLUMNS[name], kind="VIEW")
        connection.execute(f"CREATE OR REPLACE VIEW {NIGHTS} AS {_nights(_kept_nights(folder))}")
        comment(connection, NIGHTS, _NIGHTS_MEAN, _NIGHTS_COLUMNS, kind="VIEW")


def add_tables(connection: duckdb.DuckDBPyConnection, schema: str, folder: Path, business_id: str | None) -> None:
    """Add the histories as tables, for a file that is passed on.

    A view would show all businesses, or nothing where the folder is missing. With a business the nights begin
    with the first one that has counts of it. Without kept counts the tables are empty.
    """
    chosen = f"WHERE business_id = {quoted(business_id)}::UUID" if business_id else ""
    for name, query in HISTORIES.items():
        if _is_kept(folder, name):
            rows = f"SELECT night, * EXCLUDE (night) FROM {_kept(folder, name)} {chosen}"
        else:
            rows = f"SELECT CAST(NULL AS DATE) AS night, * FROM ({query.replace(' FROM ', f' FROM {schema}.')}) WHERE false"
        connection.execute(f"CREATE TABLE {schema}.history_{name} AS {rows}")
        comment(connection, f"{schema}.history_{name}", _MEANS[name], _COLUMNS[name])
    kept = (
        _kept_nights(folder)
        if _is_kept(folder, "lead_quality") and _is_kept(folder, "list_size")
        else "SELECT CAST(NULL AS DATE) AS night WHERE false"
    )
    if business_id:
        own = " UNION ".join(f"SELECT night FROM {schema}.history_{name}" for name in HISTORIES)
        kept = f"SELECT night FROM ({kept}) WHERE night >= (SELECT min(night) FROM ({own}))"
    connection.execute(f"CREATE TABLE {schema}.{NIGHTS} AS {_nights(kept)}")
    comment(connection, f"{schema}.{NIGHTS}", _NIGHTS_MEAN, _NIGHTS_COLUMNS)


def _nights(kept: str) -> str:
    """Return the query of all nights between the first and the last, from the query of those that were kept."""
    return (
        f"WITH kept AS ({kept}) SELECT CAST(d.night AS DATE) AS night, k.night IS NULL AS missing "
        "FROM (SELECT unnest(generate_series(min(night)::TIMESTAMP, max(night)::TIMESTAMP, INTERVAL 1 DAY)) AS night FROM kept) AS d "
        "LEFT JOIN kept AS k ON k.night = CAST(d.night AS DATE) ORDER BY 1"
    )


def _kept_nights(folder: Path) -> str:
    return f"SELECT DISTINCT night FROM {_kept(folder, 'lead_quality')} UNION SELECT DISTINCT night FROM {_kept(folder, 'list_size')}"


def _is_kept(folder: Path, name: str) -> bool:
    return any((folder / name).glob("*/*.parquet"))


def _kept(folder: Path, name: str) -> str:
    files = quoted(str(folder / name / "*" / "*.parquet"))
    return f"read_parquet({files}, hive_partitioning = true, hive_types = {{'night': DATE}}, union_by_name = true)"
