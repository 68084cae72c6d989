"""`henk imports`, `henk rejections`, `henk sql`: looking at what was done."""

from typing import Annotated
from uuid import UUID

import typer

from henk_pipeline.cli.output import complain, print_json, print_line, print_table, read_settings


def imports(*, as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object an import")] = False) -> None:
    """The last hundred imports, newest first."""
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.imports import list_imports  # noqa: PLC0415

    with connect(read_settings()) as connection:
        records = list_imports(connection)
    if as_json:
        for record in records:
            print_json(record._asdict())
        return
    print_table(
        ["Import", "Started (UTC)", "Business", "File", "List", "Status", "Read", "Accepted", "Rejected", "Duplicate", "Inserted", "Updated",
         "Unchanged", "Why"],
        [
            (
                r.id, f"{r.started_at:%Y-%m-%d %H:%M}", r.business, r.file_name, r.list_name, r.status, r.rows_read, r.rows_accepted,
                r.rows_rejected, r.rows_duplicate, r.leads_inserted, r.leads_updated, r.leads_unchanged, r.error,
            )
            for r in records
        ],
        right=["Read", "Accepted", "Rejected", "Duplicate", "Inserted", "Updated", "Unchanged"],
    )  # fmt: skip


def parse_import_id(text: str) -> UUID:
    """The id of an import as somebody typed it. Raises: typer.BadParameter."""
    try:
        return UUID(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no import id; `henk imports` lists them") from None


def rejections(
    import_id: Annotated[str, typer.Argument(metavar="IMPORT_ID", help="as `henk imports` shows it")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object a rejection")] = False,
) -> None:
    """Every row of an import that was rejected: line of the file, column, value, why and what to do."""
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415
    from henk_pipeline.postgres.imports import list_rejections, status_of  # noqa: PLC0415

    identifier = parse_import_id(import_id)
    with connect(read_settings()) as connection:
        try:
            status_of(connection, identifier)
        except LookupError as error:
            raise typer.BadParameter(str(error)) from None
        found = list_rejections(connection, identifier)
    if as_json:
        for rejection in found:
            print_json(
                {
                    "line": rejection.line_number,
                    "column": rejection.column_name,
                    "value": rejection.value,
                    "rule": rejection.rule,
                    "message": rejection.message,
                }
            )
    elif found:
        print_table(
            ["Line", "Column", "Value", "Why, and what to do"],
            [(r.line_number, r.column_name, r.value, r.message) for r in found],
            right=["Line"],
        )
    else:
        print_line("No row of this import was rejected.")


def sql(
    statement: Annotated[str, typer.Argument(metavar='"SELECT …"', help="one statement, in DuckDB's SQL")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object a row")] = False,
) -> None:
    """Ask the published DuckDB file, read-only."""
    import duckdb  # noqa: PLC0415

    from henk_pipeline.analytics.publish import query  # noqa: PLC0415

    try:
        columns, rows = query(read_settings().analytics, statement)
    except duckdb.Error as error:
        complain(str(error))
        raise typer.Exit(2) from None
    if as_json:
        for row in rows:
            print_json(dict(zip(columns, row, strict=True)))
    else:
        print_table(columns, rows)
