"""The dashboard: one page of charts over the published DuckDB file. Self-contained, so that it can be mailed, kept and opened anywhere."""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import altair as alt
import jinja2
import polars as pl
import vl_convert

from henk_pipeline.analytics.publish import query
from henk_pipeline.file_modes import share
from henk_pipeline.settings import Settings

TEMPLATE = "dashboard.html.j2"
MOST_BARS = 15
RATINGS = {"hot": "#c2410c", "warm": "#f59e0b", "cold": "#3b82f6", "unrated": "#9ca3af"}
COUNTS = alt.Axis(tickMinStep=1, tickCount=6, format=",d")
ROWS = {"accepted": "#15803d", "duplicate": "#9ca3af", "rejected": "#b91c1c"}

WEEKS = """
SELECT week::VARCHAR AS week, kind, sum(rows)::BIGINT AS rows FROM (
    UNPIVOT (SELECT week, rows_accepted AS accepted, rows_duplicate AS duplicate, rows_rejected AS rejected FROM import_quality
        WHERE week > current_date - INTERVAL 84 DAY
        UNION ALL SELECT CAST(date_trunc('week', current_date) AS DATE) - 7 * CAST(unnest(range(12)) AS INTEGER), 0, 0, 0)
    ON accepted, duplicate, rejected INTO NAME kind VALUE rows)
GROUP BY ALL ORDER BY ALL"""
QUALITY = "SELECT business, quality_rating AS rating, count AS leads FROM lead_quality_distribution ORDER BY ALL"
# The campaigns with the most calls, by list.
LISTS = f"""
SELECT business, campaign_name AS campaign, name AS list, stage, leads FROM (
    UNPIVOT (SELECT p.campaign_id, b.business, p.campaign_name, p.name, p.successful_leads AS converted,
        p.contacted_leads - p.successful_leads AS contacted, p.total_leads - p.contacted_leads AS "not reached yet"
        FROM campaign_list_performance p JOIN dim_business b USING (business_id)
        ORDER BY p.contacted_leads DESC, p.total_leads DESC, p.name LIMIT {MOST_BARS})
    ON converted, contacted, "not reached yet" INTO NAME stage VALUE leads)
ORDER BY ALL"""  # noqa: S608 - a number of ours
REASONS = f"""
SELECT entry.key AS reason, sum(entry.value)::BIGINT AS rows FROM (
    SELECT unnest(map_entries(reasons)) AS entry FROM import_quality WHERE reasons IS NOT NULL AND week > current_date - INTERVAL 84 DAY)
GROUP BY ALL ORDER BY rows DESC, reason LIMIT {MOST_BARS}"""  # noqa: S608 - a number of ours
NUMBERS = """
SELECT (SELECT count(*) FROM dim_business) AS businesses, (SELECT count(*) FROM dim_lead) AS leads,
    (SELECT count(*) FROM dim_campaign WHERE status = 'active') AS "active campaigns",
    (SELECT coalesce(sum(contacted), 0) FROM campaign_funnel) AS reached, (SELECT coalesce(sum(converted), 0) FROM campaign_funnel) AS converted,
    (SELECT coalesce(sum(donated_amount), 0) FROM campaign_funnel) AS donated"""


def dashboard_path(settings: Settings) -> Path:
    """Where the page belongs: beside the DuckDB file."""
    return settings.analytics.with_name("dashboard.html")


def write_dashboard(published: Path, page: Path, group: str | None = None) -> None:
    """Write the page, whole or not at all, for its owner and the members of a group. Raises: NothingPublishedError, duckdb.Error, OSError."""
    columns, rows = query(published, NUMBERS)
    _, built = query(published, "SELECT strftime(max(built_at), '%-d %B %Y, %H:%M UTC') FROM build_info")
    charts = [
        ("Rows imported, by week", "What came in during the last twelve weeks.", _chart(published, WEEKS, _weeks)),
        ("Quality of leads", "How good the leads of each business are.", _chart(published, QUALITY, _quality)),
        ("Campaigns by list", "How far the lists with the most calls have come.", _chart(published, LISTS, _lists)),
        ("Why rows were rejected", "Rows by the rule they broke, in the last twelve weeks.", _chart(published, REASONS, _reasons)),
    ]
    told = _template().render(
        built=built[0][0],
        numbers=list(zip(columns, rows[0], strict=True)),
        charts=charts,
        script=_script(),
    )
    beside = page.with_name(f".{page.name}")
    beside.write_text(told, "utf-8")
    share(beside, group)
    beside.replace(page)


