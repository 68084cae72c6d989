"""Step analytics: one moment of PostgreSQL → a new DuckDB file, swapped in whole, and the files that are made from it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import psycopg

from henk_pipeline.analytics.build import Built, build
from henk_pipeline.analytics.derive import derive, is_more_personal, salt_of
from henk_pipeline.analytics.history import add_views, keep_night
from henk_pipeline.analytics.publish import NothingPublishedError, kept_versions, publish, query
from henk_pipeline.analytics.tables import AnalyticsTable, load_tables
from henk_pipeline.file_modes import make_private_folder, share
from henk_pipeline.postgres.snapshot import take_snapshot
from henk_pipeline.settings import Settings


def publish_analytics(connection: psycopg.Connection, settings: Settings) -> Built:
    """Build every analytics table and publish them together; of the counts, keep those of this night.

    Files that hold more of a person than the settings allow are removed first: older versions, files of one business, the file with every name.

    Args:
        connection: A connection that is in no transaction.
        settings: Where the files belong and what they may hold.

    Returns:
        Rows a table and what has changed.

    Raises:
        psycopg.Error, duckdb.Error, OSError: The old file stays as it was.
    """
    published, tables, group = settings.analytics, load_tables(), settings.analytics_group
    history = published.parent / "history"
    whole = whole_file(settings)
    as_it_is, known = whole == published, whole.exists()
    _prepare_folder(settings, history)
    _remove_forbidden(settings)

    def make(target: Path) -> Built:
        with take_snapshot(connection) as moment:
            built = build(target, moment, tables, whole)
        keep_night(target, history, datetime.now(ZoneInfo(settings.timezone)).date())
        _share_folder(history, group)
        add_views(target, history)
        return built

    def keep(built: Built) -> int:
        # Older versions still know people who are gone; without the last file nobody knows whether some are. And what is about to be replaced
        # becomes an older version, with what it shows.
        no_older = built.forgotten or not known or is_more_personal(published, settings.analytics_personal)
        return 0 if no_older else settings.analytics_keep

    if as_it_is:
        built = publish(published, make, keep, group)
        _remove_published(private_file(settings))  # of other settings before
    else:
        make_private_folder(settings.private)
        built = publish(whole, make)
        salt, personal = salt_of(published.parent), settings.analytics_personal
        publish(
            published,
            lambda target: derive(whole, target, tables, history, personal=personal, salt=salt),
            lambda _: keep(built),
            group,
        )
    _publish_businesses(settings, whole, tables, history)
    return built


def whole_file(settings: Settings) -> Path:
    """The file that everything is in: the published one, or one outside the analysts' folder, for the owner alone."""
    return settings.analytics if settings.analytics_personal == "keep" else private_file(settings)


def private_file(settings: Settings) -> Path:
    """Return where the file with every name belongs if the published one may not be it."""
    return settings.private / "analytics.duckdb"


def _prepare_folder(settings: Settings, history: Path) -> None:
    """Create the analysts' folder, and give the rights of the settings to what earlier versions of Henk left open to everybody there.

    A folder outside the home that was there before is the operator's: its own rights stay.
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
    """Remove files that hold more of a person than the settings allow now, and files of one business where none are wanted.

    The published file itself stays until the new one takes its place: who reads it is never without one.
    """
    published = settings.analytics
    # Where versions of Henk before 2026-11-28 kept the file with every name: in the analysts' folder.
    _remove_published(published.with_name(f".{published.stem}.whole{published.suffix}"))
    businesses = list((published.parent / "businesses").glob("*.duckdb"))
    for file in businesses:
        if not settings.analytics_per_business or is_more_personal(file, settings.analytics_personal):
            _remove_published(file)
    for file in kept_versions(published):
        if is_more_personal(file, settings.analytics_personal):
            file.unlink(missing_ok=True)


def _remove_published(file: Path) -> None:
    """Remove a published file that is not wanted any more, and the lock of its publishers."""
    for path in (file, file.with_name(f"{file.name}.wal"), file.with_name(f".{file.name}.lock")):
        path.unlink(missing_ok=True)


def usual_scores(settings: Settings, before: datetime) -> list[float]:
    """The mean score of the leads that came in on each of the last thirty days before a moment that brought at least twenty, as they are
    published; nothing where no file is, or one that cannot be read.
    """
    # Of the published file, for it takes milliseconds whatever the number of leads; PostgreSQL would read all of them.
    moment = f"TIMESTAMPTZ '{before.astimezone(UTC)}'"
    asked = f"""SELECT avg(lead_score) FROM dim_lead WHERE created_at > {moment} - INTERVAL 60 DAYS
        AND created_at < {moment} GROUP BY epoch_us(created_at) // 86400000000 HAVING count(*) >= 20
        ORDER BY max(created_at) DESC LIMIT 30"""  # noqa: S608 - a moment of our own
    try:
        return [mean for (mean,) in query(whole_file(settings), asked)[1]]
    except (NothingPublishedError, duckdb.Error):
        return []


def _publish_businesses(settings: Settings, whole: Path, tables: Sequence[AnalyticsTable], history: Path) -> None:
    folder = settings.analytics.parent / "businesses"
    if not settings.analytics_per_business:
        return
    make_private_folder(folder)
    salt = salt_of(settings.analytics.parent)
    businesses = dict(query(whole, "SELECT business, business_id::VARCHAR FROM dim_business")[1])
    for slug, business_id in businesses.items():
        publish(
            folder / f"{slug}.duckdb",
            lambda target, one=business_id: derive(  # type: ignore[misc]
                whole, target, tables, history, personal=settings.analytics_personal, salt=salt, business_id=one
            ),
        )
    for file in folder.glob("*.duckdb"):
        if file.stem not in businesses:
            _remove_published(file)
