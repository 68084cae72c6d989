"""`henk list preview|add|refresh|freeze|pin|exclude|explain|events`, `henk campaign activate|pause|complete|assign`."""

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from henk_pipeline.cli.criteria import describe_clause, names_in
from henk_pipeline.cli.directory import (
    BUSINESS,
    JSON,
    NAME_OR_ID,
    ONE_OBJECT,
    campaign_id,
    lead_list,
    list_id,
    named_campaign,
    named_list,
    of_business,
    show_done,
    show_one,
    show_rows,
    usage_errors,
)
from henk_pipeline.cli.output import complain, print_json, print_line, print_table, read_settings, say
from henk_pipeline.cli.values import described, named, read_criteria

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    import psycopg

    from henk_pipeline.postgres.businesses import Business
    from henk_pipeline.postgres.lists import UncomparedValue
    from henk_pipeline.steps.smart_lists import Refreshed

# So long a preview counts in silence, and then so long, which a person may end by Ctrl+C.
PREVIEW_SECONDS = (2, 60)
WHERE = typer.Option(metavar="JSON|FILE", help="criteria: schemas/filter_criteria.schema.json, as JSON or the name of a file of it")
CONTACT = typer.Argument(metavar="CONTACT", help="the lead's e-mail, telephone or id")


@lead_list.command("preview")
def list_preview(
    *,
    business: Annotated[str, BUSINESS],
    where: Annotated[str, WHERE],
    name_or_id: Annotated[str | None, typer.Option("--list", metavar="NAME-OR-ID", help="who would enter and leave this list")] = None,
    campaign: Annotated[str | None, typer.Option(metavar="NAME-OR-ID", help="how many would come into this campaign")] = None,
    as_json: Annotated[bool, ONE_OBJECT] = False,
) -> None:
    """Count what criteria find, before they are saved: who may be called, who is left out and why, and what each clause does alone.

    Exit code 1 where that takes more than a minute.
    """
    from henk_pipeline.postgres import smart_lists  # noqa: PLC0415
    from henk_pipeline.postgres.lists import find_uncompared  # noqa: PLC0415

    criteria = read_criteria(where)
    with of_business(business) as (connection, owner):
        target = None if name_or_id is None else list_id(connection, owner, name_or_id)
        called = None if campaign is None else campaign_id(connection, owner, campaign)
        for seconds in PREVIEW_SECONDS:
            connection.execute(f"SET statement_timeout = '{seconds}s'")
            with usage_errors("--where"):
                seen = smart_lists.preview(connection, owner.id, criteria, target, called)
            if not seen.get("slow"):
                break
            if seconds != PREVIEW_SECONDS[-1]:
                say(f"The criteria take more than {seconds} seconds to count; counting for {PREVIEW_SECONDS[-1]} seconds at most.")
        connection.execute("RESET statement_timeout")
        uncompared = [] if seen.get("slow") else find_uncompared(connection, owner.id, criteria)
    say_uncompared(uncompared)
    if as_json:
        print_json(seen | {"uncompared": [value._asdict() for value in uncompared]})
    elif seen.get("slow"):
        complain(
            f"The criteria take more than {PREVIEW_SECONDS[-1]} seconds to count. Ask for less, such as fewer clauses about campaigns."
        )
    else:
        clauses = seen.pop("clauses")
        seen.pop("sample")
        note = seen.pop("campaign_note")
        print_line(f"{seen['matched']} of {seen['of']} leads match; {seen['callable']} of them may be called.")
        show_one({name: value for name, value in seen.items() if value is not None}, as_json=False)
        if note is not None:
            say(note)
        print_table(
            ["Clause", "Alone", "All but it"], [tuple(map(str, clause.values())) for clause in clauses], right=["Alone", "All but it"]
        )
    if seen.get("slow"):
        raise typer.Exit(1)


