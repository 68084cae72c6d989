"""Whatever is imported, edited and undone, in any order: what is there is what the imports that remain imply."""

import contextlib
import itertools
import uuid
from dataclasses import dataclass

import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from henk_pipeline.postgres import imports
from tests.conftest import new_database
from tests.integration.uploading import add_business, upload

PEOPLE = ("ana", "bo", "cy")
FIELDS = ("company", "department", "Pet")  # the last one is a custom field
COLUMNS = {"company": "Company", "department": "Department", "Pet": "Pet"}
VALUES = {"company": ("Acme", "Umbrella"), "department": ("Sales", "Board"), "Pet": ("cat", "dog")}


@dataclass
class Imported:
    """An import that was loaded, and what it implies."""

    id: str
    list_name: str
    campaign: str | None
    rows: dict[str, dict[str, str]]
    mode: str
    live: bool = True

    @property
    def people(self) -> frozenset[str]:
        return frozenset(self.rows)


@dataclass
class Edit:
    """A value that a person typed."""

    name: str
    key: str
    value: str


@dataclass
class Person:
    """A lead: what happened to it, in order, and the import that its being there is owed to."""

    events: list[Imported | Edit]
    base: Imported | None

    @property
    def is_edited(self) -> bool:
        return any(isinstance(event, Edit) for event in self.events)

    def live_imports(self) -> list[Imported]:
        return [event for event in self.events if isinstance(event, Imported) and event.live]

    def values(self, name: str) -> dict[str, str | None]:
        """The values that the imports which remain, and people, imply: as if all others had not been."""
        values: dict[str, str | None] = dict.fromkeys(FIELDS)
        for event in self.events:
            if isinstance(event, Edit):
                values[event.key] = event.value
            elif event.live:
                for key, value in event.rows[name].items():
                    fills = values[key] is None and (event.mode != "skip" or event is self.base)
                    if fills or event.mode == "overwrite":
                        values[key] = value
        return values


class Model:
    """What the ledger implies."""

    def __init__(self) -> None:
        self.imports: list[Imported] = []
        self.leads: dict[str, Person] = {}
        self.comings: list[tuple[Imported, bool]] = []  # each file as it came, and whether it had come before

    def called(self, *, also_again: bool) -> set[str]:
        """Those in the campaign: a list comes into it with the members that it has by then; what a file does that comes again is kept nowhere."""
        members: dict[str, set[str]] = {}
        called: set[str] = set()
        for one, is_again in self.comings:
            if one.live and (also_again or not is_again):
                members[one.list_name] = members.get(one.list_name, set()) | one.people
                if one.campaign:
                    called |= members[one.list_name]
        return called

    def load(self, one: Imported) -> None:
        self.imports.append(one)
        for name in one.people:
            if name in self.leads:
                self.leads[name].events.append(one)
            else:
                self.leads[name] = Person([one], one)
        self.comings.append((one, False))

    def come_again(self, one: Imported) -> None:
        self.comings.append((one, True))

    def edit(self, name: str, key: str, new: str) -> None:
        lead = self.leads[name]
        if lead.values(name)[key] != new:
            lead.events.append(Edit(name, key, new))

    def undo(self, one: Imported) -> None:
        one.live = False
        for name in one.people:
            lead = self.leads.get(name)
            if lead is None:
                continue
            if lead.base is one:
                lead.base = next(iter(lead.live_imports()), None)
            if not lead.is_edited and not lead.live_imports():
                del self.leads[name]

    def state(self) -> dict[str, object]:
        live = [one for one in self.imports if one.live]
        members = {(one.list_name, name) for one in live for name in one.people}
        return {
            "leads": {name: tuple(lead.values(name).values()) for name, lead in self.leads.items()},
            "members": members,
            "lists": {name for name, _ in members},
        }


def state_of(connection: psycopg.Connection, business: str) -> dict[str, object]:
    def rows(statement: str) -> list[tuple]:
        return connection.execute(statement, {"b": business}).fetchall()

    name = "split_part(l.email, '@', 1)"
    return {
        "leads": {who: tuple(values) for who, *values in rows(f"SELECT {name}, l.company, l.department, l.custom_fields ->> 'Pet' FROM leads l WHERE business_id = %(b)s")},
        "members": set(rows(f"SELECT ll.name, {name} FROM lead_list_members m JOIN leads l ON l.id = m.lead_id JOIN lead_lists ll ON ll.id = m.lead_list_id WHERE m.business_id = %(b)s")),
        "lists": {who for (who,) in rows("SELECT name FROM lead_lists WHERE business_id = %(b)s")},
    }  # fmt: skip


