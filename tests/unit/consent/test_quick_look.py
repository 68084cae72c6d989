"""The cheap look at all cells of a column."""

import polars as pl
import pytest

from henk_pipeline.consent import cells as consent_cells
from henk_pipeline.consent.cells import judge_cells, judge_each
from henk_pipeline.consent.columns import STATED, read_column
from henk_pipeline.consent.quick_look import any_of, folded_cells, may_be_code, may_state
from henk_pipeline.consent.tables import judge_table


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


@pytest.mark.parametrize(
    "cell", ["do  not – call", "aramayın", "ønsker ej at blive ringet op", "No TM", "opt_out", "O'PT out", "çall: never, désabonné"]
)
def test_phrases_are_looked_for_whatever_stands_between_their_words(cell):
    assert may_state(pl.Series([cell])).item()


def test_leniency_may_differ_by_cell():
    cells = pl.Series(["no", "no", None], dtype=pl.String)
    assert may_state(cells, lenient=pl.Series([True, False, True])).to_list() == [True, False, None]


def test_all_columns_of_a_short_table_are_looked_at_together(monkeypatch):
    looks = []
    monkeypatch.setattr(consent_cells, "may_state", lambda cells, **options: looks.append(len(cells)) or may_state(cells, **options))
    table = pl.DataFrame({f"Remark {number}": ["moved away", "do not call"] for number in range(20)})
    judged = judge_table(table, dict.fromkeys(table.columns, STATED))
    assert judged.frame["do_not_call"].to_list() == [False, True]
    assert looks == [40]


def test_columns_judged_together_have_the_verdicts_of_each_alone(monkeypatch):
    cells = ["do not call", "NP", "no", "Anna Berg", "deceased", None, "2024-05-01", "y", "no calls please, she says"]
    columns = [
        (pl.Series(name, cells[number:] + cells[:number]), column)
        for number, name in enumerate(("Notes", "Solicit Code", "Do Not Call", "Status", "City", "Phone consent"))
        for column in [read_column(name) or STATED]
    ]
    alone = [judge_cells(*column).to_dict(as_series=False) for column in columns]
    for most in (1, 20, 10_000):
        monkeypatch.setattr(consent_cells, "MAX_LOOKED_AT", most)
        assert [verdicts.to_dict(as_series=False) for verdicts in judge_each(columns)] == alone
    assert list(judge_each([])) == []
