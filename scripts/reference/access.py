"""Who may do what, from the rules of the gate."""

from __future__ import annotations

from comity.node.access import RULES
from comity.node.authorities import NODE_ROLE, ROLES
from comity.node.handling import ARTICLE, CODES
from reference import markdown as md


def page() -> str:
    """Verbs by roles, each verb's sentence, and the handling codes."""
    roles = {**ROLES, NODE_ROLE: "The node itself"}
    matrix = [
        (
            md.code(verb),
            *("yes" if role in rule.roles else "" for role in roles),
            "yes" if rule.purpose else "",
        )
        for verb, rule in RULES.items()
    ]
    rules = [(md.code(verb), rule.sentence, rule.grantor, rule.article) for verb, rule in RULES.items()]
    return md.page(
        "Access",
        "One gate decides (`comity.node.access`): what no rule allows is denied. A denied officer reads the rule's "
        "sentence and who may grant it, and the denial is an entry of the ledger. Whatever the roles, nobody reaches "
        "a row of another authority. [How it works](../explanation/access.md).",
        "## Verbs by roles",
        md.table(("verb", *roles.values(), "purpose must be stated"), matrix),
        "An officer may have several roles. The node itself acts where no person does: it delivers messages, "
        "cross-checks requests, seals the ledger, and runs the commands of whoever has its home folder.",
        "## The rules in words",
        md.table(("verb", "rule", "who may grant it", "rests on"), rules),
        "## Handling codes",
        f"What the provider of information allows to be done with it ({ARTICLE}); "
        "[how they are enforced](../explanation/handling.md).",
        md.table(("code", "meaning"), [(md.code(code), text) for code, text in CODES.items()]),
    )
