"""From bytes to UTF-8: the encoding of a file, by its content. No delimiters, no rows."""

import codecs
import re
from pathlib import Path
from typing import NamedTuple

from charset_normalizer import from_bytes

from henk_pipeline.uploads.unpacking import UnreadableFileError

BLOCK = 2**22
SAMPLE = 2**18
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
NAMED_BY_MARK = {"utf-16-le": "utf-16", "utf-16-be": "utf-16", "utf-32-le": "utf-32", "utf-32-be": "utf-32"}

WESTERN_ENCODINGS = ("cp1252", "mac_roman", "cp850", "cp437")
WESTERN_LETTERS = set("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßŒœºª")
WESTERN_SIGNS = set("‘’“”–—…€£©®°·«»¡¿§ \u00a0")
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
PLAUSIBLE = 0.9
# The error handler for bytes within UTF-8 that are none of it: rows pasted from elsewhere, in what spreadsheets write.
STRAYS = "henk.windows-1252"


class DecodedFile(NamedTuple):
    """A file of UTF-8 without byte order mark and NUL characters, and the name of the encoding it was in."""

    path: Path
    encoding: str
    skip: int = 0  # bytes before the text: a mark of a file that is used as it is


def decode(path: Path, scratch: Path) -> DecodedFile:
    """Return a file's text as UTF-8: the file itself if it is UTF-8 already, else a file in `scratch`.

    NUL characters are left out: no text has them. Memory is bounded for a file of any size.

    Args:
        path: The file.
        scratch: A folder for the decoded file.

    Raises:
        UnreadableFileError: The file is empty, or its bytes are no text.
        OSError: The file cannot be read, or the decoded one not be written.
    """
    with path.open("rb") as file:
        first = file.read(SAMPLE)
    if not first.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        _refuse_blank(path)
    for mark, encoding in BYTE_ORDER_MARKS:
        if first.startswith(mark):
            if encoding == "utf-8":
                break
            return _transcode(path, scratch, encoding, NAMED_BY_MARK[encoding], skip=len(mark))
    else:
        mark = b""
        wide = _wide_encoding(first)
        if wide:
            return _transcode(path, scratch, wide, wide)
    while first[len(mark) :].startswith(codecs.BOM_UTF8):  # a file made of files
        mark += codecs.BOM_UTF8
    seen = _look_through(path)
    if seen.control_share > 0.1:
        raise UnreadableFileError("The file holds bytes that are no text. Export the table as CSV (UTF-8).")
    if seen.is_utf8 and not seen.has_nul:
        # Bytes that are none of UTF-8 may still come in a big file; STRAYS is how they are read.
        return DecodedFile(path, "ascii" if seen.is_ascii and not mark else "utf-8", len(mark))
    if seen.is_utf8 or mark or _mostly_utf8(seen.telling):
        return _transcode(path, scratch, "utf-8", "utf-8", skip=len(mark), errors=STRAYS)
    encoding = _single_byte_encoding(seen.telling)
    return _transcode(path, scratch, encoding, encoding)


class _ByteProfile(NamedTuple):
    """Facts of a file's bytes that decide its encoding."""

    is_ascii: bool
    is_utf8: bool
    has_nul: bool
    telling: bytes  # lines that hold other than ASCII, at most SAMPLE bytes of them
    control_share: float


def _look_through(path: Path) -> _ByteProfile:
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_ascii = is_utf8 = True
    has_nul = False
    telling = b""
    controls = looked = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            has_nul = has_nul or b"\0" in block
            if looked < SAMPLE:
                looked += len(block[:SAMPLE])
                controls += len(block[:SAMPLE].translate(None, bytes(range(32, 256)) + b"\t\r\n\f\v\x1a\x1c\x1d\x1e\x1f"))
            if is_utf8 and not is_ascii:
                continue  # UTF-8 so far, with letters beyond ASCII: all other bytes are strays, decoded when they are read
            if block.isascii() and is_utf8:
                # Also where a character was cut off by the block before: then this block is none of UTF-8.
                is_utf8 = not decoder.getstate()[0]
                continue
            is_ascii = False
            if len(telling) < SAMPLE:
                telling += b"\n".join(line for line in block.splitlines() if not line.isascii())[:SAMPLE] + b"\n"
            if is_utf8:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    is_utf8 = False
    if is_ascii and decoder.getstate()[0]:
        is_utf8 = False
    return _ByteProfile(is_ascii, is_utf8, has_nul, telling, controls / max(looked, 1))


def _refuse_blank(path: Path) -> None:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if block.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
                return
    raise UnreadableFileError("The file is empty.")


def _transcode(path: Path, scratch: Path, encoding: str, name: str, *, skip: int = 0, errors: str = "replace") -> DecodedFile:
    target = scratch / "decoded"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    with path.open("rb") as source, target.open("w", encoding="utf-8", errors="replace", newline="") as file:
        source.seek(skip)
        while block := source.read(BLOCK):
            file.write(decoder.decode(block).replace("\0", ""))
        file.write(decoder.decode(b"", final=True).replace("\0", ""))
    return DecodedFile(target, name)


def _wide_encoding(sample: bytes) -> str | None:
    """Detect UTF-16 without a mark: in a table of mostly Latin text every other byte is NUL. None for another encoding."""
    pairs = len(sample) // 2
    if pairs < 2 or sample.count(0) < pairs * 0.4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if min(even, odd) > 0.1 * max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _mostly_utf8(telling: bytes) -> bool:
    """Return whether bytes are UTF-8 with a few strays (rows pasted from elsewhere), rather than a single-byte encoding."""
    kept = telling.decode("utf-8", errors="ignore")
    multibyte = sum(1 for character in kept if character > "\x7f")
    strays = len(telling) - len(kept.encode("utf-8"))
    return multibyte > strays


def _single_byte_encoding(telling: bytes) -> str:
    """Return the likeliest of the single-byte encodings, judged on the lines that hold other than ASCII."""
    telling = telling[:SAMPLE]
    # In this order: of encodings that read equally well, Windows-1252 is what spreadsheets nearly always write.
    shares = {encoding: _share_of_plausible(telling.decode(encoding, errors="replace")) for encoding in WESTERN_ENCODINGS}
    likeliest = max(shares, key=lambda encoding: shares[encoding])
    if shares[likeliest] >= PLAUSIBLE:
        return likeliest
    other = from_bytes(telling).best()
    return other.encoding if other is not None else likeliest


def _share_of_plausible(text: str) -> float:
    """Return the share of non-ASCII characters that stand where Western languages put them.

    A wrong encoding shows as symbols within words and capitals after small letters: MacRoman's "José" is "JosŽ" in Windows-1252.
    """
    judged = [
        (match.group() in WESTERN_LETTERS and not (match.group().isupper() and text[match.start() - 1 : match.start()].islower()))
        or (match.group() in WESTERN_SIGNS and not _within_word(text, match.start()))
        or (match.group() == "’" and _within_word(text, match.start()))
        for match in NOT_ASCII.finditer(text)
    ]
    return sum(judged) / len(judged) if judged else 1.0


def _within_word(text: str, position: int) -> bool:
    return text[position - 1 : position].isalpha() and text[position + 1 : position + 2].isalpha()


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", errors="replace"), error.end


codecs.register_error(STRAYS, _windows_1252)
