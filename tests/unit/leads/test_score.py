"""A score is the sum of its parts, says nothing where there is no evidence, and ranks donors at least as well as RFM quintiles."""

import json
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from henk_pipeline.leads.score import Scoring, load_scoring, score
from tests.unit.leads.people import people

TODAY = date(2026, 11, 1)
NOT_FINITE = st.sampled_from([float("nan"), float("inf")])


def scored(*, told: dict[str, object] | None = None, **fields: object) -> dict[str, object]:
    frame = people(fields).with_columns(**{name: pl.lit(value) for name, value in (told or {}).items()})
    row = score(frame, load_scoring(), TODAY).row(0, named=True)
    return {"score": row["lead_score"], "rating": row["quality_rating"], "parts": json.loads(row["score_breakdown"])}


BEST = {
    "first_name": "Ana", "last_name": "Lima", "email": "a@x.org", "phone": "+12125550101", "postal_code": "04101", "timezone": "America/New_York",
    "gift_count": 20, "total_gifts": 5000.0, "last_gift_date": TODAY, "last_activity_at": datetime(2026, 11, 1, tzinfo=UTC), "lead_source": "Referral",
}  # fmt: skip


def test_a_recent_generous_reachable_donor_is_hot():
    best = scored(**BEST, told={"outcome": "converted"})
    assert (best["score"], best["rating"]) == (100, "hot")


def test_nothing_known_of_giving_or_activity_is_unrated_not_cold():
    assert scored(first_name="Ana", email="a@x.org")["rating"] == "unrated"
    assert scored(email="a@x.org", last_gift_date=date(2001, 1, 1))["rating"] == "cold"
    assert scored(email="a@x.org", told={"outcome": "contacted"})["rating"] == "cold"


@pytest.mark.parametrize(("fields", "told"), [({"dnc": True}, {}), ({"do_not_call": True}, {}), ({}, {"suppressed": True})])
def test_who_must_not_be_called_scores_nothing_whatever_else(fields, told):
    barred = scored(**BEST, **fields, told=told)
    assert (barred["score"], barred["rating"]) == (0, "cold")
    assert barred["parts"]["not_callable"] < 0
    assert sum(barred["parts"].values()) == 0


def test_an_email_opt_out_takes_the_points_of_the_address_only():
    assert scored(email="a@x.org", phone="+12125550101")["parts"]["reachable_by_email"] == 5
    assert scored(email="a@x.org", phone="+12125550101", email_opt_out=True)["parts"] | {"has": 0} == scored(phone="+12125550101")[
        "parts"
    ] | {"has": 0}


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "phone": st.just("+12125550101"), "dnc": st.booleans(), "email": st.just("a@x.org"), "first_name": st.just("A"),
            "gift_count": st.integers(0, 500), "total_gifts": st.floats(0, 1e9) | NOT_FINITE, "last_gift_amount": st.floats(0, 1e6) | NOT_FINITE,
            "last_gift_date": st.dates(), "lead_source": st.sampled_from(["Gala event", "rented list", "?"]),
        },
    )
)  # fmt: skip
def test_the_parts_sum_to_the_score_between_0_and_100(fields):
    result = scored(**fields)
    assert sum(result["parts"].values()) == result["score"]
    assert 0 <= result["score"] <= 100
    assert all(points >= 0 for part, points in result["parts"].items() if part != "not_callable")


@settings(max_examples=40)
@given(st.integers(0, 8000), st.integers(1, 3000), st.integers(0, 40), st.integers(1, 20), st.floats(0, 5000), st.floats(0, 5000))
def test_a_later_gift_more_gifts_and_more_money_never_score_less(days, earlier, count, more, total, extra):
    base = {"last_gift_date": TODAY - timedelta(days=days), "gift_count": count, "total_gifts": total}
    least = scored(**base)["score"]
    assert scored(**base | {"last_gift_date": TODAY - timedelta(days=days + earlier)})["score"] <= least
    assert scored(**base | {"gift_count": count + more})["score"] >= least
    assert scored(**base | {"total_gifts": total + extra})["score"] >= least


def test_a_day_is_told_from_another_where_all_gave_within_months_and_where_they_gave_over_decades():
    def of(days: int) -> int:
        return scored(last_gift_date=TODAY - timedelta(days=days))["parts"]["gift_recency"]

    assert len({of(days) for days in (0, 7, 15, 30, 60, 90, 120, 180)}) >= 7
    assert len({of(365 * years) for years in (1, 2, 3, 5, 8, 12, 20)}) == 7


def test_weights_that_cannot_be_used_are_refused():
    weights = load_scoring().model_dump()
    weights["reachability"]["phone"] = 50
    with pytest.raises(ValidationError, match="must be 100 points, and is 140"):
        Scoring.model_validate(weights)
    with pytest.raises(ValidationError, match="no field of a lead: shoe"):
        load_scoring().with_changes({"completeness": {"shoe": 0}})


def test_a_business_changes_what_it_names_and_nothing_else():
    own = load_scoring().with_changes({"giving": {"amount": {"points": 15}, "recency": {"points": 20}}})
    assert (own.giving.amount.points, own.giving.amount.most, own.giving.recency.points) == (15, load_scoring().giving.amount.most, 20)
    assert own.reachability == load_scoring().reachability


def test_a_number_that_is_none_and_a_day_of_a_far_year_earn_nothing():
    nothing = scored(email="a@x.org", gift_count=0, last_gift_date=date(2001, 1, 1))["score"]
    for fields in (
        {"total_gifts": float("nan")},
        {"last_gift_date": date(9999, 12, 31)},
        {"total_gifts": float("nan"), "last_gift_amount": float("nan")},
    ):
        assert scored(**{"email": "a@x.org", "gift_count": 0, "last_gift_date": date(2001, 1, 1)} | fields)["score"] == nothing
    post_dated = scored(email="a@x.org", last_gift_date=TODAY + timedelta(days=20))
    assert post_dated["score"] == scored(email="a@x.org", last_gift_date=TODAY)["score"]
