from __future__ import annotations

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from comity.base.errors import Denied
from comity.node import database, ledger, scope
from comity.node.scope import Owned


def owned_tables():
    return [
        model._meta.db_table for model in apps.get_app_config("node").get_models() if issubclass(model, Owned)
    ]


def counts(cursor):
    found = {}
    for table in owned_tables():
        cursor.execute(f"SELECT count(*) FROM {table}")
        found[table] = cursor.fetchone()[0]
    return found


def test_nobody_acts_by_default(node):
    with pytest.raises(Denied, match="Nobody is signed in"):
        scope.current()


def test_raw_sql_without_a_scope_sees_no_row_of_any_authority(node):
    with connection.cursor() as cursor:
        assert not any(counts(cursor).values())


def test_raw_sql_sees_the_rows_of_the_acting_authority_only(node):
    with node.act("supervisor", "nl-spoc"):
        ledger.record("test.entry")
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT authority_id FROM node_entry")
            assert cursor.fetchall() == [(node.nl.pk,)]
            cursor.execute("SELECT count(*) FROM node_officer WHERE authority_id <> %s", [node.nl.pk])
            assert cursor.fetchone() == (0,)


def test_an_officer_of_another_authority_cannot_borrow_a_scope(node):
    foreign = node.officer("officer", "de-spoc")
    with scope.acting(node.nl.pk, foreign.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM node_entry")
        assert cursor.fetchone() == (0,)


def test_an_inactive_officer_sees_nothing(node):
    officer = node.officer()
    with node.act():
        ledger.record("test.entry")
    with node.act("node"):
        officer.active = False
        officer.save()
    with scope.acting(node.nl.pk, officer.pk), connection.cursor() as cursor:
        assert counts(cursor)["node_entry"] == 0


def test_a_row_cannot_be_written_for_another_authority(node):
    with pytest.raises(Exception, match="row-level security"), node.act():
        ledger.Entry.objects.create(
            authority=node.de, at=node_time(), kind="test", actor="x", commitment="0" * 64
        )


def node_time():
    from comity.base.time import now

    return now()


def test_the_scope_ends_with_its_transaction(node):
    with node.act(), connection.cursor() as cursor:
        assert counts(cursor)["node_entry"] > 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('comity.authority', true)")
        assert cursor.fetchone()[0] in (None, "")
        assert not any(counts(cursor).values())


def test_an_inner_scope_gives_way_to_the_outer_one(node):
    with node.act("officer", "nl-spoc"):
        with node.act("officer", "de-spoc"):
            assert scope.current().authority == node.de.pk
        assert scope.current().authority == node.nl.pk
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT authority_id FROM node_entry")
            assert cursor.fetchall() == [(node.nl.pk,)]


NOT_FORCED = {
    "node_officer": "the functions that find who signs in look across authorities",
    "node_token": "the functions that find who signs in look across authorities",
    "node_reader": "comity_hidden() reads all readers to know what to hide",
    "node_seat": "comity_desk() reads the own seats before any desk is known",
    "node_passage": "the application role has no right to it at all; comity_search() filters",
}
"""Tables whose owner is not bound by their policies, and why; the application role always is."""

NOT_LOCKED = {"node_publickey": "the public keys of all authorities verify what comes from them"}
"""Tables with rows of authorities that everybody may see, and why."""

NAMING_AN_AUTHORITY = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND a.attname = 'authority_id' AND c.relnamespace = 'public'::regnamespace
"""


def test_every_table_with_rows_of_authorities_is_locked_to_its_owner_as_well(node):
    with connection.cursor() as cursor:
        cursor.execute(NAMING_AN_AUTHORITY)
        found = {name: (locked, forced, policy) for name, locked, forced, policy in cursor.fetchall()}
    assert set(found) >= set(owned_tables())
    open_ones = {name for name, (locked, _, policy) in found.items() if not (locked and policy)}
    assert open_ones == set(NOT_LOCKED)
    assert {name for name, (_, forced, _) in found.items() if not forced} - open_ones == set(NOT_FORCED)


def test_every_function_that_acts_as_the_owner_names_the_schemas_it_looks_into(node):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, coalesce(proconfig::text, '') FROM pg_proc "
            "WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        )
        found = dict(cursor.fetchall())
    assert "comity_hidden" in found
    assert [name for name, config in found.items() if "search_path=public, pg_temp" not in config] == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE node_entry SET kind = 'x'",
        "DELETE FROM node_entry",
        "DELETE FROM node_case",
        "UPDATE node_leaf SET hash = 'x'",
        "UPDATE node_checkpoint SET root = 'x'",
        "TRUNCATE node_record",
        "UPDATE node_step SET content = '1'",
        "UPDATE node_inbox SET verdict = 'x'",
        "UPDATE node_copy SET reason = 'x'",
        "UPDATE node_note SET text = 'x'",
        "UPDATE node_alarm SET raised_at = told_at",
        "ALTER TABLE node_case DISABLE ROW LEVEL SECURITY",
        "SET ROLE {owner}",
        "DROP POLICY own ON node_case",
    ],
)
def test_the_application_role_may_not(node, statement):
    statement = statement.format(owner=conninfo_to_dict(database.urls(node.home).owner)["user"])
    with psycopg.connect(database.urls(node.home).app) as plain, pytest.raises(psycopg.Error) as refused:
        plain.execute(statement)
    assert refused.value.sqlstate == "42501"
