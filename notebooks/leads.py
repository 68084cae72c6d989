"""Leads, campaigns and imports with charts: `make notebook` opens it, `python notebooks/leads.py` runs it without a browser."""

import marimo

app = marimo.App(width="medium", app_title="Henk: leads and campaigns")


@app.cell
def _():
    import altair as alt
    import marimo as mo

    from henk_pipeline.analytics.publish import opened
    from henk_pipeline.settings import load_settings

    # Read-only, and only as long as it is asked: a new build takes the file's place and does not wait.
    def ask(statement):
        with opened(load_settings().analytics) as henk:
            return henk.sql(statement).pl()

    return alt, ask, mo


@app.cell
def _(ask, mo):
    built = ask("SELECT max(built_at)::VARCHAR AS built_at, sum(row_count)::BIGINT AS all_rows FROM build_info").row(0)
    mo.md(f"# Leads and campaigns\nBuilt {built[0]}, {built[1]:,} rows in all tables.")


@app.cell
def _(alt, ask, mo):
    quality = ask("SELECT business, quality_rating, count AS leads, avg_score FROM lead_quality_distribution")
    mo.vstack(
        [
            mo.md("## How good the leads are"),
            alt.Chart(quality).mark_bar().encode(x="leads", y="business", color="quality_rating", tooltip=["leads", "avg_score"]),
        ]
    )


@app.cell
def _(alt, ask, mo):
    funnel = ask(
        "UNPIVOT (SELECT business || ' · ' || campaign_name AS campaign, leads, attempted, contacted, converted FROM campaign_funnel) "
        "ON leads, attempted, contacted, converted INTO NAME stage VALUE number"
    )
    order = ["leads", "attempted", "contacted", "converted"]
    mo.vstack(
        [
            mo.md("## How far campaigns have come"),
            alt.Chart(funnel)
            .mark_bar()
            .encode(x=alt.X("number").title("leads"), y=alt.Y("stage", sort=order).title(None), row=alt.Row("campaign").title(None)),
        ]
    )


@app.cell
def _(alt, ask, mo):
    hours = ask("SELECT timezone, hour_utc, sum(callable_now)::BIGINT AS callable_now FROM contactability GROUP BY ALL")
    mo.vstack(
        [
            mo.md("## Who can be called at which hour (UTC)"),
            alt.Chart(hours).mark_rect().encode(x="hour_utc:O", y="timezone", color="callable_now", tooltip=["callable_now"]),
        ]
    )


@app.cell
def _(alt, ask, mo):
    nights = ask("SELECT night, business, quality_rating, leads FROM history_lead_quality")
    mo.vstack(
        [
            mo.md("## How the leads have grown"),
            alt.Chart(nights).mark_line(point=True).encode(x="night:T", y="leads", color="quality_rating", row="business"),
        ]
    )


@app.cell
def _(ask, mo):
    mo.vstack([mo.md("## What imports were like"), mo.ui.table(ask("SELECT * EXCLUDE (business_id, reasons) FROM import_quality"))])


if __name__ == "__main__":
    app.run()
