"""Keeping as the law says: reviews proposed, data masked and deleted when its time has come, holds."""
