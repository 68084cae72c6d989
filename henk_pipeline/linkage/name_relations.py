"""How far the names of two people are one name: the same, a spelling, a slip of the keys, or two people's.

A slip makes of a name that people bear a word that nobody bears. Two names one letter apart that are both borne ("Hall" and "Hill", "Jan" and
"Jon") are two people's, and of two that no list has it cannot be said.
"""

import re
from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache

import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler

from henk_pipeline.leads.beginnings import FIRST_IDEOGRAPH, begins_like
from henk_pipeline.leads.borne_names import borne_family_names, borne_given_names
from henk_pipeline.leads.family_forms import are_forms_of_two
from henk_pipeline.leads.given_names import gender_of
from henk_pipeline.leads.name_words import load_name_words
from henk_pipeline.leads.spellings import MIN_SPELLING_LENGTH, heard, own_words, without_umlauts

# Shorter words are other names if they differ at all ("Ly" and "Li").
MIN_SLIP_LENGTH = 3
# Given names of a man and a woman that differ in their endings ("Pavel", "Pavla"; "Zdenek", "Zdenka"): the consonants are the same, and one ends in
# "a". Slips of the last letter of such names are rarer than brothers and sisters.
FEMININE_ENDING = "a"
# In a longer name two letters are exchanged ("Patricai", "Andrae").
MIN_EXCHANGED_LENGTH = 5
# A given name as alike as that may be damaged: one person's by an e-mail address and more.
DAMAGED = 0.7
_VOWELS, _UNHEARD = re.compile("[aeiouy]"), re.compile("[aeiouyhw]")


class Relation(IntEnum):
    """How far two names are one, from the surest down."""

    SAME = 0
    SPELLING = 1
    SLIP = 2
    UNKNOWN = 3
    OF_TWO = 4
    OTHER = 5


# Shorter mailboxes of two providers are two people's.
MIN_MAILBOX_LENGTH = 6
RELATION_SCHEMA = {"first_relation": pl.UInt8, "middle_relation": pl.UInt8, "last_relation": pl.UInt8, "exchange": pl.UInt8}


