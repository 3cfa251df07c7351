"""Stop the private databases of the given homes and delete their data, which may lie outside the homes."""

from __future__ import annotations

import sys
from pathlib import Path

from comity.node.database import PrivateServer
from comity.node.home import Home

if __name__ == "__main__":
    for name in sys.argv[1:]:
        if (Path(name) / "node.json").exists():
            PrivateServer(Home.open(name)).remove()
