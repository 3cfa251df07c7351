"""Bring the database to this version: schema and policies as the owner role, then what the application may do.

`python -m comity.node.migrate`. Running it again changes nothing.
"""

from __future__ import annotations

import os
import sys

WRITE_ONCE = (
    "entry",
    "leaf",
    "checkpoint",
    "inbox",
    "change",
    "import",
    "query",
    "screening",
    "attachmentcontent",
    "enclosure",
    "statelanguages",
    "number",
    "copy",
    "note",
    "handover",
    "handedcase",
    "handoverread",
    "desk",
    "dayentry",
    "party",
    "masked",
    "tally",
)
COLUMNS = {
    "alarm": "told_at, cleared_at, acknowledged_at, acknowledged_by_id, escalation",
    "telling": "state, attempts, due_at, sent_at, error",
    "webhook": "active",
    "shift": "active",
    "body": "ciphertext, wrapped_key, erased_at",
    "step": "received_at",
    "match": "decision, decided_by_id, decided_at, note",
    "reader": "ended_at",
    "seat": "joined_at, left_at",
    "presence": "until",
    "caselink": "ended_by_id, ended_at, end_reason",
    "attachment": "verdict, note",
    "review": "decision, reason, decided_by_id, decided_at",
    "servicetarget": "ended_by_id, ended_at",
    "hold": "ended_by_id, ended_at, end_reason",
}


def migrate() -> None:
    """Apply all migrations and grant the application role what it needs, and nothing more.

    The application role changes no entry of a ledger, and deletes nothing but the marks of entries to seal
    and the keys of cases that are made anew from their facts.
    """
    os.environ["COMITY_ROLE"] = "owner"
    os.environ["DJANGO_SETTINGS_MODULE"] = "comity.node.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    _grant()


def _grant() -> None:
    from django.apps import apps
    from django.conf import settings
    from django.db import connection

    role = connection.ops.quote_name(settings.APP_ROLE)
    node_tables = [model._meta.db_table for model in apps.get_app_config("node").get_models()]
    kept = [table for table in node_tables if table not in ("node_unsealed", "node_subject")]
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    ]
    statements += [f"REVOKE DELETE, TRUNCATE ON {table} FROM {role}" for table in kept]
    statements += [f"REVOKE UPDATE ON node_{name} FROM {role}" for name in (*WRITE_ONCE, *COLUMNS)]
    statements += [f"GRANT UPDATE ({columns}) ON node_{name} TO {role}" for name, columns in COLUMNS.items()]
    statements += [f"REVOKE ALL ON node_passage FROM {role}"]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


if __name__ == "__main__":
    sys.exit(migrate())
