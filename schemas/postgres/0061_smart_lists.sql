-- migrate:up
-- Smart lists: lists with criteria refresh themselves. A refresh is a difference: who stays is not touched, and nothing is written where nothing
-- changed. An exclusion outweighs a pin, a pin the criteria; a refresh that takes too many away is held; campaigns follow as their assignment says.
-- noqa: disable=LT01,LT02,LT05,LT14,RF03,RF04,CP01
-- squawk-ignore-file prefer-bigint-over-int, prefer-text-field, adding-not-nullable-field, constraint-missing-not-valid, ban-drop-function
-- squawk-ignore-file require-concurrent-index-creation, adding-foreign-key-constraint, prefer-identity, adding-required-field

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

ALTER TABLE lead_lists ADD COLUMN refresh text NOT NULL DEFAULT 'auto' CHECK (refresh IN ('auto', 'manual', 'frozen')),
ADD COLUMN refreshed_at timestamptz,
ADD COLUMN criteria_changed_at timestamptz,
ADD COLUMN refresh_ms integer CHECK (refresh_ms >= 0),
ADD COLUMN refresh_error text,
ADD COLUMN max_leave numeric(4, 3) NOT NULL DEFAULT 0.300 CHECK (max_leave BETWEEN 0 AND 1),
ADD COLUMN held jsonb;
COMMENT ON COLUMN lead_lists.refresh IS 'auto: members follow the criteria by themselves; manual: when somebody asks; frozen: never.';
COMMENT ON COLUMN lead_lists.refreshed_at IS 'When the members were last compared with the criteria.';
COMMENT ON COLUMN lead_lists.criteria_changed_at IS 'When the criteria were last changed. Later than refreshed_at: the members are those of the criteria before.';
COMMENT ON COLUMN lead_lists.refresh_ms IS 'How long the last refresh took, in milliseconds.';
COMMENT ON COLUMN lead_lists.refresh_error IS 'Why the last refresh failed; null where it did not.';
COMMENT ON COLUMN lead_lists.max_leave IS 'The share of members that may leave in one refresh; more than that, and more than 25, is held. 1: it may empty itself.';
COMMENT ON COLUMN lead_lists.held IS 'A refresh that waits for a person: entered, left, at, reason. refresh_lead_list_now(id, true) applies it.';
CREATE INDEX lead_lists_smart ON lead_lists (business_id) WHERE filter_criteria IS NOT NULL AND list_type <> 'static';

ALTER TABLE lead_list_members ADD COLUMN origin text NOT NULL DEFAULT 'given' CHECK (origin IN ('given', 'criteria', 'pinned'));
COMMENT ON COLUMN lead_list_members.origin IS 'criteria: found by them, and leaves with them; pinned: added by hand to a list with criteria; given: by an import, or '
'by hand to a list without.';
-- Members that a refresh found until now; those of imports are theirs.
UPDATE lead_list_members AS m SET origin = 'criteria' FROM lead_lists AS ll
WHERE ll.id = m.lead_list_id AND ll.list_type <> 'static' AND ll.filter_criteria IS NOT NULL AND m.import_id IS NULL;

ALTER TABLE campaign_lead_lists ADD COLUMN follow text NOT NULL DEFAULT 'enter' CHECK (follow IN ('frozen', 'enter', 'mirror'));
COMMENT ON COLUMN campaign_lead_lists.follow IS 'What a refresh of the list does to the campaign. frozen: nothing; enter: who joins is added; mirror: and '
'who left, or does not meet filter_criteria any more, is taken out, unless somebody has worked on the lead.';

CREATE TABLE lead_list_exclusions (
    business_id uuid NOT NULL,
    lead_list_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    reason text,
    added_at timestamptz NOT NULL DEFAULT now(),
    added_by uuid,
    merged_from uuid,
    PRIMARY KEY (lead_list_id, lead_id),
    FOREIGN KEY (business_id, lead_list_id) REFERENCES lead_lists (business_id, id) ON DELETE CASCADE
);
CREATE INDEX lead_list_exclusions_lead_id ON lead_list_exclusions (lead_id);
COMMENT ON TABLE lead_list_exclusions IS 'Leads that a list never has, whatever its criteria say: removed by hand from a list with criteria.';
COMMENT ON COLUMN lead_list_exclusions.lead_id IS 'The lead. Without a foreign key: a lead that a merge dropped may return.';
COMMENT ON COLUMN lead_list_exclusions.merged_from IS 'The lead of a merge that was excluded.';

CREATE TABLE lead_list_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    business_id uuid NOT NULL,
    lead_list_id uuid NOT NULL,
    lead_id uuid,
    event text NOT NULL CHECK (event IN ('entered', 'left', 'pinned', 'excluded')),
    cause text NOT NULL CHECK (cause IN ('refresh', 'import', 'hand', 'rule', 'merge', 'undo', 'erase')),
    refresh_id uuid,
    at timestamptz NOT NULL DEFAULT now(),
    merged_from uuid [],
    FOREIGN KEY (business_id, lead_list_id) REFERENCES lead_lists (business_id, id) ON DELETE CASCADE
);
CREATE INDEX lead_list_events_list ON lead_list_events (lead_list_id, id);
CREATE INDEX lead_list_events_lead_id ON lead_list_events (lead_id) WHERE lead_id IS NOT NULL;
COMMENT ON TABLE lead_list_events IS 'Who entered and left a list with criteria, when and why. A lead that is deleted leaves its event without an id.';
COMMENT ON COLUMN lead_list_events.lead_id IS 'The lead; that of a merge is the kept one. Null when it has been deleted.';
COMMENT ON COLUMN lead_list_events.merged_from IS 'The leads whose event it was before merges, the last one first.';

CREATE TABLE list_refreshes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    lead_list_id uuid NOT NULL,
    cause text NOT NULL CHECK (cause IN ('refresh', 'import', 'hand', 'rule', 'merge', 'undo', 'erase')),
    criteria jsonb,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    matched integer,
    entered integer,
    left_out integer,
    pinned integer,
    excluded integer,
    status text NOT NULL CHECK (status IN ('done', 'unchanged', 'held', 'failed')),
    error text,
    run_id text,
    FOREIGN KEY (business_id, lead_list_id) REFERENCES lead_lists (business_id, id) ON DELETE CASCADE
);
CREATE INDEX list_refreshes_list ON list_refreshes (lead_list_id, finished_at);
COMMENT ON TABLE list_refreshes IS 'Refreshes of lists that changed something, were held or failed. One that found nothing to do writes no row.';
COMMENT ON COLUMN list_refreshes.left_out IS 'How many members left.';

-- A transaction that changed what lists may ask for. Read and deleted by the refresh that follows.
CREATE TABLE henk.list_changes (
    business_id uuid NOT NULL,
    transaction bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (business_id, transaction)
);
COMMENT ON TABLE henk.list_changes IS 'Businesses whose lists with criteria may have other members, with the transaction that said so, until a refresh follows.';

-- Rights, as of the other tables (0009).
UPDATE henk.client_rights SET withheld = withheld || '{refreshed_at,criteria_changed_at,refresh_ms,refresh_error,held}' WHERE table_name = 'lead_lists';
UPDATE henk.client_rights SET withheld = withheld || '{origin}' WHERE table_name = 'lead_list_members';
INSERT INTO henk.client_rights (table_name, inserts, updates, deletes, team_roles, withheld, fixed, only_columns) VALUES
('lead_list_exclusions', true, false, true, '{owner,admin,member}', '{business_id,merged_from}', '{}', NULL),
('lead_list_events', false, false, false, '{owner,admin,member}', '{}', '{}', NULL),
('list_refreshes', false, false, false, '{owner,admin,member}', '{}', '{}', NULL);
DO $rights$
DECLARE
    rights henk.client_rights;
    may text;
BEGIN
    PERFORM henk.grant_columns('lead_lists'), henk.grant_columns('lead_list_members'), henk.grant_columns('campaign_lead_lists');
    FOR rights IN SELECT * FROM henk.client_rights r WHERE r.table_name IN ('lead_list_exclusions', 'lead_list_events', 'list_refreshes') LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', rights.table_name);
        EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC, anon, authenticated', rights.table_name);
        EXECUTE format('GRANT SELECT ON public.%I TO authenticated', rights.table_name);
        EXECUTE format('GRANT ALL ON public.%I TO service_role', rights.table_name);
        PERFORM henk.grant_columns(rights.table_name);
        may := format('business_id = ANY ((SELECT henk.my_businesses(%L))::uuid[])', rights.team_roles);
        EXECUTE format('CREATE POLICY members_read ON public.%I FOR SELECT TO authenticated '
            'USING (business_id = ANY ((SELECT henk.my_businesses())::uuid[]))', rights.table_name);
        IF rights.inserts THEN
            EXECUTE format('CREATE POLICY members_insert ON public.%I FOR INSERT TO authenticated WITH CHECK (%s)', rights.table_name, may);
        END IF;
        IF rights.deletes THEN
            EXECUTE format('GRANT DELETE ON public.%I TO authenticated', rights.table_name);
            EXECUTE format('CREATE POLICY members_delete ON public.%I FOR DELETE TO authenticated USING (%s)', rights.table_name, may);
        END IF;
    END LOOP;
