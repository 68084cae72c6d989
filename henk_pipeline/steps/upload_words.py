"""What was read of an upload, and how, in words."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from henk_pipeline.consent.tables import Counts
from henk_pipeline.labels import label
from henk_pipeline.leads import contract, fields
from henk_pipeline.leads.column_meaning import DAY_FIELDS
from henk_pipeline.leads.text import is_open_amount, is_open_date
from henk_pipeline.steps.validated_upload import Change, ValidatedUpload
from henk_pipeline.uploads.dialect import NO_DELIMITER
from henk_pipeline.uploads.layout import OmittedLines
from henk_pipeline.uploads.reading import Reading

MAX_EXAMPLES = 3
TITLE, MAX_TITLE = "Title of the file", 120  # of the characters shown as the reason why nobody is called
MAX_SHOWN = 60
MAX_SHOWN_LINES = 20
MAX_DESCRIBED = 1000  # of left out parts and of rows set right, so that the record of an import stays small


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
            f"{len(lines)} rejected or hidden rows refuse without a contact, or leave it unclear whether the person may be called, "
            f"those of the lines {name_lines(lines)}. They make no lead, and no opt-out was kept "
            "of them: look at them, and write those who refuse to a list for henk suppress."
        )
    if lines := validated.lines_of_others:
        notes.append(
            f"{len(lines)} rows have a cell that gives a number or an address to somebody else by name, those of the lines {name_lines(lines)}. "
            "It is not used; the whole cell is kept as a custom field."
        )
    if lines := validated.lines_of_misplaced:
        notes.append(
            f"{len(lines)} rows have an e-mail address in a column of numbers or a number in a column of addresses, those of the lines "
            f"{name_lines(lines)}. Each is taken for what it is where the row has no other."
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
    """Return a note about cells that are no contact, of rows that have another one: by their lines, for the cells are of persons."""
    cells = "a cell is" if kept.cells == 1 else f"{kept.cells} cells are"
    kind = "e-mail address" if kept.field == "email" else "phone number that can be called"
    lines = [line for line, _, _ in kept.examples[:MAX_EXAMPLES]]
    shown = f"{'line' if len(lines) == 1 else 'lines'} {name_lines(lines)}"
    more = " and others" if kept.cells > MAX_EXAMPLES else ""
    return (
        f"Column “{kept.column}”: {cells} no {kind}, in {shown}{more}. It is kept as text, and the person has another contact. "
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
