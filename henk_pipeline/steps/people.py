"""The leads of an upload's people: looks up known leads and merges people who are in several rows."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import polars as pl
import psycopg

from henk_pipeline.batching import joined, left_join_columns
from henk_pipeline.leads import contract, fields
from henk_pipeline.leads.details import DETAIL_FIELDS, compared_columns, detail_member
from henk_pipeline.leads.given_names import middle_name_member
from henk_pipeline.leads.survivorship import lost_values, merge_rows
from henk_pipeline.postgres import businesses, imports, lead_lookup, merge_candidates, suppressions
from henk_pipeline.postgres.ids import new_ids
from henk_pipeline.steps.match import Matched, Matching, match_people
from henk_pipeline.steps.provenance import found_by
from henk_pipeline.steps.suppress import contacts_in
from henk_pipeline.uploads.manifest import Manifest


@dataclass(frozen=True)
class LoadRequest:
    """A validated upload on its way to PostgreSQL.

    Frames are as the earlier steps return them; as little of `people` as possible is in memory.
    """

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

    `loaded`: of all of them, ordered by line, `line`, `lines`, `lead_id`, whether that lead is `known` and
    whether others were `merged` into it, and `found` (how each line came to its lead). `merged_rows`: people in
    several rows, merged. `lists`: `lead_id` and `lists` of every row, where the file names lists. `review_pairs`:
    pairs that a person must decide on, as `_candidates` returns them. `phones`: all numbers of the upload and
    of known leads. `without_id`: the lines (first of a person's) whose source id is another person's.
    """

    loaded: pl.DataFrame
    merged_rows: pl.DataFrame
    lists: pl.DataFrame
    review_pairs: pl.DataFrame
    phones: pl.Series
    without_id: pl.Series


class _MatchInput(NamedTuple):
    """An upload's rows and the known leads that they may be, and the persons of both.

    `rows`: `row`, `line`, `lines`, `found` and, where the file names lists, `lists`; `leads`: `row` and `id` of
    the known leads; `discarded`: the same of their discarded values; `phones`: all numbers of both; `ids`: `row`,
    `source` and `source_id` of both, where there is one.
    """

    rows: pl.DataFrame
    leads: pl.DataFrame
    discarded: pl.DataFrame
    matched: Matched
    phones: pl.Series
    ids: pl.DataFrame


def silent_about_erased(connection: psycopg.Connection, business: businesses.Business, request: LoadRequest) -> LoadRequest:
    """Return the upload without data of people who were erased after it was received, in rejected rows and opt-outs."""
    if not suppressions.has_erased(connection, business.id, request.received_at):
        return request
    texts = [(line, cell) for line, row in request.rejections.select("line", "row").rows() for cell in _texts(json.loads(row))]
    cells = pl.DataFrame(texts, schema={"line": pl.Int64, "cell": pl.String}, orient="row")
    named = request.opt_outs.filter(pl.col("channel").is_in(["phone", "email"]))
    contacts = contacts_in(cells, request.manifest.default_country or business.default_country)
    erased = suppressions.find_erased(connection, business.id, pl.concat([named, contacts]), request.received_at)
    # As erase_lead leaves them.
    silent = {"value": None, "message": "erased on request", "row": "{}"}
    is_erased = pl.col("line").is_in(erased["line"].implode())
    columns = [pl.when(is_erased).then(pl.lit(replacement)).otherwise(name).alias(name) for name, replacement in silent.items()]
    # An erased person is neither called nor written to anyway.
    return replace(
        request, rejections=request.rejections.with_columns(columns), opt_outs=request.opt_outs.join(erased, on="line", how="anti")
    )


def _texts(value: object) -> list[str]:
    """Return the texts in a rejected row, an object of cells or of a list of them."""
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _texts(part)]


