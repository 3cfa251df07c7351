"""Reads every string that a page can show: from Python, from templates, from the files of the law."""
