"""Merges and undo of imports, in any order: the leads that stay are what the imports that remain imply, and a merge goes on between them."""

import itertools
import uuid
from dataclasses import dataclass, field

import psycopg
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from henk_pipeline.postgres import imports
from tests.conftest import new_database
from tests.integration.database.acting import column, value
from tests.integration.test_undo_model import PEOPLE, ROWS, Edit, Imported, Person, assert_consistent, load
from tests.integration.uploading import add_business, upload

YEAR_END, GALA = {"campaigns": [{"campaign": "Year End"}]}, {"campaigns": [{"campaign": "Gala"}]}


@pytest.fixture
def acme(connection):
    return add_business(connection, "acme", "Year End", "Gala")


def undo(connection, outcome):
    return imports.undo_import(connection, outcome.import_id)


def lead(connection, name):
    return value(connection, "SELECT id FROM leads WHERE email = %s", [f"{name}@example.org"])


def merge(connection, keep, drop):
    """Merge the leads of two names; the merge's id."""
    kept, dropped = lead(connection, keep), lead(connection, drop)
    connection.execute("SELECT merge_leads(%s, %s)", [kept, dropped])
    return value(connection, "SELECT id FROM lead_merges WHERE dropped_lead_id = %s AND taken_apart_at IS NULL", [dropped])


def unmerge(connection, merged):
    connection.execute("SELECT unmerge_leads(%s)", [merged])


def leads(connection):
    """Names with company and city."""
    return set(connection.execute("SELECT split_part(email, '@', 1), company, city FROM leads").fetchall())


def places(connection):
    """Which list and campaign each lead is in."""
    of_lists = "SELECT split_part(l.email, '@', 1), ll.name FROM lead_list_members m JOIN leads l ON l.id = m.lead_id JOIN lead_lists ll ON ll.id = m.lead_list_id"
    of_campaigns = "SELECT split_part(l.email, '@', 1), c.name FROM campaign_leads m JOIN leads l ON l.id = m.lead_id JOIN campaigns c ON c.id = m.campaign_id"
    return set(connection.execute(f"{of_lists} UNION ALL {of_campaigns}").fetchall())


def test_values_of_an_undone_import_leave_a_merged_lead(connection, tmp_path, acme):
    upload(connection, tmp_path, "Email,City\nana@example.org,\n", list="L1")
    second = upload(connection, tmp_path, "Email,Company\nana@example.org,Acme\nbo@example.org,Umbrella\n", list="L2")
    third = upload(connection, tmp_path, "Email,City\nbo@example.org,Bath\n", list="L3")
    merged = merge(connection, "ana", "bo")
    assert leads(connection) == {("ana", "Acme", "Bath")}
    undo(connection, second)
    assert leads(connection) == {("ana", None, "Bath")}
    undo(connection, second)
    unmerge(connection, merged)
    assert leads(connection) == {("ana", None, None), ("bo", None, "Bath")}
    undo(connection, third)
    assert leads(connection) == {("ana", None, None)}


def test_what_an_import_wrote_into_a_merged_lead_is_measured_by_the_lead_alone_when_it_is_apart(connection, tmp_path, acme):
    first = upload(connection, tmp_path, "Email\nana@example.org\n", list="L1")
    upload(connection, tmp_path, "Email,Company,City\nbo@example.org,Umbrella,Bath\n", list="L2")
    merged = merge(connection, "ana", "bo")
    third = upload(connection, tmp_path, "Email,Company\nana@example.org,Acme\n", list="L3", update="overwrite")
    fourth = upload(connection, tmp_path, "Email,Company,City\nana@example.org,Initech,Bath\n", list="L4")
    assert leads(connection) == {("ana", "Acme", "Bath")}
    unmerge(connection, merged)
    assert leads(connection) == {("ana", "Acme", "Bath"), ("bo", "Umbrella", "Bath")}
    undo(connection, third)
    assert leads(connection) == {("ana", "Initech", "Bath"), ("bo", "Umbrella", "Bath")}
    undo(connection, fourth)
    assert leads(connection) == {("ana", None, None), ("bo", "Umbrella", "Bath")}
    undo(connection, first)
    assert leads(connection) == {("bo", "Umbrella", "Bath")}