def _chart(published: Path, statement: str, draw: Callable[[pl.DataFrame], Any]) -> str | None:
    """A chart of what a statement gives, as JSON that may stand in a script; None if it gives nothing."""
    columns, rows = query(published, statement)
    if not rows:
        return None
    frame = pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
    return json.dumps(draw(frame).to_dict()).replace("<", "\\u003c")


def _base(frame: pl.DataFrame) -> alt.Chart:
    # The width of the page, on a phone too; labels of long names are cut.
    return alt.Chart(alt.InlineData(values=frame.to_dicts())).properties(
        width="container", autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
    )


def _colours(title: str, of: dict[str, str]) -> alt.Color:
    return alt.Color(
        title,
        type="nominal",
        scale=alt.Scale(domain=list(of), range=list(of.values())),
        legend=alt.Legend(orient="top", title=None, columns=2),
    )


def _weeks(frame: pl.DataFrame) -> Any:  # noqa: ANN401 - altair's charts are of many types
    return (
        _base(frame)
        .mark_bar()
        .encode(
            x=alt.X("week", type="ordinal", title=None, axis=alt.Axis(labelAngle=-40)),
            y=alt.Y("rows", type="quantitative", title="rows", axis=COUNTS),
            color=_colours("kind", ROWS),
            tooltip=[alt.Tooltip(name) for name in ("week:O", "kind:N", "rows:Q")],
        )
        .properties(height=260)
    )


def _quality(frame: pl.DataFrame) -> Any:  # noqa: ANN401
    return (
        _base(frame)
        .mark_bar()
        .encode(
            x=alt.X("leads", type="quantitative", stack="normalize", title="share of leads", axis=alt.Axis(format="%", tickCount=5)),
            y=alt.Y("business", type="nominal", title=None, axis=alt.Axis(labelLimit=110)),
            color=_colours("rating", RATINGS),
            tooltip=[alt.Tooltip(name) for name in ("business:N", "rating:N", "leads:Q")],
        )
        .properties(height=alt.Step(26))
    )


def _lists(frame: pl.DataFrame) -> Any:  # noqa: ANN401
    named = frame.with_columns(pl.concat_str("list", pl.lit(" · "), "campaign").alias("both"))
    return (
        _base(named)
        .mark_bar()
        .encode(
            x=alt.X("leads", type="quantitative", title="leads", axis=COUNTS),
            y=alt.Y("both", type="nominal", sort=None, title=None, axis=alt.Axis(labelLimit=150)),
            color=_colours("stage", {"converted": "#15803d", "contacted": "#86efac", "not reached yet": "#e5e7eb"}),
            tooltip=[alt.Tooltip(name) for name in ("business:N", "list:N", "campaign:N", "stage:N", "leads:Q")],
        )
        .properties(height=alt.Step(26))
    )


def _reasons(frame: pl.DataFrame) -> Any:  # noqa: ANN401
    return (
        _base(frame)
        .mark_bar(color=ROWS["rejected"])
        .encode(
            x=alt.X("rows", type="quantitative", title="rows", axis=COUNTS),
            y=alt.Y("reason", type="nominal", sort="-x", title=None, axis=alt.Axis(labelLimit=150)),
            tooltip=[alt.Tooltip(name) for name in ("reason:N", "rows:Q")],
        )
        .properties(height=alt.Step(26))
    )


@lru_cache(maxsize=1)
def _script() -> str:
    """Vega, Vega-Lite and vega-embed in one piece of script, from vl-convert: the page asks nobody for anything."""
    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version="6.4")).replace("</script", "<\\/script")


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters["number"] = lambda value: f"{value:,}"
    return environment.from_string(Path(__file__).with_name(TEMPLATE).read_text("utf-8"))
