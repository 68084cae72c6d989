-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE VIEW henk.leads_not_to_call AS
 SELECT id,
    business_id
   FROM public.leads l
  WHERE (do_not_call OR dnc OR (EXISTS ( SELECT
           FROM public.suppressions s
          WHERE ((s.business_id = l.business_id) AND (s.channel = 'phone'::text) AND (s.value = henk.call_key(l.phone))))) OR (EXISTS ( SELECT
           FROM public.suppressions s
          WHERE ((s.business_id = l.business_id) AND (s.channel = 'phone'::text) AND (s.value = henk.call_key(l.mobile_phone))))) OR
        CASE
            WHEN (NOT (henk.is_e164(phone) AND henk.is_e164(mobile_phone))) THEN henk.unread_is_blocked(business_id, country, phone, mobile_phone)
            ELSE NULL::boolean
        END OR
        CASE
            WHEN ( SELECT (EXISTS ( SELECT
                       FROM henk.blocked_numbers)) AS "exists") THEN (EXISTS ( SELECT
               FROM henk.blocked_numbers r
              WHERE ((r.business_id = l.business_id) AND (r.number = ANY (ARRAY[l.phone, l.mobile_phone])))))
            ELSE NULL::boolean
        END OR
        CASE
            WHEN (( SELECT (EXISTS ( SELECT
                       FROM henk.no_calls)) AS "exists") AND (email IS NOT NULL)) THEN (EXISTS ( SELECT
               FROM henk.no_calls n
              WHERE ((n.business_id = l.business_id) AND (n.address = ANY (
                    CASE
                        WHEN (henk.is_plain_email(l.email) AND (l.email !~ '[+].*@|@g(oogle)?mail[.]com$'::text)) THEN ARRAY[henk.fingerprint(l.business_id, l.email)]
                        ELSE henk.address_prints(l.business_id, l.email)
                    END)))))
            ELSE NULL::boolean
        END OR
        CASE
            WHEN ( SELECT (EXISTS ( SELECT
                       FROM henk.erasures)) AS "exists") THEN ((EXISTS ( SELECT
               FROM henk.erasures e
              WHERE ((e.business_id = l.business_id) AND (e.channel = 'email'::text) AND (e.fingerprint = ANY (
                    CASE
                        WHEN (henk.is_plain_email(l.email) AND (l.email !~ '[+].*@|@g(oogle)?mail[.]com$'::text)) THEN ARRAY[henk.fingerprint(l.business_id, l.email)]
                        ELSE henk.address_prints(l.business_id, l.email)
                    END))))) OR (EXISTS ( SELECT
               FROM henk.erasures e
              WHERE ((e.business_id = l.business_id) AND (e.channel = 'phone'::text) AND (e.fingerprint = henk.fingerprint(l.business_id, l.phone))))) OR (EXISTS ( SELECT
               FROM henk.erasures e
              WHERE ((e.business_id = l.business_id) AND (e.channel = 'phone'::text) AND (e.fingerprint = henk.fingerprint(l.business_id, l.mobile_phone))))))
            ELSE NULL::boolean
        END);


GRANT SELECT ON TABLE henk.leads_not_to_call TO service_role;


CREATE VIEW public.campaign_lead_lists_with_stats WITH (security_invoker='true') AS
 WITH counted AS (
         SELECT campaign_leads.campaign_id,
            campaign_leads.lead_list_id,
            count(*) AS actual_leads_count,
            count(*) FILTER (WHERE ((campaign_leads.status)::text = ANY ((ARRAY['contacted'::character varying, 'converted'::character varying])::text[]))) AS contacted_count,
            count(*) FILTER (WHERE ((campaign_leads.status)::text = 'converted'::text)) AS converted_count
           FROM public.campaign_leads
          GROUP BY campaign_leads.campaign_id, campaign_leads.lead_list_id
        )
 SELECT a.id,
    a.business_id,
    a.campaign_id,
    a.lead_list_id,
    a.priority,
    a.max_attempts_override,
    a.filter_criteria,
    a.total_leads,
    a.contacted_leads,
    a.successful_leads,
    a.is_active,
    a.assigned_at,
    a.assigned_by,
    a.completed_at,
    a.import_id,
    ll.name AS list_name,
    ll.description AS list_description,
    ll.lead_count AS total_leads_in_list,
    c.name AS campaign_name,
    c.status AS campaign_status,
    COALESCE(n.actual_leads_count, (0)::bigint) AS actual_leads_count,
    COALESCE(n.contacted_count, (0)::bigint) AS contacted_count,
    COALESCE(n.converted_count, (0)::bigint) AS converted_count,
    round((((n.converted_count)::numeric / (NULLIF(n.contacted_count, 0))::numeric) * (100)::numeric), 2) AS conversion_rate
   FROM (((public.campaign_lead_lists a
     JOIN public.lead_lists ll ON ((a.lead_list_id = ll.id)))
     JOIN public.campaigns c ON ((a.campaign_id = c.id)))
     LEFT JOIN counted n ON (((a.campaign_id = n.campaign_id) AND (a.lead_list_id = n.lead_list_id))));


COMMENT ON VIEW public.campaign_lead_lists_with_stats IS 'Every assignment with its list, its campaign and its counts taken from campaign_leads at this moment. conversion_rate is per cent of the contacted.';


GRANT SELECT ON TABLE public.campaign_lead_lists_with_stats TO authenticated;
GRANT SELECT ON TABLE public.campaign_lead_lists_with_stats TO service_role;


CREATE VIEW public.lead_lists_with_campaigns WITH (security_invoker='true') AS
 WITH used AS (
         SELECT a.business_id,
            a.lead_list_id,
            jsonb_agg(jsonb_build_object('campaign_id', c.id, 'campaign_name', c.name, 'campaign_status', c.status, 'assigned_at', a.assigned_at, 'priority', a.priority, 'is_active', a.is_active) ORDER BY a.assigned_at DESC, a.id) AS campaigns
           FROM (public.campaign_lead_lists a
             JOIN public.campaigns c ON ((a.campaign_id = c.id)))
          GROUP BY a.business_id, a.lead_list_id
        )
 SELECT ll.id,
    ll.business_id,
    ll.name,
    ll.description,
    ll.list_type,
    ll.lead_count,
    ll.is_archived,
    ll.tags,
    ll.metadata,
    ll.source,
    ll.source_id,
    ll.filter_criteria,
    ll.color,
    ll.created_at,
    ll.created_by,
    ll.updated_at,
    ll.updated_by,
    COALESCE(u.campaigns, '[]'::jsonb) AS campaigns
   FROM (public.lead_lists ll
     LEFT JOIN used u ON (((ll.business_id = u.business_id) AND (ll.id = u.lead_list_id))));


COMMENT ON VIEW public.lead_lists_with_campaigns IS 'Every list with the campaigns it is assigned to, newest first, as a JSON array.';


GRANT SELECT ON TABLE public.lead_lists_with_campaigns TO authenticated;
GRANT SELECT ON TABLE public.lead_lists_with_campaigns TO service_role;
