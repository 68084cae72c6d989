"""Which dialect a text has: delimiter, quote, escape and width, judged by a sample of it. Cells are told apart by records.py.

The measure is that of van den Burg, Nazábal and Sutton (Wrangling messy CSV files by detecting row and type patterns, 2019): the right
dialect makes rows alike in width, and cells that look like something.
"""

import itertools
import re
from collections import Counter
from dataclasses import replace

from henk_pipeline.uploads.cells import DATE, NUMBER, URL, kind_of
from henk_pipeline.uploads.headers import is_known_name
from henk_pipeline.uploads.lists_in_cells import Candidate, settle
from henk_pipeline.uploads.records import COMMON_DELIMITERS, Dialect, Record, records

# Delimiters that are also signs of ordinary text; they have to be far more convincing.
RARE_DELIMITERS = ("^", "~", ":", " ", "\x1f", "\x1e", "\x01", "¦", "§", "!", "#")
SURE_AS_RARE = {"\x1f", "\x1e", "\x01", "¦", "§", "^", "~"}
LONGER_DELIMITER = re.compile(r"(?<=[\w\"'])([^\w\s\"'.()+$€-]{2,4}|\\t|\t{2,4})(?=[\w\"'])")
# Of a file of one column: what no text holds, so that a line is a cell.
NO_DELIMITER = "\0"
SAMPLE_RECORDS = 300
MIN_RECORDS = 10
MIN_SHARE_ALIKE = 0.8
MIN_LINES_OF_WORDS = 3  # so many lines of prose may have as many words each by chance
SAMPLE_CELLS = 6000
# What one column is worth beside a separation into two, three, … (1/2, 2/3, …): prose with a comma here and there is one column.
ONE_COLUMN = 0.1
NULL_CELL = re.compile(r"(?<![^\W_])\\N(?![\w\\])")
WORDS = re.compile(r"[^\t;|\x00-\x08\x0e-\x1f]*")
TIGHT_COMMA = re.compile(r",\S")


def sniff(sample: str, *, complete: bool = True) -> Dialect:
    """The dialect under which the sample's records are most alike and its cells look most like something.

    Takes: the first part of a text; `complete` if there is no more of it.
    """
    sample = sample.rstrip()
    winner = Candidate(Dialect(NO_DELIMITER, 1, '"' if '"' in sample else None), 0.0, [])
    judged: list[Candidate] = []
    for delimiter, quote, escape in _candidates(sample):
        found = _some_records(sample, Dialect(delimiter, 0, quote, escape), complete=complete)
        width, score = _judge(found, delimiter)
        score *= 1.0 if delimiter in COMMON_DELIMITERS or len(delimiter) > 1 else 0.95 if delimiter in SURE_AS_RARE else 0.8
        judged.append(Candidate(Dialect(delimiter, width, quote, escape), score, found))
        if score > winner.score + 1e-9:
            winner = judged[-1]
    best = winner.dialect if winner.dialect.width == 1 else settle(sample, winner, judged).dialect
    if best.width == 1:
        best = Dialect(NO_DELIMITER, 1, best.quote, best.escape)
    if best.width == 1 and best.quote:
        return _unwrapped(sample, best)
    return _with_bare_escape(sample, best, complete=complete)


def _with_bare_escape(sample: str, dialect: Dialect, *, complete: bool) -> Dialect:
    r"""Return the dialect with a backslash as escape outside of quotes, where that makes the records more alike in width.

    Where they are as alike without it ("Smith\, John" in every row), a blank after the delimiter or the null of MySQL decides: a cell may
    end with a backslash ("C:\").
    """
    if f"\\{dialect.delimiter}" not in sample:
        return dialect
    shares: list[float] = []
    widths: list[int] = []
    for escaped in (False, True):
        found = _some_records(sample, replace(dialect, width=0, bare_escape=escaped), complete=complete)
        counts = Counter(len(record.cells) for record in found)
        width = body_width(counts)
        shares.append(counts[width] / max(1, len(found)))
        widths.append(width)
    has_sign = NULL_CELL.search(sample) is not None or sample.count(f"\\{dialect.delimiter} ") == sample.count(f"\\{dialect.delimiter}")
    if shares[1] > shares[0] or (shares[1] == shares[0] and widths[1] < widths[0] and has_sign):
        return replace(dialect, width=widths[1], bare_escape=True)
    return dialect


