"""`henk analytics`: build the DuckDB file, export copies of it, write the dashboard."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from henk_pipeline.cli.output import print_json, print_line, read_settings, say
from henk_pipeline.failures import InfrastructureError

if TYPE_CHECKING:
    from henk_pipeline.settings import Settings

MAX_NULLS = 20  # values that are published as null, of which each is named

app = typer.Typer(no_args_is_help=True, help="Build, export and show the DuckDB file that analysts read.")


class Personal(StrEnum):
    """The names and contacts in a copy."""

    keep = "keep"
    hash = "hash"
    drop = "drop"


@app.command()
def build(*, as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False) -> None:
    """Build the DuckDB file from PostgreSQL and publish it now."""
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.invariants import unpublishable_values  # noqa: PLC0415
    from henk_pipeline.steps.analytics import publish_analytics  # noqa: PLC0415

    settings = read_settings()
    with connect(settings) as connection:
        built = publish_analytics(connection, settings)
        nulls = unpublishable_values(connection, limit=MAX_NULLS + 1)
    for row in nulls[:MAX_NULLS]:
        place = f"{row['table']}.{row['column']} of {row['id']} ({row['business']})"
        say(f"{place} is published as null: {row['value']!r} is no value that DuckDB can hold. Correct it in PostgreSQL.")
    if len(nulls) > MAX_NULLS:
        say("There are more; the check values_can_be_published of campaign_leads names them.")
    if as_json:
        print_json({
            "file": str(settings.analytics), "whole": built.is_whole, "changed": sorted(built.changed), "rows": dict(built.rows),
            "published_as_null": nulls[:MAX_NULLS],
        })  # fmt: skip
        return
    how = "from nothing" if built.is_whole else "from what has changed" if built.changed else "nothing has changed"
    print_line(f"{settings.analytics}: published, {how}")
    for name, rows in built.rows.items():
        print_line(f"  {name:<28} {rows:>12,}{'' if name in built.changed else '   as it was'}")


def target_path(value: str) -> Path:
    """Return the path of an export.

    Raises:
        typer.BadParameter: The value is empty, or a suffix without a name.
    """
    if not value.strip() or Path(value).name == ".duckdb":
        problem = "it is empty" if not value.strip() else f"{value!r} is a suffix without a name"
        raise typer.BadParameter(f"{problem}: name a folder for Parquet, or a new file such as acme.duckdb")
    return Path(value)


@app.command()
def export(
    target: Annotated[
        Path,
        typer.Argument(
            metavar="TARGET", parser=target_path, help="a folder for Parquet, one file a table; or a new file that ends in .duckdb"
        ),
    ],
    *,
    business: Annotated[str | None, typer.Option(help="slug: rows of this business alone (.duckdb)")] = None,
    personal: Annotated[Personal, typer.Option(help="names and contacts: all, contacts as keyed hashes, none (.duckdb)")] = Personal.keep,
) -> None:
    """Export what is published: every table as Parquet, or a DuckDB file of one business or without people's names and contacts."""
    from henk_pipeline.analytics.derive import derive, export_parquet, is_more_personal, salt_of  # noqa: PLC0415
    from henk_pipeline.analytics.publish import publish, query  # noqa: PLC0415
    from henk_pipeline.analytics.tables import load_tables  # noqa: PLC0415

    settings = read_settings()
    published = settings.analytics
    _check_target(settings, target)
    if is_more_personal(published, settings.analytics_personal):
        raise InfrastructureError(
            f"{published} was built before HENK_ANALYTICS_PERSONAL became {settings.analytics_personal} and shows more of people than that: "
            "run `henk analytics build` first."
        )
    businesses = dict(query(published, "SELECT business, business_id::VARCHAR FROM dim_business")[1])
    if target.suffix != ".duckdb":
        if business is not None or personal is not Personal.keep:
            raise typer.BadParameter(
                "--business and --personal make a DuckDB file: let TARGET end in .duckdb, and export that as Parquet if need be"
            )
        for file in export_parquet(published, target):
            print_line(str(file))
        return
    if business is not None and business not in businesses:
        raise typer.BadParameter(f"there is no business {business!r} in {published}; there are {', '.join(sorted(businesses)) or 'none'}")
    if personal is not Personal.keep and settings.analytics_personal != "keep":
        raise typer.BadParameter(f"the published file has no more than HENK_ANALYTICS_PERSONAL={settings.analytics_personal} already")
    salt = salt_of(published.parent)
    publish(
        target.absolute(),
        lambda file: derive(
            published, file, load_tables(), published.parent / "history", personal=personal.value, salt=salt,
            business_id=businesses[business] if business else None,
        ),
    )  # fmt: skip
    print_line(str(target))


def _check_target(settings: "Settings", target: Path) -> None:
    """Refuse a target of an export that is no file or folder to write to, or a file that Henk publishes itself.

    Raises:
        typer.BadParameter: The target cannot be used; the message names its kind.
    """
    from henk_pipeline.steps.analytics import private_file  # noqa: PLC0415

    if not target.absolute().parent.is_dir():  # a mistyped path makes no tree of folders
        raise typer.BadParameter(f"there is no folder {target.absolute().parent}: make it first, or correct the path")
    folder, place = settings.analytics.parent.resolve(), target.resolve()
    published = (settings.analytics.resolve(), private_file(settings).resolve(), folder)
    owned = [folder / name for name in ("businesses", "versions", "history")]
    if settings.home.resolve() in folder.parents:  # of a folder that the operator chose only what Henk made there is Henk's
        owned.append(folder)
    if place in published or any(mine == place or mine in place.parents for mine in owned):
        raise typer.BadParameter(
            f"{target} is where Henk publishes itself: name another {'file' if target.suffix == '.duckdb' else 'folder'}"
        )
    if target.suffix != ".duckdb":
        if target.exists() and not target.is_dir():
            raise typer.BadParameter(f"{target} is no folder: name a folder for Parquet, or a new file that ends in .duckdb")
        return
    if target.exists() and not target.is_file():
        raise typer.BadParameter(f"{target} is no file that can be replaced: name a new file that ends in .duckdb")


@app.command()
def dashboard() -> None:
    """Write the page of charts again and print its path."""
    from henk_pipeline.steps.dashboard import dashboard_path, write_dashboard  # noqa: PLC0415

    settings = read_settings()
    page = dashboard_path(settings)
    write_dashboard(settings.analytics, page, settings.analytics_group)
    print_line(str(page))
