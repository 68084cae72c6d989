"""People of one name are told apart by form of address, gender, age, relation, words of their names; organisations by their names."""

import json
from pathlib import Path

import polars as pl
import pytest

from henk_pipeline.leads.details import DETAIL_FIELDS, Detail, compared_columns, is_of_details, read_details, with_details
from henk_pipeline.steps.match import Matched, Matching, match_people, read_people
from tests.unit.leads.people import people

PHONE = "518-262-1003"
MAIL = "blue42@acme.example"
ROBIN = {"first_name": "Robin", "last_name": "Smith", "phone": "+15182621003"}


def match_file(folder: Path, *lines: str) -> Matched:
    path = folder / "people.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return match_people(read_people(path, None, "US")[0], Matching())


def match(*genders: str, **more: str) -> Matched:
    """Match people of one name and telephone with these genders."""
    rows = [ROBIN | more | {"custom_fields": json.dumps({"Gender": cell} if cell else {})} for cell in genders]
    frame = people(*rows).with_columns(compared_columns(DETAIL_FIELDS)).rename({"line": "row"})
    return match_people(frame, Matching())


def outcome(result: Matched) -> str:
    """Return what becomes of two rows: `one` person, `reviewed`, or `apart`."""
    if result.clusters["person"].n_unique() == 1:
        return "one"
    return "reviewed" if result.review_pairs.height else "apart"


SEXES = [
    ("Title", "Mr.", "Mrs."), ("Salutation", "Mr", "Ms"), ("Anrede", "Herr", "Frau"), ("Anrede", "Herrn Dr.", "Frau Dr."), ("Civilité", "M.", "Mme"),
    ("Tratamiento", "Sr.", "Sra."), ("Prefix", "Mr.", "Miss"), ("Aanhef", "Dhr.", "Mevr."), ("Gender", "M", "F"), ("Sex", "male", "female"),
    ("Geschlecht", "m", "w"), ("Sexe", "H", "F"), ("Sexo", "H", "M"), ("Sexo", "Hombre", "Mujer"), ("Relation", "husband", "wife"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "his", "hers"), SEXES)
def test_a_man_and_a_woman_of_one_name_are_reviewed(tmp_path: Path, column: str, his: str, hers: str) -> None:
    for header, key in (("Phone", PHONE), ("Email", MAIL)):
        lines = f"{column},First Name,Last Name,{header}", f"{his},Robin,Smith,{key}", f"{hers},Robin,Smith,{key}"
        assert outcome(match_file(tmp_path, *lines)) == "reviewed"
    for other in (his, ""):
        lines = f"{column},First Name,Last Name,Phone", f"{his},Robin,Smith,{PHONE}", f"{other},Robin,Smith,{PHONE}"
        assert outcome(match_file(tmp_path, *lines)) == "one"


@pytest.mark.parametrize(("one", "other"), [("Mrs.", "Ms."), ("Dr.", "Mrs."), ("Mr. and Mrs.", "Mr."), ("Fr.", "Hr."), ("Mx.", "Mr.")])
def test_titles_that_contradict_nothing_leave_one_person(tmp_path: Path, one: str, other: str) -> None:
    assert (
        outcome(match_file(tmp_path, "Title,First Name,Last Name,Phone", f"{one},Robin,Smith,{PHONE}", f"{other},Robin,Smith,{PHONE}"))
        == "one"
    )


def test_an_equal_source_id_is_one_person_of_either_gender() -> None:
    assert outcome(match("M", "F")) == "reviewed"
    assert outcome(match("M", "F", source="crm", source_id="7")) == "one"


def test_a_man_and_a_woman_do_not_meet_by_way_of_a_third() -> None:
    person = match("M", "", "F").clusters.sort("row")["person"]
    assert person[0] != person[2]


@pytest.mark.parametrize(
    ("his", "hers", "expected"),
    [
        ("Mr. Robin Smith", "Mrs. Robin Smith", "reviewed"),
        ("Herr Robin Smith", "Frau Robin Smith", "reviewed"),
        ("Mr. Robin Smith", "Robin Smith", "one"),
    ],
)
def test_titles_before_a_unisex_name_tell_two_people_apart(tmp_path: Path, his: str, hers: str, expected: str) -> None:
    assert outcome(match_file(tmp_path, "Name,Phone", f"{his},{PHONE}", f"{hers},{PHONE}")) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("70", "41", "reviewed"), ("41", "44", "reviewed"), ("41", "43", "one"), ("41", "", "one")]
)
def test_ages_more_than_two_years_apart_are_reviewed(tmp_path: Path, one: str, other: str, expected: str) -> None:
    assert (
        outcome(match_file(tmp_path, "First Name,Last Name,Age,Phone", f"Tom,Reed,{one},{PHONE}", f"Tom,Reed,{other},{PHONE}")) == expected
    )


