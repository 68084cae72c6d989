"""What tells two people of one name apart besides the name: form of address, gender, age, place in the family, organisation.

Columns of a file that say so are custom fields. The words stand in schemas/upload/names.toml. henk.names_agree in PostgreSQL has the rules of names
of this module, but not those of custom fields.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl

from henk_pipeline.leads.given_names import PARTICLES, gender_of, with_middle_name
from henk_pipeline.leads.letters import folded_words
from henk_pipeline.leads.name_words import load_name_words, plain
from henk_pipeline.leads.names import is_organisation
from henk_pipeline.leads.text import over_distinct

# What imports read of a person besides the fields of a lead: members of the custom fields, and the company of a row without a name.
DETAIL_FIELDS = ("details", "organisation")
DETAIL_SCHEMA: dict[str, Any] = {
    "sex": pl.String, "age": pl.Int64, "kin": pl.Int64, "remark": pl.String, "organisation": pl.String, "body": pl.String,
}  # fmt: skip
# What a row without one person's name is.
ORGANISATION, COUPLE = "organisation", "couple"
# The column that `normalise` keeps a relation behind a name in ("Tom Reed (son)").
REMARK = "Name Remark"
# Ages are as old as the lists that they stand in.
MAX_YEARS_APART = 2
MAX_AGE = 120


class Detail(NamedTuple):
    """What the custom fields of a person say: `sex` (`m`, `f`; `h`: the letter, next to which `m` is "mujer"), age, generation, relation."""

    sex: str | None
    age: int | None
    kin: int | None
    remark: str | None


@lru_cache(maxsize=1)
def detail_member() -> str:
    """Return a pattern of the members of a JSON object that say more about a person. It means the same in PostgreSQL."""
    columns = load_name_words().details.columns
    keys = "|".join(column.replace(" ", "[ _./-]{0,3}") for names in columns.values() for column in names)
    return rf'(?i)"(?:{keys})[.:]?" ?: ?(?:"[^"\\]*"|[0-9]+)'


def is_of_details(column: str) -> bool:
    """Return whether a column of a file says more about a person."""
    return re.fullmatch(detail_member(), f'"{column}":"A"') is not None


def compared_columns(columns: Iterable[str]) -> list[pl.Expr]:
    """Return columns of people as they are compared: given names with the middle name of a custom field, DETAIL_FIELDS, others as they are.

    Args:
        columns: Names of columns of a frame that has `custom_fields` (JSON text), too, or of DETAIL_FIELDS.
    """
    read = {"first_name": with_middle_name(), **_detail_columns()}
    return [read.get(name, pl.col(name)) for name in columns]


def _detail_columns() -> dict[str, pl.Expr]:
    members = pl.col("custom_fields").str.extract_all(detail_member()).list.sort().list.join("")
    is_nameless = pl.col("first_name").is_null() & pl.col("last_name").is_null()
    return {
        "details": pl.when(members != "").then(members).alias("details"),
        "organisation": pl.when(is_nameless).then("company").alias("organisation"),
    }


def with_details(frame: pl.DataFrame, leads: pl.Series | None = None) -> pl.DataFrame:
    """Return people with DETAIL_SCHEMA in the place of DETAIL_FIELDS.

    Args:
        frame: People (first_name with its title, last_name); what it lacks of DETAIL_FIELDS is null.
        leads: The rows of known leads: how old their age is is not known, so they have none.
    """
    missing = [pl.lit(None, dtype=pl.String).alias(name) for name in DETAIL_FIELDS if name not in frame.columns]
    frame = frame.with_columns(missing)
    distinct = frame["details"].drop_nulls().unique()
    read = [read_details(members) for members in distinct]
    table = pl.DataFrame(
        {"details": distinct, **{name: [getattr(detail, name) for detail in read] for name in Detail._fields}},
        schema={"details": pl.String, **{name: DETAIL_SCHEMA[name] for name in Detail._fields}},
    )
    organisations, bodies = _organisations(frame)
    frame = frame.with_columns(over_distinct(organisations, _bare_organisations).alias("organisation"), bodies.alias("body"))
    frame = frame.join(table, on="details", how="left", maintain_order="left").drop("details")
    frame = frame.with_columns(pl.coalesce("sex", over_distinct(frame["first_name"], _sexes_of_titles)).alias("sex"))
    if leads is None or not leads.len():
        return frame
    return frame.with_columns(pl.when(~pl.col("row").is_in(leads.implode())).then("age").alias("age"))


def _organisations(frame: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Return the organisations of rows without a first name, and what each row is: ORGANISATION, COUPLE ("Ann and Bob"), or null."""
    bare = pl.when(pl.col("first_name").is_null()).then(pl.coalesce("last_name", "organisation"))
    written = frame.select(pl.when(bare.str.contains(" ", literal=True)).then(bare).alias("name")).to_series()
    is_known = over_distinct(written, _are_organisations)
    joints = "|".join(re.escape(joint) for joint in load_name_words().words.joints)
    is_pair = pl.col("first_name").str.contains(rf"(?i)\S\s+(?:{joints})\s+\S")
    body = pl.when(is_known).then(pl.lit(ORGANISATION)).when(is_pair).then(pl.lit(COUPLE)).alias("body")
    organisation = pl.when(is_known).then(written).otherwise("organisation").alias("organisation")
    return frame.select(organisation).to_series(), frame.select(body).to_series()


