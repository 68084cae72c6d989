"""Different people stay different: what looks alike in a town is no proof."""

from typing import Any

import polars as pl
import pytest

from henk_pipeline.steps.match import Matched, Matching, match_people
from tests.unit.leads.people import people
from tests.unit.linkage.towns import FIRST, LAST, STYLES, Style, town

HOME = {"street": "12 Maple Street", "city": "Portland", "state": "ME", "postal_code": "04101"}


def matched(*rows: dict[str, Any]) -> Matched:
    return match_people(people(*rows).rename({"line": "row"}), Matching())


def number_of_people(*rows: dict[str, Any]) -> int:
    return int(matched(*rows).clusters["person"].n_unique())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_two_of_six_hundred_people_of_a_town_are_merged(style: Style, seed: int) -> None:
    rows = town(style, 600, seed)
    result = matched(*rows).clusters
    together = result.filter(pl.col("person").is_duplicated()).sort("person")
    assert [rows[row - 2] for row in together["row"]] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"first_name": "Karen", "last_name": "Dalton"}, {"first_name": "Nathan", "last_name": "Eaton"}),
        ({"first_name": "Bill", "last_name": "Carter"}, {"first_name": "Robert", "last_name": "Moss"}),
        ({"first_name": "Lisa", "last_name": "Reed"}, {"first_name": "Elizabeth", "last_name": "Cox"}),
        ({"first_name": "Lee", "last_name": "Hall"}, {"first_name": "Shirley", "last_name": "Webb"}),
        ({"first_name": "Maria", "last_name": "Gomez"}, {"first_name": "Luis", "last_name": "Vega"}),
    ],
)
def test_other_first_and_last_names_are_other_people_whatever_else_agrees(one: dict[str, Any], other: dict[str, Any]) -> None:
    shared = HOME | {"birth_date": "1984-03-07"}
    result = matched(shared | one | {"phone": "+12075550101"}, shared | other | {"phone": "+12075550102"})
    assert result.clusters["person"].n_unique() == 2
    assert result.review_pairs.height == 0
    result = matched(shared | one | {"phone": "+12075550101"}, shared | other | {"phone": "+12075550101"})
    assert result.clusters["person"].n_unique() == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Opal", "Paul"), ("Alan", "Lana"), ("Dana", "Dane"), ("Ted", "Tad"), ("Sean", "Jean"), ("Eva", "Ava"), ("Ada", "Ida"), ("Maria", "Marta"),
        ("Mia", "Pia"), ("Lara", "Laura"), ("Nina", "Lina"), ("Nola", "Nora"), ("Tara", "Sara"), ("Heike", "Heiko"), ("Anja", "Tanja"),
        ("Elena", "Helena"), ("Jose", "Josue"), ("Erna", "Verna"), ("Noel", "Joel"), ("Karl", "Kara"), ("Seth", "Beth"),
        ("Gabriele", "Gabriella"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("shared", [{"phone": "+12075550101"}, {"phone": "+12075550101"} | HOME, HOME, {"birth_date": "1984-03-07"} | HOME])
def test_two_given_names_that_people_bear_are_two_people_of_a_house(one: str, other: str, shared: dict[str, Any]) -> None:
    rows = [{"first_name": name, "last_name": "Pike", "email": f"{name.lower()}@example.org"} for name in (one, other)]
    assert number_of_people(*(row | shared for row in rows)) == 2
    assert number_of_people(*(row | shared | {"email": "pikes@example.org"} for row in rows)) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [("Simone", "Simon"), ("Andrea", "Andreas"), ("Jan", "Jans"), ("Alex", "Alexa"), ("An", "Anh"), ("Jan", "Jana"),
     ("Dan", "Dana"), ("Maria", "Marian"), ("Luca", "Lucas"), ("Joe", "Joel")],
)  # fmt: skip
@pytest.mark.parametrize("shared", [HOME, HOME | {"birth_date": "1984-03-07"}])
def test_a_given_name_that_is_another_with_a_letter_more_is_asked_about_in_a_house(one: str, other: str, shared: dict[str, Any]) -> None:
    rows = [{"first_name": name, "last_name": "Pike", "email": f"{name.lower()}@example.org"} | shared for name in (one, other)]
    result = matched(*rows)
    assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (2, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Steven", "Stephen"), ("Katherine", "Catherine"), ("Kate", "Katy"), ("Jon", "John"), ("Sara", "Sarah"), ("Ann", "Anne"), ("Mraia", "Maria"),
     ("Hanna", "Hannah"), ("Greg", "Gregg"), ("Lori", "Lorie"), ("Helen", "Helene"), ("Eric", "Erick"), ("Roseann", "Roseanne"), ("Rob", "Robert")],
)  # fmt: skip
def test_two_spellings_of_one_given_name_are_one_person_of_a_house(one: str, other: str) -> None:
    assert (
        number_of_people(*({"first_name": name, "last_name": "Pike"} | HOME | {"birth_date": "1984-03-07"} for name in (one, other))) == 1
    )


