import unittest

from ostler_nova import answer

ASKED = {'version': 1, 'hosts': [{'host': 'cn1'}, {'host': 'cn2'}]}


def document(*hosts, **changes):
    return dict({'version': 1, 'decision_id': 'd', 'mode': 'enforce',
                 'ours': True, 'hold': None, 'hosts': list(hosts)}, **changes)


def host(name, **changes):
    return dict({'host': name, 'pass': True, 'score': 50}, **changes)


class AnswerTest(unittest.TestCase):

    def assertNoAnswer(self, given, why, asked=None):
        with self.assertRaisesRegex(ValueError, why):
            answer.read(given, asked or ASKED)

    def test_one_verdict_about_each_host_is_an_answer(self):
        read = answer.read(document(
            host('cn1', score=93),
            {'host': 'cn2', 'pass': False, 'score': 0, 'code': 'NOT_CLEAN'}),
            ASKED)
        self.assertTrue(read.verdicts['cn1'].passes)
        self.assertFalse(read.verdicts['cn2'].passes)
        self.assertEqual({'cn1': 93}, read.scores())
        self.assertEqual({'NOT_CLEAN': 1}, read.refusals())

    def test_what_it_says_beside_is_ignored(self):
        answer.read(document(host('cn1', more=[1]), host('cn2'), more={}),
                    ASKED)

    def test_an_unknown_host_is_none(self):
        self.assertNoAnswer(document(host('cn1'), host('cn3')), 'cn3')

    def test_a_host_twice_is_none(self):
        self.assertNoAnswer(document(host('cn1'), host('cn1')), 'cn1')
        self.assertNoAnswer(
            document(host('cn1'), host('cn2'), host('cn2')), '3 hosts')

    def test_a_missing_host_is_none(self):
        self.assertNoAnswer(document(host('cn1')), '1 hosts')
        self.assertNoAnswer(document(), '0 hosts')

    def test_another_order_is_none(self):
        self.assertNoAnswer(document(host('cn2'), host('cn1')), 'in the place')

    def test_another_version_is_none(self):
        self.assertNoAnswer(
            document(host('cn1'), host('cn2'), version=2), 'version 2')

    def test_wrong_types_are_none(self):
        for changes in ({'pass': 'yes'}, {'pass': None}, {'pass': 1},
                        {'score': '50'}, {'score': True}, {'score': 50.5},
                        {'score': 101}, {'score': -1}, {'host': None},
                        {'code': 7}, {'candidates': '0'}):
            with self.subTest(str(changes)):
                self.assertNoAnswer(
                    document(host('cn1', **changes), host('cn2')), '.')
        for changes in ({'hosts': None}, {'hosts': {}}, {'hosts': [1, 2]},
                        {'decision_id': None}, {'mode': 1}, {'version': '1'},
                        {'version': True}):
            with self.subTest(str(changes)):
                self.assertNoAnswer(
                    document(host('cn1'), host('cn2')) | changes, '.')

    def test_only_candidates_that_were_asked_for_are_left(self):
        asked = {'version': 1, 'hosts': [
            {'host': 'cn1', 'candidates': [{'id': '0'}, {'id': '1'}]}]}
        read = answer.read(document(host('cn1', candidates=['1'])), asked)
        self.assertEqual({'1'}, read.verdicts['cn1'].candidates)
        for wrong in (['2'], [1], ['0', None], [['0']]):
            self.assertNoAnswer(document(host('cn1', candidates=wrong)),
                                'candidates', asked)
