"""The statistics of Directive (EU) 2023/977 art. 18 for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from comity.node import statistics as node
from comity.node.cases import reading
from comity.node.cases.models import Case
from comity.node.statistics import Statistics
from comity.node.statistics.timing import Replies
from comity.web import figures
from comity.web.api.case_schemas import CaseOut
from comity.web.api.schemas import PROBLEMS, Page, Problem

router = Router()


class Days(Schema):
    """A period: by name (this-year, last-year, this-quarter ...), or from a first day to a last one."""

    period: str = Field("", max_length=20)
    first: str = Field("", max_length=10)
    last: str = Field("", max_length=10)


class Which(Page, Days):
    """Which cases: those that a figure counts, of one state, urgent or not, refused on a ground."""

    figure: str = Field(max_length=30)
    country: str = Field("", max_length=2)
    urgent: bool | None = None
    ground: str = Field("", max_length=20)


class CellOut(Schema):
    """One number: how many cases a figure counts, of one state, urgent or not, on one ground of refusal."""

    figure: str
    country: str
    urgent: bool
    ground: str
    number: int


class RepliesOut(Schema):
    """Final replies under a heading: how many, how many in time, and the middle of the time taken, in seconds."""

    heading: str
    number: int
    in_time: int
    median_seconds: float | None


class StatisticsOut(Schema):
    """The statistics of a period. `complete`: of every case; `agrees`: whether the ledger says the same."""

    first: date
    last: date
    complete: bool
    agrees: bool | None
    cells: list[CellOut]
    limits: list[RepliesOut]
    given: list[RepliesOut]
    got: list[RepliesOut]
    overdue: dict[str, int]
    offences: dict[str, int]
    categories: dict[str, int]


@router.get("/statistics", response={200: StatisticsOut, PROBLEMS: Problem})
def statistics(request: HttpRequest, days: Query[Days], recount: bool = False) -> dict[str, Any]:
    """The statistics of a period; `recount` counts them again from the ledger, however long it is."""
    return _out(node.read(figures.period_of(days.dict()), again=recount))


@router.get("/statistics/cases", response={200: list[CaseOut], PROBLEMS: Problem})
def counted(request: HttpRequest, which: Query[Which]) -> list[Case]:
    """The cases that a number counts, oldest first."""
    wanted = {"country": which.country, "urgent": which.urgent, "ground": which.ground}
    period = figures.period_of(which.dict())
    found = list(which.of(node.counted_cases(period, which.figure, **wanted)))  # type: ignore[arg-type]
    reading.note_list(found)
    return found


def _out(found: Statistics) -> dict[str, Any]:
    return {
        "first": found.period.first,
        "last": found.period.last,
        "complete": found.complete,
        "agrees": found.agrees,
        "cells": [cell.as_json() | {"number": number} for cell, number in sorted(found.counts.cells.items())],
        "limits": _replies(found.limits),
        "given": _replies(found.given),
        "got": _replies(found.got),
        "overdue": dict(found.overdue),
        "offences": dict(found.offences),
        "categories": dict(found.categories),
    }


def _replies(rows: list[Replies]) -> list[dict[str, Any]]:
    return [
        {
            "heading": row.heading,
            "number": row.number,
            "in_time": row.in_time,
            "median_seconds": row.median.total_seconds() if row.median is not None else None,
        }
        for row in rows
    ]