@pytest.mark.parametrize(
    ("one", "other"), [("Chen", "Cheng"), ("Wang", "Wong"), ("Li", "Liu"), ("Tan", "Tang"), ("Zhang", "Zheng"), ("Yan", "Yang")]
)
@pytest.mark.parametrize("shared", [HOME, {"phone": "+12075550101"}, HOME | {"phone": "+12075550101"}])
def test_short_family_names_that_people_bear_are_two_peoples(one: str, other: str, shared: dict[str, Any]) -> None:
    rows = [
        {"first_name": "Wei", "last_name": name, "email": f"w{n}@{name.lower()}.example"} | shared for n, name in enumerate((one, other))
    ]
    assert number_of_people(*rows) == 2
    assert number_of_people(*(row | {"email": "wei@example.org"} for row in rows)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("Brian", "Brain"), ("Sean", "Shawn"), ("Mohammed", "Mohamed"), ("Eva", "Evva"), ("Opal", "Oapl"), ("Marta", "Matra"),
     ("Katja", "Katia"), ("Monica", "Monika"), ("Nils", "Niels")],
)  # fmt: skip
def test_a_slip_in_a_given_name_is_no_other_name(one: str, other: str) -> None:
    rows = [{"first_name": name, "last_name": "Pike", "phone": "+12075550101"} | HOME for name in (one, other)]
    assert number_of_people(*rows) == 1


