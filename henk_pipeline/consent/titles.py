"""What the names and titles of a whole table say: "DO NOT CALL LIST" above it, `dnc_list.csv`, a sheet "Opt-outs". No rows are read here."""

import re
from collections.abc import Iterable

from henk_pipeline.consent.statements import Statement, read_statement
from henk_pipeline.consent.vocabulary import answer_key, answers, tokens_of

MAX_WORDS = 12  # of a title; what is longer is a sentence about the file
MAX_UNKNOWN = 3  # words: "Springfield Library Branch: do not call list"
# Says that those who refused were taken out: "without DNC", "opt-outs removed".
TAKEN_OUT = {
    "removed", "remove", "excluded", "exclude", "excl", "exkl", "cleaned", "clean", "minus", "less", "filtered", "washed", "before",
    "after", "ausgeschlossen", "ohne", "exclus", "sans", "excluidos", "sin", "zonder", "sem", "bereinigt", "except",
}  # fmt: skip
# Lists of people who refused, where it is all that a title says.
LISTS = {"suppression", "suppressions", "suppressed", "removal", "exclusion", "exclusions", "blocked"}
# What names of files say of the file, not of its people.
OF_A_FILE = re.compile(
    r"(?i)(?<![^\W_])(?:exports?|exported|export[ée]|reports?|uploads?|downloads?|files?|final|copy|backup|datei|fichier|archivo|bestand|arquivo|csv|xlsx?|tsv|txt"
    r"|v\d+|jan(?:uary)?|feb(?:ruary)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![^\W_])"
)


def find_refusal(titles: Iterable[str], *, whole: bool = False) -> str | None:
    """Return the first title that says that the people of a table refuse calls, None where none does.

    Args:
        titles: Names of a file, of a sheet and of a list, and the lines above a table.
        whole: Whether a title must say nothing else. Names of files are made of words that are about other things, too.
    """
    return next((title for title in titles if _refuses(title) and not (whole and _says_more(title))), None)


def title_of(cells: Iterable[str]) -> str | None:
    """Return what a line above a table is the title of; None for an answer to a question ("Include opt-outs", "No").

    Args:
        cells: The cells of the line.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or any(answer_key(cell) in answers()["yes"] | answers()["no"] for cell in filled):
        return None
    return filled[-1] if len(filled) <= 2 else None


def _says_more(title: str) -> bool:
    title = OF_A_FILE.sub(" ", title)
    return any(token.has("unknown", "device") for token in tokens_of(title))


def _refuses(title: str) -> bool:  # noqa: PLR0911 - a line a kind of title
    title = OF_A_FILE.sub(" ", title)
    words = tokens_of(title)
    said = read_statement(title)
    if "=" in title or not words or len(words) > MAX_WORDS or said.polarity != "refusal":
        return False
    if said.strength == "weak":
        return any(token.text in LISTS for token in words) and not said.classes - {
            "weak_refusal",
            "blocked",
            "bare",
            "filler",
            "code",
            "digits",
        }
    if said.has("condition") and said.strength == "negated":
        return False
    if said.has("checked", "other_purpose", "other_person", "about", "harmless") or any(
        not TAKEN_OUT.isdisjoint(token.text.split()) for token in words
    ):
        return False
    unknown = sum(token.has("unknown") for token in words)
    if said.has("refusal", "register") and said.strength == "strong":
        return unknown <= MAX_UNKNOWN and _is_of_calls(said)
    if said.strength == "negated":
        return unknown <= MAX_UNKNOWN and bool(said.channels & {"phone", "contact"}) and not said.has("measure")
    return not unknown and said.has("dead")  # "Deceased donors", not "Dead Sea trip"


def _is_of_calls(said: Statement) -> bool:
    return not said.channels or bool(said.channels & {"phone", "contact"})
