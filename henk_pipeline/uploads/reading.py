"""From a file to a text table that keeps the file's own line numbers. Cells stay as they are written; no header is interpreted.

Every record of the table comes out, in `table` or in `ragged`, and every other line is named in `left_out`: nothing disappears here. A file
is read in pieces, so that memory does not grow with it.
"""

import csv
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

import polars as pl

from henk_pipeline.uploads.consent_uses import is_answer, is_asked
from henk_pipeline.uploads.decoding import STRAYS, decode
from henk_pipeline.uploads.dialect import sniff
from henk_pipeline.uploads.known_names import is_known_name
from henk_pipeline.uploads.layout import (
    COMMENTED,
    Layout,
    NamesAmongRowsError,
    OmittedLines,
    find_table,
    is_row_of_names,
    sort_out,
    uncommented,
)
from henk_pipeline.uploads.realign import realign
from henk_pipeline.uploads.records import MAX_RECORD_LENGTH, Dialect, Record, records
from henk_pipeline.uploads.unpacking import LINE_BREAK, UnreadableFileError, iter_cells, unpack

LINE_END = re.compile(rb"\r\n|\r|\n")
NULL = "\\N"  # MySQL, PostgreSQL COPY, Redshift, Hive
SNIFFED = 2**16
# Files up to this size are read record by record, bigger ones so at their beginning and end only, and between them in blocks.
HEAD = 2**18
SMALL = 2**22
TAIL = 2**18
BLOCK = 2**25
HEAD_RECORDS = 1000
MIN_HEAD_RECORDS = 10
MAX_QUICK_WIDTH = 2000
SHORT_ROWS_SAMPLE = 1000  # rows that are looked at for what a column holds
MAX_OUTSIDE = 200  # lines that are no rows, whose cells are kept: a legend is among the last
HIDDEN = "hidden in the workbook; hidden_rows = true in the manifest reads it"
MAX_COLUMNS = 100_000  # spreadsheets end at 16,384


class LostLinesError(UnreadableFileError):
    """The lines read, skipped and left out are not the lines of the file: a fault of the reader, for which nothing may be loaded."""

    def __init__(self, lines: int, accounted: int) -> None:
        super().__init__(
            f"The file has {lines:,} lines, but {accounted:,} of them were read, skipped or left out. Nothing is loaded, so that no row is "
            "lost. Split the file, and report this as an error of the reader."
        )


@dataclass(frozen=True)
class RaggedRow:
    """A record whose cells could not be put in the table's columns, as it stands in the file."""

    line: int
    cells: list[str]


class Chunk(NamedTuple):
    """Consecutive rows of the table.

    `table`: one text column a column of the file, named as in `Reading.columns`, empty cells null. `lines` (Int64): for each of its rows
    the line of the file (from 1) at which the record starts. `ragged`: records that do not fit the header. `hidden`: as `table`, the rows
    that are left out because a workbook hides them or a sign of a comment stands before them, and `hidden_lines` theirs; None where there are
    none.
    """

    table: pl.DataFrame
    lines: pl.Series
    ragged: list[RaggedRow]
    hidden: pl.DataFrame | None = None
    hidden_lines: pl.Series | None = None


