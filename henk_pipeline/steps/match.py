"""Matches the people of a table: the deterministic tier, the probabilistic tier, and their results.

Imports and `henk match` use it.
"""

import resource
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

import polars as pl

from henk_pipeline.leads import fields
from henk_pipeline.leads.chains import pairs_to_leave
from henk_pipeline.leads.column_meaning import ColumnMeaning, Habits
from henk_pipeline.leads.details import DETAIL_FIELDS, DETAIL_SCHEMA, compared_columns, is_of_details, with_details
from henk_pipeline.leads.given_names import called_by_title, comparable_given_names, is_of_middle_names
from henk_pipeline.leads.identity import HOME_FIELDS, IDENTITY_SCHEMA, NAMED_BY, homes, identities, is_known_name, names
from henk_pipeline.leads.match import (
    PARTS_OF_ONE,
    SHARED_BY_AT_MOST,
    as_certain,
    as_edges,
    connected,
    explain,
    fits_another,
    persons,
    sure_edges,
    without_shared,
)
from henk_pipeline.leads.normalise import normalise
from henk_pipeline.linkage.likely import OF_ONE_DAY, PAIR_SCHEMA, Population, compare_contacts, find_strangers, likely_pairs
from henk_pipeline.linkage.model import Model, load_model
from henk_pipeline.settings import Settings
from henk_pipeline.uploads.headers import map_columns
from henk_pipeline.uploads.reading import open_table

# The fields that the deterministic tier reads of a person, and those that both tiers read.
SURE_FIELDS = ("source", "source_id", "first_name", "last_name", "email", *fields.PHONE_FIELDS, fields.BIRTH_DATE, *DETAIL_FIELDS)
COMPARED_FIELDS = (*SURE_FIELDS, "street", "city", "postal_code")
# Rounds of dividing persons in which strangers meet, and rows up to which all of them are compared, not one of each name.
MAX_DIVISIONS = 5
# Besides the names, the parts in which different people of one name differ.
PERSON_PARTS = PARTS_OF_ONE
MAX_COMPARED = 20_000
# Rows that are no more than probably one by way of each other: more are no person, and comparing each with each takes too long.
MAX_CHAINED = 1_000


class UnknownColumnError(ValueError):
    """A file has no column of a given name."""


@dataclass(frozen=True)
class Matching:
    """The settings of matching.

    `merge_from`: the probability from which two people are merged; `review_from`: the probability from which a
    person decides; `shared_by_at_most`: a key of more people than this proves nothing; `model`: the model;
    `likely`: whether to look for probabilistic matches at all.
    """

    merge_from: float = 0.99
    review_from: float = 0.80
    shared_by_at_most: int = SHARED_BY_AT_MOST
    model: Model = field(default_factory=load_model)
    likely: bool = True

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that matching reads of a person."""
        return COMPARED_FIELDS if self.likely else SURE_FIELDS

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the matching of the settings.

        Raises:
            InfrastructureError: The model cannot be used.
        """
        model = load_model(settings.match_model)
        return cls(settings.match_merge_from, settings.match_review_from, settings.match_shared_by_at_most, model, settings.match_likely)


@dataclass(frozen=True)
class Matched:
    """The result of matching.

    `clusters`: `row` and `person`; `chains` as `explain` returns them; `review_pairs`: pairs of two persons to be
    reviewed (PAIR_SCHEMA).
    """

    clusters: pl.DataFrame
    chains: pl.DataFrame
    review_pairs: pl.DataFrame


