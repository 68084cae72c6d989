"""Columns that name the kind, the country or a part of the numbers that another column holds.

The vocabulary is schemas/upload/phones.toml. Nothing here looks at cells.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache

import phonenumbers
from pydantic import BaseModel, ConfigDict, Field

from henk_pipeline.consent.statements import read_statement
from henk_pipeline.settings import schemas_folder
from henk_pipeline.uploads.roles import read_heading, words_of

GENERIC = {"phone", "phones", "telephone", "tel", "telefon", "telefoon", "telefono", "telefone"}

OWNER = "owner"
SIGN_OF_NUMBER = re.compile(r"[#№]|\b[Nn][°º]")
MIN_STEM = 5  # letters of a word that others begin with: "Mitglied", "Mitgliedsnummer"
# "Telefonnummer", "Telefontyp"
COMPOUND = re.compile(r"^(telefon|telefoon|tel|phone|mobil|handy)(nummer|number|typ|type|art|soort|label)$")


class NumberNames(BaseModel):
    """`[numbers]` of `phones.toml`: the words that names of columns of numbers to call consist of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phones: list[str] = Field(min_length=1)
    mobiles: list[str] = Field(min_length=1)
    numbers: list[str] = Field(min_length=1)
    kinds: list[str] = Field(min_length=1)
    letters: list[str]
    mobile_letters: list[str]
    phrases: list[str]
    names: list[str]
    fixed: list[str]
    later: list[str]
    plain: list[str]
    alike: list[list[str]]