@lead_list.command("add")
def list_add(
    name: Annotated[str, typer.Argument(callback=named, help="its name")],
    *,
    business: Annotated[str, BUSINESS],
    where: Annotated[str, WHERE],
    description: Annotated[str | None, typer.Option(callback=described, help="what it is")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="a tag; may be repeated")] = None,
    refresh: Annotated[
        Literal["auto", "manual"], typer.Option(help="auto: it follows its criteria by itself; manual: it is filled now, and when asked")
    ] = "auto",
    max_leave: Annotated[
        float | None,
        typer.Option(metavar="SHARE", min=0, max=1, help="hold a refresh in which more than this share leave; 1: it may empty itself"),
    ] = None,
    as_json: Annotated[bool, ONE_OBJECT] = False,
) -> None:
    """Add a list whose members are found by criteria, fill it, and print its id. `henk list preview` counts before."""
    from henk_pipeline.postgres import smart_lists  # noqa: PLC0415
    from henk_pipeline.postgres.lists import find_list, find_uncompared  # noqa: PLC0415

    criteria = read_criteria(where)
    with of_business(business) as (connection, owner):
        if find_list(connection, owner.id, name) is not None:
            raise typer.BadParameter(f"the business has a list {name!r} already: `henk list set` changes it", param_hint="NAME")
        values = {"filter_criteria": criteria, "description": description, "tags": tag, "refresh": refresh, "max_leave": max_leave}
        with usage_errors("--where"):
            identifier = smart_lists.add_list(connection, owner.id, name, values)
        leads = _lead_count(connection, identifier)
        uncompared = find_uncompared(connection, owner.id, criteria)
    say_uncompared(uncompared)
    if not as_json:
        say(f"{name}: {leads} leads")
    done = {"business": business, "list": name, "id": identifier, "leads": leads, "uncompared": [value._asdict() for value in uncompared]}
    show_done(str(identifier), done, as_json=as_json)


