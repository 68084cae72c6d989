"""Several numbers of one cell by their labels: a fax, an old number, those of a couple, a second ending. Words: schemas/upload/phone_kinds.toml."""

import itertools
import re
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
import polars as pl

from henk_pipeline.consent.remarks import NO_FAX
from henk_pipeline.consent.vocabulary import fold
from henk_pipeline.leads.email_remarks import ADDRESS
from henk_pipeline.leads.others_in_cells import NUMBER, names_somebody, states_consent
from henk_pipeline.leads.phone_kinds import load_phone_kinds
from henk_pipeline.leads.phones import is_number, may_be_local

# Cells that may matter: letters next to digits, or a short number behind a sign.
WORDED = r"\d{2}.*\p{L}|\p{L}.*\d{2}|[/&]\s*\d{1,4}\s*$|\d(?:,\s*|\d{3}-)\d{4}\s*$"
MIN_DIGITS, MAX_DIGITS = 7, 13  # of a number; more are two numbers with nothing between them
MIN_DIGITS_BEFORE_ENDING = 10  # "0171 12345 / 67" is one number; with a plus one digit more
MAX_CELL = 300  # characters; a longer cell is left as it is
# Between the words about one number and those about the next.
DIVIDES = re.compile(r"[;|\n,/•&]|\s[-–—]\s|(?<!\w)(?:or|and|oder|und|bzw\.?|ou|et|o|y|e|en|of)(?!\w)", re.IGNORECASE)
BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
OPEN_BRACKET = re.compile(r"[(\[][^()\[\]]*$")
LETTER_BEHIND = re.compile(r"(?<=\d{4})([hwcmof])(?![^\W_])", re.IGNORECASE)  # "212-555-0101h 917-555-0101c"
COUPLE = re.compile(r"\s(?:&|\+|and|und|et|y|e|en)\s", re.IGNORECASE)  # "John & Jane Fox": the numbers of both are the lead's
NUMBER_SIGN = re.compile(r"(?<=[^\W\d_])\s?#(?!\w*[^\W\d_])")  # "new# 212-555-0101", not "#1 fan"
INTRODUCES = re.compile(r"[:=]\s*$")
# "212-555-0101 / 0111": the second number has the exchange of the first. Elsewhere than in North America only a slash says so for certain.
SECOND_ENDING = (
    re.compile(
        r"(?P<first>\D*(?:\+?1[\s.-]*)?\(?\d{3}\)?[\s.-]*\d{3}[\s.-]?\d{4})"
        r"(?:\s*(?:[/,&-]|\b(?:or|and|ou|et|o|y)\b)\s*\d{4})\D{0,15}",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<first>\D{0,8}\d[\d\s().-]{8,}\d)\s*/\s*\d{1,4}\s*"),
    re.compile(r"(?P<first>\D{0,8}\d{3,5}\)?\s*/\s*\d{6,})\s*/\s*\d{1,3}\s*"),
)


class LabelledCell(NamedTuple):
    """What a cell of numbers gives its row.

    `own`: the cell without the numbers that are not called, the landline first; None where none is left. `is_dropped`: whether one is left out.
    `asks`: whether a person decides before the number that is left is called, or where the row has no other one.
    """

    own: str | None
    is_dropped: bool
    asks: bool = False


def read_labelled_cells(
    cells: pl.Series, worded: pl.Series, forms_of_address: pl.Series, country: str, *, mobile: bool = False, addresses: bool = False
) -> pl.DataFrame | None:
    """Take the numbers, or the addresses of a couple, from the cells of a column that their labels leave out.

    Args:
        cells: Text as it is written in the file, or null.
        worded: Which cells are read (`are_worded`).
        forms_of_address: What each row writes of its person's form of address ("Mrs.").
        country: ISO 3166-1 alpha-2 code of the country of the numbers.
        mobile: Whether the column is one of mobile phones.
        addresses: Whether the cells are e-mail addresses, else numbers.

    Returns:
        A row a cell: `own`; `dropped` (the cell as it was, where a number is left out); `asked` (the cell, where a person decides). None where
        no cell is of that kind.
    """

    def read_cell(cell: str, form: str) -> LabelledCell | None:
        return read_addresses_of_couple(cell, form) if addresses else read_labelled_cell(cell, form, country, mobile=mobile)

    pairs = pl.DataFrame([cells.alias("cell"), forms_of_address.alias("form")])
    rows = [
        (cell, form, read.own, cell if read.is_dropped else None, cell if read.asks else None, True)
        for cell, form in pairs.filter(worded).unique().iter_rows()
        if (read := read_cell(cell, form or "")) is not None
    ]
    if not rows:
        return None
    schema = dict.fromkeys(("cell", "form", "own", "dropped", "asked"), pl.String) | {"is_read": pl.Boolean}
    answers = pl.DataFrame(rows, schema=schema, orient="row")
    joined = pairs.join(answers, on=["cell", "form"], how="left", nulls_equal=True, maintain_order="left")
    return joined.select(pl.when(pl.col("is_read").is_not_null()).then("own").otherwise("cell").alias("own"), "dropped", "asked")


