"""`henk db`, `migrate`, `business`, `campaign`: set up and maintain an installation."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from henk_pipeline.cli.directory import ONE_OBJECT, show_done
from henk_pipeline.cli.output import complain, country_code, print_json, print_line, read_settings, say
from henk_pipeline.cli.values import amount, count, day, described, named, time_of_day, time_zone

database = typer.Typer(help="The database: `henk db` prints its URL, starting the embedded server if needed.", invoke_without_command=True)
business = typer.Typer(help="Add, list, show and change businesses: organisations that call.", no_args_is_help=True)
campaign = typer.Typer(help="Add, list, show and change campaigns of a business.", no_args_is_help=True)


@database.callback()
def db(context: typer.Context) -> None:
    """Print a connection URL that psql takes. The embedded server is started if needed, and left up."""
    if context.invoked_subcommand is None:
        from henk_pipeline.postgres.connect import database_url  # noqa: PLC0415

        print_line(database_url(read_settings()))


@database.command("stop")
def db_stop() -> None:
    """Stop the embedded server. Exit code 3 where `henk ui` runs on this home: it would start the server again."""
    from henk_pipeline.cli.supervision import read_running  # noqa: PLC0415
    from henk_pipeline.cli.ui import lock_path  # noqa: PLC0415
    from henk_pipeline.postgres.embedded import stop  # noqa: PLC0415

    settings = read_settings()
    if running := read_running(lock_path(settings)):
        complain(f"`henk ui` runs on this home and would start the server again. End it first: kill {running['pid']}")
        raise typer.Exit(3)
    say("The embedded server is stopped." if stop(settings.postgres_data) else "The embedded server was not running.")


def migrate(
    *,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="apply all migrations in one transaction, print changes and blockers, roll back; takes a real run's locks"
        ),
    ] = False,
    quarantine: Annotated[
        bool, typer.Option("--quarantine", help="move old rows that no constraint allows to the table henk.quarantine, instead of stopping")
    ] = False,
) -> None:
    """Migrate the database to the newest schema, an old one with its data. Running it again changes nothing."""
    from henk_pipeline.postgres import embedded  # noqa: PLC0415
    from henk_pipeline.postgres.connect import own_url  # noqa: PLC0415
    from henk_pipeline.postgres.migrate import dry_run as rehearsal  # noqa: PLC0415
    from henk_pipeline.postgres.migrate import migrate as run_migrations  # noqa: PLC0415

    settings = read_settings()
    url = own_url(settings.database_url.get_secret_value()) if settings.database_url else embedded.start(settings.postgres_data)
    done = (rehearsal if dry_run else run_migrations)(url, quarantine=quarantine)
    for line in done.messages:
        print_line(f"  {line}")
    for name in done.applied:
        print_line(f"{'would apply' if dry_run else 'applied'} {name}")
    if dry_run and done.applied:
        print_line("Nothing was changed.")
    if not done.applied:
        print_line("The database has the newest schema already.")


@business.command("add")
def business_add(
    slug: Annotated[str, typer.Argument(help="its short name: lower-case letters, digits and hyphens")],
    name: Annotated[str | None, typer.Option(callback=named, help="its name; by default the slug")] = None,
    country: Annotated[
        str, typer.Option(metavar="CC", callback=country_code, help="country of phone numbers that name none (ISO 3166-1 alpha-2)")
    ] = "US",
    timezone: Annotated[str, typer.Option(metavar="TZ", callback=time_zone, help="IANA time zone, such as America/New_York")] = "UTC",
    *,
    as_json: Annotated[bool, ONE_OBJECT] = False,
) -> None:
    """Add a business and print its id. One that exists stays as it is."""
    import psycopg  # noqa: PLC0415

    from henk_pipeline.postgres.businesses import add_business  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.uploads.landing import SLUG  # noqa: PLC0415

    if not SLUG.fullmatch(slug):
        raise typer.BadParameter(f"{slug!r}: lower-case letters, digits and hyphens only, beginning with a letter or digit")
    with connect(read_settings()) as connection:
        try:
            identifier, is_new = add_business(connection, slug, name or slug, country, timezone)
        except psycopg.errors.NotNullViolation as error:
            raise typer.BadParameter(
                f"This installation's businesses need {error.diag.column_name!r}, too: make the business where that is known, then use it here"
            ) from None
    if not is_new:
        say(f"The business {slug} exists already; nothing was changed.")
    show_done(str(identifier), {"business": slug, "id": identifier, "added": is_new}, as_json=as_json)


@business.command("scoring")
def business_scoring(
    slug: Annotated[str, typer.Argument(help="of the business")],
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="a TOML with what differs from schemas/upload/scoring.toml")
    ] = None,
    *,
    reset: Annotated[bool, typer.Option("--reset", help="the common weights again")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout also where the weights are set or forgotten")] = False,
) -> None:
    """Show the weights a business has of its own, set them from a file, or forget them. `henk rescore` then applies them."""
    import tomllib  # noqa: PLC0415

    from pydantic import ValidationError  # noqa: PLC0415

    from henk_pipeline.leads.score import Scoring, load_scoring  # noqa: PLC0415
    from henk_pipeline.postgres import scores  # noqa: PLC0415
    from henk_pipeline.postgres.businesses import UnknownBusinessError, find_business  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.table_errors import describe_mistakes  # noqa: PLC0415

    with connect(read_settings()) as connection:
        try:
            owner = find_business(connection, slug)
        except UnknownBusinessError as error:
            raise typer.BadParameter(str(error)) from None
        if file is None and not reset:
            print_json(scores.scoring_of(connection, owner.id))
            return
        changes = None
        if file is not None and not reset:
            try:
                text = file.read_text("utf-8")
                changes = tomllib.loads(text)
                load_scoring().with_changes(changes)
            except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
                mistakes = describe_mistakes(error, Scoring, text) if isinstance(error, ValidationError) else str(error)
                complain(f"{file} cannot be used; nothing was changed. {mistakes}")
                raise typer.Exit(1) from None
        connection.rollback()
        scores.keep_scoring(connection, owner.id, changes)
    if as_json:
        print_json({"business": slug, "id": owner.id, "scoring": changes})
    say(f"{slug}: {'the common weights' if changes is None else 'weights of its own'}. Apply them with: henk rescore --business {slug}")


def rescore(
    *,
    business: Annotated[
        str | None, typer.Option("--business", metavar="SLUG", help="whose leads; by default those of every business")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object a business")] = False,
) -> None:
    """Score leads again, after calls or with other weights. Only those whose score changes are written."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from henk_pipeline.postgres.businesses import UnknownBusinessError, list_slugs  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.steps.rescore import LeadsNotScoredError, rescore_all  # noqa: PLC0415

    failures = 0
    with connect(read_settings()) as connection:
        for slug in [business] if business else list_slugs(connection):
            try:
                (result,) = rescore_all(connection, [slug], datetime.now(UTC).date())
            except UnknownBusinessError as error:
                raise typer.BadParameter(str(error), param_hint="--business") from None
            except LeadsNotScoredError as error:
                complain(f"{error} {error.remedy}")
                failures += 1
                continue
            if as_json:
                print_json(result._asdict())
            else:
                print_line(f"{result.business}: {result.leads} leads, {result.changed} scores changed")
            if result.error:
                complain(f"{result.business}: {result.error}")
    if failures:
        raise typer.Exit(3)


