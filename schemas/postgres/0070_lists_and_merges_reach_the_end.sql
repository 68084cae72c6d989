-- migrate:up
-- A merge gives back what it ended of other people. Who is excluded is on no list, of whatever type. Assignments that clients write are refused where
-- add_lead_list_to_campaign refuses them. A refresh takes no planned call away, and it, or a merge, ends where the next refresh would end, too.
-- noqa: disable=LT01,LT02,LT05,RF03,RF04

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

-- Calls of other people that a merge ended: their numbers were those of somebody who refuses calls, as long as two were one.

-- What somebody has done on a campaign lead, as a digest: its status and its next call alone may have been changed by a rule.
CREATE FUNCTION henk.work_on(p_lead public.campaign_leads) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
    SELECT md5(jsonb_build_array((p_lead).attempts, (p_lead).last_attempt_at, (p_lead).outcome, (p_lead).pledged_amount, (p_lead).donated_amount,
        (p_lead).total_talk_time, (p_lead).last_call_duration, (p_lead).notes, (p_lead).contacted_at, (p_lead).converted_at)::text)
$$;
COMMENT ON FUNCTION henk.work_on(public.campaign_leads) IS 'A digest of what was done on a campaign lead, without its status and its next call.';
REVOKE EXECUTE ON FUNCTION henk.work_on(public.campaign_leads) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.work_on(public.campaign_leads) TO service_role;

-- The calls that a merge ended of people beyond its two leads are open again as they were: of people who may be called now, and on whose calls nobody
-- has worked since. Where another merge of somebody who refuses, with the same contact, keeps them ended, that one gives them back at its end.
CREATE FUNCTION henk.return_calls(p_merge public.lead_merges) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    remaining record;
BEGIN
    IF NOT p_merge.moved ? 'ended' THEN
        RETURN;
    END IF;
    FOR remaining IN
        WITH ended AS MATERIALIZED (
            SELECT cl.id, cl.lead_id, e.value AS call,
                bool_and(cl.status = 'dnc' AND henk.work_on(cl) = e.value ->> 'work') OVER (PARTITION BY cl.lead_id) AS is_as_left,
                EXISTS (SELECT FROM henk.leads_not_to_call u WHERE u.id = cl.lead_id) AS is_blocked
            FROM jsonb_array_elements(p_merge.moved -> 'ended') e JOIN public.campaign_leads cl ON cl.id = (e.value ->> 'id')::uuid
            WHERE cl.lead_id IS NOT NULL
        ), returned AS (
            UPDATE public.campaign_leads cl SET status = e.call ->> 'status',
                next_attempt_at = coalesce(cl.next_attempt_at, (e.call ->> 'next_attempt_at')::timestamptz)
            FROM ended e WHERE cl.id = e.id AND e.is_as_left AND NOT e.is_blocked
        )
        SELECT e.lead_id, jsonb_agg(e.call) AS calls FROM ended e WHERE e.is_as_left AND e.is_blocked GROUP BY e.lead_id
    LOOP
        UPDATE public.lead_merges m SET moved = m.moved || jsonb_build_object('ended', coalesce(m.moved -> 'ended', '[]') || remaining.calls)
        WHERE m.id = (
            SELECT o.id FROM public.leads c JOIN public.leads k ON k.business_id = c.business_id AND k.id <> c.id AND (k.do_not_call OR k.dnc)
                AND (k.phone IN (c.phone, c.mobile_phone) OR k.mobile_phone IN (c.phone, c.mobile_phone) OR k.email = c.email)
            JOIN public.lead_merges o ON o.kept_lead_id = k.id AND o.taken_apart_at IS NULL AND o.id <> p_merge.id
            WHERE c.id = remaining.lead_id ORDER BY o.merged_at DESC, o.id LIMIT 1);
    END LOOP;
END
$$;
COMMENT ON FUNCTION henk.return_calls(public.lead_merges) IS 'Step of taking a merge apart: calls of other people that it ended are open again.';
REVOKE EXECUTE ON FUNCTION henk.return_calls(public.lead_merges) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.return_calls(public.lead_merges) TO service_role;

