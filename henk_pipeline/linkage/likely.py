"""Likely matches: pairs of people that Splink's model finds probable, with what of them agrees."""

import hashlib
import json
import logging
import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import polars as pl

from henk_pipeline.leads.beginnings import begin_alike_of_two, is_feminine_of, is_given_name
from henk_pipeline.leads.borne_names import is_of_either_kind
from henk_pipeline.leads.details import DETAIL_SCHEMA, details_contradict, sex_words_contradict
from henk_pipeline.leads.emails import IS_ROLE
from henk_pipeline.leads.given_names import gender_of
from henk_pipeline.leads.identity import IDENTITY_SCHEMA
from henk_pipeline.leads.name_words import load_name_words
from henk_pipeline.leads.spellings import (
    MIN_SPELLING_LENGTH,
    heard_alike_of_two,
    is_one_name,
    is_one_person_of_two_mailboxes,
    second_families_differ,
    without_umlauts,
)
from henk_pipeline.leads.streets import DOOR_SCHEMA, doors
from henk_pipeline.linkage.blocking import candidate_pairs
from henk_pipeline.linkage.comparisons import (
    BIRTHS_APART_FROM_HOME,
    BIRTHS_OF_TWO,
    BORN_AND_WRITTEN_APART,
    BORN_APART,
    BORN_WITH_DAMAGE,
    BORNE_AND_ALIKE,
    BUILDING_PARTS,
    COMMON_NAMESAKES,
    CONTACT_PARTS,
    CONTACTS_OF_DOORS,
    CONTACTS_OF_ONE,
    CONTACTS_OF_TWO,
    CONTRADICT,
    DAMAGED_COPIES,
    HOUSEHOLD_REVIEW,
    LAST_CONTRADICTS,
    LAST_EXCHANGED,
    LAST_MISSPELT,
    LETTERS_EXCHANGED,
    MAILBOXES_DIFFER,
    MIDDLES_CONTRADICT,
    NAMED_OTHERWISE,
    NAMES_AGREE,
    NAMESAKES,
    NAMESAKES_OF_A_DAY,
    NEVER_ONE,
    NUMBERED_MAILBOXES,
    OF_PARENTS,
    OF_TWINS,
    OF_TWO_FAMILIES,
    OF_TWO_GIVEN_NAMES,
    OTHER_BIRTH,
    OTHER_CONTACTS,
    PHONES_DIFFER,
    PLACE_PARTS,
    REVIEW_AT_MOST,
    SAME_HOME_AND_BIRTH,
    SAME_HOME_OR_BIRTH,
    STRANGERS,
    UNPROVEN,
)
from henk_pipeline.linkage.model import TYPICAL, Model
from henk_pipeline.linkage.name_relations import contacts_agree, contacts_differ, names_of_two, with_name_relations
from henk_pipeline.settings import schemas_folder

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from splink import Linker

PAIR_SCHEMA: dict[str, Any] = {
    "left": pl.Int64,
    "right": pl.Int64,
    "probability": pl.Float64,
    "agreement": pl.String,
    "mergeable": pl.Boolean,
}
# Of a pair whether its contacts show two people of a household, who do not meet through a third row either.
OF_HOUSEHOLD = "of_household"
# Of a pair whether it is of one name and birth date, and has no contact and no home in common: namesakes, who do not meet through a third row either.
# Only with telephones: lists without them (Splink's fake_1000: name, birth date, town and e-mail address, each with errors) would lose a tenth
# of their true pairs.
OF_ONE_DAY = "of_one_day"
# Fewer people than this tell nothing of a population: neither how rare a name is, nor how probable it is that two of them are one.
SMALLEST_POPULATION = 1000
# DuckDB's optimiser takes longer than it saves for fewer pairs: its plans of these conditions cost a fifth of the time of a small match (2.0.0).
FEW_PAIRS = 1000
# As much as that many people weighs what is typical beside what is counted.
PRIOR_COUNT = 1000
COUNTED = ("first", "last", "birth", "street", "city", "postal")
HELD_BY = ("email", "house")
CONTACT_COLUMNS = (
    *("first", "last", "formals", "lasts", "known", "gender", "email", "mailbox", "phones", "birth", "address"),
    *("number", "street", "city", "postal"),
)
STRANGER_COLUMNS = (
    "first",
    "last",
    "formals",
    "lasts",
    "known",
    "birth",
    "number",
    "postal",
    "generation",
    "middle",
    "gender",
    *DETAIL_SCHEMA,
)
# Endings with which a family name is made of a given or another family name.
MADE_WITH = ("s", "son", "sson", "sen", "ssen", "ez", "es", "er", "man", "mann", "ov", "ova", "ski", "ska", "ko", "enko", "ian", "yan")
# A mailbox, without dots and dashes, that ends in a generation; the group is what stands before it.
GENERATION_OF_A_MAILBOX = "^(.{4,}?)(?:jr|jnr|junior|sr|snr|senior|ii|iii|2nd|3rd)$"
# Of an unknown shorter word the "a" of a woman's name may have been left out (Febrl 2: "Kirr", "Kirra").
MIN_MASCULINE_LENGTH = 5
# Damaged copies: so many pairs of one house and family name must be seen. Households: at least this share of them is of different first names, or is
# born as far apart as parents and children (Febrl 1 to 4: at most 0.012 and 0.054).
HOUSE_PAIRS = 100
HOUSEHOLD_SHARE = 0.1
# … or this share is shown to be two, twins among them (Febrl: 0.13 to 0.19), or less than this is shown to be one person (Febrl: 0.71 to 0.79).
OF_TWO_SHARE, COPIES_SHARE = 0.25, 0.5


