"""Sentences on the mistakes in a manifest, for a person who does not know TOML: the line, the value, and a line that is right."""

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from henk_pipeline.uploads.manifest import CampaignAssignment, ConsentRule, ListSplit, Manifest

# A line that is right, for each key.
EXAMPLES = {
    "list": 'list = "Gala guests"',
    "description": 'description = "Guests of the spring gala"',
    "tags": 'tags = ["gala", "2026"]',
    "campaigns": 'campaigns = ["Year End"]',
    "campaign": 'campaign = "Year End"',
    "lists": '[[lists]]\nlist = "Major donors"\nwhere = {field = "lead_score", op = ">=", value = 70}',
    "list_column": 'list_column = "Segment"',
    "columns": '[columns]\n"Tel. (private)" = "phone"',
    "default_country": 'default_country = "US"',
    "locale": 'locale = "en-GB"',
    "do_not_call": "do_not_call = true",
    "suppressions": "suppressions = true",
    "update": 'update = "overwrite"',
    "max_rejected": "max_rejected = 0.25",
    "source": 'source = "salesforce"',
    "priority": "priority = 1",
    "max_attempts_override": "max_attempts_override = 5",
    "consent": '[consent]\n"Call permission" = "permission"',
    "meaning": 'meaning = "refusal"',
    "channel": 'channel = "phone"',
    "yes": 'yes = ["J"]',
    "no": 'no = ["N"]',
    "hidden_rows": "hidden_rows = true",
    "where": 'where = {field = "lead_score", op = ">=", value = 70}',
}
# Requirements of a value, by pydantic's type of mistake; the braces are filled from its context.
REASONS = {
    "literal_error": "choose one of {expected}",
    "greater_than_equal": "the least is {ge:g}",
    "less_than_equal": "the most is {le:g}",
    "string_type": "it must be a text in double quotes",
    "string_too_short": "it must not be empty",
    "string_too_long": "it may have {max_length} characters at most",
    "int_type": "it must be a whole number without quotes",
    "int_parsing": "it must be a whole number without quotes",
    "int_from_float": "it must be a whole number",
    "float_type": "it must be a number without quotes",
    "float_parsing": "it must be a number without quotes",
    "bool_type": "it must be true or false, without quotes",
    "bool_parsing": "it must be true or false, without quotes",
    "tuple_type": "it must be a list in square brackets",
    "dict_type": "it must be a table",
    "model_type": "it must be a table",
    "model_attributes_type": "it must be a table or a name in double quotes",
    "string_pattern_mismatch": "it is not written as it must be",
}
UNQUOTED = re.compile(r"^\s*([A-Za-z_]+)\s*[=:]\s*(.*?)\s*$")
PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
CURLY_QUOTES = str.maketrans("“”„‟‘’‚«»", '"""""""""')


def describe_syntax_error(message: str, text: str) -> str:
    """Return a sentence on text that is no TOML.

    Args:
        message: The message of tomllib, which ends with the place.
        text: The manifest.
    """
    place = PLACE.search(message)
    lines = text.splitlines() or [""]
    number = int(place.group(1)) if place and place.group(1) else len(lines)
    # The place is behind the mistake if a line is not closed: an empty rest belongs to the last line with something on it.
    while number > 1 and not lines[min(number, len(lines)) - 1].strip():
        number -= 1
    wrong = lines[min(number, len(lines)) - 1].strip()
    return (
        f"The manifest is not valid TOML: line {number}, {wrong!r}, cannot be read ({PLACE.sub('', message)}). {_suggest_correction(wrong)}"
    )


def describe_mistake(mistake: Mapping[str, Any], text: str) -> str:
    """Return a sentence on one key of a manifest that cannot be used.

    Args:
        mistake: An item of pydantic's `ValidationError.errors()`.
        text: The manifest, empty if the keys come from another source.
    """
    path = [part for part in mistake["loc"] if not str(part).startswith("function-")]
    if not path:
        return f"The manifest cannot be used: {_message(mistake)}."
    names = [part for part in path if isinstance(part, str)]
    key, place = names[-1] if names else "", ".".join(map(str, path))
    where = _line_of(key, text)
    if mistake["type"] == "extra_forbidden":
        known_keys = list(_table_of(names).model_fields)
        meant = difflib.get_close_matches(key, known_keys, 1, 0.6)
        remedy = f" Did you mean {meant[0]!r}?" if meant else ""
        example = EXAMPLES[meant[0] if meant else known_keys[0]]
        return f"{where} the key {place!r} is not known. Known keys: {', '.join(known_keys)}.{remedy} Write for example: {example}."
    if mistake["type"] == "missing":
        return f"{where} {place!r} is missing. Write for example: {EXAMPLES.get(key, key)}."
    example = f" Write for example: {EXAMPLES[key]}." if key in EXAMPLES else ""
    message = _message(mistake)
    value = "used" if isinstance(mistake["input"], dict | list) else f"{mistake['input']!r}"
    return f"{where} {place!r} cannot be {value}: {message}{'' if message.endswith('?') else '.'}{example}"


def _message(mistake: Mapping[str, Any]) -> str:
    reason = REASONS.get(mistake["type"])
    if reason is None:
        return str(mistake["msg"]).removeprefix("Value error, ").rstrip(".")
    return reason.format(**mistake.get("ctx", {}))


def _table_of(names: Sequence[str]) -> type[Manifest] | type[ListSplit] | type[CampaignAssignment] | type[ConsentRule]:
    """Return the model that has the last of these names as a key."""
    if "consent" in names[:-1]:
        return ConsentRule
    if "campaigns" in names[:-1]:
        return CampaignAssignment
    return ListSplit if "lists" in names[:-1] else Manifest


def _line_of(key: str, text: str) -> str:
    """Return the place at which the key is set first, "Line 3 of the manifest:"; without the line if there is none."""
    pattern = re.compile(rf"""^\s*(?:\[+\s*)?["']?{re.escape(key)}["']?\s*(?:=|\]|$)""")
    lines = (number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line))
    return next((f"Line {number} of the manifest:" for number in lines), "In the manifest:")


def _suggest_correction(wrong: str) -> str:
    """Return advice on a line that is no TOML, with the line as it may be meant."""
    straight = wrong.translate(CURLY_QUOTES)
    match = UNQUOTED.match(straight)
    if match is None:
        return "Each line is a key, an equals sign and a value; text stands in double quotes."
    key, value = match.groups()
    if key in EXAMPLES and (value.startswith(("[", "{")) or not value or EXAMPLES[key].partition("= ")[2][:1] not in {'"', "["}):
        return f"Write for example: {EXAMPLES[key]}."
    quoted = f'"{value.strip(chr(34) + chr(39) + ",;")}"'
    return f"Text stands in double quotes. Write: {key} = {quoted if key not in {'tags', 'campaigns'} else f'[{quoted}]'}."
