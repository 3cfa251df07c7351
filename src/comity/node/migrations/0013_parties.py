"""Cases of any roles and of many parties: who holds which role, who took a step, and all the messages about it."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import comity.node.scope
from comity.node import policies

TOUCH = """
CREATE TRIGGER changed AFTER INSERT ON node_party
    FOR EACH ROW EXECUTE FUNCTION comity_part_changed();
"""


def _blank(length: int) -> models.CharField:
    return models.CharField(max_length=length, blank=True, default="")


class Migration(migrations.Migration):
    dependencies = [("node", "0012_search")]

    operations = [
        migrations.AlterField("case", "role", models.CharField(max_length=40)),
        migrations.AlterField("case", "owed_by", models.CharField(blank=True, max_length=40)),
        migrations.AddField("case", "partner_role", _blank(40)),
        migrations.AlterField("step", "party", models.CharField(max_length=40)),
        migrations.AddField("step", "by", _blank(40)),
        migrations.AddField(
            "step",
            "further_messages",
            django.contrib.postgres.fields.ArrayField(models.UUIDField(), default=list),
        ),
        migrations.CreateModel(
            "Party",
            [
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="parties", to="node.case"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=0)),
                ("role", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=40)),
                ("country", models.CharField(max_length=2)),
                (
                    "holder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="node.authority",
                    ),
                ),
                ("joined_at", models.DateTimeField(null=True)),
            ],
            {
                "ordering": ("number", "pk"),
                "constraints": [models.UniqueConstraint(fields=("case", "code", "role"), name="party_once")],
            },
        ),
        policies.of_case("party"),
        migrations.RunSQL(TOUCH, "DROP TRIGGER changed ON node_party"),
    ]
