-- Who must not be reached any more, by business, channel and where it was said. Never whom: the numbers and addresses are not here.
--
-- business_id: the business, as in dim_business
-- business: its slug, by which files and commands name it
-- channel: phone or email
-- source: what said so: csv_import, manual, erasure, …
-- month: first day of the month (UTC) in which it was said
-- suppressed: numbers or addresses
-- last_added_at: the latest of them

SELECT
    s.business_id,
    b.business,
    s.channel,
    s.source,
    cast(date_trunc('month', timezone('UTC', s.added_at)) AS DATE) AS month, -- noqa: RF04
    count(*) AS suppressed,
    max(s.added_at) AS last_added_at
FROM suppressions AS s
INNER JOIN dim_business AS b ON s.business_id = b.business_id
GROUP BY s.business_id, b.business, s.channel, s.source, date_trunc('month', timezone('UTC', s.added_at))
ORDER BY b.business, s.channel, s.source, month
