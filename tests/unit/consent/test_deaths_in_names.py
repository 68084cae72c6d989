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
        "deceased-Ann Lee", "zzz-deceased Ann Lee", "Ann Lee-deceased", "RIP Ann Lee", "Ann Lee (1920-2020)", "Ann Lee (+)", "Ann Lee Estate c/o Bob Ray",
        "Est. of Ann Lee", "Estate: Ann Lee", "Heirs of Ann Lee", "In memory of Ann Lee", "DON'T CALL Ann Lee", "verst. Anna Klein", "+ Anna Klein",
        "Anna Klein (+2020)", "Anna Klein KEINE ANRUFE", "Jean Roy DCD", "Succession Roy Jean", "Hoirie Roy", "śp. Jan Kot", "Ś.P. Jan Kot", "Jan Kot zmarł",
        "Spadkobiercy Jana Kota", "Juan Gil QEPD", "D.E.P. Juan Gil", "Nabestaanden Jan Berg",
    ],
)  # fmt: skip
def test_nobody_is_called_whose_name_says_that_they_died_or_refuse(name):
    assert judge_cells(pl.Series([name, "Bo Rand"]), NAMES)["phone"].to_list()[0] in ("refused", "unclear")


def test_parts_of_a_name_say_it_too(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("First Name,Last Name,Phone\nRIP Ann,Lee,212-555-0101\nAnn,Lee-Deceased,212-555-0102\nBo,Rand,212-555-0103\n")
    leads = validate_file(file, Manifest(), "US").leads.collect()
    assert leads["do_not_call"].to_list() == [True, True, False]


@pytest.mark.parametrize(
    "name",
    [
        "Rip Torn",
        "Estelle Lee",
        "Heir Apparent",
        "Jan Zmarzly",
        "Ann Lee Real Estate",
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
