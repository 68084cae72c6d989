"""`henk check`: what an upload would become, without a database."""

import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from henk_pipeline.cli.output import (
    complain,
    country_code,
    describe_discarded,
    many_duplicates,
    print_json,
    print_line,
    print_table,
    read_settings,
    say,
)

SHOWN_REJECTIONS = 20


def check(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", exists=True, help="files, or folders with files in them")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object a file")] = False,
    parsed: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="write what was read, before mapping, as plain CSV: to this file, for several to this folder"),
    ] = None,
    default_country: Annotated[
        str, typer.Option(metavar="CC", callback=country_code, help="country of phone numbers that name none (ISO 3166-1 alpha-2)")
    ] = "US",
) -> None:
    """Read, map, normalise, validate and match files, and count what an import into a business without leads would.

    Nothing is loaded; no database is needed. Exit codes: 0 every file would be loaded (also partly), 1 a file would be refused, 2 usage error,
    also for a folder without files.
    """
    several = len(paths) > 1 or paths[0].is_dir()
    is_refused, limit = False, read_settings().warn_duplicates
    for path in _files(paths):
        target = None if parsed is None else parsed / f"{path.name}.csv" if several else parsed
        record = check_file(path, default_country, target)
        is_refused = is_refused or record["error"] is not None
        if as_json:
            print_json(record)
        else:
            _show(record)
        if warning := many_duplicates(record, limit):
            say(f"Warning: {record['file']}: {warning}")
    raise typer.Exit(1 if is_refused else 0)


def check_file(path: Path, default_country: str, parsed: Path | None) -> dict[str, Any]:
    """What `henk check --json` says of a file. Writes what was read to `parsed`. Never raises for what the file holds."""
    record = {"file": str(path), "readable": False, "error": None, **_nothing_read()}
    try:
        return {**record, **_checked(path, default_country, parsed)}
    except OSError as error:
        return {**record, "error": f"The file cannot be opened: {error.strerror or error}."}
    except Exception as error:  # noqa: BLE001 - one file of thousands must not end the work on the others
        traceback.print_exc(file=sys.stderr)
        return {
            **record,
            "error": f"Henk failed on this file, which is a fault of Henk's, not of the file: {type(error).__name__}: {error}",
        }


def _checked(path: Path, default_country: str, parsed: Path | None) -> dict[str, Any]:
    # Where Hypothesis is installed, pandera loads it with its checks, a tenth of a second, to make up data that nobody asks for here.
    sys.modules.setdefault("hypothesis", None)  # type: ignore[arg-type]
    from henk_pipeline.steps.counting import expected_counts  # noqa: PLC0415
    from henk_pipeline.steps.match import Matching  # noqa: PLC0415
    from henk_pipeline.steps.validate import describe_reading, validate_file  # noqa: PLC0415
    from henk_pipeline.uploads.manifest import Manifest, ManifestError, parse_manifest  # noqa: PLC0415

    if parsed is not None:
        parsed.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.toml")
    manifest, manifest_error = Manifest(), None
    try:
        manifest = parse_manifest(beside.read_text("utf-8", errors="replace")) if beside.exists() else manifest
    except ManifestError as error:
        manifest_error = str(error)
    names = (path.name, path.stem)  # of the file, and of the list that an import makes of it
    with tempfile.TemporaryDirectory(prefix="henk-check-") as folder:
        scratch = Path(folder)
        validated = validate_file(path, manifest, default_country, scratch=scratch, parsed=parsed, names=names)
        if manifest_error is not None:  # an import reads no row of it
            validated.error, validated.rows_read = manifest_error, 0
        counts = expected_counts(validated, manifest, Matching.of(read_settings()), scratch)
        rejections = validated.rejections.drop("row").head(SHOWN_REJECTIONS).collect().rows(named=True)
        nothing = _nothing_read()
        return {
            "readable": validated.reading is not None,
            "error": validated.error,
            **{name: value for name, value in describe_reading(validated).items() if name in nothing},
            "mapping": validated.mapping.by_column() if validated.mapping else {},
            "mapping_reasons": validated.mapping.reasons() if validated.mapping else [],
            **counts._asdict(),
            "rejections": rejections,
        }


def _files(paths: list[Path]) -> Iterator[Path]:
    """Yield the files of paths. Raises: typer.BadParameter for a folder without files."""
    for path in paths:
        if path.is_dir():
            files = sorted(
                file for file in path.rglob("*") if file.is_file() and not file.name.startswith(".") and file.suffix.lower() != ".toml"
            )
            if not files:
                raise typer.BadParameter(f"the folder {str(path)!r} holds no file to check; hidden files and manifests are passed over")
            yield from files
        else:
            yield path


def _nothing_read() -> dict[str, Any]:
    return {
        "container": None, "encoding": None, "delimiter": None, "quote": None, "escape": None, "header_line": None, "columns": [],
        "left_out": [],
        "realigned": [], "passed_over": [], "notes": [], "consent": [], "mapping": {}, "mapping_reasons": [], "rows_read": 0,
        "rows_accepted": 0, "rows_rejected": 0, "rows_duplicate": 0, "values_discarded": {}, "rejections": [],
    }  # fmt: skip


def _show(record: dict[str, Any]) -> None:
    print_line(f"\n{record['file']}")
    if record["error"]:
        complain(record["error"])
    if not record["readable"]:
        return
    _show_reading(record)
    print_line(
        "  rows: {rows_read} read = {rows_accepted} accepted + {rows_rejected} rejected + {rows_duplicate} duplicate".format(**record)
    )
    if record["values_discarded"]:
        print_line(f"  not kept: {describe_discarded(record['values_discarded'])}")
    _show_columns(record)


def _show_reading(record: dict[str, Any]) -> None:
    separator = {"\t": "tab", " ": "space", "\t\t": "two tabs"}.get(record["delimiter"], record["delimiter"])
    header = f"header in line {record['header_line']}" if record["header_line"] else "no header"
    container = f"{record['container']}, " if record["container"] else ""
    separated = f"separated by {separator}" if separator else "one column"
    print_line(f"  {container}{record['encoding']}, {separated}, {header}")
    for part in record["left_out"]:
        lines = (
            f"line {part['first_line']}"
            if part["first_line"] == part["last_line"]
            else f"lines {part['first_line']} to {part['last_line']}"
        )
        print_line(f"  left out: {lines} ({part['why']})")
    for name in record["passed_over"]:
        print_line(f"  not read: {name}")
    for row in record["realigned"]:
        print_line(f"  set right: line {row['line']}, {row['what']}")
    for note in record["notes"]:
        print_line(f"  {note}")


def _show_columns(record: dict[str, Any]) -> None:
    print_table(["Column of the file", "Field"], [(column, field or "(custom field)") for column, field in record["mapping"].items()])
    if record["consent"]:
        names = ("column", "direction", "channel", "yes", "no", "empty", "unclear")
        headings = [name.capitalize() for name in names]
        rows = [tuple(str(row[name]) for name in names) for row in record["consent"]]
        print_table(headings, rows, title="Consent columns", right=headings[3:])
        if any(row["unclear"] for row in record["consent"]):
            print_line("  Whose cell is unclear is not called until you decide: [consent] in the manifest says what a column means.")
    if record["rejections"]:
        print_table(
            ["Line", "Column", "Why"],
            [(rejection["line"], rejection["column"], rejection["message"]) for rejection in record["rejections"]],
            right=["Line"],
        )
