"""`henk check` counts what `henk import` into a business without leads counts, and refuses what it refuses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from henk_pipeline.cli.checking import check_file
from tests.integration.uploading import add_business, upload

HENK = Path(sys.executable).with_name("henk")
LIKELY = """First Name,Last Name,Email,Phone,Street,City,State,ZIP,Birthdate
Annabel,Whitfield,annabel@example.org,,12 Maple Street,Portland,ME,04101,1961-03-04
Anabel,Whitfield,,(207) 555-0142,12 Maple St,Portland,ME,04101,1961-03-04
Annabel,Whitfield,annabel@example.org,(207) 555-0143,12 Maple Street,Portland,ME,04101,1961-03-04
Bo,Ro,bo@example.org,,,,,,
Cy,Ng,bad,,,,,,
"""
FILES = {
    "all new": "Email,Phone\nana@example.org,(212) 555-0101\nbo@example.org,\n",
    "duplicates by address": "Email,Phone\nana@example.org,(212) 555-0101\nana@example.org,(212) 555-0102\nbo@example.org,\n",
    "duplicates by name and home": LIKELY,
    "some rejected": "Email\nana@example.org\nbad\nbo@example.org\nana@example.org\ncy@example.org\n",
    "most rejected": "Email\nbad\nworse\nana@example.org\n",
    "no rows": "Email\n",
    "nothing": "",
    "no contact": "Shoe size\n38\n39\n",
    "not a table": "%PDF-1.4",
}
COUNTS = ("rows_read", "rows_accepted", "rows_rejected", "rows_duplicate")


@pytest.mark.parametrize("content", FILES.values(), ids=FILES.keys())
def test_check_and_import_count_the_same_and_refuse_the_same(connection, settings, tmp_path, content):
    add_business(connection)
    path = tmp_path / "people.csv"
    outcome = upload(connection, tmp_path, content)
    record = check_file(path, "US", None)
    assert [record[name] for name in COUNTS] == [getattr(outcome, name) for name in COUNTS]
    assert record["error"] == outcome.error


@pytest.mark.parametrize("manifest", ["suppressions = true", "update = 'fill'", "max_rejected = 0", "default_country = 'DE'"])
def test_they_agree_under_a_manifest(connection, settings, tmp_path, manifest):
    import tomllib  # noqa: PLC0415

    add_business(connection)
    outcome = upload(connection, tmp_path, LIKELY, **tomllib.loads(manifest))
    (tmp_path / "people.csv.toml").write_text(manifest)
    record = check_file(tmp_path / "people.csv", "US", None)
    assert [record[name] for name in COUNTS] == [getattr(outcome, name) for name in COUNTS]
    assert record["error"] == outcome.error


def check(*arguments, home):
    return subprocess.run(
        [HENK, "check", *map(str, arguments)], capture_output=True, text=True, env={**os.environ, "HENK_HOME": str(home)}, check=False
    )


@pytest.mark.parametrize(
    ("content", "manifest", "code"),
    [
        (FILES["all new"], None, 0),
        (FILES["some rejected"], None, 0),
        (FILES["most rejected"], None, 1),
        (FILES["all new"], "lists = 3", 1),
        (FILES["all new"], "list =", 1),
        (FILES["all new"], 'list_column = "Team"', 1),
    ],
)
def test_check_exits_1_for_what_import_refuses(tmp_path, content, manifest, code):
    path = tmp_path / "people.csv"
    path.write_text(content)
    if manifest:
        path.with_name("people.csv.toml").write_text(manifest)
    assert check(path, home=tmp_path / "home").returncode == code


def test_a_folder_without_files_is_a_usage_error(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "people.csv.toml").write_text("")
    result = check(tmp_path / "in", home=tmp_path / "home")
    assert (result.returncode, result.stdout) == (2, "")
    assert "holds no file to check" in result.stderr


@pytest.mark.parametrize(
    ("given", "meant"), [("Germany", "DE"), ("deutschland", "DE"), ("UK", "GB"), ("USA", "US"), ("Germny", "DE"), ("XX", "")]
)
def test_a_country_that_is_no_iso_code_is_refused_with_the_code_that_may_be_meant(tmp_path, given, meant):
    path = tmp_path / "people.csv"
    path.write_text(FILES["all new"])
    result = check(path, "--default-country", given, home=tmp_path / "home")
    assert result.returncode == 2
    assert (f"did you mean {meant}?" if meant else "such as US or DE") in result.stderr.replace("\n", " ")
    assert check(path, "--default-country", "de", home=tmp_path / "home").returncode == 0
