"""Corrections of rows are described with right plurals."""

import pytest

from henk_pipeline.uploads.realign import realign

KINDS = ["text", "email", "date", "number"]


@pytest.mark.parametrize(
    ("cells", "action"),
    [
        (["Ana", "ana@example.org", "2026-01-02", "5"], None),
        (["ana@example.org", "2026-01-02", "5"], "1 cell missing before column 1"),
        (["Ana", "5"], "2 cells missing before column 2"),
        (["Ana", "", "ana@example.org", "2026-01-02", "5"], "1 empty cell too many left out at column 2"),
        (["Ana", "", "", "ana@example.org", "2026-01-02", "5"], "2 empty cells too many left out at column 2"),
    ],
)
def test_the_number_of_cells_has_its_plural(cells, action):
    assert realign(cells, KINDS, ",").action == action
