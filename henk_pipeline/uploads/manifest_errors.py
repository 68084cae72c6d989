"""Sentences on the mistakes in a manifest, for a person who does not know TOML: the line, the value, and a line that is right."""

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from henk_pipeline.table_errors import reason_of
from henk_pipeline.toml_places import Place, find_place, iter_places, without_numbers
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
# Tables whose keys are columns of the file.
TABLES_OF_COLUMNS = ("columns", "consent")
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
    if twice := _describe_repetition(PLACE.sub("", message), number, text):
        return f"The manifest is not valid TOML: {twice} Keep one of the two and remove the other."
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
        return f"The manifest cannot be used: {reason_of(mistake)}."
    names = [part for part in path if isinstance(part, str)]
    key, written = names[-1] if names else "", ".".join(map(str, path))
    place = find_place(path, text)
    where = f"Line {place.line} of the manifest:" if place else "In the manifest:"
    if mistake["type"] == "extra_forbidden":
        known_keys = list(_table_of(names).model_fields)
        meant = difflib.get_close_matches(key, known_keys, 1, 0.6)
        remedy = f" Did you mean {meant[0]!r}?" if meant else ""
        example = _example([*names[:-1], meant[0] if meant else known_keys[0]], place, is_key_wrong=True)
        return f"{where} the key {written!r} is not known. Known keys: {', '.join(known_keys)}.{remedy} Write for example: {example}."
    example = _example(names, place, is_key_wrong=mistake["type"] == "missing")
    if mistake["type"] == "missing":
        return f"{where} {written!r} is missing. Write for example: {example or key}."
    shown = f" Write for example: {example}." if example else ""
    message = reason_of(mistake)
    value = "used" if isinstance(mistake["input"], dict | list) else f"{mistake['input']!r}"
    return f"{where} {written!r} cannot be {value}: {message}{'' if message.endswith(('?', '.')) else '.'}{shown}"


def _example(names: Sequence[str], place: Place | None, *, is_key_wrong: bool = False) -> str:
    """Return a line that is right for the last of these keys at the place of a mistake; empty if there is none."""
    if len(names) > 1 and names[0] in TABLES_OF_COLUMNS:
        is_line_of_rule = place is not None and not place.is_table and len(place.path) < len(names)
        return EXAMPLES[names[0] if len(names) == 2 or is_line_of_rule else names[-1]]
    key = names[-1] if names else ""
    within = without_numbers(place.path) if place else ()
    if place is None or place.is_table or (len(within) == len(names) and (is_key_wrong or within[-1] == key)):
        return EXAMPLES.get(key, "")
    # The value stands within the line of another key, in a list or an inline table.
    if within[-1] != "campaigns":
        return EXAMPLES.get(str(within[-1]), "")
    return EXAMPLES["campaigns"] if key == "campaign" and not is_key_wrong else _inline_campaign(key)


def _inline_campaign(key: str) -> str:
    terms = key if key in EXAMPLES and key != "campaign" else "priority"
    return f"campaigns = [{{{EXAMPLES['campaign']}, {EXAMPLES[terms]}}}]"


def _describe_repetition(message: str, number: int, text: str) -> str | None:
    """Return a sentence on a key or table that stands twice; None if a message of tomllib is about something else."""
    if within_line := re.match(r"Duplicate inline table key '(.*)'", message):
        return f"line {number} sets {within_line[1]!r} twice."
    if not message.startswith("Cannot "):
        return None
    places = [place for place in iter_places(text) if place.line <= number]
    if not places or places[-1].line != number:
        return None
    again = places.pop()
    path = without_numbers(again.path[-1:]) or again.path[-2:-1]
    wanted = {again.path, again.path[:-1] if isinstance(again.path[-1], int) else (*again.path, 0)}
    first = next((place for place in places if place.path in wanted), None)
    return f"line {number} sets {str(path[0])!r} again, which line {first.line} sets already." if first else None


def _table_of(names: Sequence[str]) -> type[Manifest] | type[ListSplit] | type[CampaignAssignment] | type[ConsentRule]:
    """Return the model that has the last of these names as a key."""
    if "consent" in names[:-1]:
        return ConsentRule
    if "campaigns" in names[:-1]:
        return CampaignAssignment
    return ListSplit if "lists" in names[:-1] else Manifest


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
