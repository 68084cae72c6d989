"""Scores leads again, after outcomes of campaigns or with other weights. Only rows that change are written."""

import logging
from datetime import date
from typing import NamedTuple
from uuid import UUID

import psycopg
from pydantic import ValidationError

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


def rescore(connection: psycopg.Connection, slug: str, today: date) -> Rescored:
    """Score all leads of a business as of `today`, a batch a transaction, with the business locked. Idempotent.

    Raises:
        UnknownBusinessError: There is no such business.
        psycopg.Error: The database failed; earlier batches are written.
    """
    business = businesses.find_business(connection, slug)
    scoring, error = scoring_of(connection, business.id)
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
