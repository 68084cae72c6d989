"""Values of options: texts, days, times, counts and amounts as columns hold them. An empty text stays: it removes the present value."""

import json
import re
from datetime import date, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import typer

MAX_NAME_LENGTH = 255
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
MAX_AMOUNT = Decimal(10) ** 15  # as henk.publishable has it
MAX_COUNT = 2**31 - 1


def named(value: str | None) -> str | None:
    """Return a name without the blanks around it.

    Raises:
        typer.BadParameter: The name is empty, no valid text, or more than a line.
    """
    if value is None:
        return None
    name = value.strip()
    if not 0 < len(name) <= MAX_NAME_LENGTH:
        raise typer.BadParameter(f"a name has 1 to {MAX_NAME_LENGTH} characters")
    if CONTROLS.search(name):
        raise typer.BadParameter("a name is one line, without tabs and control characters")
    return _text(name)


def described(value: str | None) -> str | None:
    """Return a text without the blanks around it.

    Raises:
        typer.BadParameter: It is no valid text.
    """
    return value if value is None else _text(value.strip())


def day(value: str | None) -> str | None:
    """Return a date, as ISO 8601 writes it.

    Raises:
        typer.BadParameter: The value is no date.
    """
    if value:
        try:
            return date.fromisoformat(value.strip()).isoformat()
        except ValueError:
            raise typer.BadParameter(f"{value!r} is no date such as 2026-12-31") from None
    return value


def time_of_day(value: str | None) -> str | None:
    """Return a time of day, as ISO 8601 writes it.

    Raises:
        typer.BadParameter: The value is no time.
    """
    if value:
        try:
            parsed = time.fromisoformat(value.strip())
        except ValueError:
            parsed = None
        if parsed is None or parsed.tzinfo is not None or ":" not in value:
            raise typer.BadParameter(f"{value!r} is no time such as 09:00")
        return parsed.isoformat()
    return value


def count(value: str | None) -> str | None:
    """Return a whole number from 0 on.

    Raises:
        typer.BadParameter: The value is no such number.
    """
    if value and not (re.fullmatch(r"[0-9]{1,10}", value.strip()) and int(value) <= MAX_COUNT):
        raise typer.BadParameter(f"{value!r} is no whole number from 0 to {MAX_COUNT}")
    return value


def amount(value: str | None) -> str | None:
    """Return an amount from 0 on, such as 1500.50.

    Raises:
        typer.BadParameter: The value is no such amount.
    """
    if value:
        try:
            number = Decimal(value.strip())
        except InvalidOperation:
            number = Decimal("NaN")
        if not (number.is_finite() and 0 <= number < MAX_AMOUNT):
            raise typer.BadParameter(f"{value!r} is no amount such as 1500.50")
        return f"{number:f}"
    return value


# As henk.names_a_place has them: the server's own zone, abbreviations and offsets.
NO_PLACES = re.compile(
    r"Factory|localtime|posixrules|(posix|right|SystemV|Etc)/.*|GMT.*|UCT|Universal|Zulu|Greenwich|[CEMW]ET|[EM]ST|HST|(CST6C|EST5E|MST7M|PST8P)DT"
)


def time_zone(value: str | None) -> str | None:
    """Return a time zone of the IANA database, of a place or UTC.

    Raises:
        typer.BadParameter: It is none.
    """
    from zoneinfo import available_timezones  # noqa: PLC0415

    if value is None or value in ("UTC", "Etc/UTC"):
        return value
    if value not in available_timezones():
        raise typer.BadParameter(f"{value!r} is no IANA time zone, such as America/New_York")
    if NO_PLACES.fullmatch(value):
        raise typer.BadParameter(f"{value!r} is no time zone of a place, such as America/New_York; without a place it is UTC")
    return value


def _text(value: str) -> str:
    """Return a text that PostgreSQL can hold.

    Raises:
        typer.BadParameter: The text is not valid UTF-8.
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        raise typer.BadParameter("it is not valid UTF-8") from None
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of a JSON text; json keeps the last of two equal keys without a word.

    Raises:
        ValueError: A key stands twice.
    """
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in values:
            raise ValueError(f"the key {key!r} stands twice in one object: keep one of the two")
        values[key] = value
    return values


def read_criteria(value: str) -> dict[str, Any]:
    """Return criteria that are given as JSON, or as the name of a file of it.

    Raises:
        typer.BadParameter: They are neither, or no criteria.
    """
    from henk_pipeline.uploads.manifest import check_criteria  # noqa: PLC0415

    if not value.strip():
        raise typer.BadParameter(
            'criteria are empty: give an object such as {"field": "lead_score", "op": ">=", "value": 50}, or a file of it',
            param_hint="--where",
        )
    text = value
    if not value.lstrip().startswith(("{", "[")):
        try:
            text = Path(value).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise typer.BadParameter(f"{value!r} is neither JSON nor a file that can be read: {error}", param_hint="--where") from None
    try:
        criteria = json.loads(text, object_pairs_hook=_unique_keys)
        if not isinstance(criteria, dict):
            raise ValueError('criteria are an object such as {"field": "lead_score", "op": ">=", "value": 50}')  # noqa: TRY301, TRY004
        return check_criteria(criteria)
    except RecursionError:
        raise typer.BadParameter("at $, criteria go eight levels deep at most", param_hint="--where") from None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--where") from None
