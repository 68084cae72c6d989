-- How many duplicates each business sends and has: rows in files, leads merged, and pairs that wait for somebody to decide.
--
-- business_id: the business, as in dim_business
-- business: its slug, by which files and commands name it
-- rows_read: rows of all imports
-- rows_duplicate: of them of a person who stood in the file already
-- duplicate_rate: duplicate of read
-- leads_merged: leads that were merged into others, but for those taken apart again
-- pairs_open: pairs that wait for a decision
-- pairs_same: pairs decided to be one person
-- pairs_different: pairs decided to be two
-- open_probability: mean match probability of the open pairs

WITH read_files AS (
    SELECT
        business_id,
        cast(sum(rows_read) AS BIGINT) AS rows_read,
        cast(sum(rows_duplicate) AS BIGINT) AS rows_duplicate
    FROM fct_import
    WHERE status <> 'undone'
    GROUP BY business_id
),

candidates AS (
    SELECT
        business_id,
        count(*) FILTER (WHERE decision = 'open') AS pairs_open,
        count(*) FILTER (WHERE decision = 'same') AS pairs_same,
        count(*) FILTER (WHERE decision = 'different') AS pairs_different,
        avg(match_probability) FILTER (WHERE decision = 'open') AS open_probability
    FROM lead_duplicate_candidates
    GROUP BY business_id
),

merged AS (
    SELECT
        business_id,
        count(*) AS leads_merged
    FROM lead_merges
    WHERE taken_apart_at IS NULL
    GROUP BY business_id
)

SELECT
    b.business_id,
    b.business,
    coalesce(f.rows_read, 0) AS rows_read,
    coalesce(f.rows_duplicate, 0) AS rows_duplicate,
    f.rows_duplicate / nullif(f.rows_read, 0) AS duplicate_rate,
    coalesce(m.leads_merged, 0) AS leads_merged,
    coalesce(p.pairs_open, 0) AS pairs_open,
    coalesce(p.pairs_same, 0) AS pairs_same,
    coalesce(p.pairs_different, 0) AS pairs_different,
    p.open_probability
FROM dim_business AS b
LEFT JOIN read_files AS f ON b.business_id = f.business_id
LEFT JOIN merged AS m ON b.business_id = m.business_id
LEFT JOIN candidates AS p ON b.business_id = p.business_id
ORDER BY b.business
