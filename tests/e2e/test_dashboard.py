"""The dashboard as somebody opens it from a mail: no server, nothing fetched, on a phone and on a desk."""

import os

import psycopg
import pytest

from henk_pipeline.steps.analytics import publish_analytics
from henk_pipeline.steps.dashboard import dashboard_path, write_dashboard
from tests.e2e.test_ui import IMAGES
from tests.integration.uploading import add_business, upload


@pytest.mark.long
@pytest.mark.parametrize(("width", "filled"), [(390, True), (1200, True), (390, False)])
def test_the_dashboard_draws_its_charts_and_asks_nobody(browser, settings, connection, tmp_path, width, filled):
    if filled:
        add_business(connection, "acme", "Year End")
        rows = "".join(f"P{n},p{n}@example.org,21255501{n:02d}\n" for n in range(40))
        text = "First Name,Email,Phone\n" + rows + "x,bad,\ny,,\n<img src=x onerror=alert(1)>,i@example.org,\n"
        upload(connection, tmp_path, text, list="</script><b>People", max_rejected=0.9, campaigns=[{"campaign": "Year End"}])
    with psycopg.connect(settings.database_url.get_secret_value()) as other:
        publish_analytics(other, settings)
    write_dashboard(settings.analytics, dashboard_path(settings))
    page = browser.new_page(viewport={"width": width, "height": 1200})
    errors, asked = [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(dashboard_path(settings).as_uri())
    if filled:
        page.locator("svg.marks").nth(3).wait_for(timeout=20_000)
        assert page.locator("svg.marks").count() == 4
        assert page.get_by_text("</script><b>People").first.is_visible()
        assert page.locator("svg.marks text", has_text="is not an e-mail").count()
        labels = page.locator("svg.marks").evaluate_all(
            "all => all.map(one => one.closest('[role=graphics-document]')?.getAttribute('aria-label') || '')"
        )
        assert [label.partition(".")[0] for label in labels] == [
            "Rows imported, by week",
            "Quality of leads",
            "Campaigns by list",
            "Why rows were rejected",
        ]
        assert page.locator("details th[scope=col]").count() > 8
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    else:
        assert page.get_by_text("No row was rejected in the last twelve weeks.").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width  # nothing to push aside on a phone
    assert errors == []
    assert len(asked) == 1
    if "HENK_SCREENSHOTS" in os.environ and filled:
        page.screenshot(path=IMAGES / f"dashboard-{width}.png", full_page=True)
    page.close()
