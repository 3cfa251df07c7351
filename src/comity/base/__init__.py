"""The small base every other part of Comity stands on: errors, time, code lists, files."""
