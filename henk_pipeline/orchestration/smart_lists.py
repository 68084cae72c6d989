"""The asset `smart_lists`, its checks, its job and the sensor that follows changes: lists that find their members by criteria."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import polars as pl
from dagster._core.storage.tags import SENSOR_NAME_TAG
from pydantic import Field

from henk_pipeline.orchestration.assets import OWNERS, campaign_leads, lead_scores
from henk_pipeline.orchestration.checks import result_of
from henk_pipeline.orchestration.error_text import errors_without_cells
from henk_pipeline.orchestration.orphaned_runs import find_orphaned_runs
from henk_pipeline.orchestration.partitions import LOADERS
from henk_pipeline.orchestration.previews import preview
from henk_pipeline.orchestration.resources import Henk
from henk_pipeline.orchestration.retries import retrying
from henk_pipeline.orchestration.run_planner import UNDER_WAY
from henk_pipeline.postgres import businesses
from henk_pipeline.postgres import smart_lists as lists
from henk_pipeline.postgres.lists import UnknownListError, find_list_to_change
from henk_pipeline.steps.smart_lists import Refreshed, refresh_all, refresh_business

JOB = "refresh_lists"
# Tags of runs: slugs, by commas. Businesses whose lists it refreshes, without it all; businesses whose lists could not be refreshed.
BUSINESSES, UNREFRESHED = "henk/lists-of", "henk/lists-not-refreshed-of"
FRESH_HOURS = 26
SLOW_MS = 5000
COLUMNS: dict[str, Any] = {
    "business": pl.String, "list": pl.String, "status": pl.String, "matched": pl.Int64, "entered": pl.Int64, "left": pl.Int64,
    "members": pl.Int64, "ms": pl.Int64, "reason": pl.String,
}  # fmt: skip
# A tag has 255 characters at most; more businesses are refreshed with all others.
MAX_TAG = 250
EVERYBODY = "*"
# So long the sensor requests no run for a business whose last one failed.
REST = timedelta(minutes=10)


class HeldList(dg.Config):
    """A list whose refresh is held."""

    business: str = Field(description="slug of the business")
    list: str = Field(description="name or id of the list")


class RefreshConfig(dg.Config):
    """What an operator asks of a run; by default nothing that is held is applied."""

    apply_held: list[HeldList] = Field(default=[], description="lists whose members change now although too many would leave or come")


@dg.asset(
    group_name="leads",
    owners=OWNERS,
    kinds={"postgres"},
    deps=[campaign_leads, lead_scores],
    pool=LOADERS,
    description="Lists with criteria have the members that meet them now, and campaigns follow. Held: too many would leave, a person decides.",
)
def smart_lists(context: dg.AssetExecutionContext, config: RefreshConfig, henk: Henk) -> dg.MaterializeResult[Any]:
    """Refresh the lists of the businesses that the run names, by default of all; first those whose held refresh is to be applied.

    Raises:
        dagster.Failure: A business or list whose held refresh is to be applied does not exist; nothing is refreshed.
        psycopg.Error: The lists of a business could not be refreshed; those of all others are.
    """
    held = _find_held(henk, config.apply_held) if config.apply_held else []
    with retrying(context, henk), errors_without_cells(), henk.database() as connection:
        slugs = [slug for slug in context.run.tags.get(BUSINESSES, "").split(",") if slug] or businesses.list_slugs(connection)
        connection.rollback()
        forced = [
            result for slug, name in held for result in refresh_business(connection, slug, [name], force=True, run_id=context.run.run_id)
        ]
        applied = {(result.business, result.list) for result in forced}
        others, errors = refresh_all(connection, slugs, run_id=context.run.run_id)
        if errors:
            context.instance.add_run_tags(context.run.run_id, {UNREFRESHED: _as_tag(errors)})
            context.log.error("The lists of %s could not be refreshed; those of all others are.", ", ".join(errors))
            raise next(iter(errors.values()))
        results = [*forced, *(result for result in others if (result.business, result.list) not in applied)]
    for result in results:
        if result.status in ("held", "failed"):
            context.log.warning("%s: the list %s is %s: %s", result.business, result.list, result.status, result.reason)
    return dg.MaterializeResult(metadata={**counts_of(results), **preview(table_of(results))})


def _find_held(henk: Henk, wanted: Sequence[HeldList]) -> list[tuple[str, str]]:
    """Return slug and id of each list."""
    try:
        with henk.database() as connection:
            return [
                (held.business, str(find_list_to_change(connection, businesses.find_business(connection, held.business).id, held.list)[0]))
                for held in wanted
            ]
    except (businesses.UnknownBusinessError, UnknownListError) as error:
        raise dg.Failure(f"{error} Correct apply_held in the configuration of the run.", allow_retries=False) from None


def counts_of(results: Sequence[Refreshed]) -> dict[str, int]:
    """Return the figures of a run: how many leads match, entered and left, and how many lists are held and failed."""
    changed = [result for result in results if result.status == "done"]
    return {
        "lists": len(results),
        "matched": sum(result.matched for result in results),
        "entered": sum(result.entered for result in changed),
        "left": sum(result.left for result in changed),
        "held": sum(result.status == "held" for result in results),
        "failed": sum(result.status == "failed" for result in results),
    }


def table_of(results: Sequence[Refreshed]) -> pl.DataFrame:
    """Return a row a list: what changed first, then what waits for a person."""
    order = {"failed": 0, "held": 1, "done": 2, "unchanged": 3}
    rows = sorted(results, key=lambda result: (order[result.status], result.business, result.list))
    return pl.DataFrame([{name: getattr(result, name) for name in COLUMNS} for result in rows], schema=COLUMNS)


@dg.asset_check(
    asset="smart_lists", description="Every list that refreshes itself was compared with its criteria within 26 hours, without an error."
)
def smart_lists_are_fresh(henk: Henk) -> dg.AssetCheckResult:
    """Return a warning with the lists that were not refreshed."""
    return result_of(
        _unsettled(henk, "stale"),
        "Every list is fresh.",
        "Lists that were not refreshed; `henk list refresh` says why.",
        dg.AssetCheckSeverity.WARN,
    )


@dg.asset_check(asset="smart_lists", description="No refresh is held because too many members would leave or enter.")
def smart_lists_hold(henk: Henk) -> dg.AssetCheckResult:
    """Return a warning with the lists that wait for a person."""
    return result_of(
        _unsettled(henk, "held"),
        "No refresh is held.",
        "Refreshes that are held: look at the criteria, then apply them: `henk list refresh NAME --force`, or `apply_held` in the Launchpad.",
        dg.AssetCheckSeverity.WARN,
    )


@dg.asset_check(asset="smart_lists", description="No list takes more than five seconds to refresh.")
def smart_list_slow(henk: Henk) -> dg.AssetCheckResult:
    """Return a warning with the lists that take long."""
    return result_of(
        _unsettled(henk, "slow"),
        "Every list is refreshed in five seconds.",
        "Lists that take long to refresh; `henk list preview` shows which clause finds most.",
        dg.AssetCheckSeverity.WARN,
    )


def _unsettled(henk: Henk, kind: str) -> list[dict[str, Any]]:
    with henk.database() as connection:
        return lists.unsettled_lists(connection, FRESH_HOURS, SLOW_MS)[kind]


CHECKS = [smart_lists_are_fresh, smart_lists_hold, smart_list_slow]

refresh_lists = dg.define_asset_job(
    JOB,
    selection=["smart_lists"],
    description="Refreshes lists with criteria: who meets them enters, who does not leaves, and campaigns follow.",
)


@dg.sensor(
    job=refresh_lists,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Refreshes lists with criteria soon after anything they ask for has changed, and after each midnight of their business.",
)
def smart_lists_follow_changes(context: dg.SensorEvaluationContext, henk: Henk) -> dg.RunRequest | dg.SkipReason:
    """Request one run for the businesses with changes since the last one."""
    with henk.database() as connection:
        slugs = [slug for _, slug in lists.businesses_with_changes(connection)]
        if not slugs:
            return dg.SkipReason("Nothing has changed that a list asks for.")
        dead = {run.run_id for run in find_orphaned_runs(context.instance, connection)}
    if is_refreshing(context.instance, dead):
        return dg.SkipReason("A run of refresh_lists is under way.")
    resting = resting_businesses(context.instance, datetime.now(UTC))
    slugs = [slug for slug in slugs if slug not in resting and EVERYBODY not in resting]
    if not slugs:
        return dg.SkipReason("A run of refresh_lists has failed within ten minutes.")
    tag = _as_tag(slugs)
    return dg.RunRequest(tags={BUSINESSES: tag} if tag else {})


def _as_tag(slugs: Iterable[str]) -> str:
    """Return slugs by commas; nothing where they are too many for a tag."""
    tag = ",".join(slugs)
    return tag if len(tag) <= MAX_TAG else ""


def is_refreshing(instance: dg.DagsterInstance, dead: set[str]) -> bool:
    """Return whether a run refreshes lists. A run of a process that is gone is none."""
    record = next(iter(instance.get_run_records(dg.RunsFilter(job_name=JOB), limit=1)), None)
    return record is not None and record.dagster_run.run_id not in dead and record.dagster_run.status in UNDER_WAY


def resting_businesses(instance: dg.DagsterInstance, now: datetime) -> set[str]:
    """Return businesses for which a run that the sensor had requested failed within ten minutes; EVERYBODY where it does not say for which.

    What an operator asked and was refused lets nobody wait.
    """
    failed = dg.RunsFilter(job_name=JOB, statuses=[dg.DagsterRunStatus.FAILURE], created_after=now - REST)
    tags = [record.dagster_run.tags for record in instance.get_run_records(failed)]
    requested = [tag.get(UNREFRESHED) or tag.get(BUSINESSES) or EVERYBODY for tag in tags if SENSOR_NAME_TAG in tag]
    return {slug for slugs in requested for slug in slugs.split(",")}
