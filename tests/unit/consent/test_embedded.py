"""Remarks in names, estates, and organisations named like a register."""

import pytest

from henk_pipeline.consent.columns import EMBEDDED
from henk_pipeline.consent.embedded import is_organisation, read_embedded


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Ada Quillon (deceased)", "refused"),
        ("The Estate of Rob Uman", "refused"),
        ("the late Rob Uman", "refused"),
        ("Nachlass Hans Meyer", "refused"),
        ("Rob Uman, estate", "unclear"),
        ("Rob Uman (the estate)", "unclear"),
        ("Rob Uman Estate", "unclear"),
        ("Wijlen de heer Jansen", "unclear"),
        ("Late Mrs. Whitlock", "unclear"),
        ("Erben von Hans Meyer", "unclear"),
        ("Acme Real Estate", None),
        ("Estate", None),
        ("Ada Late", None),
    ],
)
def test_a_name_of_somebody_who_died_is_not_called(cell, expected):
    assert read_embedded(cell, EMBEDDED).phone == expected


@pytest.mark.parametrize(
    ("cell", "acronyms", "expected"),
    [
        ("DNC", None, True),
        ("TPS", None, True),
        ("TPS", {"dnc"}, False),
        ("the DNC", {"dnc"}, True),
        ("DNC list", {"dnc"}, False),
        ("DNC 2024 convention", {"dnc"}, True),
    ],
)
def test_an_organisation_is_named_like_a_register(cell, acronyms, expected):
    assert is_organisation(cell, acronyms) is expected