def find_people(connection: psycopg.Connection, business_id: UUID, import_id: UUID, request: LoadRequest) -> tuple[People, LoadRequest]:
    """Return the lead of each person of the upload; and the upload without people who were erased.

    Known leads that the upload shows to be one person are merged.

    Raises:
        psycopg.Error: The database failed.
    """
    (rows, leads, discarded, matched, phones, ids), request = _meet(connection, business_id, request)
    clusters = matched.clusters
    lead_of = _one_lead_a_person(connection, import_id, leads, rows, matched)
    rows = left_join_columns(left_join_columns(rows, clusters, "row"), lead_of, "person")
    rows = rows.with_columns(pl.col("merged").fill_null(value=False), pl.col("lead_id").is_not_null().alias("known"))
    # People of a single row need nothing more until they are written.
    is_single = pl.len().over("person") == 1
    full_rows = joined(request.people, rows.filter(~is_single).select("line", pl.col("line").min().over("person").alias("person")), "line")
    merged_rows = merge_rows(full_rows)
    lines = pl.concat([rows.filter(is_single).select("line", "lines"), merged_rows.select("line", "lines")]).sort("line")
    match_provenance = found_by(rows, pl.concat([leads, discarded]), matched.chains, lines, lost_values(full_rows, merged_rows))
    del full_rows
    persons = rows.select("line", "person", "lead_id", "known", "merged").filter(pl.col("line") == pl.col("line").min().over("person"))
    new = persons.filter(~pl.col("known")).sort("line")
    new = new.with_columns(new_ids(new.height).alias("lead_id"))
    of_persons = pl.concat([persons.filter("known"), new])
    owners = leads.select("row", pl.col("id").alias("lead_id")).join(clusters, on="row").sort("lead_id").unique("person", keep="first")
    lead_of = pl.concat([owners.select("person", "lead_id"), new.select("person", "lead_id")])
    people = People(
        loaded=left_join_columns(left_join_columns(lines, of_persons.drop("person"), "line"), match_provenance, "line"),
        merged_rows=merged_rows,
        lists=rows.select("person", "lists").join(lead_of, on="person").select("lead_id", "lists") if "lists" in rows else pl.DataFrame(),
        review_pairs=_candidates(matched.review_pairs, clusters, lead_of),
        phones=phones,
        without_id=_without_id(ids, rows.select("row", "line", "person"), leads, clusters),
    )
    return people, request


def _without_id(ids: pl.DataFrame, rows: pl.DataFrame, leads: pl.DataFrame, clusters: pl.DataFrame) -> pl.Series:
    """Return the first lines of those whose source id another person has: a known lead with it, else the first of the upload.

    An id with two names that contradict each other is two people's; a lead has an id of its own.
    """
    own = ids.join(rows, on="row").select("source", "source_id", "person", pl.col("line").min().over("person"))
    of_leads = ids.join(leads, on="row").join(clusters, on="row", how="left").select("source", "source_id", pl.col("person").fill_null(-1))
    holders = pl.concat(
        [of_leads.with_columns(pl.lit(0, dtype=pl.Int64).alias("line")), own.select("source", "source_id", "person", "line")]
    )
    shared = holders.filter(pl.col("person").n_unique().over("source", "source_id") > 1)
    if not shared.height:
        return pl.Series("line", [], dtype=pl.Int64)
    holder = shared.sort("line").group_by("source", "source_id", maintain_order=True).agg(pl.col("person").first().alias("holder"))
    return own.join(holder, on=["source", "source_id"]).filter(pl.col("person") != pl.col("holder"))["line"].unique()


def _meet(connection: psycopg.Connection, business_id: UUID, request: LoadRequest) -> tuple[_MatchInput, LoadRequest]:
    """Compare the upload's rows with each other and with the present leads.

    Returns:
        The rows and leads with their persons; and the upload without people who were erased.
    """
    kept = ["line", "lines", "found", *(["lists"] if request.manifest.list_column is not None else [])]
    # Numbered here: next to batches a column of one batch would have all the others copied.
    people = (
        request.people.select(*kept, *compared_columns(request.matching.fields))
        .with_row_index("row")
        .with_columns(pl.col("row").cast(pl.Int64))
        .collect()
    )
    people, request = _without_erased(connection, business_id, request, people)
    for flag, barred in (
        ("do_not_call", suppressions.addresses_not_to_call(connection, business_id, people["email"])),
        ("email_opt_out", suppressions.suppressed_emails(connection, business_id, people["email"])),
    ):
        if barred.len():  # as if the row refused
            is_barred = pl.col("email").is_in(barred.implode()).fill_null(value=False)
            request = replace(request, people=request.people.with_columns((pl.col(flag) | is_barred).alias(flag)))
    lead_count = lead_lookup.count_leads(connection, business_id)
    may_be, looked_for, exact_matches = _look_up(connection, business_id, people, lead_count, request.matching)
    # Leads come first, so that a chain leads from a row to its lead.
    leads = may_be.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    rows = people.with_columns(pl.col("row") + leads.height)
    compared = ["row", *request.matching.fields]
    discarded, must_link = _discarded_rows(
        connection, leads.join(looked_for, on="id", how="semi"), request.matching.fields, leads.height + request.rows_read
    )
    # Rows with an exact match whose lead has no other candidate skip the comparison.
    exact_matches = exact_matches.join(leads.select("id", pl.col("row").alias("person")), on="id").join(
        rows.select("line", "row"), on="line"
    )
    plain = exact_matches.join(looked_for, on="id", how="anti")
    compared_rows = [pl.concat([frame.select(compared) for frame in (leads, discarded) if frame.height] + [rows.select(compared)])]
    if plain.height:  # a filter copies every column
        compared_rows = [compared_rows[0].filter(~pl.col("row").is_in(pl.concat([plain["row"], plain["person"]]).implode()))]
    phones = pl.concat([_phones(people), _phones(leads)])
    ids = pl.concat([frame.select("row", "source", "source_id").drop_nulls("source_id") for frame in (leads, rows)])
    rows, leads = rows.select("row", *kept), leads.select("row", "id")
    del people, may_be
    matched = match_people(
        compared_rows.pop(),  # handed over, so that it is released when it has been compared
        request.matching,
        new=rows.select("line", "row").join(exact_matches, on="line", how="anti")["row"],
        must_link=must_link,
        population=lead_count + rows.height,
        cannot_link=merge_candidates.fetch_cannot_link(connection, business_id, leads),
        leads=leads["row"],
    )
    return _MatchInput(rows, leads, discarded.select("row", "id"), _with_plain(matched, plain), phones, ids), request