# Names replaced by others: so many pairs of other first and last names with an equal birth date at one house must be seen, and at least this
# share of all pairs with both. Two different people of one house and birth date are rarer.
REPLACED_PAIRS = 3
REPLACED_SHARE = 0.005


# Birth dates are damaged in a list without telephones and homes where of all pairs of one e-mail address at least this share has one name and two
# birth dates, and at most that share is of different first names, as couples are (Splink's fake_1000: 0.51 and 0.08).
OTHER_BIRTH_SHARE, SHARED_MAILBOXES = 0.25, 0.15


class Population(NamedTuple):
    """What a table shows of its people.

    `households`: they share houses; `replaced_names`: names are often replaced by others; `damaged_births`: birth dates are damaged as often as not.
    """

    households: bool = True
    replaced_names: bool = False
    damaged_births: bool = False


class WeighedPairs(NamedTuple):
    """Pairs of people (PAIR_SCHEMA), what the table shows of its people, and those pairs (`left`, `right`) whose contacts show two people.

    `of_household`: two of a household; `of_one_day`: namesakes with one birth date.
    """

    pairs: pl.DataFrame
    population: Population
    of_household: pl.DataFrame
    of_one_day: pl.DataFrame


def likely_pairs(
    people: pl.DataFrame,
    model: Model,
    at_least: float,
    *,
    new: pl.Series | None = None,
    known_groups: pl.DataFrame | None = None,
    population: int = 0,
) -> WeighedPairs:
    """Return the pairs of people that are one with a probability of at least `at_least`.

    Takes: `row` (Int64, unique) and IDENTITY_SCHEMA; `new`: the rows of which each pair must have one (None: all are new); `known_groups`: `row` and
    `group` of rows that are known to be one and need not be compared; `population`: how
    many people there are, if more than these. Gives: PAIR_SCHEMA, `left` < `right`, ordered; `agreement` is a JSON object: comparison →
    `level` of agreement and `weight` in bits (log2), those that are missing left out; they sum to the odds of the probability; `mergeable` is
    false for a pair that is reviewed at most, whatever it weighs. Pairs of strangers (NEVER_ONE) are left out.
    """
    pairs = candidate_pairs(people, new)
    if known_groups is not None and known_groups.height and pairs.height:
        sides = pairs.join(known_groups, left_on="left", right_on="row", how="left").join(
            known_groups, left_on="right", right_on="row", how="left", suffix="_right"
        )
        pairs = sides.filter((pl.col("group") != pl.col("group_right")).fill_null(value=True)).select("left", "right")
    if not pairs.height:
        nothing = pl.DataFrame(schema=PAIR_SCHEMA)
        return WeighedPairs(nothing, Population(), nothing.select("left", "right"), nothing.select("left", "right"))
    with Comparing(people, model, population) as comparing:
        return comparing.pairs_above(pairs, at_least)


def find_strangers(people: pl.DataFrame, pairs: pl.DataFrame, population: Population) -> pl.DataFrame:
    """Return the pairs of people whose first and last names, numbers or generations contradict; where they share houses, or birth dates.

    Args:
        people: `row` and the columns of STRANGER_COLUMNS, as in IDENTITY_SCHEMA.
        pairs: `left` and `right`, rows of people.
        population: What the table shows of its people. Where names are replaced, an equal home or birth date shows that two names are one
            person's.
    """
    import duckdb  # noqa: PLC0415 - a process that compares nobody need not pay for it

    sides = _of_both_sides(STRANGER_COLUMNS)
    rule = f"({STRANGERS} OR {MIDDLES_CONTRADICT} OR {BIRTHS_OF_TWO})" if population.households else STRANGERS
    if population.replaced_names:
        rule = f"{STRANGERS} AND NOT {SAME_HOME_OR_BIRTH}"
    elif population.damaged_births:
        rule = f"{STRANGERS} AND NOT {BORN_WITH_DAMAGE}"
    with duckdb.connect() as connection:
        _plan_for(pairs, connection)
        connection.register("people", people.select("row", *STRANGER_COLUMNS).to_arrow())
        connection.register("pairs", pairs.select("left", "right").to_arrow())
        compared_pairs: pl.DataFrame = connection.sql(
            f"SELECT *, coalesce({rule}, false) AS by_rule, coalesce({LAST_CONTRADICTS}, false) AS other_last "  # noqa: S608 - our own names
            f'FROM (SELECT p.*, {sides} FROM pairs p JOIN people l ON l.row = p."left" JOIN people r ON r.row = p."right") ORDER BY "left", "right"'
        ).pl()
    by_name = (
        (pl.col("other_last") & _first_names_of_two() & (not population.damaged_births))
        | details_contradict(("_l", "_r"), pl.lit(value=True))
        | sex_words_contradict(("_l", "_r"))
    )
    if population.households:
        by_name |= _middle_names_of_two() | second_families_differ(("_l", "_r"))
    return compared_pairs.filter(pl.col("by_rule") | by_name).select("left", "right")


