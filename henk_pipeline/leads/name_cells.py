"""Cells of names: salutations, remarks next to a name, and whole names that are divided."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import polars as pl

from henk_pipeline.consent.cells import judge_cells
from henk_pipeline.consent.columns import STATED
from henk_pipeline.leads.column_meaning import ColumnMeaning, each_once
from henk_pipeline.leads.given_names import generation_of, with_generations, with_titles_of_others
from henk_pipeline.leads.name_remarks import without_remarks
from henk_pipeline.leads.name_words import load_name_words
from henk_pipeline.leads.names import (
    are_names_that_look_empty,
    bare_family_names,
    bare_given_names,
    is_organisation,
    is_salutation,
    mended_case,
    relations_in_names,
    split_full_names,
    titles_of_unisex_names,
    with_names_that_look_empty,
)
from henk_pipeline.leads.text import over_distinct

NAME_NOTE = "Name Note"  # what stands next to a name and is no part of it
NAME_IN_BRACKETS = "Name in Brackets"  # judged with its cell, not by itself: "Anna (Mort)" has not died
NAME_AND_BRACKETS = r"^\s*(\p{L}[^()\[\]]*?)\s*\((\s*\p{Lu}[^()\d]*\p{L}[^()\d]*)\)\s*$"
# Names without a comma whose family name comes first: in capitals ("DE LA TOUR Jean"), with particles, or of one word.
SHOUTED_FAMILY = r"^\s*((?:\p{Lu}[\p{Lu}'’.-]+ )*\p{Lu}[\p{Lu}'’-]+) (\p{Lu}[\p{L}'’.-]*\p{Ll}.*?)\s*$"
PARTICLE = r"(?:(?i:van|von|vom|de|del|der|den|du|des|di|da|dos|do|la|le|las|los|el|ter|ten|zu|zur|zum)\s+|(?i:d|l)['’])*"
GIVEN = r"(\p{Lu}[\p{L}'’.-]*(?: \p{Lu}[\p{L}'’.-]*)*)"
FAMILY_FIRST = rf"^\s*({PARTICLE}\p{{Lu}}[\p{{L}}'’-]+) {GIVEN}\s*$"
TWO_FAMILY_NAMES = rf"^\s*({PARTICLE}\p{{Lu}}[\p{{L}}'’-]+\s+{PARTICLE}\p{{Lu}}[\p{{L}}'’-]+) {GIVEN}\s*$"
SPANISH_PLURAL = re.compile(r"(?i)apellidos")
ONLY_PARTICLES = r"^(?:(?:van|von|vom|de|der|den|zu|zum|zur|da|di|du|la|le|auf|af|av|und)(?:\s+|$))+$"


def with_commas_behind_family_names(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> pl.DataFrame:
    """Write the names of columns in which the family name comes first with a comma behind it ("DUPONT, Marie"), as others are read.

    Names with a comma or of one word stay as they are, as do those that are no names of people.
    """
    for use in columns:
        if not use.family_first or use.column not in table.columns:
            continue
        written = pl.col(use.column)
        name = pl.when(written.str.contains(r"\S\s+\S+\s+\S")).then(written.str.replace(_title_in_front(), "")).otherwise(written)
        patterns = [SHOUTED_FAMILY, *([TWO_FAMILY_NAMES] if SPANISH_PLURAL.search(use.column) else []), FAMILY_FIRST]
        divided = [
            pl.when(name.str.contains(pattern)).then(pl.format("{}, {}", name.str.extract(pattern, 1), name.str.extract(pattern, 2)))
            for pattern in patterns
        ]
        is_person = ~over_distinct(table[use.column], _are_organisations)
        table = table.with_columns(pl.when(is_person).then(pl.coalesce(*divided, written)).otherwise(written).alias(use.column))
    return table


@lru_cache(maxsize=1)
def _title_in_front() -> str:
    """Return a pattern of courtesy titles before a name ("Mme DUPONT Marie", "M. MARTIN Paul")."""
    titles = [*load_name_words().words.titles, "m"]
    return rf"^\s*(?:(?i:{'|'.join(sorted(map(re.escape, titles), key=len, reverse=True))})\.?\s+)+"


def _are_organisations(names: pl.Series) -> pl.Series:
    return pl.Series([name is not None and is_organisation(name) for name in names], dtype=pl.Boolean)


def with_odd_names(frame: pl.DataFrame, table: pl.DataFrame, of_field: Mapping[str, list[ColumnMeaning]]) -> pl.DataFrame:
    """Put back the names of people whose surname, or given name, is written as a word for nothing."""
    first, last = frame["first_name"], frame["last_name"]
    if "first_name" not in of_field or "last_name" not in of_field:
        return frame
    written = {name: table[of_field[name][0].column] for name in ("first_name", "last_name")}
    is_pair = are_names_that_look_empty(written["first_name"], written["last_name"])
    if is_pair.any():
        others = [table[column] for column in table.columns if column not in {series.name for series in written.values()}]
        # A program that writes "nan" for nothing writes it in the other columns, too.
        is_pair &= not any(cells.str.to_lowercase().str.strip_chars().is_in(["nan"]).any() for cells in others)
    pair = is_pair.replace_strict([True], ["pair"], default=None, return_dtype=pl.String)
    last_or_pair, first_or_pair = (name.zip_with(name.is_not_null(), pair) for name in (last, first))
    return frame.with_columns(
        with_names_that_look_empty(first, written["first_name"], last_or_pair, family=False).alias("first_name"),
        with_names_that_look_empty(last, written["last_name"], first_or_pair, family=True).alias("last_name"),
    )


def without_salutations(frame: pl.DataFrame, of_field: Mapping[str, list[ColumnMeaning]], further: list[pl.Series]) -> pl.DataFrame:
    """Keep forms of address in a column of titles as custom fields: "Mr." is nobody's job. "Mrs." before "John" stays before the name, too."""
    if "title" not in of_field or not frame["title"].count():
        return frame
    title = frame["title"]
    salutations = is_salutation(title)
    if not salutations.any():
        return frame
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    forms = title.zip_with(salutations, nothing)
    further.append(forms.alias(of_field["title"][0].column))
    called = [with_titles_of_others(frame[name], forms) for name in ("first_name", "full_name") if frame[name].count()]
    return frame.with_columns(title.zip_with(~salutations, nothing).alias("title"), *called)


