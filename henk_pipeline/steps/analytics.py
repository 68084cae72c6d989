"""Step analytics: one moment of PostgreSQL → a new DuckDB file, swapped in whole, and the files that are made from it."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from glob import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

from henk_pipeline.analytics import duckdb
from henk_pipeline.analytics.build import Built, build
from henk_pipeline.analytics.derive import derive, is_more_personal, salt_of
from henk_pipeline.analytics.history import add_views, keep_night
from henk_pipeline.analytics.publish import NothingPublishedError, kept_versions, publish, query
from henk_pipeline.analytics.tables import AnalyticsTable, load_tables
from henk_pipeline.file_modes import make_private_folder, share
from henk_pipeline.postgres.snapshot import take_snapshot
from henk_pipeline.settings import Settings


def publish_analytics(connection: psycopg.Connection, settings: Settings) -> Built:
    """Build every analytics table and publish them together; keep the counts of this night.

    Files that hold more of a person than the settings allow are removed first: older versions, files of one
    business, the file with every name.

    Args:
        connection: A connection that is in no transaction.
        settings: The places of the files and what they may hold.

    Returns:
        The rows of each table and what has changed.

    Raises:
        psycopg.Error, duckdb.Error, OSError: The old file stays as it was.
    """
    published, tables, group = settings.analytics, load_tables(), settings.analytics_group
    history = published.parent / "history"
    everything = whole_file(settings)
    as_it_is, is_built = everything == published, everything.exists()
    _prepare_folder(settings, history)
    _remove_forbidden(settings)

    def make(target: Path) -> Built:
        with take_snapshot(connection) as moment:
            built = build(target, moment, tables, everything)
        keep_night(target, history, datetime.now(ZoneInfo(settings.timezone)).date())
        _share_folder(history, group)
        add_views(target, history)
        return built

    def keep(built: Built) -> int:
        # Older versions still have people who are gone; without the last file it is unknown whether some are. And the file that is about to be
        # replaced becomes an older version, with all it shows.
        no_older = built.forgotten or not is_built or is_more_personal(published, settings.analytics_personal)
        return 0 if no_older else settings.analytics_keep

    if as_it_is:
        built = publish(published, make, keep, group)
        _remove_published(private_file(settings))  # of other settings before
    else:
        make_private_folder(settings.private)
        built = publish(everything, make)
        salt, personal = salt_of(published.parent), settings.analytics_personal
        publish(
            published,
            lambda target: derive(everything, target, tables, history, personal=personal, salt=salt),
            lambda _: keep(built),
            group,
        )
    _publish_businesses(settings, everything, tables, history)
    return built


def whole_file(settings: Settings) -> Path:
    """Return the path of the file with everything: the published one, or one outside the analysts' folder, for the owner alone."""
    return settings.analytics if settings.analytics_personal == "keep" else private_file(settings)


def private_file(settings: Settings) -> Path:
    """Return the path of the file with every name if the published one may not be it."""
    return settings.private / "analytics.duckdb"


def _prepare_folder(settings: Settings, history: Path) -> None:
    """Create the analysts' folder, and restrict files there that earlier versions of Henk left open to all users.

    They get the rights of the settings. A folder outside the home that was there before is the operator's: its
    own rights stay.
    """
    folder = settings.analytics.parent
    is_ours = not folder.exists() or settings.home in folder.parents
    if not folder.exists():
        make_private_folder(folder)
    if is_ours:
        share(folder, settings.analytics_group)
    for path in (settings.analytics, folder / "dashboard.html", *kept_versions(settings.analytics)):
        if path.exists():
            share(path, settings.analytics_group)
    make_private_folder(history)
    _share_folder(history, settings.analytics_group)


def _share_folder(folder: Path, group: str | None) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.name.startswith("."):
            share(path, group)


def _remove_forbidden(settings: Settings) -> None:
    """Remove files that hold more of a person than the settings allow now, and files of one business if they are turned off.

    The published file itself stays until the new one takes its place: its readers are never without one.
    """
    published = settings.analytics
    # Where versions of Henk before 2026-11-28 kept the file with every name: in the analysts' folder.
    _remove_published(published.with_name(f".{published.stem}.whole{published.suffix}"))
    for file in _business_files(published.parent / "businesses"):
        if not settings.analytics_per_business or is_more_personal(file, settings.analytics_personal):
            _remove_published(file)
    for file in kept_versions(published):
        if is_more_personal(file, settings.analytics_personal):
            file.unlink(missing_ok=True)


def _remove_published(file: Path) -> None:
    """Remove a published file that is no longer needed, the lock of its publishers, and the unfinished file of a killed publisher."""
    for begun in file.parent.glob(f".{escape(file.name)}.building-*"):
        shutil.rmtree(begun, ignore_errors=True)
    for path in (file, file.with_name(f"{file.name}.wal"), file.with_name(f".{file.name}.lock")):
        path.unlink(missing_ok=True)


def _business_files(folder: Path) -> set[Path]:
    """Return the files of one business, including those that a killed publisher has only begun."""
    begun = (path.name[1:].partition(".building-")[0] for path in folder.glob(".*.duckdb.building-*"))
    return {*folder.glob("*.duckdb"), *(folder / name for name in begun)}


def usual_scores(settings: Settings, before: datetime) -> list[float]:
    """Return the mean score of the leads that came in on each of the last thirty days before a moment.

    Only days with at least twenty new leads count. The scores are those of the published file; the list is
    empty where there is no file, or one that cannot be read.
    """
    # From the published file: that takes milliseconds for any number of leads; PostgreSQL would read all of them.
    moment = f"TIMESTAMPTZ '{before.astimezone(UTC)}'"
    asked = f"""SELECT avg(lead_score) FROM dim_lead WHERE created_at > {moment} - INTERVAL 60 DAYS
        AND created_at < {moment} GROUP BY epoch_us(created_at) // 86400000000 HAVING count(*) >= 20
        ORDER BY max(created_at) DESC LIMIT 30"""  # noqa: S608 - a moment of our own
    try:
        return [mean for (mean,) in query(whole_file(settings), asked)[1]]
    except (NothingPublishedError, duckdb.Error):
        return []


def _publish_businesses(settings: Settings, everything: Path, tables: Sequence[AnalyticsTable], history: Path) -> None:
    folder = settings.analytics.parent / "businesses"
    if not settings.analytics_per_business:
        return
    make_private_folder(folder)
    salt = salt_of(settings.analytics.parent)
    businesses = dict(query(everything, "SELECT business, business_id::VARCHAR FROM dim_business")[1])
    for slug, business_id in businesses.items():
        publish(
            folder / f"{slug}.duckdb",
            lambda target, identifier=business_id: derive(  # type: ignore[misc]
                everything, target, tables, history, personal=settings.analytics_personal, salt=salt, business_id=identifier
            ),
        )
    for file in _business_files(folder):
        if file.stem not in businesses:
            _remove_published(file)