def assert_as_implied(
    connection: psycopg.Connection, business: str, model: Model, touched: set[str] | frozenset[str] = frozenset()
) -> None:
    """Those whom nobody has called or merged (`touched`) are as the ledger implies."""
    now, implied = state_of(connection, business), model.state()
    for part, name_of in (("leads", 0), ("members", 1)):
        shown, meant = (
            {(pair if part != "leads" else (pair, state[part][pair])) for pair in state[part] if (pair if part == "leads" else pair[name_of]) not in touched}
            for state in (now, implied)
        )  # fmt: skip
        assert shown == meant, part
    assert touched or now["lists"] == implied["lists"]
    of = "SELECT split_part(l.email, '@', 1) FROM campaign_leads cl JOIN leads l ON l.id = cl.lead_id WHERE cl.business_id = %s"
    called = {name for (name,) in connection.execute(of, [business]).fetchall()} - touched
    assert model.called(also_again=False) - touched <= called <= model.called(also_again=True)


def assert_consistent(connection: psycopg.Connection, business: str) -> None:
    """Whatever was called and kept: counts are those of the rows, and no lead is to be called by a list that it is not on."""
    wrong = connection.execute(
        """SELECT 'list ' || ll.name FROM lead_lists ll WHERE business_id = %(b)s
            AND lead_count <> (SELECT count(*) FROM lead_list_members m WHERE m.lead_list_id = ll.id)
        UNION ALL SELECT 'assignment of ' || ll.name FROM campaign_lead_lists a JOIN lead_lists ll ON ll.id = a.lead_list_id WHERE a.business_id = %(b)s
            AND total_leads <> (SELECT count(*) FROM campaign_leads c WHERE c.campaign_id = a.campaign_id AND c.lead_list_id = a.lead_list_id)
        UNION ALL SELECT 'not of its list: ' || c.status FROM campaign_leads c WHERE business_id = %(b)s AND c.status IN ('new', 'queued')
            AND NOT EXISTS (SELECT FROM lead_list_members m WHERE m.lead_list_id = c.lead_list_id AND m.lead_id = c.lead_id)""",
        {"b": business},
    ).fetchall()
    assert wrong == []


ROWS = st.dictionaries(
    st.sampled_from(PEOPLE), st.fixed_dictionaries({}, optional={key: st.sampled_from(VALUES[key]) for key in FIELDS}), min_size=1
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("import"), ROWS, st.sampled_from(["fill", "overwrite", "skip"]), st.sampled_from(["one", "two"]), st.booleans()),
        st.tuples(st.just("again"), st.integers(0, 9)),
        st.tuples(st.just("undo"), st.integers(0, 9)),
        st.tuples(
            st.just("edit"), st.sampled_from(PEOPLE), st.sampled_from(["company", "department"]), st.sampled_from(["Mine", "Acme", "Sales"])
        ),
    ),
    min_size=2,
    max_size=9,
)


@pytest.fixture(scope="module")
def playground(server, tmp_path_factory):
    with new_database(server) as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection, tmp_path_factory.mktemp("uploads")


def load(connection, folder, slug, number, rows, mode, list_name, in_campaign):
    """Import rows, as the file of that number: no other has the same bytes. Gives: the import's id."""
    connection.execute("UPDATE lead_imports SET may_come_again = true WHERE status = 'undone'")
    lines = [f"{name}@example.org,{','.join(row.get(key, '') for key in FIELDS)}" for name, row in sorted(rows.items())]
    text = f"Email,{','.join(COLUMNS.values())}\n" + "\n".join(lines) + "\n" * (number + 1)
    priority = {"one": 1, "two": 2}[list_name]
    manifest = {"campaigns": [{"campaign": "Year End", "priority": priority}]} if in_campaign else {}
    outcome = upload(connection, folder, text, slug, list=list_name, update=mode, **manifest)
    assert outcome.status == "loaded", outcome
    return outcome.import_id


