"""Facts of a workbook's rows and cells that calamine does not give: hidden rows, error cells, formulas without a result, comments, struck text.

An error cell and a formula without a cached result both come from calamine as an empty string, and rows that a filter hides come like any
others. So this module parses the sheet's own XML, if it holds such a thing at all.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from henk_pipeline.uploads.cell_formats import Look, read_document_looks, read_looks, refusing_looks
from henk_pipeline.uploads.workbook_xml import parse_content, parse_member

BLOCK = 2**20
# Stands for a formula without a cached result: no value that a cell can have, so that a column of consent takes it for unclear.
NO_RESULT = "#FORMULA!"
MARKS = (b'hidden="', b't="e"', b"<f", b":f>", b":f ", b"hidden='", b"t='e'", b"visibility=", b"office:annotation")
CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
AUTHOR = re.compile(r"^[^\n:]{1,60}:\s*\n")  # the first line of a note that Excel begins
MAX_LEGEND_SHEET = 2**18  # bytes
MAX_FORMATTED = 1000  # cells or rows of one style in a run; more are the rest of a sheet that was colored whole
ROWS_REPEATED = 2**20  # a sheet has no more rows


@dataclass
class SheetFacts:
    """Facts of the rows and cells of a sheet, whose rows and columns are counted from 0.

    Attributes:
        hidden: Rows that are not shown.
        errors: By row and column the cells without a value, and the text that they get instead.
        comments: By row and column the comments on cells.
        struck: By row the columns of cells whose text is struck through.
        colored: By row the columns of cells whose look a legend explains as a refusal.
        legends: The rows with such a legend.
    """

    hidden: set[int] = field(default_factory=set)
    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    comments: dict[int, dict[int, str]] = field(default_factory=dict)
    struck: dict[int, set[int]] = field(default_factory=dict)
    colored: dict[int, set[int]] = field(default_factory=dict)
    legends: set[int] = field(default_factory=set)

    def add_comment(self, row: int, column: int, text: str) -> None:
        """Add a comment to those on a cell."""
        on_row = self.comments.setdefault(row, {})
        on_row[column] = f"{on_row[column]}\n{text}" if column in on_row else text


def read_facts(path: Path, sheet: str, kind: str) -> SheetFacts:
    """Read the facts of a sheet.

    Args:
        path: The workbook.
        sheet: The name of the sheet.
        kind: xlsx, ods or xls. An old binary workbook, and a damaged one, give no facts.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if kind.endswith("ods"):
                return _OpenDocument(sheet).read(archive)
            member = _member_of(archive, sheet)
            return _OfficeSheet(_struck_styles(archive)).read(archive, member) if member else SheetFacts()
    except (zipfile.BadZipFile, KeyError, expat.ExpatError, NotImplementedError, OSError, ValueError):
        return SheetFacts()


