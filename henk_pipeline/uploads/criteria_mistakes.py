"""Sentences on mistakes in criteria, for those of which the JSON schema says little: what is missing, not there yet, or a relative time."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

EXAMPLE = '{"field": "lead_score", "op": ">=", "value": 50}'
EXAMPLES_OF = {
    "list": '{"list": "the list\'s id", "op": "in"}',
    "import": '{"import": "the import\'s id", "op": "in"}',
    "campaign": '{"campaign": "any", "measure": "attempts", "op": ">=", "value": 3}',
    "callable": '{"callable": true}',
    "suppressed": '{"suppressed": false}',
}
NOT_THERE_YET = {
    "calls": f"`calls` asks for single calls, whose history is not kept yet. What campaigns know can be asked: {EXAMPLES_OF['campaign']}",
    "predicted": f"`predicted` asks for predictions, which are not made yet. The score is there: {EXAMPLE}",
}
WORDS = ("all", "any", "not")
SUBJECTS = ("field", "custom_field", *EXAMPLES_OF)
UNITS = ("hours_ago", "days_ago", "weeks_ago", "months_ago", "years_ago")
MAX_UNITS, MAX_DAYS_AHEAD, MAX_CRITERIA = 5000, 366, 200
IDS = {"list": "`henk list show NAME`", "import": "`henk imports`", "campaign": "`henk campaign show NAME`"}

# As henk.check_clauses has them: the words of fields that take no other.
WORDS_OF = {
    ("measure", "status"): ("new", "queued", "calling", "contacted", "converted", "failed", "dnc"),
    ("field", "quality_rating"): ("hot", "warm", "cold", "unrated"),
}


def find_impossible(criteria: dict[str, Any], place: str = "$") -> tuple[str, str] | None:
    """Return the place and a sentence on the first clause that no lead can meet, or that names a word its field does not have.

    Args:
        criteria: Criteria that the schema allows.
        place: Their place.
    """
    for word in WORDS:
        if word in criteria:
            inner = [(criteria[word], f"{place}.not")] if word == "not" else [
                (part, f"{place}.{word}[{number}]") for number, part in enumerate(criteria[word])
            ]  # fmt: skip
            return next((mistake for part, at in inner if (mistake := find_impossible(part, at)) is not None), None)
    sentence = _describe_word_of_a_field(criteria) if criteria.get("op") in ("=", "!=", "in") else _describe_reversed(criteria)
    return None if sentence is None else (place, sentence)


def _describe_word_of_a_field(clause: dict[str, Any]) -> str | None:
    values = clause["value"] if isinstance(clause.get("value"), list) else [clause.get("value")]
    for (subject, name), words in WORDS_OF.items():
        strange = [value for value in values if str(value).lower() not in words]
        if clause.get(subject) == name and strange:
            return f"{name} is one of {', '.join(words)}, not {strange[0]!r}"
    return None


def _describe_reversed(clause: dict[str, Any]) -> str | None:
    """Return a sentence on the two ends of `between` in the wrong order; relative times are compared where they have one unit."""
    if clause.get("op") != "between":
        return None
    first, last = clause["value"]
    if isinstance(first, dict) and isinstance(last, dict):
        is_reversed = first.keys() == last.keys() and list(first.values()) < list(last.values())
    elif isinstance(first, str) and isinstance(last, str):
        is_reversed = _moment(first) > _moment(last)
    else:
        is_reversed = isinstance(first, int | float) and isinstance(last, int | float) and first > last
    return f"between names the first and the last that are meant: {first!r} comes after {last!r}" if is_reversed else None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)  # no such day: the database says so
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def describe_clause_mistake(criteria: Any, path: Sequence[str | int]) -> tuple[str, str] | None:  # noqa: ANN401 - JSON
    """Return the place and a sentence on a mistake in criteria, where one is known for it; the sentence has no full stop.

    Args:
        criteria: The criteria, which the schema does not allow.
        path: The place of the mistake in them, as jsonschema has it.
    """
    part, place, clause, clause_place = criteria, "$", criteria, "$"
    for step in path:
        if isinstance(part, dict) and not any(word in part for word in WORDS):
            break
        part = part[step]
        place += f"[{step}]" if isinstance(step, int) else f".{step}"
        if isinstance(part, dict):
            clause, clause_place = part, place
    if (mistake := _describe_within(clause, clause_place)) is not None:
        return mistake
    if isinstance(clause, dict) and isinstance(clause.get("value"), dict):
        return clause_place, _describe_misplaced_time(clause)
    return None


def _describe_within(clause: Any, place: str) -> tuple[str, str] | None:  # noqa: ANN401 - JSON
    """Return place and sentence of the first mistake in a clause or in those within it, where one is known."""
    if not isinstance(clause, dict):
        return place, f"a criterion is a table of names and values, not {clause!r}. Write for example: {EXAMPLE}"
    if (sentence := _describe_clause(clause)) is not None:
        return place, sentence
    word = next((word for word in WORDS if word in clause), None)
    if word is None:
        return None
    if word == "not":
        return _describe_within(clause["not"], f"{place}.not")
    inner = (_describe_within(part, f"{place}.{word}[{number}]") for number, part in enumerate(clause[word]))
    return next((mistake for mistake in inner if mistake is not None), None)


def _describe_clause(clause: dict[str, Any]) -> str | None:
    if not clause:
        return f"a criterion is empty. Write for example: {EXAMPLE}"
    for key, sentence in NOT_THERE_YET.items():
        if key in clause:
            return sentence
    word = next((word for word in WORDS if word in clause), None)
    return _describe_comparison(clause) if word is None else _describe_word(clause, word)


def _describe_word(clause: dict[str, Any], word: str) -> str | None:
    if len(clause) > 1:
        return f"nothing stands next to {word!r}: put it into the criteria of {word!r}"
    is_list = isinstance(clause[word], list) and 1 <= len(clause[word]) <= MAX_CRITERIA
    return None if word == "not" or is_list else f"{word!r} is a list of 1 to {MAX_CRITERIA} criteria"


def _describe_comparison(clause: dict[str, Any]) -> str | None:
    subject = next((name for name in SUBJECTS if name in clause), None)
    if subject is None:
        return f"the criterion names nothing to compare: {', '.join(SUBJECTS)}, or all, any, not. Write for example: {EXAMPLE}"
    allowed, example = _keys_of(subject), EXAMPLES_OF.get(subject, EXAMPLE)
    if unknown := [key for key in clause if key not in allowed]:
        return f"the key {unknown[0]!r} is not known. Write for example: {example}"
    if missing := [key for key in allowed if key not in clause and not (key == "value" and clause.get("op") == "is_null")]:
        return f"{missing[0]!r} is missing. Write for example: {example}"
    return _describe_value(clause, subject)


def _describe_value(clause: dict[str, Any], subject: str) -> str | None:
    if subject in ("callable", "suppressed") and not isinstance(clause[subject], bool):
        return f"{subject} is true or false, not {clause[subject]!r}"
    if subject in IDS and not _is_reference(subject, clause[subject]):
        words = "an id, any or active" if subject == "campaign" else "an id"
        return f"{subject} is {words}, not {clause[subject]!r}; {IDS[subject]} shows it"
    return _describe_relative_time(clause) if isinstance(clause.get("value"), dict) else None


def _keys_of(subject: str) -> tuple[str, ...]:
    if subject in ("callable", "suppressed"):
        return (subject,)
    if subject in ("list", "import"):
        return (subject, "op")
    return (subject, "measure", "op", "value") if subject == "campaign" else (subject, "op", "value")


def _is_reference(subject: str, value: Any) -> bool:  # noqa: ANN401 - JSON
    if subject == "campaign" and value in ("any", "active"):
        return True
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value) is not None


def _describe_relative_time(clause: dict[str, Any]) -> str | None:
    """Return a sentence on an object as value, which is a relative time; None if it is right as such."""
    value = clause["value"]
    units, most = (("days_ahead",), MAX_DAYS_AHEAD) if clause["op"] == "anniversary_within" else (UNITS, MAX_UNITS)
    (key, number), *others = value.items() or [("", None)]
    if not others and key in units and isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= most:
        return None
    example = '{"days_ahead": 7}' if units == ("days_ahead",) else '{"days_ago": 90}'
    return f"a relative time is one of {', '.join(units)} with a whole number from 0 to {most}, such as {example}"


def _describe_misplaced_time(clause: dict[str, Any]) -> str:
    """Return a sentence on a relative time that is right as such, and is not what its clause compares with."""
    subject = clause.get("field") or clause.get("custom_field") or clause.get("measure")
    return f"{subject} is not compared by {clause['op']} with {next(iter(clause['value']))}: only days and times are, by <, <=, > and >="
