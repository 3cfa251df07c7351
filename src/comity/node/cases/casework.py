"""Opening cases and taking their steps: each one transaction of access, law, change, ledger and outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from comity.base.errors import Conflict, InputError, NotLawful
from comity.base.text import say
from comity.base.time import now
from comity.law.procedures import BoundProcedure
from comity.node import access, authorities, handling, ledger, scope
from comity.node.authorities import Authority
from comity.node.cases import (
    enclosing,
    likeness,
    outcomes,
    parties,
    readers,
    rules,
    seating,
    telling,
)
from comity.node.cases.finding import find
from comity.node.cases.models import Case, Party, Reference, Step

LONGEST_TEXT = 100_000


def open_case(
    procedure: str,
    partner: Authority | None,
    title: str,
    facts: Mapping[str, Any],
    *,
    match: UUID | None = None,
    parent: Case | None = None,
    seats: Sequence[Party] | None = None,
) -> Case:
    """Open a draft of a procedure towards a partner, serving `parent` if there is one.

    `seats` say who holds which role; if not given, they follow from the partner. Raises UnknownProcedure,
    FactError, InputError where a role is short of holders, Denied.
    """
    officer = access.require("case.open")
    at = now()
    me = Authority.objects.get(pk=scope.current_authority())
    bound = rules.procedure(procedure, at)
    if seats is None and partner:
        seats = seating.fill(bound, me, partner, authorities.partners_of(me))
    placed = seating.seated(bound, me, seats or ())
    main, openers = _main(placed, me, partner), parties.openers(bound)
    case = Case(
        conversation=uuid4(),
        reference=next_reference(me, at.year),
        procedure=procedure,
        role=next(each.role for each in placed if each.code == me.code and each.role in openers),
        partner=main.holder,
        partner_role=main.role,
        title=short_title(title),
        facts=rules.clean(procedure, facts),
        opened_at=at,
        opened_by=officer,
        assigned_to=officer,
        parent=parent,
    )
    _save(case, bound, placed)
    _note(case, "case.opened", rules.article(procedure, at), {"match": str(match) if match else None})
    return case


def short_title(given: str) -> str:
    """The title of a case as it is kept. Raises InputError when it is blank."""
    if not given.strip():
        raise InputError("give the case a short title", field="title")
    return given.strip()[:200]


def _save(case: Case, bound: BoundProcedure, seats: Sequence[Party]) -> None:
    """Save a new draft with those who take part in it."""
    case.save(force_insert=True)
    parties.save(case, bound, seats)
    rules.refresh(case)
    case.save()
    readers.inherit(case)
    likeness.index([case])


def _main(seats: Sequence[Party], me: Authority, partner: Authority | None) -> Party:
    """The party that lists show: the partner that was named, or else the first of the others."""
    others = [each for each in seats if each.code != me.code]
    return next((each for each in others if partner and each.code == partner.code), others[0])


def save_facts(case_id: UUID, title: str, facts: Mapping[str, Any], version: int) -> Case:
    """Replace the facts of a draft. Raises Conflict when another has changed it since, or when it was sent."""
    access.require("case.step")
    case = find(case_id, lock=True)
    _check_version(case, version)
    if case.state != "draft":
        raise Conflict("It has been sent: what was asked cannot be changed any more.")
    case.title = title.strip()[:200] or case.title
    case.facts = rules.clean(case.procedure, facts)
    _changed(case)
    likeness.index([case])
    _note(case, "case.drafted", rules.article(case.procedure, case.opened_at), {})
    return case


def take_step(
    case_id: UUID,
    step: str,
    content: Mapping[str, Any],
    *,
    marking: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Step:
    """Take a step of a case as our party, and tell the partner where the step is addressed to it.

    `content` may hold `fields` (what the step needs; `text` stands for the first of them), `grounds` of refusal,
    `partial`, `includes`: steps received in this or other cases that are passed on with it, as far as their
    handling codes allow, and `attachments`: ids of files that go with it. Raises NotLawful with the reason
    and articles when the instrument does not allow it now, Denied when a handling code forbids it.
    """
    officer = access.require("case.step")
    case = find(case_id, lock=True)
    if version is not None:
        _check_version(case, version)
    option = rules.option(case, step)
    if not option.allowed:
        raise NotLawful(option.reason, articles=(option.article,))
    cleaned = clean_content(case, option, content)
    _agree(case, option, cleaned["fields"])
    outcomes.settle(case, cleaned, officer)
    files = enclosing.choose(case, cleaned.pop("attachments", ()), officer)
    if files.files:
        cleaned["attachments"] = files.said
    taken = _step(case, option, cleaned, marking or {}, files)
    taken.officer = officer
    taken.save(force_insert=True)
    enclosing.enclose(taken, files.files)
    _changed(case)
    _note(case, f"step.{step}", option.article, _said(taken), subject=str(taken.pk))
    return taken


def _step(
    case: Case,
    option: rules.Option,
    content: dict[str, Any],
    marking: Mapping[str, Any],
    files: enclosing.Chosen,
) -> Step:
    mark = _mark(case, content, marking, files)
    taken = Step(
        case=case,
        number=case.steps.count() + 1,
        step=option.step,
        party=option.role,
        by=rules.signed_by(case, case.authority.code),
        sent_at=now(),
        content=content,
        handling=mark.as_json(),
        articles=[option.article],
    )
    if option.told:
        taken.message, *taken.further_messages = _tell(case, taken, mark, files.parts)
    else:
        taken.received_at = taken.sent_at
    return taken


def assess(case_id: UUID, available: str, judicial: bool | None, version: int | None = None) -> Case:
    """Say how the information asked for can be reached: `direct` or `indirect`, and whether a judge must agree."""
    access.require("case.step")
    case = find(case_id, lock=True)
    if version is not None:
        _check_version(case, version)
    if available not in ("", "direct", "indirect"):
        raise InputError("expected direct or indirect", field="access")
    case.access, case.judicial_authorisation_required = available, judicial
    _changed(case)
    _note(
        case,
        "case.assessed",
        rules.article(case.procedure, case.opened_at),
        {"access": available, "judicial_authorisation_required": judicial},
    )
    return case


def next_reference(me: Authority, year: int) -> str:
    """A new reference such as NL-2026-00042: the numbers of an authority in a year have no gaps."""
    Reference.objects.get_or_create(authority=me, year=year)
    row = Reference.objects.select_for_update().get(authority=me, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{me.country}-{year}-{row.last:05d}"


def _check_version(case: Case, version: int) -> None:
    if case.version != version:
        raise Conflict("The case has changed since you opened it. Read it again, then decide.")


def clean_content(case: Case, option: rules.Option, content: Mapping[str, Any]) -> dict[str, Any]:
    """What a step says, read by the fields it needs; raises InputError naming the field."""
    cleaned: dict[str, Any] = {"fields": _fields(option, content)}
    grounds = [str(ground) for ground in content.get("grounds") or ()]
    known = rules.grounds(case) if option.refusal else {}
    for ground in grounds:
        if ground not in known:
            raise InputError(say("{ground!r} is no ground of refusal here", ground=ground), field="grounds")
    if option.refusal and known and not grounds:
        raise InputError("name at least one ground the law knows", field="grounds")
    if grounds:
        cleaned["grounds"] = [{"id": ground, "article": known[ground]} for ground in grounds]
    if content.get("partial"):
        if not option.partial:
            raise InputError("this step cannot cover only a part", field="partial")
        cleaned["partial"] = True
    if content.get("includes"):
        cleaned["includes"] = [_uuid(each, "includes") for each in content["includes"]]
    if content.get("attachments"):
        cleaned["attachments"] = [_uuid(each, "attachments") for each in content["attachments"]]
    return cleaned


def _agree(case: Case, option: rules.Option, fields: dict[str, Any]) -> None:
    """Let fields that must be as the request has it take its value; NotLawful when one says otherwise."""
    for need in option.needs:
        expected = case.facts.get(need.same_as) if need.same_as else None
        if expected and fields.setdefault(need.id, expected) != expected:
            raise NotLawful(
                say(
                    "{label}: it must be {expected!r}, as in the request, not {given!r}",
                    label=need.label,
                    expected=expected,
                    given=fields[need.id],
                ),
                articles=(rules.cite(case.procedure, need.article),),
                field=need.id,
            )


def _fields(option: rules.Option, content: Mapping[str, Any]) -> dict[str, Any]:
    given = dict(content.get("fields") or {})
    text = str(content.get("text") or "").strip()
    known = {need.id for need in option.needs}
    for name in given:
        if name not in known:
            raise InputError(say("{title!r} has no such field", title=option.title), field=name)
    if text:
        plain = [need.id for need in option.needs if need.type == "longtext" and need.id not in given]
        given[plain[0] if plain else "text"] = text
    cleaned = {name: value for name, value in given.items() if value not in (None, "", [], {})}
    for name, value in cleaned.items():
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise InputError(say("at most {most} characters", most=LONGEST_TEXT), field=name)
    for need in option.needs:
        if need.id in cleaned:
            cleaned[need.id] = rules.read_field(need, cleaned[need.id])
        elif need.required:
            raise InputError(
                say("{label}: needed, article {article}", label=need.label, article=need.article),
                field=need.id,
            )
    return cleaned


def _uuid(text: object, field: str) -> str:
    try:
        return str(UUID(str(text)))
    except ValueError:
        raise InputError("expected an id", field=field) from None


def _mark(
    case: Case, content: dict[str, Any], given: Mapping[str, Any], files: enclosing.Chosen
) -> handling.Marking:
    mine = handling.Marking.read(given, provider=case.authority.name)
    told = telling.recipients(case)
    recipients, kinds = {each.pk for each in told}, sorted({each.kind for each in told})
    included = Step.objects.filter(pk__in=content.get("includes", ())).select_related(
        "case__partner", "case__authority"
    )
    passed_on = [
        handling.Marking.read(step.handling)
        for step in included
        if not step.ours and recipients != {step.case.partner_id}
    ]
    for kind in kinds:
        handling.enforce(passed_on, kind)
    attached = [step for step in included if step.case.parent_id != case.pk]
    if attached:
        content["included"] = [
            {"from": step.handling.get("provider", ""), "fields": step.content.get("fields", {})}
            for step in attached
        ]
    passed_on += files.markings
    return handling.strictest([mine, *passed_on]) if passed_on else mine


def _tell(case: Case, taken: Step, mark: handling.Marking, parts: Sequence[str]) -> list[UUID]:
    body: dict[str, Any] = {
        "step": taken.step,
        "reference": case.reference,
        "content": taken.content,
        "handling": mark.as_json(),
        "article": taken.articles[0],
    }
    if taken.step == rules.opening(case.procedure):
        body |= {"title": case.title, "facts": case.facts, "language": case.facts.get("language", "en")}
        if taken.by:
            body["parties"] = parties.as_told(rules.parties_of(case))
    told = telling.tell(case, "case.step", body, articles=taken.articles, handling=mark.codes, parts=parts)
    return [UUID(str(each.pk)) for each in told]


def _said(taken: Step) -> dict[str, Any]:
    return {
        "step": taken.step,
        "sent": taken.sent_at.isoformat(),
        "content": taken.content,
        "handling": taken.handling,
    }


def _changed(case: Case) -> None:
    rules.refresh(case)
    case.version += 1
    case.save()


def _note(case: Case, kind: str, article: str, body: dict[str, Any], subject: str | None = None) -> None:
    ledger.record(
        kind,
        article=article,
        case=str(case.conversation),
        subject=subject,
        body={"reference": case.reference, **body},
    )
