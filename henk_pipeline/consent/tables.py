"""What the columns of a table say together about each row, and how often each of them says what. Nothing of leads."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

import polars as pl

from henk_pipeline.consent.cells import judge_cells
from henk_pipeline.consent.columns import PHONE_AND_EMAIL, ConsentColumn
from henk_pipeline.consent.options import judge_options
from henk_pipeline.consent.pairs import is_named_as_answers, judge_answers, judge_columns, read_channels
from henk_pipeline.consent.remarks import SIGN_CHARACTERS, read_phone_cell

MAX_SHOWN = 80  # characters of a cell in what is shown to people
SCHEMA: dict[str, Any] = {
    "do_not_call": pl.Boolean, "dnc": pl.Boolean, "do_not_email": pl.Boolean, "email_opt_out": pl.Boolean, "email_unclear": pl.Boolean,
    "consent_unclear": pl.String,
}  # fmt: skip


class Counts(NamedTuple):
    """How many cells of a column say yes, say no, say nothing, and are unclear."""

    yes: int = 0
    no: int = 0
    empty: int = 0
    unclear: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Return the counts of both together."""
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))


@dataclass(frozen=True)
class JudgedTable:
    """`frame` (SCHEMA), a row a row of the table: what is refused, and in words why a row is unclear; `counts` by column."""

    frame: pl.DataFrame
    counts: dict[str, Counts]


def judge_table(table: pl.DataFrame, columns: Mapping[str, ConsentColumn]) -> JudgedTable:
    """Judge the columns of consent of a table.

    Args:
        table: Text as it is written in the file, empty cells null.
        columns: What the columns that may say something are.

    Returns:
        What each row says, and the counts of each column. A refusal in any column stands above what others allow.
    """
    flags: dict[str, list[pl.Series]] = {name: [] for name in SCHEMA}
    counts: dict[str, Counts] = {}
    channels = read_channels(table)
    pairs = _judge_pairs(table, columns)
    options = judge_options(table, columns)
    for (name, column), verdicts_of_column in zip(columns.items(), judge_columns(table, columns, channels), strict=True):
        verdicts = options.verdicts.get(name, verdicts_of_column)
        if name in pairs and is_named_as_answers(pairs[name][0]):  # "Do Not Call" in one column, "No" in the next
            verdicts = _without_answered(verdicts, pairs[name][1])
        if column.direction != "stated" and not column.channels & PHONE_AND_EMAIL:  # of post or text messages: its answers are counted only
            counts[name] = _counts(
                table[name], judge_cells(table[name], replace(column, channels=PHONE_AND_EMAIL)), replace(column, channels=PHONE_AND_EMAIL)
            )
        else:
            counts[name] = _counts(table[name], verdicts, column)
        if verdicts["phone"].null_count() == verdicts["email"].null_count() == table.height:
            continue
        refused = {channel: (verdicts[channel] == "refused").fill_null(value=False) for channel in ("phone", "email")}
        flags["dnc" if column.register else "do_not_call"].append(refused["phone"])
        flags["do_not_email" if column.negated or column.dead else "email_opt_out"].append(refused["email"])
        flags["email_unclear"].append((verdicts["email"] == "unclear").fill_null(value=False))
        unclear = (verdicts["phone"] == "unclear").fill_null(value=False)
        if unclear.any():
            flags["consent_unclear"].append(_shown(table[name], unclear, name))
    for (yes, no), is_both in options.contradictions.items():
        if is_both.any():
            text = f"{yes} and {no} are both marked"[: 2 * MAX_SHOWN]
            flags["consent_unclear"].insert(0, pl.DataFrame([is_both.alias("both")]).select(pl.when("both").then(pl.lit(text))).to_series())
    for answer, given in pairs.values():
        flags["do_not_call"].append((given["phone"] == "refused").fill_null(value=False))
        flags["email_opt_out"].append((given["email"] == "refused").fill_null(value=False))
        unclear = (given["phone"] == "unclear").fill_null(value=False)
        if unclear.any():
            flags["consent_unclear"].append(_shown(table[answer], unclear, answer))
    series = [_joined(name, dtype, flags[name], table.height) for name, dtype in SCHEMA.items()]
    return JudgedTable(pl.DataFrame(series, schema=SCHEMA), counts)


