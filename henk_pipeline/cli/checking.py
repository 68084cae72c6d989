"""`henk check`: what an upload would become, without a database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from henk_pipeline.cli.output import complain, print_json, print_line, print_table

SHOWN_REJECTIONS = 20


def check(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", exists=True, help="files, or folders with files in them")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object a file")] = False,
    parsed: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="write what was read, before mapping, as plain CSV: to this file, for several to this folder"),
    ] = None,
    default_country: Annotated[str, typer.Option(metavar="CC", help="country of phone numbers that name none (ISO 3166-1 alpha-2)")] = "US",
) -> None:
    """Read, map, normalise and validate files. Nothing is loaded; no database is needed. Exit code 1 if a file cannot be read."""
    several = len(paths) > 1 or paths[0].is_dir()
    readable = True
    for path in _files(paths):
        target = None if parsed is None else parsed / f"{path.name}.csv" if several else parsed
        record = check_file(path, default_country, target)
        readable = readable and record["readable"]
        if as_json:
            print_json(record)
        else:
            _show(record)
    raise typer.Exit(0 if readable else 1)


def check_file(path: Path, default_country: str, parsed: Path | None) -> dict[str, Any]:
    """What `henk check --json` says of a file. Writes what was read to `parsed`. Never raises for what the file holds."""
    from henk_pipeline.steps.intake import describe_reading  # noqa: PLC0415
    from henk_pipeline.steps.validate import validate_file  # noqa: PLC0415
    from henk_pipeline.uploads.manifest import Manifest, ManifestError, parse_manifest  # noqa: PLC0415
    from henk_pipeline.uploads.reading import write_table  # noqa: PLC0415

    record: dict[str, Any] = {"file": str(path), "readable": False, "error": None}
    beside = path.with_name(f"{path.name}.toml")
    manifest_error = None
    try:
        manifest = parse_manifest(beside.read_text("utf-8", errors="replace")) if beside.exists() else Manifest()
    except ManifestError as error:
        manifest, manifest_error = Manifest(), str(error)
    try:
        validated = validate_file(path, manifest, default_country)
    except OSError as error:
        return {**record, **_nothing_read(), "error": f"The file cannot be opened: {error.strerror}."}
    described = {**_nothing_read(), **describe_reading(validated)}
    if validated.reading is not None and parsed is not None:
        parsed.parent.mkdir(parents=True, exist_ok=True)
        write_table(validated.reading, parsed)
    rejections = validated.rejections.drop("row").head(SHOWN_REJECTIONS).rows(named=True)
    return {
        **record,
        "readable": validated.reading is not None,
        "error": manifest_error or validated.error,
        **{name: described[name] for name in ("encoding", "delimiter", "quote", "header_line", "columns")},
        "mapping": validated.mapping.by_column() if validated.mapping else {},
        "rows_read": validated.rows_read,
        "rows_accepted": validated.rows_read - validated.rows_rejected,
        "rows_rejected": validated.rows_rejected,
        "rejections": rejections,
    }


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                found for found in path.rglob("*") if found.is_file() and not found.name.startswith(".") and found.suffix.lower() != ".toml"
            )
        else:
            yield path


def _nothing_read() -> dict[str, Any]:
    return {
        "encoding": None, "delimiter": None, "quote": None, "header_line": None, "columns": [], "mapping": {}, "rows_read": 0,
        "rows_accepted": 0, "rows_rejected": 0, "rejections": [],
    }  # fmt: skip


def _show(record: dict[str, Any]) -> None:
    print_line(f"\n{record['file']}")
    if record["error"]:
        complain(record["error"])
    if not record["readable"]:
        return
    separator = {"\t": "tab", " ": "space"}.get(record["delimiter"], record["delimiter"])
    header = f"header in line {record['header_line']}" if record["header_line"] else "no header"
    print_line(f"  {record['encoding']}, separated by {separator}, {header}")
    print_line(f"  rows: {record['rows_read']} read, {record['rows_accepted']} accepted, {record['rows_rejected']} rejected")
    print_table(["Column of the file", "Field"], [(column, field or "(custom field)") for column, field in record["mapping"].items()])
    if record["rejections"]:
        print_table(
            ["Line", "Column", "Why"],
            [(rejection["line"], rejection["column"], rejection["message"]) for rejection in record["rejections"]],
            right=["Line"],
        )
