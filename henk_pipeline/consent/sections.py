"""Headings between the rows of a table ("DO NOT CALL", "OK TO CALL"): what they say of the rows below them. No lines outside the table."""

import re

import polars as pl

from henk_pipeline.consent.quick_look import may_state
from henk_pipeline.consent.statements import read_statement
from henk_pipeline.consent.titles import find_refusal

SECTION, MIN_COLUMNS_WITH_SECTIONS, MIN_COLUMNS_WITH_NOTES = "Section of the file", 3, 2
MAX_HEADING = 300  # characters
PERMITTED, NEUTRAL = "+", ""
# "Please do not call the following people:" is a heading, too.
FOLLOWING = re.compile(
    r"(?i)\b(?:(?:the )?following|these|those(?: below)?|(?:die )?folgenden?|(?:les )?suivante?s|(?:los |las )?siguientes|(?:de )?volgende"
    r"|(?:os |as )?seguintes)\b"
    r"(?: (?:people|persons|donors|contacts|names|numbers|personen|personnes|personas|mensen|pessoas))?"
)


def read_headings(table: pl.DataFrame) -> pl.Series | None:
    """Return for each row what it is a heading of; None where no row is one.

    A heading is a row of one filled cell. In a narrow table a person may have one filled cell, too: only headings that refuse or allow count.

    Args:
        table: Text as it is written in the file, empty cells null.

    Returns:
        A text a row: null for a row of people, `PERMITTED` for a heading that allows calls, `NEUTRAL` for another, else the heading that refuses.
    """
    if table.width < MIN_COLUMNS_WITH_NOTES:
        return None
    is_lone = table.select(pl.sum_horizontal(pl.all().is_not_null()) == 1).to_series()
    if not is_lone.any():
        return None
    cells = table.select(pl.when(is_lone).then(pl.coalesce(pl.all()))).to_series()
    default = NEUTRAL if table.width >= MIN_COLUMNS_WITH_SECTIONS else None
    lone = cells.drop_nulls()
    lone = lone.filter((lone.str.len_chars() <= MAX_HEADING) & ~lone.str.contains("@", literal=True))
    relevant = lone.filter(may_state(lone, lenient=True, permits=True)).unique().to_list()
    read = {cell: heading for cell in relevant if (heading := _heading(cell, default)) != default}
    if not read and default is None:
        return None
    headings = pl.Series(list(read.values()), dtype=pl.String)
    row_headings = cells.replace_strict(pl.Series(list(read), dtype=pl.String), headings, default=default, return_dtype=pl.String)
    return row_headings.set(~is_lone, None)


def _heading(cell: str, default: str | None) -> str | None:
    refusing = find_refusal([FOLLOWING.sub("", cell).strip(" :")], exclusive=True)
    if refusing is not None:
        return refusing
    if is_permission(cell):
        return PERMITTED
    return NEUTRAL if read_statement(cell).polarity == "permission" else default


def is_permission(heading: str) -> bool:
    """Return whether a heading allows calls and says nothing else: "OK TO CALL", "May be called"."""
    statement = read_statement(heading)
    return (
        statement.polarity == "permission" and not statement.unknown and not statement.only and statement.channels <= {"phone", "contact"}
    )


def sections_of(headings: pl.Series | None, before: str | None, height: int) -> pl.Series:
    """Return for each row the heading that it stands under, null where none is above it.

    A heading that neither refuses nor allows calls ends a refusal, and no permission: below it a title of the whole file does not hold again.

    Args:
        headings: As `read_headings` returns them.
        before: The heading that holds above the first row, None for none.
        height: The number of rows.
    """
    if headings is None:
        return pl.Series("section", [before], dtype=pl.String).new_from_index(0, height)
    section, sections = before, []
    for heading in headings:
        if heading is not None and not (heading == NEUTRAL and section == PERMITTED):
            section = heading
        sections.append(section)
    return pl.Series("section", sections, dtype=pl.String)
