"""Asset metadata from frames: row counts and a preview table. Personal data is shown to who may open the Dagster UI; see docs/operators.md."""

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg
import polars as pl

from henk_pipeline.leads.contract import RULES

PREVIEW_ROWS = 5
LONGEST_CELL = 60


def preview(frame: pl.DataFrame) -> dict[str, Any]:
    """`dagster/row_count`, and `preview`: the first rows as a Markdown table, without the columns that are empty in them."""
    first = frame.head(PREVIEW_ROWS)
    filled = first.select(column for column in first if column.null_count() < first.height or not first.height)
    return {"dagster/row_count": frame.height, "preview": dg.MetadataValue.md(markdown_table(filled))}


def preview_of_parts(parts: Iterable[pl.LazyFrame]) -> dict[str, Any]:
    """`preview` of the frames of several uploads, of which only the first rows are read."""
    rows, first = 0, []
    for part in parts:
        count = part.select(pl.len()).collect().item()
        if count and rows < PREVIEW_ROWS:
            first.append(part.head(PREVIEW_ROWS).collect())
        rows += count
    shown = preview(pl.concat(first)) if first else {}
    return {**shown, "dagster/row_count": rows}


def chart_of_reasons(counts: Mapping[str, int]) -> dict[str, Any]:
    """`reasons`: how many rows broke each rule, as a table, and `reasons_chart`: the same as bars. Nothing where none did."""
    if not counts:
        return {}
    most = max(counts.values())
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    records = [
        dg.TableRecord({"rule": rule, "rows": count, "what": RULES[rule].message if rule in RULES else ""}) for rule, count in ordered
    ]
    bars = pl.DataFrame(
        {"rule": [rule for rule, _ in ordered], "rows": ["█" * max(round(24 * count / most), 1) + f" {count}" for _, count in ordered]}
    )
    return {"reasons": dg.MetadataValue.table(records), "reasons_chart": dg.MetadataValue.md(markdown_table(bars))}


def table_of_consent(columns: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return `consent_columns`: what each column of consent says, as a table. Nothing where the file has none."""
    records = [dg.TableRecord(dict(column)) for column in columns]
    return {"consent_columns": dg.MetadataValue.table(records)} if records else {}


def markdown_table(frame: pl.DataFrame) -> str:
    """`frame` as a Markdown table. Cells are cut at 60 characters, and nothing in them is taken for markup."""
    shown = frame.select(pl.all().map_batches(_as_text, return_dtype=pl.String))
    lines = [_row(frame.columns), _row(["---"] * frame.width)]
    lines += [_row(["" if cell is None else cell for cell in row]) for row in shown.rows()]
    return "\n".join(lines)


def _as_text(column: pl.Series) -> pl.Series:
    text = [None if value is None else str(value.to_list() if isinstance(value, pl.Series) else value) for value in column]
    return pl.Series(column.name, [_harmless(value) for value in text], dtype=pl.String)


def _harmless(text: str | None) -> str | None:
    if text is None:
        return None
    cut = text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"
    for character, escape in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        ("|", "\\|"),
        ("`", "\\`"),
        ("[", "\\["),
        ("*", "\\*"),
        ("_", "\\_"),
        ("\n", " "),
        ("\r", " "),
    ):
        cut = cut.replace(character, escape)
    return cut


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
