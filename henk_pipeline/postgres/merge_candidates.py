"""Pairs of leads that may be one person: store, list and decide them; merge and unmerge leads."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import polars as pl
import psycopg
from psycopg import sql
from psycopg.rows import class_row

from henk_pipeline.postgres.frames import copy_in, copy_out

SHOWN = (
    "first_name", "last_name", "email", "phone", "mobile_phone", "birth_date", "street", "city", "state", "postal_code", "company", "source",
    "source_id", "last_activity_at", "created_at",
)  # fmt: skip


class Candidate(NamedTuple):
    """A pair to decide on; `lead` and `other` are the leads' values by SHOWN, `agreement` what agrees and how much each part weighs."""

    id: UUID
    match_probability: float
    agreement: dict[str, Any]
    decision: str
    lead_id: UUID
    other_lead_id: UUID
    lead: dict[str, Any]
    other: dict[str, Any]


class Merge(NamedTuple):
    """Two leads that became one."""

    id: UUID
    kept_lead_id: UUID
    dropped_lead_id: UUID
    match_probability: float | None
    merged_at: datetime
    file_name: str | None
    kept: str
    dropped: str


class UnknownPairError(LookupError):
    """No pair, or no merge, has that id, or several begin like it."""


def keep_candidates(connection: psycopg.Connection, business_id: UUID, pairs: pl.DataFrame) -> None:
    """Store pairs to be decided on. A pair that is decided is not opened again.

    Args:
        connection: A connection to PostgreSQL; the caller commits.
        business_id: The business.
        pairs: `lead_id` < `other_lead_id`, `match_probability`, `agreement` (JSON).
    """
    connection.execute(
        "CREATE TEMP TABLE staged_pairs (lead_id uuid, other_lead_id uuid, match_probability double precision, agreement jsonb) ON COMMIT DROP"
    )
    copy_in(connection, "staged_pairs", pairs.select("lead_id", "other_lead_id", "match_probability", "agreement"))
    connection.execute(
        """INSERT INTO lead_duplicate_candidates (business_id, lead_id, other_lead_id, match_probability, agreement)
        SELECT %s, lead_id, other_lead_id, match_probability, agreement FROM staged_pairs ORDER BY lead_id, other_lead_id
        ON CONFLICT (lead_id, other_lead_id) DO UPDATE SET match_probability = EXCLUDED.match_probability, agreement = EXCLUDED.agreement
        WHERE lead_duplicate_candidates.decision = 'open'""",
        [business_id],
    )
    connection.execute("DROP TABLE staged_pairs")


def count_open(connection: psycopg.Connection, business_id: UUID) -> int:
    """Return how many pairs of leads of a business wait for a decision."""
    asked = "SELECT count(*) FROM lead_duplicate_candidates WHERE business_id = %s AND decision = 'open'"
    row = connection.execute(asked, [business_id]).fetchone()
    return int(row[0]) if row else 0