def with_name_relations(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return pairs with RELATION_SCHEMA, values of Relation (null where a name is missing), and `forms_of_two`: whether family names are two forms.

    Takes: `first`, `formals`, `middle`, `last` and `lasts` of IDENTITY_SCHEMA with `_l` and `_r`. `exchange`: of names of which one stands in the
    other's place, how far the other two are one; such names have no other relations.
    """
    lasts = pl.col("lasts_l"), pl.col("lasts_r")
    own, other = own_words(*lasts), own_words(*reversed(lasts))
    words = pairs.select(
        "first_l", "first_r", "middle_l", "middle_r", "last_l", "last_r", own.alias("own_l"), other.alias("own_r"),
        _given_names_agree().alias("first_agrees"), _middle_names_agree().alias("middle_agrees"),
        _family_names_agree(own, other).alias("last_agrees"),
        (pl.col("first_l") == pl.col("last_r")).alias("left_exchanged"), (pl.col("last_l") == pl.col("first_r")).alias("right_exchanged"),
    )  # fmt: skip
    words = words.with_columns(_both_near(words))
    first = _relations(words, "first", "first_agrees", relate_given_names)
    middle = _relations(words, "middle", "middle_agrees", relate_given_names)
    last = _relations(words, "own", "last_agrees", relate_family_names)
    same = pl.when(pl.col("last_l") == pl.col("last_r")).then(pl.lit(Relation.SAME, dtype=pl.UInt8))
    last_relation = same.when(last == Relation.SAME).then(pl.lit(Relation.SPELLING, dtype=pl.UInt8)).otherwise(last)
    forms_of_two = _forms_of_two(words)
    columns = words.with_columns(first.alias("first_relation"), middle.alias("middle_relation"), last_relation.alias("last_relation"))
    columns = columns.with_columns(_exchanges(columns).alias("exchange"))
    is_exchanged = pl.col("exchange").is_not_null()
    return pairs.hstack(
        columns.select(
            pl.when(~is_exchanged).then("first_relation").alias("first_relation"), "middle_relation",
            pl.when(~is_exchanged).then("last_relation").alias("last_relation"), "exchange",
        )
    ).with_columns(forms_of_two.alias("forms_of_two"))  # fmt: skip


def relate_given_names(left: str, right: str) -> Relation:
    """Return the relation of two given names that are no spellings of each other."""
    if _spelled(left) == _spelled(right):
        return Relation.SPELLING
    if _is_feminine_of(left, right) or _numbers_differ(left, right):
        return Relation.OF_TWO
    borne = borne_given_names()
    relation = _relate(left, right, borne, is_near=_is_near(left, right) or _sounds_alike(left, right))
    if relation is Relation.OF_TWO and sorted(left) == sorted(right) and len(left) >= MIN_EXCHANGED_LENGTH:
        return Relation.SLIP
    if relation is Relation.OTHER and not (left in borne and right in borne) and JaroWinkler.similarity(left, right) >= DAMAGED:
        return Relation.UNKNOWN
    return relation


def relate_family_names(left: str, right: str) -> Relation:
    """Return the relation of the words of two family names that the other lacks."""
    if len(left) == 1 or len(right) == 1:
        return Relation.SPELLING if left[0] == right[0] else Relation.OTHER
    if _numbers_differ(left, right):
        return Relation.OF_TWO
    is_cut = min(len(left), len(right)) > MIN_SLIP_LENGTH and (left.startswith(right) or right.startswith(left))
    relation = _relate(left, right, borne_family_names(), is_near=_is_near(left, right) or is_cut)
    is_one_letter = is_cut or OSA.distance(left, right, score_cutoff=1) <= 1
    return relation if is_one_letter or relation is not Relation.UNKNOWN else Relation.OTHER


def _spelled(name: str) -> str:
    """Return a given name in one spelling of those that differ in letters heard alike ("Nils", "Niels"; "Jannik"; "Elisabeth"; "Erika")."""
    first = "y" if name[:1] == "j" and len(name) >= MIN_SPELLING_LENGTH else name[:1]
    heard_alike = name[1:].replace("ph", "f").replace("z", "s").replace("c", "k")
    return first + re.sub("[jy]|[ij]e|e[ij]", "i", heard_alike)


def _numbers_differ(left: str, right: str) -> bool:
    """Return whether two words end with other number words ("UserOne", "UserTwo")."""
    ends = [_number_words().search(word) for word in (left, right)]
    return all(ends) and left[: ends[0].start()] == right[: ends[1].start()]  # type: ignore[union-attr] # both are there


@lru_cache(maxsize=1)
def _number_words() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(load_name_words().words.numbers)})+$")


def _relate(left: str, right: str, borne: frozenset[str], *, is_near: bool) -> Relation:
    if not is_near:
        return Relation.OTHER
    return (Relation.UNKNOWN, Relation.SLIP, Relation.OF_TWO)[(left in borne) + (right in borne)]


def _is_near(left: str, right: str) -> bool:
    if min(len(left), len(right)) < MIN_SLIP_LENGTH:
        return False
    return OSA.distance(left, right, score_cutoff=1) <= 1 or JaroWinkler.similarity(left, right) >= 0.92


def _sounds_alike(left: str, right: str) -> bool:
    is_long = min(len(left), len(right)) > MIN_SLIP_LENGTH
    return is_long and _UNHEARD.sub("", left) == _UNHEARD.sub("", right) and JaroWinkler.similarity(left, right) >= 0.8


def _is_feminine_of(left: str, right: str) -> bool:
    """Return whether one given name is made of the other for a woman, whatever the lists have."""
    if sorted(left) == sorted(right) and len(left) >= MIN_EXCHANGED_LENGTH:
        return False
    ends = left.endswith(FEMININE_ENDING), right.endswith(FEMININE_ENDING)
    return ends[0] != ends[1] and _VOWELS.sub("", left) == _VOWELS.sub("", right) and abs(len(left) - len(right)) <= 1


def _relations(words: pl.DataFrame, name: str, agrees: str, relate: Callable[[str, str], Relation]) -> pl.Series:
    """Return the relations of two columns of words: those that agree are the same or spellings, the others are as `relate` finds."""
    left, right = words[f"{name}_l"], words[f"{name}_r"]
    relations = words.select(
        pl.when(pl.col(agrees))
        .then(pl.when(left == right).then(pl.lit(Relation.SAME, dtype=pl.UInt8)).otherwise(pl.lit(Relation.SPELLING, dtype=pl.UInt8)))
        .alias(name)
    ).to_series()
    places = (~words[agrees]).fill_null(value=False).arg_true()
    if not places.len():
        return relations
    related = [relate(word, another) for word, another in zip(left.gather(places), right.gather(places), strict=True)]
    return relations.scatter(places, pl.Series(related, dtype=pl.UInt8))


def _forms_of_two(words: pl.DataFrame) -> pl.Series:
    """Return whether family names are a man's and a woman's form of one ("Petrov", "Petrova")."""
    are = pl.Series("forms_of_two", [False]).new_from_index(0, words.height)
    places = (~words["last_agrees"]).fill_null(value=False).arg_true()
    if not places.len():
        return are
    names = zip(words["own_l"].gather(places), words["own_r"].gather(places), strict=True)
    return are.scatter(places, pl.Series([are_forms_of_two(left, right) for left, right in names]))


def _given_names_agree() -> pl.Expr:
    first, other = pl.col("first_l"), pl.col("first_r")
    formals, others = pl.col("formals_l"), pl.col("formals_r")
    return (first == other) | _is_spelling(first, other) | (formals.list.set_intersection(others).list.len() > 0)


def _middle_names_agree() -> pl.Expr:
    return _is_spelling(pl.col("middle_l"), pl.col("middle_r"))


def _is_spelling(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    is_long = pl.min_horizontal(left.str.len_chars(), right.str.len_chars()) >= MIN_SPELLING_LENGTH - 1
    # Two words that nobody bears are no spellings of each other ("Namebh", "Namehb").
    borne = pl.Series(sorted(borne_given_names())).implode()
    is_heard_alike = (heard(left).str.strip_suffix("e") == heard(right).str.strip_suffix("e")) & (left.is_in(borne) | right.is_in(borne))
    return begins_like(left, right) | (is_long & is_heard_alike)


def _family_names_agree(own: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Return whether family names are equal or one has all words of the other, or the words that differ are spellings."""
    last, last_other = pl.col("last_l"), pl.col("last_r")
    is_spelling = (without_umlauts(own) == without_umlauts(other)) | (
        (heard(own) == heard(other)) & (pl.min_horizontal(own.str.len_chars(), other.str.len_chars()) >= MIN_SPELLING_LENGTH)
    )
    return (last == last_other) | (own == "") | (other == "") | is_spelling


def _both_near(words: pl.DataFrame) -> pl.Series:
    """Return whether either given name is a slip of the other's family name."""
    other = (pl.col("first_l") != pl.col("first_r")) & (pl.col("last_l") != pl.col("last_r"))
    letters = [pl.col(name).str.head(1) for name in ("first_l", "last_r", "last_l", "first_r")]
    places = words.select((other & ((letters[0] == letters[1]) | (letters[2] == letters[3]))).fill_null(value=False)).to_series().arg_true()
    near = pl.Series("both_near", [False]).new_from_index(0, words.height)
    if not places.len():
        return near
    some = words[places].select("first_l", "last_l", "first_r", "last_r").iter_rows()
    return near.scatter(
        places, pl.Series([_is_near(first, last_other) and _is_near(last, first_other) for first, last, first_other, last_other in some])
    )


def _exchanges(words: pl.DataFrame) -> pl.Series:
    """Return how far the other words are one where a given name stands in the place of the other's family name; null elsewhere."""
    relations: list[int | None] = []
    columns = ("first_l", "last_l", "first_r", "last_r", "left_exchanged", "right_exchanged")
    is_exchanged = (pl.col("left_exchanged") | pl.col("right_exchanged") | pl.col("both_near")).fill_null(value=False)
    is_exchanged &= (pl.col("first_l") != pl.col("first_r")) & (pl.col("last_l") != pl.col("last_r"))
    places = words.select(is_exchanged).to_series().arg_true()
    for first, last, first_other, last_other, left, right in words[places].select(columns).iter_rows():
        if (left and right) or not (left or right):
            relations.append(Relation.SAME)
        else:
            word, another = (last, first_other) if left else (first, last_other)
            is_initial = min(len(word), len(another)) == 1 and word[0] == another[0] < FIRST_IDEOGRAPH
            relations.append(Relation.SLIP if is_initial or _is_near(word, another) else Relation.OTHER)
    nothing = pl.Series([None], dtype=pl.UInt8).new_from_index(0, words.height)
    return nothing.scatter(places, pl.Series(relations, dtype=pl.UInt8)) if relations else nothing


def contacts_agree() -> pl.Expr:
    """Return whether an e-mail address or a telephone is equal, or a slip of the other, or a mailbox the same.

    The mailbox may be another provider's. A slip counts if the other contact does not differ, and mailboxes that are each called by the own
    family name ("a.meier@", "a.maier@") are no slips of each other.
    """
    called_own = pl.col("email_l").str.contains(pl.col("last_l"), literal=True) & pl.col("email_r").str.contains(
        pl.col("last_r"), literal=True
    )
    near_email = pl.col("near_email") & ~(called_own & (pl.col("last_l") != pl.col("last_r"))).fill_null(value=False)
    near = (near_email & ~_other_phone()) | (pl.col("near_phone") & ~_other_email())
    return _same_email() | _same_phones(1) | near | _same_mailbox()


def contacts_differ() -> pl.Expr:
    """Return whether an e-mail address or a telephone is another one, and no slip."""
    return _other_email() | _other_phone()


def _other_email() -> pl.Expr:
    return (pl.col("email_l") != pl.col("email_r")).fill_null(value=False) & ~pl.col("near_email") & ~_same_mailbox()


def _other_phone() -> pl.Expr:
    shared = pl.col("phones_l").list.set_intersection("phones_r").list.len()
    return (shared == 0).fill_null(value=False) & ~pl.col("near_phone")


def _same_email() -> pl.Expr:
    return (pl.col("email_l") == pl.col("email_r")).fill_null(value=False)


def _same_mailbox() -> pl.Expr:
    mailbox, other = (pl.col(name).str.replace_all("[._-]", "") for name in ("mailbox_l", "mailbox_r"))
    return ((mailbox == other) & (mailbox.str.len_chars() >= MIN_MAILBOX_LENGTH)).fill_null(value=False)


def _same_phones(count: int) -> pl.Expr:
    return (pl.col("phones_l").list.set_intersection("phones_r").list.len() >= count).fill_null(value=False)


def names_of_two() -> pl.Expr:
    """Return whether the names of a pair with RELATION_SCHEMA may be two people's, so that it is reviewed at most.

    An equal birth date is a reason only together with a contact: towns have namesakes, and twins share it.
    """
    first, middle, last, exchange = (pl.col(name).fill_null(Relation.SAME) for name in RELATION_SCHEMA)
    born_together = (pl.col("birth_l") == pl.col("birth_r")).fill_null(value=False)
    other_home = pl.col("two_streets") & ~pl.col("same_house")
    far = (_other_email() & _other_phone()) | ((_other_email() | _other_phone()) & other_home)
    nothing_differs = ~_other_email() & ~_other_phone() & ~other_home
    agree, same_email = contacts_agree(), _same_email()
    near_email = (same_email | pl.col("near_email") | _same_mailbox()) & born_together
    personal = (same_email | pl.col("near_email") | _same_mailbox()) & _is_called_by_given_name()
    in_one_month = (pl.col("birth_l").str.head(6) == pl.col("birth_r").str.head(6)).fill_null(value=False) & same_email
    born_alike = born_together | pl.col("born_alike") | in_one_month
    of_given = (
        (first == Relation.OTHER)
        | ((first == Relation.OF_TWO) & ~(personal & born_alike & ~_is_feminine()))
        | ((first == Relation.UNKNOWN) & ~((same_email & (born_together | personal)) | near_email))
        | (middle >= Relation.UNKNOWN)
        | ((middle == Relation.SLIP) & (pl.min_horizontal(pl.col("middle_l", "middle_r").str.len_chars()) < MIN_SPELLING_LENGTH))
    )
    shares_word = (pl.col("lasts_l").list.set_intersection("lasts_r").list.len() > 0).fill_null(value=False)
    # Petersen and Peterson of one telephone may be colleagues; of one house, too, they are one person.
    at_home = _same_phones(1) & ~_other_email() & pl.col("same_house")
    proof = same_email | (born_together & agree) | at_home | _same_phones(2)
    of_family = (
        ((last == Relation.OTHER) & ~shares_word & ~(same_email | (born_together & _same_phones(1)) | _same_phones(2)))
        | ((last == Relation.OTHER) & shares_word & ~(same_email & born_together))
        | ((last == Relation.OF_TWO) & ~proof)
        | ((last == Relation.UNKNOWN) & ~(agree | (pl.col("born_alike") & nothing_differs)))
    )
    in_both = (first >= Relation.SLIP) & (last >= Relation.SLIP) | (first >= Relation.SPELLING) & (last >= Relation.OF_TWO)
    are_slips = (first <= Relation.SLIP) & (last <= Relation.UNKNOWN)
    are_slips |= personal & born_alike & (first <= Relation.OF_TWO) & (last <= Relation.UNKNOWN) & ~_is_feminine()
    of_both = in_both & ~same_email & ~(are_slips & (agree | born_together | pl.col("same_house")))
    of_exchanged = (exchange >= Relation.OTHER) & ~same_email
    one_missing = pl.col("first_l").is_null() != pl.col("first_r").is_null()
    of_namesakes = ((first > Relation.SAME) | (last > Relation.SAME) | one_missing) & born_together & far & ~agree
    # "Jean" and "Jean-Luc" of one birth date are namesakes, or twins, where a contact is another one and none is equal.
    middles = pl.col("middle_l"), pl.col("middle_r")
    one_lacks_middle = (middles[0].is_null() != middles[1].is_null()) & (pl.coalesce(middles).str.len_chars() > 1)
    of_namesakes |= one_lacks_middle & born_together & contacts_differ() & ~agree
    of_initial = _is_unproven_initial()
    of_one_sex = gender_of(pl.col("first_l")).is_not_null() & gender_of(pl.col("first_r")).is_not_null()
    of_couple = pl.col("forms_of_two") & ~of_one_sex & ~same_email & ~born_together
    return (of_given | of_family | of_both | of_exchanged | of_namesakes | of_initial | of_couple).fill_null(value=False)


def _is_unproven_initial() -> pl.Expr:
    """Return whether one first name is an initial and no contact but a telephone, nor the middle name or birth date, shows whose.

    "J. Smith" of a family's telephone is John or Jane; with two equal telephones, or a mailbox called by the other's name, it is one of them.
    """
    lengths = [pl.col(f"first_{side}").str.len_chars() for side in "lr"]
    born_together = (pl.col("birth_l") == pl.col("birth_r")).fill_null(value=False)
    middles_agree = begins_like(pl.col("middle_l"), pl.col("middle_r")).fill_null(value=False)
    called = [
        pl.col(f"mailbox_{side}").str.contains(pl.col(f"first_{other}"), literal=True) & (length >= MIN_SPELLING_LENGTH)
        for side, other, length in (("l", "r", lengths[1]), ("r", "l", lengths[0]))
    ]
    of_telephone = _same_phones(1) & ~_same_phones(2) & ~_same_email() & ~pl.col("near_email") & ~_same_mailbox()
    of_telephone &= ~middles_agree & ~pl.any_horizontal(called).fill_null(value=False)
    # Two initials of one house are those of two brothers as often as one person's.
    only_initials = (pl.max_horizontal(lengths) == 1) & ~contacts_agree() & ~middles_agree & (pl.col("first_l") < FIRST_IDEOGRAPH)
    of_name = (pl.min_horizontal(lengths) == 1) & (pl.max_horizontal(lengths) > 1) & (~contacts_agree() | of_telephone)
    return (of_name | only_initials) & ~born_together


def _is_called_by_given_name() -> pl.Expr:
    """Return whether both mailboxes have the same one of the two given names: they are a person's, no household's.

    Not if each is called by its own ("aidan.hall@", "jaidan.hall@").
    """
    called = [
        pl.all_horizontal(pl.col(mailbox).str.contains(pl.col(name), literal=True) for mailbox in ("mailbox_l", "mailbox_r"))
        & (pl.col(name).str.len_chars() >= MIN_SLIP_LENGTH)
        for name in ("first_l", "first_r")
    ]
    own = pl.all_horizontal(pl.col(f"mailbox_{side}").str.contains(pl.col(f"first_{side}"), literal=True) for side in "lr")
    return (pl.any_horizontal(called) & ~(own & (pl.col("mailbox_l") != pl.col("mailbox_r")))).fill_null(value=False)


def _is_feminine() -> pl.Expr:
    """Return whether one given name ends like a woman's and the other does not, and no letters are exchanged."""
    ends = [pl.col(name).str.ends_with(FEMININE_ENDING) for name in ("first_l", "first_r")]
    return (ends[0] != ends[1]) & ~pl.col("letters_exchanged")
