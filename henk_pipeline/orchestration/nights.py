"""What a night does: take in what has landed, register it, and tell which runs are to be made. `henk nightly` and the schedule share it."""

from collections.abc import Sequence

import dagster as dg

from henk_pipeline.orchestration.partitions import batches, register
from henk_pipeline.postgres.connect import connect
from henk_pipeline.settings import Settings
from henk_pipeline.steps.intake import take_in
from henk_pipeline.steps.pending import Redo, find_done
from henk_pipeline.uploads.received import ReceivedUpload


def plan_night(instance: dg.DagsterInstance, settings: Settings) -> list[list[str]]:
    """Keys of the uploads to run, a list a run. Nothing new gives no runs."""
    received = take_in(settings)
    if not received:
        return []
    with connect(settings) as connection:
        wanted = [upload for upload in received if find_done(connection, settings, upload, Redo.WHEN_TOLD_ANEW) is None]
    return plan_runs(instance, settings, wanted)


def plan_runs(instance: dg.DagsterInstance, settings: Settings, wanted: Sequence[ReceivedUpload]) -> list[list[str]]:
    """Register uploads as partitions and split them into runs."""
    register(instance, [upload.key for upload in wanted])
    sizes = {upload.key: upload.size for upload in wanted}
    return batches(instance.get_dynamic_partitions("uploads"), sizes, settings.batch_uploads, settings.batch_bytes)
