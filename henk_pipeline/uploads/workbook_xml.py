"""The XML parts of workbooks, read event by event."""

import zipfile
from collections.abc import Callable
from xml.parsers import expat

Start = Callable[[str, dict[str, str]], object]
End = Callable[[str], object]
Text = Callable[[str], object]


def new_parser(start: Start, end: End | None = None, text: Text | None = None) -> expat.XMLParserType:
    """Return a parser that calls these functions. Its methods raise expat.ExpatError for a damaged part and for one that declares entities.

    Args:
        start: Takes the name of an element that begins and its attributes.
        end: Takes the name of an element that ends.
        text: Takes text between elements, in one piece if no element divides it.
    """
    parser = expat.ParserCreate()
    # No entity is ever expanded: a workbook declares none, and a bomb is made of them.
    parser.EntityDeclHandler = _refuse_entities
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    if text is not None:
        parser.buffer_text = True
        parser.CharacterDataHandler = text
    return parser


def parse_content(content: bytes, start: Start, end: End | None = None) -> None:
    """Parse a complete part. Arguments and errors as `new_parser`."""
    new_parser(start, end).Parse(content, True)


def parse_member(archive: zipfile.ZipFile, member: str, start: Start, end: End | None = None, text: Text | None = None) -> None:
    """Parse a member of an archive block by block. Arguments and errors as `new_parser`."""
    parser = new_parser(start, end, text)
    with archive.open(member) as file:
        parser.ParseFile(file)


def _refuse_entities(*_: object) -> None:
    raise expat.ExpatError("a workbook declares no entities")
