-- migrate:up
-- What each table is for and what each function promises, where every tool shows it. docs/data-model.md is made from these.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '10min';
SET LOCAL search_path = 'public';

COMMENT ON TABLE businesses IS 'Organisations that call. Everything else belongs to one of them; nothing mixes two.';
COMMENT ON TABLE team_members IS
'Who works for a business, and as what. Only active members see anything; owners, admins and members write, viewers read.';
COMMENT ON TABLE campaigns IS
'What is called for, and when. exclude_dnc leaves out who must not be called, dedupe_by_phone calls a number once.';
COMMENT ON TABLE leads IS
'People, each once in a business, whatever lists and campaigns they are in. E-mails are kept in lower case, phones in E.164 where they can be read.';
COMMENT ON TABLE lead_lists IS
'Groups of leads, used in any number of campaigns. A dynamic list has its members found by filter_criteria. lead_count is counted by triggers.';
COMMENT ON TABLE lead_list_members IS 'Which lead is on which list, and which import brought it there.';
COMMENT ON TABLE campaign_lead_lists IS
'Assignments: a list in a campaign, with its priority (1 is called first), filter and counts, which triggers keep.';
COMMENT ON TABLE campaign_leads IS
'How far each lead has come in each campaign, and by which list it came. A row without a lead is of somebody who was erased.';
COMMENT ON TABLE lead_imports IS
'One row an upload that was taken in: its file, how it was read, what became of its rows. Rows read = accepted + rejected + duplicates.';
COMMENT ON TABLE lead_import_rows IS 'Provenance: which line of which file became which lead, and for undo what stood there before.';
COMMENT ON TABLE lead_import_rejections IS 'Every rule that a row of a file broke: line, column, value, and what to do.';
COMMENT ON TABLE lead_duplicate_candidates IS 'Pairs of leads that look like one person, but not surely, for somebody to decide.';
COMMENT ON TABLE suppressions IS
'Phones and e-mails that nobody may call or write, whoever has them; of erased people as fingerprints (sha256:…). No import takes one back.';
COMMENT ON VIEW campaign_lead_lists_with_stats IS
'Every assignment with its list, its campaign and its counts taken from campaign_leads at this moment. conversion_rate is per cent of the contacted.';
COMMENT ON VIEW lead_lists_with_campaigns IS 'Every list with the campaigns it is assigned to, newest first, as a JSON array.';

-- Prose, a paragraph a line.
-- noqa: disable=LT05
COMMENT ON FUNCTION add_lead_list_to_campaign(uuid, uuid, integer) IS
'Assigns a list to a campaign and gives the campaign its members. Gives the assignment''s id, the same on every call.

Left out: members that the assignment''s filter_criteria does not name; where the campaign says exclude_dnc, leads with do_not_call or dnc or a suppressed number; where it says dedupe_by_phone, leads whose number (phone, else mobile_phone) somebody of the campaign has, of several new ones all but the best scored. A lead on several active lists belongs to the smallest priority, then the earliest assigned. A second call updates the priority, adds who joined since, and resets nobody''s status, attempts or amounts. A paused list stays paused; one that was completed or taken away is taken up again.

Errors: 42501 for an end user who is no writing member of both, or where there is no such record; P0002 for the service role and an unknown id; 23503 where the two belong to different businesses; 23514 for a priority below 1.';
COMMENT ON FUNCTION remove_lead_list_from_campaign(uuid, uuid) IS
'Takes a list off a campaign. Campaign leads that nobody has worked on go, or go over to another list of the campaign that the lead is on; the others stay with what was said, and the assignment with them, inactive. Gives how many campaign leads were removed; a second call gives 0.

Errors: 42501, P0002 as above.';
COMMENT ON FUNCTION create_lead_list_from_csv(uuid, varchar, jsonb) IS
'Makes a list from an array of objects. Known names become a lead''s fields, other names custom fields, tags are a list or a text with commas. E-mails and phones are brought to their one form. Elements that share a source id, e-mail or phone are one lead, also by way of a third; on a shared phone each first name is a person. A lead that the business has (by source id with source, then e-mail, then phone) is filled in where it is empty. Opt-outs are taken over, also as suppressions, and never taken back. Gives the list''s id; the same rows under the same name are the same list.

Errors: 22023 where an element is no object, has no phone, mobile_phone or email, or holds what no field can, with the positions of all such elements counted from 1, and nothing done; 22023 for a name that is empty or longer than 255 characters; 42501, P0002 as above.';
COMMENT ON FUNCTION refresh_lead_list(uuid) IS
'Makes the members of a dynamic or smart list those leads of its business that meet its filter_criteria now. Gives how many there are.

Errors: 22023 for a static list or one without criteria; 42501, P0002 as above.';
COMMENT ON FUNCTION undo_lead_import(uuid) IS
'Takes back what an import did: leads that nothing else uses, replaced values that still stand, members, campaign leads nobody has worked on, its assignments, lists it made that are empty now. What has been worked on since stays, named with its reason: campaign leads with a call, a word or an amount; new leads that are on other lists, in campaigns by another way, in other imports, changed, or referred to by other tables. Opt-outs stay. Gives a report: leads_deleted, leads_restored, values_restored, values_changed_since, members_removed, campaign_leads_removed, assignments_removed, lists_deleted, leads_kept, and kept, a list of line, lead_id, reason and stays (everything, or the lead; the first 1000). Run again, it takes back what has become free since.

Errors: 55000 for an import that has not finished; 42501, P0002 as above.';
COMMENT ON FUNCTION merge_leads(uuid, uuid) IS
'Two leads of one business are one person: p_keep is filled in from p_drop where it is empty, any opt-out holds, tags and custom fields join. Members, campaign leads, provenance and what other tables say of p_drop go over. In a campaign that has both, the further status wins (dnc over all), attempts and talk time add up, amounts are the larger of the two. Gives p_keep.

Errors: 23503 for leads of different businesses; 22023 for a lead and itself; 42501, P0002 as above.';
COMMENT ON FUNCTION erase_lead(uuid) IS
'A privacy request. The lead, its members, its provenance and its rejected rows are gone; campaign leads that were worked on stay counted, without a lead, notes or further calls; its numbers and address stay suppressed, as fingerprints. Gives a report: campaign_leads_kept_without_name, rejections_blanked, uploads (whose files still hold the person), rows_of_other_tables (that no longer refer to it, but may speak of it).

Errors: 23503 where another table must refer to the lead; 42501, P0002 as above.';

-- migrate:down
-- Forward only.
