"""`henk business list|set`, `henk campaign list|set`, `henk lists`: what there is, and changing it."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from henk_pipeline.cli.output import country_code, print_json, print_line, print_table, read_settings

if TYPE_CHECKING:
    import psycopg

    from henk_pipeline.postgres.businesses import Business

BUSINESS = typer.Option(metavar="SLUG", help="whose they are")
JSON = typer.Option("--json", help="JSON Lines on stdout, one object each")


def business_list(*, as_json: Annotated[bool, JSON] = False) -> None:
    """List the businesses, with how many leads, lists and campaigns each has."""
    from henk_pipeline.postgres.businesses import list_businesses  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415

    with connect(read_settings()) as connection:
        _show(list_businesses(connection), as_json=as_json)


def business_set(
    slug: Annotated[str, typer.Argument(help="of the business")],
    *,
    name: Annotated[str | None, typer.Option(help="its name")] = None,
    country: Annotated[
        str | None, typer.Option(metavar="CC", callback=country_code, help="country of phone numbers that name none (ISO 3166-1 alpha-2)")
    ] = None,
    timezone: Annotated[str | None, typer.Option(metavar="TZ", help="IANA time zone, such as America/New_York")] = None,
) -> None:
    """Change a business. What no option names stays. A new country counts for files that are read from now on."""
    from zoneinfo import available_timezones  # noqa: PLC0415

    from henk_pipeline.postgres.businesses import change_business  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415

    if timezone is not None and timezone not in available_timezones():
        raise typer.BadParameter(f"{timezone!r} is no IANA time zone, such as America/New_York", param_hint="--timezone")
    if name is not None and not name.strip():
        raise typer.BadParameter("a name must not be empty", param_hint="--name")
    if name is country is timezone is None:
        raise typer.BadParameter("name what to change: --name, --country or --timezone")
    with connect(read_settings()) as connection:
        owner = found_business(connection, slug)
        change_business(connection, owner.id, {"name": name, "default_country": country, "timezone": timezone})
    print_line(f"{slug} is changed.")


def campaign_list(*, business: Annotated[str, BUSINESS], as_json: Annotated[bool, JSON] = False) -> None:
    """List the campaigns of a business, with their status and how many leads each has."""
    from henk_pipeline.postgres.businesses import list_campaigns  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415

    with connect(read_settings()) as connection:
        _show(list_campaigns(connection, found_business(connection, business).id), as_json=as_json)


def campaign_set(
    campaign: Annotated[str, typer.Argument(metavar="NAME-OR-ID")],
    *,
    business: Annotated[str, BUSINESS],
    name: Annotated[str | None, typer.Option(help="its new name")] = None,
    status: Annotated[
        Literal["draft", "active", "paused", "completed", "cancelled"] | None, typer.Option(help="active: its leads are called")
    ] = None,
) -> None:
    """Change a campaign. What no option names stays."""
    from henk_pipeline.postgres.businesses import UnknownCampaignError, change_campaign, find_campaign  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415

    if name is not None and not 0 < len(name.strip()) <= 255:
        raise typer.BadParameter("a name has 1 to 255 characters", param_hint="--name")
    if name is status is None:
        raise typer.BadParameter("name what to change: --name or --status")
    with connect(read_settings()) as connection:
        owner = found_business(connection, business)
        try:
            found = find_campaign(connection, owner.id, campaign)
        except UnknownCampaignError as error:
            raise typer.BadParameter(str(error)) from None
        change_campaign(connection, found.id, {"name": name, "status": status})
    print_line(f"{name or found.name} is changed.")


def lists(*, business: Annotated[str, BUSINESS], as_json: Annotated[bool, JSON] = False) -> None:
    """List the lead lists of a business, with how many leads each has and the campaigns it is assigned to."""
    from henk_pipeline.postgres.businesses import list_lead_lists  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415

    with connect(read_settings()) as connection:
        _show(list_lead_lists(connection, found_business(connection, business).id), as_json=as_json)


def found_business(connection: "psycopg.Connection", slug: str) -> "Business":
    """Return the business of a slug. Raises: typer.BadParameter."""
    from henk_pipeline.postgres.businesses import UnknownBusinessError, find_business  # noqa: PLC0415

    try:
        return find_business(connection, slug)
    except UnknownBusinessError as error:
        raise typer.BadParameter(str(error)) from None


def _show(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        for row in rows:
            print_json(row)
    elif rows:
        names = list(rows[0])
        right = [name.capitalize() for name in ("leads", "lists", "campaigns") if isinstance(rows[0].get(name), int)]
        print_table([name.capitalize() for name in names], [tuple(_cell(row[name]) for name in names) for row in rows], right=right)
    else:
        print_line("There is none yet.")


def _cell(value: Any) -> str:  # noqa: ANN401 - what a column holds
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
