"""The work of a night: new files, received; uploads with something left to do; uploads that crashed their run."""

import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.postgres import businesses, imports, landed_files, refusals, upload_attempts
from henk_pipeline.settings import Settings
from henk_pipeline.steps.intake import receive_files, state_of
from henk_pipeline.steps.load import options_of
from henk_pipeline.steps.pending import Redo, awaited, find_done, manifest_of
from henk_pipeline.steps.rules import refusal_digest, written_rules
from henk_pipeline.uploads.landing import IgnoredEntry, LandedFile, LandingListing, find_landed, is_remote
from henk_pipeline.uploads.received import ReceivedUpload, open_upload

# An immediate import that did not come to an end is not requested again for so long.
IMMEDIATE_AGAIN_SECONDS = 3600
# A process may crash for other reasons than a file: one that crashed twice with the same file alone is taken to crash because of it.
MAX_CRASHES_ALONE = 2
EVERYBODY = "*"

log = logging.getLogger(__name__)


class LandingGoneError(InfrastructureError):
    """The landing folder is missing, from which files were received."""

    remedy = "Mount the share that the landing folder lies on, or create the folder again; files that landed meanwhile are received then."


@dataclass
class Discovery:
    """The uploads that a night finds.

    `pending`: uploads to run; `limits`: how many uploads a run with one of them may have at most, where that is
    fewer than usual; `isolated`: by key, the error of uploads that failed alone and stay pending; `received`:
    how many files are new; `left`: entries of the landing folder that are not received until somebody acts, None
    where only a part of the folder was looked at; `problem`: the landing folder is gone, so that nothing was received.
    """

    pending: list[ReceivedUpload] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    isolated: dict[str, str] = field(default_factory=dict)
    received: int = 0
    left: list[IgnoredEntry] | None = None
    problem: LandingGoneError | None = None


def discover_uploads(settings: Settings, connection: psycopg.Connection, again_after: float = 0) -> Discovery:
    """Receive new files, and return those of all uploads that have something left to be done.

    Args:
        settings: The settings.
        connection: A connection to PostgreSQL.
        again_after: An upload that a schedule or sensor has requested in so many seconds is under way.
    """
    landed_files.forget_launches(connection)
    return _look(settings, connection, again_after, {EVERYBODY})


def discover_immediate(settings: Settings, connection: psycopg.Connection) -> Discovery:
    """Receive and return uploads of businesses with immediate imports.

    These are named in HENK_AT_ONCE, or have a file `.at-once` in their folder.
    """
    return _look(settings, connection, IMMEDIATE_AGAIN_SECONDS, set(settings.at_once))


def has_immediate(settings: Settings, connection: psycopg.Connection) -> bool:
    """Return whether `discover_immediate` would return anything: a file that is new, or an upload that is pending. Changes nothing."""
    landed = find_landed(settings.landing, time.time() - settings.settle_seconds)
    meant = set(settings.at_once) | landed.at_once
    if not meant:
        return False
    received = landed_files.known_signatures(connection)
    if any(received.get(file.location) != state_of(file) for file in landed.files if meant & {EVERYBODY, file.business}):
        return True
    return any(_is_pending(file, meant, IMMEDIATE_AGAIN_SECONDS) for file in landed_files.known_files(connection, written_rules()))


def has_crashed(connection: psycopg.Connection) -> bool:
    """Return whether `requeue_lost` would return anything. Changes nothing."""
    return bool(landed_files.lost_launches(connection)) or any(
        not (attempt.is_launched or attempt.is_isolated) for attempt in upload_attempts.ended_attempts(connection)
    )


def _is_pending(file: landed_files.ReceivedFile, meant: set[str], again_after: float) -> bool:
    """Return whether a received file may have something left to be done and no run of it was launched lately."""
    is_launched = file.seconds_since_launch is not None and file.seconds_since_launch < again_after
    return not (file.is_settled or file.is_quarantined or is_launched) and bool(meant & {EVERYBODY, file.business})


