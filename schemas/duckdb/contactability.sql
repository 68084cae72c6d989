-- Who can be called at which hour: one row a business, time zone and hour of the day in UTC, for the day of the build. A lead can be called if
-- it has a telephone, no opt-out flag and no suppressed number.
--
-- business_id: the business, as in dim_business
-- business: its slug, by which files and commands name it
-- timezone: time zone of the leads; that of the business where a lead of its own country has none; unknown where a foreign one has none
-- leads: leads in it
-- callable_leads: of them may be called at all
-- hour_utc: hour of the day, 0 to 23, in UTC
-- local_hour: which hour that is there, on the day of the build; null where the time zone is not known, so that nobody of it is callable
-- waiting_leads: of the callable: new or queued in an active campaign
-- callable_now: of the waiting: in the calling window of such a campaign at that hour (9 to 20 where it sets none)

WITH suppressed AS (
    SELECT DISTINCT
        business_id,
        value
    FROM suppressions
    WHERE channel = 'phone'
),

known AS (
    SELECT
        l.lead_id,
        l.business_id,
        coalesce(
            l.timezone,
            CASE
                WHEN
                    coalesce(l.country, b.default_country) = b.default_country
                    AND coalesce(starts_with(coalesce(l.phone, l.mobile_phone), '+' || b.calling_code), TRUE)
                    THEN coalesce(b.timezone, 'UTC')
                ELSE 'unknown'
            END
        ) AS timezone,
        l.has_phone AND NOT l.no_calls AND p.value IS NULL AND m.value IS NULL AS is_callable
    FROM dim_lead AS l
    INNER JOIN dim_business AS b ON l.business_id = b.business_id
    LEFT JOIN suppressed AS p ON l.business_id = p.business_id AND l.phone = p.value
    LEFT JOIN suppressed AS m ON l.business_id = m.business_id AND l.mobile_phone = m.value
),

windows AS (
    SELECT
        campaign_id,
        coalesce(hour(call_window_start), 9) AS opens,
        coalesce(hour(call_window_end), 20) AS closes
    FROM dim_campaign
    WHERE status = 'active'
),

waiting AS (
    SELECT
        cl.lead_id,
        min(w.opens) AS opens,
        max(w.closes) AS closes
    FROM fct_campaign_lead AS cl
    INNER JOIN windows AS w ON cl.campaign_id = w.campaign_id
    WHERE cl.status IN ('new', 'queued') AND cl.lead_id IS NOT NULL
    GROUP BY cl.lead_id
),

zones AS (
    SELECT
        k.business_id,
        k.timezone,
        w.opens,
        w.closes,
        count(*) AS leads,
        count(*) FILTER (WHERE k.is_callable) AS callable_leads,
        count(*) FILTER (WHERE k.is_callable AND w.lead_id IS NOT NULL) AS waiting_leads
    FROM known AS k
    LEFT JOIN waiting AS w ON k.lead_id = w.lead_id
    GROUP BY k.business_id, k.timezone, w.opens, w.closes
),

valid AS (
    SELECT DISTINCT
        z.timezone,
        n.name AS zone_name
    FROM zones AS z
    LEFT JOIN pg_timezone_names() AS n ON z.timezone = n.name
),

day_hours AS (
    SELECT unnest(range(24)) AS hour_utc
),

hours AS (
    SELECT
        v.timezone,
        h.hour_utc,
        hour(timezone(v.zone_name, timezone('UTC', cast(current_date AS TIMESTAMP) + to_hours(h.hour_utc)))) AS local_hour
    FROM valid AS v
    CROSS JOIN day_hours AS h
)

SELECT
    z.business_id,
    b.business,
    z.timezone,
    cast(sum(z.leads) AS BIGINT) AS leads,
    cast(sum(z.callable_leads) AS BIGINT) AS callable_leads,
    h.hour_utc,
    h.local_hour,
    cast(sum(z.waiting_leads) AS BIGINT) AS waiting_leads,
    cast(coalesce(sum(z.waiting_leads) FILTER (WHERE h.local_hour >= z.opens AND h.local_hour < z.closes), 0) AS BIGINT) AS callable_now
FROM zones AS z
INNER JOIN dim_business AS b ON z.business_id = b.business_id
INNER JOIN hours AS h ON z.timezone = h.timezone
GROUP BY z.business_id, b.business, z.timezone, h.hour_utc, h.local_hour
ORDER BY b.business, z.timezone, h.hour_utc