def _without_erased(
    connection: psycopg.Connection, business_id: UUID, request: LoadRequest, people: pl.DataFrame
) -> tuple[pl.DataFrame, LoadRequest]:
    """Return the people without those who were erased after the file was received; their rows are rejected, without data of them."""
    if not suppressions.has_erased(connection, business_id, request.received_at):
        return people, request
    contacts = [
        people.select("line", pl.lit("email" if name == "email" else "phone").alias("channel"), pl.col(name).alias("value")).drop_nulls()
        for name in ("email", *fields.PHONE_FIELDS)
    ]
    erased = suppressions.find_erased(connection, business_id, pl.concat(contacts), request.received_at)
    if erased.is_empty():
        return people, request
    is_erased = pl.col("line").is_in(erased["line"].implode())
    lines = people.filter(is_erased).select(pl.col("lines").explode().alias("line"))
    rejected = lines.select(
        "line",
        *(pl.lit(None, dtype=pl.String).alias(name) for name in ("column", "value")),
        pl.lit(contract.ERASED.code).alias("rule"),
        pl.lit(f"{contract.ERASED.message}. {contract.ERASED.remedy}").alias("message"),
        pl.lit("{}").alias("row"),
    )
    rejections = pl.concat([request.rejections, rejected.select(request.rejections.columns)]).sort("line", maintain_order=True)
    return people.filter(~is_erased), replace(request, rejections=rejections, rows_rejected=request.rows_rejected + lines.height)


def _phones(people: pl.DataFrame) -> pl.Series:
    return pl.concat([people[name] for name in fields.PHONE_FIELDS]).drop_nulls().unique()


def _with_plain(matched: Matched, plain: pl.DataFrame) -> Matched:
    """Return the matches together with exact matches.

    Args:
        matched: The matches.
        plain: `row`, and the row of its lead, `person`.
    """
    parts = [matched.clusters, plain.select("row", "person"), plain.select(pl.col("person").alias("row"), "person")]
    found_by = {"kind": "email", "probability": 1.0}
    chains = plain.select("row", pl.col("person").alias("matched_with"), *(pl.lit(value).alias(name) for name, value in found_by.items()))
    return Matched(pl.concat([part.select("row", "person") for part in parts]), pl.concat([matched.chains, chains]), matched.review_pairs)


