"""Runs scenarios; one line a scenario, and the last line is JSON.

    python -m cloud [--from MODULE] [--figure FILE] [--list | name...]

With a file, what would be the last line goes there. Without a module, the scenarios are those of every cloud/test_*.py, but for the
tests of the plugin alone. A scenario that this Nova is too old for is left out.
"""

import argparse
from importlib import metadata
import json
import logging
import os
import pathlib
import sys
import time
import unittest

import nova.monkey_patch  # (before any other part of Nova)

if hasattr(nova.monkey_patch, 'patch'):
    # Newer ones run in threads of the system's, and are asked to; Nova's own
    # tests ask once more.
    os.environ['OS_NOVA_DISABLE_EVENTLET_PATCHING'] = 'true'
    nova.monkey_patch.patch()

from nova import version

_PLUGIN_ALONE = 'test_plugin'


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
        print(f'{how} on {version.version_string()}: {name_of(test)}' +
              (f': {evidence}' if evidence else ''), flush=True)


def name_of(scenario):
    return scenario.id().rpartition('.test_')[2].replace('_', '-')


def each(suite):
    for one in suite:
        if isinstance(one, unittest.TestSuite):
            yield from each(one)
        else:
            yield one


def modules():
    """Of all scenarios."""
    names = {one.stem for one in
             pathlib.Path(__file__).parent.glob('test_*.py')}
    return [f'cloud.{name}' for name in sorted(names - {_PLUGIN_ALONE})]


def is_for_this_nova(scenario):
    least = getattr(scenario, 'LEAST_NOVA', 0)
    return int(version.version_string().partition('.')[0]) >= least


def main():
    words = argparse.ArgumentParser(prog='tests/nova', allow_abbrev=False)
    words.add_argument('--from', dest='module', help=argparse.SUPPRESS)
    words.add_argument('--figure', help=argparse.SUPPRESS)
    words.add_argument('--list', action='store_true',
                       help='only say which scenarios there are')
    words.add_argument('name', nargs='*', help='all, if none is named')
    asked = words.parse_args()
    scenarios = list(each(unittest.defaultTestLoader.loadTestsFromNames(
        [asked.module] if asked.module else modules())))
    if asked.list:
        for one in scenarios:
            print(name_of(one) + ('' if is_for_this_nova(one) else
                                  f' (from Nova {one.LEAST_NOVA})'))
        return 0
    unknown = set(asked.name) - {name_of(one) for one in scenarios}
    if unknown:
        words.error(f"there is no scenario {', '.join(sorted(unknown))}")
    # Newer ones say of each pool of threads that it ends.
    logging.getLogger('nova.thread_pool_factory').setLevel(logging.WARNING)
    begun = time.monotonic()
    result = Lines()
    chosen = [one for one in scenarios
              if is_for_this_nova(one) and
              (not asked.name or name_of(one) in asked.name)]
    for one in chosen:
        one.run(result)
    figure = json.dumps({
        'scenarios': len(chosen), 'passed': result.passed,
        'nova': [version.version_string()],
        'placement': [metadata.version('openstack-placement')],
        'seconds': round(time.monotonic() - begun, 1)})
    if asked.figure:
        pathlib.Path(asked.figure).write_text(figure, encoding='ascii')
    else:
        print(figure)
    return 0 if result.passed == len(chosen) else 1


sys.exit(main())
