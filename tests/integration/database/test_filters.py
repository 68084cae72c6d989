"""filter_criteria: what each comparison finds, what is refused and where, and that the database and the JSON Schema say the same."""

import json

import psycopg
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from henk_pipeline.uploads.manifest import check_criteria
from tests.conftest import new_database
from tests.integration.database.acting import add_campaign, add_lead, add_list, column, value


@pytest.fixture
def people(connection, acme, other):
    """Four leads, by first name; and one of another business that meets everything."""
    told = {
        "Ana": {"lead_score": 90, "city": "Berlin", "tags": ["vip", "gala"], "dnc": False, "last_activity_at": "2026-01-10T00:00:00Z",
                "custom_fields": {"total_gifts": 250.5, "last_gift_date": "2026-03-01", "it's": "x", "member": True}},
        "Bo": {"lead_score": 50, "city": "BERLIN-Mitte", "tags": ["gala"], "dnc": True, "last_activity_at": None,
               "custom_fields": {"total_gifts": "30", "last_gift_date": "2024-03-01T10:00:00"}},
        "Cy": {"lead_score": 10, "city": None, "tags": [], "custom_fields": {"total_gifts": "a lot", "last_gift_date": "soon"}},
        "Di": {"lead_score": None, "city": "Paris", "custom_fields": {}},
    }  # fmt: skip
    for name, columns in told.items():
        add_lead(connection, acme, first_name=name, email=f"{name}@example.org", **columns)
    connection.execute("UPDATE leads SET created_at = now() - interval '100 days' WHERE first_name IN ('Ana', 'Bo')")
    add_lead(connection, other, first_name="Stranger", lead_score=90, city="Berlin", tags=["vip"])
    return acme


def found(connection, business, criteria):
    return " ".join(
        column(
            connection,
            "SELECT first_name FROM leads WHERE id IN (SELECT henk.matching_leads(%s, %s)) ORDER BY 1",
            [business.id, Jsonb(criteria)],
        )
    )


@pytest.mark.parametrize(
    ("criteria", "names"),
    [
        ({"field": "lead_score", "op": ">=", "value": 50}, "Ana Bo"),
        ({"field": "lead_score", "op": "=", "value": 50.0}, "Bo"),
        ({"field": "lead_score", "op": "!=", "value": 50}, "Ana Cy Di"),
        ({"field": "lead_score", "op": "<", "value": 10**300}, "Ana Bo Cy"),
        ({"field": "lead_score", "op": "in", "value": [10, 90]}, "Ana Cy"),
        ({"field": "lead_score", "op": "is_null"}, "Di"),
        ({"field": "city", "op": "=", "value": "berlin"}, "Ana"),
        ({"field": "city", "op": "!=", "value": "Berlin"}, "Bo Cy Di"),
        ({"field": "city", "op": "contains", "value": "BERLIN"}, "Ana Bo"),
        ({"field": "city", "op": "contains", "value": "%"}, ""),
        ({"field": "city", "op": "in", "value": ["PARIS", "berlin", 7]}, "Ana Di"),
        ({"field": "city", "op": "is_null", "value": True}, "Cy"),
        ({"field": "city", "op": "is_null", "value": False}, "Ana Bo Di"),
        ({"field": "dnc", "op": "=", "value": True}, "Bo"),
        ({"field": "dnc", "op": "!=", "value": True}, "Ana Cy Di"),
        ({"field": "tags", "op": "contains", "value": "gala"}, "Ana Bo"),
        ({"field": "tags", "op": "in", "value": ["vip", "none"]}, "Ana"),
        ({"field": "tags", "op": "is_null"}, "Cy Di"),
        ({"field": "last_activity_at", "op": ">", "value": "2026-01-09"}, "Ana"),
        ({"field": "last_activity_at", "op": "<=", "value": "2026-01-10T01:00:00+01:00"}, "Ana"),
        ({"field": "last_activity_at", "op": "<", "value": "2026-01-10T00:00:00"}, ""),
        ({"field": "created_at", "op": ">=", "value": {"days_ago": 90}}, "Cy Di"),
        ({"field": "created_at", "op": "<", "value": {"months_ago": 3}}, "Ana Bo"),
        ({"custom_field": "total_gifts", "op": ">=", "value": 30}, "Ana Bo"),
        ({"custom_field": "total_gifts", "op": "=", "value": 250.5}, "Ana"),
        ({"custom_field": "total_gifts", "op": "=", "value": "A LOT"}, "Cy"),
        ({"custom_field": "last_gift_date", "op": ">=", "value": "2025-01-01"}, "Ana"),
        ({"custom_field": "last_gift_date", "op": "<", "value": {"years_ago": 2}}, "Bo"),
        ({"custom_field": "member", "op": "=", "value": True}, "Ana"),
        ({"custom_field": "it's", "op": "contains", "value": "X"}, "Ana"),
        ({"custom_field": "member", "op": "is_null"}, "Bo Cy Di"),
        ({"custom_field": "no such", "op": "!=", "value": "x"}, "Ana Bo Cy Di"),
        ({"not": {"field": "city", "op": "=", "value": "Berlin"}}, "Bo Cy Di"),
        ({"not": {"not": {"field": "city", "op": "=", "value": "Berlin"}}}, "Ana"),
        ({"all": [{"field": "tags", "op": "contains", "value": "gala"}, {"field": "lead_score", "op": "<", "value": 60}]}, "Bo"),
        ({"any": [{"field": "city", "op": "=", "value": "Paris"}, {"field": "lead_score", "op": ">", "value": 60}]}, "Ana Di"),
        ({"all": [{"any": [{"field": "dnc", "op": "=", "value": True}]}, {"not": {"all": [{"field": "city", "op": "is_null"}]}}]}, "Bo"),
    ],
)
def test_what_criteria_find(connection, people, criteria, names):
    assert found(connection, people, criteria) == names
    assert check_criteria(criteria) == criteria
    connection.execute("SET TimeZone = 'Asia/Tokyo'")
    assert found(connection, people, criteria) == names


