"""Dagster's view of frames: row counts, tables, charts. Cells of persons are masked: Dagster keeps its event log for HENK_KEEP_DAYS."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import dagster as dg
import polars as pl

from henk_pipeline.leads import fields
from henk_pipeline.leads.contract import RULES

PREVIEW_ROWS = 5
# Of a table about lists or businesses, one row each: Dagster keeps it with each run for HENK_KEEP_DAYS, and 200 lists are about 15 KB.
MAX_ROWS = 200
MAX_CELL_LENGTH = 60
# Columns of the rows of an upload without data of a person. Every other column is masked, one that is added later included.
OPEN_COLUMNS = frozenset(
    {"line", "lines", "rule", "rows", "timezone", "source", "lead_score", "quality_rating", "suppressed", *fields.CONSENT_FIELDS}
)
EMAIL_IN_TEXT = re.compile(r"[^\s@<>\"'“”(),;:=]+@([^\s@<>\"'“”(),;:=]+)")
NUMBER_IN_TEXT = re.compile(r"(?<![\w-])\+?\(?\d[\d ()./-]{6,}\d(?![\w-])")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
MIN_PHONE_DIGITS = 7
# Backslashes first: those that the other rules add must stay single.
ESCAPES = (
    ("\\", "\\\\"),
    ("&", "&amp;"),
    ("<", "&lt;"),
    ("|", "\\|"),
    ("`", "\\`"),
    ("[", "\\["),
    ("*", "\\*"),
    ("_", "\\_"),
    ("~", "\\~"),
    ("\n", " "),
    ("\r", " "),
)


def preview(frame: pl.DataFrame) -> dict[str, Any]:
    """Return `dagster/row_count`, and `preview`: the rows as a Markdown table, without the columns that are empty in them.

    Args:
        frame: Rows without data of persons, the most important first. At most `MAX_ROWS` are shown; a line says how many are left out.
    """
    table = markdown_table(_filled(frame.head(MAX_ROWS)))
    if frame.height > MAX_ROWS:
        table += f"\n\n{frame.height - MAX_ROWS:,} more rows are left out."
    return {"dagster/row_count": frame.height, "preview": dg.MetadataValue.md(table)}


def masked_preview(rows: pl.LazyFrame) -> dict[str, Any]:
    """Return `Preview`: the first rows of one upload as a Markdown table with the cells of persons masked; nothing if there are none.

    Args:
        rows: Rows of one upload; only the first are read.
    """
    first = _filled(rows.head(PREVIEW_ROWS).collect())
    return {"Preview": dg.MetadataValue.md(markdown_table(mask(first)))} if first.height else {}


def rejections_preview(rejections: pl.LazyFrame, fields_of_columns: Mapping[str, str | None]) -> dict[str, Any]:
    """Return `Preview` of rejected rows: line, column and rule. Messages and values hold cells of persons and are left out.

    Args:
        rejections: `line`, `column` and `rule` of one upload.
        fields_of_columns: The field that each column of the file was read as. The name of a column that is none may be a cell: a file
            without a header whose first row was taken for one.
    """
    first = rejections.select("line", "column", "rule").head(PREVIEW_ROWS).collect()
    if not first.height:
        return {}
    rows = [
        (line, without_contacts(column) if fields_of_columns.get(column or "") else masked_cell("column", column), explain_rule(rule))
        for line, column, rule in first.rows()
    ]
    table = pl.DataFrame(rows, schema={"line": pl.Int64, "column": pl.String, "reason": pl.String}, orient="row")
    return {"Preview": dg.MetadataValue.md(markdown_table(table, longest=200))}


def explain_rule(rule: str) -> str:
    """Return a broken rule in words, without a cell."""
    return RULES[rule].without_cells() if rule in RULES else rule


def mask(frame: pl.DataFrame, shown: Collection[str] = OPEN_COLUMNS) -> pl.DataFrame:
    """Return `frame` with the cells of all columns but `shown` masked, as text."""
    columns = [
        series if series.name in shown else pl.Series(series.name, [masked_cell(series.name, cell) for cell in series], dtype=pl.String)
        for series in frame
    ]
    return pl.DataFrame(columns)


def masked_cell(column: str, cell: object) -> str | None:
    """Return a cell so that its kind can be seen and its person cannot: `…@example.org`, `+1…42`, `A…`."""
    if cell is None:
        return None
    if not isinstance(cell, str):
        return "…"
    if column == "email" and "@" in cell:
        return f"…@{cell.rpartition('@')[2]}"
    if column in fields.PHONE_FIELDS:
        return f"{cell[:2]}…{cell[-2:]}" if len(cell) > MIN_PHONE_DIGITS else "…"
    return f"{cell[:1]}…"


def without_contacts(text: str | None) -> str | None:
    """Return `text` with e-mail addresses and phone numbers masked. Dates stay."""
    if text is None:
        return None
    return NUMBER_IN_TEXT.sub(_masked_number, EMAIL_IN_TEXT.sub(r"…@\1", text))


def _masked_number(match: re.Match[str]) -> str:
    digits = sum(character.isdigit() for character in match[0])
    return match[0] if digits < MIN_PHONE_DIGITS or ISO_DATE.match(match[0]) else f"…{match[0][-2:]}"


def chart_of_reasons(counts: Mapping[str, int]) -> dict[str, Any]:
    """Return `Reasons`: how many rows of an upload broke each rule, as a table, and `Reasons as chart`: as bars. Nothing where none did."""
    if not counts:
        return {}
    most = max(counts.values())
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    records = [dg.TableRecord({"rule": rule, "rows": count, "reason": explain_rule(rule)}) for rule, count in ordered]
    bars = pl.DataFrame(
        {"rule": [rule for rule, _ in ordered], "rows": ["█" * max(round(24 * count / most), 1) + f" {count}" for _, count in ordered]}
    )
    return {"Reasons": dg.MetadataValue.table(records), "Reasons as chart": dg.MetadataValue.md(markdown_table(bars))}


def readable_bytes(size: int) -> str:
    """Return a size for people, e.g. `12.3 KB` (1 KB = 1,000 bytes)."""
    number, unit = float(size), "bytes"
    for larger in ("KB", "MB", "GB", "TB"):
        if number < 1000:
            break
        number, unit = number / 1000, larger
    return f"{size} bytes" if unit == "bytes" else f"{number:.1f} {unit}"


def table_of_consent(columns: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return `Consent columns`: what each column of consent says, as a table. Nothing where the file has none."""
    records = [dg.TableRecord(dict(column)) for column in columns]
    return {"Consent columns": dg.MetadataValue.table(records)} if records else {}


def markdown_table(frame: pl.DataFrame, longest: int = MAX_CELL_LENGTH) -> str:
    """Return `frame` as a Markdown table. Cells are cut at `longest` characters, and nothing in them is taken for markup."""
    lines = [_row([escape_markdown(name, longest) for name in frame.columns]), _row(["---"] * frame.width)]
    lines += [_row(["" if cell is None else escape_markdown(_text(cell), longest) for cell in row]) for row in frame.rows()]
    return "\n".join(lines)


def escape_markdown(text: str, longest: int = MAX_CELL_LENGTH) -> str:
    """Return `text`, cut at `longest` characters, so that Markdown and HTML show it as it is, in one line."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    for character, escape in ESCAPES:
        cut = cut.replace(character, escape)
    return cut


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(column for column in frame if column.null_count() < frame.height or not frame.height)


def _text(cell: object) -> str:
    return str(cell.to_list() if isinstance(cell, pl.Series) else cell)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
