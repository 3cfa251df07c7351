"""What statistics and exports ask of a case: its legal limit once it has ended, and when it last changed.

`changed` is the number of the transaction that last changed the case or a part of it. A reader that takes only
numbers below the oldest transaction still under way misses none, in whatever order transactions end.
Triggers give the numbers, so that no way of changing a case is forgotten.
"""

from __future__ import annotations

from django.db import migrations, models

PARTS = ("step", "copy", "note", "number", "attachment", "enclosure", "query")

CHANGED = """
CREATE FUNCTION comity_case_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed := pg_current_xact_id()::text::bigint;
    NEW.changed_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE FUNCTION comity_touch(cases uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE present bigint := pg_current_xact_id()::text::bigint;
BEGIN
    PERFORM FROM node_case WHERE id = ANY (cases) AND changed <> present ORDER BY id FOR NO KEY UPDATE;
    UPDATE node_case SET changed = present WHERE id = ANY (cases) AND changed <> present;
END $$;
CREATE FUNCTION comity_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM comity_touch(ARRAY[NEW.case_id]);
    RETURN NEW;
END $$;
CREATE FUNCTION comity_link_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM comity_touch(ARRAY[NEW.case_id, NEW.other_id]);
    RETURN NULL;
END $$;
CREATE FUNCTION comity_match_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM comity_touch(array_agg(case_id)) FROM node_query WHERE id = NEW.query_id AND case_id IS NOT NULL;
    RETURN NULL;
END $$;
CREATE FUNCTION comity_message_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM comity_touch(array_agg(id)) FROM node_case WHERE conversation = NEW.conversation;
    RETURN NULL;
END $$;
CREATE TRIGGER changed BEFORE INSERT OR UPDATE ON node_case FOR EACH ROW EXECUTE FUNCTION comity_case_changed();
-- Before: the new reader may hide the case from whoever names it.
CREATE TRIGGER changed BEFORE INSERT OR UPDATE ON node_reader
    FOR EACH ROW EXECUTE FUNCTION comity_part_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE ON node_caselink
    FOR EACH ROW EXECUTE FUNCTION comity_link_changed();
CREATE TRIGGER changed AFTER UPDATE OF decision, note ON node_match
    FOR EACH ROW EXECUTE FUNCTION comity_match_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE ON node_outbox
    FOR EACH ROW EXECUTE FUNCTION comity_message_changed();
""" + "".join(
    f"CREATE TRIGGER changed AFTER INSERT OR UPDATE ON node_{part} "
    "FOR EACH ROW EXECUTE FUNCTION comity_part_changed();\n"
    for part in PARTS
)
UNCHANGED = """
DROP FUNCTION comity_case_changed() CASCADE;
DROP FUNCTION comity_part_changed() CASCADE;
DROP FUNCTION comity_link_changed() CASCADE;
DROP FUNCTION comity_match_changed() CASCADE;
DROP FUNCTION comity_message_changed() CASCADE;
DROP FUNCTION comity_touch(uuid[]);
"""


class Migration(migrations.Migration):
    dependencies = [("node", "0009_texts")]

    operations = [
        migrations.AddField("case", "limit_at", models.DateTimeField(null=True)),
        migrations.AddField("case", "limit_article", models.CharField(blank=True, default="", max_length=60)),
        migrations.AddField("case", "changed", models.BigIntegerField(default=0)),
        migrations.AddField("case", "changed_at", models.DateTimeField(null=True)),
        migrations.AddIndex("case", models.Index(fields=["authority", "changed", "id"], name="case_changed")),
        migrations.AddIndex("case", models.Index(fields=["authority", "received_at"], name="case_received")),
        migrations.RunSQL(CHANGED, UNCHANGED),
    ]
