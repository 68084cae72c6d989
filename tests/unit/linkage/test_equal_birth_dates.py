"""An equal birth date never makes one person of two names: towns have namesakes, and twins share it."""

from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from henk_pipeline.linkage.name_relations import Relation, relate_family_names, relate_given_names
from henk_pipeline.steps.match import Matched, Matching, match_people
from tests.unit.leads.people import people

Name = tuple[str, str]
NOTHING: dict[str, str] = {}
TOWN = {"city": "Albany", "state": "NY", "postal_code": "12201"}
HOME = TOWN | {"street": "14 Elm Street"}

OF_TWO: list[tuple[Name, Name]] = [
    (("Ngoc Quang", "Bui"), ("Ngoc Ha", "Bui")), (("Mary Ann", "Smith"), ("Mary Jane", "Smith")), (("Maria Jose", "Garcia"), ("Maria Luisa", "Garcia")),
    (("Jean-Pierre", "Martin"), ("Jean-Paul", "Martin")), (("Min-jun", "Kim"), ("Min-hee", "Kim")), (("Soo-jin", "Park"), ("Soo-min", "Park")),
    (("Ana", "Fernandez Martinez"), ("Ana", "Martin Martinez")), (("Jose", "Garcia Lopez"), ("Jose", "Garcia Perez")),
    (("Luísa", "Costa Rodrigues"), ("Luísa", "Oliveira Rodrigues")), (("Omar", "Abu Ali"), ("Omar", "Abu Bakr")),
    (("Ali", "Al-Ahmad"), ("Ali", "Al-Saleh")), (("Omar", "bin Salman"), ("Omar", "bin Zayed")), (("Siti", "binti Ahmad"), ("Siti", "binti Hassan")),
    (("Anna", "Hall"), ("Anna", "Hill")), (("Anna", "Bos"), ("Anna", "Vos")), (("Hannes", "Klein"), ("Hannes", "Kleine")),
    (("Young-soo", "Cho"), ("Young-soo", "Choi")), (("Sofia", "Papadopoulou"), ("Sofia", "Papadopoulos")),
    (("Anna", "Sigurdsdottir"), ("Anna", "Sigurdardottir")), (("Mary", "Smith"), ("Mary", "Jones")), (("Laura", "Price"), ("Laura", "Tremblay")),
    (("Anna", "Family BA"), ("Anna", "Family CE")), (("User A", "Test"), ("User B", "Test")), (("Donor One", "Sample"), ("Donor Two", "Sample")),
    (("UserOne", "TestOne"), ("UserOne", "TestNine")), (("Namebh", "FamilyBH"), ("Namehb", "FamilyHB")), (("Padric", "Kowalsky"), ("Zadric", "Kowalsky")),
    (("Lei", "Li"), ("Li", "Wu")), (("Eun-woo", "Cho"), ("Eun-kyung", "Choi")), (("Amr", "Al-Ahmad"), ("Amir", "Al-Rashid")),
    (("Pavel", "Novak"), ("Pavla", "Novakova")), (("Rakesh", "Shah"), ("Rajesh", "Shah")), (("Kayla", "Webb"), ("Kyla", "Webb")),
    (("Ilir", "Hoxha"), ("Ilira", "Hoxha")),
]  # fmt: skip
OF_ONE: list[tuple[Name, Name]] = [
    (("Mary", "Smith"), ("Mary Ann", "Smith")), (("Jose", "Garcia"), ("Jose", "Garcia Lopez")), (("Ali", "Al-Ahmad"), ("Ali", "Ahmad")),
    (("Mahmud", "Khan"), ("Mahmoud", "Khan")), (("Lakshmi", "Rao"), ("Laxmi", "Rao")),
    (("Robert", "Hall"), ("Bob", "Hall")), (("Gerald", "White"), ("Jerry", "White")), (("Jessica", "Hall"), ("Jesisca", "Hall")),
    (("Anna", "Johnson"), ("Anna", "Jonhson")), (("Anna", "Müller"), ("Anna", "Mueller")),
]  # fmt: skip


