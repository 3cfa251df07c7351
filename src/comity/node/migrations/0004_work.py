"""Teams, work given on with a note, saved filters; and the indexes by which lists of cases are read."""

from __future__ import annotations

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


def _authority() -> tuple[str, models.ForeignKey[Any, Any]]:
    return "authority", _to("authority", default=comity.node.scope.current_authority)


class Migration(migrations.Migration):
    dependencies = [("node", "0003_readers")]

    operations = [
        migrations.CreateModel(
            name="Team",
            fields=[
                _number(),
                ("name", models.CharField(max_length=80)),
                ("inbox", models.BooleanField(default=False)),
                ("active", models.BooleanField(default=True)),
                _authority(),
            ],
            options={
                "ordering": ("name",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(active=True), fields=("authority", "name"), name="team_name"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(inbox=True, active=True), fields=("authority",), name="team_inbox"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                _number(),
                ("active", models.BooleanField(default=True)),
                _authority(),
                ("team", _to("team", "memberships")),
                ("officer", _to("officer", "memberships")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("team", "officer"), name="membership_once")],
            },
        ),
        migrations.AddField("case", "team", _to("team", null=True)),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=comity.base.identifiers.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("note", models.CharField(max_length=2000)),
                ("at", models.DateTimeField()),
                _authority(),
                ("given_by", _to("officer")),
                ("officer", _to("officer", null=True)),
                ("team", _to("team", null=True)),
            ],
            options={
                "ordering": ("-at",),
                "indexes": [models.Index(fields=["authority", "at"], name="hand_over_newest")],
            },
        ),
        migrations.CreateModel(
            name="HandedCase",
            fields=[
                _number(),
                _authority(),
                ("hand_over", _to("handover", "cases")),
                ("case", _to("case")),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="HandOverRead",
            fields=[
                _number(),
                ("at", models.DateTimeField()),
                _authority(),
                ("hand_over", _to("handover", "readings")),
                ("officer", _to("officer")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("hand_over", "officer"), name="hand_over_read_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                _number(),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=600)),
                ("shared", models.CharField(default="mine", max_length=10)),
                ("active", models.BooleanField(default=True)),
                _authority(),
                ("officer", _to("officer")),
                ("team", _to("team", null=True)),
            ],
            options={"ordering": ("name",)},
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                condition=models.Q(closed_at=None),
                fields=["authority", "due_at", "opened_at", "id"],
                name="case_open",
            ),
        ),
        migrations.AddIndex(
            "case", models.Index(fields=["authority", "opened_at", "id"], name="case_newest")
        ),
        migrations.AddIndex("step", models.Index(fields=["authority", "sent_at"], name="step_sent")),
        migrations.AddIndex("match", models.Index(fields=["authority", "decided_at"], name="match_decided")),
        policies.own("team", "membership", "handover", "handoverread", "savedfilter"),
        policies.of_case("handedcase"),
    ]