@pytest.mark.parametrize(
    ("first", "last"),
    [("Name{}", "Family{}"), ("Donor", "{}"), ("Donor {}", "Test"), ("User{}", "Account"), ("Guest", "Table {}"), ("Anonymous {}", None)],
)
def test_a_number_is_part_of_the_name(first: str, last: str | None) -> None:
    rows = [
        {
            "first_name": first.format(n),
            "last_name": last.format(n) if last else None,
            "email": f"p{n}@example.org",
            "phone": f"+1212555{n:04}",
            "birth_date": f"{1950 + n}-03-07",
            **HOME,
        }
        for n in range(100, 130)
    ]
    assert number_of_people(*rows) == 30
    assert number_of_people(*({**row, "phone": "+12125550100", "email": None} for row in rows[:3])) == 3
    assert number_of_people(*(rows[:10] * 2)) == 10


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"last_name": "Abbott", "phone": "+16175550121"}, {"last_name": "Zimmer", "phone": "+16175550122"}),
        ({"last_name": "Keane", "phone": "+16175550131"}, {"last_name": "Oduya", "phone": "+16175550139"}),
        ({"last_name": "Park", "email": "pat.park@acme.example.org"}, {"last_name": "Dole", "email": "pat.dole@acme.example.org"}),
        ({"last_name": "Hall", "phone": "+16175550171"}, {"last_name": "Webb", "phone": "+16175550299"}),
        ({"last_name": "Gomez"}, {"last_name": "Vega"}),
    ],
)
def test_colleagues_of_one_given_name_are_not_merged(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert number_of_people(HOME | {"first_name": "Pat"} | one, HOME | {"first_name": "Pat"} | other) == 2


@pytest.mark.parametrize("mailbox", ["jsmith", "john.smith", "smithj", "js", "john"])
def test_namesakes_of_one_office_are_reviewed(mailbox: str) -> None:
    office = HOME | {"first_name": "John", "last_name": "Smith"}
    result = matched(
        office | {"email": f"{mailbox}1@acme.example.org", "phone": "+12075550161"},
        office | {"email": f"{mailbox}2@acme.example.org", "phone": "+12075550162"},
    )
    assert result.clusters["person"].n_unique() == 2
    assert result.review_pairs.height == 1


def damaged(number: int) -> list[dict[str, Any]]:
    """Return two rows of one person, who shares a house with nobody: a file of such rows has no households."""
    last = f"{LAST[number % len(LAST)]}{'aeiou'[number // len(LAST)]}"
    person = {
        "first_name": FIRST[number % len(FIRST)], "last_name": last, "street": f"{number + 1} Hill Rd", "city": f"Town{chr(97 + number % 26)}",
        "postal_code": f"{10000 + number * 7}", "birth_date": f"{1930 + number % 60}-{number % 12 + 1:02}-{number % 28 + 1:02}",
    }  # fmt: skip
    return [person, person | {"first_name": f"{person['first_name']}e"}]


@pytest.mark.parametrize(
    "shared",
    [{"birth_date": "1984-03-07"}, HOME, {"birth_date": "1984-03-07", "city": "Portland"}, HOME | {"birth_date": None, "city": "Portland"}],
    ids=["birth date", "home", "birth date and city", "home without birth date"],
)
def test_without_shared_houses_a_birth_date_or_a_home_excuses_no_other_names(shared: dict[str, Any]) -> None:
    rows = [row for number in range(150) for row in damaged(number)]
    strangers = [
        {"birth_date": "1951-11-30", "street": "9 Far Ln", "city": "Bangor", "postal_code": "04401"} | shared
        | {"first_name": "Karen", "last_name": "Dalton"},
        {"birth_date": "1977-05-21", "street": "77 Wide Av", "city": "Salem", "postal_code": "97301"} | shared
        | {"first_name": "Nathan", "last_name": "Eaton"},
    ]  # fmt: skip
    result = matched(*rows, *strangers)
    first = len(rows) + 2  # the rows of a file begin at line 2
    assert result.clusters.filter(pl.col("row").is_in([first, first + 1]))["person"].to_list() == [first, first + 1]
    asked = pl.concat([result.review_pairs["left"], result.review_pairs["right"]]).to_list()
    assert not {first, first + 1} & set(asked)


@pytest.mark.parametrize(
    "between",
    [{"first_name": "Anna", "last_name": "Jones"}, {"first_name": "Beth", "last_name": "Smith"}, {"first_name": "Anna", "last_name": None}],
)
def test_two_people_of_other_names_do_not_meet_through_a_third(between: dict[str, Any]) -> None:
    keys = {"email": "anna@example.org", "source": "crm", "source_id": "7"}
    one = {"first_name": "Anna", "last_name": "Smith", "email": "anna@example.org", "birth_date": "1984-03-07"}
    other = {"first_name": "Beth", "last_name": "Jones", "source": "crm", "source_id": "7", "phone": "+12075550101"}
    result = matched(one, keys | between, other).clusters["person"].to_list()
    assert result[0] != result[2]


@pytest.mark.parametrize("names", [("Anna", "Carl"), ("Emma", "Edith"), ("Peter", "Paul"), ("Rose", "Grace"), ("Mark", "Daniel")])
def test_twins_are_not_merged(names: tuple[str, str]) -> None:
    shared = HOME | {"last_name": "Whitfield", "birth_date": "1984-03-07", "phone": "+12075550101"}
    assert number_of_people(*(shared | {"first_name": name} for name in names)) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"phone": "+12075530101"},
        {"phone": "+12075551001"},
        {"first_name": "Beth"},
        {"first_name": "Elisabeth"},
        {"first_name": "Whitfield", "last_name": "Elizabeth"},
        {"email": "elizabeth.whitfeld@gmail.com"},
    ],
    ids=["one digit", "exchanged digits", "nickname", "variant", "names exchanged", "mailbox misspelt"],
)
def test_one_person_with_a_typing_error_is_still_found(other: dict[str, Any]) -> None:
    person = HOME | {
        "first_name": "Elizabeth", "last_name": "Whitfield", "phone": "+12075550101", "email": "elizabeth.whitfield@gmail.com",
    }  # fmt: skip
    key = {} if "phone" in other else {"phone": None}
    mail = {} if "email" in other else {"email": None}
    assert number_of_people(person | key, person | key | mail | other) == 1
