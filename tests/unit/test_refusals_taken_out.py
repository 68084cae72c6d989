"""A row that somebody has taken out by a sign and that refuses is not lost: its contact is opted out, and a name alone is reported."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def validated_of(folder, *rows):
    file = folder / "people.csv"
    file.write_text(
        "\n".join(["Name,Phone,Email,Notes", "Bo Ek,2125550103,b@q.example,", *rows, "Cy Ek,2125550104,c@q.example,"]) + "\n", "utf-8"
    )
    return validate_file(file, Manifest(), "US")


@pytest.mark.parametrize("row", ["# Jane Doe,,,Do not call", "#Jane Doe,,,DNC", "// Jane Doe,,,do not call"])
def test_a_name_alone_is_reported(tmp_path, row):
    assert validated_of(tmp_path, row).unclear_lines == [3]


def test_the_number_of_another_line_is_opted_out_and_not_reported(tmp_path):
    validated = validated_of(tmp_path, "# Jane Doe,2125550199,,Do not call")
    assert ((3, "phone", "+12125550199") in validated.opt_outs.rows(), validated.unclear_lines) == (True, [])


@pytest.mark.parametrize("row", ["# Jane Doe,,,nice", "# Jane Doe,2125550199,,"])
def test_what_refuses_nothing_is_not_reported(tmp_path, row):
    validated = validated_of(tmp_path, row)
    assert (validated.unclear_lines, validated.opt_outs.height) == ([], 0)