def _unwrapped(sample: str, dialect: Dialect) -> Dialect:
    """The dialect within the lines, where each line as a whole stands in quotes, as some exports of exports do."""
    lines = [line for line in sample.splitlines() if line.strip()]
    q = dialect.quote or ""
    wrapped = [line[1:-1].replace(q + q, q) for line in lines if len(line) > 2 and line.startswith(q) and line.endswith(q)]
    if len(wrapped) < 0.8 * len(lines):
        return dialect
    inner = sniff("\n".join(wrapped))
    if not _is_wrapped_table(wrapped, inner):
        return dialect
    return Dialect(inner.delimiter, inner.width, q, inner.escape, wrapped=True) if inner.width > 1 and not inner.wrapped else dialect


def _is_wrapped_table(lines: list[str], inner: Dialect) -> bool:
    """Return whether lines that stood in quotes are records, rather than cells of one column with delimiters in them ("Lovelace, Ada").

    The first line has as many cells as the records have, or a later one names fields; and where a blank always follows the delimiter, as
    in prose, some cells are addresses, numbers or dates.
    """
    found = [record.cells for record in records("\n".join(lines), inner)][:SAMPLE_RECORDS]
    named = any(sum(map(is_known_name, cells)) > 1 for cells in found)
    if len(found[0]) != inner.width and not named:
        return False
    later = [cell for cells in found for cell in cells[1:] if cell]
    is_prose = len(inner.delimiter.rstrip(" ")) < len(inner.delimiter) or all(cell.startswith(" ") for cell in later)
    return named or not is_prose or any(kind_of(cell) not in ("text", "blank", "code", "flag") for cells in found for cell in cells)


def body_width(widths: Counter[int]) -> int:
    """The width of the table, of the widths of all records: the most frequent of several cells, of equals the first; 1 where few have several."""
    several = {width: count for width, count in widths.items() if width > 1}
    if not several:
        return 1
    width = max(several, key=lambda width: several[width])
    return width if several[width] * _worth(width) > widths[1] * 3 * ONE_COLUMN else 1


def _worth(width: int) -> float:
    return (width - 1) / width


def _candidates(sample: str) -> list[tuple[str, str | None, str | None]]:
    quotes: list[str | None] = ['"'] if '"' in sample else [None]
    bare = re.sub(r'"[^"\r\n]*"', '""', sample)
    delimiters = _delimiters(bare)
    found: list[tuple[str, str | None, str | None]] = []
    for delimiter in delimiters:
        d = re.escape(delimiter)
        # An apostrophe quotes where whole cells stand between two, in many lines.
        quoted = len(re.findall(rf"(?:^|{d})'[^'\r\n]*'(?={d}|\r?$)", sample, re.MULTILINE))
        single = quoted >= 2 and quoted >= 0.3 * max(1, sample.count("\n"))
        mine = [*quotes, "'"] if single else quotes
        for quote in mine:
            found.append((delimiter, quote, None))
            if quote and f"\\{quote}" in sample:
                found.append((delimiter, quote, "\\"))
    return found


def _delimiters(bare: str) -> list[str]:
    lines = max(1, bare.count("\n") + 1)
    found = [delimiter for delimiter in (*COMMON_DELIMITERS, *RARE_DELIMITERS) if delimiter in bare]
    longer = Counter(LONGER_DELIMITER.findall(bare))
    found += [sequence for sequence, count in longer.most_common(4) if count >= 0.5 * lines]
    for delimiter in COMMON_DELIMITERS:
        for extended in (f" {delimiter} ", f"{delimiter} ", delimiter * 2):
            if delimiter in extended and bare.count(extended) >= 0.5 * lines:
                found.append(extended)
    # A sequence in which all of its characters' occurrences stand is one delimiter, not several.
    whole = [e for e in dict.fromkeys(found) if len(e) > 1 and _only_within(bare, e)]
    covered = {character for sequence in whole for character in sequence if not character.isspace() or sequence.strip() == ""}
    return [d for d in dict.fromkeys(found) if (len(d) == 1 and d not in covered) or d in whole]


def _only_within(bare: str, sequence: str) -> bool:
    """Whether the telling characters of `sequence` stand nowhere else; at a line's end its blanks may be missing."""
    if sequence == "\\t":
        return True
    core = sequence.strip(" ") or sequence
    if core == sequence:
        return all(bare.count(character) == bare.count(sequence) * sequence.count(character) for character in set(sequence))
    at_ends = len(re.findall(rf"{re.escape(core)}(?=\r?$)", bare, re.MULTILINE))
    return bare.count(core) <= bare.count(sequence) + at_ends and bare.count(sequence) > at_ends


