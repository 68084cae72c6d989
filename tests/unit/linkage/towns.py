"""Towns of different people, close to each other as people of one town are: no two rows are one person."""

import random
from typing import Any, Literal

Style = Literal["village", "offices", "families"]
STYLES: tuple[Style, ...] = ("village", "offices", "families")
FIRST = (  # noqa: SIM905 - a list of words
    "Mary James Linda Robert Susan John Karen David Nancy Michael Donna Richard Carol Thomas Sharon Mark Ruth Paul Lisa Daniel Laura "
    "Steven Helen Kevin Diane Brian Julie George Joyce Edward Elizabeth Ronald William Bill Shirley Lee Anna Carl Emma Frank Alice Peter Rose "
    "Henry Grace Arthur Clara Walter Edith Louis Irene Ralph Ellen Roy Marie Eugene Jean Gerald Doris Harold Judith Nathan Elena Dennis Gloria"
).split()
LAST = (  # noqa: SIM905 - a list of words
    "Smith Johnson Miller Davis Wilson Moore Taylor Anderson Thomas Jackson White Harris Martin Clark Lewis Walker Hall Allen Young King "
    "Wright Hill Scott Green Adams Baker Nelson Carter Mitchell Roberts Turner Phillips Campbell Parker Evans Edwards Collins Stewart Morris "
    "Rogers Reed Cook Morgan Bell Murphy Bailey Cooper Richardson Cox Howard Ward Peterson Gray Watson Brooks Kelly Sanders Price Bennett "
    "Wood Barnes Ross Henderson Coleman Jenkins Perry Powell Long Patterson Hughes Dalton Eaton Fisher Garner Abbott Zimmer Keane Oduya"
).split()
DOMAINS = ("gmail.com", "yahoo.com", "aol.com", "town.example.org")
STREETS = ("Main St", "Oak St", "Elm St", "Mill Rd", "Church St", "Lake Dr")


def town(style: Style, size: int, seed: int = 1) -> list[dict[str, Any]]:
    """Return `size` different people of one town, with distinct pairs of first and last name.

    Args:
        style: `village` has consecutive numbers of one exchange, few birthdays and a skewed frequency of family names; `offices`
            has colleagues at one address with neighbouring extensions; `families` has households with twins and a family name in common.
        size: The number of people.
        seed: The seed of the random choices.
    """
    chance = random.Random(f"{style} {seed}")
    names = [(first, last) for last in LAST for first in FIRST]
    # Few family names are common, as in a village: the weight falls with the rank.
    weights = [1 / (1 + LAST.index(last)) ** 0.5 for _, last in names]
    chosen = sorted(names, key=lambda name: chance.random() ** (1 / weights[names.index(name)]), reverse=True)[:size]
    days = [f"19{chance.randrange(40, 99)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}" for _ in range(size // 6)]
    if style == "families":
        chosen.sort(key=lambda name: name[1])
    return [_person(style, number, first, last, chance, days) for number, (first, last) in enumerate(chosen)]


def _person(style: Style, number: int, first: str, last: str, chance: random.Random, days: list[str]) -> dict[str, Any]:
    separator = chance.choice((".", "", "_"))
    mailbox = chance.choice((f"{first}{separator}{last}", f"{first[0]}{last}{number % 100}", f"{last}{separator}{first}")).lower()
    person: dict[str, Any] = {
        "first_name": first, "last_name": last, "city": "Albany", "state": "NY", "postal_code": f"122{number % 8:02}",
        "phone": f"+1518262{number + 1000:04}", "birth_date": chance.choice(days), "street": f"{number % 150 + 1} {chance.choice(STREETS)}",
        "email": f"{mailbox}{number}@{chance.choice(DOMAINS)}" if chance.random() < 0.7 else None,
    }  # fmt: skip
    if style == "offices":
        person |= {
            "street": f"{number // 30 * 10 + 1} Main St",
            "postal_code": "12203",
            "email": f"{mailbox}{number}@office{number // 30}.example.org",
        }
    if style == "families":
        household = number // 4
        person |= {"street": f"{household + 1} {STREETS[household % 6]}", "postal_code": f"122{household % 8:02}"}
        person |= {"birth_date": days[household % len(days)] if number % 4 >= 2 else person["birth_date"]}
        person |= {"phone": f"+1518262{household + 1000:04}"} if number % 2 == 0 else {}
    return person