@campaign.command("add")
def campaign_add(  # noqa: PLR0913 - an option a column
    name: Annotated[str, typer.Argument(callback=named, help="the campaign's name")],
    slug: Annotated[str, typer.Option("--business", metavar="SLUG", help="whose campaign it is")],
    *,
    status: Annotated[Literal["draft", "active"], typer.Option(help="active: its leads are called")] = "draft",
    description: Annotated[str | None, typer.Option(callback=described, help="what it is for")] = None,
    start: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", callback=day, help="its first day")] = None,
    end: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", callback=day, help="its last day")] = None,
    call_from: Annotated[
        str | None, typer.Option(metavar="HH:MM", callback=time_of_day, help="no call before this time of the lead's own zone")
    ] = None,
    call_until: Annotated[str | None, typer.Option(metavar="HH:MM", callback=time_of_day, help="no call from this time on")] = None,
    max_attempts: Annotated[int | None, typer.Option(metavar="N", min=1, max=2**31 - 1, help="calls to a lead, at most")] = None,
    daily_cap: Annotated[str | None, typer.Option(metavar="N", callback=count, help="calls a day, at most")] = None,
    budget: Annotated[str | None, typer.Option(metavar="AMOUNT", callback=amount, help="in the business's currency")] = None,
    goal: Annotated[str | None, typer.Option(callback=described, help="what is counted as its goal")] = None,
    exclude_dnc: Annotated[
        bool | None, typer.Option("--exclude-dnc/--no-exclude-dnc", help="leave out people who opted out of calls")
    ] = None,
    dedupe_by_phone: Annotated[
        bool | None, typer.Option("--dedupe-by-phone/--no-dedupe-by-phone", help="of leads with one telephone call only the first")
    ] = None,
    as_json: Annotated[bool, ONE_OBJECT] = False,
) -> None:
    """Add a campaign (a draft) and print its id. One that exists stays as it is; `henk campaign set` changes it."""
    import psycopg  # noqa: PLC0415

    from henk_pipeline.postgres.businesses import UnknownBusinessError, add_campaign, change_campaign, find_business  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415

    settings = {
        "status": status, "description": description, "start_date": start, "end_date": end, "call_window_start": call_from,
        "call_window_end": call_until, "max_attempts": max_attempts, "daily_call_cap": daily_cap, "budget": budget, "goal_metric": goal,
        "exclude_dnc": exclude_dnc, "dedupe_by_phone": dedupe_by_phone,
    }  # fmt: skip
    with connect(read_settings()) as connection:
        try:
            owner = find_business(connection, slug)
            identifier, is_new = add_campaign(connection, owner.id, name)
            if is_new:
                change_campaign(connection, identifier, {column: value for column, value in settings.items() if value not in (None, "")})
        except UnknownBusinessError as error:
            raise typer.BadParameter(str(error), param_hint="--business") from None
        except psycopg.errors.NotNullViolation as error:
            raise typer.BadParameter(
                f"This installation's campaigns need {error.diag.column_name!r}, too: make the campaign where that is known, then use it here"
            ) from None
        except psycopg.errors.CheckViolation as error:
            reason = "its end would be before its start" if error.diag.constraint_name == "campaigns_check" else error.diag.message_primary
            raise typer.BadParameter(f"nothing was added: {reason}") from None
    if not is_new:
        say(f"The campaign {name!r} of {slug} exists already; nothing was changed.")
    show_done(str(identifier), {"business": slug, "campaign": name, "id": identifier, "added": is_new}, as_json=as_json)
