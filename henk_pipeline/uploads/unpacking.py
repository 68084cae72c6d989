"""From a file to the bytes of one table: archives and workbooks are opened, other formats are refused. No encodings, no rows.

The first bytes of a file decide its format; its name does not count.
"""

import csv
import datetime as dt
import gzip
import mmap
import re
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from henk_pipeline.consent.cells import judge
from henk_pipeline.consent.columns import STATED
from henk_pipeline.consent.remarks import NUMBER
from henk_pipeline.failures import UploadDataError
from henk_pipeline.uploads.cell_formats import MAX_LEGEND_CELLS, is_legend, is_only_legend, names_look
from henk_pipeline.uploads.known_names import is_known_name, name_key, names_contact
from henk_pipeline.uploads.layout import MIN_KNOWN_NAMES, find_table
from henk_pipeline.uploads.records import Dialect, Record
from henk_pipeline.uploads.sheets import SheetFacts, looks_of, read_colored, read_facts, real_names, small_sheets

BLOCK = 2**20
# The start of an object or an array of JSON in lower case: a key and a colon, or an array's first object, array or quoted text.
JSON_LINES = re.compile(rb'\{\s*(?:"(?:[^"\\\n]|\\.)*"\s*:|\}\s*\Z)|\[\s*(?:[\[{]|"(?:[^"\\\n]|\\.)*"\s*[,\]]|\]\s*\Z)')
# The signatures are the formats' own, with what to do about it.
KINDS = (
    (b"%PDF", "a PDF document", "Export the table as CSV from the program the PDF was made with."),
    (b"\x89PNG", "a PNG picture", "Upload the table itself, not a picture of it."),
    (b"\xff\xd8\xff", "a JPEG picture", "Upload the table itself, not a picture of it."),
    (b"GIF8", "a GIF picture", "Upload the table itself, not a picture of it."),
    (b"II*\0", "a TIFF picture", "Upload the table itself, not a picture of it."),
    (b"MM\0*", "a TIFF picture", "Upload the table itself, not a picture of it."),
    (b"RIFF", "a picture, sound or film", "Upload the table itself."),
    (b"SQLite format 3", "an SQLite database", "Export the table as CSV."),
    (b"PAR1", "a Parquet file", "Export the table as CSV."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it and upload the CSV inside."),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it and upload the CSV inside."),
    (b"BZh", "a bzip2 archive", "Unpack it and upload the CSV inside."),
    (b"\xfd7zXZ\0", "an xz archive", "Unpack it and upload the CSV inside."),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "Unpack it and upload the CSV inside."),
    (b"Obj\x01", "an Avro file", "Export the table as CSV."),
    (b"ARROW1\0\0", "an Arrow file", "Export the table as CSV."),
    (b"\x1f\x9d", "a file packed by compress (.Z)", "Unpack it and upload the CSV inside."),
    (b"\x1f\xa0", "a file packed by compress (.Z)", "Unpack it and upload the CSV inside."),
    (b"{\\rtf", "a Rich Text document", "Save the table as CSV."),
    (b"\0\x05\x16\x07", "what a Mac keeps beside a file", "Upload the file itself; its name does not start with “._”."),
    (b"\x7fELF", "a program", "Upload the table itself."),
    (b"MZ\x90\0", "a program", "Upload the table itself."),
)
ZIP, GZIP, OLD_OFFICE = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"
WEB_PAGES = (b"<!doctype html", b"<html")
# A table packs to a fiftieth, one of nearly equal rows to a few hundredths; a bomb to a thousandth (deflate's limit is 1032).
MAX_RATIO = 400
NEVER_A_BOMB = 64 * 2**20
MAX_UNPACKED = 20 * 2**30
MAX_WORKBOOK = 2 * 2**30  # its cells are held in memory
JUDGED_ROWS = 300
RANK_OF_PEOPLE = 4
MAX_WIDTH_OF_EXPLANATION = 4
MAX_ROWS_OF_OTHER = 5000  # of a sheet in which a legend of colors is looked for
LEGEND = "color"  # what a colored cell that explains its color is written with
LEGEND_ROWS = 60  # at the beginning and the end of a sheet
MAX_SHEETS = 10
MAX_MERGE_LENGTH = 100_000  # rows
# Stands for a line break in a workbook's cell, so that a line of the text is a row of the sheet; reading.py makes it a line break again.
LINE_BREAK = "\u2028"


