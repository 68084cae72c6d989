"""The `henk` command. Every command imports what it needs when it runs: `henk --help` loads no polars, no Dagster."""

import os
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import Annotated, Any

import typer

from henk_pipeline import termination
from henk_pipeline.cli import (
    administration,
    analytics,
    checking,
    directory,
    doctor,
    duplicates,
    importing,
    matching,
    records,
    smart_lists,
    ui,
    undoing,
    worker,
)
from henk_pipeline.cli.output import Commands, complain
from henk_pipeline.cli.running import report_unraisable
from henk_pipeline.failures import READ_ONLY_SERVER, InfrastructureError
from henk_pipeline.file_modes import UMASK

app = typer.Typer(
    name="henk",
    cls=Commands,
    help="Uploaded CSVs of people to call become leads, lists, campaign leads and analytics tables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # boxes around the help cost as much time as all the rest of it
)


# Commands that end processes of their own when they are asked to end, which takes longer than a command gets.
SUPERVISORS = (["ui"], ["worker"])


def _print_version(value: bool) -> None:  # noqa: FBT001 - as typer calls it
    if value:
        from importlib.metadata import version  # noqa: PLC0415

        sys.stdout.write(f"henk {version('henk_pipeline')}\n")
        raise typer.Exit


@app.callback()
def options(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Turn uploaded CSVs of people to call into leads, lists, campaign leads and analytics tables."""


app.command("import", short_help="Import files and report the outcome of each.")(importing.import_files)
app.command("nightly", short_help="Import now what has landed since the last night.")(importing.nightly)
app.command("demo", hidden=True)(importing.demo)
app.command("check", short_help="Count what an import of files would do; load nothing.")(checking.check)
app.add_typer(matching.app, name="match", short_help="Match the people of a file, or train a model.")
app.command("imports", short_help="List the last imports and refused uploads.")(records.imports)
app.command("stale", short_help="List loaded uploads that were read by other rules than today's.")(records.stale)
app.command("rejections", short_help="List the rejected rows of an import.")(records.rejections)
app.add_typer(duplicates.app, name="duplicates", short_help="List and decide pairs that may be one person.")
app.command("undo", short_help="Undo an import.")(undoing.undo)
app.add_typer(undoing.suppressing, name="suppress", short_help="Suppress numbers and addresses: no calls, no e-mails.")
app.command("erase", short_help="Erase a person after a privacy request.")(undoing.erase)
# A statement may begin with a comment, "-- …", which would be an unknown option.
app.command("sql", context_settings={"ignore_unknown_options": True})(records.sql)
app.add_typer(analytics.app, name="analytics", short_help="Build, export and show the DuckDB file.")
app.command("migrate", short_help="Migrate the database to the newest schema.")(administration.migrate)
app.add_typer(administration.database, name="db", short_help="Print the database URL; stop the embedded server.")
app.add_typer(administration.business, name="business")
app.add_typer(administration.campaign, name="campaign")
administration.business.command("list")(directory.business_list)
administration.business.command("set")(directory.business_set)
administration.business.command("show")(directory.business_show)
administration.campaign.command("list")(directory.campaign_list)
administration.campaign.command("show")(directory.campaign_show)
administration.campaign.command("set")(directory.campaign_set)
administration.campaign.command("activate")(smart_lists.campaign_activate)
administration.campaign.command("pause")(smart_lists.campaign_pause)
administration.campaign.command("complete")(smart_lists.campaign_complete)
administration.campaign.command("assign")(smart_lists.campaign_assign)
app.add_typer(directory.lead_list, name="list", short_help="List, show, add, refresh and change lead lists.")
app.command("lists", hidden=True)(directory.lists)
app.command("rescore")(administration.rescore)
app.command("ui", short_help="Start the Dagster UI and its daemon.")(ui.ui)
app.command("worker", short_help="Execute runs from a Celery queue (deploy/).")(worker.worker)
app.command("doctor", short_help="Check settings, database, daemon and schedules.")(doctor.doctor)


def _refused_settings(error: Any) -> str:  # noqa: ANN401 - a pydantic.ValidationError, which is not loaded for `henk --help`
    """Return which settings cannot be used, and why, without their values, which may be passwords."""
    refused = [problem for problem in error.errors() if problem["type"] != "default_factory_not_called"]
    return "\n".join(
        f"HENK_{'_'.join(map(str, problem['loc'])).upper()} cannot be used: {problem['msg'].removeprefix('Value error, ')}"
        for problem in refused
    )


def _os_error(error: OSError) -> str:
    """Return in words which access to which file the operating system refused; in the home also the setting that names it."""
    if not error.filename or not error.strerror:
        return str(error)
    message = f"{error.filename}: {error.strerror}."
    settings = sys.modules.get("henk_pipeline.settings")
    home = None if settings is None else settings.load_settings().home
    if home is None or not Path(str(error.filename)).is_relative_to(home):
        return message
    return f"{message} HENK_HOME is {home}: this user must be able to make it and write to it. `henk doctor` looks at it."


def _is_text(argument: str) -> bool:
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def store_error(error: Exception) -> bool:
    """Return whether an error comes from the library of an object store."""
    landing = sys.modules.get("henk_pipeline.uploads.landing")
    return landing is not None and type(error).__module__.partition(".")[0] in landing.STORE_MODULES


def open_standard_streams() -> None:
    """Open /dev/null in place of standard streams that are closed (`2>&-`): a file or pipe opened next would take their numbers."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the kernel gives the lowest free number


INTERRUPTED = "Query interrupted"  # a RuntimeError of DuckDB 2.0 where Ctrl-C was pressed


def main() -> None:
    """Run the command. Exit codes: 0 ok, 1 a file was refused, 2 usage error, 3 infrastructure error, 128 + n ended by signal n."""
    os.umask(UMASK)
    open_standard_streams()
    # Libraries warn their developers; people at a terminal read results. `python -W` or PYTHONWARNINGS bring them back.
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    try:
        # A library may make an error of its own of an interrupt, or not notice it for minutes (DuckDB 2.0 in a long query).
        if sys.argv[1:2] in SUPERVISORS:
            _run()
        else:
            sys.unraisablehook = report_unraisable
            with termination.watching():
                _run()
    except KeyboardInterrupt:  # outside the command, whose interrupts Typer handles: while an error is put into words, for example
        sys.exit(128 + (termination.requested_signal() or signal.SIGINT))
    except SystemExit as ended:
        number = termination.requested_signal()
        if number is None or not ended.code:
            raise
        sys.exit(128 + number)


def _run() -> None:
    try:
        app()
    except Exception as error:
        time.sleep(0.01)  # the thread that reads signals gets its turn; on a busy machine it may come later than DuckDB's own error
        if termination.is_requested() or str(error) == INTERRUPTED:
            complain("The process was asked to end. What was not committed is rolled back.")
            sys.exit(128 + (termination.requested_signal() or signal.SIGINT))
        explained = _explained(error)
        if explained is None:
            raise
        complain(explained[0])
        sys.exit(explained[1])


def _explained(error: Exception) -> tuple[str, int] | None:
    """Return in words what an error means, and the exit code; None for a fault of ours, which needs its traceback."""
    if isinstance(error, InfrastructureError):
        return str(error), error.exit_code
    if isinstance(error, OSError):
        return _os_error(error), 3
    if isinstance(error, UnicodeEncodeError):
        wrong = [argument for argument in sys.argv[1:] if not _is_text(argument)]
        advice = "is not valid UTF-8: write it in a terminal that uses UTF-8; a file needs another name."
        return (f"{wrong[0]!r} {advice}", 2) if wrong else None
    if type(error).__name__ == "ValidationError" and getattr(error, "title", "") == "Settings":
        return _refused_settings(error), 2
    if store_error(error):
        return (
            f"The landing folder cannot be used: {type(error).__name__}: {error}. HENK_LANDING names it; check that the bucket exists and "
            "that this process has credentials for it (`henk doctor` looks at both)."
        ), 3
    return _explained_by_databases(error)


def _explained_by_databases(error: Exception) -> tuple[str, int] | None:
    psycopg, duckdb = sys.modules.get("psycopg"), sys.modules.get("duckdb")
    if psycopg is not None and isinstance(error, psycopg.errors.InsufficientPrivilege):
        return f"PostgreSQL: {error.diag.message_primary or error}. {_remedy_of_right(error.diag.message_primary or '')}", 3
    if psycopg is not None and isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
        return f"PostgreSQL: {error}. {READ_ONLY_SERVER}", 3
    if psycopg is not None and isinstance(error, psycopg.Error):
        return f"PostgreSQL: {error}", 3
    if duckdb is not None and isinstance(error, duckdb.OperationalError):
        return f"DuckDB: {error}", 3
    return None


def _remedy_of_right(message: str) -> str:
    """Return what to do where the role lacks a right; deploy/loader_role.sql grants the loader role neither undo, unmerge nor erase, on purpose."""
    from henk_pipeline.postgres.rights import OWNERS_FUNCTIONS  # noqa: PLC0415

    owner = "Run this command as the owner of the tables"
    if any(function in message for function in OWNERS_FUNCTIONS):
        return f"{owner}: undoing, unmerging and erasing are not for the loader role."
    return f"{owner}. What imports and the analytics need, deploy/loader_role.sql grants to the loader role: if one of them fails, run it again."
