"""Parts of cases, such as items of evidence: their fields, known to all parties under one key."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import comity.base.identifiers
import comity.node.scope
from comity.node import policies

TOUCH = """
CREATE TRIGGER changed AFTER INSERT OR UPDATE ON node_casepart
    FOR EACH ROW EXECUTE FUNCTION comity_part_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("node", "0013_parties")]

    operations = [
        migrations.CreateModel(
            "CasePart",
            [
                (
                    "id",
                    models.UUIDField(
                        default=comity.base.identifiers.uuid7, primary_key=True, serialize=False
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="node.case"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("key", models.UUIDField(default=comity.base.identifiers.uuid7)),
                ("values", models.JSONField(default=dict)),
                ("party", models.CharField(max_length=40)),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="node.officer",
                    ),
                ),
                ("added_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(null=True)),
            ],
            {
                "ordering": ("added_at", "pk"),
                "constraints": [models.UniqueConstraint(fields=("case", "key"), name="part_once")],
            },
        ),
        policies.of_case("casepart"),
        migrations.RunSQL(TOUCH, "DROP TRIGGER changed ON node_casepart"),
    ]
