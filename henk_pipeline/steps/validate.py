"""Step validated_leads: an upload's bytes → rows that keep the contract, rejected rows with their reasons, opt-outs, and how it was read."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple, Self

import polars as pl
import pycountry

from henk_pipeline.batching import WORKERS, BatchStore, map_parallel
from henk_pipeline.consent.cells import judge
from henk_pipeline.consent.columns import PHONE_AND_EMAIL, STATED
from henk_pipeline.consent.legends import (
    MAX_LINES,
    Legend,
    bear_codes,
    bear_marks,
    codes_of,
    column_of_codes,
    explained_columns,
    is_legend_of_marks,
    is_of_codes,
    read_legend,
    refusing_marks,
)
from henk_pipeline.consent.remarks import NUMBER, read_phone_cell
from henk_pipeline.consent.sections import MIN_COLUMNS_WITH_NOTES, NEUTRAL, PERMITTED, SECTION, read_headings, sections_of
from henk_pipeline.consent.sentences import NamedRefusal, name_rows, names_of, refused_in_sheets, refusing_sentences
from henk_pipeline.consent.tables import Counts, judge_table
from henk_pipeline.consent.titles import find_refusal, title_of
from henk_pipeline.consent.vocabulary import answer_key, answers
from henk_pipeline.file_modes import restrict
from henk_pipeline.labels import label
from henk_pipeline.leads import contract, fields
from henk_pipeline.leads.cell_words import load_cell_words
from henk_pipeline.leads.contacts_not_read import NOT_READ
from henk_pipeline.leads.locales import language_of, load_locales
from henk_pipeline.leads.normalise import (
    COUNTRY_NOT_KNOWN,
    DAY_FIELDS,
    DTYPES,
    NUMBER_FIELDS,
    OPTIONAL_FIELDS,
    ColumnMeaning,
    Habits,
    consent_columns,
    normalise,
    with_question,
    without_contacts_of_others,
)
from henk_pipeline.leads.phones import SCIENTIFIC, probable_countries
from henk_pipeline.leads.text import amount as text_amount
from henk_pipeline.leads.text import cleaned, date, is_no_date, is_open_amount, is_open_date, without_residue
from henk_pipeline.leads.time_zones import names_zone
from henk_pipeline.steps.addressees import Addressee, find_addressees, set_apart
from henk_pipeline.steps.adults import OtherAdult, divide_consents, fill_in, find_other_adults, rows_instead
from henk_pipeline.steps.suppress import contacts_in
from henk_pipeline.steps.unmapped_numbers import numbers_of_refusals
from henk_pipeline.uploads import section_headings
from henk_pipeline.uploads.cell_formats import is_plain_legend
from henk_pipeline.uploads.dialect import NO_DELIMITER
from henk_pipeline.uploads.headers import Mapping, load_synonyms, map_columns
from henk_pipeline.uploads.layout import OmittedLines
from henk_pipeline.uploads.manifest import Manifest, ManifestError
from henk_pipeline.uploads.reading import Chunk, RaggedRow, Reading, open_table, write_table
from henk_pipeline.uploads.records import COMMON_DELIMITERS
from henk_pipeline.uploads.roles import NAME_FIELDS
from henk_pipeline.uploads.section_headings import begins_with_heading, find_headings, is_heading_of_one_cell
from henk_pipeline.uploads.unpacking import UnreadableFileError

NO_SYSTEM = "csv_import"
MAX_EXAMPLES = 3
# Fields in whose cells a code of a legend may stand in brackets: "Ada Quillon (D)".
CODED_FIELDS = {*NAME_FIELDS, *fields.PHONE_FIELDS}
LEGEND, SENTENCE = "Legend of the file", "Sentence of the file"
SHEET = "Sheet of the file"
# Fields whose cells may be codes that a legend of the file explains.
EXPLAINED_FIELDS = {None, "notes", "tags", "description", "lead_source"}
MAX_LINES_OUTSIDE, MAX_LINES_OF_SHEET = 500, 200  # in which legends and sentences are looked for
LEGEND_CELL = r"^[\p{L}\d]{1,4}\s?[=:]\s*\p{L}"  # "A: active"
MAX_LEGEND_CELLS, MAX_CODE_CELL_LENGTH = 4, 4  # of a row of the table that may be a line of a legend: "D,Do not call,,"
MAX_LONE = 200  # rows of one cell in which a legend is looked for
TITLE, MAX_TITLE = "Title of the file", 120  # of the characters shown as the reason why nobody is called
MAX_SHOWN = 60
MAX_SHOWN_LINES = 20
# A share of fewer rows means little: three bad ones of five are no reason to leave out two good ones.
MIN_ROWS_FOR_SHARE = 40
# Where the contact of most rows is in a column that is asked about, the answer comes first.
MAX_ASKED_OF_FEW = 0.5
MAX_REJECTED = 0.25
MOVED_MONEY = "payment that nobody gave"
MIN_SHARE_OF_RECEIVER = 0.5
OUTGOING = r"^[^\d]*[-−–(]"
GIVEN_BACK = (
    r"(?i)refund|reversal|chargeback|charge back|dispute|return|rückzahlung|rückbuchung|erstattung|remboursement|annulation|reembolso|devoluci"
    r"|terugbetaling|terugboeking|estorno"
)
MAX_NUMBERS_TRIED = 50
MIN_NUMBERS_ASKED = 3  # of rows that name no country and have another contact: fewer are slips
ISO_DAY = r"^\d{4}-\d{2}-\d{2}$"
MAX_COUNTRIES_NAMED = 3
MAX_COLUMNS_NAMED = 20
MAX_DESCRIBED = 1000  # of left out parts and of rows set right, so that the record of an import stays small
MAX_LIST_NAME_LENGTH = 255  # lead_lists.name varchar(255)
ADDRESS = re.compile(r"[^\s<>;,:()\"']{1,64}@[^\s<>;,:()\"']{3,190}")
NO_TITLE_BELOW = re.compile(r"(?i)\d|^(?:to |click |please )?(?:unsubscribe|opt out)\b")  # counts, and how to leave a mailing
MAX_ANSWER = 6  # characters of a cell that is too short for a number or an address
AN_ADDRESS = r"^\s*[^\s@]{1,64}@[^\s@]{3,190}\s*$"
A_NUMBER_OR_ADDRESS = rf"{AN_ADDRESS}|^\s*\+?\(?\d[\d().\s-]{{8,18}}\d\s*$"  # a number of more characters than a date
# Characters that make a spreadsheet take a cell for a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

LEAD_SCHEMA: dict[str, Any] = {
    "line": pl.Int64, **DTYPES, "tags": pl.List(pl.String), "lists": pl.List(pl.String), "custom_fields": pl.String, "source": pl.String,
}  # fmt: skip
REJECTION_SCHEMA: dict[str, Any] = {**contract.REJECTION_SCHEMA, "row": pl.String}
PERSON_SCHEMA: dict[str, Any] = dict.fromkeys(("source", "source_id", "email", *fields.PHONE_FIELDS), pl.String)
OPT_OUT_SCHEMA: dict[str, Any] = {"line": pl.Int64, "channel": pl.String, "value": pl.String}


class Change(NamedTuple):
    """The cells of a column that are written otherwise in the lead than in the file: their number, and examples.

    An example is line, as written, as kept.
    """

    column: str
    field: str
    cells: int
    examples: list[tuple[int, str, str]]


@dataclass
class ValidatedUpload:
    """The result of reading and validating an upload.

    `leads` (LEAD_SCHEMA): the rows that keep the contract. `rejections` (REJECTION_SCHEMA): a line a broken
    rule; `row` is the row of the file as a JSON object. Both are in memory, or scans of Parquet files if
    `validate_file` was given a folder for them. `opt_outs` (OPT_OUT_SCHEMA): phones and e-mails of every row
    that refuses, rejected rows included; channel `address`: people with this e-mail must not be called;
    `person`, a JSON object of PERSON_SCHEMA: a person who must not be called and becomes no lead here. `error`:
    why nothing of it is loaded, None if it is. `reading` (its chunks are gone) and `mapping` are None where the
    file could not be read or mapped. `changes`: only where results go to a folder. `consent`: the meaning of
    the cells of each column that may hold a refusal. `title`: the name of the file, where that says that its
    people refuse calls and the manifest has not decided about it. `refusing_sheets`: other sheets of the
    workbook with such a name, and how many numbers and addresses of them are opted out. `unclear_lines`:
    rejected rows in which it is unclear whether the person may be called. `sentences`: lines outside the table
    that refuse calls for a person. `left_out`: rows without a person: headings, and money that moves between
    the organisation and its bank. `further_numbers`: by column, how many numbers of rows that refuse calls
    stand in it that no field of the lead holds; they are opted out, too. `lines_of_others`: rows in which a
    cell gives a number or an address to somebody else by name; it is not used. `lines_of_no_country`: rows
    whose number is not read because their country is not known.
    """

    rows_read: int = 0
    rows_rejected: int = 0
    leads: pl.LazyFrame = field(default_factory=lambda: pl.LazyFrame(schema=LEAD_SCHEMA))
    rejections: pl.LazyFrame = field(default_factory=lambda: pl.LazyFrame(schema=REJECTION_SCHEMA))
    opt_outs: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OPT_OUT_SCHEMA))
    reading: Reading | None = None
    mapping: Mapping | None = None
    error: str | None = None
    reasons: Counter[str] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)
    kept: list[Change] = field(default_factory=list)
    consent: dict[str, Counts] = field(default_factory=dict)
    title: str | None = None
    refusing_sheets: dict[str, int] = field(default_factory=dict)
    unclear_lines: list[int] = field(default_factory=list)
    left_out: list[OmittedLines] = field(default_factory=list)
    sentences: tuple[NamedRefusal, ...] = ()
    further_numbers: Counter[str] = field(default_factory=Counter)
    lines_of_others: list[int] = field(default_factory=list)
    lines_of_no_country: list[int] = field(default_factory=list)


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
    reading: Reading, manifest: Manifest, names: Sequence[str], mapping: Mapping, outside: "_Outside", chunks: "_Chunks"
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


def _names_a_row(title: str, outside: "_Outside", mapping: Mapping, chunks: "_Chunks") -> bool:
    """Return whether a line above the table names a person of it with the given name or a courtesy title, so that it is about that person."""
    named = [sentence for sentence in outside.sentences if sentence.text == " ".join(title.split()) and sentence.names_surely]
    columns = {use.field: use.column for use in mapping.uses if use.field in ("first_name", "last_name")}
    if not named or len(columns) < 2:
        return False
    names = [pl.col(columns[field]).alias(field) for field in ("first_name", "last_name")]
    return any(name_rows(chunk.table.select(names), named).is_not_null().any() for chunk in chunks.all())


def _notes_of_titles(validated: ValidatedUpload) -> list[str]:
    notes = [
        f"Sheet “{name}” is a list of people who refuse calls, by its name: {count} numbers and addresses of it are not called. "
        "People of the file whose names stand in it are not called until a person decides."
        for name, count in validated.refusing_sheets.items()
    ]
    notes += [
        f"A line outside the table refuses calls: “{sentence.text[:MAX_TITLE]}”. People of the file whose name stands in it are not called until "
        "a person decides; check whether it names another person."
        for sentence in validated.sentences
    ]
    if validated.further_numbers:
        notes.append(
            "Numbers of people who refuse calls stand in columns that are no telephone of the lead, and are not called either: "
            + ", ".join(f"“{column}” ({count})" for column, count in validated.further_numbers.items())
            + "."
        )
    if lines := validated.unclear_lines:
        notes.append(
            f"{len(lines)} rejected rows leave it unclear whether the person may be called, those of the lines {name_lines(lines)}. They make no "
            "lead, and no opt-out was kept of them: look at them, and write those who refuse to a list for henk suppress."
        )
    if lines := validated.lines_of_others:
        notes.append(
            f"{len(lines)} rows have a cell that gives a number or an address to somebody else by name, those of the lines {name_lines(lines)}. "
            "It is not used; the whole cell is kept as a custom field."
        )
    if lines := validated.lines_of_no_country:
        notes.append(
            f"{len(lines)} rows have a number without its country code next to a country that is not known, those of the lines {name_lines(lines)}. "
            "The number is kept as a custom field; write the country as its name or ISO code, or the number with + and its country code."
        )
    if validated.title is None:
        return notes
    question = (
        f"“{validated.title}” says that the people of this file refuse calls, so nobody of it is called. Write do_not_call = true or "
        "do_not_call = false in its manifest; suppressions = true if it is a list of numbers and addresses only, of which no leads are made."
    )
    return [*notes, question]


def describe_reading(validated: ValidatedUpload) -> dict[str, Any]:
    """Describe how a file was read, for people and for the import record.

    That is its container, encoding, delimiter, quote, escape, header_line, columns, system, the parts that were
    left out of it and the rows that were set right.
    """
    reading = validated.reading
    if reading is None:
        return {}
    return {
        "container": reading.container,
        "encoding": reading.encoding,
        "delimiter": reading.dialect.delimiter if reading.dialect.delimiter != NO_DELIMITER else None,
        "quote": reading.dialect.quote,
        "escape": reading.dialect.escape,
        "header_line": reading.header_line,
        "columns": reading.columns,
        "system": validated.mapping.system if validated.mapping else None,
        "left_out": [part._asdict() for part in _left_out(validated, reading)[:MAX_DESCRIBED]],
        "realigned": [{"line": line, "what": change} for line, change in list(reading.realigned.items())[:MAX_DESCRIBED]],
        "passed_over": list(reading.passed_over),
        "notes": [
            *_notes_of_titles(validated),
            *(validated.mapping.notes if validated.mapping else ()),
            *map(_describe_kept, validated.kept),
        ],
        "consent": describe_consent(validated),
    }


def name_lines(lines: Sequence[int]) -> str:
    """Return the first numbers of lines, and how many more there are."""
    more = f" and {len(lines) - MAX_SHOWN_LINES} more" if len(lines) > MAX_SHOWN_LINES else ""
    return ", ".join(map(str, lines[:MAX_SHOWN_LINES])) + more


def _left_out(validated: ValidatedUpload, reading: Reading) -> list[OmittedLines]:
    """Return the parts of the file that are no rows, or rows without a person, in their order."""
    return sorted([*reading.left_out, *validated.left_out]) if validated.left_out else reading.left_out


def _describe_unknown_zones(kept: Change) -> str:
    """Return a note about cells that name no time zone, or one of several."""
    cells = "a cell names" if kept.cells == 1 else f"{kept.cells} cells name"
    shown = ", ".join(f"“{cell[:MAX_SHOWN]}” in line {line}" for line, cell, _ in kept.examples)
    return (
        f"Column “{kept.column}”: {cells} no time zone for certain: {shown}{' and others' if kept.cells > len(kept.examples) else ''}. "
        "They are not used; the person's place or number decides. Write the zone as Europe/Berlin."
    )


def _describe_kept(kept: Change) -> str:
    """Return in words which cells of a column are no values of its field, and what to do."""
    if kept.field == "timezone":
        return _describe_unknown_zones(kept)
    if kept.field in contract.RULES_OF_UNREAD:
        return _describe_contacts_not_read(kept)
    cells = "a cell is no value" if kept.cells == 1 else f"{kept.cells} cells are no value"
    shown = ", ".join(f"“{cell[:MAX_SHOWN]}{'…' * (len(cell) > MAX_SHOWN)}” in line {line}" for line, cell, _ in kept.examples)
    more = " and others" if kept.cells > len(kept.examples) else ""
    remedy = contract.REMEDY_OF_COUNTS
    reason = ""
    if kept.field in DAY_FIELDS:
        remedy = contract.REMEDY_OF_DATES
        if any(is_open_date(pl.Series([cell for _, cell, _ in kept.examples]))):
            reason = " It may be in either of two months, and no other date of the file tells which."
    elif kept.field not in fields.COUNT_FIELDS:
        remedy = contract.REMEDY_OF_AMOUNTS
        if any(is_open_amount(pl.Series([cell for _, cell, _ in kept.examples]))):
            reason = " It may be thousands or have three decimals, and no other amount of the file tells which."
    return (
        f"Column “{kept.column}”: {cells} of the field “{label(kept.field)}” for certain and kept as text: {shown}{more}.{reason} {remedy}"
    )


def _describe_contacts_not_read(kept: Change) -> str:
    """Return a note about cells that are no contact, of rows that have another one."""
    cells = "a cell is" if kept.cells == 1 else f"{kept.cells} cells are"
    kind = "e-mail address" if kept.field == "email" else "phone number that can be called"
    shown = ", ".join(f"“{cell[:MAX_SHOWN]}” in line {line}" for line, cell, _ in kept.examples[:MAX_EXAMPLES])
    more = " and others" if kept.cells > MAX_EXAMPLES else ""
    return (
        f"Column “{kept.column}”: {cells} no {kind}: {shown}{more}. It is kept as text, and the person has another contact. "
        f"{contract.RULES_OF_UNREAD[kept.field].remedy}"
    )


def describe_consent(validated: ValidatedUpload) -> list[dict[str, Any]]:
    """Describe the columns of consent for people: column, direction, channel, and how many cells say yes, no, nothing, or are unclear.

    Columns of anything else are among them only where one of their cells refuses or is unclear.
    """
    if validated.mapping is None:
        return []
    rows = [(use, use.consent, validated.consent.get(use.column, Counts())) for use in validated.mapping.uses if use.consent is not None]
    return [
        {"column": use.column, "direction": consent.direction, "channel": consent.channel, **counts._asdict()}
        for use, consent, counts in rows
        if consent.direction != "stated" or counts.yes or counts.unclear
    ]


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
    )
    upload = ValidatedUpload(reading=reading, mapping=mapping, title=title, sentences=outside.sentences)
    opt_outs: list[pl.DataFrame] = [upload.opt_outs]
    leads, rejections = BatchStore("leads", scratch), BatchStore("rejections", scratch)
    with ExitStack() as stack:
        rejected = stack.enter_context(_RejectedFile(rejected_file, reading, mapping)) if rejected_file else None
        for chunk, done in map_parallel(lambda chunk: (chunk, validator.validate(chunk)), chunks.all(), _workers(reading)):
            upload.rows_read += done.rows_read
            upload.rows_rejected += done.rejections["line"].n_unique()
            upload.reasons.update(dict(done.rejections["rule"].value_counts().iter_rows()))
            opt_outs.append(done.opt_outs)
            upload.unclear_lines += done.unclear_lines
            upload.further_numbers.update(done.further_numbers)
            upload.lines_of_others += done.lines_of_others
            upload.lines_of_no_country += done.lines_of_no_country
            upload.left_out += done.left_out
            leads.take(done.leads if keep_leads else done.leads.clear())
            rejections.take(done.rejections)
            upload.changes, upload.kept = _added(upload.changes, done.changes), _added(upload.kept, done.kept)
            for column, counts in done.consent.items():
                upload.consent[column] = upload.consent.get(column, Counts()).plus(counts)
            if rejected is not None and done.rejections.height:
                rejected.write(chunk, done.rejections)
    opt_outs += (of_sheets := _stated_in_sheets(outside.sheets, manifest.default_country or default_country)).values()
    upload.refusing_sheets = {name: of_sheet.height for name, of_sheet in of_sheets.items()}
    opt_outs.append(_numbers_of_sentences(outside.sentences, manifest.default_country or default_country))
    upload.leads, upload.rejections = leads.all(), rejections.all()
    upload.opt_outs = pl.concat(opt_outs).unique(["channel", "value"], maintain_order=True)
    upload.error = _why_hopeless(upload, manifest.max_rejected)
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
) -> tuple[Mapping, list[ColumnMeaning], Habits, "_Outside"]:
    """Look through the whole file before any row of it is judged: its columns' fields, and how it writes dates and amounts.

    Raises:
        ManifestError: The manifest names a column that the file does not have.
    """
    unread = chunks.read()
    if (first := next(unread, None)) is None:
        raise RuntimeError("a table without a chunk")
    mapping = _map(reading, chunks.plain(first), manifest)
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
    outside = replace(_read_outside(reading, lone, first.table.columns), above=above, has_sections=begins_with_heading(first.table))
    return mapping, _with_legend(columns, outside.legend, chunks), habits, outside


@dataclass(frozen=True)
class _Outside:
    """The lines outside the table that concern its rows.

    `legend` explains codes; `marks`: those that a legend explains as a refusal; `sentences`: refusals for a
    person they name; `title`: a line below the table that refuses calls for all its people; `sheets`: number,
    sheet and cells of the rows of sheets of people who refuse calls; `names`: those in them, as `names_of`
    returns them; `colors`: legends of colors that are not known in such a file; `above`: by the first line of a
    chunk the heading that holds above it; `has_sections`: the table begins with a heading of a section.
    """

    legend: Legend = field(default_factory=Legend)
    marks: frozenset[str] = frozenset()
    sentences: tuple[NamedRefusal, ...] = ()
    title: str | None = None
    colors: tuple[str, ...] = ()
    sheets: Sequence[tuple[int, str, list[str]]] = ()
    names: pl.DataFrame = field(default_factory=lambda: names_of(()))
    above: dict[int, str] = field(default_factory=dict)
    has_sections: bool = False

    @property
    def codes(self) -> frozenset[str]:
        """The codes that refuse calls."""
        return self.legend.refusing

    def questions(self, table: pl.DataFrame, columns: list[ColumnMeaning], normalised: pl.DataFrame) -> Iterator[pl.Series]:
        """Yield for each row the reason why its person is not called until a person decides, null without such a reason."""
        if self.marks:
            marked = pl.DataFrame([bear_marks(table, self.marks)])
            yield marked.select(pl.when("marked").then(pl.lit(f"{LEGEND}: {' '.join(sorted(self.marks))}"))).to_series()
        named_columns = [use.column for use in columns if use.field in CODED_FIELDS]
        if self.codes and named_columns:
            coded = pl.DataFrame([bear_codes(table.select(named_columns), self.codes)])
            yield coded.select(pl.when("coded").then(pl.lit(f"{LEGEND}: {' '.join(sorted(self.codes))}"))).to_series()
        if self.sentences:
            named = name_rows(normalised.select("first_name", "last_name"), self.sentences)
            yield named.to_frame("sentence").select(pl.format("{}: {}", pl.lit(SENTENCE), "sentence")).to_series()
        if self.names.height:
            listed = refused_in_sheets(normalised.select("first_name", "last_name"), self.names)
            yield listed.to_frame("sheet").select(pl.format("{}: {}", pl.lit(SHEET), "sheet")).to_series()


def _read_outside(reading: Reading, lone: list[list[str]], columns: Sequence[str]) -> _Outside:
    """Read the lines that are no rows: above and below the table, and in other sheets. A line of groups is part of the names of the columns."""
    outside = list(reading.outside.values())
    lines = list(
        islice(
            chain(
                (line for line in islice(reading.titles, MAX_LINES_OUTSIDE) if not _are_groups(line, columns)),
                lone,
                outside[:MAX_LINES_OUTSIDE],
                outside[MAX_LINES_OUTSIDE:][-MAX_LINES_OUTSIDE:],
                _lines_of_sheets(reading),
            ),
            MAX_LINES,
        )
    )
    below = [cells[0].strip() for cells in map(_filled, outside) if len(cells) == 1]
    title = find_refusal([line for line in below if not NO_TITLE_BELOW.search(line) and not is_legend_of_marks(line)], exclusive=True)
    sheets = list(_rows_of_refusing_sheets(reading))
    colors = () if reading.has_looks else tuple(" ".join(map(str.strip, cells)) for cells in map(_filled, lines) if is_plain_legend(cells))
    return _Outside(
        read_legend(lines), refusing_marks(lines), refusing_sentences(lines), title, colors, sheets, names_of(row[1:] for row in sheets)
    )


def _lines_of_sheets(reading: Reading) -> Iterator[list[str]]:
    """Yield the first lines of each other sheet: a legend stands there, and may stand behind a long sheet."""
    seen: Counter[str] = Counter()
    for sheet, cells in reading.other_sheets():
        seen[sheet] += 1
        if seen[sheet] <= MAX_LINES_OF_SHEET:
            yield cells


def _are_groups(cells: Sequence[str], columns: Sequence[str]) -> bool:
    """Return whether the cells of a line above the table head its columns ("Do Not" over "Do Not Call" and "Do Not Mail")."""
    groups = [" ".join(cell.split()) for cell in _filled(cells)]
    return bool(groups) and all(any(f"{column} ".startswith(f"{group} ") for column in columns) for group in groups)


def _filled(cells: Sequence[str]) -> list[str]:
    return [cell for cell in cells if cell.strip()]


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


def _map(reading: Reading, table: pl.DataFrame, manifest: Manifest) -> Mapping:
    mapping = map_columns(
        table,
        manifest.columns,
        manifest.source,
        has_header=reading.header_line is not None,
        manifest_consent=manifest.consent,
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
    outside: "_Outside"
    title: str | None
    describe_changes: bool
    own_addresses: frozenset[str]
    chunks: "_Chunks"
    addressees: Sequence[Addressee]
    other_adults: Sequence[OtherAdult]

    def validate(self, chunk: Chunk) -> _BatchResult:
        """Normalise and validate a chunk."""
        country = self.manifest.default_country or self.default_country
        table = self.chunks.plain(chunk)
        instead_of = rows_instead(table, self.other_adults)
        whose, of_adults, numbers = divide_consents(table, chunk.lines, self.other_adults, instead_of)
        judged = judge_table(whose, consent_columns(self.columns) | of_adults)
        divided, added = set_apart(table, self.addressees)
        divided, instead = fill_in(divided, self.other_adults, instead_of)
        normalised = normalise(divided, chunk.lines, [*self.columns, *added, *instead], country, self.habits, judged)
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
        return _BatchResult(
            rows_read=_rows_of(chunk) - len(nobody),
            leads=good.with_columns(pl.lit(self.mapping.system or NO_SYSTEM).alias("source")).select(LEAD_SCHEMA.keys()),
            rejections=_rejections(self.reading, chunk._replace(ragged=ragged), self.mapping, failures),
            opt_outs=pl.concat(
                [
                    _opt_outs(normalised),
                    self._people_not_to_call(normalised, failures),
                    _numbers_in_refusals(table, chunk.lines, self.columns, country),
                    further.opt_outs(),
                    *(
                        [contacts_in(numbers, country).filter(pl.col("channel") == "phone").select(*OPT_OUT_SCHEMA)]
                        if numbers.height
                        else ()
                    ),
                    _stated_in_ragged(chunk.ragged, country),
                    self._stated_in_hidden(chunk, country),
                ]
            ),
            changes=self._changes(chunk, normalised) if self.describe_changes else [],
            kept=self._kept_as_text(table, chunk.lines, normalised),
            consent=judged.counts,
            unclear_lines=_unclear_lines(normalised, failures, ragged),
            left_out=[
                *(OmittedLines(line, line, section_headings.WHY) for line in headings),
                *(OmittedLines(line, line, MOVED_MONEY) for line in moved if line not in headings),
            ],
            further_numbers=further.by_column(),
            lines_of_others=_filled_lines(without_contacts_of_others(table, self.columns)[1], chunk.lines),
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

    def _stated_in_hidden(self, chunk: Chunk, country: str) -> pl.DataFrame:
        """Return the opt-outs of rows that a workbook hides: they make no leads, and their refusals count."""
        if chunk.hidden is None or chunk.hidden_lines is None:
            return pl.DataFrame(schema=OPT_OUT_SCHEMA)
        hidden = without_residue(chunk.hidden)
        judged = judge_table(hidden, consent_columns(self.columns))
        normalised = normalise(hidden, chunk.hidden_lines, self.columns, country, self.habits, judged)
        return pl.concat([_opt_outs(normalised), numbers_of_refusals(hidden, normalised, self.columns, country).opt_outs()])

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
                value = normalised.select(pl.when(pl.col(use.field).str.contains(ISO_DAY)).then(use.field)).to_series()
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


class _RejectedFile:
    """The rejected rows as CSV: the file's own columns and cells, then the line of each row and every reason.

    It can be mended and uploaded again as it is: Henk knows its two columns and leaves them out. With a byte
    order mark, so that spreadsheets show accents, and with an apostrophe before cells that a spreadsheet would
    take for formulas. Written whole or not at all.
    """

    def __init__(self, path: Path, reading: Reading, mapping: Mapping) -> None:
        # A column that comes from an earlier rejected file is written once, not twice.
        own = {use.column for use in mapping.uses if use.own}
        self.kept = [number for number, column in enumerate(reading.columns) if column not in own]
        self.path, self.reading = path, reading
        self.temporary = path.with_name(f".{path.name}")
        self.file: Any = None
        self.writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        if self.file is None:
            self.path.unlink(missing_ok=True)  # of an earlier run under other rules
            return
        self.file.close()
        if failed is None:
            self.temporary.replace(self.path)
        else:
            self.temporary.unlink(missing_ok=True)

    def write(self, chunk: Chunk, rejections: pl.DataFrame) -> None:
        """Write the rows of a chunk that were rejected."""
        if self.file is None:
            self.file = self.temporary.open("w", encoding="utf-8-sig", newline="")
            restrict(self.temporary)
            delimiter = self.reading.dialect.delimiter
            self.writer = csv.writer(self.file, delimiter=delimiter if delimiter in COMMON_DELIMITERS else ",")
            self.writer.writerow([*(_harmless(self.reading.columns[number]) for number in self.kept), *load_synonyms().own["columns"]])
        reasons = rejections.group_by("line", maintain_order=True).agg(pl.col("message").str.join(" "))
        numbers = pl.DataFrame({"line": chunk.lines}).with_row_index("row").join(reasons, on="line", how="semi")
        cells = dict(zip(numbers["line"], chunk.table[numbers["row"]].rows(), strict=True))
        ragged = {row.line: row.cells for row in chunk.ragged}
        for line, because in reasons.rows():
            row = ragged.get(line) or [cells[line][number] for number in self.kept]
            self.writer.writerow([*(_harmless(cell or "") for cell in row), line, _harmless(because)])


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    Phone numbers and negative amounts, signs and digits only, are none.
    """
    if cell.startswith(FORMULA_STARTS) and cell.strip("+-0123456789 ().,/\t"):
        return f"'{cell}"
    return cell


