"""Keeping and deleting: registers under law, reviews, holds, and the only ways in which rows are deleted.

The application role deletes nothing itself. The functions here do, and each only beside an entry of the ledger that
says so and is not yet sealed: it can only be of the transaction that deletes, or of one that ended in the last second.
"""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import comity.base.identifiers
import comity.node.scope
from comity.node import policies

OF_CASE = (
    "telling", "alarm", "handedcase", "copy", "number", "enclosure", "attachmentcontent", "attachment",
    "subject", "casepart", "party", "reader", "review", "hold", "masked",
)  # fmt: skip
"""Tables whose rows of a case go with it, in an order in which none still refers to another."""

TOLD = """
CREATE FUNCTION comity_told(entry bigint, said text, about text, which text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM node_entry e JOIN node_unsealed u ON u.entry_id = e.id
    WHERE e.id = entry AND e.authority_id = comity_scope() AND e.kind = said
    AND (about IS NULL OR e."case" = about) AND (which IS NULL OR e.subject = which);
    IF NOT FOUND THEN RAISE EXCEPTION 'nothing is deleted without an entry of the ledger that says so'; END IF;
END $$;
REVOKE ALL ON FUNCTION comity_told(bigint, text, text, text) FROM PUBLIC;
"""

DELETE_CASE = (
    """
CREATE FUNCTION comity_delete_case(which uuid, entry bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE its_conversation uuid;
BEGIN
    SELECT conversation INTO its_conversation FROM node_case
    WHERE id = which AND authority_id = comity_scope() FOR UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
    PERFORM comity_told(entry, 'case.deleted', its_conversation::text, NULL);
"""
    + "".join(f"    DELETE FROM node_{table} WHERE case_id = which;\n" for table in OF_CASE)
    + """
    DELETE FROM node_caselink WHERE case_id = which OR other_id = which;
    UPDATE node_note SET about_id = NULL WHERE case_id = which AND about_id IS NOT NULL;
    DELETE FROM node_note WHERE case_id = which;
    DELETE FROM node_match WHERE query_id IN (SELECT id FROM node_query WHERE case_id = which);
    DELETE FROM node_query WHERE case_id = which;
    UPDATE node_dayentry SET case_id = NULL, subject = '' WHERE case_id = which;
    UPDATE node_case SET parent_id = NULL WHERE parent_id = which;
    DELETE FROM node_step WHERE case_id = which;
    DELETE FROM node_case WHERE id = which;
    IF NOT EXISTS (SELECT FROM node_case WHERE conversation = its_conversation AND authority_id = comity_scope())
    THEN
        PERFORM comity_empty_messages(its_conversation, entry, 'case.deleted');
    END IF;
END $$;
"""
)

# Of a message its place in the chain, its digest and its receipt stay: what was exchanged stays provable.
EMPTY_MESSAGES = """
CREATE FUNCTION comity_empty_messages(its_conversation uuid, entry bigint, said text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM comity_told(entry, said, its_conversation::text, NULL);
    UPDATE node_outbox SET signed = ''
    WHERE conversation = its_conversation AND authority_id = comity_scope() AND state <> 'pending';
    UPDATE node_inbox SET signed = ''
    WHERE conversation = its_conversation AND authority_id = comity_scope();
END $$;
"""

DELETE_PART = """
CREATE FUNCTION comity_delete_part(which uuid, entry bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE its_key uuid;
BEGIN
    SELECT key INTO its_key FROM node_casepart
    WHERE id = which AND authority_id = comity_scope() FOR UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
    PERFORM comity_told(entry, 'part.deleted', NULL, its_key::text);
    DELETE FROM node_casepart WHERE id = which;
    DELETE FROM node_passage WHERE kind = 'part' AND source = which::text;
END $$;
"""

DELETE_RECORD = """
CREATE FUNCTION comity_delete_record(which bigint, entry bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM node_record WHERE id = which AND authority_id = comity_scope() FOR UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
    PERFORM comity_told(entry, 'record.deleted', NULL, 'record-' || which);
    DELETE FROM node_match WHERE record_id = which;
    DELETE FROM node_masked WHERE record_id = which;
    DELETE FROM node_review WHERE record_id = which;
    UPDATE node_record SET key = 'deleted-' || which, caption = '', digest = '', moments = '{}', facts = '{}',
        entity = jsonb_build_object('id', 'deleted', 'schema', schema, 'properties', jsonb_build_object())
    WHERE id = which;
END $$;
"""

