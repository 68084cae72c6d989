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

from henk_pipeline.batching import BatchStore, iter_batches, left_join_columns, map_parallel, rebatch
from henk_pipeline.leads import fields
from henk_pipeline.leads.json_text import both_objects, filled, json_object, member
from henk_pipeline.leads.score import Scoring, score
from henk_pipeline.leads.survivorship import merge_existing
from henk_pipeline.postgres import businesses, imports, lead_lookup, lead_writer, lists, merge_candidates, scores, suppressions
from henk_pipeline.postgres.assign import Terms, assign_list
from henk_pipeline.steps.kept_criteria import describe_kept_criteria
from henk_pipeline.steps.people import LoadRequest, People, find_people, silent_about_erased
from henk_pipeline.steps.provenance import provenance
from henk_pipeline.steps.rescore import scoring_of
from henk_pipeline.steps.upload_words import name_lines
from henk_pipeline.steps.validate import PERSON_SCHEMA
from henk_pipeline.uploads.manifest import CampaignAssignment, Manifest

# The columns of loaded people that reports show.
SHOWN = (
    "line", "first_name", "last_name", "email", "custom_fields", "found", "lead_score", "quality_rating", "score_breakdown",
)  # fmt: skip


OTHERS_ID = "source_id (of another person)"  # the custom field of an id that a person with another name has
# In the place of a refusal's digest: the file loads as soon as the campaigns it names are there.
AWAITS_CAMPAIGN = ""


