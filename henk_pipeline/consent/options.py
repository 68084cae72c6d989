"""Columns of an answer each, as survey tools export them: "May we call you? - Yes" next to "May we call you? - No". No cells of other columns."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal, NamedTuple

import polars as pl

from henk_pipeline.consent.columns import ConsentColumn, channel_permission, is_channel_alone, read_column
from henk_pipeline.consent.verdicts import VERDICT_SCHEMA, Word, about
from henk_pipeline.consent.vocabulary import answer_key, answers, joined_words, word_set

Answer = Literal["yes", "no"]
OPPOSITE: dict[str, Literal["refusal", "permission"]] = {"permission": "refusal", "refusal": "permission"}
# Between a question and its answer: "Calls: Yes", "Calls (Yes)", "Calls_Yes", "Calls [choice=Yes]".
BEFORE_ANSWER = r"(?P<sign>\s*[-–—:;_=([?|>]+\s*|\s+)"
BEHIND_ANSWER = r"[\s)\].!?]*"
CHOICE = re.compile(r"(?i)\b(?:choice|option|antwort|answer|r[ée]ponse|respuesta|antwoord|resposta)\s*=\s*")


class Option(NamedTuple):
    """A name taken apart: the question, the answer behind (or before) it, and whether a sign divides the two and says so for certain."""

    question: str
    answer: Answer
    is_divided: bool


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = "|".join(re.escape(word) for word in sorted(word_set("option_yes") | word_set("option_no"), key=len, reverse=True))
    return (
        re.compile(rf"(?P<question>.*[^\W_].*?){BEFORE_ANSWER}(?P<answer>{words}){BEHIND_ANSWER}", re.IGNORECASE | re.DOTALL),
        re.compile(rf"[\[(]?(?P<answer>{words})(?P<sign>\s*[-–—:;|\])]\s*|,\s+)(?P<question>.*[^\W_].*)", re.IGNORECASE | re.DOTALL),
    )


@lru_cache(maxsize=10_000)
def read_option(name: str) -> Option | None:
    """Return the question and the answer of a name ("May we call you? - No"); None where no answer ends or begins it."""
    name = CHOICE.sub("", name.strip())
    behind, before = _patterns()
    match = behind.fullmatch(name) or before.fullmatch(name)
    if match is None or is_answer_word(match["question"].rpartition("/")[2]) is not None:
        return None  # "Phone (Yes/No)"
    sign = match["sign"].strip()
    question = match["question"] + ("?" if sign.startswith("?") else "")
    is_divided = bool(sign) or question.rstrip().endswith("?")
    return Option(question.strip(" -–—:;_=([|>"), is_answer_word(match["answer"]) or "no", is_divided)


def is_answer_word(text: str) -> Answer | None:
    """Return which answer a text is, and nothing else: "Yes", "N"; None where it is none."""
    key = answer_key(text.strip(" ()[].!:-"))
    return "yes" if key in word_set("option_yes") else "no" if key in word_set("option_no") else None


def option_columns(names: Sequence[str], holds_marks: Callable[[str], bool | None]) -> dict[str, ConsentColumn]:
    """Return the columns of an answer each to a question about contact, as consent: the one of "no" has the opposite of the question's direction.

    Args:
        names: The columns of a file.
        holds_marks: Returns whether the cells of a column are marks or answers, None where it is empty. It is asked of "no" without "yes".

    Returns:
        Column → consent, whose `option` is the question and the answer. A column of "yes" alone is left as the question that it is.
    """
    options = {name: option for name in names if (option := read_option(name)) is not None}
    answered: dict[str, set[Answer]] = {}
    for option in options.values():
        answered.setdefault(joined_words(option.question), set()).add(option.answer)
    consents: dict[str, ConsentColumn] = {}
    for name, option in options.items():
        question = joined_words(option.question)
        is_pair = len(answered[question]) > 1
        if not is_pair and (option.answer == "yes" or not option.is_divided):
            continue
        column = _read_question(option.question)
        if column is None or not (is_pair or _is_sure_alone(option, column, holds_marks(name))):
            continue
        direction = column.direction if option.answer == "yes" else OPPOSITE[column.direction]
        consents[name] = replace(column, direction=direction, strict=True, present=False, option=(question, option.answer))
    return consents


def _is_sure_alone(option: Option, column: ConsentColumn, holds_marks: bool | None) -> bool:  # noqa: FBT001 - what a callback returned
    """Return whether a column of "no" without one of "yes" is an answer: not "Consent_No" with the numbers of forms, nor "Phone: No" with numbers.

    That of a refusal ("Do not call: No") stays a refusal: only next to its "yes" it is certain what a mark means.
    """
    if column.direction != "permission" or holds_marks is False:
        return False
    return holds_marks is True or not is_channel_alone(option.question.rstrip(" ?"))


def _read_question(question: str) -> ConsentColumn | None:
    column = read_column(question)
    if column is not None and column.direction in OPPOSITE:
        return column
    return channel_permission(question) if is_channel_alone(question.rstrip(" ?")) else None


def is_of_consent(question: str) -> bool:
    """Return whether a name asks about contact ("May we call you?"), or is a channel alone ("Calls")."""
    return bool(question.strip()) and _read_question(question) is not None


class JudgedOptions(NamedTuple):
    """By column what its cells say, as `judge_cells` returns it, and the rows in which both answers of a question are marked, by their columns."""

    verdicts: dict[str, pl.DataFrame]
    contradictions: dict[tuple[str, str], pl.Series]


def judge_options(table: pl.DataFrame, columns: Mapping[str, ConsentColumn]) -> JudgedOptions:
    """Judge the columns of an answer each, those of one question together.

    A mark is any filled cell, but for zeros and "unchecked". The word of the answer itself is a mark ("No" below "No"), unless the columns hold
    answers to the question whether each is ticked ("Yes" below "No"). Where both are marked it is unclear.

    Args:
        table: Text as it is written in the file, empty cells null.
        columns: What the columns that may say something are.
    """
    questions: dict[str, dict[str, str]] = {}
    for name, column in columns.items():
        if column.option:
            questions.setdefault(column.option[0], {}).setdefault(column.option[1], name)
    judged = JudgedOptions({}, {})
    for by_answer in questions.values():
        yes, no = by_answer.get("yes"), by_answer.get("no")
        if no is None:
            continue
        column = columns[no]
        kinds = pl.DataFrame({"yes": _kinds(table[yes]) if yes is not None else [""] * table.height, "no": _kinds(table[no])})
        words = _words(kinds, refuses="yes" if column.direction == "permission" else "no")
        judged.verdicts.update({name: _verdicts(words["word"], kinds[answer] != "", column) for answer, name in by_answer.items()})
        if yes is not None:
            judged.contradictions[yes, no] = words["is_both"]
    return judged


def _kinds(cells: pl.Series) -> pl.Series:
    """Return what each cell is: "" (empty), "zero", "no" (the word), "yes" (the word, one, true), "mark" (anything else)."""
    kinds = {cell: _kind(cell) for cell in cells.unique().drop_nulls()}
    return cells.fill_null("").replace_strict(kinds, default="", return_dtype=pl.String)


def _kind(cell: str) -> str:
    key = answer_key(cell)
    if key in answers()["empty"]:
        return ""
    if (answer := is_answer_word(cell)) is not None:
        return answer
    if key in answers()["no"] or key in word_set("not_ticked"):
        return "zero"
    return "yes" if key in word_set("ticked") else "mark"


def _words(kinds: pl.DataFrame, refuses: Answer) -> pl.DataFrame:
    """Return `word` (refused, permitted, unclear or null) and `is_both` (Boolean) of the kinds of both cells of each row."""
    no_words = kinds.filter(pl.col("no") == "no")
    says_whether_ticked = (
        bool((kinds["no"] == "yes").any())
        or bool(kinds["yes"].is_in(["no", "zero"]).any())
        or (no_words.height > 0 and bool((no_words["yes"] != "").all()))
    )
    is_no = pl.col("no").is_in(["yes", "mark"] if says_whether_ticked else ["yes", "mark", "no"])
    is_yes = pl.col("yes").is_in(["yes", "mark"])
    refused, permitted = ("yes", "no") if refuses == "yes" else ("no", "yes")
    marked = {"yes": is_yes, "no": is_no}
    word: dict[str, Word] = {refused: "refused", permitted: "permitted"}
    denied = (pl.col("yes") == "no") & (pl.col("no") == "") | (pl.col("yes") == "zero") & (pl.col("no") == "")
    return kinds.select(
        pl.when(is_yes & is_no)
        .then(pl.lit("unclear"))
        .when(marked["no"])
        .then(pl.lit(word["no"]))
        .when(marked["yes"])
        .then(pl.lit(word["yes"]))
        .when(denied)
        .then(pl.lit(word["no"]))
        .when((pl.col("yes") == "no") & (pl.col("no") == "no"))
        .then(pl.lit("unclear" if refused == "no" else None))
        .alias("word"),
        (is_yes & is_no).alias("is_both"),
    )


def _verdicts(words: pl.Series, is_filled: pl.Series, column: ConsentColumn) -> pl.DataFrame:
    """Return the verdicts of the cells of a column by the words of their rows, null where the cell is empty."""
    heard = about(column.channels, "refused")
    frame = pl.DataFrame({"word": words, "filled": is_filled})
    word = pl.when("filled").then("word")
    return frame.select(
        (word if heard.phone else pl.lit(None, dtype=pl.String)).alias("phone"),
        (word if heard.email else pl.lit(None, dtype=pl.String)).alias("email"),
        (~pl.col("filled")).alias("empty"),
    ).select(pl.col(name).cast(dtype) for name, dtype in VERDICT_SCHEMA.items())
