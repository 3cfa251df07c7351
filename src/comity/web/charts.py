"""Charts as SVG made by the server: bars, lines, and a line small enough for a row.

Each has a title that says what it shows; its numbers stand in a table beside it. What differs in colour differs in
pattern or dash too. Colours come from the stylesheet, so that they follow light and dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

Row = tuple[str, Sequence[float]]
"""A label and one number for each of the chart's names."""

WIDTH, LABEL, BAR, GAP = 360, 96, 13, 9
HEIGHT, LEFT, FOOT, TOP = 150, 38, 22, 8
TICKS = 4

_numbers = count(1)


def bars(title: str, names: Sequence[str], rows: Sequence[Row]) -> SafeString:
    """Horizontal bars, one for each name in every row; the value stands at the end of its bar."""
    most = _most(rows)
    step = BAR * len(names) + GAP
    drawn = [_group(label, values, place * step + GAP, most) for place, (label, values) in enumerate(rows)]
    return _svg(title, WIDTH, max(1, len(rows)) * step + GAP, drawn, names)


def _group(label: str, values: Sequence[float], top: int, most: float) -> SafeString:
    room = WIDTH - LABEL - 44
    each = [
        format_html(
            '<rect class="series-{}" x="{}" y="{}" width="{}" height="{}"/><text class="value" x="{}" y="{}">{}</text>',
            number, LABEL, top + number * BAR, _short(value / most * room), BAR - 2,
            _short(LABEL + value / most * room + 4), top + number * BAR + BAR - 4, _short(value),
        )
        for number, value in enumerate(values)
    ]  # fmt: skip
    name = label if len(label) <= 14 else f"{label[:13]}…"
    middle = top + (len(values) * BAR) / 2 + 3
    return format_html(
        '<text class="name" x="{}" y="{}" text-anchor="end">{}</text>{}',
        LABEL - 6, _short(middle), name, format_html_join("", "{}", ((one,) for one in each)),
    )  # fmt: skip


def lines(title: str, names: Sequence[str], rows: Sequence[Row]) -> SafeString:
    """A line for each name through the rows, which are moments in their order."""
    most = _most(rows)
    paths = [_line([values[number] for _label, values in rows], number, most) for number in range(len(names))]
    marks = [_tick(most * part / TICKS, most) for part in range(TICKS + 1)] if rows else []
    ends = [_foot(rows, place) for place in sorted({0, len(rows) - 1})] if rows else []
    return _svg(title, WIDTH, HEIGHT + FOOT, [*marks, *paths, *ends], names)


def _line(values: Sequence[float], number: int, most: float) -> SafeString:
    points = " ".join(
        f"{_short(_across(i, len(values)))},{_short(_up(each, most))}" for i, each in enumerate(values)
    )
    return format_html('<polyline class="line series-{}" points="{}"/>', number, points)


def _tick(value: float, most: float) -> SafeString:
    y = _short(_up(value, most))
    return format_html(
        '<line class="grid" x1="{}" y1="{}" x2="{}" y2="{}"/>'
        '<text class="value" x="{}" y="{}" text-anchor="end">{}</text>',
        LEFT, y, WIDTH - 8, y, LEFT - 4, _short(_up(value, most) + 3), _short(value),
    )  # fmt: skip


def _foot(rows: Sequence[Row], place: int) -> SafeString:
    anchor = "start" if place == 0 else "end"
    x, y = _short(_across(place, len(rows))), HEIGHT + 10
    return format_html(
        '<text class="name" x="{}" y="{}" text-anchor="{}">{}</text>', x, y, anchor, rows[place][0]
    )


def sparkline(title: str, values: Sequence[float]) -> SafeString:
    """A line without axes, for the row of a table."""
    most = max([*values, 1])
    last = max(1, len(values) - 1)
    points = " ".join(
        f"{_short(i * 78 / last + 1)},{_short(19 - each / most * 18)}" for i, each in enumerate(values)
    )
    return _svg(title, 80, 20, [format_html('<polyline class="line series-0" points="{}"/>', points)], [])


def _svg(
    title: str, width: int, height: float, drawn: Sequence[SafeString], names: Sequence[str]
) -> SafeString:
    key = f"chart-{next(_numbers)}"
    legend = format_html_join("", '<li><span class="key series-{}"></span> {}</li>', enumerate(names))
    return format_html(
        '<figure class="chart"><svg viewBox="0 0 {} {}" role="img" aria-labelledby="{}">'
        '<title id="{}">{}</title>{}</svg>{}</figure>',
        width, _short(height), key, key, title,
        format_html_join("", "{}", ((one,) for one in drawn)),
        format_html('<ul class="legend" aria-label="{}">{}</ul>', _("Legend"), legend) if len(names) > 1 else "",
    )  # fmt: skip


def _most(rows: Sequence[Row]) -> float:
    """The upper end of the scale: the largest value, rounded up so that the ticks are whole numbers."""
    largest = max((value for _label, values in rows for value in values), default=0)
    return max(TICKS, -(-largest // TICKS) * TICKS)


def _across(place: int, number: int) -> float:
    return LEFT + place * (WIDTH - LEFT - 8) / max(1, number - 1)


def _up(value: float, most: float) -> float:
    return HEIGHT - value / most * (HEIGHT - TOP)


def _short(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