def requeue_failed(settings: Settings, connection: psycopg.Connection) -> Discovery:
    """Return uploads of runs that crashed or failed because of one of them, to be bisected until it is isolated.

    An isolated upload is refused if its data is at fault or its process has crashed twice. With any other error
    it stays pending: it is not run now, and its limit is 1 whenever it runs again.
    """
    discovery = Discovery()
    given_up = []
    for attempt in upload_attempts.ended_attempts(connection):
        try:
            upload = open_upload(settings.uploads, attempt.upload)
        except FileNotFoundError:
            given_up.append(attempt.upload)
            continue
        is_alone = attempt.uploads == 1
        if is_alone and (attempt.is_data or (attempt.error is None and attempt.alone + 1 >= MAX_CRASHES_ALONE)):
            _mark(settings, connection, upload, attempt)
            given_up.append(attempt.upload)
        elif attempt.is_isolated:
            discovery.limits[upload.key] = 1  # its data is not at fault: the next night tries it again, with no neighbours
            discovery.isolated[upload.key] = attempt.error or ""
        elif not attempt.is_launched:
            discovery.pending.append(upload)
            discovery.limits[upload.key] = max(attempt.uploads // 2, 1)
    upload_attempts.quarantine(connection, given_up)
    connection.commit()
    return discovery


def requeue_lost(settings: Settings, connection: psycopg.Connection) -> Discovery:
    """Return uploads of runs that crashed, and those that were requested and never ran.

    The worker of the latter crashed before it began, or PostgreSQL was away.
    """
    discovery = requeue_failed(settings, connection)
    for key in landed_files.lost_launches(connection):
        with suppress(FileNotFoundError):
            discovery.pending.append(open_upload(settings.uploads, key))
    connection.commit()
    return discovery


def _look(settings: Settings, connection: psycopg.Connection, again_after: float, businesses_meant: set[str]) -> Discovery:
    landed = find_landed(settings.landing, time.time() - settings.settle_seconds)
    meant = businesses_meant | landed.at_once
    if not meant:
        return Discovery()
    problem = None
    if EVERYBODY in meant:
        for thing in landed.left:
            log.warning("%r is left alone: %s", thing.location, thing.reason)  # %r: a name may hold a line break
        earlier = landed_files.known_uploads(connection)
        problem = find_problem(settings.landing, landed, earlier)
        _withdraw_refused(connection, landed, earlier)
    received = _receive_new(settings, connection, [file for file in landed.files if EVERYBODY in meant or file.business in meant])
    discovery = requeue_failed(settings, connection)
    pending = {upload.key: upload for upload in discovery.pending}
    settled, waiting, gone = [], list[str](), []
    for file in landed_files.known_files(connection, written_rules()):
        if file.upload in pending or not _is_pending(file, meant, again_after):
            continue
        try:
            upload = received.get(file.upload) or open_upload(settings.uploads, file.upload)
        except FileNotFoundError:
            log.warning(
                "%s is no longer in %s; %r is received again if it is still there", file.upload, settings.uploads, file.file_location
            )
            gone.append(file.file_location)
            continue
        try:
            is_done = find_done(connection, settings, upload, Redo.WHEN_MANIFEST_CHANGED) is not None
            is_waiting = not is_done and awaited(connection, settings, upload) is not None
        except psycopg.DataError as error:  # values that PostgreSQL takes in no statement: its run refuses it, and the others go on
            connection.rollback()
            log.warning("%s cannot be judged: %s", upload.key, error)
            is_done = is_waiting = False
        if is_done:
            settled.append(file)
        elif is_waiting:
            waiting.append(upload.key)
        else:
            pending[upload.key] = upload
    landed_files.settle_files(connection, settled)
    landed_files.note_look(connection, waiting)
    landed_files.forget_files(connection, gone)
    connection.commit()
    left = [entry for entry in landed.left if not entry.is_settling] if EVERYBODY in meant and problem is None else None
    return Discovery(list(pending.values()), discovery.limits, discovery.isolated, len(received), left, problem)


def find_problem(landing: str | Path, landed: LandingListing, earlier: Mapping[str, str]) -> LandingGoneError | None:
    """Return an error if the landing folder is gone; an empty one, which may be where a share is not mounted, is only named in the log."""
    # Files that were received from elsewhere, before HENK_LANDING named this folder, are not missed here.
    prefixes = tuple(
        {f"{str(folder).rstrip('/')}/" for folder in ([landing] if is_remote(landing) else [landing, Path(landing).resolve()])}
    )
    earlier = {location: upload for location, upload in earlier.items() if location.startswith(prefixes)}
    if not earlier or landed.files or landed.left:
        return None
    if not is_remote(landing) and not Path(landing).is_dir():
        return LandingGoneError(
            f"The landing folder {landing} is gone, from which {len(earlier)} files were received; what was received before is loaded all the "
            f"same. {LandingGoneError.remedy}"
        )
    log.warning("The landing folder %s holds no files; %d were received from it before. Is its share mounted?", landing, len(earlier))
    return None


def _withdraw_refused(connection: psycopg.Connection, landed: LandingListing, earlier: Mapping[str, str]) -> None:
    """Forget refused uploads whose file has been taken out of the landing folder: it was deleted, or moved to another business.

    A file that was not refused loads also from its received copy. Where nothing lies in the folder, its share may not be mounted.
    """
    present = {file.location for file in landed.files} | {entry.location for entry in landed.left}
    if not present:
        return
    taken_out = {upload: location for location, upload in earlier.items() if location not in present}
    still_there = {upload for location, upload in earlier.items() if location in present}
    withdrawn = [refusal.upload for refusal in refusals.list_refusals(connection) if refusal.upload in taken_out.keys() - still_there]
    for upload in withdrawn:
        log.warning("%r was refused and is no longer in the landing folder: it is withdrawn (%s)", taken_out[upload], upload)
    landed_files.forget_files(connection, [taken_out[upload] for upload in withdrawn])
    refusals.forget_refusals(connection, withdrawn)
    imports.reopen_refused(connection, withdrawn)
    connection.commit()


def _receive_new(settings: Settings, connection: psycopg.Connection, files: list[LandedFile]) -> dict[str, ReceivedUpload]:
    """Receive those files that have not been received as they are now."""
    signatures = landed_files.known_signatures(connection)
    connection.commit()
    new = [file for file in files if signatures.get(file.location) != state_of(file)]
    return {upload.key: upload for upload in receive_files(settings, connection, new)}


def _mark(settings: Settings, connection: psycopg.Connection, upload: ReceivedUpload, attempt: upload_attempts.Attempt) -> None:
    """Record in its import that an upload cannot be loaded, and the error."""
    error = attempt.error or (
        f"The process that worked on this file alone crashed {attempt.alone + 1} times (run {attempt.run_id}): it may need more memory than there "
        "is. Split the file, or give the process more, and run its partition again"
    )
    log.error("%s (%s) is quarantined: %s", upload.key, upload.file_name, error)
    try:
        business = businesses.find_business(connection, upload.business)
    except businesses.UnknownBusinessError:
        return
    manifest, unusable = manifest_of(settings, upload)
    rules = refusal_digest(manifest, business.default_country, unusable)
    facts = imports.Upload(upload.key, upload.file_name, upload.size, upload.content_hash, upload.list_name)
    import_id = imports.begin_import(connection, business.id, facts, rules, attempt.run_id)
    values: dict[str, object] = {"error": error}
    if imports.status_of(connection, import_id) not in imports.FINISHED:
        values |= {"status": "rejected", "rules": rules, "options": options_of(manifest)}
    imports.finish_import(connection, import_id, values)