def _some_records(sample: str, dialect: Dialect, *, complete: bool) -> list[Record]:
    """Return the first records of a sample.

    If a quote of one of the first lines does not close in the sample, it is a stray one or opens a very long cell. It is a stray one where
    the lines of the sample are alike without it.
    """
    found = _read_records(sample, dialect, complete=complete)
    if complete or len(found) >= MIN_RECORDS:
        return found
    lines = _read_records(sample, dialect, complete=True)
    widths = Counter(len(record.cells) for record in lines)
    width, count = widths.most_common(1)[0] if widths else (1, 0)
    return lines if not found or (width > 1 and count >= MIN_SHARE_ALIKE * len(lines)) else found


def _read_records(sample: str, dialect: Dialect, *, complete: bool) -> list[Record]:
    found: list[Record] = []
    cells = 0
    for record in itertools.islice(records(sample, dialect, complete=complete or "\n" not in sample), SAMPLE_RECORDS):
        if len(record.cells) == 1 and not record.cells[0].strip():
            continue
        found.append(record)
        cells += len(record.cells)
        if cells > SAMPLE_CELLS and len(found) > 3:
            break
    return found


def _judge(found: list[Record], delimiter: str) -> tuple[int, float]:
    """Width and score of a reading of the sample."""
    widths = Counter(len(record.cells) for record in found)
    width = body_width(widths)
    if not found:
        return 1, 0.0
    if width == 1:
        known = _share_known(found)
        return 1, ONE_COLUMN * known * (1.0 if delimiter == "," else 0.9)
    pattern = sum(count * max(ONE_COLUMN / 2, (w - 1) / w if w > 1 else 0.0) for w, count in widths.items()) / len(widths) / len(found)
    # Lines of a preamble or footer make no dialect worse: what counts is how much of the rest is alike.
    alike = widths[width] / max(1, sum(count for w, count in widths.items() if w > 1))
    pattern = max(pattern, alike * alike * (width - 1) / width * min(1.0, widths[width] / len(found) + 0.25) * 0.9)
    known = _share_known(found)
    if not _convinces(found, delimiter, width, widths[width] / len(found)):
        return width, 0.0
    # A line over which a quote reaches is well if it was meant; a dialect that needs none is better.
    spread = sum(1 for record in found if record.next_line - record.line > 30) / len(found)
    return width, pattern * known * (1 - spread)


def _convinces(found: list[Record], delimiter: str, width: int, share: float) -> bool:
    """Whether a delimiter that is also a sign of ordinary text separates, rather than belongs to, what stands in the lines."""
    if delimiter in COMMON_DELIMITERS or delimiter in SURE_AS_RARE or len(delimiter) > 1:
        return True
    if width < 3 and not (delimiter in ":#=" and share == 1.0 and width == 2 and len(found) > 3):
        return False
    lines = [delimiter.join(record.cells).strip() for record in found]
    whole = sum(1 for line in lines if DATE.fullmatch(line) or NUMBER.fullmatch(line) or URL.fullmatch(line))
    if whole > 0.3 * len(found) or share < 0.8:
        return False
    cells = [cell for record in found for cell in record.cells]
    telling = sum(1 for cell in cells if kind_of(cell) not in ("text", "blank", "code"))
    return (
        telling >= 0.25 * len(cells)
        or (delimiter != " " and share > 0.95)
        or (delimiter == " " and share == 1.0 and width > 3 and len(found) > MIN_LINES_OF_WORDS)
    )


def _share_known(found: list[Record]) -> float:
    """The share of cells that look like something: a number, a date, an address, words; not like two cells run together."""
    cells = [cell for record in found for cell in record.cells]
    return sum(map(_is_known, cells)) / len(cells) if cells else 0.0


def _is_known(cell: str) -> float:
    kind = kind_of(cell)
    if kind not in ("text", "code"):
        return 1.0
    text = cell.strip()
    if not WORDS.fullmatch(text):
        return 0.3
    if text.startswith(('"', "'")) != text.endswith(('"', "'")):
        return 0.3
    return (0.95, 0.7, 0.4)[min(2, len(TIGHT_COMMA.findall(text)))]
