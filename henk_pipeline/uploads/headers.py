"""Mapping of a file's columns to fields. The synonyms are in schemas/upload/headers.toml; nothing in this module changes a cell."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import polars as pl

from henk_pipeline.labels import label
from henk_pipeline.uploads import phone_columns, roles, second_people
from henk_pipeline.uploads.column_contents import (
    CONTACT_FIELDS,
    CONTENT_SAMPLE,
    CONTENT_SHARE,
    COUNTED,
    FIRST_NAMED,
    FULL_NAME_CELL,
    NAME_CELL,
    NAMED_IDS,
    NOT_VALID,
    SEVERAL,
    are_given_names,
    by_their_cells,
    column_by_content,
    columns_by_content_alone,
    contents_of,
    describe_numbered,
    has_family_names_first,
    holds_another,
    is_mostly_equal,
    names_only_email,
    numbered_names,
    proves_numbers,
    sample_of,
    share_of,
    why_ids,
)
from henk_pipeline.uploads.column_use import By, Candidate, Mapping
from henk_pipeline.uploads.consent_uses import CONSENT_FIELDS, VALUE, is_fax, of_consent, take_columns, uses_of
from henk_pipeline.uploads.gift_names import date_of_gifts, gift_words, report_columns, states_of_gifts, words_of_gifts, zones_of_times
from henk_pipeline.uploads.known_names import (
    PHONE_FIELDS,
    Meaning,
    Synonyms,
    columns_by_name,
    load_synonyms,
    name_key,
    names_of_fields,
    recognise_system,
)
from henk_pipeline.uploads.manifest import ConsentRule, ManifestError
from henk_pipeline.uploads.number_parts import (
    CALLING_CODE,
    MIN_SHARE_OF_ANSWERS,
    countries_and_codes,
    find_codes_by_cells,
    is_called_number,
    lines_of_numbers,
    local_numbers,
    named_numbers,
    parts_of_line,
)
from henk_pipeline.uploads.phone_names import NumberName, read_number_name

# "12", "12b", "12-14", "12 bis", "S/N" (without a number)
HOUSE_CELL = r"(?i)^\s*(?:\d{1,5}(?:\s?[-/.]\s?\d{1,4})?(?:\s?-?\s?(?:[a-z]|bis|ter|quater|º|°)\.?)?|s\s?/?\s?n\.?[º°]?)\s*$"
RUNNING = 3  # rows from which numbers that go up by one are those of rows
# Names of columns that hold the family name next to one of given names, and elsewhere the whole name.
NAMES_OF_A_HALF = {
    "name",
    "naam",
    "nom",
    "nome",
    "nombre",
    "navn",
    "namn",
    "nimi",
    "nev",
    "nume",
    "numele",
    "names",
    "namen",
    "noms",
    "nomi",
    "nomes",
}
# A full name of any country ("María de los Ángeles García López", "Lee, Ann").
WHOM_CELL = r"^\s*\p{L}[\p{L}'’.-]*,?(?: \p{L}[\p{L}'’.-]*,?){1,6}\s*$"
MAX_NAMED = 5  # columns in a note
NORTH_EAST = "NE"
SECOND_OF_A_NAME = re.compile(r"(.+) \(([2-9])\)")  # as `reading` writes the second column of a name
SIGNED_CELL = r"^\s*\(?(?:\+|00)"
AN_AMOUNT = r"^\s*[-(]?\s*(?:[A-Z]{3}|\p{Sc})?\s*-?\d[\d.,' ]*\s*(?:[A-Z]{3}|\p{Sc})?\s*\)?\s*$"
# Fields whose named columns are looked at: a column of dates is no amount, and one without numbers no phone.
OF_CONTENT = {"last_gift_amount", "total_gifts", *PHONE_FIELDS}
# If a buyer pays for others, these amounts are no gifts of theirs.
PAID_FIELDS = {"gift_amount", "total_gifts", "last_gift_amount"}


def map_columns(
    table: pl.DataFrame,
    manifest_columns: dict[str, str],
    source: str | None = None,
    *,
    has_header: bool = True,
    manifest_consent: dict[str, ConsentRule] | None = None,
    country: str | None = None,
    reads_ids: bool = False,
) -> Mapping:
    """Find each column's field: by the manifest first, then by the synonyms, then by the content of the column.

    Args:
        table: The text table.
        manifest_columns: The manifest's `[columns]`.
        source: The manifest's `source`; None if it names none.
        has_header: Whether the file has a header line.
        manifest_consent: The manifest's `[consent]`.
        country: The country of numbers without a calling code, ISO 3166 alpha-2; None: numbers are not compared with a country's.
        reads_ids: Whether a column called one of ids is taken for numbers to call where its cells look like such: of a list of people not to
            be called no number may be lost.

    Returns:
        The use of every column. Each field gets one column, a consent field all columns that are about it.

    Raises:
        ManifestError: The manifest names a column the file lacks or a field that does not exist.
    """
    synonyms = load_synonyms()
    columns = table.columns
    by_name = {name_key(column): column for column in reversed(columns)}
    _check_manifest(manifest_columns, columns, synonyms)
    _check_consent(manifest_consent or {}, columns)
    system = source or recognise_system(by_name, synonyms)
    if system is None and "source_id" in manifest_columns.values():
        raise ManifestError(
            "The manifest maps a column to 'source_id' but does not say whose ids they are: add source = \"name_of_the_system\"."
        )
    mapper = _Mapper(table, synonyms, system, manifest_columns, has_header=has_header)
    mapper.take_of_system()
    mapper.take_lines_of_numbers()
    mapper.leave_out_times_of_reports()
    for field, meaning, field_names in names_of_fields(synonyms, system):
        mapper.take_named(field, meaning, field_names)
    mapper.take_house_number()
    mapper.take_amount_of_gifts()
    mapper.take_date_of_gifts()
    mapper.take_id_of_gifts()
    mapper.take_parts_of_gifts()
    mapper.take_status_of_gifts()
    mapper.take_refunds_of_gifts()
    mapper.take_kind_of_gifts()
    mapper.note_open_amounts()
    mapper.take_by_content(country, reads_ids=reads_ids)
    column_uses = uses_of(
        table, mapper.uses, mapper.matrix, system, manifest_columns, manifest_consent or {}, role=mapper.persons.role, has_header=has_header
    )
    rank = {column: place for place, column in enumerate(mapper.uses)}
    return Mapping(
        uses=[
            use.model_copy(
                update={
                    "by": mapper.by.get(use.column, "name"),
                    "rank": rank.get(use.column, 0),
                    "family_first": use.field == "full_name" and has_family_names_first(table, use.column, synonyms),
                }
            )
            if use.field is not None
            else use
            for use in column_uses
        ],
        system=system,
        notes=tuple(mapper.notes),
        candidates=tuple(mapper.candidates),
        questions=tuple(mapper.questions),
        numbers_not_read=mapper.numbers_not_read,
    )


class _Mapper:
    """The columns of a file on their way to fields: `uses` says what each is taken for, `by` on what that rests, `settled` which are decided."""

    def __init__(
        self, table: pl.DataFrame, synonyms: Synonyms, system: str | None, manifest_columns: dict[str, str], *, has_header: bool
    ) -> None:
        self.table, self.synonyms, self.system, self.has_header = table, synonyms, synonyms.systems.get(system or ""), has_header
        self.by_name = columns_by_name(table.columns, synonyms)
        self.uses: dict[str, tuple[str, Meaning]] = {column: (field, VALUE) for column, field in manifest_columns.items() if field}
        self.by: dict[str, By] = dict.fromkeys(self.uses, "manifest")
        self.settled = set(manifest_columns)
        self.matrix, self.asked = of_consent(table, self.settled) if has_header else (set(), set())
        unsettled = [column for column in table.columns if column not in self.settled | self.matrix] if has_header else []
        self.numbers = named_numbers(table, unsettled, synonyms, self.asked)
        self.asked -= {column for column in self.asked if proves_numbers(sample_of(table, column)) and read_number_name(column) is not None}
        free = [column for column in table.columns if column not in self.settled | self.asked]
        numbered = numbered_names(table, free, synonyms) if has_header else []
        self.settled |= set(numbered)
        free = [column for column in free if column not in numbered]
        self.persons, of_first = _persons(table, free if has_header else [], synonyms, self.numbers, manifest_columns)
        self.numbers = {column: number for column, number in self.numbers.items() if column not in of_first}
        self.has_buyer = self.persons.role != "buyer" and any(
            roles.read_heading(column).role == "buyer" for column in self.persons.excluded
        )
        if self.has_buyer:
            self.persons.excluded.update(dict.fromkeys(_bills(free), "it is of another person (buyer)"))
        self.notes: list[str] = [*self.persons.notes, *(describe_numbered(table, column) for column in numbered)]
        self.questions: list[str] = []
        self.numbers_not_read: tuple[str, ...] = ()
        self.full_names: list[str] = []
        self.holds = contents_of(table, [column for column in free if not is_fax(column)])
        emails = [column for column, content in self.holds.items() if content == "email"]
        if len(emails) == len(self.persons.excluded) == 1 and emails[0] in self.persons.excluded and names_only_email(emails[0]):
            self.persons.excluded.clear()  # "User Email", in a file with nothing else of a user
        of_doers = [column for column in free if has_header and column in self.holds and roles.names_doer(column)]
        self.persons.excluded.update(dict.fromkeys(of_doers, "it is of another person (who did it)"))
        self.candidates = [
            Candidate(column=column, field=self.holds.get(column, ""), reason=reason) for column, reason in self.persons.excluded.items()
        ]

    @property
    def fields(self) -> set[str]:
        """The fields that have a column."""
        return {field for field, _ in self.uses.values()}

    def turn_down(self, columns: Iterable[str], field: str, reason: str) -> None:
        """Note columns that could have been a field, and why they are not."""
        self.candidates += [Candidate(column=column, field=field, reason=reason) for column in columns]

    def take_of_system(self) -> None:
        """Use the columns that a recognised system has for fields; others of its table are custom fields."""
        if self.system is None:
            return
        taken = self.settled | self.matrix | self.asked
        has_several = any(name_key(column) in self.by_name for column in self.system.unless)
        names = {name_key(name): field for name, field in self.system.fields.items() if not has_several}
        present = {self.by_name[key]: field for key, field in names.items() if key in self.by_name and self.by_name[key] not in taken}
        for column in [column for column in self.table.columns if column not in taken and column not in present]:
            field = next((field for pattern, field in self.system.patterns.items() if re.fullmatch(pattern, column, re.IGNORECASE)), None)
            if field is not None:
                present[column] = "email" if field in PHONE_FIELDS and self.holds.get(column) == "email" else field
        for field in dict.fromkeys(field for field in present.values() if field):
            take_columns(field, VALUE, [column for column, named in present.items() if named == field], self.uses, self.notes)
        self.settled |= set(present)
        self.by.update({column: "system" for column in self.uses if column not in self.by})

    def take_lines_of_numbers(self) -> None:
        """Use columns of the last digits of numbers ("Line"), where columns of area codes and of exchanges stand next to them."""
        free = [
            column for column in self.table.columns if column not in self.settled | self.matrix | self.asked | self.persons.excluded.keys()
        ]
        lines = lines_of_numbers(self.table, free, self.synonyms)
        for field in dict.fromkeys(lines.values()):
            columns = [column for column, named in lines.items() if named == field]
            take_columns(field, VALUE, columns, self.uses, self.notes)
            self.by.update(dict.fromkeys(columns, "name"))
        for line in lines:
            area, exchange = parts_of_line(self.table, line, free)
            self.notes.append(f"Columns “{area}”, “{exchange}” and “{line}” are joined to one number.")
            self.settled |= {str(area), str(exchange), line}

    def leave_out_times_of_reports(self) -> None:
        """Leave out the time zone of a time of day in the row: it is the report's, not the person's."""
        columns = report_columns(self.by_name, self.synonyms) | zones_of_times(self.table, self.by_name, self.synonyms)
        columns -= self.settled
        self.turn_down(columns, "timezone", "it is of the report's times")
        self.settled |= columns

    def take_named(self, field: str, meaning: Meaning, field_names: list[str]) -> None:
        """Use the columns whose names, or roles and names, say a field."""
        taken = self.settled | self.matrix
        exact = [self.by_name[key] for name in field_names if (key := name_key(name)) in self.by_name and self.by_name[key] not in taken]
        if field in PHONE_FIELDS:
            exact = self._with_named_numbers(field, exact, field_names)
        if field == "phone":
            exact = self._with_bare_kinds(exact, field_names)
        if field == "house_number":
            exact = [column for column in exact if not is_called_number(column) or self._is_house_number(column)]
        by_role = _columns_by_role(field, field_names, self.persons, taken) if meaning == "value" else []
        columns = [column for column in dict.fromkeys([*exact, *by_role]) if not holds_another(self.holds.get(column), field)]
        if field in roles.PERSON_FIELDS | roles.ADDRESS_FIELDS | roles.FIELDS_OF_CHILDREN:
            columns = [column for column in columns if column not in self.persons.excluded and not self._is_of_north_east(column)]
        if field in PAID_FIELDS and self.has_buyer:
            self.turn_down(columns, field, "another person (buyer) paid it")
            columns = []
        if field in OF_CONTENT:
            columns = self._that_hold(field, columns)
        if field == "country":
            columns = [column for column in columns if self.holds.get(column) != "email"]  # "CC" of a mail
            columns, codes = countries_and_codes(self.table, columns)
            self.uses.update(dict.fromkeys(codes, (CALLING_CODE, VALUE)))
        columns.sort(key=lambda column: roles.read_heading(column).role != self.persons.role)
        # Next to first or last names a full name adds nothing, unless one of the two is missing; it is kept as a custom field.
        if field == "full_name":
            self.full_names = columns
        if (field, meaning) in self.uses.values() or (field == "full_name" and self.fields & {"first_name", "last_name"}):
            self.turn_down(columns, field, f"{field} has a better column")
            columns = []
        before = set(self.uses)
        take_columns(field, meaning, columns, self.uses, self.notes)
        self.turn_down([column for column in columns if column not in self.uses], field, "another name comes first")
        by_this: By = "system" if field == "source_id" else "name"
        new = [column for column in self.uses if column not in before and column not in self.by]
        self.by.update({column: "role" if column in by_role and roles.read_heading(column).role else by_this for column in new})
        self.settled |= self.uses.keys()

    def _is_of_north_east(self, column: str) -> bool:
        """Return whether a column is called as the north-east is ("NE"), and holds no dates of people who were born ("Né")."""
        return column.strip() == NORTH_EAST and not share_of(sample_of(self.table, column), r"\d{2}")

    def _that_hold(self, field: str, columns: list[str]) -> list[str]:
        """Return the columns named as a field that hold it; one of last gifts that holds dates is used as one of dates."""
        phones = [column for column, content in self.holds.items() if content == "phone" and column not in self.settled]
        columns, others = by_their_cells(self.table, field, columns, phones)
        self.turn_down(others, field, f"its cells are no {field}")
        if field == "last_gift_amount" and others and "last_gift_date" not in self.fields:
            self.uses[others[0]], self.by[others[0]] = ("last_gift_date", VALUE), "content"
            self.notes.append(f"Column “{others[0]}” is taken as the {label('last_gift_date')}, by what it holds.")
        return columns

    def _with_bare_kinds(self, exact: list[str], field_names: list[str]) -> list[str]:
        """Return columns of numbers with those of bare words ("Home") that hold numbers, each where its whole name stands in the order."""
        order = {name_key(name): place for place, name in reversed(list(enumerate(field_names)))}
        generic = "|".join(sorted({name_key(word) for word in phone_columns.GENERIC}, key=len, reverse=True))
        bare = {re.sub(rf"^(?:{generic})(?:de)?|(?:{generic})$", "", key): place for key, place in reversed(order.items())}
        names = {name_key(name) for name in phone_columns.load_phone_columns().bare_kinds}
        places = {column: order.get(name_key(column), len(order)) for column in exact}
        for column, holds in self.holds.items():
            key = name_key(column)
            if holds == "phone" and key in names and key in bare and column not in self.settled:
                places.setdefault(column, bare[key])
        return sorted(places, key=lambda column: places[column])

    def _with_named_numbers(self, field: str, exact: list[str], field_names: list[str]) -> list[str]:
        """Return columns of numbers with those whose names say so word by word ("Home Tel"), each where a name of its kind stands in the order."""
        order: dict[frozenset[str], int] = {}
        for place, name in enumerate(field_names):
            if (read := read_number_name(name)) is not None:
                order.setdefault(read.kinds, place)
        keys = {name_key(name): place for place, name in reversed(list(enumerate(field_names)))}
        # A name that is in the list comes before one of its kind that is not; `exact` may hold one under another key ("Phone__c").
        places = {column: (keys.get(name_key(column), len(keys)), 0) for column in exact}
        for column, number in self.numbers.items():
            if number.field == field and column not in self.settled and column not in places:
                places[column] = (order.get(number.kinds, len(field_names)), number.place)
        return sorted(places, key=lambda column: places[column])

    def _is_house_number(self, column: str) -> bool:
        """Return whether a column named "Number" stands next to the street and holds house numbers that the street lacks."""
        columns = self.table.columns
        place = columns.index(column)
        streets = {name_key(name) for name in self.synonyms.fields["street"]}
        neighbours = [columns[near] for near in (place - 1, place + 1) if 0 <= near < len(columns)]
        street = next((near for near in neighbours if name_key(near) in streets), None)
        cells = sample_of(self.table, column)
        if (
            street is None
            or share_of(cells, HOUSE_CELL) < CONTENT_SHARE
            or share_of(sample_of(self.table, street), r"\d") >= MIN_SHARE_OF_ANSWERS
        ):
            return False
        numbers = cells.str.strip_chars().str.to_integer(strict=False)
        return not (len(numbers) >= RUNNING and numbers.null_count() == 0 and (numbers.diff().drop_nulls() == 1).all())

    def take_house_number(self) -> None:
        """Use a column named "Number" next to the street for the house number, where it holds such."""
        if "house_number" in self.fields or "street" not in self.fields:
            return
        free = [column for column in self.table.columns if column not in self.settled | self.uses.keys()]
        column = next((column for column in free if is_called_number(column) and self._is_house_number(column)), None)
        if column is not None:
            self.uses[column], self.by[column] = ("house_number", VALUE), "content"
            self.notes.append(
                f"Column “{column}” is taken as the house number: it stands next to the street, and its cells are house numbers."
            )
            self.settled.add(column)

    def take_amount_of_gifts(self) -> None:
        """Use a column named "Total Amount" for the amount of the gift, in a file with the day or the state of each."""
        names = {name_key(name) for name in self.synonyms.reports.get("amounts", [])}
        totals = [column for column, use in self.uses.items() if use == ("total_gifts", VALUE) and name_key(column) in names]
        if totals and self.fields & {"gift_date", "gift_status"} and not self.fields & {"gift_amount", "gift_count"}:
            self.uses[totals[0]] = ("gift_amount", VALUE)

    def take_date_of_gifts(self) -> None:
        """Use a column named "Date" for the day of the gift, in a file that has a row a gift."""
        column = date_of_gifts(self.table, self.by_name, self.synonyms, self.uses, self.settled)
        if column is not None:
            self.uses[column], self.by[column] = ("gift_date", VALUE), "name"
            self.settled.add(column)

    def take_id_of_gifts(self) -> None:
        """Use the column of the ids of gifts, in a file that has amounts of gifts."""
        if "gift_amount" in self.fields:
            self._take_of_reports("gift_id", "gift_ids", lambda cells: len(cells) > 0)

    def take_parts_of_gifts(self) -> None:
        """Use the parts of gifts that funds get for the amounts, in a file without ids of gifts: every part repeats the amount of its gift."""
        if self.fields & {"gift_id", "total_gifts"}:
            return
        part = next(iter(self._free_of_reports("parts_of_gifts")), None)
        if part is None or share_of(sample_of(self.table, part), AN_AMOUNT) < CONTENT_SHARE:
            return
        for column in [column for column, use in self.uses.items() if use == ("gift_amount", VALUE) and self.by.get(column) != "manifest"]:
            del self.uses[column]
            self.notes.append(f"Column “{part}” is taken as the {label('gift_amount')}; “{column}” is kept as a custom field.")
        if "gift_amount" not in self.fields:
            self.uses[part], self.by[part] = ("gift_amount", VALUE), "name"
            self.settled.add(part)

    def take_status_of_gifts(self) -> None:
        """Use a column named "Status" for what became of the gift, in a file that has a row a gift and where its cells say so."""
        if "gift_status" not in self.fields and self.fields & {"gift_amount", "gift_date"}:
            self._take_of_reports("gift_status", "states", lambda cells: share_of(cells, states_of_gifts()) >= CONTENT_SHARE)

    def take_refunds_of_gifts(self) -> None:
        """Use a column named "Refunded" by what it holds: the amounts that went back, or whether the gift did."""
        for column, (field, _) in list(self.uses.items()):
            if field not in ("gift_refunded", "gift_refund") or self.by.get(column) in ("manifest", "system"):
                continue
            cells = sample_of(self.table, column)
            if field == "gift_refund" and len(cells) and share_of(cells, words_of_gifts("yes", "no")) == 1 and not share_of(cells, r"\d"):
                self.uses[column] = ("gift_refunded", VALUE)
            elif field == "gift_refunded" and share_of(cells, AN_AMOUNT) >= CONTENT_SHARE and share_of(cells, r"^\s*[01]\s*$") < 1:
                self.uses[column] = ("gift_refund", VALUE)

    def take_kind_of_gifts(self) -> None:
        """Use the columns that say what kind of payment and of gift each row is, in a file that has amounts of gifts."""
        if "gift_amount" not in self.fields:
            return
        if "gift_kind" not in self.fields:
            self._take_of_reports("gift_kind", "kinds", lambda _: True)
        self._take_of_reports("gift_type", "types", lambda _: True)
        tests = words_of_gifts("yes", "no", "tests", "live")
        self._take_of_reports("gift_test", "tests", lambda cells: share_of(cells, tests) >= CONTENT_SHARE)

    def note_open_amounts(self) -> None:
        """Add a note for amounts of which nothing says whether each is a gift. Next to a total they are custom fields."""
        column = next((column for column, use in self.uses.items() if use == ("gift_amount", VALUE)), None)
        if column is None or self.fields & {"gift_date", "gift_id", "gift_status", "gift_count"}:
            return
        if name_key(column) not in {name_key(name) for name in gift_words()["open_amounts"]}:
            return
        if "total_gifts" not in self.fields:
            self.notes.append(
                f"Column “{column}” has no column of days or ids of gifts next to it: of several rows of a person the largest amount is taken as the "
                f"{label('total_gifts')}. If each row is a gift, name the column “Gift Amount”."
            )
        elif self.by.get(column) == "name":
            del self.uses[column], self.by[column]
            self.settled.add(column)

    def _free_of_reports(self, names: str) -> list[str]:
        """Return the columns that a list of [reports] names and nothing else uses, in the order of the list."""
        keys = [key for name in self.synonyms.reports.get(names, []) if (key := name_key(name)) in self.by_name]
        return [self.by_name[key] for key in dict.fromkeys(keys) if self.by_name[key] not in self.settled | self.uses.keys()]

    def _take_of_reports(self, field: str, names: str, holds_it: Callable[[pl.Series], bool]) -> None:
        """Use the first column that a list of [reports] names, and whose cells are such, for a field."""
        column = next((column for column in self._free_of_reports(names) if holds_it(sample_of(self.table, column))), None)
        if column is not None:
            self.uses[column], self.by[column] = (field, VALUE), "content" if field == "gift_status" else "name"
            self.settled.add(column)

    def take_by_content(self, country: str | None, *, reads_ids: bool) -> None:
        """Use columns by what they hold, where their names say nothing."""
        by_names = dict(self.uses)
        _separate_name_columns(self.table, self.uses, self.settled | set(self.persons.excluded), self.notes)
        self._take_missing_half_of_names()
        self.by.update({column: "content" for column, use in self.uses.items() if by_names.get(column) != use})
        unsettled = self.settled | self.asked | set(self.persons.excluded)
        ids = {} if reads_ids else self._find_ids(unsettled, country)
        self.candidates += [Candidate(column=column, field="phone", reason=reason) for column, reason in ids.items()]
        holds = {column: content for column, content in self.holds.items() if column not in ids}
        columns_by_field = column_by_content(self.table, holds, unsettled, self.uses, self.candidates)
        if not self.has_header:
            columns_by_field |= columns_by_content_alone(
                self.table, self.settled | set(columns_by_field.values()), self.fields | columns_by_field.keys()
            )
        local = local_numbers(self.table, [column for column in self.table.columns if column not in unsettled])
        if local is not None and not self.fields & PHONE_FIELDS:
            columns_by_field["phone"] = local
        for field, column in columns_by_field.items():
            self.uses[column], self.by[column] = (field, VALUE), "content"
            self.notes.append(f"Column “{column}” is taken as the {label(field)}, by what it holds.")
        self._take_whom()
        self._note_ids()
        self.questions = _open_questions(self.persons, self.candidates, self.fields)
        self._ask_about_people_side_by_side()
        self._ask_whose_codes()
        self._note_numbers_not_read()
        self._note_ids_like_numbers()
        self.notes += self.questions
        if not self.has_header:
            self.notes.append(
                "The file has no header line: name its columns (column_1, column_2, …) under [columns] in the manifest to be sure."
            )

    def _ask_about_people_side_by_side(self) -> None:
        """Ask about columns that repeat names and contacts ("Name,Phone,,Name,Phone"): a second person stands in each row, who is no lead."""
        repeated: dict[str, dict[str, str]] = {}
        for column in self.table.columns if self.has_header else ():
            match = SECOND_OF_A_NAME.fullmatch(column)
            if match is not None and match[1] in self.uses and column not in self.settled:
                repeated.setdefault(match[2], {})[column] = match[1]
        for columns in repeated.values():
            fields = {column: self.uses[first][0] for column, first in columns.items()}
            names = [column for column, field in fields.items() if field in roles.NAME_FIELDS]
            contacts = [column for column, field in fields.items() if field in CONTACT_FIELDS]
            if not names or not contacts or _name_one_person(self.table, [columns[name] for name in names], names):
                continue
            count = self.table.select(pl.any_horizontal(pl.col(names).str.contains(r"\p{L}").fill_null(value=False)).sum()).item()
            if count:
                shown = ", ".join(f"“{column}”" for column in (*names, *contacts)[:MAX_NAMED])
                self.questions.append(
                    f"Two people stand side by side in {count:,} {'row' if count == 1 else 'rows'}: those of {shown} are no leads, their cells are "
                    "custom fields. Put the columns at the right below those at the left, and upload the file again."
                )

    def _ask_whose_codes(self) -> None:
        """Take no column of numbers for which a column of calling codes may be: without its code a number would be another country's."""
        phones = [column for column in self.table.columns if self.uses.get(column, ("",))[0] in PHONE_FIELDS]
        free = [column for column in self.table.columns if column not in self.uses and column not in self.settled]
        for code, numbers in find_codes_by_cells(self.table, free, phones).items():
            unclear = [
                column
                for column in numbers
                if self.by.get(column) != "manifest"
                and not phone_columns.code_columns(column, [name for name in self.table.columns if name not in phones])
                and share_of(sample_of(self.table, column), SIGNED_CELL) < CONTENT_SHARE
            ]
            if len(numbers) == 1 or not unclear:
                continue
            for column in unclear:
                self.candidates.append(
                    Candidate(column=column, field=self.uses.pop(column)[0], reason="the country of its numbers is not certain")
                )
                self.by.pop(column, None)
            shown = ", ".join(f"“{column}”" for column in unclear)
            self.questions.append(
                f"Column “{code}” holds calling codes, and of which numbers is not certain: {shown}. None is taken: name the column of codes "
                "as its column of numbers with “Country Code” behind it."
            )

    def _note_numbers_not_read(self) -> None:
        """Add a note that names the columns of numbers which are not read, because another is named as one of the person."""
        columns = [candidate.column for candidate in self.candidates if candidate.reason == f"{FIRST_NAMED} phone comes first"]
        columns = [column for column in columns if column not in self.uses and phone_columns.may_hold_numbers(column)]
        if columns and self.has_header:
            shown = ", ".join(f"“{column}”" for column in columns[:MAX_NAMED])
            self.numbers_not_read = tuple(columns)
            self.notes.append(
                f"Not read, because their names do not say whose numbers they hold: {shown}. If they are the person's, name them as phone under "
                "[columns] in the manifest."
            )

    def _find_ids(self, settled: set[str], country: str | None) -> dict[str, str]:
        """Return the columns of cells like numbers to call that hold ids, dates or amounts, and why."""
        columns = [column for column, content in self.holds.items() if content == "phone" and column not in settled]
        country = None if "country" in self.fields else country
        return {column: reason for column in columns if (reason := why_ids(self.table, column, country)) is not None}

    def _note_ids_like_numbers(self) -> None:
        """Add a note that names the columns of cells like numbers to call which are taken for ids, where no other column is one of numbers."""
        columns = [candidate.column for candidate in self.candidates if candidate.reason in (NAMED_IDS, COUNTED, NOT_VALID)]
        columns = [column for column in dict.fromkeys(columns) if column not in self.uses]
        if columns and not self.fields & PHONE_FIELDS:
            shown = ", ".join(f"“{column}”" for column in columns[:MAX_NAMED])
            self.notes.append(
                f"Not taken for telephone numbers, because their names or their cells are those of ids, dates or amounts: {shown}. If they are "
                "numbers to call, name one as phone under [columns] in the manifest."
            )

    def _take_whom(self) -> None:
        """Use a column named "Who", or as a role, for the names of a file that names nobody otherwise; add a note where no column is one."""
        if not self.has_header or self.fields & roles.NAME_FIELDS:
            return
        free = [column for column in self.table.columns if column not in self.settled | self.uses.keys() | self.asked]
        free = [column for column in free if column not in self.persons.excluded]
        names = {name_key(name) for name in self.synonyms.reports.get("whom", [])}
        column = next((column for column in free if name_key(column) in names or roles.names_own_role(column)), None)
        if (
            column is not None
            and share_of(sample_of(self.table, column), WHOM_CELL) >= CONTENT_SHARE
            and not is_mostly_equal(self.table, column, [])
        ):
            self.uses[column], self.by[column] = ("full_name", VALUE), "content"
            self.notes.append(f"Column “{column}” is taken as the full name, by what it holds.")
            return
        texts = [column for column in free if share_of(sample_of(self.table, column), NAME_CELL) >= CONTENT_SHARE]
        if texts and self.fields & CONTACT_FIELDS:
            shown = ", ".join(f"“{column}”" for column in texts[:MAX_NAMED])
            self.notes.append(
                f"No column of the file is a name, so nobody of it has one. If it is one of {shown}, name it under [columns] in the manifest."
            )

    def _note_ids(self) -> None:
        """Add a note for a column of ids of which no system is known: nobody is recognised by them."""
        if "source_id" in self.fields or (self.system is not None and self.system.source_id is not None) or not self.has_header:
            return
        names = {name_key(name) for name in self.synonyms.reports.get("ids", [])}
        free = [column for column in self.table.columns if name_key(column) in names and column not in self.settled | self.uses.keys()]
        column = next(
            (column for column in free if len(sample_of(self.table, column)) and sample_of(self.table, column).is_unique().all()), None
        )
        if column is not None:
            self.notes.append(
                f'Column “{column}” may hold ids of people. To recognise them by it in other files, write "{column}" = "source_id" under [columns] '
                'in the manifest, and source = "name_of_the_system".'
            )

    def _take_missing_half_of_names(self) -> None:
        """Use a column of full names, in which those of the only column of given or of family names stand, for the other half."""
        of = {field: column for column, (field, _) in self.uses.items()}
        halves = [of[half] for half in ("first_name", "last_name") if half in of]
        column = next((column for column in self.full_names if column not in self.uses and column not in self.settled), None)
        if len(halves) == 2 and column is not None and _names_the_nameless(self.table, halves, column):
            self.uses[column] = ("full_name", VALUE)
            self.notes.append(f"Column “{column}” is taken for the names of rows that have no first and last name.")
        if halves == [of.get("last_name")] and column is not None and are_given_names(self.table, column, halves[0]):
            self.uses[column] = ("first_name", VALUE)
            self.notes.append(f"Column “{column}” is taken as the first name: its cells do not hold those of “{halves[0]}”.")
        elif halves == [of.get("first_name")] and column is not None and are_given_names(self.table, column, halves[0]):
            if roles.read_heading(column).key in NAMES_OF_A_HALF:  # "Nom du donateur" next to "Prénom du donateur"
                self.uses[column] = ("last_name", VALUE)
                self.notes.append(f"Column “{column}” is taken as the last name: its cells do not hold those of “{halves[0]}”.")
        elif len(halves) == 1 and column is not None and _name_one_person(self.table, halves, [column]):
            self.uses[column] = ("full_name", VALUE)
            self.notes.append(f"Column “{column}” is taken for the half of the names that “{halves[0]}” has not.")