@pytest.mark.parametrize("keep", ["ana", "bo"])
def test_the_other_lead_stays_where_its_own_import_has_it(connection, tmp_path, acme, keep):
    first = upload(connection, tmp_path, "Email,Company\nana@example.org,Acme\n", list="L1", **YEAR_END)
    second = upload(connection, tmp_path, "Email,City\nbo@example.org,Bath\n", list="L2", **GALA)
    bo = lead(connection, "bo")
    merge(connection, keep, ({"ana", "bo"} - {keep}).pop())
    assert len(places(connection)) == 4
    assert undo(connection, first)["leads_deleted"] == 1
    assert (leads(connection), places(connection)) == ({("bo", None, "Bath")}, {("bo", "L2"), ("bo", "Gala")})
    assert column(connection, "SELECT id FROM leads") == [bo]
    assert column(connection, "SELECT id FROM lead_merges WHERE taken_apart_at IS NULL") == []
    # The undone file again: its row is a person of its own, as it was.
    connection.execute("UPDATE lead_imports SET may_come_again = true")
    upload(connection, tmp_path, "Email,Company\nana@example.org,Acme\n", list="L1", **YEAR_END)
    assert leads(connection) == {("ana", "Acme", None), ("bo", None, "Bath")}
    assert undo(connection, second)["leads_deleted"] == 1


def test_of_three_in_one_two_stay_one(connection, tmp_path, acme):
    files = {name: upload(connection, tmp_path, f"Email,City\n{name}@example.org,{name}town\n", list=name) for name in ("ana", "bo", "cy")}
    merges = [merge(connection, "ana", "bo"), merge(connection, "ana", "cy")]
    undo(connection, files["ana"])
    assert leads(connection) == {("bo", None, "botown")}
    assert column(connection, "SELECT id FROM lead_merges WHERE taken_apart_at IS NULL") == [merges[1]]
    unmerge(connection, merges[1])
    assert leads(connection) == {("bo", None, "botown"), ("cy", None, "cytown")}
    undo(connection, files["bo"])
    undo(connection, files["cy"])
    assert leads(connection) == set()


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("joins", ["import", "person"])
def test_no_lead_stays_of_imports_that_are_undone_in_any_order(connection, tmp_path, acme, order, joins):
    files = [
        upload(connection, tmp_path, "First Name,Last Name,Email\nAna,Ray,ana@example.org\n", list="L1", **YEAR_END),
        upload(connection, tmp_path, "First Name,Last Name,Mobile\nAna,Ray,2125550102\n", list="L2", **GALA),
    ]
    one, other = column(connection, "SELECT id FROM leads ORDER BY email")
    if joins == "person":
        connection.execute("SELECT merge_leads(%s, %s)", [other, one])
    files.append(upload(connection, tmp_path, "First Name,Last Name,Email,Mobile\nAna,Ray,ana@example.org,2125550102\n", list="L3", **GALA))
    assert value(connection, "SELECT count(*) FROM leads") == 1
    for place in order:
        undo(connection, files[place])
    assert column(connection, "SELECT to_jsonb(l) FROM leads l") == []
    assert column(connection, "SELECT name FROM lead_lists") == []
    assert column(connection, "SELECT id FROM campaign_lead_lists") == []