def read_colored(
    path: Path, sheet: str, kind: str, edges: Mapping[int, Sequence[str]], others: Iterable[Sequence[str]], looks: Mapping[str, Look]
) -> dict[int, set[int]]:
    """Return by row the columns of cells whose look the workbook explains as a refusal of calls.

    Args:
        path: The workbook.
        sheet: The name of the sheet with the table.
        kind: xlsx or ods.
        edges: The texts of rows of it that may be a legend.
        others: The texts of rows of other sheets.
        looks: The looks of the workbook's styles.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            member = "content.xml" if kind == "ods" else _member_of(archive, sheet)
            if member is None:
                return {}

            def cells_of(names: Iterable[str], rows: Iterable[int] | None = None) -> dict[int, dict[int, str]]:
                only = None if rows is None else frozenset(rows)
                reader = _DocumentCellStyles(frozenset(names), only, sheet) if kind == "ods" else _CellStyles(frozenset(names), only)
                return reader.read(archive, member)

            styles = cells_of(looks, edges)
            lines = [(texts, set(styles.get(row, {}).values())) for row, texts in edges.items()]
            refused = refusing_looks([*lines, *((texts, ()) for texts in others)], looks)
            if not refused:
                return {}
            return {row: set(cells) for row, cells in cells_of(refused).items()}
    except (zipfile.BadZipFile, KeyError, expat.ExpatError, NotImplementedError, OSError, ValueError):
        return {}


def small_sheets(path: Path, sheets: Iterable[str]) -> list[str]:
    """Return those sheets of an .xlsx workbook that are small enough for a legend."""
    with zipfile.ZipFile(path) as archive:
        members = {sheet: _member_of(archive, sheet) for sheet in sheets}
        return [sheet for sheet, member in members.items() if member is not None and archive.getinfo(member).file_size <= MAX_LEGEND_SHEET]


def looks_of(path: Path, kind: str) -> dict[str, Look]:
    """Return the looks of the styles of a workbook (xlsx, ods) that are not plain; nothing of a damaged or an old binary one."""
    if kind == "xls":
        return {}
    try:
        with zipfile.ZipFile(path) as archive:
            return read_document_looks(archive) if kind == "ods" else read_looks(archive, real_names(archive))
    except (zipfile.BadZipFile, KeyError, expat.ExpatError, NotImplementedError, OSError, ValueError):
        return {}


def column_number(reference: str) -> tuple[int, int] | None:
    """Return row and column (from 0) of a cell's name such as `B7`."""
    match = CELL.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def real_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the names of an archive's members, with slashes → as they are written: some programs write backslashes."""
    return {name.replace("\\", "/"): name for name in reversed(archive.namelist())}


def _member_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the part of the archive that holds a sheet."""
    relation: list[str] = []
    targets: dict[str, str] = {}

    def in_workbook(name: str, values: dict[str, str]) -> None:
        if name.rpartition(" ")[2].rpartition(":")[2] == "sheet" and values.get("name") == sheet:
            relation.extend(value for key, value in values.items() if key.rpartition(":")[2] == "id" and key != "sheetId")

    def in_relations(name: str, values: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship":
            targets[values.get("Id", "")] = values.get("Target", "")

    names = real_names(archive)
    parse_content(archive.read(names["xl/workbook.xml"]), in_workbook)
    parse_content(archive.read(names["xl/_rels/workbook.xml.rels"]), in_relations)
    target = targets.get(relation[0], "").replace("\\", "/") if relation else ""
    if not target:
        return None
    return names[target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")]


def _holds_marks(archive: zipfile.ZipFile, member: str) -> bool:
    """Return whether a part holds any of the marks: most do not, and need not be parsed."""
    rest = b""
    with archive.open(member) as file:
        while block := file.read(BLOCK):
            rest += block
            if any(mark in rest for mark in MARKS):
                return True
            rest = rest[-16:]
    return False


def _struck_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Return the numbers of the cell formats whose font is struck through (ECMA-376, 18.8)."""
    names = real_names(archive)
    if "xl/styles.xml" not in names:
        return frozenset()
    content = archive.read(names["xl/styles.xml"])
    if b"strike" not in content:
        return frozenset()
    path: list[str] = []
    struck_fonts: set[int] = set()
    styles: list[str] = []
    fonts = formats = 0

    def start(name: str, values: dict[str, str]) -> None:
        nonlocal fonts, formats
        path.append(name.rpartition(":")[2])
        if path[-2:] == ["fonts", "font"]:
            fonts += 1
        elif path[-3:] == ["fonts", "font", "strike"] and values.get("val", "1") not in ("0", "false"):
            struck_fonts.add(fonts - 1)
        elif path[-2:] == ["cellXfs", "xf"]:
            if int(values.get("fontId", "0")) in struck_fonts:
                styles.append(str(formats))
            formats += 1

    parse_content(content, start, lambda _: path.pop())
    return frozenset(styles)