@pytest.mark.parametrize("column", ["Relation", "Relationship", "Household Role"])
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("son", "father", "reviewed"), ("Head", "Child", "reviewed"), ("Sohn", "Vater", "reviewed"), ("son", "", "one"), ("father", "Father", "one"),
        ("self", "father", "one"), ("spouse", "father", "one"),
    ],
)  # fmt: skip
def test_relations_of_two_generations_are_reviewed(tmp_path: Path, column: str, one: str, other: str, expected: str) -> None:
    assert (
        outcome(match_file(tmp_path, f"First Name,Last Name,{column},Phone", f"Tom,Reed,{one},{PHONE}", f"Tom,Reed,{other},{PHONE}"))
        == expected
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Reed (father)", "Reed (son)", "reviewed"), ("Reed", "Reed (son)", "reviewed"), ("Reed - son", "Reed", "reviewed"), ("Reed (Sohn)", "Reed", "reviewed"),
        ("Reed (son)", "Reed (son)", "one"), ("Reed (Tommy)", "Reed", "one"), ("Reed (work)", "Reed", "one"),
    ],
)  # fmt: skip
def test_a_relation_behind_a_name_is_as_a_generation(tmp_path: Path, one: str, other: str, expected: str) -> None:
    assert outcome(match_file(tmp_path, "First Name,Last Name,Phone", f"Tom,{one},{PHONE}", f"Tom,{other},{PHONE}")) == expected
    assert outcome(match_file(tmp_path, "Name,Phone", f"Tom {one},{PHONE}", f"Tom {other},{PHONE}")) == expected


WORDS_OF_TWO = [
    ("Nguyen Van An", "Nguyen Thi An"), ("Le Thi Binh", "Le Van Binh"), ("Nur bin Ali", "Nur binti Ali"), ("Noor bin Hassan", "Noor binte Hassan"),
    ("Nour ibn Omar", "Nour bint Omar"), ("Tal ben David", "Tal bat David"), ("Harpreet Singh", "Harpreet Kaur"),
]  # fmt: skip


@pytest.mark.parametrize(("his", "hers"), WORDS_OF_TWO)
def test_words_of_a_man_and_a_woman_in_names_tell_two_people_apart(tmp_path: Path, his: str, hers: str) -> None:
    for header, key in (("Phone", PHONE), ("Email", MAIL)):
        assert outcome(match_file(tmp_path, f"Name,{header}", f"{his},{key}", f"{hers},{key}")) != "one"
        for split in (str.split, str.rsplit):
            rows = [",".join([*split(name, " ", 1), key]) for name in (his, hers)]
            assert outcome(match_file(tmp_path, f"First Name,Last Name,{header}", *rows)) != "one"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyen Van An", "NGUYEN VAN AN"),
        ("Amin bin Ali", "Amin Ali"),
        ("Jan van Dijk", "Jan Dijk"),
        ("Harpreet Kaur", "HARPREET KAUR"),
        ("Ben Ali", "Ben Ali"),
    ],
)
def test_a_word_that_one_lacks_leaves_one_person(tmp_path: Path, one: str, other: str) -> None:
    assert outcome(match_file(tmp_path, "Name,Phone", f"{one},{PHONE}", f"{other},{PHONE}")) == "one"


ORGANISATIONS = [
    ("St. Mary's Parish", "St. Mary's School"), ("Acme LLC", "Beta Foundation"), ("Acme LLC", "Acme Foundation"), ("Smith Plumbing", "Smith Roofing"),
    ("First Baptist Church", "First Methodist Church"), ("Rotary Club of Albany", "Rotary Club of Troy"),
    ("Troy High School", "Troy High School PTA"), ("Hope Foundation", "Hope Foundation Auxiliary"), ("Hale & Son Ltd", "Hale & Sons Ltd"),
]  # fmt: skip
ONE_ORGANISATION = [
    ("Acme LLC", "Acme L.L.C."), ("Acme, Inc.", "Acme Incorporated"), ("Acme Ltd", "Acme Limited"), ("Acme GmbH", "Acme G.m.b.H."), ("Acme Corp.", "ACME CORPORATION"),
    ("St. Mary's Parish", "Saint Mary's Parish"), ("Hope Foundation", "The Hope Foundation"), ("Hale & Sons Ltd", "Hale and Sons Limited"), ("Acme Tools LLC", "AcmeTools LLC"),
    ("Acme LLC", "Acme"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "is_one"), [(*pair, False) for pair in ORGANISATIONS] + [(*pair, True) for pair in ONE_ORGANISATION], ids=str
)
@pytest.mark.parametrize("header", ["Name", "Last Name", "Company"])
def test_two_organisations_of_one_contact_are_two(tmp_path: Path, header: str, one: str, other: str, is_one: bool) -> None:  # noqa: FBT001
    for contacts in ((PHONE, ""), ("", MAIL), (PHONE, MAIL)):
        if header == "Company" and contacts[1]:
            continue  # a mailbox of nobody's name, whose owner may have another employer now
        rows = [f'"{name}",{",".join(contacts)}' for name in (one, other)]
        assert (outcome(match_file(tmp_path, f"{header},Phone,Email", *rows)) == "one") is is_one


def test_a_mailbox_of_nobodys_name_may_have_another_company_now(tmp_path: Path) -> None:
    for contacts in (f",{MAIL}", f"{PHONE},{MAIL}"):
        assert outcome(match_file(tmp_path, "Company,Phone,Email", f"Acme LLC,{contacts}", f"Umbrella LLC,{contacts}")) == "one"