def compare_contacts(people: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return pairs of people with whether their contacts are two people's or one's.

    Args:
        people: `row` and the columns of CONTACT_COLUMNS, as in IDENTITY_SCHEMA.
        pairs: `left` and `right`, rows of people.

    Returns:
        `left`, `right`; `differ`: other e-mail addresses, other telephones and no equal birth date, or one of these and another
            door; `agree`: a contact
            that is equal, or a slip of the other, or an equal birth date; `of_one_day`: an equal birth date, or one with a slip, and other
            contacts and homes; `meet`: a contact that is equal or a slip of the other.
    """
    import duckdb  # noqa: PLC0415 - a process that compares nobody need not pay for it

    people = people.select("row", *CONTACT_COLUMNS)
    people = people.filter(pl.col("row").is_in(pl.concat([pairs["left"], pairs["right"]]).unique().implode()))
    people = people.hstack(doors(people["address"]))
    sides = _of_both_sides((*CONTACT_COLUMNS, *DOOR_SCHEMA))
    joined = f'SELECT p.*, {sides} FROM pairs p JOIN people l ON l.row = p."left" JOIN people r ON r.row = p."right"'  # noqa: S608 - our own names
    with duckdb.connect() as connection:
        _plan_for(pairs, connection)
        connection.register("people", people.to_arrow())
        connection.register("pairs", pairs.select("left", "right").to_arrow())
        compared: pl.DataFrame = connection.sql(
            f'SELECT "left", "right", {CONTACTS_OF_TWO} OR {CONTACTS_OF_DOORS} AS differ, {CONTACTS_OF_ONE} AS agree, '  # noqa: S608
            f"{BORN_APART} AND names_agree AND other_phone AS {OF_ONE_DAY}, same_contact OR near_email OR near_phone AS meet "
            f"FROM {_with_parts(joined, f'{CONTACT_PARTS}, {BUILDING_PARTS}')}"
        ).pl()
        return compared


def _plan_for(pairs: pl.DataFrame, connection: "DuckDBPyConnection") -> None:
    """Let DuckDB plan as quickly as these pairs deserve."""
    connection.execute("PRAGMA disable_optimizer" if pairs.height < FEW_PAIRS else "PRAGMA enable_optimizer")


def _of_both_sides(names: Iterable[str]) -> str:
    """Return SQL for these columns of both people of a pair, `l` and `r`."""
    return ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in names)


def _with_parts(pairs: str, parts: str) -> str:
    """Return SQL for pairs of people, a query, with the columns of parts that rules read."""
    named = f"WITH named AS MATERIALIZED (SELECT *, {NAMES_AGREE} FROM ({pairs}))"  # noqa: S608 - our own names
    return f"({named}, described AS MATERIALIZED (SELECT *, {parts} FROM named) FROM described)"  # noqa: S608 - our own names


def _first_names_of_two() -> pl.Expr:
    """Return whether two first names begin alike and are two people's, unless the longer one is a slip of the keys."""
    first, other = pl.col("first_l"), pl.col("first_r")
    lengths = first.str.len_chars().cast(pl.Int64), other.str.len_chars().cast(pl.Int64)
    is_slip = ((lengths[0] - lengths[1]).abs() == 1) & (pl.min_horizontal(lengths) > 2) & ~(is_given_name(first) & is_given_name(other))
    is_feminine = is_feminine_of(first, other) | is_feminine_of(other, first)
    is_feminine &= pl.min_horizontal(lengths) >= MIN_MASCULINE_LENGTH
    return begin_alike_of_two(first, other) & ~(is_slip & ~is_feminine).fill_null(value=False)


def _of_other_contacts() -> pl.Expr:
    """Return whether contacts that differ (`other_mailbox`, `other_phone`) leave two alike given names two people's of a household.

    Of other telephones only two names that people bear are: one person has several of them.
    """
    first, other = pl.col("first_l"), pl.col("first_r")
    of_two_mailboxes = pl.col("other_mailbox") & ~is_one_person_of_two_mailboxes(("_l", "_r")) & ~_shown_to_be_one()
    borne = is_given_name(first) & is_given_name(other) & ~is_one_name(("_l", "_r"), frozenset())
    return (of_two_mailboxes | (pl.col("other_phone") & borne).fill_null(value=False)) & ~_half_exchanged()


def _heard_alike_in_a_house() -> pl.Expr:
    """Return whether given names are of two who are heard alike ("Toni", "Tony"), and no e-mail address, birth date or second telephone is equal."""
    two_phones = pl.col("phones_l").list.set_intersection("phones_r").list.len() > 1
    of_one = (pl.col("email_l") == pl.col("email_r"), pl.col("birth_l") == pl.col("birth_r"), two_phones)
    return heard_alike_of_two(pl.col("first_l"), pl.col("first_r")) & ~pl.any_horizontal(some.fill_null(value=False) for some in of_one)


def _generation_in_a_mailbox() -> pl.Expr:
    """Return whether the mailbox of one is that of the other with a generation behind it ("rquigley@", "rquigleyjr@"): a father's and a son's.

    An equal birth date shows one person.
    """
    boxes = [pl.col(f"mailbox_{side}").str.replace_all("[._-]", "") for side in "lr"]
    parts = [box.str.extract(GENERATION_OF_A_MAILBOX, 1) for box in boxes]
    of_two = pl.any_horizontal(parts[0] == boxes[1], parts[1] == boxes[0], (parts[0] == parts[1]) & (boxes[0] != boxes[1]))
    born_together = (pl.col("birth_l") == pl.col("birth_r")).fill_null(value=False)
    return of_two.fill_null(value=False) & ~born_together


def _half_exchanged() -> pl.Expr:
    """Return whether a first name stands in the place of the other's last name."""
    return ((pl.col("first_l") == pl.col("last_r")) | (pl.col("last_l") == pl.col("first_r"))).fill_null(value=False)


def _shown_to_be_one() -> pl.Expr:
    """Return whether two alike given names with other mailboxes are shown to be one person's.

    They are if a word that is no name, or a short form, stands with a mailbox of the other name ("Jeavier" with javier@ and Javier), if both
    mailboxes are called alike, by one of the names, or if one is no name and letters are exchanged or the birth dates or two telephones are equal.
    """
    first, other = pl.col("first_l"), pl.col("first_r")
    mailbox, mailbox_other = (pl.col(email).str.extract("^([^@]*)@") for email in ("email_l", "email_r"))
    borne, other_borne = is_given_name(first), is_given_name(other)
    names_other = (~borne | pl.col("formals_l").list.contains(other)) & _is_called(mailbox, other, first)
    names_first = (~other_borne | pl.col("formals_r").list.contains(first)) & _is_called(mailbox_other, first, other)
    equal = (mailbox == mailbox_other) & (_is_called(mailbox, first) | _is_called(mailbox, other))
    two_phones = pl.col("phones_l").list.set_intersection("phones_r").list.len() > 1
    of_one = ((pl.col("birth_l") == pl.col("birth_r")) | two_phones).fill_null(value=False) & (borne != other_borne)
    is_slip = pl.col("letters_exchanged") & ~(borne & other_borne)
    shown = [some.fill_null(value=False) for some in (names_other, names_first, equal, of_one, is_slip)]
    return pl.any_horizontal(shown)


def _is_called(mailbox: pl.Expr, name: pl.Expr, own: pl.Expr | None = None) -> pl.Expr:
    """Return whether a mailbox is called by a name that is no syllable, and no part of the own one ("hamida@" is not called by "Hamid")."""
    called = mailbox.str.contains(name, literal=True) & (name.str.len_chars() >= MIN_SPELLING_LENGTH)
    return called if own is None else called & ~own.str.contains(name, literal=True)


def _middle_names_of_two() -> pl.Expr:
    return begin_alike_of_two(pl.col("middle_l"), pl.col("middle_r"))


def _last_names_of_two() -> pl.Expr:
    """Return whether one family name is made of the other ("Robert", "Roberts", "Robertson") and the e-mail addresses are two people's."""
    last, other = pl.col("last_l"), pl.col("last_r")
    is_made = pl.any_horizontal(
        (last == other + pl.lit(end)) | (other == last + pl.lit(end)) | (last == other.str.strip_suffix("s") + pl.lit(end))
        | (other == last.str.strip_suffix("s") + pl.lit(end)) for end in MADE_WITH
    )  # fmt: skip
    born_together = (pl.col("birth_l") == pl.col("birth_r")).fill_null(value=False)
    return (
        is_made.fill_null(value=False) & (last != other) & (pl.col("email_l") != pl.col("email_r")).fill_null(value=False) & ~born_together
    )


def _families_of_two() -> pl.Expr:
    """Return whether family names that are alike ("Barton", "Burton") may be two people's: a contact differs and none shows a misspelt name.

    A misspelt name is one person's by an equal e-mail address or birth date, by a telephone where the e-mail addresses do not differ, or by two.
    """
    last, other = pl.col("last_l"), pl.col("last_r")
    differ = (without_umlauts(last) != without_umlauts(other)) & (pl.min_horizontal(last.str.len_chars(), other.str.len_chars()) > 1)
    differ &= pl.col("lasts_l").list.set_intersection("lasts_r").list.len() == 0
    other_email = (pl.col("email_l") != pl.col("email_r")).fill_null(value=False)
    phones = pl.col("phones_l").list.set_intersection("phones_r").list.len().cast(pl.Int64)
    other_contact = other_email | (phones == 0).fill_null(value=False)
    proof = (
        (pl.col("email_l") == pl.col("email_r")).fill_null(value=False)
        | (pl.col("birth_l") == pl.col("birth_r")).fill_null(value=False)
        | ((phones > 0) & ~other_email).fill_null(value=False)
        | (phones > 1).fill_null(value=False)
    )
    return differ.fill_null(value=False) & other_contact & ~proof & ~_half_exchanged() & ~_is_family_misspelt()


def _is_family_misspelt() -> pl.Expr:
    """Return whether one of two alike family names is shown to be a slip of the keys.

    It is if two letters are exchanged, if its mailbox is called by the other name, or if a contact is a slip, too, and the other contact is none of
    two people's. Mailboxes that are each called by the own name ("a.meier@", "a.maier@") are no slips.
    """
    last, other = pl.col("last_l"), pl.col("last_r")
    mailbox, mailbox_other = (pl.col(email).str.extract("^([^@]*)@") for email in ("email_l", "email_r"))
    called_otherwise = _is_called(mailbox, other, last) | _is_called(mailbox_other, last, other)
    called_own = _is_called(mailbox, last) & _is_called(mailbox_other, other)
    near_email = pl.col("near_email") & ~called_own.fill_null(value=False)
    near_contact = (near_email & (~pl.col("other_phone") | pl.col("near_phone"))) | (
        pl.col("near_phone") & (~pl.col("other_email") | near_email)
    )
    return pl.col("last_exchanged") | near_contact | called_otherwise.fill_null(value=False)


def _exchanged_of_two() -> pl.Expr:
    """Return whether names stand in each other's place and may be two people's.

    They may where a telephone is all that they share and both words are borne as given and as family names, or with other contacts and no equal
    birth date if no order is plausible.
    Plausible is one of which the given name is a man's or a woman's and the other word is neither ("John", "Smith"), or a given name and the other
    is none, unless it is a family name, too ("Kim", "Min").
    """
    first, last = pl.col("first_l"), pl.col("last_l")
    exchanged = (first == pl.col("last_r")) & (last == pl.col("first_r")) & (first != last)
    others = pl.col("phones_l").list.set_difference("phones_r"), pl.col("phones_r").list.set_difference("phones_l")
    differ = (pl.col("email_l") != pl.col("email_r")).fill_null(value=False) | pl.all_horizontal(
        (some.list.len() > 0).fill_null(value=False) for some in others
    )
    gendered = gender_of(first).is_not_null(), gender_of(last).is_not_null()
    borne = (is_given_name(name) & ~name.is_in(load_name_words().borne.families) for name in (first, last))
    plausible = (gendered[0] != gendered[1]) | (
        ~gendered[0] & ~gendered[1] & pl.any_horizontal(borne) & ~(is_given_name(first) & is_given_name(last))
    )
    # Namesakes of a town share a birth date: it is a proof with another telephone or e-mail address that is equal, or a slip of the other.
    born_together = (pl.col("birth_l") == pl.col("birth_r")).fill_null(value=False)
    one_phone = (pl.col("phones_l").list.set_intersection("phones_r").list.len() == 1).fill_null(value=False)
    of_either_kind = is_of_either_kind(first) & is_of_either_kind(last) & one_phone & ~born_together & ~_is_called_in_other_order()
    same_email = (pl.col("email_l") == pl.col("email_r")).fill_null(value=False)
    of_two = (differ & ~plausible & ~(born_together & contacts_agree()).fill_null(value=False)) | of_either_kind
    return exchanged.fill_null(value=False) & of_two.fill_null(value=False) & ~same_email


def _is_called_in_other_order() -> pl.Expr:
    """Return whether the mailbox of one shows that its names stand in each other's place ("sreyes57@" of "Reyes", "Shannon")."""
    called = [
        pl.col(f"mailbox_{side}").str.replace_all("[._0-9-]", "") == pl.col(f"last_{side}").str.head(1) + pl.col(f"first_{side}")
        for side in "lr"
    ]
    return pl.any_horizontal(called).fill_null(value=False)


class Comparing:
    """Splink over a table of people, in a DuckDB of its own that ends with it."""

    def __init__(self, people: pl.DataFrame, model: Model, population: int = 0) -> None:
        self.people = with_sharers(people)
        self.count = max(population, people.height, SMALLEST_POPULATION)
        self.model = model

    def __enter__(self) -> Self:
        import duckdb  # noqa: PLC0415 - a process that compares nobody need not pay for it

        self.connection = duckdb.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def linker(self, settings: dict[str, Any], people: pl.DataFrame) -> "Linker":
        """Return Splink's linker over people."""
        from splink import Linker  # noqa: PLC0415 - half a second
        from splink.backends.duckdb import DuckDBAPI  # noqa: PLC0415

        logging.getLogger("splink").setLevel(logging.ERROR)
        self._replace("people", people)
        return Linker(DuckDBAPI(self.connection).register("people"), settings, log_level=None, validate_settings=False)

    def weighing(self, settings: dict[str, Any]) -> str:
        """Return the statement by which Splink weighs the pairs of the table `pairs`, FROM `people` that know how common their values are."""
        linker = self.linker(settings, self._common())
        self._replace("pairs", _as_blocked(pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64})))
        linker.table_management.register_blocked_pairs_for_predict(linker._db_api.register("pairs"))  # noqa: SLF001 - no public name gives it
        statement = str(linker.inference.predict(warning_mode="never").sql_used_to_create)
        return re.sub(r"__splink__df_pruned_predict_input_[lr]_[0-9a-f]+", "people", statement)

    def pairs_above(self, pairs: pl.DataFrame, at_least: float) -> WeighedPairs:
        """Return PAIR_SCHEMA of the pairs (`left`, `right`) that reach a probability."""
        self._put(pairs)
        population = self._population()
        settings = self.model.for_people(self.count, households=population.households, damaged_births=population.damaged_births)
        predictions = self._predicted(settings, at_least, population)
        pairs = _to_pairs(predictions, settings)
        of_two = (_sides(predictions.filter(pl.col(flag))).sort("left", "right") for flag in (OF_HOUSEHOLD, OF_ONE_DAY))
        return WeighedPairs(pairs, population, *of_two)

    def compared(self, pairs: pl.DataFrame, settings: dict[str, Any]) -> pl.DataFrame:
        """Return Splink's table of predictions of all pairs (`left`, `right`)."""
        self._put(pairs)
        return self._predicted(settings, 0.0, Population())

    def _put(self, pairs: pl.DataFrame) -> None:
        """Register the pairs, and the people that are in one."""
        rows = pl.concat([pairs["left"], pairs["right"]]).unique()
        self._replace("people", self._common().filter(pl.col("row").is_in(rows.implode())))
        self._replace("pairs", _as_blocked(pairs))
        _plan_for(pairs, self.connection)

    def _common(self) -> pl.DataFrame:
        return with_frequencies(self.people, self.count, self.model.common)

    def _predicted(self, settings: dict[str, Any], at_least: float, population: Population) -> pl.DataFrame:
        barred, never = f"({REVIEW_AT_MOST} OR {HOUSEHOLD_REVIEW})", NEVER_ONE
        if population.damaged_births:
            two = " OR ".join((NUMBERED_MAILBOXES, BORN_AND_WRITTEN_APART, OF_TWO_GIVEN_NAMES, OF_TWO_FAMILIES))
            barred = f"({REVIEW_AT_MOST} OR {two})"
        elif not population.households:
            key = SAME_HOME_AND_BIRTH.format(count=self.count)
            review = f"({REVIEW_AT_MOST} AND NOT {key})" if population.replaced_names else REVIEW_AT_MOST
            contacts_of_two = f"({OTHER_CONTACTS} AND ({REVIEW_AT_MOST} OR {HOUSEHOLD_REVIEW}))"
            barred = f"({review} OR {NUMBERED_MAILBOXES} AND NOT {SAME_HOME_OR_BIRTH} OR {BIRTHS_APART_FROM_HOME} OR {contacts_of_two})"
            never = f"({NEVER_ONE} AND NOT {key})"
        prior = settings["probability_two_random_records_match"]
        statement = weighing(without_prior(settings))
        weight = f"match_weight + {math.log2(prior / (1 - prior))!r}"
        weighed = f"1 / (1 + 2 ** -({weight}))"
        probability = (
            f"CASE WHEN {weighed} < {at_least!r} AND ({BORNE_AND_ALIKE} OR {NAMED_OTHERWISE}) THEN {at_least!r} ELSE {weighed} END"
        )
        self.connection.execute(  # a relation would be planned twice
            f"CREATE OR REPLACE TABLE found AS SELECT * REPLACE ({weight} AS match_weight, {probability} AS match_probability), "  # noqa: S608 - our own numbers
            f"{MAILBOXES_DIFFER} AS other_mailbox, {PHONES_DIFFER} AS other_phone, "
            f"{LETTERS_EXCHANGED} AS letters_exchanged, {LAST_EXCHANGED} AS last_exchanged, {LAST_MISSPELT} AS last_misspelt, "
            f"{NUMBERED_MAILBOXES} AS numbered_mailboxes, "
            f"NOT {barred} AS mergeable FROM ({statement}) WHERE NOT {never} AND {probability} >= {at_least!r}"
        )
        predictions: pl.DataFrame = self.connection.table("found").pl()
        if predictions.height:  # planning takes 0.1 s
            predictions = self._without_namesakes(population)
        else:
            nothing = ("near_email", "near_phone", "other_email", "two_streets", "same_house", "born_alike", OF_ONE_DAY)
            predictions = predictions.with_columns(pl.lit(value=False).alias(name) for name in nothing)
        first_of_two = _first_names_of_two()
        if not population.households:  # there only a contact that people share brings two of them together
            shared = (pl.col("email_l") == pl.col("email_r")) | (pl.col("phones_l").list.set_intersection("phones_r").list.len() > 0)
            first_of_two &= shared.fill_null(value=False)
        of_household = pl.lit(value=False)
        of_two = first_of_two | _middle_names_of_two() | _exchanged_of_two()
        predictions = with_name_relations(predictions)
        if population.households:
            of_household = _of_other_contacts() | pl.col("numbered_mailboxes") | _heard_alike_in_a_house()
            of_two |= of_household | _last_names_of_two() | _families_of_two() | names_of_two()
        elif population.damaged_births:  # OF_TWO_GIVEN_NAMES and OF_TWO_FAMILIES have barred them
            of_two = pl.lit(value=False)
        else:
            of_two |= contacts_differ() & ~contacts_agree() & names_of_two()
        of_two |= sex_words_contradict(("_l", "_r")) | _generation_in_a_mailbox()
        predictions = self._with_details(predictions)
        of_two |= details_contradict(("_l", "_r"), (pl.col("email_l") == pl.col("email_r")) & ~pl.col("email_l").str.contains(IS_ROLE))
        flags = pl.col("mergeable") & ~of_two, of_household.fill_null(value=False).alias(OF_HOUSEHOLD)
        return predictions.lazy().with_columns(flags).collect()  # what several rules ask is looked at once

    def _with_details(self, predictions: pl.DataFrame) -> pl.DataFrame:
        """Return predictions with DETAIL_SCHEMA of both people."""
        details = self.people.select("row", *DETAIL_SCHEMA)
        if not any(details[name].count() for name in DETAIL_SCHEMA):  # most files have none
            nothing = [pl.lit(None, dtype=dtype).alias(f"{name}_{side}") for name, dtype in DETAIL_SCHEMA.items() for side in "lr"]
            return predictions.with_columns(nothing)
        for side in "lr":
            named = details.rename({name: f"{name}_{side}" for name in details.columns})
            predictions = predictions.join(named, on=f"row_{side}", how="left", maintain_order="left")
        return predictions

    def _without_namesakes(self, population: Population) -> pl.DataFrame:
        """Return the predictions of the table `found` without namesakes whose name is common; unproven pairs are reviewed at most."""
        proof = f"({UNPROVEN if population.households else NAMESAKES} OR {CONTACTS_OF_DOORS} OR {NAMESAKES_OF_A_DAY})"
        if population.damaged_births:  # neither homes nor telephones
            proof = "false"
        self._put_doors()
        sides = _of_both_sides(DOOR_SCHEMA)
        joined = f"SELECT found.*, {sides} FROM found JOIN doors l ON l.row = row_l JOIN doors r ON r.row = row_r"  # noqa: S608 - our own names
        # The two of a pair themselves say nothing of how common their name is.
        parts = PLACE_PARTS.format(count=self.people.height, own=2 / (self.people.height + PRIOR_COUNT))
        predictions: pl.DataFrame = self.connection.sql(
            f"SELECT * REPLACE (mergeable AND NOT {proof} AS mergeable), {NAMESAKES_OF_A_DAY} AND other_phone AS {OF_ONE_DAY} "  # noqa: S608 - our own names
            f"FROM {_with_parts(joined, f'{CONTACT_PARTS}, {parts}')} WHERE NOT {COMMON_NAMESAKES}"
        ).pl()
        return predictions

    def _put_doors(self) -> None:
        """Create the table `doors`: `row` and DOOR_SCHEMA of the people of the table `found`."""
        rows = self.connection.sql("SELECT row_l AS row FROM found UNION SELECT row_r FROM found").pl()["row"]
        people = self.people.select("row", "address").filter(pl.col("row").is_in(rows.implode()))
        self._replace("doors", people.select("row").hstack(doors(people["address"])))

    def _population(self) -> Population:
        """Return what the pairs show.

        Where most pairs of a house and family name are shown to be one person, by first name, birth date and contacts, and few to be two, they are
        damaged copies. Twins, and a father and a son of one name, are households.
        """
        shown = (CONTRADICT, OF_PARENTS, f"{CONTRADICT} OR {OF_PARENTS} OR {OF_TWINS}", DAMAGED_COPIES)
        together, different, parents, of_two, copies = self._count(
            ", ".join(["count(*)", *(f"count(*) FILTER (WHERE {pair})" for pair in shown)]),
            "l.house = r.house AND l.last = r.last AND l.first <> '' AND r.first <> ''",
        )
        if not together and self._births_are_damaged():
            return Population(households=False, damaged_births=True)
        if together < HOUSE_PAIRS or max(different, parents) > HOUSEHOLD_SHARE * together:
            return Population()
        if of_two > OF_TWO_SHARE * together or copies < COPIES_SHARE * together:
            return Population()
        key = SAME_HOME_AND_BIRTH.format(count=self.count)
        at_home, replaced = self._count(
            f"count(*) FILTER (WHERE {key}), count(*) FILTER (WHERE {key} AND {STRANGERS})", "l.birth = r.birth"
        )
        return Population(households=False, replaced_names=replaced >= max(REPLACED_PAIRS, REPLACED_SHARE * at_home))

    def _births_are_damaged(self) -> bool:
        """Return whether rows of one person have other birth dates so often that these contradict nobody.

        In a list with telephones or homes they do: there a wrong merge is a call to another, and more than a birth date shows who is one.
        """
        if self.people["phones"].count() or self.people["street"].count():
            return False
        together, different, apart = self._count(
            f"count(*), count(*) FILTER (WHERE {CONTRADICT}), count(*) FILTER (WHERE {OTHER_BIRTH})",
            "l.email = r.email AND l.first <> '' AND r.first <> '' AND l.last <> '' AND r.last <> ''",
        )
        return bool(together >= HOUSE_PAIRS and different <= SHARED_MAILBOXES * together and apart >= OTHER_BIRTH_SHARE * together)

    def _count(self, counts: str, condition: str) -> tuple[Any, ...]:
        """Return counts of the pairs that meet a condition."""
        columns = (*STRANGER_COLUMNS, "street", "city", "email", "phones", "tf_birth", "tf_postal")
        sides = _of_both_sides(columns)
        counted = self.connection.execute(
            f"SELECT {counts} FROM (SELECT {sides} FROM pairs p JOIN people l ON l.row = p.join_key_l "  # noqa: S608 - our own names
            f"JOIN people r ON r.row = p.join_key_r WHERE {condition})"
        ).fetchall()
        return tuple(counted[0])

    def _replace(self, name: str, frame: pl.DataFrame) -> None:
        """Create a table of the frame, in the place of one of that name."""
        self.connection.register("arriving", frame.to_arrow())
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM arriving")  # noqa: S608 - our own names
        self.connection.unregister("arriving")