class UnreadableFileError(UploadDataError):
    """A file that is no table of text; the message says what it is and what to do."""


class UnpackedFile(NamedTuple):
    """An unpacked file.

    Attributes:
        path: The file whose bytes are the table's.
        container: The format it was packed in (`gzip`, `zip`, `xlsx` …); None for none.
        passed_over: Other files of the archive, or sheets of the workbook.
        hidden: The rows of the sheet (from 0) that are hidden in the workbook.
        sheet: The sheet's name.
        has_looks: Whether the looks of its cells are known.
    """

    path: Path
    container: str | None
    passed_over: tuple[str, ...] = ()
    hidden: frozenset[int] = frozenset()
    sheet: str | None = None
    has_looks: bool = False


def unpack(path: Path, scratch: Path) -> UnpackedFile:
    """Find the table in a file.

    Args:
        path: The file.
        scratch: A folder for the unpacked file.

    Raises:
        UnreadableFileError: The file holds no table, or more than a table can.
        OSError: The file cannot be read, or the unpacked one not be written.
    """
    with path.open("rb") as file:
        first = file.read(512)
        if first.startswith(GZIP):
            return _gunzip(path, scratch)
        if first.startswith((b"PK\x05\x06", b"PK\x07\x08")):
            raise UnreadableFileError("The ZIP archive is empty. Put one CSV file in it.")
        if first.startswith(ZIP):
            return _unzip(path, scratch)
        if first.startswith(OLD_OFFICE):
            return _workbook(path, scratch, "xls")
        _refuse_other_formats(first)
    return UnpackedFile(path, None)


def _refuse_other_formats(first: bytes) -> None:
    for signature, kind, remedy in KINDS:
        if first.startswith(signature):
            raise UnreadableFileError(f"This is {kind}, not a CSV file, whatever its name says. {remedy}")
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        first = first.decode("utf-16", errors="replace").encode()
    start = first.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(WEB_PAGES):
        raise UnreadableFileError("This is a web page, not a CSV file: the export may need a login. Download the CSV itself.")
    if _is_zlib(first):
        raise UnreadableFileError("This is a zlib stream, not a CSV file, whatever its name says. Unpack it and upload the CSV inside.")
    if JSON_LINES.match(start):
        raise UnreadableFileError(
            "This is a JSON document or JSON Lines, not a CSV file, whatever its name says. Export the table as CSV with a header line."
        )
    if start.startswith(b"<?xml"):
        raise UnreadableFileError("This is an XML document, not a CSV file. Save the table as CSV.")


def _is_zlib(first: bytes) -> bool:
    """Return whether bytes start with the header of RFC 1950 and unpack."""
    if len(first) < 2 or first[0] & 0x0F != 8 or first[0] >> 4 > 7 or first[1] & 0x20 or int.from_bytes(first[:2], "big") % 31:
        return False
    try:
        zlib.decompressobj().decompress(first, BLOCK)
    except zlib.error:
        return False
    return not first.isascii()


def _gunzip(path: Path, scratch: Path) -> UnpackedFile:
    target = scratch / "unpacked"
    try:
        with gzip.open(path) as packed:
            _copy_bounded(packed, target, path.stat().st_size)  # type: ignore[arg-type]
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableFileError("The gzip archive is damaged or was cut off. Export the file again.") from error
    return _open_inner(target, "gzip")


