"""From bytes to text: what a file is by its content, and its encoding. No delimiters, no rows."""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

SAMPLE = 2**18

# First bytes of what people upload under a .csv name, with what to do about it (the signatures are the formats' own).
KINDS = (
    (b"%PDF", "a PDF document", "Export the table as CSV from the program the PDF was made with."),
    (b"\x89PNG", "a PNG picture", "Upload the table itself, not a picture of it."),
    (b"\xff\xd8\xff", "a JPEG picture", "Upload the table itself, not a picture of it."),
    (b"GIF8", "a GIF picture", "Upload the table itself, not a picture of it."),
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive", "Save the sheet as CSV (File, Save As, CSV UTF-8), or unpack the archive."),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", "Save the sheet as CSV (File, Save As, CSV UTF-8)."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it and upload the CSV inside."),
    (b"SQLite format 3", "an SQLite database", "Export the table as CSV."),
    (b"PAR1", "a Parquet file", "Export the table as CSV."),
)
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


WESTERN_ENCODINGS = ("cp1252", "mac_roman", "cp850", "cp437")
WESTERN_LETTERS = set("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßŒœºª")
WESTERN_SIGNS = set("‘’“”–—…€£©®°·«»¡¿§ \u00a0")
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
PLAUSIBLE = 0.9


class UnreadableFileError(ValueError):
    """A file that is no table of text; the message says what it is and what to do."""


@dataclass(frozen=True)
class Decoded:
    """A file's text and the name of the encoding it was in."""

    text: str
    encoding: str


def decode(content: bytes) -> Decoded:
    """The text of `content`, its encoding found by what it holds. NUL characters are left out: no text has them.

    Raises: UnreadableFileError for what is no text, and for an empty file.
    """
    for signature, what, remedy in KINDS:
        if content.startswith(signature):
            raise UnreadableFileError(f"This is {what}, not a CSV file, whatever its name says. {remedy}")
    if content.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise UnreadableFileError("This is a web page, not a CSV file: the export may need a login. Download the CSV itself.")
    text, encoding = _decode(content)
    text = text.removeprefix("\ufeff").replace("\0", "")
    if not text.strip():
        raise UnreadableFileError("The file is empty.")
    return Decoded(text, encoding)


def _decode(content: bytes) -> tuple[str, str]:
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), encoding.removesuffix("-sig")
    wide = _wide_encoding(content[:SAMPLE])
    if wide:
        return content.decode(wide, errors="replace"), wide
    try:
        return content.decode("utf-8"), "ascii" if content.isascii() else "utf-8"
    except UnicodeDecodeError:
        pass
    if _mostly_utf8(content):
        return content.decode("utf-8", errors="henk.windows-1252"), "utf-8"
    encoding = _single_byte_encoding(content)
    return content.decode(encoding, errors="replace"), encoding


def _wide_encoding(sample: bytes) -> str | None:
    """UTF-16 without a mark: in a table of mostly Latin text every other byte is NUL."""
    pairs = len(sample) // 2
    if pairs < 2 or sample.count(0) < pairs * 0.4:
        return None
    return "utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"


def _mostly_utf8(content: bytes) -> bool:
    """UTF-8 with a few strays in it (rows pasted from elsewhere), rather than a single-byte encoding."""
    kept = content.decode("utf-8", errors="ignore")
    multibyte = sum(1 for character in kept if character > "\x7f")
    strays = len(content) - len(kept.encode("utf-8"))
    return multibyte > strays


def _single_byte_encoding(content: bytes) -> str:
    """The likeliest of the single-byte encodings, judged on the lines that hold other than ASCII."""
    telling = b"\n".join(line for line in content.splitlines() if not line.isascii())[:SAMPLE]
    # In this order: of encodings that read equally well, Windows-1252 is what spreadsheets nearly always write.
    shares = {encoding: _share_of_plausible(telling.decode(encoding, errors="replace")) for encoding in WESTERN_ENCODINGS}
    likeliest = max(shares, key=lambda encoding: shares[encoding])
    if shares[likeliest] >= PLAUSIBLE:
        return likeliest
    other = from_bytes(telling).best()
    return other.encoding if other is not None else likeliest


def _share_of_plausible(text: str) -> float:
    """The share of non-ASCII characters that stand where Western languages put them.

    A wrong encoding shows as symbols within words and capitals after small letters: MacRoman's "José" is "JosŽ" in Windows-1252.
    """
    judged = [
        (found.group() in WESTERN_LETTERS and not (found.group().isupper() and text[found.start() - 1 : found.start()].islower()))
        or (found.group() in WESTERN_SIGNS and not _within_word(text, found.start()))
        or (found.group() == "’" and _within_word(text, found.start()))
        for found in NOT_ASCII.finditer(text)
    ]
    return sum(judged) / len(judged) if judged else 1.0


def _within_word(text: str, position: int) -> bool:
    return text[position - 1 : position].isalpha() and text[position + 1 : position + 2].isalpha()


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", errors="replace"), error.end


codecs.register_error("henk.windows-1252", _windows_1252)
