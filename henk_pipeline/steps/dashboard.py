"""The dashboard: one page of charts over the published DuckDB file. Self-contained, so that it can be mailed, kept and opened anywhere."""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import altair as alt
import jinja2
import polars as pl
import vl_convert

from henk_pipeline.analytics.publish import query
from henk_pipeline.file_modes import share
from henk_pipeline.leads.contract import RULES
from henk_pipeline.settings import Settings

TEMPLATE = "dashboard.html.j2"
MAX_BARS = 15
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
# The campaigns with the most calls, by list. A call that is neither waiting nor reached was given up, or the person opted out.
STAGES = {"converted": "#15803d", "contacted": "#86efac", "not reached yet": "#e5e7eb", "given up": "#9ca3af", "opted out": "#b91c1c"}
LISTS = f"""
WITH counted AS (
    SELECT campaign_id, lead_list_id, count(*) FILTER (WHERE status = 'converted') AS converted,
        count(*) FILTER (WHERE status = 'contacted') AS contacted,
        count(*) FILTER (WHERE status IN ('new', 'queued', 'calling')) AS "not reached yet",
        count(*) FILTER (WHERE status = 'failed') AS "given up", count(*) FILTER (WHERE status = 'dnc') AS "opted out"
    FROM fct_campaign_lead GROUP BY ALL),
busiest AS (
    SELECT b.business, c.campaign_name AS campaign, coalesce(l.list_name, '(no list)') AS list, n.*
    FROM counted AS n JOIN dim_campaign AS c USING (campaign_id) JOIN dim_business AS b USING (business_id)
    LEFT JOIN dim_lead_list AS l ON n.lead_list_id = l.lead_list_id
    ORDER BY n.converted + n.contacted DESC, n."not reached yet" DESC, list, n.campaign_id, n.lead_list_id LIMIT {MAX_BARS})
SELECT business, campaign, list, campaign_id::VARCHAR AS campaign_id, lead_list_id::VARCHAR AS lead_list_id, stage, leads FROM (
    UNPIVOT busiest ON converted, contacted, "not reached yet", "given up", "opted out" INTO NAME stage VALUE leads)
ORDER BY list, campaign, business, campaign_id, lead_list_id, stage"""  # noqa: S608 - a number of ours
REASONS = f"""
SELECT entry.key AS reason, sum(entry.value)::BIGINT AS rows FROM (
    SELECT unnest(map_entries(reasons)) AS entry FROM import_quality WHERE reasons IS NOT NULL AND week > current_date - INTERVAL 84 DAY)
GROUP BY ALL ORDER BY rows DESC, reason LIMIT {MAX_BARS}"""  # noqa: S608 - a number of ours
NUMBERS = """
SELECT (SELECT count(*) FROM dim_business) AS businesses, (SELECT count(*) FROM dim_lead) AS leads,
    (SELECT count(*) FROM dim_campaign WHERE status = 'active') AS "active campaigns",
    (SELECT coalesce(sum(contacted), 0) FROM campaign_funnel) AS reached, (SELECT coalesce(sum(converted), 0) FROM campaign_funnel) AS converted"""
# Amounts of two currencies make no sum.
DONATED = """
SELECT 'donated, ' || coalesce(currency, 'currency not known') AS name, sum(donated_amount) AS donated FROM campaign_funnel
GROUP BY ALL HAVING sum(donated_amount) > 0 ORDER BY donated DESC, name"""


def dashboard_path(settings: Settings) -> Path:
    """Return the path of the page: next to the DuckDB file."""
    return settings.analytics.with_name("dashboard.html")


