"""Every file of the hostile corpus is read right, or refused with the right reason."""

import csv
import io
from pathlib import Path

import pytest

from henk_pipeline.uploads.reading import open_table, write_table
from henk_pipeline.uploads.unpacking import UnreadableFileError
from tests.fixtures.hostile import Case, cases

CASES = {case.name: case for case in cases()}


def test_the_corpus_is_large():
    assert len(CASES) >= 150


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_is_read_right_or_refused_with_the_reason(tmp_path: Path, name: str):
    case: Case = CASES[name]
    path = tmp_path / "upload.csv"
    path.write_bytes(case.content)
    if case.refused is not None:
        with pytest.raises(UnreadableFileError, match=case.refused), open_table(path) as reading:
            list(reading.chunks())
        return
    with open_table(path) as reading:
        write_table(reading, tmp_path / "parsed.csv")
        left_out, realigned = [part.why for part in reading.left_out], len(reading.realigned)
    csv.field_size_limit(2**31 - 1)
    parsed = list(csv.reader(io.StringIO((tmp_path / "parsed.csv").read_bytes().decode(), newline="")))
    expected = [*([case.header] if case.header is not None else []), *(case.rows or [])]
    assert parsed[:3] == expected[:3]  # shown first, for a diff that can be read
    differing = [(got, want) for got, want in zip(parsed, expected, strict=False) if got != want]
    assert differing[:2] == []
    assert len(parsed) == len(expected)
    assert left_out == list(case.left_out)
    assert realigned == case.realigned
