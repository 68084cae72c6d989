"""A row whose kind says refund is subtracted, whatever its sign; other kinds are gifts."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def amounts_of(tmp_path, header, kinds, amounts=(50, 20)):
    path = tmp_path / "a.csv"
    rows = [f"Ana Ash,ana@q.example,2025-01-0{day},{amount},{kind}" for day, amount, kind in zip((2, 5), amounts, kinds, strict=True)]
    path.write_text("\n".join([f"Name,Email,Date,Amount,{header}", *rows]) + "\n", "utf-8")
    validated = validate_file(path, Manifest(), "US", scratch=tmp_path, names=("a.csv", "a"))
    assert validated.error is None
    leads = validated.leads.collect().rows(named=True)
    return [lead["gift_amount"] for lead in leads], [lead["gift_count"] for lead in leads]


@pytest.mark.parametrize("header", ["Type", "Payment Type", "Transaction Type", "Gift Type"])
@pytest.mark.parametrize(
    "kinds", [("Donation", "Refund"), ("Sale", "refund"), ("Charge", "Refund"), ("Payment", "Chargeback"), ("Gift", "Erstattung")]
)
def test_a_refund_is_subtracted(tmp_path, header, kinds):
    assert amounts_of(tmp_path, header, kinds) == ([50, -20], [1, 0])


def test_a_negative_refund_stays_negative(tmp_path):
    assert amounts_of(tmp_path, "Type", ("Donation", "Refund"), (50, -20)) == ([50, -20], [1, 0])


@pytest.mark.parametrize("kinds", [("Donation", "Donation"), ("Sale", "Sale"), ("Donation", "Refund policy donation"), ("Card", "Check")])
def test_other_kinds_are_gifts(tmp_path, kinds):
    assert amounts_of(tmp_path, "Type", kinds) == ([50, 20], [1, 1])
