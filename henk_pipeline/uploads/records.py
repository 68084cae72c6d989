"""From text to records, quotes and escapes resolved, also broken ones. The dialect of a file comes from dialect.py.

A record that is written well is read by RFC 4180. Another one is read in the way that gives it as many cells as its table has columns; if
no way does, its line is the record, and a stray quote is a character of its cell.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

LINE_END = re.compile(r"\r\n|\r|\n")
# A quoted cell longer than this is a quote that was never closed.
MAX_RECORD_LENGTH = 2**24
# A longer line that is not written well is only split at its delimiters, without a search for the right way.
MAX_BROKEN_LINE_LENGTH = 100_000
MAX_STEPS = 20_000
MAX_BROKEN_LINES = 100
COMMON_DELIMITERS = (",", ";", "\t", "|")


class Record(NamedTuple):
    """Cells of a record; the line (from 0) and place of its text at which it starts, and those at which the next one does."""

    line: int
    start: int
    cells: list[str]
    next_line: int
    next_start: int


@dataclass(frozen=True)
class Dialect:
    """The way in which a file separates its cells.

    Attributes:
        delimiter: One or more characters.
        width: The number of cells that most records have.
        quote: The quote; None if there is none.
        escape: The escape; None if a quote in a quoted cell is doubled.
        wrapped: Whether each record stands in quotes as a whole.
        bare_escape: Whether a backslash before a delimiter outside of quotes keeps it in its cell, as MySQL, PostgreSQL COPY, Redshift and
            Hive write it.
    """

    delimiter: str
    width: int
    quote: str | None
    escape: str | None = None
    wrapped: bool = False
    bare_escape: bool = False

    @property
    def grammar(self) -> "Grammar":
        """The patterns of this dialect."""
        return _grammar(self.delimiter, self.quote, self.escape)


@dataclass(frozen=True)
class Grammar:
    """A dialect as patterns."""

    delimiter: str
    quote: str | None
    escape: str | None

    @cached_property
    def _blanks(self) -> str:
        return r"\ *" if not self.delimiter.isspace() else ""

    @cached_property
    def _quoted(self) -> str:
        q = re.escape(self.quote or "")
        if self.escape:
            e = re.escape(self.escape)
            return rf"{q}[^{q}{e}]*+(?:(?:{q}{q}|{e}.)[^{q}{e}]*+)*+{q}"
        return rf"{q}[^{q}]*+(?:{q}{q}[^{q}]*+)*+{q}"

    @cached_property
    def _bare(self) -> str:
        """A cell that does not start with a quote. It may hold quotes: they are characters."""
        first, rest = self.delimiter[0], self.delimiter[1:]
        step = rf"[^{re.escape(first)}\r\n]"
        if rest:
            step = rf"(?:{step}|{re.escape(first)}(?!{re.escape(rest)}))"
        start = rf"(?!{self._blanks}{re.escape(self.quote)})" if self.quote else ""
        return rf"{start}{step}*+"

    @cached_property
    def cell(self) -> re.Pattern[str]:
        """One cell: group 1 is a quoted cell with its quotes, group 2 a bare cell, group 3 the delimiter after it, empty at the end."""
        quoted = rf"{self._blanks}({self._quoted}){self._blanks}|" if self.quote else r"(?!)()|"
        return re.compile(rf"(?:{quoted}({self._bare}))({re.escape(self.delimiter)}|\Z)", re.DOTALL)

    @cached_property
    def record(self) -> re.Pattern[str]:
        """A record that is written well, up to its line end."""
        cell = rf"(?:{self._blanks}{self._quoted}{self._blanks}|{self._bare})" if self.quote else self._bare
        return re.compile(rf"{cell}(?:{re.escape(self.delimiter)}{cell})*(?=[\r\n]|\Z)", re.DOTALL)

    @cached_property
    def unclosed(self) -> re.Pattern[str]:
        """A record whose last cell is quoted and does not close before the end of the text."""
        quoted = rf"{self._blanks}{self._quoted}{self._blanks}"
        q = re.escape(self.quote or "")
        open_to_end = (
            rf"{self._blanks}{q}[^{q}]*+(?:(?:{q}{q}|{re.escape(self.escape)}{q})[^{q}]*+)*+{q}?\Z"
            if self.escape
            else (rf"{self._blanks}{q}[^{q}]*+(?:{q}{q}[^{q}]*+)*+{q}?\Z")
        )
        return re.compile(rf"(?:(?:{quoted}|{self._bare}){re.escape(self.delimiter)})*{open_to_end}", re.DOTALL)

    def split(self, record: str) -> list[str]:
        """Return the cells of a record that is written well."""
        if self.quote is None or self.quote not in record:
            return record.split(self.delimiter)
        cells: list[str] = []
        position, match = 0, self.cell.match
        while (cell_match := match(record, position)) is not None:
            quoted, bare, delimiter = cell_match.groups()
            cells.append(bare if quoted is None else self.unquote(quoted[1:-1]))
            position = cell_match.end()
            if not delimiter:
                return cells
        raise ValueError(f"{record!r} is not written well")

    def unquote(self, inside: str) -> str:
        """Return the text between two quotes, escapes resolved."""
        quote = self.quote or ""
        if self.escape and self.escape in inside:
            inside = re.sub(rf"{re.escape(self.escape)}([{re.escape(quote + self.escape)}])", r"\1", inside)
        return inside.replace(quote + quote, quote)


@cache
def _grammar(delimiter: str, quote: str | None, escape: str | None) -> Grammar:
    return Grammar(delimiter, quote, escape)


def records(text: str, dialect: Dialect, *, complete: bool = True) -> Iterator[Record]:
    """Yield the records of `text`, blank lines too (one empty cell).

    Args:
        text: The text.
        dialect: The dialect.
        complete: Whether the text ends with `text`. If it goes on, a record that may go on, too, is left out, as is a last line without an
            end.
    """
    lines = _line_starts(text)
    quote = dialect.quote
    number, last = 0, len(lines) - 1
    while number < last:
        start, end = lines[number]
        line = text[start:end]
        following, stop = number + 1, end
        if dialect.wrapped:
            cells = _split_broken_line(_strip_quotes(line, dialect), dialect)
        elif (broken := _broken_record(text, lines, number, dialect)) is not None:
            cells, following = broken
            stop = lines[following - 1][1]
        elif quote is None or quote not in line:
            cells = _resplit(line, _bare_cells(line, dialect), dialect)
        else:
            quoted_record = _quoted_record(text, start, end, dialect)
            if quoted_record is not None:
                cells, stop = quoted_record
                following = _line_at(lines, stop, number)
            elif not complete and len(text) - start < MAX_RECORD_LENGTH and dialect.grammar.unclosed.match(text, start) is not None:
                return  # its quote may close in the text that follows
            else:
                cells = _resplit(line, _split_broken_line(line, dialect), dialect)
        if not complete and stop == len(text):
            return
        yield Record(number, start, cells, following, lines[following][0])
        number = following


def _broken_record(text: str, lines: list[tuple[int, int]], number: int, dialect: Dialect) -> tuple[list[str], int] | None:
    r"""Return the cells of a record with backslashes before the line breaks in it, as MySQL writes them, and the line of the next one; else None.

    It must be as wide as the table only with its further lines, or with one of a single cell.
    """
    start, end = lines[number]
    if dialect.width <= 1 or end == start or text[end - 1] != "\\":
        return None
    joined, following = "", number
    while following < len(lines) - 1 and following - number < MAX_BROKEN_LINES:
        start, end = lines[following]
        part = text[start:end]
        if dialect.quote is not None and dialect.quote in part:
            return None
        following += 1
        if (len(part) - len(part.rstrip("\\"))) % 2 == 1:
            joined += f"{part[:-1]}\n"
            continue
        cells = _bare_cells(joined + part, dialect)
        return (cells, following) if joined and len(cells) == dialect.width else None
    return None


def _bare_cells(line: str, dialect: Dialect) -> list[str]:
    """Return the cells of a line without quotes."""
    cells = line.split(dialect.delimiter)
    return joined_at_escapes(cells, dialect.delimiter) if dialect.bare_escape and "\\" in line else cells


def joined_at_escapes(cells: list[str], delimiter: str) -> list[str]:
    """Return cells put together where an odd number of backslashes stands before the delimiter, and without these backslashes."""
    joined: list[str] = []
    is_open = False
    for cell in cells:
        if is_open:
            joined[-1] = f"{joined[-1][:-1]}{delimiter}{cell}"
        else:
            joined.append(cell)
        is_open = (len(cell) - len(cell.rstrip("\\"))) % 2 == 1
    return [cell.replace("\\\\", "\\") for cell in joined]


def _quoted_record(text: str, start: int, end: int, dialect: Dialect) -> tuple[list[str], int] | None:
    """Return the cells and the end of the record that starts at `start`, in a line that ends at `end`, if it is written well; else None.

    Over several lines it must be as wide as the table: otherwise it began with a stray quote, and its first line alone is the record.
    """
    grammar, width = dialect.grammar, dialect.width
    match = grammar.record.match(text, start, start + MAX_RECORD_LENGTH)
    if match is None:
        return None
    cells = grammar.split(match.group())
    if match.end() <= end:
        return _resplit(text[start:end], cells, dialect), end
    if width <= 0 or len(cells) == width or len(_split_broken_line(text[start:end], dialect)) != width:
        return cells, match.end()
    return None


def _strip_quotes(line: str, dialect: Dialect) -> str:
    """Return a line without the quotes around it."""
    quote = dialect.quote or ""
    return dialect.grammar.unquote(line[1:-1]) if len(line) > 1 and line.startswith(quote) and line.endswith(quote) else line


def _line_starts(text: str) -> list[tuple[int, int]]:
    """Return start and end of each line without its line end, then a pair at the end of the text."""
    lines: list[tuple[int, int]] = []
    start = 0
    if "\r" in text:
        for line_end in LINE_END.finditer(text):
            lines.append((start, line_end.start()))
            start = line_end.end()
    else:
        find = text.find
        while (end := find("\n", start)) >= 0:
            lines.append((start, end))
            start = end + 1
    if start < len(text):
        lines.append((start, len(text)))
    lines.append((len(text), len(text)))
    return lines


def _line_at(starts: list[tuple[int, int]], position: int, number: int) -> int:
    """Return the first line that starts after `position`."""
    while starts[number][0] <= position and number < len(starts) - 1:
        number += 1
    return number


def _resplit(line: str, cells: list[str], dialect: Dialect) -> list[str]:
    """Return `cells`, or the cells by another delimiter or quote if only that gives the line the table's width."""
    width = dialect.width
    if len(cells) == width > 1 and dialect.quote != "'" and line.startswith("'") and all(_in_apostrophes(cell) for cell in cells):
        return [cell[1:-1].replace("''", "'") for cell in cells]
    if width < 3 or len(cells) == width or not line.strip() or len(line) > MAX_BROKEN_LINE_LENGTH:
        return cells
    if len(cells) == 1 or len(cells) > width:
        for delimiter in COMMON_DELIMITERS:
            if delimiter != dialect.delimiter and line.count(delimiter) >= width - 1:
                other = _split_broken_line(line, Dialect(delimiter, width, dialect.quote, dialect.escape))
                if len(other) == width and (len(cells) == 1 or _fewer_hold(other, cells, dialect.delimiter)):
                    return other
    if dialect.quote != "'" and line.count("'") >= 2:
        grammar = _grammar(dialect.delimiter, "'", None)
        if grammar.record.fullmatch(line):
            other = grammar.split(line)
            if len(other) == width:
                return other
    return cells


