"""Steps lead_lists and campaign_leads: scored people → leads, list, members and provenance; then the list → its campaigns.

A step is one transaction a business with the business locked: all of an upload is there or none of it, and two runs never interleave.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import polars as pl
import psycopg

from henk_pipeline.leads import fields
from henk_pipeline.leads.json_text import both_objects, filled, json_object, member
from henk_pipeline.leads.score import Scoring, score
from henk_pipeline.leads.survivorship import merge_existing
from henk_pipeline.postgres import businesses, duplicates, imports, known, lists, load, scores, suppressions
from henk_pipeline.postgres.assign import Terms, assign_list
from henk_pipeline.steps.people import People, UploadToLoad, find_people, meet, silent_about_erased
from henk_pipeline.steps.pieces import Pieces, at_once, beside, gathered, slices
from henk_pipeline.steps.provenance import provenance
from henk_pipeline.steps.rescore import scoring_of
from henk_pipeline.steps.validate import PERSON_SCHEMA
from henk_pipeline.uploads.manifest import CampaignAssignment, Manifest

# What is told of the people who were loaded.
SHOWN = (
    "line", "first_name", "last_name", "email", "custom_fields", "found", "lead_score", "quality_rating", "score_breakdown",
)  # fmt: skip


OTHERS_ID = "source_id (of another person)"  # the custom field of an id that a person with another name has
# In the place of a refusal's digest: the file loads as soon as the campaigns it names are there.
AWAITS_CAMPAIGN = ""


@dataclass(frozen=True)
class Outcome:
    """What one run did with an upload. The row counts are the upload's; the lead counts are this run's, so a second run has none new (the record of
    the import keeps what all its runs did).
    """

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


def terms_of(manifest: Manifest) -> list[dict[str, Any]]:
    """The rest of a manifest: by list (None is the upload's own) and `campaign` how it is to be called; what is not said is left out."""
    return [_told(name, assignment) for name, assignment in manifest.assignments()]


def _told(name: str | None, assignment: CampaignAssignment) -> dict[str, Any]:
    return {"list": name, **assignment.model_dump(mode="json", exclude_none=True)}


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
    if unknown_campaign := _unknown_campaign(connection, business.id, work.manifest):
        # Mended outside the file and its rules, by adding the campaign: no digest may say that nothing has changed since.
        work = replace(work, error=error or unknown_campaign, refusal_rules=work.refusal_rules if error else AWAITS_CAMPAIGN)
        error = work.error
    else:
        error = error or _filter_error(connection, work.manifest)
        work = replace(work, error=error)
    import_id = imports.begin_import(connection, business.id, work.upload, work.rules, run_id)
    connection.commit()  # from here on people see that it is running
    with connection.transaction():
        businesses.lock_business(connection, business.id)
        undone = imports.find_undone(connection, slug, work.upload.content_hash, work.upload.list_name)
        if undone is not None:
            return known_outcome(undone), work.people  # while this one waited
        if imports.is_current(connection, import_id, work.rules):
            assigned = imports.find_import(connection, slug, work.upload.content_hash, work.upload.list_name)
            error = error or _ended_campaign(connection, business.id, work.manifest, assigned.campaign_ids if assigned else [])
            imports.keep_error(connection, import_id, error, work.refusal_rules)
            return _known_outcome(connection, slug, work), work.people
        if not error and (
            closed := _ended_campaign(connection, business.id, work.manifest, []) or _archived_list(connection, business.id, work)
        ):
            error, work = closed, replace(work, error=closed, refusal_rules=AWAITS_CAMPAIGN)
        work = silent_about_erased(connection, business, work)
        if error:
            return _refuse(connection, business.id, import_id, work, error), work.people
        if work.manifest.suppressions:
            return _suppress(connection, business.id, import_id, work, run_id), work.people
        return _load(connection, business.id, import_id, work, today, run_id=run_id, scratch=scratch)


@dataclass(frozen=True)
class Expected:
    """What loading an upload now would come to. `leads_known`: how many of the accepted people are leads already."""

    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_duplicate: int
    leads_known: int = 0
    error: str | None = None
    is_refused: bool = False
    is_loaded: bool = False  # it was loaded before, under the same rules: nothing is done


def expect_upload(connection: psycopg.Connection, business: businesses.Business, work: UploadToLoad) -> Expected:
    """Return what `load_upload` would count and refuse, and change nothing. Leaves the connection in no transaction.

    Raises:
        psycopg.Error: The database failed.
    """
    try:
        error = work.error or _unknown_campaign(connection, business.id, work.manifest) or _filter_error(connection, work.manifest)
        record = imports.find_import(connection, business.slug, work.upload.content_hash, work.upload.list_name)
        if record is not None and record.status in imports.FINISHED and record.rules == work.rules:
            error = error or _ended_campaign(connection, business.id, work.manifest, record.campaign_ids)
            counts = (record.rows_read, record.rows_accepted, record.rows_rejected, record.rows_duplicate)
            return Expected(*counts, leads_known=record.rows_accepted, error=error, is_loaded=True)
        error = error or _ended_campaign(connection, business.id, work.manifest, []) or _archived_list(connection, business.id, work)
        if error:
            return Expected(work.rows_read, 0, work.rows_read, 0, error=error, is_refused=True)
        if work.manifest.suppressions:
            return Expected(work.rows_read, work.rows_read - work.rows_rejected, work.rows_rejected, 0)
        met, work = meet(connection, business.id, work)
        of_file = met.rows.join(met.matched.persons, on="row")
        of_leads = met.leads.join(met.matched.persons, on="row")
        accepted = of_file["person"].n_unique()
        known = of_file.join(of_leads, on="person", how="semi")["person"].n_unique()
        lines = int(met.rows["lines"].list.len().sum())
        return Expected(work.rows_read, accepted, work.rows_rejected, lines - accepted, leads_known=known)
    finally:
        connection.rollback()


def _unknown_campaign(connection: psycopg.Connection, business_id: UUID, manifest: Manifest) -> str | None:
    """Return why an upload is refused whose manifest names a campaign that the business does not have."""
    try:
        for _, assignment in manifest.assignments():
            businesses.find_campaign(connection, business_id, assignment.campaign)
    except businesses.UnknownCampaignError as unknown:
        return str(unknown)
    return None


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
        businesses.lock_business(connection, business.id)
        said = {(one["list"], one["campaign"]): one for one in record.assigned or []}
        found: list[tuple[UUID, UUID, Terms]] = []
        for name, assignment in manifest.assignments():
            list_id = record.lead_list_id if name is None else lists.find_list(connection, business.id, name)
            if list_id is not None:  # a list that somebody has archived since is nobody's to call
                campaign = businesses.find_campaign(connection, business.id, assignment.campaign)
                if campaign.has_ended:  # since the upload was loaded
                    continue
                found.append((campaign.id, list_id, _terms(assignment, _told(name, assignment), said.get((name, assignment.campaign), {}))))
        # In the order of their ids: two uploads that share campaigns take their locks in the same order.
        for campaign_id, list_id, terms in sorted(found, key=lambda one: one[:2]):
            added += assign_list(connection, campaign_id, list_id, terms, record.id)
        imports.record_campaigns(connection, record.id, sorted({campaign_id for campaign_id, _, _ in found}), added, terms_of(manifest))
    return added


def _terms(assignment: CampaignAssignment, told: dict[str, Any], said: dict[str, Any]) -> Terms:
    """The terms of an assignment, as they are `told` now, after what was `said` of it before."""
    forgotten = tuple(said.keys() - told.keys())
    return Terms(assignment.priority, assignment.where, assignment.max_attempts_override, forgotten, known=said == told)


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
    people, work = find_people(connection, business_id, import_id, work)
    loaded, updated = Pieces("loaded", scratch), Pieces("updated", scratch, load.UPDATED_SCHEMA)
    lost = Pieces("lost", scratch, load.LOST_SCHEMA)
    scoring = _Scoring.of(connection, business_id, people, today)
    leads_updated = 0
    for changing in gathered(_merged(connection, work, people, scoring, loaded, lost)):
        did, discarded = load.update_leads(connection, changing, told.update)
        updated.take(did)
        lost.take(discarded)
        leads_updated += did.height
        # What an import left unchanged has its score, but for what was merged.
        if (merged := changing.filter("merged")).height:
            scores.write_scores(connection, merged.with_columns(pl.col("lead_id").alias("id")))
    load.insert_leads(connection, business_id, _finished(_whole(work, people, known=False), scoring, loaded))
    ids = people.loaded["lead_id"]
    whole = lists.ListToFill(work.upload.list_name, told.description, told.tags)
    list_id = lists.fill_list(connection, business_id, import_id, whole, ids)
    for split in told.lists:
        one = lists.ListToFill(split.list, split.description, split.tags, split.where)
        lists.fill_list(connection, business_id, import_id, one, ids)
    if told.list_column is not None:
        named = people.lists.explode("lists").drop_nulls().unique()
        for (name,), members in sorted(named.partition_by("lists", as_dict=True).items()):
            lists.fill_list(connection, business_id, import_id, lists.ListToFill(str(name)), members["lead_id"])
    _note_uncompared(connection, business_id, work, ids)
    load.write_provenance(connection, business_id, import_id, provenance(people.loaded, lost.all(), updated.all()))
    duplicates.keep_candidates(connection, business_id, people.doubtful)
    _opt_out(connection, business_id, work, f"opted out in {work.upload.file_name}")
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
        leads_updated=leads_updated,
        leads_unchanged=people.loaded.height - inserted - leads_updated,
        lead_list_id=str(list_id),
    )
    _record(connection, import_id, work, outcome, run_id, _brought(connection, import_id, people.loaded["lead_id"]))
    return outcome, loaded.all() if people.loaded.height else work.people.clear()


