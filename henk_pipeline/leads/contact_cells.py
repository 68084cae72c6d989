"""Cells of telephone numbers and e-mail addresses: whose they are, what kind, and what remarks next to them say."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import polars as pl
from phonenumbers import SUPPORTED_REGIONS

from henk_pipeline.consent.cells import judge_cells
from henk_pipeline.consent.columns import ConsentColumn, field_column
from henk_pipeline.consent.tables import MAX_SHOWN, read_phone_cells
from henk_pipeline.leads import fields, text
from henk_pipeline.leads.column_meaning import ColumnMeaning, any_of_columns, each_once
from henk_pipeline.leads.email_remarks import read_email_cells
from henk_pipeline.leads.labelled_numbers import are_forms_of_address, are_worded, read_labelled_cells
from henk_pipeline.leads.others_in_cells import names_of_rows, without_those_of_others
from henk_pipeline.leads.phone_kinds import is_mobile, is_not_called, is_of_another, is_wrong, load_phone_kinds
from henk_pipeline.leads.phones import NO_REGION, NOT_JOINED, kinds_not_called

# Fields whose cells reject the row that has no other contact: a contact that is none. For each the frame has `unread_<field>`.
JUDGED_FIELDS = ("email", *fields.PHONE_FIELDS)
ADDRESS_CELL = r"^\s*[^\s@,;<>]+@[^\s@,;<>]+\.[A-Za-z]{2,}\s*$"
# A number to call and nothing else; a date is none.
NUMBER_CELL = r"^\s*(?i:(?:tel|phone|cell|mobile|handy|mob)\.?:?\s*)?\+?\(?\d(?:[\s().\-/]{0,3}\d){6,14}(?:\s*(?i:x|ext\.?)\s*\d{1,6})?\s*$"
# An address and a number in one cell, and nothing else: "212-555-0101 / ana@example.org".
ADDRESS_IN_CELL, NUMBER_IN_CELL = r"([^\s@,;<>/|]+@[^\s@,;<>/|]+\.[A-Za-z]{2,})", r"(\+?\(?\d(?:[\s().\-]{0,3}\d){6,14})"
BETWEEN_CONTACTS = r"\s*[\s,;/|&]\s*"
NUMBER_AND_ADDRESS = rf"^\s*{NUMBER_IN_CELL}{BETWEEN_CONTACTS}{ADDRESS_IN_CELL}\s*$"
ADDRESS_AND_NUMBER = rf"^\s*{ADDRESS_IN_CELL}{BETWEEN_CONTACTS}{NUMBER_IN_CELL}\s*$"
MAY_BE_BOTH = r"\d.*[\s,;/|&].*@|@.*[\s,;/|&].*\d"  # most addresses with digits are not
PLAIN_NUMBER = r"^[\s+().\-/]*(?:\d[\s().\-/]*){7,15}$"
A_DATE = r"^\s*\d{1,4}[-/.]\s?\d{1,2}[-/.]\s?\d{1,4}\.?(?:\s.*)?$"
ADDRESS_FIELDS = ("street", "city", "state", "postal_code", "country")
COUNTRY_NOT_KNOWN = "(country not known)"  # behind the field of a number that is kept as written
MAX_FORM = 60  # characters of a form of address and the names behind it
AN_OWNER = r"^\s*\p{L}[\p{L}'’. -]{1,40}$"  # a name or a word for somebody


def without_address(table: pl.DataFrame, of_field: Mapping[str, list[ColumnMeaning]]) -> pl.Series:
    """Return where street, city and postal code of the first address are empty: a country or a state alone is none."""
    firsts = [of_field[name][0].column for name in ("street", "city", "postal_code") if name in of_field]
    if not firsts or not any(len(of_field.get(name, ())) > 1 for name in ADDRESS_FIELDS):
        return pl.Series([False]).new_from_index(0, table.height)
    return any_of_columns([text.cleaned(table[column]).is_not_null() for column in firsts], "filled") == False  # noqa: E712 - a column, not a value


def first_address(cell: pl.Series, others: list[pl.Series], no_address: pl.Series) -> tuple[pl.Series, list[pl.Series]]:
    """Return a part of the address, from the second where there is no first, never half of one and half of another; and the parts not used."""
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(cell))
    kept = []
    for other in others:
        taken = no_address & other.is_not_null()
        kept.append(other.zip_with(~taken, nothing))
        cell = other.zip_with(taken, cell).alias(cell.name)
        no_address = no_address & ~taken
    return cell, kept


def with_exchanges(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> pl.DataFrame:
    """Put the exchange of a column of its own before the last digits of a number. A longer number that has it, or has none, stays as it is."""
    for use in columns:
        if use.exchange_column is None or use.exchange_column not in table.columns:
            continue
        exchange, line = (text.cleaned(table[name]).str.replace(r"\.0$", "") for name in (use.exchange_column, use.column))
        parts = pl.DataFrame([exchange.alias("exchange"), line.alias("line")])
        of_line = pl.col("line").str.replace_all(r"\D", "")
        is_short = pl.col("line").str.contains(r"^\d{1,4}$")
        has_it = of_line.str.head(-4).str.ends_with(pl.col("exchange")) & pl.col("exchange").str.contains(r"^\d+$")
        joined = (
            pl.when(pl.col("exchange").str.contains(r"^\d{2,5}$")).then(pl.col("exchange") + pl.col("line")).otherwise(pl.lit(NOT_JOINED))
        )
        full_number = (
            pl.when(pl.col("line").is_null() | (pl.col("exchange").is_null() & ~is_short) | has_it)
            .then("line")
            .when(is_short)
            .then(joined)
            .otherwise(pl.lit(NOT_JOINED))
        )
        table = table.with_columns(parts.select(full_number).to_series().alias(use.column))
    return table


def without_contacts_of_others(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> tuple[pl.DataFrame, list[pl.Series]]:
    """Take the numbers and addresses that a cell gives to somebody else by name, and return those cells as columns of their own."""
    dropped: list[pl.Series] = []
    contacts = [use for use in columns if use.field in JUDGED_FIELDS and use.column in table.columns]
    if not contacts:
        return table, dropped
    names = names_of_rows(table, [(use.column, use.field) for use in columns if use.column in table.columns])
    of_others: dict[str, pl.Series] = {}
    for use in contacts if names.count() else ():
        cells = _with_owners(table, use)
        read = without_those_of_others(cells, names, addresses=use.field == "email")
        if read is not None:
            is_read = (
                (read["own"] != cells).fill_null(value=True) | read["is_of_other"] | (cells == table[use.column]).fill_null(value=True)
            )
            read = read.with_columns(read["own"].zip_with(is_read, table[use.column]))
            table = table.with_columns(read["own"].alias(use.column))
            dropped.append(read["dropped"].alias(f"{use.column} (not used)"))
            of_others[use.column] = read["is_of_other"]
    numbers = [use.column for use in contacts if use.field in fields.PHONE_FIELDS]
    for column, is_of_other in of_others.items():
        # A number of somebody else's is not needed where another column has a plain one.
        others = [table[other].str.contains(PLAIN_NUMBER).fill_null(value=False) for other in numbers if other != column]
        if others and (is_apart := is_of_other & any_of_columns(others, "plain")).any():
            table, apart = _set_apart(table, column, is_apart)
            dropped += apart
    return table, [column for column in each_once(dropped) if column.count()]


def _with_owners(table: pl.DataFrame, use: ColumnMeaning) -> pl.Series:
    """Return the numbers of a column with their owners in brackets, where another column names those ("Phone 2 Owner")."""
    cells = table[use.column]
    owners = set(load_phone_kinds().labels.columns_of_owners)
    if use.kind_column not in table.columns or owners.isdisjoint(re.findall(r"[^\W\d_]+", str(use.kind_column).casefold())):
        return cells
    pair = pl.DataFrame([cells.alias("cell"), table[use.kind_column].alias("owner")])
    is_named = pl.col("owner").str.contains(AN_OWNER).fill_null(value=False) & ~pl.col("cell").str.contains(r"\p{L}")
    return pair.select(pl.when(is_named).then(pl.format("{} ({})", "cell", "owner")).otherwise("cell")).to_series()


class _Question(NamedTuple):
    """A question about the numbers of a column: the `field` of the column, and the cells that are asked about, null for others."""

    field: str
    cells: pl.Series


def without_numbers_by_labels(
    table: pl.DataFrame, columns: Sequence[ColumnMeaning], country: str
) -> tuple[pl.DataFrame, list[pl.Series], list[_Question]]:
    """Take the numbers that their labels leave out: a fax, an old number, those of a couple, as its addresses. And return those cells, and what is
    asked.
    """
    dropped: list[pl.Series] = []
    asked: list[_Question] = []
    for use in columns:
        if use.field not in JUDGED_FIELDS or use.column not in table.columns:
            continue
        is_email = use.field == "email"
        worded = are_worded(table[use.column], addresses=is_email)
        if not worded.any():
            continue
        forms = _forms_of_address(table, columns, worded)
        read = read_labelled_cells(table[use.column], worded, forms, country, mobile=use.field == "mobile_phone", addresses=is_email)
        if read is not None:
            table = table.with_columns(read["own"].alias(use.column))
            dropped.append(read["dropped"].alias(f"{use.column} (not used)"))
            asked.append(_Question(use.field, read["asked"]))
    return table, [column for column in dropped if column.count()], [question for question in asked if question.cells.count()]


def _forms_of_address(table: pl.DataFrame, columns: Sequence[ColumnMeaning], asked: pl.Series) -> pl.Series:
    """Return what the rows that are `asked` about write of their person's form of address, or of a couple's names; null for others."""
    names = load_phone_kinds().labels.columns_of_address
    of_address = [use.column for use in columns if use.field in ("title", "full_name", "first_name") or use.column.strip().lower() in names]
    nothing = pl.Series("form", [None], dtype=pl.String).new_from_index(0, table.height)
    if not of_address:
        return nothing
    forms = table.filter(asked).select(pl.concat_str(of_address, separator=" ", ignore_nulls=True).str.slice(0, MAX_FORM).alias("form"))[
        "form"
    ]
    return nothing.scatter(asked.arg_true(), forms.zip_with(are_forms_of_address(forms), nothing.head(len(forms))))


def with_questions(frame: pl.DataFrame, asked: Sequence[_Question]) -> pl.DataFrame:
    """Ask about cells of numbers where the row has no number that is certain: the one of the cell, or none at all."""
    for question in asked:
        others = [pl.col(name).is_not_null() for name in fields.PHONE_FIELDS if name != question.field]
        is_open = pl.col(question.field).is_not_null() | ~pl.any_horizontal(*others)
        written = pl.lit(question.cells).str.slice(0, MAX_SHOWN)
        text_of_question = pl.format("{}: {}", pl.lit(question.field.replace("_", " ").capitalize()), written)
        frame = with_question(frame, pl.when(is_open).then(text_of_question))
    return frame


class _Calls(NamedTuple):
    """What the words beside numbers say: `refused`, whether calls are refused (None: nowhere); `dropped`: cells with numbers that are not used."""

    refused: pl.Series | None
    dropped: list[pl.Series]


def consent_columns(columns: Sequence[ColumnMeaning]) -> dict[str, ConsentColumn]:
    """Return the columns of which cells may say something about consent, with how they are read."""
    of_fields = {
        use.column: field_column(use.field, use.meaning) for use in columns if use.consent is None and use.field in fields.CONSENT_FIELDS
    }
    return of_fields | {use.column: use.consent for use in columns if use.consent is not None}


def without_remarks_on_contacts(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> tuple[pl.DataFrame, _Calls]:
    """Take the words about calling from cells of numbers, and the numbers that are a fax's or a wrong one's."""
    refused: list[pl.Series] = []
    dropped: list[pl.Series] = []
    labelled: list[pl.Series] = []
    wrong_numbers = [use.column for use in columns if use.consent is not None and use.consent.wrong]
    for wrong in wrong_numbers:
        numbers = table.select(pl.when(_last_digits(wrong).is_not_null()).then(wrong).alias(f"{wrong} (not used)")).to_series()
        dropped += [numbers] if numbers.is_not_null().any() else []
    for use in columns:
        if use.field not in fields.PHONE_FIELDS:
            continue
        if (read := read_phone_cells(table[use.column])) is not None:
            table = table.with_columns(read["numbers"].alias(use.column))
            refused.append(read["refused"])
            dropped.append(read["dropped"].alias(f"{use.column} (not used)"))
        if (label := use.labels_in(table)) is not None:
            of_wrong = is_wrong(label) & table[use.column].is_not_null()
            labelled += [table.select(pl.when(of_wrong).then(use.column)).to_series()] if of_wrong.any() else []
            is_other = ((is_not_called(label) | is_of_another(label)) & table[use.column].is_not_null()) | of_wrong
            table, other = _set_apart(table, use.column, is_other)
            dropped += other
        for wrong in wrong_numbers:
            is_same = table.select((_last_digits(use.column) == _last_digits(wrong)).fill_null(value=False)).to_series()
            table, other = _set_apart(table, use.column, is_same)
            dropped += other
    for use in columns if labelled else ():
        for numbers in labelled if use.field in fields.PHONE_FIELDS else ():
            pair = pl.DataFrame([table[use.column].alias("number"), numbers.alias("wrong")])
            is_same = pair.select((_last_digits("number") == _last_digits("wrong")).fill_null(value=False)).to_series()
            table, other = _set_apart(table, use.column, is_same)  # "Phone" repeats the number of "Phone 1", whose type is "Bad Number"
            dropped += other
    return table, _Calls(any_of_columns(refused, "refused") if refused else None, each_once(dropped))


def without_any_number(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> pl.Series | None:
    """Return which rows say "disconnected" in a column without numbers and have no number in another one: nothing is left to call."""
    for_numbers = [use for use in columns if use.consent is not None and use.consent.for_number]
    if not for_numbers:
        return None
    wrong = [
        (judge_cells(table[use.column], replace(use.consent, for_number=False))["phone"] == "refused").fill_null(value=False)
        for use in for_numbers
        if use.consent is not None
    ]
    filled = [text.cleaned(table[use.column]).is_not_null() for use in columns if use.field in fields.PHONE_FIELDS]
    return any_of_columns(wrong, "wrong") & ~any_of_columns(filled, "filled") if filled else any_of_columns(wrong, "wrong")


def without_refusals(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> pl.DataFrame:
    """Empty the cells of countries that refuse calls: a number is of the default country then, and its opt-out is kept."""
    for use in columns:
        if use.field != "country" or use.consent is None:
            continue
        refuses = (judge_cells(table[use.column], use.consent)["phone"] == "refused").fill_null(value=False)
        table, _ = _set_apart(table, use.column, refuses)
    return table


class _OnEmails(NamedTuple):
    """What the words next to addresses say: whether calls and e-mails are refused (None: nowhere); `dropped`: cells with an address not used."""

    no_calls: pl.Series | None
    no_emails: pl.Series | None
    dropped: list[pl.Series]


def without_words_on_emails(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> tuple[pl.DataFrame, _OnEmails]:
    """Take the words next to addresses from their cells, and the addresses that bounced."""
    cells_by_column = {
        use.column: read for use in columns if use.field == "email" and (read := read_email_cells(table[use.column])) is not None
    }
    if not cells_by_column:
        return table, _OnEmails(None, None, [])
    table = table.with_columns(read["addresses"].alias(column) for column, read in cells_by_column.items())
    dropped = [read["dropped"].alias(f"{column} (not used)") for column, read in cells_by_column.items()]
    no_calls, no_emails = (any_of_columns([read[name] for read in cells_by_column.values()], name) for name in ("no_calls", "no_emails"))
    return table, _OnEmails(no_calls, no_emails, dropped)


def _set_apart(table: pl.DataFrame, column: str, apart: pl.Series) -> tuple[pl.DataFrame, list[pl.Series]]:
    """Return the table without some cells of a column, and these as a column of their own; none where there are none."""
    if not apart.any():
        return table, []
    split_cells = table.select(pl.when(apart).then(column).alias("other"), pl.when(~apart).then(column).alias("number"))
    return table.with_columns(split_cells["number"].alias(column)), [split_cells["other"].alias(f"{column} (not used)")]


def _last_digits(column: str) -> pl.Expr:
    """Return what two ways to write a number have in common: its last nine digits; null where there are fewer than seven."""
    digits = pl.col(column).str.replace_all(r"\D", "").str.tail(9)
    return pl.when(digits.str.len_chars() >= 7).then(digits)


def with_mobile_columns(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> tuple[pl.DataFrame, list[ColumnMeaning]]:
    """Move numbers whose kind says mobile phone to a column of their own for it, where the row has no other mobile phone."""
    filled = any_of_columns(
        [text.cleaned(table[use.column]).is_not_null() for use in columns if use.field == "mobile_phone"] or [pl.Series([False])], "filled"
    )
    filled = filled if len(filled) == table.height else filled.new_from_index(0, table.height)
    moved: list[ColumnMeaning] = []
    for use in columns:
        if use.field != "phone" or (labels := use.labels_in(table)) is None:
            continue
        moves = is_mobile(labels) & text.cleaned(table[use.column]).is_not_null() & ~filled
        name = f"{use.column} ({use.kind_column})"
        if moves.any() and name not in table.columns:
            parts = pl.DataFrame([table[use.column].alias("cell"), moves.alias("moves")])
            cell, mobile = pl.col("cell"), pl.col("moves")
            table = table.with_columns(
                parts.select(pl.when(~mobile).then(cell)).to_series().alias(use.column),
                parts.select(pl.when(mobile).then(cell)).to_series().alias(name),
            )
            moved.append(use._replace(column=name, field="mobile_phone", meaning="further", kind_column=None))
            filled = filled | moves
    return table, [*columns, *moved]


def with_divided_contacts(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> tuple[pl.DataFrame, list[ColumnMeaning]]:
    """Divide cells of an address and a number, and nothing else: what is not of the column's kind goes to a column of its own.

    It counts where the row has no other.
    """
    moved: list[ColumnMeaning] = []
    for use in columns:
        if not _may_hold_others(table, use):
            continue
        is_phone, cells, cell = use.field in fields.PHONE_FIELDS, table[use.column], pl.col(use.column)
        name = f"{use.column} ({'e-mail' if is_phone else 'number'} next to it)"
        if name in table.columns or not cells.str.contains(MAY_BE_BOTH).any():
            continue
        number = pl.coalesce(cell.str.extract(NUMBER_AND_ADDRESS, 1), cell.str.extract(ADDRESS_AND_NUMBER, 2))
        address = pl.coalesce(cell.str.extract(NUMBER_AND_ADDRESS, 2), cell.str.extract(ADDRESS_AND_NUMBER, 1))
        own, other = (number, address) if is_phone else (address, number)
        parts = table.select(pl.coalesce(own, cell).alias("own"), other.alias("other"))
        if not parts["other"].count():
            continue
        table = table.with_columns(parts["own"].alias(use.column), parts["other"].alias(name))
        moved.append(_of_moved(name, columns, moved, is_email=is_phone))
    return table, [*columns, *moved]


def with_contacts_in_their_columns(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> tuple[pl.DataFrame, list[ColumnMeaning]]:
    """Move e-mail addresses in columns of numbers ("Phone Type: Email"), and numbers in columns of addresses, to columns of their own.

    They count where the row has no other.
    """
    moved: list[ColumnMeaning] = []
    for use in columns:
        if (is_misplaced := _are_misplaced(table, use)) is None:
            continue
        is_phone = use.field in fields.PHONE_FIELDS
        name = f"{use.column} ({'e-mail' if is_phone else 'number'})"
        if name in table.columns:
            continue
        cells = pl.col(use.column)
        split_cells = table.select(pl.when(~is_misplaced).then(cells).alias("own"), pl.when(is_misplaced).then(cells).alias("other"))
        table = table.with_columns(split_cells["own"].alias(use.column), split_cells["other"].alias(name))
        moved.append(_of_moved(name, columns, moved, is_email=is_phone))
    return table, [*columns, *moved]


def _may_hold_others(table: pl.DataFrame, use: ColumnMeaning) -> bool:
    """Return whether a column is one of contacts, in which some may be of another kind."""
    return use.field in JUDGED_FIELDS and use.meaning in ("value", "further") and use.column in table.columns


def _of_moved(name: str, columns: Sequence[ColumnMeaning], moved: Sequence[ColumnMeaning], *, is_email: bool) -> ColumnMeaning:
    """Return the meaning of a column of contacts that stood in columns of another kind: it counts behind those of its own."""
    has_own = is_email or any(use.field == "phone" for use in columns)
    return ColumnMeaning(name, "email" if is_email else "phone", "further" if has_own else "value", rank=len(columns) + len(moved))


def _are_misplaced(table: pl.DataFrame, use: ColumnMeaning) -> pl.Series | None:
    """Return where a column of numbers holds an address, or one of addresses a number (Boolean, never null); None where it nowhere does."""
    if not _may_hold_others(table, use):
        return None
    cells = table[use.column]
    if use.field in fields.PHONE_FIELDS:
        if not cells.str.contains("@", literal=True).any():
            return None
        is_misplaced = cells.str.contains(ADDRESS_CELL).fill_null(value=False)
    else:
        without_sign = ~cells.str.contains("@", literal=True).fill_null(value=True)
        if not without_sign.any():
            return None
        is_misplaced = without_sign & (cells.str.contains(NUMBER_CELL) & ~cells.str.contains(A_DATE)).fill_null(value=False)
    return is_misplaced if is_misplaced.any() else None


def misplaced_contacts(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> list[pl.Series]:
    """Return by column the addresses in columns of numbers and the numbers in columns of addresses, null for other cells."""
    masks = [(table[use.column], mask) for use in columns if (mask := _are_misplaced(table, use)) is not None]
    return [cells.zip_with(mask, pl.Series([None], dtype=pl.String).new_from_index(0, len(cells))) for cells, mask in masks]


def with_question(frame: pl.DataFrame, reason: pl.Expr) -> pl.DataFrame:
    """Return the rows with a reason (text or null) why nobody is called until a person decides; not where one is given, or calls are refused."""
    unclear = pl.when(~pl.any_horizontal(*fields.NO_CALL)).then(reason)
    return frame.with_columns(pl.coalesce(fields.CONSENT_UNCLEAR, unclear).alias(fields.CONSENT_UNCLEAR))


def without_numbers_of_no_country(frame: pl.DataFrame, name: str, written: pl.Series) -> tuple[pl.DataFrame, list[pl.Series]]:
    """Leave out numbers whose country is not known ("NA", "Ruritania"), where the person can be reached otherwise. They are kept as written."""
    regions = pl.lit(None, dtype=pl.String)
    if f"{name}_region" in frame.columns:
        regions = pl.col(f"{name}_region")
    # A country without rules for numbers, as `normalise_phones` reads it.
    is_unknown = pl.col("country").is_not_null() & ~pl.col("country").is_in(list(SUPPORTED_REGIONS)) & regions.is_null()
    others = pl.any_horizontal(*(pl.col(other).is_not_null() for other in ("email", *fields.PHONE_FIELDS) if other != name))
    is_lost = is_unknown.fill_null(value=False) | (regions == NO_REGION).fill_null(value=False)
    is_open = frame.select((pl.col(f"unread_{name}") & is_lost & others).alias("open")).to_series()
    is_open = is_open & ~written.str.starts_with("+").fill_null(value=False)
    if not is_open.any():
        return frame, []
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    kept = written.zip_with(is_open, nothing).alias(f"{name} {COUNTRY_NOT_KNOWN}")
    return frame.with_columns((frame[f"unread_{name}"] & ~is_open).alias(f"unread_{name}")), [kept]


def without_numbers_not_called(frame: pl.DataFrame, name: str) -> tuple[pl.DataFrame, list[pl.Series]]:
    """Leave out premium, pager and personal numbers, which are kept as custom fields with what they are."""
    kinds = kinds_not_called(frame[name])
    if not kinds.count():
        return frame, []
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    dropped = frame[name].zip_with(kinds.is_not_null(), nothing).alias(f"{name} (not called)")
    left = frame[name].zip_with(kinds.is_null(), nothing).alias(name)
    return frame.with_columns(left), [dropped, kinds.alias(f"{name}_flag")]
