"""What was looked for in registers goes with the facts of a case that it came from, and matches with what is masked."""

from __future__ import annotations

from django.db import migrations

DELETE_QUERY = """
CREATE FUNCTION comity_delete_query(which bigint, entry bigint, said text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE its_conversation uuid;
BEGIN
    SELECT c.conversation INTO its_conversation FROM node_query q JOIN node_case c ON c.id = q.case_id
    WHERE q.id = which AND q.authority_id = comity_scope();
    IF NOT FOUND THEN RETURN; END IF;
    PERFORM comity_told(entry, said, its_conversation::text, NULL);
    DELETE FROM node_match WHERE query_id = which;
    DELETE FROM node_query WHERE id = which;
END $$;
"""

EMPTY_MATCHES = """
CREATE FUNCTION comity_empty_matches(its_record bigint, entry bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM comity_told(entry, 'record.masked', NULL, 'record-' || its_record);
    UPDATE node_match SET reasons = '[]', note = '' WHERE record_id = its_record AND authority_id = comity_scope();
END $$;
"""

DROP = "DROP FUNCTION comity_empty_matches(bigint, bigint); DROP FUNCTION comity_delete_query(bigint, bigint, text);"


class Migration(migrations.Migration):
    dependencies = [("node", "0016_targets")]

    operations = [migrations.RunSQL(DELETE_QUERY + EMPTY_MATCHES, DROP)]
