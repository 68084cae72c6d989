"""A column of whole addresses (Network for Good's "Full Address") is the street, as "Address" is; one named "Street" comes before it."""

import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

ADDRESS = "12 Maple Street, Portland, ME 04101"


@pytest.mark.parametrize("column", ["Full Address", "full_address", "Complete Address"])
def test_a_whole_address_is_kept_as_the_street(tmp_path, column):
    file = tmp_path / "people.csv"
    file.write_text(f'Name,Email,{column}\nAna Ash,ana@q.example,"{ADDRESS}"\n', "utf-8")
    assert validate_file(file, Manifest(), "US").leads.collect()["street"].to_list() == [ADDRESS]


def test_a_street_of_its_own_comes_first(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(f'Name,Email,Full Address,Street,City\nAna Ash,ana@q.example,"{ADDRESS}",12 Maple Street,Portland\n', "utf-8")
    leads = validate_file(file, Manifest(), "US").leads.collect()
    assert leads["street"].to_list() == ["12 Maple Street"]