HOSTILE = ["'; DROP TABLE leads; --", "') OR true OR ('", "$1", "%s", "\\", '"', "{}", "l.email", "1) OR (1=1", "{all,0}", "\u2028"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_users_is_ever_part_of_a_statement(connection, people, text):
    for criteria in (
        {"field": "city", "op": "=", "value": text},
        {"field": "city", "op": "in", "value": [text]},
        {"field": "tags", "op": "contains", "value": text},
        {"custom_field": text, "op": "=", "value": text},
        {"custom_field": text, "op": ">", "value": 1},
        {"not": {"not": {"custom_field": text, "op": "contains", "value": text}}},
    ):
        assert found(connection, people, criteria) == ""
        compiled = value(connection, "SELECT henk.compile_filter(%s)", [Jsonb(criteria)])
        assert text in ("$1", "{}", "\\") or text not in compiled
    connection.execute("UPDATE leads SET city = %s, custom_fields = %s WHERE first_name = 'Ana'", [text, Jsonb({text: text})])
    assert (
        found(connection, people, {"all": [{"field": "city", "op": "=", "value": text}, {"custom_field": text, "op": "=", "value": text}]})
        == "Ana"
    )


ID = "00000000-0000-4000-8000-000000000000"
REFUSED = [
    ([], "a criterion is an object"),
    ("lead_score > 3", "a criterion is an object"),
    ({}, "names one of field and custom_field"),
    ({"all": []}, "all is a list of 1 to 200"),
    ({"all": {"field": "city", "op": "is_null"}}, "all is a list"),
    ({"all": [{"field": "city", "op": "is_null"}], "any": [{"field": "city", "op": "is_null"}]}, "nothing stands beside"),
    ({"not": [{"field": "city", "op": "is_null"}]}, r"at \$\.not: a criterion is an object"),
    (
        {"any": [{"field": "city", "op": "is_null"}, {"field": "shoe_size", "op": "=", "value": 1}]},
        r'at \$\.any\[1\]: there is no field "shoe_size"',
    ),
    ({"field": "business_id", "op": "=", "value": "x"}, "there is no field"),
    ({"field": ["city"], "op": "=", "value": "x"}, "there is no field"),
    ({"field": "city", "custom_field": "x", "op": "=", "value": "x"}, "names one of"),
    ({"field": "city", "op": "~", "value": "x"}, "op is one of"),
    ({"field": "city", "op": "=", "value": "x", "sql": "1=1"}, "unknown key sql"),
    ({"field": "city", "op": "=", "value": 7}, "compared with a text"),
    ({"field": "city", "op": "="}, "compared with a text"),
    ({"field": "city", "op": ">", "value": "x"}, "is a text"),
    ({"field": "city", "op": "contains", "value": ""}, "contains asks"),
    ({"field": "city", "op": "in", "value": []}, "list of 1 to 1000"),
    ({"field": "city", "op": "in", "value": [{}]}, "list of 1 to 1000"),
    ({"field": "city", "op": "is_null", "value": "yes"}, "true or false"),
    ({"field": "lead_score", "op": ">", "value": "50"}, "compared with a number"),
    ({"field": "lead_score", "op": "in", "value": ["50"]}, "compared with numbers"),
    ({"field": "lead_score", "op": "contains", "value": "5"}, "contains asks"),
    ({"field": "dnc", "op": "=", "value": "true"}, "with true or false"),
    ({"field": "dnc", "op": "in", "value": ["true"]}, "in does not go with dnc"),
    ({"field": "tags", "op": "=", "value": "vip"}, "tags are asked with"),
    ({"field": "created_at", "op": "=", "value": "2026-01-01"}, "compared by <"),
    ({"field": "created_at", "op": ">", "value": "yesterday"}, "a time is written as"),
    ({"field": "created_at", "op": ">", "value": {"days_ago": -1}}, "a relative time"),
    ({"field": "created_at", "op": ">", "value": {"days_ago": 5001}}, "a relative time"),
    ({"field": "created_at", "op": ">", "value": {"days_ago": 1, "hours_ago": 1}}, "a relative time"),
    ({"field": "created_at", "op": ">", "value": {"days_ago": "1"}}, "a relative time"),
    ({"custom_field": "", "op": "=", "value": "x"}, "the name of a custom field"),
    ({"custom_field": "x", "op": ">", "value": "big"}, "a time is written as"),
    ({"custom_field": "x", "op": "=", "value": None}, "compared with a text"),
    ({"field": "city", "op": "between", "value": ["a", "b"]}, "between asks for two numbers or two times"),
    ({"field": "lead_score", "op": "between", "value": [1]}, "between asks for two numbers or two times"),
    ({"field": "lead_score", "op": "between", "value": [1, "2"]}, "between asks for two numbers or two times"),
    ({"custom_field": "x", "op": "between", "value": [1, "2026-01-31"]}, "between asks for two numbers or two times"),
    ({"field": "lead_score", "op": "starts_with", "value": "5"}, "starts_with asks for the beginning of a text"),
    ({"field": "tags", "op": "starts_with", "value": "v"}, "starts_with asks for the beginning of a text"),
    ({"field": "city", "op": "starts_with", "value": ""}, "starts_with asks for the beginning of a text"),
    ({"field": "city", "op": "anniversary_within", "value": {"days_ahead": 7}}, "has no anniversary"),
    ({"field": "birth_date", "op": "anniversary_within", "value": {"days_ahead": 367}}, "a whole number up to 366"),
    ({"field": "birth_date", "op": "anniversary_within", "value": {"days_ago": 7}}, "a whole number up to 366"),
    ({"field": "birth_date", "op": "in", "value": ["2026-01-31"]}, "in does not go with birth_date"),
    ({"field": "last_gift_date", "op": "=", "value": "soon"}, "a time is written as"),
    ({"field": "total_gifts", "op": ">=", "value": "100"}, "compared with a number"),
    ({"list": "Donors", "op": "in"}, "list is an id"),
    ({"list": "' OR true --", "op": "in"}, "list is an id"),
    ({"list": ID, "op": "="}, "op of list is in or not_in"),
    ({"list": ID}, "op of list is in or not_in"),
    ({"list": ID, "op": "in", "value": 1}, "unknown key"),
    ({"import": 7, "op": "in"}, "import is an id"),
    ({"callable": "yes"}, "callable is true or false"),
    ({"suppressed": None}, "suppressed is true or false"),
    ({"callable": True, "op": "="}, "unknown key"),
    ({"campaign": "Year End", "measure": "attempts", "op": ">=", "value": 1}, "campaign is an id"),
    ({"campaign": "any", "measure": "shoe_size", "op": ">=", "value": 1}, "measure is one of"),
    ({"campaign": "any", "measure": "attempts", "op": ">=", "value": "many"}, "compared with a number"),
    ({"campaign": "any", "measure": "status", "op": ">", "value": "new"}, "is a text"),
    ({"campaign": "any", "measure": "added_at", "op": "anniversary_within", "value": {"days_ahead": 7}}, "has no anniversary"),
    ({"campaign": "any", "op": ">=", "value": 1}, "measure is one of"),
    ({"calls": {"within": {"days": 90}}, "op": ">=", "value": 3}, "the history|whose history is not kept yet"),
    ({"predicted": "pledge", "op": ">=", "value": 0.2}, "predictions, which are not made yet"),
]
REFUSED_BY_THE_DATABASE_ALONE = [
    ({"field": "created_at", "op": ">", "value": "2026-02-30"}, "no such day"),
    ({"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"field": "dnc", "op": "is_null"}}}}}}}}}, "eight levels"),
    ({"field": "city", "op": "=", "value": "x" * 100_001}, "100,000 characters"),
    ({"list": ID, "op": "in"}, r"at \$: the business has no list of that id"),
    ({"any": [{"callable": True}, {"import": ID, "op": "not_in"}]}, r"at \$\.any\[1\]: the business has no import of that id"),
    ({"not": {"campaign": ID, "measure": "attempts", "op": ">", "value": 1}}, r"at \$\.not: the business has no campaign of that id"),
    ({"all": [{"campaign": "any", "measure": "attempts", "op": ">", "value": n} for n in range(4)]}, "three times at most"),
]


@pytest.mark.parametrize(("criteria", "why"), REFUSED + REFUSED_BY_THE_DATABASE_ALONE)
def test_what_is_refused_is_refused_when_it_is_written_and_told_its_place(connection, acme, criteria, why):
    with pytest.raises(psycopg.errors.InvalidParameterValue, match=why):
        add_list(connection, acme, list_type="dynamic", filter_criteria=Jsonb(criteria))
    with pytest.raises(psycopg.errors.InvalidParameterValue, match=r"filter_criteria at \$"):
        connection.execute(
            "INSERT INTO campaign_lead_lists (campaign_id, lead_list_id, filter_criteria) VALUES (%s, %s, %s)",
            [add_campaign(connection, acme), add_list(connection, acme), Jsonb(criteria)],
        )


@pytest.mark.parametrize(("criteria", "why"), REFUSED)
def test_the_schema_refuses_what_the_database_refuses(criteria, why):
    with pytest.raises(ValueError, match=r"^at \$"):
        check_criteria(criteria)


CLAUSES = st.one_of(
    st.fixed_dictionaries(
        {"list": st.sampled_from([ID, "x", 3])}, optional={"op": st.sampled_from(["in", "not_in", "="]), "value": st.just(1)}
    ),
    st.fixed_dictionaries({"import": st.sampled_from([ID, ""]), "op": st.sampled_from(["in", "not_in"])}),
    st.fixed_dictionaries({}, optional={"callable": st.sampled_from([True, False, 1]), "suppressed": st.sampled_from([True, None])}),
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 200), st.floats(0, 9, width=16), st.sampled_from(["x", "", "2026-01-31", "50"])
)
FIELDS = st.sampled_from(["city", "lead_score", "dnc", "tags", "created_at", "last_gift_date", "total_gifts", "nothing"])
VALUES = st.one_of(
    SCALARS, st.lists(SCALARS, max_size=2), st.dictionaries(st.sampled_from(["days_ago", "days_ahead", "x"]), SCALARS, max_size=2)
)
OPERATORS = st.sampled_from(
    ["=", "!=", "<", ">=", "in", "contains", "is_null", "like", "between", "starts_with", "anniversary_within"],
)
CAMPAIGNS = st.fixed_dictionaries(
    {"campaign": st.sampled_from(["any", "active", ID, "none"]), "measure": st.sampled_from(["status", "attempts", "added_at", "x"])},
    optional={"op": OPERATORS, "value": VALUES},
)
COMPARISONS = st.fixed_dictionaries(
    {"op": OPERATORS},
    optional={"field": FIELDS, "custom_field": st.sampled_from(["x", "", 3]), "value": VALUES},
)
CRITERIA = st.recursive(
    st.one_of(COMPARISONS, COMPARISONS, CLAUSES, CAMPAIGNS),
    lambda inner: st.one_of(
        st.builds(lambda c: {"not": c}, inner),
        st.builds(lambda c: {"all": c}, st.lists(inner, max_size=2)),
        st.builds(lambda c: {"any": c}, st.lists(inner, max_size=2)),
    ),
    max_leaves=3,
)


@pytest.fixture(scope="module")
def bench(server):
    with new_database(server) as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.mark.long
@hypothesis_settings(max_examples=400)
@given(criteria=CRITERIA)
def test_the_schema_and_the_database_accept_the_same(bench, criteria):
    try:
        condition = value(bench, "SELECT henk.compile_filter(%s)", [Jsonb(criteria)])  # without a business ids are not looked up
        query = f"SELECT count(*) FROM leads l WHERE {condition}".replace("%", "%%").replace("$1", "(%s::jsonb)")
        bench.execute(query, [Jsonb(criteria)] * query.count("%s"))
        by_database = True
    except psycopg.errors.InvalidParameterValue:
        by_database = False
    try:
        check_criteria(criteria)
        by_schema = True
    except ValueError:
        by_schema = False
    assert by_database == by_schema


def test_an_old_list_with_criteria_of_another_kind_can_still_be_counted(connection, acme):
    lead_list = add_list(connection, acme)
    connection.execute("ALTER TABLE lead_lists DISABLE TRIGGER check_filter")
    connection.execute("UPDATE lead_lists SET filter_criteria = '{\"legacy\": true}'")
    connection.execute("ALTER TABLE lead_lists ENABLE TRIGGER check_filter")
    connection.execute("INSERT INTO lead_list_members (lead_list_id, lead_id) VALUES (%s, %s)", [lead_list, add_lead(connection, acme)])
    assert value(connection, "SELECT lead_count FROM lead_lists") == 1


@pytest.mark.parametrize(
    ("criteria", "names"),
    [
        ({"custom_field": "n", "op": "in", "value": [100]}, "Ana Bo"),
        ({"custom_field": "n", "op": "in", "value": [100.0, 7]}, "Ana Bo"),
        ({"custom_field": "n", "op": "in", "value": ["100"]}, "Bo"),
        ({"custom_field": "n", "op": "in", "value": ["$1,500", 100.00]}, "Ana Bo Cy"),
        ({"custom_field": "n", "op": "in", "value": [1500]}, ""),
        ({"custom_field": "n", "op": "=", "value": 100}, "Ana Bo"),
        ({"custom_field": "n", "op": ">", "value": 100}, ""),
        ({"not": {"custom_field": "n", "op": "in", "value": [100]}}, ""),  # neither of the texts is a number
        ({"not": {"custom_field": "n", "op": "in", "value": ["100"]}}, "Ana Cy Di"),
    ],
)
def test_numbers_of_custom_fields_are_compared_by_their_value(connection, acme, criteria, names):
    for name, number in {"Ana": 100.0, "Bo": "100", "Cy": "$1,500", "Di": "١٠٠"}.items():
        add_lead(connection, acme, first_name=name, custom_fields={"n": number})
    connection.execute("UPDATE leads SET custom_fields = '{\"n\": 100.0}' WHERE first_name = 'Ana'")
    assert found(connection, acme, criteria) == names


def test_values_that_cannot_be_compared_are_counted(connection, acme, other):
    for number in ("$1,500", "$20", "300", None, "-"):
        add_lead(connection, acme, custom_fields={"n": number, "d": "soon" if number else "2026-01-31"})
    add_lead(connection, other, custom_fields={"n": "$7"})

    def uncompared(criteria):
        return connection.execute("SELECT * FROM henk.uncompared_values(%s, %s)", [acme.id, Jsonb(criteria)]).fetchall()

    criteria = {"any": [{"custom_field": "n", "op": ">=", "value": 100}, {"not": {"custom_field": "d", "op": "<", "value": "2026-01-01"}}]}
    assert sorted(row[:3] for row in uncompared(criteria)) == [("d", "date", 4), ("n", "number", 3)]
    assert uncompared({"custom_field": "n", "op": "contains", "value": "$"}) == []
    assert uncompared({"custom_field": "n", "op": "=", "value": "300"}) == []
    assert uncompared({"custom_field": "n", "op": "in", "value": ["$20", 300]}) == []
    assert [row[2] for row in uncompared({"custom_field": "n", "op": "in", "value": [300]})] == [3]
    dynamic = add_list(connection, acme, "Big", list_type="dynamic", filter_criteria={"custom_field": "n", "op": ">", "value": 100})
    said = []
    connection.add_notice_handler(lambda notice: said.append(notice.message_primary))
    assert value(connection, "SELECT refresh_lead_list(%s)", [dynamic]) == 1
    assert len(said) == 1
    assert said[0].startswith('3 values of the custom field "n" are no number')


@pytest.mark.parametrize(
    ("criteria", "names"),
    [
        ({"custom_field": "n", "op": "!=", "value": 100}, "Bo Di"),
        ({"not": {"custom_field": "n", "op": "=", "value": 100}}, "Bo Di"),
        ({"not": {"custom_field": "n", "op": ">", "value": 100}}, "Ana Di"),
        ({"not": {"not": {"custom_field": "n", "op": ">", "value": 100}}}, "Bo"),
        ({"not": {"custom_field": "n", "op": "in", "value": [100, 7]}}, "Bo Di"),
        ({"not": {"custom_field": "d", "op": ">=", "value": "2026-01-01"}}, "Bo Di"),
        ({"not": {"any": [{"custom_field": "n", "op": ">", "value": 100}, {"field": "lead_score", "op": "=", "value": 1}]}}, "Ana Di"),
        # True whatever the value that cannot be compared is.
        ({"any": [{"not": {"custom_field": "n", "op": ">", "value": 100}}, {"field": "city", "op": "=", "value": "Rome"}]}, "Ana Cy Di"),
        ({"not": {"all": [{"custom_field": "n", "op": ">", "value": 100}, {"field": "city", "op": "=", "value": "Bath"}]}}, "Ana Bo Cy Di"),
        # Neighbours: texts are compared as texts.
        ({"not": {"custom_field": "n", "op": "=", "value": "100"}}, "Bo Cy Di"),
        ({"custom_field": "n", "op": "!=", "value": "100"}, "Bo Cy Di"),
        ({"not": {"custom_field": "n", "op": "in", "value": ["x", 100]}}, "Bo Cy Di"),
        ({"not": {"custom_field": "n", "op": "contains", "value": "$"}}, "Ana Bo Di"),
        ({"not": {"custom_field": "n", "op": "is_null"}}, "Ana Bo Cy"),
    ],
)
def test_a_value_that_cannot_be_compared_is_neither_equal_nor_unequal(connection, acme, criteria, names):
    for name, fields in {
        "Ana": {"n": 100, "d": "2026-01-31"},
        "Bo": {"n": "300", "d": "2025-01-31"},
        "Cy": {"n": "$1,500", "d": "soon"},
        "Di": {},
    }.items():
        add_lead(connection, acme, first_name=name, city="Rome" if name == "Cy" else None, custom_fields=fields)
    assert found(connection, acme, criteria) == names
    condition = value(connection, "SELECT henk.compile_filter(%s)", [Jsonb(criteria)])
    query = f"SELECT count(*) FROM leads l WHERE ({condition}) IS NULL".replace("%", "%%").replace("$1", "(%s::jsonb)")
    assert value(connection, query, [Jsonb(criteria)] * query.count("%s")) == 0


GIVERS = {
    "Ana": {"last_gift_date": "2026-03-01", "total_gifts": "250.5", "gift_count": "2", "birth_date": "1980-02-29"},
    "Bo": {"last_gift_date": "2024-03-01T10:00:00", "total_gifts": 30, "gift_count": 10, "birth_date": "1990-12-31"},
    "Cy": {"last_gift_date": "soon", "total_gifts": "a lot"},
    "Di": {},
}


@pytest.mark.parametrize(
    ("criteria", "names"),
    [
        ({"field": "total_gifts", "op": ">=", "value": 30}, "Ana Bo"),
        ({"field": "gift_count", "op": ">", "value": 9}, "Bo"),  # as numbers: the text "10" is before "2"
        ({"field": "gift_count", "op": "in", "value": [2.0, 3]}, "Ana"),
        ({"field": "total_gifts", "op": "!=", "value": 30}, "Ana Di"),
        ({"not": {"field": "total_gifts", "op": "=", "value": 30}}, "Ana Di"),
        ({"field": "total_gifts", "op": "is_null"}, "Di"),
        ({"field": "total_gifts", "op": "between", "value": [30, 250.5]}, "Ana Bo"),
        ({"field": "last_gift_date", "op": "between", "value": ["2024-03-01", "2025-01-01"]}, "Bo"),
        ({"field": "last_gift_date", "op": "=", "value": "2024-03-01"}, "Bo"),
        ({"field": "last_gift_date", "op": ">=", "value": {"years_ago": 5000}}, "Ana Bo"),
        ({"not": {"field": "last_gift_date", "op": ">=", "value": "2025-01-01"}}, "Bo Di"),
        ({"field": "birth_date", "op": "anniversary_within", "value": {"days_ahead": 366}}, "Ana Bo"),
        ({"custom_field": "birth_date", "op": "anniversary_within", "value": {"days_ahead": 366}}, "Ana Bo"),
        ({"field": "created_at", "op": "anniversary_within", "value": {"days_ahead": 0}}, "Ana Bo Cy Di"),
        ({"custom_field": "total_gifts", "op": "between", "value": [0, 100]}, "Bo"),
        ({"field": "lead_score", "op": "between", "value": [11, 20]}, "Ana Bo"),
        ({"field": "first_name", "op": "starts_with", "value": "c"}, "Cy"),
        ({"custom_field": "total_gifts", "op": "starts_with", "value": "A "}, "Cy"),
        ({"field": "created_at", "op": "between", "value": [{"days_ago": 1}, {"hours_ago": 0}]}, "Ana Bo Cy Di"),
        ({"field": "created_at", "op": "between", "value": ["2000-01-01", {"days_ago": 1}]}, ""),
    ],
)
def test_gifts_have_their_types(connection, acme, criteria, names):
    for name, fields in GIVERS.items():
        add_lead(connection, acme, first_name=name, lead_score=len(fields) * 5, custom_fields=fields)
    assert found(connection, acme, criteria) == names
    assert check_criteria(criteria) == criteria


@pytest.mark.parametrize(
    ("op", "asked", "names"),
    [
        ("between", ["2026-01-01", "2026-01-31"], "Ana Bo Cy"),
        ("between", ["2026-01-31", "2026-01-31"], "Bo Cy"),
        ("between", ["2026-01-31", "2026-01-31T12:00:00Z"], "Bo"),
        ("between", ["2026-01-31T23:30:00Z", "2026-01-31T23:30:00Z"], "Cy"),
        ("<=", "2026-01-31", "Ana Bo Cy"),
        ("<=", "2026-01-30", "Ana"),
        ("<=", "2026-01-31T00:00:00Z", "Ana Bo"),
        (">", "2026-01-31", "Di"),
        (">", "2026-01-30", "Bo Cy Di"),
        (">", "2026-01-31T00:00:00Z", "Cy Di"),
        ("<", "2026-01-31", "Ana"),
        (">=", "2026-01-31", "Bo Cy Di"),
    ],
)
def test_a_day_in_a_field_of_moments_is_whole(connection, acme, op, asked, names):
    moments = {"Ana": "2026-01-01T00:00Z", "Bo": "2026-01-31T00:00Z", "Cy": "2026-01-31T23:30Z", "Di": "2026-02-01T00:00Z", "Ed": None}
    for name, moment in moments.items():
        add_lead(connection, acme, first_name=name, last_activity_at=moment)
    assert found(connection, acme, {"field": "last_activity_at", "op": op, "value": asked}) == names


def test_relative_days_between_which_something_is_are_whole(connection, acme):
    connection.execute("UPDATE businesses SET timezone = 'America/New_York' WHERE id = %s", [acme.id])
    at = "((now() AT TIME ZONE 'America/New_York')::date - %s + time '23:59') AT TIME ZONE 'America/New_York'"
    for days in range(4):
        moment = value(connection, f"SELECT {at}", [days])
        add_lead(connection, acme, first_name=f"D{days}", last_activity_at=moment)
    assert found(connection, acme, {"field": "last_activity_at", "op": "between", "value": [{"days_ago": 2}, {"days_ago": 1}]}) == "D1 D2"
    assert (
        found(connection, acme, {"field": "last_activity_at", "op": "between", "value": [{"weeks_ago": 1}, {"days_ago": 0}]})
        == "D0 D1 D2 D3"
    )


@pytest.mark.parametrize(
    ("day", "today", "days"),
    [
        ("1980-05-17", "2026-05-17", 0),
        ("1980-05-17", "2026-05-16", 1),
        ("1980-05-17", "2026-05-18", 364),
        ("1980-01-01", "2026-12-31", 1),
        ("1980-02-29", "2026-02-28", 0),  # no leap year: the day before
        ("1980-02-29", "2026-02-27", 1),
        ("1980-02-29", "2026-03-01", 364),
        ("1980-02-29", "2028-02-28", 1),  # a leap year
        ("1980-02-29", "2028-02-29", 0),
        ("1980-02-28", "2028-02-28", 0),
        ("2026-05-17", "2020-05-17", 0),
    ],
)
def test_days_to_an_anniversary(connection, day, today, days):
    assert value(connection, "SELECT henk.days_to_anniversary(%s, %s)", [day, today]) == days


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-01-31", "2026-01-31"), ("2026-02-31", "2026-02-28"), ("2024-02-30T10:00", "2024-02-29"), ("2026-13-01", None),
     ("0000-01-01", None), ("31.01.2026", None), ("", None), (None, None)],
)  # fmt: skip
def test_days_in_texts(connection, text, day):
    assert value(connection, "SELECT henk.written_day(%s)::text", [text]) == day


