-- One row a business.
--
-- business_id: the business, as in dim_business
-- business: its slug, by which files and commands name it
-- business_name: its name
-- default_country: ISO 3166-1 alpha-2 code that phones and addresses without a country are read with
-- calling_code: what numbers of that country begin with after the plus; null if it is not known
-- timezone: its IANA time zone
-- status: active or not, as the platform says
-- lead_source_costs: what leads of each source have cost in all, a JSON object source → amount, from its setting lead_source_costs; null if
--   not given
-- created_at: since when it is there

SELECT
    id AS business_id,
    slug AS business,
    name AS business_name,
    trim(default_country) AS default_country,
    calling_code,
    timezone,
    status,
    lead_source_costs,
    created_at
FROM businesses
ORDER BY slug
