"""The cheap look at all cells of a column."""

import polars as pl
import pytest

from henk_pipeline.consent.columns import read_column
from henk_pipeline.consent.quick_look import any_of, folded_cells, may_be_code, may_state


@pytest.mark.parametrize(
    "cell", ["do not call", "he passed", "No need to call", "Wijlen de heer Jansen", "obit †", "unsubcribed", "Rob Uman Estate", "(estate)"]
)
def test_what_may_refuse_is_looked_at(cell):
    assert may_state(pl.Series([cell])).item()


@pytest.mark.parametrize("cell", ["gala 2024", "ring again in May", "Springfield", "12.50"])
def test_most_cells_are_not_looked_at(cell):
    assert not may_state(pl.Series([cell])).item()


def test_an_empty_cell_is_neither():
    assert may_state(pl.Series([None], dtype=pl.String)).to_list() == [None]


def test_short_codes_are_looked_at_in_columns_of_codes_only():
    cells = pl.Series(["NP", "a long text that is no code"])
    assert may_be_code(cells, read_column("Solicit Code")).to_list() == [True, False]
    assert may_be_code(cells, read_column("Shoe size")).to_list() == [False, False]


def test_a_list_is_searched_for_its_entries():
    cells = folded_cells(pl.Series(["NM, NP", "Sí", "snap"]))
    assert cells.str.contains(any_of(frozenset({"np", "si"}))).to_list() == [True, True, False]
