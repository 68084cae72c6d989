"""Sentences that say which people refuse calls by the sign at their names."""

import pytest

from henk_pipeline.consent.legends import refusing_marks
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Do not call people marked with *", {"*"}),
        ("Please do not phone anyone with a * after the name", {"*"}),
        ("Names with an (*) are not to be called.", {"*"}),
        ("People with † have died", {"†"}),
        ("Do not call anybody with ** behind the name", {"**"}),
        ("Do not call those with an asterisk", {"*"}),
        ("Mit * gekennzeichnete Personen bitte nicht anrufen", {"*"}),
        ("Personen mit einem * nicht anrufen", {"*"}),
        ("Ne pas appeler les personnes marquées d'un *", {"*"}),
        ("No llamar a las personas marcadas con *", {"*"}),
        ("Personen met een * niet bellen", {"*"}),
        ("Pessoas com * não devem ser contactadas", {"*"}),
        ("Names with * are board members", set()),
        ("Please call donors with a * first", set()),
        ("Ada * Bo", set()),
    ],
)
def test_the_sign_of_a_sentence(line, expected):
    assert refusing_marks([[line]]) == expected


@pytest.mark.parametrize("line", ["Do not call people marked with *", "Please do not phone anyone with a * after the name"])
def test_whom_a_sentence_below_the_table_is_about(tmp_path, line):
    file = tmp_path / "people.csv"
    file.write_text(f"Name,Phone\nAda Quill,212-555-0101\nBo Rand *,212-555-0102\n\n{line}\n")
    leads = validate_file(file, Manifest(), "US").leads.collect()
    assert leads["consent_unclear"].is_not_null().to_list() == [False, True]