def _brought(connection: psycopg.Connection, import_id: UUID, lead_ids: pl.Series) -> dict[str, int]:
    """What an import that is loaded anew did to these leads in all its runs, as its record keeps it; nothing, where this is the first of them."""
    if imports.status_of(connection, import_id) not in imports.FINISHED:
        return {}
    did = load.fetch_actions(connection, import_id).join(lead_ids.to_frame(), on="lead_id", how="semi")
    inserted, updated = int(did["inserted"].sum()), int((did["updated"] & ~did["inserted"]).sum())
    return {"leads_inserted": inserted, "leads_updated": updated, "leads_unchanged": lead_ids.len() - inserted - updated}


def _suppress(connection: psycopg.Connection, business_id: UUID, import_id: UUID, work: UploadToLoad, run_id: str | None) -> Outcome:
    """A file of suppressions: every phone and e-mail of it is suppressed, and it fills no list."""
    _opt_out(connection, business_id, work, f"suppressed by {work.upload.file_name}")
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


def _opt_out(connection: psycopg.Connection, business_id: UUID, work: UploadToLoad, reason: str) -> None:
    """Keep what the upload says of whom not to call or write."""
    suppressions.suppress(connection, business_id, work.opt_outs, reason)
    suppressions.keep_addresses(connection, business_id, work.opt_outs.filter(pl.col("channel") == "address")["value"])
    people = work.opt_outs.filter(pl.col("channel") == "person").select(pl.col("value").str.json_decode(pl.Struct(PERSON_SCHEMA)))
    if people.height:
        suppressions.forbid_calls(connection, business_id, people.unnest("value"))