class PhoneColumns(BaseModel):
    """`phones.toml` as it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calling_codes: list[str] = Field(min_length=1)
    loose_codes: list[str] = Field(min_length=1)
    kind_columns: list[str] = Field(min_length=1)
    kind_beginnings: list[str] = Field(min_length=1)
    kind_notes: list[str] = Field(min_length=1)
    kinds_by_cells: list[str] = Field(min_length=1)
    words_of_kinds: list[str] = Field(min_length=1)
    kind_cells: list[str] = Field(min_length=1)
    line_kinds: list[str] = Field(min_length=1)
    fillers: list[str]
    area_codes: list[str] = Field(min_length=1)
    exchanges: list[str] = Field(min_length=1)
    lines: list[str] = Field(min_length=1)
    extensions: list[str] = Field(min_length=1)
    local_numbers: list[str] = Field(min_length=1)
    bare_kinds: list[str] = Field(min_length=1)
    no_numbers: list[str] = Field(min_length=1)
    no_numbers_whole: list[str] = Field(min_length=1)
    no_numbers_by_content: list[str] = Field(min_length=1)
    words_of_contact: list[str] = Field(min_length=1)
    numbers: NumberNames


@lru_cache(maxsize=1)
def load_phone_columns() -> PhoneColumns:
    """Return the validated table schemas/upload/phones.toml."""
    return PhoneColumns.model_validate(tomllib.loads((schemas_folder() / "upload" / "phones.toml").read_text("utf-8")))


@lru_cache(maxsize=10_000)
def may_hold_numbers(column: str) -> bool:
    """Return whether cells of a column that look like numbers to call may be some, by its name: not of "Account Number", "Gift Date"."""
    words, stems = words_of(column), _no_numbers()
    if not GENERIC.isdisjoint(words) or read_statement(column, trailing=False).has("device"):
        return True  # "Member Phone"
    if not set(words).isdisjoint(word for name in load_phone_columns().no_numbers_whole for word in words_of(name)):
        return False
    return not any(word in stems or any(len(stem) >= MIN_STEM and word.startswith(stem) for stem in stems) for word in words)


@lru_cache(maxsize=10_000)
def names_ids(column: str) -> bool:
    """Return whether a name is one of ids, receipts, orders, accounts, dates, times or amounts, so that cells like numbers to call are none.

    A role and a word for a number are an id, too ("Customer No", "Nº socio"); "Contact No" names no role, and "Member Contact" no number.
    """
    parts = load_phone_columns()
    heading = read_heading(SIGN_OF_NUMBER.sub(" number ", column))
    if not may_hold_numbers(column):
        return True
    words = words_of(column)
    if not GENERIC.isdisjoint(words) or read_statement(column, trailing=False).has("device"):
        return False
    stems = {word for name in parts.no_numbers_by_content for word in words_of(name)}
    if any(word in stems or any(len(stem) >= MIN_STEM and word.startswith(stem) for stem in stems) for word in words):
        return True
    numbers = {word for name in parts.numbers.numbers for word in words_of(name)}
    return bool(heading.role) and bool(heading.rest) and numbers.issuperset(heading.rest)


def names_contacts_only(column: str) -> bool:
    """Return whether a name is a word for contacts, with or without a role ("Kontakt", "Member Contact")."""
    contacts = {word for name in load_phone_columns().words_of_contact for word in words_of(name)}
    return contacts.issuperset(read_heading(column).rest) and not contacts.isdisjoint(words_of(column))


@lru_cache(maxsize=1)
def _no_numbers() -> frozenset[str]:
    return frozenset(word for name in load_phone_columns().no_numbers for word in words_of(name))


def kind_column(phone: str, columns: Sequence[str]) -> str | None:
    """Return the column that names the kind of number that `phone` holds ("Phone 1 - Type" of "Phone 1 - Value")."""
    of_phone = _subject(_words(phone))
    for column in columns:
        rest = _before_ending(column, load_phone_columns().kind_columns, numbered=True)
        if column != phone and rest and read_heading(column).role == read_heading(phone).role and _subject(rest) == of_phone:
            return column
    return None


def kind_column_by_beginning(phone: str, columns: Sequence[str]) -> str | None:
    """Return the column that begins with a word for kinds and names the numbers of `phone` then ("Kind of number", "Whose phone")."""
    of_phone = _subject(_words(phone))
    beginnings = {words_of(name)[0] for name in load_phone_columns().kind_beginnings}
    for column in columns:
        first, *rest = _words(column) or ("",)
        if column != phone and first in beginnings and rest and _names_numbers(rest) and _subject(rest) in (of_phone, frozenset()):
            return column
    return None


def names_owners_of_numbers(column: str) -> bool:
    """Return whether a column says whose the numbers of another one are ("Phone 2 Owner", "Inhaber Telefon")."""
    heading = read_heading(column)
    return heading.role == OWNER and _names_numbers(heading.plain)


def kind_notes_column(phone: str, columns: Sequence[str]) -> str | None:
    """Return the column of notes about the numbers that `phone` holds ("Phone Notes", "Cell Description")."""
    for column in columns:
        is_of_owners = names_owners_of_numbers(column)  # of a number, not of an account
        rest = read_heading(column).rest if is_of_owners else _before_ending(column, load_phone_columns().kind_notes, numbered=True)
        if (
            column == phone
            or not rest
            or not _names_numbers(rest)
            or (not is_of_owners and read_heading(column).role != read_heading(phone).role)
        ):
            continue
        if _subject(rest) == _subject(_words(phone)):
            return column
    return None


def _names_numbers(words: Iterable[str]) -> bool:
    """Return whether a word for telephones or for numbers is among some words."""
    numbers = {word for name in load_phone_columns().numbers.numbers for word in words_of(name)}
    return not set(words).isdisjoint(GENERIC | _words_of_telephones() | numbers)


def may_be_of_kinds(column: str) -> bool:
    """Return whether a column is of kinds of numbers where most of its cells are."""
    return words_of(column) in {words_of(name) for name in load_phone_columns().kinds_by_cells}


def is_kind_of_number(cell: str) -> bool:
    """Return whether a cell consists of words for kinds and owners of numbers ("Work Fax", "Husband's cell")."""
    words = words_of(cell)
    general = {word for entry in load_phone_columns().words_of_kinds for word in words_of(entry)}
    return bool(words) and (_telling_kinds() | general).issuperset(words)


def tells_of_number(cell: str) -> bool:
    """Return whether a word of a cell makes a number a mobile phone's, a fax's or somebody else's."""
    return not _telling_kinds().isdisjoint(words_of(cell))


