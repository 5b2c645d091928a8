"""Asks Ostler which hosts can give an instance its PCI devices.

``OstlerFilter`` and ``OstlerWeigher`` are named in nova.conf of the scheduler;
README.md says how, and what happens when Ostler does not answer.
"""

from ostler_nova.filter import OstlerFilter
from ostler_nova.weigher import OstlerWeigher

__all__ = ['OstlerFilter', 'OstlerWeigher']
