"""A business with a campaign, in a home and a database of its own."""

import pytest


@pytest.fixture
def acme(henk, settings):
    assert henk("business", "add", "acme").returncode == 0
    assert henk("campaign", "add", "Year End", "--business", "acme").returncode == 0
    return settings
