"""Write docs/reference and docs/coverage.md anew from the code.

With --check write nothing, and fail where a page is not as written.

.venv/bin/python scripts/docs.py [--check]
"""

from __future__ import annotations

import difflib
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs"


def pages() -> dict[str, str]:
    """Every page that is written, by its path within the folder."""
    from comity.node.home import Home

    with tempfile.TemporaryDirectory() as folder:
        home = Home.create(Path(folder) / "node", "node", 8001)
        os.environ |= {"COMITY_HOME": str(home.path), "DJANGO_SETTINGS_MODULE": "comity.node.settings"}
        import django

        django.setup()
        from reference import access, api, cli, coverage, errors, files, law, schema

        parts = {"cli": cli, "api": api, "access": access, "errors": errors, "files": files}
        pages = {f"{name}.md": part.page() for name, part in parts.items()} | law.pages() | schema.pages()
        return {f"reference/{name}": text for name, text in pages.items()} | {"coverage.md": coverage.page()}


def main() -> int:
    """Write or check; the exit status is 1 where a page is out of date."""
    reference = FOLDER / "reference"
    paths = [*reference.rglob("*.md"), *reference.rglob("*.json"), *FOLDER.glob("coverage.md")]
    written = {str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8") for path in paths}
    wanted = pages()
    if sys.argv[1:] != ["--check"]:
        for name in written.keys() - wanted.keys():
            (FOLDER / name).unlink()
        for name, text in wanted.items():
            (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
            (FOLDER / name).write_text(text, encoding="utf-8")
        return 0
    for name in sorted({*written, *wanted}):
        before, after = written.get(name, "").splitlines(), wanted.get(name, "").splitlines()
        for line in difflib.unified_diff(before, after, name, f"{name} from the code", lineterm="", n=0):
            print(line)
    if written != wanted:
        print("docs is out of date: run make docs")
    return int(written != wanted)


if __name__ == "__main__":
    sys.exit(main())
