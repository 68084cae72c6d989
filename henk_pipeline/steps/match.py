"""Who of a table of people is who: the sure tier, the likely tier, and what becomes of both. Used by imports and by `henk match`."""

import resource
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import polars as pl

from henk_pipeline.leads import fields
from henk_pipeline.leads.given_names import comparable_given_names, compared_columns, is_of_middle_names
from henk_pipeline.leads.identity import HOME_FIELDS, NAMED_BY, homes, identities, is_known_name, names
from henk_pipeline.leads.match import SHARED_BY_AT_MOST, as_edges, connected, explain, persons, sure_edges, without_shared
from henk_pipeline.leads.normalise import ColumnMeaning, Habits, normalise
from henk_pipeline.linkage.likely import PAIR_SCHEMA, Population, find_strangers, likely_pairs
from henk_pipeline.linkage.model import Model, load_model
from henk_pipeline.settings import Settings
from henk_pipeline.uploads.headers import map_columns
from henk_pipeline.uploads.reading import open_table

# What the sure tier reads of a person, and what both do.
SURE_FIELDS = ("source", "source_id", "first_name", "last_name", "email", *fields.PHONE_FIELDS, fields.BIRTH_DATE)
COMPARED_FIELDS = (*SURE_FIELDS, "street", "city", "postal_code")
# Rounds of dividing persons in which strangers meet, and rows up to which all of them are compared, not one of each name.
MAX_DIVISIONS = 5
# Beside the names, what different people of one name differ in.
PERSON_PARTS = ("birth", "generation", "middle")
MAX_COMPARED = 20_000


class UnknownColumnError(ValueError):
    """A file has no column of that name."""