@pytest.mark.parametrize(
    ("zone", "now", "back", "moment"),
    [
        ("UTC", "2026-06-01T00:30:00Z", "0 days", "2026-06-01T00:00:00Z"),
        ("America/New_York", "2026-06-01T00:30:00Z", "0 days", "2026-05-31T04:00:00Z"),
        ("America/New_York", "2026-03-09T12:00:00Z", "1 day", "2026-03-08T05:00:00Z"),  # the day the clocks go forward began in winter time
        ("America/New_York", "2026-03-09T12:00:00Z", "0 days", "2026-03-09T04:00:00Z"),
        ("America/Havana", "2026-03-08T12:00:00Z", "0 days", "2026-03-08T05:00:00Z"),  # at midnight the clocks go forward to one
        ("Asia/Kathmandu", "2026-06-01T18:14:00Z", "0 days", "2026-05-31T18:15:00Z"),
        ("UTC", "2026-03-31T12:00:00Z", "1 month", "2026-02-28T00:00:00Z"),
    ],
)
def test_the_midnight_of_a_zone(connection, zone, now, back, moment):
    connection.execute("SET TimeZone = 'Asia/Tokyo'")
    assert value(connection, "SELECT henk.start_of_day(%s, %s, %s::interval) = %s::timestamptz", [zone, now, back, moment])