@pytest.mark.parametrize("keep", ["ana", "bo"])
@pytest.mark.parametrize("called", [["ana"], ["bo"], ["ana", "bo"]], ids=" and ".join)
def test_called_leads_are_the_same_whether_the_merge_or_the_undo_was_first(connection, tmp_path, keep, called):
    states = []
    for steps in (["undo", "merge"], ["merge", "undo"], ["merge", "undo", "undo"]):
        slug = f"b{len(states)}"
        business = add_business(connection, slug, "Year End")
        lines = ("ana@example.org,Acme,", "bo@example.org,,Bath")
        files = [upload(connection, tmp_path, f"Email,Company,City\n{line}\n", slug, list=line[:2], **YEAR_END) for line in lines]
        people = dict(connection.execute("SELECT split_part(email, '@', 1), id FROM leads WHERE business_id = %s", [business]).fetchall())
        for name in called:
            connection.execute(
                "UPDATE campaign_leads SET status = 'contacted', attempts = 2, outcome = 'spoken' WHERE lead_id = %s", [people[name]]
            )
        for step in steps:
            if step == "undo":
                undo(connection, files[0])
            elif column(connection, "SELECT id FROM leads WHERE id = %s", [people["ana"]]):  # else it went with its import
                connection.execute("SELECT merge_leads(%s, %s)", [people[keep], people[({"ana", "bo"} - {keep}).pop()]])
        whole = "SELECT l.email, l.company, l.city, c.status, c.attempts FROM campaign_leads c JOIN leads l ON l.id = c.lead_id WHERE c.business_id = %s"
        states.append([connection.execute(whole, [business]).fetchall()])
        connection.execute("SELECT unmerge_leads(id) FROM lead_merges WHERE business_id = %s AND taken_apart_at IS NULL", [business])
        states[-1].append(sorted(connection.execute(whole, [business]).fetchall()))
        states[-1].append(sorted(column(connection, "SELECT email FROM leads WHERE business_id = %s", [business])))
    assert states[0] == states[1] == states[2]
    assert ("ana@example.org" in states[0][2]) == ("ana" in called)


def test_calls_made_since_a_merge_are_counted_once(connection, tmp_path, acme):
    upload(connection, tmp_path, "Email\nana@example.org\n", list="L1", **YEAR_END)
    second = upload(connection, tmp_path, "Email,City\nbo@example.org,Bath\nana@example.org,Ely\n", list="L2", **YEAR_END)
    call = (
        "UPDATE campaign_leads SET status = 'contacted', attempts = attempts + 1, total_talk_time = total_talk_time + 10 WHERE lead_id = %s"
    )
    connection.execute(call, [lead(connection, "ana")])
    connection.execute(call, [lead(connection, "bo")])
    connection.execute(call, [lead(connection, "bo")])
    merged = merge(connection, "ana", "bo")
    connection.execute(call, [lead(connection, "ana")])
    undo(connection, second)
    assert connection.execute("SELECT attempts, total_talk_time FROM campaign_leads").fetchall() == [(4, 40)]
    unmerge(connection, merged)
    assert connection.execute("SELECT attempts, total_talk_time FROM campaign_leads ORDER BY 1, lead_id").fetchall() == [(2, 20), (2, 20)]


@pytest.mark.parametrize("keep", ["ana", "bo"])
@pytest.mark.parametrize("since", [False, True])
def test_an_opt_out_of_a_merged_lead_outlives_the_undo_of_what_brought_it(connection, tmp_path, acme, keep, since):
    first = upload(
        connection, tmp_path, f"Email,Phone,Do Not Call\nana@example.org,2125550101,{'' if since else 'yes'}\n", list="L1", **YEAR_END
    )
    upload(connection, tmp_path, "Email,Phone\nbo@example.org,2125550102\n", list="L2", **YEAR_END)
    merge(connection, keep, ({"ana", "bo"} - {keep}).pop())
    if since:
        connection.execute("UPDATE leads SET dnc = true")
    undo(connection, first)
    assert column(connection, "SELECT do_not_call OR dnc FROM leads") == [True] * value(connection, "SELECT count(*) FROM leads")
    assert column(connection, "SELECT id FROM leads WHERE id NOT IN (SELECT id FROM henk.leads_not_to_call)") == []
    assert set(column(connection, "SELECT status FROM campaign_leads")) == {"dnc"}


