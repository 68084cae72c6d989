"""Counts that change, kept by night as Parquet, and views over them in the DuckDB file. No personal column is in them: nobody is to be forgotten."""

import secrets
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from henk_pipeline.analytics.build import comment
from henk_pipeline.analytics.literals import quoted

# What is kept of each night, from the tables of the file.
HISTORIES: Mapping[str, str] = {
    "lead_quality": "SELECT business_id, business, quality_rating, count AS leads, avg_score FROM lead_quality_distribution",
    "campaign_progress": (
        "SELECT business_id, business, campaign_id, campaign_name, status, leads, waiting, attempted, contacted, converted, failed, opted_out, "
        "pledged_amount, donated_amount FROM campaign_funnel"
    ),
    "list_size": "SELECT business_id, lead_list_id, list_name, is_archived, lead_count AS leads FROM dim_lead_list",
}
_MEANS = {
    "lead_quality": "How many leads of each business were hot, warm, cold or unrated on each night, and their mean score.",
    "campaign_progress": "How far each campaign had come on each night.",
    "list_size": "How many leads each list had on each night.",
}
NIGHTS = "history_nights"


def keep_night(file: Path, folder: Path, night: date) -> None:
    """Keep the counts of a built file as those of a night, in the place of what was kept of that night before.

    `folder` gets `<history>/night=<date>/counts.parquet`. Raises: duckdb.Error, OSError.
    """
    with duckdb.connect(str(file), read_only=True) as connection:
        for name, query in HISTORIES.items():
            place = folder / name / f"night={night.isoformat()}" / "counts.parquet"
            place.parent.mkdir(parents=True, exist_ok=True)
            beside = folder / f".{name}-{secrets.token_hex(4)}.parquet"
            try:
                connection.execute(f"COPY ({query}) TO {quoted(str(beside))} (FORMAT parquet)")
                beside.replace(place)
            finally:
                beside.unlink(missing_ok=True)


def add_views(file: Path, folder: Path) -> None:
    """Views `history_<name>` over what is kept, with the column `night`, and `history_nights`, which tells of each night whether it is missing."""
    with duckdb.connect(str(file)) as connection:
        for name in HISTORIES:
            connection.execute(f"CREATE OR REPLACE VIEW history_{name} AS SELECT night, * EXCLUDE (night) FROM {_kept(folder, name)}")
            connection.execute(f"COMMENT ON VIEW history_{name} IS {quoted(_MEANS[name])}")
        connection.execute(
            _nights_view(
                f"SELECT DISTINCT night FROM {_kept(folder, 'lead_quality')} UNION SELECT DISTINCT night FROM {_kept(folder, 'list_size')}"
            )
        )
        connection.execute(f"COMMENT ON VIEW {NIGHTS} IS 'Every night since the first that was kept, and whether nothing was kept of it.'")


def add_tables(connection: duckdb.DuckDBPyConnection, schema: str, folder: Path, business_id: str | None) -> None:
    """The histories as tables, for a file that goes to somebody: a view would show them all, or nothing where the folder is not."""
    for name in HISTORIES:
        if (folder / name).exists():
            chosen = f"WHERE business_id = {quoted(business_id)}::UUID" if business_id else ""
            connection.execute(
                f"CREATE TABLE {schema}.history_{name} AS SELECT night, * EXCLUDE (night) FROM {_kept(folder, name)} {chosen}"
            )
            comment(connection, f"{schema}.history_{name}", _MEANS[name], {})


def _nights_view(kept: str) -> str:
    """The statement that makes the view of nights, from the query of those that were kept."""
    return (
        f"CREATE OR REPLACE VIEW {NIGHTS} AS WITH kept AS ({kept}) SELECT CAST(d.night AS DATE) AS night, k.night IS NULL AS missing "
        "FROM (SELECT unnest(generate_series(min(night)::TIMESTAMP, max(night)::TIMESTAMP, INTERVAL 1 DAY)) AS night FROM kept) AS d "
        "LEFT JOIN kept AS k ON k.night = CAST(d.night AS DATE) ORDER BY 1"
    )


def _kept(folder: Path, name: str) -> str:
    files = quoted(str(folder / name / "*" / "*.parquet"))
    return f"read_parquet({files}, hive_partitioning = true, hive_types = {{'night': DATE}}, union_by_name = true)"
