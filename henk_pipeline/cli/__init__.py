"""The `henk` command. Every command imports what it needs when it runs: `henk --help` loads no polars, no Dagster."""

import os
import signal
import sys
import warnings
from pathlib import Path
from typing import Annotated, Any

import typer

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
    ui,
    undoing,
    worker,
)
from henk_pipeline.cli.output import complain
from henk_pipeline.failures import InfrastructureError
from henk_pipeline.file_modes import UMASK

app = typer.Typer(
    name="henk",
    help="Uploaded CSVs of people to call become leads, lists, campaign leads and analytics tables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # boxes around the help cost as much time as all the rest of it
)


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
    """Uploaded CSVs of people to call become leads, lists, campaign leads and analytics tables."""


app.command("import", short_help="Import files, and tell what became of each.")(importing.import_files)
app.command("nightly", short_help="Import what has landed since, now.")(importing.nightly)
app.command("demo", hidden=True)(importing.demo)
app.command("check")(checking.check)
app.add_typer(matching.app, name="match", short_help="Who of a file is who.")
app.command("imports")(records.imports)
app.command("stale", short_help="Loaded uploads that were read by other rules than today's.")(records.stale)
app.command("rejections", short_help="The rejected rows of an import.")(records.rejections)
app.add_typer(duplicates.app, name="duplicates", short_help="Pairs that may be one person: decide.")
app.command("undo", short_help="Take back what an import did.")(undoing.undo)
app.add_typer(undoing.suppressing, name="suppress", short_help="Nobody calls or writes these any more.")
app.command("erase", short_help="A privacy request: the person is gone.")(undoing.erase)
app.command("sql")(records.sql)
app.add_typer(analytics.app, name="analytics", short_help="The DuckDB file: build, hand on, show.")
app.command("migrate", short_help="Bring the database to the newest schema.")(administration.migrate)
app.add_typer(administration.database, name="db", short_help="The database and its URL.")
app.add_typer(administration.business, name="business")
app.add_typer(administration.campaign, name="campaign")
administration.business.command("list")(directory.business_list)
administration.business.command("set")(directory.business_set)
administration.business.command("show")(directory.business_show)
administration.campaign.command("list")(directory.campaign_list)
administration.campaign.command("show")(directory.campaign_show)
administration.campaign.command("set")(directory.campaign_set)
app.add_typer(directory.lead_list, name="list", short_help="The lead lists of a business: list, show, change.")
app.command("lists", hidden=True)(directory.lists)
app.command("rescore")(administration.rescore)
app.command("ui", short_help="Start the Dagster UI and its daemon.")(ui.ui)
app.command("worker", short_help="Execute runs from a Celery queue (deploy/).")(worker.worker)
app.command("doctor", short_help="Whether what Henk needs is there.")(doctor.doctor)


def _refused_settings(error: Any) -> str:  # noqa: ANN401 - a pydantic.ValidationError, which is not loaded for `henk --help`
    """Say which settings cannot be used, and why; nothing of what stands in them, which may be a password."""
    refused = [one for one in error.errors() if one["type"] != "default_factory_not_called"]
    return "\n".join(
        f"HENK_{'_'.join(map(str, one['loc'])).upper()} cannot be used: {one['msg'].removeprefix('Value error, ')}" for one in refused
    )


def _os_error(error: OSError) -> str:
    """Return in words what the operating system refused, of which file; of the home with the setting that names it."""
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


def main() -> None:
    """Run the command. Exit codes: 0 ok, 1 a file was refused, 2 usage error, 3 infrastructure error, 128 + n ended by signal n."""
    os.umask(UMASK)
    # Libraries warn their developers; people at a terminal read results. `python -W` or PYTHONWARNINGS bring them back.
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    try:
        _run()
    except KeyboardInterrupt:  # outside the command, whose interrupts Typer handles: while an error is put into words, for example
        sys.exit(128 + signal.SIGINT)


def _run() -> None:
    try:
        app()
    except Exception as error:
        explained = _explained(error)
        if explained is None:
            raise
        complain(explained[0])
        sys.exit(explained[1])


def _explained(error: Exception) -> tuple[str, int] | None:
    """Return in words what an error means, and the exit code; None for a fault of ours, whose traceback is wanted."""
    if isinstance(error, InfrastructureError):
        return str(error), 3
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
        return (
            f"PostgreSQL: {error.diag.message_primary or error}. Run this command as the owner of the tables, "
            "as erasing, undoing and migrating need, or grant the loader role what it lacks: run deploy/loader_role.sql again."
        ), 3
    if psycopg is not None and isinstance(error, psycopg.Error):
        return f"PostgreSQL: {error}", 3
    if duckdb is not None and isinstance(error, duckdb.OperationalError):
        return f"DuckDB: {error}", 3
    return None
