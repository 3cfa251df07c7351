from __future__ import annotations

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings
from django.core import mail

from comity.base.errors import Denied, InputError
from comity.node import ledger
from comity.node.alarms import carrying, choices, webhooks
from comity.node.alarms.models import Telling
from comity.node.authorities import Identity
from comity.node.cases import readers, work
from comity.node.home import AlarmRules, MailServer


class Program(BaseHTTPRequestHandler):
    """A program that is told of alarms; answers what `server.answers` says, then 200."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.heard.append((dict(self.headers.items()), body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("location", "http://localhost:1/elsewhere")
        self.end_headers()

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def program():
    with HTTPServer(("127.0.0.1", 0), Program) as server:
        server.heard, server.answers = [], []
        server.url = f"http://127.0.0.1:{server.server_port}/comity"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def allowed(desk, program, monkeypatch):
    rules = AlarmRules(
        mail=MailServer(host="127.0.0.1", sender="comity@example.org"),
        webhook_hosts=[f"127.0.0.1:{program.server_port}", "alarms.example.org"],
    )
    monkeypatch.setattr(type(desk.node.home), "alarms", property(lambda home: rules))
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    monkeypatch.setattr(mail, "outbox", [], raising=False)


@pytest.fixture
def hook(desk, program, allowed):
    with desk.act("administrator"):
        return webhooks.add(program.url)


def alarm(desk, number=1):
    """Alarms about cases that the officer holds; the id of the last one's case."""
    for case in [desk.ask() for _ in range(number)]:
        desk.read(case)
        with desk.act():
            work.assign(case, desk.officer().pk)
    desk.hand.later(hours=6)
    desk.watch()
    return case


def carry(desk):
    carried = 0
    while carrying.carry(Identity.of_node(desk.node.de)):
        carried += 1
    return carried


def states(desk):
    with desk.act("node"):
        return [(each.state, each.attempts) for each in Telling.objects.all()]


