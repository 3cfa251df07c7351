"""Service targets: what an authority means to keep where the law sets no limit."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Coalesce

import comity.node.scope
from comity.node import policies


def _officer(*, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        null=null, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="node.officer"
    )


class Migration(migrations.Migration):
    dependencies = [("node", "0015_keeping")]

    operations = [
        migrations.AddField("case", "target_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "case",
            models.Index(
                models.F("authority"),
                Coalesce("due_at", "target_at"),
                models.F("opened_at"),
                models.F("id"),
                condition=models.Q(closed_at=None),
                name="case_next",
            ),
        ),
        migrations.CreateModel(
            "ServiceTarget",
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
                ("procedure", models.CharField(max_length=80)),
                ("step", models.CharField(max_length=40)),
                ("within", models.CharField(max_length=20)),
                ("counting", models.CharField(max_length=20)),
                ("set_by", _officer()),
                ("set_at", models.DateTimeField()),
                ("ended_by", _officer(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            {
                "ordering": ("procedure", "step", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("authority", "procedure", "step"),
                        condition=models.Q(ended_at=None),
                        name="servicetarget_once",
                    )
                ],
            },
        ),
        policies.own("servicetarget"),
    ]
