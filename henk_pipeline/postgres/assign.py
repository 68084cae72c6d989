"""Lists to campaigns: the assignment and its campaign leads, set-based and idempotent. Nothing here resets how far a call has come."""

from uuid import UUID

import psycopg


def assign_list(connection: psycopg.Connection, business_id: UUID, campaign_id: UUID, list_id: UUID, priority: int) -> int:
    """Assign a list to a campaign and give the campaign its members; members who joined since are added, the priority is updated.

    Left out, where the campaign excludes them: leads that must not be called, by their own flags or because one of their numbers is
    suppressed. A lead on several lists of the campaign belongs to the one with the smallest priority number, then the earliest assigned.
    Gives: how many campaign leads are new. Works inside the caller's transaction, with the business locked.
    """
    known = {"business": business_id, "campaign": campaign_id, "list": list_id, "priority": priority}
    connection.execute(
        """INSERT INTO campaign_lead_lists AS assigned (business_id, campaign_id, lead_list_id, priority)
        VALUES (%(business)s, %(campaign)s, %(list)s, %(priority)s)
        ON CONFLICT (campaign_id, lead_list_id) DO UPDATE SET priority = EXCLUDED.priority WHERE assigned.priority <> EXCLUDED.priority""",
        known,
    )
    added = connection.execute(
        """INSERT INTO campaign_leads (business_id, campaign_id, lead_id, lead_list_id)
        SELECT %(business)s, %(campaign)s, l.id, %(list)s
        FROM lead_list_members m
        JOIN leads l ON l.id = m.lead_id
        JOIN campaigns c ON c.id = %(campaign)s
        LEFT JOIN suppressions p ON p.business_id = l.business_id AND p.channel = 'phone' AND p.value = l.phone
        LEFT JOIN suppressions q ON q.business_id = l.business_id AND q.channel = 'phone' AND q.value = l.mobile_phone
        WHERE m.lead_list_id = %(list)s
            AND NOT (c.exclude_dnc AND (l.do_not_call OR l.dnc OR p.id IS NOT NULL OR q.id IS NOT NULL))
        ORDER BY l.id
        ON CONFLICT (campaign_id, lead_id) DO NOTHING""",
        known,
    ).rowcount
    connection.execute(
        """UPDATE campaign_leads cl SET lead_list_id = best.lead_list_id
        FROM (
            SELECT DISTINCT ON (m.lead_id) m.lead_id, a.lead_list_id
            FROM campaign_lead_lists a JOIN lead_list_members m ON m.lead_list_id = a.lead_list_id
            WHERE a.campaign_id = %(campaign)s AND a.is_active
            ORDER BY m.lead_id, a.priority, a.assigned_at, a.id) best
        WHERE cl.campaign_id = %(campaign)s AND cl.lead_id = best.lead_id AND cl.lead_list_id IS DISTINCT FROM best.lead_list_id""",
        known,
    )
    connection.execute(
        """UPDATE campaign_lead_lists a SET total_leads = n.total, contacted_leads = n.contacted, successful_leads = n.successful
        FROM (
            SELECT a.id, count(cl.id) AS total,
                count(cl.id) FILTER (WHERE cl.status IN ('contacted', 'converted')) AS contacted,
                count(cl.id) FILTER (WHERE cl.status = 'converted') AS successful
            FROM campaign_lead_lists a LEFT JOIN campaign_leads cl ON cl.campaign_id = a.campaign_id AND cl.lead_list_id = a.lead_list_id
            WHERE a.campaign_id = %(campaign)s GROUP BY a.id) n
        WHERE n.id = a.id AND (a.total_leads, a.contacted_leads, a.successful_leads) IS DISTINCT FROM (n.total, n.contacted, n.successful)""",
        known,
    )
    return added
