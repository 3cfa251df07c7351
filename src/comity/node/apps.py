from __future__ import annotations

from django.apps import AppConfig


class NodeConfig(AppConfig):
    """The one Django application of the node."""

    name = "comity.node"
    label = "node"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the nouns: who handles which message, and what wakes the worker."""
        from comity.node import jobs  # noqa: F401