END
$rights$;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON henk.list_changes TO service_role;

-- Why members change at this moment.
CREATE FUNCTION henk.list_cause() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN to_regclass('pg_temp.henk_undo') IS NOT NULL THEN 'undo' WHEN current_setting('henk.moving_rows', true) = 'on' THEN 'merge'
        WHEN current_setting('henk.importing', true) = 'on' THEN 'import' ELSE 'hand' END
$$;
COMMENT ON FUNCTION henk.list_cause() IS 'Why members of lists change in this transaction: undo, merge, import, or by hand.';

-- Whether a business has anything that follows changes: a list that refreshes itself, or a campaign that mirrors one.
CREATE FUNCTION henk.follows_changes(p_business_id uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM public.lead_lists ll WHERE ll.business_id = p_business_id AND ll.filter_criteria IS NOT NULL AND ll.list_type <> 'static'
            AND ll.refresh = 'auto' AND NOT ll.is_archived)
        OR EXISTS (SELECT FROM public.campaigns c JOIN public.campaign_lead_lists a ON a.campaign_id = c.id
            WHERE c.business_id = p_business_id AND c.status::text IN ('draft', 'active', 'paused') AND a.is_active AND a.follow = 'mirror')
$$;
COMMENT ON FUNCTION henk.follows_changes(uuid) IS 'Whether a business has lists that refresh themselves, or campaigns that mirror one.';

-- Note that a business has changed; once, until a refresh follows. A note that is there is held until this transaction ends, so that the refresh which
-- deletes it begins afterwards; one that is being deleted is not seen by SKIP LOCKED.
CREATE FUNCTION henk.note_change_of(p_business_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT henk.follows_changes(p_business_id) THEN
        RETURN;
    ELSIF current_setting('transaction_isolation') = 'read committed' THEN
        PERFORM FROM henk.list_changes c WHERE c.business_id = p_business_id LIMIT 1 FOR KEY SHARE SKIP LOCKED;
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;
    INSERT INTO henk.list_changes (business_id) VALUES (p_business_id) ON CONFLICT DO NOTHING;
END
$$;
COMMENT ON FUNCTION henk.note_change_of(uuid) IS 'Note that lists of a business may have other members after this transaction.';

CREATE FUNCTION henk.note_list_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- What a refresh does to members is no change that another one must follow: lists that name lists come after them.
    IF TG_TABLE_NAME = 'lead_list_members' AND coalesce(current_setting('henk.list_refresh', true), '') <> '' THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT henk.note_change_of(b.business_id) FROM (SELECT DISTINCT business_id FROM %I) b',
        CASE TG_OP WHEN 'DELETE' THEN 'went' ELSE 'came' END);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.note_list_changes() IS 'Trigger: lists with criteria of the business may have other members after this transaction.';

-- Of a row; once a transaction.
CREATE FUNCTION henk.note_list_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    noted text := NEW.business_id || ' ' || pg_current_xact_id();
BEGIN
    IF coalesce(current_setting('henk.noted_change', true), '') <> noted THEN
        PERFORM set_config('henk.noted_change', noted, true);
        PERFORM henk.note_change_of(NEW.business_id);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.note_list_change() IS 'Trigger: as note_list_changes, for a row.';

-- An import adds the leads it inserts to a list, whose trigger notes it: transition tables of a million leads cost an import a second.
CREATE TRIGGER note_list_change AFTER INSERT ON leads FOR EACH ROW
WHEN (coalesce(current_setting('henk.importing', true), '') <> 'on') EXECUTE FUNCTION henk.note_list_change();
CREATE TRIGGER note_list_changes_updated AFTER UPDATE ON leads REFERENCING OLD TABLE AS went NEW TABLE AS came
FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();
CREATE TRIGGER note_list_changes_inserted AFTER INSERT ON lead_list_members REFERENCING NEW TABLE AS came
FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();
CREATE TRIGGER note_list_changes_deleted AFTER DELETE ON lead_list_members REFERENCING OLD TABLE AS went
FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();
CREATE TRIGGER note_list_changes_inserted AFTER INSERT ON campaign_leads REFERENCING NEW TABLE AS came
FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();
CREATE TRIGGER note_list_changes_updated AFTER UPDATE ON campaign_leads REFERENCING OLD TABLE AS went NEW TABLE AS came
FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();
CREATE TRIGGER note_list_changes_deleted AFTER DELETE ON campaign_leads REFERENCING OLD TABLE AS went
FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();
CREATE TRIGGER note_list_changes_inserted AFTER INSERT ON suppressions REFERENCING NEW TABLE AS came
FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();
CREATE TRIGGER note_list_changes_deleted AFTER DELETE ON suppressions REFERENCING OLD TABLE AS went
FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();
CREATE TRIGGER note_list_change AFTER UPDATE ON campaigns FOR EACH ROW
WHEN (NEW.status IS DISTINCT FROM OLD.status) EXECUTE FUNCTION henk.note_list_change();
CREATE TRIGGER note_list_change AFTER INSERT OR UPDATE OF filter_criteria, follow, is_active ON campaign_lead_lists FOR EACH ROW
WHEN (NEW.follow = 'mirror') EXECUTE FUNCTION henk.note_list_change();

-- Attribution and withdrawal.

-- What the active assignments of a campaign offer: lead, list, and the order of choice; $1 their filters, $2 the campaign. As SQL.
CREATE FUNCTION henk.compile_offers(p_campaign_id uuid, OUT query text, OUT filters jsonb) RETURNS record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    SELECT a.query, a.filters INTO query, filters FROM henk.compile_attribution(p_campaign_id) a;
    -- The same choice, but not only among the members of one list.
    query := replace(query, 'JOIN public.lead_list_members mine ON mine.lead_id = o.lead_id AND mine.lead_list_id = $3 ',
        'WHERE ($3::uuid[] IS NULL OR o.lead_id = ANY ($3)) ');
END
$$;
COMMENT ON FUNCTION henk.compile_offers(uuid) IS 'Which list of a campaign each of the leads $3 belongs to, as SQL; all leads where $3 is null.';