def matched(names: list[tuple[Name, Name]], shared: dict[str, str], *, other: bool, born: bool) -> tuple[set[int], int]:
    """Return the pairs of names that are merged, and how many are reviewed: pairs of other towns and birth dates in one table."""
    rows: list[dict[str, Any]] = []
    for number, pair in enumerate(names):
        place = {name: f"{cell} {number}" if name == "city" else cell for name, cell in shared.items()}
        place |= {"postal_code": f"{12201 + 13 * number}"} if place else {}
        if "phone" in place:
            place["phone"] = f"+1518262{1000 + 37 * number}"
        day = {"birth_date": str(date(1950, 1, 3) + timedelta(days=211 * number))} if born else {}
        for side, (first, last) in enumerate(pair):
            own = {
                "email": f"{'qz'[side]}{number * 7919}@{('aol.com', 'gmail.com')[side]}",
                "street": f"{number + 5 * side} {('Oak St', 'Elm Rd')[side]}",
            }
            own |= {"phone": f"+1518{(455, 262)[side]}{2000 + 41 * number + 913 * side}"}
            rows.append({"first_name": first, "last_name": last} | (own if other else {}) | place | day)
    result = match_people(people(*rows).rename({"line": "row"}), Matching())
    cluster = result.clusters.sort("row")["person"].to_list()
    return {number for number in range(len(names)) if cluster[2 * number] == cluster[2 * number + 1]}, result.review_pairs.height


@pytest.mark.parametrize(("shared", "other"), [(TOWN, True), (TOWN, False), (HOME, True)])
def test_an_equal_birth_date_merges_no_other_names(shared: dict[str, str], *, other: bool) -> None:
    merged, _ = matched(OF_TWO, shared, other=other, born=True)
    assert [OF_TWO[number] for number in sorted(merged)] == []


def test_a_telephone_of_a_household_merges_no_other_names() -> None:
    merged, _ = matched(OF_TWO, HOME | {"phone": "+15182621000"}, other=False, born=False)
    one_letter = [pair for number, pair in enumerate(OF_TWO) if number in merged and pair[0][0] != pair[1][0]]
    assert one_letter == []


def test_spellings_short_forms_and_slips_of_one_birth_date_are_one_person() -> None:
    merged, _ = matched(OF_ONE, TOWN, other=False, born=True)
    assert [pair for number, pair in enumerate(OF_ONE) if number not in merged] == []


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("hall", "hill", Relation.OF_TWO), ("hall", "halk", Relation.SLIP), ("garcia", "lopez", Relation.OTHER), ("xqvwlt", "xqvwlz", Relation.UNKNOWN),
        ("testone", "testnine", Relation.OF_TWO), ("s", "salas", Relation.SPELLING), ("li", "lu", Relation.OTHER),
    ],
)  # fmt: skip
def test_family_names_are_related(one: str, other: str, relation: Relation) -> None:
    assert relate_family_names(one, other) is relation
    assert relate_family_names(other, one) is relation


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("pavel", "pavla", Relation.OF_TWO), ("zdenek", "zdenka", Relation.OF_TWO), ("ilir", "ilira", Relation.OF_TWO), ("kayla", "kyla", Relation.OF_TWO),
        ("robert", "roberr", Relation.SLIP), ("patricia", "patricai", Relation.SLIP), ("userone", "usertwo", Relation.OF_TWO), ("hong", "na", Relation.OTHER),
    ],
)  # fmt: skip
def test_given_names_are_related(one: str, other: str, relation: Relation) -> None:
    assert relate_given_names(one, other) is relation
    assert relate_given_names(other, one) is relation


@cache
def town_of_pairs(kind: str) -> Matched:
    """Return the matched people of a town with 110 pairs of one house: twins, or fathers and sons of one name."""
    rows: list[dict[str, Any]] = []
    firsts, lasts = ("Richard", "Mary", "James", "Susan", "John"), ("Watson", "Miller", "Hall", "Baker", "Young", "Reed")
    for number in range(110):
        first, last = firsts[number % 5], lasts[number % 6]
        home = TOWN | {"street": f"{number + 1} Elm St", "last_name": last}
        born, younger = date(1950, 1, 3) + timedelta(days=61 * number), date(1979, 2, 5) + timedelta(days=67 * number)
        second = first if kind == "fathers" else firsts[(number + 2) % 5]
        for side, (name, day) in enumerate(((first, born), (second, younger if kind == "fathers" else born))):
            row = home | {"first_name": name, "birth_date": str(day), "phone": f"+1518{(262, 399)[side]}{1000 + number}"}
            rows.append(row | ({"email": f"{name}.{last}{number}@gmail.com".lower()} if side or kind == "twins" else {}))
    return match_people(people(*rows).rename({"line": "row"}), Matching())


@pytest.mark.parametrize("kind", ["fathers", "twins"])
def test_a_town_of_fathers_and_sons_or_of_twins_is_no_file_of_damaged_copies(kind: str) -> None:
    assert town_of_pairs(kind).clusters["person"].n_unique() == 220