def test_relative_days_are_those_of_the_businesss_zone(connection, acme):
    # In Kiritimati it is always a later day than in Pago Pago.
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        lead = add_lead(connection, acme, first_name=zone)
        connection.execute(
            "UPDATE leads SET custom_fields = jsonb_build_object('last_gift_date', to_char(now() AT TIME ZONE %s, 'YYYY-MM-DD')) WHERE id = %s",
            [zone, lead],
        )
    today = {"field": "last_gift_date", "op": "=", "value": {"days_ago": 0}}
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        connection.execute("UPDATE businesses SET timezone = %s WHERE id = %s", [zone, acme.id])
        assert found(connection, acme, today) == zone
        assert found(connection, acme, {"field": "last_gift_date", "op": "anniversary_within", "value": {"days_ahead": 0}}) == zone


def test_a_day_ago_is_a_day_not_a_moment(connection, acme):
    """Found at any hour of the day alike, so that a list need not be refreshed by the minute."""
    connection.execute("UPDATE businesses SET timezone = 'Europe/Berlin' WHERE id = %s", [acme.id])
    lead = add_lead(connection, acme, first_name="Ana")
    connection.execute("UPDATE leads SET created_at = henk.start_of_day('Europe/Berlin', now(), '3 days') WHERE id = %s", [lead])
    assert found(connection, acme, {"field": "created_at", "op": ">=", "value": {"days_ago": 3}}) == "Ana"
    assert found(connection, acme, {"field": "created_at", "op": ">=", "value": {"days_ago": 2}}) == ""


