"""Answers about one number of several ("Home DNC", "Cell DNC", "Phone Valid"): each is of its own number, not of the person."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from henk_pipeline.consent.columns import ConsentColumn, is_of_working_numbers, read_out_of_use
from henk_pipeline.consent.tables import Counts, judge_table
from henk_pipeline.leads.column_meaning import ColumnMeaning, any_of_columns
from henk_pipeline.leads.text import cleaned
from henk_pipeline.steps.others_refusals import NUMBER_SCHEMA
from henk_pipeline.uploads.known_names import PHONE_FIELDS, key_without_copy
from henk_pipeline.uploads.phone_names import subject_of

NOT_USED = " (not used)"


class OfNumber(NamedTuple):
    """A column of answers about one number.

    `column`: its name; `consent`: how it is read; `number`: the column of the number; `is_of_working`: whether it says
    that a number works; `others`: the person's columns of numbers without such answers.
    """

    column: str
    consent: ConsentColumn
    number: str
    is_of_working: bool
    others: tuple[str, ...] = ()


class DividedAnswers(NamedTuple):
    """The table with each answer where it belongs.

    `consents`: the rows as consent is read, without the answers about one number that another one of the row stands
    against; `numbers`: the rows without the refused numbers; `added`: the columns of `numbers` that hold those;
    `refused`: NUMBER_SCHEMA; `counts`: of the columns of answers, as they stand in the file.
    """

    consents: pl.DataFrame
    numbers: pl.DataFrame
    added: list[ColumnMeaning]
    refused: pl.DataFrame
    counts: dict[str, Counts]


def find_consents_of_numbers(columns: Sequence[ColumnMeaning]) -> list[OfNumber]:
    """Return the columns of answers about one of several numbers of a person.

    Two or more columns of one question, each about another number ("Home DNC", "Cell DNC", or "DNC" behind each), are
    of their numbers. A column alone is of the person, unless it says whether a number works.

    Args:
        columns: The columns of the file with their fields.
    """
    phones = [use.column for use in columns if use.field in PHONE_FIELDS and use.meaning in ("value", "further")]
    asked = {use.column: consent for use in columns if (consent := _asked_of(use)) is not None}
    if len(phones) < 2 or not asked:
        return []
    order = [use.column for use in columns]
    answers: list[OfNumber] = []
    groups: dict[tuple[str, bool], list[str]] = {}
    for column, consent in asked.items():
        groups.setdefault((_question(column), consent.direction == "refusal"), []).append(column)
    for group in groups.values():
        numbers = _by_place(group, order, phones, of_one_name=True) or _by_subject(group, phones) or _by_place(group, order, phones)
        is_one_each = len(set(numbers.values())) == len(numbers)
        for column, number in numbers.items():
            is_of_working = asked[column].wrong or is_of_working_numbers(column) or read_out_of_use(column) is not None
            if is_one_each and (len(numbers) > 1 or is_of_working):
                answers.append(OfNumber(column, asked[column], number, is_of_working))
    others = tuple(phone for phone in phones if phone not in {of.number for of in answers})
    return [of._replace(others=others) for of in answers]


def _asked_of(use: ColumnMeaning) -> ConsentColumn | None:
    """Return how a column is read that may be about one number; None where it is of the person, or of something else."""
    if use.field in PHONE_FIELDS:
        return None
    if (out_of_use := read_out_of_use(use.column)) is not None:
        return out_of_use
    consent = use.consent
    if consent is None or consent.dead:
        return None
    if consent.direction == "stated":  # "Phone 2 Status": "Disconnected"
        return consent if consent.status and consent.channels == {"phone"} and not consent.labels else None
    if consent.direction == "either":
        return None
    # "CnPh_1_02_Do_Not_Contact" is of a number, "Do Not Contact" of the person.
    is_of_calls = consent.channels == {"phone"} or ("phone" in consent.channels and subject_of(use.column).names_phone)
    return consent if is_of_calls else None


def _question(column: str) -> str:
    """Return what a column asks, without which number it is about ("Home DNC", "DNC (2)")."""
    return " ".join(sorted(subject_of(column).others))


def _by_place(group: Sequence[str], order: Sequence[str], phones: Sequence[str], *, of_one_name: bool = False) -> dict[str, str]:
    """Return column → number, where columns, perhaps of one name, stand each right behind a number ("Phone", "DNC", "Phone 2", "DNC")."""
    if len(group) < 2 or (of_one_name and len({key_without_copy(column) for column in group}) > 1):
        return {}
    before = {column: order[order.index(column) - 1] for column in group if order.index(column)}
    return before if len(before) == len(group) and set(before.values()) <= set(phones) else {}


def _by_subject(group: Sequence[str], phones: Sequence[str]) -> dict[str, str]:
    """Return column → number, where both names tell the number from the others in the same words; a lone plain name is of no certain number."""
    subjects = {phone: subject_of(phone).words for phone in phones}
    numbers: dict[str, str] = {}
    for column in group:
        words = subject_of(column).words
        named = [phone for phone in phones if subjects[phone] == words]
        if not named and words:  # "Cell DNC" is of "Cell Phone 1" where no other number is of a cell
            named = [phone for phone in phones if words <= subjects[phone]]
        if len(named) == 1:
            numbers[column] = named[0]
    return numbers if len(numbers) == len(group) and (len(group) > 1 or any(subject_of(column).words for column in group)) else {}


def divide_answers(table: pl.DataFrame, consents: pl.DataFrame, lines: pl.Series, of_numbers: Sequence[OfNumber]) -> DividedAnswers:
    """Divide the answers about single numbers from those about the person.

    A number that is refused, or does not work, is not used where the row has another one. Where it is the only one, the
    answer stands for the person, as does a refusal without a number and an answer that is unclear.

    Args:
        table: Rows of the file, by column as text.
        consents: The same rows as consent is read.
        lines: The line of each row.
        of_numbers: As `find_consents_of_numbers` returns them.
    """
    refused_numbers = [pl.DataFrame(schema=NUMBER_SCHEMA)]
    if not of_numbers:
        return DividedAnswers(consents, table, [], refused_numbers[0], {})
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, table.height)
    counts: dict[str, Counts] = {}
    is_refused: dict[str, pl.Series] = {}
    for of in of_numbers:
        judged = judge_table(table.select(of.column), {of.column: of.consent})
        counts[of.column] = judged.counts[of.column]
        is_refused[of.column] = judged.frame.select(pl.col("do_not_call") | pl.col("dnc")).to_series()
    filled = {of.number: cleaned(table[of.number]).is_not_null() for of in of_numbers}
    usable = pl.Series([False]).new_from_index(0, table.height)
    for column in of_numbers[0].others:
        usable |= cleaned(table[column]).is_not_null()
    for number, is_filled in filled.items():
        of_number = [is_refused[of.column] for of in of_numbers if of.number == number]
        usable |= is_filled & ~any_of_columns(of_number, "refused")
    added: list[ColumnMeaning] = []
    numbers = table
    for of in of_numbers:
        is_of_number = is_refused[of.column] & usable & (filled[of.number] | pl.Series([of.is_of_working]).new_from_index(0, table.height))
        if not is_of_number.any():
            continue
        consents = consents.with_columns(nothing.zip_with(is_of_number, consents[of.column]).alias(of.column))
        is_set_apart = is_of_number & filled[of.number]
        refused_numbers.append(pl.DataFrame([lines.alias("line"), table[of.number].alias("cell")]).filter(is_set_apart))
        name = f"{of.number}{NOT_USED}"
        if name not in numbers.columns:
            added.append(ColumnMeaning(name, None))
            numbers = numbers.with_columns(nothing.alias(name))
        numbers = numbers.with_columns(
            nothing.zip_with(is_set_apart, numbers[of.number]).alias(of.number),
            table[of.number].zip_with(is_set_apart, numbers[name]).alias(name),
        )
    return DividedAnswers(consents, numbers, added, pl.concat(refused_numbers), counts)
