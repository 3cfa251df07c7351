from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import comity.node.scope
from comity.node import policies


class Migration(migrations.Migration):
    dependencies = [("node", "0005_dossier")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="parent",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="node.case",
            ),
        ),
        migrations.CreateModel(
            name="Number",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=20)),
                ("number", models.CharField(max_length=40)),
                ("ours", models.BooleanField(default=True)),
                ("noted_at", models.DateTimeField()),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="numbers", to="node.case"
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="numbers",
                        to="node.step",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="node.officer"
                    ),
                ),
            ],
            options={"ordering": ("noted_at", "pk")},
        ),
        policies.of_case("number"),
    ]
