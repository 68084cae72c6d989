"""Words that stand for an empty cell, and those of them that are names. Reads schemas/upload/cells.toml."""

import re
import tomllib
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field

from henk_pipeline.settings import schemas_folder

# "Err:502" (LibreOffice), "########" (a column too narrow for its number).
ERROR_SHAPES = ("err:[0-9]{3}", "#{3,}")


def _bracketed(words: list[str]) -> str:
    """Return a pattern of cells that are one of these words, in any case, with brackets or other signs around it."""
    return rf"(?i)^[\s(<\[*-]*(?:{'|'.join(map(re.escape, words))})[\s)>\].!*-]*$"


class EmptyWords(BaseModel):
    """Cells that hold nothing, in lower case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    placeholders: list[str] = Field(min_length=1)
    spreadsheet_errors: list[str] = Field(min_length=1)
    no_contact: list[str] = Field(min_length=1)
    no_ids: list[str] = Field(min_length=1)
    bounced: list[str] = Field(min_length=1)
    wrong_addresses: list[str] = Field(min_length=1)
    email_remarks: list[str] = Field(min_length=1)
    mailboxes: list[str] = Field(min_length=1)

    @property
    def pattern(self) -> str:
        """A pattern of cells that hold nothing."""
        return rf"(?i)^(?:{'|'.join([*map(re.escape, [*self.placeholders, *self.spreadsheet_errors]), *ERROR_SHAPES])})$"

    @property
    def contacts(self) -> str:
        """A pattern of cells of addresses and numbers that say there is none."""
        return _bracketed(self.no_contact)

    @property
    def ids(self) -> str:
        """A pattern of cells of ids that say there is none: several people have them."""
        words = sorted({*self.no_ids, *self.no_contact, *self.placeholders})
        return rf"(?i)^[\s(<\[]*(?:{'|'.join(map(re.escape, words))})[\s)>\]]*$|^\s*(?:-1|0+|9{{6,}})\s*$"

    @property
    def addresses(self) -> str:
        """A pattern of e-mail addresses that are nobody's."""
        words = "|".join(map(re.escape, self.mailboxes))
        return rf"(?i)^(?:{words})@(?:{words})\.[a-z]{{2,}}(?:\.[a-z]{{2}})?$"

    @property
    def errors(self) -> str:
        """A pattern of cells that show a failed formula."""
        return rf"(?i)^\s*(?:{'|'.join([*map(re.escape, self.spreadsheet_errors), *ERROR_SHAPES])})\s*$"


class Names(BaseModel):
    """Placeholders that are names, as they are written then, and `placeholders` that stand for a name only, in lower case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    surnames: list[str]
    given_names: list[str]
    placeholders: list[str] = Field(min_length=1)

    @property
    def pattern(self) -> str:
        """A pattern of cells of names that name nobody, also where the given and the family name are one cell ("Info Requested Info Requested")."""
        words = "|".join(map(re.escape, self.placeholders))
        return _bracketed(self.placeholders) + rf"|(?i)^(?:(?:{words})\s+)+(?:{words})$"


class Gifts(BaseModel):
    """States of a gift and beginnings of kinds of payments, in lower case.

    Attributes:
        given: States in which money came.
        not_given: States in which none came.
        refunded: States in which it went back.
        refunds: Kinds of rows by which money goes back.
        moved: Beginnings of kinds of payments that no person gives.
        moved_without_name: The same in rows without a name.
        promised: Kinds of gifts that are promised only, and of promises that are given up.
        adjustments: Kinds of rows that correct the books.
        no: Cells of a column of yes and no that mean no.
        yes: Those that mean yes.
        tests: Cells of payments of tests.
        live: Cells of other payments.
        open_amounts: Names of columns of amounts that leave open whether each row is a gift.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    given: list[str]
    not_given: list[str]
    refunded: list[str]
    refunds: list[str]
    moved: list[str] = Field(min_length=1)
    moved_without_name: list[str] = Field(min_length=1)
    promised: list[str]
    adjustments: list[str]
    no: list[str]
    yes: list[str]
    tests: list[str]
    live: list[str]
    open_amounts: list[str]

    @property
    def pattern_of_moved(self) -> str:
        """A pattern of kinds of payments that no person gives."""
        return rf"(?i)^(?:{'|'.join(map(re.escape, self.moved))})(?:\b|[^\w]|_|s\b|$)"

    @property
    def pattern_of_moved_without_name(self) -> str:
        """A pattern of kinds of payments that no person gives, of rows without a name."""
        return rf"(?i)^(?:{'|'.join(map(re.escape, self.moved_without_name))})$"


class Sections(BaseModel):
    """Words of headings among the rows. uploads/section_headings.py uses them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: list[str]


class Lines(BaseModel):
    """Words of lines that are no rows, which uploads/layout.py reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instructions: list[str] = Field(min_length=1)
    helps: list[str] = Field(min_length=1)
    helps_of: list[str] = Field(min_length=1)
    below_questions: list[str] = Field(min_length=1)
    samples: list[str] = Field(min_length=1)
    for_example: list[str] = Field(min_length=1)
    sample_rows: list[str] = Field(min_length=1)
    closing: list[str] = Field(min_length=1)
    closing_alone: list[str] = Field(min_length=1)
    pages: list[str] = Field(min_length=1)
    page_of: list[str] = Field(min_length=1)
    staff: list[str] = Field(min_length=1)
    of_staff: list[str] = Field(min_length=1)


class EmailWords(BaseModel):
    """Words that stand for the signs of an e-mail address, in lower case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: list[str] = Field(min_length=1)
    dot: list[str] = Field(min_length=1)


class CellWords(BaseModel):
    """`cells.toml` as it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    empty: EmptyWords
    names: Names
    gifts: Gifts
    sections: Sections
    lines: Lines
    emails: EmailWords


@lru_cache(maxsize=1)
def load_cell_words() -> CellWords:
    """Return the validated table schemas/upload/cells.toml."""
    return CellWords.model_validate(tomllib.loads((schemas_folder() / "upload" / "cells.toml").read_text("utf-8")))
