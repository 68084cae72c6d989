"""The table within a file: header lines above it, preamble, footer, repeated headers, a second table below. Records in, records out.

Nothing is dropped in silence: every line that is not of the table is named as left out, with the reason.
"""

import itertools
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from henk_pipeline.consent.columns import LEGEND, is_about_consent, is_channel_alone
from henk_pipeline.consent.options import is_answer_word, is_of_consent
from henk_pipeline.settings import schemas_folder
from henk_pipeline.uploads import roles
from henk_pipeline.uploads.cells import HAS_DIGIT, Kind, fits, kind_of, kinds_of_columns
from henk_pipeline.uploads.consent_uses import is_asked
from henk_pipeline.uploads.dialect import body_width
from henk_pipeline.uploads.known_names import fields_by_key, is_known_name, name_key, names_free_text
from henk_pipeline.uploads.phone_columns import load_phone_columns
from henk_pipeline.uploads.phone_names import read_number_name
from henk_pipeline.uploads.records import Dialect, Record

LETTERS = re.compile(r"[^\W\d_]{2}")
MAX_PREAMBLE_LENGTH = 60
MIN_KNOWN_NAMES = 2  # a value of a title block may be one by chance ("Owner, Email")
MAX_ROWS_BELOW_NAMES = 5
MIN_MENDED_WIDTH = 3
MAX_HEADER_LINES = 5
MAX_FOOTER_LENGTH = 40
# Each row that may be the header of a second table is judged by PROFILED_ROWS rows below it: 45 KB of ragged text took 18 s.
MAX_JUDGED_HEADERS = 50
PROFILED_ROWS = 300
TOTALS = re.compile(
    r"(?:grand |sub-?)?(?:total|totals|sum|summe|gesamt|gesamtsumme|insgesamt|totaal|som|somme|suma|soma|total général|total general)\b.*",
    re.IGNORECASE,
)
# Lines that exports write below their tables.
CLOSING_WORDS = re.compile(
    r"(?:\d+ (?:rows?|records?|donors?|contacts?|people|entries|names|results?|zeilen|lignes|filas|rijen|linhas)\b|"
    r"end of |sources?:|notes?:|generated |exported |printed |count:|data as of |quelle|©|\*).*",
    re.IGNORECASE,
)


# The sign before a line that somebody has taken out; "#1 Fan Club" and "#1001" bear none.
COMMENT = re.compile(r"\s*(?:#+\s*(?=[^\W\d_])|#+\s+(?=\w)|//+\s*(?=\w)|--+\s*(?=\w))")
COMMENTED = "comment"  # why such a line is left out
# What spreadsheets write in place of a value, in any language: "#N/A", "#REF!", "#¡DIV/0!", "#NOM ?", "#BEZUG!".
CELL_ERROR = re.compile(r"\s*#\s?[¡¿]?(?:[^\W\da-z][^\Wa-z]*(?:/0)?\s?[!?]|N/A|N/D|N/B|I/T|NV|NB|N\.D\.|GETTING_DATA|GEGEVENS_OPHALEN)\s*")
# Fields of people's names: before those a sign is one of a comment also without a blank behind it ("#Old One"); "//Agency" may be a company.
NAME_OF_PERSON = frozenset({"first_name", "last_name", "full_name"})
MIN_COMMENTED = 2  # filled cells of a person who is taken out; a line of one cell is a heading
MAX_SHARE_OF_COMMENTS = 0.5
MIN_WORDS_OF_INSTRUCTION = 3
MAX_SAMPLES = 5
SAMPLE = "sample row"
# A small table of others below the table, without a blank line between them.
MAX_ROWS_OF_OTHERS = 50
MIN_ROWS_ABOVE_OTHERS = 1
MIN_NAMES_OF_OTHERS = 2
MAX_JUDGED_ROWS = 1000


class OmittedLines(NamedTuple):
    """Lines of the file (from 1) that are not of its table, and why."""

    first_line: int
    last_line: int
    why: str


@dataclass
class Layout:
    """The place and shape of a file's table.

    Attributes:
        width: The number of columns.
        header: The names of the columns; empty if there is no header.
        header_line: The line of the header (from 1); None if there is none.
        first_row: The number of the first record of data in the records that were read.
        kinds: The kinds of the cells of each column.
        filled: How many cells a row of the table usually has filled.
        left_out: Lines that are not of the table.
        names: The names by which the columns of a header of several lines are mapped; empty for a header of one line.
        has_comments: Whether a row whose first cell begins with the sign of a comment is one.
        first_kind: The kind of the other first cells.
    """

    width: int
    header: list[str]
    header_line: int | None
    first_row: int
    kinds: list[Kind]
    filled: float
    left_out: list[OmittedLines] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    has_comments: bool = False
    first_kind: Kind = "blank"

    def is_comment(self, cells: Sequence[str]) -> bool:
        """Return whether a row is one that somebody has taken out by a sign in its first cell ("# Old One,212-555-0199")."""
        if not self.has_comments or (sign := COMMENT.match(cells[0])) is None or _count_filled(cells) < MIN_COMMENTED:
            return False
        if CELL_ERROR.fullmatch(cells[0]):
            return False
        name = (self.names or self.header or [""])[0]
        is_apart = sign.group()[-1].isspace()
        if not self.header or is_known_name(name):
            return not names_free_text(name) and (is_apart or not self.header or fields_by_key().get(name_key(name)) in NAME_OF_PERSON)
        # A column of whatever the file is about, whose cells are of a kind: an id.
        return is_apart and self.first_kind not in ("text", "blank") and kind_of(cells[0][sign.end() :]) == self.first_kind


def uncommented(cell: str) -> str:
    """Return a cell without the sign of a comment before it."""
    return COMMENT.sub("", cell, count=1)


