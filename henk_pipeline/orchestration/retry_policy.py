"""The meaning of a failed step: retry it, stop until an operator acts, isolate the upload that makes it fail, or refuse that upload."""

import random
from enum import Enum

import psycopg

from henk_pipeline.failures import READ_ONLY_SERVER, InfrastructureError, UploadDataError
from henk_pipeline.postgres.connect import DatabaseUnavailableError
from henk_pipeline.postgres.embedded import EmbeddedServerError

RETRIES = 5
FIRST_WAIT_SECONDS = 1.0
# Connection lost, server restarting, deadlock, serialization failure, too many connections: by the DB-API, errors "not necessarily under the
# control of the programmer" (PEP 249). psycopg 3.3 files the two timeouts of idle sessions and the read-only server under InternalError.
TRANSIENT_ERRORS = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.IdleInTransactionSessionTimeout,
    psycopg.errors.ReadOnlySqlTransaction,
    DatabaseUnavailableError,
    EmbeddedServerError,
)
NEVER_RETRIED = (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory, psycopg.errors.QueryCanceled)
# The classes of SQLSTATE that blame values: data exception, integrity constraint violation (PostgreSQL 18, appendix A).
DATA_SQLSTATES = ("22", "23")
# Those that every upload would meet: connection, transaction state, authorization, unknown database or schema, access rule or missing object,
# resources, operator intervention, system. To look for a culprit would only repeat them.
ENVIRONMENT_SQLSTATES = ("08", "25", "28", "3D", "3F", "42", "53", "57", "58")

REMEDIES: tuple[tuple[type[BaseException], str], ...] = (
    (
        psycopg.errors.InsufficientPrivilege,
        "The role of HENK_DATABASE_URL lacks a right: run deploy/loader_role.sql again after an upgrade, or use the owner of the tables.",
    ),
    (
        psycopg.errors.UndefinedTable,
        "The code and the schema are of two versions: run `henk migrate`, or install the version that made it.",
    ),
    (
        psycopg.errors.UndefinedColumn,
        "The code and the schema are of two versions: run `henk migrate`, or install the version that made it.",
    ),
    (
        psycopg.errors.UndefinedFunction,
        "The code and the schema are of two versions: run `henk migrate`, or install the version that made it.",
    ),
    (psycopg.errors.ReadOnlySqlTransaction, READ_ONLY_SERVER),
    (psycopg.errors.DiskFull, "Make room on the disk of the PostgreSQL server."),
    (
        psycopg.errors.QueryCanceled,
        "A statement took longer than HENK_STATEMENT_SECONDS, or an administrator cancelled it: raise the setting, or split the file.",
    ),
    (MemoryError, "Give the process more memory, or split the file."),
)
REMEDY = "The uploads stay pending and are tried again in the next night; the log of the run has the details."


class Kind(Enum):
    """The consequence for the uploads of a run that failed."""

    RETRY = "the step is tried again in seconds, then the next night"
    INFRASTRUCTURE = "all of them stay pending; an operator must act"
    SUSPECT = "one of them may be the cause: they are bisected until it is isolated; it stays pending and then runs alone"
    DATA = "one of them is the cause: they are bisected until it is isolated, and it is refused"


def kind_of(error: BaseException, attempts: int = 0) -> Kind:
    """Return what a failure means, after so many attempts before this one.

    Only values are refused for good: SQLSTATE classes 22 and 23 and `UploadDataError`. With any other error a
    good file stays pending.
    """
    if isinstance(error, TRANSIENT_ERRORS):
        return Kind.RETRY if is_retried(error, attempts) else _without_retry(error)
    if isinstance(error, InfrastructureError | OSError):
        return Kind.INFRASTRUCTURE
    if isinstance(error, UploadDataError):
        return Kind.DATA
    state = (error.sqlstate or "")[:2] if isinstance(error, psycopg.Error) else ""
    if state in DATA_SQLSTATES or (not state and isinstance(error, psycopg.DataError)):
        return Kind.DATA
    return Kind.INFRASTRUCTURE if state in ENVIRONMENT_SQLSTATES else Kind.SUSPECT


def _without_retry(error: BaseException) -> Kind:
    """Return what remains of an error that could be retried.

    A statement that takes too long may be one file's; a lost server is no file's.
    """
    return Kind.SUSPECT if isinstance(error, psycopg.errors.QueryCanceled | psycopg.errors.OutOfMemory) else Kind.INFRASTRUCTURE


def remedy_of(error: BaseException) -> str:
    """Return what an operator can do about a failure that is not the data's."""
    return next((remedy for kind, remedy in REMEDIES if isinstance(error, kind)), REMEDY)


def is_retried(error: BaseException, attempts: int) -> bool:
    """Return whether to try again after this many attempts before. `error` is one of TRANSIENT_ERRORS."""
    return not isinstance(error, NEVER_RETRIED) and attempts < RETRIES


def wait_after(attempts: int) -> float:
    """Return seconds to wait: 1, 2, 4, 8, 16, give or take a quarter, so that runs that failed together do not come back together."""
    return float(FIRST_WAIT_SECONDS * 2**attempts) * random.uniform(0.75, 1.25)  # noqa: S311 - keeps no secret