def test_a_married_name_needs_a_contact_besides_the_birth_date() -> None:
    one = {"first_name": "Mary", "last_name": "Smith", "birth_date": "1982-08-15"} | TOWN
    for contact, persons in (({"phone": "+15182621000"}, 1), ({"email": "mary77@aol.com"}, 1), (NOTHING, 2)):
        result = match_people(people(one | contact, one | contact | {"last_name": "Jones"}).rename({"line": "row"}), Matching())
        assert (result.clusters["person"].n_unique(), result.review_pairs.height) == (persons, persons - 1)


def test_one_e_mail_address_and_another_day_of_one_month_is_a_slip() -> None:
    row = {"first_name": "Anna", "last_name": "Ward", "email": "annaward64@hotmail.com", "birth_date": "1957-05-19"} | TOWN
    frame = people(row, row | {"first_name": "Ana", "birth_date": "1957-05-20"}).rename({"line": "row"})
    assert match_people(frame, Matching()).clusters["person"].n_unique() == 1
    frame = people(row, row | {"birth_date": "1982-03-07"}).rename({"line": "row"})
    assert match_people(frame, Matching()).clusters["person"].n_unique() == 2


AUSTIN, BOSTON = {"city": "Austin", "state": "TX"}, {"city": "Boston", "state": "MA"}
PHONES = {"phone": "+12075550101"}, {"phone": "+15129990177"}
EMAILS = {"email": "m.garcia@gmail.com"}, {"email": "teacher77@aol.com"}
JANUARY, MAY = {"birth_date": "1960-01-01"}, {"birth_date": "1960-05-13"}
FILLERS = [
    {"first_name": first, "last_name": last, "phone": f"+1503555{1000 + 37 * number}", "birth_date": f"19{40 + 5 * number}-0{number + 2}-17"}
    for number, (first, last) in enumerate((("Tom", "Reed"), ("Ida", "Jung"), ("Cal", "Hale"), ("Eva", "Stone"), ("Sam", "Booth"), ("Roy", "Flint"), ("Amy", "Crane"), ("Leo", "Marsh")))
]  # fmt: skip

NAMESAKES_OF_A_DAY = {
    "january, no kind of contact in common": (JANUARY, {"email": "a@b.org"}, PHONES[0] | AUSTIN | {"postal_code": "73301"}),
    "january, two telephones": (JANUARY, PHONES[0], PHONES[1]),
    "january, nothing else": (JANUARY, NOTHING, NOTHING),
    "january, one town": (JANUARY, PHONES[0] | AUSTIN, PHONES[1] | AUSTIN),
    "january, both contacts and the town": (JANUARY, PHONES[0] | EMAILS[0] | AUSTIN, PHONES[1] | EMAILS[1] | BOSTON),
    "both contacts and the town": (MAY, PHONES[0] | EMAILS[0] | AUSTIN, PHONES[1] | EMAILS[1] | BOSTON),
    "a telephone and the town": (MAY, PHONES[0] | AUSTIN, PHONES[1] | BOSTON),
    "an e-mail address and the town": (MAY, EMAILS[0] | AUSTIN, EMAILS[1] | BOSTON),
    "a telephone, no town": (MAY, PHONES[0], PHONES[1]),
    "a telephone, one has no town": (MAY, PHONES[0] | AUSTIN, PHONES[1]),
    "a telephone, a town of one name in another region": (
        MAY, PHONES[0] | {"city": "Portland", "postal_code": "04101"}, PHONES[1] | {"city": "Portland", "postal_code": "97201"},
    ),
    "both contacts in one town": (MAY, PHONES[0] | EMAILS[0] | AUSTIN, PHONES[1] | EMAILS[1] | AUSTIN),
}  # fmt: skip
ONE_OF_A_DAY = {
    "january, one telephone": (JANUARY, PHONES[0] | AUSTIN, PHONES[0] | BOSTON),
    "january, one e-mail address": (JANUARY, EMAILS[0] | PHONES[0], EMAILS[0] | PHONES[1]),
    "january, one house": (JANUARY, HOME | PHONES[0], HOME | PHONES[1]),
    "january, a slip in the e-mail address": (JANUARY, {"email": "m.garcia@gmail.com"}, {"email": "m.gracia@gmail.com"}),
    "january, a slip in the telephone": (JANUARY, PHONES[0], {"phone": "+12075550110"}),
    "one telephone in two towns": (MAY, PHONES[0] | EMAILS[0] | AUSTIN, PHONES[0] | EMAILS[1] | BOSTON),
    "one e-mail address in two towns": (MAY, PHONES[0] | EMAILS[0] | AUSTIN, PHONES[1] | EMAILS[0] | BOSTON),
    "one house": (MAY, HOME | PHONES[0] | EMAILS[0], HOME | PHONES[1] | EMAILS[1]),
    "a slip in the e-mail address": (MAY, {"email": "garcia71@gmail.com"} | AUSTIN, {"email": "garcia17@gmail.com"} | BOSTON),
    "the mailbox at another provider": (MAY, {"email": "garcia71@gmail.com"}, {"email": "garcia71@yahoo.com"}),
    "a telephone in one town": (MAY, PHONES[0] | AUSTIN, PHONES[1] | AUSTIN),
    "a telephone in a misspelt town": (MAY, PHONES[0] | AUSTIN, PHONES[1] | {"city": "Asutin"}),
    "a telephone and one postal code": (MAY, PHONES[0] | {"postal_code": "73301"}, PHONES[1] | {"postal_code": "73301"}),
    "no contact": (MAY, AUSTIN, BOSTON),
}  # fmt: skip
NAMES: list[Name] = [("Maria", "Garcia"), ("Mohammed", "Khan"), ("Ottoline", "Quackenbush")]