def test_settings_of_an_assignment_are_those_of_the_imports_that_remain(connection, tmp_path, acme):
    terms = "SELECT priority, max_attempts_override, filter_criteria FROM campaign_lead_lists"
    campaign = {"campaign": "Year End"}

    def bring(column_name, **more):
        return upload(connection, tmp_path, f"Email,{column_name}\nana@example.org,x\n", list="L1", campaigns=[campaign | more])

    where = {"all": [{"field": "lead_score", "op": ">=", "value": 0}]}
    first, second = bring("Company", priority=3), bring("City", priority=2, max_attempts_override=4, where=where)
    third = bring("Title", priority=2)
    assert connection.execute(terms).fetchall() == [(2, 4, where)]
    undo(connection, second)
    assert connection.execute(terms).fetchall() == [(2, None, None)]
    undo(connection, third)
    assert connection.execute(terms).fetchall() == [(3, None, None)]
    fourth = bring("State", priority=7, max_attempts_override=9)
    connection.execute("UPDATE campaign_lead_lists SET priority = 5")  # by a person
    undo(connection, fourth)
    assert connection.execute(terms).fetchall() == [(5, None, None)]
    undo(connection, first)
    assert connection.execute(terms).fetchall() == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_settings_that_a_person_gave_come_back(connection, tmp_path, acme, order):
    upload(connection, tmp_path, "Email\nana@example.org\n", list="L1")
    connection.execute("SELECT add_lead_list_to_campaign(c.id, ll.id, 4) FROM campaigns c, lead_lists ll WHERE c.name = 'Year End'")
    files = [
        upload(connection, tmp_path, f"Email,{name}\nana@example.org,x\n", list="L1", campaigns=[{"campaign": "Year End", "priority": 1}])
        for name in ("Company", "City")
    ]
    for place in order:
        assert connection.execute("SELECT priority FROM campaign_lead_lists").fetchall() == [(1,)]
        undo(connection, files[place])
    assert connection.execute("SELECT priority FROM campaign_lead_lists").fetchall() == [(4,)]


Values = dict[str, str | None]


@dataclass
class Merge:
    """A merge that is not taken apart: what its leads had before, and what files and people have done to the kept one since."""

    keep: str
    drop: str
    id: str
    before: Values
    dropped: Values
    since: list[Imported | Edit] = field(default_factory=list)


def joined(kept: Values, dropped: Values) -> Values:
    return {key: dropped[key] if kept[key] is None else kept[key] for key in kept}


def changed(values: Values, event: Imported | Edit, name: str) -> Values:
    """What stands after an event: a skipping file fills nothing of a lead that is there already."""
    if isinstance(event, Edit):
        return values | {event.key: event.value}
    row = event.rows[name]
    return {
        key: row[key] if key in row and (event.mode == "overwrite" or (event.mode == "fill" and old is None)) else old
        for key, old in values.items()
    }


