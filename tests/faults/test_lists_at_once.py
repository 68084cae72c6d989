"""Refreshes, edits, merges and imports of one business at once hardly ever end in a deadlock, and come to rest."""

import psycopg
import pytest

from tests.conftest import new_database
from tests.faults.lists_at_once import make_world, run_at_once

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


@pytest.mark.parametrize("seed", range(2))
def test_hardly_a_client_has_to_repeat_what_it_did(server, seed):
    with new_database(server) as url, psycopg.connect(url, autocommit=True) as connection:
        world = make_world(connection)
        outcome = run_at_once(url, world, seconds=12, seed=seed)
        assert outcome.others[:1] == []
        # A call that is written counts in its assignment, and whose priority somebody changes at that moment moves its calls: one of them repeats.
        # Before there was one order of locks 9 to 13 were repeated.
        assert len(outcome.deadlocks) <= max(2, sum(outcome.done.values()) // 100), (outcome.done, outcome.deadlocks[:1])
        assert min(outcome.done[kind] for kind in ("refresh", "edit", "merge", "import")) > 5, outcome.done
        # What is left to do by the last of them, one refresh of all does; the next finds nothing.
        for again in (False, True):
            reports = [connection.execute("SELECT refresh_lead_list_now(%s, true)", [one]).fetchone()[0] for one in world.lists]
            done = connection.execute("SELECT henk.follow_static_lists(%s)", [world.business]).fetchone()[0]
            if again:
                assert {report["status"] for report in reports} == {"unchanged"}
                assert [one for report in reports for one in report["campaigns"] if one["added"] or one["withdrawn"]] == []
                assert [one for one in done if one["added"] or one["withdrawn"]] == []
        called = connection.execute(
            "SELECT count(*) FROM campaign_leads c JOIN henk.leads_not_to_call n ON n.id = c.lead_id "
            "WHERE c.status NOT IN ('dnc', 'converted', 'calling')"
        ).fetchone()
        assert called == (0,)
        counts = connection.execute(
            "SELECT count(*) FROM lead_lists l WHERE l.lead_count <> (SELECT count(*) FROM lead_list_members m WHERE m.lead_list_id = l.id)"
        ).fetchone()
        assert counts == (0,)
        assigned = connection.execute(
            "SELECT count(*) FROM campaign_lead_lists a WHERE a.total_leads <> (SELECT count(*) FROM campaign_leads c "
            "WHERE c.campaign_id = a.campaign_id AND c.lead_list_id = a.lead_list_id)"
        ).fetchone()
        assert assigned == (0,)
