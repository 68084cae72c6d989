"""Step analytics: one moment of PostgreSQL → a new DuckDB file, swapped in whole, and the files that are made from it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import psycopg

from henk_pipeline.analytics.build import Built, build
from henk_pipeline.analytics.derive import derive, salt_of
from henk_pipeline.analytics.history import add_views, keep_night
from henk_pipeline.analytics.publish import NothingPublishedError, publish, query
from henk_pipeline.analytics.tables import AnalyticsTable, load_tables
from henk_pipeline.postgres.snapshot import take_snapshot
from henk_pipeline.settings import Settings


def publish_analytics(connection: psycopg.Connection, settings: Settings) -> Built:
    """Build every analytics table and publish them together; of the counts, keep those of this night.

    Takes: a connection that is in no transaction. Gives: rows a table and what has changed.
    Raises: psycopg.Error, duckdb.Error, OSError, with the old file as it was.
    """
    published, tables = settings.analytics, load_tables()
    history = published.parent / "history"
    whole = whole_file(settings)
    as_it_is = whole == published

    def make(target: Path) -> Built:
        with take_snapshot(connection) as moment:
            built = build(target, moment, tables, whole)
        keep_night(target, history, datetime.now(ZoneInfo(settings.timezone)).date())
        add_views(target, history)
        return built

    def keep(built: Built) -> int:
        return 0 if built.forgotten else settings.analytics_keep  # older versions still know people who are gone

    built = publish(whole, make, keep if as_it_is else lambda _: 0)
    if as_it_is:
        whole.with_name(f".{published.stem}.whole{published.suffix}").unlink(missing_ok=True)  # of other settings before
    else:
        salt, personal = salt_of(published.parent), settings.analytics_personal
        publish(
            published,
            lambda target: derive(whole, target, tables, history, personal=personal, salt=salt),
            lambda _: keep(built),
        )
    _publish_businesses(settings, whole, tables, history)
    return built


def whole_file(settings: Settings) -> Path:
    """The file that everything is in: the published one, or one beside it that is not for analysts."""
    published = settings.analytics
    return published if settings.analytics_personal == "keep" else published.with_name(f".{published.stem}.whole{published.suffix}")


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
    folder.mkdir(exist_ok=True)
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
            file.unlink()