def _judge_pairs(table: pl.DataFrame, columns: Mapping[str, ConsentColumn]) -> dict[str, tuple[str, pl.DataFrame]]:
    """Return by columns that ask the column after each, which answers, and what its answers say."""
    pairs = {
        question: (answer, judge_answers(table[question], table[answer]))
        for question, answer in pairwise(table.columns)
        if _may_ask(columns.get(question))
    }
    return {question: (answer, given) for question, (answer, given) in pairs.items() if given is not None}


def _without_answered(verdicts: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """Return what the cells of a column that asks state, without those whose answer allows what they refuse."""
    allowed = [(given[channel] == "permitted").fill_null(value=False).alias(f"{channel}_allowed") for channel in ("phone", "email")]
    return verdicts.with_columns(allowed).select(
        *(pl.when(~pl.col(f"{channel}_allowed")).then(channel).alias(channel) for channel in ("phone", "email")),
        *(name for name in verdicts.columns if name not in ("phone", "email")),
    )


def _may_ask(column: ConsentColumn | None) -> bool:
    """Return whether the cells of a column may be questions: not those of one that answers about a channel itself ("Email consent")."""
    if column is None or (column.named and "phone" not in column.channels):
        return False
    return column.direction == "stated" or not column.named


def _joined(name: str, dtype: pl.DataType, parts: list[pl.Series], height: int) -> pl.Series:
    """Return what several columns say together: the first text, or whether any is true."""
    if not parts:
        nothing = pl.Series(name, [None if dtype == pl.String else False], dtype=dtype)
        return nothing.new_from_index(0, height)
    frame = pl.DataFrame([part.alias(str(number)) for number, part in enumerate(parts)])
    return frame.select((pl.coalesce(pl.all()) if dtype == pl.String else pl.any_horizontal(pl.all())).alias(name)).to_series()


def _shown(cells: pl.Series, unclear: pl.Series, name: str) -> pl.Series:
    frame = pl.DataFrame({"cell": cells, "unclear": unclear})
    return frame.select(pl.when("unclear").then(pl.format("{}: {}", pl.lit(name), pl.col("cell").str.slice(0, MAX_SHOWN)))).to_series()


def _counts(cells: pl.Series, verdicts: pl.DataFrame, column: ConsentColumn) -> Counts:
    main = "phone" if "phone" in column.channels or not column.channels & {"email"} else "email"
    word = verdicts[main].fill_null(verdicts["email" if main == "phone" else "phone"]) if column.direction == "stated" else verdicts[main]
    refused, permitted = int((word == "refused").sum() or 0), int((word == "permitted").sum() or 0)
    unclear = int((word == "unclear").sum() or 0)
    empty = int((cells.is_null() | verdicts["empty"].fill_null(value=False)).sum())
    yes = permitted if column.direction in ("permission", "either") else refused
    no = refused if column.direction in ("permission", "either") else len(cells) - refused - unclear - empty
    return Counts(yes, no, empty, unclear)


def read_phone_cells(cells: pl.Series) -> pl.DataFrame | None:
    """Read the words beside numbers in a column of numbers.

    Args:
        cells: Text as it is written in the file, or null.

    Returns:
        A row a cell: `numbers` (the cell without words about calling and without numbers that must not be used), `refused` (Boolean),
        `dropped` (the cell as it was, where a number was left out); None where no cell holds such words.
    """
    worded = cells.filter(cells.str.contains(rf"\p{{L}}|[{SIGN_CHARACTERS}]").fill_null(value=False)).unique()
    cell_remarks = [(cell, remark) for cell in worded if (remark := read_phone_cell(cell)) is not None]
    if not cell_remarks:
        return None
    rows = [(cell, remark.numbers, remark.refused, cell if remark.dropped else None) for cell, remark in cell_remarks]
    schema = {"cell": pl.String, "numbers": pl.String, "refused": pl.Boolean, "dropped": pl.String}
    read = pl.DataFrame(rows, schema=schema, orient="row").with_columns(is_read=pl.lit(value=True))
    joined = pl.DataFrame({"cell": cells}).join(read, on="cell", how="left", maintain_order="left")
    return joined.select(
        pl.when(pl.col("is_read").is_not_null()).then("numbers").otherwise("cell").alias("numbers"),
        pl.col("refused").fill_null(value=False),
        "dropped",
    )