@pytest.fixture
def engaged(connection, acme, other):
    """Four leads, by first name, in two campaigns; one that nobody may call, and one of another business that is engaged as Ana is."""
    leads = {name: add_lead(connection, acme, first_name=name, phone=f"+1212555010{n}") for n, name in enumerate(("Ana", "Bo", "Cy"))}
    leads["Di"] = add_lead(connection, acme, first_name="Di", phone="+12125550109", dnc=True)
    leads["Ed"] = add_lead(connection, acme, first_name="Ed")
    stranger = add_lead(connection, other, first_name="Stranger", phone="+12125550100")
    ids = {"first": add_campaign(connection, acme, "First", status="active"), "second": add_campaign(connection, acme, "Second")}
    rows = [
        ("first", leads["Ana"], "failed", 2, "busy", None), ("second", leads["Ana"], "new", 1, None, None),
        ("first", leads["Bo"], "converted", 1, "pledged", 50), ("second", leads["Cy"], "new", 0, None, None),
    ]  # fmt: skip
    rows = [(ids[campaign], *row) for campaign, *row in rows] + [(add_campaign(connection, other), stranger, "failed", 9, "busy", None)]
    for row in rows:
        connection.execute(
            "INSERT INTO campaign_leads (campaign_id, lead_id, status, attempts, outcome, pledged_amount) VALUES (%s, %s, %s, %s, %s, %s)",
            row,
        )
    ids["list"] = add_list(connection, acme, leads=[leads["Ana"], leads["Bo"]])
    return acme, ids


