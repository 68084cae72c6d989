"""Step validated_leads: an upload's bytes → rows that keep the contract, rejected rows with their reasons, opt-outs, and how it was read."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from henk_pipeline.batching import WORKERS, BatchStore, map_parallel
from henk_pipeline.consent.legends import Legend, bear_marks, codes_of, column_of_codes, explained_columns, is_legend_of_marks, is_of_codes
from henk_pipeline.consent.sections import MIN_COLUMNS_WITH_NOTES, NEUTRAL, PERMITTED, SECTION, read_headings, sections_of
from henk_pipeline.consent.sentences import name_rows
from henk_pipeline.consent.tables import Counts, judge_table
from henk_pipeline.consent.titles import find_refusal, title_of
from henk_pipeline.leads import contract, fields
from henk_pipeline.leads.cell_words import load_cell_words
from henk_pipeline.leads.column_meaning import DAY_FIELDS, NUMBER_FIELDS, ColumnMeaning, Habits
from henk_pipeline.leads.contact_cells import (
    COUNTRY_NOT_KNOWN,
    consent_columns,
    misplaced_contacts,
    with_question,
    without_contacts_of_others,
)
from henk_pipeline.leads.contacts_not_read import NOT_READ
from henk_pipeline.leads.locales import language_of
from henk_pipeline.leads.normalise import DTYPES, OPTIONAL_FIELDS, normalise
from henk_pipeline.leads.text import amount as text_amount
from henk_pipeline.leads.text import cleaned, date, is_no_date, without_residue
from henk_pipeline.leads.time_zones import names_zone
from henk_pipeline.steps.addressees import Addressee, find_addressees, set_apart
from henk_pipeline.steps.adults import OtherAdult, divide_consents, fill_in, find_other_adults, rows_instead
from henk_pipeline.steps.consents_of_numbers import OfNumber, divide_answers, find_consents_of_numbers
from henk_pipeline.steps.others_refusals import OthersRefusals
from henk_pipeline.steps.outside_table import Outside, read_outside
from henk_pipeline.steps.rejected_rows import RejectedFile, explain_rejections, find_filled_lines, find_unclear_lines
from henk_pipeline.steps.stated_refusals import find_opt_outs, numbers_in_refusals, numbers_of_sentences, stated_in_ragged, stated_in_sheets
from henk_pipeline.steps.suppress import contacts_in
from henk_pipeline.steps.unmapped_numbers import numbers_of_refusals
from henk_pipeline.steps.upload_verdict import MAX_NUMBERS_TRIED, why_hopeless
from henk_pipeline.steps.upload_words import MAX_EXAMPLES, MAX_TITLE, TITLE
from henk_pipeline.steps.validated_upload import LEAD_SCHEMA, OPT_OUT_SCHEMA, Change, ValidatedUpload
from henk_pipeline.uploads import section_headings
from henk_pipeline.uploads.column_use import Mapping
from henk_pipeline.uploads.headers import map_columns
from henk_pipeline.uploads.layout import OmittedLines
from henk_pipeline.uploads.manifest import Manifest, ManifestError
from henk_pipeline.uploads.reading import Chunk, RaggedRow, Reading, open_table, write_table
from henk_pipeline.uploads.roles import NAME_FIELDS
from henk_pipeline.uploads.section_headings import begins_with_heading, find_headings, is_heading_of_one_cell
from henk_pipeline.uploads.unpacking import UnreadableFileError

NO_SYSTEM = "csv_import"
# Fields whose cells may be codes that a legend of the file explains.
EXPLAINED_FIELDS = {None, "notes", "tags", "description", "lead_source"}
LEGEND_CELL = r"^[\p{L}\d]{1,4}\s?[=:]\s*\p{L}"  # "A: active"
MAX_LEGEND_CELLS, MAX_CODE_CELL_LENGTH = 4, 4  # of a row of the table that may be a line of a legend: "D,Do not call,,"
MAX_LONE = 200  # rows of one cell in which a legend is looked for
MOVED_MONEY = "payment that nobody gave"
MIN_SHARE_OF_RECEIVER = 0.5
OUTGOING = r"^[^\d]*[-−–(]"
GIVEN_BACK = (
    r"(?i)refund|reversal|chargeback|charge back|dispute|return|rückzahlung|rückbuchung|erstattung|remboursement|annulation|reembolso|devoluci"
    r"|terugbetaling|terugboeking|estorno"
)
ISO_DAY = r"^\d{4}-\d{2}-\d{2}$"
MAX_LIST_NAME_LENGTH = 255  # lead_lists.name varchar(255)
PERSON_SCHEMA: dict[str, Any] = dict.fromkeys(("source", "source_id", "email", *fields.PHONE_FIELDS), pl.String)


def validate_file(
    path: Path,
    manifest: Manifest,
    default_country: str,
    *,
    scratch: Path | None = None,
    rejected_file: Path | None = None,
    parsed: Path | None = None,
    keep_leads: bool = True,
    names: Sequence[str] = (),
) -> ValidatedUpload:
    """Read, map, normalise and validate the file at `path`, chunk by chunk.

    Bad input is a result with `error`, never an exception.

    Args:
        path: The file.
        manifest: The upload's manifest.
        default_country: The country of phone numbers that name none.
        scratch: A folder that the results are written to as Parquet, so that memory does not grow with the
            file.
        rejected_file: The path of the rejected rows as CSV, if there are any.
        parsed: The path of the table as it was read, as CSV.
        keep_leads: Whether to return leads.
        names: The names of the file and its list, which may say that its people refuse calls.

    Raises:
        OSError: The file cannot be opened, or a result cannot be written.
    """
    try:
        with open_table(path, hidden_rows=manifest.hidden_rows) as reading:
            if parsed is not None:
                write_table(reading, parsed)
            return _validated(reading, manifest, default_country, scratch, rejected_file, names=names, keep_leads=keep_leads)
    except UnreadableFileError as error:
        return ValidatedUpload(error=str(error))


def _refusing_title(
    reading: Reading, manifest: Manifest, names: Sequence[str], mapping: Mapping, outside: "Outside", chunks: "_Chunks"
) -> str | None:
    """Return the name or title that says that the people of a file refuse calls, where neither the manifest nor a column decides about it."""
    asked = (use.consent for use in mapping.uses if use.consent is not None and use.consent.direction != "stated")
    if manifest.do_not_call is not None or manifest.suppressions or any("phone" in consent.channels for consent in asked):
        return None
    titles = [title for cells in reading.titles if (title := title_of(cells)) is not None]
    if any(map(is_legend_of_marks, titles)) and any(bear_marks(chunk.table, outside.marks).any() for chunk in chunks.all()):
        titles = [title for title in titles if not is_legend_of_marks(title)]  # "* do not call" is about the rows with an asterisk
    titles = [title for title in titles if not _names_a_row(title, outside, mapping, chunks)]
    return (
        next((line for line in outside.colors if not _holds_word_of(line, mapping, chunks)), None)
        or find_refusal(titles)
        or outside.title
        or find_refusal([*(Path(name).stem for name in names), *filter(None, [manifest.list]), *manifest.tags], exclusive=True, orders=True)
    )


def _holds_word_of(line: str, mapping: Mapping, chunks: "_Chunks") -> bool:
    """Return whether the first word of a legend of colors is a name in the table ("Brown: do not call"), so that it is about that person."""
    columns = [use.column for use in mapping.uses if use.field in NAME_FIELDS]
    word = rf"(?i)\b{re.escape(line.split(maxsplit=1)[0].strip(':=–-'))}\b"
    return bool(columns) and any(
        chunk.table.select(pl.any_horizontal(pl.col(columns).str.contains(word).fill_null(value=False)).any()).item()
        for chunk in chunks.all()
    )


def _names_a_row(title: str, outside: "Outside", mapping: Mapping, chunks: "_Chunks") -> bool:
    """Return whether a line above the table names a person of it with the given name or a courtesy title, so that it is about that person."""
    named = [sentence for sentence in outside.sentences if sentence.text == " ".join(title.split()) and sentence.names_surely]
    columns = {use.field: use.column for use in mapping.uses if use.field in ("first_name", "last_name")}
    if not named or len(columns) < 2:
        return False
    names = [pl.col(columns[field]).alias(field) for field in ("first_name", "last_name")]
    return any(name_rows(chunk.table.select(names), named).is_not_null().any() for chunk in chunks.all())


def _validated(
    reading: Reading,
    manifest: Manifest,
    default_country: str,
    scratch: Path | None,
    rejected_file: Path | None,
    *,
    names: Sequence[str],
    keep_leads: bool,
) -> ValidatedUpload:
    chunks = _Chunks(reading)
    try:
        mapping, columns, habits, outside = _look_through(reading, manifest, default_country, chunks)
    except ManifestError as error:
        return ValidatedUpload(reading=reading, rows_read=sum(_rows_of(chunk) for chunk in reading.chunks()), error=str(error))
    title = _refusing_title(reading, manifest, names, mapping, outside, chunks)
    addressees, other_adults = find_addressees(columns), find_other_adults(columns)
    if addressees or other_adults:
        mapping = mapping.model_copy(
            update={
                "notes": (
                    *mapping.notes,
                    *(addressee.describe() for addressee in addressees),
                    *(addressee.describe() for addressee in other_adults),
                )
            }
        )
    validator = _BatchValidator(
        reading,
        mapping,
        columns,
        manifest,
        default_country,
        habits,
        outside,
        title,
        scratch is not None,
        _own_addresses(chunks, columns),
        chunks,
        addressees,
        other_adults,
        OthersRefusals(columns),
        find_consents_of_numbers(columns),
    )
    upload = ValidatedUpload(reading=reading, mapping=mapping, title=title, sentences=outside.sentences)
    opt_outs: list[pl.DataFrame] = [upload.opt_outs]
    leads, rejections = BatchStore("leads", scratch), BatchStore("rejections", scratch)
    with ExitStack() as stack:
        rejected = stack.enter_context(RejectedFile(rejected_file, reading, mapping)) if rejected_file else None
        for chunk, done in map_parallel(lambda chunk: (chunk, validator.validate(chunk)), chunks.all(), _workers(reading)):
            upload.rows_read += done.rows_read
            upload.rows_rejected += done.rejections["line"].n_unique()
            upload.reasons.update(dict(done.rejections["rule"].value_counts().iter_rows()))
            opt_outs.append(done.opt_outs)
            upload.unclear_lines += done.unclear_lines
            upload.further_numbers.update(done.further_numbers)
            upload.lines_of_others += done.lines_of_others
            upload.lines_of_misplaced += done.lines_of_misplaced
            upload.lines_of_no_country += done.lines_of_no_country
            upload.left_out += done.left_out
            leads.take(done.leads if keep_leads else done.leads.clear())
            rejections.take(done.rejections)
            upload.changes, upload.kept = _added(upload.changes, done.changes), _added(upload.kept, done.kept)
            for column, counts in done.consent.items():
                upload.consent[column] = upload.consent.get(column, Counts()).plus(counts)
            if rejected is not None and done.rejections.height:
                rejected.write(chunk, done.rejections)
    opt_outs += (of_sheets := stated_in_sheets(outside.sheets, manifest.default_country or default_country)).values()
    upload.refusing_sheets = {name: of_sheet.height for name, of_sheet in of_sheets.items()}
    opt_outs.append(numbers_of_sentences(outside.sentences, manifest.default_country or default_country))
    upload.leads, upload.rejections = leads.all(), rejections.all()
    upload.opt_outs = pl.concat(opt_outs).unique(["channel", "value"], maintain_order=True)
    upload.error = why_hopeless(upload, manifest.max_rejected)
    return upload


def _own_addresses(chunks: "_Chunks", columns: list[ColumnMeaning]) -> frozenset[str]:
    """Return the address of the organisation: the receiver of most payments, in a file that names senders and receivers."""
    of = {use.field: use.column for use in columns if use.field in ("refund_email", "gift_amount")}
    first = next(iter(chunks.all()), None) if len(of) == len(("refund_email", "gift_amount")) else None
    if first is None:
        return frozenset()
    # Who receives what goes out is a donor who gets a gift back, or a supplier.
    received = first.table.filter(~pl.col(of["gift_amount"]).str.contains(OUTGOING))
    cells = cleaned(received[of["refund_email"]]).str.to_lowercase().drop_nulls()
    counts = cells.value_counts(sort=True).head(1).rows()
    return frozenset(address for address, count in counts if count > MIN_SHARE_OF_RECEIVER * len(cells))


def _look_through(
    reading: Reading, manifest: Manifest, default_country: str, chunks: "_Chunks"
) -> tuple[Mapping, list[ColumnMeaning], Habits, "Outside"]:
    """Look through the whole file before any row of it is judged: its columns' fields, and how it writes dates and amounts.

    Raises:
        ManifestError: The manifest names a column that the file does not have.
    """
    unread = chunks.read()
    if (first := next(unread, None)) is None:
        raise RuntimeError("a table without a chunk")
    mapping = _map(reading, chunks.plain(first), manifest, default_country)
    columns = column_meanings(mapping)
    country = manifest.default_country or default_country
    habits = Habits(
        locale=manifest.locale, language=language_of(reading.columns) if reading.header_line is not None else None, country=country
    )
    written = [use.column for use in columns if use.field in DAY_FIELDS or use.field in NUMBER_FIELDS or use.field == "gift_amount"]
    lone: list[list[str]] = []  # rows of one cell: notes below the table
    above: dict[int, str] = {}  # by the first line of a chunk the heading of the chunks before it
    heading: str | None = None
    for look, cells, line, headings in map_parallel(
        lambda chunk: (
            _habits_of(without_residue(chunk.table.select(written)), columns),
            _lone_cells(chunk.table),
            _first_line(chunk),
            read_headings(chunk.table),
        ),
        chain([first], unread),
        _workers(reading),
    ):
        habits.add(look)
        lone = [*lone, *cells][-MAX_LONE:]
        if heading is not None:
            above[line] = heading
        if headings is not None:
            heading = sections_of(headings, heading, len(headings)).to_list()[-1]
    outside = replace(read_outside(reading, lone, first.table.columns), above=above, has_sections=begins_with_heading(first.table))
    return mapping, _with_legend(columns, outside.legend, chunks), habits, outside


def _lone_cells(table: pl.DataFrame) -> list[list[str]]:
    if table.width < MIN_COLUMNS_WITH_NOTES:
        return []
    filled = pl.sum_horizontal(pl.all().is_not_null())
    first = pl.coalesce(pl.all()).str.strip_chars()
    is_entry = (filled <= min(MAX_LEGEND_CELLS, table.width - 1)) & (first.str.len_chars() <= MAX_CODE_CELL_LENGTH)
    alone = table.filter((filled == 1) | is_entry | first.str.contains(LEGEND_CELL)).tail(MAX_LONE)
    return [[cell for cell in row if cell is not None] for row in alone.rows()]


def _with_legend(columns: list[ColumnMeaning], legend: Legend, chunks: "_Chunks") -> list[ColumnMeaning]:
    """Return the columns, those of codes with what a legend of the file says of their codes."""
    if not legend.refusing:
        return [_with_codes(column, frozenset()) for column in columns]
    open_columns = {
        column.column: column.consent is not None and column.consent.lenient
        for column in columns
        if column.field in EXPLAINED_FIELDS and column.consent is not None and column.consent.direction == "stated"
    }
    codes = codes_of(map(_without_legend, (chunk.table for chunk in chunks.all())), open_columns)
    explained = explained_columns(codes, legend, [name for name, lenient in open_columns.items() if lenient])
    # A column of longer texts may hold codes among them ("X, moved in May").
    texts = {name for name, lenient in open_columns.items() if lenient and name not in codes and is_of_codes(name)}
    return [_with_codes(column, legend.refusing if column.column in explained | texts else frozenset()) for column in columns]


def _without_legend(table: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that are no lines of a legend ("A: active, D: do not call" in a file without a blank line before it)."""
    return table.filter(~pl.coalesce(pl.all()).str.contains(LEGEND_CELL).fill_null(value=False))


