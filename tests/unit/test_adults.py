"""In a list of children a row that names one parent only is about that parent."""

import json
from pathlib import Path

import polars as pl
import pytest

from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest


def leads_of(tmp_path: Path, *lines: str) -> pl.DataFrame:
    file = tmp_path / "parents.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    upload = validate_file(file, Manifest(), "US")
    assert upload.error is None, upload.error
    return upload.leads.collect().sort("line")


def called(leads: pl.DataFrame) -> list[tuple[str | None, ...]]:
    return leads.select(pl.concat_str("first_name", "last_name", separator=" ", ignore_nulls=True), "phone").rows()


ANA, BO, CY = "+12075550101", "+12075550102", "+12075550103"


@pytest.mark.parametrize("empty", ["", "n/a", " "])
@pytest.mark.parametrize(
    ("header", "both", "father_only"),
    [
        ("Child Name,Mother Name,Father Name,Phone", "Tim Ng,Ana Ng,Al Ng,207-555-0101", "Kim Roe,{},Cy Roe,207-555-0103"),
        ("Child,Father,Mother,Phone", "Tim Ng,Al Ng,Ana Ng,207-555-0101", "Kim Roe,Cy Roe,{},207-555-0103"),
        (
            "Child,Mother First Name,Mother Last Name,Father First Name,Father Last Name,Phone",
            "Tim Ng,Ana,Ng,Al,Ng,207-555-0101", "Kim Roe,{},,Cy,Roe,207-555-0103",
        ),
        ("Child,Mother First Name,Father First Name,Last Name,Phone", "Tim,Ana,Al,Ng,207-555-0101", "Kim,{},Cy,Roe,207-555-0103"),
        ("Child,Parent 1 Name,Parent 2 Name,Phone", "Tim Ng,Ana Ng,Al Ng,207-555-0101", "Kim Roe,{},Cy Roe,207-555-0103"),
        ("Kind,Name Mutter,Name Vater,Telefon", "Tim Ng,Ana Ng,Al Ng,207-555-0101", "Kim Roe,{},Cy Roe,207-555-0103"),
        (
            "Child,Mother Name,Mother Phone,Father Name,Father Phone",
            "Tim Ng,Ana Ng,207-555-0101,Al Ng,207-555-0102", "Kim Roe,{},,Cy Roe,207-555-0103",
        ),
    ],
)  # fmt: skip
def test_the_parent_who_is_named_is_the_person(tmp_path: Path, header: str, both: str, father_only: str, empty: str) -> None:
    leads = leads_of(tmp_path, header, both, father_only.format(empty))
    first, second = called(leads)
    assert first[0] in {"Ana Ng", "Al Ng"}
    assert second == ("Cy Roe", CY)


def test_a_number_of_the_mother_is_not_called_for_the_father(tmp_path: Path) -> None:
    header = "Child,Mother Name,Mother Phone,Father Name,Father Phone"
    lines = ["Tim Ng,Ana Ng,207-555-0101,Al Ng,207-555-0102", "Kim Roe,,207-555-0102,Cy Roe,207-555-0103", "Lou Day,,207-555-0104,Max Day,"]
    leads = leads_of(tmp_path, header, *lines)
    assert called(leads) == [("Ana Ng", ANA), ("Cy Roe", CY), ("Max Day", "+12075550104")]
    assert json.loads(leads["custom_fields"][1])["Mother Phone (of another person)"] == "207-555-0102"


def test_a_row_without_an_adult_stays_nameless_and_other_files_are_read_as_before(tmp_path: Path) -> None:
    lines = ("Child,Mother Name,Father Name,Phone", "Tim Ng,Ana Ng,Al Ng,207-555-0101", "Kim Roe,,,207-555-0103")
    assert called(leads_of(tmp_path, *lines)) == [("Ana Ng", ANA), ("", CY)]
    lines = ("Name,Mother Name,Father Name,Phone", "Bo Ng,Ana Ng,Al Ng,207-555-0102", ",Ana Roe,Cy Roe,207-555-0103")
    assert called(leads_of(tmp_path, *lines)) == [("Bo Ng", BO), ("", CY)]


def test_the_choice_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "parents.csv"
    file.write_text("Child,Mother Name,Father Name,Phone\nTim Ng,Ana Ng,Al Ng,207-555-0101\n")
    mapping = validate_file(file, Manifest(), "US").mapping
    assert mapping is not None
    assert "Where “Mother Name” is empty, the father is the person to call." in mapping.notes


class TestConsentOfAdults:
    """What an adult refuses counts where that adult is the person; a number that refuses calls is not called, whoever has it."""

    HEADER = "Child,Mother,Mother Phone,Mother {0},Father,Father Phone,Father {0}"

    @pytest.mark.parametrize(
        ("name", "refuses"),
        [("Do Not Call", "yes"), ("DNC", "x"), ("OK to call", "no"), ("Phone Consent", "No"), ("Do Not Contact", "TRUE")],
    )
    @pytest.mark.parametrize(
        "roles", [("Mother", "Father"), ("Parent 1", "Parent 2"), ("Mom", "Dad"), ("Guardian 1", "Guardian 2"), ("Mutter", "Vater")]
    )
    def test_of_the_person(self, tmp_path, name, refuses, roles):
        header = self.HEADER.format(name).replace("Mother", roles[0]).replace("Father", roles[1])
        leads = leads_of(
            tmp_path, header, f"Tim Ng,Ana Ng,207-555-0101,{refuses},Al Ng,207-555-0104,", f"Kim Roe,Bo Roe,207-555-0102,,Cy Roe,207-555-0103,{refuses}",
            f"Kit Lee,,,,Cy Lee,207-555-0105,{refuses}", f"Kai Poe,,207-555-0106,{refuses},Cy Poe,207-555-0107,", "Tom Fay,,,,Di Fay,207-555-0108,",
        )  # fmt: skip
        assert dict(leads.select("last_name", "do_not_call" if name != "DNC" else "dnc").rows()) == {
            "Ng": True, "Roe": False, "Lee": True, "Poe": False, "Fay": False,
        }  # fmt: skip

    def test_numbers_of_others_who_refuse_are_suppressed(self, tmp_path):
        file = tmp_path / "parents.csv"
        file.write_text(
            f"{self.HEADER.format('Do Not Call')}\nTim Ng,Ana Ng,207-555-0101,,Al Ng,207-555-0102,yes\nKim Roe,,207-555-0103,yes,Cy Roe,207-555-0104,\n"
        )
        upload = validate_file(file, Manifest(), "US")
        assert sorted(upload.opt_outs["value"]) == ["+12075550102", "+12075550103"]

    def test_a_consent_without_a_channel_may_be_to_a_journey_of_the_child(self, tmp_path):
        leads = leads_of(tmp_path, "Child,Parent Name,Parent Phone,Parent Consent", "Tim Ng,Ana Ng,207-555-0101,signed 5/1")
        assert leads.select("do_not_call", "consent_unclear").rows() == [(False, None)]


def test_the_holder_of_a_ticket_refuses_calls(tmp_path):
    leads = leads_of(
        tmp_path, "Ticket Holder Name,Ticket Holder Phone,Ticket Holder Do Not Call", "Ana Ng,207-555-0101,yes", "Bo Li,207-555-0102,no"
    )
    assert leads["do_not_call"].to_list() == [True, False]
