"""What a night finds: what has landed since, received; which uploads have something left to be done; which brought their run down."""

import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

from henk_pipeline.postgres import businesses, imports, nights
from henk_pipeline.settings import Settings
from henk_pipeline.steps.intake import state_of, take_in
from henk_pipeline.steps.load import options_of
from henk_pipeline.steps.pending import Redo, awaited, find_done, manifest_of
from henk_pipeline.steps.rules import refusal_digest, written_rules
from henk_pipeline.uploads.landing import LandedFile, find_landed
from henk_pipeline.uploads.received import ReceivedUpload, open_upload

# What was asked for at once and did not come to an end is not asked for again for so long.
AT_ONCE_AGAIN_SECONDS = 3600
# A process may die of other things than a file: of one that died twice with the same file alone it is assumed.
DEATHS_ALONE = 2
EVERYBODY = "*"

log = logging.getLogger(__name__)


@dataclass
class Found:
    """Uploads to run; how many uploads a run with one of them may have at most, where that is fewer than usual; by key, the error of
    uploads that failed alone and stay pending; how many files are new.
    """

    wanted: list[ReceivedUpload] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    isolated: dict[str, str] = field(default_factory=dict)
    received: int = 0


def look_around(settings: Settings, connection: psycopg.Connection, again_after: float = 0) -> Found:
    """Receive what has landed since, and tell which of all uploads have something left to be done.

    `again_after`: an upload that a schedule or sensor has asked for in so many seconds is under way.
    """
    nights.forget_launches(connection)
    return _look(settings, connection, again_after, {EVERYBODY})


def look_for_hasty(settings: Settings, connection: psycopg.Connection) -> Found:
    """The same for businesses that ask for it at once: named in HENK_AT_ONCE, or with a file `.at-once` in their folder."""
    return _look(settings, connection, AT_ONCE_AGAIN_SECONDS, set(settings.at_once))


def has_immediate(settings: Settings, connection: psycopg.Connection) -> bool:
    """Return whether `look_for_hasty` has something to look at: a file that is new, or an upload that is pending. Changes nothing."""
    landed = find_landed(settings.landing, time.time() - settings.settle_seconds)
    meant = set(settings.at_once) | landed.at_once
    if not meant:
        return False
    received = nights.known_signatures(connection)
    if any(received.get(file.location) != state_of(file) for file in landed.files if meant & {EVERYBODY, file.business}):
        return True
    return any(_is_pending(one, meant, AT_ONCE_AGAIN_SECONDS) for one in nights.known_files(connection, written_rules()))


def has_crashed(connection: psycopg.Connection) -> bool:
    """Return whether `look_after_the_lost` has something to look at. Changes nothing."""
    return bool(nights.lost_launches(connection)) or any(
        not (attempt.is_launched or attempt.is_isolated) for attempt in nights.ended_attempts(connection)
    )


def _is_pending(file: nights.Known, meant: set[str], again_after: float) -> bool:
    """Return whether a received file may have something left to be done and nobody has launched a run of it lately."""
    is_launched = file.seconds_since_launch is not None and file.seconds_since_launch < again_after
    return not (file.is_settled or file.is_given_up or is_launched) and bool(meant & {EVERYBODY, file.business})


