"""Phone cells to E.164 by libphonenumber's rules: the common shapes by its own patterns over columns, the rest by the library."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import phonenumbers
import polars as pl

from henk_pipeline.leads.phone_kinds import without_harmless_words

# Names people write that are no country's name in any language.
COUNTRY_ALIASES = {
    "usa": "US", "u.s.": "US", "u.s.a.": "US", "united states of america": "US", "america": "US", "uk": "GB", "u.k.": "GB",
    "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "holland": "NL", "brasil": "BR",
    "kosovo": "XK", "kosova": "XK",
}  # fmt: skip
NAME_LANGUAGES = ("en", "de", "fr", "es", "nl", "pt")
# Excel shows long numbers like this, and saves what it shows: the last digits are gone.
SCIENTIFIC = r"^\s*\d+([.,]\d+)?[eE]\+?\d+\s*$"

# "+1 (0) 212 …": a zero of other countries' habits, where the country has none. Italy's is a part of the number.
TRUNK_ZERO = r"^(\s*\(?\+\s?\d{1,3}\)?[\s.\-]*)\(0\)"
# "0044 …" and "00 1 …" in countries that dial other prefixes: no number of theirs begins so.
DIALLED_ABROAD = re.compile(r"\s*\(?00[\s.\-]*(?=[1-9])")
# Cells that are read without the library: an optional plus, digits, and signs that it passes over between digits.
COMMON = r"^\+?[0-9 ().\-/]+$"
# A number that a spreadsheet took for one comes with a decimal.
DECIMAL = r"^(\d{7,15})\.0$"
MAX_DIGITS = 15
SIGNS = ["+", " ", "(", ")", ".", "-", "/"]
# Among countries that share a calling code the library tries the main one first; Canada's numbers are no other country's.
SAME_RULES_AS_MAIN = {"CA"}
SEPARATORS = re.compile(r"\s*(?::::|[;|,\n]|\s/\s|/(?=\s*[+(0])|\s(?:or|and|oder|und|ou|et|o|y|e|en|of)\s|&)\s*", re.IGNORECASE)
# "212-555-0121/917-555-0121", which is tried after the cell as one number: in Germany a slash follows the area code.
SLASHES = re.compile(r"\s*(?::::|[;|,\n/])\s*")
MIN_MATCHED = 2
MIN_DIVIDED = 9  # digits of a number that a blank alone divides from another
MIN_NUMBER = 7  # digits of a number of its own, not of an extension
# Words next to a number for its kind or its owner.
LABELS = re.compile(
    r"\(?\b(?:tel(?:efon|ephone|éfono|efone|efoon)?|phone|ph|home|work|office|mobile?|mobil|cell(?:ular)?|handy|private?|privat|main|direct|"
    r"m|h|w|t|c|o|p|casa|trabajo|trabalho|maison|bureau|thuis|werk|büro|dienstlich)\b\.?:?\)?",
    re.IGNORECASE,
)


# A region that libphonenumber has no rules for: a number without a plus is none there.
NO_REGION = "ZZ"
MIN_SHARE_OF_COUNTRY = 0.8  # numbers are probably of a country in which at least this share of them exists
# Stands for a number that does not become a valid one by its area code.
NOT_JOINED = "0"
AREA_CODE = r"\s*\(?(?:\+|00)?\d{1,6}\)?\s*"
MAX_SPREAD_OF_LENGTHS = 3  # Brazil's numbers of fixed lines have 10 digits, Germany's 5 to 15
# Among numbers by patterns: a cell that certainly holds none, so that the library need not parse it.
NO_NUMBER = ""


EXTENSION = re.compile(r"(?i)\b(?:ext(?:ension|n)?|int(?:erno|ern)?|poste|durchwahl|dw|anexo|ramal|toestel|apt|x)\b\.?")


EXTENSION_DIGITS = re.compile(
    r"(?i)[\s;,]*(?:\b(?:ext(?:ension|n)?|int(?:erno|ern)?|poste|durchwahl|dw|anexo|ramal|toestel|x)|#)[.:= ]*(?=\d)"
)


class Number(NamedTuple):
    """The numbers of a cell.

    Attributes:
        number: The number in E.164; None if there is none.
        extension: The digits of its extension; None if there is none.
        more: Further numbers of the cell (E.164), between commas; None if there are none.
        in_doubt: Whether there are words next to the number that are not understood ("Bill's", "winter only").
    """

    number: str | None
    extension: str | None
    more: str | None
    in_doubt: bool = False


@lru_cache(maxsize=1)
def country_codes() -> dict[str, str]:
    """Return lower-case country names and ISO 3166-1 alpha-2 codes → the code. The names are those of libphonenumber's own table."""
    # A third of a second that a process without a column of countries need not pay.
    from phonenumbers.geodata.locale import LOCALE_DATA  # noqa: PLC0415

    names = {
        # "*aa" stands for "as in language aa".
        (
            names_by_language[names_by_language[language][1:]]
            if names_by_language[language].startswith("*")
            else names_by_language[language]
        ).lower(): code
        for code, names_by_language in LOCALE_DATA.items()
        for language in NAME_LANGUAGES
        if language in names_by_language
    }
    return names | {code.lower(): code for code in LOCALE_DATA} | COUNTRY_ALIASES