@dataclass
class Reading:
    """An open file: how it is read, and the way to its rows. `header_line` is None if there is none.

    `left_out`, `realigned` (line → what was done) and `outside` (line → its cells, of lines that are no rows) are complete once `chunks` is
    exhausted. `titles`: the name of the sheet (`sheet`), and the cells of each line above the table. `workbook`: its path, if it has other
    sheets. `has_looks`: the colors of its cells are known, and a legend of them was applied.
    """

    encoding: str
    container: str | None
    dialect: Dialect
    header_line: int | None
    columns: list[str]
    header: list[str]
    _source: "_Source"
    left_out: list[OmittedLines] = field(default_factory=list)
    realigned: dict[int, str] = field(default_factory=dict)
    outside: dict[int, list[str]] = field(default_factory=dict)
    passed_over: tuple[str, ...] = ()
    titles: tuple[tuple[str, ...], ...] = ()
    sheet: str | None = None
    workbook: Path | None = None
    has_looks: bool = False

    @property
    def in_one_piece(self) -> bool:
        """Whether there is one chunk only, as of most files."""
        return self._source.all_records is not None

    def other_sheets(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the rows of the sheets of a workbook that are not the table: the sheet's name and the cells; nothing of any other file."""
        if self.workbook is not None:
            yield from ((name, cells) for name, cells in iter_cells(self.workbook) if name != self.sheet)

    def chunks(self) -> Iterator[Chunk]:
        """Yield the chunks of the table, in the order of the file. Each call starts at the first row."""
        return self._source.chunks(self)


@contextmanager
def open_table(path: Path, *, hidden_rows: bool = False) -> Iterator[Reading]:
    """Open a file as a table; the files it is unpacked or decoded to live as long as the context.

    Args:
        path: The file.
        hidden_rows: Whether rows that are hidden in a workbook are read; else they are left out, and named so.

    Raises:
        UnreadableFileError: The file is no table; the message is for the person who uploaded it.
        OSError: The file cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="henk-reading-") as folder:
        scratch = Path(folder)
        unpacked = unpack(path, scratch)
        decoded = decode(unpacked.path, scratch)
        is_sheet = unpacked.container is not None and unpacked.container.split(", ")[-1] not in ("gzip", "zip")
        with decoded.path.open("rb") as file:
            reading = _open_reading(
                file,
                decoded.skip,
                decoded.encoding,
                unpacked.container,
                unpacked.passed_over,
                unpacked.sheet,
                is_sheet=is_sheet,
                hidden=frozenset() if hidden_rows else unpacked.hidden,
            )
            reading.has_looks = unpacked.has_looks
            if is_sheet and unpacked.passed_over:
                reading.workbook = scratch / "unpacked" if ", " in (unpacked.container or "") else path
            yield reading


def write_table(reading: Reading, path: Path) -> None:
    """Write the table, before any mapping, as RFC 4180 CSV in UTF-8: the header row if the file has one, then every record."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if reading.header_line is not None:
            writer.writerow(reading.header)
        for chunk in reading.chunks():
            ragged = iter(chunk.ragged)
            following = next(ragged, None)
            # Each record once, in the order of the file; only this function, whose output is text for people, iterates over rows.
            for line, cells in zip(chunk.lines, chunk.table.iter_rows(), strict=True):
                while following is not None and following.line < line:
                    writer.writerow(following.cells)
                    following = next(ragged, None)
                writer.writerow(["" if cell is None else cell for cell in cells])
            while following is not None:
                writer.writerow(following.cells)
                following = next(ragged, None)


def _open_reading(
    file: BinaryIO,
    skip: int,
    encoding: str,
    container: str | None,
    passed_over: tuple[str, ...],
    sheet: str | None,
    *,
    is_sheet: bool,
    hidden: frozenset[int],
) -> Reading:
    size = file.seek(0, 2) - skip
    file.seek(skip)
    head = file.read(size if size <= SMALL else HEAD)
    while len(head) < size and (b"\n" not in head and b"\r" not in head) and len(head) < MAX_RECORD_LENGTH:
        head += file.read(HEAD)
    is_complete = len(head) == size
    if not is_complete:
        head = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1] or head
    text = head.decode("utf-8", errors="replace")
    dialect = Dialect(",", 0, '"') if is_sheet else sniff(_sample_of(text), complete=is_complete and len(text) <= SNIFFED)
    if dialect.width > MAX_COLUMNS:
        raise UnreadableFileError(
            f"A line of the file has {dialect.width:,} cells: its line ends seem to be lost. Export the table as CSV again."
        )
    if dialect.quote is None and (not is_complete or '"' in text):
        dialect = replace(dialect, quote='"')  # of what lies beyond the part that was sniffed at
    head_records = list(islice(records(text, dialect, complete=is_complete), None if is_complete else HEAD_RECORDS))
    if not is_complete and len(head_records) < MIN_HEAD_RECORDS:
        # A quote of one of the first rows does not close in the head: a stray one, or a very long cell. The layout is judged line by line.
        head_records = list(islice(records(text, dialect), HEAD_RECORDS))
    if is_sheet:
        head_records = _trim_empty_columns(head_records)
        dialect = Dialect(",", max((len(record.cells) for record in head_records), default=1), '"')
    layout = find_table(head_records, dialect)
    if layout is None:
        raise UnreadableFileError("No table was found in the file: no line looks like a header or a row. Upload a CSV with a header line.")
    dialect = replace(dialect, width=layout.width)
    first = head_records[layout.first_row] if layout.first_row < len(head_records) else None
    first_line = first.line if first else head_records[-1].next_line
    offset = skip if is_complete else skip + _line_start(head, first_line)
    _assert_lines_above(head_records[: layout.first_row], layout, first_line)
    source = _Source(
        file,
        layout,
        dialect,
        offset,
        size + skip,
        first_line,
        head_records[layout.first_row :] if is_complete else None,
        is_sheet,
        hidden,
        skip,
    )
    columns = _unique_names(layout.names or layout.header) if layout.header else [f"column_{n}" for n in range(1, layout.width + 1)]
    above = [
        tuple(record.cells)
        for record in head_records[: layout.first_row]
        if layout.header_line is None or record.line + 1 < layout.header_line
    ]
    titles = ((sheet,), *above) if sheet is not None else tuple(above)
    return Reading(
        encoding, container, dialect, layout.header_line, columns, layout.header, source, list(layout.left_out), passed_over=passed_over,
        titles=titles, sheet=sheet,
    )  # fmt: skip


