"""`henk imports`, `henk stale`, `henk rejections`, `henk sql`: show past imports and query the analytics."""

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from henk_pipeline.cli.output import complain, print_json, print_line, print_table, read_settings

if TYPE_CHECKING:
    import psycopg

    from henk_pipeline.postgres.imports import ImportRecord
    from henk_pipeline.postgres.refusals import Refusal

NEWEST = 100


def imports(*, as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object an import")] = False) -> None:
    """List the last hundred imports, newest first, and refused uploads of businesses that are not known."""
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.imports import list_imports  # noqa: PLC0415
    from henk_pipeline.postgres.refusals import list_refusals_without_import  # noqa: PLC0415

    with connect(read_settings()) as connection:
        records = [_as_it_is(connection, record) for record in list_imports(connection, NEWEST)]
        records += [_as_record(refusal) for refusal in list_refusals_without_import(connection, NEWEST)]
    records = sorted(records, key=lambda record: record.started_at, reverse=True)[:NEWEST]
    if as_json:
        for record in records:
            times = {"started_at": record.started_at, "finished_at": record.finished_at}
            print_json(record._asdict() | {name: moment and moment.replace(microsecond=0) for name, moment in times.items()})
        return
    print_table(
        ["Import", "Started (UTC)", "Business", "File", "List", "Status", "Read", "Accepted", "Rejected", "Duplicate", "Inserted", "Updated",
         "Unchanged", "Why"],
        [
            (
                r.id or "", f"{r.started_at:%Y-%m-%d %H:%M}", r.business, r.file_name, r.list_name, r.status,
                # The rows of a refused upload without an import are kept nowhere: 0 would say that it was empty.
                *(("",) * 7 if r.id is None else (
                    r.rows_read, r.rows_accepted, r.rows_rejected, r.rows_duplicate, r.leads_inserted, r.leads_updated, r.leads_unchanged)),
                r.error,
            )
            for r in records
        ],
        right=["Read", "Accepted", "Rejected", "Duplicate", "Inserted", "Updated", "Unchanged"],
    )  # fmt: skip


def _as_it_is(connection: "psycopg.Connection", record: "ImportRecord") -> "ImportRecord":
    """Return the record of an import; one with the status `running` whose run has ended is `pending`, with the reason if it is known."""
    from henk_pipeline.postgres.locks import is_run_held  # noqa: PLC0415

    if record.status != "running" or record.run_id is None or is_run_held(connection, record.run_id):
        return record
    return record._replace(
        status="pending", error="Its run ended before it was loaded; nothing of it is there. The next night tries again."
    )


def _as_record(refusal: "Refusal") -> "ImportRecord":
    """Return a refused upload without an import in the form of one, with an empty id."""
    from henk_pipeline.postgres.imports import ImportRecord  # noqa: PLC0415

    facts: dict[str, Any] = {name: getattr(refusal, name) for name in ("business", "upload", "file_name", "list_name")}
    facts |= {
        "status": "rejected",
        "error": refusal.reason,
        "rules": "",
        "campaigns": [],
        "campaign_ids": [],
        "options": {},
        "lead_list_id": None,
    }
    facts |= {"id": None, "assigned": None, "started_at": refusal.first_refused_at, "finished_at": refusal.last_refused_at}
    return ImportRecord(**{**dict.fromkeys(ImportRecord._fields, 0), **facts})


def stale(*, as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object an upload")] = False) -> None:
    """List loaded uploads that were read by other rules than today's, whether or not that changes them. The job rederive_stale in the UI derives
    exactly these again.
    """
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.steps.stale import find_stale  # noqa: PLC0415

    settings = read_settings()
    with connect(settings) as connection:
        uploads = find_stale(connection, settings)
    if as_json:
        for upload in uploads:
            print_json(upload._asdict())
        return
    print_table(
        ["Upload", "Business", "File", "List", "Loaded (UTC)"],
        [(upload.upload, upload.business, upload.file_name, upload.list_name, f"{upload.loaded_at:%Y-%m-%d %H:%M}") for upload in uploads],
        title=f"{len(uploads)} stale uploads",
    )


def parse_import_id(text: str) -> UUID:
    """Return the id of an import from a typed text.

    Raises:
        typer.BadParameter: The text is no id.
    """
    try:
        return UUID(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no import id; `henk imports` lists them") from None


def rejections(
    import_id: Annotated[str, typer.Argument(metavar="IMPORT_ID", help="as `henk imports` shows it")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object a rejection")] = False,
) -> None:
    """List the rejected rows of an import: line of the file, column, value, reason and remedy."""
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.imports import list_rejections, status_of  # noqa: PLC0415

    identifier = parse_import_id(import_id)
    with connect(read_settings()) as connection:
        try:
            status_of(connection, identifier)
        except LookupError as error:
            raise typer.BadParameter(str(error)) from None
        rejected = list_rejections(connection, identifier)
    if as_json:
        for rejection in rejected:
            print_json(
                {
                    "line": rejection.line_number,
                    "column": rejection.column_name,
                    "value": rejection.value,
                    "rule": rejection.rule,
                    "message": rejection.message,
                }
            )
    elif rejected:
        print_table(
            ["Line", "Column", "Value", "Why, and what to do"],
            [(r.line_number, r.column_name, r.value, r.message) for r in rejected],
            right=["Line"],
        )
    else:
        print_line("No row of this import was rejected.")


def sql(
    statement: Annotated[str, typer.Argument(metavar='"SELECT …"', help="one statement, in DuckDB's SQL")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object a row")] = False,
) -> None:
    """Query the published DuckDB file, read-only."""
    from henk_pipeline.analytics import duckdb  # noqa: PLC0415
    from henk_pipeline.analytics.publish import StatementCountError, query  # noqa: PLC0415

    try:
        columns, rows = query(read_settings().analytics, statement)
    except duckdb.InterruptException:
        raise
    except (duckdb.Error, StatementCountError, OverflowError) as error:  # an interval may be longer than Python's are
        complain(str(error))
        raise typer.Exit(2) from None
    if as_json:
        names = _unique(columns)
        for row in rows:
            print_json(dict(zip(names, row, strict=True)))
    else:
        print_table(columns, rows)


def _unique(columns: list[str]) -> list[str]:
    """Return the names of columns; a repeated name gets a number, because an object of JSON has each name once."""
    names: list[str] = []
    for column in columns:
        name, number = column, 1
        while name in names:
            number += 1
            name = f"{column}_{number}"
        names.append(name)
    return names
