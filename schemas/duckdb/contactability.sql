-- Who can be called at which hour: one row a business, time zone and hour of the day in UTC, for the day of the build. A lead can be called if
-- it has a telephone, no opt-out flag and no suppressed number.
--
-- business_id: the business, as in dim_business
-- business: its slug, by which files and commands name it
-- timezone: time zone of the leads; that of the business where a lead of its own country has none; unknown where a foreign one has none, or where
--   the business has none (UTC, which it has if nobody chose another)
-- leads: leads in it
-- callable_leads: of them may be called at all
-- hour_utc: hour of the day, 0 to 23, in UTC
-- local_hour: which hour that is there when it begins, on the day of the build; null where the time zone is not known, so that nobody of it is
--   callable
-- waiting_leads: leads with a call to come: new or queued by no list that is paused, with attempts left (max_attempts_override of the list's
--   assignment, else max_attempts of the campaign) in an active campaign that is not over, and callable, or opted out in a campaign that does not
--   exclude them (exclude_dnc)
-- callable_now: of the waiting: for at least a moment of that hour one such campaign is in its calling window (9 to 20 where it sets none; an end
--   that is not after the start is on the next day) between its first and last day, all in the time of the lead, and the next attempt is due

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
        l.has_phone,
        coalesce(
            l.timezone,
            CASE
                WHEN
                    coalesce(l.country, b.default_country) = b.default_country
                    AND coalesce(starts_with(coalesce(l.phone, l.mobile_phone), '+' || b.calling_code), TRUE)
                    AND b.timezone NOT IN ('UTC', 'Etc/UTC')
                    THEN b.timezone
                ELSE 'unknown'
            END
        ) AS timezone,
        l.has_phone AND NOT l.no_calls AND p.value IS NULL AND m.value IS NULL AS is_callable
    FROM dim_lead AS l
    INNER JOIN dim_business AS b ON l.business_id = b.business_id
    LEFT JOIN suppressed AS p ON l.business_id = p.business_id AND l.phone = p.value
    LEFT JOIN suppressed AS m ON l.business_id = m.business_id AND l.mobile_phone = m.value
),

-- Names of the IANA database. ICU has others, of its own: BST is Dhaka to it, and Factory is no place.
zone_names AS (
    SELECT name AS zone_name
    FROM pg_timezone_names()
    WHERE
        name NOT LIKE 'SystemV/%' AND name <> 'Factory'
        AND (NOT regexp_full_match(name, '[A-Z]{3}') OR name IN ('CET', 'EET', 'GMT', 'MET', 'PRC', 'ROC', 'ROK', 'UCT', 'UTC', 'WET'))
),

valid AS (
    SELECT
        z.timezone,
        n.zone_name
    FROM (SELECT DISTINCT timezone FROM known) AS z
    LEFT JOIN zone_names AS n ON lower(z.timezone) = lower(n.zone_name)
),

day_hours AS (
    SELECT
        range AS hour_utc,
        timezone('UTC', cast(current_date AS TIMESTAMP) + to_hours(range)) AS begins_at
    FROM range(24)
),

hours AS (
    SELECT
        v.timezone,
        h.hour_utc,
        h.begins_at,
        timezone(v.zone_name, h.begins_at) AS local_begin
    FROM valid AS v
    CROSS JOIN day_hours AS h
),

-- Dates far away are brought near, so that they can be counted with.
windows AS (
    SELECT
        campaign_id,
        exclude_dnc,
        max_attempts,
        coalesce(call_window_start, TIME '09:00') AS opens,
        coalesce(call_window_end, TIME '20:00') AS closes,
        call_window_start IS NULL OR call_window_end IS NULL AS has_default,
        greatest(coalesce(start_date, current_date - 3), current_date - 3) AS first_day,
        least(coalesce(end_date, current_date + 3), current_date + 3) AS last_day
    FROM dim_campaign
    WHERE status = 'active'
),