def find_table(records: Sequence[Record], dialect: Dialect) -> Layout | None:
    """Return the layout of a file by its first records (all of them for a short file), None if they hold no table."""
    filled = [(number, record) for number, record in enumerate(records) if any(cell.strip() for cell in record.cells)]
    if not filled:
        return None
    width = dialect.width
    body = [record for _, record in filled if len(record.cells) == width] or [record for _, record in filled]
    if len(body[0].cells) != width:
        width = body_width(Counter(len(record.cells) for record in body))
    width = _first_table_width(filled, width)
    width = _named_width(filled, width)
    filled = _with_mended_header(filled, width)
    start = _below_comment(filled, _below_title_block(filled, _start(filled, width), width), width)
    number, first = filled[start]
    rest = [record for _, record in filled[start + 1 :]]
    like = [record.cells for record in rest if len(record.cells) == width][:PROFILED_ROWS]
    kinds = kinds_of_columns(like, width)
    usual = _median([_count_filled(cells) for cells in like] or [_count_filled(first.cells)])
    layout = Layout(width, [], None, number, kinds, usual)

    lines = _header_lines(filled, start, layout, like)
    if lines:
        _take_header(layout, filled, lines, rest)
        layout.kinds = kinds_of_columns(
            [r.cells for r in rest[len(lines) - 1 - lines.index(start) :] if len(r.cells) == width][:PROFILED_ROWS], layout.width
        )
        _leave_out_samples(layout, filled[lines[-1] + 1 :])
    else:
        layout.kinds = kinds_of_columns([first.cells, *like], width)
    below = [record.cells for _, record in filled[(lines[-1] + 1 if lines else start) :]]
    layout.first_kind = kinds_of_columns([cells[:1] for cells in below[:PROFILED_ROWS] if not COMMENT.match(cells[0])], 1)[0]
    layout.has_comments = sum(COMMENT.match(cells[0]) is not None for cells in below) <= MAX_SHARE_OF_COMMENTS * len(below)
    top = filled[: lines[0] if lines else start]
    if top:
        layout.left_out.append(OmittedLines(top[0][1].line + 1, top[-1][1].next_line, _why_above(top)))
    return layout


def _leave_out_samples(layout: Layout, below: Sequence[tuple[int, Record]]) -> None:
    """Leave out the rows directly below the header that show how to fill the table in ("EXAMPLE: John Doe")."""
    kinds = kinds_of_columns([record.cells for _, record in below[1:PROFILED_ROWS] if len(record.cells) == layout.width], layout.width)
    samples = list(itertools.takewhile(lambda row: _is_sample(row[1].cells, layout, kinds), below[:MAX_SAMPLES]))
    if samples:
        layout.first_row = samples[-1][0] + 1
        layout.left_out.append(OmittedLines(samples[0][1].line + 1, samples[-1][1].next_line, SAMPLE))


def _is_sample(cells: Sequence[str], layout: Layout, kinds: Sequence[Kind]) -> bool:
    """Return whether a row says that it is a sample. People are named Sample, too: one such word in a column of names says nothing."""
    filled = [(number, " ".join(cell.casefold().split())) for number, cell in enumerate(cells) if cell.strip()]
    texts = [text.strip("([{<>}]):*-–—. ") for _, text in filled]
    marked = _sample_marks()
    if any(marked.search(text) for _, text in filled[:2]):
        return True
    phrases, words = _words()["sample_rows"], _words()["samples"]
    pairs = itertools.pairwise(texts)
    if any(text in phrases for text in texts) or any(f"{a} {b}" in phrases or (a == b and a in words) for a, b in pairs):
        return True
    typed = {number for number, kind in enumerate(kinds) if kind in ("number", "date", "phone", "email")}
    if any(text in words and number in typed for (number, _), text in zip(filled, texts, strict=True)):
        return True  # "Example" among numbers of members
    asks = [
        f"{verb} {name}"
        for name in (" ".join(name.casefold().split()) for name in layout.header)
        if name
        for verb in ("enter", "insert", "your")
    ]
    asks += [f"{' '.join(name.casefold().split())} here" for name in layout.header if name.strip()]
    return sum(text in asks for text in texts) >= MIN_KNOWN_NAMES


@lru_cache(maxsize=1)
def _sample_marks() -> re.Pattern[str]:
    """Return a pattern of cells with a mark of a sample: "example: …", "e.g. …", "(sample) …", "… (sample)"."""
    words, short = ("|".join(map(re.escape, sorted(_words()[name], key=len, reverse=True))) for name in ("samples", "for_example"))
    return re.compile(rf"^(?:{words})\s*\d?\s*[:：]|^(?:{short})(?!\w)\s*\S|[(\[<](?:{words}|{short})[)\]>]|\s[-–—]\s(?:{words})$")


def _first_table_width(filled: Sequence[tuple[int, Record]], width: int) -> int:
    """Return the width of an earlier table of its own above the biggest one, else `width`. Lines of a name and a value are no table."""
    place = 0
    while place < len(filled):
        own = len(filled[place][1].cells)
        end = place
        while end < len(filled) and len(filled[end][1].cells) == own:
            end += 1
        rows = [record.cells for _, record in filled[place:end]]
        if own == width:
            return width
        if (
            own > 1
            and len(rows) >= max(4 if own > 2 else 10, 0.1 * len(filled))
            and _evidence(rows[0], kinds_of_columns(rows[1:], own), rows[1:]) > 0
        ):
            return own
        place = end
    return width


def _with_mended_header(filled: list[tuple[int, Record]], width: int) -> list[tuple[int, Record]]:
    """Return the records with the line above the first row mended, where it is a header with separators too many or of another kind."""
    place = next((place for place, (_, record) in enumerate(filled[:MAX_PREAMBLE_LENGTH]) if len(record.cells) == width), 0)
    if not place or width < MIN_MENDED_WIDTH or filled[place - 1][1].next_line != filled[place][1].line:
        return filled
    number, header = filled[place - 1]
    rows = [record.cells for _, record in filled[place : place + PROFILED_ROWS] if len(record.cells) == width]
    names = _split_names_at_blanks(header.cells[0], width) if len(header.cells) == 1 else _names_without_blanks(header.cells, rows)
    if not names or len(set(names)) < width or not all(kind_of(name) in ("text", "code", "flag") for name in names):
        return filled
    return [*filled[: place - 1], (number, header._replace(cells=names)), *filled[place:]]


