"""`henk import`, `henk nightly` and `make run`'s demo: run files through the Dagster job, and print the result of each."""

import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from henk_pipeline import termination
from henk_pipeline.cli.doctor import warn_of_problems
from henk_pipeline.cli.output import complain, country_code, describe_discarded, many_duplicates, print_json, print_line, read_settings, say
from henk_pipeline.cli.running import Finished, ending_in_order, refresh_lists, run_uploads

if TYPE_CHECKING:
    import psycopg

    from henk_pipeline.settings import Settings
    from henk_pipeline.uploads.landing import IgnoredEntry
    from henk_pipeline.uploads.manifest import Manifest
    from henk_pipeline.uploads.received import ReceivedUpload

COUNTS = (
    "rows_read", "rows_accepted", "rows_rejected", "rows_duplicate", "leads_inserted", "leads_updated", "leads_unchanged",
)  # fmt: skip


@ending_in_order()
def import_files(  # noqa: PLR0913 - an option each
    files: Annotated[list[Path], typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, help="CSV files")],
    *,
    business: Annotated[str, typer.Option(metavar="SLUG", help="whose leads they are")],
    list_name: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="list they go to; by default the file's name without its ending")
    ] = None,
    campaign: Annotated[
        list[str] | None, typer.Option(metavar="NAME-OR-ID", help="campaign the list is assigned to; may be repeated")
    ] = None,
    priority: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=2**31 - 1, help="of the list in these campaigns, 1 is called first")
    ] = None,
    update: Annotated[
        Literal["fill", "overwrite", "skip"] | None,
        typer.Option(
            help="values a known lead has: fill what is empty (default), let the file overwrite, or skip; opt-outs are kept in each"
        ),
    ] = None,
    default_country: Annotated[
        str | None,
        typer.Option(metavar="CC", callback=country_code, help="country of phone numbers that name none; by default the business's"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="print what each file would change, and change nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object a file")] = False,
) -> None:
    """Import files: copy them to the landing folder, run the Dagster job on them, and wait.

    Uses <file>.toml next to a file if present; options take precedence. Exit codes: 0 loaded (also partly), 1 a file was refused,
    2 usage error, 3 infrastructure error.
    """
    started = time.monotonic()
    settings = read_settings()
    given = {"list": list_name, "update": update, "default_country": default_country}
    options = {key: value for key, value in given.items() if value is not None}
    if dry_run:
        from henk_pipeline.cli.checking import preview_import  # noqa: PLC0415

        raise typer.Exit(preview_import(files, business, options, campaign or [], priority, as_json=as_json))
    check_names(settings, business, campaign or [])
    uploads = [_land(settings, file, business, options, campaign or [], priority) for file in files]
    finished = run_uploads(settings, {upload.key: upload for upload in uploads if upload}, started, again=True)
    outcomes = [_outcome(str(file), upload, finished, started) for file, upload in zip(files, uploads, strict=True)]
    report(outcomes, finished, as_json=as_json)
    raise typer.Exit(_exit_code(outcomes, finished))


