"""The looks of a workbook's cells (.xlsx, .ods): colors, bold, italic and underlined text; the looks that a legend explains as a refusal.

No rows are read, and no conditional formats: they follow from values that stand in the file.
"""

import colorsys
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from henk_pipeline.consent.cells import judge
from henk_pipeline.consent.columns import STATED
from henk_pipeline.consent.statements import read_statement
from henk_pipeline.consent.vocabulary import load_vocabulary, name_words, plain_words
from henk_pipeline.uploads.known_names import is_known_name
from henk_pipeline.uploads.workbook_xml import new_parser, parse_content

LENIENT = replace(STATED, lenient=True)
MAX_LEGEND = 160  # characters of a line
A_CONTACT = re.compile(r"@|\d{3}\D{0,2}\d{4}|\d{7}")
MAX_LEGEND_CELLS = 3  # filled cells of a line
# Hues in degrees by name; neighbours overlap, since people draw the line between them differently.
HUES = {
    "red": ((0, 18), (340, 360)), "orange": ((12, 48),), "brown": ((10, 45),), "yellow": ((40, 72),), "green": ((65, 170),),
    "turquoise": ((160, 200),), "blue": ((175, 262),), "purple": ((250, 325),), "pink": ((290, 360), (0, 8)),
}  # fmt: skip
CENTERS = {
    "red": 0, "orange": 30, "brown": 25, "yellow": 56, "green": 120, "turquoise": 180, "blue": 222, "purple": 280, "pink": 335,
}  # fmt: skip
PALE, PALE_IS_PINK = 0.8, 40
ENTRIES = re.compile(r"\s*[;,|\n]\s*|\s+/\s+|(?<=\w)\.\s+")
BETWEEN_LOOKS = {"and", "or", "und", "oder", "et", "ou", "y", "o", "e", "en", "of"}
# Words next to colors that stand in other sentences as often: "text only", "in", "is".
LOOSE_LOOKS = {
    "in",
    "with",
    "text",
    "means",
    "is",
    "are",
    "light",
    "dark",
    "bright",
    "name",
    "names",
    "namen",
    "fond",
    "row",
    "cell",
    "hell",
}
LEGEND_SIGN = re.compile(r"^\W*\w+(?:\s\w+)?\s*[=:–—-]")
MIN_SATURATION, DARK, LIGHT = 0.12, 0.15, 0.92
# The first 64 of the colors that old files name by number (ECMA-376, 18.8.27).
INDEXED = (
    "000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF "
    * 2
    + "800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF 000080 FF00FF FFFF00 00FFFF "
    "800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 "
    "003366 339966 003300 333300 993300 993366 333399 333333"
).split()
OFFICE_THEME = ["000000", "FFFFFF", "44546A", "E7E6E6", "4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47", "0563C1", "954F72"]
# A theme lists dark before light, and cells name light before dark.
THEME_ORDER = (1, 0, 3, 2, 4, 5, 6, 7, 8, 9, 10, 11)
HASH_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
BLOCK, MAX_STYLES, MAX_PARENTS = 2**16, 20_000, 5
HEX = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")


@dataclass(frozen=True)
class Look:
    """The look of the cells of a style: `fill`, the color behind them as RRGGBB, None for none; `names`: colors and kinds of text in words."""

    fill: str | None = None
    names: frozenset[str] = frozenset()


def read_looks(archive: zipfile.ZipFile, names: dict[str, str]) -> dict[str, Look]:
    """Return the looks of the styles of a workbook that are not plain, by the style's number as cells write it.

    Args:
        archive: The workbook.
        names: The names of its members, as `sheets.real_names` returns them.

    Raises:
        expat.ExpatError: The styles are damaged, or declare entities.
    """
    if "xl/styles.xml" not in names:
        return {}
    theme = _theme(archive.read(names["xl/theme/theme1.xml"])) if "xl/theme/theme1.xml" in names else OFFICE_THEME
    return _Styles(theme).read(archive.read(names["xl/styles.xml"]))


def read_document_looks(archive: zipfile.ZipFile) -> dict[str, Look]:
    """Return the looks of the styles of an OpenDocument workbook that are not plain, by the style's name.

    Args:
        archive: The workbook.

    Raises:
        expat.ExpatError: The workbook is damaged, or declares entities.
    """
    styles = _DocumentStyles()
    for member in ("styles.xml", "content.xml"):
        if member in archive.namelist():
            styles.read(archive, member)
    return styles.looks()


