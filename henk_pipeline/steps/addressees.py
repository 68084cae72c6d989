"""Contacts of the addressee of a bill or a parcel, where that is another person than the one the row is about."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.leads.contact_cells import ADDRESS_FIELDS
from henk_pipeline.leads.nicknames import formal_names_by_nickname
from henk_pipeline.uploads.known_names import load_synonyms, name_key
from henk_pipeline.uploads.roles import CONTACT_FIELDS, NAME_FIELDS, may_be_one_name, read_addressee, words_of

REACHED_BY = {*CONTACT_FIELDS, *ADDRESS_FIELDS, "house_number"}
OF_ANOTHER = " (of another person)"


class Addressee(NamedTuple):
    """Columns of a file: `own` the person's names, `names` the addressee's names, `contacts` the columns that reach the addressee."""

    own: tuple[str, ...]
    names: tuple[str, ...]
    contacts: tuple[str, ...]

    def describe(self) -> str:
        """Return in words how the contacts are used."""
        contacts = ", ".join(f"“{column}”" for column in self.contacts)
        kept = "is kept as a custom field" if len(self.contacts) == 1 else "are kept as custom fields"
        return f"Where “{self.names[0]}” names another person than “{self.own[0]}”, {contacts} {kept} and not used."


def find_addressees(columns: Sequence[ColumnMeaning]) -> list[Addressee]:
    """Return the addressees of a file that have names and contacts of their own, where the file also names the person.

    Args:
        columns: The columns of the file with their fields.
    """
    headings = {use.column: read_addressee(use.column) for use in columns}
    own = tuple(use.column for use in columns if use.field in NAME_FIELDS and headings[use.column] is None)
    # Where an order names nobody else, who gets the bill is the person.
    own = own or tuple(use.column for use in columns if use.field in NAME_FIELDS)
    if not own or not any(headings.values()):
        return []
    name_keys = {name_key(name) for field in NAME_FIELDS for name in load_synonyms().fields[field]}
    addressees = []
    for addressee in {heading[0]: None for heading in headings.values() if heading}:
        of_it = {column: heading[1] for column, heading in headings.items() if heading and heading[0] == addressee}
        names = tuple(column for column, key in of_it.items() if key in name_keys)
        contacts = tuple(use.column for use in columns if use.column in of_it and use.field in REACHED_BY)
        if names and contacts and not set(own) & set(names):
            addressees.append(Addressee(own, names, contacts))
    return addressees


def set_apart(table: pl.DataFrame, addressees: Sequence[Addressee]) -> tuple[pl.DataFrame, list[ColumnMeaning]]:
    """Move the contacts of addressees who are another person to columns of their own.

    Args:
        table: Rows of the file, by column as text.
        addressees: As `find_addressees` returns them.

    Returns:
        The table, and the columns that were added, each kept as a custom field.
    """
    added: list[ColumnMeaning] = []
    for addressee in addressees:
        is_another = pl.Series(
            [_are_two(own, other) for own, other in zip(_words(table, addressee.own), _words(table, addressee.names), strict=True)],
            dtype=pl.Boolean,
        )
        if not is_another.any():
            continue
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, table.height)
        for column in addressee.contacts:
            cells = table[column]
            table = table.with_columns(
                nothing.zip_with(is_another, cells).alias(column), cells.zip_with(is_another, nothing).alias(column + OF_ANOTHER)
            )
            added.append(ColumnMeaning(column + OF_ANOTHER, None))
    return table, added


def _words(table: pl.DataFrame, columns: Sequence[str]) -> list[frozenset[str]]:
    names = table.select(pl.concat_str(pl.col(columns), separator=" ", ignore_nulls=True)).to_series()
    return [frozenset(word for word in words_of(name or "") if word.isalpha()) for name in names]


def _are_two(own: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether two names are of two people: neither contains the words of the other, initials and nicknames considered."""
    if may_be_one_name(own, other):  # also where one of them is empty
        return False
    fewer, more = sorted((own - other, other - own), key=len)
    return not all(any(_may_be_one(name, word) for word in more) for name in fewer)


def _may_be_one(word: str, other: str) -> bool:
    if min(len(word), len(other)) == 1:
        return word[0] == other[0]
    formal: Mapping[str, Sequence[str]] = formal_names_by_nickname()
    return not {word, *formal.get(word, ())}.isdisjoint({other, *formal.get(other, ())})