def _names_without_blanks(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the names of a header with an empty cell too many, none if it names a column less than it has, so that rows lack their last cell.

    The column of addresses decides between the two: it is called one.
    """
    width = len(rows[0])
    names = [cell for cell in cells if cell.strip()]
    if len(names) != width or len(cells) > width + max(1, width // 4):
        return []
    addresses = [number for number, kind in enumerate(kinds_of_columns(rows, width)) if kind == "email"]
    keeps = any("mail" in name_key(cells[number]) and "mail" not in name_key(names[number]) for number in addresses)
    return [] if keeps else names


def _split_names_at_blanks(line: str, width: int) -> list[str]:
    """Return the names in a line of as many words, or words in quotes, as the table has columns; a title is none of known or quoted names."""
    grammar = Dialect(" ", width, '"').grammar
    for text in (line.strip(), f'"{line.strip()}"'):  # of a line of quoted words the outermost quotes are gone
        if grammar.record.fullmatch(text):
            names = grammar.split(text)
            is_named = sum(map(is_known_name, names)) >= MIN_KNOWN_NAMES or text.count('"') >= 2 * MIN_KNOWN_NAMES
            if len(names) == width and is_named:
                return names
    return []


def _count_known(cells: Sequence[str]) -> int:
    """Return how many different field names stand in a row that holds nothing but names."""
    if any(kind_of(cell) in ("email", "url", "phone", "date") for cell in cells):
        return 0
    return len({name_key(cell) for cell in cells if cell.strip() and is_known_name(cell)})


def _named_width(filled: Sequence[tuple[int, Record]], width: int) -> int:
    """Return the width of a line of known field names below narrower lines of a title block, else `width`."""
    for place, (_, record) in enumerate(filled[:MAX_PREAMBLE_LENGTH]):
        cells = record.cells
        if _holds_contact(cells) and not _names_contact_of_file(cells):
            return width
        if len(cells) <= max(2, width) or _count_known(cells) < MIN_KNOWN_NAMES:
            continue
        below = [len(row.cells) for _, row in filled[place + 1 : place + 1 + MAX_ROWS_BELOW_NAMES]]
        rest = [len(row.cells) for _, row in filled[place + 1 :]]
        if below and below.count(len(cells)) * 2 > len(below) and rest.count(len(cells)) * 2 > len(rest):
            return len(cells)
    return width


def _below_title_block(filled: Sequence[tuple[int, Record]], start: int, width: int) -> int:
    """Return the place of the header below lines of a title block that are padded to the table's width; `start` if there are none.

    A later line with more known field names wins over earlier lines that hold no contact of a person of the table.
    Without known names, a line of one or two
    cells at the left is passed over where the next lines are filled and name typed columns.
    """
    best, most = start, _count_known(filled[start][1].cells)
    for place in range(start, min(start + MAX_PREAMBLE_LENGTH, len(filled))):
        cells = filled[place][1].cells
        if _holds_contact(cells) and not _names_contact_of_file(cells):
            break
        name_count = _count_known(cells) if len(cells) == width else 0
        if name_count >= MIN_KNOWN_NAMES and name_count > most:
            best, most = place, name_count
    if best != start or most:
        return best
    place = start
    while place + 1 < len(filled) and _is_pair_line(filled[place][1].cells, width):
        place += 1
    rows = [record.cells for _, record in filled[place + 1 :] if len(record.cells) == width][:PROFILED_ROWS]
    cells = filled[place][1].cells
    if place == start or len(cells) != width or not rows:
        return start
    usual = _median([_count_filled(row) for row in rows])
    is_full = _count_filled(cells) > 2 and _count_filled(cells) >= 0.6 * usual
    is_named = _evidence(cells, kinds_of_columns(rows, width), rows) > 0
    is_titled = all(record.cells[0].strip().endswith(":") for _, record in filled[start:place])
    return place if is_full and (is_named or is_titled) else start


def _below_comment(filled: Sequence[tuple[int, Record]], start: int, width: int) -> int:
    """Return the place of the header below a line that repeats it as a comment ("# Name,Phone"); `start` if the comment is the only header."""
    place = start
    while place + 1 < len(filled) and COMMENT.match(filled[place][1].cells[0]):
        below = filled[place + 1][1].cells
        if len(below) != width or not (COMMENT.match(below[0]) or _count_known(below) >= MIN_KNOWN_NAMES):
            return start
        place += 1
    return place


def _is_pair_line(cells: Sequence[str], width: int) -> bool:
    """Return whether a line has at most a name and a value at the left and is empty in all other columns of the table."""
    return len(cells) == width > 2 and bool(cells[0].strip()) and not any(cell.strip() for cell in cells[2:])


def _holds_contact(cells: Sequence[str]) -> bool:
    """Return whether cells of a row are a contact of a person, so that it is data; a line of a name and a value may be of a title block."""
    return is_email_row(cells) and _count_filled(cells) > 2


def _names_contact_of_file(cells: Sequence[str]) -> bool:
    """Return whether a line with a contact is of a title block: its first cell says whose it is ("Owner", "Contact", "Prepared by")."""
    first = cells[0].strip()
    if first.endswith(":") or is_known_name(first) or _is_closing_line(first):
        return True
    heading = roles.read_heading(first)
    return heading.role != roles.NO_ROLE and not heading.rest


def _why_above(top: list[tuple[int, Record]]) -> str:
    return COMMENTED if all(record.cells[0].lstrip().startswith(("#", "//")) for _, record in top) else "preamble"


def _start(filled: Sequence[tuple[int, Record]], width: int) -> int:
    """Return the place of the first record of the table: as wide as it and not nearly empty."""
    like = [_count_filled(record.cells) for _, record in filled if len(record.cells) == width]
    usual = _median(like)
    for place, (_, record) in enumerate(filled[:MAX_PREAMBLE_LENGTH]):
        cells = record.cells
        if len(cells) != width or (cells[0].lstrip().startswith(("# ", "//")) and place + 1 < len(filled) and width == 1):
            continue
        enough = _count_filled(cells)
        if width <= 2 or enough >= max(2, 0.4 * usual) or _is_at_home(cells, filled[place + 1 :]):
            if (
                width == 2
                and not cells[1].strip()
                and usual > 1.5
                and place + 1 < len(filled)
                and _count_filled(filled[place + 1][1].cells) > enough
            ):
                continue
            return _with_narrow_header(filled, place, width)
    return 0


def _is_at_home(cells: Sequence[str], below: Sequence[tuple[int, Record]]) -> bool:
    """Return whether each cell of a row of few filled cells is of its column's kind: numbers among numbers, dates among dates."""
    kinds = kinds_of_columns([record.cells for _, record in below[:PROFILED_ROWS] if len(record.cells) == len(cells)], len(cells))
    kind_pairs = [(kind_of(cell), kind) for cell, kind in zip(cells, kinds, strict=True) if cell.strip()]
    return len(kind_pairs) > 1 and all(own == kind and own not in ("text", "blank") for own, kind in kind_pairs)


def _with_narrow_header(filled: Sequence[tuple[int, Record]], place: int, width: int) -> int:
    """Return the place of a header that is a few cells shorter or longer than its rows; `place` if there is none.

    Each row may have a delimiter at its end, or a column may have no name.
    """
    rows = [record.cells for _, record in filled[place : place + PROFILED_ROWS] if len(record.cells) == width]
    kinds = kinds_of_columns(rows, width)
    typed = any(kind not in ("text", "blank", "code") for kind in kinds)
    if typed and _evidence(rows[0], kinds_of_columns(rows[1:], width), rows[1:]) > 0:
        return place
    for above in range(place):
        cells = filled[above][1].cells
        between = [record for _, record in filled[above : place + 1]]
        near = all(len(record.cells) >= 2 and abs(len(record.cells) - width) <= max(1, width // 4) for record in between)
        together = all(before.next_line == after.line for before, after in itertools.pairwise(between))
        words = all(kind_of(cell) in ("text", "code") for cell in cells if cell.strip() or len(cells) <= width)
        if near and together and words and (typed or sum(map(is_known_name, cells)) >= 2):
            return above
    return place


def _header_lines(filled: Sequence[tuple[int, Record]], start: int, layout: Layout, like: list[list[str]]) -> list[int]:
    """Return the places of the lines that together are the header, none if the table has no header."""
    first = filled[start][1].cells
    if len(first) == layout.width and not is_header(first, layout.kinds, like):
        return []
    lines = [start]
    while len(lines) < MAX_HEADER_LINES and start + 1 < len(filled):
        place = lines[-1] + 1
        if place + 1 >= len(filled):
            break
        below = [record.cells for _, record in filled[place + 1 :] if len(record.cells) == layout.width][:PROFILED_ROWS]
        cells = filled[place][1].cells
        if not _is_further_header(cells, first, below, layout.width) and not _fills_gaps(cells, _joined_lines(filled, lines)):
            break
        lines.append(place)
    while lines[0] > 0 and len(lines) < MAX_HEADER_LINES and _is_group_line(filled, lines[0] - 1, layout.width):
        lines.insert(0, lines[0] - 1)
    return lines


def _is_further_header(cells: list[str], first: list[str], below: list[list[str]], width: int) -> bool:
    """Return whether cells are a second line of a header.

    Such a line has words in nearly all columns that hold numbers, dates or addresses below. A row must not be taken for one: below a name
    that is known as a column's stands another one, or a remark in brackets.
    """
    if len(cells) != width or cells == first or not below:
        return False
    if _is_line_of_channels(cells, first):
        return True
    if answers := _answers_below_questions(cells, first):
        cells = ["" if place in answers or _are_words_below_questions([cell]) else cell for place, cell in enumerate(cells)]
    if not any(cell.strip() for cell in cells) or _are_words_below_questions(cells) or _continues_names(cells, first):
        return True
    below_known = [cell.strip() for name, cell in zip(first, cells, strict=False) if cell.strip() and is_known_name(name)]
    if not all(cell.startswith("(") or is_known_name(cell) for cell in below_known):
        return False
    if any(kind_of(cell) in ("email", "url", "phone", "flag", "number", "date") for cell in cells):
        return False
    kinds = kinds_of_columns(below, width)
    typed = [number for number, kind in enumerate(kinds) if kind not in ("text", "blank", "code", "flag")]
    typed_kinds = [kind_of(cells[number]) for number in typed]
    words = sum(kind in ("text", "code") and bool(LETTERS.search(cells[number])) for kind, number in zip(typed_kinds, typed, strict=True))
    is_partly_blank = any(not cell.strip() for cell in cells)
    return (
        words >= 1
        and all(kind in ("text", "code", "blank") for kind in typed_kinds)
        and words * 2 >= len(typed)
        and (words > 1 or is_partly_blank)
    )


def _are_words_below_questions(cells: Sequence[str]) -> bool:
    """Return whether a line holds nothing but what a survey writes below its questions ("Open-Ended Response")."""
    filled = [" ".join(cell.casefold().split()) for cell in cells if cell.strip()]
    return bool(filled) and all(cell in _words()["below_questions"] for cell in filled)


def _continues_names(cells: Sequence[str], first: Sequence[str]) -> bool:
    """Return whether a line holds the second halves of names ("First,Last,Home" above "Name,Name,Phone"): most are known only as a whole."""
    pairs = [(name.strip(), cell.strip()) for name, cell in zip(first, cells, strict=False) if cell.strip()]
    if any(not name or kind_of(cell) in ("email", "url", "phone", "number", "date") for name, cell in pairs):
        return False
    only_joined = [(is_known_name(f"{name} {cell}") and not is_known_name(cell)) or is_asked(f"{name} {cell}") for name, cell in pairs]
    joined = [is_known_name(f"{name} {cell}") or is_asked(f"{name} {cell}") for name, cell in pairs]
    return len(pairs) >= MIN_KNOWN_NAMES and any(only_joined) and sum(joined) * 4 >= len(pairs) * 3


def _joined_lines(filled: Sequence[tuple[int, Record]], lines: Sequence[int]) -> list[str]:
    """Return the names that the lines of a header say together so far."""
    columns = itertools.zip_longest(*(filled[place][1].cells for place in lines), fillvalue="")
    return [" ".join(part.strip() for part in parts if part.strip()) for parts in columns]


def _fills_gaps(cells: Sequence[str], joined: Sequence[str]) -> bool:
    """Return whether a line says more of the names above it, and nothing else: names where none stand, a legend, or the second half of a name.

    Such are "First,Last,,," below ",,Home,Mobile,Do Not Call", and "(x = no calls)" below "Calls". A row has the name of a person, or a contact.
    """
    filled = [(name, cell.strip()) for name, cell in zip(joined, cells, strict=False) if cell.strip()]
    if len(cells) != len(joined) or not filled or len(filled) == len(cells) or (len(filled) == 1 and cells[0].strip()):
        return False  # "DO NOT CALL,,," heads a section
    if any(kind_of(cell) in ("email", "url", "phone", "number", "date") for _, cell in filled):
        return False
    is_more = [LEGEND.fullmatch(cell) is not None or _continues_name(name, cell, alone=len(filled) == 1) for name, cell in filled]
    of_numbers = [read_number_name(name) is not None for name, _ in filled]  # words of any language below "Phone"
    return any(is_more) and all(more or number for more, number in zip(is_more, of_numbers, strict=True))


def _continues_name(name: str, cell: str, *, alone: bool) -> bool:
    """Return whether a cell is the name of a column without one, unless it is `alone` in its line, or the second half of a column's name."""
    is_name = is_known_name(cell) or is_asked(cell)
    is_kind = name_key(cell) in {name_key(kind) for kind in load_phone_columns().bare_kinds}
    if not name:
        return (is_name or is_kind) and not alone
    joined = f"{name} {cell}"
    if is_kind and read_number_name(joined) is not None:
        return True
    is_question = is_asked(joined) and (is_asked(name) or not is_known_name(name))  # "First Name" does not ask for "Do Not Call"
    return (is_name or is_kind or is_channel_alone(cell)) and (is_known_name(joined) or is_known_name(f"{cell} {name}") or is_question)


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    table = tomllib.loads((schemas_folder() / "upload" / "cells.toml").read_text("utf-8"))["lines"]
    return {name: frozenset(word.casefold() for word in words) for name, words in table.items()}


@lru_cache(maxsize=1)
def _instruction() -> re.Pattern[str]:
    words = sorted(_words()["instructions"], key=len, reverse=True)
    return re.compile(rf"(?i)(?:{'|'.join(map(re.escape, words))})(?!\w).*")


def _is_instruction(cell: str) -> bool:
    """Return whether a cell asks its reader for something ("Questions? Call Rita at")."""
    is_sentence = len(cell.split()) >= MIN_WORDS_OF_INSTRUCTION or cell.endswith((":", "?"))
    return is_sentence and _instruction().fullmatch(cell) is not None


def _is_plain_instruction(cell: str) -> bool:
    """Return whether an instruction is one without a blank line above it: of a name ("Call Smith Jones") it could not be a part."""
    text = cell.casefold()
    return cell.endswith((":", "?")) or any(text.startswith(words) for words in _words()["instructions"] if " " in words)


@lru_cache(maxsize=1)
def _closing_line() -> re.Pattern[str]:
    beginnings, pages = (
        "|".join(re.escape(words).replace(r"\ ", r"\s+") for words in sorted(_words()[name], key=len, reverse=True))
        for name in ("closing", "pages")
    )
    between = "|".join(map(re.escape, sorted(_words()["page_of"], key=len, reverse=True)))
    return re.compile(rf"(?i)[-–—*=\s]*(?:(?:{beginnings})(?!\w).*|(?:{pages})\s*\d+\s*(?:{between})\s*\d+[-–—*=\s]*)", re.DOTALL)


def _is_closing_line(cell: str) -> bool:
    """Return whether a cell is what reports write at their end, whatever stands next to it ("Printed by: Zed", "Page 1 of 3")."""
    return _closing_line().fullmatch(cell) is not None


def _is_closing_word(cell: str) -> bool:
    """Return whether a cell is a word at the end of a report ("Confidential")."""
    return cell.casefold().strip(" *-–—.:=") in _words()["closing_alone"]


def _offers_help(cell: str) -> bool:
    """Return whether a cell names who answers questions ("For help", "Rückfragen an Sekretariat"), whose number may stand next to it."""
    text = cell.casefold().strip(" :?!.")
    return text in _words()["helps"] or any(text.startswith(f"{words} ") for words in _words()["helps_of"])


def _is_group_line(filled: Sequence[tuple[int, Record]], place: int, width: int) -> bool:
    """Return whether the line above the header names groups of columns: as wide, words only, and not a title in the first cell."""
    above, below = filled[place][1], filled[place + 1][1]
    cells = above.cells
    if len(cells) != width or above.next_line != below.line or width < 2:
        return False
    if _is_pair_line(cells, width) and not (cells[1].strip() and _fills_gaps(cells, below.cells)):
        return False  # a title
    filled_kinds = [kind_of(cell) for cell in cells if cell.strip()]
    return (
        bool(filled_kinds) and all(kind in ("text", "code") for kind in filled_kinds) and (len(filled_kinds) >= 2 or not cells[0].strip())
    )


def is_header(cells: Sequence[str], kinds: Sequence[Kind], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether cells name the columns of `rows`, whose kinds are given, rather than being one of them."""
    if not any(cell.strip() for cell in cells):
        return False
    evidence = _evidence(cells, kinds, rows)
    if evidence:
        return evidence > 0
    cell_kinds = [kind_of(cell) for cell in cells]
    if _is_sequence(cells) and cell_kinds[0] in ("blank", "text") and not any(_is_sequence(row) for row in rows):
        return True
    return (
        not any(kind in ("email", "url", "phone", "date") for kind in cell_kinds)
        and sum(kind in ("text", "code", "flag") for kind in cell_kinds) > 0
    )


def _evidence(cells: Sequence[str], kinds: Sequence[Kind], rows: Sequence[Sequence[str]]) -> float:  # noqa: C901 - one line a sign
    """Return the evidence that cells are the names of the columns of `rows` (above zero) or one of them (below)."""
    score = 0.0
    numbered = _is_sequence(cells)
    others = [row for row in rows if list(row) != list(cells)]  # a row that is the same as a whole may be the header once more
    if rows and list(rows[0]) == list(cells) and not any(map(is_known_name, cells)):
        score -= 2  # no header is followed by itself
    for number, (cell, kind) in enumerate(zip(cells, kinds, strict=False)):
        own = kind_of(cell)
        if own == "blank":
            continue
        if own in ("email", "url") or (own in ("date", "phone") and kind == own):
            score -= 3
        elif is_known_name(cell):
            score += 2
        elif kind in ("text", "blank", "code", "flag"):
            if own in ("text", "flag", "code") and _repeats(cells, number, others):
                score -= 1
            elif own == "number" and not numbered and kind == "text":
                score -= 0.25
        elif own in ("text", "code", "flag"):
            score += 1
        elif own == kind and not numbered:
            score -= 1
    return score


def _is_sequence(cells: Sequence[str]) -> bool:
    """Return whether cells are consecutive years or numbers, as columns of open data are named."""
    numbers = [float(cell.strip()) for cell in cells if re.fullmatch(r"\s*\d{1,4}(?:\.\d{1,3})?\s*", cell)]
    steps = {round(after - before, 6) for before, after in itertools.pairwise(numbers)}
    return len(steps) == 1 and 0 not in steps and (len(numbers) > 3 or (len(numbers) == 3 and abs(min(steps)) in (1, 2, 5, 10)))


def _repeats(cells: Sequence[str], number: int, others: Sequence[Sequence[str]]) -> bool:
    """Return whether a cell stands in its column again."""
    return any(number < len(row) and row[number] == cells[number] for row in others)


def _is_line_of_channels(cells: Sequence[str], first: Sequence[str]) -> bool:
    """Return whether a line below names of columns holds nothing but channels, each below a group of consent ("Phone" below "Opt out").

    A group that is merged over several cells stands in the first of them only.
    """
    groups: list[str] = []
    for name in first:
        groups.append(name.strip() or (groups[-1] if groups else ""))
    filled = [(group, cell) for group, cell in zip(groups, cells, strict=False) if cell.strip(" -–—")]
    return len(filled) > 1 and all(is_channel_alone(cell) and is_about_consent(group) for group, cell in filled)


def _answers_below_questions(cells: Sequence[str], first: Sequence[str]) -> set[int]:
    """Return the places of answers below questions about contact that are merged over them ("Yes", "No" below "May we call you?").

    The cells behind the first one of such a question are empty, or repeat it.
    """
    places: set[int] = set()
    for place in range(1, min(len(cells), len(first))):
        own, question = first[place].strip(), first[place - 1].strip()
        if question and own in ("", question) and {is_answer_word(cells[place - 1]), is_answer_word(cells[place])} == {"yes", "no"}:
            places |= {place - 1, place} if is_of_consent(question) else set()
    return places


def _take_header(layout: Layout, filled: Sequence[tuple[int, Record]], lines: list[int], rest: list[Record]) -> None:
    names = [filled[place][1].cells for place in lines]
    names = [[""] * len(cells) if number and _are_words_below_questions(cells) else cells for number, cells in enumerate(names)]
    widest = max(map(len, names))
    if widest > layout.width and any(name.strip() for cells in names for name in cells[layout.width :]):
        layout.width = widest  # its rows leave out the cells at their end that are empty
    elif widest < layout.width and _holds_bare_delimiters(widest, layout, rest):
        layout.width = widest
    elif widest < layout.width and _first_is_unnamed(names[0], layout, rest):
        names = [["", *cells] for cells in names]
    padded = _with_groups_of_people([[*cells, *[""] * (layout.width - len(cells))][: layout.width] for cells in names])
    layout.header = [" ".join(part.strip() for part in parts if part.strip()) for parts in zip(*padded, strict=True)]
    if len(lines) > 1:
        layout.names = _field_names(padded, layout.header)
    else:
        layout.header = padded[0]
    layout.header_line = filled[lines[-1]][1].line + 1
    layout.first_row = filled[lines[-1]][0] + 1


def _with_groups_of_people(lines: list[list[str]]) -> list[list[str]]:
    """Return the lines of a header with each group over all of its columns, where the groups are of several people or things.

    A group that is merged over several cells stands in the first of them only. Groups are of several people if one of them names another
    person ("Donor,,,Honoree"), or if two columns have one name ("Email" below both).
    """
    *above, below = lines
    spread = []
    for number, groups in enumerate(above, start=1):
        named = [group for group in groups if group.strip()]
        if not any(group.strip() and line[place].strip() for line in lines[number:] for place, group in enumerate(groups)):
            spread.append(groups)  # names of their own columns, below which nothing stands
            continue
        names = Counter(name_key(name) for name in below if name.strip())
        of_people = any(_is_of_another_person(group) for group in named)
        if len(named) > 1 and (of_people or max(names.values(), default=0) > 1) and len({name_key(name) for name in named}) == len(named):
            filled: list[str] = []
            for group in groups:
                filled.append(group if group.strip() or not filled else filled[-1])
            spread.append([group if name.strip() else own for group, name, own in zip(filled, below, groups, strict=True)])
        else:
            spread.append(groups)
    return [*spread, below]


def _is_of_another_person(group: str) -> bool:
    """Return whether a group of columns is of another person than the one the file is about."""
    return roles.read_heading(f"{group} email").kind in roles.OTHERS | {"further"}


def _field_names(lines: Sequence[Sequence[str]], joined: Sequence[str]) -> list[str]:
    """Return the name by which each column of a header of several lines is mapped.

    If no field has the joined name, the lowest part that names a field stands alone, unless a second column has the same part, or the group
    is of another person: then only the group distinguishes the two.
    """
    plain: list[str | None] = []
    for column in zip(*lines, strict=True):
        parts = [part.strip() for part in reversed(column) if part.strip()]
        name_parts = [part for part in parts if is_known_name(part)] or [part for part in parts if is_asked(part)]
        plain.append(name_parts[0] if name_parts else None)
    counts = Counter(name_key(name) for name in plain if name)
    return [
        channel or (name if part is None or is_known_name(name) or counts[name_key(part)] > 1 or _is_of_another_person(name) else part)
        for name, part, channel in zip(joined, plain, _channels_of_groups(lines), strict=True)
    ]


def _channels_of_groups(lines: Sequence[Sequence[str]]) -> list[str | None]:
    """Return "Do Not Call" for each channel under a group of consent ("Do Not" above "Mail", "Call", "Email"); None for other columns.

    Of an answer under a question it is both ("May we call you? - No"). A group that is merged over several cells stands in the first of them only.
    """
    names: list[str | None] = []
    group = ""
    for *above, name in zip(*lines, strict=True):
        own = " ".join(part.strip() for part in above if part.strip())
        group = own or group
        is_channel, is_answer = bool(name.strip()) and is_channel_alone(name), is_answer_word(name) is not None
        if not is_channel and not is_answer:
            group = own
        if is_answer and group and is_of_consent(group):
            names.append(f"{group} - {name.strip()}")
        else:
            names.append(f"{group} {name.strip()}" if is_channel and group and is_about_consent(group) else None)
    return names


def _holds_bare_delimiters(widest: int, layout: Layout, rest: list[Record]) -> bool:
    """Return whether in just one column each row has a cell that was split at a delimiter in it ("Smith, John"): a blank follows such a one."""
    rows = [record.cells for record in rest if len(record.cells) == layout.width]
    blank_first = [sum(row[number].startswith(" ") for row in rows) for number in range(1, layout.width)]
    return widest == layout.width - 1 and blank_first.count(len(rows)) == 1 and sum(blank_first) == len(rows) > 0


def _first_is_unnamed(names: list[str], layout: Layout, rest: list[Record]) -> bool:
    """Return whether a header lacks the name of the first column: R's write.table names no column of row names."""
    if len(names) != layout.width - 1:
        return False
    firsts = [record.cells[0] for record in rest if len(record.cells) == layout.width]
    lasts = [record.cells[-1] for record in rest if len(record.cells) == layout.width]
    return any(cell.strip() for cell in lasts) and len(set(firsts)) == len(firsts) > 0 and firsts[0].strip('"') in ("0", "1")


class NamesAmongRowsError(Exception):
    """A row of known field names among the data. `line` counts from 0 in the records that were looked at."""

    def __init__(self, line: int, cells: Sequence[str]) -> None:
        super().__init__(line, cells)
        self.line, self.cells = line, cells


def is_row_of_names(cells: Sequence[str], layout: Layout) -> bool:
    """Return whether a row below the header is the header of another table of people: as wide, and mostly known field names."""
    if len(cells) != layout.width or layout.width < MIN_KNOWN_NAMES or not any(map(is_known_name, cells[:3])):
        return False
    name_count = _count_known(cells)
    return name_count >= min(3, layout.width) and name_count * 2 >= _count_filled(cells)


class SortedRecords(NamedTuple):
    """Records that are rows of the table, and what was left out."""

    rows: list[Record]
    left_out: list[OmittedLines]


def sort_out(records: Sequence[Record], layout: Layout, *, at_end: bool) -> SortedRecords:
    """Take blank lines, comments and repeated headers out of records below the header; at the file's end also footer and second table."""
    rows: list[Record] = []
    left_out: list[OmittedLines] = []
    after_blank: set[int] = set()
    blank = False
    header = [cell.strip() for cell in layout.header]
    for record in records:
        if not any(cell.strip() for cell in record.cells):
            blank = True
            continue
        cells = record.cells
        if header and len(cells) == len(header) and [cell.strip() for cell in cells] == header:
            left_out.append(OmittedLines(record.line + 1, record.next_line, "repeated header"))
            continue
        is_signed = len(cells) != layout.width and layout.width > 1 and cells[0].lstrip().startswith(("#", "//"))
        if (is_signed and not CELL_ERROR.fullmatch(cells[0])) or layout.is_comment(cells):
            left_out.append(OmittedLines(record.line + 1, record.next_line, COMMENTED))
            continue
        if is_row_of_names(cells, layout):
            if list(map(name_key, cells)) == list(map(name_key, header)):
                left_out.append(OmittedLines(record.line + 1, record.next_line, "repeated header"))
                continue
            raise NamesAmongRowsError(record.line, cells)
        if blank:
            after_blank.add(len(rows))
            blank = False
        rows.append(record)
    if at_end:
        rows, below = _without_footer(rows, layout, after_blank)
        rows, second = _without_second_table(rows, layout, after_blank)
        left_out += second + below
    return SortedRecords(rows, left_out)


def _without_footer(rows: list[Record], layout: Layout, after_blank: set[int]) -> tuple[list[Record], list[OmittedLines]]:
    end = len(rows)
    least = max(0, len(rows) - MAX_FOOTER_LENGTH)
    while end > least and _is_footer(rows[end - 1], layout, after_blank, end - 1):
        end -= 1
    if end == len(rows) or (end == 0 and not layout.header):
        return rows, []
    return rows[:end], [OmittedLines(rows[end].line + 1, rows[-1].next_line, "footer")]


def _is_footer(record: Record, layout: Layout, after_blank: set[int], place: int) -> bool:  # noqa: C901, PLR0911 - one line a sign
    cells, width = record.cells, layout.width
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    filled = _count_filled(cells)
    if width == 1:
        return (
            bool(TOTALS.fullmatch(first) or CLOSING_WORDS.fullmatch(first))
            and (place in after_blank or ":" in first or " " in first)
            and (layout.kinds[0] not in ("text", "blank") or place in after_blank)
        )
    if _is_instruction(first) and (place in after_blank or _is_plain_instruction(first)):
        return True
    if _is_closing_line(first) or _offers_help(first) or (_is_sample(cells, layout, layout.kinds) and place > 0):
        return True
    if _is_closing_word(first) and len(cells) > 1 and (_instruction().fullmatch(cells[1]) or _offers_help(cells[1])):
        return True  # "Confidential", "questions? call", and a number
    if is_email_row(cells):
        return False
    if TOTALS.fullmatch(first) and (filled <= max(2, 0.6 * layout.filled) or first.rstrip().endswith(":")):
        return True
    if filled == 1:
        own = kind_of(first)
        if CLOSING_WORDS.fullmatch(first) or _is_closing_word(first):
            return True
        if len(cells) == 1 and width >= 2:
            return own in ("text", "date", "code", "url") or place in after_blank or width >= 3
        # A row that has its name only is one; a sentence, or a lone cell in a table of full rows, is none.
        return layout.filled >= 2.5 and bool(cells[0].strip()) and width >= 3 and own in ("text", "code", "date", "url")
    if place in after_blank and filled <= 0.5 * layout.filled:
        return True
    # A star or "©" may begin any cell: with others in its row it is one of a row.
    return bool(CLOSING_WORDS.fullmatch(first)) and filled <= (1 if first.startswith(("*", "©")) else 0.5 * layout.filled)


def is_email_row(cells: Sequence[str]) -> bool:
    """Return whether the cells hold an address or a number of a person: then it is a row, even if it looks like a header or a footer."""
    return any(kind_of(cell) in ("email", "phone") for cell in cells)


def _without_second_table(rows: list[Record], layout: Layout, after_blank: set[int]) -> tuple[list[Record], list[OmittedLines]]:
    place = _second_table(rows, layout, after_blank)
    if place is None:
        return rows, []
    while place > 1 and len(rows[place - 1].cells) == 1 and layout.width > 1:  # its title
        place -= 1
    return rows[:place], [OmittedLines(rows[place].line + 1, rows[-1].next_line, "second table")]


def _second_table(rows: list[Record], layout: Layout, after_blank: set[int]) -> int | None:
    """Return the place of the first row of another table. One of another width can only start after the last row of this one's."""
    if (others := _table_of_others(rows, layout)) is not None:
        return others
    first = 1 if layout.header else 2
    last_like = next((place for place in range(len(rows) - 1, -1, -1) if len(rows[place].cells) == layout.width), -1)
    if layout.header:
        typed = _typed_columns(layout)
        candidates = (
            place
            for place in range(first, min(last_like + 1, len(rows) - 1))
            if len(rows[place].cells) == layout.width and _has_header_words(rows[place].cells, typed, after_blank=place in after_blank)
        )
        for place in islice(candidates, MAX_JUDGED_HEADERS):
            if _is_another_header(rows, place, layout, after_blank=place in after_blank):
                return place
    for place in range(max(first, last_like + 1), min(last_like + 1 + MAX_FOOTER_LENGTH, len(rows) - 1)):
        wide = len(rows[place].cells)
        if wide >= 2 and wide == len(rows[place + 1].cells) and _is_another_table(rows, place, after_blank=place in after_blank):
            return place
    return None


def _table_of_others(rows: list[Record], layout: Layout) -> int | None:
    """Return the place of a header or heading of other people ("Staff Name,Staff Phone", "STAFF") above the last rows; None if there is none."""
    if not layout.header or layout.width == 1:
        return None
    least = max(MIN_ROWS_ABOVE_OTHERS, len(rows) - 1 - MAX_ROWS_OF_OTHERS)
    headings = [
        place
        for place in range(max(0, len(rows) - MAX_JUDGED_ROWS), len(rows))
        if _count_filled(rows[place].cells) == 1 and not is_email_row(rows[place].cells)
    ]
    if len(headings) == 1 and least <= headings[0] < len(rows) - 1 and len(rows) - headings[0] <= headings[0] + 1:
        heading = " ".join(rows[headings[0]].cells).strip()
        words = roles.words_of(heading)
        # "** Staff **" is a section of the table.
        if words and heading[0].isalnum() and set(words) & _words()["staff"] and set(words) <= _words()["staff"] | _words()["of_staff"]:
            return headings[0]
    return next((place for place in range(least, len(rows) - 1) if _names_others(rows[place].cells)), None)


def _names_others(cells: Sequence[str]) -> bool:
    """Return whether a row holds nothing but names of columns, most of them of other people ("Staff Name,Staff Phone")."""
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) < MIN_NAMES_OF_OTHERS or any(HAS_DIGIT.search(cell) or "@" in cell for cell in filled):
        return False
    headings = [roles.read_heading(cell) for cell in filled]
    of_others = [
        heading for heading in headings if heading.kind in roles.OTHERS and heading.plain and is_known_name(" ".join(heading.plain))
    ]
    return len(of_others) >= MIN_NAMES_OF_OTHERS and len(of_others) * 2 > len(filled)


def _is_another_table(rows: list[Record], place: int, *, after_blank: bool) -> bool:
    below = [record.cells for record in rows[place : place + PROFILED_ROWS]]
    own = len(below[0])
    if sum(len(cells) == own for cells in below) < 0.8 * len(below):
        return False
    if after_blank:
        return True
    header = all(kind_of(cell) in ("text", "code", "blank") for cell in below[0])
    kinds = kinds_of_columns(below[1:], own)
    typed = any(kind not in ("text", "blank", "code") for kind in kinds)
    return header and (len(below) >= 4 or (typed and _evidence(below[0], kinds, []) > 0))


def _typed_columns(layout: Layout) -> list[int]:
    return [number for number, kind in enumerate(layout.kinds) if kind not in ("text", "blank", "code", "flag")]


def _has_header_words(cells: Sequence[str], typed: Sequence[int], *, after_blank: bool) -> bool:
    """Return whether cells are words, each once, where the typed columns hold something else."""
    if not typed and not after_blank:
        return False
    # Nearly every row ends here, at its first cell that is at home in its column.
    if any(kind_of(cells[number]) not in ("text", "code", "blank") for number in typed):
        return False
    words = sum(kind_of(cells[number]) in ("text", "code") for number in typed)
    names = {cell.strip() for cell in cells}
    return words >= min(2, len(typed)) and len(names) == len(cells) and "" not in names and not is_email_row(cells)


def _is_another_header(rows: list[Record], place: int, layout: Layout, *, after_blank: bool) -> bool:
    """Return whether a row as wide as the table that has the words of a header is the header of another table."""
    cells, typed = rows[place].cells, _typed_columns(layout)
    below = [record.cells for record in rows[place + 1 : place + PROFILED_ROWS] if len(record.cells) == layout.width]
    own = kinds_of_columns(below, layout.width)
    if _evidence(cells, own, below) <= 0:
        return False
    if not typed:  # a table of texts: another one of numbers, behind a blank line
        return sum(kind in ("number", "date") for kind in own) >= max(2, layout.width // 2)
    differs = sum(not fits(kind, layout.kinds[number]) for number, kind in enumerate(own) if kind != "blank")
    return after_blank or differs >= 0.3 * len(typed)


def _count_filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _median(numbers: list[int]) -> float:
    return sorted(numbers)[len(numbers) // 2] if numbers else 0
