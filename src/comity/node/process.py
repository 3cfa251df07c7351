"""`python -m comity.node.process worker|sealer|matcher`, started and watched over by `comity up`."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.node.settings")
django.setup()

from comity.node import jobs  # noqa: E402  (needs Django set up)

if __name__ == "__main__":
    jobs.main(sys.argv[1])
