"""filter_criteria: what each comparison finds, what is refused and where, and that the database and the JSON Schema say the same."""

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
]
REFUSED_BY_THE_DATABASE_ALONE = [
    ({"field": "created_at", "op": ">", "value": "2026-02-30"}, "no such day"),
    ({"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"field": "dnc", "op": "is_null"}}}}}}}}}, "eight levels"),
    ({"field": "city", "op": "=", "value": "x" * 100_001}, "100,000 characters"),
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


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 200), st.floats(0, 9, width=16), st.sampled_from(["x", "", "2026-01-31", "50"])
)
FIELDS = st.sampled_from(["city", "lead_score", "dnc", "tags", "created_at", "nothing"])
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=2), st.dictionaries(st.sampled_from(["days_ago", "x"]), SCALARS, max_size=2))
COMPARISONS = st.fixed_dictionaries(
    {"op": st.sampled_from(["=", "!=", "<", ">=", "in", "contains", "is_null", "like"])},
    optional={"field": FIELDS, "custom_field": st.sampled_from(["x", "", 3]), "value": VALUES},
)
CRITERIA = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.builds(lambda c: {"not": c}, inner),
        st.builds(lambda c: {"all": c}, st.lists(inner, max_size=2)),
        st.builds(lambda c: {"any": c}, st.lists(inner, max_size=2)),
    ),
    max_leaves=4,
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
        bench.execute("SELECT count(*) FROM henk.matching_leads(gen_random_uuid(), %s)", [Jsonb(criteria)])
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