@lru_cache(maxsize=1)
def _telling_kinds() -> frozenset[str]:
    """Return the words of a mobile phone, of a fax and of other owners, which leads/phone_kinds.py reads, too."""
    kinds = tomllib.loads((schemas_folder() / "upload" / "phone_kinds.toml").read_text("utf-8"))["kinds"]
    words = [words_of(entry) for name in ("mobile", "not_called", "of_another") for entry in kinds[name]]
    return frozenset(entry[0] for entry in words if len(entry) == 1)


def label_columns(columns: Sequence[str]) -> frozenset[str]:
    """Return the columns that name the kind of number that another column of telephones holds, whatever field that one has."""
    endings = load_phone_columns().kind_columns
    named = {column: rest for column in columns if (rest := _before_ending(column, endings, numbered=True))}
    numbers = [column for column in columns if column not in named and read_statement(column, trailing=False).has("phone", "device")]
    subjects = {(read_heading(column).role, _subject(_words(column))) for column in numbers} if named else set()
    return frozenset(column for column, rest in named.items() if (read_heading(column).role, _subject(rest)) in subjects)


def line_kind_column(columns: Iterable[str]) -> str | None:
    """Return the column that says of what kind the lines of a file with one column of numbers are ("Line Type")."""
    names = {words_of(name) for name in load_phone_columns().line_kinds}
    return next((column for column in columns if words_of(column) in names), None)