def fetch_cannot_link(connection: psycopg.Connection, business_id: UUID, leads: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of leads that a person has decided are different.

    Args:
        connection: A connection to PostgreSQL.
        business_id: The business.
        leads: `row` and `id` of the leads.

    Returns:
        `left` and `right`, the rows of both (Int64).
    """
    query = sql.SQL("SELECT lead_id, other_lead_id FROM lead_duplicate_candidates WHERE business_id = {} AND decision = 'different'")
    pairs = copy_out(connection, query.format(sql.Literal(business_id)), {"lead_id": pl.String, "other_lead_id": pl.String})
    numbered = pairs.join(leads, left_on="lead_id", right_on="id").join(leads, left_on="other_lead_id", right_on="id", suffix="_other")
    return numbered.select(pl.min_horizontal("row", "row_other").alias("left"), pl.max_horizontal("row", "row_other").alias("right"))


def merge_leads(connection: psycopg.Connection, import_id: UUID, merges: pl.DataFrame) -> None:
    """Merge leads until a person unmerges them.

    Args:
        connection: A connection to PostgreSQL; the caller commits.
        import_id: The import that merges them.
        merges: `lead_id` (stays), `dropped` (goes), `probability` (1 for a deterministic match).
    """
    connection.execute("CREATE TEMP TABLE staged_merges (lead_id uuid, dropped uuid, probability double precision) ON COMMIT DROP")
    copy_in(connection, "staged_merges", merges.select("lead_id", "dropped", "probability"))
    connection.execute(
        "SELECT henk.merge_into(lead_id, dropped, %s, probability) FROM (SELECT * FROM staged_merges ORDER BY lead_id, dropped) m",
        [import_id],
    )
    connection.execute("DROP TABLE staged_merges")


def list_candidates(connection: psycopg.Connection, business_id: UUID, limit: int) -> list[Candidate]:
    """Return the open pairs of a business, the most probable first."""
    return _candidates(connection, "c.business_id = %s AND c.decision = 'open'", [business_id], limit)


def candidates_of_leads(connection: psycopg.Connection, import_id: UUID, limit: int) -> list[Candidate]:
    """Return the open pairs of the leads that an import added or changed, the most probable first."""
    condition = """c.decision = 'open' AND EXISTS (
        SELECT FROM lead_import_rows r WHERE r.import_id = %s AND r.lead_id IN (c.lead_id, c.other_lead_id))"""
    return _candidates(connection, condition, [import_id], limit)


def find_candidate(connection: psycopg.Connection, prefix: str) -> Candidate:
    """Return the pair whose id is, or begins with, `prefix`.

    Raises:
        UnknownPairError: No pair, or several pairs, have such an id.
    """
    candidates = _candidates(connection, "starts_with(c.id::text, %s)", [prefix.lower()], 2)
    pair: Candidate = _only(candidates, prefix, "pair")
    return pair


def decide(connection: psycopg.Connection, candidate: Candidate, decision: str) -> UUID | None:
    """Record the decision `same` or `different` of a pair. For `same` the older lead stays.

    Returns:
        The id of the merge; None for `different`.

    Raises:
        UnknownPairError: One of the leads has been merged or deleted since.
        psycopg.Error: Nothing is changed.
    """
    with connection.transaction():
        if decision == "different":
            connection.execute(
                "UPDATE lead_duplicate_candidates SET decision = 'different', decided_at = now() WHERE id = %s AND decision <> 'different'",
                [candidate.id],
            )
            return None
        row = connection.execute(
            """SELECT henk.merge_into(kept.id, CASE kept.id WHEN c.lead_id THEN c.other_lead_id ELSE c.lead_id END, NULL, c.match_probability)
            FROM lead_duplicate_candidates c CROSS JOIN LATERAL (
                SELECT l.id FROM leads l WHERE l.id IN (c.lead_id, c.other_lead_id) ORDER BY l.created_at, l.id LIMIT 1) kept
            WHERE c.id = %s""",
            [candidate.id],
        ).fetchone()
    if row is None:
        raise UnknownPairError(f"The pair {candidate.id} is gone: one of its leads has been merged or deleted since.")
    merge: UUID = row[0]
    return merge


def list_merges(connection: psycopg.Connection, business_id: UUID, limit: int) -> list[Merge]:
    """Return the merges that were not undone, the latest first."""
    return _merges(connection, "m.business_id = %s AND m.taken_apart_at IS NULL", business_id, limit)


def find_merge(connection: psycopg.Connection, prefix: str) -> Merge:
    """Return the merge whose id is, or begins with, `prefix`.

    Raises:
        UnknownPairError: No merge, or several merges, have such an id.
    """
    merge: Merge = _only(_merges(connection, "starts_with(m.id::text, %s)", prefix.lower(), 2), prefix, "merge")
    return merge


def take_apart(connection: psycopg.Connection, merge_id: UUID) -> UUID:
    """Undo a merge and return the id of the lead that is restored.

    Raises:
        psycopg.errors.ObjectNotInPrerequisiteState: A later merge must be undone first.
    """
    with connection.transaction():
        row = connection.execute("SELECT unmerge_leads(%s)", [merge_id]).fetchone()
    if row is None:
        raise RuntimeError("SELECT of a function gave no row")
    lead: UUID = row[0]
    return lead


def _candidates(connection: psycopg.Connection, condition: str, values: list[Any], limit: int) -> list[Candidate]:
    shown = ", ".join(f"'{field}', " + (f"l.custom_fields -> '{field}'" if field == "birth_date" else f"l.{field}") for field in SHOWN)
    with connection.cursor(row_factory=class_row(Candidate)) as cursor:
        pairs = cursor.execute(
            f"""SELECT c.id, c.match_probability, c.agreement, c.decision, c.lead_id, c.other_lead_id,
                (SELECT jsonb_build_object({shown}) FROM leads l WHERE l.id = c.lead_id) AS lead,
                (SELECT jsonb_build_object({shown}) FROM leads l WHERE l.id = c.other_lead_id) AS other
            FROM lead_duplicate_candidates c WHERE {condition} ORDER BY c.match_probability DESC, c.id LIMIT %s""",  # noqa: S608 - our own words
            [*values, limit],
        ).fetchall()
    # jsonb keeps no order: what weighs in the order of the fields, before anything is compared first.
    order = {name: number for number, name in enumerate(("prior", *SHOWN))}
    return [
        pair._replace(
            lead={field: pair.lead[field] for field in SHOWN},
            other={field: pair.other[field] for field in SHOWN},
            agreement=dict(sorted(pair.agreement.items(), key=lambda part: order.get(part[0], len(order)))),
        )
        for pair in pairs
    ]


def _merges(connection: psycopg.Connection, condition: str, value: object, limit: int) -> list[Merge]:
    name = "(SELECT concat_ws(' ', l ->> 'first_name', l ->> 'last_name', l ->> 'email', l ->> 'phone') FROM jsonb_array_elements("
    with connection.cursor(row_factory=class_row(Merge)) as cursor:
        return cursor.execute(
            f"""SELECT m.id, m.kept_lead_id, m.dropped_lead_id, m.match_probability, m.merged_at, i.file_name,
                {name} m.rows_before -> 'leads') l WHERE l ->> 'id' <> m.dropped_lead_id::text) AS kept,
                {name} m.rows_before -> 'leads') l WHERE l ->> 'id' = m.dropped_lead_id::text) AS dropped
            FROM lead_merges m LEFT JOIN lead_imports i ON i.id = m.import_id
            WHERE {condition} ORDER BY m.merged_at DESC, m.id LIMIT %s""",  # noqa: S608 - our own words
            [value, limit],
        ).fetchall()


def _only(rows: list[Any], prefix: str, kind: str) -> Any:  # noqa: ANN401 - whichever of the two is looked for
    if len(rows) != 1:
        raise UnknownPairError(f"{'No' if not rows else 'More than one'} {kind} has an id that begins with {prefix!r}.")
    return rows[0]
