"""`henk undo`, `henk suppress`, `henk erase`: undo an import, suppress contacts, erase a person."""

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from henk_pipeline.cli.output import complain, country_code, print_json, print_line, print_table, read_settings, say
from henk_pipeline.cli.records import parse_import_id

if TYPE_CHECKING:
    import psycopg

    from henk_pipeline.postgres.erasure import Person
    from henk_pipeline.settings import Settings


class _DefaultGroup(TyperGroup):
    """The group in which `henk suppress VALUE` is `henk suppress add VALUE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - Typer's own copy of click's Context
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["add", *args]
        return super().parse_args(ctx, args)


suppressing = typer.Typer(
    cls=_DefaultGroup,
    help="Suppress numbers and addresses (henk suppress VALUE … --business SLUG), list them, or lift a mistake.",
    no_args_is_help=True,
)

MAX_LINE_DIGITS = 9  # line_number is an integer
WHY = "asked not to be called or written"
BUSINESS = typer.Option("--business", metavar="SLUG", help="whose leads")


def undo(
    import_id: Annotated[str, typer.Argument(metavar="IMPORT_ID", help="as `henk imports` shows it")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Undo an import, except for what people have worked on since. May be run again. Exit code 1 if something had to stay."""
    import psycopg  # noqa: PLC0415

    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.imports import undo_import  # noqa: PLC0415

    identifier = parse_import_id(import_id)
    settings = read_settings()
    with connect(settings) as connection:
        try:
            report = undo_import(connection, identifier)
        except psycopg.errors.NoDataFound as error:
            raise typer.BadParameter(f"{error.diag.message_primary} `henk imports` lists them.") from None
        except psycopg.errors.ObjectNotInPrerequisiteState as error:
            raise typer.BadParameter(error.diag.message_primary or str(error)) from None
    _publish_again(settings)
    if as_json:
        print_json(report)
    else:
        _show_undone(report)
    raise typer.Exit(1 if report["leads_kept"] else 0)


def _publish_again(settings: "Settings") -> None:
    """Publish the DuckDB file again, if there is one, without the rows that were undone or erased."""
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
        f"  campaigns   {report['campaign_leads_removed']} campaign leads removed, {report['assignments_removed']} assignments removed"
    )
    if report["values_changed_since"]:
        print_line(f"  left        {report['values_changed_since']} values that a person or a later import has changed since")
    print_line("  opt-outs    kept: a file may bring them, nothing removes them")
    if report.get("pairs_to_review"):
        print_line(
            f"  asked       {report['pairs_to_review']} pairs of leads: one has back a contact that the other one has (henk duplicates)"
        )
    if report["leads_kept"]:
        print_line(f"  left        {report['leads_kept']} leads that are in use; when they no longer are, run this again:")
        rows = [(kept["line"], kept["lead_id"], kept["stays"], f"It {kept['reason']}.") for kept in report["kept"]]
        print_table(["Line", "Lead", "What stays", "Why"], rows, right=["Line"])


