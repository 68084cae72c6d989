"""`henk check`: the result that an import of a file would have; with --business also for the database as it is."""

import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from henk_pipeline.cli.output import (
    complain,
    country_code,
    describe_changed,
    describe_discarded,
    many_duplicates,
    print_json,
    print_line,
    print_table,
    read_settings,
    say,
)

if TYPE_CHECKING:
    import psycopg

    from henk_pipeline.postgres.businesses import Business
    from henk_pipeline.steps.validated_upload import ValidatedUpload
    from henk_pipeline.uploads.manifest import Manifest

SHOWN_REJECTIONS = 20
# Why people of a file do not join a campaign, by the count of a preview.
OUTSIDE = {
    "leads_already_in": "in it already",
    "leads_not_callable": "not to be called",
    "leads_left_out": "left out by the terms of the assignment (a filter, or one lead a number)",
}
FALLBACK_COUNTRY = "US"


@dataclass(frozen=True)
class Target:
    """The target that files are checked for.

    It is the business with its database, if one is named and can be reached, and the options of `henk import`.
    """

    country: str = FALLBACK_COUNTRY
    business: "Business | None" = None
    connection: "psycopg.Connection | None" = None
    options: dict[str, str] = field(default_factory=dict)
    campaigns: tuple[str, ...] = ()
    priority: int | None = None


ALONE = Target()


def check(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", exists=True, help="files, or folders with files in them")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, one object a file")] = False,
    parsed: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="write what was read, before mapping, as plain CSV: to this file, for several to this folder"),
    ] = None,
    business: Annotated[
        str | None,
        typer.Option(metavar="SLUG", help="whose leads they would be: also refuse and count what the database refuses and knows"),
    ] = None,
    list_name: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="list they would go to; by default the file's name without its ending")
    ] = None,
    campaign: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME-OR-ID", help="campaign the list would be assigned to; may be repeated; needs --business"),
    ] = None,
    default_country: Annotated[
        str | None,
        typer.Option(
            metavar="CC", callback=country_code, help="country of phone numbers that name none; by default the business's, without one US"
        ),
    ] = None,
) -> None:
    """Read, map, normalise, validate and match files, and count what an import would.

    Nothing is changed. Without --business no database is needed, and the counts are those of a business without leads. With it they are those of
    `henk import` with the same options; if the database cannot be reached, a warning says so and the files alone are checked. Each file is
    compared with the database as it is now: a person in two of several files counts as new in each.

    Exit codes: 0 every file would be loaded (also partly), 1 a file would be refused, 2 usage error, also for a folder without files.
    """
    if campaign and business is None:
        raise typer.BadParameter("name the business of the campaign: --business SLUG", param_hint="--campaign")
    options = {"list": list_name, "default_country": default_country}
    with _target(business, {name: value for name, value in options.items() if value is not None}, campaign or []) as target:
        raise typer.Exit(check_files(paths, target, as_json=as_json, parsed=parsed))


def preview_import(
    files: list[Path], business: str, options: dict[str, str], campaigns: list[str], priority: int | None, *, as_json: bool
) -> int:
    """Print what `henk import` with these options would change, and return the exit code.

    Raises:
        typer.BadParameter: The database does not have the business or a campaign.
        InfrastructureError: The database cannot be used.
    """
    with _target(business, options, campaigns, priority, is_needed=True) as target:
        return check_files(files, target, as_json=as_json)


def check_files(paths: list[Path], target: Target, *, as_json: bool, parsed: Path | None = None) -> int:
    """Check files, print what an import would change, and return the exit code: 1 if a file would be refused."""
    several = len(paths) > 1 or paths[0].is_dir()
    is_refused, limit = False, read_settings().warn_duplicates
    for path in _files(paths):
        out = None if parsed is None else parsed / f"{path.name}.csv" if several else parsed
        record = check_file(path, target.country, out, target)
        is_refused = is_refused or record["refused"] or record["error"] is not None
        if as_json:
            print_json(record)
        else:
            _show(record)
        if warning := many_duplicates(record, limit):
            say(f"Warning: {record['file']}: {warning}")
    return 1 if is_refused else 0


