"""People of one name are told apart by generation, birth date, middle name and gender: never merged automatically, reviewed where it is unclear."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.leads.normalise import normalise
from henk_pipeline.steps.match import Matched, Matching, match_people, read_people, without_titles_of_others
from henk_pipeline.steps.score import score_rows
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest
from tests.unit.leads.people import people

HOME = {"street": "12 Maple Street", "city": "Portland", "state": "ME", "postal_code": "04101"}
PHONE = {"phone": "+12075550101"}
MAIL = {"email": "smith@example.org"}
JOHN = HOME | {"first_name": "John", "last_name": "Smith"}
KEYS = [PHONE, MAIL, PHONE | MAIL, {}, {"source": "crm", "source_id": "7"}]
IDS = ["telephone", "e-mail", "both", "home only", "source id"]


def match(*rows: dict[str, Any], likely: bool = True) -> Matched:
    return match_people(people(*rows).rename({"line": "row"}), Matching(likely=likely))


def number_of_people(*rows: dict[str, Any]) -> int:
    return int(match(*rows).clusters["person"].n_unique())


GENERATIONS = [
    ({"last_name": "Smith Sr."}, {"last_name": "Smith Jr."}),
    ({"last_name": "SMITH SENIOR"}, {"last_name": "smith, junior"}),
    ({"last_name": "Smith II"}, {"last_name": "Smith III"}),
    ({"last_name": "Smith 2nd"}, {"last_name": "Smith 3rd"}),
    ({"last_name": "Smith the Elder"}, {"last_name": "Smith the Younger"}),
    ({"last_name": "Smith IV"}, {"last_name": "Smith V"}),
    ({"first_name": "John Sr."}, {"first_name": "John Jr."}),
    ({"first_name": "John (Sr.)"}, {"last_name": "Smith III"}),
    ({"last_name": "Dupont père"}, {"last_name": "Dupont fils"}),
    ({"last_name": "Pérez (padre)"}, {"last_name": "Pérez (hijo)"}),
    ({"last_name": "Silva Sênior"}, {"last_name": "Silva Filho"}),
    ({"last_name": "Silva Filho"}, {"last_name": "Silva Neto"}),
    ({"last_name": "Müller sen."}, {"last_name": "Müller jun."}),
    ({"last_name": "Müller d. Ä."}, {"last_name": "Müller d. J."}),
    ({"last_name": "Novák st."}, {"last_name": "Novák ml."}),
    ({"last_name": "id. Nagy"}, {"last_name": "ifj. Nagy"}),
    ({"last_name": "Smith Sr., MD"}, {"last_name": "Smith Jr. PhD"}),
]


@pytest.mark.parametrize("key", KEYS, ids=IDS)
@pytest.mark.parametrize(("one", "other"), GENERATIONS, ids=lambda part: " ".join(part.values()))
def test_generations_of_one_home_are_never_merged(key: dict[str, Any], one: dict[str, Any], other: dict[str, Any]) -> None:
    for likely in (True, False):
        assert match(JOHN | key | one, JOHN | key | other, likely=likely).clusters["person"].n_unique() == 2
    born = {"birth_date": "1950-03-04"}
    assert number_of_people(JOHN | key | one | born, JOHN | key | other | born) == 2


@pytest.mark.parametrize(("one", "other"), GENERATIONS, ids=lambda part: " ".join(part.values()))
def test_generations_of_one_home_with_telephones_of_their_own_are_never_merged(one: dict[str, Any], other: dict[str, Any]) -> None:
    own = [{"phone": "+12075550101"}, {"phone": "+12075559987"}]
    assert number_of_people(JOHN | one | own[0], JOHN | other | own[1]) == 2


@pytest.mark.parametrize("word", ["Sr.", "II", "père", "Neto", "the Elder"])
def test_a_generation_that_one_lacks_is_reviewed_unless_the_birth_date_or_the_id_is_equal(word: str) -> None:
    other = JOHN | {"last_name": f"Smith {word}"}
    for key in (PHONE, MAIL, PHONE | MAIL, {}):
        result = match(JOHN | key, other | key)
        assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)
    for key in (PHONE, MAIL, {}):
        born = key | {"birth_date": "1950-03-04"}
        assert number_of_people(JOHN | born, other | born) == 1
    assert number_of_people(JOHN | KEYS[-1], other | KEYS[-1]) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PHONE | {"birth_date": "1950-03-04"}, PHONE | {"birth_date": "1981-11-23"}),
        ({"phone": "+12075550101"}, {"phone": "+12075559987"}),
        ({"email": "john1950@example.org"}, {"email": "lakers@example.net"}),
        (PHONE | {"first_name": "John A."}, PHONE | {"first_name": "John B."}),
    ],
    ids=["birth date", "telephone", "e-mail", "middle name"],
)
def test_a_generation_that_one_lacks_and_another_contradiction_is_reviewed(one: dict[str, Any], other: dict[str, Any]) -> None:
    result = match(JOHN | one, JOHN | {"last_name": "Smith Jr."} | other)
    assert result.clusters["person"].n_unique() == 2
    assert result.review_pairs.height == 1


def test_a_junior_and_a_second_are_reviewed() -> None:
    result = match(JOHN | PHONE | {"last_name": "Smith Jr."}, JOHN | PHONE | {"last_name": "Smith II"})
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (2, 0, 1), (1, 0, 2)])
@pytest.mark.parametrize("key", [PHONE, MAIL, {}], ids=["telephone", "e-mail", "home only"])
def test_generations_do_not_meet_through_a_row_without_one(key: dict[str, Any], order: tuple[int, ...]) -> None:
    rows = [JOHN | key | {"last_name": last} for last in ("Smith Sr.", "Smith", "Smith Jr.")]
    result = match(*(rows[place] for place in order)).clusters["person"].to_list()
    # The row without a generation is nobody's of the two: it is said of neither that it is he.
    assert len(set(result)) == 3


def test_generations_with_own_keys_do_not_meet_through_a_row_without_one() -> None:
    senior = JOHN | {"last_name": "Smith Sr.", "phone": "+12075550101"}
    junior = JOHN | {"last_name": "Smith Jr.", "email": "junior@example.org"}
    between = JOHN | {"phone": "+12075550101", "email": "junior@example.org"}
    result = match(senior, between, junior).clusters["person"].to_list()
    assert result[0] != result[2]


def test_words_that_are_names_are_no_generations() -> None:
    for one, other in (("Junior", "Senior"), ("Neto", "Filho"), ("Sen", "Jun")):
        assert number_of_people(JOHN | {"last_name": one}, JOHN | {"last_name": other}) == 2
        assert number_of_people(JOHN | PHONE | {"last_name": one}, JOHN | PHONE | {"last_name": one}) == 1
    assert number_of_people(JOHN | PHONE | {"first_name": "Junior"}, JOHN | PHONE | {"first_name": "Junior"}) == 1


@pytest.mark.parametrize("column", ["Suffix", "SUFFIX", "Name Suffix", "Generation"])
@pytest.mark.parametrize(
    ("suffix", "last"), [("Jr.", "Smith Jr."), ("SR", "Smith Sr"), ("iii", "Smith III"), ("PhD", "Smith"), ("Jr., MD", "Smith Jr.")]
)
def test_a_generation_in_its_own_column_is_part_of_the_name(column: str, suffix: str, last: str) -> None:
    table = pl.DataFrame({"First": ["John", "John"], "Last": ["Smith", "Smith Sr."], column: [suffix, suffix]})
    uses = [ColumnMeaning("First", "first_name"), ColumnMeaning("Last", "last_name"), ColumnMeaning(column, "name_suffix")]
    frame = normalise(table, pl.Series([2, 3]), uses, "US")
    assert frame["last_name"].to_list() == [last, "Smith Sr."]
    assert all(f'"{column}":"{suffix}"' in cell for cell in frame["custom_fields"])


@pytest.mark.parametrize("key", [PHONE, MAIL, PHONE | MAIL], ids=["telephone", "e-mail", "both"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"first_name": "James", "birth_date": "1951-02-11"}, {"first_name": "Jamie", "birth_date": "1982-09-30"}),
        ({"first_name": "James", "birth_date": "1951-02-11"}, {"first_name": "Jamie", "birth_date": "1981-02-11"}),
        ({"first_name": "James", "birth_date": "1951-02-11"}, {"first_name": "James", "birth_date": "1982-09-30"}),
        ({"first_name": "James", "birth_date": "1950-01-01"}, {"first_name": "James", "birth_date": "1980-01-01"}),
        ({"first_name": "Robert", "birth_date": "1951-02-11"}, {"first_name": "Bob", "birth_date": "1953-07-19"}),
    ],
)
def test_birth_dates_that_no_slip_explains_are_reviewed(key: dict[str, Any], one: dict[str, Any], other: dict[str, Any]) -> None:
    result = match(JOHN | key | one, JOHN | key | other)
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)


@pytest.mark.parametrize("birth_date", ["1951-11-02", "1951-02-17", "1952-02-11", "1951-03-11", "1951-02-12", "2051-02-11", "1951"])
def test_birth_dates_that_a_slip_explains_are_one_person(birth_date: str) -> None:
    row = JOHN | PHONE | MAIL | {"birth_date": "1951-02-11"}
    assert number_of_people(row, row | {"birth_date": birth_date}) == 1


@pytest.mark.parametrize("key", [PHONE, MAIL, PHONE | MAIL, {"birth_date": "1984-03-07"} | PHONE | MAIL])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Francis", "Frances"), ("Daniel", "Danielle"), ("Daniel", "Daniela"), ("Paul", "Paula"), ("Eric", "Erica"), ("Robert", "Roberta"),
        ("Mario", "Maria"), ("Alexander", "Alexandra"), ("Christian", "Christina"), ("Julian", "Juliana"), ("Joseph", "Josephine"),
        ("Louis", "Louise"), ("Carlo", "Carla"), ("Michael", "Michaela"), ("François", "Françoise"),
    ],
)  # fmt: skip
def test_given_names_of_two_genders_are_two_people(key: dict[str, Any], one: str, other: str) -> None:
    assert number_of_people(JOHN | key | {"first_name": one}, JOHN | key | {"first_name": other}) == 2


@pytest.mark.parametrize(
    ("one", "other"), [("Chris", "Christina"), ("Alex", "Alexandra"), ("Dan", "Daniel"), ("Ann", "Anne"), ("Jo", "Joseph")]
)
def test_short_names_of_both_genders_contradict_neither(one: str, other: str) -> None:
    assert number_of_people(JOHN | PHONE | {"first_name": one}, JOHN | PHONE | {"first_name": other}) == 1


@pytest.mark.parametrize("key", [PHONE, MAIL, {}], ids=["telephone", "e-mail", "home only"])
@pytest.mark.parametrize(
    ("one", "other"),
    [("John A.", "John B."), ("John Albert", "John Brian"), ("Jean-Paul", "Jean-Pierre"), ("Maria del Carmen", "Maria Luisa")],
)
def test_other_middle_names_are_reviewed(key: dict[str, Any], one: str, other: str) -> None:
    result = match(JOHN | key | {"first_name": one}, JOHN | key | {"first_name": other})
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)


@pytest.mark.parametrize(
    ("one", "other"), [("John A.", "John"), ("John A.", "John Albert"), ("Mary Ann", "Mary Anne"), ("John A", "John A. B.")]
)
def test_middle_names_that_agree_are_one_person(one: str, other: str) -> None:
    assert number_of_people(JOHN | PHONE | {"first_name": one}, JOHN | PHONE | {"first_name": other}) == 1


def test_people_of_one_name_do_not_meet_through_a_third() -> None:
    parent = JOHN | {"phone": "+12075550101", "birth_date": "1950-03-04"}
    child = JOHN | {"email": "smith@example.org", "birth_date": "1981-11-23"}
    result = match(parent, JOHN | {"phone": "+12075550101", "email": "smith@example.org"}, child).clusters["person"].to_list()
    assert result[0] != result[2]


def known_as_one(one: dict[str, Any], other: dict[str, Any], *rows: dict[str, Any]) -> list[int]:
    """Return the persons of rows that meet a lead which is `one` and, since a merge or by a file, also `other`."""
    frame = people(one, other, *rows).rename({"line": "row"})
    first = frame["row"].to_list()[:2]
    matched = match_people(frame, Matching(), must_link=pl.DataFrame({"left": first[:1], "right": first[1:]}))
    return matched.clusters.sort("row")["person"].to_list()


ANN = {"first_name": "Ann", "last_name": "Lee", "phone": "+12075550166"}
BOB = {"first_name": "Bob", "last_name": "Roe", "phone": "+12075550156"}


@pytest.mark.parametrize(("one", "other"), [(ANN, BOB), ({**ANN, "last_name": "Lee 66"}, {**ANN, **PHONE, "last_name": "Lee 56"})])
def test_rows_of_two_people_who_were_merged_are_the_one_lead(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert len(set(known_as_one(one, other, other, one))) == 1


def test_a_merge_brings_no_third_to_the_lead() -> None:
    cleo = {"first_name": "Cleo", "last_name": "Day", "phone": "+12075550199"}
    assert len(set(known_as_one(ANN, BOB, BOB, ANN, cleo))) == 2
    # A stranger with the number of one of them is still a stranger.
    assert len(set(known_as_one(ANN, BOB, BOB, cleo | {"phone": ANN["phone"]}))) == 2


def test_what_a_file_left_out_of_a_lead_decides_nothing_of_others() -> None:
    """Two numbers of one John do not make John A. and John B. one."""
    john = {"first_name": "John", "last_name": "Smith", "phone": "+12075550166"}
    rows = ({**john, "first_name": "John A."}, {**john, "first_name": "John B.", "phone": "+12075550156"})
    assert len(set(known_as_one(john, john | {"phone": "+12075550156"}, *rows))) == 2


def read(tmp_path: Path, header: str, *lines: str) -> pl.DataFrame:
    """The persons that `henk match` finds in a file."""
    file = tmp_path / "people.csv"
    file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    frame, _ = read_people(file, None, "US")
    return match_people(frame, Matching()).clusters


@pytest.mark.parametrize(
    "column",
    ["Middle Name", "MIDDLE_NAME", "Middle Initial", "middle", "M.I.", "MI", "CnBio_Middle_Name", "Contact Middle Name", "Zweiter Vorname"],
)
@pytest.mark.parametrize(
    ("one", "other", "number"),
    [("A.", "B.", 2), ("Albert", "Brian", 2), ("A", "B", 2), ("A.", "Albert", 1), ("A.", "", 1), ("albert", "ALBERT", 1), ("7", "8", 1)],
)
def test_a_middle_name_in_its_own_column_is_compared(tmp_path: Path, column: str, one: str, other: str, number: int) -> None:
    home = "+12075550101,12 Maple Street,Portland,ME,04101"
    header = f"First Name,{column},Last Name,Phone,Street,City,State,ZIP"
    assert read(tmp_path, header, f"John,{one},Smith,{home}", f"John,{other},Smith,{home}")["person"].n_unique() == number


@pytest.mark.parametrize("column", ["Spouse Middle Name", "Phonetic Middle Name", "Milk", "Middle School"])
def test_other_columns_are_no_middle_names(tmp_path: Path, column: str) -> None:
    header = f"First Name,{column},Last Name,Phone"
    assert read(tmp_path, header, "John,A.,Smith,+12075550101", "John,B.,Smith,+12075550101")["person"].n_unique() == 1


def test_a_middle_name_is_not_written_into_the_given_name(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("First Name,Middle Name,Last Name,Phone\nJohn,A.,Smith,207-555-0101\nJohn,B.,Smith,207-555-0101\n")
    leads = pl.concat(score_rows(validate_file(file, Manifest(), "US").leads, date(2026, 1, 1)))
    assert leads.select("first_name", "custom_fields").rows() == [("John", '{"Middle Name":"A."}'), ("John", '{"Middle Name":"B."}')]


@pytest.mark.parametrize("key", [PHONE, MAIL], ids=["telephone", "e-mail"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("J.R.", "John R."), ("J.R.", "J. R."), ("J.R.R.", "John Ronald"), ("J.Robert", "John Robert"), ("Dr. Amos", "Amos"),
        ("Dr Amos", "AMOS"), ("Dr.Amos", "Amos"), ("Rev. Dr. Paul", "Paul"), ("Prof. Ana", "Ana"), ("Mr. John", "John"), ("Mrs. Julia", "Julia"),
        ("Dr. J.R.", "John R."), ("Dr. Bob", "Robert"), ("Frau Julia", "Julia"),
    ],
)  # fmt: skip
def test_initials_and_titles_are_no_other_given_names(key: dict[str, Any], one: str, other: str) -> None:
    for rows in ((one, other), (other, one)):
        assert number_of_people(*(JOHN | key | {"first_name": name} for name in rows)) == 1


@pytest.mark.parametrize("key", [PHONE, MAIL], ids=["telephone", "e-mail"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("J.R.", "John T."), ("J.R.", "Tom R."), ("Dr. Amos", "Ruth"), ("Dr. Amos", "Dr. Ruth"), ("Mrs. John", "John"), ("Mrs. John", "Mr. John"),
        ("Mrs. Chris", "Chris"), ("Mr. and Mrs. John", "John"), ("Dr.", "Ruth"), ("Mr. Francis", "Ms. Frances"), ("J.R.", "J.T."),
    ],
)  # fmt: skip
def test_initials_and_titles_make_nobody_one(key: dict[str, Any], one: str, other: str) -> None:
    for rows in ((one, other), (other, one)):
        assert number_of_people(*(JOHN | key | {"first_name": name} for name in rows)) == 2


MARRIED = ({"first_name": "Ana", "last_name": "Lima"}, {"first_name": "Ana", "last_name": "Ng"})
BORN = {"birth_date": "1984-03-07"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}), (MAIL, {}), (BORN, {}), (MAIL, {"email": "ng@example.org"}), ({"mobile_phone": "+12075550190"}, {}),
        ({"source": "crm", "source_id": "7"}, {"source": "crm", "source_id": "8"}), ({"mobile_phone": "+12075550190"}, {"mobile_phone": "+12075550191"}),
    ],
    ids=["nothing else", "one e-mail", "one birth date", "two e-mails", "one mobile", "two source ids", "two mobiles"],
)  # fmt: skip
def test_another_family_name_at_one_telephone_and_home_is_reviewed(one: dict[str, Any], other: dict[str, Any]) -> None:
    rows = [HOME | PHONE | name | own for name, own in zip(MARRIED, (one, other), strict=True)]
    for order in (rows, rows[::-1]):
        result = match(*order)
        assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)


@pytest.mark.parametrize(
    "evidence",
    [MAIL, BORN, {"source": "crm", "source_id": "7"}, {"mobile_phone": "+12075550190"}],
    ids=["e-mail", "born", "id", "two numbers"],
)
def test_another_family_name_is_one_person_where_other_evidence_agrees(evidence: dict[str, Any]) -> None:
    assert number_of_people(*(HOME | PHONE | name | evidence for name in MARRIED)) == 1


@pytest.mark.parametrize("last", ["Lima-Ng", "Lima Ng", "Limma", "LIMA"])
def test_a_family_name_that_is_kept_or_misspelt_is_no_other_one(last: str) -> None:
    assert number_of_people(HOME | PHONE | MARRIED[0], HOME | PHONE | {"first_name": "Ana", "last_name": last}) == 1


JANE = {"first_name": "Jane", "last_name": "Smith"} | PHONE
NAMELESS = {"last_name": "Smith"} | PHONE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"email": "jane@example.org"}, {"email": "tom@example.org"}),
        ({"mobile_phone": "+12075550190"}, {"mobile_phone": "+12075550191"}),
        ({"email": "jane@example.org", "mobile_phone": "+12075550190"}, {"mobile_phone": "+12075550191"}),
    ],
)
def test_a_row_without_a_first_name_that_is_reached_otherwise_is_another_of_the_house(one: dict[str, Any], other: dict[str, Any]) -> None:
    for home in ({}, HOME):
        for likely in (True, False):
            assert match(home | JANE | one, home | NAMELESS | other, likely=likely).clusters["person"].n_unique() == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}), ({"email": "jane@example.org"}, {}), ({"email": "jane@example.org"}, {"email": "Jane@Example.org"}),
        ({"email": "jane@example.org"}, {"email": "info@example.org"}), ({"email": "jane@example.org", "mobile_phone": "+12075550190"},
        {"email": "j@example.org", "mobile_phone": "+12075550190"}),
    ],
)  # fmt: skip
def test_a_row_without_a_first_name_that_nothing_contradicts_is_the_persons(one: dict[str, Any], other: dict[str, Any]) -> None:
    other = {name: value.lower() for name, value in other.items()}
    assert match(JANE | one, NAMELESS | other, likely=False).clusters["person"].n_unique() == 1


ID = {"source": "crm", "source_id": "7"}


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        (("Ana", "Lima"), ("Ben", "Ng"), 2), (("Ana", "Lima"), ("Ana", "Ng"), 1), (("Ana", "Lima"), ("Maria", "Lima"), 1),
        (("Ana", "Lima"), ("Anita", "Lima"), 1), (("Ana", "Lima"), ("Lima", "Ana"), 1), (("Ana", "Lima"), ("A.", "Ng"), 1),
        (("Ana", None), ("Ben", None), 1), (("Ana", "Lima Sr."), ("Ana", "Lima Jr."), 2),
    ],
)  # fmt: skip
def test_a_record_keeps_its_id_through_one_new_name_but_not_two(
    one: tuple[str, str | None], other: tuple[str, str | None], number: int
) -> None:
    rows = [{"first_name": first, "last_name": last} | ID for first, last in (one, other)]
    assert number_of_people(*rows) == number


@pytest.mark.parametrize(("one", "other"), [("Nathan", "John"), ("Roy", "Lee")])
def test_two_names_that_are_short_for_a_third_are_reviewed(one: str, other: str) -> None:
    rows = [
        JOHN | BORN | {"first_name": one, "phone": "+12075550101"},
        JOHN | BORN | {"first_name": other, "phone": "+12075550177", "email": "smith@example.org"},
    ]
    result = match(*rows)
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)
    assert number_of_people(JOHN | PHONE | {"first_name": "Bob"}, JOHN | PHONE | {"first_name": "Rob"}) == 1


@pytest.mark.parametrize("key", [PHONE | MAIL, MAIL, PHONE], ids=["both", "e-mail", "telephone"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nathan", "John"), ("Nathan", "Jon"), ("Roy", "Lee"), ("Joan", "Jody"),
    ],
)  # fmt: skip
def test_a_couple_of_names_that_are_short_for_a_third_is_reviewed(key: dict[str, Any], one: str, other: str) -> None:
    rows = [HOME | key | {"last_name": "Young", "first_name": name} for name in (one, other)]
    for order in (rows, rows[::-1]):
        assert match(*order, likely=False).clusters["person"].n_unique() == 2
        result = match(*order)
        assert result.clusters["person"].n_unique() == 2
        assert result.review_pairs.height == 1 or key != PHONE | MAIL


@pytest.mark.parametrize("key", [PHONE | MAIL, MAIL, PHONE], ids=["both", "e-mail", "telephone"])
@pytest.mark.parametrize(
    ("one", "other"), [("Marie", "Maureen"), ("Marie", "Marion"), ("Elaine", "Nora"), ("Jack", "Jackson"), ("Max", "Maxine")]
)
def test_a_couple_of_two_names_that_people_bear_in_full_is_two_people(key: dict[str, Any], one: str, other: str) -> None:
    rows = [HOME | key | {"last_name": "Young", "first_name": name} for name in (one, other)]
    for order in (rows, rows[::-1]):
        assert match(*order, likely=False).clusters["person"].n_unique() == 2
        assert match(*order).clusters["person"].n_unique() == 2


@pytest.mark.parametrize("key", [PHONE | MAIL, MAIL, PHONE], ids=["both", "e-mail", "telephone"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nathan", "Nate"), ("Jon", "John"), ("Jonathan", "Nathan"), ("Jonathan", "John"), ("Bob", "Rob"), ("Bill", "Will"), ("Kate", "Kathy"),
        ("Beth", "Liz"), ("Ted", "Ed"), ("Kathryn", "Catherine"), ("Leroy", "Roy"), ("Peg", "Meg"), ("Don", "Donald"), ("Ken", "Kenneth"),
    ],
)  # fmt: skip
def test_a_known_nickname_with_one_contact_is_one_person(key: dict[str, Any], one: str, other: str) -> None:
    rows = [key | {"last_name": "Young", "first_name": name} for name in (one, other)]
    for order in (rows, rows[::-1]):
        assert match(*order, likely=False).clusters["person"].n_unique() == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Don", "Donna"), ("Ron", "Ronda"), ("Glen", "Glenda"), ("Glenn", "Glenna"), ("Ken", "Kendra"), ("Norm", "Norma"), ("Alan", "Alana"),
        ("Tim", "Timothea"), ("Karl", "Karla"), ("Ray", "Rayna"), ("Dan", "Danielle"), ("Rob", "Roberta"), ("Phil", "Phillis"),
    ],
)  # fmt: skip
def test_a_couple_of_which_one_name_begins_like_the_other_is_two_people(one: str, other: str) -> None:
    rows = [HOME | PHONE | MAIL | {"last_name": "Young", "first_name": name} for name in (one, other)]
    for likely in (True, False):
        assert match(*rows, likely=likely).clusters["person"].n_unique() == 2


@pytest.mark.parametrize(
    "key", ["207-555-0142,smith@example.org", "207-555-0142,", ",smith@example.org"], ids=["both", "telephone", "e-mail"]
)
@pytest.mark.parametrize(
    ("header", "one", "other"),
    [
        ("Name,", "Mrs. John Smith,", "John Smith,"), ("Name,", "Mrs. John Smith,", "Mr. John Smith,"),
        ("Title,Name,", "Mrs.,John Smith,", "Mr.,John Smith,"), ("Title,First Name,Last Name,", "Mrs.,John,Smith,", "Mr.,John,Smith,"),
        ("First Name,Last Name,", "Mrs. John,Smith,", "John,Smith,"),
    ],
)  # fmt: skip
def test_the_wife_of_a_man_who_is_called_by_his_name_is_reviewed(tmp_path: Path, key: str, header: str, one: str, other: str) -> None:
    file = tmp_path / "people.csv"
    home = "12 Maple Street,Portland,ME,04101"
    file.write_text(f"{header}Phone,Email,Street,City,State,ZIP\n{one}{key},{home}\n{other}{key},{home}\n")
    frame, _ = read_people(file, None, "US")
    result = match_people(frame, Matching())
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)


@pytest.mark.parametrize(
    ("name", "bare"),
    [("Mrs. John", "John"), ("mrs john", "john"), ("Br. Mary", "Mary"), ("br inlry", None), ("Brian", None), ("Mrsa Lee", None)],
)
def test_only_a_certain_title_shows_another_person(name: str, bare: str | None) -> None:
    """Of a given name that is divided by a slip ("br inlry") no part is a title."""
    titled, plain = without_titles_of_others(pl.Series("row", [1]), pl.Series("first_name", [name]))
    assert (titled.len(), plain.to_list()) == ((1, [bare]) if bare else (0, [name]))


def test_a_name_that_a_file_left_out_of_a_lead_excuses_nothing_that_contradicts_the_lead() -> None:
    """A lead that was also written Seo does not take Seo-jun for Seo-yeon."""
    seo = HOME | PHONE | {"first_name": "Seo", "last_name": "Park"}
    lead, other = seo | {"first_name": "Seo-yeon"}, seo | {"first_name": "Seo-jun"}
    assert len(set(known_as_one(lead, seo, other))) == 2
    assert len(set(known_as_one(lead, seo | {"email": "seo@example.org"}, other | {"email": "jun@example.org"}))) == 2
    assert len(set(known_as_one(lead, seo, seo, lead))) == 1
