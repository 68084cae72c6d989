-- One row a lead: the only table with personal columns.
--
-- key: lead_id
-- personal: first_name, last_name, email, phone, mobile_phone, company, title, street, city, postal_code
--
-- lead_id: the lead
-- business_id: the business, as in dim_business
-- first_name: first name (personal)
-- last_name: last name (personal)
-- email: e-mail address in lower case (personal)
-- phone: telephone in E.164 (personal)
-- mobile_phone: mobile telephone in E.164 (personal)
-- company: where they work (personal)
-- title: what they are there (personal)
-- street: street and house (personal)
-- city: city (personal)
-- postal_code: postal code (personal)
-- state: state or region
-- country: country as ISO 3166-1 alpha-2 code
-- timezone: IANA time zone; null if not known
-- preferred_language: language
-- lead_source: where the lead came from, as its file or the business says
-- source: what brought it in: csv_import, manual, a connected system
-- status: status of the lead itself
-- lead_score: 0 to 100
-- quality_rating: hot, warm, cold or unrated
-- has_phone: whether there is any telephone number
-- has_email: whether there is an e-mail address
-- no_calls: opted out of calls by a flag (do_not_call or dnc); suppressions are counted in contactability
-- no_emails: opted out of e-mails by a flag
-- last_activity_at: latest activity known
-- created_at: when it came in
-- updated_at: when it last changed

SELECT
    id AS lead_id,
    business_id,
    first_name,
    last_name,
    email,
    phone,
    mobile_phone,
    company,
    title,
    street,
    city,
    postal_code,
    state,
    country,
    timezone,
    preferred_language,
    lead_source,
    source,
    status,
    lead_score,
    quality_rating,
    phone IS NOT NULL OR mobile_phone IS NOT NULL AS has_phone,
    email IS NOT NULL AS has_email,
    do_not_call OR dnc AS no_calls,
    do_not_email OR email_opt_out AS no_emails,
    last_activity_at,
    created_at,
    updated_at
FROM leads
