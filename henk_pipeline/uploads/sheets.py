"""What a workbook says of its rows and cells that calamine does not: hidden rows, error cells, formulas without a result.

An error cell and a formula without a cached result both come from calamine as an empty string, and rows that a filter hides come like any
others. So the sheet's own XML is asked, where it holds such a thing at all.
"""

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

BLOCK = 2**20
# What a formula without a cached result is written as: no value that a cell can have, so that a column of consent takes it for unclear.
NO_RESULT = "#FORMULA!"
MARKS = (b'hidden="', b't="e"', b"<f", b":f>", b":f ", b"hidden='", b"t='e'", b"visibility=")
CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
ROWS_REPEATED = 2**20  # a sheet has no more rows


@dataclass
class SheetFacts:
    """`hidden`: rows that are not shown (from 0). `errors`: row and column (from 0) of cells without a value, and what stands there instead."""

    hidden: set[int] = field(default_factory=set)
    errors: dict[int, dict[int, str]] = field(default_factory=dict)


def read_facts(path: Path, sheet: str, kind: str) -> SheetFacts:
    """Read the facts of a sheet.

    Args:
        path: The workbook.
        sheet: The name of the sheet.
        kind: xlsx, ods or xls. Of an old binary workbook, and of a damaged one, nothing is known.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if kind.endswith("ods"):
                return _OpenDocument(sheet).read(archive)
            member = _member_of(archive, sheet)
            return _OfficeSheet().read(archive, member) if member else SheetFacts()
    except (zipfile.BadZipFile, KeyError, expat.ExpatError, NotImplementedError, OSError):
        return SheetFacts()


def column_number(reference: str) -> tuple[int, int] | None:
    """Return row and column (from 0) of a cell's name such as `B7`."""
    found = CELL.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


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
    _parse(archive.read(names["xl/workbook.xml"]), in_workbook)
    _parse(archive.read(names["xl/_rels/workbook.xml.rels"]), in_relations)
    target = targets.get(relation[0], "").replace("\\", "/") if relation else ""
    if not target:
        return None
    return names[target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")]


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    # No entity is ever expanded: a workbook declares none, and a bomb is made of them.
    parser.EntityDeclHandler = _refuse_entities
    return parser


def _refuse_entities(*_: object) -> None:
    raise expat.ExpatError("a workbook declares no entities")


def _parse(content: bytes, start: object) -> None:
    parser = _parser()
    parser.StartElementHandler = start  # type: ignore[assignment]
    parser.Parse(content, True)


def _holds_marks(archive: zipfile.ZipFile, member: str) -> bool:
    """Return whether a part holds anything of what is looked for: most do not, and need not be parsed."""
    rest = b""
    with archive.open(member) as file:
        while block := file.read(BLOCK):
            rest += block
            if any(mark in rest for mark in MARKS):
                return True
            rest = rest[-16:]
    return False


class _OfficeSheet:
    """A sheet of an .xlsx workbook (ECMA-376, 18.3.1)."""

    def __init__(self) -> None:
        self.facts = SheetFacts()
        self.row, self.column = -1, -1
        self.has_formula = self.in_value = False
        self.type, self.value = "n", ""

    def read(self, archive: zipfile.ZipFile, member: str) -> SheetFacts:
        if not _holds_marks(archive, member):
            return self.facts
        parser = _parser()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        with archive.open(member) as file:
            parser.ParseFile(file)
        return self.facts

    def _start(self, name: str, values: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            place = column_number(values.get("r", ""))
            self.row, self.column = place or (self.row, self.column + 1)
            self.type, self.has_formula, self.value = values.get("t", "n"), False, ""
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


class _OpenDocument:
    """A sheet of an .ods workbook (OpenDocument 1.3, part 3): a row that a filter hides has table:visibility."""

    def __init__(self, sheet: str) -> None:
        self.sheet, self.facts = sheet, SheetFacts()
        self.inside, self.row = False, 0

    def read(self, archive: zipfile.ZipFile) -> SheetFacts:
        if _holds_marks(archive, "content.xml"):
            parser = _parser()
            parser.StartElementHandler = self._start
            with archive.open("content.xml") as file:
                parser.ParseFile(file)
        return self.facts

    def _start(self, name: str, values: dict[str, str]) -> None:
        if name == "table:table":
            self.inside, self.row = values.get("table:name") == self.sheet, 0
        elif name == "table:table-row" and self.inside:
            repeated = min(int(values.get("table:number-rows-repeated", "1")), ROWS_REPEATED)
            if values.get("table:visibility") in ("filter", "collapse") and repeated < ROWS_REPEATED // 2:
                self.facts.hidden.update(range(self.row, self.row + repeated))
            self.row += repeated
