-- How many leads of each business are hot, warm, cold or unrated, and their average score.
--
-- business_id: the business, as in dim_business
-- business: its slug, by which files and commands name it
-- quality_rating: hot, warm, cold or unrated
-- count: leads
-- avg_score: their mean score, 0 to 100

SELECT
    l.business_id,
    b.business,
    l.quality_rating,
    count(*) AS count, -- noqa: RF04 (the customer's own column name)
    avg(l.lead_score) AS avg_score
FROM dim_lead AS l
INNER JOIN dim_business AS b ON l.business_id = b.business_id
GROUP BY l.business_id, b.business, l.quality_rating
ORDER BY b.business, l.quality_rating
