"""A score is the sum of its parts, and says nothing where there is no evidence."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from henk_pipeline.leads.score import Scoring, load_scoring, score
from tests.unit.leads.people import people

TODAY = date(2026, 11, 1)


def scored(**fields: object) -> dict[str, object]:
    row = score(people(fields), load_scoring(), TODAY).row(0, named=True)
    return {"score": row["lead_score"], "rating": row["quality_rating"], "parts": json.loads(row["score_breakdown"])}


def test_a_recent_generous_reachable_donor_is_hot():
    best = scored(
        first_name="Ana", last_name="Lima", email="a@x.org", phone="+12125550101", postal_code="04101", gift_count=12, total_gifts=2000.0,
        last_gift_date=date(2026, 10, 1), last_activity_at=datetime(2026, 10, 1, tzinfo=UTC),
    )  # fmt: skip
    assert (best["score"], best["rating"]) == (100, "hot")


def test_nothing_known_of_giving_or_activity_is_unrated_not_cold():
    assert scored(first_name="Ana", email="a@x.org")["rating"] == "unrated"
    assert scored(email="a@x.org", last_gift_date=date(2001, 1, 1))["rating"] == "cold"


def test_who_opted_out_is_not_reachable():
    assert scored(phone="+12125550101")["parts"]["reachable_by_phone"] == 20
    assert scored(phone="+12125550101", dnc=True)["parts"]["reachable_by_phone"] == 0
    assert scored(email="a@x.org", email_opt_out=True)["parts"]["reachable_by_email"] == 0


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "phone": st.just("+12125550101"), "dnc": st.booleans(), "email": st.just("a@x.org"), "first_name": st.just("A"),
            "gift_count": st.integers(0, 500), "total_gifts": st.floats(0, 1e9), "last_gift_amount": st.floats(0, 1e6),
            "last_gift_date": st.dates(date(1950, 1, 1), date(2030, 1, 1)),
        },
    )
)  # fmt: skip
def test_the_parts_sum_to_the_score_between_0_and_100(fields):
    result = scored(**fields)
    assert sum(result["parts"].values()) == result["score"]
    assert 0 <= result["score"] <= 100


def test_weights_that_do_not_make_100_are_refused():
    weights = load_scoring().model_dump()
    weights["reachability"]["phone"] = 50
    with pytest.raises(ValidationError, match="must be 100 points, and is 130"):
        Scoring.model_validate(weights)
