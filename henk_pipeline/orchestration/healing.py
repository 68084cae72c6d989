"""What is tried again: work that failed of its surroundings. What failed of a file is kept with the file."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import dagster as dg
import psycopg

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.orchestration.waiting import HEALS, RETRIES, heals, wait_after
from henk_pipeline.postgres import nights


@contextmanager
def healing(context: dg.AssetExecutionContext, henk: Henk) -> Iterator[None]:
    """Let Dagster try a step again after what can heal: up to 5 times, after 1, 2, 4, 8 and 16 seconds, give or take a quarter.

    Every step can be repeated. What neither heals nor is a matter of the surroundings (disk, settings) is blamed on the uploads of the run, which
    are then run in halves.
    """
    try:
        yield
    except HEALS as error:
        if not heals(error, context.retry_number):
            raise
        wait = wait_after(context.retry_number)
        context.log.warning("tried again in %.1f s: %s", wait, error)
        raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=wait) from error
    except (InfrastructureError, OSError):
        raise
    except Exception as error:
        said = f"{context.op_def.name} failed with it: {type(error).__name__}: {error}"
        with suppress(psycopg.Error, InfrastructureError), henk.database() as connection:
            nights.fail_attempts(connection, context.run.run_id, said)
        raise