DROP = """
DROP FUNCTION comity_delete_record(bigint, bigint);
DROP FUNCTION comity_delete_part(uuid, bigint);
DROP FUNCTION comity_delete_case(uuid, bigint);
DROP FUNCTION comity_empty_messages(uuid, bigint, text);
DROP FUNCTION comity_told(bigint, text, text, text);
"""


def _to(model: str, name: str = "+", *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        null=null, on_delete=django.db.models.deletion.PROTECT, related_name=name, to=f"node.{model}"
    )


def _owned() -> list[tuple[str, models.Field]]:
    uuid7 = comity.base.identifiers.uuid7
    own = models.ForeignKey(
        default=comity.node.scope.current_authority,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="node.authority",
    )
    return [("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)), ("authority", own)]


def _text(length: int) -> models.CharField:
    return models.CharField(max_length=length, blank=True, default="")


class Migration(migrations.Migration):
    dependencies = [("node", "0014_parts")]

    operations = [
        migrations.AddField("case", "keep_at", models.DateTimeField(null=True)),
        migrations.AddIndex("case", models.Index(fields=["authority", "keep_at"], name="case_keep_at")),
        migrations.AddField("register", "law", _text(40)),
        migrations.AddField("register", "compared_for", _text(60)),
        migrations.AddField("record", "holding", _text(60)),
        migrations.AddField("record", "moments", models.JSONField(default=dict)),
        migrations.AddField("record", "facts", models.JSONField(default=dict)),
        migrations.AddField("record", "keep_at", models.DateTimeField(null=True)),
        migrations.AddField("record", "deleted_at", models.DateTimeField(null=True)),
        migrations.AddIndex("record", models.Index(fields=["authority", "keep_at"], name="record_keep_at")),
        migrations.CreateModel(
            "Review",
            [
                *_owned(),
                ("case", _to("case", "reviews", null=True)),
                ("record", _to("record", "reviews", null=True)),
                ("part", models.CharField(blank=True, max_length=40)),
                ("rule", models.CharField(max_length=160)),
                ("do", models.CharField(max_length=10)),
                ("article", models.CharField(max_length=120)),
                ("due_at", models.DateTimeField()),
                ("proposed_at", models.DateTimeField()),
                ("decision", _text(10)),
                ("reason", _text(500)),
                ("decided_by", _to("officer", null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            {
                "ordering": ("due_at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "rule"), condition=models.Q(decision=""), name="review_of_case_once"
                    ),
                    models.UniqueConstraint(
                        fields=("record", "rule"),
                        condition=models.Q(decision=""),
                        name="review_of_record_once",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["authority", "due_at"], condition=models.Q(decision=""), name="review_open"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "Hold",
            [
                *_owned(),
                ("case", _to("case", "holds")),
                ("reason", models.CharField(max_length=500)),
                ("set_by", _to("officer")),
                ("set_at", models.DateTimeField()),
                ("ended_by", _to("officer", null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", _text(500)),
            ],
            {
                "ordering": ("-set_at",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case",), condition=models.Q(ended_at=None), name="hold_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "Masked",
            [
                *_owned(),
                ("case", _to("case", "masked", null=True)),
                ("record", _to("record", "masked", null=True)),
                ("rule", models.CharField(max_length=160)),
                ("article", models.CharField(max_length=120)),
                ("masked_at", models.DateTimeField()),
                ("sealed", models.BinaryField()),
                ("wrapped_key", models.BinaryField()),
            ],
            {"ordering": ("masked_at",)},
        ),
        migrations.CreateModel(
            "Tally",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                _owned()[1],
                ("figure", models.CharField(max_length=30)),
                ("country", models.CharField(max_length=2)),
                ("urgent", models.BooleanField()),
                ("ground", _text(40)),
                ("at", models.DateTimeField()),
            ],
            {"indexes": [models.Index(fields=["authority", "at"], name="tally_at")]},
        ),
        policies.own("tally"),
        policies.of_case("review", "hold", "masked"),
        migrations.RunSQL(TOLD + EMPTY_MESSAGES + DELETE_CASE + DELETE_PART + DELETE_RECORD, DROP),
    ]