@dataclass(frozen=True)
class Matching:
    """From which probability two people are merged, and from which somebody is asked; more people than that on a key prove nothing; by which
    model; whether likely pairs are looked for at all.
    """

    merge_from: float = 0.99
    review_from: float = 0.80
    shared_by_at_most: int = SHARED_BY_AT_MOST
    model: Model = field(default_factory=load_model)
    likely: bool = True

    @property
    def fields(self) -> tuple[str, ...]:
        """What is read of a person."""
        return COMPARED_FIELDS if self.likely else SURE_FIELDS

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the settings say. Raises: pydantic.ValidationError, OSError for a model that cannot be read."""
        model = load_model(settings.match_model)
        return cls(settings.match_merge_from, settings.match_review_from, settings.match_shared_by_at_most, model, settings.match_likely)


@dataclass(frozen=True)
class Matched:
    """`persons`: `row` and `person`; `chains` as `explain` gives them; `doubtful`: pairs of two persons to be reviewed (PAIR_SCHEMA)."""

    persons: pl.DataFrame
    chains: pl.DataFrame
    doubtful: pl.DataFrame


def match_people(
    frame: pl.DataFrame,
    matching: Matching,
    *,
    new: pl.Series | None = None,
    population: int = 0,
    apart: pl.DataFrame | None = None,
    known: pl.DataFrame | None = None,
) -> Matched:
    """Both tiers over a table of people.

    Takes: `row` (Int64, unique) and the fields of `matching`; `new`, `population` as `likely_pairs`; `apart`: pairs
    (`left`, `right`) that are decided to be different; `known`: pairs that are known to be one. The order of the rows changes nothing but which
    row gives a person its number.
    """
    frame = frame.with_columns(comparable_given_names(frame["first_name"]).alias("first_name"))
    sure = sure_edges(frame, matching.shared_by_at_most)
    pairs, shown = pl.DataFrame(schema=PAIR_SCHEMA), Population()
    named = frame.select("row", *NAMED_BY, *HOME_FIELDS) if matching.likely else frame.select("row", *NAMED_BY)
    if matching.likely:
        people = without_shared(identities(frame, "row"), matching.shared_by_at_most)
        frame = frame.select("row", *NAMED_BY)  # what else was compared is let go of
        pairs, shown = likely_pairs(people, matching.model, matching.review_from, new=new, known=connected(sure), population=population)
        named = named if shown.replaced_names else frame
    if apart is not None and apart.height:
        pairs = pairs.join(apart, on=["left", "right"], how="anti")
    merged = pairs.filter((pl.col("probability") >= matching.merge_from) & pl.col("mergeable")).select("left", "right", "probability")
    if known is not None:
        merged = pl.concat([merged, known.with_columns(pl.lit(1.0).alias("probability"))])
    edges = pl.concat([sure, as_edges(merged)])
    who = without_strangers(persons(edges, frame, apart), edges, named, apart, known, population=shown)
    sides = pairs.join(who, left_on="left", right_on="row").join(who, left_on="right", right_on="row", suffix="_right")
    doubtful = sides.filter(pl.col("person") != pl.col("person_right")).select(*PAIR_SCHEMA)
    return Matched(who, explain(edges, who), doubtful)


def without_strangers(
    who: pl.DataFrame,
    edges: pl.DataFrame,
    frame: pl.DataFrame,
    apart: pl.DataFrame | None,
    known: pl.DataFrame | None = None,
    *,
    population: Population,
) -> pl.DataFrame:
    """Return the persons (`row`, `person`) without those in which two people of other first and last names meet by way of a third.

    The least certain edges between such two go first. Two that an edge of their own holds together stay together.

    Args:
        who: `row` and `person`, as `persons` gives them for the other arguments.
        edges: EDGE_SCHEMA.
        frame: `row`, NAMED_BY and perhaps HOME_FIELDS.
        apart: Pairs (`left`, `right`) that are decided to be different.
        known: Pairs that are known to be one, such as a lead and what a merge has left out of it: an edge of either is one of both.
        population: What the table shows of its people, as `likely_pairs` gives it.
    """
    for _ in range(MAX_DIVISIONS):
        strangers = _strangers_in(who, edges, frame, known, population)
        if not strangers.height:
            break
        apart = strangers if apart is None else pl.concat([apart.select("left", "right"), strangers])
        who = persons(edges, frame, apart)
    return who


def _strangers_in(
    who: pl.DataFrame, edges: pl.DataFrame, frame: pl.DataFrame, known: pl.DataFrame | None, population: Population
) -> pl.DataFrame:
    several = who.filter(pl.len().over("person") > 2)
    if not several.height:
        return pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64})
    frame = frame.join(several, on="row", how="semi")
    people = pl.concat([names(frame, "row").with_columns(is_known_name().alias("known")), homes(frame)], how="horizontal")
    people = people.join(several, on="row")
    # Most persons have one name, or one part of it in common.
    numbers = pl.concat_str("first", "last", ignore_nulls=True).str.replace_all("[^0-9]", "").n_unique().over("person") > 1
    several_of = {name: pl.col(name).n_unique().over("person") > 1 for name in ("first", "last", *PERSON_PARTS)}
    people = people.filter(
        several_of["first"] & several_of["last"] | numbers | pl.any_horizontal(several_of[name] for name in PERSON_PARTS)
    )
    named = (
        people.unique(["person", "first", "last", *PERSON_PARTS], keep="first", maintain_order=True)
        if people.height > MAX_COMPARED
        else people
    )
    sides = named.select("person", pl.col("row").alias("left")).join(named.select("person", pl.col("row").alias("right")), on="person")
    strangers = find_strangers(people, sides.filter(pl.col("left") < pl.col("right")), population)
    if not strangers.height:
        return strangers
    held = edges.join(people.select("row"), on="row", how="semi").select("row", "node")
    one = dict(connected(as_edges(known.with_columns(pl.lit(1.0).alias("probability")))).iter_rows()) if known is not None else {}
    as_one = pl.col("left", "right").replace(one) if one else pl.col("left", "right")
    direct = held.select("node", pl.col("row").alias("left")).join(held.select("node", pl.col("row").alias("right")), on="node")
    ones = direct.select(as_one.name.suffix("_one")).unique()
    strangers = strangers.with_columns(as_one.name.suffix("_one"))
    decided = strangers.filter(pl.col("left_one") == pl.col("right_one"))
    unheld = strangers.join(ones, on=["left_one", "right_one"], how="anti").select("left", "right")
    return _undecided(unheld, decided, direct)


def _undecided(strangers: pl.DataFrame, decided: pl.DataFrame, direct: pl.DataFrame) -> pl.DataFrame:
    """Return the strangers without those of whom each is one of two that are decided to be one person, though they are strangers.

    After somebody has merged Ann into Bob, a file that names both names one lead.

    Args:
        strangers: Pairs `left`, `right`.
        decided: Such pairs that are one lead: what it is, and what a merge or a file has left out of it.
        direct: Pairs `left`, `right` that an edge holds together, in both orders, and each row with itself.
    """
    if not (decided.height and strangers.height):
        return strangers
    sides = pl.concat([decided.select("left", "right"), decided.select(pl.col("right").alias("left"), pl.col("left").alias("right"))])
    near = direct.select(pl.col("left").alias("row"), pl.col("right").alias("by")).unique()
    first = strangers.join(near, left_on="left", right_on="row")
    both = first.join(sides, left_on="by", right_on="left", suffix="_by").join(near, left_on=["right", "right_by"], right_on=["row", "by"])
    return strangers.join(both, on=["left", "right"], how="anti")


def read_people(
    path: Path, truth: str | None, country: str, columns: dict[str, str] | None = None
) -> tuple[pl.DataFrame, pl.Series | None]:
    """The rows of a file of people, and its column of labels.

    Gives: `row` (the line), source and the fields of a lead, as an import normalises them; a phone or an e-mail address that is none stays as
    it is written, because it tells people apart all the same. Rows that fit no header are left out. Raises: UnreadableFileError;
    UnknownColumnError if the file has no column `truth`.
    """
    with open_table(path) as reading:
        chunks = list(reading.chunks())
        table = pl.concat([chunk.table for chunk in chunks])
        lines = pl.concat([chunk.lines for chunk in chunks])
        has_header = reading.header_line is not None
    if truth is not None and truth not in table.columns:
        raise UnknownColumnError(f"{path} has no column {truth!r}. Its columns: {', '.join(table.columns[:50])}.")
    mapping = map_columns(table.drop(truth) if truth else table, columns or {}, has_header=has_header)
    uses = [ColumnMeaning(use.column, use.field, use.meaning) for use in mapping.uses if use.field or is_of_middle_names(use.column)]
    habits = Habits()
    habits.look_at(table, uses)
    people = normalise(table, lines, uses, country, habits).with_columns(pl.lit("csv_import").alias("source"))
    people = people.with_columns(compared_columns(["first_name"]))
    kept = [_as_written(people, table, uses, name) for name in ("email", *fields.PHONE_FIELDS)]
    labels = table[truth] if truth else None
    return people.with_columns(kept).rename({"line": "row"}), labels


def _as_written(people: pl.DataFrame, table: pl.DataFrame, uses: list[ColumnMeaning], name: str) -> pl.Series:
    columns = [use.column for use in uses if use.field == name]
    if not columns:
        return people[name]
    cells = table.select(pl.coalesce(columns)).to_series().str.to_lowercase().str.strip_chars()
    plain = cells if name == "email" else cells.str.replace_all(r"[^0-9+]", "")
    return people[name].zip_with(people[name].is_not_null(), plain).alias(name)


def judged(who: pl.DataFrame, labels: pl.Series) -> dict[str, Any]:
    """How well persons (`row`, `person`, in the order of `labels`) agree with labels: equal label, same person; an empty one is alone.

    Gives: `pairs_true`, `pairs_found`, `precision`, `recall`, `f1`, over pairs of rows.
    """
    told = who.with_columns(pl.when(labels != "").then(labels).alias("label"))

    def pairs(by: list[str]) -> int:
        sizes = told.drop_nulls("label").group_by(by).len()["len"].cast(pl.Int64)
        return int((sizes * (sizes - 1) // 2).sum())

    found_sizes = told.group_by("person").len()["len"].cast(pl.Int64)
    true, found, right = pairs(["label"]), int((found_sizes * (found_sizes - 1) // 2).sum()), pairs(["label", "person"])
    precision, recall = (right / found if found else 1.0), (right / true if true else 1.0)
    return {
        "pairs_true": true,
        "pairs_found": found,
        "precision": round(precision, 5),
        "recall": round(recall, 5),
        "f1": round(2 * precision * recall / (precision + recall), 5) if precision + recall else 0.0,
    }


def peak_mb() -> int:
    """The most memory this process has held, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / 2**20 if sys.platform == "darwin" else most / 2**10)