@pytest.mark.parametrize(
    ("organisation", "first", "last"),
    [
        ("Roe Plumbing LLC", "Ann", "Roe"),
        ("Dalton Dental", "Rob", "Dalton"),
        ("The Kern Foundation", "Uwe", "Kern"),
        ("The Kern Family", "Ida", "Kern"),
        ("Grace Church", "Grace", "Church"),
    ],
)
@pytest.mark.parametrize("header", ["Last Name", "Company"])
def test_an_organisation_and_a_person_are_two(tmp_path: Path, header: str, organisation: str, first: str, last: str) -> None:
    names = {"First Name": "", "Last Name": "", "Company": ""} | {header: organisation}
    rows = [f"{','.join(names.values())},{PHONE},{MAIL}", f"{first},{last},,{PHONE},{MAIL}"]
    assert outcome(match_file(tmp_path, "First Name,Last Name,Company,Phone,Email", *rows)) != "one"


@pytest.mark.parametrize(
    ("bare", "first", "last"), [("Roe", "Ann", "Roe"), ("Church", "Grace", "Church"), ("van Dyke", "Piet", "van Dyke")]
)
def test_a_family_name_without_a_first_name_is_no_organisation(tmp_path: Path, bare: str, first: str, last: str) -> None:
    assert outcome(match_file(tmp_path, "First Name,Last Name,Email", f",{bare},{MAIL}", f"{first},{last},{MAIL}")) == "one"


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("Mr. Max", "Ms. Maxine", False),
        ("Mr. Max", "Maxine", False),
        ("Mr. Robin", "Mrs. Robin", False),
        ("Mr. Max", "Max", True),
        ("Dr. Max", "Ms. Max", True),
        ("Mr. Joan", "Joan", True),
        ("Mr. Bob", "Robert", True),
    ],
)
def test_titles_in_the_first_name_contradict_as_those_of_a_column(tmp_path: Path, one: str, other: str, is_one: bool) -> None:  # noqa: FBT001
    rows = [f"{name},Field,{PHONE},{MAIL}" for name in (one, other)]
    assert outcome(match_file(tmp_path, "First Name,Last Name,Phone,Email", *rows)) == ("one" if is_one else "reviewed")


@pytest.mark.parametrize("joint", ["and", "&", "und"])
def test_a_couple_and_one_of_the_two_are_two_leads(tmp_path: Path, joint: str) -> None:
    couple, header = f"Ann {joint} Bob,Voss,{PHONE},{MAIL}", "First Name,Last Name,Phone,Email"
    result = match_file(tmp_path, header, couple, f"Ann,Voss,{PHONE},{MAIL}", f"Bob,Voss,{PHONE},{MAIL}")
    assert result.clusters["person"].n_unique() == 3
    assert outcome(match_file(tmp_path, header, couple, f"Ann,Voss,{PHONE},{MAIL}")) == "reviewed"
    assert outcome(match_file(tmp_path, header, couple, f"Ann and Bob,Voss,{PHONE},")) == "one"
    assert outcome(match_file(tmp_path, header, couple, f",,{PHONE},{MAIL}")) == "one"


@pytest.mark.parametrize(
    ("contacts", "result"),
    [(("518-262-1003", "518-262-1004"), "reviewed"), (("518-262-1003", ""), "reviewed"), (("518-262-1003",) * 2, "reviewed")],
)
def test_an_initial_of_one_house_is_nobodys_without_a_contact(tmp_path: Path, contacts: tuple[str, str], result: str) -> None:
    rows = [f"{name},Khan,{phone},40 Birch Rd,Ames,50010" for name, phone in zip(("R.", "Rania"), contacts, strict=True)]
    assert outcome(match_file(tmp_path, "First Name,Last Name,Phone,Street,City,Zip", *rows)) == result


def test_a_person_of_two_companies_stays_one(tmp_path: Path) -> None:
    rows = [f"Tom,Reed,{company},{MAIL}" for company in ("Acme LLC", "Beta Foundation")]
    assert outcome(match_file(tmp_path, "First Name,Last Name,Company,Email", *rows)) == "one"


def test_details_are_read_from_custom_fields() -> None:
    assert read_details('"Gender":"F""Age":"41"') == Detail("f", 41, None, None)
    assert read_details('"Title": "Mr."') == Detail("m", None, None, None)
    assert read_details('"Gender":"F""Title":"Mr."').sex is None
    assert read_details('"Age":"141"').age is None
    assert [column for column in ("Gender", "Relation to Head", "Average gift", "Title", "Home age", "Page") if is_of_details(column)] == [
        "Gender", "Relation to Head", "Title",
    ]  # fmt: skip


@pytest.mark.parametrize("names", [[], [None], [" ", None], ["Lima", None]])
def test_rows_without_an_organisation_have_none(names: list[str | None]) -> None:
    frame = pl.DataFrame({"first_name": [None] * len(names), "last_name": names}, schema={"first_name": pl.String, "last_name": pl.String})
    assert with_details(frame)["body"].to_list() == [None] * len(names)
