-- migrate:up
-- Campaigns follow a list that is held as it is: what its members become, or an assignment's filter, waited for its release. A client
-- who opens a campaign again takes the lock of lists before a row, as all others do.
-- noqa: disable=LT01,LT02,LT05,RF03,RF04

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

DO $$
DECLARE
    body text := pg_get_functiondef('henk.refresh_list(uuid, boolean, text, text, boolean)'::regprocedure);
    old text := 'THEN list.held -> ''at'' ELSE to_jsonb(now()) END);
    ELSE';
BEGIN
    IF strpos(body, old) = 0 THEN
        RAISE EXCEPTION 'henk.refresh_list is not as an earlier migration left it.';
    END IF;
    EXECUTE replace(body, old, replace(old, '    ELSE', '        campaigns := henk.follow_list(p_lead_list_id, ''{}'', ''{}'');
    ELSE'));
END
$$;

CREATE TRIGGER aa_lock_lists_first_updated BEFORE UPDATE OF status ON public.campaigns FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0 AND (coalesce(current_setting('request.jwt.claims', true), '') <> ''
        OR coalesce(current_setting('request.jwt.claim.sub', true), '') <> ''))
    EXECUTE FUNCTION henk.lock_lists_first();

-- migrate:down
-- Forward only.
