"""Columns that hold a part of a telephone number: calling codes, area codes, exchanges, lines; and those that hold its kind."""

import itertools
import re
from collections.abc import Sequence

import polars as pl

from henk_pipeline.consent.statements import read_statement
from henk_pipeline.uploads import phone_columns, roles
from henk_pipeline.uploads.column_contents import (
    CONTENT_SAMPLE,
    CONTENT_SHARE,
    DATED_CELL,
    EMAIL_CELL,
    SOME_NUMBER,
    proves_numbers,
    sample_of,
    share_of,
    shares_of,
)
from henk_pipeline.uploads.known_names import PHONE_FIELDS, Meaning, Synonyms, key_without_copy, name_key
from henk_pipeline.uploads.phone_names import NumberName, read_number_name

EXCHANGE_CELL, LINE_CELL = r"^\s*\d{2,5}(?:\.0)?\s*$", r"^\s*\d{3,4}(?:\.0)?\s*$"
AREA_CELL = r"^\s*\(?(?:\+|00)?\d{1,6}\)?(?:\.0)?\s*$"
MIN_SHARE_OF_AREA_CODES = 0.5  # of a column that is called so
MIN_DIGITS = r"(?:\d\D*){5}"  # of a number to call; a house number has fewer
CODE_OF_ANY_FORM = r"^\s*\(?(?:\+|00)?\s?[1-9]\d{0,2}\)?(?:\.0)?\s*$"
CODE_CELL = r"^\s*(?:\+|00)?\s*[1-9]\d{0,2}(?:[- ]?\d{3})?(?:\.0)?\s*$"
MIN_SHARE_OF_ANSWERS = 0.5
MAX_CALLING_CODE = 3  # digits
WITH_AREA_CODE = r"^\D*(?:0(?:\d\D*){8,12}|(?:\d\D*){10,15})$"  # a number to which no area code needs to be added
# The use of a column that is named as one of countries and holds calling codes ("44"); kept as a custom field.
CALLING_CODE = "calling code"


class RelatedColumns:
    """The columns of a file that say more of its numbers: kinds, countries, area codes, exchanges, extensions.

    Args:
        table: The table of the file.
        uses: Field and meaning of each column that has one.
    """

    def __init__(self, table: pl.DataFrame, uses: dict[str, tuple[str, Meaning]]) -> None:
        self.table, self.uses, self.parts = table, uses, phone_columns.load_phone_columns()
        self.phones = [column for column in table.columns if uses.get(column, ("",))[0] in PHONE_FIELDS]
        free = [column for column in table.columns if column not in uses]
        self.calling_codes = tuple(column for column, (field, _) in uses.items() if field == CALLING_CODE)
        self.codes_by_cells = find_codes_by_cells(table, free, self.phones)
        self.lone_codes = phone_columns.codes_of_the_only_number(free, self.phones)
        self.areas = [column for column in _area_columns(table, free) if column not in self.codes_by_cells]
        self.extensions = [column for column in free if phone_columns.is_part(column, self.parts.extensions)]
        self.exchanges = _exchange_columns(table, free) if self.areas else []
        self.short = set(_line_columns(table, self.phones)) if self.exchanges else set()

    def of_phone(self, column: str) -> dict[str, object]:
        """Return the columns that belong to a column of numbers, by their names in ColumnUse."""
        table, columns, phones = self.table, self.table.columns, self.phones
        kind, notes = _kind_columns(table, column, phones, self.uses)
        codes = phone_columns.code_columns(column, [name for name in columns if self.uses.get(name, (None,))[0] in (None, CALLING_CODE)])
        codes = codes or tuple(code for code, of in self.codes_by_cells.items() if column in of) or self.lone_codes.get(column, ())
        kind = kind or next((code for code in codes if _holds_kinds(table, code)), None)
        codes = tuple(code for code in codes if not _holds_kinds(table, code) and not share_of(sample_of(table, code), "@"))  # "CC": copies
        area = phone_columns.part_column(column, columns, self.areas, phones, self.parts.area_codes)
        extension = phone_columns.part_column(column, columns, self.extensions, phones, self.parts.extensions)
        has_exchange = area and column in self.short
        exchange = phone_columns.part_column(column, columns, self.exchanges, phones, self.parts.exchanges) if has_exchange else None
        return {
            "kind_column": kind or notes,
            "kind_in_notes": notes is not None,
            "code_columns": tuple(code for code in codes if code != exchange) or self.calling_codes,
            "area_column": area,
            "extension_column": extension,
            "exchange_column": exchange,
        }