def _with_codes(column: ColumnMeaning, codes: frozenset[str]) -> ColumnMeaning:
    """Return a column of codes with those that a legend, or its own name, explains as a refusal."""
    consent = column.consent
    if column.field in (None, *fields.CONSENT_FIELDS) and (named := column_of_codes(column.column)) is not None:
        return column._replace(field=None, meaning="value", consent=named)
    if not codes or consent is None:
        return column
    return column._replace(consent=replace(consent, explained=codes))


def _workers(reading: Reading) -> int:
    """Return the number of chunks worked on concurrently.

    A single one is worked on in this thread: pandera builds its schema again for each thread.
    """
    return 1 if reading.in_one_piece else WORKERS


def _first_line(chunk: Chunk) -> int:
    """Return the line of the first row of a chunk, 0 where it has none."""
    return int(chunk.lines[0]) if len(chunk.lines) else 0


def _rows_of(chunk: Chunk) -> int:
    return chunk.table.height + len(chunk.ragged)


def _map(reading: Reading, table: pl.DataFrame, manifest: Manifest, default_country: str) -> Mapping:
    mapping = map_columns(
        table,
        manifest.columns,
        manifest.source,
        has_header=reading.header_line is not None,
        manifest_consent=manifest.consent,
        country=manifest.default_country or default_country,
    )
    if manifest.list_column is not None and manifest.list_column not in reading.columns:
        columns = ", ".join(reading.columns[:50])
        raise ManifestError(f"The manifest's list_column names {manifest.list_column!r}, but the file's columns are: {columns}.")
    return mapping