def _ended_campaign(connection: psycopg.Connection, business_id: UUID, manifest: Manifest, assigned: Sequence[UUID]) -> str | None:
    """Return why an upload is refused whose manifest names a campaign that has ended, but for those it is `assigned` to already."""
    for _, assignment in manifest.assignments():
        try:
            campaign = businesses.find_campaign(connection, business_id, assignment.campaign)
        except businesses.UnknownCampaignError:
            continue  # is an error of its own
        if campaign.has_ended and campaign.id not in assigned:
            return (
                f"The campaign {campaign.name!r} is {campaign.status}: no lead joins it any more. "
                "Set it active again, or name another campaign in the manifest."
            )
    return None


def _archived_list(connection: psycopg.Connection, business_id: UUID, work: UploadToLoad) -> str | None:
    """Return why an upload is refused that fills a list of which only an archived one is there."""
    if work.manifest.suppressions:
        return None
    names = [work.upload.list_name, *(split.list for split in work.manifest.lists)]
    if work.manifest.list_column is not None:
        names += work.people.select(pl.col("lists").explode().drop_nulls().unique().sort()).collect()["lists"].to_list()
    archived = lists.find_archived(connection, business_id, names)
    if archived is None:
        return None
    return (
        f"The list {archived!r} is archived: no lead joins it any more. Take it out of the archive, or name another list in the manifest."
    )


