"""Text blocks, and the languages that states accept: each authority has its own."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import comity.node.scope
from comity.node import policies


class Migration(migrations.Migration):
    dependencies = [("node", "0008_attachments")]

    operations = [
        migrations.CreateModel(
            name="TextBlock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("procedure", models.CharField(blank=True, max_length=80)),
                ("step", models.CharField(blank=True, max_length=40)),
                ("language", models.CharField(max_length=2)),
                ("text", models.TextField()),
                ("active", models.BooleanField(default=True)),
                ("version", models.IntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="node.officer"
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
            ],
            options={"ordering": ("language", "title", "pk")},
        ),
        migrations.CreateModel(
            name="StateLanguages",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("country", models.CharField(max_length=2)),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), size=None
                    ),
                ),
                ("source", models.CharField(max_length=300)),
                ("read_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="node.officer"
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
            ],
            options={
                "ordering": ("country", "-id"),
                "indexes": [models.Index(fields=["authority", "country", "-id"], name="state_languages")],
            },
        ),
        policies.own("textblock", "statelanguages"),
    ]