def _rejections(reading: Reading, chunk: Chunk, mapping: Mapping, failures: pl.DataFrame) -> pl.DataFrame:
    """Return failures in words with the cells they are about, and the rows that fit no header, in the order of the file."""
    if not failures.height and not chunk.ragged:
        return pl.DataFrame(schema=REJECTION_SCHEMA)
    wanted = chunk.lines.is_in(failures["line"].unique().implode())
    rows = chunk.table.filter(wanted).with_columns(chunk.lines.filter(wanted).alias("__line"))
    columns_of: dict[str, list[str]] = {}
    for use in mapping.uses:
        if use.field:
            columns_of.setdefault(use.field, []).append(use.column)
    # A number that its kind has moved to the mobile phone stands in a column of numbers.
    moved = [use.column for use in mapping.uses if use.field == "phone" and use.kind_column is not None]
    columns_of["mobile_phone"] = [*columns_of.get("mobile_phone", []), *moved]
    cells = []
    for name in failures["field"].drop_nulls().unique():
        columns = columns_of.get(name, [])
        # Of several columns for a field the first that is filled; each of those that speak of consent.
        filled = pl.coalesce(pl.when(pl.col(column).is_not_null()).then(pl.lit(column)) for column in columns) if columns else None
        if filled is not None:
            cells.append(
                rows.select(
                    pl.col("__line").alias("line"), pl.lit(name).alias("field"), filled.alias("column"), pl.coalesce(columns).alias("value")
                )
            )
    schema = {"line": pl.Int64, "field": pl.String, "column": pl.String, "value": pl.String}
    explained = contract.explain(failures, pl.concat([pl.DataFrame(schema=schema), *cells]))
    explained = _with_numbers_not_read(explained, rows, mapping.numbers_not_read)
    as_json = rows.select(pl.col("__line").alias("line"), pl.struct(pl.exclude("__line")).struct.json_encode().alias("row"))
    explained = explained.join(as_json, on="line", how="left", maintain_order="left")
    return pl.concat([explained, _ragged_rejections(reading, chunk.ragged)]).sort("line", maintain_order=True)


