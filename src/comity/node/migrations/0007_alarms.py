"""Alarms, how they are told, the rota; who may see them follows the case."""

from __future__ import annotations

import uuid
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import comity.base.identifiers
import comity.node.scope
from comity.node import policies


def _to(model: str, related: str = "+", **options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related, to=f"node.{model}", **options
    )


def _number() -> tuple[str, models.BigAutoField[Any, Any]]:
    return (
        "id",
        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
    )


def _uuid(default: Any = comity.base.identifiers.uuid7) -> tuple[str, models.UUIDField[Any, Any]]:
    return "id", models.UUIDField(default=default, primary_key=True, serialize=False)


def _authority() -> tuple[str, models.ForeignKey[Any, Any]]:
    return "authority", _to("authority", default=comity.node.scope.current_authority)


class Migration(migrations.Migration):
    dependencies = [("node", "0006_forwarding")]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                _uuid(),
                ("level", models.CharField(max_length=20)),
                ("occasion", models.CharField(max_length=80)),
                ("article", models.CharField(blank=True, max_length=120)),
                ("due_at", models.DateTimeField(null=True)),
                ("raised_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("cleared_at", models.DateTimeField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("escalation", models.PositiveSmallIntegerField(default=0)),
                _authority(),
                ("case", _to("case", "alarms")),
                ("acknowledged_by", _to("officer", null=True)),
            ],
            options={
                "ordering": (models.OrderBy(models.F("due_at"), nulls_last=True), "raised_at"),
                "constraints": [
                    models.UniqueConstraint(fields=("case", "level", "occasion"), name="alarm_once")
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(cleared_at=None),
                        fields=["authority", "raised_at"],
                        name="alarm_active",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                _uuid(uuid.uuid4),
                ("url", models.CharField(max_length=300)),
                ("made_at", models.DateTimeField()),
                ("active", models.BooleanField(default=True)),
                _authority(),
            ],
            options={"ordering": ("made_at",)},
        ),
        migrations.CreateModel(
            name="Telling",
            fields=[
                _uuid(),
                ("channel", models.CharField(max_length=10)),
                ("escalation", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("state", models.CharField(default="pending", max_length=12)),
                ("attempts", models.IntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=300)),
                _authority(),
                ("alarm", _to("alarm", "tellings")),
                ("case", _to("case")),
                ("officer", _to("officer", null=True)),
                ("webhook", _to("webhook", null=True)),
            ],
            options={
                "ordering": ("made_at", "pk"),
                "indexes": [models.Index(fields=["authority", "state", "due_at"], name="telling_due")],
            },
        ),
        migrations.CreateModel(
            name="Shift",
            fields=[
                _number(),
                ("weekday", models.PositiveSmallIntegerField()),
                ("begins", models.TimeField()),
                ("ends", models.TimeField()),
                ("active", models.BooleanField(default=True)),
                _authority(),
                ("officer", _to("officer")),
            ],
            options={"ordering": ("weekday", "begins", "pk")},
        ),
        migrations.CreateModel(
            name="AlarmRules",
            fields=[
                _number(),
                ("pass_up_after", models.PositiveSmallIntegerField(default=15)),
                ("missed_breaks_quiet", models.BooleanField(default=True)),
                _authority(),
                ("on_call", _to("officer", null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("authority",), name="alarm_rules_once")]
            },
        ),
        migrations.CreateModel(
            name="Preferences",
            fields=[
                _number(),
                ("mail", models.CharField(blank=True, max_length=200)),
                ("by_mail", models.BooleanField(default=False)),
                ("language", models.CharField(default="en", max_length=5)),
                ("shortcuts", models.BooleanField(default=True)),
                _authority(),
                (
                    "officer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="node.officer"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        policies.own("webhook", "shift", "alarmrules", "preferences"),
        policies.of_case("alarm", "telling"),
    ]
