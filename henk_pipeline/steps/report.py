"""The report on an upload: one page for the sender of the file, on what was read, mapped, changed, rejected and loaded.

Self-contained: no script, no style or picture from elsewhere, so that it can be mailed, kept and printed. Cells
of the file are escaped.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import polars as pl

from henk_pipeline.file_modes import restrict
from henk_pipeline.labels import label
from henk_pipeline.leads.contract import RULES
from henk_pipeline.leads.fields import DATE_FIELDS, TIME_FIELDS
from henk_pipeline.postgres.discarded import DiscardedValue
from henk_pipeline.postgres.merge_candidates import Candidate

TEMPLATE = "report.html.j2"
MAX_REASONS = 12
EXAMPLES = 3
MAX_SUGGESTIONS = 20
MAX_SCORES = 10
MAX_MERGED = 50
MAX_PAIRS = 20
MAX_CELL_LENGTH = 80
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class ReportData:
    """The data of a report.

    The upload's names; how it was read (as `describe_reading` returns it); the field of each column; cells
    changed; the outcome of loading it; its rejections (`steps.validate.REJECTION_SCHEMA`) and people (as
    `score_rows` returns them); pairs of leads that a person must decide on; values of the file that its leads
    do not have.
    """

    file_name: str
    business: str
    received_at: str
    list_name: str
    campaigns: Sequence[str]
    reading: dict[str, Any]
    mapping: dict[str, str | None]
    changes: Sequence[dict[str, Any]]
    outcome: dict[str, Any]
    rejections: pl.DataFrame
    people: pl.LazyFrame
    review_pairs: Sequence[Candidate] = ()
    discarded: Sequence[DiscardedValue] = ()


def write_report(data: ReportData, path: Path) -> None:
    """Write the report to `path`, whole or not at all."""
    page = _template().render(
        data=data,
        outcome=data.outcome,
        reading=data.reading,
        rows=_bars(
            [
                ("accepted", data.outcome["rows_accepted"], "good"),
                ("rejected", data.outcome["rows_rejected"], "bad"),
                ("duplicate", data.outcome["rows_duplicate"], "same"),
            ]
        ),
        ratings=_bars([(name, count, name) for name, count in _ratings(data.people)]),
        reasons=_reasons(data.rejections),
        suggestions=_suggestions(data.people),
        flags=_flags(data.people),
        scores=_scores(data.people),
        merged=_merged(data.people),
        pairs=[_waterfall(pair) for pair in data.review_pairs],
        discarded=_discarded(data.discarded),
        changes=_changes(data.changes),
        rejected_file=next((file.name for file in sorted(path.parent.glob("*.rejected.csv"))), None),
    )
    temporary = path.with_name(f".{path.name}")
    temporary.write_text(page, "utf-8")
    restrict(temporary)
    temporary.replace(path)


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters["cell"] = _cell
    environment.filters["value"] = lambda value, field: _cell(shown_value(value, field))
    environment.filters["moment"] = _moment
    environment.filters["label"] = label
    environment.filters["number"] = lambda value: f"{value:,}"
    environment.filters["count"] = lambda value, singular, plural: f"{value:,} {singular if value == 1 else plural}"
    return environment.from_string(Path(__file__).with_name(TEMPLATE).read_text("utf-8"))


def _moment(text: str) -> str:
    """Return a moment of ISO 8601 as people write it, e.g. `28 November 2026, 13:54 UTC`; any other text as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    moment = moment.astimezone(UTC) if moment.tzinfo else moment
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment:%Y, %H:%M} UTC"


def shown_value(value: object, field: str) -> str:
    """Return a value of a lead's field as people write it: a date without the time where that is midnight; any other value as it is."""
    if field in (*TIME_FIELDS, *DATE_FIELDS) and (moment := _parsed(value)) is not None:
        return f"{moment:%Y-%m-%d}" if moment.time() == time() else f"{moment:%Y-%m-%d %H:%M{':%S' if moment.second else ''}} UTC"
    return "" if value is None else str(value)


def _parsed(value: object) -> datetime | None:
    """Return the moment of a text of ISO 8601, in UTC and without its time zone; None for any other."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return (moment.astimezone(UTC) if moment.tzinfo else moment).replace(tzinfo=None, microsecond=0)


def _words(rule: str) -> str:
    """Return a broken rule in words, without a cell and without what to do."""
    explained = RULES.get(rule)
    return explained.without_cells().removesuffix(f" {explained.remedy}").rstrip(".") if explained else rule.replace("_", " ")


def _changes(changes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return changed cells without those examples that only write the same number or date otherwise; a column without any other is left out."""
    shown = [
        {
            **change,
            "examples": [
                example for example in change["examples"] if not (_same_number(*example[1:]) or _same_date(change["field"], *example[1:]))
            ],
        }
        for change in changes
    ]
    return [change for change in shown if change["examples"]]


def _same_number(before: str, after: str) -> bool:
    """Return whether two texts are one number: `100` and `100.0`, `1,500.00` and `1500.0`; not `0101` and `101`, whose zero matters."""
    try:
        return not before.startswith("0") and float(before.replace(",", "")) == float(after)
    except ValueError:
        return False


def _same_date(field: str, before: str, after: str) -> bool:
    """Return whether two texts of a field of dates are one moment of ISO 8601: `2023-08-29` and `2023-08-29 00:00:00+00:00`."""
    return field in (*TIME_FIELDS, *DATE_FIELDS) and _parsed(before) is not None and _parsed(before) == _parsed(after)


