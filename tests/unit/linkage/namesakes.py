"""A town of different people with names as common as names are: many namesakes, of whom each has contacts and a home of its own."""

import random
from typing import Any

# The most common first: the weight of a name falls with its rank.
GIVEN_AND_FAMILY = {
    "English": (
        "Mary James Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Karen Charles Sarah",
        "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Thomas Taylor Moore Jackson Martin Thompson White Harris Clark Lewis Walker",
    ),
    "Spanish": (
        "Maria Jose Juan Guadalupe Luis Carmen Carlos Rosa Jesus Ana Francisco Juana Miguel Margarita Pedro Teresa Manuel Elena Antonio Lucia",
        "Garcia Rodriguez Martinez Hernandez Lopez Gonzalez Perez Sanchez Ramirez Torres Flores Rivera Gomez Diaz Cruz Morales Reyes Ortiz Ramos Ruiz",
    ),
    "German": (
        "Hans Anna Peter Ursula Klaus Monika Wolfgang Petra Thomas Sabine Michael Renate Andreas Karin Stefan Helga Juergen Brigitte Uwe Ingrid",
        "Mueller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf Schroeder Neumann Schwarz Zimmermann Braun",
    ),
    "Vietnamese": ("Anh Linh Hoa Minh Huong Tuan Lan Hung Thao Dung Mai Nam Phuong Long Trang Son Hanh Khanh Nga Duc", "Nguyen Tran Le Pham Huynh Hoang Vu Vo Dang Bui"),
    "Korean": ("Minjun Seoyeon Jiwoo Jihoon Minji Hyunwoo Sujin Eunji Donghyun Yuna Junho Jiyoung Sangwoo Hyejin Taeyang Sora", "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim"),
}  # fmt: skip
SHARES = {"English": 0.55, "Spanish": 0.2, "German": 0.1, "Vietnamese": 0.08, "Korean": 0.07}
DOMAINS = ("gmail.com", "yahoo.com", "aol.com", "outlook.com", "town.example.org")
STREETS = ("Main St", "Oak St", "Elm St", "Mill Rd", "Church St", "Lake Dr", "Park Ave", "Cedar Ln", "Hill Rd", "Maple Ave")


def town_of_namesakes(size: int, seed: int, missing: float = 0.0) -> list[dict[str, Any]]:
    """Return `size` different people of one town; no two share a contact or a house.

    Args:
        size: The number of people.
        seed: The seed of the random choices.
        missing: The probability with which an e-mail address, a telephone, a street or a postal code is missing; each
            person keeps an e-mail address or a telephone.
    """
    chance = random.Random(f"namesakes {seed}")
    houses = chance.sample([f"{number} {street}" for street in STREETS for number in range(1, 200)], size)
    numbers = [f"{number // 10_000 + 434}{number % 10_000:04}" for number in chance.sample(range(700_000), size)]
    return [_person(chance, number, house, phone, missing) for number, (house, phone) in enumerate(zip(houses, numbers, strict=True))]


def _person(chance: random.Random, number: int, house: str, phone: str, missing: float) -> dict[str, Any]:
    language = chance.choices(list(SHARES), list(SHARES.values()))[0]
    first, last = (
        chance.choices(words.split(), [1 / rank for rank in range(1, len(words.split()) + 1)])[0] for words in GIVEN_AND_FAMILY[language]
    )
    mailbox = chance.choice((f"{first}.{last}", f"{first[0]}{last}", f"{last}{first}", f"{first}_{last}", f"{first}")).lower()
    person: dict[str, Any] = {
        "first_name": first, "last_name": last, "email": f"{mailbox}{number * 7 + 11}@{chance.choice(DOMAINS)}", "phone": f"+1518{phone}", "street": house,
        "city": "Albany", "state": "NY", "postal_code": chance.choice(("12203", "12208", "12206", "12205", "12210", "12211")),
    }  # fmt: skip
    kept = chance.choice(("email", "phone"))
    return {
        name: None if name in {"email", "phone", "street", "postal_code"} - {kept} and chance.random() < missing else value
        for name, value in person.items()
    }
