"""The node's PostgreSQL: which server, which roles, how to connect.

Two roles share one database. The *owner* migrates; the *application* role runs web, workers and tests, is
bound by row-level security, and owns nothing. The server is the one DATABASE_URL named when the home was
made, or a private one that only this node's own user can reach.
"""

from __future__ import annotations

from comity.node.database.connections import Urls, application_role, django_settings, urls
from comity.node.database.roles import prepare
from comity.node.database.server import PrivateServer

__all__ = ["PrivateServer", "Urls", "application_role", "django_settings", "prepare", "urls"]