-- Give leads of a campaign (all, where none are named) the list of the campaign that they belong to: the smallest priority that has them.
CREATE FUNCTION henk.reattribute(p_campaign_id uuid, p_lead_ids uuid[] DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    offers record;
    moved integer;
BEGIN
    SELECT * INTO offers FROM henk.compile_offers(p_campaign_id);
    EXECUTE 'UPDATE public.campaign_leads cl SET lead_list_id = best.lead_list_id FROM (' || offers.query || ') best '
        'WHERE cl.campaign_id IS NOT DISTINCT FROM $2 AND cl.lead_id = best.lead_id AND cl.lead_list_id IS DISTINCT FROM best.lead_list_id'
        USING offers.filters, p_campaign_id, p_lead_ids;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END
$$;
COMMENT ON FUNCTION henk.reattribute(uuid, uuid[]) IS 'Give leads of a campaign the list that they belong to now.';

-- Leads that are in a campaign by a list, and not (any more) members of it that meet the assignment's filter: they go to another list of the campaign,
-- or leave it where nobody has worked on them. Gives: how many left.
CREATE FUNCTION henk.withdraw_leads(p_campaign_id uuid, p_lead_list_id uuid) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    assignment public.campaign_lead_lists;
    leads uuid[];
    withdrawn integer := 0;
BEGIN
    SELECT a.* INTO assignment FROM public.campaign_lead_lists a WHERE a.campaign_id = p_campaign_id AND a.lead_list_id = p_lead_list_id;
    EXECUTE 'SELECT array_agg(cl.lead_id) FROM public.campaign_leads cl WHERE cl.campaign_id = $2 AND cl.lead_list_id = $3 AND cl.lead_id IS NOT NULL '
        'AND NOT EXISTS (SELECT FROM public.lead_list_members m JOIN public.leads l ON l.id = m.lead_id '
        'WHERE m.lead_list_id = $3 AND m.lead_id = cl.lead_id AND ('
        || henk.compile_filter(assignment.filter_criteria, p_depth => 2, p_business_id => assignment.business_id) || '))'
    INTO leads USING assignment.filter_criteria, p_campaign_id, p_lead_list_id;
    IF leads IS NOT NULL THEN
        PERFORM henk.reattribute(p_campaign_id, leads);
        DELETE FROM public.campaign_leads cl WHERE cl.campaign_id = p_campaign_id AND cl.lead_list_id = p_lead_list_id
            AND cl.lead_id = ANY (leads) AND henk.is_untouched(cl);
        GET DIAGNOSTICS withdrawn = ROW_COUNT;
        PERFORM henk.complete_assignments(ARRAY[assignment.id]);
    END IF;
    RETURN withdrawn;
END
$$;
COMMENT ON FUNCTION henk.withdraw_leads(uuid, uuid) IS 'Take leads out of a campaign that are no members of the list by which they came.';

-- Campaigns follow a list whose members have changed. Gives: of each assignment that is concerned what was done, or why nothing.
CREATE FUNCTION henk.follow_list(p_lead_list_id uuid, p_entered uuid[], p_gone uuid[]) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    target record;
    report jsonb := '[]';
    added integer;
    withdrawn integer;
BEGIN
    FOR target IN
        SELECT a.id, a.campaign_id, a.priority, a.follow, a.filter_criteria, c.name, c.status::text AS status
        FROM public.campaign_lead_lists a JOIN public.campaigns c ON c.id = a.campaign_id JOIN public.lead_lists ll ON ll.id = a.lead_list_id
        WHERE a.lead_list_id = p_lead_list_id AND a.is_active AND (henk.is_smart(ll) OR a.follow = 'mirror')
            AND (a.filter_criteria IS NOT NULL OR cardinality(p_entered || p_gone) > 0) ORDER BY a.campaign_id
    LOOP
        added := 0;
        withdrawn := 0;
        IF target.status NOT IN ('draft', 'active', 'paused') THEN
            report := report || jsonb_build_object('campaign', target.name, 'campaign_id', target.campaign_id, 'follow', target.follow,
                'reason', format('the campaign is %s: no lead joins or leaves it', target.status));
            CONTINUE;
        ELSIF target.follow <> 'frozen' THEN
            IF target.filter_criteria IS NOT NULL OR cardinality(p_entered) > 0 THEN
                SELECT a.added INTO added FROM henk.assign_list(target.campaign_id, p_lead_list_id, target.priority) a;
            END IF;
            IF target.follow = 'mirror' THEN
                withdrawn := henk.withdraw_leads(target.campaign_id, p_lead_list_id);
            END IF;
        END IF;
        -- Who left belongs to another list of the campaign that has the lead, whoever followed.
        IF cardinality(p_gone) > 0 THEN
            PERFORM henk.reattribute(target.campaign_id, p_gone);
        END IF;
        report := report || jsonb_build_object('campaign', target.name, 'campaign_id', target.campaign_id, 'follow', target.follow,
            'added', added, 'withdrawn', withdrawn);
    END LOOP;
    RETURN report;
END
$$;
COMMENT ON FUNCTION henk.follow_list(uuid, uuid[], uuid[]) IS 'Let campaigns follow a list from which leads left, and which leads entered.';

CREATE FUNCTION henk.follow_assignment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM henk.reattribute(NEW.campaign_id);
    IF NEW.follow = 'mirror' AND NEW.is_active AND EXISTS (SELECT FROM public.campaigns c
        WHERE c.id = NEW.campaign_id AND c.status::text IN ('draft', 'active', 'paused')) THEN
        PERFORM henk.withdraw_leads(NEW.campaign_id, NEW.lead_list_id);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.follow_assignment() IS 'Trigger: leads of a campaign belong to its lists as the assignments say now.';
CREATE TRIGGER zz_follow_assignment AFTER UPDATE OF priority, is_active, filter_criteria, follow ON campaign_lead_lists FOR EACH ROW
WHEN (
    OLD.priority <> NEW.priority OR OLD.is_active <> NEW.is_active OR OLD.filter_criteria IS DISTINCT FROM NEW.filter_criteria
    OR (OLD.follow <> NEW.follow AND NEW.follow = 'mirror')
) EXECUTE FUNCTION henk.follow_assignment();

-- Refresh.

-- What a refresh would do. matched: leads that meet the criteria; entered, gone: who would come and go; the others: how many there are.
CREATE FUNCTION henk.compare_list(p_list public.lead_lists, OUT matched integer, OUT entered uuid[], OUT gone uuid[], OUT members integer,
    OUT pinned integer, OUT excluded integer) RETURNS record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off SET work_mem = '128MB'
AS $$
BEGIN
    EXECUTE 'WITH f AS (SELECT l.id FROM public.leads l WHERE l.business_id = $2 AND ('
        || henk.compile_filter(p_list.filter_criteria, p_depth => 2, p_business_id => p_list.business_id) || ')), '
        'm AS (SELECT k.lead_id, k.origin FROM public.lead_list_members k WHERE k.lead_list_id = $3), '
        'x AS MATERIALIZED (SELECT e.lead_id FROM public.lead_list_exclusions e WHERE e.lead_list_id = $3) '
        'SELECT count(f.id), coalesce(array_agg(f.id) FILTER (WHERE m.lead_id IS NULL AND x.lead_id IS NULL), ''{}''), '
        'coalesce(array_agg(m.lead_id) FILTER (WHERE x.lead_id IS NOT NULL OR (f.id IS NULL AND m.origin = ''criteria'')), ''{}''), '
        'count(m.lead_id), count(*) FILTER (WHERE m.origin = ''pinned''), (SELECT count(*) FROM x) '
        'FROM f FULL JOIN m ON m.lead_id = f.id LEFT JOIN x ON x.lead_id = coalesce(f.id, m.lead_id)'
    INTO matched, entered, gone, members, pinned, excluded USING p_list.filter_criteria, p_list.business_id, p_list.id;
    gone := array_remove(gone, NULL);
END
$$;
COMMENT ON FUNCTION henk.compare_list(public.lead_lists) IS 'Compare the members of a list with its criteria, pins and exclusions.';

-- Why a refresh is not applied without a person: null where it may be.
CREATE FUNCTION henk.reason_to_hold(p_max_leave numeric, p_members integer, p_entered integer, p_gone integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN p_max_leave < 1 AND p_gone > 0 AND p_members - p_gone + p_entered = 0 THEN format('all %s members would leave', p_members)
    WHEN p_gone > 25 AND p_gone > p_max_leave * p_members THEN format('%s of %s members would leave', p_gone, p_members)
    WHEN p_members > 0 AND p_members + p_entered > 10 * p_members AND p_entered > 1000
        THEN format('it would grow from %s members to %s', p_members, p_members + p_entered - p_gone) END;
COMMENT ON FUNCTION henk.reason_to_hold(numeric, integer, integer, integer) IS 'Why a refresh waits for a person; null where it does not.';

-- Refresh a list. p_force: also what would be held. p_wait false: where an import of the business runs, nothing is done (null).
CREATE FUNCTION henk.refresh_list(p_lead_list_id uuid, p_force boolean, p_cause text, p_run_id text DEFAULT NULL, p_wait boolean DEFAULT true)
RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    list public.lead_lists;
    started timestamptz := clock_timestamp();
    refresh_id uuid := gen_random_uuid();
    difference record;
    reason text;
    waiting jsonb;
    state text := 'unchanged';
    campaigns jsonb := '[]';
    caller uuid := henk.caller_id();
BEGIN
    SELECT ll.* INTO list FROM public.lead_lists ll WHERE ll.id = p_lead_list_id;
    PERFORM henk.require_record(p_lead_list_id, list.id, 'lead list');
    IF NOT henk.is_smart(list) THEN
        RAISE EXCEPTION 'Only a list of type dynamic or smart with filter_criteria has its members found; this one is %.', list.list_type
            USING ERRCODE = 'invalid_parameter_value';
    ELSIF list.is_archived OR list.refresh = 'frozen' THEN
        RAISE EXCEPTION 'The list "%" is %: its members stay as they are.', list.name, CASE WHEN list.is_archived THEN 'archived' ELSE 'frozen' END
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- An import and a refresh never fill the same list at once. (henk.lock_business also counts a turn, at which plans of imports are made again.)
    IF p_wait THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('henk.load.' || list.business_id, 0));
    ELSIF NOT pg_try_advisory_xact_lock(hashtextextended('henk.load.' || list.business_id, 0)) THEN
        RETURN NULL;
    END IF;
    SELECT ll.* INTO list FROM public.lead_lists ll WHERE ll.id = p_lead_list_id FOR NO KEY UPDATE;
    PERFORM henk.require_record(p_lead_list_id, list.id, 'lead list');
    PERFORM set_config('henk.list_refresh', refresh_id::text, true);

    SELECT * INTO difference FROM henk.compare_list(list);
    reason := CASE WHEN NOT p_force THEN henk.reason_to_hold(list.max_leave, difference.members, cardinality(difference.entered),
        cardinality(difference.gone)) END;
    IF reason IS NOT NULL THEN
        state := 'held';
        waiting := jsonb_build_object('entered', cardinality(difference.entered), 'left', cardinality(difference.gone), 'reason', reason,
            'at', CASE WHEN list.held - 'at' = jsonb_build_object('entered', cardinality(difference.entered), 'left', cardinality(difference.gone),
                'reason', reason) THEN list.held -> 'at' ELSE to_jsonb(now()) END);
    ELSE
        IF cardinality(difference.gone) > 0 THEN
            DELETE FROM public.lead_list_members m WHERE m.lead_list_id = p_lead_list_id AND m.lead_id = ANY (difference.gone);
        END IF;
        IF cardinality(difference.entered) > 0 THEN
            INSERT INTO public.lead_list_members (business_id, lead_list_id, lead_id, added_by, origin)
            SELECT list.business_id, p_lead_list_id, e.id, caller, 'criteria' FROM unnest(difference.entered) e (id) ORDER BY e.id
            ON CONFLICT (lead_list_id, lead_id) DO NOTHING;
        END IF;
        IF cardinality(difference.entered) + cardinality(difference.gone) > 0 THEN
            state := 'done';
            INSERT INTO public.lead_list_events (business_id, lead_list_id, lead_id, event, cause, refresh_id)
            SELECT list.business_id, p_lead_list_id, e.id, e.event, p_cause, refresh_id
            FROM (SELECT unnest(difference.gone), 'left' UNION ALL SELECT unnest(difference.entered), 'entered') e (id, event);
        END IF;
        campaigns := henk.follow_list(p_lead_list_id, difference.entered, difference.gone);
    END IF;
    IF state = 'done' OR (list.held - 'at') IS DISTINCT FROM (waiting - 'at') OR list.refreshed_at IS NULL OR list.refresh_error IS NOT NULL THEN
        INSERT INTO public.list_refreshes (id, business_id, lead_list_id, cause, criteria, started_at, finished_at, matched, entered, left_out, pinned,
            excluded, status, error, run_id)
        VALUES (refresh_id, list.business_id, p_lead_list_id, p_cause, list.filter_criteria, started, clock_timestamp(), difference.matched,
            cardinality(difference.entered), cardinality(difference.gone), difference.pinned, difference.excluded, state, reason, p_run_id);
    END IF;
    UPDATE public.lead_lists ll SET refreshed_at = clock_timestamp(), refresh_error = NULL, held = waiting,
        refresh_ms = extract(epoch FROM clock_timestamp() - started) * 1000
    WHERE ll.id = p_lead_list_id;
    PERFORM set_config('henk.list_refresh', '', true);
    RETURN jsonb_build_object('id', p_lead_list_id, 'list', list.name, 'status', state, 'matched', difference.matched,
        'entered', cardinality(difference.entered), 'left', cardinality(difference.gone), 'pinned', difference.pinned,
        'excluded', difference.excluded, 'members', (SELECT ll.lead_count FROM public.lead_lists ll WHERE ll.id = p_lead_list_id),
        'held', waiting, 'campaigns', campaigns, 'ms', floor(extract(epoch FROM clock_timestamp() - started) * 1000));
END
$$;
COMMENT ON FUNCTION henk.refresh_list(uuid, boolean, text, text, boolean) IS 'Refresh a list: a difference, with guard, events and campaigns.';

-- As in 0033; the difference is made by the function above.
CREATE OR REPLACE FUNCTION henk.refresh_list(p_lead_list_id uuid) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    list record;
    uncompared record;
BEGIN
    PERFORM henk.refresh_list(p_lead_list_id, false, 'refresh');
    SELECT ll.business_id, ll.filter_criteria, ll.lead_count INTO list FROM public.lead_lists ll WHERE ll.id = p_lead_list_id;
    FOR uncompared IN SELECT * FROM henk.uncompared_values(list.business_id, list.filter_criteria) LOOP
        RAISE WARNING '% values of the custom field "%" are no % and could not be compared, such as "%".', uncompared.leads,
            uncompared.custom_field, uncompared.compared_with, left(uncompared.example, 40);
    END LOOP;
    RETURN list.lead_count;
END
$$;
COMMENT ON FUNCTION public.refresh_lead_list(uuid) IS 'Makes the members of a dynamic or smart list those leads of its business that meet its '
'filter_criteria now, with who is pinned or given by an import, and without who is excluded. A refresh that would take too many away is held and '
'changes nothing (refresh_lead_list_now tells and forces). Gives how many members there are.

Errors: 22023 for a static list or one without criteria, one that is archived or frozen; 42501, P0002 as above.';

-- Lists of a business that refresh themselves, those that others name first.
CREATE FUNCTION henk.lists_to_refresh(p_business_id uuid) RETURNS TABLE (id uuid, name text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE smart AS MATERIALIZED (
        SELECT ll.id, ll.name, ll.filter_criteria FROM public.lead_lists ll
        WHERE ll.business_id = p_business_id AND henk.is_smart(ll) AND ll.refresh = 'auto' AND NOT ll.is_archived
    ), depths (id, depth) AS (
        SELECT s.id, 0 FROM smart s
        UNION
        SELECT s.id, d.depth + 1 FROM depths d JOIN smart s ON EXISTS (SELECT FROM henk.named_lists(s.filter_criteria) n WHERE n.lead_list_id = d.id)
        WHERE d.depth < 6
    )
    SELECT s.id, s.name FROM smart s JOIN depths d ON d.id = s.id GROUP BY s.id, s.name ORDER BY max(d.depth), s.name, s.id
$$;
COMMENT ON FUNCTION henk.lists_to_refresh(uuid) IS 'The lists of a business that refresh themselves, in the order in which they must.';

CREATE FUNCTION henk.mirror_list(p_lead_list_id uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Some lead of the list: every assignment that mirrors it is looked at.
    RETURN henk.follow_list(p_lead_list_id, ARRAY(SELECT m.lead_id FROM public.lead_list_members m WHERE m.lead_list_id = p_lead_list_id LIMIT 1),
        ARRAY['00000000-0000-0000-0000-000000000000'::uuid]);
END
$$;
-- Static lists whose campaigns mirror them: their members and their filters' leads may have changed. Gives what follow_list gives.
CREATE FUNCTION henk.follow_static_lists(p_business_id uuid) RETURNS jsonb
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(jsonb_agg(f), '[]') FROM (
        SELECT DISTINCT a.lead_list_id FROM public.campaign_lead_lists a JOIN public.lead_lists ll ON ll.id = a.lead_list_id
        WHERE a.business_id = p_business_id AND a.is_active AND a.follow = 'mirror' AND NOT henk.is_smart(ll) AND NOT ll.is_archived) s
    CROSS JOIN LATERAL henk.mirror_list(s.lead_list_id) m CROSS JOIN LATERAL jsonb_array_elements(m) f
$$;
COMMENT ON FUNCTION henk.mirror_list(uuid) IS 'Let the campaigns that mirror a list have its members.';
COMMENT ON FUNCTION henk.follow_static_lists(uuid) IS 'Let campaigns that mirror static lists of a business have their members.';

-- Members by hand.

CREATE FUNCTION henk.follow_members() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    changed text := CASE TG_OP WHEN 'DELETE' THEN 'went' ELSE 'came' END;
    cause text;
    smart uuid[];
    lists uuid[];
    list uuid;
    leads uuid[];
    campaign uuid;
BEGIN
    IF coalesce(current_setting('henk.list_refresh', true), '') <> '' THEN
        RETURN NULL;
    END IF;
    cause := henk.list_cause();
    EXECUTE format('SELECT array_agg(ll.id ORDER BY ll.id), array_agg(ll.id) FILTER (WHERE henk.is_smart(ll)) FROM public.lead_lists ll '
        'WHERE ll.id IN (SELECT DISTINCT c.lead_list_id FROM %I c)', changed) INTO lists, smart;
    IF smart IS NOT NULL AND TG_OP = 'INSERT' THEN
        IF cause = 'hand' THEN
            EXECUTE 'UPDATE public.lead_list_members m SET origin = ''pinned'' FROM came c WHERE m.id = c.id AND c.lead_list_id = ANY ($1) '
                'AND c.origin = ''given'' AND c.import_id IS NULL' USING smart;
            -- The last word counts: who is added again is excluded no more.
            EXECUTE 'DELETE FROM public.lead_list_exclusions x USING came c WHERE c.lead_list_id = ANY ($1) AND x.lead_list_id = c.lead_list_id '
                'AND x.lead_id = c.lead_id' USING smart;
        ELSE
            PERFORM set_config('henk.list_refresh', 'excluded', true);
            EXECUTE 'DELETE FROM public.lead_list_members m USING came c, public.lead_list_exclusions x WHERE m.id = c.id AND c.lead_list_id = ANY ($1) '
                'AND x.lead_list_id = c.lead_list_id AND x.lead_id = c.lead_id' USING smart;
            PERFORM set_config('henk.list_refresh', '', true);
        END IF;
        EXECUTE 'INSERT INTO public.lead_list_events (business_id, lead_list_id, lead_id, event, cause) '
            'SELECT m.business_id, m.lead_list_id, m.lead_id, CASE m.origin WHEN ''pinned'' THEN ''pinned'' ELSE ''entered'' END, $2 '
            'FROM came c JOIN public.lead_list_members m ON m.id = c.id WHERE c.lead_list_id = ANY ($1) AND $2 <> ''merge'' ORDER BY m.id' USING smart, cause;
    ELSIF smart IS NOT NULL AND TG_OP = 'DELETE' AND cause <> 'merge' THEN
        IF cause = 'hand' THEN
            EXECUTE 'INSERT INTO public.lead_list_exclusions (business_id, lead_list_id, lead_id, reason, added_by) '
                'SELECT w.business_id, w.lead_list_id, w.lead_id, ''removed by hand'', $2 FROM went w WHERE w.lead_list_id = ANY ($1) '
                'AND EXISTS (SELECT FROM public.leads l WHERE l.id = w.lead_id) ON CONFLICT DO NOTHING' USING smart, henk.caller_id();
        END IF;
        EXECUTE 'INSERT INTO public.lead_list_events (business_id, lead_list_id, lead_id, event, cause) '
            'SELECT w.business_id, w.lead_list_id, l.id, CASE WHEN $2 = ''hand'' AND l.id IS NOT NULL THEN ''excluded'' ELSE ''left'' END, '
            'CASE WHEN l.id IS NULL AND $2 <> ''undo'' THEN ''erase'' ELSE $2 END '
            'FROM went w LEFT JOIN public.leads l ON l.id = w.lead_id WHERE w.lead_list_id = ANY ($1) ORDER BY w.id' USING smart, cause;
    END IF;
    IF cause IN ('merge', 'undo') OR TG_OP = 'UPDATE' THEN
        RETURN NULL; -- they attribute by themselves
    END IF;
    -- Campaigns of lists with criteria follow them; in all others the lead belongs to the list with the smallest priority that has it.
    FOREACH list IN ARRAY coalesce(lists, '{}') LOOP
        CONTINUE WHEN NOT EXISTS (SELECT FROM public.campaign_lead_lists a WHERE a.lead_list_id = list AND a.is_active);
        EXECUTE format('SELECT array_agg(c.lead_id) FROM %I c WHERE c.lead_list_id = $1', changed) INTO leads USING list;
        IF list = ANY (smart) AND cause = 'hand' THEN
            PERFORM henk.follow_list(list, CASE TG_OP WHEN 'INSERT' THEN leads ELSE '{}' END, CASE TG_OP WHEN 'DELETE' THEN leads ELSE '{}' END);
        END IF;
        FOR campaign IN SELECT a.campaign_id FROM public.campaign_lead_lists a WHERE a.lead_list_id = list AND a.is_active ORDER BY 1 LOOP
            PERFORM henk.reattribute(campaign, leads);
        END LOOP;
    END LOOP;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.follow_members() IS 'Trigger: members by hand are pinned or excluded, with events; campaigns attribute their leads.';
CREATE TRIGGER follow_members_inserted AFTER INSERT ON lead_list_members REFERENCING NEW TABLE AS came
FOR EACH STATEMENT EXECUTE FUNCTION henk.follow_members();
CREATE TRIGGER follow_members_deleted AFTER DELETE ON lead_list_members REFERENCING OLD TABLE AS went
FOR EACH STATEMENT EXECUTE FUNCTION henk.follow_members();

-- A client's hand on a list waits for a refresh of it, in this order: list, then member. (A refresh holds the list while it writes members.)
CREATE FUNCTION henk.lock_list_first() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM FROM public.lead_lists ll WHERE ll.id = CASE TG_OP WHEN 'DELETE' THEN OLD.lead_list_id ELSE NEW.lead_list_id END FOR NO KEY UPDATE;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION henk.lock_list_first() IS 'Trigger: a member that a client adds or removes waits for a refresh of its list.';
CREATE TRIGGER lock_list_first BEFORE INSERT OR DELETE ON lead_list_members FOR EACH ROW
WHEN (
    pg_trigger_depth() = 0 AND (
        coalesce(current_setting('request.jwt.claims', true), '') <> '' OR coalesce(current_setting('request.jwt.claim.sub', true), '') <> ''
    )
) EXECUTE FUNCTION henk.lock_list_first();

CREATE FUNCTION henk.fill_origin() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.origin := 'given';
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION henk.fill_origin() IS 'Trigger: a member from before origins were kept, which the undoing of a merge brings back, is given.';
CREATE TRIGGER fill_origin BEFORE INSERT ON lead_list_members FOR EACH ROW WHEN (NEW.origin IS NULL) EXECUTE FUNCTION henk.fill_origin();

CREATE TRIGGER fill_business_id BEFORE INSERT ON lead_list_exclusions FOR EACH ROW
WHEN (NEW.business_id IS NULL) EXECUTE FUNCTION public.fill_business_id_from_list();
CREATE TRIGGER name_caller_inserted BEFORE INSERT ON lead_list_exclusions FOR EACH ROW
WHEN (
    pg_trigger_depth() = 0 AND (
        coalesce(current_setting('request.jwt.claims', true), '') <> '' OR coalesce(current_setting('request.jwt.claim.sub', true), '') <> ''
    )
) EXECUTE FUNCTION henk.name_caller('added_by');

-- Who is excluded is no member any more.
CREATE FUNCTION henk.remove_excluded() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    lead uuid;
BEGIN
    IF NOT EXISTS (SELECT FROM public.leads l WHERE l.id = NEW.lead_id AND l.business_id = NEW.business_id) THEN
        RAISE EXCEPTION 'There is no lead % in the business of the list.', NEW.lead_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    DELETE FROM public.lead_list_members m WHERE m.lead_list_id = NEW.lead_list_id AND m.lead_id = NEW.lead_id RETURNING m.lead_id INTO lead;
    IF lead IS NULL AND coalesce(current_setting('henk.moving_rows', true), '') <> 'on' AND pg_trigger_depth() = 1 THEN
        INSERT INTO public.lead_list_events (business_id, lead_list_id, lead_id, event, cause)
        VALUES (NEW.business_id, NEW.lead_list_id, NEW.lead_id, 'excluded', 'hand');
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.remove_excluded() IS 'Trigger: who is excluded from a list is no member of it any more.';
CREATE TRIGGER remove_excluded AFTER INSERT ON lead_list_exclusions FOR EACH ROW EXECUTE FUNCTION henk.remove_excluded();

-- An exclusion that is lifted: the criteria decide again, at the next refresh.
CREATE TRIGGER note_list_changes_deleted AFTER DELETE ON lead_list_exclusions REFERENCING OLD TABLE AS went
FOR EACH STATEMENT EXECUTE FUNCTION henk.note_list_changes();

-- Merges, and leads that are deleted.

CREATE FUNCTION henk.merge_memberships(p_keep uuid, p_drop uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Of two memberships that become one the stronger stays.
    UPDATE public.lead_list_members k SET origin = d.origin, import_id = CASE WHEN k.origin = 'criteria' THEN d.import_id ELSE k.import_id END
    FROM public.lead_list_members d WHERE k.lead_id = p_keep AND d.lead_id = p_drop AND d.lead_list_id = k.lead_list_id
        AND (d.origin = 'pinned' AND k.origin <> 'pinned' OR d.origin = 'given' AND k.origin = 'criteria');
    INSERT INTO public.lead_list_exclusions (business_id, lead_list_id, lead_id, reason, added_at, added_by, merged_from)
    SELECT x.business_id, x.lead_list_id, p_keep, x.reason, x.added_at, x.added_by, p_drop FROM public.lead_list_exclusions x WHERE x.lead_id = p_drop
    ON CONFLICT DO NOTHING;
    DELETE FROM public.lead_list_members m USING public.lead_list_exclusions x
    WHERE m.lead_id = p_keep AND x.lead_id = p_keep AND x.lead_list_id = m.lead_list_id;
    UPDATE public.lead_list_events e SET lead_id = p_keep, merged_from = p_drop || coalesce(e.merged_from, '{}') WHERE e.lead_id = p_drop;
END
$$;
COMMENT ON FUNCTION henk.merge_memberships(uuid, uuid) IS 'Step of a merge: pins, exclusions and events of the dropped lead are the kept one''s.';

CREATE FUNCTION henk.unmerge_memberships(p_keep uuid, p_drop uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM public.lead_list_exclusions x WHERE x.lead_id = p_keep AND x.merged_from = p_drop;
    UPDATE public.lead_list_events e SET lead_id = p_drop, merged_from = nullif(e.merged_from[array_position(e.merged_from, p_drop) + 1:], '{}')
    WHERE e.lead_id = p_keep AND p_drop = ANY (e.merged_from);
END
$$;
COMMENT ON FUNCTION henk.unmerge_memberships(uuid, uuid) IS 'Step of taking a merge apart: exclusions and events go back.';

CREATE FUNCTION henk.forget_memberships() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF coalesce(current_setting('henk.moving_rows', true), '') <> 'on' THEN
        -- EXECUTE: planned for as many rows as there are.
        EXECUTE 'DELETE FROM public.lead_list_exclusions x USING went w WHERE x.lead_id = w.id '
            'OR x.lead_id IN (SELECT y.merged_from FROM public.lead_list_exclusions y JOIN went v ON v.id = y.lead_id)';
        EXECUTE 'UPDATE public.lead_list_events e SET lead_id = NULL, merged_from = NULL FROM went w WHERE e.lead_id = w.id';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.forget_memberships() IS 'Trigger: a lead that is deleted leaves no id in exclusions and events of lists.';
CREATE TRIGGER zz_forget_memberships AFTER DELETE ON leads REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.forget_memberships();

-- Lists: when criteria come or change, and what cannot be deleted.

CREATE FUNCTION henk.date_criteria() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.criteria_changed_at := clock_timestamp();
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION henk.date_criteria() IS 'Trigger: when the criteria of a list were last changed.';
CREATE TRIGGER date_criteria_inserted BEFORE INSERT ON lead_lists FOR EACH ROW
WHEN (NEW.filter_criteria IS NOT NULL) EXECUTE FUNCTION henk.date_criteria();
CREATE TRIGGER date_criteria_updated BEFORE UPDATE ON lead_lists FOR EACH ROW
WHEN (NEW.filter_criteria IS DISTINCT FROM OLD.filter_criteria) EXECUTE FUNCTION henk.date_criteria();

CREATE FUNCTION henk.fill_smart_list() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT henk.is_smart(NEW) OR NEW.refresh <> 'auto' OR NEW.is_archived OR coalesce(current_setting('henk.list_refresh', true), '') <> '' THEN
        RETURN NULL;
    END IF;
    -- Where an import of the business runs, the list is filled after it.
    IF henk.refresh_list(NEW.id, false, 'rule', p_wait => false) IS NULL THEN
        PERFORM henk.note_change_of(NEW.business_id);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.fill_smart_list() IS 'Trigger: a list whose criteria are new or other is filled at once.';
CREATE TRIGGER zz_fill_smart_list_inserted AFTER INSERT ON lead_lists FOR EACH ROW
WHEN (NEW.filter_criteria IS NOT NULL AND NEW.list_type <> 'static') EXECUTE FUNCTION henk.fill_smart_list();
CREATE TRIGGER zz_fill_smart_list_updated AFTER UPDATE OF filter_criteria, list_type, refresh, is_archived ON lead_lists FOR EACH ROW
WHEN (
    NEW.filter_criteria IS NOT NULL AND NEW.list_type <> 'static' AND (
        NEW.filter_criteria IS DISTINCT FROM OLD.filter_criteria OR NEW.list_type <> OLD.list_type OR NEW.refresh <> OLD.refresh
        OR NEW.is_archived <> OLD.is_archived
    )
) EXECUTE FUNCTION henk.fill_smart_list();

-- A refresh is no edit of the list.
DROP TRIGGER touch_updated_at ON lead_lists;
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON lead_lists FOR EACH ROW
WHEN (
    pg_trigger_depth() = 0 AND NEW.updated_at = OLD.updated_at AND NEW.* IS DISTINCT FROM OLD.*
    AND coalesce(current_setting('henk.list_refresh', true), '') = ''
) EXECUTE FUNCTION henk.touch_updated_at();
DROP TRIGGER name_caller_updated ON lead_lists;
CREATE TRIGGER name_caller_updated BEFORE UPDATE ON lead_lists FOR EACH ROW
WHEN (
    pg_trigger_depth() = 0 AND coalesce(current_setting('henk.list_refresh', true), '') = '' AND (
        coalesce(current_setting('request.jwt.claims', true), '') <> '' OR coalesce(current_setting('request.jwt.claim.sub', true), '') <> ''
    )
) EXECUTE FUNCTION henk.name_caller('created_by', 'updated_by');

CREATE FUNCTION henk.keep_named_list() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    naming text;
    calling text;
BEGIN
    SELECT string_agg(format('"%s"', ll.name), ', ' ORDER BY ll.name) INTO naming FROM public.lead_lists ll
    WHERE ll.business_id = OLD.business_id AND ll.id <> OLD.id AND henk.is_smart(ll)
        AND EXISTS (SELECT FROM henk.named_lists(ll.filter_criteria) n WHERE n.lead_list_id = OLD.id);
    IF naming IS NULL THEN
        SELECT string_agg(format('"%s"', c.name), ', ' ORDER BY c.name) INTO calling FROM public.campaign_lead_lists a
        JOIN public.campaigns c ON c.id = a.campaign_id WHERE a.lead_list_id = OLD.id AND a.is_active AND c.status::text IN ('draft', 'active', 'paused');
    END IF;
    IF naming IS NULL AND calling IS NULL THEN
        RETURN OLD;
    ELSIF to_regclass('pg_temp.henk_undo') IS NOT NULL THEN
        RETURN NULL; -- an undone import leaves it empty
    END IF;
    RAISE EXCEPTION 'The list "%" cannot be deleted: %.', OLD.name, coalesce('criteria of ' || naming || ' name it', 'it is assigned to ' || calling) USING ERRCODE = 'foreign_key_violation',
        HINT = 'Archive it instead, or change those criteria or assignments first.';
END
$$;
COMMENT ON FUNCTION henk.keep_named_list() IS 'Trigger: a list that criteria of others name, or a campaign calls, cannot be deleted.';
CREATE TRIGGER keep_named_list BEFORE DELETE ON lead_lists FOR EACH ROW EXECUTE FUNCTION henk.keep_named_list();

-- Assigning.

CREATE FUNCTION henk.refuse_closed(p_campaign_id uuid, p_lead_list_id uuid) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    closed text;
BEGIN
    SELECT format('The list "%s" is archived: it is assigned to no campaign. Take it out of the archive first.', ll.name) INTO closed
    FROM public.lead_lists ll WHERE ll.id = p_lead_list_id AND ll.is_archived;
    closed := coalesce(closed, (SELECT format('The campaign "%s" is %s: no lead joins it.', c.name, c.status) FROM public.campaigns c
        WHERE c.id = p_campaign_id AND c.status::text IN ('completed', 'cancelled')));
    IF closed IS NOT NULL THEN
        RAISE EXCEPTION '%', closed USING ERRCODE = 'invalid_parameter_value';
    END IF;
END
$$;
COMMENT ON FUNCTION henk.refuse_closed(uuid, uuid) IS 'Raise 22023 for an archived list, or a campaign that is over.';

-- As in 0026; a campaign that is over takes no lead from a client either.
CREATE OR REPLACE FUNCTION henk.fill_campaign_lead() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    campaign record;
BEGIN
    SELECT c.business_id, c.name, c.status::text AS status INTO campaign FROM public.campaigns c WHERE c.id = NEW.campaign_id;
    NEW.business_id := campaign.business_id;
    IF campaign.status IN ('completed', 'cancelled') THEN
        RAISE EXCEPTION 'The campaign "%" is %: no lead joins it.', campaign.name, campaign.status USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION henk.refresh_for_assignment(p_lead_list_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF coalesce(current_setting('henk.list_refresh', true), '') = '' AND EXISTS (SELECT FROM public.lead_lists ll
        WHERE ll.id = p_lead_list_id AND henk.is_smart(ll) AND ll.refresh = 'auto' AND NOT ll.is_archived) THEN
        PERFORM henk.refresh_list(p_lead_list_id, false, 'rule', p_wait => false);
    END IF;
END
$$;
COMMENT ON FUNCTION henk.refresh_for_assignment(uuid) IS 'Refresh a list before it is assigned; one during an import is refreshed after it.';

DO $change$
DECLARE
    change record;
    source text;
BEGIN
    FOR change IN SELECT * FROM (VALUES
        -- A list is refreshed before the campaign is locked: list first, then campaign, as every refresh does.
        ('henk.assign_list(uuid, uuid, integer, uuid)', '    -- One assignment to a campaign at a time.',
            E'    PERFORM henk.refresh_for_assignment(p_lead_list_id);\n    -- One assignment to a campaign at a time.'),
        ('henk.assign_list(uuid, uuid, integer, uuid)', E'    INSERT INTO public.campaign_lead_lists AS a (business_id, campaign_id,',
            E'    PERFORM henk.refuse_closed(p_campaign_id, p_lead_list_id);\n    INSERT INTO public.campaign_lead_lists AS a (business_id, campaign_id,'),
        ('henk.merge_into(uuid, uuid)', '    DELETE FROM public.leads WHERE id = p_drop;',
            E'    PERFORM henk.merge_memberships(p_keep, p_drop);\n    DELETE FROM public.leads WHERE id = p_drop;'),
        ('henk.take_apart(uuid)', '    UPDATE public.lead_import_rows r SET lead_id = merge.dropped_lead_id',
            E'    PERFORM henk.unmerge_memberships(merge.kept_lead_id, merge.dropped_lead_id);\n'
            '    UPDATE public.lead_import_rows r SET lead_id = merge.dropped_lead_id'),
        -- Criteria find a lead as long as it is there: they keep nobody whom an undone import brought.
        ('henk.note_uses(uuid)', 'WHERE m.import_id IS DISTINCT FROM p_import_id GROUP BY m.lead_id',
            'WHERE m.import_id IS DISTINCT FROM p_import_id AND m.origin <> ''criteria'' GROUP BY m.lead_id'),
        ('henk.note_uses(uuid)', 'WHERE cl.import_id IS DISTINCT FROM p_import_id GROUP BY cl.lead_id',
            'WHERE cl.import_id IS DISTINCT FROM p_import_id AND NOT (cl.import_id IS NULL AND henk.is_untouched(cl) AND EXISTS (SELECT '
            'FROM public.lead_list_members cm WHERE cm.lead_list_id = cl.lead_list_id AND cm.lead_id = cl.lead_id AND cm.origin = ''criteria'')) '
            'GROUP BY cl.lead_id'),
        ('henk.remove_contacts(uuid, text[], text[])', '(''henk.lifted_suppressions'',',
            '(''public.list_refreshes'', ''t.business_id = $1'', ''false'', ''{criteria,error}''), '
            '(''public.lead_list_exclusions'', ''t.business_id = $1'', ''false'', ''{reason}''), (''henk.lifted_suppressions'',')
        ) c (function_name, before, after)
    LOOP
        source := pg_get_functiondef(change.function_name::regprocedure);
        IF strpos(source, change.before) = 0 THEN
            RAISE EXCEPTION '% is not what this migration was written for', change.function_name;
        END IF;
        EXECUTE replace(source, change.before, change.after);
    END LOOP;
END
$change$;

-- What people ask.

CREATE FUNCTION public.refresh_lead_list_now(p_id uuid, p_force boolean DEFAULT false) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    PERFORM henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_id));
    RETURN henk.refresh_list(p_id, coalesce(p_force, false), 'refresh');
END
$$;
COMMENT ON FUNCTION public.refresh_lead_list_now(uuid, boolean) IS 'Refreshes a list with criteria and gives a report: status (done, unchanged, held), '
'matched, entered, left, pinned, excluded, members, held with its reason, and campaigns: of each that is assigned how many leads were added and '
'withdrawn, or why none. p_force applies what would be held.

Errors: 22023 for a static list or one without criteria, one that is archived or frozen; 42501, P0002 as above.';

CREATE FUNCTION henk.freeze_list(p_id uuid, p_name text) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    list public.lead_lists;
    copy uuid;
BEGIN
    SELECT ll.* INTO list FROM public.lead_lists ll WHERE ll.id = p_id;
    PERFORM henk.require_record(p_id, list.id, 'lead list');
    IF coalesce(btrim(p_name), '') = '' OR length(p_name) > 255 THEN
        RAISE EXCEPTION 'p_name: a list has a name of 1 to 255 characters.' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO public.lead_lists (business_id, name, description, list_type, tags, metadata, color, created_by)
    VALUES (list.business_id, btrim(p_name), list.description, 'static', list.tags, jsonb_build_object('frozen_of', p_id, 'at', now(), 'criteria',
        list.filter_criteria), list.color, henk.caller_id()) RETURNING id INTO copy;
    INSERT INTO public.lead_list_members (business_id, lead_list_id, lead_id, added_by)
    SELECT m.business_id, copy, m.lead_id, henk.caller_id() FROM public.lead_list_members m WHERE m.lead_list_id = p_id ORDER BY m.lead_id;
    RETURN copy;
END
$$;
COMMENT ON FUNCTION henk.freeze_list(uuid, text) IS 'Make a static list of the members that a list has now.';
CREATE FUNCTION public.freeze_lead_list(p_id uuid, p_name text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    PERFORM henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_id));
    RETURN henk.freeze_list(p_id, p_name);
END
$$;
COMMENT ON FUNCTION public.freeze_lead_list(uuid, text) IS 'Makes a static list of the members that a list has now, and gives its id. metadata says of '
'which list, when, and by which criteria.

Errors: 22023 for a name that is empty or longer than 255 characters; 42501, P0002 as above.';

-- The clauses at the end of criteria's branches, with their paths and places.
CREATE FUNCTION henk.filter_clauses(p_criteria jsonb, p_path text DEFAULT '$') RETURNS TABLE (path text, clause jsonb)
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    part record;
BEGIN
    IF p_criteria ?| '{all,any,not}' THEN
        FOR part IN
            SELECT e.item, format('%s.%s[%s]', p_path, w.word, e.n - 1) AS path FROM unnest('{all,any}'::text[]) w (word)
            CROSS JOIN LATERAL jsonb_array_elements(coalesce(p_criteria -> w.word, '[]')) WITH ORDINALITY AS e (item, n)
            UNION ALL SELECT p_criteria -> 'not', p_path || '.not' WHERE p_criteria ? 'not'
        LOOP
            RETURN QUERY SELECT * FROM henk.filter_clauses(part.item, part.path);
        END LOOP;
    ELSE
        RETURN QUERY SELECT p_path, p_criteria;
    END IF;
END
$$;
COMMENT ON FUNCTION henk.filter_clauses(jsonb, text) IS 'The comparisons of criteria, with their places.';

CREATE FUNCTION henk.explain_member(p_list uuid, p_lead uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    list public.lead_lists;
    lead public.leads;
    part record;
    is_met boolean;
    clauses jsonb := '[]';
    lead_value jsonb;
BEGIN
    SELECT ll.* INTO list FROM public.lead_lists ll WHERE ll.id = p_list;
    SELECT l.* INTO lead FROM public.leads l WHERE l.id = p_lead AND l.business_id = list.business_id;
    PERFORM henk.require_record(p_list, list.id, 'lead list'), henk.require_record(p_lead, lead.id, 'lead');
    FOR part IN SELECT * FROM henk.filter_clauses(list.filter_criteria) WHERE list.filter_criteria IS NOT NULL LOOP
        EXECUTE 'SELECT ' || henk.compile_filter(part.clause, p_path => part.path, p_business_id => list.business_id)
            || ' FROM public.leads l WHERE l.id = $2' INTO is_met USING part.clause, p_lead;
        lead_value := CASE WHEN part.clause ? 'custom_field' THEN lead.custom_fields -> (part.clause ->> 'custom_field')
            WHEN part.clause ? 'field' THEN coalesce(to_jsonb(lead) -> (part.clause ->> 'field'), lead.custom_fields -> (part.clause ->> 'field')) END;
        clauses := clauses || jsonb_build_object('path', part.path, 'clause', part.clause, 'value', lead_value, 'met', is_met);
    END LOOP;
    EXECUTE 'SELECT ' || henk.compile_filter(list.filter_criteria, p_business_id => list.business_id) || ' FROM public.leads l WHERE l.id = $2'
    INTO is_met USING list.filter_criteria, p_lead;
    RETURN jsonb_build_object('list', list.name, 'lead_id', p_lead, 'criteria', henk.is_smart(list), 'meets_criteria',
        CASE WHEN list.filter_criteria IS NOT NULL THEN is_met END, 'clauses', clauses, 'refreshed_at', list.refreshed_at,
        'stale', coalesce(list.criteria_changed_at > list.refreshed_at, henk.is_smart(list) AND list.refreshed_at IS NULL), 'held', list.held,
        'member', (SELECT jsonb_build_object('origin', m.origin, 'added_at', m.added_at, 'import_id', m.import_id)
            FROM public.lead_list_members m WHERE m.lead_list_id = p_list AND m.lead_id = p_lead),
        'exclusion', (SELECT jsonb_build_object('reason', x.reason, 'added_at', x.added_at) FROM public.lead_list_exclusions x
            WHERE x.lead_list_id = p_list AND x.lead_id = p_lead),
        'last_event', (SELECT jsonb_build_object('event', e.event, 'cause', e.cause, 'at', e.at) FROM public.lead_list_events e
            WHERE e.lead_list_id = p_list AND e.lead_id = p_lead ORDER BY e.id DESC LIMIT 1));
END
$$;
COMMENT ON FUNCTION henk.explain_member(uuid, uuid) IS 'Why a lead is on a list, or not.';
CREATE FUNCTION public.explain_membership(p_list uuid, p_lead uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    PERFORM henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_list)),
        henk.require_member((SELECT l.business_id FROM public.leads l WHERE l.id = p_lead));
    RETURN henk.explain_member(p_list, p_lead);
END
$$;
COMMENT ON FUNCTION public.explain_membership(uuid, uuid) IS 'Tells why a lead is on a list, or is not: each clause of the criteria with the value found and '
'whether it is met, membership with its origin, exclusion, and the last event.

Errors: 42501, P0002 as above.';

-- What criteria would find. The clauses are those of the outermost all or any: how many leads each finds alone, and all others without it.
CREATE FUNCTION henk.preview_filter(p_business_id uuid, p_criteria jsonb, p_lead_list_id uuid, p_campaign_id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off SET work_mem = '128MB'
AS $$
DECLARE
    word text := CASE WHEN p_criteria ? 'all' THEN 'all' WHEN p_criteria ? 'any' THEN 'any' END;
    list public.lead_lists;
    difference record;
    counts jsonb;
    clauses jsonb;
    flags text;
    paths text[];
    n integer;
BEGIN
    EXECUTE 'WITH f AS MATERIALIZED (SELECT l.id, l.business_id, coalesce(l.quality_rating, ''unrated'') AS rating, l.phone, l.mobile_phone, '
        '(l.do_not_call OR l.dnc) AS opted_out FROM public.leads l WHERE l.business_id = $2 AND ('
        || henk.compile_filter(p_criteria, p_depth => 2, p_business_id => p_business_id) || ')), '
        -- Who is left out, and why: the first reason of each.
        'r AS (SELECT f.id, f.rating, CASE WHEN f.phone IS NULL AND f.mobile_phone IS NULL THEN ''no_phone'' WHEN f.opted_out THEN ''opted_out'' '
        'WHEN u.id IS NULL THEN ''callable'' WHEN EXISTS (SELECT FROM henk.erasures e JOIN public.leads l ON l.id = f.id '
        'WHERE e.business_id = $2 AND e.fingerprint = ANY (ARRAY[henk.fingerprint($2, l.phone), henk.fingerprint($2, l.mobile_phone), '
        'henk.fingerprint($2, l.email)])) THEN ''erased'' ELSE ''suppressed'' END AS reason '
        'FROM f LEFT JOIN henk.leads_not_to_call u ON u.id = f.id AND u.business_id = $2) '
        'SELECT jsonb_build_object(''of'', (SELECT count(*) FROM public.leads l WHERE l.business_id = $2), ''matched'', count(*), '
        '''callable'', count(*) FILTER (WHERE r.reason = ''callable''), ''left_out'', jsonb_build_object('
        '''no_phone'', count(*) FILTER (WHERE r.reason = ''no_phone''), ''opted_out'', count(*) FILTER (WHERE r.reason = ''opted_out''), '
        '''suppressed'', count(*) FILTER (WHERE r.reason = ''suppressed''), ''erased'', count(*) FILTER (WHERE r.reason = ''erased'')), '
        '''by_rating'', coalesce((SELECT jsonb_object_agg(g.rating, g.n) FROM (SELECT f.rating, count(*) AS n FROM f GROUP BY 1) g), ''{}''), '
        '''sample'', coalesce((SELECT jsonb_agg(s.id) FROM (SELECT f.id FROM f ORDER BY f.id LIMIT 10) s), ''[]''), '
        '''would_enter_campaign'', CASE WHEN $3 IS NOT NULL THEN count(*) FILTER (WHERE (r.reason IN (''callable'', ''no_phone'') OR NOT (SELECT c.exclude_dnc '
        'FROM public.campaigns c WHERE c.id = $3)) AND NOT EXISTS (SELECT FROM public.campaign_leads cl WHERE cl.campaign_id = $3 AND cl.lead_id = r.id)) '
        'END) FROM r'
    INTO counts USING p_criteria, p_business_id, p_campaign_id;

    SELECT string_agg(format('(coalesce((%s), false))::integer AS c%s', henk.compile_filter(e.clause, e.place, e.path, 3, p_business_id), e.n), ', ' ORDER BY e.n),
        array_agg(e.path ORDER BY e.n), count(*)
    INTO flags, paths, n FROM (
        SELECT i.item AS clause, format('{%s,%s}', word, i.n - 1) AS place, format('$.%s[%s]', word, i.n - 1) AS path, i.n
        FROM jsonb_array_elements(p_criteria -> word) WITH ORDINALITY AS i (item, n) WHERE word IS NOT NULL AND i.n <= 20
        UNION ALL SELECT p_criteria, '{}', '$', 1 WHERE word IS NULL) e;
    EXECUTE 'SELECT jsonb_build_array(' || (SELECT string_agg(format('jsonb_build_object(''path'', %L::text, ''alone'', count(*) FILTER (WHERE t.c%s = 1), '
        '''without'', count(*) FILTER (WHERE %s))', paths[i], i, CASE WHEN word = 'any' THEN format('t.n - t.c%s > 0', i)
            ELSE format('t.n - t.c%s = %s', i, n - 1) END), ', ' ORDER BY i) FROM generate_series(1, n) i)
        -- OFFSET 0: each clause is evaluated once a lead, however often it is counted.
        || ') FROM (SELECT s.*, ' || (SELECT string_agg(format('s.c%s', i), ' + ') FROM generate_series(1, n) i) || ' AS n FROM (SELECT ' || flags
        || ' FROM public.leads l WHERE l.business_id = $2 OFFSET 0) s) t' INTO clauses USING p_criteria, p_business_id;
    counts := counts || jsonb_build_object('clauses', clauses);

    IF p_lead_list_id IS NOT NULL THEN
        SELECT ll.* INTO list FROM public.lead_lists ll WHERE ll.id = p_lead_list_id;
        list.filter_criteria := p_criteria;
        SELECT * INTO difference FROM henk.compare_list(list);
        counts := counts || jsonb_build_object('entered', cardinality(difference.entered), 'left', cardinality(difference.gone), 'held',
            henk.reason_to_hold(list.max_leave, difference.members, cardinality(difference.entered), cardinality(difference.gone)));
    END IF;
    RETURN counts;
EXCEPTION WHEN query_canceled THEN
    IF SQLERRM NOT LIKE '%statement timeout%' THEN
        RAISE;
    END IF;
    RETURN '{"slow": true}';
END
$$;
COMMENT ON FUNCTION henk.preview_filter(uuid, jsonb, uuid, uuid) IS 'Count what criteria would find.';
CREATE FUNCTION public.preview_lead_filter(p_business_id uuid, p_criteria jsonb, p_lead_list_id uuid DEFAULT NULL, p_campaign_id uuid DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    PERFORM henk.require_member(p_business_id), henk.require_record(p_business_id, (SELECT b.id FROM public.businesses b WHERE b.id = p_business_id),
        'business');
    IF p_criteria IS NULL THEN
        RAISE EXCEPTION 'p_criteria: which leads.' USING ERRCODE = 'invalid_parameter_value';
    ELSIF p_lead_list_id IS NOT NULL THEN
        PERFORM henk.require_member((SELECT ll.business_id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id)),
            henk.require_record(p_lead_list_id, (SELECT ll.id FROM public.lead_lists ll WHERE ll.id = p_lead_list_id AND ll.business_id = p_business_id),
                'lead list');
    END IF;
    IF p_campaign_id IS NOT NULL THEN
        PERFORM henk.require_member((SELECT c.business_id FROM public.campaigns c WHERE c.id = p_campaign_id)),
            henk.require_record(p_campaign_id, (SELECT c.id FROM public.campaigns c WHERE c.id = p_campaign_id AND c.business_id = p_business_id),
                'campaign');
    END IF;
    RETURN henk.preview_filter(p_business_id, p_criteria, p_lead_list_id, p_campaign_id);
END
$$;
COMMENT ON FUNCTION public.preview_lead_filter(uuid, jsonb, uuid, uuid) IS 'Counts what criteria would find, before they are saved: of (leads of the '
'business), matched, callable, left_out by reason (no_phone, opted_out, suppressed, erased), by_rating, up to ten ids as a sample, and of the outermost '
'clauses (the first twenty) how many leads each finds alone and how many all others find without it. With a list: who would enter and leave, and '
'why that would be held; with a campaign: who would come into it. {"slow": true} where the statement timeout ends it.

Errors: 22023 for criteria that are not valid, with their place; 42501, P0002 as above.';

-- As a person at the command line does by hand. Gives: whether anything changed.
CREATE FUNCTION henk.pin_lead(p_list uuid, p_lead uuid) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    list public.lead_lists;
    changed integer;
BEGIN
    SELECT ll.* INTO list FROM public.lead_lists ll WHERE ll.id = p_list FOR NO KEY UPDATE;
    PERFORM henk.require_record(p_list, list.id, 'lead list');
    UPDATE public.lead_list_members m SET origin = 'pinned' WHERE m.lead_list_id = p_list AND m.lead_id = p_lead AND m.origin <> 'pinned'
        AND henk.is_smart(list);
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed > 0 THEN
        INSERT INTO public.lead_list_events (business_id, lead_list_id, lead_id, event, cause) VALUES (list.business_id, p_list, p_lead, 'pinned', 'hand');
    ELSE
        INSERT INTO public.lead_list_members (business_id, lead_list_id, lead_id) VALUES (list.business_id, p_list, p_lead) ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS changed = ROW_COUNT;
    END IF;
    RETURN changed > 0;
END
$$;
COMMENT ON FUNCTION henk.pin_lead(uuid, uuid) IS 'Pin a lead to a list, whatever its criteria say.';
CREATE FUNCTION henk.exclude_lead(p_list uuid, p_lead uuid, p_reason text DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    changed integer;
BEGIN
    PERFORM FROM public.lead_lists ll WHERE ll.id = p_list FOR NO KEY UPDATE;
    INSERT INTO public.lead_list_exclusions (business_id, lead_list_id, lead_id, reason)
    SELECT ll.business_id, ll.id, p_lead, p_reason FROM public.lead_lists ll WHERE ll.id = p_list ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed > 0;
END
$$;
COMMENT ON FUNCTION henk.exclude_lead(uuid, uuid, text) IS 'Exclude a lead from a list, whatever its criteria say.';

DO $rights$
DECLARE
    made regprocedure;
BEGIN
    FOR made IN
        SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'henk'::regnamespace AND p.proname IN ('list_cause', 'follows_changes',
            'note_change_of', 'note_list_changes', 'note_list_change', 'compile_offers', 'reattribute', 'withdraw_leads', 'follow_list', 'follow_assignment', 'compare_list',
            'reason_to_hold', 'refresh_list', 'lists_to_refresh', 'follow_static_lists', 'mirror_list', 'follow_members', 'lock_list_first', 'fill_origin',
            'remove_excluded', 'merge_memberships', 'unmerge_memberships', 'forget_memberships', 'date_criteria', 'fill_smart_list', 'keep_named_list',
            'refuse_closed', 'refresh_for_assignment', 'freeze_list', 'filter_clauses', 'explain_member', 'preview_filter', 'pin_lead', 'exclude_lead')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', made);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO service_role', made);
    END LOOP;
    FOR made IN
        SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
            AND p.proname IN ('refresh_lead_list_now', 'freeze_lead_list', 'explain_membership', 'preview_lead_filter')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC, anon', made);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO authenticated, service_role', made);
    END LOOP;
END
$rights$;

-- migrate:down
-- Forward only.