def match_people(
    frame: pl.DataFrame,
    matching: Matching,
    *,
    new: pl.Series | None = None,
    population: int = 0,
    cannot_link: pl.DataFrame | None = None,
    must_link: pl.DataFrame | None = None,
    leads: pl.Series | None = None,
) -> Matched:
    """Match a table of people by both tiers.

    The order of the rows changes nothing but which row gives a person its number. Two known leads become one by the
    deterministic tier only.

    Args:
        frame: `row` (Int64, unique) and the fields of `matching`.
        matching: The settings of matching.
        new: As `likely_pairs` takes it.
        population: As `likely_pairs` takes it.
        cannot_link: Pairs (`left`, `right`) that are decided to be different.
        must_link: Pairs (`left`, `right`) that are known to be one; of a lead and a discarded row, the lead is `left`.
        leads: The rows that are known leads.

    Returns:
        The persons, the chains that led to them, and the pairs to review.
    """
    frame = with_details(frame, leads)
    frame = frame.with_columns(comparable_given_names(frame["first_name"]).alias("first_name"))
    sure = sure_edges(frame, matching.shared_by_at_most)
    pairs, shown = pl.DataFrame(schema=PAIR_SCHEMA), Population()
    people = pl.DataFrame(schema={"row": pl.Int64, **IDENTITY_SCHEMA})
    of_household = of_one_day = pairs.select("left", "right")
    named_by = ("row", *NAMED_BY, *DETAIL_SCHEMA)
    named = frame.select(*named_by, *HOME_FIELDS) if matching.likely else frame.select(named_by)
    if matching.likely:
        titled, bare = without_titles_of_others(frame["row"], frame["first_name"])
        people = without_shared(identities(frame.with_columns(bare), "row"), matching.shared_by_at_most)
        frame = frame.select(named_by)  # the other compared columns are released
        pairs, shown, of_household, of_one_day = likely_pairs(
            people, matching.model, matching.review_from, new=new, known_groups=connected(sure), population=population
        )
        pairs = _asked_about(pairs, titled)
        if shown.households:
            probable = pairs.filter(pl.col("mergeable") & (pl.col("probability") >= matching.merge_from))
            pairs = _not_mergeable(pairs, fits_another(probable, people))
        named = named if shown.replaced_names else frame
    if cannot_link is not None and cannot_link.height:
        pairs = pairs.join(cannot_link, on=["left", "right"], how="anti")
    merged = pairs.filter((pl.col("probability") >= matching.merge_from) & pl.col("mergeable")).select("left", "right", "probability")
    decided = pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64}) if must_link is None else must_link.select("left", "right")
    apart = _not_decided(of_household, sure, must_link)
    if apart.height:
        cannot_link = apart if cannot_link is None else pl.concat([cannot_link.select("left", "right"), apart])
    links = _Links(sure, decided, cannot_link, frame.select("row").clear()["row"] if leads is None else leads, shown)
    if merged.height:
        merged = _without_doubtful_chains(merged, links, frame, named, _Compared(people, pairs.select("left", "right"), of_one_day))
    edges = links.edges(merged)
    clusters = links.clusters(edges, frame, named)
    sides = pairs.join(clusters, left_on="left", right_on="row").join(clusters, left_on="right", right_on="row", suffix="_right")
    review_pairs = sides.filter(pl.col("person") != pl.col("person_right")).select(*PAIR_SCHEMA)
    return Matched(clusters, explain(edges, clusters), review_pairs)


