"""The dialect of a text: delimiter, quote, escape and width, judged by a sample of it. records.py splits the cells.

The measure is that of van den Burg, Nazábal and Sutton (Wrangling messy CSV files by detecting row and type patterns, 2019): the right
dialect makes rows alike in width, and cells that look like something.
"""

import itertools
import re
from collections import Counter
from dataclasses import replace

from henk_pipeline.uploads.cells import DATE, NUMBER, URL, kind_of
from henk_pipeline.uploads.known_names import is_known_name
from henk_pipeline.uploads.lists_in_cells import Candidate, settle
from henk_pipeline.uploads.records import COMMON_DELIMITERS, Dialect, Record, records

# Delimiters that are also signs of ordinary text; they have to be far more convincing.
RARE_DELIMITERS = ("^", "~", ":", " ", "\x1f", "\x1e", "\x01", "¦", "§", "!", "#")
SURE_AS_RARE = {"\x1f", "\x1e", "\x01", "¦", "§", "^", "~"}
LONGER_DELIMITER = re.compile(r"(?<=[\w\"'])([^\w\s\"'.()+$€-]{2,4}|\\t|\t{2,4})(?=[\w\"'])")
# The delimiter of a file of one column: no text holds it, so that a line is a cell.
NO_DELIMITER = "\0"
SAMPLE_RECORDS = 300
MIN_RECORDS = 10
MIN_SHARE_ALIKE = 0.8
MIN_LINES_OF_WORDS = 3  # so many lines of prose may have as many words each by chance
SAMPLE_CELLS = 6000
# The worth of one column, compared with a separation into two, three, … (1/2, 2/3, …): prose with a comma here and there is one column.
ONE_COLUMN = 0.1
NULL_CELL = re.compile(r"(?<![^\W_])\\N(?![\w\\])")
WORDS = re.compile(r"[^\t;|\x00-\x08\x0e-\x1f]*")
TIGHT_COMMA = re.compile(r",\S")


def sniff(sample: str, *, complete: bool = True) -> Dialect:
    """Return the dialect under which the sample's records are most alike and its cells look most like something.

    Args:
        sample: The first part of a text.
        complete: Whether there is no more of it.
    """
    sample = sample.rstrip()
    winner = Candidate(Dialect(NO_DELIMITER, 1, '"' if '"' in sample else None), 0.0, [])
    judged: list[Candidate] = []
    for delimiter, quote, escape in _candidates(sample):
        sample_records = _some_records(sample, Dialect(delimiter, 0, quote, escape), complete=complete)
        width, score = _judge(sample_records, delimiter)
        score *= 1.0 if delimiter in COMMON_DELIMITERS or len(delimiter) > 1 else 0.95 if delimiter in SURE_AS_RARE else 0.8
        judged.append(Candidate(Dialect(delimiter, width, quote, escape), score, sample_records))
        if score > winner.score + 1e-9:
            winner = judged[-1]
    best = winner.dialect if winner.dialect.width == 1 else settle(sample, winner, judged).dialect
    if best.width == 1:
        best = Dialect(NO_DELIMITER, 1, best.quote, best.escape)
    if best.width == 1 and best.quote:
        return _unwrap(sample, best)
    return _with_bare_escape(sample, best, complete=complete)


def _with_bare_escape(sample: str, dialect: Dialect, *, complete: bool) -> Dialect:
    r"""Return the dialect with a backslash as escape outside of quotes, where that makes the records more alike in width.

    If they are as alike without it ("Smith\, John" in every row), a blank after the delimiter or the null of MySQL decides: a cell may end
    with a backslash ("C:\").
    """
    if f"\\{dialect.delimiter}" not in sample:
        return dialect
    shares: list[float] = []
    widths: list[int] = []
    for escaped in (False, True):
        sample_records = _some_records(sample, replace(dialect, width=0, bare_escape=escaped), complete=complete)
        counts = Counter(len(record.cells) for record in sample_records)
        width = body_width(counts)
        shares.append(counts[width] / max(1, len(sample_records)))
        widths.append(width)
    has_sign = NULL_CELL.search(sample) is not None or sample.count(f"\\{dialect.delimiter} ") == sample.count(f"\\{dialect.delimiter}")
    if shares[1] > shares[0] or (shares[1] == shares[0] and widths[1] < widths[0] and has_sign):
        return replace(dialect, width=widths[1], bare_escape=True)
    return dialect


def _unwrap(sample: str, dialect: Dialect) -> Dialect:
    """Return the dialect within the lines if each line as a whole stands in quotes, as in some exports of exports; else `dialect`."""
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
    rows = [record.cells for record in records("\n".join(lines), inner)][:SAMPLE_RECORDS]
    named = any(sum(map(is_known_name, cells)) > 1 for cells in rows)
    if len(rows[0]) != inner.width and not named:
        return False
    later = [cell for cells in rows for cell in cells[1:] if cell]
    is_prose = len(inner.delimiter.rstrip(" ")) < len(inner.delimiter) or all(cell.startswith(" ") for cell in later)
    return named or not is_prose or any(kind_of(cell) not in ("text", "blank", "code", "flag") for cells in rows for cell in cells)


def body_width(widths: Counter[int]) -> int:
    """Return the width of the table by the widths of all records: the most frequent of several cells, of equals the first; 1 if few have several."""
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
    candidates: list[tuple[str, str | None, str | None]] = []
    for delimiter in delimiters:
        d = re.escape(delimiter)
        # An apostrophe quotes if complete cells stand between two, in many lines.
        quoted = len(re.findall(rf"(?:^|{d})'[^'\r\n]*'(?={d}|\r?$)", sample, re.MULTILINE))
        single = quoted >= 2 and quoted >= 0.3 * max(1, sample.count("\n"))
        mine = [*quotes, "'"] if single else quotes
        for quote in mine:
            candidates.append((delimiter, quote, None))
            if quote and f"\\{quote}" in sample:
                candidates.append((delimiter, quote, "\\"))
    return candidates


