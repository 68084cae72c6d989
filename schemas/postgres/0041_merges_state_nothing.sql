-- migrate:up
-- A merge and its taking apart move rows; nobody states an opt-out again by them. A lead with a flag that came back when a later merge was taken
-- apart counted as "stated again", so that taking the earlier merge apart left its other lead blocked for good.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE FUNCTION henk.skip_when_moving() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN CASE WHEN coalesce(current_setting('henk.moving_rows', true), '') <> 'on' THEN NEW END;
END
$$;
COMMENT ON FUNCTION henk.skip_when_moving() IS 'Trigger: rows that a merge, its taking apart or an undo moves state nothing.';
REVOKE EXECUTE ON FUNCTION henk.skip_when_moving() FROM PUBLIC;
CREATE TRIGGER skip_when_moving BEFORE INSERT OR UPDATE ON henk.restated_opt_outs
FOR EACH ROW EXECUTE FUNCTION henk.skip_when_moving();

-- migrate:down
-- Forward only.