def column_meanings(mapping: Mapping) -> list[ColumnMeaning]:
    """Return what the columns of a file are used for, without those that hold what Henk itself has added to a file."""
    return [
        ColumnMeaning(
            use.column,
            use.field,
            use.meaning,
            use.consent,
            use.kind_column,
            use.code_columns,
            use.area_column,
            use.extension_column,
            use.exchange_column,
            use.rank,
            use.kind_in_notes,
            use.family_first,
        )
        for use in mapping.uses
        if not use.own
    ]


def _habits_of(table: pl.DataFrame, columns: list[ColumnMeaning]) -> Habits:
    habits = Habits()
    habits.look_at(table, columns)
    return habits


class _Chunks:
    """The chunks of a file, kept if they are not many, read again if they are."""

    MAX_KEPT = 256 * 2**20

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.kept: list[Chunk] | None = []
        self.first: tuple[pl.DataFrame, pl.DataFrame] | None = None

    def read(self) -> Iterator[Chunk]:
        """Yield every chunk for the first time, in the order of the file."""
        size = 0
        for chunk in self.reading.chunks():
            size += int(chunk.table.estimated_size())
            if size > self.MAX_KEPT:
                self.kept = None
            elif self.kept is not None:
                self.kept.append(chunk)
            yield chunk

    def plain(self, chunk: Chunk) -> pl.DataFrame:
        """Return the table of a chunk without residue of spreadsheets; it is computed once for the first chunk, if that is kept."""
        if self.first is not None and chunk.table is self.first[0]:
            return self.first[1]
        plain = without_residue(chunk.table)
        if self.first is None and self.kept and chunk is self.kept[0]:
            self.first = (chunk.table, plain)
        return plain

    def all(self) -> Iterable[Chunk]:
        """Return every chunk again."""
        return self.reading.chunks() if self.kept is None else self.kept


