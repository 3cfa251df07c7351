from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages and API of the node; it keeps no rows of its own."""

    name = "comity.web"
    label = "web"

    def ready(self) -> None:
        """Have sign-ins and sign-outs told to the ledger."""
        from comity.web import accounts  # noqa: F401
