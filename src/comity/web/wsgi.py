"""What the web server loads: `granian --interface wsgi comity.web.wsgi:application`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.node.settings")
application = get_wsgi_application()

from comity.node import lawbook  # noqa: E402

lawbook.book()  # so that nobody waits for it with the first page