class _StatedInHidden(NamedTuple):
    """What hidden rows state: `opt_outs` (OPT_OUT_SCHEMA), and the lines of named people whose refusal reaches no contact."""

    opt_outs: pl.DataFrame
    lines_of_nobody: list[int]


class _BatchResult(NamedTuple):
    """The result of validating a chunk."""

    rows_read: int
    leads: pl.DataFrame
    rejections: pl.DataFrame
    opt_outs: pl.DataFrame
    changes: list[Change]
    kept: list[Change]
    consent: dict[str, Counts]
    unclear_lines: list[int]
    left_out: list[OmittedLines]
    further_numbers: dict[str, int]
    lines_of_others: list[int]
    lines_of_misplaced: list[int]
    lines_of_no_country: list[int]


@dataclass(frozen=True)
class _BatchValidator:
    """The data of the whole file that validating a chunk of it needs."""

    reading: Reading
    mapping: Mapping
    columns: list[ColumnMeaning]
    manifest: Manifest
    default_country: str
    habits: Habits
    outside: "Outside"
    title: str | None
    describe_changes: bool
    own_addresses: frozenset[str]
    chunks: "_Chunks"
    addressees: Sequence[Addressee]
    other_adults: Sequence[OtherAdult]
    other_people: OthersRefusals
    of_numbers: Sequence[OfNumber]

    def validate(self, chunk: Chunk) -> _BatchResult:
        """Normalise and validate a chunk."""
        country = self.manifest.default_country or self.default_country
        table = self.chunks.plain(chunk)
        instead_of = rows_instead(table, self.other_adults)
        whose, of_adults, numbers = divide_consents(table, chunk.lines, self.other_adults, instead_of)
        answers = divide_answers(table, whose, chunk.lines, self.of_numbers)
        numbers = pl.concat([numbers, self.other_people.numbers_in(table, chunk.lines), answers.refused])
        judged = judge_table(answers.consents, consent_columns(self.columns) | of_adults)
        divided, added = set_apart(answers.numbers, self.addressees)
        divided, instead = fill_in(divided, self.other_adults, instead_of)
        normalised = normalise(divided, chunk.lines, [*self.columns, *answers.added, *added, *instead], country, self.habits, judged)
        if self.manifest.do_not_call or self.manifest.suppressions:
            normalised = normalised.with_columns(pl.lit(value=True).alias("do_not_call"))
        if self.manifest.suppressions:
            normalised = normalised.with_columns(pl.lit(value=True).alias("do_not_email"))
        section = pl.lit(sections_of(read_headings(chunk.table), self.outside.above.get(_first_line(chunk)), chunk.table.height))
        if self.title is not None:
            # A heading that allows calls ends what the title says: "DO NOT CALL" above the table, "OK TO CALL" in it.
            title = pl.when(section.is_null() | (section != PERMITTED)).then(pl.lit(f"{TITLE}: {self.title}"[:MAX_TITLE]))
            normalised = with_question(normalised, title)
        normalised = with_question(
            normalised, pl.when(~section.is_in([PERMITTED, NEUTRAL])).then(pl.format("{}: {}", pl.lit(SECTION), section))
        )
        for question in self.outside.questions(chunk.table, self.columns, normalised) if self.manifest.do_not_call is None else ():
            normalised = with_question(normalised, pl.lit(question))
        normalised = normalised.with_columns(self._lists(chunk))
        good, failures = contract.validate(normalised)
        headings, ragged = self._headings(chunk, failures)
        moved = self._moved_money(table, chunk.lines, normalised)
        if nobody := {*headings, *moved}:
            good, failures = (frame.filter(~pl.col("line").is_in(nobody)) for frame in (good, failures))
        if self.manifest.suppressions:
            good = good.clear()
        further = numbers_of_refusals(table, normalised, self.columns, country)
        hidden = self._stated_in_hidden(chunk, country)
        return _BatchResult(
            rows_read=_rows_of(chunk) - len(nobody),
            leads=good.with_columns(pl.lit(self.mapping.system or NO_SYSTEM).alias("source")).select(LEAD_SCHEMA.keys()),
            rejections=explain_rejections(self.reading, chunk._replace(ragged=ragged), self.mapping, failures),
            opt_outs=pl.concat(
                [
                    find_opt_outs(normalised),
                    self._people_not_to_call(normalised, failures),
                    numbers_in_refusals(table, chunk.lines, self.columns, country),
                    further.opt_outs(),
                    *(
                        [contacts_in(numbers, country).filter(pl.col("channel") == "phone").select(*OPT_OUT_SCHEMA)]
                        if numbers.height
                        else ()
                    ),
                    stated_in_ragged(chunk.ragged, country),
                    hidden.opt_outs,
                ]
            ),
            changes=self._changes(chunk, normalised) if self.describe_changes else [],
            kept=self._kept_as_text(table, chunk.lines, normalised),
            consent=judged.counts | answers.counts,
            unclear_lines=sorted({*find_unclear_lines(normalised, failures, ragged), *hidden.lines_of_nobody}),
            left_out=[
                *(OmittedLines(line, line, section_headings.WHY) for line in headings),
                *(OmittedLines(line, line, MOVED_MONEY) for line in moved if line not in headings),
            ],
            further_numbers=further.by_column(),
            lines_of_others=find_filled_lines(without_contacts_of_others(table, self.columns)[1], chunk.lines),
            lines_of_misplaced=find_filled_lines(misplaced_contacts(table, self.columns), chunk.lines),
            lines_of_no_country=normalised.filter(pl.col("custom_fields").str.contains(COUNTRY_NOT_KNOWN, literal=True))["line"].to_list(),
        )

    def _moved_money(self, table: pl.DataFrame, lines: pl.Series, normalised: pl.DataFrame) -> list[int]:
        """Return the lines of payments that nobody gave: withdrawals, payouts, fees, and what the organisation pays itself."""
        of = {use.field: use.column for use in self.columns if use.field in ("gift_kind", "gift_amount", "refund_email")}
        if "gift_amount" not in of or not {"gift_kind", "refund_email"} & of.keys():
            return []
        words = load_cell_words().gifts
        nobody = pl.Series([None], dtype=pl.String).new_from_index(0, table.height)
        kind = cleaned(table[of["gift_kind"]]) if "gift_kind" in of else nobody
        amount = text_amount(cleaned(table[of["gift_amount"]]), self.habits.amount(of["gift_amount"]))
        rows = normalised.select("email", pl.coalesce("first_name", "last_name").alias("name")).with_columns(
            kind.alias("kind"), (amount < 0).fill_null(value=False).alias("is_out")
        )
        is_named = pl.col("name").is_not_null() & ~pl.col("is_out")
        moved = pl.col("kind").str.contains(words.pattern_of_moved) | (
            pl.col("kind").str.contains(words.pattern_of_moved_without_name) & ~is_named
        )
        is_own = pl.col("email").is_in(self.own_addresses)
        # What the organisation pays goes to a supplier, unless it gives a gift back.
        is_paid = pl.col("is_out") & ~pl.col("kind").str.contains(GIVEN_BACK) if "refund_email" in of else pl.lit(value=False)
        is_nobodys = moved.fill_null(value=False) | is_own.fill_null(value=False) | is_paid.fill_null(value=False)
        return lines.filter(rows.select(is_nobodys.alias("moved")).to_series()).to_list()

    def _headings(self, chunk: Chunk, failures: pl.DataFrame) -> tuple[list[int], list[RaggedRow]]:
        """Return the lines of headings among the rows that are no leads, and the ragged rows that are none."""
        ragged = [row for row in chunk.ragged if not is_heading_of_one_cell(row.cells, has_sections=self.outside.has_sections)]
        of_ragged = [row.line for row in chunk.ragged if row not in ragged]
        # A heading may stand in a column of contacts: in a table that begins with one, a word there is no address that was mistyped.
        rules = [contract.NO_CONTACT, *((contract.EMAIL, contract.PHONE) if self.outside.has_sections else ())]
        without_contact = failures.filter(pl.col("rule").is_in([rule.code for rule in rules]))["line"]
        is_heading = None
        if len(without_contact):
            names = {use.column for use in self.columns if use.field in NAME_FIELDS | {"company"}}
            is_heading = find_headings(chunk.table, names, has_sections=self.outside.has_sections)
        if is_heading is None:
            return of_ragged, ragged
        return sorted([*of_ragged, *chunk.lines.filter(is_heading & chunk.lines.is_in(without_contact.implode()))]), ragged

    def _stated_in_hidden(self, chunk: Chunk, country: str) -> _StatedInHidden:
        """Return what rows state that a workbook hides or somebody has taken out by a sign: they make no leads, and their refusals count."""
        if chunk.hidden is None or chunk.hidden_lines is None:
            return _StatedInHidden(pl.DataFrame(schema=OPT_OUT_SCHEMA), [])
        hidden = without_residue(chunk.hidden)
        judged = judge_table(hidden, consent_columns(self.columns))
        normalised = normalise(hidden, chunk.hidden_lines, self.columns, country, self.habits, judged)
        opt_outs = [find_opt_outs(normalised), numbers_of_refusals(hidden, normalised, self.columns, country).opt_outs()]
        # A refusal without a contact reaches nobody: it is reported.
        reached = pl.concat(opt_outs)["line"].unique()
        rest = normalised.filter(~pl.col("line").is_in(reached.implode()))
        is_named = pl.any_horizontal(pl.col("first_name", "last_name", "company").is_not_null())
        is_nobodys = pl.any_horizontal(*fields.NO_CALL) | pl.col(fields.CONSENT_UNCLEAR).is_not_null()
        lines_of_nobody = rest.filter(is_named & is_nobodys)["line"].to_list()
        return _StatedInHidden(pl.concat(opt_outs), lines_of_nobody)

    def _people_not_to_call(self, normalised: pl.DataFrame, failures: pl.DataFrame) -> pl.DataFrame:
        """Return the people who must not be called and become no lead; the row of a lead has its own refusal."""
        silent = pl.lit(value=True) if self.manifest.suppressions else pl.col("line").is_in(failures["line"].unique().implode())
        people = normalised.filter(silent & pl.any_horizontal(pl.col(*fields.NO_CALL)))
        source = pl.lit(self.mapping.system or NO_SYSTEM).alias("source")
        person = pl.struct(source, *(name for name in PERSON_SCHEMA if name != "source")).struct.json_encode()
        return people.select("line", pl.lit("person").alias("channel"), person.alias("value"))

    def _changes(self, chunk: Chunk, normalised: pl.DataFrame) -> list[Change]:
        changes = []
        for use in self.columns:
            if use.field is None or use.field not in DTYPES or use.meaning != "value" or use.field in fields.CONSENT_FIELDS:
                continue
            cells = pl.DataFrame(
                [chunk.lines.alias("line"), chunk.table[use.column].alias("before"), normalised[use.field].cast(pl.String).alias("after")]
            )
            changed = cells.filter(pl.col("before") != pl.col("after"))
            if changed.height:
                changes.append(Change(use.column, use.field, changed.height, changed.head(MAX_EXAMPLES).rows()))
        return changes

    def _kept_as_text(self, table: pl.DataFrame, lines: pl.Series, normalised: pl.DataFrame) -> list[Change]:
        """Return the cells of optional fields that were not understood, by column."""
        kept = []
        for use in self.columns:
            if use.field not in {*OPTIONAL_FIELDS, fields.BIRTH_DATE} or table[use.column].null_count() == table.height:
                continue
            if (
                use.field in DTYPES
                and use.field not in ("gift_amount", fields.BIRTH_DATE)
                and not (table[use.column].is_not_null() & normalised[use.field].is_null()).any()
            ):
                continue  # every cell has a value: nearly every column
            cells = cleaned(table[use.column])
            if use.field == "gift_date":
                value = date(cells, day_first=self.habits.day_first(use.column), serials=self.habits.has_serials(use.column))
            elif use.field == fields.BIRTH_DATE:  # as written where it is no date of one reading
                day = pl.when(pl.col(use.field).str.contains(ISO_DAY)).then(use.field).str.to_date("%Y-%m-%d", strict=False)
                value = normalised.select(pl.when(day <= dt.datetime.now(dt.UTC).date()).then(use.field)).to_series()
            elif use.field == "gift_amount":  # of a file that has no row a gift it is the total
                value = normalised.select(pl.coalesce("gift_amount", "total_gifts")).to_series()
            else:
                value = normalised[use.field]
            lacking = cells.is_not_null() & value.is_null() & ~(is_no_date(cells) if use.field in DAY_FIELDS else cells.is_null())
            if lacking.any():
                examples = pl.DataFrame([lines.alias("line"), cells.alias("cell")]).filter(lacking).head(MAX_EXAMPLES)
                kept.append(Change(use.column, use.field, int(lacking.sum()), [(line, cell, "") for line, cell in examples.rows()]))
        return [*kept, *self._unknown_zones(table, lines, normalised), *self._contacts_not_read(normalised)]

    def _contacts_not_read(self, normalised: pl.DataFrame) -> list[Change]:
        """Return the contacts that are none of rows that have another one, by the first column of their field, with the rows' countries."""
        rows = normalised.filter(pl.col("custom_fields").str.contains(NOT_READ, literal=True))
        kept = []
        for name in contract.RULES_OF_UNREAD if rows.height else ():
            cell = pl.col("custom_fields").str.json_path_match(f'$["{name} {NOT_READ}"]').alias("cell")
            cells = rows.select("line", cell, pl.col("country").fill_null("")).drop_nulls("cell")
            if cells.height:
                column = next((use.column for use in self.columns if use.field == name), name)
                examples = cells.head(MAX_NUMBERS_TRIED).rows()
                kept.append(Change(column, name, cells.height, examples))
        return kept

    def _unknown_zones(self, table: pl.DataFrame, lines: pl.Series, normalised: pl.DataFrame) -> list[Change]:
        """Return the cells of time zones that name none, by column."""
        unknown = []
        for use in self.columns:
            if use.field != "timezone" or table[use.column].null_count() == table.height:
                continue
            cells = cleaned(table[use.column])
            country = normalised.select(pl.coalesce("country", pl.lit(self.manifest.default_country or self.default_country)))["country"]
            lacking = cells.is_not_null() & ~names_zone(cells, country)
            if lacking.any():
                examples = pl.DataFrame([lines.alias("line"), cells.alias("cell")]).filter(lacking).head(MAX_EXAMPLES)
                unknown.append(Change(use.column, use.field, int(lacking.sum()), [(line, cell, "") for line, cell in examples.rows()]))
        return unknown

    def _lists(self, chunk: Chunk) -> pl.Series:
        """Return `lists` (List(String)): for each row the further lists that the manifest's column names."""
        nothing = pl.Series("lists", [[]], dtype=pl.List(pl.String))
        if self.manifest.list_column is None:
            return nothing.new_from_index(0, chunk.table.height)
        names = cleaned(chunk.table[self.manifest.list_column]).str.head(MAX_LIST_NAME_LENGTH)
        return (
            names.to_frame("name")
            .select(pl.when(pl.col("name").is_not_null()).then(pl.concat_list("name")).otherwise([]).alias("lists"))
            .to_series()
        )


def _added(changes: list[Change], more: list[Change]) -> list[Change]:
    by_column = {change.column: change for change in changes}
    for change in more:
        before = by_column.get(change.column)
        most = MAX_NUMBERS_TRIED if change.field in contract.RULES_OF_UNREAD else MAX_EXAMPLES
        examples = [*before.examples, *change.examples][:most] if before else change.examples
        by_column[change.column] = Change(change.column, change.field, change.cells + (before.cells if before else 0), examples)
    return list(by_column.values())