def _in_apostrophes(cell: str) -> bool:
    return not cell or (len(cell) > 1 and cell[0] == cell[-1] == "'")


def _fewer_hold(other: list[str], cells: list[str], delimiter: str) -> bool:
    """Return whether the other reading keeps the file's own delimiter inside of cells, as a decimal comma is, rather than by chance."""
    return sum(1 for cell in other if delimiter in cell) <= len(cells) - 1


def _split_broken_line(line: str, dialect: Dialect) -> list[str]:
    """Return the cells of a line that is not written well.

    The first way that gives the table's width wins; quotes close as soon as possible.
    """
    quote, delimiter = dialect.quote, dialect.delimiter
    if quote is None or quote not in line or len(line) > MAX_BROKEN_LINE_LENGTH:
        return line.split(delimiter)
    grammar = dialect.grammar
    if grammar.record.fullmatch(line):
        cells = grammar.split(line)
        if len(cells) == dialect.width or dialect.width <= 0:
            return cells
    ways = _Ways(line, grammar)
    return ways.of_width(dialect.width) or ways.first()


class _Ways:
    """The ways to split one line into cells, tried in the order of their likelihood; each place is tried once a number of cells."""

    def __init__(self, line: str, grammar: Grammar) -> None:
        self.line, self.grammar = line, grammar
        self.hopeless: set[tuple[int, int]] = set()
        self.steps = 0

    def of_width(self, width: int) -> list[str] | None:
        """Return exactly this number of cells, or None."""
        if width < 1:
            return None
        # A stack of (start of a cell, cells still to come, ways of the cell): recursion would end at a thousand columns.
        path: list[tuple[int, int, Iterator[tuple[str, int]]]] = [(0, width, self._cells_at(0))]
        cells: list[str] = []
        while path:
            start, remaining, ways = path[-1]
            for cell, after in ways:
                self.steps += 1
                if self.steps > MAX_STEPS:
                    return None
                if after > len(self.line):
                    if remaining == 1:
                        return [*cells, cell]
                elif remaining > 1 and (after, remaining - 1) not in self.hopeless:
                    cells.append(cell)
                    path.append((after, remaining - 1, self._cells_at(after)))
                    break
            else:
                self.hopeless.add((start, remaining))
                path.pop()
                if cells:
                    cells.pop()
        return None

    def first(self) -> list[str]:
        """Return the cells of the likeliest way, of any number."""
        cells, position = [], 0
        while position <= len(self.line):
            cell, position = next(self._cells_at(position))
            cells.append(cell)
        return cells

    def _cells_at(self, start: int) -> Iterator[tuple[str, int]]:
        """Yield the cells that may start at `start`, each with the place of the next one: beyond the line's end for the last."""
        line, delimiter, quote = self.line, self.grammar.delimiter, self.grammar.quote or ""
        begin = start
        if not delimiter.isspace():
            while line.startswith(" ", begin):
                begin += 1
        if line.startswith(quote, begin):
            quoted_cell = self.grammar.cell.match(line, start)
            if quoted_cell is not None and quoted_cell.group(1) is not None:
                yield self.grammar.unquote(quoted_cell.group(1)[1:-1]), self._next(quoted_cell.end(1))
            close = line.find(quote, begin + 1)
            while close >= 0 and self.steps <= MAX_STEPS:
                self.steps += 1
                after = self._next(close + 1)
                if after >= 0:
                    yield self._mend_quotes(line[begin + 1 : close]), after
                close = line.find(quote, close + 1)
        end = line.find(delimiter, start)
        yield (line[start:], len(line) + 1) if end < 0 else (line[start:end], end + len(delimiter))

    def _next(self, position: int) -> int:
        """Return the start of the next cell if one ends at `position` (blanks are passed over), -1 if none does."""
        line, delimiter = self.line, self.grammar.delimiter
        if not delimiter.isspace():
            while line.startswith(" ", position) and not line.startswith(delimiter, position):
                position += 1
        if position >= len(line):
            return len(line) + 1
        return position + len(delimiter) if line.startswith(delimiter, position) else -1

    def _mend_quotes(self, inside: str) -> str:
        """Return the inside of a cell with quotes that should have been doubled.

        If a backslash stands before each of them, it is their escape.
        """
        quote = self.grammar.quote or ""
        if f"\\{quote}" in inside and inside.count(f"\\{quote}") == inside.count(quote):
            return inside.replace(f"\\{quote}", quote)
        return self.grammar.unquote(inside)