def refusing_looks(lines: Iterable[tuple[Sequence[str], Iterable[str]]], looks: Mapping[str, Look]) -> frozenset[str]:
    """Return the styles whose look a legend explains as a refusal of calls.

    Args:
        lines: By line the texts of its cells, and the styles of its cells that are in `looks`. A legend is "red = do not call", or a colored
            cell in a line that refuses calls.
        looks: As `read_looks` returns them.
    """
    refusing: set[str] = set()
    explained: set[str] = set()
    fills: set[str] = set()
    for texts, styles in lines:
        entries = explained_looks(texts)
        explained.update(*(names for names, _ in entries))
        if not is_legend(texts):
            continue
        if entries:
            refusing.update(*(names for names, meaning in entries if _refuses(meaning)))
        else:
            fills |= {fill for style in styles if (fill := looks[style].fill) is not None}
    harmless = explained - refusing
    return frozenset(
        style
        for style, look in looks.items()
        if (look.names & refusing and not _is_rather(look, harmless, refusing)) or (look.fill is not None and look.fill in fills)
    )


def _is_rather(look: Look, harmless: set[str], refusing: set[str]) -> bool:
    """Return whether a color with several names is nearer to one that a legend explains as harmless: pure red to "red", not to "pink"."""
    if look.fill is None or not look.names & harmless:
        return False
    names = sorted(name for name in look.names & (harmless | refusing) if name in CENTERS)
    return bool(names) and min(names, key=lambda name: _distance(look.fill or "", name)) in harmless


def _distance(color: str, name: str) -> float:
    """Return how far a color is from the middle of those of a name: degrees of hue, and pale ones are rather pink than red."""
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, lightness, _ = colorsys.rgb_to_hls(red, green, blue)
    apart = abs(hue * 360 - CENTERS[name]) % 360
    return min(apart, 360 - apart) + (PALE_IS_PINK if name == "red" and lightness > PALE else 0)


def explained_looks(texts: Sequence[str]) -> list[tuple[frozenset[str], str]]:
    """Return the colors and kinds of text that a line explains, each with the words of its own meaning.

    A meaning stands after its color ("red = do not call, green = ok"), or before it where the line begins with one ("do not call: red").
    """
    filled = [text for text in texts if text.strip()]
    for entries in (_entries_of(" ".join(filled)), [" ".join(filled)]):
        pairs_by_entry = [_in_order(entry) for entry in entries if entry.strip()]
        if pairs_by_entry and all(len(pairs) == 1 for pairs in pairs_by_entry):
            return [pair for pairs in pairs_by_entry for pair in pairs]
    return _in_order(" ".join(filled))


def _entries_of(line: str) -> list[str]:
    return ENTRIES.split(line)


def _in_order(text: str) -> list[tuple[frozenset[str], str]]:
    """Return the looks and meanings of a text by the order of its words; a look without a meaning has none."""
    groups: list[tuple[str, list[str]]] = []  # runs of looks and runs of other words
    for word in plain_words(text):
        names = [name for name, entries in _format_words().items() if word in entries]
        if not names and (word in name_words()["look"] or word in BETWEEN_LOOKS):
            continue
        kind = "look" if names else "meaning"
        if groups and groups[-1][0] == kind:
            groups[-1][1].extend(names or [word])
        else:
            groups.append((kind, list(names or [word])))
    kinds = [kind for kind, _ in groups]
    if "look" not in kinds or "meaning" not in kinds:
        return []
    if kinds[0] == "meaning" and kinds[-1] == "meaning":
        # "Do not call those in red please": one meaning around one color.
        looks = [frozenset(words) for kind, words in groups if kind == "look"]
        return [(frozenset().union(*looks), " ".join(word for kind, words in groups if kind == "meaning" for word in words))]
    pairs = groups if kinds[0] == "look" else groups[::-1]
    return [(frozenset(look[1]), " ".join(meaning[1])) for look, meaning in zip(pairs[::2], pairs[1::2], strict=False)]


def _refuses(meaning: str) -> bool:
    return judge(meaning, LENIENT).phone is not None