def _unzip(path: Path, scratch: Path) -> UnpackedFile:
    try:
        with zipfile.ZipFile(path) as archive:
            names = real_names(archive)
            if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
                return _workbook(path, scratch, "xlsx")
            if "content.xml" in names and "mimetype" in names:
                return _workbook(path, scratch, "ods")
            if "word/document.xml" in names:
                raise UnreadableFileError("This is a Word document, not a CSV file. Save its table as CSV.")
            members = [
                member
                for member in archive.infolist()
                if not member.is_dir() and not member.filename.startswith("__MACOSX/") and not Path(member.filename).name.startswith(".")
            ]
            tables = [
                member for member in members if member.filename.lower().endswith((".csv", ".tsv", ".txt", ".tab", ".xlsx"))
            ] or members
            if len(tables) != 1:
                listed = ", ".join(member.filename for member in tables[:5])
                raise UnreadableFileError(
                    f"The ZIP archive holds {len(tables)} files{f' ({listed})' if listed else ''}: which one is meant? Put one CSV file in it."
                )
            if tables[0].flag_bits & 1:
                raise UnreadableFileError("The ZIP archive is locked with a password. Pack it without one.")
            # Its name is never used for a path: it may hold "../".
            target = scratch / "unpacked"
            with archive.open(tables[0]) as packed:
                _copy_bounded(packed, target, tables[0].compress_size)  # type: ignore[arg-type]
            others = tuple(member.filename for member in members if member is not tables[0])
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
        raise UnreadableFileError(
            "The file is a ZIP archive, as a workbook is, that is damaged or was cut off. Save or pack it again, and upload it whole."
        ) from error
    inner = _open_inner(target, "zip")
    return inner._replace(passed_over=(*inner.passed_over, *others))


def _open_inner(target: Path, container: str) -> UnpackedFile:
    with target.open("rb") as file:
        first = file.read(512)
    if first.startswith(ZIP):
        with zipfile.ZipFile(target) as archive:
            if "xl/workbook.xml" in real_names(archive):
                (target.parent / "inner").mkdir()
                return _workbook(target, target.parent / "inner", f"{container}, xlsx")
    if first.startswith((ZIP, GZIP)):
        raise UnreadableFileError("The archive holds another archive. Upload the CSV itself, or pack it once.")
    _refuse_other_formats(first)
    return UnpackedFile(target, container)


def _copy_bounded(packed: BinaryIO, target: Path, packed_size: int) -> None:
    most = min(MAX_UNPACKED, max(NEVER_A_BOMB, packed_size * MAX_RATIO))
    written = 0
    with target.open("wb") as file:
        while block := packed.read(BLOCK):
            written += len(block)
            if written > most:
                raise UnreadableFileError(
                    f"The archive unpacks to more than {most / 2**20:,.0f} MB, {MAX_RATIO} times what a packed table does; "
                    "it was not read further. Upload the CSV itself."
                )
            file.write(block)


def _workbook(path: Path, scratch: Path, kind: str) -> UnpackedFile:
    """Write the first sheet that is shown and has a table as CSV, one record a row: the record's line is the row's number in the workbook."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum, ZipError  # noqa: PLC0415

    if kind != "xls":
        _refuse_bomb(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            sheets = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            shown = [sheet.name for sheet in workbook.sheets_metadata if sheet.name in sheets and sheet.visible == SheetVisibleEnum.Visible]
            if not shown:
                raise UnreadableFileError("The workbook has no sheet that is shown. Save the sheet as CSV.")
            target = scratch / "sheet"
            chosen = _sheet_with_table(workbook, shown)
            facts = read_facts(path, chosen, kind)
            table = workbook.get_sheet_by_name(chosen)
            edges = _write_rows(table, facts, target)
            looks = looks_of(path, kind)
            other_names = [name for name in sheets if name != chosen][:MAX_SHEETS]
            rows_of_others = _rows_of_others(workbook, small_sheets(path, other_names) if kind == "xlsx" else other_names) if looks else []
            if looks and any(map(is_legend, chain(edges.values(), rows_of_others))):
                facts.colored = read_colored(path, chosen, kind, edges, rows_of_others, looks)
                facts.legends = {
                    row for row, texts in edges.items() if is_only_legend(texts) and (row in facts.colored or names_look(texts))
                }
                if facts.colored.keys() - facts.legends:
                    _write_rows(table, facts, target)
            others = tuple(f"sheet “{name}”" for name in sheets if name != chosen)
            return UnpackedFile(target, kind, others, frozenset(facts.hidden), chosen, has_looks=bool(looks))
    except (CalamineError, ZipError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        if isinstance(error, PasswordError) or (kind == "xls" and _is_encrypted(path)):
            raise UnreadableFileError("The workbook is locked with a password. Save it without one, or save the sheet as CSV.") from error
        if kind == "xls":
            raise UnreadableFileError(
                "This is an old Word, Outlook or damaged Excel file, not a CSV file. Save the sheet as CSV (File, Save As, CSV UTF-8)."
            ) from error
        raise UnreadableFileError("The workbook is damaged or locked with a password. Save the sheet as CSV.") from error


def _is_encrypted(path: Path) -> bool:
    """Return whether a file in the old container of Office has a stream in which Office 2007 and later keep a document with a password."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find("EncryptedPackage".encode("utf-16-le")) >= 0


