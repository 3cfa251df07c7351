"""Files of cases and the steps they went or came with: known to whoever may know of the case."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import comity.base.identifiers
import comity.node.scope
from comity.node import policies


class Migration(migrations.Migration):
    dependencies = [("node", "0007_alarms")]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=comity.base.identifiers.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("media_type", models.CharField(max_length=100)),
                ("size", models.BigIntegerField()),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("verdict", models.CharField(max_length=12)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("handling", models.JSONField(default=dict)),
                ("added_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="node.case",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="node.officer",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="node.authority",
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
            options={"ordering": ("added_at", "id")},
        ),
        migrations.CreateModel(
            name="AttachmentContent",
            fields=[
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="content",
                        serialize=False,
                        to="node.attachment",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="node.case"
                    ),
                ),
                ("ciphertext", models.BinaryField()),
                ("wrapped_key", models.BinaryField()),
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
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Enclosure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "attachment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enclosures",
                        to="node.attachment",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="node.case"
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="enclosures", to="node.step"
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
                "ordering": ("id",),
                "constraints": [models.UniqueConstraint(fields=("step", "attachment"), name="enclosed_once")],
            },
        ),
        policies.of_case("attachment", "attachmentcontent", "enclosure"),
    ]