def without_prior(settings: Mapping[str, Any]) -> str:
    """Return Splink's settings as JSON, with one prior for every population: the weight of a pair takes another one by addition."""
    return json.dumps({**settings, "probability_two_random_records_match": 0.5})


def digest_of(settings: str) -> str:
    """Return the name of a statement in schemas/upload/matching_statements.json: the SHA-256 of its settings (JSON)."""
    return hashlib.sha256(settings.encode()).hexdigest()


@lru_cache(maxsize=8)
def weighing(settings: str) -> str:
    """Return the statement of `Comparing.weighing` under these settings (JSON).

    For the model that ships it is read from schemas/upload/matching_statements.json: Splink takes 0.7 s of CPU to write it and as long to
    import, more than it takes to weigh the pairs of a small file (docs/benchmarks.md). For others Splink writes it once a process.
    """
    return _statements_that_ship().get(digest_of(settings)) or write_statement(settings)


@lru_cache(maxsize=1)
def _statements_that_ship() -> dict[str, str]:
    statements: dict[str, str] = json.loads((schemas_folder() / "upload" / "matching_statements.json").read_text("utf-8"))
    return statements


def write_statement(settings: str) -> str:
    """Return what Splink writes under these settings (JSON), over nobody."""
    nobody = pl.DataFrame(schema={"row": pl.Int64, **IDENTITY_SCHEMA})
    with Comparing(nobody, Model(trained_on=["nobody"], duplicates=1, settings={})) as comparing:
        return comparing.weighing(json.loads(settings))


