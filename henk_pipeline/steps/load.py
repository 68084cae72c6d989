"""Steps lead_lists and campaign_leads: scored people → leads, list, members and provenance; then the list → its campaigns.

A step is one transaction a business with the business locked: all of an upload is there or none of it, and two runs never interleave.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple, Self
from uuid import UUID

import polars as pl
import psycopg

from henk_pipeline.leads import contract, fields
from henk_pipeline.leads.json_text import both_objects, filled, json_object
from henk_pipeline.leads.score import Scoring, score
from henk_pipeline.leads.survivorship import lost_values, merge_existing, merge_rows
from henk_pipeline.postgres import businesses, imports, load, scores
from henk_pipeline.postgres.assign import Terms, assign_list
from henk_pipeline.steps.match import COMPARED_FIELDS, Matched, Matching, match_people
from henk_pipeline.steps.pieces import Pieces, at_once, joined, slices
from henk_pipeline.steps.rescore import scoring_of
from henk_pipeline.uploads.manifest import CampaignAssignment, Manifest

# What is told of the people who were loaded.
SHOWN = (
    "line", "first_name", "last_name", "email", "custom_fields", "found", "lead_score", "quality_rating", "score_breakdown",
)  # fmt: skip


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


@dataclass(frozen=True)
class Outcome:
    """What one run did with an upload. The row counts are the upload's; the lead counts are this run's, so a second run has none new."""

    status: str
    error: str | None = None
    import_id: str | None = None
    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    rows_duplicate: int = 0
    leads_inserted: int = 0
    leads_updated: int = 0
    leads_unchanged: int = 0
    lead_list_id: str | None = None


def options_of(manifest: Manifest) -> dict[str, Any]:
    """What of a manifest decides over leads, as the import record keeps it: not its campaigns, which are made sure of on every run."""
    return manifest.model_dump(mode="json", exclude_defaults=True, exclude={"campaigns": True, "lists": {"__all__": {"campaigns"}}})


def refused(rows_read: int, error: str, import_id: UUID | None = None) -> Outcome:
    """The outcome of an upload of which nothing is loaded: every row counts as rejected."""
    return Outcome("rejected", error, str(import_id) if import_id else None, rows_read=rows_read, rows_rejected=rows_read)


def load_upload(  # noqa: PLR0911 - one line a reason to do nothing
    connection: psycopg.Connection, slug: str, work: UploadToLoad, today: date, run_id: str | None = None, scratch: Path | None = None
) -> tuple[Outcome, pl.LazyFrame]:
    """Load an upload into leads, its list and provenance, or record why it is refused. Idempotent: what was loaded under the same rules
    is recognised and left alone.

    Takes: a connection that is in no transaction; the business's slug; `scratch`: a folder for the people who were loaded, so that they need
    not be in memory. Gives: the outcome, and the people as they were loaded (as `score_rows` gives them, likely duplicates merged) or, where
    nothing was, as they came. Raises: psycopg.Error, with nothing of the upload changed.
    """
    try:
        business = businesses.find_business(connection, slug)
        error = work.error
    except businesses.UnknownBusinessError as unknown:
        connection.rollback()
        return refused(work.rows_read, str(unknown)), work.people
    undone = imports.find_undone(connection, slug, work.upload.content_hash, work.upload.list_name)
    if undone is not None:
        connection.rollback()
        return known_outcome(undone), work.people
    try:
        for assignment in work.manifest.assignments():
            businesses.find_campaign(connection, business.id, assignment.campaign)
        error = error or _filter_error(connection, work.manifest)
        work = replace(work, error=error)
    except businesses.UnknownCampaignError as unknown:
        # Mended outside the file and its rules, by adding the campaign: no digest may say that nothing has changed since.
        work = replace(work, error=error or str(unknown), rules=work.rules if error else "")
        error = work.error
    import_id = imports.begin_import(connection, business.id, work.upload, work.rules, run_id)
    connection.commit()  # from here on people see that it is running
    with connection.transaction():
        load.lock_business(connection, business.id)
        undone = imports.find_undone(connection, slug, work.upload.content_hash, work.upload.list_name)
        if undone is not None:
            return known_outcome(undone), work.people  # while this one waited
        if imports.is_current(connection, import_id, work.rules):
            if error:
                imports.finish_import(connection, import_id, {"error": error})
            return _known_outcome(connection, slug, work), work.people
        if error:
            return _refuse(connection, business.id, import_id, work, error), work.people
        if work.manifest.suppressions:
            return _suppress(connection, business.id, import_id, work, run_id), work.people
        return _load(connection, business.id, import_id, work, today, run_id=run_id, scratch=scratch)


def assign_upload(connection: psycopg.Connection, slug: str, upload: imports.Upload, manifest: Manifest) -> int:
    """Assign an upload's list to the campaigns of its manifest. Gives: how many campaign leads are new. Idempotent.

    Raises: psycopg.Error, with nothing changed.
    """
    record = imports.find_import(connection, slug, upload.content_hash, upload.list_name)
    if record is None or record.lead_list_id is None or record.status not in imports.FINISHED or record.error:
        connection.rollback()
        return 0
    business = businesses.find_business(connection, slug)
    connection.commit()
    added = 0
    with connection.transaction():
        load.lock_business(connection, business.id)
        wanted: list[tuple[CampaignAssignment, UUID]] = [(assignment, record.lead_list_id) for assignment in manifest.campaigns]
        for split in manifest.lists:
            list_id = load.find_list(connection, business.id, split.list)
            # A list that somebody has archived since is nobody's to call.
            wanted += [(assignment, list_id) for assignment in split.campaigns if list_id is not None]
        # In the order of their ids: two uploads that share campaigns take their locks in the same order.
        known = [(businesses.find_campaign(connection, business.id, a.campaign).id, list_id, a) for a, list_id in wanted]
        for campaign_id, list_id, a in sorted(known, key=lambda one: one[:2]):
            added += assign_list(connection, campaign_id, list_id, Terms(a.priority, a.where, a.max_attempts_override), record.id)
        imports.record_campaigns(connection, record.id, sorted({campaign_id for campaign_id, _, _ in known}), added)
    return added


def _load(
    connection: psycopg.Connection,
    business_id: UUID,
    import_id: UUID,
    work: UploadToLoad,
    today: date,
    *,
    run_id: str | None,
    scratch: Path | None,
) -> tuple[Outcome, pl.LazyFrame]:
    told = work.manifest
    people, work = _with_leads(connection, business_id, import_id, work)
    loaded = Pieces("loaded", scratch)
    scoring = _Scoring.of(connection, business_id, people, today)
    known, lost = _merged(work, people, scoring, loaded)
    updated = load.update_leads(connection, known, told.update)
    # What an import left unchanged has its score, but for what was merged.
    if (merged := known.filter("merged")).height:
        scores.write_scores(connection, merged.with_columns(pl.col("lead_id").alias("id")))
    load.insert_leads(connection, business_id, _finished(_whole(work, people, known=False), scoring, loaded))
    ids = people.loaded["lead_id"]
    whole = load.ListToFill(work.upload.list_name, told.description, told.tags)
    list_id = load.fill_list(connection, business_id, import_id, whole, ids)
    for split in told.lists:
        one = load.ListToFill(split.list, split.description, split.tags, split.where)
        load.fill_list(connection, business_id, import_id, one, ids)
    if told.list_column is not None:
        named = people.lists.explode("lists").drop_nulls().unique()
        for (name,), members in sorted(named.partition_by("lists", as_dict=True).items()):
            load.fill_list(connection, business_id, import_id, load.ListToFill(str(name)), members["lead_id"])
    load.write_provenance(connection, business_id, import_id, _provenance(people.loaded, lost, updated))
    load.keep_candidates(connection, business_id, people.doubtful)
    load.suppress(connection, business_id, work.opt_outs, f"opted out in {work.upload.file_name}")
    imports.write_rejections(connection, business_id, import_id, work.rejections)
    inserted = people.loaded.height - int(people.loaded["known"].sum())
    outcome = Outcome(
        status="partial" if work.rows_rejected else "loaded",
        import_id=str(import_id),
        rows_read=work.rows_read,
        rows_accepted=people.loaded.height,
        rows_rejected=work.rows_rejected,
        rows_duplicate=int(people.loaded["lines"].list.len().sum()) - people.loaded.height,
        leads_inserted=inserted,
        leads_updated=updated.height,
        leads_unchanged=people.loaded.height - inserted - updated.height,
        lead_list_id=str(list_id),
    )
    _record(connection, import_id, work, outcome, run_id)
    return outcome, loaded.all() if people.loaded.height else work.people.clear()


def _suppress(connection: psycopg.Connection, business_id: UUID, import_id: UUID, work: UploadToLoad, run_id: str | None) -> Outcome:
    """A file of suppressions: every phone and e-mail of it is suppressed, and it fills no list."""
    load.suppress(connection, business_id, work.opt_outs, f"suppressed by {work.upload.file_name}")
    imports.write_rejections(connection, business_id, import_id, work.rejections)
    outcome = Outcome(
        status="partial" if work.rows_rejected else "loaded",
        import_id=str(import_id),
        rows_read=work.rows_read,
        rows_accepted=work.rows_read - work.rows_rejected,
        rows_rejected=work.rows_rejected,
    )
    _record(connection, import_id, work, outcome, run_id)
    return outcome


def _filter_error(connection: psycopg.Connection, manifest: Manifest) -> str | None:
    named = [(f"list {split.list!r}", split.where) for split in manifest.lists]
    named += [(f"campaign {assignment.campaign!r}", assignment.where) for assignment in manifest.assignments() if assignment.where]
    for what, criteria in named:
        if wrong := load.filter_error(connection, criteria):
            return f"The manifest's {what} has a `where` that cannot be used: {wrong}."
    return None


class _People(NamedTuple):
    """The people of an upload with the lead each of them is or becomes.

    `loaded`: of all of them, ordered by line, `line`, `lines`, `lead_id`, whether that lead is `known` and whether others were `merged` into it,
    and `found` (how each line came to its lead). `several`: who stands in several rows, merged. `leads`: the known leads. `lists`: `lead_id` and
    `lists` of every row, where the file names lists. `doubtful`: pairs that somebody is to decide on, as `_candidates` gives them. `phones`: all
    numbers that the upload or a known lead names.
    """

    loaded: pl.DataFrame
    several: pl.DataFrame
    leads: pl.DataFrame
    lists: pl.DataFrame
    doubtful: pl.DataFrame
    phones: pl.Series


@dataclass(frozen=True)
class _Scoring:
    """What scores depend on besides what a row says."""

    scoring: Scoring
    today: date
    barred: pl.Series
    outcomes: pl.DataFrame

    @classmethod
    def of(cls, connection: psycopg.Connection, business_id: UUID, people: _People, today: date) -> Self:
        """Of one business, for these people."""
        scoring, _ = scoring_of(connection, business_id)
        barred = scores.suppressed_phones(connection, business_id, people.phones)
        return cls(scoring, today, barred, scores.outcomes_of(connection, people.loaded.filter("known")["lead_id"]))

    def finished(self, people: pl.DataFrame) -> pl.DataFrame:
        """Leads as they are written: scored, `tags` and `members` (the fields that a lead has no column for) as JSON."""
        tags = pl.struct("tags").struct.json_encode().str.strip_prefix('{"tags":').str.strip_suffix("}")
        is_barred = pl.any_horizontal(pl.col(*fields.PHONE_FIELDS).is_in(self.barred.implode()).fill_null(value=False))
        told = _beside(people, self.outcomes, "lead_id").with_columns(is_barred.alias("suppressed"))
        members = json_object(map(filled, fields.OBJECT_FIELDS))
        return score(told, self.scoring, self.today).with_columns(tags.alias("tags"), members.alias("members"))


def _without_erased(
    connection: psycopg.Connection, business_id: UUID, work: UploadToLoad, every: pl.DataFrame
) -> tuple[pl.DataFrame, UploadToLoad]:
    """The people without those who were erased after the file was received; the rows of those are rejected, and say nothing of them."""
    contacts = [
        every.select("line", pl.lit("email" if name == "email" else "phone").alias("kind"), pl.col(name).alias("key")).drop_nulls()
        for name in ("email", *fields.PHONE_FIELDS)
    ]
    erased = load.find_erased(connection, business_id, pl.concat(contacts), work.received_at)
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


def _with_leads(connection: psycopg.Connection, business_id: UUID, import_id: UUID, work: UploadToLoad) -> tuple[_People, UploadToLoad]:
    """Who of the upload is which lead; and the upload without people who were erased."""
    kept = ["line", "lines", "found", *(["lists"] if work.manifest.list_column is not None else [])]
    # Numbered here: beside pieces a column of one piece would have all the others copied.
    every = work.people.select(*kept, *work.matching.fields).with_row_index("row").with_columns(pl.col("row").cast(pl.Int64)).collect()
    every, work = _without_erased(connection, business_id, work, every)
    there = load.count_leads(connection, business_id)
    known, looked_for, settled = _known(connection, business_id, every, there, work.matching)
    # Leads come first, so that a chain leads from a row to its lead.
    leads = known.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    rows = every.with_columns(pl.col("row") + leads.height)
    compared = ["row", *work.matching.fields]
    said, same = _known_in_vain(connection, leads.join(looked_for, on="id", how="semi"), leads.height + work.rows_read)
    # Whoever is settled, and whose lead no other row may be, is no riddle.
    settled = settled.join(leads.select("id", pl.col("row").alias("person")), on="id").join(rows.select("line", "row"), on="line")
    plain = settled.join(looked_for, on="id", how="anti")
    riddles = [pl.concat([frame.select(compared) for frame in (leads, said) if frame.height] + [rows.select(compared)])]
    if plain.height:  # a filter copies every column
        riddles = [riddles[0].filter(~pl.col("row").is_in(pl.concat([plain["row"], plain["person"]]).implode()))]
    phones = pl.concat([_phones(every), _phones(known)])
    rows = rows.select("row", *kept)
    del every
    matched = match_people(
        riddles.pop(),  # handed over: it is let go of when it has been compared
        work.matching,
        new=rows.select("line", "row").join(settled, on="line", how="anti")["row"],
        known=same,
        population=there + rows.height,
        apart=load.fetch_apart(connection, business_id, leads.select("row", "id")),
    )
    matched = _with_plain(matched, plain)
    who = matched.persons
    known, lead_of = _one_lead_a_person(connection, import_id, leads, rows, matched)
    rows = _beside(_beside(rows, who, "row"), lead_of, "person")
    rows = rows.with_columns(pl.col("merged").fill_null(value=False), pl.col("lead_id").is_not_null().alias("known"))
    # Of those who stand alone no more is needed until they are written.
    alone = pl.len().over("person") == 1
    whole = joined(work.people, rows.filter(~alone).select("line", pl.col("line").min().over("person").alias("person")), "line")
    several = merge_rows(whole)
    lines = pl.concat([rows.filter(alone).select("line", "lines"), several.select("line", "lines")]).sort("line")
    found = _found(
        rows, pl.concat([leads.select("row", "id"), said.select("row", "id")]), matched.chains, lines, lost_values(whole, several)
    )
    del whole
    persons = rows.select("line", "person", "lead_id", "known", "merged").filter(pl.col("line") == pl.col("line").min().over("person"))
    new = persons.filter(~pl.col("known")).sort("line")
    new = new.with_columns(load.new_ids(new.height).alias("lead_id"))
    told = pl.concat([persons.filter("known"), new])
    owners = leads.select("row", pl.col("id").alias("lead_id")).join(who, on="row").sort("lead_id").unique("person", keep="first")
    lead_of = pl.concat([owners.select("person", "lead_id"), new.select("person", "lead_id")])
    people = _People(
        loaded=_beside(_beside(lines, told.drop("person"), "line"), found, "line"),
        several=several,
        leads=known,
        lists=rows.select("person", "lists").join(lead_of, on="person").select("lead_id", "lists") if "lists" in kept else pl.DataFrame(),
        doubtful=_candidates(matched.doubtful, who, lead_of),
        phones=phones,
    )
    return people, work


def _phones(people: pl.DataFrame) -> pl.Series:
    return pl.concat([people[name] for name in fields.PHONE_FIELDS]).drop_nulls().unique()


def _whole(work: UploadToLoad, people: _People, *, known: bool) -> Iterator[pl.DataFrame]:
    """Those who are known leads, or the others, with all their fields, piece by piece: `lead_id`, the fields of a lead, `merged`, `found`."""
    told = people.loaded.filter(pl.col("known") == known).select("line", "lead_id", "merged", "found")
    for piece in slices(work.people) if told.height else ():
        here = told.filter(pl.col("line").is_between(piece["line"].min(), piece["line"].max()))
        rows = piece.join(people.several, on="line", how="anti").select(people.several.columns)
        every = pl.concat([rows, people.several.join(piece, on="line", how="semi")])
        yield every.join(here, on="line").sort("lead_id")


def _merged(work: UploadToLoad, people: _People, scoring: _Scoring, loaded: Pieces) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Known leads merged with what the upload says of them and scored, each kept in `loaded`.

    Gives: those that may change, as `merge_existing` gives them, with `version` and `merged`; and `line` and `lost` of those of whom the upload
    says something in vain.
    """

    def finished(piece: pl.DataFrame) -> pl.DataFrame:
        leads = people.leads.join(piece, left_on="id", right_on="lead_id", how="semi")
        merged = merge_existing(piece, leads, work.manifest.update)
        return scoring.finished(_beside(merged, leads.select(pl.col("id").alias("lead_id"), "version"), "lead_id"))

    changing, lost = [], []
    for merged in at_once(finished, _whole(work, people, known=True)):
        loaded.take(merged.select(SHOWN))
        changing.append(merged.filter(load.MAY_CHANGE | pl.col("merged")).drop("found"))
        lost.append(merged.select("line", "lost").filter(pl.col("lost") != "{}"))
    if not changing:
        return pl.DataFrame(schema={"lead_id": pl.String, "merged": pl.Boolean}), pl.DataFrame(schema={"line": pl.Int64, "lost": pl.String})
    return pl.concat(changing), pl.concat(lost)