def countries_and_codes(table: pl.DataFrame, columns: list[str]) -> tuple[list[str], list[str]]:
    """Return which columns named as one of countries hold them, and which hold calling codes."""
    codes = [column for column in columns if share_of(sample_of(table, column), CODE_CELL) >= CONTENT_SHARE]
    return [column for column in columns if column not in codes and not phone_columns.code_columns("Phone", [column])], codes


def _holds_kinds(table: pl.DataFrame, column: str) -> bool:
    """Return whether a column named as one of calling codes ("Phone Code") holds the kinds of numbers: "H", "M", "W", perhaps a "DNC"."""
    cells = sample_of(table, column)
    if not len(cells) or share_of(cells, r"\d"):
        return False
    kinds = {cell.lower() for cell in phone_columns.load_phone_columns().kind_cells}
    return sum(cell.strip(" .").lower() in kinds or read_statement(cell).polarity == "refusal" for cell in cells) >= CONTENT_SHARE * len(
        cells
    )


def _kind_columns(
    table: pl.DataFrame, phone: str, phones: Sequence[str], uses: dict[str, tuple[str, Meaning]]
) -> tuple[str | None, str | None]:
    """Return the column of the kinds of the numbers of `phone`, and that of notes about them where there is none."""
    columns = table.columns
    kind = phone_columns.kind_column(phone, columns) or (phone_columns.line_kind_column(columns) if phones == [phone] else None)
    kind = kind or phone_columns.kind_column_by_beginning(phone, [column for column in columns if column not in uses])
    if kind is not None:
        return kind, None
    notes = phone_columns.kind_notes_column(phone, columns)
    if notes is not None:
        return None, notes
    if phones != [phone]:
        return _kinds_next_to(table, phone, phones), None
    named = [column for column in columns if uses.get(column, ("tags",))[0] == "tags"]
    return next((column for column in named if _holds_kinds_of_numbers(table, column)), None), None


def _kinds_next_to(table: pl.DataFrame, phone: str, phones: Sequence[str]) -> str | None:
    """Return the column of kinds behind one of several columns of numbers, or before it where they stand before: "Phone, Type, Phone2, Type2"."""
    behind, before = (
        {
            number: neighbour
            for number, neighbour in (pair if step > 0 else pair[::-1] for pair in itertools.pairwise(table.columns))
            if number in phones and _holds_kinds_of_numbers(table, neighbour)
        }
        for step in (1, -1)
    )
    kinds = behind if len(behind) >= len(before) else before
    return kinds.get(phone) if len(kinds) > 1 else None  # next to "Phone, Mobile, Type" it is of neither


def _holds_kinds_of_numbers(table: pl.DataFrame, column: str) -> bool:
    """Return whether most filled cells of a column named "Type" or alike are kinds of telephones, a mobile, a fax or another's among them."""
    if not phone_columns.may_be_of_kinds(re.sub(r"[ _-]?(?:\d+|\(\d+\))$", "", column)):
        return False
    cells = [cell for cell in sample_of(table, column) if len(cell) > 1]  # "M" and "F" are genders
    are_kinds = [phone_columns.is_kind_of_number(cell) for cell in cells]
    return sum(are_kinds) >= CONTENT_SHARE * max(len(cells), 1) and any(map(phone_columns.tells_of_number, cells))


def _area_columns(table: pl.DataFrame, columns: list[str]) -> list[str]:
    """Return which columns are of area codes by their names and their cells."""
    endings = phone_columns.load_phone_columns().area_codes
    named = [column for column in columns if phone_columns.is_part(column, endings)]
    return [column for column in named if share_of(sample_of(table, column), AREA_CELL) >= MIN_SHARE_OF_AREA_CODES]


