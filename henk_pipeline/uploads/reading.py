"""From a file to a text table that keeps the file's own line numbers. Cells stay as they are written; no header is interpreted.

Every record of the file comes out, in `table` or in `ragged`: nothing disappears here.
"""

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from henk_pipeline.uploads.decoding import UnreadableFileError, decode

csv.field_size_limit(2**31 - 1)

DELIMITERS = (",", ";", "\t", "|")
QUOTE = '"'
SAMPLE_CHARACTERS = 2**17
SAMPLE_RECORDS = 500
LONGEST_PREAMBLE = 30
# A record over more lines than this is a quote that was never closed, not a cell that somebody wrote.
LONGEST_RECORD = 1000
EMAIL_LIKE = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
NUMBER_LIKE = re.compile(r"[+(]?\d[\d\s().,/:+-]*")
LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Dialect:
    """How the cells of a file are told apart. `width` is the number of cells most of its records have."""

    delimiter: str
    width: int
    quote: str | None


@dataclass(frozen=True)
class RaggedRow:
    """A record with more cells than the header has columns, as it stands in the file."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Reading:
    """A file as it was read.

    `table`: one text column a column of the file, named as in `columns`, empty cells null. `lines`: for each of its rows the line of the
    file (from 1) at which the record starts. `ragged`: the records that do not fit the header. `header_line` is None where there is none.
    """

    encoding: str
    dialect: Dialect
    header_line: int | None
    columns: list[str]
    table: pl.DataFrame
    lines: pl.Series
    ragged: list[RaggedRow] = field(default_factory=list)

    @property
    def rows_read(self) -> int:
        """Records of the file, without header, preamble and blank lines."""
        return self.table.height + len(self.ragged)


def read(path: Path) -> Reading:
    """Read a delimited text file.

    Raises: UnreadableFileError, in words for the person who uploaded it; OSError.
    """
    decoded = decode(path.read_bytes())
    text = decoded.text
    dialect = sniff(text)
    head, header = _find_header(text, dialect)
    columns = _unique_names(header[1]) if header else [f"column_{n}" for n in range(1, dialect.width + 1)]
    fast = _read_plain(text, dialect, head, len(columns)) if dialect.quote is None else None
    ragged: list[RaggedRow]
    if fast is not None:
        (table, lines), ragged = fast, []
    else:
        table, lines, ragged = _read_careful(text, dialect, head, len(columns))
    table.columns = columns
    return Reading(decoded.encoding, dialect, header[0] if header else None, columns, table, lines, ragged)


def sniff(text: str) -> Dialect:
    """The delimiter under which the first records are widest and most alike; one column where none separates anything."""
    sample = text[:SAMPLE_CHARACTERS]
    if len(text) > len(sample):
        cut = max(sample.rfind("\n"), sample.rfind("\r"))
        sample = sample[: cut + 1] if cut > 0 else sample
    best, best_score = Dialect(",", 1, None), 0.0
    for delimiter in DELIMITERS:
        widths = Counter(len(cells) for _, cells, _ in itertools.islice(_records(sample, delimiter, None), SAMPLE_RECORDS) if any(cells))
        if not widths:
            continue
        width, count = widths.most_common(1)[0]  # of widths equally common, the one that came first: the header's
        share = count / widths.total()
        # Alike counts twice: prose with commas is wide here and there, a table is equally wide nearly everywhere.
        score = share * share * (1 - 1 / width)
        if score > best_score:
            best, best_score = Dialect(delimiter, width, None), score
    quote = QUOTE if QUOTE in text else None
    return Dialect(best.delimiter, best.width, quote)


def write_table(reading: Reading, path: Path) -> None:
    """Write what was read, before any mapping, as RFC 4180 CSV in UTF-8: the header row where the file has one, then every record."""
    ragged = iter(reading.ragged)
    following = next(ragged, None)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if reading.header_line is not None:
            writer.writerow(reading.columns)
        # Each record once, in the order of the file; only here, where the output is text for people, rows are walked.
        for line, cells in zip(reading.lines, reading.table.rows(), strict=True):
            while following is not None and following.line < line:
                writer.writerow(following.cells)
                following = next(ragged, None)
            writer.writerow(["" if cell is None else cell for cell in cells])
        while following is not None:
            writer.writerow(following.cells)
            following = next(ragged, None)


def _find_header(text: str, dialect: Dialect) -> tuple[int, tuple[int, list[str]] | None]:
    """The number of lines before the first record of data, and the header (its line, its cells) where there is one."""
    for line, cells, next_line in itertools.islice(_records(text, dialect.delimiter, dialect.width), LONGEST_PREAMBLE):
        filled = sum(1 for cell in cells if cell.strip())
        # A preamble ("Export of 12 May") is narrower than the table below it.
        if len(cells) < dialect.width or (dialect.width > 2 and filled < 2):
            continue
        if any(EMAIL_LIKE.fullmatch(cell.strip()) or NUMBER_LIKE.fullmatch(cell.strip()) for cell in cells):
            return line - 1, None
        return next_line - 1, (line, cells)
    raise UnreadableFileError("No table was found in the file: no line looks like a header or a row. Upload a CSV with a header line.")


def _unique_names(cells: list[str]) -> list[str]:
    """Header cells as column names: blank ones get `column_<n>`, repeated ones ` (2)`, ` (3)`."""
    names: list[str] = []
    seen: set[str] = set()
    for position, cell in enumerate(cells, start=1):
        base = " ".join(cell.split()) or f"column_{position}"
        name, count = base, 1
        while name in seen:
            count += 1
            name = f"{base} ({count})"
        seen.add(name)
        names.append(name)
    return names


def _read_plain(text: str, dialect: Dialect, head: int, width: int) -> tuple[pl.DataFrame, pl.Series] | None:
    """The quick way, for a file without a quote: polars, accepted only if it accounts for every line of the file."""
    end_of_lines = text.count("\n")
    if text.count("\r") not in (0, text.count("\r\n")):
        return None
    if width == 1:  # polars drops blank cells of a single column
        return None
    try:
        table = pl.read_csv(
            io.BytesIO(text.encode("utf-8", errors="replace")),
            separator=dialect.delimiter,
            has_header=False,
            skip_lines=head,
            infer_schema=False,
            quote_char=None,
            new_columns=[str(n) for n in range(width)],
        )
    except pl.exceptions.PolarsError:
        return None
    physical = end_of_lines + (0 if text.endswith("\n") else 1)
    if table.width != width or table.height != physical - head:
        return None
    table = table.with_columns(pl.all().replace("", None))
    lines = pl.int_range(head + 1, head + 1 + table.height, dtype=pl.Int64, eager=True).alias("line")
    blank = table.select(pl.all_horizontal(pl.all().is_null() | (pl.all().str.strip_chars() == ""))).to_series()
    return table.filter(~blank), lines.filter(~blank)


def _read_careful(text: str, dialect: Dialect, head: int, width: int) -> tuple[pl.DataFrame, pl.Series, list[RaggedRow]]:
    """The patient way: record by record, with quotes, line breaks in cells, short and long rows."""
    rows: list[list[str | None]] = []
    lines: list[int] = []
    ragged: list[RaggedRow] = []
    for line, cells, _ in _records(text, dialect.delimiter, width, skip=head):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > width:
            if any(cell.strip() for cell in cells[width:]):
                ragged.append(RaggedRow(line, cells))
                continue
            del cells[width:]
        rows.append([*(cell or None for cell in cells), *[None] * (width - len(cells))])
        lines.append(line)
    names = [str(n) for n in range(width)]
    table = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return table, pl.Series("line", lines, dtype=pl.Int64), ragged


def _records(text: str, delimiter: str, width: int | None, skip: int = 0) -> Iterator[tuple[int, list[str], int]]:
    """Each record as (line it starts at, cells, line after it), lines counted from 1.

    A record over several lines must be quoted without a fault and as wide as the table. Otherwise it began with a stray quote: then its
    first line alone is the record, and the next line starts the next one.
    """
    lines = text.splitlines(keepends=True) if _plain_line_ends(text) else _split_lines(text)
    feed = _Feed(lines, skip)
    while feed.position < len(lines):
        try:
            for cells in csv.reader(feed, delimiter=delimiter, quotechar=QUOTE):
                start, end = feed.record_start, feed.position
                if (end - start > 1 or end == len(lines)) and not _is_one_record(lines[start:end], cells, delimiter, width):
                    break
                feed.record_start = end
                yield start + 1, cells, end + 1
            else:
                return
        except _QuoteNeverClosedError:
            pass
        start = feed.record_start
        yield start + 1, _cells_of_broken(lines[start], delimiter, width), start + 2
        feed.position = feed.record_start = start + 1


def _is_one_record(lines: list[str], cells: list[str], delimiter: str, width: int | None) -> bool:
    try:
        next(csv.reader(lines, delimiter=delimiter, quotechar=QUOTE, strict=True))
    except csv.Error:
        return False
    return width is None or len(cells) == width or len(_cells_alone(lines[0], delimiter)) != width


def _cells_alone(line: str, delimiter: str) -> list[str]:
    cells = next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter, quotechar=QUOTE))
    return [cell.rstrip("\r\n") for cell in cells]


def _cells_of_broken(line: str, delimiter: str, width: int | None) -> list[str]:
    """The cells of a line whose last quote does not close: that quote is a character, and what it swallowed is told apart again."""
    *whole, swallowed = _cells_alone(line, delimiter)
    return [*whole, swallowed] if len(whole) + 1 == width else [*whole, *swallowed.split(delimiter)]


class _QuoteNeverClosedError(Exception):
    """A quote was still open after more lines than a cell has."""


class _Feed:
    """Lines for csv.reader, which can be set back: the reader reads on and on when it believes a quote."""

    def __init__(self, lines: list[str], position: int) -> None:
        self.lines = lines
        self.position = self.record_start = position

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.position >= len(self.lines):
            raise StopIteration
        if self.position - self.record_start > LONGEST_RECORD:
            raise _QuoteNeverClosedError
        line = self.lines[self.position]
        self.position += 1
        return line


def _plain_line_ends(text: str) -> bool:
    # str.splitlines also splits at these; in a CSV they are characters of a cell (RFC 4180 knows CR and LF only).
    return not any(character in text for character in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


def _split_lines(text: str) -> list[str]:
    lines: list[str] = []
    start = 0
    for end in LINE_END.finditer(text):
        lines.append(text[start : end.end()])
        start = end.end()
    if start < len(text):
        lines.append(text[start:])
    return lines
