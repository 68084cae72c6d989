"""Errors keep their type and lose the cells in their messages."""

import polars as pl
import pytest

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.orchestration.error_text import StepError, errors_without_cells


class _TextOfRowsError(Exception):
    def __str__(self):
        return "failure cases: 'Ana Lima', ana@example.org"


def raised(error):
    with pytest.raises(Exception) as caught, errors_without_cells():  # noqa: PT011 - whatever comes is looked at
        raise error
    return caught.value


def test_a_value_in_quotes_is_left_out_and_the_type_stays():
    with pytest.raises(pl.exceptions.InvalidOperationError) as caught, errors_without_cells():
        pl.Series(["Zwackelmann"]).cast(pl.Int64)
    assert "Zwackelmann" not in str(caught.value)
    assert "conversion" in str(caught.value)


def test_the_errors_it_came_from_are_cleaned_too():
    cause = ValueError("“Ana Lima” at 212-555-0142")
    error = RuntimeError("could not read 'Ana'")
    error.__cause__ = cause
    assert raised(error) is error
    assert (str(error), str(cause)) == ("could not read …", "… at …42")


def test_an_error_that_makes_its_own_text_is_replaced():
    error = raised(_TextOfRowsError())
    assert isinstance(error, StepError)
    assert str(error) == "_TextOfRowsError: failure cases: …, …@example.org"
    assert error.__suppress_context__


@pytest.mark.parametrize("error", [InfrastructureError("'/srv/henk' is full"), FileNotFoundError(2, "No such file", "'a.csv'")])
def test_errors_of_the_environment_keep_names_and_paths(error):
    text = str(error)
    assert str(raised(error)) == text