def find_codes_by_cells(table: pl.DataFrame, columns: list[str], phones: list[str]) -> dict[str, list[str]]:
    """Return the columns of calling codes by their cells ("+44", "0044"; plain digits under a word for a prefix), and the columns of their numbers.

    They are the only column of numbers, or the next to the right, else to the left; two where a code stands between two columns and so may be
    either's; all where none is next to it. A column of codes with a subject of its own ("fax_cc") is of no other's.
    """
    shares = shares_of(table, columns if phones else [], CODE_OF_ANY_FORM)
    codes = {
        column: phone_columns.subject_of_code(column)
        for column, share in shares.items()
        if share >= CONTENT_SHARE and _holds_codes(sample_of(table, column), is_named=_may_be_codes(table, column, phones))
    }
    numbers_by_code = {}
    for code, subject in codes.items():
        of = [phone for phone in phones if roles.read_heading(phone).role == roles.read_heading(code).role]
        named = [phone for phone in of if subject is not None and phone_columns.subject_of_number(phone) == subject]
        if subject and not named:
            if of == phones and len(phones) == 1 and phone_columns.is_of_any_number(subject):
                numbers_by_code[code] = of  # "mobile_cc" in a file with no numbers but those of "Phone"
            continue  # "fax_cc"
        place = table.columns.index(code)
        left, right = (table.columns[near] if 0 <= near < table.width else "" for near in (place - 1, place + 1))
        # Codes stand before their numbers, unless the first of them stands behind one.
        near = [column for column in (right, left) if column in of]
        numbers_by_code[code] = named or (near if near and (len(near) < len(of) or len(near) == 1) else of)
    return _one_by_one(numbers_by_code, table.columns)


def _may_be_codes(table: pl.DataFrame, column: str, phones: list[str]) -> bool:
    """Return whether plain digits in a column may be calling codes: by its name, or because the only numbers of the file have their area codes.

    "Vorwahl" is as often the area code.
    """
    if phone_columns.may_be_codes(column):
        return True
    if len(phones) != 1 or not phone_columns.is_part(column, phone_columns.load_phone_columns().area_codes):
        return False
    rows = table.select(pl.col(column).str.strip_chars().alias("code"), pl.col(phones[0]).str.replace_all(r"\D", "").alias("number"))
    repeats = rows.head(CONTENT_SAMPLE).select(pl.col("number").str.strip_chars_start("0").str.starts_with(pl.col("code")).mean()).item()
    return share_of(sample_of(table, phones[0]), WITH_AREA_CODE) >= CONTENT_SHARE and (repeats or 0) < MIN_SHARE_OF_AREA_CODES


def _one_by_one(numbers_by_code: dict[str, list[str]], columns: Sequence[str]) -> dict[str, list[str]]:
    """Return codes and their numbers, where each of several codes stands on one side of a number of its own (cc, phone, cc_2, mobile)."""
    for step in (1, -1):
        places = {code: columns.index(code) + step for code in numbers_by_code}
        neighbours = {code: columns[place] if 0 <= place < len(columns) else "" for code, place in places.items()}
        if len(neighbours) > 1 and all(column in numbers_by_code[code] for code, column in neighbours.items()):
            return {code: [column] for code, column in neighbours.items()}
    return numbers_by_code


def _holds_codes(cells: pl.Series, *, is_named: bool) -> bool:
    """Return whether cells are calling codes: with a plus or 00 before them, without where the column may be named as one of codes.

    Three digits alone may be an area code (212 is Morocco's code and New York's area).
    """
    signs = "(?:\\+|00)" if not is_named else "(?:\\+|00)?"
    digits = cells.str.extract(rf"^\s*\(?{signs}\s?([1-9]\d{{0,2}})\)?(?:\.0)?\s*$", 1)
    is_code = digits.is_in(list(phone_columns.calling_codes())).fill_null(value=False)
    is_short = (digits.str.len_chars() < MAX_CALLING_CODE).any() or share_of(cells, r"^\s*\(?(?:\+|00)") == 1
    return len(cells) > 0 and bool(is_short) and float(is_code.mean() or 0) >= CONTENT_SHARE  # type: ignore[arg-type]


