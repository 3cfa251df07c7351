"""Alarms: what runs out or waits, told to those on duty, passed up when nobody answers."""
