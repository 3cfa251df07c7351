"""The dossier: notes, tags, links and the index of who is concerned; and what restricting a case hides with it."""

from __future__ import annotations

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import comity.base.identifiers
import comity.node.scope
from comity.node import policies

# A case's messages and ledger entries bear its conversation, not its id. The rows of `node_reader` are read as the
# owner, whom this one table does not bind: the functions could not see what they are to hide otherwise.
HIDDEN = """
CREATE OR REPLACE FUNCTION comity_hidden() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT r.case_id), '{}') FROM node_reader r
    WHERE r.authority_id = comity_scope() AND r.ended_at IS NULL
    AND NOT EXISTS (
        SELECT FROM node_reader mine WHERE mine.case_id = r.case_id AND mine.ended_at IS NULL
        AND mine.officer_id = nullif(current_setting('comity.officer', true), '')::bigint)
    AND NOT EXISTS (
        SELECT FROM node_officer o
        WHERE o.id = nullif(current_setting('comity.officer', true), '')::bigint
        AND o.roles && ARRAY['node', 'data-protection-officer']::varchar[])
$$;
CREATE FUNCTION comity_hidden_conversations() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT r.conversation), '{}') FROM node_reader r
    WHERE r.case_id = ANY (comity_hidden()) AND r.ended_at IS NULL
$$;
DROP POLICY own ON node_reader;
CREATE POLICY own ON node_reader
    USING (authority_id = (SELECT comity_scope()) AND NOT case_id = ANY ((SELECT comity_hidden())::uuid[]))
    WITH CHECK (authority_id = (SELECT comity_scope()));
"""

VISIBLE_QUERY = f"{policies.OWN} AND EXISTS (SELECT FROM node_query q WHERE q.id = query_id)"
CONVERSATIONS = "ANY ((SELECT comity_hidden_conversations()){cast}[])"
OPEN_CONVERSATION = f"{policies.OWN} AND NOT conversation = {CONVERSATIONS.format(cast='::uuid')}"
OPEN_ENTRY = f'{policies.OWN} AND NOT "case" = {CONVERSATIONS.format(cast="::text")}'
BOTH_KNOWN = f"{policies.OWN} AND {policies.known('case_id')} AND {policies.known('other_id')}"

LOCKS = {
    "match": VISIBLE_QUERY,
    "outbox": OPEN_CONVERSATION,
    "inbox": OPEN_CONVERSATION,
    "entry": OPEN_ENTRY,
    "caselink": BOTH_KNOWN,
}


def _own() -> models.ForeignKey:
    return models.ForeignKey(
        default=comity.node.scope.current_authority,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="node.authority",
    )


def _to(model: str, name: str = "+", *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        null=null, on_delete=django.db.models.deletion.PROTECT, related_name=name, to=f"node.{model}"
    )


def _id() -> models.UUIDField:
    return models.UUIDField(default=comity.base.identifiers.uuid7, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [("node", "0004_work")]

    operations = [
        migrations.AddField(
            "case",
            "offences",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            "reader", "conversation", models.UUIDField(default=uuid.uuid4), preserve_default=False
        ),
        migrations.AddField("reader", "ended_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("reader", "reader_once"),
        migrations.AddConstraint(
            "reader",
            models.UniqueConstraint(
                fields=("case", "officer"), condition=models.Q(ended_at=None), name="reader_once"
            ),
        ),
        migrations.CreateModel(
            "Note",
            [
                ("id", _id()),
                ("authority", _own()),
                ("case", _to("case", "notes")),
                ("about", _to("note", "annotations", null=True)),
                ("author", _to("officer")),
                ("written_at", models.DateTimeField()),
                ("text", models.TextField()),
            ],
            {"ordering": ("written_at", "pk")},
        ),
        migrations.CreateModel(
            "CaseLink",
            [
                ("id", _id()),
                ("authority", _own()),
                ("case", _to("case", "links_out")),
                ("other", _to("case", "links_in")),
                ("kind", models.CharField(max_length=20)),
                ("reason", models.CharField(max_length=500)),
                ("made_by", _to("officer")),
                ("made_at", models.DateTimeField()),
                ("ended_by", _to("officer", null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, max_length=500)),
            ],
            {
                "ordering": ("made_at",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "other", "kind"),
                        condition=models.Q(ended_at=None),
                        name="caselink_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "Subject",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("authority", _own()),
                ("case", _to("case", "subjects")),
                ("digest", models.CharField(max_length=32)),
            ],
            {
                "constraints": [models.UniqueConstraint(fields=("case", "digest"), name="subject_once")],
                "indexes": [
                    models.Index(fields=["authority", "digest"], name="node_subjec_authori_54c6cc_idx")
                ],
            },
        ),
        migrations.RunSQL(HIDDEN, "DROP FUNCTION comity_hidden_conversations() CASCADE"),
        policies.of_case("note", "subject"),
        migrations.RunSQL(
            "\n".join(policies.lock(table, condition) for table, condition in LOCKS.items()),
            "\n".join(map(policies.unlock, LOCKS)),
        ),
    ]
