"""Step smart lists: refreshes the lists of businesses that find their members by criteria, a list a transaction."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import psycopg

from henk_pipeline.postgres import businesses, smart_lists

# A refresh that met another transaction half-way is made once more: nothing of it is written.
ATTEMPTS = 3


class Refreshed(NamedTuple):
    """The result of refreshing a list; `status` is done, unchanged, held or failed, `reason` why it is held or failed."""

    business: str
    list: str
    status: str
    matched: int
    entered: int
    left: int
    members: int
    ms: int
    reason: str | None = None
    campaigns: tuple[dict[str, Any], ...] = ()


def refresh_business(
    connection: psycopg.Connection,
    slug: str,
    names: Sequence[str] | None = None,
    *,
    force: bool = False,
    dry_run: bool = False,
    run_id: str | None = None,
) -> Iterator[Refreshed]:
    """Refresh the lists of a business that refresh themselves, those that others name first, and let campaigns follow.

    Args:
        connection: A connection to PostgreSQL, in no transaction.
        slug: The business.
        names: The lists; by default all that refresh themselves.
        force: Apply also what would be held.
        dry_run: Roll every refresh back. Lists that name others see those as they are.
        run_id: The run of Dagster.

    Yields:
        What became of each list. One that fails keeps no other from it.

    Raises:
        UnknownBusinessError: There is no such business.
        psycopg.OperationalError: The database failed.
    """
    business = businesses.find_business(connection, slug)
    taken = None
    if names is None:
        lists = smart_lists.lists_to_refresh(connection, business.id)
        if not dry_run:
            taken = smart_lists.take_changes(connection, business.id)  # before, so that what comes in between is followed next time
    else:
        lists = [smart_lists.ListToRefresh(*_list_of_name(connection, business, name)) for name in names]
    connection.commit()
    for target in lists:
        yield _refreshed(connection, slug, target, force=force, dry_run=dry_run, run_id=run_id)
    if names is None:
        smart_lists.follow_static_lists(connection, business.id)
        if taken is not None:
            smart_lists.forget_taken_changes(connection, business.id, taken)
        connection.rollback() if dry_run else connection.commit()


def _list_of_name(connection: psycopg.Connection, business: businesses.Business, name: str) -> tuple[Any, str]:
    from henk_pipeline.postgres.lists import find_list_to_change  # noqa: PLC0415 - polars, which refreshing needs not

    return find_list_to_change(connection, business.id, name)


def _refreshed(
    connection: psycopg.Connection, slug: str, target: smart_lists.ListToRefresh, *, force: bool, dry_run: bool, run_id: str | None
) -> Refreshed:
    for attempt in range(ATTEMPTS):
        try:
            report = smart_lists.refresh_list(connection, target.id, force=force, run_id=run_id)
        except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
            connection.rollback()
            if attempt + 1 == ATTEMPTS:
                raise
        except (psycopg.errors.InvalidParameterValue, psycopg.errors.DataError, psycopg.errors.NoDataFound) as error:
            connection.rollback()
            reason = error.diag.message_primary or str(error)
            if not dry_run:
                smart_lists.keep_failure(connection, target.id, reason, run_id)
                connection.commit()
            return Refreshed(slug, target.name, "failed", 0, 0, 0, 0, 0, reason)
        else:
            connection.rollback() if dry_run else connection.commit()
            held = report["held"] or {}
            return Refreshed(
                slug, target.name, report["status"], report["matched"], report["entered"], report["left"], report["members"], report["ms"],
                held.get("reason"), tuple(report["campaigns"]),
            )  # fmt: skip
    raise RuntimeError("no attempt was made")


def refresh_all(
    connection: psycopg.Connection, slugs: Sequence[str], *, run_id: str | None = None
) -> tuple[list[Refreshed], dict[str, Exception]]:
    """Refresh the lists of businesses; those of one after the other.

    Returns:
        What became of each list, and the errors of businesses whose refresh failed: one keeps no other from it.

    Raises:
        psycopg.OperationalError: The connection is lost.
    """
    results: list[Refreshed] = []
    errors: dict[str, Exception] = {}
    for slug in slugs:
        try:
            results += refresh_business(connection, slug, run_id=run_id)
        except (psycopg.Error, businesses.UnknownBusinessError) as error:
            if connection.closed:
                raise
            connection.rollback()
            errors[slug] = error
    return results, errors