def are_worded(cells: pl.Series, *, addresses: bool = False) -> pl.Series:
    """Return where cells may be read by labels (Boolean, never null)."""
    return cells.str.contains(r"@.*@" if addresses else WORDED).fill_null(value=False)


def are_forms_of_address(forms: pl.Series) -> pl.Series:
    """Return where texts hold a form of address, or the names of a couple (Boolean, never null)."""
    labels = load_phone_kinds().labels
    words = "|".join(re.escape(word) for word in (*labels.forms_of_address_his, *labels.forms_of_address_hers))
    return forms.str.contains(rf"(?i)(?:^|\s)(?:{words})(?:\W|$)|{COUPLE.pattern}").fill_null(value=False)


@lru_cache(maxsize=50_000)
def read_labelled_cell(cell: str, form_of_address: str, country: str, *, mobile: bool = False) -> LabelledCell | None:
    """Read the labels of a cell; None where they leave out nothing and the order stays."""
    if len(cell) > MAX_CELL:
        return None
    if (first := _before_second_ending(cell, country)) is not None:
        return LabelledCell(first, is_dropped=True, asks=may_be_local(country))
    written, cell = cell, LETTER_BEHIND.sub(r" (\1)", NUMBER_SIGN.sub(" number ", cell))
    spaced = LabelledCell(LETTER_BEHIND.sub(r" (\1)", written), is_dropped=False) if LETTER_BEHIND.search(written) else None
    matches = [match for match in NUMBER.finditer(cell) if sum(map(str.isdigit, match[0])) >= MIN_DIGITS]
    is_read = len(matches) > 1 and _has_labels(cell) and not states_consent(_without_old_and_new(cell), NUMBER)
    if not is_read or names_somebody(_pattern(_all_words()).sub(" ", cell)):  # others_in_cells reads names
        return spaced
    return _by_labels(cell, matches, form_of_address, country, mobile=mobile) or spaced


@lru_cache(maxsize=50_000)
def read_addresses_of_couple(cell: str, form_of_address: str) -> LabelledCell | None:
    """Read the addresses of a cell of which one is his and another is hers; None for other cells."""
    labels = load_phone_kinds().labels
    is_of_couple = all(_contains(cell, tuple(words)) for words in (labels.his, labels.hers))
    matches = list(ADDRESS.finditer(cell))
    if len(cell) > MAX_CELL or not is_of_couple or len(matches) < 2 or states_consent(cell, ADDRESS):
        return None
    words = _words_of(cell, matches)
    by_address = [frozenset(name for name in ("his", "hers") if _contains(some, tuple(getattr(labels, name)))) for some in words or ()]
    if not any("his" in some for some in by_address) or not any("hers" in some for some in by_address):
        return None
    kept = _called(by_address, form_of_address)
    if kept is not None and len(kept) == len(matches):
        return None
    return LabelledCell("; ".join(matches[at][0] for at in kept or ()) or None, is_dropped=True)


