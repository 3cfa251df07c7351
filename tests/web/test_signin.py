"""Signing in and out, the account page, and tokens for the API."""

from __future__ import annotations

import re

import pytest

from comity.node import ledger
from comity.node.home import SAMPLE_FLAG

PASSWORD = "correct horse battery staple"


def signin(client, username="nl-officer", password=PASSWORD):
    return client.post("/signin/", {"login": username, "password": password})


def kinds(node):
    with node.act("supervisor"):
        return [line.kind for line in ledger.lines()]


def test_an_officer_signs_in_and_lands_on_the_first_page(node):
    client = node.client(None)
    assert signin(client).headers["location"] == "/"
    assert client.get("/").headers["location"] == "/worklist/"
    assert "officer.signed-in" in kinds(node)


def test_who_supervises_and_works_on_no_case_lands_on_the_ledger(node):
    assert node.client("data-protection-officer").get("/").headers["location"] == "/ledger/"


def test_a_wrong_password_is_told_and_opens_nothing(node):
    client = node.client(None)
    answer = signin(client, password="wrong")
    assert answer.status_code == 200
    assert "not correct" in answer.content.decode()
    assert client.get("/account/").status_code == 302


def test_too_many_wrong_passwords_lock_the_sign_in_out(node):
    client = node.client(None)
    answers = [signin(client, password=f"wrong {attempt}").status_code for attempt in range(9)]
    assert answers[-1] == 429
    assert signin(client).status_code == 429


def test_a_page_asked_for_before_signing_in_is_shown_afterwards(node):
    client = node.client(None)
    address = client.get("/registers/?q=x").headers["location"]
    assert address == "/signin/?next=%2Fregisters%2F%3Fq%3Dx"
    answer = client.post(address, {"login": "nl-officer", "password": PASSWORD, "next": "/registers/?q=x"})
    assert answer.headers["location"] == "/registers/?q=x"


def test_nobody_is_sent_to_another_site_after_signing_in(node):
    answer = node.client(None).post(
        "/signin/", {"login": "nl-officer", "password": PASSWORD, "next": "https://elsewhere.example/"}
    )
    assert answer.headers["location"] == "/"


def test_signing_out_ends_the_session(node):
    client = node.client()
    assert "Sign out?" in client.get("/signout/").content.decode()
    client.post("/signout/")
    assert client.get("/account/").headers["location"].startswith("/signin/")
    assert "officer.signed-out" in kinds(node)


def test_a_sign_in_without_an_officer_is_told_who_can_help(node):
    from django.contrib.auth import get_user_model

    get_user_model().objects.create_user("nobody", password=PASSWORD)
    client = node.client(None)
    signin(client, "nobody")
    answer = client.get("/worklist/")
    assert answer.status_code == 403
    assert "An administrator of your authority can enrol you" in answer.content.decode()


def test_nobody_can_sign_up_or_reset_a_password_by_mail(node):
    client = node.client(None)
    for path in ("/signup/", "/account/signup/", "/accounts/signup/", "/account/password/reset/"):
        assert client.get(path).status_code in (302, 404)


def test_the_password_is_changed_with_the_old_one(node):
    client = node.client()
    page = client.get("/account/password/").content.decode()
    assert "Change password" in page
    new = "four other words entirely"
    answer = client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302
    assert signin(node.client(None), password=new).status_code == 302
    assert "officer.password-changed" in kinds(node)


def test_a_second_factor_is_set_up_and_asked_for(node):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    client = node.client(None)
    signin(client)
    assert client.get("/account/second-factor/add/").headers["location"].startswith("/account/confirm/")
    assert "Confirm it is you" in client.get("/account/confirm/").content.decode()
    client.post("/account/confirm/", {"password": PASSWORD})
    page = client.get("/account/second-factor/add/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)[1]
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    assert client.post("/account/second-factor/add/", {"code": code}).status_code == 302
    assert "recovery codes are left" in client.get("/account/second-factor/").content.decode()
    other = node.client(None)
    assert signin(other).headers["location"] == "/signin/code/"
    assert other.get("/account/").status_code == 302
    assert "Second factor" in other.get("/signin/code/").content.decode()


def test_a_token_is_shown_once_and_opens_the_api_as_its_officer(node):
    client = node.client()
    page = client.post("/account/tokens/", {"label": "nightly list", "days": "30"}).content.decode()
    token = re.search(r"<code>([\w-]{40,})</code>", page)[1]
    assert token not in client.get("/account/").content.decode()
    answer = node.client(None).get("/api/registers", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_a_revoked_token_opens_nothing(node):
    client = node.client()
    page = client.post("/account/tokens/", {"label": "x", "days": "1"}).content.decode()
    token = re.search(r"<code>([\w-]{40,})</code>", page)[1]
    client.post(re.search(r"/account/tokens/\d+/revoke/", page)[0])
    answer = node.client(None).get("/api/registers", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.json()["error"]


def test_an_officer_cannot_revoke_anothers_token(node):
    page = node.client().post("/account/tokens/", {"label": "x", "days": "1"}).content.decode()
    path = re.search(r"/account/tokens/\d+/revoke/", page)[0]
    assert node.client("supervisor").post(path).status_code == 404


@pytest.mark.parametrize(("label", "days"), [("", "30"), ("x", "0"), ("x", "many"), ("x", "9999")])
def test_a_token_that_cannot_be_made_says_what_was_expected(node, label, days):
    answer = node.client().post("/account/tokens/", {"label": label, "days": days})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_a_token_does_not_open_pages(node):
    from datetime import timedelta

    from comity.base.time import now
    from comity.node import authorities

    with node.act():
        token = authorities.make_token(node.officer(), "x", now() + timedelta(days=1))
    assert node.client(None).get("/account/", headers={"Authorization": f"Bearer {token}"}).status_code == 302


def test_a_node_with_sample_data_says_so_on_every_page(node):
    assert "Sample data" not in node.client().get("/worklist/").content.decode()
    node.home.mark_sample()
    try:
        for path in ("/worklist/", "/partners/", "/law/"):
            assert "Sample data" in node.client().get(path).content.decode()
    finally:
        (node.home.path / SAMPLE_FLAG).unlink()