@lead_list.command("refresh")
def list_refresh(
    name_or_id: Annotated[str | None, NAME_OR_ID] = None,
    *,
    business: Annotated[
        str | None, typer.Option("--business", metavar="SLUG", help="whose lists; with --all by default everybody's")
    ] = None,
    all_lists: Annotated[bool, typer.Option("--all", help="all lists that refresh themselves")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="refresh in transactions that are rolled back, and count")] = False,
    force: Annotated[bool, typer.Option("--force", help="apply also what is held because too many would leave")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Refresh a list, or all: who meets the criteria enters, who does not leaves. Exit code 1 where something is held or failed."""
    from henk_pipeline.postgres.businesses import list_slugs  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.steps.smart_lists import refresh_business  # noqa: PLC0415

    if all_lists == (name_or_id is not None):
        raise typer.BadParameter("name a list, or give --all", param_hint="NAME-OR-ID")
    if name_or_id is not None and business is None:
        raise typer.BadParameter("name the business of the list", param_hint="--business")
    unsettled = False
    refreshed: tuple[UUID, UUID] | None = None  # the business and the list that are named
    if business is not None:
        with of_business(business) as (connection, owner):
            refreshed = None if name_or_id is None else (owner.id, list_id(connection, owner, name_or_id))
    with connect(read_settings()) as connection:
        slugs = [business] if business else list_slugs(connection)
        connection.rollback()
        for slug in slugs:
            for result in refresh_business(connection, slug, [name_or_id] if name_or_id else None, force=force, dry_run=dry_run):
                unsettled |= result.status in ("held", "failed")
                print_refreshed(result, as_json=as_json, dry_run=dry_run)
        if refreshed is not None:
            say_uncompared(_uncompared_of(connection, *refreshed))
    if unsettled:
        raise typer.Exit(1)


def _uncompared_of(connection: "psycopg.Connection", business_id: "UUID", identifier: "UUID") -> "list[UncomparedValue]":
    from henk_pipeline.postgres.lists import find_uncompared  # noqa: PLC0415

    row = connection.execute(
        "SELECT filter_criteria FROM lead_lists WHERE id = %s AND filter_criteria IS NOT NULL", [identifier]
    ).fetchone()
    return find_uncompared(connection, business_id, row[0]) if row else []


def say_uncompared(values: "Iterable[UncomparedValue]") -> None:
    """Print on stderr how many leads criteria leave out because a custom field of theirs cannot be compared."""
    for value in values:
        say(
            f"{value.leads} values of the custom field {value.custom_field!r} are no {value.compared_with} and could not be compared, such as "
            f"{value.example!r}: those leads are left out."
        )


def print_refreshed(result: "Refreshed", *, as_json: bool = False, dry_run: bool = False) -> None:
    """Print what became of a list: on stdout, and what waits for a person on stderr."""
    if as_json:
        print_json(result._asdict())
        return
    if result.status in ("held", "failed"):
        advice = (
            f" Apply it with: henk list refresh {result.list!r} --business {result.business} --force" if result.status == "held" else ""
        )
        state, reason = "held" if result.status == "held" else "not refreshed", (result.reason or "").rstrip(".")
        complain(f"{result.business}: the list {result.list!r} is {state}: {reason}.{advice}")
        return
    would = "would enter" if dry_run else "entered"
    leave = "would leave" if dry_run else "left"
    print_line(f"{result.business}: {result.list}: {result.entered} {would}, {result.left} {leave}, {result.members} members")
    for campaign in result.campaigns:
        if campaign.get("reason"):
            say(f"  {campaign['campaign']}: {campaign['reason']}")
        elif campaign["added"] or campaign["withdrawn"]:
            print_line(f"  {campaign['campaign']}: {campaign['added']} added, {campaign['withdrawn']} withdrawn")


@lead_list.command("freeze")
def list_freeze(
    name_or_id: Annotated[str, NAME_OR_ID],
    *,
    business: Annotated[str, BUSINESS],
    name: Annotated[str, typer.Option("--as", callback=named, help="the name of the copy")],
    as_json: Annotated[bool, ONE_OBJECT] = False,
) -> None:
    """Make a static list of the members that a list has now, and print its id."""
    from henk_pipeline.postgres import smart_lists  # noqa: PLC0415

    with of_business(business) as (connection, owner):
        target, copied = named_list(connection, owner, name_or_id)
        with usage_errors("--as"):
            identifier = smart_lists.freeze(connection, target, name)
        leads = _lead_count(connection, identifier)
    done = {"business": business, "list": name, "id": identifier, "leads": leads, "frozen_of": {"list": copied, "id": target}}
    show_done(str(identifier), done, as_json=as_json)


def _lead_count(connection: "psycopg.Connection", identifier: "UUID") -> int:
    row = connection.execute("SELECT lead_count FROM lead_lists WHERE id = %s", [identifier]).fetchone()
    return row[0] if row else 0


@lead_list.command("pin")
def list_pin(
    name_or_id: Annotated[str, NAME_OR_ID],
    contact: Annotated[str, CONTACT],
    *,
    business: Annotated[str, BUSINESS],
    as_json: Annotated[bool, ONE_OBJECT] = False,
) -> None:
    """Keep a lead on a list, whatever its criteria say. An exclusion is lifted."""
    from henk_pipeline.postgres import smart_lists  # noqa: PLC0415

    with of_business(business) as (connection, owner):
        (target, name), lead = named_list(connection, owner, name_or_id), _lead(connection, owner, contact)
        with usage_errors("NAME-OR-ID"):
            changed = smart_lists.pin(connection, target, lead)
    text = f"{contact} is pinned to {name_or_id}." if changed else f"{contact} was pinned to {name_or_id} already."
    show_done(text, {"business": business, "list": name, "id": target, "lead_id": lead, "changed": changed}, as_json=as_json)


@lead_list.command("exclude")
def list_exclude(
    name_or_id: Annotated[str, NAME_OR_ID],
    contact: Annotated[str, CONTACT],
    *,
    business: Annotated[str, BUSINESS],
    reason: Annotated[str | None, typer.Option(callback=described, help="why")] = None,
    as_json: Annotated[bool, ONE_OBJECT] = False,
) -> None:
    """Keep a lead off a list, whatever its criteria say. It says nothing about calls: `henk suppress` does."""
    from henk_pipeline.postgres import smart_lists  # noqa: PLC0415

    with of_business(business) as (connection, owner):
        (target, name), lead = named_list(connection, owner, name_or_id), _lead(connection, owner, contact)
        changed = smart_lists.exclude(connection, target, lead, reason or None)
    text = f"{contact} is excluded from {name_or_id}." if changed else f"{contact} was excluded from {name_or_id} already."
    show_done(text, {"business": business, "list": name, "id": target, "lead_id": lead, "changed": changed}, as_json=as_json)


@lead_list.command("explain")
def list_explain(
    name_or_id: Annotated[str, NAME_OR_ID],
    contact: Annotated[str, CONTACT],
    *,
    business: Annotated[str, BUSINESS],
    as_json: Annotated[bool, ONE_OBJECT] = False,
) -> None:
    """Tell why a lead is on a list, or is not: each clause with the value found, pin or exclusion, and the last event."""
    from henk_pipeline.postgres import smart_lists  # noqa: PLC0415

    with of_business(business) as (connection, owner):
        explanation = smart_lists.explain(connection, list_id(connection, owner, name_or_id), _lead(connection, owner, contact))
        names = names_in(connection, {"all": [clause["clause"] for clause in explanation["clauses"]]})
    if as_json:
        print_json(explanation)
        return
    member, exclusion = explanation["member"], explanation["exclusion"]
    if exclusion:
        print_line(f"{contact} is not on {explanation['list']}: excluded" + (f" ({exclusion['reason']})." if exclusion["reason"] else "."))
    elif member:
        print_line(f"{contact} is on {explanation['list']}: {_why_member(explanation)}, since {member['added_at'][:16]}.")
    elif explanation["criteria"] and explanation["meets_criteria"]:
        print_line(f"{contact} is not on {explanation['list']}, although its criteria find the lead.")
    else:
        print_line(f"{contact} is not on {explanation['list']}.")
    if explanation["held"]:
        print_line(
            f"The list is held, so its members stay as they are: {explanation['held'].get('reason')}. "
            f"Apply it with: henk list refresh {name_or_id!r} --business {business} --force"
        )
    if explanation["stale"]:
        say("The criteria have changed since the list was refreshed.")
    if explanation["last_event"]:
        print_line(
            f"Last event: {explanation['last_event']['event']} ({explanation['last_event']['cause']}), {explanation['last_event']['at'][:16]}."
        )
    if explanation["clauses"]:
        rows = []
        for clause in explanation["clauses"]:
            asked, lead_value = describe_clause(clause["clause"], names), json.dumps(clause["value"], ensure_ascii=False)
            rows.append((clause["path"], asked, lead_value, clause["reason"] or "", "yes" if clause["met"] else "no"))
        print_table(["Place", "Clause", "Value", "Why", "Met"], rows)


def _why_member(explanation: dict[str, Any]) -> str:
    """Return by what a member is on the list. Members of a list that is held, stale or static now may no longer meet its criteria."""
    origin = explanation["member"]["origin"]
    if origin == "criteria":
        return "its criteria find the lead" if explanation["meets_criteria"] else "its criteria found the lead, and do not any more"
    return {"pinned": "pinned by hand", "given": "given by an import or by hand"}[origin]


@lead_list.command("events")
def list_events(
    name_or_id: Annotated[str, NAME_OR_ID],
    *,
    business: Annotated[str, BUSINESS],
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=100_000, help="so many, the newest first")] = 50,
    refreshes: Annotated[bool, typer.Option("--refreshes", help="the refreshes instead of the leads")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List who entered and left a list with criteria, when and why."""
    from henk_pipeline.postgres import smart_lists  # noqa: PLC0415

    with of_business(business) as (connection, owner):
        target = list_id(connection, owner, name_or_id)
        rows = (smart_lists.list_refreshes if refreshes else smart_lists.list_events)(connection, target, limit)
    show_rows(rows, as_json=as_json)


def campaign_activate(
    campaign: Annotated[str, NAME_OR_ID], *, business: Annotated[str, BUSINESS], as_json: Annotated[bool, ONE_OBJECT] = False
) -> None:
    """Set a campaign active: its leads are called."""
    _set_status(campaign, business, "active", as_json=as_json)


def campaign_pause(
    campaign: Annotated[str, NAME_OR_ID], *, business: Annotated[str, BUSINESS], as_json: Annotated[bool, ONE_OBJECT] = False
) -> None:
    """Pause a campaign: nobody is called; leads still join it by its lists."""
    _set_status(campaign, business, "paused", as_json=as_json)


def campaign_complete(
    campaign: Annotated[str, NAME_OR_ID], *, business: Annotated[str, BUSINESS], as_json: Annotated[bool, ONE_OBJECT] = False
) -> None:
    """Complete a campaign: nobody is called, and no lead joins it any more."""
    _set_status(campaign, business, "completed", as_json=as_json)


def _set_status(campaign: str, slug: str, status: str, *, as_json: bool) -> None:
    from henk_pipeline.postgres.businesses import change_campaign  # noqa: PLC0415

    with of_business(slug) as (connection, owner):
        identifier, name = named_campaign(connection, owner, campaign)
        change_campaign(connection, identifier, {"status": status})
    show_done(f"{campaign} is {status}.", {"business": slug, "campaign": name, "id": identifier, "status": status}, as_json=as_json)


def campaign_assign(
    campaign: Annotated[str, NAME_OR_ID],
    name_or_id: Annotated[str, typer.Argument(metavar="LIST", help="the list's name or id")],
    *,
    business: Annotated[str, BUSINESS],
    priority: Annotated[int, typer.Option(metavar="N", min=1, help="1 is called first")] = 1,
    follow: Annotated[
        Literal["frozen", "enter", "mirror"] | None,
        typer.Option(help="what later refreshes of the list do: nothing; who joins enters; and who leaves and was not worked on goes"),
    ] = None,
    as_json: Annotated[bool, ONE_OBJECT] = False,
) -> None:
    """Assign a list to a campaign, or change its priority or how the campaign follows it. A list with criteria is refreshed first."""
    from henk_pipeline.postgres.assign import Terms, assign_list  # noqa: PLC0415

    with of_business(business) as (connection, owner):
        (called, called_name), (target, list_name) = named_campaign(connection, owner, campaign), named_list(connection, owner, name_or_id)
        with usage_errors("LIST"):
            added = assign_list(connection, called, target, Terms(priority, follow=follow))
        row = connection.execute(
            "SELECT priority, follow FROM campaign_lead_lists WHERE campaign_id = %s AND lead_list_id = %s", [called, target]
        ).fetchone()
    kept_priority, kept_follow = row or (priority, follow)
    done = {
        "business": business, "campaign": called_name, "list": list_name, "id": called, "list_id": target, "priority": kept_priority,
        "follow": kept_follow, "leads_added": added,
    }  # fmt: skip
    show_done(f"{name_or_id} is assigned to {campaign}: {added} leads added.", done, as_json=as_json)


def _lead(connection: "psycopg.Connection", owner: "Business", contact: str) -> "UUID":
    from henk_pipeline.postgres.smart_lists import find_leads  # noqa: PLC0415

    leads = find_leads(connection, owner.id, contact)
    if len(leads) == 1:
        return leads[0]
    problem = (
        f"{len(leads)} leads have it; name one by its id: {', '.join(map(str, leads[:10]))}" if leads else "the business has no such lead"
    )
    raise typer.BadParameter(f"{contact!r}: {problem}", param_hint="CONTACT")
