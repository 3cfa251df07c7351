"""What the pages of registers and of keeping show: what is seen of an entry, and what is done with data."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

register = template.Library()

SIGHTS = {
    "full": ("good", _("in full")),
    "hit-no-hit": ("note", _("only whether there is one")),
    "none": ("bad", _("nothing")),
}
"""What is seen of an entry, with the kind of its mark."""


@register.simple_tag
def sight(sees: str) -> str:
    """What is seen of an entry, as a mark."""
    kind, text = SIGHTS[sees]
    return format_html('<span class="mark {}">{}</span>', kind, text)