@pytest.mark.long
@hypothesis_settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_what_is_there_is_what_the_ledger_implies(playground, steps):
    connection, folder = playground
    slug = f"b{uuid.uuid4().hex}"
    business = add_business(connection, slug, "Year End")
    model, files = Model(), []
    for step in steps:
        match step:
            case ("import", rows, mode, list_name, in_campaign):
                files.append((len(files), rows, mode, list_name, in_campaign))
            case ("again", n) if files:
                files.append(files[n % len(files)])
            case ("undo", n) if model.imports:
                one = model.imports[n % len(model.imports)]
                imports.undo_import(connection, one.id)
                model.undo(one)
            case ("edit", name, key, new) if name in model.leads:
                connection.execute(f"UPDATE leads SET {key} = %s WHERE email = %s AND business_id = %s AND {key} IS DISTINCT FROM %s", [new, f"{name}@example.org", business, new])  # fmt: skip
                model.edit(name, key, new)
        if step[0] in ("import", "again") and files:
            number, rows, mode, list_name, in_campaign = files[-1]
            identifier = load(connection, folder, slug, number, rows, mode, list_name, in_campaign)
            if identifier in [one.id for one in model.imports if one.live]:
                model.come_again(next(one for one in model.imports if one.id == identifier))
            else:
                model.load(Imported(identifier, list_name, "Year End" if in_campaign else None, rows, mode))
        assert_consistent(connection, business)
    assert_as_implied(connection, business, model)
    for one in itertools.chain(model.imports, model.imports):
        imports.undo_import(connection, one.id)
        model.undo(one)
    assert_as_implied(connection, business, model)


MORE_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("import"), ROWS, st.sampled_from(["fill", "overwrite", "skip"]), st.sampled_from(["one", "two"]), st.booleans()),
        st.tuples(st.just("again"), st.integers(0, 9)),
        st.tuples(st.just("undo"), st.integers(0, 9)),
        st.tuples(st.just("call"), st.sampled_from(PEOPLE), st.sampled_from(["contacted", "converted", "failed"])),
        st.tuples(st.just("merge"), st.sampled_from(list(itertools.permutations(PEOPLE, 2)))),
        st.tuples(st.just("unmerge"), st.integers(0, 9)),
        st.tuples(st.just("there and back"), st.sampled_from(list(itertools.permutations(PEOPLE, 2)))),
    ),
    min_size=3,
    max_size=10,
)
WHOLE = """
SELECT 'lead', l.id::text, (to_jsonb(l) - '{updated_at,lead_score,score_breakdown,quality_rating}'::text[])::text FROM leads l WHERE business_id = %(b)s
UNION ALL SELECT 'member', m.lead_id::text || m.lead_list_id, coalesce(m.import_id::text, '') FROM lead_list_members m WHERE business_id = %(b)s
UNION ALL SELECT 'campaign lead', c.lead_id::text || c.campaign_id, (to_jsonb(c) - 'id')::text FROM campaign_leads c WHERE business_id = %(b)s
UNION ALL SELECT 'line', r.import_id::text || r.line_number, (to_jsonb(r) - 'matched_by')::text FROM lead_import_rows r WHERE business_id = %(b)s
UNION ALL SELECT 'list', ll.id::text, ll.lead_count::text FROM lead_lists ll WHERE business_id = %(b)s
UNION ALL SELECT 'assignment', a.id::text, (to_jsonb(a) - 'completed_at')::text FROM campaign_lead_lists a WHERE business_id = %(b)s
ORDER BY 1, 2, 3
"""


