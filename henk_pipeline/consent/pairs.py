"""Tables of a row an answer: a column names the question or the channel, another one holds the answer. No columns of questions of their own."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from henk_pipeline.consent.cells import ALL_CHANNEL_ANSWERS, judge_cells, judge_each, judge_pairs
from henk_pipeline.consent.columns import PHONE_AND_EMAIL, STATED, ConsentColumn, channel_permission, is_channel_alone, read_column
from henk_pipeline.consent.news import read_news
from henk_pipeline.consent.statements import read_statement
from henk_pipeline.consent.vocabulary import answer_key, answers, plain_words, word_set

MAX_QUESTIONS = 200  # distinct cells of a column of questions
MAX_CHANNELS = 20
# What a column of questions is called: "Attribute Category", "Preference", "Consent Type".
ASKS = re.compile(
    r"(?i)attribut|categor|kategorie|preference|question|frage|\btype|consent|option|setting|merkmal|\bkey\b|\bfield\b|\bcode"
)
CHANNEL_WORDS = word_set("channel_words")
CHANNEL_NAME_WORDS = word_set("channel_name_words")
# "Consent Type", "Preference Type": channels, where all cells are and a column of answers stands behind it.
TYPE_OF = {"consent", "preference"}
# What a column of answers is called that stands after one of questions: "Attribute Description", "Preference Value".
ANSWERS = word_set("answers")
ASKED_BY = word_set("asked_by")


def is_named_as_answers(name: str) -> bool:
    """Return whether a column is called one of answers, and nothing else: what it says replaces what its question states."""
    words = set(plain_words(name))
    return bool(words & ANSWERS) and words <= ANSWERS | ASKED_BY


def _is_type_before_answers(name: str, following: str) -> bool:
    """Return whether a column is of types of consent whose answers the column after it holds: "Consent Type", "Consent Status"."""
    words = set(plain_words(name))
    return "type" in words and bool(words & TYPE_OF) and not (ANSWERS | {"status"}).isdisjoint(plain_words(following))


def read_channels(table: pl.DataFrame) -> pl.Series | None:
    """Return the column that names in each row the channel that its answers are about; None where there is none."""
    for name, following in zip(table.columns, [*table.columns[1:], ""], strict=True):
        words = set(plain_words(name))
        if not (words & CHANNEL_WORDS or _is_type_before_answers(name, following)) or words - CHANNEL_WORDS - CHANNEL_NAME_WORDS:
            continue
        cells = table[name].drop_nulls().unique()
        if 0 < len(cells) <= MAX_CHANNELS and all(is_channel_alone(cell) or answer_key(cell) in ALL_CHANNEL_ANSWERS for cell in cells):
            return table[name]
    return None


def judge_columns(table: pl.DataFrame, columns: Mapping[str, ConsentColumn], channels: pl.Series | None) -> Iterator[pl.DataFrame]:
    """Judge the cells of columns as `judge_cells` does, an answer that names no channel for that of its row.

    Args:
        table: Text as it is written in the file, empty cells null.
        columns: What the columns that may say something are.
        channels: The column that names the channels, as `read_channels` returns it.

    Yields:
        For each of the columns, in their order, what `judge_cells` returns of it.
    """
    types = channels.name if channels is not None and "type" in plain_words(channels.name) else None
    asked = [(table[name], STATED if name == types else column) for name, column in columns.items()]
    for (name, column), verdicts in zip(columns.items(), judge_each(asked), strict=True):
        if channels is None or column.named or name == channels.name:
            yield verdicts
        else:
            yield _judge_by_channel(table[name], column, channels, verdicts)


def _judge_by_channel(cells: pl.Series, column: ConsentColumn, channels: pl.Series, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return the verdicts of cells, those of the rows that name a channel about that channel."""
    for channel in channels.drop_nulls().unique():
        about = (
            PHONE_AND_EMAIL
            if answer_key(channel) in ALL_CHANNEL_ANSWERS
            else read_statement(channel, trailing=False).channels - {"contact"} or PHONE_AND_EMAIL
        )
        of_channel = judge_cells(cells, replace(column, channels=about, unnamed=about, named=True))
        is_about = (channels == channel).fill_null(value=False)
        verdicts = verdicts.select(
            pl.when(is_about).then(of_channel[name]).otherwise(pl.col(name)).alias(name) for name in verdicts.columns
        )
    return verdicts


def judge_answers(questions: pl.Series, given: pl.Series) -> pl.DataFrame | None:
    """Judge the answers to questions of consent that the cells of the column before them ask.

    Args:
        questions: The column whose cells may be questions ("Phone consent").
        given: The column after it.

    Returns:
        As `judge_cells`; None where no cell asks, or the column after it holds no answers.
    """
    if not ASKS.search(questions.name):
        return None
    distinct = questions.drop_nulls().unique()
    if not 0 < len(distinct) <= MAX_QUESTIONS:
        return None
    asked = {
        cell: column for cell in distinct if (column := read_column(cell)) is not None and column.direction in ("permission", "refusal")
    }
    asked |= {cell: column for cell in distinct if cell not in asked and (column := read_news(cell)) is not None}
    if _is_type_before_answers(questions.name, given.name):
        asked = {cell: channel_permission(cell) for cell in distinct if is_channel_alone(cell)} | asked
    frame = pl.DataFrame({"question": questions, "answer": given})
    replies = frame.filter(pl.col("question").is_in(list(asked)))["answer"].drop_nulls()
    answer_words = answers()["yes"] | answers()["no"] | answers()["granted"] | answers()["refused"]
    if 2 * sum(answer_key(cell) in answer_words for cell in replies) < max(len(replies), 1):
        return None
    return judge_pairs(frame, asked)