def _criteria(manifest: Manifest) -> list[tuple[str, dict[str, Any]]]:
    """Return each `where` of a manifest with what it is of."""
    named = [(f"list {split.list!r}", split.where) for split in manifest.lists]
    return named + [(f"campaign {assignment.campaign!r}", assignment.where) for _, assignment in manifest.assignments() if assignment.where]


def _note_uncompared(connection: psycopg.Connection, business_id: UUID, work: UploadToLoad, leads: pl.Series) -> None:
    """Add a note to the reading of an upload, for its report, for each custom field that a `where` of its manifest cannot compare in some leads."""
    notes = [
        f"The `where` of the {what} compares {value.custom_field!r} with a {value.compared_with}: {value.leads} of the file's leads have a text "
        f"that is none, such as {value.example!r}, and are left out by it."
        for what, criteria in _criteria(work.manifest)
        for value in lists.find_uncompared(connection, business_id, criteria, leads)
    ]
    if notes:
        kept = work.reading.setdefault("notes", [])
        kept += [note for note in notes if note not in kept]  # a load that is tried again notes nothing twice


def _filter_error(connection: psycopg.Connection, manifest: Manifest) -> str | None:
    for what, criteria in _criteria(manifest):
        if wrong := lists.filter_error(connection, criteria):
            return f"The manifest's {what} has a `where` that cannot be used: {wrong}."
    return None


@dataclass(frozen=True)
class _Scoring:
    """What scores depend on besides what a row says."""

    scoring: Scoring
    today: date
    barred: pl.Series
    outcomes: pl.DataFrame

    @classmethod
    def of(cls, connection: psycopg.Connection, business_id: UUID, people: People, today: date) -> Self:
        """Of one business, for these people."""
        scoring, _ = scoring_of(connection, business_id)
        barred = suppressions.suppressed_phones(connection, business_id, people.phones)
        return cls(scoring, today, barred, scores.outcomes_of(connection, people.loaded.filter("known")["lead_id"]))

    def finished(self, people: pl.DataFrame) -> pl.DataFrame:
        """Leads as they are written: scored, `tags` and `members` (the fields that a lead has no column for) as JSON."""
        tags = pl.struct("tags").struct.json_encode().str.strip_prefix('{"tags":').str.strip_suffix("}")
        is_barred = pl.any_horizontal(pl.col(*fields.PHONE_FIELDS).is_in(self.barred.implode()).fill_null(value=False))
        blocked = pl.col("do_not_call") | pl.col(fields.CONSENT_UNCLEAR).is_not_null()  # as the lead has it, until a person decides
        told = beside(people, self.outcomes, "lead_id").with_columns(is_barred.alias("suppressed"), blocked.alias("do_not_call"))
        members = json_object(map(filled, fields.OBJECT_FIELDS))
        return score(told, self.scoring, self.today).with_columns(tags.alias("tags"), members.alias("members"))