def _write_rows(sheet: Any, facts: SheetFacts, target: Path) -> dict[int, list[str]]:  # noqa: ANN401 - calamine's sheet has no public type
    """Write a sheet as CSV. Return the rows at its beginning and its end that have few filled cells: a legend may be among them."""
    first: dict[int, list[str]] = {}
    last: deque[tuple[int, list[str]]] = deque(maxlen=LEGEND_ROWS)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, row in enumerate(_rows(sheet, facts)):
            writer.writerow(row)
            if number < LEGEND_ROWS:
                first[number] = row
            else:
                last.append((number, row))
    return {number: row for number, row in (*first.items(), *last) if 0 < sum(bool(cell.strip()) for cell in row) <= MAX_LEGEND_CELLS}


def _rows_of_others(workbook: Any, names: list[str]) -> list[list[str]]:  # noqa: ANN401 - calamine's workbook has no public type
    """Return the first rows of small other sheets, where a legend may stand."""
    sheets = [workbook.get_sheet_by_name(name) for name in names]
    return [[_as_text(cell) for cell in row] for sheet in sheets for row in islice(sheet.iter_rows(), MAX_ROWS_OF_OTHER)]


def _sheet_with_table(workbook: Any, shown: list[str]) -> str:  # noqa: ANN401 - calamine's workbook has no public type
    """Return the first sheet with people; where no sheet has any, the first with a table, or with anything in it.

    The first sheet may be blank, a title page or a summary.
    """
    ranks: dict[str, int] = {}
    for name in shown if len(shown) > 1 else ():
        rows = list(islice(_rows(workbook.get_sheet_by_name(name), SheetFacts()), JUDGED_ROWS))
        ranks[name] = _rank_of_sheet(rows)
        if ranks[name] == RANK_OF_PEOPLE:
            return name
    return max(shown, key=lambda name: ranks.get(name, 0))  # of equals the first


def _rank_of_sheet(rows: list[list[str]]) -> int:
    """Return 4 for a table of people with contacts, 3 for one with other known names, 2 for another table, 1 for lines of text, 0 for a blank sheet.

    A sheet that explains the columns of another one, name by name, is text.
    """
    width = max((len(row) for row in rows), default=0)
    records = [Record(line, line, [*row, *[""] * (width - len(row))], line + 1, line + 1) for line, row in enumerate(rows)]
    layout = find_table(records, Dialect(",", width, '"'))
    if layout is None:
        return 0
    filled = [row for row in rows[layout.first_row :] if any(map(str.strip, row))]
    name_count = len({name_key(name) for name in layout.names or layout.header if is_known_name(name)})
    holds_contacts = bool({"email", "phone"} & set(layout.kinds))
    if not holds_contacts and _explains_columns(rows, width):
        return 1
    if filled and (name_count >= MIN_KNOWN_NAMES or holds_contacts):
        is_of_people = holds_contacts or any(map(names_contact, layout.names or layout.header))
        return RANK_OF_PEOPLE if is_of_people else RANK_OF_PEOPLE - 1
    columns = sum(any(place < len(row) and row[place].strip() for row in filled) for place in range(width))
    return 2 if len(filled) > 1 and columns > 2 else 1


def _explains_columns(rows: list[list[str]], width: int) -> bool:
    """Return whether most first cells below the first line are names of columns: "First Name | the given name"."""
    firsts = [row[0] for row in rows if row and row[0].strip()][1:]
    return width <= MAX_WIDTH_OF_EXPLANATION and len(firsts) >= MIN_KNOWN_NAMES and sum(map(is_known_name, firsts)) * 2 >= len(firsts)