def _exchange_columns(table: pl.DataFrame, columns: list[str]) -> list[str]:
    """Return which columns are of exchanges by their names and their cells."""
    endings = phone_columns.load_phone_columns().exchanges
    named = [column for column in columns if phone_columns.is_part(column, endings)]
    return [column for column in named if share_of(sample_of(table, column), EXCHANGE_CELL) >= CONTENT_SHARE]


def _line_columns(table: pl.DataFrame, columns: list[str]) -> list[str]:
    """Return which columns hold the last digits of numbers and no more."""
    return [column for column in columns if share_of(sample_of(table, column), LINE_CELL) >= CONTENT_SHARE]


def parts_of_line(table: pl.DataFrame, line: str, columns: list[str]) -> tuple[str | None, str | None]:
    """Return the columns of the area code and of the exchange of a column of last digits."""
    endings = phone_columns.load_phone_columns()
    lines = [column for column in columns if phone_columns.is_part(column, endings.lines)]
    exchanges = [column for column in _exchange_columns(table, columns) if column != line]
    areas = [column for column in _area_columns(table, columns) if column not in exchanges and column != line]
    return (
        phone_columns.part_column(line, columns, areas, lines, endings.area_codes),
        phone_columns.part_column(line, columns, exchanges, lines, endings.exchanges),
    )


def lines_of_numbers(table: pl.DataFrame, columns: list[str], synonyms: Synonyms) -> dict[str, str]:
    """Return the columns of the last digits of numbers that have an area code and an exchange of their own, and their fields."""
    named = [column for column in columns if phone_columns.is_part(column, phone_columns.load_phone_columns().lines)]
    if not named or not _exchange_columns(table, columns):
        return {}
    fields = {name_key(name): field for field in ("phone", "mobile_phone") for name in synonyms.fields[field]}
    fields_by_line = {}
    for line in _line_columns(table, named):
        key = "".join(sorted(phone_columns.subject_of_line(line)))
        field = fields.get(f"{key}phone", fields.get(key)) if key else "phone"
        if field is not None and all(parts_of_line(table, line, columns)):
            fields_by_line[line] = field
    return fields_by_line


def local_numbers(table: pl.DataFrame, columns: list[str]) -> str | None:
    """Return the column of numbers without their area codes ("Number"), where one of area codes stands in the file."""
    names = [name_key(name) for name in phone_columns.load_phone_columns().local_numbers]
    named = [column for column in columns if is_called_number(column) and share_of(sample_of(table, column), MIN_DIGITS) >= CONTENT_SHARE]
    named.sort(key=lambda column: names.index(key_without_copy(column)))
    return named[0] if named and _area_columns(table, columns) else None


def is_called_number(column: str) -> bool:
    """Return whether a column is called a number and does not name its subject."""
    return key_without_copy(column) in {name_key(name) for name in phone_columns.load_phone_columns().local_numbers}


def named_numbers(table: pl.DataFrame, columns: list[str], synonyms: Synonyms, asked: set[str]) -> dict[str, NumberName]:
    """Return the columns whose names say word by word that they hold numbers to call, where no synonym is their name and the cells agree.

    Args:
        table: The text table.
        columns: The columns that may be some.
        synonyms: The names of all fields.
        asked: Columns that are named as ones of consent: only numbers in nearly all cells prove that they are none ("Subscriber Phone").
    """
    taken_names = synonyms.keys
    numbers: dict[str, NumberName] = {}
    for before, column in itertools.pairwise(["", *table.columns]):
        name = read_number_name(column) if column in columns and ("#" in column or name_key(column) not in taken_names) else None
        if name is None or (name.is_of_contact and roles.read_heading(before).kind in roles.OTHERS):
            continue
        heading, cells = roles.read_heading(column), sample_of(table, column)
        if heading.role and heading.key in taken_names:
            continue  # "Donor Phone"
        if column in asked or not name.is_plain:
            is_held = proves_numbers(cells)
        else:
            is_held = share_of(cells, SOME_NUMBER) >= MIN_SHARE_OF_ANSWERS and share_of(cells, EMAIL_CELL) < MIN_SHARE_OF_ANSWERS
        if is_held and share_of(cells, DATED_CELL) < MIN_SHARE_OF_ANSWERS:
            numbers[column] = name
    return numbers
