"""All text of a file, also the parts that no import reads: all sheets, hidden rows, title lines, second tables, comments."""

import codecs
import html
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

import polars as pl

from henk_pipeline.uploads.decoding import decode
from henk_pipeline.uploads.unpacking import BLOCK, MAX_WORKBOOK, UnreadableFileError, iter_cells, unpack

LINES_AT_ONCE = 50_000
ARCHIVES = ("gzip", "zip")
# The ends of a paragraph, comment, cell or name; the letters between the tags before it are one text, even if they are formatted differently.
TEXT_ENDS = re.compile(
    r"</(?:\w+:)?(?:comment|threadedComment|annotation|si|c|p|row|table-cell|f|definedName|\w*Header|\w*Footer|title|subject|description|keywords"
    r"|creator|author|lastModifiedBy|displayName|person|Manager|Company|Application|lpstr)>"
)
TAG = re.compile(r"<[^>]*>")
# Links, tooltips and names of people are attributes.
ATTRIBUTE = re.compile(r"=(?:\"([^\"<]*)\"|'([^'<]*)')")
NAMES_A_CONTACT = re.compile(r"@|(?:\d\D{0,3}){7}")
# Texts of the binary formats: bytes of Latin-1, or UTF-16 of the same letters.
LATIN_1, UTF_16 = re.compile(rb"[\x20-\x7e\xa0-\xff]{6,}"), re.compile(rb"(?:[\x20-\x7e\xa0-\xff]\0){6,}")


def iter_lines(path: Path) -> Iterator[pl.Series]:
    """Yield the lines of a file; of a workbook the rows of every sheet, their cells between tabs, then its texts outside of cells.

    Args:
        path: A file as it was received: text in any encoding, a workbook, or one of them packed.

    Yields:
        Series of text, `LINES_AT_ONCE` lines each at most.

    Raises:
        UnreadableFileError: The file is no table, or an archive with other files in it that are not looked into.
        OSError: The file cannot be opened.
    """
    with tempfile.TemporaryDirectory(prefix="henk-reading-") as folder:
        scratch = Path(folder)
        unpacked = unpack(path, scratch)
        packed_in, _, kind = (unpacked.container or "").rpartition(", ")
        if kind and kind not in ARCHIVES:
            workbook = scratch / "unpacked" if packed_in else path
            yield from _batches("\t".join(cells) for _, cells in iter_cells(workbook))
            yield from _batches(_iter_other_texts(workbook))
        elif unpacked.passed_over:
            raise UnreadableFileError("The archive holds several files.")
        else:
            decoded = decode(unpacked.path, scratch)
            with decoded.path.open(encoding="utf-8", errors="replace") as file:
                yield from _batches(file)


def _batches(lines: Iterable[str]) -> Iterator[pl.Series]:
    following = iter(lines)
    while batch := list(islice(following, LINES_AT_ONCE)):
        yield pl.Series(batch, dtype=pl.String)


def _iter_other_texts(workbook: Path) -> Iterator[str]:
    """Yield the texts of a workbook that are no values of cells: comments, notes, links, formulas, headers, drawings, properties.

    Raises:
        UnreadableFileError: It holds other documents, or more than a workbook can.
    """
    if not zipfile.is_zipfile(workbook):
        with workbook.open("rb") as file:
            yield from _iter_binary(file)
        return
    with zipfile.ZipFile(workbook) as archive:
        if sum(part.file_size for part in archive.infolist()) > 2 * MAX_WORKBOOK:
            raise UnreadableFileError("The workbook unpacks to more than a workbook can hold.")
        for part in archive.infolist():
            name = part.filename.lower()
            if "/embeddings/" in name or name.startswith("object "):
                raise UnreadableFileError("The workbook holds another document.")
            with archive.open(part) as file:
                if name.endswith((".xml", ".rels", ".vml")):
                    yield from _iter_xml(file)
                elif name.endswith(".bin"):
                    yield from _iter_binary(file)


def _iter_xml(file: IO[bytes]) -> Iterator[str]:
    """Yield the texts of an XML document, each without its tags, and the attributes that may name a contact."""
    block = file.read(BLOCK)
    decoder = codecs.getincrementaldecoder("utf-16" if block.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")(errors="replace")
    rest = ""
    while block:
        *texts, rest = TEXT_ENDS.split(rest + decoder.decode(block))
        if len(rest) > 16 * BLOCK:  # one text without an end
            texts, rest = [*texts, rest], ""
        for text in texts:
            yield from _texts_and_attributes(text)
        block = file.read(BLOCK)
    yield from _texts_and_attributes(rest)


def _texts_and_attributes(text: str) -> Iterator[str]:
    yield html.unescape(TAG.sub("", text))
    attributes = (html.unescape(double or single) for tag in TAG.findall(text) for double, single in ATTRIBUTE.findall(tag))
    yield from (attribute for attribute in attributes if NAMES_A_CONTACT.search(attribute))


def _iter_binary(file: IO[bytes]) -> Iterator[str]:
    """Yield the texts of a binary document; one that is divided between two blocks comes complete with the second."""
    rest = b""
    while block := file.read(16 * BLOCK):
        content = rest + block
        yield from (text.decode("latin-1") for text in LATIN_1.findall(content))
        for start in (0, 1):  # UTF-16 may begin at an odd byte
            yield from (text.decode("utf-16-le") for text in UTF_16.findall(content[start:]))
        rest = content[-1000:]
