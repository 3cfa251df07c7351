"""Comity: the node a police or customs authority runs to work with its partners in other states."""

__version__ = "0.1.0"
