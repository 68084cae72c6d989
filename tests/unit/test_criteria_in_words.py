"""Criteria in plain English, and mistakes in them in words that say what to write."""

import pytest

from henk_pipeline.cli.criteria import describe_criteria
from henk_pipeline.uploads.manifest import ManifestError, check_criteria, parse_manifest

ID = "00000000-0000-4000-8000-000000000000"
GONE = "00000000-0000-4000-8000-000000000001"
NAMES = {ID: "Board"}


@pytest.mark.parametrize(
    ("criteria", "lines"),
    [
        ({"field": "lead_score", "op": ">=", "value": 50}, ["lead score is at least 50"]),
        ({"field": "city", "op": "in", "value": ["Bath", "Rome"]}, ['city is one of "Bath", "Rome"']),
        ({"field": "mobile_phone", "op": "is_null", "value": False}, ["mobile phone is not empty"]),
        ({"field": "city", "op": "is_null"}, ["city is empty"]),
        ({"field": "last_gift_date", "op": ">=", "value": {"days_ago": 90}}, ["last gift date is not before 90 days ago"]),
        ({"field": "last_gift_date", "op": "<", "value": {"years_ago": 1}}, ["last gift date is before 1 year ago"]),
        ({"field": "last_gift_date", "op": "<", "value": "2026-01-31"}, ["last gift date is before 2026-01-31"]),
        ({"field": "total_gifts", "op": "between", "value": [10, 20.5]}, ["total gifts is between 10 and 20.5"]),
        ({"field": "dnc", "op": "=", "value": True}, ["dnc is yes"]),
        ({"field": "birth_date", "op": "anniversary_within", "value": {"days_ahead": 0}}, ["birth date has its anniversary today"]),
        ({"field": "birth_date", "op": "anniversary_within", "value": {"days_ahead": 7}}, ["birth date has its anniversary within 7 days"]),
        ({"custom_field": "Shoe size", "op": "=", "value": "ÄRGER"}, ["'Shoe size' is \"ÄRGER\""]),
        ({"list": ID, "op": "in"}, ["is on the list 'Board'"]),
        ({"list": GONE, "op": "not_in"}, [f"is not on the list {GONE} (which is no more)"]),
        ({"import": ID, "op": "in"}, ["came with the file 'Board'"]),
        ({"campaign": "any", "measure": "attempts", "op": ">=", "value": 3}, ["attempts is at least 3 in any campaign"]),
        ({"campaign": ID, "measure": "status", "op": "=", "value": "new"}, ["status is \"new\" in the campaign 'Board'"]),
        ({"callable": True}, ["may be called"]),
        ({"suppressed": False}, ["has not opted out and is not suppressed"]),
        ({"all": [{"callable": True}]}, ["may be called"]),
        (
            {"any": [{"callable": True}, {"not": {"all": [{"field": "city", "op": "=", "value": "Bath"}, {"list": ID, "op": "in"}]}}]},
            [
                "at least one of these:",
                "  may be called",
                "  not:",
                "    all of these:",
                '      city is "Bath"',
                "      is on the list 'Board'",
            ],
        ),
    ],
)
def test_criteria_are_lines_of_plain_english(criteria, lines):
    assert check_criteria(criteria) == criteria
    assert describe_criteria(criteria, NAMES) == lines


RELATIVE = "a relative time is one of hours_ago, days_ago, weeks_ago, months_ago, years_ago with a whole number from 0 to 5000"


@pytest.mark.parametrize(
    ("criteria", "why"),
    [
        ({}, "at $, a criterion is empty. Write for example"),
        ({"all": [{"callable": True}, {}]}, "at $.all[1], a criterion is empty"),
        ({"all": []}, "at $, 'all' is a list of 1 to 200 criteria"),
        ({"all": [7]}, "at $.all[0], a criterion is a table of names and values, not 7"),
        ({"calls": {}}, "at $, `calls` asks for single calls, whose history is not kept yet"),
        ({"not": {"calls": {"within": {"days": 90}}, "op": ">=", "value": 3}}, "at $.not, `calls` asks for single calls"),
        ({"predicted": "pledge", "op": ">=", "value": 0.2}, "at $, `predicted` asks for predictions, which are not made yet"),
        ({"op": "=", "value": 1}, "at $, the criterion names nothing to compare"),
        ({"field": "lead_score", "op": ">="}, "at $, 'value' is missing"),
        ({"field": "lead_score", "value": 1}, "at $, 'op' is missing"),
        ({"callable": "yes"}, "at $, callable is true or false, not 'yes'"),
        ({"list": "guests", "op": "in"}, "at $, list is an id, not 'guests'"),
        ({"campaign": "Gala", "measure": "attempts", "op": ">=", "value": 1}, "at $, campaign is an id, any or active, not 'Gala'"),
        ({"all": [{"callable": True}], "any": [{"callable": True}]}, "at $, nothing stands next to 'all'"),
        *(
            ({"any": [{"callable": True}, {"field": "last_gift_date", "op": ">=", "value": value}]}, f"at $.any[1], {RELATIVE}")
            for value in (
                {"days_ago": "90"},
                {"days_ago": -1},
                {"day_ago": 1},
                {"days_ago": 5001},
                {"days_ago": 1.5},
                {"days_ago": True},
                {},
            )
        ),
        ({"field": "lead_score", "op": ">=", "value": {"days_ago": 1}}, "at $, lead_score is not compared by >= with days_ago"),
        ({"field": "birth_date", "op": "anniversary_within", "value": {"days_ago": 7}}, "with a whole number from 0 to 366"),
    ],
)
def test_a_mistake_in_criteria_is_named_with_what_to_write(criteria, why):
    with pytest.raises(ValueError, match=r"^at \$") as refused:
        check_criteria(criteria)
    assert why in str(refused.value)
    assert "required property" not in str(refused.value)


@pytest.mark.parametrize(
    "where", ["{}", "{ calls = {}, op = '>=', value = 1 }", '{ field = "last_gift_date", op = ">=", value = { day_ago = 1 } }']
)
def test_no_sentence_on_a_manifest_ends_twice(where):
    with pytest.raises(ManifestError) as refused:
        parse_manifest(f'[[lists]]\nlist = "x"\nwhere = {where}\n')
    assert ".." not in str(refused.value)
