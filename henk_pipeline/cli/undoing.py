"""`henk undo`, `henk suppress`, `henk erase`: taking back an import, an agreement to be called, a person."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from henk_pipeline.cli.output import complain, print_json, print_line, print_table, read_settings, say
from henk_pipeline.cli.records import parse_import_id

if TYPE_CHECKING:
    import psycopg

    from henk_pipeline.postgres.people import Person
    from henk_pipeline.settings import Settings

BUSINESS = typer.Option("--business", metavar="SLUG", help="whose leads")


def undo(
    import_id: Annotated[str, typer.Argument(metavar="IMPORT_ID", help="as `henk imports` shows it")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Take back what an import did, but for what somebody has worked on since. May be run again. Exit code 1 if something had to stay."""
    import psycopg  # noqa: PLC0415

    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.imports import undo_import  # noqa: PLC0415

    identifier = parse_import_id(import_id)
    settings = read_settings()
    with connect(settings) as connection:
        try:
            report = undo_import(connection, identifier)
        except (psycopg.errors.NoDataFound, psycopg.errors.ObjectNotInPrerequisiteState) as error:
            raise typer.BadParameter(f"{error.diag.message_primary} `henk imports` lists them.") from None
    _publish_anew(settings)
    if as_json:
        print_json(report)
    else:
        _show_undone(report)
    raise typer.Exit(1 if report["leads_kept"] else 0)


def _publish_anew(settings: "Settings") -> None:
    """What was taken back is taken out of the published DuckDB file, too, if there is one."""
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.steps.analytics import publish_analytics  # noqa: PLC0415

    if settings.analytics.exists():
        with connect(settings) as connection:
            publish_analytics(connection, settings)


def _show_undone(report: dict[str, Any]) -> None:
    print_line(f"{report['file_name']}: undone")
    print_line(f"  leads       {report['leads_deleted']} deleted, {report['leads_restored']} put back as they were")
    print_line(f"  lists       {report['members_removed']} members removed, {report['lists_deleted']} lists deleted")
    print_line(
        f"  campaigns   {report['campaign_leads_removed']} campaign leads removed, {report['assignments_removed']} assignments taken back"
    )
    if report["values_changed_since"]:
        print_line(f"  left        {report['values_changed_since']} values that somebody has changed since")
    print_line("  opt-outs    kept: a file may bring them, nothing takes them back")
    if report["leads_kept"]:
        print_line(f"  left        {report['leads_kept']} leads that are in use; when they no longer are, run this again:")
        rows = [(kept["line"], kept["lead_id"], kept["stays"], f"It {kept['reason']}.") for kept in report["kept"]]
        print_table(["Line", "Lead", "What stays", "Why"], rows, right=["Line"])


