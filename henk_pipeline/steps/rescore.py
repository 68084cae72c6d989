"""Scores leads again, after outcomes of campaigns or with other weights. Only rows that change are written."""

import logging
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

import polars as pl
import psycopg
from pydantic import ValidationError

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.leads.score import Scoring, load_scoring, score
from henk_pipeline.postgres import businesses, scores


class Rescored(NamedTuple):
    """The result of scoring a business's leads again."""

    business: str
    leads: int
    changed: int
    error: str | None


def scoring_of(connection: psycopg.Connection, business_id: UUID) -> tuple[Scoring, str | None]:
    """Return the weights of a business; if its own cannot be used the common ones, and the reason."""
    changes = scores.scoring_of(connection, business_id)
    try:
        return (load_scoring().with_changes(changes) if changes else load_scoring()), None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        message = f"The business's own scoring cannot be used ({where + ': ' if where else ''}{first['msg']}); the common one was taken."
        logging.getLogger(__name__).warning(message)
        return load_scoring(), message


class LeadsNotScoredError(InfrastructureError):
    """Leads of a business cannot be scored; the message names the business. The other businesses' are."""

    remedy = "Send the log of the run to the maintainers of Henk: a value that a client has written is not expected."


def rescore_all(connection: psycopg.Connection, slugs: Sequence[str], today: date) -> list[Rescored]:
    """Score the leads of businesses as of `today`, as `rescore` does. One whose leads cannot be scored keeps no other from it.

    Raises:
        LeadsNotScoredError: Leads of a business hold what cannot be scored; the others' are scored.
        psycopg.Error: The database failed.
    """
    results, failures = list[Rescored](), dict[str, pl.exceptions.PolarsError]()
    for slug in slugs:
        try:
            results.append(rescore(connection, slug, today))
        except pl.exceptions.PolarsError as error:
            connection.rollback()
            failures[slug] = error
    if failures:
        first = next(iter(failures.values()))
        raise LeadsNotScoredError(f"The leads of {', '.join(failures)} cannot be scored ({type(first).__name__}).") from first
    return results


def rescore(connection: psycopg.Connection, slug: str, today: date) -> Rescored:
    """Score all leads of a business as of `today`, a batch a transaction, with the business locked. Idempotent.

    Raises:
        UnknownBusinessError: There is no such business.
        psycopg.Error: The database failed; earlier batches are written.
    """
    business = businesses.find_business(connection, slug)
    scoring, error = scoring_of(connection, business.id)
    scores.note_calls(connection, business.id)
    connection.commit()
    leads = changed = 0
    pieces = scores.leads_to_score(connection, business.id)
    while True:
        with connection.transaction():
            businesses.lock_business(connection, business.id)
            piece = next(pieces, None)
            if piece is None:
                return Rescored(slug, leads, changed, error)
            leads += piece.height
            changed += scores.write_scores(connection, score(piece, scoring, today))
