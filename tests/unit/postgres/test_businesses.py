"""What to do about a campaign that a business does not have."""

import pytest

from henk_pipeline.postgres.businesses import UnknownCampaignError

ADD = 'henk campaign add "{}" --business acme'


@pytest.mark.parametrize(
    ("campaign", "names", "remedy", "is_add_suggested"),
    [
        ("year end", ["Gala", "Year End"], "Did you mean 'Year End'?", False),
        ("YEAR  END", ["Gala", "Year End"], "Did you mean 'Year End'?", False),
        ("Yaer End", ["Gala", "Year End"], "Did you mean 'Year End'? If it is another one, add it with: ", True),
        ("11111111-1111-1111-1111-111111111111", ["Gala", "Year End"], "It has: Gala, Year End. Name one of these.", False),
        ("11111111-1111-1111-1111-111111111111", [], 'Add one with: henk campaign add "NAME" --business acme', False),
        ("Spring Walk", ["Gala", "Year End"], "It has: Gala, Year End. Add it with: ", True),
        ("Spring Walk", [], "It has none yet. Add it with: ", True),
    ],
)
def test_the_campaign_that_is_meant_comes_before_a_new_one(campaign, names, remedy, is_add_suggested):
    unknown = UnknownCampaignError(campaign, "acme", names)
    assert remedy in str(unknown)
    assert (ADD.format(campaign) in str(unknown)) == is_add_suggested
    assert unknown.phrase in str(unknown)