def code_columns(phone: str, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that hold the calling code or the country of the numbers in `phone`: its own, else those for every number."""
    role = read_heading(phone).role
    own, general = [], []
    for column in columns:
        rest = _around_code(column)
        if rest is None or column == phone or read_heading(column).role != role:
            continue
        if not rest and not _is_plainly_of_numbers(column):
            continue
        subject = _subject(rest)
        if subject == _subject(_words(phone)):
            own.append(column)
        elif not subject:
            general.append(column)
    return tuple(own or general)


def codes_of_the_only_number(columns: Sequence[str], phones: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return for the only column of numbers in a file those of calling codes, though they name a kind of its own ("Mobile Country Code")."""
    if len(phones) != 1:
        return {}
    role = read_heading(phones[0]).role
    named = {column: rest for column in columns if (rest := _around_code(column)) and read_heading(column).role == role}
    codes = tuple(column for column, rest in named.items() if _subject(rest) and _words_of_telephones().issuperset(_subject(rest)))
    return {phones[0]: codes} if codes else {}


def is_of_any_number(subject: frozenset[str]) -> bool:
    """Return whether words that tell numbers from others ("mobile") are none of another device ("fax")."""
    return subject <= _words_of_telephones() | {word for name in load_phone_columns().numbers.kinds for word in words_of(name)}


@lru_cache(maxsize=1)
def _words_of_telephones() -> frozenset[str]:
    numbers = load_phone_columns().numbers
    return frozenset(word for name in (*numbers.phones, *numbers.mobiles) for word in words_of(name))


@lru_cache(maxsize=1)
def calling_codes() -> frozenset[str]:
    """Return the digits of every country's calling code."""
    return frozenset(str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


def may_be_codes(column: str) -> bool:
    """Return whether plain digits in a column may be calling codes by its name ("Prefix", "Ländercode", "+")."""
    return column.strip() == "+" or _around_code(column) is not None or _before_ending(column, load_phone_columns().loose_codes) is not None


def subject_of_code(column: str) -> frozenset[str] | None:
    """Return what tells the number of a column of calling codes from others ("Mobile Prefix" is of mobile); None where its name is none of codes."""
    rest = _around_code(column)
    rest = _before_ending(column, [*load_phone_columns().loose_codes, *load_phone_columns().area_codes]) if rest is None else rest
    return None if rest is None else _subject(rest)


def subject_of_number(column: str) -> frozenset[str]:
    """Return what tells a column of numbers from others ("Home Phone" is of home)."""
    return _subject(_words(column))


def _around_code(column: str) -> tuple[str, ...] | None:
    """Return the words of a name next to those for a calling code ("Phone Country Code", "Country Code (Phone)"); None where it has none."""
    codes = load_phone_columns().calling_codes
    words = _words(column)
    sizes = [len(code) for code in map(_words, codes) if code and words[: len(code)] == code]
    after = words[max(sizes) :] if sizes else None
    return after if after and (GENERIC | _words_of_telephones()).issuperset(after) else _before_ending(column, codes)


def part_column(phone: str, columns: Sequence[str], parts: Sequence[str], phones: Sequence[str], endings: Sequence[str]) -> str | None:
    """Return the column of a part of the number in `phone`: its own by name, else one without a subject that stands next to it.

    Args:
        phone: The column of the number.
        columns: The columns of the file in order.
        parts: Those of them that hold the part.
        phones: Those of them that hold numbers.
        endings: The endings of names of columns of the part; they stand before the number, extensions after it.
    """
    role, subject = read_heading(phone).role, subject_of_line(phone)
    general = []
    for column in parts:
        rest = _before_ending(column, endings)
        if rest is None or column == phone or read_heading(column).role != role:
            continue
        if _subject(rest):
            if _subject(rest) == subject:
                return column
        else:
            general.append(column)
    is_after = endings == load_phone_columns().extensions
    return next((column for column in general if _number_next_to(column, columns, phones, is_after=is_after) == phone), None)


def _number_next_to(part: str, columns: Sequence[str], phones: Sequence[str], *, is_after: bool) -> str | None:
    """Return the next column of numbers to the right of a part (`is_after`: to its left), else the nearest to its other side."""
    place = {column: number for number, column in enumerate(columns)}
    right = [column for column in columns if column in phones and place[column] > place[part]]
    left = [column for column in reversed(columns) if column in phones and place[column] < place[part]]
    return next(iter([*left, *right] if is_after else [*right, *left]), None)


def subject_of_line(column: str) -> frozenset[str]:
    """Return what tells a column of numbers, or of the last digits of numbers, from others ("Home Line" is of home)."""
    rest = _before_ending(column, load_phone_columns().lines)
    return _subject(_words(column) if rest is None else rest)


def is_part(column: str, endings: Sequence[str]) -> bool:
    """Return whether a name ends with one of some endings."""
    return _before_ending(column, endings) is not None


def _is_plainly_of_numbers(column: str) -> bool:
    """Return whether a name without a subject is about numbers: "Country Code" alone may be of the address."""
    return "".join(_words(column)) not in {"countrycode", "landcode", "codigodepais", "codigopais", "codigodopais"}


@lru_cache(maxsize=50_000)
def _words(header: str) -> tuple[str, ...]:
    """Return the words of a header, a number at the end of a word by itself, without the groups before it and what names no person."""
    heading = read_heading(header)
    words = [COMPOUND.sub(r"\1 \2", part) for word in heading.rest for part in re.findall(r"[^\W\d]+|\d+", word)]
    return tuple(" ".join(words).split())


def _before_ending(column: str, endings: Iterable[str], *, numbered: bool = False) -> tuple[str, ...] | None:
    """Return the words before the longest of the endings that a name has, None where it has none.

    Args:
        column: The name.
        endings: The endings.
        numbered: Whether a number may stand behind the ending ("Phone Type 2"); it is one of the words before it then.
    """
    words = _words(column)
    if numbered and len(words) > 1 and words[-1].isdigit() and not words[-2].isdigit():
        words = (words[-1], *words[:-1])
    sizes = [len(ending) for ending in (_words(ending) for ending in endings) if ending and words[-len(ending) :] == ending]
    return words[: -max(sizes)] if sizes else None


def _subject(words: Iterable[str]) -> frozenset[str]:
    """Return what tells a column of numbers from others: its words without fillers and without a word for telephone."""
    return frozenset(words) - _fillers() - GENERIC


@lru_cache(maxsize=1)
def _fillers() -> frozenset[str]:
    return frozenset(words_of(filler)[0] for filler in load_phone_columns().fillers)
