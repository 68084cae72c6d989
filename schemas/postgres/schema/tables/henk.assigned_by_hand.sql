-- Made by `make schema` from a database with every migration applied; nothing runs this file.

CREATE TABLE henk.assigned_by_hand (
    assignment_id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);


COMMENT ON TABLE henk.assigned_by_hand IS 'When a person, no import, assigned a list to a campaign, each time. Undo takes along who came by it.';


ALTER TABLE ONLY henk.assigned_by_hand
    ADD CONSTRAINT assigned_by_hand_pkey PRIMARY KEY (assignment_id, at);


ALTER TABLE ONLY henk.assigned_by_hand
    ADD CONSTRAINT assigned_by_hand_assignment_id_fkey FOREIGN KEY (assignment_id) REFERENCES public.campaign_lead_lists(id) ON DELETE CASCADE;


GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE henk.assigned_by_hand TO service_role;