def _finished(people: Iterator[pl.DataFrame], scoring: _Scoring, loaded: Pieces) -> Iterator[pl.DataFrame]:
    """New people as they are written, each piece kept in `loaded`, too."""
    for piece in people:
        new = scoring.finished(piece).with_columns(both_objects(pl.col("custom_fields"), pl.col("members")).alias("custom_fields"))
        loaded.take(new.select(SHOWN))
        yield new


def _beside(frame: pl.DataFrame, other: pl.DataFrame, on: str) -> pl.DataFrame:
    """`frame` with the columns of `other`, null where it says nothing of a row. A join would copy every column of a wide frame."""
    return frame.with_columns(frame.select(on).join(other, on=on, how="left", maintain_order="left").drop(on))


def _with_plain(matched: Matched, plain: pl.DataFrame) -> Matched:
    """The matches together with plain ones: `row`, and the row of its lead, `person`."""
    persons = [matched.persons, plain.select("row", "person"), plain.select(pl.col("person").alias("row"), "person")]
    found_by = {"kind": "email", "probability": 1.0}
    chains = plain.select("row", pl.col("person").alias("matched_with"), *(pl.lit(value).alias(name) for name, value in found_by.items()))
    return Matched(pl.concat([one.select("row", "person") for one in persons]), pl.concat([matched.chains, chains]), matched.doubtful)


