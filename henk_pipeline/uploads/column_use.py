"""What a column is used for, and why: the answer of `headers.map_columns`."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from henk_pipeline.consent.columns import ConsentColumn
from henk_pipeline.uploads.known_names import Meaning

By = Literal["name", "role", "system", "content", "manifest"]


class ColumnUse(BaseModel):
    """The use of a column.

    Attributes:
        column: The column of the file.
        field: The field of a lead; None if the column is kept as a custom field.
        meaning: How a cell becomes the value of the field.
        own: Whether Henk added the column, which is left out then.
        consent: How its cells are read for refusals; None if nothing in them may be one.
        kind_column: The column that names the kind of number it holds.
        kind_in_notes: Whether that is a column of notes about its numbers.
        code_columns: The columns that name the country of its numbers.
        area_column: The column of the area code.
        extension_column: The column of the extension.
        exchange_column: The column of the digits before the last four, if this column holds only the last four.
        rank: Which of several columns of a field counts first.
        family_first: Whether its whole names begin with the family name.
        by: The reason for the mapping; None for custom fields.
    """

    model_config = ConfigDict(frozen=True)

    column: str
    field: str | None
    meaning: Meaning = "value"
    own: bool = False
    consent: ConsentColumn | None = None
    kind_column: str | None = None
    code_columns: tuple[str, ...] = ()
    area_column: str | None = None
    extension_column: str | None = None
    exchange_column: str | None = None
    kind_in_notes: bool = False
    rank: int = 0
    family_first: bool = False
    by: By | None = None


class Candidate(BaseModel):
    """A column that could have been a field and is not, with the reason."""

    model_config = ConfigDict(frozen=True)

    column: str
    field: str
    reason: str


class Mapping(BaseModel):
    """Every column of a file in order, what each is used for, and the system the file comes from (None: not recognised).

    `notes`: in words, where several columns were for one field, and what was recognised by content only. `candidates`: columns that were
    considered for a field and not taken. `questions`: those of the notes that only a person can answer. `numbers_not_read`: columns of numbers
    to call of which the names do not say whose they are, next to one that is the person's.
    """

    model_config = ConfigDict(frozen=True)

    uses: list[ColumnUse]
    system: str | None
    notes: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    questions: tuple[str, ...] = ()
    numbers_not_read: tuple[str, ...] = ()

    def reasons(self) -> list[dict[str, object]]:
        """Return for every column that is used: column, field, what the mapping rests on, and the candidates that were not taken."""
        return [
            {
                "column": use.column,
                "field": use.field,
                "by": use.by,
                "rejected": [
                    {"column": candidate.column, "reason": candidate.reason}
                    for candidate in self.candidates
                    if candidate.field == use.field
                ],
            }
            for use in self.uses
            if use.field is not None
        ]

    def by_column(self) -> dict[str, str | None]:
        """Return column of the file → field, or None where it is kept as a custom field."""
        return {use.column: use.field for use in self.uses}