def _by_labels(cell: str, matches: list[re.Match[str]], form_of_address: str, country: str, *, mobile: bool) -> LabelledCell | None:
    """Read the labels of a cell of several numbers; None where they leave out nothing and the order stays."""
    words = _words_of(cell, matches)
    labels = [_labels(some, country, all_words=cell) for some in words or [NUMBER.sub(" ", cell)]]
    if words is None or any(sum(map(str.isdigit, match[0])) > MAX_DIGITS for match in matches):
        is_open = frozenset().union(*labels) - {"mobile", "any"}
        return LabelledCell(None, is_dropped=True, asks=True) if is_open else None
    kept = _called(labels, form_of_address)
    if kept is None:
        return LabelledCell(None, is_dropped=True, asks=True)
    ordered = _in_order(kept, [at for at in kept if "mobile" in labels[at]], mobile=mobile)
    if not kept or ordered == list(range(len(matches))):
        return None
    own_parts = [f"{matches[at][0].strip()} {_plain_words(words[at])}".strip() for at in ordered]
    return LabelledCell("; ".join(own_parts), is_dropped=len(ordered) < len(matches))


def _called(labels: list[frozenset[str]], form_of_address: str) -> list[int] | None:
    """Return the places of the numbers that are called; None where it is open which of a couple's are the person's."""
    kept = list(range(len(labels)))
    is_of_couple = any("his" in some for some in labels) and any("hers" in some for some in labels)
    if is_of_couple and COUPLE.search(form_of_address) is None:
        own = _gender(form_of_address)
        if own is None:
            return None
        kept = [at for at in kept if own in labels[at] or not labels[at] & {"his", "hers"}]
    kept = [at for at in kept if not labels[at] & {"fax", "old"}]
    if any("new" in labels[at] for at in kept):
        kept = [at for at in kept if labels[at]]  # "212-555-0101, now 212-555-0111"
    return kept


def _without_old_and_new(cell: str) -> str:
    """Return a cell without "old number" and "new number", which say nothing about calls."""
    labels, kinds = load_phone_kinds().labels, load_phone_kinds().kinds
    nouns = [*labels.nouns, *labels.next_to_owners, *kinds.mobile]
    each = "|".join(re.escape(word) for word in sorted({*labels.old, *labels.new}, key=len, reverse=True))
    noun = "|".join(re.escape(word) for word in sorted(nouns, key=len, reverse=True))
    return re.sub(rf"(?i)(?<![^\W_])(?:{each})(?:\s+(?:{noun})(?![^\W_])){{1,2}}", " ", cell)


def _before_second_ending(cell: str, country: str) -> str | None:
    """Return the first number of a cell that gives a second ending for it ("212-555-0101 / 0111"), None for other cells."""
    is_of_north_america = phonenumbers.country_code_for_region(country) == 1
    for pattern in SECOND_ENDING[:1] if is_of_north_america else SECOND_ENDING[1:]:
        match = pattern.fullmatch(cell.strip())
        if match is None or (_has_letters(cell) and states_consent(cell, NUMBER)):
            continue
        digits = sum(map(str.isdigit, match["first"]))
        if digits >= MIN_DIGITS_BEFORE_ENDING + ("+" in match["first"]) and is_number(match["first"], country):
            return match["first"].strip()
    return None


def _words_of(cell: str, matches: list[re.Match[str]]) -> list[str] | None:
    """Return the words about each number of a cell; None where it is open which number they are about."""
    between = [cell[first.end() : second.start()] for first, second in itertools.pairwise(matches)]
    divided = [_divided(gap) for gap in between]
    end = cell[matches[-1].end() :]
    words = [cell[: matches[0].start()]]
    at = 0
    while at < len(between):
        run = at
        while run < len(between) and divided[run] is None:
            run += 1
        parts = divided[run] if run < len(between) else (end, "")
        if parts is None or parts[1] is None:
            return None
        if run > at:  # labels before all numbers of a part of the cell, or behind all of them
            is_before = _has_letters(words[-1])
            if not is_before and not _has_letters(parts[0]):
                return None
            for gap in between[at:run]:
                words[-1] += f" {'' if is_before else gap}"
                words.append(gap if is_before else "")
        if run < len(between):
            words[-1] += f" {parts[0]}"
            words.append(parts[1])
        at = run + 1
    words[-1] += f" {end}"
    return words