def regions_of_codes(cells: pl.Series) -> pl.Series:
    """Return the region of each calling code or country ("+44", "0044", "44.0", "GB", "United Kingdom (+44)"); `NO_REGION` where it is unknown."""
    distinct = cells.drop_nulls().unique()
    regions = pl.Series([_region_of_code(cell) for cell in distinct], dtype=pl.String)
    return cells.replace_strict(distinct, regions, default=None, return_dtype=pl.String)


@lru_cache(maxsize=10_000)
def _region_of_code(cell: str) -> str:
    digits = re.sub(r"^00|\.0$", "", re.sub(r"[^\d.]", "", cell)).replace(".", "")
    if not digits:
        region = country_codes().get(cell.strip().lower(), cell.strip().upper())
        return region if region in phonenumbers.SUPPORTED_REGIONS else NO_REGION
    code = next((int(digits[:n]) for n in (1, 2, 3) if int(digits[:n]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), None)
    if code is None:
        return NO_REGION
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
    named = [region for region in re.findall(r"\b[A-Z]{2}\b", cell) if region in regions]
    rest = digits[len(str(code)) :]
    # The area code decides between the islands of the North American plan ("1-868").
    leading = [region for region in regions if rest and (start := _metadata(region).leading_digits) and re.fullmatch(start, rest)]
    if rest and not leading:
        return NO_REGION
    return (named or leading or list(regions))[0] if regions[0] != "001" else NO_REGION


def agreed_regions(regions: Sequence[pl.Series]) -> pl.Series:
    """Return one region a row: of several columns the first that is filled, or a later one that shares its calling code and is nearer (CA of +1)."""
    first, *others = regions
    for other in others:
        pairs = list(zip(first, other, strict=True))
        nearer = [
            b
            if a is None
            else b
            if b is not None and phonenumbers.country_code_for_region(a) == phonenumbers.country_code_for_region(b)
            else a
            for a, b in pairs
        ]
        first = pl.Series(nearer, dtype=pl.String)
    return first


def normalise_phones(frame: pl.DataFrame, column: str, default_country: str) -> pl.DataFrame:
    """Normalise the numbers in `column` to E.164 (`+12125550123`).

    A number is read in its region: `<column>_region`, else `country`, else `default_country`. A country that is given but has no rules is no
    reason to read a number as one of the default country: only one with a plus is a number there.

    Args:
        frame: Rows with these columns (String):
            `column`: text as written, or null.
            `<column>_region` (optional): the region that the row names for the number.
            `country` (optional): the country in which the row's numbers are read.
            `<column>_area` (optional): the area code of a column of its own, "" where that is empty, null where there is no such column; it is
            joined with the number.
        column: The column of numbers.
        default_country: ISO 3166-1 alpha-2 code of the country of rows that name none.

    Returns:
        `frame` with the number in `column`, the digits after `ext.` in `<column>_extension`, further numbers of the cell in `<column>_more`,
        and `<column>_in_doubt` (Boolean): whether there are words next to the number that are not understood. A cell that is no valid number
        becomes null, as does a cell of several numbers if one of them is none.
    """
    cells, in_doubt = frame[column], pl.lit(value=False)
    if cells.str.contains(DECIMAL).any():
        frame = frame.with_columns(pl.col(column).str.replace(DECIMAL, "$1"))
    if cells.null_count() == len(cells):
        nothing = pl.lit(None, dtype=pl.String)
        return frame.with_columns(
            nothing.alias(column),
            nothing.alias(f"{column}_extension"),
            nothing.alias(f"{column}_more"),
            in_doubt.alias(f"{column}_in_doubt"),
        )
    region = pl.lit(default_country)
    if "country" in frame.columns:
        country = pl.col("country")
        has_rules = country.is_in(list(phonenumbers.SUPPORTED_REGIONS))
        region = pl.when(country.is_null()).then(region).when(has_rules).then(country).otherwise(pl.lit(NO_REGION))
    if f"{column}_region" in frame.columns:
        region = pl.coalesce(f"{column}_region", region)
    if f"{column}_area" in frame.columns:
        frame = frame.with_columns(_with_area_codes(frame.select(pl.col(column).alias("cell"), f"{column}_area", region)).alias(column))
    if cells.str.contains("(0)", literal=True).any():
        frame = frame.with_columns(_without_trunk_zeros(frame[column]))
    numbers = _by_patterns(frame.select(pl.col(column).alias("cell"), region.alias("region")))
    if cells.str.starts_with("00").any():
        is_open = (pl.col("number") == NO_NUMBER) & pl.col("cell").str.starts_with("00")
        numbers = numbers.with_columns(pl.when(~is_open).then("number").alias("number"))
    unresolved = numbers.filter(pl.col("number").is_null() & pl.col("cell").is_not_null()).select("cell", "region").unique()
    extension = more = pl.lit(None, dtype=pl.String)
    if unresolved.height:
        parsed = [_by_library(cell, country) for cell, country in unresolved.rows()]
        answers = unresolved.with_columns(
            pl.Series("told", [t.number for t in parsed], dtype=pl.String),
            pl.Series("extension", [t.extension for t in parsed], dtype=pl.String),
            pl.Series("more", [t.more for t in parsed], dtype=pl.String),
            pl.Series("in_doubt", [t.in_doubt for t in parsed], dtype=pl.Boolean),
        )
        numbers = numbers.join(answers, on=["cell", "region"], how="left", maintain_order="left")
        numbers = numbers.with_columns(pl.coalesce("number", "told"))
        extension, more, in_doubt = pl.col("extension"), pl.col("more"), pl.col("in_doubt").fill_null(value=False)
    number = pl.when(pl.col("number") != NO_NUMBER).then(pl.col("number"))
    results = numbers.select(
        number.alias(column), extension.alias(f"{column}_extension"), more.alias(f"{column}_more"), in_doubt.alias(f"{column}_in_doubt")
    )
    return frame.with_columns(results.get_columns())


def _without_trunk_zeros(cells: pl.Series) -> pl.Series:
    """Return cells without a zero in brackets behind a calling code of countries that have no such prefix ("+1 (0) 212 555 0101")."""
    code = cells.str.extract(TRUNK_ZERO, 1).str.replace_all(r"\D", "")
    has_none = [
        str(code)
        for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()
        if (metadata := _metadata(regions[0])) is not None and metadata.national_prefix != "0" and regions[0] != "IT"
    ]
    return cells.str.replace(TRUNK_ZERO, "$1").zip_with(code.is_in(has_none).fill_null(value=False), cells).alias(cells.name)


def _with_area_codes(rows: pl.DataFrame) -> pl.Series:
    """Return the cells of numbers (first column) with their area codes (second), read in their regions (third), as full numbers.

    A cell that cannot be joined for certain is `NOT_JOINED`, which is no number anywhere.
    """
    distinct = rows.unique()
    joined = pl.Series("joined", [_join(cell, area, region) for cell, area, region in distinct.rows()], dtype=pl.String)
    return rows.join(distinct.with_columns(joined), on=rows.columns, how="left", nulls_equal=True, maintain_order="left")["joined"]


def _join(cell: str | None, area: str | None, region: str) -> str | None:
    """Return a number and its area code as one, in E.164 with its extension; the cell as it is if it is a full number by itself."""
    if cell is None or area is None:
        return cell
    prefix = getattr(_metadata(region), "national_prefix", None) or ""
    is_whole = cell.lstrip(" (").startswith(("+", "00")) or (prefix == "0" and cell.lstrip(" (").startswith(prefix))
    alone, _ = _parse(cell, region)
    area, cell = re.sub(r"\.0$", "", area), re.sub(r"\.0$", "", cell)
    digits = re.sub(r"\D", "", area)
    code = str(phonenumbers.country_code_for_region(region))
    start = digits.removeprefix("0") if prefix == "0" else digits
    holds_area = alone is not None and bool(start) and alone.startswith(f"+{code}{start}")
    joined = None if is_whole or not re.fullmatch(AREA_CODE, area) else _join_digits(cell, area, region, digits)
    if joined is not None:
        return NOT_JOINED if holds_area and alone != joined.partition(";")[0] else joined
    if is_whole or holds_area or (alone is not None and not may_be_local(region)):
        return cell
    return NOT_JOINED


def _join_digits(cell: str, area: str, region: str, digits: str) -> str | None:
    """Return area code and number in E.164, with the extension as libphonenumber writes it; None unless the number has their digits exactly."""
    bare = EXTENSION_DIGITS.split(cell)[0]
    if re.search(r"[^\W\d_]", bare):
        return None
    own = re.sub(r"\D", "", bare)
    is_abroad = area.lstrip(" (").startswith(("+", "00"))
    written = f"+{digits.removeprefix('00')} {own}" if is_abroad else f"{digits} {own}"
    number, _ = _parse(written, region)
    code = str(phonenumbers.country_code_for_region(region))
    all_digits = digits.removeprefix("00") + own if is_abroad else digits + own
    possible = {f"+{all_digits}"} if is_abroad else {f"+{code}{all_digits}", f"+{code}{all_digits.removeprefix('0')}"}
    if number not in possible:
        return None
    extension = re.sub(r"\D", "", cell[len(bare) :])
    return f"{number};ext={extension}" if extension else number


def may_be_local(region: str) -> bool:
    """Return whether numbers of a region have so many lengths that one without its area code may be another full number."""
    metadata = _metadata(region)
    lengths = metadata.fixed_line.possible_length if metadata is not None and metadata.fixed_line is not None else ()
    return not lengths or max(lengths) - min(lengths) > MAX_SPREAD_OF_LENGTHS


def _by_patterns(cells: pl.DataFrame) -> pl.DataFrame:
    """Return `cell`, `region` and `number` (String): E.164 of cells of common shapes, `NO_NUMBER` for those that are none, null for all others."""
    plain = pl.col("cell").str.contains(COMMON)
    plus = pl.col("cell").str.starts_with("+")
    numbers = cells.with_columns(
        pl.when(plain).then(pl.col("cell").str.replace_many(SIGNS, [""] * len(SIGNS))).alias("digits"),
        plus.fill_null(value=False).alias("plus"),
    )
    regions = numbers["region"].unique().to_list()
    # Dialled as if from the country to abroad, "0049 …": the same as a plus.
    abroad = pl.col("region").replace_strict(_plain_prefixes(regions), default=None, return_dtype=pl.String)
    dialled = pl.col("digits").str.strip_prefix(abroad)
    is_abroad = ~pl.col("plus") & pl.col("digits").str.starts_with(abroad) & dialled.str.contains("^[1-9]")
    if numbers["digits"].str.starts_with("0").any():
        numbers = numbers.with_columns(
            pl.when(is_abroad).then(dialled).otherwise("digits").alias("digits"), pl.col("plus") | is_abroad.fill_null(value=False)
        )
    # A number with the calling code of the row's own country may be dialled there without the plus.
    own = pl.col("digits").str.starts_with(pl.col("region").replace_strict(_codes(regions), default="?", return_dtype=pl.String))
    numbers = numbers.with_columns(plus=pl.col("plus") & ~own.fill_null(value=False), signed="plus")
    of = (
        pl.when("plus").then(pl.col("digits").str.extract(_any_calling_code(), 1)).otherwise("region")
        if numbers["plus"].any()
        else pl.col("region")
    )
    numbers = numbers.with_columns(of.alias("of"))
    groups = numbers.select("plus", "of").unique()
    if groups.height == 1:
        return _numbers(numbers, *groups.row(0)).select("cell", "region", "number")
    # Each group by itself: polars evaluates an expression for all rows, also for those it is not about.
    numbers = numbers.with_row_index("row")
    parts = [_numbers(part, plus, of) for (plus, of), part in numbers.partition_by("plus", "of", as_dict=True).items()]
    return pl.concat(part.select("row", "cell", "region", "number") for part in parts).sort("row").drop("row")


def _numbers(numbers: pl.DataFrame, plus: bool, of: str | None) -> pl.DataFrame:  # noqa: FBT001 - the key of a group
    """Return `numbers` with `number`, for a group: those with a plus and a calling code, or those dialled in a region."""
    rules = _rules(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[int(of)][0] if plus else of) if of is not None else None
    if rules is None:
        return numbers.with_columns(pl.lit(None, dtype=pl.String).alias("number"))
    return rules.number_abroad(numbers) if plus else rules.number_at_home(numbers)


def _plain_prefixes(regions: list[str]) -> dict[str, str]:
    """Return region → prefix of numbers abroad, of the regions in which it is digits only and not one of several ways."""
    metadata_by_region = {region: _metadata(region) for region in regions}
    return {
        region: metadata.international_prefix
        for region, metadata in metadata_by_region.items()
        if metadata and (metadata.international_prefix or "").isdigit()
    }


def _codes(regions: list[str]) -> dict[str, str]:
    """Return region → calling code."""
    return {region: str(code) for region in regions if (code := phonenumbers.country_code_for_region(region))}


@lru_cache(maxsize=1)
def _any_calling_code() -> str:
    # No code is the beginning of another (ITU-T E.164), so that their order does not matter.
    return f"^({'|'.join(str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)})"


class _Rules(NamedTuple):
    """A region's part of libphonenumber's metadata, as patterns over digits."""

    code: str
    general: str
    general_of_all: str
    sharing: tuple[str, ...]
    kinds: tuple[tuple[tuple[int, ...], str], ...]
    prefix: str | None
    prefix_pattern: str | None
    dialled_abroad: str | None

    def number_abroad(self, numbers: pl.DataFrame) -> pl.DataFrame:
        """Return `numbers` with `number` of `digits` that start with the calling code, after a plus."""
        rest = pl.col("digits").str.slice(len(self.code))
        # A number of a small country that shares the code is stripped by that country's prefix if it is the row's.
        numbers = numbers.with_columns(
            pl.when(~self._starts_with_prefix(rest) & ~pl.col("region").is_in(self.sharing)).then(rest).alias("national")
        )
        return self._judge(numbers, pl.lit(value=True))

    def number_at_home(self, numbers: pl.DataFrame) -> pl.DataFrame:
        """Return `numbers` with `number` of `digits` as they are dialled in the country.

        They are dialled as they are, after its prefix, or after its calling code (`signed`: with a plus before it).
        """
        digits = pl.col("digits")
        numbers = numbers.with_columns(
            abroad=digits.str.contains(f"^(?:{self.dialled_abroad})") if self.dialled_abroad else pl.lit(value=False),
            coded=digits.str.starts_with(self.code),
            prefixed=self._starts_with_prefix(digits),
        )
        as_it_is = ~pl.col("coded") & ~pl.col("prefixed")
        way = pl.when("abroad").then(pl.lit(None, dtype=pl.String)).when(as_it_is).then(digits)
        if self.prefix and self.prefix != self.code:
            dialled = ~pl.col("coded") & digits.str.starts_with(self.prefix)
            way = way.when(dialled).then(digits.str.slice(len(self.prefix)))
        if numbers["coded"].any():
            rest = digits.str.slice(len(self.code))
            # Without a plus, digits that are a number of the country as they are count as that number.
            by_code = pl.col("coded") & (pl.col("signed") | ~self._is_general(digits)) & ~self._starts_with_prefix(rest)
            way = way.when(by_code).then(rest)
        return self._judge(numbers.with_columns(way.alias("national")), as_it_is | (pl.col("coded") & pl.col("signed")))

    def _judge(self, numbers: pl.DataFrame, certain: pl.Expr) -> pl.DataFrame:
        """Return `numbers` with `number`: E.164 of `national` numbers that are of a kind the region has, which the library calls valid.

        `number` is `NO_NUMBER` if it is `certain` that the library would look at nothing else, and the digits are no number, also not of a
        country that shares the calling code.
        """
        national = pl.col("national")
        length = national.str.len_bytes()
        kinds = [
            national.str.contains(f"^(?:{pattern})$") & (length.is_in(lengths) if lengths else pl.lit(value=True))
            for lengths, pattern in self.kinds
        ]
        numbers = numbers.with_columns(valid=self._is_general(national) & (pl.any_horizontal(kinds) if len(kinds) > 1 else kinds[0]))
        # More digits than a number has (E.164: 15) may be two numbers, which the library divides.
        none = certain & national.is_not_null() & ~pl.col("valid") & (length <= MAX_DIGITS)
        if self.sharing:
            none = none & ~national.str.contains(f"^(?:{self.general_of_all})$")
        return numbers.with_columns(
            pl.when("valid").then(pl.lit(f"+{self.code}") + national).when(none).then(pl.lit(NO_NUMBER)).alias("number")
        )

    def _is_general(self, digits: pl.Expr) -> pl.Expr:
        return digits.str.contains(f"^(?:{self.general})$")

    def _starts_with_prefix(self, digits: pl.Expr) -> pl.Expr:
        """Return whether the library would look for a prefix to remove."""
        return digits.str.contains(f"^(?:{self.prefix_pattern})") if self.prefix_pattern else pl.lit(value=False)


def _metadata(region: str) -> Any:  # noqa: ANN401 - the library's stubs make everything of it optional
    return phonenumbers.PhoneMetadata.metadata_for_region(region)


@lru_cache(maxsize=512)
def _rules(region: str) -> _Rules | None:
    """Return the rules of a region; None for no region, and if its numbers differ from a neighbour's by more than a pattern."""
    metadata = _metadata(region)
    if metadata is None:
        return None
    main = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[metadata.country_code][0]
    if region != main and region not in SAME_RULES_AS_MAIN:
        return None
    judges = [metadata] if region == main else [_metadata(main), metadata]
    if metadata.country_code == 1:
        judges = [_metadata(name) for name in ("US", "CA")]
    patterns: dict[tuple[int, ...], list[str]] = {}
    for judge in judges:
        for kind in (
            judge.fixed_line, judge.mobile, judge.toll_free, judge.premium_rate, judge.shared_cost, judge.voip, judge.personal_number,
            judge.pager, judge.uan, judge.voicemail,
        ):  # fmt: skip
            if kind is not None and kind.national_number_pattern:
                patterns.setdefault(tuple(kind.possible_length), []).append(kind.national_number_pattern)
    lengths = {tuple(judge.general_desc.possible_length) for judge in judges}
    general = judges[0].general_desc.national_number_pattern
    simple = metadata.national_prefix if metadata.national_prefix and not metadata.national_prefix_transform_rule else None
    kinds = tuple(
        (of or _shared(lengths), "|".join(f"(?:{pattern})" for pattern in dict.fromkeys(alternatives)))
        for of, alternatives in patterns.items()
    )
    sharing = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[metadata.country_code]
    generals = dict.fromkeys(_metadata(name).general_desc.national_number_pattern for name in sharing)
    of_all = "|".join(f"(?:{pattern})" for pattern in generals)
    others = tuple(name for name in sharing if name != main and name not in SAME_RULES_AS_MAIN)
    return _Rules(
        code=str(metadata.country_code),
        general=_ascii(general),
        general_of_all=_ascii(of_all),
        sharing=others,
        kinds=tuple((of, _ascii(pattern)) for of, pattern in kinds),
        prefix=simple,
        prefix_pattern=_ascii(metadata.national_prefix_for_parsing),
        dialled_abroad=_ascii(metadata.international_prefix),
    )


def _ascii(pattern: Any) -> Any:  # noqa: ANN401 - a pattern, or None
    # In polars' engine \d is every script's digits, which costs ten times as much to compile; ours are ASCII.
    return pattern.replace("\\d", "[0-9]") if pattern else pattern


def _shared(lengths: set[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sorted({length for possible in lengths for length in possible}))


def _by_library(cell: str, country: str) -> Number:
    number, extension = _parse(_without_labels(cell, country), country)
    # The library takes digits after a bare semicolon for an extension.
    if number is not None and extension is not None and len(extension) >= MIN_NUMBER and re.search(rf"[;,]\s*{extension}\b", cell):
        number = None
    if number is None and DIALLED_ABROAD.match(cell):
        number, extension = _parse_dialled_abroad(cell, country)
    if number is not None or re.match(SCIENTIFIC, cell):
        return Number(number, extension, None, in_doubt=number is not None and _has_unknown_words(cell, number))
    bare = without_harmless_words(cell)
    for separators in (SEPARATORS, SLASHES):
        parts = [part for part in separators.split(bare) if part and part.strip()]
        parsed = [_parse(_without_labels(part, country), country) for part in parts]
        if parsed and all(e164 is not None for e164, _ in parsed):
            return _several([(e164, extension) for e164, extension in parsed if e164 is not None])
    matched = _matched(cell, country) or _divided_by_blanks(cell, country)
    return _several(matched) if matched or len(SEPARATORS.split(cell.strip(" ;|,"))) > 1 else _lone(cell, country)


def _find_numbers(cell: str, country: str) -> tuple[list[Any], str]:
    """Return the numbers that the library finds in a text, and the text without them."""
    matches = list(phonenumbers.PhoneNumberMatcher(cell, country if country != NO_REGION else None))
    rest = cell
    for match in matches:
        rest = rest.replace(match.raw_string, " ", 1)
    return matches, rest


def _lone(cell: str, country: str) -> Number:
    """Return the only number of a text with words next to it, in doubt; none if digits are left over that are no hour, day or year."""
    matches, rest = _find_numbers(cell, country)
    if len(matches) != 1 or not re.search(r"[^\W\d_]{2}", rest) or re.search(r"\d{3}", re.sub(r"\b(?:19|20)\d\d\b", " ", rest)):
        return Number(None, None, None)
    number = matches[0].number
    return Number(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), number.extension, None, in_doubt=True)


def _has_unknown_words(cell: str, number: str) -> bool:
    """Return whether there are words next to a number that are not understood; letters may be digits of it ("1-800-FLOWERS")."""
    if not re.search(r"[^\W\d_]{2}", cell) or number[-7:] not in re.sub(r"\D", "", cell):
        return False
    return re.search(r"[^\W\d_]{2}", EXTENSION.sub(" ", LABELS.sub(" ", without_harmless_words(cell)))) is not None


def _several(parsed: list[tuple[str, str | None]]) -> Number:
    if not parsed:
        return Number(None, None, None)
    numbers = list(dict.fromkeys(number for number, _ in parsed))
    return Number(numbers[0], parsed[0][1], ", ".join(numbers[1:]) or None)


def _matched(cell: str, country: str) -> list[tuple[str, str | None]]:
    """Return the numbers that the library finds in a text of at least two ("H: (212) 555-0101 W: (646) 555-0102"), if no digits are left over."""
    matches, rest = _find_numbers(cell, country)
    if len(matches) < MIN_MATCHED or re.search(r"\d", rest):
        return []
    return [(phonenumbers.format_number(m.number, phonenumbers.PhoneNumberFormat.E164), m.number.extension) for m in matches]


def _divided_by_blanks(cell: str, country: str) -> list[tuple[str, str | None]]:
    """Return the two numbers of a cell with a blank between them ("01 23 45 67 89 06 12 34 56 78"), if it can be divided in one way only."""
    if not re.fullmatch(r"[\d\s().\-/+]+", cell):
        return []
    divided = []
    for blank in re.finditer(r"\s+", cell):
        first, second = cell[: blank.start()].strip(" -/"), cell[blank.end() :].strip(" -/")
        if first[:1] != second[:1] and (first[:1] in "0+" or second[:1] in "0+"):
            continue
        if min(sum(map(str.isdigit, part)) for part in (first, second)) < MIN_DIVIDED:
            continue
        numbers = [_parse(part, country) for part in (first, second)]
        if all(number is not None for number, _ in numbers):
            divided.append([(number, extension) for number, extension in numbers if number is not None])
    return divided[0] if len(divided) == 1 else []


def _parse_dialled_abroad(cell: str, country: str) -> tuple[str | None, str | None]:
    """Return the number behind "00", as behind a plus; none where zeros may fill up a number of the country ("003215550101")."""
    rest = DIALLED_ABROAD.sub("", cell, count=1)
    number, extension = _parse(f"+{rest}", country)
    at_home, _ = _parse(rest, country)
    return (number, extension) if at_home in (None, number) else (None, None)


def _without_labels(cell: str, country: str) -> str:
    """Return the cell without labels of its number. The library would read the letters as digits, as on a telephone's keys."""
    if not re.search(r"[^\W\d_]{2}", cell):
        return cell
    bare = LABELS.sub("", without_harmless_words(cell)).strip(" ,;:–—-")
    if bare == cell or _parse(bare, country)[0] is None:
        # Numbers spelt as words ("1-800-FLOWERS") are of North America only.
        number, _ = _parse(cell, country)
        return cell if number is None or number.startswith("+1") else re.sub(r"\(?[^\W\d_]{2,}\.?\)?(?<!ext)(?<!ext\.)", "", cell).strip()
    return bare


def is_number(cell: str, country: str) -> bool:
    """Return whether a cell is one number, in a country (ISO 3166-1 alpha-2)."""
    return _parse(cell, country)[0] is not None


def _parse(cell: str, country: str) -> tuple[str | None, str | None]:
    try:
        number = phonenumbers.parse(cell, country)
    except phonenumbers.NumberParseException:
        return None, None
    if not phonenumbers.is_valid_number(number):
        return None, None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), number.extension