@contextmanager
def _target(
    slug: str | None, options: dict[str, str], campaigns: list[str], priority: int | None = None, *, is_needed: bool = False
) -> Iterator[Target]:
    """Yield the target that files are checked for.

    Where the database cannot be reached, the files alone are checked, unless it `is_needed`.

    Raises:
        typer.BadParameter: The database does not have the business or a campaign.
        InfrastructureError: The database is needed and cannot be reached, or an import could not use it: it has other migrations.
    """
    from henk_pipeline.cli.importing import check_names  # noqa: PLC0415

    country = options.get("default_country", FALLBACK_COUNTRY)
    if slug is None:
        yield Target(country, options=options)
        return
    from henk_pipeline.postgres.businesses import find_business  # noqa: PLC0415
    from henk_pipeline.postgres.connect import DatabaseUnavailableError, SchemaBehindError, connect  # noqa: PLC0415
    from henk_pipeline.postgres.embedded import EmbeddedServerError  # noqa: PLC0415
    from henk_pipeline.postgres.migrate import ServerUnreachableError  # noqa: PLC0415

    settings = read_settings()
    try:
        connection = connect(settings)
    except (DatabaseUnavailableError, EmbeddedServerError, ServerUnreachableError, OSError) as error:
        if is_needed or isinstance(error, SchemaBehindError):
            raise
        say(f"Warning: the database cannot be used, so the files alone are checked, as for a business without leads. {error}")
        yield Target(country, options=options)
        return
    with connection:
        check_names(settings, slug, campaigns)
        owner = find_business(connection, slug)
        connection.rollback()
        yield Target(owner.default_country, owner, connection, options, tuple(campaigns), priority)


def check_file(path: Path, default_country: str, parsed: Path | None, target: Target = ALONE) -> dict[str, Any]:
    """Return what `henk check --json` prints of a file. Writes the table as it was read to `parsed`.

    Raises:
        InfrastructureError: The database failed. The content of a file never raises an exception.
    """
    import psycopg  # noqa: PLC0415

    from henk_pipeline.failures import InfrastructureError  # noqa: PLC0415

    record = {"file": str(path), "readable": False, "refused": True, "error": None, **_nothing_read()}
    try:
        return {**record, **_checked(path, default_country, parsed, target)}
    except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege, InfrastructureError):
        raise
    except OSError as error:
        return {**record, "error": f"The file cannot be opened: {error.strerror or error}."}
    except Exception as error:  # noqa: BLE001 - one file of thousands must not end the work on the others
        traceback.print_exc(file=sys.stderr)
        return {
            **record,
            "error": f"Henk failed on this file, which is a fault of Henk's, not of the file: {type(error).__name__}: {error}",
        }


def _checked(path: Path, default_country: str, parsed: Path | None, target: Target) -> dict[str, Any]:
    from henk_pipeline.steps.upload_words import describe_reading  # noqa: PLC0415
    from henk_pipeline.steps.validate import validate_file  # noqa: PLC0415
    from henk_pipeline.uploads.manifest import Manifest, ManifestError  # noqa: PLC0415

    if parsed is not None:
        parsed.parent.mkdir(parents=True, exist_ok=True)
    manifest, manifest_error = Manifest(), None
    try:
        manifest = _manifest_of(path, target)
    except ManifestError as error:
        manifest_error = str(error)
    names = (path.name, manifest.list or path.stem)  # of the file, and of the list that an import makes of it
    with tempfile.TemporaryDirectory(prefix="henk-check-") as folder:
        scratch = Path(folder)
        validated = validate_file(path, manifest, default_country, scratch=scratch, parsed=parsed, names=names)
        if manifest_error is not None:  # an import reads no row of it
            validated.error, validated.rows_read = manifest_error, 0
        rejections = validated.rejections.drop("row").head(SHOWN_REJECTIONS).collect().rows(named=True)
        reading = {name: value for name, value in describe_reading(validated).items() if name in _nothing_read()}
        counted = _counted(path, validated, manifest, target, scratch)
        notes = dict.fromkeys(
            [*reading.get("notes", []), *counted.pop("notes", [])]
        )  # those of an earlier import repeat those of its reading
        return {
            "readable": validated.reading is not None,
            **reading,
            "notes": list(notes),
            "mapping": validated.mapping.by_column() if validated.mapping else {},
            "mapping_reasons": validated.mapping.reasons() if validated.mapping else [],
            "rejections": rejections,
            **counted,
        }


