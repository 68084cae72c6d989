"""Adults of a list of children who are the person to call in rows without a name of the file's main person."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from henk_pipeline.consent.columns import PHONE_AND_EMAIL, ConsentColumn
from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.leads.text import cleaned
from henk_pipeline.steps.addressees import OF_ANOTHER
from henk_pipeline.steps.others_refusals import NUMBER_SCHEMA, numbers_of_refusing
from henk_pipeline.uploads.consent_uses import consent_of_role
from henk_pipeline.uploads.known_names import fields_by_key
from henk_pipeline.uploads.roles import CONTACT_FIELDS, NAME_FIELDS, read_heading

PHONES = ("phone", "mobile_phone")
INSTEAD = " (the person to call)"


class OtherAdult(NamedTuple):
    """Columns of a file with another adult.

    `own`: the names of the person; `contacts`: the columns that reach only that person; `columns`: those of the
    other adult and their fields; `consents`: what the other adult allows and refuses, with how it is read;
    `own_consents`: the same of the person.
    """

    role: str
    own: tuple[str, ...]
    contacts: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    consents: tuple[tuple[str, ConsentColumn], ...] = ()
    own_consents: tuple[tuple[str, ConsentColumn], ...] = ()

    def describe(self) -> str:
        """Return in words which rows the other adult is the person of."""
        return f"Where “{self.own[0]}” is empty, the {self.role} is the person to call."


def find_other_adults(columns: Sequence[ColumnMeaning]) -> list[OtherAdult]:
    """Return the adults with names of their own of a file whose person is an adult of a list of children, in the order of their columns.

    Args:
        columns: The columns of the file with their fields.
    """
    headings = {use.column: read_heading(use.column) for use in columns}
    persons = {headings[use.column].role for use in columns if use.field in NAME_FIELDS and headings[use.column].kind == "adult"}
    if len(persons) != 1:
        return []
    person = persons.pop()
    of_person = [use for use in columns if headings[use.column].role == person and headings[use.column].kind == "adult"]
    own = tuple(use.column for use in of_person if use.field in NAME_FIELDS)
    contacts = tuple(use.column for use in of_person if use.field in CONTACT_FIELDS)
    by_key = fields_by_key()
    own_consents = tuple((use.column, use.consent) for use in of_person if use.consent is not None and use.consent.direction != "stated")
    fields_of: dict[str, list[tuple[str, str]]] = {}
    consents: dict[str, list[tuple[str, ConsentColumn]]] = {}
    for use in columns:
        heading = headings[use.column]
        if heading.kind == "adult" and heading.role != person and (consent := consent_of_role(use.column, heading.role)) is not None:
            consents.setdefault(heading.role, []).append((use.column, consent.with_channels(PHONE_AND_EMAIL)))
        elif (
            heading.kind == "adult"
            and heading.role != person
            and use.field is None
            and (use.consent is None or use.consent.direction == "stated")
        ):
            field = by_key.get(heading.key) if heading.rest else "full_name"
            if field is not None and field in {*NAME_FIELDS, *CONTACT_FIELDS}:
                fields_of.setdefault(heading.role, []).append((use.column, field))
    return [
        OtherAdult(role, own, contacts, tuple(some), tuple(consents.get(role, ())), own_consents)
        for role, some in fields_of.items()
        if any(field in NAME_FIELDS for _, field in some)
    ]


def divide_consents(
    table: pl.DataFrame, lines: pl.Series, adults: Sequence[OtherAdult], instead: Sequence[pl.Series]
) -> tuple[pl.DataFrame, dict[str, ConsentColumn], pl.DataFrame]:
    """Divide what adults allow and refuse: the consent of a row's person counts.

    Numbers of the other adults that refuse calls are not called.

    Args:
        table: Rows of the file, by column as text.
        lines: The line of each row.
        adults: As `find_other_adults` returns them.
        instead: As `rows_instead` returns them.

    Returns:
        The table, in which the cells of consent of adults who are not the person of a row are null; how the
            columns of the other adults are read; `line` and `cell` of numbers of an adult who refuses calls and
            is not the person.
    """
    refused = [pl.DataFrame(schema=NUMBER_SCHEMA)]
    if not adults:
        return table, {}, refused[0]

    def take(consents: Sequence[tuple[str, ConsentColumn]], numbers: Sequence[str], is_person: pl.Series) -> pl.DataFrame:
        others = divided.with_columns(table[column].zip_with(~is_person, nothing) for column, _ in consents)
        refused.append(numbers_of_refusing(others, lines, consents, numbers))
        return divided.with_columns(table[column].zip_with(is_person, nothing) for column, _ in consents)

    divided, nothing = table, pl.Series([None], dtype=pl.String).new_from_index(0, table.height)
    is_own = pl.Series([True]).new_from_index(0, table.height)
    for adult, is_instead in zip(adults, instead, strict=True):
        is_own &= ~is_instead
        divided = take(adult.consents, [column for column, field in adult.columns if field in PHONES], is_instead)
    divided = take(adults[0].own_consents, adults[0].contacts, is_own)
    return divided, {column: consent for adult in adults for column, consent in adult.consents}, pl.concat(refused)


def rows_instead(table: pl.DataFrame, adults: Sequence[OtherAdult]) -> list[pl.Series]:
    """Return by adult in which rows that adult is the person: the first with a name, where the person of the file has none."""
    if not adults:
        return []
    unnamed = ~_any_filled(table, adults[0].own)
    instead = []
    for adult in adults:
        is_instead = unnamed & _any_filled(table, [column for column, field in adult.columns if field in NAME_FIELDS])
        unnamed &= ~is_instead
        instead.append(is_instead)
    return instead


def fill_in(table: pl.DataFrame, adults: Sequence[OtherAdult], instead: Sequence[pl.Series]) -> tuple[pl.DataFrame, list[ColumnMeaning]]:
    """Add columns with the other adult of rows without a name of the person.

    A contact of the person is kept as a custom field there if the other adult has one: it is another person's.

    Args:
        table: Rows of the file, by column as text.
        adults: As `find_other_adults` returns them.
        instead: As `rows_instead` returns them.

    Returns:
        The table, and the columns that were added with their fields.
    """
    added: list[ColumnMeaning] = []
    for adult, is_instead in zip(adults, instead, strict=True):
        if not is_instead.any():
            continue
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, table.height)
        is_reached = is_instead & _any_filled(table, [column for column, field in adult.columns if field in CONTACT_FIELDS])
        for column in adult.contacts:
            cells = table[column]
            if not (is_reached & cells.is_not_null()).any():
                continue
            others = cells.zip_with(is_reached, nothing).alias(column + OF_ANOTHER)
            table = table.with_columns(nothing.zip_with(is_reached, cells).alias(column), others)
            added.append(ColumnMeaning(column + OF_ANOTHER, None))
        for column, field in adult.columns:
            table = table.with_columns(table[column].zip_with(is_instead, nothing).alias(column + INSTEAD))
            added.append(ColumnMeaning(column + INSTEAD, field))
    return table, added


def _any_filled(table: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    filled = [cleaned(table[column]).is_not_null() for column in columns]
    none = pl.Series([False]).new_from_index(0, table.height)
    return (
        pl.DataFrame([none, *(series.alias(str(number)) for number, series in enumerate(filled))])
        .select(pl.any_horizontal(pl.all()))
        .to_series()
    )