@pytest.mark.parametrize(
    ("criteria", "names"),
    [
        ({"campaign": "any", "measure": "attempts", "op": ">=", "value": 3}, "Ana"),  # in both together
        ({"campaign": "first", "measure": "attempts", "op": ">=", "value": 2}, "Ana"),
        ({"campaign": "active", "measure": "attempts", "op": ">=", "value": 3}, ""),
        ({"campaign": "any", "measure": "attempts", "op": "between", "value": [0, 1]}, "Bo Cy"),
        ({"campaign": "any", "measure": "attempts", "op": "in", "value": [0]}, "Cy"),
        ({"campaign": "any", "measure": "status", "op": "=", "value": "NEW"}, "Ana Cy"),
        ({"campaign": "second", "measure": "status", "op": "!=", "value": "new"}, ""),
        ({"not": {"campaign": "any", "measure": "status", "op": "=", "value": "new"}}, "Bo Di Ed"),
        ({"campaign": "any", "measure": "outcome", "op": "in", "value": ["busy", "pledged"]}, "Ana Bo"),
        ({"campaign": "any", "measure": "pledged", "op": ">", "value": 0}, "Bo"),
        ({"campaign": "any", "measure": "pledged", "op": "is_null"}, "Ana Cy"),
        ({"campaign": "any", "measure": "last_attempt_at", "op": ">=", "value": {"days_ago": 1}}, "Ana Bo"),
        ({"campaign": "any", "measure": "last_attempt_at", "op": "is_null", "value": True}, "Cy"),
        ({"campaign": "any", "measure": "added_at", "op": "<", "value": {"days_ago": 1}}, ""),
        ({"any": [{"campaign": "any", "measure": "attempts", "op": ">", "value": 2}, {"field": "first_name", "op": "=", "value": "Cy"}]}, "Ana Cy"),
        ({"list": "list", "op": "in"}, "Ana Bo"),
        ({"list": "list", "op": "not_in"}, "Cy Di Ed"),
        ({"not": {"list": "list", "op": "in"}}, "Cy Di Ed"),
        ({"callable": True}, "Ana Bo Cy"),
        ({"callable": False}, "Di Ed"),
        ({"suppressed": True}, "Di"),
        ({"suppressed": False}, "Ana Bo Cy Ed"),
        ({"all": [{"callable": True}, {"list": "list", "op": "not_in"}]}, "Cy"),
    ],
)  # fmt: skip
def test_segments_by_engagement(connection, engaged, criteria, names):
    acme, ids = engaged
    text = json.dumps(criteria)
    for name, identifier in ids.items():
        text = text.replace(f'"campaign": "{name}"', f'"campaign": "{identifier}"').replace(f'"list": "{name}"', f'"list": "{identifier}"')
    assert found(connection, acme, json.loads(text)) == names
    assert check_criteria(json.loads(text)) == json.loads(text)