def write_dashboard(published: Path, page: Path, group: str | None = None) -> None:
    """Write the page, whole or not at all, for its owner and the members of a group.

    Raises:
        NothingPublishedError: There is no published file.
        duckdb.Error: The published file cannot be read.
        OSError: The page cannot be written.
    """
    columns, rows = query(published, NUMBERS)
    donated = query(published, DONATED)[1]
    _, built = query(published, "SELECT strftime(max(built_at), '%-d %B %Y, %H:%M UTC') FROM build_info")
    charts = [
        _chart(
            published,
            "Rows imported, by week",
            "What came in during the last twelve weeks.",
            WEEKS,
            _weeks,
            "No row was imported in the last twelve weeks.",
        ),
        _chart(published, "Quality of leads", "How good the leads of each business are.", QUALITY, _quality, "There are no leads."),
        _chart(
            published,
            "Campaigns by list",
            "How far the lists with the most calls have come.",
            LISTS,
            _lists,
            "No list with leads is in a campaign.",
        ),
        _chart(
            published,
            "Why rows were rejected",
            "Rows by the rule they broke, in the last twelve weeks.",
            REASONS,
            _reasons,
            "No row was rejected in the last twelve weeks.",
        ),
    ]
    text = _template().render(
        built=built[0][0],
        numbers=[*zip(columns, rows[0], strict=True), *(donated or [("donated", 0)])],
        charts=charts,
        script=_script(),
    )
    temporary = page.with_name(f".{page.name}")
    temporary.write_text(text, "utf-8")
    share(temporary, group)
    temporary.replace(page)


class Chart(NamedTuple):
    """A chart of the page: its heading, what it shows, its specification as JSON that may stand in a script, and its numbers as a table.

    Without numbers the specification is None, and `without_rows` stands in its place.
    """

    title: str
    text: str
    specification: str | None
    columns: list[str]
    rows: list[tuple[Any, ...]]
    without_rows: str


def _chart(published: Path, title: str, text: str, statement: str, draw: Callable[[pl.DataFrame], Any], without_rows: str) -> Chart:
    """Return the chart of a statement's rows.

    Its description is what a screen reader reads for the picture; the numbers are in the table.
    """
    columns, rows = query(published, statement)
    if not rows:
        return Chart(title, text, None, [], [], without_rows)
    frame = pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
    if "reason" in columns:
        frame = frame.with_columns(pl.col("reason").alias("rule"), pl.col("reason").map_elements(_in_words, pl.String))
    described = draw(frame).properties(description=f"{title}. {text} The numbers are in the table below the chart.")
    shown = frame.select(pl.exclude("campaign_id", "lead_list_id"))
    return Chart(title, text, json.dumps(described.to_dict()).replace("<", "\\u003c"), shown.columns, shown.rows(), without_rows)


def _in_words(rule: str) -> str:
    """Return the message of a rule of the contract; an unknown code as it is."""
    explained = RULES.get(rule)
    return rule if explained is None else explained.message.replace("{value}", "…").replace("{column}", "…")


def _labels(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `label`, which no two bars share: list and campaign, the business where there are several, the ids where these are equal."""
    parts = ["list", "campaign"] + (["business"] if frame["business"].n_unique() > 1 else [])
    named = frame.with_columns(pl.concat_str(parts, separator=" · ").alias("label"))
    bars = pl.struct("campaign_id", "lead_list_id").n_unique().over("label")
    ids = pl.concat_str(pl.col("lead_list_id").fill_null("").str.slice(0, 8), pl.lit(" · "), pl.col("campaign_id").str.slice(0, 8))
    return named.with_columns(pl.when(bars > 1).then(pl.concat_str("label", pl.lit(" · "), ids)).otherwise("label").alias("label"))


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
    return (
        _base(_labels(frame))
        .mark_bar()
        .encode(
            x=alt.X("leads", type="quantitative", title="leads", axis=COUNTS),
            y=alt.Y("label", type="nominal", sort=None, title=None, axis=alt.Axis(labelLimit=150)),
            color=_colours("stage", STAGES),
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
            tooltip=[alt.Tooltip(name) for name in ("reason:N", "rule:N", "rows:Q")],
        )
        .properties(height=alt.Step(26))
    )


@lru_cache(maxsize=1)
def _script() -> str:
    """Return Vega, Vega-Lite and vega-embed as one script, from vl-convert: the page needs no network."""
    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version="6.4")).replace("</script", "<\\/script")


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters["number"] = lambda value: f"{value:,}"
    return environment.from_string(Path(__file__).with_name(TEMPLATE).read_text("utf-8"))
