"""Sentences on the mistakes in a TOML that a person has written: the line, the key, and the keys there are."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from henk_pipeline.toml_places import find_place

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
    "list_type": "it must be a list in square brackets",
    "dict_type": "it must be a table",
    "model_type": "it must be a table",
    "model_attributes_type": "it must be a table or a name in double quotes",
    "string_pattern_mismatch": "it is not written as it must be",
}


def describe_mistakes(error: ValidationError, model: type[BaseModel], text: str) -> str:
    """Return a sentence for each mistake in a table.

    Args:
        error: The refusal of the model.
        model: The model that has refused it.
        text: The TOML.
    """
    return " ".join(dict.fromkeys(_describe(mistake, model, text) for mistake in error.errors()))


def reason_of(mistake: Mapping[str, Any]) -> str:
    """Return what a value must be, in plain words: of an item of pydantic's `ValidationError.errors()`."""
    reason = REASONS.get(mistake["type"])
    if reason is None:
        return str(mistake["msg"]).removeprefix("Value error, ").rstrip(".")
    return reason.format(**mistake.get("ctx", {}))


def describe_unknown_key(
    path: Sequence[str | int], known_keys: Sequence[str], text: str, elsewhere: Mapping[str, str] | None = None
) -> str:
    """Return a sentence on a key that is not known.

    Args:
        path: The keys that lead to it.
        known_keys: The keys that its table may have.
        text: The TOML.
        elsewhere: Keys of other tables, with the table's name.
    """
    key, table = str(path[-1]), ".".join(map(str, path[:-1]))
    meant = "".join(difflib.get_close_matches(key, known_keys, 1, 0.6))
    if not meant and elsewhere:
        key_elsewhere = "".join(difflib.get_close_matches(key, list(elsewhere), 1, 0.8))
        remedy = f" Did you mean {key_elsewhere!r} of [{elsewhere[key_elsewhere]}]?" if key_elsewhere else ""
    else:
        remedy = f" Did you mean {meant!r}?" if meant else ""
    of_table = f" of [{table}]" if table else ""
    return f"{_line(path, text)}the key {key!r}{of_table} is not known. Known keys: {', '.join(known_keys)}.{remedy}"


def _describe(mistake: Mapping[str, Any], model: type[BaseModel], text: str) -> str:
    path = tuple(part for part in mistake["loc"] if not str(part).startswith("function-"))
    if mistake["type"] == "extra_forbidden":
        elsewhere = {key: table for table, key in _keys_of_tables(model)}
        return describe_unknown_key(path, list(_model_at(model, path[:-1]).model_fields), text, elsewhere)
    written = ".".join(map(str, path))
    if mistake["type"] == "missing":
        return f"{_line(path, text)}{written!r} is missing."
    if not path:
        return f"{reason_of(mistake)}."
    value = "used" if isinstance(mistake["input"], dict | list) else f"{mistake['input']!r}"
    return f"{_line(path, text)}{written!r} cannot be {value}: {reason_of(mistake)}."


def _line(path: Sequence[str | int], text: str) -> str:
    place = find_place(path, text)
    return f"line {place.line}: " if place else ""


def _model_at(model: type[BaseModel], path: Sequence[str | int]) -> type[BaseModel]:
    """Return the model of a table within another one, as far as the path leads through models or mappings of them."""
    for part in path:
        field = model.model_fields.get(str(part))
        models = [] if field is None else [kind for kind in _types_within(field.annotation) if issubclass(kind, BaseModel)]
        model = models[0] if models else model  # the key of a mapping leads to no other model
    return model


def _types_within(annotation: Any) -> Iterator[type]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and not hasattr(annotation, "__args__"):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _types_within(argument)


def _keys_of_tables(model: type[BaseModel], table: str = "") -> Iterator[tuple[str, str]]:
    """Yield each table below a model with each of its keys."""
    for name, field in model.model_fields.items():
        if table:
            yield table, name
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _keys_of_tables(field.annotation, f"{table}.{name}".lstrip("."))