class MergeModel:
    """What the ledger implies of leads that are merged and taken apart."""

    def __init__(self) -> None:
        self.imports: list[Imported] = []
        self.parts: dict[str, Person] = {}  # each lead as if it had never been merged: what came while it was the kept one is its own
        self.merges: list[Merge] = []
        self.standing: dict[str, Values] = {}  # of the leads that are there
        self.opted_out: set[str] = set()
        self.touched: set[str] = set()  # by who opted out: they stay, as those do that are edited

    def root(self, name: str) -> str:
        return next((self.root(merge.keep) for merge in self.merges if merge.drop == name), name)

    def parts_of(self, root: str) -> set[str]:
        return {name for name in self.parts if self.root(name) == root}

    def happen(self, event: Imported | Edit, name: str) -> None:
        self.parts[name].events.append(event)
        self.standing[name] = changed(self.standing[name], event, name)
        for merge in self.merges:
            if merge.keep == name:
                merge.since.append(event)

    def load(self, one: Imported) -> None:
        self.imports.append(one)
        for name in one.people:
            if name in self.parts:
                self.happen(one, name)
            else:
                self.parts[name] = Person([one], one)
                self.standing[name] = self.parts[name].values(name)

    def edit(self, name: str, key: str, value: str) -> None:
        if self.standing[name][key] != value:
            self.happen(Edit(name, key, value), name)

    def opt_out(self, name: str) -> None:
        if not any(part in self.opted_out for part in self.parts_of(name)):
            self.opted_out |= self.parts_of(name)
            self.touched.add(name)

    def merge(self, keep: str, drop: str, identifier: str) -> None:
        merge = Merge(keep, drop, identifier, self.standing[keep], self.standing.pop(drop))
        self.merges.append(merge)
        self.standing[keep] = joined(merge.before, merge.dropped)

    def may_be_taken_apart(self, merge: Merge) -> bool:
        return not any(self.root(later.keep) == self.root(merge.keep) for later in self.merges[self.merges.index(merge) + 1 :])

    def unmerge(self, merge: Merge) -> None:
        self.merges.remove(merge)
        self.standing[merge.keep] = merge.before
        for event in merge.since:
            if not isinstance(event, Imported) or event.live:
                self.standing[merge.keep] = changed(self.standing[merge.keep], event, merge.keep)
        self.standing[merge.drop] = merge.dropped

    def merge_again(self, merges: list[Merge]) -> None:
        """Merge, in their order, what the parts imply; in place of a lead that is gone is the other one."""
        self.merges = [merge for merge in self.merges if merge not in merges]
        heirs: dict[str, str] = {}
        for merge in merges:
            keep, drop = merge.keep, merge.drop
            while keep in heirs:
                keep = heirs[keep]
            while drop in heirs:
                drop = heirs[drop]
            if keep in self.standing and drop in self.standing:
                self.merge(keep, drop, merge.id)
                continue
            gone, heir = (drop, keep) if keep in self.standing else (keep, drop)
            heirs[gone] = heir
            if gone in self.opted_out:
                self.opted_out.add(heir)

    def undo(self, one: Imported) -> None:
        roots = {self.root(name) for name in one.people if name in self.parts}
        merges = [merge for merge in self.merges if self.root(merge.keep) in roots]
        for name in set().union(*(self.parts_of(root) for root in roots if self.parts_of(root))):
            self.standing[name] = {}
        one.live = False
        for name in [name for name in self.standing if name in one.people]:
            person = self.parts[name]
            if person.base is one:
                person.base = next(iter(person.live_imports()), None)
            if not person.is_edited and name not in self.touched and not person.live_imports():
                del self.parts[name], self.standing[name]
        for name in self.standing:
            if self.standing[name] == {} or name in roots:
                self.standing[name] = self.parts[name].values(name)
        self.merge_again(merges)

    def state(self) -> dict[str, object]:
        live = [one for one in self.imports if one.live]
        members = {(one.list_name, self.root(name)) for one in live for name in one.people if name in self.parts}
        return {
            "leads": {name: tuple(values.values()) for name, values in self.standing.items()},
            "members": members,
            "lists": {name for name, _ in members},
            "opted out": {name for name in self.standing if self.parts_of(name) & self.opted_out},
            "merges": {(merge.id, self.root(merge.keep)) for merge in self.merges},
        }


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("import"), ROWS, st.sampled_from(["fill", "overwrite"]), st.sampled_from(["one", "two"]), st.booleans()),
        st.tuples(st.just("undo"), st.integers(0, 9)),
        st.tuples(st.just("merge"), st.sampled_from(list(itertools.permutations(PEOPLE, 2)))),
        st.tuples(st.just("unmerge"), st.integers(0, 9)),
        st.tuples(st.just("edit"), st.sampled_from(PEOPLE), st.sampled_from(["company", "department"]), st.sampled_from(["Mine", "Acme", "Sales"])),
        st.tuples(st.just("opt out"), st.sampled_from(PEOPLE)),
    ),
    min_size=3,
    max_size=11,
)  # fmt: skip


@pytest.fixture(scope="module")
def playground(server, tmp_path_factory):
    with new_database(server) as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection, tmp_path_factory.mktemp("uploads")


