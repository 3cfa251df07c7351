"""Hold the catalogues of the interface's languages in step with the sources.

.venv/bin/python scripts/messages.py                       update and compile all catalogues
.venv/bin/python scripts/messages.py --missing fr          print what has no French yet, as JSON
.venv/bin/python scripts/messages.py --fill fr file.json   put in `{"English": "French"}`; `[one, many]` if counted
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from catalogue import files


def main(arguments: list[str]) -> int:
    """Do as asked; the exit status is 1 where a translation is of no string of the sources."""
    match arguments:
        case []:
            for language in files.LANGUAGES:
                catalogue = files.updated(language)
                files.keep(language, catalogue)
                print(f"{language}: {len(catalogue)} strings, {len(files.missing(catalogue))} to translate")
        case ["--missing", language]:
            print(json.dumps(files.missing(files.updated(language)), ensure_ascii=False, indent=1))
        case ["--fill", language, name]:
            catalogue = files.updated(language)
            unknown = files.fill(catalogue, json.loads(Path(name).read_text(encoding="utf-8")))
            files.keep(language, catalogue)
            print(*(f"no such string: {key}" for key in unknown), sep="\n", file=sys.stderr)
            return int(bool(unknown))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
