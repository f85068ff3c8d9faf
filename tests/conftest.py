"""Hypothesis for all tests: no deadline (disks differ), no example database beside the code."""

from hypothesis import settings

settings.register_profile("qualcode", deadline=None, database=None, max_examples=100)
settings.load_profile("qualcode")