@suppressing.command("add")
def suppress(
    values: Annotated[list[str] | None, typer.Argument(metavar="VALUE…", help="phone numbers and e-mail addresses")] = None,
    *,
    business: Annotated[str, BUSINESS],
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            exists=True,
            dir_okay=False,
            help="a file of them: a register (area code, number), a column of phones or e-mails, or one a line",
        ),
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help=f"why, kept with each; else the file's column “Reason”, else “{WHY}”", show_default=False)
    ] = None,
    source: Annotated[str, typer.Option(help="where they come from (a register's name), kept with each")] = "manual",
    date: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD", help="of which date the register is, kept with the reason; else the file's column “Date Added” or “Date”"
        ),
    ] = None,
    default_country: Annotated[
        str | None,
        typer.Option(metavar="CC", callback=country_code, help="country of phone numbers that name none; by default the business's"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Suppress phone numbers and e-mail addresses, from now on and in running campaigns.

    The people who have a suppressed address are not called either, at any number. Rows that the change file of a
    register deletes (D) are counted and not suppressed. Exit code 1 if something could not be read.
    """
    from henk_pipeline.postgres.businesses import UnknownBusinessError, find_business, lock_business  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.erasure import count_ended_calls  # noqa: PLC0415
    from henk_pipeline.postgres.suppressions import forbid_calls, keep_addresses  # noqa: PLC0415
    from henk_pipeline.postgres.suppressions import suppress as keep  # noqa: PLC0415
    from henk_pipeline.steps.suppress import iter_file, read_values, with_reasons  # noqa: PLC0415
    from henk_pipeline.uploads.unpacking import UnreadableFileError  # noqa: PLC0415

    if not values and file is None:
        raise typer.BadParameter("name a phone number or an e-mail address, or a --file of them")
    with connect(read_settings()) as connection:
        try:
            owner = find_business(connection, business)
            lock_business(connection, owner.id)
            before = count_ended_calls(connection, owner.id)
            country = default_country or owner.default_country
            typed = read_values(values or [], country)
            unread = [(None, cell) for _, cell in typed.unread.rows()]
            added = total = left_out = deletions = 0
            for part in chain((typed,), iter_file(file, country) if file else ()):
                unread += part.unread.rows() if part is not typed else []
                added += keep(connection, owner.id, with_reasons(part.contacts, reason, date and _date(date), WHY), WHY, source)
                total += part.contacts.height
                left_out += part.left_out
                deletions += part.deletions
                emails = part.contacts.filter(channel="email").select(email="value")
                if emails.height:
                    forbid_calls(connection, owner.id, emails)
                    keep_addresses(connection, owner.id, emails["email"])
            ended = count_ended_calls(connection, owner.id) - before
        except UnknownBusinessError as error:
            raise typer.BadParameter(str(error), param_hint="--business") from None
        except UnreadableFileError as error:
            raise typer.BadParameter(str(error), param_hint="--file") from None
    if as_json:
        lines = [{"line": line, "value": cell} for line, cell in unread]
        report = {"suppressed": added, "suppressed_before": total - added, "campaign_leads_ended": ended, "unread": lines}
        others = {"rows_that_refuse_nothing": left_out, "rows_deleted_from_register": deletions}
        print_json(report | {name: count for name, count in others.items() if count})
    else:
        print_line(f"{added} suppressed, {total - added} were already; {ended} campaign leads will not be called any more")
        if left_out:
            print_line(f"{left_out} rows say in the file that they refuse nothing, and were not suppressed")
        if deletions:
            print_line(
                f"{deletions} rows are deletions from the register (D), and were not suppressed. Lift those that were suppressed because of it: "
                f'henk suppress lift NUMBER --business {business} --reason "deleted from the register"'
            )
        if unread:
            complain(
                f"{len(unread)} cells are neither a phone number nor an e-mail address. Mend them, and suppress them again; numbers of another "
                f"country than {country} need --default-country."
            )
            print_table(["Line", "Value"], unread, right=["Line"])
    raise typer.Exit(1 if unread else 0)


def _date(written: str) -> str:
    from datetime import date  # noqa: PLC0415

    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        raise typer.BadParameter(f"{written!r} is no date (YYYY-MM-DD)", param_hint="--date") from None


@suppressing.command("list")
def list_suppressed(
    *,
    business: Annotated[str, BUSINESS],
    limit: Annotated[int, typer.Option(min=1, help="show so many, the latest first")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object a suppression")] = False,
) -> None:
    """List whom the business must not call or write, the latest first."""
    from henk_pipeline.postgres.businesses import UnknownBusinessError, find_business  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.suppressions import list_suppressions  # noqa: PLC0415

    with connect(read_settings()) as connection:
        try:
            rows = list_suppressions(connection, find_business(connection, business).id, limit)
        except UnknownBusinessError as error:
            raise typer.BadParameter(str(error), param_hint="--business") from None
    if as_json:
        for row in rows:
            print_json({**row._asdict(), "added_at": row.added_at.isoformat()})
    else:
        print_table(["Channel", "Value", "Source", "Reason", "Since"], [(*row[:4], f"{row.added_at:%Y-%m-%d}") for row in rows])


@suppressing.command("lift")
def lift_suppression(
    contact: Annotated[str, typer.Argument(metavar="VALUE", help="the phone number or e-mail address")],
    *,
    business: Annotated[str, BUSINESS],
    reason: Annotated[str, typer.Option(help="why it was a mistake; kept with who lifted it and when")],
) -> None:
    """Lift a suppression that was a mistake, except opt-outs in a call and erasures. Calls that ended stay ended."""
    from getpass import getuser  # noqa: PLC0415

    from henk_pipeline.postgres.businesses import UnknownBusinessError, find_business, lock_business  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.suppressions import LiftRefusedError, lift  # noqa: PLC0415
    from henk_pipeline.steps.suppress import read_values  # noqa: PLC0415

    if not reason.strip():
        raise typer.BadParameter("say why it was a mistake", param_hint="--reason")
    with connect(read_settings()) as connection:
        try:
            owner = find_business(connection, business)
        except UnknownBusinessError as error:
            raise typer.BadParameter(str(error), param_hint="--business") from None
        contacts = read_values([contact], owner.default_country).contacts.select("channel", "value").rows()
        digits = "".join(character for character in contact if character in "0123456789")
        if not contacts and not digits:
            raise typer.BadParameter(f"{contact!r} is neither a phone number nor an e-mail address")
        channel, value = contacts[0] if contacts else ("phone", digits)
        lock_business(connection, owner.id)
        try:
            lifted = lift(connection, owner.id, channel, value, reason.strip(), getuser())
        except LiftRefusedError:
            complain(f"{value} stays suppressed: the person opted out in a call, or was erased on request. Nothing was changed.")
            raise typer.Exit(1) from None
    print_line(f"{value} is no longer suppressed" if lifted else f"{value} was not suppressed; nothing was changed")


def erase(
    contacts: Annotated[
        list[str] | None, typer.Argument(metavar="CONTACT…", help="the person's phone numbers and e-mail addresses")
    ] = None,
    *,
    business: Annotated[str, BUSINESS],
    lead: Annotated[str | None, typer.Option("--lead", metavar="ID", help="a lead's id")] = None,
    rejected: Annotated[
        str | None,
        typer.Option(
            "--rejected",
            metavar="IMPORT_ID:LINE",
            help="a rejected row, of a person without a readable number or address; `henk rejections IMPORT_ID` lists them",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object a lead; needs --yes")] = False,
) -> None:
    """Erase a person from leads, lists and provenance, for good. What the person gave stays counted, without a name."""
    from henk_pipeline.postgres.businesses import find_business  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.erasure import erase_contacts, erase_person  # noqa: PLC0415
    from henk_pipeline.steps.intake import find_files_of, forget_derived, forget_reports  # noqa: PLC0415

    settings = read_settings()
    if rejected is not None:
        if contacts or lead is not None:
            raise typer.BadParameter("name a rejected row alone; erase contacts and leads by themselves", param_hint="--rejected")
        _erase_rejected(settings, business, rejected, yes=yes, as_json=as_json)
        return
    with connect(settings) as connection:
        people = _people(connection, business, contacts or [], lead)
        owner = find_business(connection, business)
        emails, phones = _contacts_of(people, contacts or [], owner.default_country)
        names = [(person.first_name or "", person.last_name or "") for person in people]
        landed, keys = find_files_of(settings, business, emails, phones, names)
        connection.commit()  # no open transaction while a person decides
        if not people and not contacts:
            print_line("Nobody of that business has one of these; nothing was changed.")
            raise typer.Exit(0)
        if not yes:
            print_table(["Lead", "First name", "Last name", "E-mail", "Phone", "Mobile phone"], people)
            typer.confirm("Erase them for good?", abort=True)
        with connection.transaction():
            reports = [erase_person(connection, person.id) for person in people]
            # Data on the person that belong to no lead: rejected rows, lines of undone imports, leads a client deleted.
            traces = erase_contacts(connection, owner.id, emails, phones)
            # Before the person is gone from the database: killed in between, the request can be made again.
            received = forget_derived(settings, sorted({*keys, *(key for report in (*reports, traces) for key in report["uploads"])}))
            forget_reports(settings, business, emails, phones)
            originals = [*(str(path) for path in received), *landed]
    _publish_again(settings)
    if not people and not traces["rejections_blanked"] and not originals:
        print_line("Nobody of that business has one of these, and no file or rejected row names them; they are kept as erased.")
    if as_json:
        for report in reports or [traces]:
            print_json({**report, "files_that_hold_the_person": originals})
    else:
        _show_erased(reports, originals)


def _erase_rejected(settings: "Settings", business: str, rejected: str, *, yes: bool, as_json: bool) -> None:
    """Erase a rejected row that holds a person, and what was derived from the files that hold it."""
    from henk_pipeline.postgres.businesses import UnknownBusinessError, find_business  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.erasure import erase_rejected_row, find_rejected_row  # noqa: PLC0415
    from henk_pipeline.steps.intake import find_files_with_row, forget_derived  # noqa: PLC0415

    written, _, line = rejected.rpartition(":")
    identifier = parse_import_id(written)
    with connect(settings) as connection:
        try:
            owner = find_business(connection, business)
        except UnknownBusinessError as error:
            raise typer.BadParameter(str(error), param_hint="--business") from None
        row = find_rejected_row(connection, owner.id, identifier, int(line)) if line.isdecimal() and len(line) <= MAX_LINE_DIGITS else None
        if row is None:
            raise typer.BadParameter(
                f"{line} is no line of a rejected row of import {identifier} of {business}; `henk rejections {identifier}` lists them",
                param_hint="--rejected",
            )
        cells = _cells_of(row.row)
        landed, keys = find_files_with_row(settings, business, cells)
        connection.commit()  # no open transaction while a person decides
        if not yes:
            print_line(f"{row.file_name}, line {row.line_number}: {', '.join(cells)}")
            typer.confirm("Erase this row for good?", abort=True)
        with connection.transaction():
            report = erase_rejected_row(connection, owner.id, row)
            # Before the row is gone from the database: killed in between, the request can be made again.
            received = forget_derived(settings, sorted({*keys, *report["uploads"]}))
            originals = [*(str(path) for path in received), *landed]
    if as_json:
        print_json({**report, "files_that_hold_the_person": originals})
    else:
        print_line(
            f"erased line {row.line_number} of {row.file_name}; {report['rejections_blanked']} entries of rejected rows are blank now"
        )
        _show_erased([], originals)


def _cells_of(row: dict[str, Any]) -> list[str]:
    """Return the filled cells of a rejected row; one that fits no header is a list of cells."""
    values = [cell for value in row.values() for cell in (value if isinstance(value, list) else [value])]
    return [str(cell).strip() for cell in values if cell is not None and str(cell).strip()]


def _contacts_of(people: "list[Person]", contacts: list[str], default_country: str) -> tuple[list[str], list[str]]:
    """Return the e-mail addresses and the phone numbers of a privacy request: those given, and those of the leads found by them."""
    from henk_pipeline.steps.suppress import read_values  # noqa: PLC0415

    values = {value for person in people for value in (person.email, person.phone, person.mobile_phone) if value}
    values |= set(read_values(contacts, default_country).contacts["value"])
    return sorted(value for value in values if "@" in value), sorted(value for value in values if "@" not in value)


def _people(connection: "psycopg.Connection", business: str, contacts: list[str], lead: str | None) -> "list[Person]":
    """Return the leads that a privacy request names."""
    from uuid import UUID  # noqa: PLC0415

    from henk_pipeline.postgres.businesses import UnknownBusinessError, find_business  # noqa: PLC0415
    from henk_pipeline.postgres.erasure import find_people  # noqa: PLC0415
    from henk_pipeline.steps.suppress import read_values  # noqa: PLC0415

    if not contacts and lead is None:
        raise typer.BadParameter("name the person's phone numbers or e-mail addresses, --lead with an id, or --rejected with a line")
    try:
        lead_id = UUID(lead) if lead else None
    except ValueError:
        raise typer.BadParameter(f"{lead!r} is no id of a lead", param_hint="--lead") from None
    try:
        owner = find_business(connection, business)
    except UnknownBusinessError as error:
        raise typer.BadParameter(str(error), param_hint="--business") from None
    opt_outs = read_values(contacts, owner.default_country)
    if opt_outs.unread.height:
        raise typer.BadParameter(f"neither a phone number nor an e-mail address: {', '.join(opt_outs.unread['cell'])}")
    return find_people(connection, owner.id, opt_outs.contacts["value"].to_list(), lead_id)


def _show_erased(reports: list[dict[str, Any]], originals: list[str]) -> None:
    for report in reports:
        print_line(f"erased {report['lead_id']}; {report['campaign_leads_kept_without_name']} campaign leads stay, without a name")
        for table, count in report["rows_of_other_tables"].items():
            say(f"{count} rows of the table {table} named this person and no longer do; check their other values yourself.")
    if originals:
        say(
            "These files, as they were received, hold the person or could not be searched. Delete what the request asks for. An upload without its "
            "file cannot be run again; a table can be saved without the person's rows and put into the landing folder under its name:"
        )
        for path in originals:
            print_line(f"  {path}")
        say("Rename a file whose name names the person before you put it back: imports and lists keep the name of a file.")