def test_a_program_is_called_with_a_signature_that_it_can_check(desk, program, hook):
    alarm(desk)
    assert carry(desk) == 1
    [(headers, body)] = program.heard
    moment, given = (part.split("=")[1] for part in headers["x-comity-signature"].split(","))
    secret = webhooks.secret(hook).encode()
    assert hmac.compare_digest(
        given, hmac.new(secret, f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    )
    told = json.loads(body)
    assert told["event"] == "alarm.raised"
    assert told["level"] == "approaching"
    assert (told["act"], told["article"]) == ("dir-2023-977", "5(1)(a)")
    assert told["due_at"] == "2026-03-05T17:20:00+00:00"
    assert states(desk) == [("sent", 1)]


def test_nothing_personal_leaves_the_node(desk, program, hook):
    with desk.act():
        choices.choose("desk@example.org", True, True)
    alarm(desk)
    carry(desk)
    said = mail.outbox[0].subject + mail.outbox[0].body + program.heard[0][1].decode()
    for secret in ("Jan", "Smuggler", "Hamburg", "trafficking", "officer DE", "Netherlands"):
        assert secret not in said
    assert mail.outbox[0].to == ["desk@example.org"]
    assert "time limit approaching" in mail.outbox[0].subject


def test_a_mail_comes_in_the_language_of_whoever_gets_it(desk, program, hook):
    with desk.act():
        choices.choose("desk@example.org", True, True, "fr")
    alarm(desk)
    carry(desk)
    assert "délai" in mail.outbox[0].subject
    assert "time limit" not in mail.outbox[0].body


def test_mails_come_in_no_language_that_is_not_spoken(desk):
    with desk.act(), pytest.raises(InputError) as refused:
        choices.choose("desk@example.org", True, True, "xx")
    assert refused.value.field == "language"


def test_a_program_that_fails_is_called_again_later_under_the_same_key(desk, program, hook):
    program.answers = [500]
    alarm(desk)
    assert carry(desk) == 1
    assert states(desk) == [("pending", 1)]
    desk.hand.now += timedelta(seconds=16)
    assert carry(desk) == 1
    first, second = (headers["idempotency-key"] for headers, _ in program.heard)
    assert first == second
    assert states(desk) == [("sent", 2)]


def test_a_redirect_is_not_followed(desk, program, hook):
    program.answers = [302]
    alarm(desk)
    carry(desk)
    assert states(desk) == [("pending", 1)]


def test_it_gives_up_after_half_a_day_and_says_so(desk, program, hook):
    program.answers = [500] * 3
    alarm(desk)
    carry(desk)
    desk.hand.now += timedelta(hours=13)
    carry(desk)
    assert states(desk) == [("failed", 2)]
    with desk.act("supervisor"):
        assert len(ledger.lines(kind="alarm.not-told")) == 1


def test_a_killed_worker_leaves_the_telling_to_be_carried_again(desk, program, hook, monkeypatch):
    alarm(desk)
    with monkeypatch.context() as patched:
        patched.setattr(carrying, "_sent", lambda telling: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            carry(desk)
    assert states(desk) == [("pending", 0)]
    carry(desk)
    assert len(program.heard) == 2
    assert states(desk) == [("sent", 1)]


def test_a_mail_server_that_is_away_is_tried_again(desk, allowed, settings_of_mail):
    with desk.act():
        choices.choose("desk@example.org", True, True)
    alarm(desk)
    carry(desk)
    assert states(desk) == [("pending", 1)]


@pytest.fixture
def settings_of_mail(monkeypatch):
    def refuse(message, **_):
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(carrying.EmailMessage, "send", refuse)


@pytest.mark.parametrize(
    "url",
    [
        "http://alarms.example.org/",
        "https://elsewhere.example.org/",
        "https://169.254.169.254/latest",
        "http://localhost/",
        "https://alarms.example.org@evil.example.org/",
        "https://user:word@alarms.example.org/",
        "https://alarms.example.org:99999/",
        "https://[::1/",
        "https://alarms.example\n.org/",
        "https://alarms.example.org/\x01",
        "https://alarms.example.org/a b",
        "ftp://alarms.example.org/",
        "file:///etc/passwd",
        "",
        "https://alarms.example.org/" + "a" * 300,
    ],
)
def test_it_calls_no_address_that_is_not_on_the_list(desk, allowed, url):
    with desk.act("administrator"), pytest.raises(InputError):
        webhooks.add(url)


def test_an_address_taken_off_the_list_is_called_no_more(desk, program, hook, monkeypatch):
    alarm(desk)
    monkeypatch.setattr(type(desk.node.home), "alarms", property(lambda home: AlarmRules()))
    carry(desk)
    assert program.heard == []


def test_a_webhook_that_is_ended_is_called_no_more(desk, program, hook):
    alarm(desk)
    with desk.act("administrator"):
        webhooks.end(hook.pk)
    assert carry(desk) == 0
    assert program.heard == []


def test_a_program_that_is_away_holds_up_no_mail_and_is_called_once_a_wait(desk, program, hook):
    program.answers = [500] * 4
    with desk.act():
        choices.choose("desk@example.org", True, True)
    alarm(desk, 2)
    carry(desk)
    assert len(program.heard) == 1
    assert len(mail.outbox) == 2
    desk.hand.now += timedelta(seconds=16)
    assert carry(desk) == 1
    desk.hand.now += timedelta(minutes=1)
    program.answers = []
    assert carry(desk) == 2
    assert {state for state, _ in states(desk)} == {"sent"}


def test_an_officer_who_wants_no_mail_any_more_gets_none(desk, allowed):
    with desk.act():
        choices.choose("desk@example.org", True, True)
    alarm(desk)
    with desk.act():
        choices.choose("", False, True)
    carry(desk)
    assert mail.outbox == []
    assert states(desk) == [("failed", 0)]


def test_a_case_restricted_since_is_told_to_its_readers_alone(desk, program, hook):
    with desk.act():
        choices.choose("desk@example.org", True, True)
    case = alarm(desk)
    with desk.act("supervisor"):
        readers.restrict(case, [], "An officer is concerned")
    carry(desk)
    assert (program.heard, mail.outbox) == ([], [])
    assert states(desk) == [("failed", 0), ("failed", 0)]


def test_only_administrators_say_which_programs_are_told(desk, program, allowed):
    with pytest.raises(Denied), desk.act("supervisor"):
        webhooks.add(program.url)