@ending_in_order()
def nightly(*, as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object a file")] = False) -> None:
    """Import now what has landed since, as the schedule does at night, and publish the analytics.

    Uploads that other runs are importing are left to them. SIGTERM and Ctrl-C end it within 10 seconds: what it was loading is rolled back,
    and the next night loads it.
    """
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.landed_files import note_launch  # noqa: PLC0415
    from henk_pipeline.postgres.locks import planning_lock  # noqa: PLC0415
    from henk_pipeline.steps.discovery import discover_uploads  # noqa: PLC0415

    started = time.monotonic()
    settings = read_settings()
    with connect(settings) as connection, planning_lock(connection):
        discovery = discover_uploads(settings, connection)
        uploads = {upload.key: upload for upload in _unclaimed(settings, connection, discovery.pending)}
        note_launch(connection, list(uploads))
        connection.commit()
    problems = _read_sent_lists(settings)
    refresh_lists(settings)  # also where no file has come: days pass
    left = len(discovery.pending) - len(uploads)
    if left:
        from henk_pipeline.orchestration.heartbeat import DAEMON_SECONDS  # noqa: PLC0415

        say(
            f"{left} uploads are left to runs that are importing them or wait in the daemon's queue. "
            f"If no daemon runs, call `henk nightly` again in {DAEMON_SECONDS / 60:.0f} minutes: it takes them over."
        )
    finished = run_uploads(settings, uploads, started, again=False, limits=discovery.limits, is_night=True)
    finished.failures += problems
    if discovery.problem is not None:
        finished.failures.append(str(discovery.problem))
    names = {key: f"{upload.business}/{upload.file_name}" for key, upload in uploads.items()}  # businesses name their files alike
    outcomes = [_outcome(upload.file_name, upload, finished, started) for key, upload in uploads.items() if key not in finished.done_before]
    report(outcomes, finished, as_json=as_json, left=left, names=names)
    if discovery.left or (uploads and discovery.left is not None):  # Dagster is loaded only where there is work
        _report_left_aside(settings, discovery.left)
    warn_of_problems(settings)
    raise typer.Exit(_exit_code(outcomes, finished))


def _read_sent_lists(settings: "Settings") -> list[str]:
    """Read rows that clients sent by SQL, as the sensor `sent_lists_arrive` has it done where a daemon runs; return what failed."""
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.sent_rows import newest_row  # noqa: PLC0415

    with connect(settings) as connection:
        newest = newest_row(connection)
        connection.commit()
        if newest is None:
            return []
        from henk_pipeline.steps.sent_lists import SentListsNotReadError, read_sent_lists  # noqa: PLC0415

        try:
            for result in read_sent_lists(connection):
                say(
                    f"{result.business}: the sent list “{result.name}” was read: "
                    f"rows {result.rows}, leads opted out {result.opted_out}, unclear {result.unclear}"
                )
        except SentListsNotReadError as error:
            return [f"{error} {error.remedy}"]
    return []


def _report_left_aside(settings: "Settings", left: "list[IgnoredEntry]") -> None:
    from henk_pipeline.orchestration.left_aside import report_left_aside  # noqa: PLC0415
    from henk_pipeline.orchestration.runs import open_instance  # noqa: PLC0415

    with open_instance(settings) as instance:
        report_left_aside(instance, settings, left)


def _unclaimed(settings: "Settings", connection: "psycopg.Connection", uploads: "list[ReceivedUpload]") -> "list[ReceivedUpload]":
    """Return the uploads that no other process is importing. Dagster is loaded only if there are uploads: it takes seconds."""
    if not uploads:
        return []
    from henk_pipeline.orchestration.heartbeat import daemon_state  # noqa: PLC0415
    from henk_pipeline.orchestration.orphaned_runs import end_orphaned_runs  # noqa: PLC0415
    from henk_pipeline.orchestration.run_planner import cancel_queued, unclaimed  # noqa: PLC0415
    from henk_pipeline.orchestration.runs import open_instance  # noqa: PLC0415

    with open_instance(settings) as instance:
        end_orphaned_runs(instance, connection)  # where no daemon runs, no other process does
        is_alive, _ = daemon_state(instance)
        if not is_alive:
            cancel_queued(instance, uploads)
        return unclaimed(instance, connection, uploads)


@ending_in_order()
def demo() -> None:
    """Add a demo business with two campaigns, and import the example uploads (`make run`)."""
    from henk_pipeline.postgres.businesses import add_business, add_campaign  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.settings import examples_folder  # noqa: PLC0415
    from henk_pipeline.steps.intake import receive_files  # noqa: PLC0415
    from henk_pipeline.uploads.landing import fetch_manifest, find_landed, land  # noqa: PLC0415

    started = time.monotonic()
    settings = read_settings()
    with connect(settings) as connection:
        owner, _ = add_business(connection, "harbor-light", "Harbor Light Food Bank", "US", "America/New_York")
        for name in ("Year End 2026", "Spring Gala 2027"):
            add_campaign(connection, owner, name)
    examples = find_landed(examples_folder()).files
    landed = [land(Path(file.location), file.business, settings.landing, fetch_manifest(file) or None) for file in examples]
    with connect(settings) as connection:
        uploads = {upload.key: upload for upload in receive_files(settings, connection, landed)}
    finished = run_uploads(settings, uploads, started, again=True)
    outcomes = [_outcome(upload.file_name, upload, finished, started) for upload in uploads.values()]
    report(outcomes, finished, as_json=False)
    if not finished.failures:
        _what_next(settings)
    raise typer.Exit(_exit_code(outcomes, finished))


def report(
    outcomes: list[dict[str, Any]], finished: Finished, *, as_json: bool, left: int = 0, names: dict[str, str] | None = None
) -> None:
    """Print the outcome of every file: JSON Lines, or a paragraph a file for people.

    Args:
        outcomes: The outcomes, as `henk import --json` prints them.
        finished: The result of the runs.
        as_json: Whether to print JSON Lines.
        left: How many files other runs import.
        names: Names of files for people, by upload, where a file's own name does not show its business.
    """
    limit = read_settings().warn_duplicates
    for outcome in outcomes:
        if as_json:
            print_json(outcome)
        else:
            name = (names or {}).get(outcome["upload"], outcome["file"])
            _tell(outcome, name, done_before=outcome["upload"] in finished.done_before)
        if warning := many_duplicates(outcome, limit):
            say(f"Warning: {outcome['file']}: {warning}")
    for failure in finished.failures:
        complain(failure)
    if finished.is_terminated:
        complain("The process was asked to end. What it was loading is rolled back; files that are not done stay pending.")
    if not as_json:
        if not outcomes and not finished.failures and not left:
            print_line("Nothing new has landed.")
        elif outcomes and all(outcome["upload"] in finished.done_before for outcome in outcomes):
            print_line("Nothing has changed: all of this was imported before.")
        if finished.published:
            print_line("The analytics are published.")


def _tell(outcome: dict[str, Any], name: str, *, done_before: bool) -> None:
    before = " (imported before)" if done_before else ""
    print_line(f"{name}: {outcome['status']}{before}")
    if outcome["error"]:
        print_line(f"  {'failed' if outcome['status'] == 'failed' else 'refused':<11} {outcome['error']}")
    if outcome["status"] != "failed":
        print_line(
            "  rows        {rows_read} read = {rows_accepted} accepted + {rows_rejected} rejected + {rows_duplicate} duplicate".format(
                **outcome
            )
        )
    if outcome["values_discarded"]:
        print_line(f"  not kept    {describe_discarded(outcome['values_discarded'])}; the report names the lines")
    if outcome["lead_list_id"]:
        print_line("  leads       {leads_inserted} inserted, {leads_updated} updated, {leads_unchanged} unchanged".format(**outcome))
        print_line(f"  list        {outcome['list']}")
        campaigns = ", ".join(outcome["campaigns"])
        print_line(
            f"  campaigns   {campaigns} ({outcome['campaign_leads_added']} campaign leads added)" if campaigns else "  campaigns   none"
        )
    for note in outcome["notes"]:
        print_line(f"  note        {note}")
    if outcome["rejected_file"]:
        print_line(f"  to mend     {outcome['rejected_file']}")
    if outcome["report"]:
        print_line(f"  report      {outcome['report']}")
    print_line("")


def _what_next(settings: "Settings") -> None:
    from henk_pipeline.settings import CHECKOUT  # noqa: PLC0415

    henk = ".venv/bin/henk" if CHECKOUT else "henk"
    print_line()
    print_line("What to do next:")
    print_line(f"  look at it    {henk} ui                                             then open http://127.0.0.1:{settings.ui_port}")
    print_line(f'  ask it        {henk} sql "FROM lead_quality_distribution"')
    print_line(f'  your own file {henk} import your.csv --business harbor-light --campaign "Year End 2026"')
    print_line(f"The embedded PostgreSQL keeps running; `{henk} db stop` ends it.")


def check_names(settings: "Settings", business: str, campaigns: list[str]) -> None:
    """Refuse names on the command line that the database does not have, before anything is copied.

    Raises:
        typer.BadParameter: There is no such business or campaign.
    """
    from henk_pipeline.postgres.businesses import UnknownBusinessError, UnknownCampaignError, find_business, find_campaign  # noqa: PLC0415
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415

    with connect(settings) as connection:
        try:
            owner = find_business(connection, business)
            for name in campaigns:
                find_campaign(connection, owner.id, name)
        except UnknownBusinessError as error:
            raise typer.BadParameter(str(error), param_hint="--business") from None
        except UnknownCampaignError as error:
            raise typer.BadParameter(str(error), param_hint="--campaign") from None


def _land(
    settings: "Settings", file: Path, business: str, options: dict[str, str], campaigns: list[str], priority: int | None
) -> "ReceivedUpload | None":
    """Copy a file with its manifest to the landing folder and receive it; None if it changed meanwhile."""
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.steps.intake import receive_files  # noqa: PLC0415
    from henk_pipeline.uploads.landing import ManifestNameError, find_manifest, land  # noqa: PLC0415
    from henk_pipeline.uploads.manifest import ManifestError, parse_manifest, write_manifest  # noqa: PLC0415

    try:
        manifest_file = find_manifest(file)
    except ManifestNameError as error:
        raise typer.BadParameter(str(error)) from None
    text = manifest_file.read_text("utf-8", errors="replace") if manifest_file else ""
    try:
        manifest = with_options(parse_manifest(text), options, campaigns, priority)
        if manifest.list is None:
            # Named here, because the landed file may have to take another name.
            manifest = manifest.model_copy(update={"list": file.stem[:255]})
        text = write_manifest(manifest)
    except ManifestError as error:
        if not text:
            raise typer.BadParameter(str(error)) from None
    with connect(settings) as connection:
        return next(iter(receive_files(settings, connection, [land(file, business, settings.landing, text)])), None)


def with_options(manifest: "Manifest", options: dict[str, str], campaigns: list[str], priority: int | None) -> "Manifest":
    """Return a manifest with the values of options in place of its own.

    Raises:
        ManifestError: The result is no valid manifest.
    """
    from henk_pipeline.uploads.manifest import check_manifest  # noqa: PLC0415

    values = manifest.model_dump(mode="json", exclude_defaults=True) | options
    if campaigns:
        values["campaigns"] = [{"campaign": name} for name in campaigns]
    if priority is not None:
        values["campaigns"] = [{**assignment, "priority": priority} for assignment in values.get("campaigns", [])]
    return check_manifest(values)


def _outcome(file: str, upload: "ReceivedUpload | None", finished: Finished, started: float) -> dict[str, Any]:
    seconds = round(time.monotonic() - started, 3)
    if upload is not None and upload.key in finished.outcomes:
        return {"seconds": seconds, **finished.outcomes[upload.key], "file": file}
    if upload is None:
        error = "The file changed while it was read."
    elif upload.key in finished.isolated:
        error = f"{finished.isolated[upload.key]}. The file stays pending; the next night tries it again."
    else:
        error = (
            "The command was ended before this file was done; it stays pending, and the next night or the same command imports it."
            if finished.is_terminated
            else "The run failed before this file was done; it stays pending. Run it again."
        )
    return {
        "file": file, "upload": upload.key if upload else None, "import_id": None, "status": "failed", "error": error,
        **dict.fromkeys(COUNTS, 0), "values_discarded": {}, "notes": [],
        "list": upload.list_name if upload else None, "lead_list_id": None, "campaigns": [],
        "campaign_leads_added": 0, "rejected_file": None, "report": None, "seconds": seconds,
    }  # fmt: skip


def _exit_code(outcomes: list[dict[str, Any]], finished: Finished) -> int:
    if finished.is_terminated:
        return 128 + (termination.requested_signal() or signal.SIGINT)
    if finished.failures or any(outcome["status"] == "failed" for outcome in outcomes):
        return 3
    # A file that was loaded before stays loaded where its manifest now asks what is refused: the error says so.
    return 1 if any(outcome["status"] == "rejected" or outcome["error"] for outcome in outcomes) else 0