def is_legend(texts: Sequence[str]) -> bool:
    """Return whether a line of few cells refuses calls, without the words for colors and kinds of text in it."""
    filled = [text for text in texts if text.strip()]
    line = " ".join(" ".join(filled).split())
    if not 0 < len(filled) <= MAX_LEGEND_CELLS or len(line) > MAX_LEGEND:
        return False
    if A_CONTACT.search(line) or sum(map(is_known_name, filled)) > 1:
        return False  # a row, or the header
    if entries := explained_looks(filled):
        return any(_refuses(meaning) for _, meaning in entries)
    passed = name_words()["look"].union(*_format_words().values())
    return _refuses(" ".join(word for word in plain_words(line) if word not in passed))


def is_plain_legend(texts: Sequence[str]) -> bool:
    """Return whether a line is plainly a legend of looks that refuses calls ("red = do not call"), no sentence about a person called Brown."""
    filled = [text.strip() for text in texts if text.strip()]
    line = (" = " if len(filled) == 2 else " ").join(filled)[: MAX_LEGEND + 1]
    words = plain_words(line)
    is_marked = not {*words}.isdisjoint(name_words()["look"] - BETWEEN_LOOKS - LOOSE_LOOKS)
    is_marked |= any(before in ("in", "en", "em") and names_look([word]) for before, word in pairwise(words))
    begins = LEGEND_SIGN.search(line) is not None and names_look(words[:1])
    if not (is_marked or begins) or not is_legend(filled):
        return False
    return any(_refuses(meaning) and not read_statement(meaning).unknown for _, meaning in explained_looks([line]))


def is_only_legend(texts: Sequence[str]) -> bool:
    """Return whether a line is a legend and nothing else, no row of a table that refuses calls: one cell, or a color and its meaning."""
    filled = [text for text in texts if text.strip()]
    return is_legend(texts) and (len(filled) == 1 or (len(filled) == 2 and any(names_look([text]) for text in filled)))


def names_look(texts: Sequence[str]) -> bool:
    """Return whether a line names a color or a kind of text."""
    words = plain_words(" ".join(texts))
    return any(not entries.isdisjoint(words) for entries in _format_words().values())


@lru_cache(maxsize=1)
def _format_words() -> dict[str, frozenset[str]]:
    return {
        name: frozenset(word for entry in entries for word in plain_words(entry)) for name, entries in load_vocabulary().formats.items()
    }


def color_names(color: str) -> frozenset[str]:
    """Return the names that people may give a color (RRGGBB); none for black, white and what is nearly so."""
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    chroma = max(red, green, blue) - min(red, green, blue)
    if chroma < MIN_SATURATION * 0.5 or saturation < MIN_SATURATION:
        return frozenset({"grey"}) if DARK < lightness < LIGHT else frozenset()
    return frozenset(name for name, ranges in HUES.items() if any(low <= hue * 360 <= high for low, high in ranges))


class _Styles:
    """The part of a workbook that lists fonts, fills and formats (ECMA-376, 18.8)."""

    def __init__(self, theme: Sequence[str]) -> None:
        self.theme = theme
        self.path: list[str] = []
        self.fonts: list[set[str]] = []
        self.fills: list[str | None] = []
        self.is_solid = False
        self.looks: dict[str, Look] = {}
        self.formats = 0

    def read(self, content: bytes) -> dict[str, Look]:
        parse_content(content, self._start, lambda _: self.path.pop())
        return self.looks

    def _start(self, name: str, values: dict[str, str]) -> None:
        self.path.append(name.rpartition(":")[2])
        place = tuple(self.path[-3:])
        if place[-2:] == ("fonts", "font"):
            self.fonts.append(set())
        elif place[:2] == ("fonts", "font") and self.fonts:
            self._font(place[2], values)
        elif place[-2:] == ("fills", "fill"):
            self.fills.append(None)
        elif place[-1] == "patternFill":
            self.is_solid = values.get("patternType") not in (None, "none", "gray125")
        elif place[-1] == "fgColor" and self.is_solid and self.fills and "fills" in self.path:
            self.fills[-1] = self._color(values)
        elif place[-2:] == ("cellXfs", "xf"):
            self._format(values)

    def _font(self, kind: str, values: dict[str, str]) -> None:
        is_on = values.get("val", "1") not in ("0", "false", "none")
        if kind == "color" and (color := self._color(values)) is not None:
            self.fonts[-1] |= color_names(color)
        elif kind in ("b", "i", "u") and is_on:
            self.fonts[-1].add({"b": "bold", "i": "italic", "u": "underlined"}[kind])

    def _format(self, values: dict[str, str]) -> None:
        font, fill = _number(values.get("fontId")), _number(values.get("fillId"))
        color = self.fills[fill] if fill < len(self.fills) else None
        if color is not None and not color_names(color):
            color = None
        names = (self.fonts[font] if font < len(self.fonts) else set()) | (color_names(color) if color else frozenset())
        if names:
            self.looks[str(self.formats)] = Look(color, frozenset(names))
        self.formats += 1

    def _color(self, values: dict[str, str]) -> str | None:
        """Return a color as RRGGBB; None where it is automatic."""
        if (match := HEX.fullmatch(values.get("rgb", ""))) is not None:
            return match[1].upper()
        if "theme" in values and (theme := _number(values["theme"])) < len(self.theme):
            color = self.theme[THEME_ORDER[theme] if theme < len(THEME_ORDER) else theme]
            return _tint(color, values.get("tint", "0"))
        if "indexed" in values and (index := _number(values["indexed"])) < len(INDEXED):
            return INDEXED[index]
        return None