def _known(
    connection: psycopg.Connection, business_id: UUID, people: pl.DataFrame, there: int, matching: Matching
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Of so many leads as are `there`, those that may be these people (LEAD_SCHEMA); those of them that were looked for by everything
    there is (`id`); and the people (`line`, and the lead's `id`) who need not be looked for: they are a lead's to the letter, so that all that
    can be known of them was found when the lead came.
    """
    if not there:
        none = pl.DataFrame(schema=load.LEAD_SCHEMA)
        return none, none.select("id"), people.select("line", pl.lit("").alias("id")).clear()
    same = load.fetch_by_email(connection, business_id, people["email"])
    # One person and one lead of an address: the sure tier then takes them for one.
    own, lone = (frame.select(key, *matching.fields).filter(pl.col("email").is_unique()) for key, frame in (("line", people), ("id", same)))
    told = own.join(lone, on=[name for name in matching.fields if name not in {"source", "source_id"}], nulls_equal=True)
    told = told.filter(
        pl.col("source_id").is_null() | ((pl.col("source") == pl.col("source_right")) & (pl.col("source_id") == pl.col("source_id_right")))
    )
    settled = told.select("line", "id")
    others = load.fetch_known(connection, business_id, people.join(settled, on="line", how="anti"), likely=matching.likely)
    every = pl.concat([same, others]).unique("id").sort("id") if others.height else same
    return every, others.select("id"), settled


def _known_in_vain(connection: psycopg.Connection, leads: pl.DataFrame, first_row: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Known leads as files have described them with values that lost to others: whoever is known by one of them is known.

    Gives: rows from `first_row` on, and which lead each is (`left`, `right`, both rows).
    """
    lost = load.fetch_lost(connection, leads["id"]).sort(pl.all())
    both = lost.join(leads, on="id", suffix="_now", maintain_order="left")
    said = both.select(
        "id",
        pl.col("row").alias("left"),
        (pl.int_range(pl.len(), dtype=pl.Int64) + first_row).alias("row"),
        pl.col("source_now").alias("source"),
        *(pl.coalesce(name, f"{name}_now").alias(name) for name in COMPARED_FIELDS if name != "source"),
    )
    return said, said.select("left", pl.col("row").alias("right"))


def _one_lead_a_person(
    connection: psycopg.Connection, import_id: UUID, leads: pl.DataFrame, rows: pl.DataFrame, matched: Matched
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Known leads that a row of the upload shows to be one person are merged, the smallest id, the oldest, stays.

    Gives: the known leads as they are then, and for each `person` its `lead_id` and whether others were `merged` into it.
    """
    who, known = matched.persons, leads.drop("row")
    met = who.join(rows.select("row"), on="row", how="semi").select("person").unique()
    owned = leads.select("row", "id").join(who, on="row").join(met, on="person", how="semi").sort("id")
    lead_of = owned.group_by("person", maintain_order=True).agg(pl.col("id").first().alias("lead_id"), (pl.len() > 1).alias("merged"))
    drops = owned.join(lead_of, on="person").filter(pl.col("id") != pl.col("lead_id")).join(matched.chains, on="row", how="left")
    if drops.height:
        load.merge_leads(connection, import_id, drops.select("lead_id", pl.col("id").alias("dropped"), "probability"))
        fresh = load.fetch_leads(connection, lead_of["lead_id"])
        known = pl.concat([known.join(fresh.select("id"), on="id", how="anti"), fresh])
    return known, lead_of


def _found(rows: pl.DataFrame, leads: pl.DataFrame, chains: pl.DataFrame, lines: pl.DataFrame, lost: pl.DataFrame) -> pl.DataFrame:
    """How each line of the upload came to its lead: `line` of the person and `found`, as `score_rows` gives it, with `with_lead`.

    Takes: `lines`: `line` and `lines` of every person; `lost` as `lost_values` gives it.
    """
    numbers = rows.select("row", "line")
    steps = chains.join(numbers, on="row").join(
        numbers.select(pl.col("row").alias("matched_with"), pl.col("line").alias("with_line")), on="matched_with", how="left"
    )
    steps = steps.join(leads.select(pl.col("row").alias("matched_with"), pl.col("id").alias("with_lead")), on="matched_with", how="left")
    steps = steps.select("line", pl.col("with_line").alias("matched_with"), "with_lead", "kind", "probability")
    steps = steps.join(lost, on="line", how="full", coalesce=True)
    before = rows.filter(pl.col("found").list.len() > 0).select(pl.col("found").explode()).unnest("found")
    before = before.with_columns(pl.lit(None, dtype=pl.String).alias("with_lead"))
    every = pl.concat([before.select(steps.columns), steps])
    of_person = lines.select(pl.col("line").alias("first_line"), pl.col("lines").alias("line")).explode("line")
    told = every.join(of_person, on="line").group_by("first_line").agg(pl.struct(every.columns).alias("found"))
    return told.rename({"first_line": "line"})


def _provenance(loaded: pl.DataFrame, lost_to_leads: pl.DataFrame, updated: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """`line`, `lead_id`, `action`, `replaced` and `written` (as `update_leads` gives them), `matched_by` (JSON: by which key or how probably, with
    which line or lead) and `lost` (JSON) of every line, piece by piece; lines after a person's first are `merged`.
    """
    by = json_object([filled("kind", "by"), filled("matched_with", "line"), filled("with_lead", "lead_id"), filled("probability")])
    action = (
        pl.when(pl.col("line") != pl.col("first"))
        .then(pl.lit("merged"))
        .when(~pl.col("known"))
        .then(pl.lit("inserted"))
        .when(pl.col("replaced").is_not_null())
        .then(pl.lit("updated"))
        .otherwise(pl.lit("unchanged"))
    )
    for piece in slices(loaded.lazy()):
        told = piece.select("lead_id", "known", pl.col("lines").alias("line"), pl.col("line").alias("first")).explode("line")
        found = piece.select(pl.col("found").explode()).drop_nulls().unnest("found").with_columns(pl.col("probability").round(5))
        lost = _said_in_vain(told, pl.concat([found.select("line", "lost"), lost_to_leads.join(piece, on="line", how="semi")]))
        for more in (found.drop("lost").drop_nulls("kind"), updated, lost):
            told = told.join(more, on="line", how="left", maintain_order="left")
        yield told.select(
            "line",
            "lead_id",
            action.alias("action"),
            "replaced",
            "written",
            pl.when(pl.col("kind").is_not_null()).then(by).alias("matched_by"),
            "lost",
        )


def _said_in_vain(lines: pl.DataFrame, lost: pl.DataFrame) -> pl.DataFrame:
    """What the lines of persons said in vain, once a line: `line` and `lost`.

    Takes: `line` and `first` (of the person) of every line; `line` and `lost` (JSON object or null), of a line perhaps several: what lost to
    another row, then what that lost with to another person or to the lead. A field that a line has lost already is told of another line of
    the person: of all that a person's lines say there is at most one value a line.
    """
    lost = lost.drop_nulls("lost")
    crowded = lines.join(lost.filter(pl.col("line").is_duplicated()), on="line", how="semi").select("first").unique()
    if not crowded.height:
        return lost
    of_crowded = lines.join(crowded, on="first", how="semi")
    lines_of: dict[int, list[int]] = dict(of_crowded.group_by("first").agg("line").rows())
    told: dict[int, dict[str, Any]] = {line: {} for line in of_crowded["line"]}
    for first, line, text in of_crowded.join(lost, on="line", maintain_order="left").select("first", "line", "lost").rows():
        for name, value in json.loads(text).items():
            free = (one for one in (line, *lines_of[first]) if told[one].get(name, value) == value)
            told[next(free, line)][name] = value
    spread = [(line, json.dumps(fields, ensure_ascii=False)) for line, fields in told.items() if fields]
    rest = lost.join(of_crowded, on="line", how="anti").select("line", "lost")
    return pl.concat([rest, pl.DataFrame(spread, schema=rest.schema, orient="row")])


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


def _refuse(connection: psycopg.Connection, business_id: UUID, import_id: UUID, work: UploadToLoad, error: str) -> Outcome:
    record = imports.status_of(connection, import_id)
    outcome = refused(work.rows_read, error, import_id)
    if record in imports.FINISHED:
        # It was loaded before, under other rules; what is there stays true, and the record says why it was not loaded anew.
        imports.finish_import(connection, import_id, {"error": error})
        return outcome
    imports.write_rejections(connection, business_id, import_id, work.rejections)
    _record(connection, import_id, work, outcome, None)
    return outcome


def _record(connection: psycopg.Connection, import_id: UUID, work: UploadToLoad, outcome: Outcome, run_id: str | None) -> None:
    values = {name: value for name, value in vars(outcome).items() if name not in {"import_id", "lead_list_id"}}
    imports.finish_import(
        connection,
        import_id,
        {
            **values,
            "lead_list_id": outcome.lead_list_id,
            "rules": work.rules,
            "options": options_of(work.manifest),
            "mapping": work.mapping,
            "reading": work.reading,
            "run_id": run_id,
        },
    )


def _known_outcome(connection: psycopg.Connection, slug: str, work: UploadToLoad) -> Outcome:
    record = imports.find_import(connection, slug, work.upload.content_hash, work.upload.list_name)
    if record is None:
        raise RuntimeError("an import that was begun is gone")
    return known_outcome(record)


def known_outcome(record: imports.ImportRecord) -> Outcome:
    """The outcome of doing nothing for an import: its rows, and, if it is loaded, every lead unchanged."""
    return Outcome(
        status=record.status,
        error=record.error,
        import_id=str(record.id),
        rows_read=record.rows_read,
        rows_accepted=record.rows_accepted,
        rows_rejected=record.rows_rejected,
        rows_duplicate=record.rows_duplicate,
        leads_unchanged=record.rows_accepted if record.status in imports.FINISHED else 0,
        lead_list_id=str(record.lead_list_id) if record.lead_list_id else None,
    )