def look_after_the_dead(settings: Settings, connection: psycopg.Connection) -> Found:
    """Find uploads of runs that crashed or failed of one of them: to be run in halves, until it is isolated.

    An isolated upload is refused if its data is at fault or its process has crashed twice. With any other error it stays pending: it is not
    wanted now, and its limit is 1 whenever it runs again.
    """
    found = Found()
    given_up = []
    for attempt in nights.ended_attempts(connection):
        try:
            upload = open_upload(settings.uploads, attempt.upload)
        except FileNotFoundError:
            given_up.append(attempt.upload)
            continue
        is_alone = attempt.uploads == 1
        if is_alone and (attempt.is_data or (attempt.error is None and attempt.alone + 1 >= DEATHS_ALONE)):
            _mark(settings, connection, upload, attempt)
            given_up.append(attempt.upload)
        elif attempt.is_isolated:
            found.limits[upload.key] = 1  # its data is not at fault: the next night tries it again, with no neighbours
            found.isolated[upload.key] = attempt.error or ""
        elif not attempt.is_launched:
            found.wanted.append(upload)
            found.limits[upload.key] = max(attempt.uploads // 2, 1)
    nights.give_up(connection, given_up)
    connection.commit()
    return found


def look_after_the_lost(settings: Settings, connection: psycopg.Connection) -> Found:
    """Uploads of runs that died, and those that were asked for and never ran: their worker died before it began, or PostgreSQL was away."""
    found = look_after_the_dead(settings, connection)
    for key in nights.lost_launches(connection):
        with suppress(FileNotFoundError):
            found.wanted.append(open_upload(settings.uploads, key))
    connection.commit()
    return found


def _look(settings: Settings, connection: psycopg.Connection, again_after: float, businesses_meant: set[str]) -> Found:
    landed = find_landed(settings.landing, time.time() - settings.settle_seconds)
    meant = businesses_meant | landed.at_once
    if not meant:
        return Found()
    if EVERYBODY in meant:
        for thing in landed.left:
            log.warning("%r is left alone: %s", thing.location, thing.reason)  # %r: a name may hold a line break
    received = _receive_new(settings, connection, [file for file in landed.files if EVERYBODY in meant or file.business in meant])
    found = look_after_the_dead(settings, connection)
    wanted = {upload.key: upload for upload in found.wanted}
    settled, waiting, gone = [], list[str](), []
    for one in nights.known_files(connection, written_rules()):
        if one.upload in wanted or not _is_pending(one, meant, again_after):
            continue
        try:
            upload = received.get(one.upload) or open_upload(settings.uploads, one.upload)
        except FileNotFoundError:
            log.warning(
                "%s is no longer in %s; %r is received anew if it still lies there", one.upload, settings.uploads, one.file_location
            )
            gone.append(one.file_location)
            continue
        if find_done(connection, settings, upload, Redo.WHEN_TOLD_ANEW) is not None:
            settled.append(one)
        elif awaited(connection, settings, upload) is None:
            wanted[upload.key] = upload
        else:
            waiting.append(upload.key)
    nights.settle_files(connection, settled)
    nights.note_look(connection, waiting)
    nights.forget_files(connection, gone)
    connection.commit()
    return Found(list(wanted.values()), found.limits, found.isolated, len(received))


def _receive_new(settings: Settings, connection: psycopg.Connection, files: list[LandedFile]) -> dict[str, ReceivedUpload]:
    """Receive those files that have not been received as they are now."""
    known = nights.known_signatures(connection)
    connection.commit()
    new = [file for file in files if known.get(file.location) != state_of(file)]
    return {upload.key: upload for upload in take_in(settings, connection, new)}


def _mark(settings: Settings, connection: psycopg.Connection, upload: ReceivedUpload, attempt: nights.Attempt) -> None:
    """Keep in the record of its import that an upload cannot be loaded, and of what."""
    error = attempt.error or (
        f"The process that worked on this file alone died {attempt.alone + 1} times (run {attempt.run_id}): it may need more memory than there is. "
        "Split the file, or give the process more, and run its partition again"
    )
    log.error("%s (%s) is given up: %s", upload.key, upload.file_name, error)
    try:
        business = businesses.find_business(connection, upload.business)
    except businesses.UnknownBusinessError:
        return
    manifest, unusable = manifest_of(settings, upload)
    rules = refusal_digest(manifest, business.default_country, unusable)
    facts = imports.Upload(upload.key, upload.file_name, upload.size, upload.content_hash, upload.list_name)
    import_id = imports.begin_import(connection, business.id, facts, rules, attempt.run_id)
    told: dict[str, object] = {"error": error}
    if imports.status_of(connection, import_id) not in imports.FINISHED:
        told |= {"status": "rejected", "rules": rules, "options": options_of(manifest)}
    imports.finish_import(connection, import_id, told)