class _Links(NamedTuple):
    """What holds rows together or apart besides probability.

    `sure`: edges of the deterministic tier; `must_link`, `cannot_link`, `leads`: as `match_people` takes them;
    `population`: as `likely_pairs` returns it.
    """

    sure: pl.DataFrame
    must_link: pl.DataFrame
    cannot_link: pl.DataFrame | None
    leads: pl.Series
    population: Population

    def edges(self, merged: pl.DataFrame) -> pl.DataFrame:
        """Return all edges (EDGE_SCHEMA) with those of probable pairs (`left`, `right`, `probability`)."""
        return pl.concat([self.sure, as_edges(pl.concat([merged, as_certain(self.must_link)]))])

    def clusters(self, edges: pl.DataFrame, frame: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
        """Return the persons (`row`, `person`) that edges make of a table."""
        divided = persons(edges, frame, self.cannot_link)
        return without_strangers(divided, edges, named, self.cannot_link, self.must_link, population=self.population)


class _Compared(NamedTuple):
    """What the probabilistic tier has compared.

    `people`: `row` and IDENTITY_SCHEMA of all rows; `pairs`: `left` and `right` of the probable pairs; `of_one_day`: those that are namesakes
    with one birth date.
    """

    people: pl.DataFrame
    pairs: pl.DataFrame
    of_one_day: pl.DataFrame


def _without_doubtful_chains(
    merged: pl.DataFrame, links: _Links, frame: pl.DataFrame, named: pl.DataFrame, compared: _Compared
) -> pl.DataFrame:
    """Return probable pairs without those by which two known leads, or two whose values contradict, would meet.

    What deterministic edges hold together counts as one. A row between two such keeps the pair that is clearly more
    probable, or none, and is reviewed.

    Args:
        merged: `left`, `right` and `probability` of pairs to merge.
        links: What else holds rows together or apart.
        frame: `row` and NAMED_BY of all rows.
        named: The same, with HOME_FIELDS where names are replaced.
        compared: What the probabilistic tier has compared.
    """
    group = connected(links.edges(merged))
    group = group.filter((pl.len().over("group") > 2) | (pl.col("row").is_in(links.leads.implode()).sum().over("group") > 1))
    chained = merged.join(group, left_on="left", right_on="row")
    group = group.join(chained.select("group"), on="group", how="semi")
    if not chained.height:
        return merged
    frame, named, people = (table.join(group, on="row", how="semi") for table in (frame, named, compared.people))
    within = links._replace(
        sure=links.sure.join(group, on="row", how="semi"), must_link=links.must_link.join(group, left_on="left", right_on="row", how="semi")
    )
    base = within.clusters(within.edges(merged.clear()), frame, named).rename({"person": "node"})
    sides = chained.drop("group").join(base, left_on="left", right_on="row").join(base, left_on="right", right_on="row", suffix="_right")
    odds = pl.col("probability").clip(upper_bound=1 - 1e-15)
    between = sides.with_columns(
        pl.min_horizontal("node", "node_right").alias("low"),
        pl.max_horizontal("node", "node_right").alias("high"),
        (odds / (1 - odds)).log(2).alias("weight"),
    )
    between = between.filter(pl.col("low") != pl.col("high"))
    pairs = between.group_by(pl.col("low").alias("left"), pl.col("high").alias("right")).agg(pl.col("weight").max())
    strangers = _strangers_in(
        group.rename({"group": "person"}), within.edges(chained.select(merged.columns)), named, within.must_link, within.population
    )
    different = pl.concat([strangers, compared.of_one_day])
    conflicts = pl.concat(
        [_as_nodes(different, base), _of_other_contacts(compared._replace(people=people), base, group, merged, pairs, links.population)]
    )
    leaving = pairs_to_leave(pairs, conflicts, _lead_of_nodes(base, within))
    gone = between.join(leaving, left_on=["low", "high"], right_on=["left", "right"], how="semi")
    return merged.join(gone, on=["left", "right"], how="anti")


def _as_nodes(pairs: pl.DataFrame, base: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of nodes (`left` < `right`) of pairs of rows, each once."""
    sides = pairs.join(base, left_on="left", right_on="row").join(base, left_on="right", right_on="row", suffix="_right")
    nodes = sides.select(pl.min_horizontal("node", "node_right").alias("left"), pl.max_horizontal("node", "node_right").alias("right"))
    return nodes.filter(pl.col("left") != pl.col("right")).unique()


def _lead_of_nodes(base: pl.DataFrame, links: _Links) -> pl.DataFrame:
    """Return `node` and `label` of the nodes that hold a known lead or a discarded row of one: the label is the lead's node."""
    leads = base.filter(pl.col("row").is_in(links.leads.implode())).select("row", "node", pl.col("node").alias("label"))
    discarded = links.must_link.join(leads.select("row", "label"), left_on="left", right_on="row").join(
        base, left_on="right", right_on="row"
    )
    of_both = pl.concat([leads.select("node", "label"), discarded.select("node", "label")])
    return of_both.group_by("node").agg(
        pl.when((pl.col("label") == pl.col("node")).any()).then(pl.col("node").first()).otherwise(pl.col("label").min()).alias("label")
    )


def _of_other_contacts(
    compared: _Compared, base: pl.DataFrame, group: pl.DataFrame, merged: pl.DataFrame, pairs: pl.DataFrame, population: Population
) -> pl.DataFrame:
    """Return the pairs of nodes (`left` < `right`) of a group that have other e-mail addresses and telephones.

    So are those of one birth date that have other homes, too, unless the pair is probable: of those it is known how common their name is.
    Two rows that are merged by themselves are none; where nobody shares a house, nor are the nodes of such rows.

    Args:
        compared: What the probabilistic tier has compared.
        base: `row` and `node`.
        group: `row` and `group`.
        merged: `left` and `right`, rows to merge.
        pairs: `left` and `right`, the nodes of these.
        population: As `likely_pairs` returns it.
    """
    several = group.join(base, on="row").filter(pl.col("node").n_unique().over("group") > 2)
    is_large = pl.len().over("group") > MAX_CHAINED
    rows = several.filter(~is_large).select("group", pl.col("row").alias("left"), "node")
    sides = rows.join(rows.rename({"left": "right"}), on="group", suffix="_right").filter(pl.col("node") != pl.col("node_right"))
    sides = sides.filter(pl.col("left") < pl.col("right")).join(merged, on=["left", "right"], how="anti")
    contacts = sides.join(compare_contacts(compared.people, sides), on=["left", "right"])
    is_probable = compared.pairs.select("left", "right", pl.lit(value=True).alias("is_probable"))
    contacts = contacts.join(is_probable, on=["left", "right"], how="left")
    contacts = contacts.with_columns(pl.col(OF_ONE_DAY) & pl.col("is_probable").is_null())
    nodes = contacts.group_by(
        pl.min_horizontal("node", "node_right").alias("left"), pl.max_horizontal("node", "node_right").alias("right")
    ).agg(pl.col("differ", "agree", OF_ONE_DAY, "meet").any())
    if not population.households:
        nodes = nodes.join(pairs, on=["left", "right"], how="anti")
    too_many = pairs.join(several.filter(is_large).select(pl.col("node").alias("left")).unique(), on="left", how="semi")
    of_two = (pl.col("differ") & ~pl.col("agree")) | (pl.col(OF_ONE_DAY) & ~pl.col("meet"))
    return pl.concat([nodes.filter(of_two).select("left", "right"), too_many.select("left", "right")])


def _not_decided(pairs: pl.DataFrame, sure: pl.DataFrame, must_link: pl.DataFrame | None) -> pl.DataFrame:
    """Return pairs (`left`, `right`) without those that deterministic matches and decisions make one person."""
    if not pairs.height:
        return pairs
    group = connected(sure if must_link is None else pl.concat([sure, as_edges(as_certain(must_link))]))
    sides = pairs.join(group, left_on="left", right_on="row", how="left").join(
        group, left_on="right", right_on="row", how="left", suffix="_right"
    )
    return sides.filter((pl.col("group") != pl.col("group_right")).fill_null(value=True)).select("left", "right")


def without_titles_of_others(rows: pl.Series, first: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the rows of given names with a title that shows another person ("Mrs. John"), and the names without it."""
    bare = first.str.extract(called_by_title(), 1)
    if not bare.count():
        return rows.clear(), first
    return rows.filter(bare.is_not_null()), bare.zip_with(bare.is_not_null(), first).alias(first.name)


def _not_mergeable(pairs: pl.DataFrame, some: pl.DataFrame) -> pl.DataFrame:
    """Return probabilistic pairs of which some (`left`, `right`) are reviewed at most."""
    if not some.height:
        return pairs
    flagged = pairs.join(
        some.with_columns(pl.lit(value=True).alias("is_doubtful")), on=["left", "right"], how="left", maintain_order="left"
    )
    return flagged.with_columns(pl.col("mergeable") & pl.col("is_doubtful").is_null()).drop("is_doubtful")


def _asked_about(pairs: pl.DataFrame, titled: pl.Series) -> pl.DataFrame:
    """Return probabilistic pairs of which those of "Mrs. John" and "John" are reviewed at most.

    She is his wife, or he has a wrong title.
    """
    if not titled.len():
        return pairs
    is_one = pl.col("left").is_in(titled.implode()) == pl.col("right").is_in(titled.implode())
    return pairs.with_columns(pl.col("mergeable") & is_one)


def without_strangers(
    clusters: pl.DataFrame,
    edges: pl.DataFrame,
    frame: pl.DataFrame,
    cannot_link: pl.DataFrame | None,
    must_link: pl.DataFrame | None = None,
    *,
    population: Population,
) -> pl.DataFrame:
    """Return the persons (`row`, `person`) without those in which two people of other first and last names meet by way of a third.

    The least certain edges between such two go first. Two that an edge of their own holds together stay
    together.

    Args:
        clusters: `row` and `person`, as `persons` returns them for the other arguments.
        edges: EDGE_SCHEMA.
        frame: `row`, NAMED_BY and perhaps HOME_FIELDS.
        cannot_link: Pairs (`left`, `right`) that are decided to be different.
        must_link: Pairs that are known to be one, such as a lead and the values that a merge discarded of it: an
            edge of either is one of both.
        population: The population of the table, as `likely_pairs` returns it.
    """
    for _ in range(MAX_DIVISIONS):
        strangers = _strangers_in(clusters, edges, frame, must_link, population)
        if not strangers.height:
            break
        cannot_link = strangers if cannot_link is None else pl.concat([cannot_link.select("left", "right"), strangers])
        clusters = persons(edges, frame, cannot_link)
    return clusters


def _strangers_in(
    clusters: pl.DataFrame, edges: pl.DataFrame, frame: pl.DataFrame, must_link: pl.DataFrame | None, population: Population
) -> pl.DataFrame:
    several = clusters.filter(pl.len().over("person") > 2)
    if not several.height:
        return pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64})
    frame = frame.join(several, on="row", how="semi")
    people = pl.concat([names(frame, "row").with_columns(is_known_name().alias("known")), homes(frame)], how="horizontal")
    people = people.join(several, on="row")
    # Most persons have one name, or one part of it in common.
    numbers = pl.concat_str("first", "last", ignore_nulls=True).str.replace_all("[^0-9]", "").n_unique().over("person") > 1
    families = pl.when(pl.col("lasts").list.len() > 1).then("last").drop_nulls().n_unique().over("person") > 1
    several_of = {name: pl.col(name).n_unique().over("person") > 1 for name in ("first", "last", *PERSON_PARTS)}
    people = people.filter(
        several_of["first"] & several_of["last"] | numbers | families | pl.any_horizontal(several_of[name] for name in PERSON_PARTS)
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
    row_of = dict(connected(as_edges(as_certain(must_link))).iter_rows()) if must_link is not None else {}
    as_one = pl.col("left", "right").replace(row_of) if row_of else pl.col("left", "right")
    direct = held.select("node", pl.col("row").alias("left")).join(held.select("node", pl.col("row").alias("right")), on="node")
    strangers = strangers.with_columns(as_one.name.suffix("_one"))
    decided = strangers.filter(pl.col("left_one") == pl.col("right_one"))
    # An edge of what a lead has had excuses nothing unless that is another name than the lead's: "Seo" holds Seo-jun, the lead is Seo-yeon.
    several_names = decided["left_one"].unique()
    of_either = pl.when(as_one.is_in(several_names.implode())).then(as_one).otherwise(pl.col("left", "right"))
    ones = direct.select(of_either.name.suffix("_one")).unique()
    strangers = strangers.with_columns(of_either.name.suffix("_one"))
    unheld = strangers.join(ones, on=["left_one", "right_one"], how="anti").select("left", "right")
    return _undecided(unheld, decided, direct)


def _undecided(strangers: pl.DataFrame, decided: pl.DataFrame, direct: pl.DataFrame) -> pl.DataFrame:
    """Return the strangers without those of whom each is one of two that are decided to be one person, though they are strangers.

    After a person has merged Ann into Bob, a file with both names names one lead.

    Args:
        strangers: Pairs `left`, `right`.
        decided: Such pairs that are one lead: its values, and those that a merge or a file has left out of it.
        direct: Pairs `left`, `right` that an edge holds together, in both orders, and each row with itself.
    """
    if not (decided.height and strangers.height):
        return strangers
    sides = pl.concat([decided.select("left", "right"), decided.select(pl.col("right").alias("left"), pl.col("left").alias("right"))])
    near = direct.select(pl.col("left").alias("row"), pl.col("right").alias("by")).unique()
    first = strangers.join(near, left_on="left", right_on="row")
    beyond = first.join(sides, left_on="by", right_on="left", suffix="_by").join(
        near, left_on=["right", "right_by"], right_on=["row", "by"]
    )
    return strangers.join(beyond, on=["left", "right"], how="anti")


def read_people(
    path: Path, truth: str | None, country: str, columns: dict[str, str] | None = None
) -> tuple[pl.DataFrame, pl.Series | None]:
    """Return the rows of a file of people, and its column of labels.

    A phone or an e-mail address that is none stays as it is written, because it still distinguishes people.
    Rows that fit no header are left out.

    Args:
        path: The file.
        truth: The name of the column of labels, if there is one.
        country: The country of phone numbers that name none.
        columns: Fields of columns, as a manifest names them.

    Returns:
        `row` (the line), source and the fields of a lead, as an import normalises them; and the labels.

    Raises:
        UnreadableFileError: The file cannot be read.
        UnknownColumnError: The file has no column `truth`.
    """
    with open_table(path) as reading:
        chunks = list(reading.chunks())
        table = pl.concat([chunk.table for chunk in chunks])
        lines = pl.concat([chunk.lines for chunk in chunks])
        has_header = reading.header_line is not None
    if truth is not None and truth not in table.columns:
        raise UnknownColumnError(f"{path} has no column {truth!r}. Its columns: {', '.join(table.columns[:50])}.")
    mapping = map_columns(table.drop(truth) if truth else table, columns or {}, has_header=has_header)
    uses = [
        ColumnMeaning(use.column, use.field, use.meaning, rank=use.rank)
        for use in mapping.uses
        if use.field or is_of_middle_names(use.column) or is_of_details(use.column)
    ]
    habits = Habits()
    habits.look_at(table, uses)
    people = normalise(table, lines, uses, country, habits).with_columns(pl.lit("csv_import").alias("source"))
    people = people.with_columns(compared_columns(["first_name", *DETAIL_FIELDS]))
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


def judged(clusters: pl.DataFrame, labels: pl.Series) -> dict[str, Any]:
    """Return how well persons agree with labels: equal label, same person; a row with an empty label is a person of its own.

    Args:
        clusters: `row` and `person`, in the order of `labels`.
        labels: The labels.

    Returns:
        `pairs_true`, `pairs_found`, `precision`, `recall`, `f1`, over pairs of rows.
    """
    labelled = clusters.with_columns(pl.when(labels != "").then(labels).alias("label"))

    def pairs(by: list[str]) -> int:
        sizes = labelled.drop_nulls("label").group_by(by).len()["len"].cast(pl.Int64)
        return int((sizes * (sizes - 1) // 2).sum())

    predicted_sizes = labelled.group_by("person").len()["len"].cast(pl.Int64)
    true, predicted, right = pairs(["label"]), int((predicted_sizes * (predicted_sizes - 1) // 2).sum()), pairs(["label", "person"])
    precision, recall = (right / predicted if predicted else 1.0), (right / true if true else 1.0)
    return {
        "pairs_true": true,
        "pairs_found": predicted,
        "precision": round(precision, 5),
        "recall": round(recall, 5),
        "f1": round(2 * precision * recall / (precision + recall), 5) if precision + recall else 0.0,
    }


def peak_mb() -> int:
    """Return the most memory this process has held, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / 2**20 if sys.platform == "darwin" else most / 2**10)
