"""Phone numbers and e-mail addresses to be suppressed, typed or in a file, in the form in which the database stores them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import polars as pl

from henk_pipeline.consent.cells import judge_cells
from henk_pipeline.consent.columns import ConsentColumn
from henk_pipeline.consent.vocabulary import answer_key, answers
from henk_pipeline.leads import fields
from henk_pipeline.leads.emails import addresses_in, normalise_emails
from henk_pipeline.leads.phones import normalise_phones
from henk_pipeline.leads.text import cleaned
from henk_pipeline.steps.registers import are_deletions, dates_as_written, find_column_of_changes, find_named, load_register_words
from henk_pipeline.uploads.column_use import ColumnUse
from henk_pipeline.uploads.headers import map_columns
from henk_pipeline.uploads.reading import open_table

# A register of the North American plan: area code and number in two columns, in nearly all rows of the first chunk.
AREA_CODE = r"^\(?[2-9][0-9]{2}\)?$"
LOCAL_NUMBER = r"^[2-9][0-9]{2}[-. ]?[0-9]{4}$"
EXCHANGE = r"^[2-9][0-9]{2}$"
LINE_NUMBER = r"^[0-9]{4}$"
MIN_SHARE_OF_PAIRS = 0.9


class OptOuts(NamedTuple):
    """Opt-outs, and cells that are none.

    `contacts`: `channel` (phone or email) and `value` (E.164, or an e-mail in lower case), each once, with the
    `reason` and the `date` that columns of the file give, or null. `unread`: `line` (Int64) and `cell` of cells that
    are neither; a row without an opt-out has each of its cells there. `left_out`: the number of rows that say in a
    column of consent that they refuse nothing; `deletions`: of those that a change file deletes from a register.
    """

    contacts: pl.DataFrame
    unread: pl.DataFrame
    left_out: int = 0
    deletions: int = 0


def read_values(values: list[str], default_country: str) -> OptOuts:
    """Return the opt-outs of typed values; their `line` is their place, from 1."""
    cells = pl.DataFrame({"line": range(1, len(values) + 1), "cell": values}, schema={"line": pl.Int64, "cell": pl.String})
    return _sorted_out(cells, default_country, every_cell_counts=True)


def iter_file(path: Path, default_country: str) -> Iterator[OptOuts]:
    """Yield the opt-outs of a file, one chunk of rows at a time, so that a register of millions of lines fits into memory.

    The phone and e-mail columns count; without such a column, every cell that is a phone or an e-mail. A
    register that gives the area code and the number in two columns (the FTC's: `212,5550101`), or in three, is
    read as such; the rows that its change file deletes (`D` in the last column) are left out. A row that says no
    to "Do Not Call" is left out; without a header it is left out and its answer is unread, because nothing says
    what was asked.

    Raises:
        unpacking.UnreadableFileError: The file cannot be read; the message has the reason.
        OSError: The file cannot be opened.
    """
    split: tuple[str, ...] | None = None
    contact_columns: list[str] = []
    consent: dict[str, ConsentColumn] = {}
    unasked: str | None = None
    changes: str | None = None
    with open_table(path) as reading:
        for number, chunk in enumerate(reading.chunks()):
            table = chunk.table
            if number == 0:
                split = _area_code_and_number(table)
                has_header = reading.header_line is not None
                uses = map_columns(table, {}, None, has_header=has_header, reads_ids=True).uses
                contact_columns = [use.column for use in uses if use.field in ("email", *fields.PHONE_FIELDS)]
                of_phones = split is not None or any(use.field in fields.PHONE_FIELDS for use in uses)
                consent = _consent_columns(uses, of_phones=of_phones) if has_header else {}
                unasked = None if has_header else _column_of_answers(table)
                changes = find_column_of_changes(table) if split is not None and not has_header else None
                names = load_register_words()
                columns_of = {"reason": find_named(table.columns, names.reasons), "date": find_named(table.columns, names.dates)}
                given_by = {name: column for name, column in columns_of.items() if column and has_header and column not in contact_columns}
            deleted = are_deletions(table[changes]) if changes else pl.Series([False]).new_from_index(0, table.height)
            says_no = _says_no(table, consent, unasked)
            given = _given_in(table, chunk.lines, given_by)
            if split is not None:
                table = table.select(pl.concat_str([pl.col(name).str.strip_chars() for name in split]).alias("number"))
            else:
                table = table.select(contact_columns or reading.columns)
            cells = table.with_columns(chunk.lines.alias("\0line")).filter(~says_no & ~deleted).unpivot(index="\0line", value_name="cell")
            cells = cells.select(pl.col("\0line").alias("line"), "cell")
            answered = pl.DataFrame({"line": chunk.lines, "cell": chunk.table[unasked]}).filter(says_no) if unasked else None
            loose = [(row.line, cell) for row in chunk.ragged for cell in row.cells]
            cells = pl.concat([cells, pl.DataFrame(loose, schema=cells.schema, orient="row")])
            every_cell_counts = split is not None or bool(contact_columns)
            read = _sorted_out(cells.filter(pl.col("cell") != ""), default_country, given, every_cell_counts=every_cell_counts)
            if answered is not None:
                read = read._replace(unread=pl.concat([read.unread, answered.select(pl.col("line").cast(pl.Int64), "cell")]).sort("line"))
            yield read._replace(left_out=int(says_no.sum()), deletions=int(deleted.sum()))


def _given_in(table: pl.DataFrame, lines: pl.Series, columns: Mapping[str, str]) -> pl.DataFrame:
    """Return `line`, `reason` and `date` of the rows of a file; null where no column gives them."""
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, table.height)
    reason = cleaned(table[columns["reason"]]) if "reason" in columns else nothing
    date = dates_as_written(table[columns["date"]]) if "date" in columns else nothing
    return pl.DataFrame([lines.cast(pl.Int64).alias("line"), reason.alias("reason"), date.alias("date")])


def with_reasons(contacts: pl.DataFrame, reason: str | None, date: str | None, default: str) -> pl.DataFrame:
    """Return contacts (`OptOuts`) with the reason that is kept: that of the request, else of the file, else the default; the date after it."""
    why = pl.lit(reason) if reason is not None else pl.col("reason").fill_null(default)
    since = pl.lit(date) if date is not None else pl.col("date")
    return contacts.with_columns(pl.when(since.is_null()).then(why).otherwise(pl.format("{} ({})", why, since)).alias("reason"))


def _consent_columns(uses: Sequence[ColumnUse], *, of_phones: bool) -> dict[str, ConsentColumn]:
    """Return the columns of a file that say who refuses: of calls, where the file has phone numbers."""
    return {
        use.column: use.consent
        for use in uses
        if use.consent is not None
        and use.consent.direction in ("refusal", "permission")
        and ("phone" in use.consent.channels or not of_phones)
    }


def _column_of_answers(table: pl.DataFrame) -> str | None:
    """Return the one column that holds words for yes and no, and nothing else; None where there is none, or several."""
    words = {name: {word for word in answers()[name] if word.isalpha()} for name in ("yes", "no", "empty")}
    columns = []
    for name in table.columns:
        keys = {answer_key(cell) for cell in table[name].drop_nulls().unique()}
        if keys & words["no"] and keys <= words["yes"] | words["no"] | words["empty"] | {""}:
            columns.append(name)
    return columns[0] if len(columns) == 1 else None


def _says_no(table: pl.DataFrame, consent: Mapping[str, ConsentColumn], unasked: str | None) -> pl.Series:
    """Return which rows refuse nothing: a column of consent says so, and none says or may say that they refuse."""
    nothing = pl.Series([False]).new_from_index(0, table.height)
    if unasked is not None:
        return pl.Series([answer_key(cell or "") in answers()["no"] for cell in table[unasked]], dtype=pl.Boolean)
    permitted = refused = nothing
    for name, column in consent.items():
        verdicts = judge_cells(table[name], column)
        for channel in ("phone", "email"):
            permitted |= (verdicts[channel] == "permitted").fill_null(value=False)
            refused |= verdicts[channel].is_in(["refused", "unclear"]).fill_null(value=False)
    return permitted & ~refused


def _area_code_and_number(table: pl.DataFrame) -> tuple[str, ...] | None:
    """Return the adjacent columns of an area code (three digits) and a number (seven, or three and four), or None."""
    columns = table.columns
    for names in (*zip(columns, columns[1:], columns[2:], strict=False), *pairwise(columns)):
        patterns = (AREA_CODE, EXCHANGE, LINE_NUMBER) if len(names) == 3 else (AREA_CODE, LOCAL_NUMBER)
        parts = table.select(pl.col(name).str.strip_chars() for name in names).filter(pl.any_horizontal(pl.all() != ""))
        is_number = pl.all_horizontal(pl.col(name).str.contains(pattern) for name, pattern in zip(names, patterns, strict=True))
        if parts.height and parts.select(is_number.fill_null(value=False).mean() >= MIN_SHARE_OF_PAIRS).item():
            return names
    return None


def contacts_in(cells: pl.DataFrame, default_country: str) -> pl.DataFrame:
    """Return the phone numbers and e-mail addresses in texts of any kind.

    Args:
        cells: `line` and `cell`.
        default_country: The country of phone numbers that name none.

    Returns:
        `line`, `channel` and `value` (normalised).
    """
    addresses = cells.with_columns(pl.col("cell").str.extract_all(r"""[^\s<>;,:()"']+@[^\s<>;,:()"']+""")).explode("cell").drop_nulls()
    return _judged(pl.concat([cells, addresses]).unique(), default_country).drop_nulls("value").select("line", "channel", "value").unique()


def _sorted_out(cells: pl.DataFrame, default_country: str, given: pl.DataFrame | None = None, *, every_cell_counts: bool) -> OptOuts:
    judged = _judged(cells, default_country)
    nothing = pl.lit(None, dtype=pl.String)
    judged = (
        judged.with_columns(reason=nothing, date=nothing)
        if given is None
        else judged.join(given, on="line", how="left", maintain_order="left")
    )
    is_unread = pl.col("value").is_null()
    if not every_cell_counts:
        is_unread = is_unread & pl.col("value").is_null().all().over("line")
    contacts = judged.drop_nulls("value").select("channel", "value", "reason", "date")
    contacts = contacts.unique(["channel", "value"], keep="first", maintain_order=True)
    return OptOuts(contacts, judged.filter(is_unread).select("line", "cell"))


def _judged(cells: pl.DataFrame, default_country: str) -> pl.DataFrame:
    """Return each cell with its `channel` and its `value`, null where it is neither a phone nor an e-mail."""
    is_email = pl.col("cell").str.contains("@", literal=True)
    value = pl.col("value")
    several = pl.col("cell").map_elements(lambda cell: list(addresses_in(cell)) if "@" in cell else [cell], return_dtype=pl.List(pl.String))
    cells = cells.with_columns(several.alias("value")).explode("value")
    emails = normalise_emails(cells.filter(is_email).with_columns(value), "value").with_columns(channel=pl.lit("email"))
    phones = normalise_phones(cells.filter(~is_email).with_columns(value), "value", default_country).with_columns(channel=pl.lit("phone"))
    further = (
        phones.with_columns(pl.col("value_more").str.split(", ").alias("value")).filter(pl.col("value_more").is_not_null()).explode("value")
    )
    return pl.concat([emails, phones.select(emails.columns), further.select(emails.columns)]).sort("line")