def _whole(work: UploadToLoad, people: People, *, known: bool) -> Iterator[pl.DataFrame]:
    """Those who are known leads, or the others, with all their fields, piece by piece: `lead_id`, the fields of a lead, `merged`, `found`."""
    told = people.loaded.filter(pl.col("known") == known).select("line", "lead_id", "merged", "found")
    for piece in slices(work.people) if told.height else ():
        here = told.filter(pl.col("line").is_between(piece["line"].min(), piece["line"].max()))
        rows = piece.join(people.several, on="line", how="anti").select(people.several.columns)
        every = pl.concat([rows, people.several.join(piece, on="line", how="semi")])
        if people.without_id.len():
            taken = pl.col("line").is_in(people.without_id.implode())
            kept = both_objects(pl.concat_str(pl.lit("{"), member("source_id", OTHERS_ID), pl.lit("}")), pl.col("custom_fields"))
            every = every.with_columns(
                pl.when(~taken).then("source_id").alias("source_id"),
                pl.when(taken).then(kept).otherwise("custom_fields").alias("custom_fields"),
            )
        yield every.join(here, on="line").sort("lead_id")


def _merged(
    connection: psycopg.Connection, work: UploadToLoad, people: People, scoring: _Scoring, loaded: Pieces, lost: Pieces
) -> Iterator[pl.DataFrame]:
    """Known leads merged with what the upload says of them and scored, piece by piece, each kept in `loaded`; in `lost` `line` and `lost` of those
    of whom the upload says something in vain.

    Gives: those that may change, as `merge_existing` gives them, with `version` and `merged`.
    """

    def finished(both: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
        piece, leads = both
        merged = merge_existing(piece, leads, work.manifest.update, decided=bool(work.manifest.consent))
        return scoring.finished(beside(merged, leads.select(pl.col("id").alias("lead_id"), "version"), "lead_id"))

    # A file may be of as many known leads as there are: the next piece of them is read while one is merged.
    told = ((piece, known.fetch_leads(connection, piece["lead_id"])) for piece in _whole(work, people, known=True))
    for merged in at_once(finished, told):
        loaded.take(merged.select(SHOWN))
        lost.take(merged.select("line", "lost").filter(pl.col("lost") != "{}"))
        yield merged.filter(load.MAY_CHANGE | pl.col("merged")).drop("found")


def _finished(people: Iterator[pl.DataFrame], scoring: _Scoring, loaded: Pieces) -> Iterator[pl.DataFrame]:
    """New people as they are written, each piece kept in `loaded`, too."""
    for piece in people:
        new = scoring.finished(piece).with_columns(both_objects(pl.col("custom_fields"), pl.col("members")).alias("custom_fields"))
        loaded.take(new.select(SHOWN))
        yield new


def _refuse(connection: psycopg.Connection, business_id: UUID, import_id: UUID, work: UploadToLoad, error: str) -> Outcome:
    record = imports.status_of(connection, import_id)
    outcome = refused(work.rows_read, error, import_id)
    if record in imports.FINISHED:
        # It was loaded before, under other rules; what is there stays true, and the record says why it was not loaded anew.
        imports.keep_error(connection, import_id, error, work.refusal_rules)
        return outcome
    imports.write_rejections(connection, business_id, import_id, work.rejections)
    _record(connection, import_id, replace(work, rules=work.refusal_rules), outcome, None)
    return outcome


def _record(
    connection: psycopg.Connection,
    import_id: UUID,
    work: UploadToLoad,
    outcome: Outcome,
    run_id: str | None,
    brought: dict[str, int] | None = None,
) -> None:
    values = {name: value for name, value in vars(outcome).items() if name not in {"import_id", "lead_list_id"}} | (brought or {})
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