class Run:
    """A business of a playground, and what its ledger implies."""

    def __init__(self, playground: tuple) -> None:
        self.connection, self.folder = playground
        self.slug = f"m{uuid.uuid4().hex}"
        self.business = add_business(self.connection, self.slug, "Year End")
        self.model = MergeModel()
        self.count = 0

    def rows(self, statement: str) -> list[tuple]:
        return self.connection.execute(statement, {"b": self.business}).fetchall()

    def lead(self, name: str) -> str:
        return value(self.connection, "SELECT id FROM leads WHERE business_id = %s AND email = %s", [self.business, f"{name}@example.org"])

    def act(self, step: tuple) -> None:
        connection, model = self.connection, self.model
        match step:
            case ("import", rows, mode, list_name, in_campaign):
                # A row about a dropped lead would be the kept one's, whose address it then is.
                rows = {name: row for name, row in rows.items() if name in model.standing or name not in model.parts}
                if rows:
                    identifier = load(connection, self.folder, self.slug, self.count, rows, mode, list_name, in_campaign)
                    self.count += 1
                    model.load(Imported(identifier, list_name, "Year End" if in_campaign else None, rows, mode))
            case ("undo", n) if model.imports:
                one = model.imports[n % len(model.imports)]
                imports.undo_import(connection, one.id)
                model.undo(one)
            case ("merge", (keep, drop)) if {keep, drop} <= model.standing.keys():
                dropped = self.lead(drop)
                connection.execute("SELECT merge_leads(%s, %s)", [self.lead(keep), dropped])
                of = "SELECT id::text FROM lead_merges WHERE dropped_lead_id = %s AND taken_apart_at IS NULL"
                model.merge(keep, drop, value(connection, of, [dropped]))
            case ("unmerge", n) if model.merges:
                merge = model.merges[n % len(model.merges)]
                if model.may_be_taken_apart(merge):
                    connection.execute("SELECT unmerge_leads(%s)", [merge.id])
                    model.unmerge(merge)
            case ("edit", name, key, new) if name in model.standing:
                connection.execute(f"UPDATE leads SET {key} = %s WHERE id = %s AND {key} IS DISTINCT FROM %s", [new, self.lead(name), new])
                model.edit(name, key, new)
            case ("opt out", name) if name in model.standing:
                connection.execute("UPDATE leads SET do_not_call = true WHERE id = %s AND NOT do_not_call", [self.lead(name)])
                model.opt_out(name)

    def state(self) -> dict[str, object]:
        name = "split_part(l.email, '@', 1)"
        return {
            "leads": {who: tuple(values) for who, *values in self.rows(f"SELECT {name}, l.company, l.department, l.custom_fields ->> 'Pet' FROM leads l WHERE business_id = %(b)s")},
            "members": set(self.rows(f"SELECT ll.name, {name} FROM lead_list_members m JOIN leads l ON l.id = m.lead_id JOIN lead_lists ll ON ll.id = m.lead_list_id WHERE m.business_id = %(b)s")),
            "lists": {who for (who,) in self.rows("SELECT name FROM lead_lists WHERE business_id = %(b)s")},
            "opted out": {who for (who,) in self.rows(f"SELECT {name} FROM leads l WHERE business_id = %(b)s AND do_not_call")},
            "merges": set(self.rows(f"SELECT m.id::text, {name} FROM lead_merges m JOIN leads l ON l.id = m.kept_lead_id WHERE m.business_id = %(b)s AND taken_apart_at IS NULL")),
        }  # fmt: skip

    def assert_as_implied(self) -> None:
        assert_consistent(self.connection, self.business)
        assert self.state() == self.model.state()
        callable_ = self.rows(
            "SELECT c.id FROM campaign_leads c JOIN leads l ON l.id = c.lead_id WHERE c.business_id = %(b)s AND l.do_not_call AND c.status <> 'dnc'"
        )
        assert callable_ == []  # fmt: skip


@pytest.mark.long
@hypothesis_settings(max_examples=50, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
@example(
    steps=[
        ("import", {"ana": {}, "cy": {}}, "fill", "one", False),
        ("merge", ("ana", "cy")),
        ("unmerge", 0),
        ("import", {"cy": {"company": "Acme"}}, "fill", "one", False),
    ]
)
@example(
    steps=[
        ("import", {"bo": {"department": "Sales"}, "ana": {"Pet": "cat"}}, "fill", "one", True),
        ("merge", ("ana", "bo")),
        ("import", {"ana": {"department": "Sales"}}, "fill", "one", True),
        ("import", {"cy": {}}, "overwrite", "two", True),
        ("merge", ("cy", "ana")),
    ]
)
def test_leads_are_what_the_ledger_implies_whatever_is_merged_and_undone(playground, steps):
    run = Run(playground)
    for step in steps:
        run.act(step)
        run.assert_as_implied()
    for _ in list(run.model.merges):
        run.act(("unmerge", len(run.model.merges) - 1))
        run.assert_as_implied()
    for place in range(len(run.model.imports)):
        run.act(("undo", place))
        run.assert_as_implied()


CALLED_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("import"), ROWS, st.sampled_from(["fill", "overwrite"]), st.sampled_from(["one", "two"]), st.booleans()),
        st.tuples(st.just("merge"), st.sampled_from(list(itertools.permutations(PEOPLE, 2)))),
        st.tuples(st.just("call"), st.sampled_from(PEOPLE), st.sampled_from(["contacted", "converted", "failed"])),
        st.tuples(st.just("note"), st.sampled_from(PEOPLE)),
        st.tuples(st.just("edit"), st.sampled_from(PEOPLE), st.just("company"), st.just("Mine")),
    ),
    min_size=3,
    max_size=10,
)


