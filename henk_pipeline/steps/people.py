"""Who of an upload is which lead: known ones are looked for, people who stand in several rows are made one."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import polars as pl
import psycopg

from henk_pipeline.leads import contract, fields
from henk_pipeline.leads.given_names import compared_columns, middle_name_member
from henk_pipeline.leads.survivorship import lost_values, merge_rows
from henk_pipeline.postgres import businesses, duplicates, imports, known, suppressions
from henk_pipeline.postgres.ids import new_ids
from henk_pipeline.steps.match import Matched, Matching, match_people
from henk_pipeline.steps.pieces import beside, joined
from henk_pipeline.steps.provenance import found_by
from henk_pipeline.steps.suppress import contacts_in
from henk_pipeline.uploads.manifest import Manifest


@dataclass(frozen=True)
class UploadToLoad:
    """A validated upload on its way to PostgreSQL. Frames as the steps before give them; of `people` as much is in memory as must be."""

    upload: imports.Upload
    manifest: Manifest
    rules: str
    rows_read: int
    rows_rejected: int
    people: pl.LazyFrame
    rejections: pl.DataFrame
    opt_outs: pl.DataFrame
    matching: Matching = field(default_factory=Matching)
    reading: dict[str, Any] = field(default_factory=dict)
    mapping: dict[str, Any] = field(default_factory=dict)
    error: str | None = None
    received_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    refusal_rules: str = ""  # `refusal_digest`: what a refusal depends on


class People(NamedTuple):
    """The people of an upload with the lead each of them is or becomes.

    `loaded`: of all of them, ordered by line, `line`, `lines`, `lead_id`, whether that lead is `known` and whether others were `merged` into it,
    and `found` (how each line came to its lead). `several`: who stands in several rows, merged. `lists`: `lead_id` and `lists` of every row,
    where the file names lists. `doubtful`: pairs that somebody is to decide on, as `_candidates` gives them. `phones`: all numbers that the
    upload or a known lead names. `without_id`: the lines (first of a person's) whose source id is another person's.
    """

    loaded: pl.DataFrame
    several: pl.DataFrame
    lists: pl.DataFrame
    doubtful: pl.DataFrame
    phones: pl.Series
    without_id: pl.Series


class _Met(NamedTuple):
    """An upload's rows beside the known leads that they may be, and who of both is who.

    `rows`: `row`, `line`, `lines`, `found` and, where the file names lists, `lists`; `leads`: `row` and `id` of the known leads; `said`: the same
    of what was said of them in vain; `phones`: all numbers of both; `ids`: `row`, `source` and `source_id` of both, where there is one.
    """

    rows: pl.DataFrame
    leads: pl.DataFrame
    said: pl.DataFrame
    matched: Matched
    phones: pl.Series
    ids: pl.DataFrame


def silent_about_erased(connection: psycopg.Connection, business: businesses.Business, work: UploadToLoad) -> UploadToLoad:
    """The upload, of whose rejected rows and opt-outs those that speak of somebody who was erased after it was received say nothing."""
    if not suppressions.has_erased(connection, business.id, work.received_at):
        return work
    said = [(line, cell) for line, row in work.rejections.select("line", "row").rows() for cell in _texts(json.loads(row))]
    cells = pl.DataFrame(said, schema={"line": pl.Int64, "cell": pl.String}, orient="row")
    named = work.opt_outs.filter(pl.col("channel").is_in(["phone", "email"]))
    contacts = contacts_in(cells, work.manifest.default_country or business.default_country)
    erased = suppressions.find_erased(connection, business.id, pl.concat([named, contacts]), work.received_at)
    # As erase_lead leaves them.
    silent = {"value": None, "message": "erased on request", "row": "{}"}
    is_erased = pl.col("line").is_in(erased["line"].implode())
    told = [pl.when(is_erased).then(pl.lit(what)).otherwise(name).alias(name) for name, what in silent.items()]
    # Whoever was erased is not called and not written as it is.
    return replace(work, rejections=work.rejections.with_columns(told), opt_outs=work.opt_outs.join(erased, on="line", how="anti"))


def _texts(told: object) -> list[str]:
    """The texts in a rejected row, an object of cells or of a list of them."""
    if isinstance(told, str):
        return [told]
    parts = told.values() if isinstance(told, dict) else told if isinstance(told, list) else ()
    return [text for part in parts for text in _texts(part)]


def find_people(connection: psycopg.Connection, business_id: UUID, import_id: UUID, work: UploadToLoad) -> tuple[People, UploadToLoad]:
    """Who of the upload is which lead; and the upload without people who were erased.

    Known leads that the upload shows to be one person are merged. Raises: psycopg.Error.
    """
    (rows, leads, said, matched, phones, ids), work = meet(connection, business_id, work)
    who = matched.persons
    lead_of = _one_lead_a_person(connection, import_id, leads, rows, matched)
    rows = beside(beside(rows, who, "row"), lead_of, "person")
    rows = rows.with_columns(pl.col("merged").fill_null(value=False), pl.col("lead_id").is_not_null().alias("known"))
    # Of those who stand alone no more is needed until they are written.
    alone = pl.len().over("person") == 1
    whole = joined(work.people, rows.filter(~alone).select("line", pl.col("line").min().over("person").alias("person")), "line")
    several = merge_rows(whole)
    lines = pl.concat([rows.filter(alone).select("line", "lines"), several.select("line", "lines")]).sort("line")
    found = found_by(rows, pl.concat([leads, said]), matched.chains, lines, lost_values(whole, several))
    del whole
    persons = rows.select("line", "person", "lead_id", "known", "merged").filter(pl.col("line") == pl.col("line").min().over("person"))
    new = persons.filter(~pl.col("known")).sort("line")
    new = new.with_columns(new_ids(new.height).alias("lead_id"))
    told = pl.concat([persons.filter("known"), new])
    owners = leads.select("row", pl.col("id").alias("lead_id")).join(who, on="row").sort("lead_id").unique("person", keep="first")
    lead_of = pl.concat([owners.select("person", "lead_id"), new.select("person", "lead_id")])
    people = People(
        loaded=beside(beside(lines, told.drop("person"), "line"), found, "line"),
        several=several,
        lists=rows.select("person", "lists").join(lead_of, on="person").select("lead_id", "lists") if "lists" in rows else pl.DataFrame(),
        doubtful=_candidates(matched.doubtful, who, lead_of),
        phones=phones,
        without_id=_without_id(ids, rows.select("row", "line", "person"), leads, who),
    )
    return people, work


def _without_id(ids: pl.DataFrame, rows: pl.DataFrame, leads: pl.DataFrame, who: pl.DataFrame) -> pl.Series:
    """Return the first lines of those whose source id another person has: a known lead with it, else the first of the upload.

    An id with two names that contradict each other is two people's; a lead has an id of its own.
    """
    own = ids.join(rows, on="row").select("source", "source_id", "person", pl.col("line").min().over("person"))
    known = ids.join(leads, on="row").join(who, on="row", how="left").select("source", "source_id", pl.col("person").fill_null(-1))
    holders = pl.concat([known.with_columns(pl.lit(0, dtype=pl.Int64).alias("line")), own.select("source", "source_id", "person", "line")])
    shared = holders.filter(pl.col("person").n_unique().over("source", "source_id") > 1)
    if not shared.height:
        return pl.Series("line", [], dtype=pl.Int64)
    holder = shared.sort("line").group_by("source", "source_id", maintain_order=True).agg(pl.col("person").first().alias("holder"))
    return own.join(holder, on=["source", "source_id"]).filter(pl.col("person") != pl.col("holder"))["line"].unique()


def meet(connection: psycopg.Connection, business_id: UUID, work: UploadToLoad) -> tuple[_Met, UploadToLoad]:
    """Compare the upload's rows with each other and with the leads there are; and the upload without people who were erased."""
    kept = ["line", "lines", "found", *(["lists"] if work.manifest.list_column is not None else [])]
    # Numbered here: beside pieces a column of one piece would have all the others copied.
    every = (
        work.people.select(*kept, *compared_columns(work.matching.fields))
        .with_row_index("row")
        .with_columns(pl.col("row").cast(pl.Int64))
        .collect()
    )
    every, work = _without_erased(connection, business_id, work, every)
    barred = suppressions.addresses_not_to_call(connection, business_id, every["email"])
    if barred.len():  # as if the row said so
        is_barred = pl.col("email").is_in(barred.implode()).fill_null(value=False)
        work = replace(work, people=work.people.with_columns((pl.col("do_not_call") | is_barred).alias("do_not_call")))
    there = known.count_leads(connection, business_id)
    may_be, looked_for, settled = _known(connection, business_id, every, there, work.matching)
    # Leads come first, so that a chain leads from a row to its lead.
    leads = may_be.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    rows = every.with_columns(pl.col("row") + leads.height)
    compared = ["row", *work.matching.fields]
    said, same = _known_in_vain(
        connection, leads.join(looked_for, on="id", how="semi"), work.matching.fields, leads.height + work.rows_read
    )
    # Whoever is settled, and whose lead no other row may be, is no riddle.
    settled = settled.join(leads.select("id", pl.col("row").alias("person")), on="id").join(rows.select("line", "row"), on="line")
    plain = settled.join(looked_for, on="id", how="anti")
    riddles = [pl.concat([frame.select(compared) for frame in (leads, said) if frame.height] + [rows.select(compared)])]
    if plain.height:  # a filter copies every column
        riddles = [riddles[0].filter(~pl.col("row").is_in(pl.concat([plain["row"], plain["person"]]).implode()))]
    phones = pl.concat([_phones(every), _phones(leads)])
    ids = pl.concat([frame.select("row", "source", "source_id").drop_nulls("source_id") for frame in (leads, rows)])
    rows, leads = rows.select("row", *kept), leads.select("row", "id")
    del every, may_be
    matched = match_people(
        riddles.pop(),  # handed over: it is let go of when it has been compared
        work.matching,
        new=rows.select("line", "row").join(settled, on="line", how="anti")["row"],
        known=same,
        population=there + rows.height,
        apart=duplicates.fetch_apart(connection, business_id, leads),
    )
    return _Met(rows, leads, said.select("row", "id"), _with_plain(matched, plain), phones, ids), work


def _without_erased(
    connection: psycopg.Connection, business_id: UUID, work: UploadToLoad, every: pl.DataFrame
) -> tuple[pl.DataFrame, UploadToLoad]:
    """The people without those who were erased after the file was received; the rows of those are rejected, and say nothing of them."""
    if not suppressions.has_erased(connection, business_id, work.received_at):
        return every, work
    contacts = [
        every.select("line", pl.lit("email" if name == "email" else "phone").alias("channel"), pl.col(name).alias("value")).drop_nulls()
        for name in ("email", *fields.PHONE_FIELDS)
    ]
    erased = suppressions.find_erased(connection, business_id, pl.concat(contacts), work.received_at)
    if erased.is_empty():
        return every, work
    is_erased = pl.col("line").is_in(erased["line"].implode())
    lines = every.filter(is_erased).select(pl.col("lines").explode().alias("line"))
    told = lines.select(
        "line",
        *(pl.lit(None, dtype=pl.String).alias(name) for name in ("column", "value")),
        pl.lit(contract.ERASED.code).alias("rule"),
        pl.lit(f"{contract.ERASED.message}. {contract.ERASED.remedy}").alias("message"),
        pl.lit("{}").alias("row"),
    )
    rejections = pl.concat([work.rejections, told.select(work.rejections.columns)]).sort("line", maintain_order=True)
    return every.filter(~is_erased), replace(work, rejections=rejections, rows_rejected=work.rows_rejected + lines.height)


def _phones(people: pl.DataFrame) -> pl.Series:
    return pl.concat([people[name] for name in fields.PHONE_FIELDS]).drop_nulls().unique()


def _with_plain(matched: Matched, plain: pl.DataFrame) -> Matched:
    """The matches together with plain ones: `row`, and the row of its lead, `person`."""
    persons = [matched.persons, plain.select("row", "person"), plain.select(pl.col("person").alias("row"), "person")]
    found_by = {"kind": "email", "probability": 1.0}
    chains = plain.select("row", pl.col("person").alias("matched_with"), *(pl.lit(value).alias(name) for name, value in found_by.items()))
    return Matched(pl.concat([one.select("row", "person") for one in persons]), pl.concat([matched.chains, chains]), matched.doubtful)


def _known(
    connection: psycopg.Connection, business_id: UUID, people: pl.DataFrame, there: int, matching: Matching
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Of so many leads as are `there`, those that may be these people (`id` and what is compared); those of them that were looked for by
    everything there is (`id`); and the people (`line`, and the lead's `id`) who need not be looked for: they are a lead's to the letter, so
    that all that can be known of them was found when the lead came.
    """
    if not there:
        none = pl.DataFrame(schema=known.schema_of(("id", *matching.fields)))
        return none, none.select("id"), people.select("line", pl.lit("").alias("id")).clear()
    middle_name = middle_name_member()
    same = known.fetch_by_email(connection, business_id, people["email"], matching.fields, middle_name)
    settled = to_the_letter(people, same, matching.fields)
    unsettled = people.join(settled, on="line", how="anti")
    others = known.fetch_known(connection, business_id, unsettled, matching.fields, likely=matching.likely, middle_name=middle_name)
    more = others.join(same.select("id"), on="id", how="anti")
    every = pl.concat([same, more]).sort("id") if more.height else same
    return every, others.select("id"), settled


def to_the_letter(people: pl.DataFrame, leads: pl.DataFrame, compared: tuple[str, ...]) -> pl.DataFrame:
    """Which people (`line`) are a lead (`id`) to the letter: one person and one lead of an address, which the sure tier then takes for one."""
    own, lone = (
        frame.select("email").with_row_index(row).filter(pl.col("email").is_unique()) for row, frame in (("own", people), ("lone", leads))
    )
    both = own.join(lone, on="email")

    def agree(name: str) -> pl.Series:  # column by column: all of them at once are hundreds of megabytes
        return people[name].gather(both["own"]).eq_missing(leads[name].gather(both["lone"]))

    no_id = people["source_id"].gather(both["own"]).is_null()
    is_same = no_id | (agree("source") & agree("source_id"))
    for name in compared:
        if name not in {"email", "source", "source_id"}:
            is_same &= agree(name)
    found = both.filter(is_same)
    return pl.DataFrame([people["line"].gather(found["own"]), leads["id"].gather(found["lone"])])


def _known_in_vain(
    connection: psycopg.Connection, leads: pl.DataFrame, compared: tuple[str, ...], first_row: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Known leads as files have described them with values that lost to others: whoever is known by one of them is known.

    Gives: rows from `first_row` on, and which lead each is (`left`, `right`, both rows).
    """
    lost = known.fetch_lost(connection, leads["id"]).sort(pl.all())
    both = lost.join(leads, on="id", suffix="_now", maintain_order="left")
    said = both.select(
        "id",
        pl.col("row").alias("left"),
        (pl.int_range(pl.len(), dtype=pl.Int64) + first_row).alias("row"),
        # A source id is one of its system: what lost its id to another keeps its own system's name.
        pl.when(pl.col("source_id").is_not_null()).then(pl.coalesce("source", "source_now")).otherwise("source_now").alias("source"),
        *(pl.coalesce(name, f"{name}_now").alias(name) for name in compared if name != "source"),
    )
    return said, said.select("left", pl.col("row").alias("right"))


def _one_lead_a_person(
    connection: psycopg.Connection, import_id: UUID, leads: pl.DataFrame, rows: pl.DataFrame, matched: Matched
) -> pl.DataFrame:
    """Known leads that a row of the upload shows to be one person are merged, the smallest id, the oldest, stays.

    Gives: for each `person` that is known its `lead_id` and whether others were `merged` into it.
    """
    who = matched.persons
    met = who.join(rows.select("row"), on="row", how="semi").select("person").unique()
    owned = leads.join(who, on="row").join(met, on="person", how="semi").sort("id")
    lead_of = owned.group_by("person", maintain_order=True).agg(pl.col("id").first().alias("lead_id"), (pl.len() > 1).alias("merged"))
    drops = owned.join(lead_of, on="person").filter(pl.col("id") != pl.col("lead_id")).join(matched.chains, on="row", how="left")
    if drops.height:
        duplicates.merge_leads(connection, import_id, drops.select("lead_id", pl.col("id").alias("dropped"), "probability"))
    return lead_of


def _candidates(doubtful: pl.DataFrame, who: pl.DataFrame, lead_of: pl.DataFrame) -> pl.DataFrame:
    """Pairs of leads, each once, with the probability and the agreement of their likeliest rows."""
    asked = pl.concat([doubtful.select(pl.col(side).alias("row")) for side in ("left", "right")])
    lead = who.join(asked, on="row", how="semi").join(lead_of, on="person").select("row", "lead_id")
    both = doubtful.join(lead, left_on="left", right_on="row").join(lead, left_on="right", right_on="row", suffix="_right")
    pairs = both.select(
        pl.min_horizontal("lead_id", "lead_id_right").alias("lead_id"),
        pl.max_horizontal("lead_id", "lead_id_right").alias("other_lead_id"),
        pl.col("probability").alias("match_probability"),
        "agreement",
    )
    return pairs.sort("match_probability", "agreement", descending=[True, False]).unique(
        ["lead_id", "other_lead_id"], keep="first", maintain_order=True
    )