def _line_start(content: bytes, line: int) -> int:
    """Return where a line (from 0) starts, in bytes: a text with damaged characters has other lengths."""
    if not line:
        return 0
    ends = (match.end() for match in LINE_END.finditer(content))
    return next(islice(ends, line - 1, None), len(content))


def _count_lines(content: bytes) -> int:
    """Return the line ends of `content`, which does not end within one."""
    returns = content.count(b"\r")
    return content.count(b"\n") + (returns - content.count(b"\r\n") if returns else 0)


class _LineCount:
    """The number of lines in bytes that are read block by block, counted by their ends, independent of how they are parsed."""

    def __init__(self) -> None:
        self.ends, self.last = 0, b""

    def add(self, more: bytes) -> None:
        """Count the ends of further bytes."""
        if more:
            self.ends += _count_lines(more) - (self.last == b"\r" and more.startswith(b"\n"))
            self.last = more[-1:]

    def assert_accounted(self, accounted: int) -> None:
        """Raise LostLinesError unless so many lines were read; the last may lack its end."""
        lines = self.ends + (self.last not in (b"\n", b"\r", b""))
        if lines != accounted:
            raise LostLinesError(lines, accounted)


def _assert_records(input_records: list[Record], rows: list[Record], left_out: list[OmittedLines]) -> None:
    """Raise LostLinesError unless every record that is not blank is a row or named as left out."""
    if len(input_records) == len(rows):
        return
    filled = [record.line + 1 for record in input_records if any(map(str.strip, record.cells))]
    named = {line for part in left_out for line in range(part.first_line, part.last_line + 1)}
    accounted = len(rows) + sum(line in named for line in filled)
    if accounted != len(filled):
        raise LostLinesError(len(filled), accounted)


def _assert_lines_above(above: list[Record], layout: Layout, first_line: int) -> None:
    """Raise LostLinesError unless every line above the first row is blank, of the header or named as left out."""
    named = {line for part in layout.left_out for line in range(part.first_line, part.last_line + 1)}
    header = layout.header_line if layout.header_line is not None else 0
    after_header = [record for record in above if record.line + 1 > header and any(map(str.strip, record.cells))]
    following = above[-1].next_line if above else 0
    if following != first_line or any(record.line + 1 not in named for record in after_header):
        raise LostLinesError(first_line, following)


def _sample_of(text: str) -> str:
    if len(text) <= SNIFFED:
        return text
    sample = text[:SNIFFED]
    cut = max(sample.rfind("\n"), sample.rfind("\r"))
    if sample.count("\n") + sample.count("\r") < 3:  # lines longer than the sample: a few whole ones of them
        ends = [end for end in (text.find("\n", SNIFFED * n) for n in (1, 4, 16)) if end >= 0]
        return text[: ends[-1] + 1] if ends else text[: SNIFFED * 16]
    return sample[: cut + 1]