def _divided(gap: str) -> tuple[str, str | None] | None:  # noqa: PLR0911 - a line a kind of sign
    """Return the words between two numbers that are about the first and about the second; None where signs do not say so.

    The second is None where there are words about neither.
    """
    if not _has_letters(gap):
        return gap, ""
    masked = BRACKETS.sub(lambda match: "_" * len(match[0]), gap)
    if (opened := OPEN_BRACKET.search(masked)) is not None:
        return gap[: opened.start()], gap[opened.start() :]
    if (before := _pattern(tuple(load_phone_kinds().labels.before)).search(masked)) is not None:
        return gap[: before.start()], gap[before.start() :]
    signs = list(DIVIDES.finditer(masked))
    if signs:
        between = [gap[a.end() : b.start()] for a, b in itertools.pairwise(signs)]
        if any(map(_has_letters, between)):
            return gap, None
        return gap[: signs[0].start()], gap[signs[-1].end() :]
    bracket = BRACKETS.match(gap.lstrip())
    behind = gap.lstrip()[bracket.end() :] if bracket is not None else ""
    if bracket is not None and _has_letters(behind):
        return bracket[0], behind
    return ("", gap) if INTRODUCES.search(gap) is not None else None


def _in_order(kept: list[int], mobiles: list[int], *, mobile: bool) -> list[int]:
    """Return the numbers with the landline first and the mobile phone second; the mobile phone first in a column of mobile phones."""
    others = [at for at in kept if at not in mobiles]
    if not mobiles or not others:
        return kept
    first, second = (mobiles, others) if mobile else (others, mobiles)
    if mobile:
        return [*first, *second]
    return [first[0], second[0], *(at for at in kept if at not in (first[0], second[0]))]


def _labels(words: str, country: str, *, all_words: str) -> frozenset[str]:
    """Return what the words about a number say: fax, old, new, his, hers, mobile; "any" where there are words at all."""
    labels, kinds = load_phone_kinds().labels, load_phone_kinds().kinds
    words = NO_FAX.sub(" ", words)
    letter = fold(words).strip(" .,:;()[]=-–—/")
    found_labels = {"any"} if _has_letters(words) else set()
    is_german = country in labels.countries_of_german or _contains(all_words, tuple(labels.new_german))
    by_name = {
        "fax": kinds.not_called,
        "old": [*labels.old, *(labels.old_german if is_german else ())],
        "new": labels.new,
        "his": labels.his,
        "hers": labels.hers,
        "mobile": [word for word in kinds.mobile if word not in labels.no_mobile],
    }
    found_labels |= {name for name, some in by_name.items() if _contains(words, tuple(some))}
    found_labels |= {"fax"} if letter in kinds.not_called_letters else set()
    found_labels |= {"mobile"} if letter in kinds.mobile_letters else set()
    if "fax" in found_labels:
        found_labels.discard("mobile")
    return frozenset(found_labels)


def _gender(form_of_address: str) -> str | None:
    """Return whether a form of address says "his" or "hers"; None where it says neither or both."""
    labels = load_phone_kinds().labels
    his, hers = (_contains(form_of_address, tuple(words)) for words in (labels.forms_of_address_his, labels.forms_of_address_hers))
    return None if his == hers else "his" if his else "hers"


def _has_labels(cell: str) -> bool:
    """Return whether a cell has words that this module reads, in any place."""
    return _contains(cell, _all_words()) or re.search(r"(?<![^\W_])(?:fx?|mob|[mc])(?![^\W_])", cell, re.IGNORECASE) is not None


@lru_cache(maxsize=1)
def _all_words() -> tuple[str, ...]:
    labels, kinds = load_phone_kinds().labels, load_phone_kinds().kinds
    return (*labels.old, *labels.old_german, *labels.new, *labels.his, *labels.hers, *kinds.not_called, *kinds.mobile)


def _plain_words(words: str) -> str:
    """Return the words about a number without those that are read."""
    labels = load_phone_kinds().labels
    pattern = _pattern((*labels.new, *labels.before, *labels.his, *labels.hers, *labels.nouns))
    rest = re.sub(r"[(\[]\s*[)\]]", " ", pattern.sub(" ", words)).strip(" ,;:|/&–—-=\n")
    return rest if _has_letters(rest) else ""


def _has_letters(words: str) -> bool:
    return any(map(str.isalpha, words))


def _contains(words: str, some: tuple[str, ...]) -> bool:
    return _pattern(some).search(words) is not None


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    each = "|".join(r"\s+".join(map(re.escape, word.split())) for word in sorted(set(words), key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?:{each})(?![^\W_])", re.IGNORECASE)
