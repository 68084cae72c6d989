"""Refusals of other people of a row: the number of a spouse who refuses calls is not called, also where the person has it."""

from collections.abc import Sequence

import polars as pl

from henk_pipeline.consent.columns import PHONE_AND_EMAIL, ConsentColumn
from henk_pipeline.consent.tables import judge_table
from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.uploads.consent_uses import consent_of_role
from henk_pipeline.uploads.known_names import PHONE_FIELDS, fields_by_key
from henk_pipeline.uploads.roles import read_heading

NUMBER_SCHEMA = {"line": pl.Int64, "cell": pl.String}


class OthersRefusals:
    """The columns of a file in which other people ("Spouse", "Partner") refuse calls, and their numbers. Adults of children are `adults`'.

    Args:
        columns: The columns of the file with their fields.
    """

    def __init__(self, columns: Sequence[ColumnMeaning]) -> None:
        self.consents: dict[str, list[tuple[str, ConsentColumn]]] = {}
        self.numbers: dict[str, list[str]] = {}
        for use in columns:
            heading = read_heading(use.column)
            if heading.kind != "other" or use.field is not None:
                continue
            if fields_by_key().get(heading.key) in PHONE_FIELDS:
                self.numbers.setdefault(heading.role, []).append(use.column)
            elif (consent := consent_of_role(use.column, heading.role)) is not None:
                self.consents.setdefault(heading.role, []).append((use.column, consent.with_channels(PHONE_AND_EMAIL)))

    def numbers_in(self, table: pl.DataFrame, lines: pl.Series) -> pl.DataFrame:
        """Return NUMBER_SCHEMA of the numbers of other people who refuse calls in the rows of a table."""
        refused = [numbers_of_refusing(table, lines, self.consents.get(role, ()), numbers) for role, numbers in self.numbers.items()]
        return pl.concat([pl.DataFrame(schema=NUMBER_SCHEMA), *refused])


def numbers_of_refusing(
    table: pl.DataFrame, lines: pl.Series, consents: Sequence[tuple[str, ConsentColumn]], numbers: Sequence[str]
) -> pl.DataFrame:
    """Return the numbers of a person in the rows in which that person refuses calls.

    Args:
        table: Rows of the file, by column as text.
        lines: The line of each row.
        consents: The columns in which the person allows and refuses, with how each is read.
        numbers: The columns of the person's numbers.

    Returns:
        NUMBER_SCHEMA: the line, and the number as written.
    """
    refused = [pl.DataFrame(schema=NUMBER_SCHEMA)]
    for column, consent in consents:
        judged = judge_table(table.select(column), {column: consent}).frame
        is_refused = judged.select(pl.col("do_not_call") | pl.col("dnc")).to_series()
        refused += [pl.DataFrame([lines.alias("line"), table[number].alias("cell")]).filter(is_refused).drop_nulls() for number in numbers]
    return pl.concat(refused)
