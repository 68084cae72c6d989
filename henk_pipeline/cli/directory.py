"""`henk business|campaign|list list|show|set`, `henk lists`: list them, show one with its figures, change one.

With `--json` a command that changes something prints one object: the slug of the `business`, the names of the `campaign` and `list`, the `id` of the
row, and what it did.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from henk_pipeline.cli.output import DefaultCommand, complain, country_code, print_json, print_line, print_table, read_settings
from henk_pipeline.cli.values import amount, count, day, described, named, read_criteria, time_of_day, time_zone

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg

    from henk_pipeline.postgres.businesses import Business

BUSINESS = typer.Option("--business", metavar="SLUG", help="whose they are")
JSON = typer.Option("--json", help="JSON Lines on stdout, one object each")


ONE_OBJECT = typer.Option("--json", help="one JSON object on stdout")
NAME_OR_ID = typer.Argument(metavar="NAME-OR-ID")
REMOVES = "an empty value removes it"


class ListFirst(DefaultCommand):
    """The group in which `henk list --business SLUG` lists."""

    default_command = "list"


lead_list = typer.Typer(cls=ListFirst, help="List, show, add, refresh and change the lead lists of a business.")


def business_list(*, as_json: Annotated[bool, JSON] = False) -> None:
    """List the businesses, with how many leads, lists and campaigns each has."""
    from henk_pipeline.postgres.businesses import list_businesses  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415

    with connect(read_settings()) as connection:
        show_rows(list_businesses(connection), as_json=as_json)


def business_show(slug: Annotated[str, typer.Argument(help="of the business")], *, as_json: Annotated[bool, ONE_OBJECT] = False) -> None:
    """Show a business: its leads by whether they may be called, lists, campaigns, imports and suppressions."""
    from henk_pipeline.postgres.figures import business_figures  # noqa: PLC0415

    with of_business(slug, None) as (connection, owner):
        show_one(business_figures(connection, owner.id), as_json=as_json)


def business_set(
    slug: Annotated[str, typer.Argument(help="of the business")],
    *,
    name: Annotated[str | None, typer.Option(callback=named, help="its name")] = None,
    country: Annotated[
        str | None, typer.Option(metavar="CC", callback=country_code, help="country of phone numbers that name none (ISO 3166-1 alpha-2)")
    ] = None,
    timezone: Annotated[str | None, typer.Option(metavar="TZ", callback=time_zone, help="IANA time zone, such as America/New_York")] = None,
    as_json: Annotated[bool, ONE_OBJECT] = False,
) -> None:
    """Change a business. What no option names stays. A new country counts for files that are read from now on."""
    from henk_pipeline.postgres.businesses import change_business  # noqa: PLC0415

    values = _given({"name": name, "default_country": country, "timezone": timezone}, "--name, --country or --timezone")
    with of_business(slug, None) as (connection, owner):
        change_business(connection, owner.id, values)
    show_done(f"{slug} is changed.", {"business": slug, "id": owner.id, "changed": values}, as_json=as_json)


def campaign_list(*, business: Annotated[str, BUSINESS], as_json: Annotated[bool, JSON] = False) -> None:
    """List the campaigns of a business, with their status and how many leads each has."""
    from henk_pipeline.postgres.businesses import list_campaigns  # noqa: PLC0415

    with of_business(business) as (connection, owner):
        show_rows(list_campaigns(connection, owner.id), as_json=as_json)


def campaign_show(
    campaign: Annotated[str, NAME_OR_ID], *, business: Annotated[str, BUSINESS], as_json: Annotated[bool, ONE_OBJECT] = False
) -> None:
    """Show a campaign: its terms, its leads by status, attempts, amounts, and its lists with what became of each."""
    from henk_pipeline.postgres.figures import campaign_figures  # noqa: PLC0415

    with of_business(business) as (connection, owner):
        show_one(campaign_figures(connection, campaign_id(connection, owner, campaign)), as_json=as_json)


def campaign_set(  # noqa: PLR0913 - an option a column
    campaign: Annotated[str, NAME_OR_ID],
    *,
    business: Annotated[str, BUSINESS],
    name: Annotated[str | None, typer.Option(callback=named, help="its new name")] = None,
    status: Annotated[
        Literal["draft", "active", "paused", "completed", "cancelled"] | None, typer.Option(help="active: its leads are called")
    ] = None,
    description: Annotated[str | None, typer.Option(callback=described, help=f"what it is for; {REMOVES}")] = None,
    start: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", callback=day, help=f"its first day; {REMOVES}")] = None,
    end: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", callback=day, help=f"its last day; {REMOVES}")] = None,
    call_from: Annotated[
        str | None, typer.Option(metavar="HH:MM", callback=time_of_day, help=f"no call before this time of the lead's own zone; {REMOVES}")
    ] = None,
    call_until: Annotated[
        str | None, typer.Option(metavar="HH:MM", callback=time_of_day, help=f"no call from this time on; {REMOVES}")
    ] = None,
    max_attempts: Annotated[int | None, typer.Option(metavar="N", min=1, max=2**31 - 1, help="calls to a lead, at most")] = None,
    daily_cap: Annotated[str | None, typer.Option(metavar="N", callback=count, help=f"calls a day, at most; {REMOVES}")] = None,
    budget: Annotated[str | None, typer.Option(metavar="AMOUNT", callback=amount, help=f"in the business's currency; {REMOVES}")] = None,
    goal: Annotated[str | None, typer.Option(callback=described, help=f"what is counted as its goal; {REMOVES}")] = None,
    exclude_dnc: Annotated[
        bool | None, typer.Option("--exclude-dnc/--no-exclude-dnc", help="leave out people who opted out of calls")
    ] = None,
    dedupe_by_phone: Annotated[
        bool | None, typer.Option("--dedupe-by-phone/--no-dedupe-by-phone", help="of leads with one telephone call only the first")
    ] = None,
    as_json: Annotated[bool, ONE_OBJECT] = False,
) -> None:
    """Change a campaign. What no option names stays."""
    import psycopg  # noqa: PLC0415

    from henk_pipeline.postgres.businesses import NameTakenError, change_campaign  # noqa: PLC0415

    values = _given(
        {
            "name": name, "status": status, "description": description, "start_date": start, "end_date": end, "call_window_start": call_from,
            "call_window_end": call_until, "max_attempts": max_attempts, "daily_call_cap": daily_cap, "budget": budget, "goal_metric": goal,
            "exclude_dnc": exclude_dnc, "dedupe_by_phone": dedupe_by_phone,
        },
        "such as --name or --status; `henk campaign set --help` lists them",
    )  # fmt: skip
    with of_business(business) as (connection, owner):
        identifier, old_name = named_campaign(connection, owner, campaign)
        try:
            change_campaign(connection, identifier, values)
        except NameTakenError as error:
            raise typer.BadParameter(str(error), param_hint="--name") from None
        except psycopg.errors.CheckViolation as error:
            reason = "its end would be before its start" if error.diag.constraint_name == "campaigns_check" else error.diag.message_primary
            raise typer.BadParameter(f"nothing was changed: {reason}") from None
    changed = {column: Decimal(value) if column == "budget" and value is not None else value for column, value in values.items()}
    done = {"business": business, "campaign": name or old_name, "id": identifier, "changed": changed}
    show_done(f"{name or campaign} is changed.", done, as_json=as_json)


def lists(*, business: Annotated[str, BUSINESS], as_json: Annotated[bool, JSON] = False) -> None:
    """List the lead lists of a business, with how many leads each has and the campaigns it is assigned to."""
    from henk_pipeline.postgres.businesses import list_lead_lists  # noqa: PLC0415

    with of_business(business) as (connection, owner):
        show_rows(list_lead_lists(connection, owner.id), as_json=as_json)


lead_list.command("list")(lists)


@lead_list.command("show")
def list_show(
    name_or_id: Annotated[str, NAME_OR_ID], *, business: Annotated[str, BUSINESS], as_json: Annotated[bool, ONE_OBJECT] = False
) -> None:
    """Show a list: its leads by whether they may be called and by quality, its campaigns and its last imports."""
    from henk_pipeline.cli.criteria import describe_criteria, names_in  # noqa: PLC0415
    from henk_pipeline.postgres.figures import list_figures  # noqa: PLC0415

    with of_business(business) as (connection, owner):
        figures = list_figures(connection, list_id(connection, owner, name_or_id))
        where = figures["where"]
        lines = [] if where is None or as_json else describe_criteria(where, names_in(connection, where))
    if not as_json:
        figures["where"] = lines[0] if len(lines) == 1 else "as below" if lines else None
    show_one(figures, as_json=as_json, lines={"Where": lines} if len(lines) > 1 else {})


@lead_list.command("set")
def list_set(  # noqa: PLR0913 - an option a column
    name_or_id: Annotated[str, NAME_OR_ID],
    *,
    business: Annotated[str, BUSINESS],
    name: Annotated[
        str | None, typer.Option(callback=named, help="its new name; a later file for the old name makes a list of that name")
    ] = None,
    description: Annotated[str | None, typer.Option(callback=described, help=f"what it is; {REMOVES}")] = None,
    tag: Annotated[list[str] | None, typer.Option(help=f"its tags, all of them; may be repeated; {REMOVES}")] = None,
    color: Annotated[str | None, typer.Option(callback=described, help=f"for those who show it; {REMOVES}")] = None,
    archived: Annotated[
        bool | None, typer.Option("--archived/--not-archived", help="no import fills an archived list; who is in a campaign by it stays")
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(
            metavar="JSON|FILE", help="criteria that find its members; they are compared at once; an empty value: it becomes static"
        ),
    ] = None,
    refresh: Annotated[
        Literal["auto", "manual", "frozen"] | None, typer.Option(help="whether it follows its criteria by itself, when asked, or never")
    ] = None,
    max_leave: Annotated[
        float | None,
        typer.Option(metavar="SHARE", min=0, max=1, help="hold a refresh in which more than this share leave; 1: it may empty itself"),
    ] = None,
    as_json: Annotated[bool, ONE_OBJECT] = False,
) -> None:
    """Change a list. What no option names stays. Exit code 1 where changed criteria are held."""
    from henk_pipeline.postgres.businesses import NameTakenError, change_list  # noqa: PLC0415

    tags = None if tag is None else list(dict.fromkeys(filter(None, map(str.strip, tag))))
    values = _given(
        {
            "name": name, "description": description, "tags": tags, "color": color, "is_archived": archived, "refresh": refresh,
            "max_leave": max_leave, "filter_criteria": where,
        },
        "--name, --description, --tag, --color, --archived, --not-archived, --where, --refresh or --max-leave",
    )  # fmt: skip
    if where is not None:
        values |= (
            {"list_type": "dynamic", "filter_criteria": read_criteria(where)} if where else {"list_type": "static", "filter_criteria": None}
        )
    with of_business(business) as (connection, owner):
        identifier, old_name = named_list(connection, owner, name_or_id)
        try:
            with usage_errors("--where"):
                change_list(connection, identifier, values)
        except NameTakenError as error:
            raise typer.BadParameter(f"{error} Give one of them another name.", param_hint="--name") from None
        row = connection.execute("SELECT held FROM lead_lists WHERE id = %s", [identifier]).fetchone()
    held = row[0] if row else None
    done = {"business": business, "list": name or old_name, "id": identifier, "changed": values, "held": held}
    show_done(f"{name or name_or_id} is changed.", done, as_json=as_json)
    if held is not None:
        complain(
            f"Its members stay as they are: {held.get('reason')}. "
            f"Apply it with: henk list refresh {name or name_or_id!r} --business {business} --force"
        )
        if where:
            raise typer.Exit(1)


def _given(values: Mapping[str, Any], options: str) -> dict[str, Any]:
    """Return the values of options that are given; an empty one as None, which removes the present value.

    Raises:
        typer.BadParameter: No option is given.
    """
    given = {name: None if value == "" else value for name, value in values.items() if value is not None}
    if not given:
        raise typer.BadParameter(f"name what to change: {options}")
    return given


@contextmanager
def usage_errors(option: str) -> Iterator[None]:
    """Raise what the database refuses of a value (22023) as a usage error, in its words.

    Args:
        option: The option or argument with the value.

    Raises:
        typer.BadParameter: The database refuses the value.
    """
    import psycopg  # noqa: PLC0415

    try:
        yield
    except psycopg.errors.InvalidParameterValue as error:
        raise typer.BadParameter(error.diag.message_primary or str(error), param_hint=option) from None


@contextmanager
def of_business(slug: str, option: str | None = "--business") -> Iterator[tuple["psycopg.Connection", "Business"]]:
    """Connect, and return the business of a slug with the connection, which is committed at the end."""
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415

    with connect(read_settings()) as connection:
        yield connection, found_business(connection, slug, option)


def named_campaign(connection: "psycopg.Connection", owner: "Business", name_or_id: str) -> tuple["UUID", str]:
    """Return id and name of a campaign of a business, by its name or id.

    Raises:
        typer.BadParameter: The business has no such campaign.
    """
    from henk_pipeline.postgres.businesses import UnknownCampaignError, find_campaign  # noqa: PLC0415

    try:
        campaign = find_campaign(connection, owner.id, name_or_id)
    except UnknownCampaignError as error:
        raise typer.BadParameter(str(error), param_hint="NAME-OR-ID") from None
    return campaign.id, campaign.name


def named_list(connection: "psycopg.Connection", owner: "Business", name_or_id: str) -> tuple["UUID", str]:
    """Return id and name of a list of a business, by its name or id.

    Raises:
        typer.BadParameter: The business has no such list.
    """
    from henk_pipeline.postgres.lists import UnknownListError, find_list_to_change  # noqa: PLC0415

    try:
        return find_list_to_change(connection, owner.id, name_or_id)
    except UnknownListError as error:
        raise typer.BadParameter(str(error), param_hint="NAME-OR-ID") from None


def campaign_id(connection: "psycopg.Connection", owner: "Business", name_or_id: str) -> "UUID":
    """Return the id of a campaign of a business, by its name or id.

    Raises:
        typer.BadParameter: The business has no such campaign.
    """
    return named_campaign(connection, owner, name_or_id)[0]


def list_id(connection: "psycopg.Connection", owner: "Business", name_or_id: str) -> "UUID":
    """Return the id of a list of a business, by its name or id.

    Raises:
        typer.BadParameter: The business has no such list.
    """
    return named_list(connection, owner, name_or_id)[0]


def found_business(connection: "psycopg.Connection", slug: str, option: str | None = None) -> "Business":
    """Return the business of a slug.

    Raises:
        typer.BadParameter: There is no such business.
    """
    from henk_pipeline.postgres.businesses import UnknownBusinessError, find_business  # noqa: PLC0415

    try:
        return find_business(connection, slug)
    except UnknownBusinessError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def show_done(text: str, done: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what a command has done: one JSON object, or a text.

    Args:
        text: It in words, or the id of a new row.
        done: It as an object: `business`, the names and the `id` of the row first.
        as_json: Whether the object is printed.
    """
    if as_json:
        print_json(done)
    else:
        print_line(text)


