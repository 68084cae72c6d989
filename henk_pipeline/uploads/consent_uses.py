"""Which columns are of consent, and what their cells are about."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

import polars as pl

from henk_pipeline.consent.columns import (
    ADDRESSES,
    CHANNELS_OF,
    EMBEDDED,
    PHONE_AND_EMAIL,
    SOURCE,
    STATED,
    ConsentColumn,
    channel_permission,
    field_column,
    is_channel_alone,
    read_column,
)
from henk_pipeline.consent.news import read_news
from henk_pipeline.consent.options import option_columns
from henk_pipeline.consent.statements import read_statement
from henk_pipeline.consent.vocabulary import answer_key, answers, columns_of_other_files, email_only_columns
from henk_pipeline.labels import label
from henk_pipeline.uploads import phone_columns, roles
from henk_pipeline.uploads.column_contents import CONTACT_FIELDS, CONTENT_SAMPLE
from henk_pipeline.uploads.column_use import ColumnUse
from henk_pipeline.uploads.known_names import ADDRESS_KINDS, PHONE_FIELDS, Meaning, System, load_synonyms, name_key
from henk_pipeline.uploads.manifest import ConsentRule
from henk_pipeline.uploads.number_parts import CALLING_CODE, MIN_SHARE_OF_ANSWERS, RelatedColumns

VALUE: Meaning = "value"
CONSENT_FIELDS = {"do_not_call", "dnc", "do_not_email", "email_opt_out"}
# Fields whose cells may state a refusal, as those of custom fields may.
A_CONTACT = re.compile(r"@|\d{3}")
STATED_FIELDS = {"state", "notes", "description", "tags", "lead_source", "gift_status"}
# Fields whose cells may hold a remark next to the value: "Ada Li (deceased)".
JOB_FIELDS = {"title", "department"}
EMBEDDED_FIELDS = {"full_name", "first_name", "last_name", "company", "title", "department", "street", "city"}
MAX_ANSWERS = 12  # distinct cells of a column of yes and no
# How a column of `System.outcomes` is read.
OUTCOME = "Dialer Disposition"


def uses_of(
    table: pl.DataFrame,
    uses: dict[str, tuple[str, Meaning]],
    matrix: set[str],
    system_name: str | None,
    manifest_columns: dict[str, str],
    manifest_consent: dict[str, ConsentRule],
    *,
    role: str,
    has_header: bool,
) -> list[ColumnUse]:
    """Return what every column is used for, where their fields are known: which are of consent, and about what."""
    synonyms, columns = load_synonyms(), table.columns
    continued = _find_continued(table, {*uses, *manifest_columns, *manifest_consent}) if has_header else {}
    own = {name_key(name) for name in synonyms.own["columns"]}
    system = synonyms.systems.get(system_name or "")
    rules = (system.consent if system else {}) | manifest_consent
    has_emails = "email" in {field for field, _ in uses.values()}
    unnamed = PHONE_AND_EMAIL if has_emails else CHANNELS_OF["phone"]  # what an opt-out that names no channel is about
    related = RelatedColumns(table, uses)
    of_emails = email_only_columns(columns) | _named_by(system, "of_emails", columns) if has_emails else frozenset()
    continued |= dict.fromkeys(_named_by(system, "outcomes", columns) - {*manifest_columns, *rules}, OUTCOME)
    of_other_files = columns_of_other_files(columns)
    options = option_columns(
        [column for column in columns if column not in manifest_columns and column not in rules], partial(_is_ticked, table)
    )
    options = options if has_header else {}

    def use_of(column: str) -> ColumnUse:
        if name_key(column) in own:
            return ColumnUse(column=column, field=None, own=True)
        field, meaning = uses.get(column, (None, VALUE)) if column not in options else (None, VALUE)
        field = None if field == CALLING_CODE else field
        consent = options.get(column) or _consent_of(
            continued.get(column, column),
            field,
            meaning,
            rules.get(column),
            manifest_columns.get(column),
            in_matrix=column in matrix,
            has_header=has_header,
        )
        if consent is not None and consent.direction == "stated" and column in of_other_files and column not in rules:
            consent = STATED
        if (consent is None or consent.direction == "stated") and role and has_header and field is None:
            consent = consent_of_role(column, role) or consent
        if consent is not None:
            is_of_emails = column in of_emails and column not in manifest_consent
            if is_of_emails and consent.channels == PHONE_AND_EMAIL and not consent.dead:
                consent = replace(consent, named=False)  # "Marketing status" names contact of any kind
            consent = consent.with_channels(CHANNELS_OF["email"] if is_of_emails else unnamed)
        if consent is not None and consent.direction != "stated":
            field = consent.field
        elif field in CONSENT_FIELDS:
            field = None
        use = ColumnUse(column=column, field=field, meaning=meaning, consent=consent)
        return use.model_copy(update=related.of_phone(column)) if field in PHONE_FIELDS else use

    return _with_labels([use_of(column) for column in columns], columns)


def _with_labels(column_uses: list[ColumnUse], columns: list[str]) -> list[ColumnUse]:
    """Return the uses with what a column of words says of numbers only: the kind of another column's, or that its own is wrong.

    A column named as one of numbers that holds none ("Home Phone": "wrong number" in each row) speaks of its number, not of the person.
    """
    synonyms = load_synonyms()
    labels = phone_columns.label_columns(columns) | {use.kind_column for use in column_uses if not use.kind_in_notes}
    names = {name_key(name) for field in PHONE_FIELDS for name in synonyms.fields[field]}
    for_numbers = {use.column for use in column_uses if use.field is None and name_key(use.column) in names}
    return [
        use.model_copy(update={"consent": replace(use.consent, labels=use.column in labels, for_number=use.column in for_numbers)})
        if use.column in labels | for_numbers and use.consent is not None and use.consent.direction == "stated"
        else use
        for use in column_uses
    ]


def consent_of_role(column: str, role: str) -> ConsentColumn | None:
    """Return how a column about the consent of people in a role is read; None where it is none, or about others.

    Args:
        column: Its name: where the mother is the person, "Mother Do Not Call" is "Do Not Call".
        role: As `roles.read_heading` gives it.
    """
    heading = roles.read_heading(column)
    if heading.role != role or not heading.plain:
        return None
    consent = read_column(" ".join(heading.plain))
    if consent is None or consent.direction == "stated":
        return None
    # "Parent Consent" may be to a journey of the child.
    return consent if consent.named or consent.direction == "refusal" else None


def _named_by(system: System | None, names: Literal["of_emails", "outcomes"], columns: Sequence[str]) -> frozenset[str]:
    """Return the columns of a file that a system names in one of its lists."""
    keys = set(map(name_key, getattr(system, names))) if system is not None else set()
    return frozenset(column for column in columns if name_key(column) in keys)


def of_consent(table: pl.DataFrame, settled: set[str]) -> tuple[set[str], set[str]]:
    """Return the columns of a matrix of channels, and all columns of consent, the matrix included.

    A column of a matrix has a channel or news alone for a name, and its cells are yes and no ("Phone: yes", "Keep me updated: no"). None
    of these columns holds numbers, addresses or names, even if its name is that of such a field.
    """
    matrix = {
        name
        for name in table.columns
        if name not in settled and (is_channel_alone(name) or read_news(name) is not None) and _holds_answers(table[name])
    }
    options = option_columns([name for name in table.columns if name not in settled], partial(_is_ticked, table))
    return matrix - options.keys(), matrix | options.keys() | {name for name in table.columns if is_asked(name)}


def _is_ticked(table: pl.DataFrame, column: str) -> bool | None:
    """Return whether the filled cells of a column are marks or answers ("X", "No", 1), and none is a number or an address; None where it is empty."""
    cells = table[column].drop_nulls().head(CONTENT_SAMPLE).unique()
    if cells.is_empty():
        return None
    return len(cells) <= MAX_ANSWERS and not cells.str.contains(r"@|\d{2}|^\s*[2-9]").any()


def is_fax(column: str) -> bool:
    """Return whether a name says that a column holds numbers of faxes."""
    return column.strip(" .:").upper() == "F" or read_statement(column).has("fax")


def _find_continued(table: pl.DataFrame, settled: set[str]) -> dict[str, str]:
    """Return the nameless columns that hold answers to the question of the column before them, whose name was merged over both, and that column."""
    question_columns: dict[str, str] = {}
    for place, (before, column) in enumerate(itertools.pairwise(table.columns), start=2):
        asked = question_columns.get(before, before)
        if column == f"column_{place}" and column not in settled and is_asked(asked) and _holds_answers(table[column]):
            question_columns[column] = asked
    return question_columns


def is_asked(column: str) -> bool:
    """Return whether a name is plainly that of a column of consent."""
    consent = read_column(column)
    return consent is not None and consent.direction != "stated"


def is_answer(cell: str) -> bool:
    """Return whether a cell is a bare yes or no in words, or states a refusal: what only columns of answers hold."""
    key = answer_key(cell)
    return not key.isdigit() and (
        key in answers()["yes"] | answers()["no"] | answers()["never"] or read_statement(cell).polarity == "refusal"
    )


def _holds_answers(cells: pl.Series) -> bool:
    """Return whether half of the filled cells of a column are a yes or a no: one odd cell is unclear, and leaves the others what they are."""
    answer_words = answers()
    counts = cells.drop_nulls().head(CONTENT_SAMPLE).value_counts()
    if counts.height > MAX_ANSWERS:
        return False
    filled = [(cell, count) for cell, count in counts.rows() if answer_key(cell) not in answer_words["empty"]]
    numbers = [int(cell) for cell, _ in filled if re.fullmatch(r"\d{1,6}", cell)]
    if len(numbers) == len(filled) and max(numbers, default=0) > 1:
        return False  # counts: "Phone calls" next to "Meetings"
    least = MIN_SHARE_OF_ANSWERS * sum(count for _, count in filled)
    plain_words = answer_words["yes"] | answer_words["no"] | answer_words["never"]
    plain = sum(count for cell, count in filled if answer_key(cell) in plain_words)
    if any(A_CONTACT.search(cell) for cell, _ in filled):  # "declined" where an address should stand is none
        return bool(filled) and plain >= least
    words = answer_words["granted"] | answer_words["refused"]
    return bool(filled) and plain + sum(n for cell, n in filled if answer_key(cell) in words or read_statement(cell).polarity) >= least


def _consent_of(  # noqa: PLR0911 - a line a case, the surest first
    column: str,
    field: str | None,
    meaning: Meaning,
    rule: ConsentRule | None,
    manifest_field: str | None,
    *,
    in_matrix: bool,
    has_header: bool,
) -> ConsentColumn | None:
    """Return how the cells of a column are read for refusals."""
    if rule is not None:
        return rule.column(read_column(column))
    if manifest_field is not None:
        if field in CONSENT_FIELDS:
            return field_column(field, meaning)
        return STATED if not field or field in STATED_FIELDS else _of_field(field)
    if in_matrix and not read_statement(column).has("device"):
        return read_news(column) or channel_permission(column)
    if field is not None and field not in CONSENT_FIELDS:
        return _stated_only(column) if field in STATED_FIELDS else _of_field(field)
    read = read_column(column) if has_header else STATED
    if field in CONSENT_FIELDS and (read is None or read.direction == "stated"):
        return field_column(field, meaning)
    return read


def _of_field(field: str) -> ConsentColumn | None:
    """Return how a column of a field of a lead is read for refusals in place of its values; None for numbers, which are read elsewhere."""
    if field == "email":
        return ADDRESSES
    if field in EMBEDDED_FIELDS:
        return _embedded(field)
    if field == "lead_source":
        return SOURCE
    return None if field in PHONE_FIELDS else STATED


def _embedded(field: str) -> ConsentColumn:
    """Return how a column of names or of parts of addresses is read."""
    return replace(EMBEDDED, organisation=field == "company", job=field in JOB_FIELDS, people=field in roles.NAME_FIELDS)


def _stated_only(column: str) -> ConsentColumn | None:
    """Return how a column of text or tags is read: only its cells may say something."""
    read = read_column(column)
    return read if read is None or read.direction == "stated" else STATED


def take_columns(field: str, meaning: Meaning, columns: list[str], uses: dict[str, tuple[str, Meaning]], notes: list[str]) -> None:
    """Use the columns whose names say a field: of several for one the first name wins."""
    if not columns:
        return
    first, *others = columns
    uses[first] = (field, meaning)
    other_names = ", ".join(f"“{column}”" for column in others)
    if others and field in CONSENT_FIELDS:
        # Every column that may hold an opt-out is heard.
        uses.update(dict.fromkeys(others, (field, meaning)))
    elif others and field in CONTACT_FIELDS:
        uses.update(dict.fromkeys(others, (field, "further")))
        notes.append(f"Several columns hold the {label(field)}: “{first}” counts, where it is empty {other_names}.")
    elif others and field in roles.ADDRESS_FIELDS:
        second = next((column for column in others if _address_of(column) != _address_of(first)), None)
        uses.update({second: (field, "further")} if second is not None else {})
        used = f", where that address is empty “{second}”" if second is not None else ""
        kept = ", ".join(f"“{column}”" for column in others if column != second)
        notes.append(
            f"Several columns hold the {label(field)}: “{first}” counts{used}" + (f"; kept as custom fields: {kept}." if kept else ".")
        )
    elif others:
        notes.append(f"Several columns hold the {label(field)}: “{first}” counts; kept as custom fields: {other_names}.")


def _address_of(column: str) -> str:
    """Return which of a person's addresses a column is of ("Business City", "City - Work"): its first or last word, where that names a kind."""
    words = roles.words_of(column)
    return next((word for word in (*words[:1], *words[-1:]) if word in ADDRESS_KINDS), "")