def _names_the_nameless(table: pl.DataFrame, halves: Sequence[str], column: str) -> bool:
    """Return whether a column of full names names rows in which the columns of given and of family names are empty ("Lee Foundation")."""
    filled = [table[name].str.contains(r"\p{L}").fill_null(value=False) for name in (column, *halves)]
    return bool((filled[0] & ~filled[1] & ~filled[2]).any())


def _bills(columns: Sequence[str]) -> set[str]:
    """Return the columns of bills ("Billing City"): of the buyer, where that is another person than the one of the row."""
    return {column for column in columns if (named := roles.read_addressee(column)) is not None and named[0] == "billing"}


def _persons(
    table: pl.DataFrame, columns: list[str], synonyms: Synonyms, numbers: dict[str, NumberName], manifest_columns: dict[str, str]
) -> tuple[roles.Persons, set[str]]:
    """Return which of the columns are the person's, by the roles in their names, and those that are by a mark ("D1 Phone")."""
    exact = synonyms.field_of_key
    named = [(name, field) for field, names in synonyms.fields.items() if field not in CONSENT_FIELDS for name in names]
    by_key = {roles.read_heading(name).key: field for name, field in reversed(named)}
    # A whole name comes before one without its neutral words: "Name" is no given name, though "Preferred Name" is one.
    by_key |= {name_key(name): field for name, field in reversed(named)}
    by_key.pop("", None)
    fields_by_column = {column: exact[key] for column in columns if (key := name_key(column)) in exact}
    of_numbers = {column: numbers[column].field for column in columns if column in numbers}
    second = _second_people(table, columns, fields_by_column, by_key, of_numbers, manifest_columns)
    fields_by_column |= of_numbers | second.fields
    persons = roles.find_persons(columns, fields_by_column, by_key, partial(_name_one_person, table))
    excluded = second.excluded | persons.excluded
    taken = {column: field for column, field in manifest_columns.items() if field} | fields_by_column | persons.fields
    free = [column for column in columns if column not in excluded]
    own = [column for column in free if taken.get(column) in roles.NAME_FIELDS]
    own = own or [column for column in free if column not in taken and roles.names_own_role(column)]  # "Member"
    by_place = second_people.find_by_place(
        table,
        columns,
        excluded,
        taken,
        own,
        lambda column: bool(own) and not is_mostly_equal(table, column, []) and _name_one_person(table, own, [column]),
    )
    excluded |= by_place
    if by_place:
        persons = persons._replace(notes=(*persons.notes, _describe_by_place(by_place)))
    further = [
        column
        for column, reason in excluded.items()
        if column in second.excluded or "(second person)" in reason or "(further person)" in reason
    ]
    if len(further) > 1:
        persons = persons._replace(notes=(*persons.notes, _describe_further(further)))
    of_first = {column: field for column, field in second.fields.items() if column not in excluded}
    return persons._replace(excluded=excluded, fields=persons.fields | of_first), {*second.fields}


