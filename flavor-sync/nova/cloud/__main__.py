"""Runs scenarios; one line a scenario, and the last line is JSON.

Arguments are the modules to take them from.
"""

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
        name = test.id().rsplit('.', 1)[-1]
        print(f"{how}: {name.removeprefix('test_')}"
              + (f': {evidence}' if evidence else ''), flush=True)


def main(modules):
    begun = time.monotonic()
    scenarios = unittest.defaultTestLoader.loadTestsFromNames(modules)
    count = scenarios.countTestCases()
    result = Lines()
    scenarios.run(result)
    print(json.dumps({
        'scenarios': count, 'passed': result.passed,
        'nova': [version.version_string()],
        'seconds': round(time.monotonic() - begun, 1)}))
    return 0 if count and result.passed == count else 1


sys.exit(main(sys.argv[1:]))