def _manifest_of(path: Path, target: Target) -> "Manifest":
    """Return the manifest that an import of the file would have: the one next to it, with the options.

    Raises:
        ManifestError: The manifest cannot be used, or has another name than the file.
    """
    from henk_pipeline.cli.importing import with_options  # noqa: PLC0415
    from henk_pipeline.uploads.landing import ManifestNameError, find_manifest  # noqa: PLC0415
    from henk_pipeline.uploads.manifest import ManifestError, parse_manifest  # noqa: PLC0415

    try:
        manifest_file = find_manifest(path)
    except ManifestNameError as error:
        raise ManifestError(str(error)) from None
    manifest = parse_manifest(manifest_file.read_text("utf-8", errors="replace") if manifest_file else "")
    if not target.options and not target.campaigns and target.priority is None:
        return manifest
    return with_options(manifest, target.options, list(target.campaigns), target.priority)


def _counted(path: Path, validated: "ValidatedUpload", manifest: "Manifest", target: Target, scratch: Path) -> dict[str, Any]:
    """Return the counts of a file, why it is refused, and with a database how many of its people are leads already."""
    settings = read_settings()
    if target.business is None or target.connection is None:
        from henk_pipeline.steps.counting import expected_counts  # noqa: PLC0415
        from henk_pipeline.steps.match import Matching  # noqa: PLC0415

        counts = expected_counts(validated, manifest, Matching.of(settings), scratch)._asdict()
        return {**counts, "error": validated.error, "refused": validated.error is not None}
    from henk_pipeline.steps.preview import preview_file  # noqa: PLC0415

    preview = preview_file(target.connection, target.business, path, validated, manifest, settings=settings, scratch=scratch)
    previewed = asdict(preview)
    return {"refused": previewed.pop("is_refused"), "imported_before": previewed.pop("is_loaded"), **previewed}


def _files(paths: list[Path]) -> Iterator[Path]:
    """Yield the files of paths.

    Raises:
        typer.BadParameter: A folder has no files.
    """
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
        "left_out": [], "realigned": [], "passed_over": [], "notes": [], "consent": [], "mapping": {}, "mapping_reasons": [],
        "rows_read": 0, "rows_accepted": 0, "rows_rejected": 0, "rows_duplicate": 0, "leads_known": None,
        "leads_inserted": None, "leads_updated": None, "leads_unchanged": None, "fields_changed": {},
        "campaigns": [], "review_pairs": None, "imported_before": None, "values_discarded": {}, "rejections": [],
    }  # fmt: skip


def _show(record: dict[str, Any]) -> None:
    print_line()
    print_line(str(record["file"]))
    if record["error"]:
        complain(record["error"])
    if not record["readable"]:
        return
    _show_reading(record)
    print_line(
        "  rows: {rows_read} read = {rows_accepted} accepted + {rows_rejected} rejected + {rows_duplicate} duplicate".format(**record)
    )
    if record["imported_before"]:
        print_line("  imported before under the same rules: an import changes nothing")
    elif record["leads_known"] is not None and record["rows_accepted"]:
        print_line(
            "  leads: {leads_inserted} new, {leads_known} known already ({leads_updated} would change, {leads_unchanged} not)".format(
                **record
            )
        )
    if record["fields_changed"]:
        print_line(f"  changed: {describe_changed(record['fields_changed'])}")
    for joined in record["campaigns"]:
        parts = [f"{joined['leads_joining']} would join", *(f"{joined[name]} {words}" for name, words in OUTSIDE.items() if joined[name])]
        print_line(f"  campaign {joined['campaign']!r}: {', '.join(parts)}")
    if record["review_pairs"]:
        print_line(f"  to review: {record['review_pairs']} pairs that may be one person (henk duplicates)")
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