def _trim_empty_columns(sheet_records: list[Record]) -> list[Record]:
    """Return the rows of a sheet without the empty cells at the end of all of them, each as wide as the widest."""
    used = max((number for record in sheet_records for number, cell in enumerate(record.cells, 1) if cell.strip()), default=1)
    return [record._replace(cells=[*record.cells, *[""] * (used - len(record.cells))][:used]) for record in sheet_records]


def _unique_names(cells: list[str]) -> list[str]:
    """Return header cells as column names: blank ones get `column_<n>`, repeated ones ` (2)`, ` (3)`."""
    names: list[str] = []
    counts: dict[str, int] = {}
    seen: set[str] = set()
    for position, cell in enumerate(cells, start=1):
        base = " ".join(cell.split()) or f"column_{position}"
        name, count = base, counts.get(base, 1)
        while name in seen:
            count += 1
            name = f"{base} ({count})"
        counts[base] = count
        seen.add(name)
        names.append(name)
    return names


@dataclass(frozen=True)
class _Source:
    """The bytes of a table and the way from them to chunks.

    `start` and `end` are places in the file, `lines_before` the lines before `start`; `first` is the place of the first line; `all_records`
    are the records of a small file; `hidden` the lines (from 0) that are hidden in a workbook.
    """

    file: BinaryIO
    layout: Layout
    dialect: Dialect
    start: int
    end: int
    lines_before: int
    all_records: list[Record] | None
    is_sheet: bool
    hidden: frozenset[int] = frozenset()
    first: int = 0

    @property
    def names(self) -> list[str]:
        """Names of the columns while they have no others."""
        return [str(n) for n in range(self.layout.width)]

    def chunks(self, reading: Reading) -> Iterator[Chunk]:
        """Yield the chunks of the table. Note the lines that are left out or set right in `reading`."""
        del reading.left_out[len(self.layout.left_out) :]
        reading.realigned.clear()
        if self.all_records is not None:
            yield self._build_chunk(self.all_records, 0, reading, at_end=True)
            return
        counted = self._count_before()
        rest, line, position = b"", self.lines_before, self.start
        body_end = self.end - TAIL
        step, until_long_again = BLOCK, 0
        while True:
            if len(rest) < step and position < body_end:
                more = self.file.read(min(step - len(rest), body_end - position))
                rest, position = rest + more, position + len(more)
                counted.add(more)
            if position >= body_end and len(rest) <= TAIL:
                break
            block = rest[:step]
            chunk, used, lines = self._read_by_polars(block, line)
            if chunk is not None:
                rest = rest[used:]
            elif step > SMALL and not until_long_again:
                # The fault is in one place of a long block: the rest of it goes the quick way in shorter ones.
                step, until_long_again = SMALL, BLOCK // SMALL
                continue
            else:
                block_records, left = self._parse_block(block)
                if not block_records:
                    if len(block) == len(rest) and position >= body_end:
                        break
                    step *= 2  # a record that is longer
                    continue
                lines = block_records[-1].next_line
                chunk = self._build_chunk(block_records, line, reading, at_end=False)
                rest = left + rest[step:]
            if until_long_again:
                until_long_again -= 1
                step = SMALL if until_long_again else BLOCK
            line += lines
            yield self._rename_columns(chunk, reading)
        end = self.file.read(self.end - position)
        counted.add(end)
        text = (rest + end).decode("utf-8", errors=STRAYS)
        last = list(records(text, self.dialect))
        counted.assert_accounted(line + (last[-1].next_line if last else 0))
        yield self._build_chunk(last, line, reading, at_end=True)

    def _count_before(self) -> "_LineCount":
        """Return the count of the lines above the rows, with the file at the first of these: each line is to be accounted for."""
        self.file.seek(self.first)
        counted = _LineCount()
        counted.add(self.file.read(self.start - self.first))
        return counted

    def _parse_block(self, block: bytes) -> tuple[list[Record], bytes]:
        """Return the complete records of a block, parsed one by one, and the bytes after them."""
        cut = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1  # what follows may be half a character
        text = block[:cut].decode("utf-8", errors=STRAYS)
        block_records = list(records(text, self.dialect, complete=False))
        return block_records, text[block_records[-1].next_start if block_records else 0 :].encode() + block[cut:]

    def _rename_columns(self, chunk: Chunk, reading: Reading) -> Chunk:
        for table in (chunk.table, chunk.hidden):
            if table is not None and table.columns != reading.columns:
                table.columns = reading.columns
        return chunk

    def _read_by_polars(self, block: bytes, line: int) -> tuple[Chunk | None, int, int]:
        """Return the complete records of `block` as polars reads them, with the bytes and lines of them.

        Polars' result is used only if it accounts for every byte, else the result is (None, 0, 0).
        """
        used = _even_end(block, self.dialect.quote) if self._is_plain(block) else 0
        block = block[:used]
        quote = self.dialect.quote if self.dialect.quote and self.dialect.quote.encode() in block else None
        table = self._by_polars(block, quote) if used else None
        if table is None:
            return None, 0, 0
        ends = block.count(b"\n")
        if quote is None:
            # A row that is too short lacks its last cell; only where one does must the delimiters be counted.
            delimiters = ends * (self.layout.width - 1)
            if table.height != ends or (table.to_series(-1).null_count() and block.count(self.dialect.delimiter.encode()) != delimiters):
                return None, 0, 0
            lines = pl.int_range(line + 1, line + 1 + ends, dtype=pl.Int64, eager=True).alias("line")
        else:
            counted = self._lines_of_quoted(table, block, quote, line, ends)
            if counted is None:
                return None, 0, 0
            lines = counted
            table = table.with_columns(pl.when(pl.all() != "").then(pl.all()))
        if NULL.encode() in block:
            table = table.with_columns(pl.when(pl.all() != NULL).then(pl.all()))
        is_careful = self._has_header(table) or self._has_names(table) or self._has_comments(table)
        return None if is_careful else Chunk(table, lines, []), used, ends

    def _is_plain(self, block: bytes) -> bool:
        """Return whether polars knows the dialect of a block."""
        dialect, width = self.dialect, self.layout.width
        if (
            width == 1
            or width > MAX_QUICK_WIDTH
            or len(dialect.delimiter.encode()) > 1
            or dialect.escape
            or dialect.wrapped
            or dialect.bare_escape
            or self.is_sheet
        ):
            return False
        returns = block.count(b"\r")
        return not returns or returns == block.count(b"\r\n")

    def _by_polars(self, block: bytes, quote: str | None) -> pl.DataFrame | None:
        schema = dict.fromkeys(self.names, pl.String)
        try:
            return pl.read_csv(
                block,
                separator=self.dialect.delimiter,
                has_header=False,
                schema=schema,
                quote_char=quote,
                empty_string_is_null=quote is None,
            )
        except pl.exceptions.PolarsError:
            return None

    def _lines_of_quoted(self, table: pl.DataFrame, block: bytes, quote: str, line: int, ends: int) -> pl.Series | None:
        """Return the line of each record of a block with quotes; None if the cells do not add up to the bytes of the block.

        The cells have lost the quotes around them and one of each doubled quote: the quotes that are still in the cells were written twice
        or stand in a bare cell.
        """
        q, marks = quote.encode(), pl.col(pl.String)
        measured = table.select(
            pl.sum_horizontal(marks.str.len_bytes().sum()).alias("bytes"),
            pl.sum_horizontal(marks.str.count_matches(quote, literal=True).sum()).alias("quotes"),
            pl.sum_horizontal(marks.null_count()).alias("nulls"),
            pl.sum_horizontal(marks.str.count_matches("\n", literal=True).sum()).alias("breaks"),
        ).row(0, named=True)
        returns = block.count(b"\r\n") - (self._inner_returns(table) if measured["breaks"] else 0)
        if measured["nulls"] or (returns and returns != table.height):
            return None
        expected = (
            measured["bytes"] + block.count(q) - measured["quotes"] + table.height * len(self.names) + (table.height if returns else 0)
        )
        if expected != len(block) or table.height + measured["breaks"] != ends:
            return None
        if not measured["breaks"]:
            return pl.int_range(line + 1, line + 1 + table.height, dtype=pl.Int64, eager=True).alias("line")
        separators = rf"(?m)^([^\n]*{_regex(self.dialect.delimiter)}){{{self.layout.width - 1},}}[^\n]*$"
        breaks = table.select(pl.sum_horizontal(marks.str.count_matches("\n", literal=True)).cast(pl.Int64).alias("line")).to_series()
        if (
            self.layout.width > 2
            and table.filter(breaks > 0).select(pl.any_horizontal(marks.str.contains(rf"\n{separators[5:-1]}\n").any())).item()
        ):
            return None  # a cell that holds a whole row: its quote may be a stray
        return (
            breaks.cum_sum().shift(1, fill_value=0) + pl.int_range(line + 1, line + 1 + table.height, dtype=pl.Int64, eager=True)
        ).alias("line")

    def _inner_returns(self, table: pl.DataFrame) -> int:
        return int(table.select(pl.sum_horizontal(pl.all().str.count_matches("\r\n", literal=True).sum())).item())

    def _has_header(self, table: pl.DataFrame) -> bool:
        """Return whether the header stands among the rows again; the careful way then finds the lines."""
        header = self.layout.header
        if not header or not (table.to_series(0) == header[0]).any():
            return False
        same = (pl.col(name).fill_null("").str.strip_chars() == cell.strip() for name, cell in zip(self.names, header, strict=True))
        return bool(table.select(pl.all_horizontal(same).any()).item())

    def _has_comments(self, table: pl.DataFrame) -> bool:
        """Return whether rows that somebody has taken out stand among the rows; the careful way then leaves them out."""
        marked = table.filter(table.to_series(0).str.contains(r"^\s*(?:#|//|--)").fill_null(value=False))
        return any(self.layout.is_comment([cell or "" for cell in row]) for row in marked.iter_rows())

    def _has_names(self, table: pl.DataFrame) -> bool:
        """Return whether a row of known field names stands among the rows; the careful way then refuses the file."""
        typed = [number for number, kind in enumerate(self.layout.kinds) if kind in ("email", "phone", "number", "date")]
        cells = table.to_series(typed[0] if typed else 0)
        # No name of a field that is known has a digit or @ at its start; of a typed column this leaves almost no row.
        # If no column is typed the first is searched, name by name.
        names = cells.drop_nulls() if typed else cells.drop_nulls().unique()
        names = names.filter(~names.str.contains("@", literal=True))  # a quarter of the time that the pattern takes for an address
        known_names = [name for name in names.filter(names.str.contains(r"^[^0-9@+(]{2,59}$")).unique() if is_known_name(name)]
        if not known_names:
            return False
        candidates = table.filter(cells.is_in(known_names))
        return any(is_row_of_names([cell or "" for cell in row], self.layout) for row in candidates.iter_rows())

    def _build_chunk(self, input_records: list[Record], line: int, reading: Reading, *, at_end: bool) -> Chunk:
        """Build a chunk of records: leave out those that are not of the table, and realign ragged ones if the result is certain."""
        if self.is_sheet:
            input_records = [
                record._replace(cells=[*record.cells, *[""] * self.layout.width][: max(self.layout.width, 1)]) for record in input_records
            ]
        concealed: list[Record] = []
        if self.hidden:
            shown = [record for record in input_records if record.line + line not in self.hidden]
            if len(shown) < len(input_records):
                concealed = [record for record in input_records if record.line + line in self.hidden and any(map(str.strip, record.cells))]
                spans = _spans([record.line + line + 1 for record in concealed])
                reading.left_out.extend(OmittedLines(first, last, HIDDEN) for first, last in spans)
                input_records = shown
        try:
            rows, left_out = sort_out(input_records, self.layout, at_end=at_end)
        except NamesAmongRowsError as error:
            names = ", ".join(cell.strip() for cell in error.cells if cell.strip())
            raise UnreadableFileError(
                f"Line {error.line + line + 1} holds the names of columns ({names[:200]}) among the rows: a second table, or the header below "
                "other lines. Delete the lines above the header, or save each table as a file of its own."
            ) from error
        _assert_records(input_records, rows, left_out)
        reading.left_out.extend(OmittedLines(a + line, b + line, why) for a, b, why in left_out)
        if left_out and len(reading.outside) < MAX_OUTSIDE:
            taken = {record.line for record in rows}
            reading.outside.update(
                {r.line + line + 1: r.cells for r in input_records[-MAX_OUTSIDE:] if r.line not in taken and any(r.cells)}
            )
        width = self.layout.width
        commented = {number for first, last, why in left_out if why == COMMENTED for number in range(first, last + 1)}
        concealed += [
            record._replace(cells=[uncommented(record.cells[0]), *record.cells[1:], *[""] * (width - len(record.cells))])
            for record in (input_records if commented else [])
            if record.line + 1 in commented and len(record.cells) <= width
        ]
        good: list[list[str]] = []
        lines: list[int] = []
        ragged: list[RaggedRow] = []
        for record in rows:
            cells, number = record.cells, record.line + line + 1
            if len(cells) != width:
                set_right = realign(cells, self.layout.kinds, self.dialect.delimiter)
                if set_right is None or self._may_be_moved_answer(cells, input_records):
                    ragged.append(RaggedRow(number, cells))
                    continue
                cells = set_right.cells
                if set_right.action:
                    reading.realigned[number] = set_right.action
            good.append(cells)
            lines.append(number)
        hidden = self._as_table([record.cells for record in concealed]) if concealed else None
        hidden_lines = pl.Series("line", [record.line + line + 1 for record in concealed], dtype=pl.Int64)
        return self._rename_columns(
            Chunk(self._as_table(good), pl.Series("line", lines, dtype=pl.Int64), ragged, hidden, hidden_lines), reading
        )

    def _as_table(self, rows: list[list[str]]) -> pl.DataFrame:
        table = pl.DataFrame(rows or None, schema=dict.fromkeys(self.names, pl.String), orient="row")
        table = table.with_columns(pl.when(~pl.all().is_in(["", NULL])).then(pl.all()))
        return table.with_columns(pl.all().str.replace_all(LINE_BREAK, "\n", literal=True)) if self.is_sheet else table

    def _may_be_moved_answer(self, cells: list[str], input_records: list[Record]) -> bool:
        """Return whether a short row ends in an answer that may belong to a column of consent further right: a cell before it is missing.

        It stays where it stands if other rows have answers in its column, too.
        """
        names = self.layout.names or self.layout.header
        last = max((place for place, cell in enumerate(cells) if cell.strip()), default=-1)
        if last < 0 or len(cells) >= self.layout.width or not any(map(is_asked, names[len(cells) :])) or is_asked(names[last]):
            return False
        others = (record.cells[last] for record in input_records[:SHORT_ROWS_SAMPLE] if len(record.cells) == self.layout.width)
        return is_answer(cells[last]) and not any(map(is_answer, others))


def _spans(lines: list[int]) -> list[tuple[int, int]]:
    """Return first and last of lines that follow each other."""
    spans: list[tuple[int, int]] = []
    for line in lines:
        if spans and line == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], line)
        else:
            spans.append((line, line))
    return spans


def _even_end(block: bytes, quote: str | None) -> int:
    """Return the place after the last line end of `block` that is outside of quotes, if quotes are balanced; 0 if there is none."""
    if quote is None or quote.encode() not in block:
        return block.rfind(b"\n") + 1
    q = quote.encode()
    end = block.rfind(b"\n") + 1
    odd = block.count(q, 0, end) % 2
    for _ in range(1000):
        if not end:
            return 0
        if not odd:
            return end
        before = block.rfind(b"\n", 0, end - 1) + 1
        odd = (odd + block.count(q, before, end)) % 2
        end = before
    return 0


def _regex(delimiter: str) -> str:
    return "\\" + delimiter if delimiter in "|^.*+?$()[]{}\\" else delimiter
