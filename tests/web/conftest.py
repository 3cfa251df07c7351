"""What the tests of pages and API share: one thing of each kind, to be shown to whom it may concern."""

from __future__ import annotations

from datetime import time, timedelta
from importlib.resources import files
from uuid import uuid4

import pytest

SAMPLE = files("comity.sample")


@pytest.fixture
def world(node, matcher, tmp_path):
    """One thing of each kind at the Dutch authority, by the names of the routes' parameters."""
    from comity.base.time import now
    from comity.node import authorities, ledger
    from comity.node.alarms import rota
    from comity.node.alarms.models import Alarm, Webhook
    from comity.node.cases import attaching, casework, filters, links, targets, teams, work
    from comity.node.exchange import sending
    from comity.node.keeping import periods, reviewing
    from comity.node.pccc import daybook, desks
    from comity.node.registers import loading, screening
    from comity.node.texts import blocks

    manifest = tmp_path / "walked-manifest.csv"
    manifest.write_bytes(SAMPLE.joinpath("manifest.csv").read_bytes())
    bad = tmp_path / "walked.csv"
    bad.write_bytes(SAMPLE.joinpath("vessels.csv").read_bytes() + b",,NO NUMBER,NL,Tug\n")
    with node.act("administrator"):
        register = loading.open_register("vessels", "Vessels", "own", "identification")
        mapping = loading.sources.Mapping.load(SAMPLE.joinpath("vessels.yaml"))
        done = loading.load(register, bad, "table", mapping)
        authorities.make_token(node.officer("administrator"), "walk", now() + timedelta(days=1))
        desks.open_desk("border", "Border desk")
    with node.act("supervisor"):
        text = blocks.write("Walked case", "en", "Walked case of {partner}")
    with node.act():
        made = screening.screen(manifest, "walk")
        match = screening.Match.objects.filter(query__screening=made).first()
        case = casework.open_case("dir-2023-977/request", node.de, "Walked case", {})
        file = attaching.attach(case.pk, "walked-file.txt", b"Walked case")
        other = casework.open_case("dir-2023-977/request", node.de, "Walked case too", {})
        link = links.link(case.pk, other.reference, "same-matter", "Walked case")
        body = {"step": "sent", "reference": "NL-1", "title": "Walked case", "facts": {}, "content": {}}
        message = sending.send(node.pt, "case.step", body, conversation=uuid4(), procedure="x", purpose="x")
        daybook.write(daybook.Line("other", "Walked case", shared=True))
        given = work.hand_over(node.officer("supervisor").pk, None, "Walked case", [other.pk]).hand_over
        kept = filters.save(filters.Filter(text="Walked case"), "Walked case", "authority")
        entry = ledger.record("walk.entry", body={"name": "Walked case"})
    with node.act("supervisor"):
        target = targets.set_target("dir-2023-977/request", "answered", "P14D", "calendar-days")
        team = teams.make("Walked case")
    with node.act("supervisor"):
        shift = rota.add_shifts(node.officer().pk, [0], time(6), time(14))[0]
        hook = Webhook.objects.create(url="https://alarms.example.org/", made_at=now())
        alarm = Alarm.objects.create(case=case, level="unread", occasion="walk", raised_at=now())
        end = periods.End("review", now(), "review P6M closed", "dir-2023-977 art. 16(4)")
        reviewing.propose(end, case=case)
        [review] = reviewing.waiting_for(case)
    return node, {
        "case_id": case.pk,
        "alarm_id": alarm.pk,
        "hook_id": hook.pk,
        "shift_id": shift.pk,
        "team_id": team.pk,
        "filter_id": kept.pk,
        "hand_over_id": given.pk,
        "link_id": link.pk,
        "child_id": case.pk,
        "key": uuid4(),
        "target_id": target.pk,
        "review_id": review.pk,
        "law_code": "cis",
        "attachment_id": file.pk,
        "text_id": text.pk,
        "screening_id": made.pk,
        "match_id": match.pk,
        "message_id": message.pk,
        "import_id": done.pk,
        "record_id": match.record_id,
        "sequence": entry.pk,
        "token": 1,
        "code": "vessels",
        "desk": "border",
        "name": "sent",
        "form": "pdf",
        "step": "sent",
        "kid": authorities.PublicKey.objects.get(authority=node.de).kid,
    }
