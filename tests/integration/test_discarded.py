"""Values of a file that its leads do not have are counted by field, with lines and both values."""

import json
from pathlib import Path

import pytest

from henk_pipeline.postgres.discarded import count_discarded, find_discarded
from tests.integration.uploading import add_business, upload

KNOWN = "First name,Last name,Email,Phone,Company,Shoe size\nAna,Lima,ana@example.org,(212) 555-0101,Acme,38\nBo,Ro,bo@example.org,,,\n"
OTHERWISE = "First name,Last name,Email,Phone,Company,Shoe size\nAna,Lima,ana@example.org,(212) 555-0111,Bolt,39\nBo,Ro,bo@example.org,(212) 555-0112,,\n"


@pytest.mark.parametrize("mode", ["fill", "skip"])
def test_another_phone_of_a_known_person_is_counted_and_shown_with_both_numbers(connection, tmp_path, mode):
    add_business(connection)
    upload(connection, tmp_path, KNOWN)
    outcome = upload(connection, tmp_path, OTHERWISE, list="second", update=mode)
    found = {value.field: value for value in reversed(find_discarded(connection, outcome.import_id))}
    phone = found["phone"]
    assert (phone.line, phone.value, phone.kept, phone.is_merged) == (2, "+12125550111", "+12125550101", False)
    assert phone.rows == (1 if mode == "fill" else 2)  # `skip` leaves an empty number empty
    assert (found["company"].value, found["company"].kept) == ("Bolt", "Acme")
    assert found["Shoe size"].value == "39"


def test_a_file_that_overwrites_discards_nothing(connection, tmp_path):
    add_business(connection)
    upload(connection, tmp_path, KNOWN)
    outcome = upload(connection, tmp_path, OTHERWISE, list="second", update="overwrite")
    assert find_discarded(connection, outcome.import_id) == []
    assert find_discarded(connection, None) == []


def test_a_value_that_another_row_of_the_file_has_otherwise_is_counted(connection, tmp_path):
    add_business(connection)
    rows = "Email,Phone\nana@example.org,(212) 555-0101\nana@example.org,(212) 555-0102\nana@example.org,(212) 555-0101\n"
    outcome = upload(connection, tmp_path, rows)
    (value,) = find_discarded(connection, outcome.import_id)
    assert (value.field, value.value, value.is_merged, value.rows) == ("phone", "+12125550102", True, 1)
    assert count_discarded(connection, outcome.import_id) == {"phone": 1}


@pytest.mark.long
def test_the_command_line_and_the_report_say_what_was_not_kept_and_warn_of_a_file_that_is_mostly_merged(henk, tmp_path):
    assert henk("business", "add", "acme").returncode == 0
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("Email,Phone\nana@example.org,(212) 555-0101\nbo@example.org,\n")
    second.write_text("Email,Phone\nana@example.org,(212) 555-0111\nbo@example.org,\nbo@example.org,\n")
    loaded = henk("import", first, "--business", "acme")
    assert "not kept" not in loaded.stdout
    assert "Warning" not in loaded.stderr
    loaded = henk("import", second, "--business", "acme")
    assert "not kept    phone number of 1 row" in loaded.stdout
    assert "1 of 3 rows" not in loaded.stderr  # a third is not more than a third
    again = json.loads(henk("import", second, "--business", "acme", "--json").stdout)
    assert again["values_discarded"] == {"phone": 1}
    page = Path(again["report"]).read_text()
    assert "Line 2: “+12125550111”; the person has “+12125550101”" in page
    third = tmp_path / "third.csv"
    third.write_text("Email,Phone\ncy@example.org,\ncy@example.org,\n")
    assert "1 of 2 rows were merged" in henk("import", third, "--business", "acme").stderr