def kinds_not_called(numbers: pl.Series) -> pl.Series:
    """Return the kind of E.164 numbers that are not called: "premium rate", "pager" or "personal" by libphonenumber's patterns; null for others.

    A premium number costs the caller, a pager gives no answer, and a personal number (US 500, GB 070) may be either.
    """
    kinds = pl.Series(numbers.name, [None], dtype=pl.String).new_from_index(0, len(numbers))
    if not numbers.count():
        return kinds
    starts = numbers.str.slice(1, 3).drop_nulls().unique()  # a calling code has one to three digits
    codes = starts.str.extract(_any_calling_code(), 1).drop_nulls().unique()
    for patterns in (_not_called(int(code)) for code in codes):
        if not patterns or not numbers.str.contains("|".join(patterns.values())).any():
            continue
        for kind, pattern in patterns.items():
            of_kind = numbers.str.contains(pattern).fill_null(value=False)
            kinds = kinds.zip_with(~of_kind | kinds.is_not_null(), pl.Series([kind], dtype=pl.String).new_from_index(0, len(numbers)))
    return kinds


def probable_countries(cells: Sequence[str], countries: Iterable[str]) -> list[str]:
    """Return those of `countries` (ISO 3166-1 alpha-2) in which nearly all of the numbers written in `cells` exist, in their order."""
    most = MIN_SHARE_OF_COUNTRY * len(cells)
    return [country for country in countries if cells and sum(_parse(cell, country)[0] is not None for cell in cells) >= most]


@lru_cache(maxsize=256)
def _not_called(code: int) -> dict[str, str]:
    """Return patterns of E.164 numbers of a calling code by kind."""
    patterns_by_kind: dict[str, str] = {}
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code][:1]
    metadata_of_regions = [metadata for region in regions if (metadata := _metadata(region)) is not None]
    for kind, name in (("premium rate", "premium_rate"), ("pager", "pager"), ("personal", "personal_number")):
        patterns = [
            part.national_number_pattern
            for region_metadata in metadata_of_regions
            if (part := getattr(region_metadata, name)) is not None and part.national_number_pattern
        ]
        if patterns:
            patterns_by_kind[kind] = _ascii(rf"^\+{code}(?:" + "|".join(f"(?:{pattern})" for pattern in dict.fromkeys(patterns)) + ")$")
    return patterns_by_kind