def show_rows(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print rows: a JSON object each, or a table."""
    if as_json:
        for row in rows:
            print_json(row)
    elif rows:
        names = list(rows[0])
        right = [name.capitalize() for name in ("leads", "lists", "campaigns") if isinstance(rows[0].get(name), int)]
        print_table([name.capitalize() for name in names], [tuple(_cell(row[name]) for name in names) for row in rows], right=right)
    else:
        print_line("There is none yet.")


def show_one(figures: dict[str, Any], *, as_json: bool, lines: Mapping[str, Sequence[str]] = MappingProxyType({})) -> None:
    """Print one object: a line a value, counts by kind in one line, texts of several `lines` by their heading, and a table for each list of rows."""
    if as_json:
        print_json(figures)
        return
    tables = {name: rows for name, rows in figures.items() if isinstance(rows, list) and rows and isinstance(rows[0], dict)}
    width = max(map(len, figures))
    for name, value in figures.items():
        if name not in tables:
            print_line(f"{name.replace('_', ' '):<{width}}  {_words(value)}".rstrip())
    for heading, text in lines.items():
        print_line()
        print_line(heading)
        for line in text:
            print_line(f"  {line}")
    for name, rows in tables.items():
        headings = [heading.replace("_", " ").capitalize() for heading in rows[0]]
        right = [
            name for name, value in zip(headings, rows[0].values(), strict=True) if isinstance(value, int) and not isinstance(value, bool)
        ]
        print_table(headings, [tuple(map(_cell, row.values())) for row in rows], right=right, title=f"\n{name.capitalize()}")


def _words(value: Any) -> str:  # noqa: ANN401 - what a column holds
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{count} {name}" for name, count in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else _cell(value)


def _cell(value: Any) -> str:  # noqa: ANN401 - what a column holds
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)