def iter_cells(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the rows of every sheet of a workbook that `unpack` has opened, hidden ones too: the sheet's name and the cells as texts.

    Raises:
        UnreadableFileError: a sheet cannot be read.
    """
    from python_calamine import CalamineError, CalamineWorkbook, ZipError  # noqa: PLC0415

    try:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            for name in workbook.sheet_names:
                for row in workbook.get_sheet_by_name(name).iter_rows():
                    yield name, [_as_text(cell) for cell in row]
    except (CalamineError, ZipError) as error:
        raise UnreadableFileError("A sheet of the workbook cannot be read.") from error


def _refuse_bomb(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > min(MAX_WORKBOOK, max(NEVER_A_BOMB, path.stat().st_size * MAX_RATIO)):
        raise UnreadableFileError(
            f"The workbook unpacks to {unpacked / 2**20:,.0f} MB, more than a workbook can be. Save the sheet as CSV."
        )


def _rows(sheet: Any, facts: SheetFacts) -> Iterator[list[str]]:  # noqa: ANN401 - calamine's sheet has no public type
    first_row, first_column = sheet.start or (0, 0)
    merged = _merged_columns(sheet, first_row)
    above: dict[int, str] = {}
    # calamine begins at the first filled cell; the rows above it count for the row numbers.
    for _ in range(first_row):
        yield [" "]
    for number, row in enumerate(sheet.iter_rows(), start=first_row):
        cells = [_as_text(cell) for cell in row]
        filled = cells[first_column:] if len(cells) == sheet.width + first_column else cells
        for column, error in facts.errors.get(number, {}).items():
            if 0 <= (place := column - first_column) < len(filled) and not filled[place]:
                filled[place] = error
        filled = _write_as_legend(filled) if number in facts.legends else filled
        if number > first_row:  # those of the first line are about a column
            _write_refusals(filled, number, first_column, facts)
        for column, start, end in merged.get(number, ()):
            place = column - first_column
            if place >= len(filled):
                continue
            if number == start:
                above[column] = filled[place]
            elif start < number <= end and not filled[place]:
                filled[place] = above.get(column, "")
        yield [cell.replace("\r\n", "\n").replace("\r", "\n").replace("\n", LINE_BREAK) for cell in filled] if any(filled) else [" "]


def _write_as_legend(cells: list[str]) -> list[str]:
    """Return the cells of a legend of colors written as one, so that it is no title of the whole table."""
    return [f"{LEGEND} = {cell}" if cell.strip() else cell for cell in cells]


def _write_refusals(cells: list[str], row: int, first_column: int, facts: SheetFacts) -> None:
    """Write refusals of calls outside of the cells' text into the cells with numbers.

    Such are a comment that states a refusal, a color that a legend explains as one, and text that is struck through.
    """
    numbers = [place for place, cell in enumerate(cells) if NUMBER.fullmatch(cell.strip())]
    for column, comment in facts.comments.get(row, {}).items():
        judgement = judge(comment, STATED)
        if cells and judgement.phone is not None:
            place = min(max(column - first_column, 0), len(cells) - 1)
            note = (
                "see the comment" if judgement.phone == "unclear" else "do not contact" if judgement.email == "refused" else "do not call"
            )
            for target in (place,) if place in numbers or not numbers else numbers:
                cells[target] = f"{cells[target]} ({note})".strip()
    if facts.colored.get(row) and row not in facts.legends:
        for place in numbers:
            cells[place] = f"{cells[place]} (see the color legend)"
    struck = {column - first_column for column in facts.struck.get(row, ())}
    filled = [place for place, cell in enumerate(cells) if cell.strip()]
    # One cell may be struck because it was corrected; the first one, or half of them, are the person.
    if struck and filled and (filled[0] in struck or 2 * len(struck.intersection(filled)) >= len(filled)):
        struck.update(filled)
    for place in struck.intersection(numbers):
        cells[place] = f"{cells[place]} (struck through)"


def _merged_columns(sheet: Any, first_row: int) -> dict[int, list[tuple[int, int, int]]]:  # noqa: ANN401
    """Return by row the merged cells that reach over several rows: column, first and last row. A merged cell counts for all its rows.

    Those of the first line, which are of a header or a title, are left out.
    """
    merged: dict[int, list[tuple[int, int, int]]] = {}
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        if top > first_row and top < bottom <= top + MAX_MERGE_LENGTH:
            for row in range(top, bottom + 1):
                merged.setdefault(row, []).append((left, top, bottom))
    return merged


def _as_text(cell: Any) -> str:  # noqa: ANN401 - what calamine makes of a cell
    """Return a cell as a person sees it: whole numbers without a point, dates as ISO 8601."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ", timespec="seconds")
    return str(cell)
