-- How many leads of each business are hot, warm, cold or unrated, and their average score.

SELECT
    l.business_id,
    b.slug AS business,
    l.quality_rating,
    count(*) AS count, -- noqa: RF04 (the customer's own column name)
    avg(l.lead_score) AS avg_score
FROM leads AS l
INNER JOIN businesses AS b ON l.business_id = b.id
GROUP BY l.business_id, b.slug, l.quality_rating
ORDER BY b.slug, l.quality_rating
