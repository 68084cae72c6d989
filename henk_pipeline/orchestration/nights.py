"""From what a night has found to the runs it asks for. `henk nightly`, the schedule and the sensors share it."""

import math
from collections.abc import Callable, Mapping, Sequence

import dagster as dg
import psycopg

from henk_pipeline.orchestration.partitions import batches, range_tags, register, uploads_of_run
from henk_pipeline.postgres import nights
from henk_pipeline.settings import Settings
from henk_pipeline.steps.nights import Found
from henk_pipeline.uploads.received import ReceivedUpload

# A run takes some three seconds to start, as long as a few small files take.
FEWEST_UPLOADS = 10
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def launch(
    instance: dg.DagsterInstance, settings: Settings, connection: psycopg.Connection, look: Callable[[Settings, psycopg.Connection], Found]
) -> list[dg.RunRequest]:
    """Run requests for what `look` finds, but for what is under way already. One at a time, so that nothing is asked for twice.

    A run request has no key: Dagster keeps those for ever and would pass by in silence what is wanted again.
    """
    with nights.alone_planning(connection):
        found = look(settings, connection)
        known = instance.get_dynamic_partitions("uploads")
        under_way = {key for run in instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY)) for key in uploads_of_run(run, known)}
        wanted = [upload for upload in found.wanted if upload.key not in under_way]
        nights.note_launch(connection, [upload.key for upload in wanted])
        connection.commit()
        return [dg.RunRequest(tags=range_tags(batch)) for batch in plan_runs(instance, settings, wanted, found.limits)]


def plan_runs(
    instance: dg.DagsterInstance, settings: Settings, wanted: Sequence[ReceivedUpload], limits: Mapping[str, int] | None = None
) -> list[list[str]]:
    """Register uploads as partitions and split them into runs. `limits`: how many uploads a run with one of them may have at most."""
    register(instance, [upload.key for upload in wanted])
    sizes = {upload.key: upload.size for upload in wanted}
    # As many runs as give all loaders the same to do, but none for fewer uploads than its start is worth.
    rounds = math.ceil(len(wanted) / (settings.batch_uploads * settings.loaders)) or 1
    most = min(settings.batch_uploads, max(FEWEST_UPLOADS, math.ceil(len(wanted) / (rounds * settings.loaders))))
    return batches(instance.get_dynamic_partitions("uploads"), sizes, most, settings.batch_bytes, limits or {})
