"""A birth date in the future is none, and the note names it, however it is written."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def kept_of(folder, *cells):
    file = folder / "people.csv"
    rows = [f'P Roe,212-555-01{number:02},"{cell}"' for number, cell in enumerate(cells, start=1)]
    file.write_text("\n".join(["Name,Phone,Birth Date", *rows]) + "\n", "utf-8")
    return [(change.column, change.cells, change.examples) for change in validate_file(file, Manifest(), "US").kept]


@pytest.mark.parametrize("cell", ["2087-05-01", "05/01/2087", "1.5.2087", "20870501", "2087-05-01T00:00:00Z", "May 5, 2087", "2024-02-30"])
def test_it_is_noted(tmp_path, cell):
    assert kept_of(tmp_path, "1970-05-01", cell) == [("Birth Date", 1, [(3, cell, "")])]


@pytest.mark.parametrize("cell", ["1970-05-01", "3/14/45", "2001-12-31", ""])
def test_a_day_of_the_past_is_not(tmp_path, cell):
    assert kept_of(tmp_path, cell) == []
