import os
import unittest

from oslo_config import cfg

import ostler_nova
from ostler_nova import options
from tests import base


class UrlTest(unittest.TestCase):

    def test_what_may_be_written(self):
        for url in ('http://127.0.0.1:7878', 'http://localhost:7878',
                    'http://[::1]:7878', 'https://ostler.example',
                    'https://ostler.example:7878/below'):
            self.assertEqual(url, options.allocator_url(url))
            self.assertEqual(url, options.allocator_url(url + '/'))

    def test_what_is_no_address_is_refused(self):
        for url in ('', 'ostler.example', 'ftp://localhost', 'http://',
                    'https://ostler.example:0', 'https://ostler.example:x',
                    'https://ostler.example:70000', 'https://a@b',
                    'https://ostler.example?x=y', 'https://ostler.example#x'):
            with self.subTest(url), self.assertRaises(ValueError):
                options.allocator_url(url)

    def test_a_token_is_not_sent_over_a_network_without_tls(self):
        for url in ('http://ostler.example:7878', 'http://192.0.2.1:7878'):
            with self.assertRaisesRegex(ValueError, 'https'):
                options.allocator_url(url)


class DefaultsTest(base.TestCase):

    def test_every_alias_is_ours_unless_told_otherwise(self):
        self.assertEqual(['*'], base.CONF.ostler.aliases)

    def test_a_wrong_address_is_an_error_of_the_configuration(self):
        file = os.path.join(self.folder, 'nova.conf')
        with open(file, 'w', encoding='ascii') as out:
            out.write('[ostler]\nurls = https://ostler.example,'
                      'http://192.0.2.1\n')
        base.CONF([], project='nova', default_config_files=[file])
        with self.assertRaisesRegex(cfg.ConfigFileValueError, '192.0.2.1'):
            ostler_nova.OstlerFilter()
