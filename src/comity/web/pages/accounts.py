"""Signing in and out, and what belongs to the officer alone: password, second factor, tokens for the API."""

from __future__ import annotations

from datetime import timedelta

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from comity.base.time import now
from comity.node import authorities
from comity.web.forms import Attempt, whole_number


@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """The officer's name, roles, second factor and tokens."""
    return _show(request)


@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a token for the API; it is shown on this answer and never again."""
    token = ""
    with Attempt() as attempt:
        days = whole_number(request.POST.get("days", "30"), "days", least=1, most=365)
        label = request.POST.get("label", "")
        token = authorities.make_token(request.officer, label, now() + timedelta(days=days))  # type: ignore[attr-defined]
    return _show(request, token=token, attempt=attempt)


@require_POST
def revoke_token(request: HttpRequest, token: int) -> HttpResponse:
    """End a token of the officer's own."""
    authorities.revoke_token(request.officer, token)  # type: ignore[attr-defined]
    return redirect("account")


def _show(request: HttpRequest, token: str = "", attempt: Attempt | None = None) -> HttpResponse:
    factors = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    context = {
        "tokens": authorities.tokens(request.officer),  # type: ignore[attr-defined]
        "token": token,
        "second_factor": Authenticator.Type.TOTP in factors,
        **(attempt or Attempt()).context(request),
    }
    return render(request, "account/own.html", context, status=(attempt or Attempt()).status)


urlpatterns = [
    path("signin/", account.login, name="signin"),
    path("signin/", account.login, name="account_login"),
    path("signin/code/", mfa.authenticate, name="mfa_authenticate"),
    path("language/", require_POST(set_language), name="language"),
    path("signout/", account.logout, name="signout"),
    path("signout/", account.logout, name="account_logout"),
    path("account/", own, name="account"),
    path("account/tokens/", make_token, name="account-token"),
    path("account/tokens/<int:token>/revoke/", revoke_token, name="account-token-revoke"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/second-factor/", mfa.index, name="mfa_index"),
    path("account/second-factor/add/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/second-factor/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/recovery-codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
