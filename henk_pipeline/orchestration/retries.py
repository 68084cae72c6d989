"""The consequence of a step's failure: a retry, an error for the operator, or an upload that is isolated."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import dagster as dg
import psycopg

from henk_pipeline import termination
from henk_pipeline.failures import InfrastructureError
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.orchestration.retry_policy import RETRIES, Kind, kind_of, remedy_of, wait_after
from henk_pipeline.postgres import upload_attempts


@contextmanager
def retrying(context: dg.AssetExecutionContext | dg.OpExecutionContext, henk: Henk) -> Iterator[None]:
    """Have Dagster retry transient errors: up to 5 times, after 1, 2, 4, 8 and 16 seconds, give or take a quarter.

    Every step can be repeated.

    Raises:
        TerminationRequestedError: The end of the process was requested, also where a library raised another
            exception. No upload is blamed.
        InfrastructureError: An operator must act; the message has the remedy. Uploads stay pending.
    """
    try:
        termination.raise_if_requested()
        yield
    except Exception as error:
        if termination.is_requested():
            raise termination.TerminationRequestedError(
                "The process was asked to end. What it was loading is rolled back; its uploads stay pending."
            ) from error
        kind = kind_of(error, context.retry_number)
        if kind is Kind.RETRY:
            wait = wait_after(context.retry_number)
            context.log.warning("tried again in %.1f s: %s", wait, error)
            raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=wait) from error
        if kind in (Kind.SUSPECT, Kind.DATA):
            _blame(context, henk, error, kind)
        if kind is Kind.DATA or isinstance(error, InfrastructureError | OSError):
            raise
        raise InfrastructureError(f"{str(error).strip()}. {remedy_of(error)}") from error


def _blame(context: dg.AssetExecutionContext | dg.OpExecutionContext, henk: Henk, error: Exception, kind: Kind) -> None:
    """Record the error of the run, so that its uploads are bisected until the one that makes it fail is isolated."""
    reason = f"{context.op_def.name} failed with it: {type(error).__name__}: {str(error).strip()}"
    if kind is Kind.SUSPECT:
        reason = f"{reason}. {remedy_of(error).rstrip('.')}"
    with suppress(psycopg.Error, InfrastructureError), henk.database() as connection:
        upload_attempts.fail_attempts(connection, context.run.run_id, reason, is_data=kind is Kind.DATA)