def test_who_is_suppressed_is_not_callable(connection, engaged):
    acme, _ = engaged
    connection.execute("INSERT INTO suppressions (business_id, channel, value) VALUES (%s, 'phone', '+12125550100')", [acme.id])
    assert found(connection, acme, {"callable": True}) == "Bo Cy"
    assert found(connection, acme, {"suppressed": True}) == "Ana Di"


def test_leads_of_an_import(connection, acme):
    lead, taken_back = add_lead(connection, acme, first_name="Ana"), add_lead(connection, acme, first_name="Bo")
    add_lead(connection, acme, first_name="Cy")
    import_id = value(
        connection,
        "INSERT INTO lead_imports (business_id, upload, file_name, file_size, content_hash, list_name, rules, status) "
        "VALUES (%s, 'u', 'f', 1, repeat('0', 64), 'l', '', 'loaded') RETURNING id",
        [acme.id],
    )
    for line, (identifier, is_back) in enumerate([(lead, False), (taken_back, True)], 2):
        connection.execute(
            "INSERT INTO lead_import_rows (import_id, business_id, line_number, lead_id, action, taken_back) VALUES (%s, %s, %s, %s, 'inserted', %s)",
            [import_id, acme.id, line, identifier, is_back],
        )
    assert found(connection, acme, {"import": str(import_id), "op": "in"}) == "Ana"
    assert found(connection, acme, {"import": str(import_id), "op": "not_in"}) == "Bo Cy"