def _are_organisations(names: pl.Series) -> pl.Series:
    """Return whether names without a given name are organisations', or end like one ("Grace Church")."""
    likely = frozenset(load_name_words().organisations.likely)
    are = [name is not None and (is_organisation(name) or not likely.isdisjoint(map(plain, name.split()[-1:]))) for name in names]
    return pl.Series(are, dtype=pl.Boolean)


def _sexes_of_titles(names: pl.Series) -> pl.Series:
    """Return `m` or `f` of given names with a man's or a woman's title before them ("Mr. Max")."""
    words = load_name_words().words
    titles = [plain(name.split()[0]) if name is not None and " " in name.strip() else "" for name in names]
    return pl.Series(["m" if title in words.men else "f" if title in words.women else None for title in titles], dtype=pl.String)


def _bare_organisations(names: pl.Series) -> pl.Series:
    return folded_words(names).to_frame("name").select(shortened(pl.col("name"))).to_series()


def shortened(name: pl.Expr) -> pl.Expr:
    """Return folded names of organisations with their legal forms, and "Saint", in short ("acme limited" as "acme ltd")."""
    for pattern, short in short_forms():
        name = name.str.replace_all(pattern, short)
    return name


@lru_cache(maxsize=1)
def short_forms() -> tuple[tuple[str, str], ...]:
    """Return patterns of words of organisations, and how they are written in short. They mean the same in PostgreSQL."""
    table = load_name_words().organisations.in_short
    return tuple((rf"\b(?:{'|'.join(words)})\b", short) for short, words in table.items())


def read_details(members: str) -> Detail:
    """Return what members of custom fields say (`"Gender":"F""Age":"41"`)."""
    his_words, her_words, his_relations, her_relations, generations = _folded_tables()
    sexes: set[str] = set()
    age = kin = remark = None
    for key, cell in re.findall(r'"([^"]*)" ?: ?"?([^"]*)', members):
        kind = _kind_of(key)
        words = (folded_words(pl.Series([cell]))[0] or "").split()
        if kind == "age":
            number = re.fullmatch(r"\s*([0-9]{1,3})(?:\.0)?\s*", cell)
            age = int(number[1]) if number and int(number[1]) <= MAX_AGE else age
        elif kind == "relation":
            phrase = " ".join(words)
            sexes |= {sex for sex, some in (("m", his_relations), ("f", her_relations)) if phrase in some}
            kin = generations.get(phrase, kin)
            remark = phrase if key == REMARK else remark
        elif kind is not None:
            is_his, is_hers = not his_words.isdisjoint(words), not her_words.isdisjoint(words)
            sexes |= {"h"} if words == ["h"] else {"m"} if is_his and not is_hers else {"f"} if is_hers and not is_his else set()
    sexes = sexes - {"h"} if len(sexes) > 1 else sexes
    return Detail(sexes.pop() if len(sexes) == 1 else None, age, kin, remark)


@lru_cache(maxsize=1)
def _folded_tables() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str], dict[str, int]]:
    """Return words of men and of women, relations of men and of women, and the generation of each relation, in the form of `folded`."""
    words, table = load_name_words().words, load_name_words().details
    men, women, his, hers = (
        frozenset(folded_words(pl.Series(sorted(some))))
        for some in (
            (words.men | {*table.men}) - {*table.unclear},
            (words.women | {*table.women}) - {*table.unclear},
            table.relations.men,
            table.relations.women,
        )
    )
    generations = {fold: int(level) for level, some in table.kin.items() for fold in folded_words(pl.Series(some))}
    return men, women, his, hers, generations


@lru_cache(maxsize=256)
def _kind_of(key: str) -> str | None:
    """Return the kind of a column of details: `sex`, `title`, `age`, `relation`."""
    name = re.sub(r"[ _./:-]", "", key).casefold()
    columns = load_name_words().details.columns
    return next((kind for kind, some in columns.items() if name in {column.replace(" ", "").casefold() for column in some}), None)


def details_contradict(sides: tuple[str, str], own_mailbox: pl.Expr) -> pl.Expr:
    """Return whether DETAIL_SCHEMA of two people shows that they are two; false where one side lacks it.

    A relation behind a name ("Tom Reed (son)") tells from him who has none, as a generation does. Two companies of nobody's name are one mailbox's
    where they share it (`own_mailbox`; not a role's): somebody has another employer now.
    """
    left, right = ({name: pl.col(f"{name}{side}") for name in DETAIL_SCHEMA} for side in sides)
    nameless = pl.all_horizontal(pl.col(f"last{side}").is_null() for side in sides)
    contradictions = (
        left["sex"] != right["sex"],
        left["kin"] != right["kin"],
        (left["age"] - right["age"]).abs() > MAX_YEARS_APART,
        _lacks("remark", sides),
        organisations_differ(left["organisation"], right["organisation"]) & ~(own_mailbox.fill_null(value=False) & nameless),
        *(_is_another_sex(side, other) for side, other in (sides, sides[::-1])),
        *(_is_another_body(side, other) for side, other in (sides, sides[::-1])),
    )
    return pl.any_horizontal(some.fill_null(value=False) for some in contradictions)


