"""Restricted cases: a case with named readers is known to them, the data protection officer and the node alone."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import comity.node.scope
from comity.node import policies

HIDDEN = """
CREATE FUNCTION comity_hidden() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT r.case_id), '{}') FROM node_reader r
    WHERE r.authority_id = comity_scope()
    AND NOT EXISTS (
        SELECT FROM node_reader mine WHERE mine.case_id = r.case_id
        AND mine.officer_id = nullif(current_setting('comity.officer', true), '')::bigint)
    AND NOT EXISTS (
        SELECT FROM node_officer o
        WHERE o.id = nullif(current_setting('comity.officer', true), '')::bigint
        AND o.roles && ARRAY['node', 'data-protection-officer']::varchar[])
$$;
ALTER TABLE node_reader ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON node_reader USING (authority_id = (SELECT comity_scope()))
    WITH CHECK (authority_id = (SELECT comity_scope()));
"""


class Migration(migrations.Migration):
    dependencies = [("node", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="Reader",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        default=comity.node.scope.current_authority,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="node.authority",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="readers", to="node.case"
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="node.officer"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case", "officer"), name="reader_once")],
            },
        ),
        migrations.RunSQL(HIDDEN, "DROP FUNCTION comity_hidden() CASCADE"),
        policies.of_case("case", column="id"),
        policies.of_case("step", "copy", "query"),
    ]