def _look_up(
    connection: psycopg.Connection, business_id: UUID, people: pl.DataFrame, lead_count: int, matching: Matching
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return the leads that may be these people, and the people who have an exact match.

    Args:
        connection: A connection to PostgreSQL.
        business_id: The business.
        people: The people.
        lead_count: The number of leads there are.
        matching: The settings of matching.

    Returns:
        The leads that may be these people (`id` and the compared fields); those of them that were looked up by
            all keys (`id`); and the people (`line`, and the lead's `id`) who need no such look-up, because they
            match a lead exactly: everything known of them was found when the lead came.
    """
    if not lead_count:
        none = pl.DataFrame(schema=lead_lookup.schema_of(("id", *matching.fields)))
        return none, none.select("id"), people.select("line", pl.lit("").alias("id")).clear()
    middle_name, details = middle_name_member(), detail_member()
    same = lead_lookup.fetch_by_email(connection, business_id, people["email"], matching.fields, middle_name, details)
    exact_matches = match_exactly(people, same, matching.fields)
    unsettled = people.join(exact_matches, on="line", how="anti")
    others = lead_lookup.fetch_known(
        connection, business_id, unsettled, matching.fields, likely=matching.likely, middle_name=middle_name, details=details
    )
    more = others.join(same.select("id"), on="id", how="anti")
    candidates = pl.concat([same, more]).sort("id") if more.height else same
    return candidates, others.select("id"), exact_matches


def match_exactly(people: pl.DataFrame, leads: pl.DataFrame, compared: tuple[str, ...]) -> pl.DataFrame:
    """Return the people (`line`) who match a lead (`id`) exactly.

    They are one person and one lead of an address, which the deterministic tier then takes for one.
    """
    own, lone = (
        frame.select("email").with_row_index(row).filter(pl.col("email").is_unique()) for row, frame in (("own", people), ("lone", leads))
    )
    pairs = own.join(lone, on="email")

    def agree(name: str) -> pl.Series:  # column by column: all of them together are hundreds of megabytes
        return people[name].gather(pairs["own"]).eq_missing(leads[name].gather(pairs["lone"]))

    no_id = people["source_id"].gather(pairs["own"]).is_null()
    is_same = no_id | (agree("source") & agree("source_id"))
    for name in compared:
        if name not in {"email", "source", "source_id"}:
            is_same &= agree(name)
    matched = pairs.filter(is_same)
    return pl.DataFrame([people["line"].gather(matched["own"]), leads["id"].gather(matched["lone"])])


def _discarded_rows(
    connection: psycopg.Connection, leads: pl.DataFrame, compared: tuple[str, ...], first_row: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return known leads with the discarded values of files, so that a person who is known by one of these is found.

    Returns:
        The rows from `first_row` on, and the lead of each (`left`, `right`, both rows).
    """
    lost = lead_lookup.fetch_lost(connection, leads["id"]).sort(pl.all())
    discarded = lost.join(leads, on="id", suffix="_now", maintain_order="left")
    rows = discarded.select(
        "id",
        pl.col("row").alias("left"),
        (pl.int_range(pl.len(), dtype=pl.Int64) + first_row).alias("row"),
        # A source id is one of its system: a row whose id was discarded keeps its own system's name.
        pl.when(pl.col("source_id").is_not_null()).then(pl.coalesce("source", "source_now")).otherwise("source_now").alias("source"),
        # What a file or a merge has left out has no DETAIL_FIELDS: these are the lead's.
        *(pl.col(name) if name in DETAIL_FIELDS else pl.coalesce(name, f"{name}_now").alias(name) for name in compared if name != "source"),
    )
    return rows, rows.select("left", pl.col("row").alias("right"))


def _one_lead_a_person(
    connection: psycopg.Connection, import_id: UUID, leads: pl.DataFrame, rows: pl.DataFrame, matched: Matched
) -> pl.DataFrame:
    """Merge known leads that a row of the upload shows to be one person; the smallest id, the oldest, stays.

    Returns:
        For each `person` that is known its `lead_id` and whether others were `merged` into it.
    """
    clusters = matched.clusters
    met = clusters.join(rows.select("row"), on="row", how="semi").select("person").unique()
    owned = leads.join(clusters, on="row").join(met, on="person", how="semi").sort("id")
    lead_of = owned.group_by("person", maintain_order=True).agg(pl.col("id").first().alias("lead_id"), (pl.len() > 1).alias("merged"))
    drops = owned.join(lead_of, on="person").filter(pl.col("id") != pl.col("lead_id")).join(matched.chains, on="row", how="left")
    if drops.height:
        merge_candidates.merge_leads(connection, import_id, drops.select("lead_id", pl.col("id").alias("dropped"), "probability"))
    return lead_of


def _candidates(review_pairs: pl.DataFrame, clusters: pl.DataFrame, lead_of: pl.DataFrame) -> pl.DataFrame:
    """Return pairs of leads, each once, with the probability and the agreement of their most probable rows."""
    asked = pl.concat([review_pairs.select(pl.col(side).alias("row")) for side in ("left", "right")])
    lead = clusters.join(asked, on="row", how="semi").join(lead_of, on="person").select("row", "lead_id")
    sides = review_pairs.join(lead, left_on="left", right_on="row").join(lead, left_on="right", right_on="row", suffix="_right")
    pairs = sides.select(
        pl.min_horizontal("lead_id", "lead_id_right").alias("lead_id"),
        pl.max_horizontal("lead_id", "lead_id_right").alias("other_lead_id"),
        pl.col("probability").alias("match_probability"),
        "agreement",
    )
    return pairs.sort("match_probability", "agreement", descending=[True, False]).unique(
        ["lead_id", "other_lead_id"], keep="first", maintain_order=True
    )
