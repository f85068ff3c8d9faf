"""The displays: codeline of a document, codes over time and frequencies by case, co-occurrence as a network."""

from qualcode.analysis.case_counts import CaseCounts, frequencies, over_time
from qualcode.analysis.codeline import Codeline, codeline

__all__ = ["CaseCounts", "Codeline", "codeline", "frequencies", "over_time"]
