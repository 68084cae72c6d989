"""Notes that leave a question: obituaries, relatives who ask for the person, permissions that are needed, people who live elsewhere."""

import re
from functools import lru_cache

from henk_pipeline.consent.columns import ConsentColumn
from henk_pipeline.consent.embedded import is_no_estate, names_of_the_dead
from henk_pipeline.consent.statements import read_statement
from henk_pipeline.consent.verdicts import Verdict, about, of_column
from henk_pipeline.consent.vocabulary import PatternClass, fold, pattern_of, tokens_of, word_set

SPOKE = re.compile(
    r"\b(?:spoke|talked|speaking|reached|answered|per|told|says|said|gesprochen|sprach|laut|parle|selon|dit|hable|dice|segun|gesproken|volgens|zegt"
    r"|falei|segundo|disse)\b"
)
PASSED_AWAY = r"\bpassed(?: (?:on|away|recently|last \w+|in \d{4}))?\W*$"
# Calls only after a permission, and the death of a person who is named or of a time only: a person decides.
EXCEPTED = re.compile(
    r"(?i)\b(?:do not|don.?t|never|not to be|no) (?:call|phone|ring|contact|solicit|approach)\w*\b.{0,40}?"
    r"\b(?:without|w/o|unless|except (?:by|with|through|via))\b"
    r"|\bpassed (?:on |in )?\d{1,4}[/.-]\d|^d\. ?(?:\d{1,2}[/.-]\d|(?:19|20)\d\d$)"
    r"|^gest\. ?(?:am )?\d|^rip,? (?:[a-z]{3,9}\.? )?(?:\d{1,2},? )?(?:19|20)\d\d\b"
    r"|^[\w .'’-]{1,40}\b(?:(?:has |have )?passed away|has died|is (?:deceased|dead)|ist (?:verstorben|gestorben)|est d[eé]c[eé]d[eé]e?"
    r"|ha (?:fallecido|muerto)|is overleden)\W*$"
)
# What may stand between the name of somebody and the word that they died, and before the name.
PRONOUNS = word_set("pronouns")
AROUND_THE_DEAD = PRONOUNS | word_set("around_the_dead")
MAX_NAMED, MAX_NAMES = 40, 3  # characters before the word that somebody died; words of a name
WORD = re.compile(r"[^\W_]+")


def leaves_a_question(cell: str, column: ConsentColumn) -> bool:
    """Return whether a note leaves a question ("no need to call", "he passed"), or a cell of any column is the name of an estate."""
    folded = fold(cell).replace("'", "").replace("’", "")
    if not (column.source or column.organisation or column.job) and names_of_the_dead().match(folded) and not is_no_estate(cell):
        return not read_statement(cell).has("other_person", "other_purpose")
    if not (column.noted or column.lenient or not column.named):
        return False
    if (question_match := _questions().search(folded)) is None:  # most notes end here: reading what they state takes longest
        return column.noted and re.search(pattern_of("may_have_died"), folded) is not None
    if question_match.lastgroup == "always" or re.search(pattern_of("always"), folded) is not None:
        return True
    statement = read_statement(cell)
    if statement.has("other_person", "other_purpose", "harmless"):
        return False
    return question_match.lastgroup == "passed" or not statement.has("condition", "email", "sms", "post")


def names_the_dead(cell: str, column: ConsentColumn) -> bool:
    """Return whether a note begins with somebody who died, whatever else it says: "John died. His widow gives on", not "Her husband died"."""
    if not (column.noted or column.lenient or not column.named) or (death := _deaths().match(fold(cell))) is None:
        return False
    before = WORD.findall(cell)[: len(WORD.findall(death[1]))]
    tokens = [(word, token) for word in before for token in tokens_of(word)]
    is_name = [token.has("unknown") and word[:1].isupper() for word, token in tokens]
    is_around = [token.text in AROUND_THE_DEAD for _, token in tokens]
    names_one = any(is_name) or any(token.text in PRONOUNS for _, token in tokens)
    is_plain = sum(is_name) <= MAX_NAMES and all(a or b for a, b in zip(is_name, is_around, strict=True))
    return names_one and is_plain and not read_statement(cell).has("harmless")


