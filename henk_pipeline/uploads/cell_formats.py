"""How the cells of an .xlsx workbook look: colors, bold, italic and underlined text; and which looks a legend explains as a refusal of calls.

No rows are read here, and nothing of conditional formats: they follow from values that stand in the file.
"""

import colorsys
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from xml.parsers import expat

from henk_pipeline.consent.cells import judge
from henk_pipeline.consent.columns import STATED
from henk_pipeline.consent.vocabulary import load_vocabulary, name_words, plain_words
from henk_pipeline.uploads.headers import is_known_name

LENIENT = replace(STATED, lenient=True)
MAX_LEGEND = 160  # characters of a line
A_CONTACT = re.compile(r"@|\d{3}\D{0,2}\d{4}|\d{7}")
MAX_LEGEND_CELLS = 3  # filled cells of a line
# Hues in degrees by name; neighbours overlap, since people draw the line between them differently.
HUES = {
    "red": ((0, 18), (340, 360)), "orange": ((12, 48),), "brown": ((10, 45),), "yellow": ((40, 72),), "green": ((65, 170),),
    "turquoise": ((160, 200),), "blue": ((175, 262),), "purple": ((250, 325),), "pink": ((290, 360), (0, 8)),
}  # fmt: skip
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
HEX = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")


@dataclass(frozen=True)
class Look:
    """How cells of a style look: `fill`, the color behind them as RRGGBB, None for none; `names`: colors and kinds of text in words."""

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


def refusing_looks(lines: Iterable[tuple[Sequence[str], Iterable[str]]], looks: Mapping[str, Look]) -> frozenset[str]:
    """Return the styles whose look a legend explains as a refusal of calls.

    Args:
        lines: By line the texts of its cells, and the styles of its cells that are in `looks`. A legend is "red = do not call", or a colored
            cell in a line that refuses calls.
        looks: As `read_looks` returns them.
    """
    named: set[str] = set()
    fills: set[str] = set()
    for texts, styles in lines:
        if not is_legend(texts):
            continue
        words = plain_words(" ".join(texts))
        if own := {name for name, entries in _format_words().items() if not entries.isdisjoint(words)}:
            named |= own
        else:
            fills |= {fill for style in styles if (fill := looks[style].fill) is not None}
    return frozenset(style for style, look in looks.items() if look.names & named or (look.fill is not None and look.fill in fills))


def is_legend(texts: Sequence[str]) -> bool:
    """Return whether a line of few cells refuses calls, apart from the words for colors and kinds of text in it."""
    filled = [text for text in texts if text.strip()]
    line = " ".join(" ".join(filled).split())
    if not 0 < len(filled) <= MAX_LEGEND_CELLS or len(line) > MAX_LEGEND:
        return False
    if A_CONTACT.search(line) or sum(map(is_known_name, filled)) > 1:
        return False  # a row, or the header
    passed = name_words()["look"].union(*_format_words().values())
    return judge(" ".join(word for word in plain_words(line) if word not in passed), LENIENT).phone is not None


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
        parser = expat.ParserCreate()
        parser.EntityDeclHandler = _refuse_entities
        parser.StartElementHandler = self._start
        parser.EndElementHandler = lambda _: self.path.pop()
        parser.Parse(content, True)
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
            return _tinted(color, values.get("tint", "0"))
        if "indexed" in values and (index := _number(values["indexed"])) < len(INDEXED):
            return INDEXED[index]
        return None


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 6 else 0


def _tinted(color: str, tint: str) -> str:
    """Return a color made lighter or darker by a share (ECMA-376, 18.8.19)."""
    try:
        share = max(-1.0, min(1.0, float(tint)))
    except ValueError:
        return color
    parts = [int(color[at : at + 2], 16) for at in (0, 2, 4)]
    return "".join(f"{round(part * (1 + share)) if share < 0 else round(part + (255 - part) * share):02X}" for part in parts)


def _theme(content: bytes) -> Sequence[str]:
    """Return the colors of a theme in its order, those of Office where it has fewer."""
    found: list[str] = []
    path: list[str] = []

    def start(name: str, values: dict[str, str]) -> None:
        path.append(name.rpartition(":")[2])
        if len(path) > 2 and path[-3] == "clrScheme":
            match = HEX.fullmatch(values.get("lastClr", values.get("val", "")))
            found.append(match[1].upper() if match else "000000")

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = _refuse_entities
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: path.pop()
    parser.Parse(content, True)
    return found if len(found) >= len(OFFICE_THEME) else OFFICE_THEME


def _refuse_entities(*_: object) -> None:
    raise expat.ExpatError("a workbook declares no entities")
