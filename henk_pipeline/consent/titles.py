"""What the names and titles of a whole table say: "DO NOT CALL LIST" above it, `dnc_list.csv`, a sheet "Opt-outs". No rows are read here."""

import re
from collections.abc import Iterable
from itertools import pairwise

from henk_pipeline.consent.statements import NOUNS, Statement, read_statement
from henk_pipeline.consent.vocabulary import answer_key, answers, joined_words, plain_words, tokens_of, word_set

MAX_WORDS = 12  # of a title; what is longer is a sentence about the file
MAX_TITLE = 300  # characters
MAX_UNKNOWN = 3  # words: "Springfield Library Branch: do not call list"
MAX_UNKNOWN_OF_ORDER = 2
# Plainly an order, whatever else a title says.
ORDER = re.compile(r"\b(?:do not|dont|never|not to be|nicht|ne pas|ne plus|no llamar|niet|nao)\b")
# Says that those who refused were taken out: "without DNC", "opt-outs removed".
TAKEN_OUT = word_set("taken_out")
COUNT = re.compile(r":\s{0,3}\d[\d,.]{0,12}\s{0,3}$")  # "Total DNC: 4"
# Lists of people who refused, where it is all that a title says.
LISTS = word_set("lists")
REFUSING_TITLES = word_set("refusing_titles")
LACKING = word_set("lacking")
# Of the acronym "DNC" these words tell the Democratic National Committee from the register.
OF_A_PARTY = word_set("of_a_party")
# What names of files say of the file, not of its people; a season with its year is a date.
SEASON = (
    r"(?:spring|summer|autumn|fall|winter|fr[uü]hjahr|sommer|herbst|printemps|[eé]t[eé]|automne|hiver|primavera|verano|oto[nñ]o|inverno)"
)
OF_A_FILE = re.compile(
    rf"(?i)(?<![^\W_])(?:{SEASON}[\W_]*(?:19|20)\d\d|(?:19|20)\d\d[\W_]*{SEASON}|exports?|exported|export[ée]|reports?|uploads?|downloads?|files?|final|copy|backup|datei|fichier|archivo|bestand|arquivo|csv|xlsx?|tsv|txt"
    r"|v\d+|copy of|jan(?:uary)?|feb(?:ruary)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![^\W_])"
)


def find_refusal(titles: Iterable[str], *, exclusive: bool = False, orders: bool = False) -> str | None:
    """Return the first title that says that the people of a table refuse calls, None where none does.

    Args:
        titles: Names of a file, of a sheet and of a list, and the lines above a table.
        exclusive: Whether a title must say nothing else. Names of files are made of words that are about other things, too.
        orders: Whether a whole title may name whom an order is about: "do not call - Springfield chapter".
    """
    return next((title for title in titles if _refuses(title) and not (exclusive and _says_more(title, orders=orders))), None)


def title_of(cells: Iterable[str]) -> str | None:
    """Return what a line above a table is the title of; None for an answer to a question ("Include opt-outs", "No").

    Args:
        cells: The cells of the line.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or any(answer_key(cell) in answers()["yes"] | answers()["no"] for cell in filled):
        return None
    return filled[-1] if len(filled) <= 2 else None


def _says_more(title: str, *, orders: bool) -> bool:
    """Return whether a title says more than a refusal."""
    title = OF_A_FILE.sub(" ", title)
    if _without_numbers(title) in REFUSING_TITLES:
        return False
    words = tokens_of(title)
    if any(token.has("device") for token in words):
        return True
    unknown = sum(token.has("unknown") for token in words)
    return unknown > (MAX_UNKNOWN_OF_ORDER if orders and ORDER.search(joined_words(title)) else 0)


def _refuses(title: str) -> bool:  # noqa: C901, PLR0911 - a line a kind of title
    if len(title) > MAX_TITLE:
        return False
    title = OF_A_FILE.sub(" ", title)
    if COUNT.search(title) is None and _without_numbers(title) in REFUSING_TITLES:
        return True
    words = tokens_of(title)
    statement = read_statement(title)
    if "=" in title or COUNT.search(title) or not words or len(words) > MAX_WORDS or statement.polarity != "refusal":
        return False
    if statement.strength == "weak":
        return any(token.text in LISTS for token in words) and not statement.classes - {
            "weak_refusal",
            "blocked",
            "bare",
            "filler",
            "code",
            "digits",
        }
    if statement.has("condition") and statement.strength == "negated":
        return False
    if statement.has("checked", "other_purpose", "about", "harmless") or any(
        not TAKEN_OUT.isdisjoint(token.text.split()) for token in words if not token.has("refusal")
    ):
        return False
    if statement.has("other_person") and statement.has("dead"):
        return False  # "Deceased spouse"
    if not OF_A_PARTY.isdisjoint(plain_words(title)) and any(token.text == "dnc" for token in words):
        return False
    unknown = sum(token.has("unknown") for token in words)
    if statement.has("refusal", "register") and statement.strength == "strong":
        return unknown <= MAX_UNKNOWN and _is_of_calls(statement)
    if statement.strength == "negated":
        is_of_calls = bool(statement.channels & {"phone", "contact"}) or (
            not statement.channels and statement.has("permission") and statement.has("weak_refusal")
        )
        has_none = any(left.text in LACKING and right.text in NOUNS for left, right in pairwise(words))
        return (
            unknown <= MAX_UNKNOWN and is_of_calls and not statement.has("measure") and not has_none
        )  # "Donors, no phone": they have none
    return not unknown and statement.has("dead")  # "Deceased donors", not "Dead Sea trip"


def _without_numbers(title: str) -> str:
    """Return the words of a title, as `joined_words` writes them, but for numbers."""
    return " ".join(word for word in plain_words(title) if not word.isdigit())


def _is_of_calls(statement: Statement) -> bool:
    return not statement.channels or bool(statement.channels & {"phone", "contact"})