def _with_numbers_not_read(explained: pl.DataFrame, rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return rejections with the columns named that hold a number of a row without a contact, and of which it is not certain whose they are."""
    for column in columns:
        filled = rows.filter(pl.col(column).str.contains(r"\d"))["__line"]
        is_of_column = (pl.col("rule") == contract.NO_CONTACT.code) & pl.col("line").is_in(filled.implode())
        asked = f" Is “{column}” the person's number? Then name it as phone under [columns] in the manifest."
        explained = explained.with_columns(
            pl.when(is_of_column).then(pl.col("message") + pl.lit(asked)).otherwise("message").alias("message")
        )
    return explained


def _ragged_rejections(reading: Reading, ragged: list[RaggedRow]) -> pl.DataFrame:
    rule = contract.CELL_COUNT
    width = len(reading.columns)
    records = [
        {
            "line": row.line,
            "column": None,
            "value": reading.dialect.delimiter.join(row.cells),
            "rule": rule.code,
            "message": f"{rule.message.format(value=len(row.cells), column=width)}. {rule.remedy}",
            "row": pl.DataFrame({"cells": [row.cells]}).select(pl.struct("cells").struct.json_encode()).item(),
        }
        for row in ragged
    ]
    return pl.DataFrame(records, schema=REJECTION_SCHEMA)


def _unclear_lines(normalised: pl.DataFrame, failures: pl.DataFrame, ragged: list[RaggedRow]) -> list[int]:
    """Return the lines of rejected rows in which it is unclear whether the person may be called."""
    rejected = pl.col("line").is_in(failures["line"].unique().implode()) & pl.col(fields.CONSENT_UNCLEAR).is_not_null()
    of_ragged = [row.line for row in ragged if any(judge(cell, STATED).phone == "unclear" for cell in row.cells)]
    return sorted({*normalised.filter(rejected)["line"], *of_ragged})


def _filled_lines(columns: list[pl.Series], lines: pl.Series) -> list[int]:
    """Return the lines of the rows in which any of the columns is filled."""
    return sorted({line for column in columns for line in lines.filter(column.is_not_null())})


def _opt_outs(normalised: pl.DataFrame) -> pl.DataFrame:
    no_call = normalised.filter(pl.any_horizontal(pl.col(*fields.NO_CALL)))
    no_email = normalised.filter(pl.any_horizontal(pl.col(*fields.NO_EMAIL)))
    spoken = [no_call.select("line", pl.lit("phone").alias("channel"), pl.col(phone).alias("value")) for phone in fields.PHONE_FIELDS]
    spoken.append(no_call.select("line", pl.lit("address").alias("channel"), pl.col("email").alias("value")))
    spoken.append(no_email.select("line", pl.lit("email").alias("channel"), pl.col("email").alias("value")))
    return pl.concat(spoken).drop_nulls().unique(["channel", "value"], maintain_order=True)


def _numbers_in_refusals(table: pl.DataFrame, lines: pl.Series, columns: list[ColumnMeaning], country: str) -> pl.DataFrame:
    """Return the opt-outs of numbers and addresses that stand in a column of refusals itself ("Do Not Call Number"): no field holds them."""
    opt_outs = [pl.DataFrame(schema=OPT_OUT_SCHEMA)]
    for use in columns:
        if use.consent is None or use.consent.direction != "refusal" or use.consent.wrong or not use.consent.channels & PHONE_AND_EMAIL:
            continue
        of_calls = "phone" in use.consent.channels
        cells = pl.DataFrame([lines.alias("line"), table[use.column].alias("cell")]).filter(pl.col("cell").str.len_bytes() > MAX_ANSWER)
        cells = cells.filter(pl.col("cell").str.contains(A_NUMBER_OR_ADDRESS if of_calls else AN_ADDRESS))
        if cells.height:
            channel = pl.col("channel").replace("email", "address") if of_calls else pl.col("channel")
            opt_outs.append(contacts_in(cells, country).with_columns(channel).select(*OPT_OUT_SCHEMA))
    return pl.concat(opt_outs)


def _stated_in_ragged(ragged: list[RaggedRow], country: str) -> pl.DataFrame:
    """Return the opt-outs of rows whose cells fit no columns: a stated refusal counts for every number and address of the row."""
    numbers: list[tuple[int, str]] = []
    for row in ragged:
        remarks = [read_phone_cell(cell) for cell in row.cells]
        refused = any(remark is not None and remark.refused for remark in remarks)
        if refused or any(judge(cell, STATED).phone == "refused" for cell in row.cells):
            numbers += [(row.line, (remark.numbers if remark else None) or cell) for cell, remark in zip(row.cells, remarks, strict=True)]
    if not numbers:
        return pl.DataFrame(schema=OPT_OUT_SCHEMA)
    contacts = contacts_in(pl.DataFrame(numbers, schema={"line": pl.Int64, "cell": pl.String}, orient="row"), country)
    channel = pl.col("channel").replace("email", "address")  # whose it is must not be called; e-mails may be sent
    return contacts.with_columns(channel).select(*OPT_OUT_SCHEMA)


def _rows_of_refusing_sheets(reading: Reading) -> Iterator[tuple[int, str, list[str]]]:
    """Yield the number, the sheet and the cells of rows of other sheets that are lists of who refuses calls, but for those with an answer "no"."""
    refusing: dict[str, bool] = {}
    for number, (sheet, row) in enumerate(reading.other_sheets(), start=1):
        if sheet not in refusing:
            refusing[sheet] = find_refusal([sheet], exclusive=True) is not None
        if refusing[sheet] and not any(answer_key(cell) in answers()["no"] for cell in row):
            yield number, sheet, row


def _stated_in_sheets(rows: Sequence[tuple[int, str, list[str]]], country: str) -> dict[str, pl.DataFrame]:
    """Return the opt-outs (OPT_OUT_SCHEMA) of the sheets of a workbook that are no table of people but a list of who refuses, by their names."""
    cells: dict[str, list[tuple[int, str]]] = {}
    for line, name, row in rows:
        cells.setdefault(name, []).extend((line, cell) for cell in row if cell.strip())
    channel = pl.col("channel").replace("email", "address")
    return {
        name: contacts_in(pl.DataFrame(cells_of, schema={"line": pl.Int64, "cell": pl.String}, orient="row"), country)
        .with_columns(channel)
        .select(*OPT_OUT_SCHEMA)
        for name, cells_of in cells.items()
    }


def _numbers_of_sentences(sentences: Sequence[NamedRefusal], country: str) -> pl.DataFrame:
    """Return the opt-outs of numbers and addresses that stand in sentences outside the table: "Do not call 212-555-0101"."""
    texts = [(match.group(), 0) for sentence in sentences for match in (*NUMBER.finditer(sentence.text), *ADDRESS.finditer(sentence.text))]
    if not texts:
        return pl.DataFrame(schema=OPT_OUT_SCHEMA)
    channel = pl.col("channel").replace("email", "address")
    cells = pl.DataFrame(texts, schema={"cell": pl.String, "line": pl.Int64}, orient="row")
    return contacts_in(cells, country).with_columns(channel).select(*OPT_OUT_SCHEMA)


def _why_hopeless(upload: ValidatedUpload, share: float | None) -> str | None:  # noqa: PLR0911 - a case a line
    """Return why nothing of an upload is loaded; None if its good rows are. `share`: set for this file, it counts for few rows, too."""
    read_rows, rejected = upload.rows_read, upload.rows_rejected
    if read_rows == 0 and upload.left_out:
        kinds = " or ".join(sorted({part.why for part in upload.left_out}))
        return f"No row of the file is a person: {len(upload.left_out)} were left out, each a {kinds}."
    if read_rows == 0:
        return "The file has a header, but no rows."
    if question := _why_numbers_are_asked_about(upload, share):
        return question
    max_rejected = share if share is not None else MAX_REJECTED
    if rejected <= max_rejected * read_rows or (share is None and _has_good_rows_of_few(upload)):
        return None
    if upload.mapping is not None and upload.reasons[contract.NO_CONTACT.code] == rejected:
        if upload.mapping.questions:
            return f"{rejected} of {read_rows} rows have no contact that is certain, so nothing was loaded. {' '.join(upload.mapping.questions)}"
        if upload.mapping.numbers_not_read:
            named = ", ".join(f"“{column}”" for column in upload.mapping.numbers_not_read)
            return (
                f"{rejected} of {read_rows} rows have no contact that is certain, so nothing was loaded. Not read, because their names do not "
                f"say whose numbers they hold: {named}. If they are the person's, name them as phone under [columns] in the manifest."
            )
        if rejected == read_rows and {use.field for use in upload.mapping.uses}.isdisjoint({"email", *fields.PHONE_FIELDS}):
            named = ", ".join(use.column[:60] for use in upload.mapping.uses[:MAX_COLUMNS_NAMED])
            return (
                f"No column of the file is a phone number or an e-mail address, so nothing was loaded. Its columns: {named}. "
                "If one of them is, name it under [columns] in the manifest; else upload the export that has them."
            )
    commonest = min(upload.reasons, key=lambda reason: (-upload.reasons[reason], reason))
    elsewhere = _numbers_of_another_country(upload, _rejected_numbers(upload)) if commonest == contract.PHONE.code else ""
    allowed, remedy = "", "Mend the file."
    if rejected < read_rows:
        allowed, remedy = (
            f", more than the {max_rejected:.0%} that are allowed",
            "Mend the file, or allow more with max_rejected in its manifest.",
        )
    return (
        f"{rejected} of {read_rows} rows were rejected{allowed}, so nothing was loaded. "
        f"Most often: {contract.RULES[commonest].without_cells()} {elsewhere}{remedy}"
    )


def _why_numbers_are_asked_about(upload: ValidatedUpload, share: float | None) -> str | None:
    """Return why nothing is loaded of a file with e-mail addresses most of whose numbers Excel has shortened, or are of another country.

    A single wrong number is one person's; these are a fault of the file that one answer mends.
    """
    unread = [change for change in upload.kept if change.field in fields.PHONE_FIELDS]
    count = sum(change.cells for change in unread) + upload.reasons[contract.PHONE.code] + upload.reasons[contract.PHONE_SCIENTIFIC.code]
    if not unread or count <= (share if share is not None else MAX_REJECTED) * upload.rows_read:
        return None
    if share is None and count < upload.rows_read < MIN_ROWS_FOR_SHARE:
        return None
    numbers = [cell for change in unread for _, cell, country in change.examples if not country]
    if len(numbers) < MIN_NUMBERS_ASKED:
        return None
    is_shortened = pl.Series(numbers).str.contains(SCIENTIFIC).mean()
    if isinstance(is_shortened, float) and is_shortened > MAX_ASKED_OF_FEW:
        return f"Excel has shortened {count} phone numbers, so nothing was loaded. {contract.PHONE_SCIENTIFIC.remedy}"
    if elsewhere := _numbers_of_another_country(upload, numbers):
        return f"{count} of {upload.rows_read} rows have a number that is none here, so nothing was loaded. {elsewhere.strip()}"
    return None


def _has_good_rows_of_few(upload: ValidatedUpload) -> bool:
    """Return whether a file of few rows has a good one, and no question about a column explains why most others are bad."""
    rows, rejected = upload.rows_read, upload.rows_rejected
    is_asked = upload.mapping is not None and bool(upload.mapping.questions) and upload.reasons[contract.NO_CONTACT.code] == rejected
    return rejected < rows < MIN_ROWS_FOR_SHARE and not (is_asked and rejected > MAX_ASKED_OF_FEW * rows)


def _rejected_numbers(upload: ValidatedUpload) -> list[str]:
    numbers = upload.rejections.lazy().filter(pl.col("rule") == contract.PHONE.code).select("value").head(MAX_NUMBERS_TRIED).collect()
    return numbers["value"].drop_nulls().to_list()


def _numbers_of_another_country(upload: ValidatedUpload, numbers: Sequence[str]) -> str:
    """Return a question where numbers that are none exist in another country that speaks the language of the file, else ""."""
    reading = upload.reading
    language = language_of(reading.columns) if reading is not None and reading.header_line is not None else None
    by_language = load_locales().numbers
    spoken = by_language.get(language or "") or list(dict.fromkeys(chain.from_iterable(by_language.values())))
    countries = probable_countries(numbers, spoken)
    if not 0 < len(countries) <= MAX_COUNTRIES_NAMED:
        return ""
    names = " or ".join(f"{pycountry.countries.lookup(country).name} ({country})" for country in countries)
    return f'They may be numbers of {names}: if they are, write default_country = "{countries[0]}" in the manifest. '