-- Campaigns that mirror a list from which a lead is excluded let it go when the exclusion comes by a merge.
CREATE FUNCTION henk.follow_merge(p_lead_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    list uuid;
    refreshing text := coalesce(current_setting('henk.list_refresh', true), '');
BEGIN
    FOR list IN
        SELECT DISTINCT x.lead_list_id FROM public.lead_list_exclusions x
        JOIN public.campaign_leads cl ON cl.lead_id = x.lead_id AND cl.lead_list_id = x.lead_list_id
        JOIN public.campaign_lead_lists a ON a.campaign_id = cl.campaign_id AND a.lead_list_id = cl.lead_list_id AND a.is_active
            AND a.follow = 'mirror'
        WHERE x.lead_id = p_lead_id ORDER BY 1
    LOOP
        PERFORM set_config('henk.list_refresh', 'merge', true);
        PERFORM henk.follow_list(list, '{}', ARRAY[p_lead_id]);
        PERFORM set_config('henk.list_refresh', refreshing, true);
    END LOOP;
END
$$;
COMMENT ON FUNCTION henk.follow_merge(uuid) IS 'Step of a merge: campaigns that mirror a list let a lead go that it excludes now.';
REVOKE EXECUTE ON FUNCTION henk.follow_merge(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.follow_merge(uuid) TO service_role;

-- Where somebody has left a campaign, another with the number may come into it by any of its lists.
CREATE FUNCTION henk.offer_others(p_campaign_id uuid, p_lead_list_id uuid) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    other record;
    added integer;
    joined integer := 0;
    refreshing text := coalesce(current_setting('henk.list_refresh', true), '');
BEGIN
    IF NOT (SELECT c.dedupe_by_phone FROM public.campaigns c WHERE c.id = p_campaign_id) THEN
        RETURN 0;
    END IF;
    PERFORM set_config('henk.list_refresh', CASE refreshing WHEN '' THEN 'offer' ELSE refreshing END, true);
    FOR other IN
        SELECT a.lead_list_id, a.priority FROM public.campaign_lead_lists a JOIN public.lead_lists ll ON ll.id = a.lead_list_id
        WHERE a.campaign_id = p_campaign_id AND a.lead_list_id <> p_lead_list_id AND a.is_active AND a.follow <> 'frozen' AND NOT ll.is_archived
            AND (henk.is_smart(ll) OR a.follow = 'mirror')
        ORDER BY a.priority, a.assigned_at, a.id
    LOOP
        IF henk.is_offered_more(p_campaign_id, other.lead_list_id) THEN
            SELECT a.added INTO added FROM henk.assign_list(p_campaign_id, other.lead_list_id, other.priority) a;
            joined := joined + added;
        END IF;
    END LOOP;
    PERFORM set_config('henk.list_refresh', refreshing, true);
    RETURN joined;
END
$$;
COMMENT ON FUNCTION henk.offer_others(uuid, uuid) IS 'Let leads of a campaign''s other lists take the places of those who left, by telephone.';
REVOKE EXECUTE ON FUNCTION henk.offer_others(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.offer_others(uuid, uuid) TO service_role;

-- Assignments that are written, not made by add_lead_list_to_campaign, are refused where that function refuses them. Of another business's list or
-- campaign nothing is shown: the policy refuses the row.
CREATE FUNCTION henk.refuse_closed_assignment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF henk.list_cause() = 'hand' AND (henk.is_service() OR NEW.business_id = ANY (henk.my_businesses())) THEN
        PERFORM henk.refuse_closed((SELECT c.id FROM public.campaigns c WHERE c.id = NEW.campaign_id AND c.business_id = NEW.business_id),
            (SELECT ll.id FROM public.lead_lists ll WHERE ll.id = NEW.lead_list_id AND ll.business_id = NEW.business_id));
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION henk.refuse_closed_assignment() IS 'Trigger: no assignment of an archived list, or to a campaign that is over.';
REVOKE EXECUTE ON FUNCTION henk.refuse_closed_assignment() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.refuse_closed_assignment() TO service_role;
CREATE TRIGGER refuse_closed_inserted BEFORE INSERT ON public.campaign_lead_lists FOR EACH ROW
EXECUTE FUNCTION henk.refuse_closed_assignment();
CREATE TRIGGER refuse_closed_updated BEFORE UPDATE OF is_active ON public.campaign_lead_lists FOR EACH ROW
WHEN (new.is_active AND NOT old.is_active) EXECUTE FUNCTION henk.refuse_closed_assignment();

-- An exclusion that is there already takes the member away all the same.
CREATE OR REPLACE FUNCTION henk.exclude_lead(p_list uuid, p_lead uuid, p_reason text DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    excluded integer;
    removed integer;
BEGIN
    PERFORM FROM public.lead_lists ll WHERE ll.id = p_list FOR NO KEY UPDATE;
    INSERT INTO public.lead_list_exclusions (business_id, lead_list_id, lead_id, reason)
    SELECT ll.business_id, ll.id, p_lead, p_reason FROM public.lead_lists ll WHERE ll.id = p_list ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS excluded = ROW_COUNT;
    DELETE FROM public.lead_list_members m WHERE m.lead_list_id = p_list AND m.lead_id = p_lead;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN excluded + removed > 0;
END
$$;

-- Criteria that no lead can meet, or that ask for a word there is not, are a slip: refused where they are written or counted, not where they are
-- compared, so that lists and imports with such criteria from before go on.
CREATE FUNCTION henk.check_clauses(p_criteria jsonb) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    part record;
    words text[];
    word text;
    given jsonb;
    is_reversed boolean;
BEGIN
    FOR part IN SELECT * FROM henk.filter_clauses(p_criteria) LOOP
        given := part.clause -> 'value';
        IF part.clause ->> 'op' IN ('=', '!=', 'in') THEN
            words := CASE WHEN part.clause ->> 'measure' = 'status' THEN ARRAY['new', 'queued', 'calling', 'contacted', 'converted', 'failed', 'dnc']
                WHEN part.clause ->> 'field' = 'quality_rating' THEN ARRAY['hot', 'warm', 'cold', 'unrated'] END;
            SELECT min(e) INTO word FROM jsonb_array_elements_text(
                CASE jsonb_typeof(given) WHEN 'array' THEN given ELSE jsonb_build_array(given) END) e WHERE lower(e) <> ALL (words);
            IF word IS NOT NULL THEN
                PERFORM henk.refuse_filter(part.path, format('%s is one of %s, not "%s"',
                    coalesce(part.clause ->> 'measure', part.clause ->> 'field'), array_to_string(words, ', '), left(word, 100)));
            END IF;
        ELSIF part.clause ->> 'op' = 'between' THEN
            is_reversed := CASE jsonb_typeof(given -> 0) || ' ' || jsonb_typeof(given -> 1)
                WHEN 'number number' THEN (given ->> 0)::numeric > (given ->> 1)::numeric
                WHEN 'string string' THEN (given ->> 0)::timestamptz > (given ->> 1)::timestamptz
                -- Longer ago is first. Of different units, or of a day and a relative one, the order changes with the days.
                WHEN 'object object' THEN (SELECT bool_or(a.value::numeric < b.value::numeric)
                    FROM jsonb_each_text(given -> 0) a JOIN jsonb_each_text(given -> 1) b ON b.key = a.key) END;
            IF is_reversed THEN
                PERFORM henk.refuse_filter(part.path, format('between names the first and the last that are meant: %s comes after %s',
                    given -> 0, given -> 1));
            END IF;
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION henk.check_clauses(jsonb) IS 'Raise 22023 for criteria that no lead can meet, or with a word that a field does not have.';
REVOKE EXECUTE ON FUNCTION henk.check_clauses(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.check_clauses(jsonb) TO service_role;

-- What is written as it was changes nothing.
DROP TRIGGER note_list_change ON public.campaign_lead_lists;
CREATE TRIGGER note_list_change_inserted AFTER INSERT ON public.campaign_lead_lists FOR EACH ROW
WHEN (new.follow <> 'frozen') EXECUTE FUNCTION henk.note_list_change();
CREATE TRIGGER note_list_change_updated AFTER UPDATE OF filter_criteria, follow, is_active ON public.campaign_lead_lists FOR EACH ROW
WHEN (new.follow <> 'frozen' AND (new.filter_criteria IS DISTINCT FROM old.filter_criteria OR new.follow <> old.follow
    OR new.is_active <> old.is_active)) EXECUTE FUNCTION henk.note_list_change();
DROP TRIGGER zz_fill_smart_list_updated ON public.lead_lists;
CREATE TRIGGER zz_fill_smart_list_updated AFTER UPDATE OF filter_criteria, list_type, refresh, is_archived ON public.lead_lists FOR EACH ROW
WHEN (new.filter_criteria IS NOT NULL AND new.list_type <> 'static' AND (new.filter_criteria IS DISTINCT FROM old.filter_criteria
    OR old.list_type = 'static' OR new.refresh <> old.refresh OR new.is_archived <> old.is_archived))
EXECUTE FUNCTION henk.fill_smart_list();

COMMENT ON FUNCTION public.freeze_lead_list(uuid, text) IS 'Makes a static list of the members that a list has now, and gives its id. metadata says of which list, when, and by which criteria.

Errors: 22023 for a name that is empty or longer than 255 characters, or that another list of the business has; 42501, P0002 as above.';

DO $change$
DECLARE
    changes text[] := ARRAY[
        -- Calls that a merge ends are noted, and kept with it.
        ARRAY['henk.end_calls(uuid[])', $b$BEGIN
$b$, $a$BEGIN
    IF coalesce(current_setting('henk.ended_calls', true), '') <> '' THEN -- inside a merge
        PERFORM set_config('henk.ended_calls', (current_setting('henk.ended_calls')::jsonb || (
            SELECT coalesce(jsonb_agg(jsonb_build_object('id', cl.id, 'lead_id', cl.lead_id, 'status', cl.status,
                'next_attempt_at', cl.next_attempt_at, 'work', henk.work_on(cl))), '[]')
            FROM public.campaign_leads cl JOIN public.campaigns c ON c.id = cl.campaign_id AND c.exclude_dnc
            WHERE cl.lead_id = ANY (p_lead_ids) AND cl.status IN ('new', 'queued', 'contacted', 'failed')))::text, true);
    END IF;
$a$],
        ARRAY['henk.merge_into(uuid, uuid, uuid, double precision)', $b$    PERFORM set_config('henk.moving_rows', 'on', true);
$b$, $a$    PERFORM set_config('henk.moving_rows', 'on', true), set_config('henk.ended_calls', '[]', true);
$a$],
        ARRAY['henk.merge_into(uuid, uuid, uuid, double precision)', $b$    PERFORM set_config('henk.moving_rows', '', true);
    RETURN merge_id;
$b$, $a$    PERFORM set_config('henk.moving_rows', '', true), set_config('henk.ended_calls', '', true);
    RETURN merge_id;
$a$],
        ARRAY['henk.keep_merged_opt_outs()', $b$    RETURN NEW;
$b$, $a$    -- Calls of other people, who share a contact with one of the two: henk.return_calls opens them again.
    NEW.moved := NEW.moved || coalesce((SELECT jsonb_build_object('ended', jsonb_agg(e - 'lead_id'))
        FROM jsonb_array_elements(nullif(current_setting('henk.ended_calls', true), '')::jsonb) e
        WHERE e ->> 'lead_id' NOT IN (NEW.kept_lead_id::text, NEW.dropped_lead_id::text) HAVING count(*) > 0), '{}');
    RETURN NEW;
$a$],
        ARRAY['henk.take_apart(uuid)', $b$    PERFORM henk.return_merges(merge), henk.return_pairs(merge);
$b$, $a$    PERFORM henk.return_calls(merge), henk.return_merges(merge), henk.return_pairs(merge);
$a$],
        -- Members, and calls, that an exclusion of the other lead takes from the kept one come back at the end of the merge.
        ARRAY['henk.merge_into(uuid, uuid, uuid, double precision)',
            $b$jsonb_agg(jsonb_build_object('id', m.id, 'origin', m.origin, 'import_id', m.import_id)), '[]')
            FROM public.lead_list_members m WHERE m.lead_id = p_keep),
$b$, $a$jsonb_agg(to_jsonb(m)), '[]') FROM public.lead_list_members m WHERE m.lead_id = p_keep),
$a$],
        ARRAY['henk.merge_into(uuid, uuid, uuid, double precision)', $b$    PERFORM henk.reattribute_leads(ARRAY[p_keep]);
$b$, $a$    PERFORM henk.follow_merge(p_keep), henk.reattribute_leads(ARRAY[p_keep]);
    moved := moved || jsonb_build_object('excluded', (
        SELECT coalesce(jsonb_agg(b ->> 'id'), '[]') FROM jsonb_array_elements(before -> 'kept_members') b
        WHERE NOT EXISTS (SELECT FROM public.lead_list_members m WHERE m.id = (b ->> 'id')::uuid)));
$a$],
        ARRAY['henk.take_apart(uuid)',
            $b$    WHERE v.lead_id = merge.dropped_lead_id AND EXISTS (SELECT FROM public.campaigns c WHERE c.id = v.campaign_id)
$b$, $a$    WHERE (v.lead_id = merge.dropped_lead_id OR (v.lead_id = merge.kept_lead_id AND NOT EXISTS (
            SELECT FROM jsonb_array_elements(merge.rows_after -> 'campaign_leads') a WHERE a -> 'id' = b -> 'id')))
        AND EXISTS (SELECT FROM public.campaigns c WHERE c.id = v.campaign_id)
$a$],
        ARRAY['henk.take_apart(uuid)', $b$    PERFORM henk.unmerge_memberships(merge.kept_lead_id, merge.dropped_lead_id);
$b$, $a$    PERFORM henk.unmerge_memberships(merge.kept_lead_id, merge.dropped_lead_id);
    INSERT INTO public.lead_list_members
    SELECT v.* FROM jsonb_array_elements(merge.rows_before -> 'kept_members') b,
        LATERAL jsonb_populate_record(NULL::public.lead_list_members, b) v
    WHERE merge.moved -> 'excluded' ? (b ->> 'id') AND EXISTS (SELECT FROM public.lead_lists ll WHERE ll.id = v.lead_list_id)
        AND NOT EXISTS (SELECT FROM public.lead_list_exclusions x WHERE x.lead_list_id = v.lead_list_id AND x.lead_id = v.lead_id)
    ON CONFLICT DO NOTHING;
$a$],
        -- A planned call is somebody's; a refresh takes it away no more than a call that was made.
        ARRAY['henk.withdraw_leads(uuid, uuid)', $b$ AND henk.may_leave(cl);
$b$, $a$ AND cl.next_attempt_at IS NULL AND henk.may_leave(cl);
$a$],
        -- First who goes, then who comes: a twin of the number takes the place.
        ARRAY['henk.follow_list(uuid, uuid[], uuid[])', $b$            IF henk.is_offered_more(target.campaign_id, p_lead_list_id) THEN
                SELECT a.added INTO added FROM henk.assign_list(target.campaign_id, p_lead_list_id, target.priority) a;
            END IF;
            IF target.follow = 'mirror' THEN
                withdrawn := henk.withdraw_leads(target.campaign_id, p_lead_list_id);
            END IF;
$b$, $a$            -- First who goes, then who comes: a twin of the number takes the place, whichever list of the campaign has it.
            IF target.follow = 'mirror' THEN
                withdrawn := henk.withdraw_leads(target.campaign_id, p_lead_list_id);
            END IF;
            IF henk.is_offered_more(target.campaign_id, p_lead_list_id) THEN
                SELECT a.added INTO added FROM henk.assign_list(target.campaign_id, p_lead_list_id, target.priority) a;
            END IF;
            IF withdrawn > 0 THEN
                PERFORM henk.offer_others(target.campaign_id, p_lead_list_id);
            END IF;
$a$],
        -- On lists of every type the last word of a hand counts, and nothing else brings back who is excluded.
        ARRAY['henk.follow_members()', $b$    IF smart IS NOT NULL AND TG_OP = 'INSERT' THEN
        IF cause = 'hand' THEN
            EXECUTE$b$, $a$    IF TG_OP = 'INSERT' AND smart IS DISTINCT FROM lists
        AND EXISTS (SELECT FROM public.lead_list_exclusions x WHERE x.lead_list_id = ANY (lists)) THEN
        IF cause = 'hand' THEN
            EXECUTE 'DELETE FROM public.lead_list_exclusions x USING came c WHERE x.lead_list_id = c.lead_list_id AND x.lead_id = c.lead_id';
        ELSE
            PERFORM set_config('henk.list_refresh', 'excluded', true);
            EXECUTE 'DELETE FROM public.lead_list_members m USING came c, public.lead_list_exclusions x WHERE m.id = c.id '
                'AND x.lead_list_id = c.lead_list_id AND x.lead_id = c.lead_id';
            PERFORM set_config('henk.list_refresh', '', true);
        END IF;
    END IF;
    IF smart IS NOT NULL AND TG_OP = 'INSERT' THEN
        IF cause = 'hand' THEN
            EXECUTE$a$],
        ARRAY['henk.check_filter()', $b$    IF TG_TABLE_NAME = 'lead_lists' THEN
$b$, $a$    IF TG_OP = 'INSERT' OR to_jsonb(OLD) -> 'filter_criteria' IS DISTINCT FROM NEW.filter_criteria THEN
        PERFORM henk.check_clauses(NEW.filter_criteria);
    END IF;
    IF TG_TABLE_NAME = 'lead_lists' THEN
$a$],
        ARRAY['henk.preview_filter(uuid, jsonb, uuid, uuid)', $b$BEGIN
    criteria :=$b$, $a$BEGIN
    -- What could not be saved is not counted.
    PERFORM henk.compile_filter(p_criteria, p_business_id => p_business_id), henk.check_clauses(p_criteria),
        henk.check_named_lists(p_business_id, coalesce(p_lead_list_id, gen_random_uuid()), p_criteria);
    criteria :=$a$],
        ARRAY['henk.freeze_list(uuid, text)', $b$    INSERT INTO public.lead_lists (business_id, name, description,$b$,
            $a$    IF EXISTS (SELECT FROM public.lead_lists ll
        WHERE ll.business_id = list.business_id AND ll.name = btrim(p_name) AND NOT ll.is_archived) THEN
        RAISE EXCEPTION 'p_name: the business has a list "%" already.', btrim(p_name) USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO public.lead_lists (business_id, name, description,$a$],
        ARRAY['henk.create_list(uuid, text, jsonb)', $b$FROM pg_temp.henk_people p WHERE p.place = p.person
    ON CONFLICT (lead_list_id, lead_id) DO NOTHING;$b$, $a$FROM pg_temp.henk_people p WHERE p.place = p.person
        AND NOT EXISTS (SELECT FROM public.lead_list_exclusions x WHERE x.lead_list_id = list_id AND x.lead_id = p.lead_id)
    ON CONFLICT (lead_list_id, lead_id) DO NOTHING;$a$]
    ];
    source text;
BEGIN
    FOR n IN 1 .. array_length(changes, 1) LOOP
        source := pg_get_functiondef(changes[n][1]::regprocedure);
        IF strpos(source, changes[n][2]) = 0 THEN
            RAISE EXCEPTION '% is not what this migration was written for: %', changes[n][1], changes[n][2];
        END IF;
        EXECUTE replace(source, changes[n][2], changes[n][3]);
    END LOOP;
END
$change$;

-- migrate:down
-- Forward only.
