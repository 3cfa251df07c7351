"""Desks of several authorities: who sits at them, who is there, what the day book says, of which kind a case is.

Two functions look across authorities: at which desks the acting authority sits, and making a desk with its first
seat. A line of the day book is seen by its owner, and by the other authorities of the desk when it is shown to them.
"""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import comity.base.identifiers
import comity.node.scope
from comity.node import policies

DESKS = """
CREATE FUNCTION comity_desk() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(desk_id), '{}') FROM node_seat
    WHERE authority_id = comity_scope() AND joined_at IS NOT NULL AND left_at IS NULL
$$;
CREATE FUNCTION comity_open_desk(its_code text, its_name text, instant timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH made AS (
        INSERT INTO node_desk (code, name, kind)
        SELECT its_code, its_name, 'pccc' WHERE comity_scope() IS NOT NULL RETURNING id)
    INSERT INTO node_seat (authority_id, desk_id, invited_at, joined_at)
    SELECT comity_scope(), id, instant, instant FROM made RETURNING desk_id
$$;
"""
DROP_DESKS = """
DROP FUNCTION comity_open_desk(text, text, timestamptz);
DROP FUNCTION comity_desk() CASCADE;
"""

AT_DESK = "desk_id = ANY ((SELECT comity_desk())::bigint[])"
OURS = f"({policies.OWN} AND (case_id IS NULL OR {policies.known('case_id')}))"
SHOWN = f"(shared AND NOT {policies.OWN} AND {AT_DESK})"

# Seats are not forced: comity_desk() reads those of the acting authority before any desk is known.
POLICIES = f"""
ALTER TABLE node_desk ENABLE ROW LEVEL SECURITY;
CREATE POLICY known ON node_desk FOR SELECT USING ((SELECT comity_scope()) IS NOT NULL);

ALTER TABLE node_seat ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON node_seat FOR SELECT USING ({policies.OWN} OR {AT_DESK});
CREATE POLICY invited ON node_seat FOR INSERT WITH CHECK ({AT_DESK} AND joined_at IS NULL);
CREATE POLICY own ON node_seat FOR UPDATE USING ({policies.OWN}) WITH CHECK ({policies.OWN});

ALTER TABLE node_presence ENABLE ROW LEVEL SECURITY;
ALTER TABLE node_presence FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON node_presence FOR SELECT USING ({policies.OWN} OR {AT_DESK});
CREATE POLICY came ON node_presence FOR INSERT WITH CHECK ({policies.OWN} AND {AT_DESK});
CREATE POLICY own ON node_presence FOR UPDATE USING ({policies.OWN}) WITH CHECK ({policies.OWN});

ALTER TABLE node_dayentry ENABLE ROW LEVEL SECURITY;
ALTER TABLE node_dayentry FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON node_dayentry FOR SELECT USING ({OURS} OR {SHOWN});
CREATE POLICY written ON node_dayentry FOR INSERT WITH CHECK ({policies.OWN} AND {AT_DESK});
"""
DROP_POLICIES = "\n".join(
    f"DROP POLICY IF EXISTS {policy} ON node_{table};"
    for table, names in (
        ("desk", ("known",)),
        ("seat", ("seen", "invited", "own")),
        ("presence", ("seen", "came", "own")),
        ("dayentry", ("seen", "written")),
    )
    for policy in names
)


def _number() -> tuple[str, Any]:
    return (
        "id",
        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
    )


def _to(model: str, related: str = "+", **options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related, to=f"node.{model}", **options
    )


def _authority() -> tuple[str, Any]:
    return "authority", _to("authority", default=comity.node.scope.current_authority)


class Migration(migrations.Migration):
    dependencies = [("node", "0010_statistics")]

    operations = [
        migrations.AddField("case", "category", models.CharField(max_length=40, blank=True, default="")),
        migrations.CreateModel(
            name="Desk",
            fields=[
                _number(),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=20, default="pccc")),
            ],
            options={"ordering": ("name",)},
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                _number(),
                ("invited_at", models.DateTimeField()),
                ("joined_at", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                _authority(),
                ("desk", _to("desk", "seats")),
            ],
            options={
                "ordering": ("invited_at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(left_at=None), fields=("desk", "authority"), name="seat_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                _number(),
                ("name", models.CharField(max_length=120)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                _authority(),
                ("desk", _to("desk", "present")),
                ("officer", _to("officer")),
            ],
            options={
                "ordering": ("since",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(until=None), fields=("desk", "officer"), name="presence_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DayEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=comity.base.identifiers.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("category", models.CharField(max_length=40)),
                ("what", models.CharField(max_length=2000)),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("outcome", models.CharField(max_length=20)),
                ("minutes", models.PositiveIntegerField(default=0)),
                ("shared", models.BooleanField(default=False)),
                _authority(),
                ("case", _to("case", "day_entries", null=True)),
                ("concerned", _to("authority", null=True)),
                ("desk", _to("desk", "entries")),
                ("officer", _to("officer")),
            ],
            options={
                "ordering": ("-at", "-pk"),
                "indexes": [models.Index(fields=["desk", "-at"], name="node_dayent_desk_id_at_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("shared", False), ("subject", ""), _connector="OR"),
                        name="dayentry_shared_without_subject",
                    )
                ],
            },
        ),
        migrations.RunSQL(DESKS, DROP_DESKS),
        migrations.RunSQL(POLICIES, DROP_POLICIES),
    ]