def without_notes_on_names(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.Series]]:
    """Return the rows with names without what is no part of them ("Bob Hale - Treasurer"), and that as a custom field."""
    notes = []
    for name in ("full_name", "first_name", "last_name"):
        if (parts := without_remarks(frame[name])) is not None:
            frame = frame.with_columns(parts[0])
            notes.append(parts[1].alias(NAME_NOTE))
    if (in_brackets := _names_in_brackets(frame["full_name"])) is not None:
        notes.append(in_brackets.alias(NAME_IN_BRACKETS))
    return frame, each_once(notes)


def _names_in_brackets(names: pl.Series) -> pl.Series | None:
    """Return what stands in brackets behind a name of one word or an organisation's ("Smith (Jane)"), where it may be the name of the person.

    None where no cell has such. A generation and a relation are read elsewhere.
    """
    has_brackets = names.str.contains(NAME_AND_BRACKETS).fill_null(value=False)
    if not has_brackets.any():
        return None
    some = names.filter(has_brackets).str.extract_groups(NAME_AND_BRACKETS).struct.unnest()
    some.columns = ["name", "inner"]
    is_name = [
        (" " not in name or is_organisation(name)) and generation_of(inner) is None
        for name, inner in zip(some["name"], some["inner"], strict=True)
    ]
    kept = some["inner"].zip_with(
        pl.Series(is_name, dtype=pl.Boolean) & relations_in_names(names.filter(has_brackets)).is_null(), some["inner"].clear(len(some))
    )
    return pl.Series([None], dtype=pl.String).new_from_index(0, len(names)).scatter(has_brackets.arg_true(), kept) if kept.count() else None


def judge_notes_on_names(further: Sequence[pl.Series]) -> pl.Series | None:
    """Return which rows a note next to a name refuses calls for ("Ida Jung do not call"); None where none does."""
    note = next((cells for cells in further if cells.name == NAME_NOTE), None)
    return None if note is None else (judge_cells(note, STATED)["phone"] == "refused").fill_null(value=False)


def remarks_on_names(frame: pl.DataFrame, columns: Sequence[str]) -> list[pl.Series]:
    """Return what stands next to a name and is no part of it, but tells two people of one name apart, as custom fields: "son", "Mr."."""
    remarks = []
    for column, names, read in (
        ("Name Remark", ("first_name", "last_name", "full_name"), relations_in_names),
        ("Name Title", ("first_name", "full_name"), titles_of_unisex_names),
    ):
        cells = pl.DataFrame([read(frame[name]).alias(name) for name in names]).select(pl.coalesce(pl.all()).alias(column)).to_series()
        if cells.count() and column not in columns:
            remarks.append(cells)
    return remarks


def read_names(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill first and last name from `full_name` where both are missing, or one of them and the full name is of two parts; mend their case."""
    frame = frame.with_columns(
        bare_given_names(frame["first_name"]).alias("first_name"), bare_family_names(frame["last_name"]).alias("last_name")
    )
    if frame["full_name"].null_count() < frame.height:
        name_parts = split_full_names(frame["full_name"])
        unnamed = pl.col("first_name").is_null() & pl.col("last_name").is_null()
        is_of_two_parts = pl.lit(name_parts["first_name"].is_not_null() & name_parts["last_name"].is_not_null())
        frame = frame.with_columns(
            pl.when(unnamed | (is_of_two_parts & pl.col(name).is_null())).then(name_parts[name]).otherwise(name).alias(name)
            for name in name_parts.columns
        )
    if frame["second_family_name"].count():
        family_names = pl.concat_str("last_name", "second_family_name", separator=" ", ignore_nulls=True)
        has_it = pl.col("last_name").str.ends_with(pl.concat_str(pl.lit(" "), "second_family_name")).fill_null(value=False)
        frame = frame.with_columns(pl.when(has_it).then("last_name").otherwise(family_names).alias("last_name"))
    if frame["name_suffix"].count():  # "von" stands in a column of suffixes, too
        is_infix = pl.col("name_suffix").str.to_lowercase().str.contains(ONLY_PARTICLES)
        frame = frame.with_columns(
            pl.coalesce("name_infix", pl.when(is_infix).then("name_suffix")).alias("name_infix"),
            pl.when(~is_infix).then("name_suffix").alias("name_suffix"),
        )
    if frame["name_infix"].count():
        starts = pl.col("last_name").str.to_lowercase().str.starts_with(pl.col("name_infix").str.to_lowercase() + " ")
        full_last_name = pl.concat_str(pl.col("name_infix").str.to_lowercase(), "last_name", separator=" ")
        frame = frame.with_columns(
            pl.when(pl.col("name_infix").is_not_null() & ~starts).then(full_last_name).otherwise("last_name").alias("last_name")
        )
    frame = frame.with_columns(
        mended_case(frame["first_name"], family=False).alias("first_name"), mended_case(frame["last_name"], family=True).alias("last_name")
    )
    if frame["name_suffix"].count():
        frame = with_generations(frame)
    return frame
