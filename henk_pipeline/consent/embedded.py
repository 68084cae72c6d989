"""Remarks in names, companies and addresses ("Ada Li (deceased)"), names of estates, and organisations named like a register."""

import re
import unicodedata
from collections.abc import Set as AbstractSet
from functools import lru_cache

from henk_pipeline.consent.columns import ConsentColumn
from henk_pipeline.consent.statements import read_statement
from henk_pipeline.consent.verdicts import NOTHING, Verdict, about, named_channels
from henk_pipeline.consent.vocabulary import acronym_words, fold, joined_words, name_words, pattern_of, plain_words, word_set

# What stands apart from a name: in brackets, after a dash, between asterisks.
REMARK = re.compile(r"\s*(?:[()\[\]{}*;|,]|\s[-–—]+\s|:\s)\s*")
CAPITALS = re.compile(r"(?<![^\W_])(?:DNC|DECEASED|DO NOT (?:CALL|CONTACT|PHONE|USE)|NO CALLS?)(?![^\W_])")
CROSSES = "[†✝✞]"
HE_OR_SHE = re.compile(r"^(?:s?he|er|sie|il|elle|el|ella|hij|zij|ze|ele|ela)\b")
# Of a job the acronym is the employer: "DNC Data Director", "Director of Finance at the DNC".
AT_THE_DNC = re.compile(r"^\s*DNC\s+[^\W\d_]|\b(?:[Aa]t|[Oo]f|[Ff]or|[Ww]ith)\s+(?:the\s+)?DNC\b")
MAX_WORDS_BEFORE_A_NAME = 3  # "The Estate of" in a column of titles
MIN_REMARK = 7  # letters: "Deceased", not the names Rip, Tod and Mort
SHORT_REMARKS = word_set("short_remarks")
COUPLE = re.compile(r"&|\+|\b(?:and|und|et|y|en|e)\b")
A_YEAR = re.compile(r"(?<!\d)(?:\d{1,2}[/.-]){0,2}(?:19|20)\d\d(?:[/.-]\d{1,2}){0,2}(?!\d)")
FILLING = word_set("filling")
NOT_OF_ORGANISATIONS = word_set("not_of_organisations")


def is_organisation(cell: str, acronyms: AbstractSet[str] | None = None) -> bool:
    """Return whether a cell is the name of an organisation that is written like a register: "DNC", "DNC Services Corp"; `acronyms`: of these."""
    words, registers = plain_words(cell), acronym_words()["register"] if acronyms is None else acronyms
    return not registers.isdisjoint(words) and (
        all(word in registers or word in FILLING for word in words)
        or (not acronym_words()["organisation"].isdisjoint(words) and NOT_OF_ORGANISATIONS.isdisjoint(words))
    )


def read_embedded(cell: str, column: ConsentColumn) -> Verdict:  # noqa: PLR0911 - a line a kind of remark
    """Judge a name or an address: only a remark that stands apart from it, or in capitals, is no part of it."""
    remarks = [part.strip() for part in REMARK.split(cell)]
    capitals = CAPITALS.search(cell)
    if capitals and column.job and capitals[0] == "DNC" and NOT_OF_ORGANISATIONS.isdisjoint(plain_words(cell)):
        is_employer = AT_THE_DNC.search(cell) or not acronym_words()["organisation"].isdisjoint(plain_words(cell))
        return NOTHING if is_employer else about(column.unnamed, "unclear")
    # One short word may be a name: "Tod, Anna", "Anna (Mort)".
    apart = [part for part in remarks if len(part) >= MIN_REMARK or " " in part or fold(part).strip(".") in SHORT_REMARKS]
    is_dead_name = re.match(dead_names(), fold(cell)) is not None
    if capitals is None and is_dead_name and (is_no_estate(cell) or (column.organisation and has_legal_form(cell))):
        return NOTHING  # "Estate of Mind LLC"
    if capitals or re.search(CROSSES, cell) or (is_dead_name and not (column.job and len(plain_words(cell)) > MAX_WORDS_BEFORE_A_NAME)):
        return about(column.unnamed, "refused")
    if column.people and _refuses_behind_a_name(cell):
        return about(column.unnamed, "refused")
    if len(remarks) > 1 and any(re.fullmatch(_estate(), fold(remark).strip(" .")) for remark in remarks):
        return about(column.unnamed, "unclear")
    folded = fold(cell).replace("'", "").replace("’", "")
    if column.people and re.match(pattern_of("late_name"), folded):
        return about(column.unnamed, "unclear")
    if names_of_the_dead().match(folded) or (not (column.organisation or column.job) and _ends_with_estate(folded)):
        return about(column.unnamed, "unclear")
    for remark in apart:
        statement = read_statement(A_YEAR.sub("", remark))
        plain = not statement.unknown and not statement.has("other_person", "other_purpose", "condition", "digits")
        if (
            plain
            and statement.polarity == "refusal"
            and statement.strength != "weak"
            and (statement.has("refusal", "register", "dead") or statement.channels & {"phone", "contact"})
        ):
            of_one = HE_OR_SHE.match(fold(remark)) and COUPLE.search(fold(cell))  # "Mr & Mrs Li (he is deceased)"
            return about(named_channels(statement) or column.unnamed, "unclear" if of_one else "refused")
    may_be_dead = column.people and re.search(pattern_of("name_may_be_dead"), _without_accents(cell)) is not None
    return about(column.unnamed, "unclear") if may_be_dead else NOTHING


def _refuses_behind_a_name(cell: str) -> bool:
    """Return whether what stands next to the name of a person refuses, or says that the person died: "Cy Fox RIP", "Mo Rush (removed)"."""
    return re.search(pattern_of("name_capitals"), cell) is not None or re.search(pattern_of("name_remark"), fold(cell)) is not None


def _without_accents(text: str) -> str:
    """Return a text with its capitals and without accents."""
    return "".join(character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character))


def is_no_estate(cell: str) -> bool:
    """Return whether a name begins as that of an estate does and is none: "Estate of Mind coach"."""
    words = joined_words(cell).removeprefix("the ") + " "
    return any(words.startswith(f"{entry} ") for entry in name_words()["no_estate"])


def has_legal_form(cell: str) -> bool:
    """Return whether a name ends with what only organisations are called."""
    last = fold(cell).replace(".", "").rsplit(maxsplit=1)[-1:]
    return bool(last) and last[0].strip("()") in name_words()["legal_form"]


def _ends_with_estate(folded: str) -> bool:
    """Return whether a name is that of an estate: "John Doe Estate", not "Doe Real Estate"."""
    return re.search(pattern_of("estate_after"), folded) is not None and not re.search(r"\breal estate\b", folded)


@lru_cache(maxsize=1)
def names_of_the_dead() -> re.Pattern[str]:
    """Return a pattern, for the beginning of folded text, of estates and of courtesy titles of the dead."""
    return re.compile(rf"{pattern_of('estate')} ?\w|{pattern_of('late')}")


@lru_cache(maxsize=1)
def dead_names() -> str:
    """Return a pattern, over folded text, of names of the dead that begin a cell: "The Estate of Rob Uman"."""
    return rf"^{pattern_of('dead_name')}\b"


@lru_cache(maxsize=1)
def estate_remarks() -> str:
    """Return a pattern, over folded text, of the same after the name, in brackets or after a comma: "Rob Uman, estate"."""
    return rf"[(\[,;*-]\s*{_estate()}\W*$"


@lru_cache(maxsize=1)
def _estate() -> str:
    return rf"(?:the )?{pattern_of('estate_word')}"
