"""Statistics: the yearly figures of Directive (EU) 2023/977 art. 18 for any period, and how the desk is doing.

Every figure counts cases, and the same condition finds the cases it counts. Figures cover what the acting officer
may know of; those of the node and of the data protection officer cover every case.
"""

from __future__ import annotations

from comity.node.statistics import figures
from comity.node.statistics.figures import FIGURES, Cell, Counts
from comity.node.statistics.periods import Period
from comity.node.statistics.reading import Statistics, counted_cases, read

__all__ = ["FIGURES", "Cell", "Counts", "Period", "Statistics", "counted_cases", "figures", "read"]