def seen_of(run: Run) -> dict[str, object]:
    """What is there of a business, with its calls."""
    calls = """SELECT split_part(l.email, '@', 1), ll.name, c.status, c.attempts, c.total_talk_time, c.notes, c.donated_amount FROM campaign_leads c
        JOIN leads l ON l.id = c.lead_id LEFT JOIN lead_lists ll ON ll.id = c.lead_list_id WHERE c.business_id = %(b)s"""
    return run.state() | {"merges": len(run.model.merges), "calls": set(run.rows(calls))}


def call_or_act(run: Run, step: tuple) -> None:
    match step:
        case ("call", name, status) if name in run.model.standing:
            run.connection.execute(
                """UPDATE campaign_leads SET status = %s, attempts = attempts + 1, total_talk_time = total_talk_time + 7,
                outcome = 'spoken' WHERE lead_id = %s""",
                [status, run.lead(name)],
            )
        case ("note", name) if name in run.model.standing:
            run.connection.execute("UPDATE campaign_leads SET notes = 'asks for mail' WHERE lead_id = %s", [run.lead(name)])
        case _:
            run.act(step)


def undo_all(run: Run, places: list[int]) -> None:
    for place in places:
        if place < len(run.model.imports):
            imports.undo_import(run.connection, run.model.imports[place].id)
            assert_consistent(run.connection, run.business)


def part_all(run: Run, merges: list[str]) -> None:
    for merge in merges:
        run.connection.execute("SELECT unmerge_leads(id) FROM lead_merges WHERE id = %s AND taken_apart_at IS NULL", [merge])


@pytest.mark.long
@hypothesis_settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(steps=CALLED_STEPS, undone=st.permutations(range(4)), merged=st.booleans())
def test_called_leads_are_the_same_in_whatever_order_files_are_undone_and_merges_taken_apart(playground, steps, undone, merged):
    first, second = Run(playground), Run(playground)
    for run, step in itertools.product((first, second), steps):
        call_or_act(run, step)
    taken_apart = [merge.id for merge in reversed(first.model.merges)], [merge.id for merge in reversed(second.model.merges)]
    places = undone[: len(first.model.imports) - 1]
    undo_all(first, places)
    part_all(first, taken_apart[0])
    if merged:  # the other order of undo
        undo_all(second, places[::-1])
        part_all(second, taken_apart[1])
    else:  # apart before any undo
        part_all(second, taken_apart[1])
        undo_all(second, places)
    assert seen_of(first) == seen_of(second)


def test_how_a_campaign_follows_a_list_is_handed_back(connection, tmp_path, acme):
    def bring(name, follow):
        terms = {"campaign": "Year End", **({"follow": follow} if follow else {})}
        return upload(connection, tmp_path, f"Email,{name}\nana@example.org,x\n", list="L1", campaigns=[terms])

    follow = "SELECT follow FROM campaign_lead_lists"
    first, second, third = bring("Company", None), bring("City", "mirror"), bring("Title", "frozen")
    assert column(connection, follow) == ["frozen"]
    undo(connection, second)
    assert column(connection, follow) == ["frozen"]
    undo(connection, third)
    assert column(connection, follow) == ["enter"]
    fourth = bring("State", "mirror")
    connection.execute("UPDATE campaign_lead_lists SET follow = 'frozen'")  # by a person
    undo(connection, fourth)
    undo(connection, first)
    assert column(connection, follow) == []
