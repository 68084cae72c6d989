-- migrate:up
-- Undo minds what people have taken off a campaign: a list that an earlier import had assigned came back with its leads when a later one was undone.
-- A call that goes over to another list has come by that one: whoever undid two files in their order left a call that neither gave. A priority that a
-- person gives stays where a file had the same.
-- noqa: disable=LT01,LT02,LT05,RF03,RF04

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE TABLE henk.lists_taken_off (
    campaign_id uuid NOT NULL REFERENCES public.campaigns ON DELETE CASCADE,
    lead_list_id uuid NOT NULL REFERENCES public.lead_lists ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (campaign_id, lead_list_id)
);
CREATE INDEX lists_taken_off_lead_list_id_idx ON henk.lists_taken_off (lead_list_id);
COMMENT ON TABLE henk.lists_taken_off IS 'When somebody last took a list off a campaign: who had assigned it before gives its leads to the campaign no more, for undo.';
GRANT SELECT, INSERT, UPDATE, DELETE ON henk.lists_taken_off TO service_role;

CREATE FUNCTION henk.note_taken_off() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF to_regclass('pg_temp.henk_undo') IS NULL THEN
        INSERT INTO henk.lists_taken_off (campaign_id, lead_list_id)
        SELECT w.campaign_id, w.lead_list_id FROM went w JOIN public.campaigns c ON c.id = w.campaign_id JOIN public.lead_lists ll ON ll.id = w.lead_list_id
        ON CONFLICT (campaign_id, lead_list_id) DO UPDATE SET at = excluded.at;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.note_taken_off() IS 'Trigger: note when a list was taken off a campaign.';
REVOKE ALL ON FUNCTION henk.note_taken_off() FROM PUBLIC;
CREATE TRIGGER zzz_note_taken_off AFTER DELETE ON public.campaign_lead_lists REFERENCING OLD TABLE AS went
    FOR EACH STATEMENT EXECUTE FUNCTION henk.note_taken_off();

-- Whether what was assigned at a moment has been taken off the campaign since.
CREATE FUNCTION henk.is_taken_off(p_campaign_id uuid, p_lead_list_id uuid, p_at timestamptz) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT EXISTS (SELECT FROM henk.lists_taken_off t WHERE t.campaign_id = p_campaign_id AND t.lead_list_id = p_lead_list_id AND t.at > p_at)
$$;
COMMENT ON FUNCTION henk.is_taken_off(uuid, uuid, timestamptz) IS 'Whether a list has been taken off a campaign since a moment.';
REVOKE ALL ON FUNCTION henk.is_taken_off(uuid, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.is_taken_off(uuid, uuid, timestamptz) TO service_role;

DO $$
DECLARE
    changes text[][] := ARRAY[
        ['henk.unassign_list(uuid, uuid)', '    PERFORM henk.attribute_leads(p_campaign_id, p_lead_list_id);
', '    INSERT INTO henk.lists_taken_off (campaign_id, lead_list_id) VALUES (p_campaign_id, p_lead_list_id)
    ON CONFLICT (campaign_id, lead_list_id) DO UPDATE SET at = excluded.at;
    PERFORM henk.attribute_leads(p_campaign_id, p_lead_list_id);
    -- Whom an import had brought by this list, and who is on another one of the campaign, is in it by that one from when both were so.
    UPDATE public.campaign_leads cl SET added_at = o.added_at
    FROM public.lead_list_members m JOIN public.lead_list_members o ON o.lead_id = m.lead_id AND o.lead_list_id <> m.lead_list_id
    WHERE m.lead_list_id = p_lead_list_id AND cl.campaign_id = p_campaign_id AND cl.lead_id = m.lead_id AND cl.lead_list_id = o.lead_list_id
        AND cl.added_at < o.added_at AND cl.import_id IS NOT NULL AND henk.may_leave(cl);
'],
        ['henk.hand_over(uuid)', 'WHERE a.import_id = p_import_id ORDER BY a.id, i.finished_at, i.id) h',
            'WHERE a.import_id = p_import_id AND NOT henk.is_taken_off(a.campaign_id, a.lead_list_id, i.finished_at) ORDER BY a.id, i.finished_at, i.id) h'],
        ['henk.keep_in_campaigns(uuid)', '    CREATE INDEX ON pg_temp.henk_giving (assignment, at);
', '    DELETE FROM pg_temp.henk_giving g USING public.campaign_lead_lists a
    WHERE a.id = g.assignment AND henk.is_taken_off(a.campaign_id, a.lead_list_id, g.at);
    CREATE INDEX ON pg_temp.henk_giving (assignment, at);
'],
        ['henk.keep_in_campaigns(uuid)', 'SELECT DISTINCT ON (e.id) e.id, e.lead_list_id, e.import_id FROM (', 'SELECT DISTINCT ON (e.id) e.id, e.lead_list_id, e.import_id, e.at FROM ('],
        ['henk.keep_in_campaigns(uuid)', 'SET lead_list_id = k.lead_list_id, import_id = k.import_id FROM pg_temp.henk_kept k',
            'SET lead_list_id = k.lead_list_id, import_id = k.import_id, added_at = greatest(cl.added_at, k.at) FROM pg_temp.henk_kept k'],
        ['henk.restore_terms(uuid)', 'NOT (t.term = ''is_active'' AND EXISTS', 'NOT (t.term IN (''is_active'', ''priority'') AND EXISTS'],
        ['henk.undo_import(uuid)', 'WHERE i.id = m.import_id AND a.campaign_id = ANY (i.campaign_ids)));',
            'WHERE i.id = m.import_id AND a.campaign_id = ANY (i.campaign_ids)
                AND NOT henk.is_taken_off(a.campaign_id, a.lead_list_id, i.finished_at)));']
    ];
    body text;
BEGIN
    FOR n IN 1 .. array_length(changes, 1) LOOP
        body := pg_get_functiondef(changes[n][1]::regprocedure);
        IF strpos(body, changes[n][2]) = 0 THEN
            RAISE EXCEPTION '% is not as an earlier migration left it: %', changes[n][1], changes[n][2];
        END IF;
        EXECUTE replace(body, changes[n][2], changes[n][3]);
    END LOOP;
END
$$;

-- migrate:down
-- Forward only.
