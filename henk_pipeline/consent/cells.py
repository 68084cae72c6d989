"""What a cell says about consent, by its column: refusal, permission, nothing, or unclear, for calls and for e-mails."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

import polars as pl

from henk_pipeline.consent.codes import (
    A_LIST_OF_CODES,
    CODES,
    MAX_DATED,
    holds_refusing_tag,
    holds_tag_of_wrong_number,
    is_asked_about,
    is_blocked,
    labels_wrong_number,
    read_code,
    read_orders,
)
from henk_pipeline.consent.columns import PHONE_AND_EMAIL, ConsentColumn
from henk_pipeline.consent.embedded import HE_OR_SHE, is_organisation, read_embedded
from henk_pipeline.consent.expiry import A_DATE, PLAIN_DATE, end_of, expired, holds_no_longer, is_date, lasts
from henk_pipeline.consent.notes import SPOKE
from henk_pipeline.consent.parts import (
    HARD_SEPARATORS,
    PIECES,
    SEPARATORS,
    SOURCE_WORDS,
    judge_assigned,
    judge_by_channel,
    judge_clauses,
    judge_list,
    lists_without_calls,
)
from henk_pipeline.consent.quick_look import CODED, WORDED, any_of, folded_cells, may_be_code, may_be_suspect, may_state, split_look
from henk_pipeline.consent.refusals import is_understood, read_refusal, refuses_all
from henk_pipeline.consent.remarks import NUMBER
from henk_pipeline.consent.statements import EXTENSION, NUMBER_OF, Statement, read_statement
from henk_pipeline.consent.verdicts import EMPTY, NOTHING, VERDICT_SCHEMA, Verdict, about, answered, named_channels, of_column
from henk_pipeline.consent.vocabulary import answer_key, answers, fold, tokens_of, word_set

MAX_LOOKED_AT = 10_000  # cells of several columns that one quick look is at: more would take memory and save nothing
NO_CELLS = pl.Series([], dtype=pl.String)
MAX_CELL = 2000  # characters of a cell that are read
ORDERS = ("do not", "don't", "dont")  # "do not use" in the place of a number may be about the person
MIN_WORD = 2  # characters of a cell that may state something
LEADING = re.compile(r"^\s*([^\W\d_]{1,5})\s*[,;:./(–—-]\s*(\S.*)$", re.DOTALL)
# A law is a ground for being asked, no permission: "GDPR form".
LAWS = word_set("laws")
ALLOWED = word_set("allowed")
ZERO = {"0", "0.0", "zero"}
# Of a flag, or how many there are.
ONES = {"1", "1.0"}
# Crosses: "no" beside ticks, and what a hand marks with where there is nothing else.
BALLOTS = {"✗", "✘", "❌", "✖", "╳"}
LIVING = word_set("living")
BY_A_CHANNEL = re.compile(r"\b(?:via|by|per|par|por|durch|door|through|pelo|with)\b")
DATED = re.compile(r"([^\d]{1,40}?)[\s,(]+(?:am |on |le |el |op |em |since |seit |vom |as of |confirmed )?([^)(]*\d[^)(]*)\)?")
PENDING = re.compile(
    r"(?:^|[\W_])(?:pending|awaiting|unconfirmed|not confirmed|ausstehend|en attente|pendiente|in afwachting|pendente)(?:$|[\W_])"
)
AN_ADDRESS = r"^\s*\S+@\S+\s*$"
# Rows up to which all of them may be crossed for a refusal; in a longer list nobody is.
MAX_CROSSED = 500
ALL_CHANNEL_ANSWERS = word_set("all_channel_answers")
HOUR = re.compile(r"\d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?| ?uhr| ?h)?|\d{1,2} ?(?:[ap]\.?m\.?|uhr|h\d{0,2}|uur|o'?clock)|noon|midday|midnight")
OF_WHOM = re.compile(r"\s*(?:who|whom|der|qui|quien|que)\b(?! (?:does|do|wants|asked|has asked|will|is not|no|ne)\b)")
UNSUBSCRIBED = word_set("unsubscribed")
CALLS_NOT_TICKED = about(frozenset({"phone"}), "unclear")


def judge_cells(cells: pl.Series, column: ConsentColumn) -> pl.DataFrame:
    """Judge the cells of a column, each distinct one once.

    Args:
        cells: Text as it is written in the file, or null.
        column: What the column is.

    Returns:
        A row a cell: `phone` and `email` (refused, permitted, unclear or null), `empty` (true where nothing is said, else false or null).
    """
    return next(judge_each([(cells, column)]))


def judge_each(columns: Sequence[tuple[pl.Series, ConsentColumn]]) -> Iterator[pl.DataFrame]:
    """Judge the cells of columns as `judge_cells` does, those of short ones after one quick look at all of them.

    A quick look takes 6 ms before its first cell, since polars prepares each pattern again for each series: as much as 5,000 cells take.

    Args:
        columns: The cells of each column (text as it is written in the file, or null), and what it is.

    Yields:
        For each column, in their order, what `judge_cells` returns of it.
    """
    rows = max((len(cells) for cells, _ in columns), default=0)
    together = max(1, MAX_LOOKED_AT // max(1, rows))
    for first in range(0, len(columns), together):
        yield from _judge_together([(_plain_dates(cells, column), column) for cells, column in columns[first : first + together]])


def _judge_together(columns: Sequence[tuple[pl.Series, ConsentColumn]]) -> Iterator[pl.DataFrame]:
    worded = [_worded_cells(cells, column) if _is_looked_at(column) else NO_CELLS for cells, column in columns]
    lenient = [pl.Series([column.lenient]).new_from_index(0, len(filled)) for filled, (_, column) in zip(worded, columns, strict=True)]
    states = split_look(may_state(pl.concat(worded), lenient=pl.concat(lenient)), worded)
    distinct = [
        _stating_cells(cells, column, filled, stating) if _is_looked_at(column) else cells.unique().drop_nulls()
        for (cells, column), filled, stating in zip(columns, worded, states, strict=True)
    ]
    noted = [cells if _may_hold_notes(column) else NO_CELLS for cells, (_, column) in zip(distinct, columns, strict=True)]
    suspects = split_look(may_be_suspect(pl.concat(noted)), noted)
    for (cells, column), some, suspect in zip(columns, distinct, suspects, strict=True):
        yield _verdicts(cells, column, some, suspect)


def _plain_dates(cells: pl.Series, column: ConsentColumn) -> pl.Series:
    """Return the cells of a column without what says nothing by its own value: addresses are null, and all dates one date."""
    if column.addresses:
        return cells.to_frame("cell").select(pl.when(~pl.col("cell").str.contains(AN_ADDRESS)).then("cell")).to_series()
    if (column.direction != "stated" or column.asks_dates) and not column.expiry:
        # Every date says the same, and a column of moments has a distinct one in each row.
        return (
            cells.to_frame("cell")
            .select(pl.when(pl.col("cell").str.contains(PLAIN_DATE)).then(pl.lit(A_DATE)).otherwise("cell"))
            .to_series()
        )
    return cells


def _is_looked_at(column: ConsentColumn) -> bool:
    """Return whether a quick look sorts out which cells of a column are read."""
    return (
        column.direction == "stated"
        and not column.restriction
        and not column.register
        and not (column.explained or column.ways or column.lists or column.flag or column.limit or column.expiry or column.asks_dates)
    )


def _worded_cells(cells: pl.Series, column: ConsentColumn) -> pl.Series:
    """Return the cells of a column that have words; ids and numbers state nothing."""
    worded = CODED if column.lenient or column.noted else WORDED
    filled = cells.filter(cells.str.contains(f"{worded}|{A_LIST_OF_CODES}" if column.solicits else worded).fill_null(value=False))
    start = filled.head(4096)
    return filled if start.n_unique() > 0.9 * len(start) else filled.unique()  # where all differ, to find that out takes longest


def _stating_cells(cells: pl.Series, column: ConsentColumn, filled: pl.Series, states: pl.Series) -> pl.Series:
    """Return the distinct cells of a column that are read: those of `filled` that may state something, and those that it is asked about."""
    distinct = filled.filter(states | may_be_code(filled, column)).unique()
    if not column.asked:
        return distinct
    cell_values = cells.unique().drop_nulls()
    asked = cell_values.filter(folded_cells(cell_values).str.contains(any_of(column.asked)))
    return pl.concat([distinct, asked]).unique()


def _may_hold_notes(column: ConsentColumn) -> bool:
    return column.direction == "stated" and column.flag is None


def _verdicts(cells: pl.Series, column: ConsentColumn, distinct: pl.Series, suspects: pl.Series) -> pl.DataFrame:
    """Return the verdict of each cell of a column of which the `distinct` ones are read, by all patterns of notes where they are `suspects`."""
    judged = _judged_by_look(distinct, column, suspects, rows=len(cells), has_gaps=cells.null_count() > 0)
    asked_cells = lists_without_calls(distinct.to_list()) if column.lists else frozenset()
    verdicts = [(cell, *(verdict | CALLS_NOT_TICKED if cell in asked_cells else verdict)) for cell, verdict in judged]
    telling = [verdict for verdict in verdicts if any(verdict[1:])]
    if not telling:
        return pl.DataFrame({name: pl.Series([None], dtype=dtype).new_from_index(0, len(cells)) for name, dtype in VERDICT_SCHEMA.items()})
    verdict_table = pl.DataFrame(telling, schema={"cell": pl.String, **VERDICT_SCHEMA}, orient="row")
    return cells.alias("cell").to_frame().join(verdict_table, on="cell", how="left", maintain_order="left").drop("cell")


def judge_pairs(frame: pl.DataFrame, columns: Mapping[str, ConsentColumn]) -> pl.DataFrame:
    """Judge cells of which each names the column that it answers.

    Args:
        frame: `question` and `answer`, text or null.
        columns: What the questions are as columns; the answers to others say nothing.

    Returns:
        As `judge_cells`.
    """
    asked = frame.filter(pl.col("question").is_in(list(columns)) & pl.col("answer").is_not_null()).unique()
    verdict_table = pl.DataFrame(
        [(question, answer, *judge(answer, columns[question])) for question, answer in asked.rows()],
        schema={"question": pl.String, "answer": pl.String, **VERDICT_SCHEMA},
        orient="row",
    )
    return frame.join(verdict_table, on=["question", "answer"], how="left", maintain_order="left").select(list(VERDICT_SCHEMA))


def _judged_by_look(
    cells: pl.Series, column: ConsentColumn, is_suspect: pl.Series, *, rows: int, has_gaps: bool
) -> list[tuple[str, Verdict]]:
    """Judge the distinct cells of a column as `_judged` does, those that a quick look finds harmless without the patterns of notes."""
    if not _may_hold_notes(column):
        return _judged(cells.to_list(), column, rows=rows, has_gaps=has_gaps)
    certain = _judged(cells.filter(~is_suspect).to_list(), replace(column, certain=True), rows=rows, has_gaps=has_gaps)
    return certain + _judged(cells.filter(is_suspect).to_list(), column, rows=rows, has_gaps=has_gaps)


def _judged(cells: list[str], column: ConsentColumn, *, rows: int, has_gaps: bool) -> list[tuple[str, Verdict]]:
    """Judge the distinct cells of a column of so many rows; `has_gaps`: some of its cells are empty.

    "O" is "oui" where there is an "N", "out" where there is an "I", which is "in" then.
    Crosses that stand among empty cells only, or in every row of a short list, may mark who refuses.
    """
    keys = {answer_key(cell) for cell in cells} if column.direction != "stated" else set()
    verdicts = (
        [(cell, _flagged(cell, column)) for cell in cells] if _is_flag(cells, column) else [(cell, judge(cell, column)) for cell in cells]
    )
    if column.direction == "refusal":
        alone = (has_gaps or rows < MAX_CROSSED) and keys and keys <= BALLOTS
        return [(cell, of_column(column, "unclear")) for cell in cells] if alone else verdicts
    if "o" not in keys or "n" in keys:
        return verdicts
    letters = {"o": of_column(column, "refused" if "i" in keys else "unclear"), "i": of_column(column, "permitted")}
    return [(cell, letters.get(answer_key(cell), verdict)) for cell, verdict in verdicts]


def _is_flag(cells: list[str], column: ConsentColumn) -> bool:
    """Return whether a column that may be a flag ("Stop", "Tot") holds answers and nothing else: not "Stop: 3", "Tot: 120.00"."""
    if column.flag is None:
        return False
    answer_sets = answers()
    return all(
        answer_key(cell) in answer_sets["yes"] | answer_sets["no"] | answer_sets["empty"] or (not column.dead and is_date(cell))
        for cell in cells
    )


def _flagged(cell: str, column: ConsentColumn) -> Verdict:
    key = answer_key(cell)
    if column.flag is None or (key not in answers()["yes"] and not is_date(cell)):
        return EMPTY if key in answers()["empty"] else NOTHING
    return of_column(column, "unclear" if key in ONES or is_date(cell) else column.flag)


@lru_cache(maxsize=50_000)
def judge(cell: str, column: ConsentColumn) -> Verdict:
    """Judge one cell of a column. What a cell of a column of e-mails or of post states about calls is heard as well: "Do Not Mail: Deceased"."""
    verdict = _judge(cell, column)
    if column.direction == "stated" or "phone" in column.channels or len(cell) < MIN_WORD:
        return verdict
    stated = replace(column, direction="stated", unnamed=column.channels, lenient=False, present=False, register=False)
    return Verdict(_judge(cell, stated).phone or verdict.phone, verdict.email, verdict.empty)


def _judge(cell: str, column: ConsentColumn) -> Verdict:  # noqa: C901, PLR0911, PLR0912 - a line a kind of answer
    cell = cell.strip()[:MAX_CELL]
    key = answer_key(cell.strip(";,.!¡ []{}()\"'")) or answer_key(cell.strip("[]{}()\"' "))
    if key in column.yes or key in column.no:
        return answered(column, yes=key in column.yes)
    if (column.asked or column.asks_dates) and is_asked_about(cell, key, column):
        return about(column.channels | {"phone"}, "unclear")
    if column.direction == "stated":
        return _stated(cell, key, column)
    answer_sets = answers()
    if key in answer_sets["not_known"] or answer_key(cell) in answer_sets["not_known"]:
        return of_column(column, "unclear") if column.strict or column.direction == "refusal" else NOTHING
    if (column.dead and key in LIVING) or (column.direction == "refusal" and key in ALLOWED):
        return of_column(column, "permitted")
    if column.expiry and is_date(cell):
        return expired(cell, column)
    if column.direction != "refusal" and (ended := end_of(cell)) is not None:
        until, answer = ended
        if until < datetime.now(tz=UTC).year:
            return of_column(column, "refused")
        if until > datetime.now(tz=UTC).year and (not answer or answer in answer_sets["yes"] | answer_sets["granted"]):
            return of_column(column, "permitted")  # "valid through 2098"
    if column.direction == "refusal" and holds_no_longer(cell, column):
        return NOTHING  # "Do not call until 2001-01-01"
    if column.direction == "refusal" and key in answer_sets["lifted"] | (frozenset() if column.dead else answer_sets["switched_off"]):
        return of_column(column, "permitted")
    if column.hours and HOUR.fullmatch(key):
        return NOTHING
    if column.wrong and NUMBER.search(cell) and not is_date(cell):
        return NOTHING  # "Old Phone": that number is not called; the person's other one is
    if key in answer_sets["none"] and column.direction == "permission" and column.strict:
        return of_column(column, "refused")
    if key in answer_sets["empty"]:
        return EMPTY
    if key in answer_sets["no"] or (column.direction == "permission" and key in answer_sets["never"]):
        return answered(column, yes=False)
    if len(cell) <= MAX_DATED and (dated := DATED.fullmatch(cell)) and is_date(dated[2]) and not is_date(cell):
        return judge(dated[1], column)  # "No 12/03/2021": an answer with its date
    if column.direction == "refusal" and len(key) > 6 and NUMBER.fullmatch(cell) and not is_date(cell):
        return of_column(column, "refused")  # "Do Not Call Number"
    if (leading := LEADING.match(cell)) and column.present and answer_key(leading[1]) in answer_sets["no"]:
        return answered(column, yes=False)
    if column.present:
        return _present(cell, column)
    if key in answer_sets["yes"] or key in ALL_CHANNEL_ANSWERS or is_date(cell):
        return answered(column, yes=True)
    if column.register and (key in answer_sets["listed"] or key in answer_sets["unlisted"]):
        return answered(column, yes=key in answer_sets["listed"])
    if column.direction != "refusal" and key in answer_sets["granted"] | answer_sets["refused"]:
        return of_column(column, "permitted" if key in answer_sets["granted"] else "refused")
    return _worded(cell, column)


def _present(cell: str, column: ConsentColumn) -> Verdict:
    """Judge a reason, a date or a source of a refusal: that there is one is the refusal."""
    statement = read_statement(cell)
    channels = statement.channels - {"fax", "contact"}  # "Contact" is who said so
    if channels and not statement.unknown and not column.named:
        return about(channels, "refused")
    return of_column(column, "refused")


def _worded(cell: str, column: ConsentColumn) -> Verdict:
    """Judge a cell of a column of consent that is no bare answer."""
    if column.direction == "permission" and PENDING.search(fold(cell)):
        return of_column(column, "unclear")
    verdict = judge_by_channel(cell, column) or _of_words(cell, column)
    if column.strict and column.channels == {"phone"} and verdict.phone is None and not verdict.empty:
        return of_column(column, "unclear")  # it says something, and not about calls
    return verdict


def _of_words(cell: str, column: ConsentColumn) -> Verdict:
    if (leading := LEADING.match(cell)) and (key := answer_key(leading[1])) in answers()["yes"] | answers()["no"]:
        return _explained(answered(column, yes=key in answers()["yes"]), leading[2], column)
    parts = [part for part in SEPARATORS.split(cell) if part]
    if len(parts) > 1 and any(map(refuses_all, parts)):
        return about(frozenset({"contact"}), "refused")  # "Mail, Deceased"
    if not set("|;\n") & set(cell):
        cell_verdict = _words(cell, column)
        if cell_verdict is not None:
            return cell_verdict
    if len(parts) > 1:
        listed = judge_list(parts, column)
        if listed is not None:
            return listed
        verdicts = [judge(part, column) for part in parts]
        joined = verdicts[0]
        for verdict in verdicts[1:]:
            joined = joined | verdict
        return joined
    return of_column(column, "unclear") if column.strict else NOTHING


def _explained(answer: Verdict, rest: str, column: ConsentColumn) -> Verdict:
    """Return an answer with what stands after it: words after a "yes" or a "no" may refuse, and take no refusal back.

    In a column of several channels a list of channels says which ones the answer is about ("Yes (e-mail)").
    """
    rest = rest.strip(" ().")
    how = any(token.text in SOURCE_WORDS for token in tokens_of(rest))
    if column.direction == "permission" and how and answer.phone == "permitted" and read_statement(rest).polarity != "refusal":
        return answer
    if column.direction == "refusal" and len(column.channels) > 1 and not how:
        listed = judge_list([part for part in SEPARATORS.split(rest) if part], column)
        if listed is not None and answer.phone == "refused":
            return listed
    if (
        column.direction == "refusal"
        and answer.phone == "permitted"
        and (statement := read_statement(rest)).polarity
        and statement.strength == "weak"
    ):
        return answer  # "No (removed 3/2/20)"
    key = answer_key(rest)
    explained = (
        answered(column, yes=key in answers()["yes"])
        if key in answers()["yes"] | answers()["no"]
        else judge_by_channel(rest, column) or _words(rest, column)
    )
    if explained is not None:
        return answer | explained
    narrowed = read_statement(rest).has("condition", "only") and answer.phone != "refused"
    return of_column(column, "unclear") if narrowed else answer


def _words(cell: str, column: ConsentColumn) -> Verdict | None:  # noqa: PLR0911 - a line a kind of statement
    """Judge a cell by what it states; None where it states nothing for certain."""
    statement = read_statement(cell)
    channels = named_channels(statement) or column.channels
    if (
        column.direction == "permission"
        and statement.classes
        and statement.classes <= {"condition", "digits", "filler", "preference", "only", "date"}
        and statement.has("condition")
    ):
        return about(channels, "permitted")  # "evenings": when, not whether
    if statement.has("other_person") or (statement.has("condition") and statement.strength != "strong"):
        return None
    if statement.polarity == "refusal" and not column.named and _says_how(cell, statement):
        return about(column.channels, "unclear")  # "revoked via SMS"
    if statement.polarity == "refusal":
        return about(channels, "refused")
    if column.direction == "refusal" and not _lifts(cell, statement, column):
        return (
            None
            if statement.polarity or statement.has("modal") or statement.only
            else judge_list([part for part in SEPARATORS.split(cell) if part], column)
        )
    if statement.polarity == "permission":
        return about(channels, "permitted")
    if statement.has("modal") and not statement.unknown:
        return about(channels, "permitted")
    if statement.only and statement.channels:
        return Verdict(
            "permitted" if "phone" in statement.channels else "refused", "permitted" if "email" in statement.channels else "refused"
        )
    return judge_list([part for part in SEPARATORS.split(cell) if part], column)


def _says_how(cell: str, statement: Statement) -> bool:
    """Return whether the channel that a refusal names may be the way in which somebody said it: "revoked via SMS", not "no contact by SMS"."""
    return (
        bool(statement.channels & {"email", "sms", "post"})
        and not statement.has("contact", "phone")
        and bool(BY_A_CHANNEL.search(fold(cell)))
    )


def _lifts(cell: str, statement: Statement, column: ConsentColumn) -> bool:
    """Return whether a statement in a column of refusal allows contact: calls, or by a word such as "opted in" or "not opted out".

    "Accepted" may be the refusal that was accepted, "GDPR form" the form in which it was made.
    """
    if statement.polarity != "permission" or statement.unknown or statement.only:
        return False
    allowed = statement.channels & (column.channels | {"contact"})
    return (
        bool(allowed) or statement.has("negation") or any(token.has("permission") and token.text not in LAWS for token in tokens_of(cell))
    )


def _stated(cell: str, key: str, column: ConsentColumn) -> Verdict:  # noqa: C901, PLR0911, PLR0912 - a line a kind of cell
    """Judge a cell of a column that is not of consent: only a statement of a refusal counts."""
    if (column.organisation or column.source) and is_organisation(cell, acronyms={"dnc"} if column.source else None):
        return NOTHING
    if column.subscription and (not column.named or column.channels == PHONE_AND_EMAIL) and key in UNSUBSCRIBED:
        return about(column.unnamed if "email" not in column.unnamed else frozenset({"email"}), "refused")
    if column.expiry and is_date(cell):
        return expired(cell, column)
    if column.limit:
        return about(frozenset({"phone"}), "refused") if key in ZERO else NOTHING
    if column.reasons and key in answers()["dead_codes"]:
        return Verdict("refused", "refused")
    if column.explained and not column.explained.isdisjoint(map(answer_key, CODES.split(cell))):
        return of_column(column, "unclear")
    if (column.labels or (column.for_number and not key.startswith(ORDERS))) and labels_wrong_number(cell):
        return NOTHING  # of the number, which is left out, not of the person
    cell = EXTENSION.sub("", NUMBER_OF.sub(r"\1 number", cell))
    if not cell or key in answers()["empty"] or (key in answers()["no"] and not (column.hours and key in answers()["never"])):
        return EMPTY if not cell or key in answers()["empty"] else NOTHING
    if column.hours and key in answers()["never"]:
        return about(frozenset({"phone"}), "refused")  # "Best time to call: never"
    if column.restriction and (key in answers()["yes"] or key in ALL_CHANNEL_ANSWERS):
        return of_column(column, "refused")
    if column.restriction and is_date(cell):
        return of_column(column, "unclear")  # since when, of which nothing says what
    if column.register and key in answers()["listed"]:
        return of_column(column, "refused")
    if column.lenient and (coded := read_code(cell, key, column)) is not None:
        return coded
    if column.embedded:
        return read_embedded(cell, column)
    if lasts(cell):
        return about(frozenset({"phone"}), "unclear")  # "Do not call until 2099-01-01"
    assigned = judge_assigned(cell) or (judge_by_channel(cell, column) if column.lenient or PIECES.search(cell) or "false" in key else None)
    if assigned is not None:
        phone, email, _ = assigned
        return Verdict("refused" if phone == "refused" else None, "refused" if email == "refused" else None)
    parts = [part for part in SEPARATORS.split(cell) if part]
    if (
        column.ways
        and (listed := judge_list(parts, replace(column, direction="permission", channels=PHONE_AND_EMAIL, strict=True))) is not None
    ):
        return listed
    if column.restriction and (listed := judge_list(parts, replace(column, direction="refusal"))) is not None:
        return listed
    clauses = judge_clauses(parts) if len(parts) > 1 else None
    if clauses is not None:
        return clauses
    cell_verdict = read_refusal(cell, column)
    # "Told us in June: do not call any more": what stands after the colon is a statement by itself.
    split = [piece for part in parts if ": " in part for piece in part.split(": ", 1)]
    if cell_verdict is not None and (
        cell_verdict.phone == "refused"
        or (cell_verdict.phone is None and not HARD_SEPARATORS.search(cell) and not any(map(refuses_all, [*parts, *split])))
    ):
        return cell_verdict
    combined, pieces = cell_verdict or NOTHING, [*(parts if len(parts) > 1 else ()), *split]
    of_another = bool(pieces) and read_statement(cell).has("other_person")
    for part in pieces:
        if of_another and OF_WHOM.match(fold(part)) and not read_statement(part).has("refusal", "register"):
            continue  # "widow of John, who died in 2010"
        if of_another and read_statement(part).classes <= {"dead", "filler"}:
            # "spoke w/ daughter, he died last month"; "Deceased. 212-555-0101 is the widow"
            if (HE_OR_SHE.match(fold(part.strip())) and SPOKE.search(fold(cell))) or (
                part == pieces[0] and read_statement(part).has("dead")
            ):
                combined = combined | of_column(column, "unclear")
            continue  # "in memory of John (deceased)"
        verdict = read_refusal(part, column)
        if verdict is not None:
            combined = combined | verdict
    if combined == NOTHING and column.restriction and not any(is_understood(part) for part in parts):
        return of_column(column, "unclear")
    if combined == NOTHING and column.coded and any(is_blocked(part) for part in parts or [cell]):
        return of_column(column, "unclear")  # an account may be blocked for many reasons
    if (
        combined == NOTHING
        and (column.noted or (column.coded and len(parts) > 1))
        and (ordered := read_orders(parts or [cell], column)) is not None
    ):
        return ordered
    if combined == NOTHING and column.lenient and holds_refusing_tag(cell):
        return of_column(column, "unclear")
    if combined == NOTHING and column.coded and holds_tag_of_wrong_number(cell):
        return about(frozenset({"phone"}), "unclear")
    if combined == NOTHING and key in answers()["orders"] and not (column.organisation or column.source):
        return of_column(column, "unclear")  # whatever the column is, a reply to a text message may have come into it
    return combined