-- What a call depends on, as a number of its own, because many calls depend on the same.
calls AS (
    SELECT
        cl.lead_id,
        k.timezone,
        w.opens,
        w.closes,
        w.has_default,
        w.first_day,
        w.last_day,
        greatest(coalesce(cl.next_attempt_at, d.begins_at), d.begins_at) AS due_at
    FROM fct_campaign_lead AS cl
    INNER JOIN windows AS w ON cl.campaign_id = w.campaign_id
    INNER JOIN known AS k ON cl.lead_id = k.lead_id
    INNER JOIN day_hours AS d ON d.hour_utc = 0
    LEFT JOIN bridge_campaign_lead_list AS a ON cl.campaign_id = a.campaign_id AND cl.lead_list_id = a.lead_list_id
    WHERE
        cl.status IN ('new', 'queued')
        AND coalesce(a.is_active, TRUE)
        AND cl.attempts < coalesce(a.max_attempts_override, w.max_attempts, 2147483647)
        AND (k.is_callable OR (k.has_phone AND NOT w.exclude_dnc))
        AND w.last_day >= current_date - 1
),

terms AS (
    SELECT DISTINCT
        timezone,
        opens,
        closes,
        has_default,
        first_day,
        last_day,
        due_at
    FROM calls
    WHERE due_at < timezone('UTC', cast(current_date + 1 AS TIMESTAMP))
),

-- The parts of each hour in which the call is due, in local time.
parts AS (
    SELECT
        t.*,
        h.hour_utc,
        h.local_begin + (greatest(t.due_at, h.begins_at) - h.begins_at) AS part_begin,
        h.local_begin + INTERVAL 1 HOUR AS part_end
    FROM terms AS t
    INNER JOIN hours AS h ON t.timezone = h.timezone AND h.local_begin IS NOT NULL AND t.due_at < h.begins_at + INTERVAL 1 HOUR
),

shifts AS (
    SELECT unnest([-1, 0, 1]) AS shift
),

-- Bit n: callable in hour n. A window of the day before may reach into the hour, and one of the next day begin in it.
masks AS (
    SELECT
        p.timezone,
        p.opens,
        p.closes,
        p.has_default,
        p.first_day,
        p.last_day,
        p.due_at,
        bit_or(1 << p.hour_utc) AS mask
    FROM parts AS p
    CROSS JOIN shifts AS s
    WHERE
        (NOT p.has_default OR p.opens < p.closes)
        AND greatest(p.part_begin, cast(p.part_begin AS DATE) + s.shift + p.opens, cast(p.first_day AS TIMESTAMP))
        < least(
            p.part_end,
            cast(p.part_begin AS DATE) + s.shift + CASE WHEN p.closes <= p.opens THEN 1 ELSE 0 END + p.closes,
            cast(p.last_day + 1 AS TIMESTAMP)
        )
    GROUP BY p.timezone, p.opens, p.closes, p.has_default, p.first_day, p.last_day, p.due_at
),

waiting AS (
    SELECT
        c.lead_id,
        bit_or(coalesce(m.mask, 0)) AS mask
    FROM calls AS c
    LEFT JOIN masks AS m
        ON
            c.timezone = m.timezone AND c.opens = m.opens AND c.closes = m.closes AND c.has_default = m.has_default
            AND c.first_day = m.first_day AND c.last_day = m.last_day AND c.due_at = m.due_at
    GROUP BY c.lead_id
),

zones AS (
    SELECT
        k.business_id,
        k.timezone,
        coalesce(w.mask, 0) AS mask,
        count(*) AS leads,
        count(*) FILTER (WHERE k.is_callable) AS callable_leads,
        count(w.lead_id) AS waiting_leads
    FROM known AS k
    LEFT JOIN waiting AS w ON k.lead_id = w.lead_id
    GROUP BY k.business_id, k.timezone, coalesce(w.mask, 0)
)

SELECT
    z.business_id,
    b.business,
    z.timezone,
    cast(sum(z.leads) AS BIGINT) AS leads,
    cast(sum(z.callable_leads) AS BIGINT) AS callable_leads,
    h.hour_utc,
    hour(h.local_begin) AS local_hour,
    cast(sum(z.waiting_leads) AS BIGINT) AS waiting_leads,
    cast(coalesce(sum(z.waiting_leads) FILTER (WHERE z.mask & (1 << h.hour_utc) <> 0), 0) AS BIGINT) AS callable_now
FROM zones AS z
INNER JOIN dim_business AS b ON z.business_id = b.business_id
INNER JOIN hours AS h ON z.timezone = h.timezone
GROUP BY z.business_id, b.business, z.timezone, h.hour_utc, h.local_begin
ORDER BY b.business, z.timezone, h.hour_utc
