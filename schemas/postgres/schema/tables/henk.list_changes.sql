-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.list_changes (
    business_id uuid NOT NULL,
    transaction bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);


COMMENT ON TABLE henk.list_changes IS 'Businesses whose lists with criteria may have other members, with the transaction that said so, until a refresh follows.';


COMMENT ON COLUMN henk.list_changes.transaction IS 'The transaction that changed something; below zero that of a refresh which is under way, or was killed.';


ALTER TABLE ONLY henk.list_changes
    ADD CONSTRAINT list_changes_pkey PRIMARY KEY (business_id, transaction);


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.list_changes TO service_role;