def persons_and_reviews(day: dict[str, str], one: dict[str, str], other: dict[str, str], name: Name) -> set[tuple[bool, int]]:
    """Return whether two rows of a name and a birth date are one, and how many pairs are reviewed, alone and in a file of ten."""
    named = {"first_name": name[0], "last_name": name[1]} | day
    results = set()
    for rows in ([named | one, named | other], [named | other, named | one, *FILLERS]):
        result = match_people(people(*rows).rename({"line": "row"}), Matching())
        persons = result.clusters.sort("row")["person"].to_list()
        results.add((persons[0] == persons[1], result.review_pairs.height))
    return results


@pytest.mark.parametrize("kind", NAMESAKES_OF_A_DAY)
def test_namesakes_of_one_birth_date_without_a_contact_in_common_are_reviewed(kind: str) -> None:
    assert {name: persons_and_reviews(*NAMESAKES_OF_A_DAY[kind], name) for name in NAMES} == {name: {(False, 1)} for name in NAMES}


@pytest.mark.parametrize("kind", ONE_OF_A_DAY)
def test_a_name_and_a_birth_date_with_a_contact_house_or_town_in_common_are_one(kind: str) -> None:
    assert {name: persons_and_reviews(*ONE_OF_A_DAY[kind], name) for name in NAMES} == {name: {(True, 0)} for name in NAMES}


JOHN = {"first_name": "John", "last_name": "Smith", "birth_date": "1970-05-17"}
OF_PORTLAND = {"phone": "+12075550101", "city": "Portland", "state": "ME", "postal_code": "04101"}
OF_DALLAS = {"phone": "+12145559987", "city": "Dallas", "state": "TX", "postal_code": "75201"}
MAILBOXES = {"email": "john.s@aol.com"}, {"email": "smithj77@gmail.com"}
HOMES = {"street": "12 Maple Street"}, {"street": "900 Commerce Road"}


@pytest.mark.parametrize("more", [(NOTHING, NOTHING), (MAILBOXES[0] | HOMES[0], MAILBOXES[1] | HOMES[1])])
@pytest.mark.parametrize("third", [NOTHING, {"city": "Portland"}, {"middle": "A."}])
@pytest.mark.parametrize("leads", [0, 2])
def test_namesakes_of_one_day_do_not_meet_through_a_third_row(
    more: tuple[dict[str, str], dict[str, str]], third: dict[str, str], leads: int
) -> None:
    place = {name: cell for name, cell in third.items() if name != "middle"} | {"first_name": f"John {third.get('middle', '')}".strip()}
    frame = people(JOHN | OF_PORTLAND | more[0], JOHN | OF_DALLAS | more[1], JOHN | place).rename({"line": "row"})
    known = {"leads": frame["row"][:leads], "new": frame["row"][leads:]} if leads else {}
    clusters = match_people(frame, Matching(), **known).clusters.sort("row")["person"].to_list()
    assert clusters[0] != clusters[1]


def test_a_namesake_of_one_day_leaves_the_bridge_to_the_one_of_its_town() -> None:
    frame = people(JOHN | OF_PORTLAND, JOHN | OF_DALLAS, JOHN | {"city": "Dallas", "postal_code": "75201"}).rename({"line": "row"})
    assert match_people(frame, Matching()).clusters.sort("row")["person"].to_list() == [2, 3, 3]


def test_one_person_of_two_contacts_is_still_found_by_a_row_with_both() -> None:
    both = {"phone": OF_PORTLAND["phone"], "mobile_phone": OF_DALLAS["phone"]}
    frame = people(JOHN | OF_PORTLAND, JOHN | OF_DALLAS, JOHN | both).rename({"line": "row"})
    assert match_people(frame, Matching()).clusters["person"].n_unique() == 1