def _delimiters(bare: str) -> list[str]:
    lines = max(1, bare.count("\n") + 1)
    delimiters = [delimiter for delimiter in (*COMMON_DELIMITERS, *RARE_DELIMITERS) if delimiter in bare]
    longer = Counter(LONGER_DELIMITER.findall(bare))
    delimiters += [sequence for sequence, count in longer.most_common(4) if count >= 0.5 * lines]
    for delimiter in COMMON_DELIMITERS:
        for extended in (f" {delimiter} ", f"{delimiter} ", delimiter * 2):
            if delimiter in extended and bare.count(extended) >= 0.5 * lines:
                delimiters.append(extended)
    # A sequence in which all of its characters' occurrences stand is one delimiter, not several.
    sequences = [e for e in dict.fromkeys(delimiters) if len(e) > 1 and _only_within(bare, e)]
    covered = {character for sequence in sequences for character in sequence if not character.isspace() or sequence.strip() == ""}
    return [d for d in dict.fromkeys(delimiters) if (len(d) == 1 and d not in covered) or d in sequences]


def _only_within(bare: str, sequence: str) -> bool:
    """Return whether the characters of `sequence` that are no blanks stand nowhere else; at a line's end its blanks may be missing."""
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
    sample_records = _read_records(sample, dialect, complete=complete)
    if complete or len(sample_records) >= MIN_RECORDS:
        return sample_records
    lines = _read_records(sample, dialect, complete=True)
    widths = Counter(len(record.cells) for record in lines)
    width, count = widths.most_common(1)[0] if widths else (1, 0)
    return lines if not sample_records or (width > 1 and count >= MIN_SHARE_ALIKE * len(lines)) else sample_records


def _read_records(sample: str, dialect: Dialect, *, complete: bool) -> list[Record]:
    sample_records: list[Record] = []
    cells = 0
    for record in itertools.islice(records(sample, dialect, complete=complete or "\n" not in sample), SAMPLE_RECORDS):
        if len(record.cells) == 1 and not record.cells[0].strip():
            continue
        sample_records.append(record)
        cells += len(record.cells)
        if cells > SAMPLE_CELLS and len(sample_records) > 3:
            break
    return sample_records


def _judge(sample_records: list[Record], delimiter: str) -> tuple[int, float]:
    """Return width and score of a reading of the sample."""
    widths = Counter(len(record.cells) for record in sample_records)
    width = body_width(widths)
    if not sample_records:
        return 1, 0.0
    if width == 1:
        plausible = _plausible_share(sample_records)
        return 1, ONE_COLUMN * plausible * (1.0 if delimiter == "," else 0.9)
    pattern = (
        sum(count * max(ONE_COLUMN / 2, (w - 1) / w if w > 1 else 0.0) for w, count in widths.items()) / len(widths) / len(sample_records)
    )
    # Lines of a preamble or footer make no dialect worse: the share of the rest that is alike counts.
    alike = widths[width] / max(1, sum(count for w, count in widths.items() if w > 1))
    pattern = max(pattern, alike * alike * (width - 1) / width * min(1.0, widths[width] / len(sample_records) + 0.25) * 0.9)
    plausible = _plausible_share(sample_records)
    if not _convinces(sample_records, delimiter, width, widths[width] / len(sample_records)):
        return width, 0.0
    # A line over which a quote reaches is well if it was meant; a dialect that needs none is better.
    spread = sum(1 for record in sample_records if record.next_line - record.line > 30) / len(sample_records)
    return width, pattern * plausible * (1 - spread)


def _convinces(sample_records: list[Record], delimiter: str, width: int, share: float) -> bool:
    """Return whether a delimiter that is also a sign of ordinary text separates the contents of the lines, rather than belongs to them."""
    if delimiter in COMMON_DELIMITERS or delimiter in SURE_AS_RARE or len(delimiter) > 1:
        return True
    if width < 3 and not (delimiter in ":#=" and share == 1.0 and width == 2 and len(sample_records) > 3):
        return False
    lines = [delimiter.join(record.cells).strip() for record in sample_records]
    single_values = sum(1 for line in lines if DATE.fullmatch(line) or NUMBER.fullmatch(line) or URL.fullmatch(line))
    if single_values > 0.3 * len(sample_records) or share < 0.8:
        return False
    cells = [cell for record in sample_records for cell in record.cells]
    telling = sum(1 for cell in cells if kind_of(cell) not in ("text", "blank", "code"))
    return (
        telling >= 0.25 * len(cells)
        or (delimiter != " " and share > 0.95)
        or (delimiter == " " and share == 1.0 and width > 3 and len(sample_records) > MIN_LINES_OF_WORDS)
    )


def _plausible_share(sample_records: list[Record]) -> float:
    """Return the share of cells that look like something: a number, a date, an address, words; not like two cells run together."""
    cells = [cell for record in sample_records for cell in record.cells]
    return sum(map(_plausibility, cells)) / len(cells) if cells else 0.0


def _plausibility(cell: str) -> float:
    kind = kind_of(cell)
    if kind not in ("text", "code"):
        return 1.0
    text = cell.strip()
    if not WORDS.fullmatch(text):
        return 0.3
    if text.startswith(('"', "'")) != text.endswith(('"', "'")):
        return 0.3
    return (0.95, 0.7, 0.4)[min(2, len(TIGHT_COMMA.findall(text)))]