def _describe_further(columns: Sequence[str]) -> str:
    shown = ", ".join(f"“{column}”" for column in columns[:MAX_NAMED])
    return (
        f"More than one person stands in a row: those of {shown} are no leads, their cells are custom fields. If they are to be called, put "
        "their columns below those of the first person, and upload the file again."
    )


def _describe_by_place(columns: Iterable[str]) -> str:
    shown = ", ".join(f"“{column}”" for column in columns)
    return (
        f"Not taken, because they stand right behind the name of another person and may be of that one: {shown}. If they are the person's, "
        "map them under [columns] in the manifest."
    )


def _second_people(
    table: pl.DataFrame,
    columns: list[str],
    fields: dict[str, str],
    by_key: dict[str, str],
    numbers: dict[str, str],
    manifest_columns: dict[str, str],
) -> second_people.SecondPeople:
    """Return the free columns of second named people; names count also where the manifest maps them or keeps them as custom fields."""
    if not columns:
        return second_people.SecondPeople({}, {})
    of_manifest = {column: field for column, field in manifest_columns.items() if field}
    seen = [column for column in table.columns if column in columns or column in manifest_columns]
    second = second_people.find_second_people(table, seen, fields | of_manifest, by_key, numbers)
    if any(of_manifest.get(column) in roles.NAME_FIELDS for column in second.excluded):
        return second_people.SecondPeople({}, {})  # the manifest makes the second person the lead
    free = set(columns)
    excluded = {column: reason for column, reason in second.excluded.items() if column in free}
    return second_people.SecondPeople(excluded, {column: field for column, field in second.fields.items() if column in free})


