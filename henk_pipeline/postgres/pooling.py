"""Connection poolers in front of PostgreSQL: recognised by their behaviour, and refused where a session is not one server process.

Runs, plans and uploads are held by session-level advisory locks. A pooler that gives a server process to
another client after each transaction
leaves such a lock with the next client; one that resets nothing when a client leaves keeps it for good.
"""

import select
import time
from uuid import uuid4

import psycopg
from psycopg import pq

from henk_pipeline.failures import InfrastructureError

ROUNDS = 3
WAIT_SECONDS = 10.0
REMEDY = "Use session pooling (pgbouncer: pool_mode = session, on Supabase: port 5432), or the server's own address (docs/production.md)."


class PoolingError(InfrastructureError):
    """A connection pooler does not keep sessions separate."""


def is_pooled(connection: psycopg.Connection) -> bool:
    """Return whether a pooler answers: the process that it names is not the one that executes statements.

    Args:
        connection: In autocommit, or in a transaction that may go on.
    """
    return _process(connection) != connection.info.backend_pid


def require_sessions(connection: psycopg.Connection, url: str) -> None:
    """Refuse a pooler that shares the server process of a session, or leaves its state to the next one.

    Opens further connections, so it is called once a process. A server without a pooler costs one statement.

    Args:
        connection: A session, in autocommit.
        url: Where it leads, for further ones.

    Raises:
        PoolingError: The pooler does so, or gives no second connection.
        psycopg.Error: A connection is lost.
    """
    if not is_pooled(connection):
        return
    with psycopg.connect(url, autocommit=True, connect_timeout=15, application_name="henk") as other:
        for _ in range(ROUNDS):
            before = _process(connection)
            # Idle processes are given out last in, first out: in transaction pooling `other` now gets the one of `connection`.
            shared = _process_in_transaction(other) == before or _process(connection) != before
            _answer(other, "ROLLBACK")
            if shared:
                raise PoolingError(
                    "A connection pooler gives one server process to several sessions (transaction pooling), which would leave locks behind. "
                    f"{REMEDY}"
                )
        marker = str(uuid4())
        process = _answer(other, f"SELECT pg_backend_pid()::text || set_config('henk.marker', '{marker}', false)")
    with psycopg.connect(url, autocommit=True, connect_timeout=15, application_name="henk") as third:
        answer = _answer(third, "SELECT pg_backend_pid()::text || coalesce(current_setting('henk.marker', true), '')")
    if answer == process:
        raise PoolingError(
            "A connection pooler does not reset a session that has ended, which would leave locks behind. "
            "Give it back its server_reset_query = DISCARD ALL, or use the server's own address (docs/production.md)."
        )


def _process(connection: psycopg.Connection) -> int:
    return int(_answer(connection, "SELECT pg_backend_pid()"))


def _process_in_transaction(connection: psycopg.Connection) -> int:
    """Begin a transaction and return the server process that executes it."""
    try:
        return int(_answer(connection, "BEGIN; SELECT pg_backend_pid()"))
    except psycopg.Error as error:
        # "transaction blocks not allowed in statement pooling mode" ends the connection.
        if "statement pooling" in str(error):
            raise PoolingError(f"A connection pooler allows no transactions (statement pooling). {REMEDY}") from error
        raise


def _answer(connection: psycopg.Connection, statement: str) -> str:
    """Return the first cell of the last result, or an empty text. A connection that gives no answer is closed.

    Raises:
        PoolingError: No answer within WAIT_SECONDS. A pooler lets a client wait for two minutes, and then closes it without the reason.
    """
    try:
        return _read_answer(connection, statement)
    except (PoolingError, psycopg.Error):
        # In the middle of a query: psycopg would try to roll back, and warn that it cannot.
        connection.close()
        raise


def _read_answer(connection: psycopg.Connection, statement: str) -> str:
    handle = connection.pgconn
    handle.send_query(statement.encode())
    deadline = time.monotonic() + WAIT_SECONDS
    last: pq.abc.PGresult | None = None
    while True:
        handle.flush()
        while handle.is_busy():
            if not select.select([handle.socket], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise PoolingError(
                    f"A connection pooler gives no second connection within {WAIT_SECONDS:.0f} seconds: its pool is full. "
                    "Raise its default_pool_size to 20 or more, or use the server's own address (docs/production.md)."
                )
            handle.consume_input()
        result = handle.get_result()
        if result is None:
            break
        if result.status == pq.ExecStatus.FATAL_ERROR:
            raise psycopg.OperationalError(result.get_error_message())
        last = result
    cell = last.get_value(0, 0) if last is not None and last.ntuples else None
    return (cell or b"").decode()
