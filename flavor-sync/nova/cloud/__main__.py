"""Runs scenarios; one line a scenario, and the last line is JSON.

    python -m cloud [--from MODULE] [--list | name...]
"""

import argparse
from importlib import metadata
import json
import sys
import time
import unittest

import nova.monkey_patch  # noqa: F401  (before any other part of Nova)
from nova import version


class Lines(unittest.TestResult):
    """Says of each scenario whether it passed, and what was seen."""

    def __init__(self):
        super().__init__()
        self.passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1
        self._say('passed', test, '; '.join(test._evidence))

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self._say('FAILED', test, '')
        self._explain(self.failures)

    def addError(self, test, error):
        super().addError(test, error)
        self._say('FAILED', test, '')
        self._explain(self.errors)

    @staticmethod
    def _explain(broken):
        # What is before that is Nova's log, thousands of lines.
        print(broken[-1][1].rpartition('}}}')[2], file=sys.stderr, flush=True)

    @staticmethod
    def _say(how, test, evidence):
        print(f'{how}: {name_of(test)}' + (f': {evidence}' if evidence else ''),
              flush=True)


def name_of(scenario):
    return scenario.id().rpartition('.test_')[2].replace('_', '-')


def each(suite):
    for one in suite:
        if isinstance(one, unittest.TestSuite):
            yield from each(one)
        else:
            yield one


def main():
    words = argparse.ArgumentParser(prog='tests/nova', allow_abbrev=False)
    words.add_argument('--from', dest='module', help=argparse.SUPPRESS,
                       default='cloud.test_scenarios')
    words.add_argument('--list', action='store_true',
                       help='only say which scenarios there are')
    words.add_argument('name', nargs='*', help='all, if none is named')
    asked = words.parse_args()
    scenarios = list(each(
        unittest.defaultTestLoader.loadTestsFromName(asked.module)))
    if asked.list:
        print('\n'.join(name_of(one) for one in scenarios))
        return 0
    unknown = set(asked.name) - {name_of(one) for one in scenarios}
    if unknown:
        words.error(f"there is no scenario {', '.join(sorted(unknown))}")
    begun = time.monotonic()
    result = Lines()
    chosen = [one for one in scenarios
              if not asked.name or name_of(one) in asked.name]
    for one in chosen:
        one.run(result)
    print(json.dumps({
        'scenarios': len(chosen), 'passed': result.passed,
        'nova': [version.version_string()],
        'placement': [metadata.version('openstack-placement')],
        'seconds': round(time.monotonic() - begun, 1)}))
    return 0 if chosen and result.passed == len(chosen) else 1


sys.exit(main())
