"""What heals by waiting, and how long to wait for it."""

import random

import psycopg

from henk_pipeline.postgres.connect import DatabaseUnavailableError
from henk_pipeline.postgres.embedded import EmbeddedServerError

RETRIES = 5
FIRST_WAIT_SECONDS = 1.0
# Connection lost, server restarting, deadlock, serialization failure, too many connections: by the DB-API, errors "not necessarily under the
# control of the programmer" (PEP 249).
HEALS = (psycopg.OperationalError, psycopg.InterfaceError, DatabaseUnavailableError, EmbeddedServerError)
DOES_NOT_HEAL = (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory, psycopg.errors.QueryCanceled)


def heals(error: Exception, attempts: int) -> bool:
    """Whether to try again after this many attempts before. Takes: one of HEALS."""
    return not isinstance(error, DOES_NOT_HEAL) and attempts < RETRIES


def wait_after(attempts: int) -> float:
    """Seconds to wait: 1, 2, 4, 8, 16, give or take a quarter, so that those that failed together do not come back together."""
    return float(FIRST_WAIT_SECONDS * 2**attempts) * random.uniform(0.75, 1.25)  # noqa: S311 - keeps no secret
