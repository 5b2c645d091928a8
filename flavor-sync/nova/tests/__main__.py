"""Runs all tests of the package; the last line on standard output is JSON."""

import json
import sys
import unittest

from nova import version


def main():
    tests = unittest.defaultTestLoader.discover('tests', top_level_dir='.')
    result = unittest.TextTestRunner().run(tests)
    print(json.dumps({
        'nova': version.version_string(),
        'ran': result.testsRun,
        'failed': len(result.failures) + len(result.errors) +
        len(result.unexpectedSuccesses),
        'skipped': len(result.skipped) + len(result.expectedFailures)}))
    return 0 if result.wasSuccessful() else 1


sys.exit(main())
