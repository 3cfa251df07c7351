"""Reviews that are due: whether what is kept is still needed; and holds that keep a case from being deleted."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.node import access
from comity.node.keeping import reviewing
from comity.web.forms import Attempt, page_of


@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """The reviews that wait for a decision, the oldest first."""
    page = page_of(request, reviewing.open_reviews())
    reviewing.note_list(list(page.object_list))
    return render(request, "keeping/reviews.html", {"page": page})


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """One review: keep or delete, with a reason. POST decides."""
    found = reviewing.find(review_id)
    attempt = Attempt()
    if request.method == "POST":
        with attempt:
            decision = request.POST.get("decision", "")
            reviewing.decide(review_id, decision, request.POST.get("reason", ""))
            kept = decision == "keep"
            messages.success(
                request, _("It is kept until its next review.") if kept else _("It was deleted.")
            )
            return redirect("reviews")
    context = {"review": found, **attempt.context(request)}
    return render(request, "keeping/review.html", context, status=attempt.status)


@require_POST
def hold(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Keep a case from being deleted or masked, or with `end` let it be again; both with a reason."""
    access.require("keeping.hold")
    given = request.POST
    (reviewing.release if given.get("end") else reviewing.hold)(case_id, given.get("reason", ""))
    return redirect("case", case_id)


urlpatterns = [
    path("reviews/", reviews, name="reviews"),
    path("reviews/<uuid:review_id>/", review, name="review"),
    path("cases/<uuid:case_id>/hold/", hold, name="case-hold"),
]
