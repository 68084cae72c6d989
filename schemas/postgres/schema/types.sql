-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE SCHEMA auth;


CREATE SCHEMA henk;


CREATE TYPE henk.assignment_change AS (
	campaign_id uuid,
	lead_list_id uuid,
	total bigint,
	contacted bigint,
	successful bigint
);


CREATE TYPE henk.compared_name AS (
	first text,
	last text,
	last_words text[],
	formals text[],
	birth text,
	generation text,
	middle text,
	gender text
);


CREATE TYPE henk.list_change AS (
	lead_list_id uuid,
	leads bigint
);


GRANT USAGE ON SCHEMA auth TO anon;
GRANT USAGE ON SCHEMA auth TO authenticated;
GRANT USAGE ON SCHEMA auth TO service_role;


GRANT USAGE ON SCHEMA henk TO authenticated;
GRANT USAGE ON SCHEMA henk TO service_role;


GRANT USAGE ON SCHEMA public TO authenticated;
GRANT USAGE ON SCHEMA public TO service_role;
