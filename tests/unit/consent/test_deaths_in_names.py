"""Remarks next to names which say that the person may have died."""

from dataclasses import replace

import polars as pl
import pytest

from henk_pipeline.consent.cells import judge_cells
from henk_pipeline.consent.columns import EMBEDDED
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

NAMES = replace(EMBEDDED, people=True)


@pytest.mark.parametrize(
    "remark",
    [
        "(Late)", "(late)", "(the late)", "- late", "(dec.)", "(Dec)", "- passed", "-passed", "; passed", "(d.)", "(expired)",
        "(passed 2020)", "(selig)", "(heimgegangen)", "(tot)", "(feu)", "(décéd.)", "(mort)", "(q.e.p.d.)", "(finado)", "(wijlen)",
        "(overl.)", "(dood)", "(in heaven)",
    ],
)  # fmt: skip
def test_a_remark_is_asked_about(remark):
    verdicts = judge_cells(pl.Series([f"Ada Quill {remark}", "Bo Rand"]), NAMES)
    assert verdicts["phone"].to_list() == ["unclear", None]


@pytest.mark.parametrize(
    "remark",
    ["(verst.)", "(decd)", "(overleden)", "(fallecida)", "(décédée)", "(defunta)", "- passed away", "(passed on)", "(no longer with us)"],
)
def test_a_remark_that_says_it_for_certain_refuses(remark):
    assert judge_cells(pl.Series([f"Ada Quill {remark}", "Bo Rand"]), NAMES)["phone"].to_list() == ["refused", None]


@pytest.mark.parametrize(
    "name",
    [
        "Rob Late",
        "Late Bloomer",
        "Sue Passed",
        "Anna (Mort)",
        "Zoe Dow (Fall)",
        "Ida Dow-Late",
        "Ann Dow (Late Night)",
        "Anna D.",
        "Tod, Anna",
    ],
)
def test_a_name_is_no_remark(name):
    assert judge_cells(pl.Series([name, "Bo Rand"]), NAMES)["phone"].to_list() == [None, None]


def test_a_remark_is_no_last_name(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("Name,Phone\nDi Dow - passed,212-555-0101\nBo Rand,212-555-0102\nAda Quill (Late),212-555-0103\n")
    leads = validate_file(file, Manifest(), "US").leads.collect()
    assert leads["last_name"].to_list() == ["Dow", "Rand", "Quill"]
    assert leads["consent_unclear"].is_not_null().to_list() == [True, False, True]