def _as_blocked(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.select(pl.lit("0").alias("match_key"), pl.col("left").alias("join_key_l"), pl.col("right").alias("join_key_r"))


def with_sharers(people: pl.DataFrame) -> pl.DataFrame:
    """`sharers` (String): how many people at most hold one of a person's telephones; null where there is none."""
    held = people.select("row", "phones").explode("phones").drop_nulls()
    most = held.with_columns(pl.len().over("phones").alias("n")).group_by("row").agg(pl.col("n").max().cast(pl.String).alias("sharers"))
    return people.join(most, on="row", how="left", maintain_order="left")


def with_frequencies(people: pl.DataFrame, count: int, common: Mapping[str, Mapping[str, float]]) -> pl.DataFrame:
    """Return how common each value is among people, as `tf_<column>`, a share of 1; null where there is no value.

    Names, places and days are counted among these people, with what is typical beside it, so that a few people do not decide (`common`: names
    that many have, and the share of people that does). An address,
    a house, a telephone is as common as those who hold it are among all.
    """
    shares = []
    for column in COUNTED:
        typical = pl.col(column).replace_strict(common.get(column, {}), default=TYPICAL[column], return_dtype=pl.Float64)
        shares.append(((pl.len().over(column) + PRIOR_COUNT * typical) / (pl.col(column).count() + PRIOR_COUNT)).alias(f"tf_{column}"))
    shares += [(pl.len().over(column).clip(2) / count).alias(f"tf_{column}") for column in HELD_BY]
    shares.append((pl.col("sharers").cast(pl.Float64).clip(2) / count).alias("tf_sharers"))
    frequencies = people.select(
        "row",
        *(pl.when(pl.col(share.meta.output_name()[3:]).is_not_null()).then(share).alias(share.meta.output_name()) for share in shares),
    )
    return people.hstack(frequencies.drop("row"))


def _sides(predictions: pl.DataFrame) -> pl.DataFrame:
    """Return `left` and `right` of Splink's table of predictions."""
    left, right = pl.col("row_l"), pl.col("row_r")
    return predictions.select(
        pl.min_horizontal(left, right).cast(pl.Int64).alias("left"), pl.max_horizontal(left, right).cast(pl.Int64).alias("right")
    )


def _to_pairs(predictions: pl.DataFrame, settings: dict[str, Any]) -> pl.DataFrame:
    """Return Splink's table of predictions as PAIR_SCHEMA."""
    parts = []
    for comparison in settings["comparisons"]:
        name = comparison["output_column_name"]
        labels = [level["label_for_charts"] for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        level = pl.col(f"gamma_{name}").replace_strict(dict(enumerate(reversed(labels))), default=None, return_dtype=pl.String)
        adjusted = pl.col(f"mw_tf_adj_{name}").fill_null(0.0) if f"mw_tf_adj_{name}" in predictions.columns else pl.lit(0.0)
        weight = (pl.col(f"mw_{name}") + adjusted).round(2)
        member = pl.struct(pl.struct(level.alias("level"), weight.alias("weight")).alias(name)).struct.json_encode()
        parts.append(pl.when(level.is_not_null()).then(member.str.strip_prefix("{").str.strip_suffix("}")))
    prior = settings["probability_two_random_records_match"]
    before = pl.lit(f'{{"prior":{{"level":"before anything is compared","weight":{math.log2(prior / (1 - prior)):.2f}}},')
    left, right = pl.col("row_l"), pl.col("row_r")
    return (
        predictions.select(
            pl.min_horizontal(left, right).cast(pl.Int64).alias("left"),
            pl.max_horizontal(left, right).cast(pl.Int64).alias("right"),
            pl.col("match_probability").alias("probability"),
            pl.concat_str(before, pl.concat_str(parts, separator=",", ignore_nulls=True), pl.lit("}")).alias("agreement"),
            "mergeable",
        )
        .cast(pl.Schema(PAIR_SCHEMA))
        .sort("left", "right")
    )
