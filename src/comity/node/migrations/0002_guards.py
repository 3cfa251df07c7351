"""The second lock: row-level security on every row that belongs to an authority.

The two settings that the policies read are set per transaction by `comity.node.scope`. They count only when
the officer is an active officer of the authority, so that no statement sees rows without a person behind it.
"""

from __future__ import annotations

from django.db import migrations

OFFICER = "nullif(current_setting('comity.officer', true), '')::bigint"
AUTHORITY = "nullif(current_setting('comity.authority', true), '')::bigint"

OWNED = (
    "entry", "body", "leaf", "unsealed", "checkpoint",
    "register", "record", "change", "import", "screening", "query", "match",
    "link", "outbox", "inbox",
    "reference", "case", "step", "copy",
)  # fmt: skip

FUNCTIONS = f"""
CREATE FUNCTION comity_scope() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT authority_id FROM node_officer
    WHERE id = {OFFICER} AND authority_id = {AUTHORITY} AND active
$$;

CREATE FUNCTION comity_officer_of_user(who integer)
RETURNS TABLE (authority_id bigint, officer_id bigint) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT o.authority_id, o.id FROM node_officer o JOIN node_authority a ON a.id = o.authority_id
    WHERE o.user_id = who AND o.active AND a.active AND a.local
$$;

CREATE FUNCTION comity_officer_of_token(sha256 text)
RETURNS TABLE (authority_id bigint, officer_id bigint, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.authority_id, o.id, t.expires_at
    FROM node_token t JOIN node_officer o ON o.id = t.officer_id JOIN node_authority a ON a.id = o.authority_id
    WHERE t.digest = sha256 AND o.active AND a.active AND a.local
$$;

CREATE FUNCTION comity_node_officer(which bigint)
RETURNS TABLE (authority_id bigint, officer_id bigint) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT o.authority_id, o.id FROM node_officer o
    WHERE o.authority_id = which AND o.user_id IS NULL AND 'node' = ANY (o.roles) AND o.active
    ORDER BY o.id LIMIT 1
$$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION comity_node_officer(bigint);
DROP FUNCTION comity_officer_of_token(text);
DROP FUNCTION comity_officer_of_user(integer);
DROP FUNCTION comity_scope() CASCADE;
"""


def _lock(table: str, condition: str, *, force: bool) -> str:
    forced = f"ALTER TABLE node_{table} FORCE ROW LEVEL SECURITY;" if force else ""
    return f"""
    ALTER TABLE node_{table} ENABLE ROW LEVEL SECURITY;
    {forced}
    CREATE POLICY own ON node_{table} USING ({condition}) WITH CHECK ({condition});
    """


def _unlock(table: str) -> str:
    return f"""
    DROP POLICY IF EXISTS own ON node_{table};
    ALTER TABLE node_{table} NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE node_{table} DISABLE ROW LEVEL SECURITY;
    """


# Officers and tokens are not forced: the functions above look across authorities to find who signs in.
POLICIES = [_lock(table, "authority_id = (SELECT comity_scope())", force=True) for table in OWNED] + [
    _lock(table, f"authority_id = {AUTHORITY}", force=False) for table in ("officer", "token")
]


class Migration(migrations.Migration):
    dependencies = [("node", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(
            "\n".join(POLICIES), "\n".join(_unlock(table) for table in (*OWNED, "officer", "token"))
        ),
    ]
