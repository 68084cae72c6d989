"""Names of columns of gifts, of reports and of moments: which column of a file is the date of a gift, and whose a time zone is."""

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache

import polars as pl

from henk_pipeline.settings import schemas_folder
from henk_pipeline.uploads.column_contents import CONTENT_SHARE, DATED_CELL, sample_of, share_of
from henk_pipeline.uploads.known_names import Meaning, Synonyms, name_key

TIME_CELL = r"\d{1,2}:\d{2}"


@lru_cache(maxsize=1)
def gift_words() -> dict[str, list[str]]:
    """Return [gifts] of schemas/upload/cells.toml; leads/cell_words.py says which words are which."""
    words: dict[str, list[str]] = tomllib.loads((schemas_folder() / "upload" / "cells.toml").read_text("utf-8"))["gifts"]
    return words


def words_of_gifts(*lists: str) -> str:
    """Return a pattern of cells that are a word of some lists of [gifts]."""
    return rf"(?i)^\s*(?:{'|'.join(re.escape(word) for name in lists for word in gift_words()[name])})(?:\s*\(.*\))?\s*$"


def states_of_gifts() -> str:
    """Return a pattern of the words for what becomes of a gift."""
    return words_of_gifts("given", "not_given", "refunded", "moved", "moved_without_name")


def report_columns(by_name: dict[str, str], synonyms: Synonyms) -> set[str]:
    """Return the columns of time zones that belong to a time of day in the row: the report's, not the person's."""
    if not any(name_key(name) in by_name for name in synonyms.reports.get("time_of_day", [])):
        return set()
    return {by_name[key] for name in synonyms.fields["timezone"] if (key := name_key(name)) in by_name}


def zones_of_times(table: pl.DataFrame, by_name: dict[str, str], synonyms: Synonyms) -> set[str]:
    """Return the columns of time zones that follow a column of the times of orders, calls and the like: the zone is that of these times."""
    words = [word for name in ("gifts", "days", "further_words", "events") for word in synonyms.reports.get(name, [])]
    zones = {by_name[key] for name in synonyms.fields["timezone"] if (key := name_key(name)) in by_name}
    before = {zone: table.columns[table.columns.index(zone) - 1] for zone in zones if zone != table.columns[0]}
    return {
        zone for zone, column in before.items() if _is_of(column, words) and share_of(sample_of(table, column), TIME_CELL) >= CONTENT_SHARE
    }


def _is_of(column: str, words: Iterable[str]) -> bool:
    """Return whether a column's name has words and only those of `words`; of "CreatedAt" each part is one."""
    allowed = {name_key(word) for word in words}
    parts = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column))
    return bool(parts) and all(name_key(part) in allowed for part in parts)


def date_of_gifts(
    table: pl.DataFrame, by_name: dict[str, str], synonyms: Synonyms, uses: dict[str, tuple[str, Meaning]], settled: set[str]
) -> str | None:
    """Return the column of the days of gifts of a file that has a row a gift: it has amounts of gifts and no other date of theirs.

    One whose name says so ("Close Date") comes before one named "Date".
    """
    named = {field for field, _ in uses.values()}
    if "gift_amount" not in named or named & {"gift_date", "last_gift_date"}:
        return None
    days, gifts, further = (synonyms.reports.get(name, []) for name in ("days", "gifts", "further_words"))
    free = [column for column in table.columns if column not in settled]
    of_days = [column for column in free if _is_of(column, [*days, *gifts, *further]) and not _is_of(column, [*gifts, *further])]
    of_gifts = [column for column in of_days if not _is_of(column, [*days, *further])]
    dates = [
        by_name[key] for name in synonyms.reports.get("date", []) if (key := name_key(name)) in by_name and by_name[key] not in settled
    ]
    columns = dict.fromkeys([*of_gifts, *dates, *of_days])
    return next((column for column in columns if share_of(sample_of(table, column), DATED_CELL) >= CONTENT_SHARE), None)
