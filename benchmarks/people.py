"""Generated people with known duplicates: what a fundraiser's files are like, with households, at any size. Needs Faker (names by frequency).

Every person has a `cluster`; a duplicate is the same person as somebody typed them another time: typos, names swapped, a nickname, another
e-mail, moved house, a new number, a birth date with its day and month exchanged, cells left empty. Couples and families share address,
family name and landline, so that a shared telephone alone is no proof. The same seed gives the same people.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import zipcodes
from faker.providers.person import de_DE, en_US, es_MX, fr_FR, it_IT, nl_NL, pl_PL
from nicknames import NickNamer

LOCALES = ((en_US, 0.62), (es_MX, 0.16), (de_DE, 0.06), (fr_FR, 0.05), (it_IT, 0.05), (nl_NL, 0.03), (pl_PL, 0.03))
PROVIDERS = (
    ("gmail.com", 0.45),
    ("yahoo.com", 0.15),
    ("hotmail.com", 0.1),
    ("outlook.com", 0.1),
    ("icloud.com", 0.08),
    ("aol.com", 0.07),
    ("comcast.net", 0.05),
)
STREETS = [
    "Main",
    "Oak",
    "Pine",
    "Maple",
    "Cedar",
    "Elm",
    "Washington",
    "Lake",
    "Hill",
    "Walnut",
    "Spring",
    "North",
    "Ridge",
    "Church",
    "Willow",
    "Mill",
    "Sunset",
    "Railroad",
    "Jefferson",
    "Center",
    "Park",
    "Highland",
    "Forest",
    "Jackson",
    "River",
    "Franklin",
    "Meadow",
    "Broad",
    "Chestnut",
    "Cherry",
    "Dogwood",
    "Hickory",
    "Lincoln",
    "Madison",
    "Adams",
    "Locust",
    "Poplar",
    "Union",
    "Virginia",
    "Valley",
    "View",
    "Prospect",
    "Grant",
    "Laurel",
    "Magnolia",
    "Birch",
    "Monroe",
    "Wilson",
    "Cleveland",
    "Hamilton",
    "Sycamore",
    "Juniper",
    "Aspen",
    "Clinton",
    "Colonial",
    "Cottage",
    "Fairview",
    "Garden",
    "Grove",
    "Harrison",
    "Heritage",
    "Hillcrest",
    "Holly",
    "Johnson",
    "King",
    "Lafayette",
    "Liberty",
    "Linden",
    "Orchard",
    "Pleasant",
    "Pond",
    "Quarry",
    "Rose",
    "Summit",
    "Vine",
    "Warren",
]
KINDS = ("Street", "Avenue", "Road", "Drive", "Lane", "Court", "Place", "Boulevard", "Way", "Terrace")
SHORT = {
    "Street": "St",
    "Avenue": "Ave",
    "Road": "Rd",
    "Drive": "Dr",
    "Lane": "Ln",
    "Court": "Ct",
    "Place": "Pl",
    "Boulevard": "Blvd",
    "Way": "Way",
    "Terrace": "Ter",
}
LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz"))


def generate(people: int, duplicates: float, seed: int = 1, *, heavy: float = 0.2) -> pl.DataFrame:
    """`people` persons, and rows of duplicates as a share of all rows; `heavy`: the share of them that is damaged in several places.

    Gives: cluster, first_name, last_name, email, phone, mobile_phone, street, city, state, postal_code, birth_date, in random order.
    """
    rng = np.random.default_rng(seed)
    base = _people(people, rng)
    extra = round(people * duplicates / (1 - duplicates))
    copies = _damaged(base[rng.integers(0, people, extra)], rng, heavy)
    return pl.concat([base, copies.select(base.columns)]).sample(fraction=1, shuffle=True, seed=seed)


def _weighted(names: Any, size: int, rng: np.random.Generator) -> np.ndarray:
    if isinstance(names, dict):
        weights = np.array(list(names.values()), dtype=float)
        return rng.choice(np.array(list(names)), size, p=weights / weights.sum())
    # Names have about Zipf's frequencies; the lists of these languages do not tell them.
    names = np.array(sorted(set(names)))
    weights = 1 / (np.arange(len(names)) + 5.0)
    return rng.choice(rng.permutation(names), size, p=weights / weights.sum())


def _people(size: int, rng: np.random.Generator) -> pl.DataFrame:
    locale = rng.choice(len(LOCALES), size, p=[share for _, share in LOCALES])
    first, last = np.empty(size, dtype=object), np.empty(size, dtype=object)
    for number, (module, _) in enumerate(LOCALES):
        here = locale == number
        provider = module.Provider
        sexes = rng.random(int(here.sum())) < 0.5
        female = _weighted(provider.first_names_female, len(sexes), rng)
        male = _weighted(provider.first_names_male, len(sexes), rng)
        first[here] = np.where(sexes, female, male)
        last[here] = _weighted(provider.last_names, len(sexes), rng)
    places = _places(size, rng)
    number = rng.integers(1, 4000, size).astype(str)
    street = np.char.add(np.char.add(number, " "), rng.choice(STREETS, size))
    street = np.char.add(np.char.add(street.astype(str), " "), rng.choice(KINDS, size))
    area = places["area"].to_numpy()
    phone = np.char.add(np.char.add("+1", area.astype(str)), rng.integers(2_000_000, 9_999_999, size).astype(str))
    mobile = np.char.add(np.char.add("+1", area.astype(str)), rng.integers(2_000_000, 9_999_999, size).astype(str))
    day = rng.integers(0, 365 * 75, size)
    birth = np.datetime64("1930-01-01") + day
    frame = pl.DataFrame(
        {
            "cluster": np.arange(size), "first_name": first.astype(str), "last_name": last.astype(str), "street": street, "phone": phone, "mobile_phone": mobile,
            "birth_date": pl.Series(birth).dt.to_string("%Y-%m-%d"), "digits": rng.integers(1, 99, size), "style": rng.integers(0, 4, size),
            "provider": rng.choice([name for name, _ in PROVIDERS], size, p=[share for _, share in PROVIDERS]),
        }
    ).hstack(places.drop("area"))  # fmt: skip
    # Every fourth lives with the one before: same address and landline, mostly the same family name, sometimes one e-mail address for both.
    with_previous = pl.Series(rng.random(size) < 0.28)
    same_name, same_mail = pl.Series(rng.random(size) < 0.8), pl.Series(rng.random(size) < 0.12)
    before = {
        name: pl.col(name).shift(1).fill_null(pl.col(name)) for name in ("street", "phone", "city", "state", "postal_code", "last_name")
    }
    frame = frame.with_columns(
        *(
            pl.when(with_previous).then(before[name]).otherwise(name).alias(name)
            for name in ("street", "phone", "city", "state", "postal_code")
        ),
        pl.when(with_previous & same_name).then(before["last_name"]).otherwise("last_name").alias("last_name"),
    )
    # A few are called as the parent they live with.
    namesake = with_previous & pl.Series(rng.random(size) < 0.005)
    frame = frame.with_columns(
        pl.when(namesake & same_name).then(pl.col("first_name").shift(1)).otherwise("first_name").alias("first_name")
    )
    frame = frame.with_columns(_email(frame).alias("email"))
    frame = frame.with_columns(pl.when(with_previous & same_mail).then(pl.col("email").shift(1)).otherwise("email").alias("email"))
    return _emptied(
        frame, rng, {"email": 0.25, "phone": 0.4, "mobile_phone": 0.45, "street": 0.2, "birth_date": 0.5, "first_name": 0.02}
    ).select("cluster", "first_name", "last_name", "email", "phone", "mobile_phone", "street", "city", "state", "postal_code", "birth_date")


def _places(size: int, rng: np.random.Generator) -> pl.DataFrame:
    known = [z for z in zipcodes.list_all() if z["zip_code_type"] == "STANDARD" and z["area_codes"] and z["active"]]
    table = pl.DataFrame(
        {
            "city": [z["city"].title() for z in known],
            "state": [z["state"] for z in known],
            "postal_code": [z["zip_code"] for z in known],
            "area": [z["area_codes"][0] for z in known],
        }
    )
    weights = 1 / (np.arange(table.height) + 50.0)
    order = rng.permutation(table.height)
    return table[order[rng.choice(table.height, size, p=weights / weights.sum())]]


def _email(frame: pl.DataFrame) -> pl.Series:
    plain = {
        name: pl.col(name).str.to_lowercase().str.normalize("NFKD").str.replace_all(r"[^a-z]", "") for name in ("first_name", "last_name")
    }
    first, last = plain["first_name"], plain["last_name"]
    name = (
        pl.when(pl.col("style") == 0).then(first + "." + last)
        .when(pl.col("style") == 1).then(first.str.head(1) + last + pl.col("digits").cast(pl.String))
        .when(pl.col("style") == 2).then(first + last.str.head(1) + pl.col("digits").cast(pl.String))
        .otherwise(last + "." + first + pl.col("digits").cast(pl.String))
    )  # fmt: skip
    # An address is taken once: who comes later gets a number behind the name.
    named = frame.select(name.alias("name"), "provider").with_columns(pl.int_range(pl.len()).over("name", "provider").alias("taken"))
    number = pl.when(pl.col("taken") > 0).then(pl.format("{}{}", "name", pl.col("taken") + 100)).otherwise("name")
    return named.select((number + "@" + pl.col("provider")).alias("email")).to_series()


def _emptied(frame: pl.DataFrame, rng: np.random.Generator, shares: dict[str, float]) -> pl.DataFrame:
    empty = {name: pl.Series(rng.random(frame.height) < share) for name, share in shares.items()}
    return frame.with_columns(pl.when(~gone).then(name).alias(name) for name, gone in empty.items())


def _damaged(rows: pl.DataFrame, rng: np.random.Generator, heavy: float) -> pl.DataFrame:
    size = rows.height
    times = np.where(rng.random(size) < heavy, 2.5, 1.0)

    def some(share: float) -> pl.Series:
        return pl.Series(rng.random(size) < share * times)

    fresh = _people(size, rng)
    short = {name: min(more) for name, more in NickNamer().nickname_lookup.items()}
    nickname = pl.col("first_name").str.to_lowercase().replace_strict(short, default=None).str.to_titlecase()
    moved, swapped = some(0.15), some(0.04)
    styled = {
        "digits": rng.integers(1, 99, size),
        "style": rng.integers(0, 4, size),
        "provider": rng.choice([name for name, _ in PROVIDERS], size),
    }
    other_mail = _email(rows.with_columns(pl.Series(name, values) for name, values in styled.items()))
    rows = rows.with_columns(
        *(pl.when(moved).then(fresh[name]).otherwise(name).alias(name) for name in ("street", "city", "state", "postal_code")),
        pl.when(moved | some(0.08)).then(fresh["phone"]).otherwise("phone").alias("phone"),
        pl.when(some(0.12)).then(fresh["mobile_phone"]).otherwise("mobile_phone").alias("mobile_phone"),
        pl.when(some(0.25) & pl.col("email").is_not_null()).then(other_mail).otherwise("email").alias("email"),
        pl.when(some(0.03)).then(fresh["last_name"]).otherwise("last_name").alias("last_name"),
        pl.when(some(0.12)).then(pl.coalesce(nickname, "first_name")).otherwise("first_name").alias("first_name"),
        pl.when(some(0.03))
        .then(pl.col("birth_date").str.replace(r"(\d+)-(\d+)-(\d+)", "$1-$3-$2"))
        .otherwise("birth_date")
        .alias("birth_date"),
    )
    rows = rows.with_columns(
        pl.when(swapped).then("last_name").otherwise("first_name").alias("first_name"),
        pl.when(some(0.3)).then(pl.col("street").str.replace_many(SHORT)).otherwise("street").alias("street"),
        pl.when(swapped).then("first_name").otherwise("last_name").alias("last_name"),
    )
    for name, share in (("first_name", 0.12), ("last_name", 0.12), ("street", 0.08), ("email", 0.04), ("city", 0.05)):
        rows = rows.with_columns(_typo(rows[name], some(share), rng))
    for name, share in (("phone", 0.03), ("mobile_phone", 0.03), ("birth_date", 0.04), ("postal_code", 0.04)):
        rows = rows.with_columns(_slipped_digit(rows[name], some(share), rng))
    return _emptied(rows, rng, {"email": 0.2, "phone": 0.2, "mobile_phone": 0.2, "street": 0.1, "birth_date": 0.15, "first_name": 0.01})


def _typo(cells: pl.Series, here: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Return the text with a letter too many, too few, another, or two exchanged."""
    size = len(cells)
    length = cells.str.len_chars().fill_null(0).to_numpy()
    at = pl.Series(np.floor(1 + rng.random(size) * np.maximum(length - 2, 0)).astype(int))
    kind, letter = pl.Series(rng.integers(0, 4, size)), pl.Series(rng.choice(LETTERS, size))
    frame = pl.DataFrame({"c": cells, "at": at, "kind": kind, "letter": letter, "here": here})
    head, tail = pl.col("c").str.head(pl.col("at")), pl.col("c").str.slice(pl.col("at"))
    wrong = (
        pl.when(pl.col("kind") == 0).then(head + pl.col("letter") + tail)
        .when(pl.col("kind") == 1).then(head + tail.str.slice(1))
        .when(pl.col("kind") == 2).then(head + pl.col("letter") + tail.str.slice(1))
        .otherwise(head + tail.str.slice(1, 1) + tail.str.head(1) + tail.str.slice(2))
    )  # fmt: skip
    return frame.select(
        pl.when(pl.col("here") & (pl.col("c").str.len_chars() > 3)).then(wrong).otherwise("c").alias(cells.name)
    ).to_series()


def _slipped_digit(cells: pl.Series, here: pl.Series, rng: np.random.Generator) -> pl.Series:
    at, digit = pl.Series(rng.integers(3, 9, len(cells))), pl.Series(rng.integers(0, 10, len(cells)).astype(str))
    frame = pl.DataFrame({"c": cells, "at": at, "digit": digit, "here": here})
    is_digit = pl.col("c").str.slice(pl.col("at"), 1).str.contains(r"\d")
    wrong = pl.col("c").str.head(pl.col("at")) + pl.col("digit") + pl.col("c").str.slice(pl.col("at") + 1)
    return frame.select(pl.when(pl.col("here") & is_digit).then(wrong).otherwise("c").alias(cells.name)).to_series()


def main() -> None:
    """Write a CSV of generated people."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("out", type=Path)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--duplicates", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    people = generate(wanted.people, wanted.duplicates, wanted.seed)
    people.write_csv(wanted.out)
    sys.stdout.write(f"{wanted.out}: {people.height} rows, {wanted.people} people\n")


if __name__ == "__main__":
    main()