def test_ids_of_another_business_are_refused_as_those_that_do_not_exist(connection, acme, other):
    ids = {"list": add_list(connection, other), "campaign": add_campaign(connection, other)}
    for criteria in ({"list": ids["list"], "op": "in"}, {"campaign": ids["campaign"], "measure": "attempts", "op": ">", "value": 0}):
        messages = []
        for text in (json.dumps(criteria), json.dumps(criteria).replace(ids["list"], ID).replace(ids["campaign"], ID)):
            with pytest.raises(psycopg.errors.InvalidParameterValue) as refused:
                add_list(connection, acme, list_type="dynamic", filter_criteria=json.loads(text))
            messages.append(str(refused.value))
        assert messages[0] == messages[1]


def test_lists_name_lists_in_no_circle_and_five_deep_at_most(connection, acme):
    def smart(name, of):
        return add_list(
            connection, acme, name, list_type="dynamic", filter_criteria={"all": [{"callable": True}, {"list": of, "op": "not_in"}]}
        )

    lists = [add_list(connection, acme, "Base")]
    for n in range(5):
        lists.append(smart(f"List {n}", lists[-1]))
    with pytest.raises(psycopg.errors.InvalidParameterValue, match=r"at \$\.all\[1\]: lists name lists to a depth of five"):
        smart("List 6", lists[-1])
    change = "UPDATE lead_lists SET list_type = 'dynamic', filter_criteria = %s WHERE id = %s"
    for named in (lists[0], lists[1], lists[5]):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match=r"at \$\.not: (the list would be found by itself|lists name lists)"):
            connection.execute(change, [Jsonb({"not": {"list": named, "op": "in"}}), lists[0]])
    # A list between others that comes to name one more.
    extra = smart("Extra", add_list(connection, acme, "Other base"))
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="depth of five"):
        connection.execute(change, [Jsonb({"list": extra, "op": "in"}), lists[1]])


def test_a_hundred_thousand_clauses_are_refused(connection, acme):
    clause = {"field": "city", "op": "=", "value": "x"}
    for criteria in ({"any": [clause] * 100_000}, {"any": [{"all": [clause] * 200}] * 200}):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match=r"filter_criteria at \$"):
            add_list(connection, acme, list_type="dynamic", filter_criteria=criteria)
    assert value(connection, "SELECT count(*) FROM lead_lists") == 0


@pytest.mark.parametrize("tag", ['say "so"', "back\\slash", "ÄRGER", "straße", '"', "tab\there", "a, b", "[x]", "ΣΟΦΟΣ"])
def test_any_tag_is_found_whatever_its_signs(connection, acme, tag):
    add_lead(connection, acme, first_name="Ana", tags=["other", tag])
    add_lead(connection, acme, first_name="Bo", tags=["other"])
    for asked in (tag, tag.upper(), tag.lower()):
        if value(connection, "SELECT henk.case_folded(%s) = henk.case_folded(%s)", [asked, tag]):
            assert found(connection, acme, {"field": "tags", "op": "contains", "value": asked}) == "Ana"
    assert found(connection, acme, {"field": "tags", "op": "contains", "value": tag + "x"}) == ""
    assert found(connection, acme, {"field": "tags", "op": "contains", "value": 'other", "' + tag}) == ""