def _is_another_sex(side: str, other: str) -> pl.Expr:
    """Return whether what is known of one person is another sex than the other's given name, which is another name ("Mr. Max" and "Maxine")."""
    first, another = pl.col(f"first{side}"), pl.col(f"first{other}")
    return (first != another) & pl.col(f"sex{side}").is_in(["m", "f"]) & (pl.col(f"sex{side}") != gender_of(another))


def _is_another_body(side: str, other: str) -> pl.Expr:
    """Return whether one is an organisation or a couple, and the other is somebody with a first name."""
    body, another = pl.col(f"body{side}"), pl.col(f"body{other}")
    return body.is_not_null() & body.ne_missing(another) & pl.col(f"first{other}").is_not_null()


def organisations_differ(name: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Return whether one of two organisations' names has a word that the other lacks ("Troy School", "Troy School PTA").

    Legal forms and particles are no such words ("Acme LLC" and "Acme" are one), nor is a word that is written as two.
    """
    no_words = [*load_name_words().organisations.no_words, *PARTICLES.split("|")]
    words, others = (some.str.split(" ").list.set_difference(no_words) for some in (name, other))
    own, own_other = words.list.set_difference(others), others.list.set_difference(words)
    joined, joined_other = (some.str.split(" ").list.filter(~pl.element().is_in(no_words)).list.join("") for some in (name, other))
    return ((own.list.len() > 0) | (own_other.list.len() > 0)) & (joined != joined_other) & (joined != "") & (joined_other != "")


def sex_words_contradict(sides: tuple[str, str]) -> pl.Expr:
    """Return whether words of two names (`middle`, `lasts`) are a man's and a woman's: "Van" and "Thi", "bin" and "binti", "Singh" and "Kaur".

    So is a name that Hungarian makes of the other's for his wife ("Kovács Józsefné"), in any place.
    """
    names = [
        pl.concat_str(
            pl.lit(" "),
            pl.col(f"middle{side}").fill_null(""),
            pl.lit(" "),
            pl.col(f"lasts{side}").list.join(" ").fill_null(""),
            pl.lit(" "),
        )
        for side in sides
    ]
    pairs: list[pl.Expr] = []
    for his, hers in sex_words():
        is_hers = [name.str.contains(hers) for name in names]
        is_his = [name.str.contains(his) & ~woman for name, woman in zip(names, is_hers, strict=True)]
        pairs += [is_his[0] & is_hers[1], is_hers[0] & is_his[1]]
    names = [pl.concat_str(pl.lit(" "), pl.col(f"first{side}").fill_null(""), name) for side, name in zip(sides, names, strict=True)]
    pairs += [_is_wife_of(*names), _is_wife_of(*reversed(names))]
    return pl.any_horizontal(pairs).fill_null(value=False)


def _is_wife_of(name: pl.Expr, his: pl.Expr) -> pl.Expr:
    """Return whether a name, with blanks around its words, is made of a word of the other ("Józsefné" and "József")."""
    return his.str.contains(pl.concat_str(pl.lit(" "), name.str.extract(wife_pattern(), 1), pl.lit(" ")), literal=True)


@lru_cache(maxsize=1)
def wife_pattern() -> str:
    """Return a pattern of names of wives with a blank before and behind them; its group is the husband's name."""
    return f" ({'|'.join(load_name_words().husbands.names)})ne "


@lru_cache(maxsize=1)
def sex_words() -> tuple[tuple[str, str], ...]:
    """Return patterns of the words of men and of women in names with a blank before and behind them, language by language."""
    return tuple((_words(table.men), _words(table.women)) for table in load_name_words().sex_words.values())


def _words(words: Iterable[str]) -> str:
    return f" (?:{'|'.join(words)}) "


def generation_lacks(sides: tuple[str, str]) -> pl.Expr:
    """Return whether one of two people has a generation (`generation`), the other none, and no birth date (`birth`) says that they are one.

    Names that are exchanged are left out: "Jun" is a part of one of them ("Kim, Min-jun").
    """
    (first, other), (last, last_other) = ([pl.col(f"{name}{side}") for side in sides] for name in ("first", "last"))
    exchanged = ((first == last_other) | (last == other)).fill_null(value=False)
    return _lacks("generation", sides) & ~exchanged


def _lacks(part: str, sides: tuple[str, str]) -> pl.Expr:
    """Return whether one of two people has a part of a name, the other none, and no birth date says that they are one."""
    lacks = [pl.col(f"{part}{side}").is_null() for side in sides]
    born_together = (pl.col(f"birth{sides[0]}") == pl.col(f"birth{sides[1]}")).fill_null(value=False)
    return (lacks[0] != lacks[1]) & ~born_together