class People:
    """The leads of a run with calls and merges, by name; and who is no longer as the ledger alone implies."""

    def __init__(self, connection: psycopg.Connection, business: str) -> None:
        self.connection, self.business = connection, business
        self.touched: set[str] = set()
        self.merges: list[str] = []
        self.calls: dict[str, str] = {}  # campaign lead → its status

    def lead(self, name: str) -> str | None:
        row = self.connection.execute(
            "SELECT id FROM leads WHERE business_id = %s AND email = %s", [self.business, f"{name}@example.org"]
        ).fetchone()
        return None if row is None else str(row[0])

    def call(self, name: str, status: str) -> None:
        rows = self.connection.execute(
            """UPDATE campaign_leads SET status = %s, attempts = attempts + 1, outcome = 'spoken' WHERE lead_id = %s
            AND status IN ('new', 'queued') RETURNING id""",
            [status, self.lead(name)],
        ).fetchall()
        if rows:
            self.touched.add(name)
            self.calls |= {str(identifier): status for (identifier,) in rows}

    def merge(self, keep: str, drop: str) -> str | None:
        kept, dropped = self.lead(keep), self.lead(drop)
        if kept is None or dropped is None:
            return None
        self.touched |= set(PEOPLE)  # a chain of merges may reach all
        self.calls.clear()  # two calls of one campaign become one row
        row = self.connection.execute("SELECT merge_leads(%s, %s)", [kept, dropped]).fetchone()
        assert row is not None
        row = self.connection.execute(
            "SELECT id FROM lead_merges WHERE dropped_lead_id = %s AND taken_apart_at IS NULL", [dropped]
        ).fetchone()
        assert row is not None
        return str(row[0])

    def unmerge(self, merge: str) -> None:
        # Apart already, or its lead is part of another one by now, or gone with its import: refused in words.
        with contextlib.suppress(psycopg.errors.ObjectNotInPrerequisiteState, psycopg.errors.NoDataFound):
            self.connection.execute("SELECT unmerge_leads(%s)", [merge])

    def act(self, step: tuple) -> None:
        match step:
            case ("call", name, status):
                self.call(name, status)
            case ("merge", (keep, drop)):
                self.merges += filter(None, [self.merge(keep, drop)])
            case ("unmerge", n) if self.merges:
                self.unmerge(self.merges[n % len(self.merges)])
            case ("there and back", (keep, drop)):
                calls, touched, before = dict(self.calls), set(self.touched), self.whole()
                if merge := self.merge(keep, drop):
                    self.connection.execute("SELECT unmerge_leads(%s)", [merge])
                    assert self.whole() == before
                    self.calls, self.touched = calls, touched

    def whole(self) -> list[tuple]:
        return self.connection.execute(WHOLE, {"b": self.business}).fetchall()

    def assert_calls_stay(self) -> None:
        there = dict(
            self.connection.execute("SELECT id::text, status FROM campaign_leads WHERE business_id = %s", [self.business]).fetchall()
        )
        assert {call: there.get(call) for call in self.calls} == self.calls


@pytest.mark.long
@hypothesis_settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(steps=MORE_STEPS)
def test_calls_stay_and_merges_come_apart_whatever_is_imported_and_undone(playground, steps):
    connection, folder = playground
    slug = f"c{uuid.uuid4().hex}"
    business = add_business(connection, slug, "Year End")
    model, files, people = Model(), [], People(connection, business)
    for step in steps:
        people.act(step)
        match step:
            case ("import", rows, mode, list_name, in_campaign):
                files.append((len(files), rows, mode, list_name, in_campaign))
            case ("again", n) if files:
                files.append(files[n % len(files)])
            case ("undo", n) if model.imports:
                undo(connection, model, model.imports[n % len(model.imports)])
        if step[0] in ("import", "again") and files:
            load_and_note(connection, folder, slug, model, files[-1])
        assert_consistent(connection, business)
        people.assert_calls_stay()
    for merge in reversed(people.merges):
        people.unmerge(merge)
    for one in (*model.imports, *model.imports):
        undo(connection, model, one)
        assert_consistent(connection, business)
        people.assert_calls_stay()
        assert_as_implied(connection, business, model, people.touched)
    assert set(state_of(connection, business)["leads"]) <= people.touched


def undo(connection, model, one):
    imports.undo_import(connection, one.id)
    model.undo(one)


def load_and_note(connection, folder, slug, model, file):
    number, rows, mode, list_name, in_campaign = file
    identifier = load(connection, folder, slug, number, rows, mode, list_name, in_campaign)
    if identifier in [one.id for one in model.imports if one.live]:
        model.come_again(next(one for one in model.imports if one.id == identifier))
    else:
        model.load(Imported(identifier, list_name, "Year End" if in_campaign else None, rows, mode))
