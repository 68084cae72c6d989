"""What was paid is given; what was pledged, or is still due, is not."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

TOTALS = [
    ("Pledge Amount,Amount Paid", "1000,250", 250), ("Amount Paid,Pledge Amount", "250,1000", 250), ("Balance Due,Amount Paid", "1000,250", 250),
    ("Pledge Amount", "1000", None), ("Balance Due", "1000", None), ("Paid Amount,Pledge Amount", "250,1000", 250), ("Amount,Amount Paid", "1000,250", 250),
    ("Gesamtbetrag", "45", 45), ("Spendentotal", "45", 45),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "cells", "total"), TOTALS)
def test_what_was_paid_is_the_total(tmp_path, columns, cells, total):
    file = tmp_path / "people.csv"
    file.write_text(f"First Name,Phone,{columns}\nAnn,212-555-0101,{cells}\n")
    (lead,) = validate_file(file, Manifest(), "US").leads.collect().to_dicts()
    assert lead["total_gifts"] == total
