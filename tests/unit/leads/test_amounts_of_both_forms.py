"""A column with decimal commas and points: what reads by itself is read, and `1.500` is no amount for certain: it is kept as text and reported."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def read_amounts(folder, *cells, **options):
    file = folder / "people.csv"
    rows = [f'P Roe,{number:03}@q.example,"{cell}"' for number, cell in enumerate(cells)]
    file.write_text("\n".join(["Name,Email,Total Gifts", *rows]) + "\n", "utf-8")
    validated = validate_file(file, Manifest(**options), "US")
    leads = validated.leads.collect().sort("email")
    return leads["total_gifts"].to_list(), [(change.column, change.cells) for change in validated.kept]


def test_amounts_of_one_reading_are_read(tmp_path):
    assert read_amounts(tmp_path, "1.500,00", "1,500.00") == ([1500, 1500], [])


@pytest.mark.parametrize("cell", ["1.500", "1,500", "$1.500"])
@pytest.mark.parametrize(
    "others", [("1.500,00", "2,500.00"), ("1.500,00", "2.500,00", "3,500.00"), ("12,50", "12.50", "9.99")], ids=" ".join
)
def test_an_amount_of_two_readings_is_kept_as_text(tmp_path, cell, others):
    amounts, kept = read_amounts(tmp_path, cell, *others)
    assert amounts[0] is None
    assert ("Total Gifts", 1 + sum(amount is None for amount in amounts[1:])) in kept


@pytest.mark.parametrize(
    ("others", "expected"), [(("1.500,00", "2.500,00"), 1500), (("2.500,00",) * 30 + ("2,500.00",), 1500), (("12.50", "9.99"), None)]
)
def test_one_form_decides(tmp_path, others, expected):
    assert read_amounts(tmp_path, "1.500", *others)[0][0] == (expected or pytest.approx(1.5))


def test_the_locale_of_a_manifest_decides(tmp_path):
    amounts, kept = read_amounts(tmp_path, "1.500", "1.500,00", "2,500.00", locale="de")
    assert (amounts, kept) == ([1500, 1500, 2500], [])