class _DocumentStyles:
    """The styles of cells of an OpenDocument workbook (OpenDocument 1.3, part 3, 16.2); a style looks as its parent where it says nothing."""

    def __init__(self) -> None:
        self.name: str | None = None
        self.parents: dict[str, str] = {}
        self.fills: dict[str, str | None] = {}
        self.fonts: dict[str, set[str]] = {}

    def read(self, archive: zipfile.ZipFile, member: str) -> None:
        parser = new_parser(self._start, self._end)
        with archive.open(member) as file:
            # The styles stand before the rows, which are not read here.
            while (block := file.read(BLOCK)) and b"<table:table-row" not in block:
                parser.Parse(block)
            start, _, _ = block.partition(b"<table:table-row")
            parser.Parse(start)

    def _start(self, name: str, values: dict[str, str]) -> None:
        if name == "style:style" and values.get("style:family") == "table-cell" and len(self.fonts) < MAX_STYLES:
            self.name = values.get("style:name", "")
            self.parents[self.name] = values.get("style:parent-style-name", "")
            self.fonts.setdefault(self.name, set())
        elif self.name is None:
            return
        elif name == "style:table-cell-properties" and (color := values.get("fo:background-color")) is not None:
            self.fills[self.name] = color[1:].upper() if HASH_HEX.fullmatch(color) else None
        elif name == "style:text-properties":
            if HASH_HEX.fullmatch(color := values.get("fo:color", "")):
                self.fonts[self.name] |= color_names(color[1:])
            if values.get("fo:font-weight") in ("bold", "700", "800", "900"):
                self.fonts[self.name].add("bold")
            if values.get("fo:font-style") in ("italic", "oblique"):
                self.fonts[self.name].add("italic")
            if values.get("style:text-underline-style", "none") != "none":
                self.fonts[self.name].add("underlined")

    def _end(self, name: str) -> None:
        if name == "style:style":
            self.name = None

    def looks(self) -> dict[str, Look]:
        looks_by_style = {}
        for name in self.fonts:
            color, fonts, style = None, set(self.fonts[name]), name
            for _ in range(MAX_PARENTS):
                if style in self.fills:
                    color = self.fills[style]
                    break
                style = self.parents.get(style, "")
                fonts |= self.fonts.get(style, set())
            color = color if color is not None and color_names(color) else None
            names = fonts | (color_names(color) if color else frozenset())
            if names:
                looks_by_style[name] = Look(color, frozenset(names))
        return looks_by_style


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 6 else 0


def _tint(color: str, tint: str) -> str:
    """Return a color made lighter or darker by a share (ECMA-376, 18.8.19)."""
    try:
        share = max(-1.0, min(1.0, float(tint)))
    except ValueError:
        return color
    parts = [int(color[at : at + 2], 16) for at in (0, 2, 4)]
    return "".join(f"{round(part * (1 + share)) if share < 0 else round(part + (255 - part) * share):02X}" for part in parts)


def _theme(content: bytes) -> Sequence[str]:
    """Return the colors of a theme in its order, those of Office where it has fewer."""
    colors: list[str] = []
    path: list[str] = []

    def start(name: str, values: dict[str, str]) -> None:
        path.append(name.rpartition(":")[2])
        if len(path) > 2 and path[-3] == "clrScheme":
            match = HEX.fullmatch(values.get("lastClr", values.get("val", "")))
            colors.append(match[1].upper() if match else "000000")

    parse_content(content, start, lambda _: path.pop())
    return colors if len(colors) >= len(OFFICE_THEME) else OFFICE_THEME