def _cell(value: object) -> str:
    text = "" if value is None else re.sub(r"^(-?[0-9]+)\.0$", r"\1", str(value))
    return text if len(text) <= MAX_CELL_LENGTH else text[: MAX_CELL_LENGTH - 1] + "…"


def _bars(counts: list[tuple[str, int, str]]) -> list[dict[str, Any]]:
    most = max((count for _, count, _ in counts), default=0)
    return [
        {"name": name, "count": count, "kind": kind, "width": round(100 * count / most, 1) if most else 0} for name, count, kind in counts
    ]


def _ratings(people: pl.LazyFrame) -> list[tuple[str, int]]:
    counts = dict(people.group_by("quality_rating").len().collect().iter_rows())
    return [(name, counts[name]) for name in ("hot", "warm", "cold", "unrated") if name in counts]


def _reasons(rejections: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the rules that rows broke, the commonest first, with some of the rows."""
    if not rejections.height:
        return []
    grouped = (
        rejections.group_by("rule")
        .agg(
            pl.col("line").n_unique().alias("count"),
            pl.col("line").head(EXAMPLES),
            pl.col("column").head(EXAMPLES),
            pl.col("message").head(EXAMPLES),
        )
        .sort("count", "rule", descending=[True, False])
        .head(MAX_REASONS)
    )
    most = grouped["count"].max()
    return [
        {
            "rule": row["rule"],
            "words": _words(row["rule"]),
            "count": row["count"],
            "width": round(100 * row["count"] / most, 1),
            "examples": list(zip(row["line"], row["column"], row["message"], strict=True)),
        }
        for row in grouped.rows(named=True)
    ]


def _scores(people: pl.LazyFrame) -> list[dict[str, Any]]:
    """Return the people with the most points, each with the parts of its score."""
    lines = people.select("lead_score", "line").sort("lead_score", "line", descending=[True, False]).head(MAX_SCORES).collect()
    columns = people.select("line", "first_name", "last_name", "email", "lead_score", "quality_rating", "score_breakdown")
    best = columns.filter(pl.col("line").is_in(lines["line"].implode())).collect().sort("lead_score", "line", descending=[True, False])
    shown = []
    for row in best.rows(named=True):
        parts = [(name.replace("_", " "), points) for name, points in json.loads(row["score_breakdown"]).items() if points > 0]
        name = " ".join(filter(None, (row["first_name"], row["last_name"]))) or row["email"] or ""
        shown.append({**row, "name": name, "parts": parts, "kinds": [_kind(part) for part, _ in parts]})
    return shown


def _kind(part: str) -> str:
    """Return the colour of a part of the score."""
    first = part.split(" ", maxsplit=1)[0]
    return {"reachable": "reach", "gift": "gift", "engagement": "active", "earlier": "active"}.get(first, "else")


def _merged(people: pl.LazyFrame) -> list[dict[str, Any]]:
    """Return the rows that were found to be a person of the file already, and how."""
    matches = people.filter(pl.col("found").list.len() > 0).select("found").collect().explode("found").unnest("found")
    return matches.filter(pl.col("matched_with").is_not_null()).sort("line").head(MAX_MERGED).rows(named=True)


def _discarded(values: Sequence[DiscardedValue]) -> list[dict[str, Any]]:
    """Group discarded values by field, in their order."""
    grouped: dict[str, dict[str, Any]] = {}
    for value in values:
        grouped.setdefault(value.field, {"field": value.field, "count": value.rows, "examples": []})["examples"].append(value)
    return list(grouped.values())


def _waterfall(pair: Candidate) -> dict[str, Any]:
    """Return Splink's waterfall of a pair: how each part moves the odds (in bits) from the prior to the result."""
    steps, level = [], 0.0
    for name, part in pair.agreement.items():
        steps.append(
            {
                "name": name.replace("_", " "),
                "level": part["level"],
                "weight": part["weight"],
                "start": level,
                "end": level + part["weight"],
            }
        )
        level += part["weight"]
    if steps:
        steps.append({"name": "together", "level": "", "weight": level, "start": 0.0, "end": level})
    ends = [0.0, *(step[side] for step in steps for side in ("start", "end"))]
    low, high = min(ends), max(ends)
    width = (high - low) or 1.0
    for step in steps:
        step["left"] = round(100 * (min(step["start"], step["end"]) - low) / width, 2)
        step["width"] = round(100 * abs(step["weight"]) / width, 2)
    sides = [
        (field, pair.lead[field], pair.other[field]) for field in pair.lead if pair.lead[field] is not None or pair.other[field] is not None
    ]
    return {
        "id": str(pair.id)[:8],
        "probability": pair.match_probability,
        "steps": steps,
        "zero": round(-100 * low / width, 2),
        "sides": sides,
    }


def _suggestions(people: pl.LazyFrame) -> list[tuple[int, str, str]]:
    meant = people.select("line", "email", pl.col("custom_fields").str.json_path_match("$.email_suggestion").alias("meant"))
    return meant.drop_nulls("meant").sort("line").head(MAX_SUGGESTIONS).collect().rows()


def _flags(people: pl.LazyFrame) -> dict[str, int]:
    flags = people.select(pl.col("custom_fields").str.json_path_match("$.email_flag").alias("flag")).drop_nulls()
    return dict(flags.group_by("flag").len().sort("len", "flag", descending=[True, False]).collect().iter_rows())