def _name_one_person(table: pl.DataFrame, columns: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether two groups of name columns are one person's: in nearly all rows the words of one are among those of the other.

    Single words next to a column of given names are the surnames. A column of mostly equal cells ("Spring Gala") is of no person's names, unless
    its own says whose it is: one buyer may pay for every guest.
    """
    has_role = len(others) == 1 and roles.read_heading(others[0]).role != roles.NO_ROLE
    if len(others) == 1 and not has_role and is_mostly_equal(table, others[0], []) and not is_mostly_equal(table, columns[0], []):
        return True
    rows = [
        (words, other)
        for row in table.head(CONTENT_SAMPLE).select(
            pl.concat_str(columns, separator=" ", ignore_nulls=True).alias("name"),
            pl.concat_str(others, separator=" ", ignore_nulls=True).alias("other"),
        ).iter_rows()
        if (words := set(roles.words_of(row[0]))) and (other := set(roles.words_of(row[1])))
    ]  # fmt: skip
    if not rows:
        return False
    is_surname = [len(others) == 1 and max(len(words), len(other)) == 1 and words != other for words, other in rows]
    agree = [roles.may_be_one_name(words, other) for words, other in rows]
    return max(sum(agree), sum(is_surname)) >= CONTENT_SHARE * len(rows)


def _columns_by_role(field: str, field_names: list[str], persons: roles.Persons, settled: set[str]) -> list[str]:
    """Return the columns whose role and field together say a field ("Supporter Email"), the better names first."""
    columns = [column for column, named in persons.fields.items() if named == field and column not in settled]
    if len(columns) <= 1:
        return columns
    order = {name_key(name): number for number, name in reversed(list(enumerate(field_names)))}
    return sorted(columns, key=lambda column: order.get(roles.read_heading(column).key, len(order)))


def _open_questions(persons: roles.Persons, candidates: list[Candidate], fields: set[str]) -> list[str]:
    """Return in words which columns could be the person's, where nothing says so and no column has been taken."""
    notes = []
    unclear = [candidate for candidate in candidates if candidate.reason == SEVERAL and candidate.field not in fields]
    for field in dict.fromkeys(candidate.field for candidate in unclear):
        columns = ", ".join(f"“{candidate.column}”" for candidate in unclear if candidate.field == field)
        notes.append(
            f"Which column is the person's {label(field)} is not certain: {columns}. "
            f"None is taken: name it as {field} under [columns] in the manifest."
        )
    of_others = [candidate.column for candidate in candidates if candidate.column in persons.excluded and candidate.field in CONTACT_FIELDS]
    if of_others and not fields & CONTACT_FIELDS:
        columns = ", ".join(f"“{column}”" for column in of_others)
        notes.append(
            f"Not taken, because their names are of other people: {columns}. Map them under [columns] in the manifest if they are not."
        )
    return notes


def _check_manifest(manifest_columns: dict[str, str], columns: list[str], synonyms: Synonyms) -> None:
    for column, field in manifest_columns.items():
        if column not in columns:
            raise ManifestError(f"The manifest's [columns] names {column!r}, but the file's columns are: {', '.join(columns)}.")
        if field and field not in synonyms.fields:
            raise ManifestError(f"The manifest maps {column!r} to {field!r}. Known fields: {', '.join(synonyms.fields)}.")


def _check_consent(rules: dict[str, ConsentRule], columns: list[str]) -> None:
    for column in rules:
        if column not in columns:
            raise ManifestError(f"The manifest's [consent] names {column!r}, but the file's columns are: {', '.join(columns)}.")


def _separate_name_columns(table: pl.DataFrame, uses: dict[str, tuple[str, Meaning]], settled: set[str], notes: list[str]) -> None:
    """Decide by the cells which of a column of given names and a column called "Name" hold family names or full names.

    Next to "Vorname" a "Name" is the family name; "Nome" or "Nombre" alone is the full name.
    """
    of = {field: column for column, (field, _) in uses.items()}
    if "last_name" in of and not {"first_name", "full_name"} & of.keys():
        column = of["last_name"]
        if name_key(column) in NAMES_OF_A_HALF and share_of(sample_of(table, column), FULL_NAME_CELL) >= CONTENT_SHARE:
            uses[column] = ("full_name", "value")
            notes.append(f"Column “{column}” is taken as full_name: its cells hold several words, and there is no column of first names.")
        return
    if "last_name" in of or "first_name" not in of:
        return
    first = table[of["first_name"]].head(CONTENT_SAMPLE)
    name_column = next(
        (column for column in table.columns if column not in uses and column not in settled and name_key(column) in NAMES_OF_A_HALF),
        None,
    )
    if name_column is not None:
        cells = (
            pl.DataFrame({"first": first, "name": table[name_column].head(CONTENT_SAMPLE)})
            .drop_nulls()
            .filter(pl.col("first") != "", pl.col("name") != "")
        )
        holds_first = cells.select(pl.col("name").str.contains(pl.col("first"), literal=True).mean()).item() if cells.height else None
        if holds_first is not None and holds_first < 0.2:
            uses[name_column] = ("last_name", "value")
            notes.append(f"Column “{name_column}” is taken as last_name: its cells do not hold those of “{of['first_name']}”.")
    elif share_of(first.drop_nulls(), r"\S\s+\S") >= 0.6:
        uses[of["first_name"]] = ("full_name", "value")
        notes.append(
            f"Column “{of['first_name']}” is taken as full_name: its cells hold several words, and there is no column of last names."
        )