@lru_cache(maxsize=1)
def _deaths() -> re.Pattern[str]:
    return re.compile(rf"(.{{1,{MAX_NAMED}}}?)\b{pattern_of('died')}\b")


def is_of_a_relative(cell: str, column: ConsentColumn) -> bool:
    """Return whether a note says that the number is a relative's: "el móvil es de su marido"."""
    if column.certain or not (column.noted or column.lenient or not column.named or "phone" in column.channels):
        return False
    return _relatives_number().search(fold(cell).replace("'", "").replace("’", "")) is not None


@lru_cache(maxsize=1)
def _relatives_number() -> re.Pattern[str]:
    return re.compile(pattern_of("relatives_number"))


def may_refuse(cell: str, column: ConsentColumn) -> bool:
    """Return whether a note that states nothing for certain may refuse calls: "stop phoning her", "non chiamare"."""
    if column.certain or not (column.noted or column.lenient or not column.named):
        return False
    folded = fold(cell).replace("'", "").replace("’", "")
    if re.search(pattern_of("foreign"), folded) is not None:
        return True
    if re.search(pattern_of("suspect"), folded) is None:
        return False
    statement = read_statement(cell)
    return not statement.has("other_person", "other_purpose", "harmless", "condition", "email", "sms", "post")


@lru_cache(maxsize=1)
def _questions() -> re.Pattern[str]:
    names: tuple[PatternClass, ...] = ("always", "passed", "note")
    return re.compile("|".join(f"(?P<{name}>{pattern_of(name)})" for name in names))


def of_relatives(folded: str, column: ConsentColumn) -> Verdict | None:
    """Return that a note asks: it begins with an obituary, or a relative asks not to call the person of the row. None where it is neither."""
    if (column.noted or column.lenient) and re.match(rf"{obituaries()}(?! (?:editor|writer|desk|page|section))", folded):
        return of_column(column, "unclear") if not read_statement(folded).has("other_person") else None
    related, reports_a_death = _relatives()
    if reports_a_death.search(folded) and (re.search(PASSED_AWAY, folded) or read_statement(folded).has("dead")):
        return of_column(column, "unclear")  # "son: father died 2021"
    if related.search(folded):
        asked = read_statement(re.sub(_words_of("older"), "person", re.sub(_words_of("relative"), "person", folded)))
        if asked.polarity == "refusal" and asked.channels & {"phone", "contact"} and not asked.has("other_person", "condition"):
            return about(frozenset({"phone"}), "unclear")
    return None


def is_of_the_person(cell: str) -> bool:
    """Return whether a text that is not understood whole names no other person, and is no plain statement."""
    statement = read_statement(cell)
    return statement.unknown and not statement.has("other_person", "other_purpose", "harmless")


@lru_cache(maxsize=1)
def obituaries() -> str:
    """Return a pattern, over folded text, of notes that an obituary was printed, whatever else they say of it: "obit in the paper"."""
    return rf"^(?:(?:saw|seen|see|found|read|per) )?(?:the |an? |his |her )?{pattern_of('obituary')}\b"


@lru_cache(maxsize=1)
def _relatives() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns of a relative who asks for the person of the row, and of one who reports a death.

    "Daughter asked us not to call her mother"; "son: father died 2021".
    """
    relative, older = _words_of("relative"), _words_of("older")
    of_mine = r"\b(?:my|our|meine[nr]?|ma|mon|mes|mi|mis|mijn|minha|meus?|onze) "
    return re.compile(rf"(?:{relative}.{{1,80}}|{of_mine}){older}"), re.compile(
        rf"^(?:(?:spoke|talked|speaking) (?:to|with|w/) |per |via |from )?(?:the |his |her |their )?{relative}"
        rf"(?:\s*[:;,-]|\s(?:says?|said|reports?|reported|told us|called|sagt|dit|dice|zegt|disse)\b).{{1,60}}{older}"
    )


def _words_of(name: PatternClass) -> str:
    return rf"\b{pattern_of(name)}\b"
