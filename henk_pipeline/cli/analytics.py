"""`henk analytics`: the DuckDB file anew, copies of it for others, the dashboard."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from henk_pipeline.cli.output import print_json, print_line, read_settings

app = typer.Typer(no_args_is_help=True, help="The DuckDB file that analysts read: build it, hand it on, show it.")


class Personal(StrEnum):
    """What a copy has of names and contacts."""

    keep = "keep"
    hash = "hash"
    drop = "drop"


@app.command()
def build(*, as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False) -> None:
    """Build and publish it now, from what PostgreSQL holds."""
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.steps.analytics import publish_analytics  # noqa: PLC0415

    settings = read_settings()
    with connect(settings) as connection:
        built = publish_analytics(connection, settings)
    if as_json:
        print_json({"file": str(settings.analytics), "whole": built.whole, "changed": sorted(built.changed), "rows": dict(built.rows)})
        return
    how = "from nothing" if built.whole else "from what has changed" if built.changed else "nothing has changed"
    print_line(f"{settings.analytics}: published, {how}")
    for name, rows in built.rows.items():
        print_line(f"  {name:<28} {rows:>12,}{'' if name in built.changed else '   as it was'}")


@app.command()
def export(
    target: Annotated[
        Path, typer.Argument(metavar="TARGET", help="a folder for Parquet, one file a table; or a new file that ends in .duckdb")
    ],
    *,
    business: Annotated[str | None, typer.Option(help="slug: rows of this business alone (.duckdb)")] = None,
    personal: Annotated[Personal, typer.Option(help="names and contacts: all, contacts as keyed hashes, none (.duckdb)")] = Personal.keep,
) -> None:
    """Hand on what is published: every table as Parquet, or a DuckDB file of one business or without people's names and contacts."""
    from henk_pipeline.analytics.derive import derive, export_parquet, salt_of  # noqa: PLC0415
    from henk_pipeline.analytics.publish import publish, query  # noqa: PLC0415
    from henk_pipeline.analytics.tables import load_tables  # noqa: PLC0415

    settings = read_settings()
    published = settings.analytics
    known = dict(query(published, "SELECT business, business_id::VARCHAR FROM dim_business")[1])
    if target.suffix != ".duckdb":
        if business is not None or personal is not Personal.keep:
            raise typer.BadParameter(
                "--business and --personal make a DuckDB file: let TARGET end in .duckdb, and export that as Parquet if need be"
            )
        for file in export_parquet(published, target):
            print_line(str(file))
        return
    if business is not None and business not in known:
        raise typer.BadParameter(f"there is no business {business!r} in {published}; there are {', '.join(sorted(known)) or 'none'}")
    if personal is not Personal.keep and settings.analytics_personal != "keep":
        raise typer.BadParameter(f"the published file has no more than HENK_ANALYTICS_PERSONAL={settings.analytics_personal} already")
    salt = salt_of(published.parent)
    publish(
        target.absolute(),
        lambda file: derive(
            published, file, load_tables(), published.parent / "history", personal=personal.value, salt=salt,
            business_id=known[business] if business else None,
        ),
    )  # fmt: skip
    print_line(str(target))


@app.command()
def dashboard() -> None:
    """Write the page of charts anew, and say where it is."""
    from henk_pipeline.steps.dashboard import dashboard_path, write_dashboard  # noqa: PLC0415

    settings = read_settings()
    page = dashboard_path(settings)
    write_dashboard(settings.analytics, page, settings.analytics_group)
    print_line(str(page))
