"""What a node keeps where, what it can be told, and the figures it goes by."""

from __future__ import annotations

from django.conf import settings

from comity.match import threshold_for
from comity.match.sources import KINDS, manifest, table
from comity.node import authorities, home, jobs
from comity.node.database.programs import ENVIRONMENT as PROGRAMS
from comity.node.database.programs import OLDEST
from comity.node.exchange import sending
from comity.node.home import SAMPLE_FLAG
from comity.node.registers import screening
from comity.web.inbox import LARGEST
from reference import markdown as md

FIELDS = {
    "id": "Twelve hexadecimal digits that name the node's folders outside its home. Never change it.",
    "name": "Short name of the node: part of its cookies' names and shown on every page.",
    "port": "Port of the web server on 127.0.0.1.",
    "url": "Public address, such as `https://comity.example`, when a reverse proxy stands in front of the node. "
    "Partners are given this address; with https, cookies are sent over https alone.",
    "database_url": "`postgresql://owner@host/database`: the owner's connection to a server kept by others. Left out: "
    "the node runs a server of its own.",
    "attachments": "What files of cases must be like, and the command that scans them: see "
    "[Work with files](../how-to/work-with-files.md).",
    "alarms": "`mail`, the server that mails about alarms are given to, and `webhook_hosts`, the only hosts that are "
    "called: see [Be told of alarms](../how-to/be-told-of-alarms.md).",
}
VARIABLES = {
    home.ENVIRONMENT: "The home folder, where a command is given no `--home`.",
    PROGRAMS: "Folder of PostgreSQL's programs (`postgres`, `initdb`, `pg_ctl`), to be used before any other.",
    "COMITY_DEBUG": "Set to anything: an unexpected error of a command is shown with its stack trace.",
    "COMITY_DATA": "Tests and benches only: folder of the real lists (default `../shared/data`).",
    "COMITY_TEST_DATABASE_URL": "Tests only: run them on this PostgreSQL, as its owner.",
    "COMITY_ROLE": "Set by the node itself: `owner` while it migrates.",
}


def page() -> str:
    """Home folder, node.json, environment, kinds of files, figures."""
    assert set(FIELDS) == set(home.Configuration.model_fields), "describe every field of node.json"
    layout = [line[4:] for line in (home.__doc__ or "").splitlines() if line.startswith("    ")]
    configuration = [
        (md.code(name), FIELDS[name], "needed" if field.is_required() else "may be left out")
        for name, field in home.Configuration.model_fields.items()
    ]
    return md.page(
        "Files and settings",
        "A node is configured by its home folder and by nothing else; all of it is made by `comity init`.",
        "## The home folder",
        "```text\n" + "\n".join(layout) + "\n```",
        "Every folder is for the node's own user alone (0700). When `comity` runs as root, a private database lives in "
        "`/var/lib/comity/ID`, of the user `postgres` (or `nobody`), since PostgreSQL refuses to run as root.",
        f"A file named `{SAMPLE_FLAG}` in the home makes every page say that the data is invented.",
        "## node.json",
        md.table(("field", "meaning", ""), configuration),
        "## Environment",
        md.table(("variable", "meaning"), [(md.code(name), text) for name, text in VARIABLES.items()]),
        "## Kinds of files that can be read",
        md.table(("`--kind`", "what it is"), [(md.code(kind), text) for kind, text in KINDS.items()]),
        "### A manifest",
        _quote(manifest.__doc__),
        "### A mapping",
        _quote(table.__doc__),
        "## Figures",
        md.table(("what", "figure"), _figures()),
    )


def _quote(doc: str | None) -> str:
    first, _, rest = (doc or "").partition("\n\n")
    return f"{first}\n\n```text\n{rest.strip(chr(10)).rstrip()}\n```"


def _figures() -> list[tuple[str, str]]:
    minimum = next(each for each in settings.AUTH_PASSWORD_VALIDATORS if "MinimumLength" in each["NAME"])
    return [
        ("oldest PostgreSQL", str(OLDEST)),
        ("a session ends after", f"{settings.SESSION_COOKIE_AGE // 3600} hours, or with the browser"),
        ("shortest password", f"{minimum['OPTIONS']['min_length']} characters"),
        (
            "sign-in is locked after",
            f"{settings.AXES_FAILURE_LIMIT} failures of one name from one address, for "
            f"{settings.AXES_COOLOFF_TIME * 60:.0f} minutes",
        ),
        ("keys are valid for", f"{authorities.KEY_LIFETIME.days} days"),
        ("a message waits for its receipt", f"{sending.TIMEOUT_SECONDS} seconds a try"),
        ("longest wait between two tries", f"{sending.LONGEST_WAIT.total_seconds() / 60:.0f} minutes"),
        ("a message is given up (dead letter) after", f"{sending.GIVE_UP_AFTER.days} days without delivery"),
        ("largest sealed message taken in", f"{LARGEST // 2**20} MB"),
        ("new ledger entries are sealed every", f"{jobs.SEAL_SECONDS:g} second"),
        ("rows in one screening", f"at most {screening.MANIFEST_LIMIT:,}"),
        ("matches kept for one row", f"at most {screening.MATCHES_PER_QUERY}"),
        (
            "score from which on a candidate is a match",
            f"{threshold_for('Person'):.2f} (`match/thresholds.yaml`)",
        ),
    ]