@dataclass(frozen=True)
class Outcome:
    """The result of one run for an upload.

    The row counts are the upload's; the lead counts are this run's, so a second run has none new (the record of
    the import has the counts of all its runs).
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
    """Return the parts of a manifest that affect leads, as the import record keeps them.

    Its campaigns are not among them: every run assigns them.
    """
    return manifest.model_dump(mode="json", exclude_defaults=True, exclude={"campaigns": True, "lists": {"__all__": {"campaigns"}}})


def terms_of(manifest: Manifest) -> list[dict[str, Any]]:
    """Return the rest of a manifest: by list (None is the upload's own) and `campaign` the terms of the assignment, without defaults."""
    return [_terms_of(name, assignment) for name, assignment in manifest.assignments()]


def _terms_of(name: str | None, assignment: CampaignAssignment) -> dict[str, Any]:
    return {"list": name, **assignment.model_dump(mode="json", exclude_none=True)}


def refused(rows_read: int, error: str, import_id: UUID | None = None) -> Outcome:
    """Return the outcome of an upload of which nothing is loaded: every row counts as rejected."""
    return Outcome("rejected", error, str(import_id) if import_id else None, rows_read=rows_read, rows_rejected=rows_read)


def load_upload(  # noqa: PLR0911 - one line a reason to do nothing
    connection: psycopg.Connection, slug: str, request: LoadRequest, today: date, run_id: str | None = None, scratch: Path | None = None
) -> tuple[Outcome, pl.LazyFrame]:
    """Load an upload into leads, its list and provenance, or record why it is refused.

    Idempotent: an upload that was loaded under the same rules is recognised and not changed.

    Args:
        connection: A connection that is in no transaction.
        slug: The business's slug.
        request: The upload.
        today: The day that scores refer to.
        run_id: The run, for the record of the import.
        scratch: A folder for the people who were loaded, so that they need not be in memory.

    Returns:
        The outcome, and the people as they were loaded (as `score_rows` returns them, probabilistic matches
            merged) or, where nothing was loaded, as they came.

    Raises:
        psycopg.Error: Nothing of the upload is changed.
    """
    try:
        business = businesses.find_business(connection, slug)
        error = request.error
    except businesses.UnknownBusinessError as unknown:
        connection.rollback()
        return refused(request.rows_read, str(unknown)), request.people
    undone = imports.find_undone(connection, slug, request.upload.content_hash, request.upload.list_name)
    if undone is not None:
        connection.rollback()
        return known_outcome(undone), request.people
    if unknown_campaign := check_campaigns_exist(connection, business.id, request.manifest):
        # Adding the campaign mends this, outside the file and its rules: no digest may show that nothing has changed since.
        request = replace(request, error=error or unknown_campaign, refusal_rules=request.refusal_rules if error else AWAITS_CAMPAIGN)
        error = request.error
    else:
        error = error or check_filters(connection, request.manifest)
        request = replace(request, error=error)
    import_id = imports.begin_import(connection, business.id, request.upload, request.rules, run_id)
    connection.commit()  # from here on people see that it is running
    with connection.transaction():
        businesses.lock_business(connection, business.id)
        undone = imports.find_undone(connection, slug, request.upload.content_hash, request.upload.list_name)
        if undone is not None:
            return known_outcome(undone), request.people  # while this one waited
        if imports.is_current(connection, import_id, request.rules):
            assigned = imports.find_import(connection, slug, request.upload.content_hash, request.upload.list_name)
            error = error or check_campaigns_open(connection, business.id, request.manifest, assigned.campaign_ids if assigned else [])
            imports.keep_error(connection, import_id, error, request.refusal_rules)
            return _known_outcome(connection, slug, request), request.people
        if not error and (
            closed := check_campaigns_open(connection, business.id, request.manifest, [])
            or check_lists_open(connection, business.id, request)
        ):
            error, request = closed, replace(request, error=closed, refusal_rules=AWAITS_CAMPAIGN)
        request = silent_about_erased(connection, business, request)
        if error:
            return _refuse(connection, business.id, import_id, request, error), request.people
        if request.manifest.suppressions:
            return load_suppressions(connection, business.id, import_id, request, run_id), request.people
        outcome, loaded, _ = load_people(connection, business.id, import_id, request, today, run_id=run_id, scratch=scratch)
        return outcome, loaded


def check_campaigns_exist(connection: psycopg.Connection, business_id: UUID, manifest: Manifest) -> str | None:
    """Return why an upload is refused whose manifest names a campaign that the business does not have."""
    try:
        for _, assignment in manifest.assignments():
            businesses.find_campaign(connection, business_id, assignment.campaign)
    except businesses.UnknownCampaignError as unknown:
        return str(unknown)
    return None


def assign_upload(connection: psycopg.Connection, slug: str, upload: imports.Upload, manifest: Manifest) -> int:
    """Assign an upload's list to the campaigns of its manifest. Idempotent.

    Returns:
        The number of new campaign leads.

    Raises:
        psycopg.Error: Nothing is changed.
    """
    record = imports.find_import(connection, slug, upload.content_hash, upload.list_name)
    if record is None or record.lead_list_id is None or record.status not in imports.FINISHED or record.error:
        connection.rollback()
        return 0
    business = businesses.find_business(connection, slug)
    connection.commit()
    with connection.transaction():
        businesses.lock_business(connection, business.id)
        campaigns, added = assign_lists(connection, business.id, record, manifest)
        imports.record_campaigns(connection, record.id, campaigns, added, terms_of(manifest))
    return added


def assign_lists(
    connection: psycopg.Connection, business_id: UUID, record: imports.ImportRecord, manifest: Manifest
) -> tuple[list[UUID], int]:
    """Assign the lists of a loaded upload to the campaigns of its manifest. Return those campaigns, and how many campaign leads are new."""
    earlier = {(entry["list"], entry["campaign"]): entry for entry in record.assigned or []}
    planned: list[tuple[UUID, UUID, Terms]] = []
    for name, assignment in manifest.assignments():
        list_id = record.lead_list_id if name is None else lists.find_list(connection, business_id, name)
        if list_id is not None:  # a list that was archived since is not called
            campaign = businesses.find_campaign(connection, business_id, assignment.campaign)
            if campaign.has_ended:  # since the upload was loaded
                continue
            planned.append(
                (campaign.id, list_id, _terms(assignment, _terms_of(name, assignment), earlier.get((name, assignment.campaign), {})))
            )
    added = 0
    # In the order of their ids: two uploads that share campaigns take their locks in the same order.
    for campaign_id, list_id, terms in sorted(planned, key=lambda entry: entry[:2]):
        added += assign_list(connection, campaign_id, list_id, terms, record.id)
    return sorted({campaign_id for campaign_id, _, _ in planned}), added


def _terms(assignment: CampaignAssignment, terms: dict[str, Any], earlier: dict[str, Any]) -> Terms:
    """Return the terms of an assignment: the present `terms`, and which of the `earlier` ones no longer apply."""
    forgotten = tuple(earlier.keys() - terms.keys())
    return Terms(
        assignment.priority,
        assignment.where,
        assignment.max_attempts_override,
        forgotten,
        is_repeated=earlier == terms,
        follow=assignment.follow,
    )


def load_people(
    connection: psycopg.Connection,
    business_id: UUID,
    import_id: UUID,
    request: LoadRequest,
    today: date,
    *,
    run_id: str | None,
    scratch: Path | None,
) -> tuple[Outcome, pl.LazyFrame, pl.LazyFrame]:
    """Load the people of an upload, inside the caller's transaction.

    Returns:
        The outcome; the people as `load_upload` returns them; the leads that changed, as
            `lead_writer.update_leads` returns them.
    """
    manifest = request.manifest
    as_written = request.people
    lead_writer.begin_loading(connection)
    people, request = find_people(connection, business_id, import_id, request)
    loaded, updated = BatchStore("loaded", scratch), BatchStore("updated", scratch, lead_writer.UPDATED_SCHEMA)
    lost = BatchStore("lost", scratch, lead_writer.LOST_SCHEMA)
    scoring = _Scoring.of(connection, business_id, people, today)
    leads_updated = 0
    for changing in rebatch(_merged(connection, request, people, scoring, loaded, lost)):
        changed, discarded = lead_writer.update_leads(connection, changing, manifest.update)
        updated.take(changed)
        lost.take(discarded)
        leads_updated += changed.height
        # A lead that an import left unchanged has its score already, unless it was merged.
        if (merged := changing.filter("merged")).height:
            scores.write_scores(connection, merged.with_columns(pl.col("lead_id").alias("id")))
    lead_writer.insert_leads(connection, business_id, _finished(_full_rows(request, people, are_leads=False), scoring, loaded))
    ids = people.loaded["lead_id"]
    own_list = lists.ListToFill(request.upload.list_name, manifest.description, manifest.tags)
    list_id = lists.fill_list(connection, business_id, import_id, own_list, ids)
    _add_notes(request, describe_kept_criteria(connection, business_id, manifest))
    for split in manifest.lists:
        split_list = lists.ListToFill(split.list, split.description, split.tags, split.where, refreshes=split.refresh is not None)
        lists.fill_list(connection, business_id, import_id, split_list, ids)
    if manifest.list_column is not None:
        named = people.lists.explode("lists").drop_nulls().unique()
        for (name,), members in sorted(named.partition_by("lists", as_dict=True).items()):
            lists.fill_list(connection, business_id, import_id, lists.ListToFill(str(name)), members["lead_id"])
    _note_uncompared(connection, business_id, request, ids)
    _note_shared(request, as_written, scoring.barred)
    lead_writer.write_provenance(connection, business_id, import_id, provenance(people.loaded, lost.all(), updated.all()))
    merge_candidates.keep_candidates(connection, business_id, people.review_pairs)
    _opt_out(connection, business_id, request, f"opted out in {request.upload.file_name}")
    imports.write_rejections(connection, business_id, import_id, request.rejections)
    inserted = people.loaded.height - int(people.loaded["known"].sum())
    outcome = Outcome(
        status="partial" if request.rows_rejected else "loaded",
        import_id=str(import_id),
        rows_read=request.rows_read,
        rows_accepted=people.loaded.height,
        rows_rejected=request.rows_rejected,
        rows_duplicate=int(people.loaded["lines"].list.len().sum()) - people.loaded.height,
        leads_inserted=inserted,
        leads_updated=leads_updated,
        leads_unchanged=people.loaded.height - inserted - leads_updated,
        lead_list_id=str(list_id),
    )
    _record(connection, import_id, request, outcome, run_id, _brought(connection, import_id, people.loaded["lead_id"]))
    return outcome, loaded.all() if people.loaded.height else request.people.clear(), updated.all()


def _brought(connection: psycopg.Connection, import_id: UUID, lead_ids: pl.Series) -> dict[str, int]:
    """Return what all runs of an import that is loaded again did to these leads, as its record keeps it.

    It is empty where this is the first run.
    """
    if imports.status_of(connection, import_id) not in imports.FINISHED:
        return {}
    actions = lead_writer.fetch_actions(connection, import_id).join(lead_ids.to_frame(), on="lead_id", how="semi")
    inserted, updated = int(actions["inserted"].sum()), int((actions["updated"] & ~actions["inserted"]).sum())
    return {"leads_inserted": inserted, "leads_updated": updated, "leads_unchanged": lead_ids.len() - inserted - updated}


def load_suppressions(
    connection: psycopg.Connection, business_id: UUID, import_id: UUID, request: LoadRequest, run_id: str | None
) -> Outcome:
    """Load a file of suppressions: every phone and e-mail of it is suppressed, and it fills no list."""
    _opt_out(connection, business_id, request, f"suppressed by {request.upload.file_name}")
    imports.write_rejections(connection, business_id, import_id, request.rejections)
    outcome = Outcome(
        status="partial" if request.rows_rejected else "loaded",
        import_id=str(import_id),
        rows_read=request.rows_read,
        rows_accepted=request.rows_read - request.rows_rejected,
        rows_rejected=request.rows_rejected,
    )
    _record(connection, import_id, request, outcome, run_id)
    return outcome


def _opt_out(connection: psycopg.Connection, business_id: UUID, request: LoadRequest, reason: str) -> None:
    """Keep the people that must not be called or written according to the upload."""
    suppressions.suppress(connection, business_id, request.opt_outs, reason)
    suppressions.keep_addresses(connection, business_id, request.opt_outs.filter(pl.col("channel") == "address")["value"])
    people = request.opt_outs.filter(pl.col("channel") == "person").select(pl.col("value").str.json_decode(pl.Struct(PERSON_SCHEMA)))
    if people.height:
        suppressions.forbid_calls(connection, business_id, people.unnest("value"))


def check_campaigns_open(connection: psycopg.Connection, business_id: UUID, manifest: Manifest, assigned: Sequence[UUID]) -> str | None:
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


def check_lists_open(connection: psycopg.Connection, business_id: UUID, request: LoadRequest) -> str | None:
    """Return why an upload is refused that fills a list of which only an archived one exists."""
    if request.manifest.suppressions:
        return None
    names = [request.upload.list_name, *(split.list for split in request.manifest.lists)]
    if request.manifest.list_column is not None:
        names += request.people.select(pl.col("lists").explode().drop_nulls().unique().sort()).collect()["lists"].to_list()
    return check_not_archived(connection, business_id, names)


def check_not_archived(connection: psycopg.Connection, business_id: UUID, names: Sequence[str]) -> str | None:
    """Return why an upload is refused that fills these lists; None if each is open or does not exist yet."""
    archived = lists.find_archived(connection, business_id, names)
    if archived is None:
        return None
    return (
        f"The list {archived!r} is archived: no lead joins it any more. Take it out of the archive, or name another list in the manifest."
    )


def _criteria(manifest: Manifest) -> list[tuple[str, dict[str, Any]]]:
    """Return each `where` of a manifest with the name of its list or campaign."""
    named = [(f"list {split.list!r}", split.where) for split in manifest.lists]
    return named + [(f"campaign {assignment.campaign!r}", assignment.where) for _, assignment in manifest.assignments() if assignment.where]


def _note_uncompared(connection: psycopg.Connection, business_id: UUID, request: LoadRequest, leads: pl.Series) -> None:
    """Add a note to the reading of an upload for each custom field that a `where` of its manifest cannot compare, or that no lead of the file has."""
    notes = []
    for target, criteria in _criteria(request.manifest):
        for value in lists.find_uncompared(connection, business_id, criteria, leads):
            have, are = ("has", "is") if value.leads == 1 else ("have", "are")
            notes.append(
                f"The `where` of the {target} compares {value.custom_field!r} with a {value.compared_with}: {value.leads} of the file's leads {have} "
                f"a text that is none, such as {value.example!r}, and {are} left out by it."
            )
        notes += [
            f"The `where` of the {target} names the custom field {name!r}, which none of the file's leads has. Is it spelt as the column is?"
            for name in lists.find_absent_fields(connection, business_id, criteria, leads)
        ]
    _add_notes(request, notes)


def _add_notes(request: LoadRequest, notes: Sequence[str]) -> None:
    """Add notes to the reading of an upload; a load that is tried again adds nothing twice."""
    if notes:
        kept = request.reading.setdefault("notes", [])
        kept += [note for note in notes if note not in kept]


def _note_shared(request: LoadRequest, as_written: pl.LazyFrame, suppressed: pl.Series) -> None:
    """Add a note to the reading of an upload for the people who are not called for the refusal of another person with their address or number.

    Args:
        request: The upload, in which the addresses that earlier uploads opted out refuse calls.
        as_written: Its people with what their own rows refuse.
        suppressed: Numbers that were suppressed before.
    """
    rows = as_written.select("line", "email", *fields.PHONE_FIELDS, *fields.NO_CALL, fields.CONSENT_UNCLEAR).collect()
    rows = rows.filter(~pl.any_horizontal(*fields.NO_CALL) & pl.col(fields.CONSENT_UNCLEAR).is_null())
    refused = request.people.filter(pl.col("do_not_call")).select("line").collect()["line"]
    contacts = dict(request.opt_outs.group_by("channel").agg("value").iter_rows())
    by_address = pl.col("line").is_in(refused.implode()) | pl.col("email").is_in(contacts.get("address", []))
    numbers = pl.concat([suppressed, pl.Series(contacts.get("phone", []), dtype=pl.String)])
    by_number = pl.any_horizontal(pl.col(*fields.PHONE_FIELDS).is_in(numbers.implode()))
    shared = {
        "e-mail address": rows.filter(by_address.fill_null(value=False)),
        "telephone number": rows.filter(by_number.fill_null(value=False) & ~by_address.fill_null(value=False)),
    }
    notes = []
    for contact, people in shared.items():
        if people.height:
            lines = people["line"].sort().to_list()
            notes.append(
                f"{len(lines)} of the file's people are not called though their own rows do not refuse calls (lines {name_lines(lines)}): "
                f"another row or an earlier opt-out with the same {contact} does. To call one of them, upload the person without the shared "
                f"{contact}."
            )
    _add_notes(request, notes)


def check_filters(connection: psycopg.Connection, manifest: Manifest) -> str | None:
    """Return why an upload is refused whose manifest has a `where` that PostgreSQL cannot evaluate."""
    for target, criteria in _criteria(manifest):
        if wrong := lists.filter_error(connection, criteria):
            return f"The manifest's {target} has a `where` that cannot be used: {wrong}."
    return None


@dataclass(frozen=True)
class _Scoring:
    """The data that scores depend on besides the row."""

    scoring: Scoring
    today: date
    barred: pl.Series
    outcomes: pl.DataFrame

    @classmethod
    def of(cls, connection: psycopg.Connection, business_id: UUID, people: People, today: date) -> Self:
        """Return the data of one business, for these people."""
        scoring, _ = scoring_of(connection, business_id)
        barred = suppressions.suppressed_phones(connection, business_id, people.phones)
        return cls(scoring, today, barred, scores.outcomes_of(connection, people.loaded.filter("known")["lead_id"]))

    def finished(self, people: pl.DataFrame) -> pl.DataFrame:
        """Return leads as they are written: scored, `tags` and `members` (the fields that a lead has no column for) as JSON."""
        tags = pl.struct("tags").struct.json_encode().str.strip_prefix('{"tags":').str.strip_suffix("}")
        is_barred = pl.any_horizontal(pl.col(*fields.PHONE_FIELDS).is_in(self.barred.implode()).fill_null(value=False))
        blocked = pl.col("do_not_call") | pl.col(fields.CONSENT_UNCLEAR).is_not_null()  # as the lead has it, until a person decides
        rows = left_join_columns(people, self.outcomes, "lead_id").with_columns(is_barred.alias("suppressed"), blocked.alias("do_not_call"))
        members = json_object(map(filled, fields.OBJECT_FIELDS))
        return score(rows, self.scoring, self.today).with_columns(tags.alias("tags"), members.alias("members"))


def _full_rows(request: LoadRequest, people: People, *, are_leads: bool) -> Iterator[pl.DataFrame]:
    """Yield the people who are known leads, or the others, with all their fields, batch by batch.

    Yields:
        `lead_id`, the fields of a lead, `merged`, `found`.
    """
    matched = people.loaded.filter(pl.col("known") == are_leads).select("line", "lead_id", "merged", "found")
    for batch in iter_batches(request.people) if matched.height else ():
        in_batch = matched.filter(pl.col("line").is_between(batch["line"].min(), batch["line"].max()))
        rows = batch.join(people.merged_rows, on="line", how="anti").select(people.merged_rows.columns)
        everybody = pl.concat([rows, people.merged_rows.join(batch, on="line", how="semi")])
        if people.without_id.len():
            taken = pl.col("line").is_in(people.without_id.implode())
            kept = both_objects(pl.concat_str(pl.lit("{"), member("source_id", OTHERS_ID), pl.lit("}")), pl.col("custom_fields"))
            everybody = everybody.with_columns(
                pl.when(~taken).then("source_id").alias("source_id"),
                pl.when(taken).then(kept).otherwise("custom_fields").alias("custom_fields"),
            )
        yield everybody.join(in_batch, on="line").sort("lead_id")


def _merged(
    connection: psycopg.Connection, request: LoadRequest, people: People, scoring: _Scoring, loaded: BatchStore, lost: BatchStore
) -> Iterator[pl.DataFrame]:
    """Merge known leads with the upload's values and score them, batch by batch, keeping each batch in `loaded`.

    `lost` gets `line`, `lost` and `agreed` of the people with discarded values, or with values that their lead has already.

    Yields:
        The leads that may change, as `merge_existing` returns them, with `version` and `merged`.
    """

    def finished(pair: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
        batch, leads = pair
        merged = merge_existing(batch, leads, request.manifest.update, decided=bool(request.manifest.consent))
        return scoring.finished(left_join_columns(merged, leads.select(pl.col("id").alias("lead_id"), "version"), "lead_id"))

    # A file may be of as many known leads as there are: the next batch of them is read while one is merged.
    pairs = ((batch, lead_lookup.fetch_leads(connection, batch["lead_id"])) for batch in _full_rows(request, people, are_leads=True))
    for merged in map_parallel(finished, pairs):
        loaded.take(merged.select(SHOWN))
        compared = merged.select("line", pl.when(pl.col("lost") != "{}").then("lost").alias("lost"), "agreed")
        lost.take(compared.filter(pl.col("lost").is_not_null() | pl.col("agreed").is_not_null()))
        yield merged.filter(lead_writer.MAY_CHANGE | pl.col("merged")).drop("found")


def _finished(people: Iterator[pl.DataFrame], scoring: _Scoring, loaded: BatchStore) -> Iterator[pl.DataFrame]:
    """Yield new people as they are written, keeping each batch in `loaded`, too."""
    for batch in people:
        new = scoring.finished(batch).with_columns(both_objects(pl.col("custom_fields"), pl.col("members")).alias("custom_fields"))
        loaded.take(new.select(SHOWN))
        yield new


def _refuse(connection: psycopg.Connection, business_id: UUID, import_id: UUID, request: LoadRequest, error: str) -> Outcome:
    record = imports.status_of(connection, import_id)
    outcome = refused(request.rows_read, error, import_id)
    if record in imports.FINISHED:
        # It was loaded before, under other rules; its leads stay, and the record has the reason why it was not loaded again.
        imports.keep_error(connection, import_id, error, request.refusal_rules)
        return outcome
    imports.write_rejections(connection, business_id, import_id, request.rejections)
    _record(connection, import_id, replace(request, rules=request.refusal_rules), outcome, None)
    return outcome


def _record(
    connection: psycopg.Connection,
    import_id: UUID,
    request: LoadRequest,
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
            "rules": request.rules,
            "options": options_of(request.manifest),
            "mapping": request.mapping,
            "reading": request.reading,
            "run_id": run_id,
        },
    )


def _known_outcome(connection: psycopg.Connection, slug: str, request: LoadRequest) -> Outcome:
    record = imports.find_import(connection, slug, request.upload.content_hash, request.upload.list_name)
    if record is None:
        raise RuntimeError("an import that was begun is gone")
    return known_outcome(record)


def known_outcome(record: imports.ImportRecord) -> Outcome:
    """Return the outcome of doing nothing for an import: its rows, and, if it is loaded, every lead unchanged."""
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
