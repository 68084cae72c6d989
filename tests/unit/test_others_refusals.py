"""The number of another person of the row who refuses calls is not called, also where the person has it."""

import polars as pl
import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

SPOUSE = "+12075550102"


def refused_numbers(tmp_path, header, row):
    (tmp_path / "a.csv").write_text(f"{header}\n{row}\nAnn Moss,2075550190,,,,\n", "utf-8")
    upload = validate_file(tmp_path / "a.csv", Manifest(), "US", scratch=tmp_path)
    assert upload.rows_rejected == 0, upload.error
    opt_outs = upload.opt_outs.collect() if isinstance(upload.opt_outs, pl.LazyFrame) else upload.opt_outs
    return sorted(opt_outs["value"])


@pytest.mark.parametrize(
    "header",
    [
        "Name,Phone,Spouse,Spouse Phone,Do Not Call,Spouse Do Not Call",
        "Name,Phone,Partner Name,Partner Phone,Do Not Call,Partner DNC",
        "Name,Phone,Spouse Name,Spouse Mobile,DNC,Spouse No Calls",
        "Name,Phone,Emergency Contact,Emergency Contact Phone,Do Not Call,Emergency Contact Do Not Call",
    ],
)
def test_whoever_else_refuses_calls_is_not_called(tmp_path, header):
    assert refused_numbers(tmp_path, header, "Ruth Amberg,2075550101,Carl,2075550102,No,Yes") == [SPOUSE]
    assert refused_numbers(tmp_path, header, "Ruth Amberg,2075550101,Carl,2075550102,No,No") == []
    assert refused_numbers(tmp_path, header, "Ruth Amberg,2075550101,Carl,2075550102,Yes,No") == ["+12075550101"]
    assert refused_numbers(tmp_path, header, "Ruth Amberg,2075550102,Carl,2075550102,No,Yes") == [SPOUSE]


def test_a_permission_of_another_person_that_is_withheld_refuses(tmp_path):
    header = "Name,Phone,Spouse,Spouse Phone,May We Call,Spouse May We Call"
    assert refused_numbers(tmp_path, header, "Ruth Amberg,2075550101,Carl,2075550102,Yes,No") == [SPOUSE]


def test_what_another_person_says_about_e_mails_ends_no_calls(tmp_path):
    header = "Name,Phone,Spouse,Spouse Phone,Do Not Call,Spouse Do Not Email"
    assert refused_numbers(tmp_path, header, "Ruth Amberg,2075550101,Carl,2075550102,No,Yes") == []