def suppress(
    values: Annotated[list[str] | None, typer.Argument(metavar="VALUE…", help="phone numbers and e-mail addresses")] = None,
    *,
    business: Annotated[str, BUSINESS],
    file: Annotated[
        Path | None,
        typer.Option("--file", exists=True, dir_okay=False, help="a file of them: a column of phones or e-mails, or one a line"),
    ] = None,
    reason: Annotated[str, typer.Option(help="why, kept with each")] = "asked not to be called or written",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Nobody calls or writes these any more, from now on and in running campaigns; of an e-mail address neither the people who have it, whatever
    their number. Exit code 1 if something could not be read.
    """
    from henk_pipeline.postgres.businesses import UnknownBusinessError, find_business, lock_business  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.people import count_ended_calls  # noqa: PLC0415
    from henk_pipeline.postgres.suppressions import forbid_calls, keep_addresses  # noqa: PLC0415
    from henk_pipeline.postgres.suppressions import suppress as keep  # noqa: PLC0415
    from henk_pipeline.steps.suppress import read_file, read_values  # noqa: PLC0415
    from henk_pipeline.uploads.unpacking import UnreadableFileError  # noqa: PLC0415

    if not values and file is None:
        raise typer.BadParameter("name a phone number or an e-mail address, or a --file of them")
    with connect(read_settings()) as connection:
        try:
            owner = find_business(connection, business)
            told = read_values(values or [], owner.default_country)
            listed = read_file(file, owner.default_country) if file else read_values([], owner.default_country)
        except UnknownBusinessError as error:
            raise typer.BadParameter(str(error), param_hint="--business") from None
        except UnreadableFileError as error:
            raise typer.BadParameter(str(error), param_hint="--file") from None
        wanted = told.found.extend(listed.found).unique(maintain_order=True)
        lock_business(connection, owner.id)
        before = count_ended_calls(connection, owner.id)
        added = keep(connection, owner.id, wanted, reason, "manual")
        emails = wanted.filter(channel="email").select(email="value")
        forbid_calls(connection, owner.id, emails)
        keep_addresses(connection, owner.id, emails["email"])
        ended = count_ended_calls(connection, owner.id) - before
    unread = [*((None, cell) for _, cell in told.unread.rows()), *listed.unread.rows()]
    if as_json:
        lines = [{"line": line, "value": cell} for line, cell in unread]
        print_json({"suppressed": added, "suppressed_before": wanted.height - added, "campaign_leads_ended": ended, "unread": lines})
    else:
        print_line(f"{added} suppressed, {wanted.height - added} were already; {ended} campaign leads will not be called any more")
        if unread:
            complain(f"{len(unread)} cells are neither a phone number nor an e-mail address. Mend them, and suppress them again.")
            print_table(["Line", "Value"], unread, right=["Line"])
    raise typer.Exit(1 if unread else 0)


def erase(
    contacts: Annotated[
        list[str] | None, typer.Argument(metavar="CONTACT…", help="the person's phone numbers and e-mail addresses")
    ] = None,
    *,
    business: Annotated[str, BUSINESS],
    lead: Annotated[str | None, typer.Option("--lead", metavar="ID", help="a lead's id")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object a lead; needs --yes")] = False,
) -> None:
    """A privacy request: the person is gone from leads, lists and provenance, for good. What was given stays counted, without a name."""
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.people import erase_person  # noqa: PLC0415
    from henk_pipeline.steps.intake import forget_derived  # noqa: PLC0415

    settings = read_settings()
    with connect(settings) as connection:
        people = _people(connection, business, contacts or [], lead)
        connection.commit()  # not a transaction while somebody thinks
        if not people:
            print_line("Nobody of that business has one of these; nothing was changed.")
            raise typer.Exit(0)
        if not yes:
            print_table(["Lead", "First name", "Last name", "E-mail", "Phone", "Mobile phone"], people)
            typer.confirm("Erase them for good?", abort=True)
        with connection.transaction():
            reports = [erase_person(connection, person.id) for person in people]
            # Before the person is gone from the database: killed in between, the request can be made again.
            originals = forget_derived(settings, sorted({key for report in reports for key in report["uploads"]}))
    _publish_anew(settings)
    if as_json:
        for report in reports:
            print_json({**report, "files_that_hold_the_person": [str(path) for path in originals]})
    else:
        _show_erased(reports, originals)


def _people(connection: "psycopg.Connection", business: str, contacts: list[str], lead: str | None) -> "list[Person]":
    """The leads that a privacy request names."""
    from uuid import UUID  # noqa: PLC0415

    from henk_pipeline.postgres.businesses import UnknownBusinessError, find_business  # noqa: PLC0415
    from henk_pipeline.postgres.people import find_people  # noqa: PLC0415
    from henk_pipeline.steps.suppress import read_values  # noqa: PLC0415

    if not contacts and lead is None:
        raise typer.BadParameter("name the person's phone numbers or e-mail addresses, or --lead with an id")
    try:
        lead_id = UUID(lead) if lead else None
    except ValueError:
        raise typer.BadParameter(f"{lead!r} is no id of a lead", param_hint="--lead") from None
    try:
        owner = find_business(connection, business)
    except UnknownBusinessError as error:
        raise typer.BadParameter(str(error), param_hint="--business") from None
    told = read_values(contacts, owner.default_country)
    if told.unread.height:
        raise typer.BadParameter(f"neither a phone number nor an e-mail address: {', '.join(told.unread['cell'])}")
    return find_people(connection, owner.id, told.found["value"].to_list(), lead_id)


def _show_erased(reports: list[dict[str, Any]], originals: list[Path]) -> None:
    for report in reports:
        print_line(f"erased {report['lead_id']}; {report['campaign_leads_kept_without_name']} campaign leads stay, without a name")
        for table, count in report["rows_of_other_tables"].items():
            say(f"{count} rows of the table {table} spoke of this person and no longer say so; what else they hold is yours to look at.")
    if originals:
        say(
            "These files, as they were received, still hold the person; delete them if the request asks for it (they cannot be run again then):"
        )
        for path in originals:
            print_line(f"  {path}")
