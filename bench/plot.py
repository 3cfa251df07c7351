"""A plot as SVG: lines over sizes that grow tenfold, both axes logarithmic, and the limit that is to be kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import log10

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT = 760, 420, 60, 260, 40, 50
COLOURS = ("#0b3a63", "#a31d17", "#12633a", "#844700", "#5b2a86", "#006d77", "#4f5d6b")
DASHES = ("", "6 3", "2 3", "8 3 2 3", "12 4", "1 2", "4 6")


def lines(
    title: str, across: str, up: str, sizes: Sequence[int], found: Mapping[str, Sequence[float]], limit: float
) -> str:
    """One line for each name through its values at the sizes; `limit` is drawn across."""
    values = [limit, *(value for each in found.values() for value in each)]
    low, high = 10 ** int(log10(min(values)) // 1), 10 ** int(log10(max(values)) // 1 + 1)

    def x(size: float) -> float:
        return LEFT + (log10(size / sizes[0]) / log10(sizes[-1] / sizes[0])) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - FOOT - log10(value / low) / log10(high / low) * (HEIGHT - FOOT - TOP)

    drawn = [_text(WIDTH / 2 - RIGHT / 2, 22, title, "middle", 15)]
    value = low
    while value <= high:
        drawn += [_rule(y(value)), _text(LEFT - 8, y(value) + 4, f"{value:,}", "end")]
        value *= 10
    drawn += [_text(x(size), HEIGHT - FOOT + 18, f"{size:,}", "middle") for size in sizes]
    drawn += [_text(x(sizes[-1]), HEIGHT - 12, across, "end"), _text(LEFT - 8, TOP - 8, up, "end")]
    drawn += [
        _rule(y(limit), "#a31d17", "3 3"),
        _text(LEFT + 6, y(limit) - 5, f"limit {limit:g} {up}", "start"),
    ]
    for number, (name, each) in enumerate(found.items()):
        points = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in zip(sizes, each, strict=True))
        drawn += [_line(points, number), *_legend(number, f"{name}: {each[-1]:.0f} {up}")]
    frame = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" role="img" aria-label="{escape(title)}"'
    paper = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>{paper}{"".join(drawn)}</svg>\n'


def _text(x: float, y: float, said: str, anchor: str, size: int = 12) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="{size}" fill="#16212c">{escape(said)}</text>'


def _rule(y: float, colour: str = "#d3dbe3", dash: str = "") -> str:
    stroke = f'stroke="{colour}" stroke-dasharray="{dash}"'
    return f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" {stroke}/>'


def _line(points: str, number: int) -> str:
    stroke = f'stroke="{COLOURS[number]}" stroke-dasharray="{DASHES[number]}" stroke-width="2"'
    return f'<polyline points="{points}" fill="none" {stroke}/>'


def _legend(number: int, said: str) -> tuple[str, str]:
    y = TOP + 14 + 22 * number
    left = WIDTH - RIGHT + 14
    return _line(f"{left},{y} {left + 26},{y}", number), _text(left + 32, y + 4, said, "start")
