"""A promise that is given up and a correction of the books are no gifts and no refunds; a column `Gift` next to `Date` holds a gift a row."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def gifts_of(folder, text):
    """Return the sum of the gifts of all rows, and how many they are."""
    file = folder / "people.csv"
    file.write_text(text, "utf-8")
    leads = validate_file(file, Manifest(), "US").leads.collect()
    return leads["gift_amount"].sum(), leads["gift_count"].sum()


@pytest.mark.parametrize("header", ["Type", "Gift Type", "Transaction Type"])
@pytest.mark.parametrize("amount", ["20", "-20"])
@pytest.mark.parametrize(
    "kind", ["Write-off", "Write Off", "WRITEOFF", "Pledge Write-Off", "MG Write Off", "Adjustment", "Pledge", "Abschreibung", "Correction"]
)
def test_a_write_off_changes_no_sum(tmp_path, header, amount, kind):
    text = (
        f"Name,Email,Date,Amount,{header}\nAna Ash,ana@q.example,2025-01-02,50,Donation\nAna Ash,ana@q.example,2025-01-05,{amount},{kind}\n"
    )
    assert gifts_of(tmp_path, text) == (50, 1)


@pytest.mark.parametrize(
    ("kind", "expected"), [("Refund", (30, 1)), ("Pledge Payment", (70, 2)), ("Cash", (70, 2)), ("Write-in gift", (70, 2))]
)
def test_other_kinds_count(tmp_path, kind, expected):
    text = f"Name,Email,Date,Amount,Type\nAna Ash,ana@q.example,2025-01-02,50,Donation\nAna Ash,ana@q.example,2025-01-05,20,{kind}\n"
    assert gifts_of(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("amount", "date"),
    [("Gift", "Date"), ("Donation", "Date"), ("Gift", "Gift Date"), ("Contribution", "Date"), ("Spende", "Datum"), ("Don", "Date")],
)
def test_a_row_a_gift_is_added(tmp_path, amount, date):
    assert gifts_of(
        tmp_path, f"Name,Email,{amount},{date}\nAna Ash,ana@q.example,50,2025-01-02\nAna Ash,ana@q.example,20,2025-01-05\n"
    ) == (70, 2)


@pytest.mark.parametrize("cells", [("Tote bag", "Mug"), ("Yes", "No")])
def test_words_in_a_column_gift_are_kept(tmp_path, cells):
    file = tmp_path / "people.csv"
    file.write_text(
        f"Name,Email,Gift,Date\nAna Ash,ana@q.example,{cells[0]},2025-01-02\nBo Ek,bo@q.example,{cells[1]},2025-01-05\n", "utf-8"
    )
    leads = validate_file(file, Manifest(), "US").leads.collect().sort("email")
    assert [cell in fields for cell, fields in zip(cells, leads["custom_fields"], strict=True)] == [True, True]
    assert leads["gift_amount"].to_list() == [None, None]