def _read_comments(archive: zipfile.ZipFile, member: str, facts: SheetFacts) -> None:
    """Add the comments of a sheet, old ones (notes) and threads."""
    names = real_names(archive)
    folder, name = posixpath.split(member.replace("\\", "/"))
    relations = names.get(f"{folder}/_rels/{name}.rels")
    if relations is None:
        return
    targets: list[str] = []

    def in_relations(name: str, values: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship" and values.get("Type", "").rpartition("/")[2].lower() in (
            "comments",
            "threadedcomment",
        ):
            targets.append(values.get("Target", "").replace("\\", "/"))

    parse_content(archive.read(relations), in_relations)
    for target in targets:
        part = names.get(target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}"))
        if part is not None:
            _Comments(facts).read(archive, part)


class _Comments:
    """A part of an .xlsx workbook that holds comments (ECMA-376, 18.7) or threads of them ([MS-XLSX], 2.1.33)."""

    def __init__(self, facts: SheetFacts) -> None:
        self.facts = facts
        self.place: tuple[int, int] | None = None
        self.inside, self.text = False, ""

    def read(self, archive: zipfile.ZipFile, member: str) -> None:
        parse_member(archive, member, self._start, self._end, self._text)

    def _start(self, name: str, values: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name in ("comment", "threadedComment"):
            self.place, self.text = column_number(values.get("ref", "")), ""
        elif name == "text":
            self.inside = True

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "text":
            self.inside = False
        elif name in ("comment", "threadedComment") and self.place is not None:
            self.facts.add_comment(*self.place, AUTHOR.sub("", self.text.strip()))

    def _text(self, text: str) -> None:
        if self.inside:
            self.text += text


class _OfficeSheet:
    """A sheet of an .xlsx workbook (ECMA-376, 18.3.1)."""

    def __init__(self, struck: frozenset[str]) -> None:
        self.facts, self.struck = SheetFacts(), struck
        self.row, self.column = -1, -1
        self.has_formula = self.in_value = False
        self.type, self.value = "n", ""

    def read(self, archive: zipfile.ZipFile, member: str) -> SheetFacts:
        _read_comments(archive, member, self.facts)
        if not self.struck and not _holds_marks(archive, member):
            return self.facts
        parse_member(archive, member, self._start, self._end, self._text)
        return self.facts

    def _start(self, name: str, values: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            place = column_number(values.get("r", ""))
            self.row, self.column = place or (self.row, self.column + 1)
            self.type, self.has_formula, self.value = values.get("t", "n"), False, ""
            if values.get("s") in self.struck:
                self.facts.struck.setdefault(self.row, set()).add(self.column)
        elif name == "row":
            self.row, self.column = int(values.get("r", self.row + 2)) - 1, -1
            if values.get("hidden") in ("1", "true"):
                self.facts.hidden.add(self.row)
        elif name == "f":
            self.has_formula = True
        elif name in ("v", "t"):
            self.in_value = True

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in ("v", "t"):
            self.in_value = False
        elif name == "c" and (self.type == "e" or (self.has_formula and not self.value and self.type != "str")):
            # An empty text is a result, too: =IF(A1="x","yes","").
            self.facts.errors.setdefault(self.row, {})[self.column] = self.value or NO_RESULT

    def _text(self, text: str) -> None:
        if self.in_value:
            self.value += text


class _CellStyles:
    """The styles of the cells of a sheet of an .xlsx workbook: of `rows` only, where they are given."""

    def __init__(self, styles: frozenset[str], rows: frozenset[int] | None = None) -> None:
        self.styles, self.rows = styles, rows
        self.row, self.column = -1, -1
        self.cells: dict[int, dict[int, str]] = {}

    def read(self, archive: zipfile.ZipFile, member: str) -> dict[int, dict[int, str]]:
        parse_member(archive, member, self._start)
        return self.cells

    def _start(self, name: str, values: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self.row, self.column = column_number(values.get("r", "")) or (self.row, self.column + 1)
            if values.get("s") in self.styles and (self.rows is None or self.row in self.rows):
                self.cells.setdefault(self.row, {})[self.column] = values["s"]
        elif name == "row":
            self.row, self.column = int(values.get("r", self.row + 2)) - 1, -1


class _DocumentCellStyles:
    """The styles of the cells of a sheet of an .ods workbook: their own, else that of their row, else that of their column."""

    def __init__(self, styles: frozenset[str], rows: frozenset[int] | None, sheet: str) -> None:
        self.styles, self.rows, self.sheet = styles, rows, sheet
        self.inside, self.row, self.repeated, self.column = False, 0, 0, 0
        self.of_row: str | None = None
        self.of_columns: list[tuple[int, str | None]] = []  # for each run of columns where it ends, and its style
        self.cells: dict[int, dict[int, str]] = {}

    def read(self, archive: zipfile.ZipFile, member: str) -> dict[int, dict[int, str]]:
        parse_member(archive, member, self._start)
        return self.cells

    def _start(self, name: str, values: dict[str, str]) -> None:
        if name == "table:table":
            self.inside, self.row, self.repeated, self.of_columns = values.get("table:name") == self.sheet, 0, 0, []
        elif not self.inside:
            return
        elif name == "table:table-column":
            end = self.of_columns[-1][0] if self.of_columns else 0
            self.of_columns.append((end + _repeated(values, "columns"), values.get("table:default-cell-style-name")))
        elif name == "table:table-row":
            self.row, self.column = self.row + self.repeated, 0
            self.repeated = _repeated(values, "rows")
            self.of_row = values.get("table:default-cell-style-name")
        elif name in ("table:table-cell", "table:covered-table-cell"):
            columns = _repeated(values, "columns")
            style = values.get("table:style-name") or self.of_row or next((own for end, own in self.of_columns if self.column < end), None)
            if style in self.styles and columns <= MAX_FORMATTED and self.repeated <= MAX_FORMATTED:
                for row in range(self.row, self.row + self.repeated):
                    if self.rows is None or row in self.rows:
                        self.cells.setdefault(row, {}).update(dict.fromkeys(range(self.column, self.column + columns), style))
            self.column += columns


def _repeated(values: dict[str, str], unit: str) -> int:
    return min(int(values.get(f"table:number-{unit}-repeated", "1")), ROWS_REPEATED)


class _OpenDocument:
    """Reader of a sheet of an .ods workbook (OpenDocument 1.3, part 3).

    A row that a filter hides has table:visibility, a comment is an office:annotation.
    """

    def __init__(self, sheet: str) -> None:
        self.sheet, self.facts = sheet, SheetFacts()
        self.inside, self.row, self.column = False, 0, 0
        self.comment: str | None = None

    def read(self, archive: zipfile.ZipFile) -> SheetFacts:
        if _holds_marks(archive, "content.xml"):
            parse_member(archive, "content.xml", self._start, self._end, self._text)
        return self.facts

    def _start(self, name: str, values: dict[str, str]) -> None:
        if name == "table:table":
            self.inside, self.row, self.column = values.get("table:name") == self.sheet, 0, 0
        elif name == "table:table-row" and self.inside:
            repeated = min(int(values.get("table:number-rows-repeated", "1")), ROWS_REPEATED)
            if values.get("table:visibility") in ("filter", "collapse") and repeated < ROWS_REPEATED // 2:
                self.facts.hidden.update(range(self.row, self.row + repeated))
            self.row += repeated
            self.column = 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self.column += int(values.get("table:number-columns-repeated", "1"))
        elif name == "office:annotation" and self.inside:
            self.comment = ""

    def _end(self, name: str) -> None:
        if name == "office:annotation" and self.comment is not None:
            self.facts.add_comment(self.row - 1, self.column - 1, self.comment.strip())
            self.comment = None
        elif self.comment is not None and name == "text:p":
            self.comment += "\n"

    def _text(self, text: str) -> None:
        if self.comment is not None:
            self.comment += text
