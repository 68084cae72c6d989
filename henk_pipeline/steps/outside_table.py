"""Lines of a file outside its table: what stands above, below and between the rows, and on other sheets."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

import polars as pl

from henk_pipeline.consent.legends import MAX_LINES, Legend, bear_codes, bear_marks, is_legend_of_marks, read_legend, refusing_marks
from henk_pipeline.consent.sentences import NamedRefusal, name_rows, names_of, refused_in_sheets, refusing_sentences
from henk_pipeline.consent.titles import find_refusal
from henk_pipeline.consent.vocabulary import answer_key, answers
from henk_pipeline.leads import fields
from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.uploads.cell_formats import is_plain_legend
from henk_pipeline.uploads.reading import Reading
from henk_pipeline.uploads.roles import NAME_FIELDS

# Fields in whose cells a code of a legend may stand in brackets: "Ada Quillon (D)".
CODED_FIELDS = {*NAME_FIELDS, *fields.PHONE_FIELDS}
LEGEND, SENTENCE = "Legend of the file", "Sentence of the file"
SHEET = "Sheet of the file"
MAX_LINES_OUTSIDE, MAX_LINES_OF_SHEET = 500, 200  # in which legends and sentences are looked for
NO_TITLE_BELOW = re.compile(r"(?i)\d|^(?:to |click |please )?(?:unsubscribe|opt out)\b")  # counts, and how to leave a mailing


@dataclass(frozen=True)
class Outside:
    """The lines outside the table that concern its rows.

    `legend` explains codes; `marks`: those that a legend explains as a refusal; `sentences`: refusals for a
    person they name; `title`: a line below the table that refuses calls for all its people; `sheets`: number,
    sheet and cells of the rows of sheets of people who refuse calls; `names`: those in them, as `names_of`
    returns them; `colors`: legends of colors that are not known in such a file; `above`: by the first line of a
    chunk the heading that holds above it; `has_sections`: the table begins with a heading of a section.
    """

    legend: Legend = field(default_factory=Legend)
    marks: frozenset[str] = frozenset()
    sentences: tuple[NamedRefusal, ...] = ()
    title: str | None = None
    colors: tuple[str, ...] = ()
    sheets: Sequence[tuple[int, str, list[str]]] = ()
    names: pl.DataFrame = field(default_factory=lambda: names_of(()))
    above: dict[int, str] = field(default_factory=dict)
    has_sections: bool = False

    @property
    def codes(self) -> frozenset[str]:
        """The codes that refuse calls."""
        return self.legend.refusing

    def questions(self, table: pl.DataFrame, columns: list[ColumnMeaning], normalised: pl.DataFrame) -> Iterator[pl.Series]:
        """Yield for each row the reason why its person is not called until a person decides, null without such a reason."""
        if self.marks:
            marked = pl.DataFrame([bear_marks(table, self.marks)])
            yield marked.select(pl.when("marked").then(pl.lit(f"{LEGEND}: {' '.join(sorted(self.marks))}"))).to_series()
        named_columns = [use.column for use in columns if use.field in CODED_FIELDS]
        if self.codes and named_columns:
            coded = pl.DataFrame([bear_codes(table.select(named_columns), self.codes)])
            yield coded.select(pl.when("coded").then(pl.lit(f"{LEGEND}: {' '.join(sorted(self.codes))}"))).to_series()
        if self.sentences:
            named = name_rows(normalised.select("first_name", "last_name"), self.sentences)
            yield named.to_frame("sentence").select(pl.format("{}: {}", pl.lit(SENTENCE), "sentence")).to_series()
        if self.names.height:
            listed = refused_in_sheets(normalised.select("first_name", "last_name"), self.names)
            yield listed.to_frame("sheet").select(pl.format("{}: {}", pl.lit(SHEET), "sheet")).to_series()


def read_outside(reading: Reading, lone: list[list[str]], columns: Sequence[str]) -> Outside:
    """Read the lines that are no rows: above and below the table, and in other sheets. A line of groups is part of the names of the columns."""
    outside = list(reading.outside.values())
    lines = list(
        islice(
            chain(
                (line for line in islice(reading.titles, MAX_LINES_OUTSIDE) if not _are_groups(line, [*columns, *reading.header])),
                lone,
                outside[:MAX_LINES_OUTSIDE],
                outside[MAX_LINES_OUTSIDE:][-MAX_LINES_OUTSIDE:],
                _lines_of_sheets(reading),
            ),
            MAX_LINES,
        )
    )
    below = [cells[0].strip() for cells in map(_filled, outside) if len(cells) == 1]
    title = find_refusal([line for line in below if not NO_TITLE_BELOW.search(line) and not is_legend_of_marks(line)], exclusive=True)
    sheets = list(_rows_of_refusing_sheets(reading))
    colors = () if reading.has_looks else tuple(" ".join(map(str.strip, cells)) for cells in map(_filled, lines) if is_plain_legend(cells))
    return Outside(
        read_legend(lines), refusing_marks(lines), refusing_sentences(lines), title, colors, sheets, names_of(row[1:] for row in sheets)
    )


def _lines_of_sheets(reading: Reading) -> Iterator[list[str]]:
    """Yield the first lines of each other sheet: a legend stands there, and may stand behind a long sheet."""
    seen: Counter[str] = Counter()
    for sheet, cells in reading.other_sheets():
        seen[sheet] += 1
        if seen[sheet] <= MAX_LINES_OF_SHEET:
            yield cells


def _are_groups(cells: Sequence[str], columns: Sequence[str]) -> bool:
    """Return whether the cells of a line above the table head its columns ("Do Not" over "Do Not Call" and "Do Not Mail")."""
    groups = [" ".join(cell.split()) for cell in _filled(cells)]
    return bool(groups) and all(any(f" {group} " in f" {column} " for column in columns) for group in groups)


def _filled(cells: Sequence[str]) -> list[str]:
    return [cell for cell in cells if cell.strip()]


def _rows_of_refusing_sheets(reading: Reading) -> Iterator[tuple[int, str, list[str]]]:
    """Yield the number, the sheet and the cells of rows of other sheets that are lists of who refuses calls, but for those with an answer "no"."""
    refusing: dict[str, bool] = {}
    for number, (sheet, row) in enumerate(reading.other_sheets(), start=1):
        if sheet not in refusing:
            refusing[sheet] = find_refusal([sheet], exclusive=True) is not None
        if refusing[sheet] and not any(answer_key(cell) in answers()["no"] for cell in row):
            yield number, sheet, row
