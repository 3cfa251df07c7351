"""The words of cases, steps and notes, which only three functions read and write.

Row-level security keeps the planner from using a text index for the rows it guards: a search would read every
row. So this table is closed to the application role, and `comity_search` itself leaves out what the acting officer
may not know of: other authorities' rows and restricted cases. It gives keys, never text: what is shown is read from
the guarded tables.
"""

from __future__ import annotations

from django.db import migrations

TABLE = """
CREATE TABLE node_passage (
    authority_id bigint NOT NULL REFERENCES node_authority,
    kind varchar(12) NOT NULL,
    source varchar(40) NOT NULL,
    case_id uuid,
    at timestamptz NOT NULL,
    words tsvector NOT NULL,
    PRIMARY KEY (kind, source)
);
CREATE INDEX node_passage_words ON node_passage USING gin (words);
CREATE INDEX node_passage_newest ON node_passage (authority_id, at DESC);
CREATE INDEX node_passage_case ON node_passage (case_id);
ALTER TABLE node_passage ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON node_passage USING (authority_id = (SELECT comity_scope()))
    WITH CHECK (authority_id = (SELECT comity_scope()));
"""

WRITE = """
CREATE FUNCTION comity_index(what text, key text, its_case uuid, instant timestamptz, said text)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO node_passage (authority_id, kind, source, case_id, at, words)
    SELECT me, what, key, its_case, instant, said::tsvector || ('''=a:' || me || '''')::tsvector
    FROM comity_scope() AS me WHERE me IS NOT NULL
    ON CONFLICT (kind, source) DO UPDATE
    SET words = EXCLUDED.words, at = EXCLUDED.at, case_id = EXCLUDED.case_id
    WHERE node_passage.authority_id = EXCLUDED.authority_id
$$;
CREATE FUNCTION comity_forget(its_case uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    DELETE FROM node_passage WHERE case_id = its_case AND authority_id = comity_scope()
$$;
"""

# Each way of reading fits one kind of words, and the planner cannot know beforehand which it is: rare ones are
# collected through the text index and then sorted, frequent ones are met soon when reading from the newest on.
CONDITION = """
    authority_id = me AND words @@ wanted
    AND (since IS NULL OR at >= since) AND (until IS NULL OR at < until)
    AND (case_id IS NULL OR NOT case_id = ANY (hidden))
"""
ARGUMENTS = "me bigint, hidden uuid[], wanted tsquery, since timestamptz, until timestamptz"

READ = f"""
CREATE FUNCTION comity_found({ARGUMENTS}, most integer)
RETURNS SETOF node_passage LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_indexscan = off AS $$
BEGIN
    RETURN QUERY SELECT * FROM node_passage WHERE {CONDITION} LIMIT most;
END
$$;
CREATE FUNCTION comity_newest({ARGUMENTS}, most integer)
RETURNS SETOF node_passage LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
    RETURN QUERY SELECT * FROM node_passage WHERE {CONDITION} ORDER BY at DESC, kind, source LIMIT most;
END
$$;
REVOKE ALL ON FUNCTION comity_found({ARGUMENTS}, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION comity_newest({ARGUMENTS}, integer) FROM PUBLIC;

CREATE FUNCTION comity_search(
    asked text, since timestamptz, until timestamptz, skip integer, most integer, frequent integer)
RETURNS TABLE (kind text, source text, total bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    me bigint := comity_scope();
    hidden uuid[] := comity_hidden();
    wanted tsquery := asked::tsquery && ('''=a:' || me || '''')::tsquery;
    found bigint;
BEGIN
    IF me IS NULL THEN RETURN; END IF;
    SELECT count(*) INTO found FROM comity_found(me, hidden, wanted, since, until, frequent + 1);
    IF found <= frequent THEN
        RETURN QUERY SELECT f.kind::text, f.source::text, found
            FROM comity_found(me, hidden, wanted, since, until, frequent) f
            ORDER BY f.at DESC, f.kind, f.source OFFSET skip LIMIT most;
    ELSE
        RETURN QUERY SELECT f.kind::text, f.source::text, found
            FROM comity_newest(me, hidden, wanted, since, until, skip + most) f
            ORDER BY f.at DESC, f.kind, f.source OFFSET skip LIMIT most;
    END IF;
END
$$;
"""

DROP = f"""
DROP FUNCTION comity_search(text, timestamptz, timestamptz, integer, integer, integer);
DROP FUNCTION comity_newest({ARGUMENTS}, integer);
DROP FUNCTION comity_found({ARGUMENTS}, integer);
DROP FUNCTION comity_forget(uuid);
DROP FUNCTION comity_index(text, text, uuid, timestamptz, text);
DROP TABLE node_passage;
"""


class Migration(migrations.Migration):
    dependencies = [("node", "0011_pccc")]

    operations = [migrations.RunSQL(TABLE + WRITE + READ, DROP)]
