"""Row-level security for the tables of a migration: which rows an officer's statements see at all.

The functions that the policies call are made in the migrations: `comity_scope()` is the acting officer's authority,
`comity_hidden()` the cases that its named readers alone may know of, and this officer is none of them.
"""

from __future__ import annotations

from django.db import migrations

OWN = "authority_id = (SELECT comity_scope())"


def own(*tables: str) -> migrations.RunSQL:
    """Rows of these tables are seen by the authority that owns them."""
    return _each(tables, OWN)


def of_case(*tables: str, column: str = "case_id") -> migrations.RunSQL:
    """Rows of these tables are seen by whoever may know of the case in `column`; null counts as no case."""
    return _each(tables, f"{OWN} AND ({column} IS NULL OR {known(column)})")


def known(column: str) -> str:
    """The SQL condition that the case whose id is in `column` is not hidden from the acting officer."""
    return f"NOT {column} = ANY ((SELECT comity_hidden())::uuid[])"


def _each(tables: tuple[str, ...], condition: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        "\n".join(lock(table, condition) for table in tables), "\n".join(map(unlock, tables))
    )


def lock(table: str, condition: str) -> str:
    """SQL that shows only rows meeting `condition`, to the table's owner as well."""
    return f"""
    ALTER TABLE node_{table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE node_{table} FORCE ROW LEVEL SECURITY;
    DROP POLICY IF EXISTS own ON node_{table};
    CREATE POLICY own ON node_{table} USING ({condition}) WITH CHECK ({condition});
    """


def unlock(table: str) -> str:
    """SQL that takes the policy of a table away."""
    return f"""
    DROP POLICY IF EXISTS own ON node_{table};
    ALTER TABLE node_{table} NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE node_{table} DISABLE ROW LEVEL SECURITY;
    """
