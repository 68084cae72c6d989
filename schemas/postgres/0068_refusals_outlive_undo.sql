-- migrate:up
-- A refusal on the telephone that a dialler writes as nothing but the status "dnc" is work: an undone import, a list that is taken off and a mirrored
-- list that loses the lead leave its row. An archived list takes no member by hand. The time zone of a business is one of a place, or UTC.
-- noqa: disable=LT01,LT02,LT05,RF03,RF04

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Nobody has worked on a campaign lead, and its lead has not said no in a call: it may leave the campaign. `dnc` by the rule alone, for an opt-out
-- in a file, is no work (henk.is_untouched); what was said in a call is kept in henk.said_no.
CREATE FUNCTION henk.may_leave(p_lead public.campaign_leads) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT henk.is_untouched(p_lead) THEN
        RETURN false;
    ELSIF p_lead.status <> 'dnc' THEN
        RETURN true;
    END IF;
    RETURN NOT EXISTS (SELECT FROM public.leads l
        JOIN henk.said_no n ON n.business_id = l.business_id AND n.fingerprint = ANY (henk.prints_of_lead(l))
        WHERE l.id = p_lead.lead_id);
END
$$;
COMMENT ON FUNCTION henk.may_leave(public.campaign_leads) IS 'Whether nobody has worked on a campaign lead, whose lead has not said no in a call.';
REVOKE EXECUTE ON FUNCTION henk.may_leave(public.campaign_leads) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.may_leave(public.campaign_leads) TO service_role;

DO $change$
DECLARE
    changed regprocedure;
    source text;
BEGIN
    FOREACH changed IN ARRAY ARRAY['henk.find_undoable(uuid)', 'henk.undo_import(uuid)', 'henk.withdraw_leads(uuid, uuid)',
        'henk.unassign_list(uuid, uuid)', 'henk.note_uses(uuid)']::regprocedure[] LOOP
        source := pg_get_functiondef(changed);
        IF strpos(source, 'henk.is_untouched(') = 0 THEN
            RAISE EXCEPTION '% is not what this migration was written for', changed;
        END IF;
        EXECUTE replace(source, 'henk.is_untouched(', 'henk.may_leave(');
    END LOOP;
END
$change$;

-- Raises 22023 for a list that takes no members.
CREATE FUNCTION henk.refuse_archived(p_lead_list_id uuid) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    archived text;
BEGIN
    SELECT ll.name INTO archived FROM public.lead_lists ll WHERE ll.id = p_lead_list_id AND ll.is_archived;
    IF archived IS NOT NULL THEN
        RAISE EXCEPTION 'The list "%" is archived: it takes no leads. Take it out of the archive first.', archived
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END
$$;
COMMENT ON FUNCTION henk.refuse_archived(uuid) IS 'Raise 22023 for a list that is archived.';
REVOKE EXECUTE ON FUNCTION henk.refuse_archived(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.refuse_archived(uuid) TO service_role;

CREATE OR REPLACE FUNCTION henk.lock_list_first() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM FROM public.lead_lists ll WHERE ll.id = CASE TG_OP WHEN 'DELETE' THEN OLD.lead_list_id ELSE NEW.lead_list_id END FOR NO KEY UPDATE;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    -- Of another business's list nothing is told: the policy refuses the row.
    IF (SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = NEW.lead_list_id) = ANY (henk.my_businesses()) THEN
        PERFORM henk.refuse_archived(NEW.lead_list_id);
    END IF;
    RETURN NEW;
END
$$;

DO $change$
DECLARE
    source text := pg_get_functiondef('henk.pin_lead(uuid, uuid)'::regprocedure);
    before text := $s$    PERFORM henk.require_record(p_list, list.id, 'lead list');
$s$;
BEGIN
    IF strpos(source, before) = 0 THEN
        RAISE EXCEPTION 'henk.pin_lead is not what this migration was written for';
    END IF;
    EXECUTE replace(source, before, before || $s$    PERFORM henk.refuse_archived(p_list);
$s$);
END
$change$;

-- Names of time zones that are no place's: the server's own, abbreviations, offsets.
CREATE FUNCTION henk.names_a_place(p_zone text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN p_zone IN ('UTC', 'Etc/UTC') OR p_zone !~ ('^(Factory|localtime|posixrules|(posix|right|SystemV|Etc)/.*|GMT.*|UCT|Universal|Zulu|Greenwich'
    '|[CEMW]ET|[EM]ST|HST|(CST6C|EST5E|MST7M|PST8P)DT)$');
COMMENT ON FUNCTION henk.names_a_place(text) IS 'Whether a time zone is that of a place, or UTC.';
REVOKE EXECUTE ON FUNCTION henk.names_a_place(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.names_a_place(text) TO service_role;

DO $change$
DECLARE
    source text := pg_get_functiondef('henk.refuse_unknown_place()'::regprocedure);
    before text := 'WHERE z.name = NEW.timezone) THEN';
BEGIN
    IF strpos(source, before) = 0 THEN
        RAISE EXCEPTION 'henk.refuse_unknown_place is not what this migration was written for';
    END IF;
    EXECUTE replace(replace(source, before, 'WHERE z.name = NEW.timezone AND henk.names_a_place(z.name)) THEN'),
        'there is no such time zone.', 'it is no time zone of a place.');
END
$change$;

-- migrate:down
-- Forward only.
