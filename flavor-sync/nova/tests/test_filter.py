from nova import objects
from nova.scheduler import filters as scheduler_filters

import ostler_nova
from tests import allocators
from tests import base


def scored(scores):
    """Passes the hosts that have a score."""
    def make(question):
        return allocators.passing(question, hosts=[
            {'host': one['host'], 'pass': one['host'] in scores,
             'score': scores.get(one['host'], 0),
             'code': None if one['host'] in scores else 'NOTHING_CLEAN'}
            for one in question['hosts']])
    return make


class FilterTestCase(base.TestCase):

    def setUp(self):
        super().setUp()
        self.good = self.server(allocators.answers(scored({'cn2': 7})))
        self.hosts = [base.host(name) for name in ('cn1', 'cn2', 'cn3')]

    def filter(self, server=None, **settings):
        self.set(urls=[getattr(server, 'url', server) or self.good.url],
                 **settings)
        return ostler_nova.OstlerFilter()

    def run_through(self, one, spec, hosts=None):
        """Through Nova's own handler, as the scheduler does."""
        return scheduler_filters.HostFilterHandler().get_filtered_objects(
            [one], self.hosts if hosts is None else hosts, spec)

    def names(self, *arguments, **more):
        return [h.host for h in self.run_through(*arguments, **more)]

    def ours(self, **changes):
        return base.spec(base.alias_request('h200'), **changes)


class FilterTest(FilterTestCase):

    def test_nova_finds_it_by_the_name_in_nova_conf(self):
        self.assertEqual(
            [ostler_nova.OstlerFilter],
            scheduler_filters.HostFilterHandler().get_matching_classes(
                ['ostler_nova.OstlerFilter']))

    def test_one_question_for_all_hosts(self):
        self.assertEqual(['cn2'], self.names(self.filter(), self.ours()))
        self.assertEqual(1, len(self.good.asked))
        self.assertEqual(
            ['cn1', 'cn2', 'cn3'],
            [h['host'] for h in self.good.asked[0].question['hosts']])

    def test_the_states_that_nova_gave_come_out(self):
        passed = self.run_through(self.filter(), self.ours())
        self.assertIs(self.hosts[1], passed[0])

    def test_two_nodes_of_one_host_share_its_answer(self):
        hosts = [base.host('cn2'), base.host('cn2')]
        self.assertEqual(
            ['cn2', 'cn2'],
            self.names(self.filter(), self.ours(), hosts=hosts))
        self.assertEqual(1, len(self.good.asked[0].question['hosts']))

    def test_no_hosts_are_no_question(self):
        self.assertEqual([], self.names(self.filter(), self.ours(), hosts=[]))
        self.assertEqual([], self.good.asked)

    def test_a_request_for_none_of_ours_passes_without_a_question(self):
        one = self.filter(aliases=['h200'])
        for spec in (base.spec(), base.spec(base.port_request()),
                     base.spec(base.alias_request('qat')),
                     objects.RequestSpec()):
            self.assertEqual(['cn1', 'cn2', 'cn3'], self.names(one, spec))
        self.assertEqual([], self.good.asked)

    def test_a_rebuild_passes_without_a_question(self):
        spec = self.ours(scheduler_hints={'_nova_check_type': ['rebuild']})
        self.assertEqual(['cn1', 'cn2', 'cn3'],
                         self.names(self.filter(), spec))
        self.assertEqual([], self.good.asked)

    def test_a_subclass_that_runs_on_rebuild_asks(self):
        class Curious(ostler_nova.OstlerFilter):
            RUN_ON_REBUILD = True

        self.filter()
        spec = self.ours(scheduler_hints={'_nova_check_type': ['rebuild']})
        self.assertEqual(['cn2'], self.names(Curious(), spec))
        self.assertEqual('rebuild', self.good.asked[0].question['intent'])

    def test_each_instance_of_a_multi_create_is_asked_for(self):
        one, spec = self.filter(), self.ours(num_instances=3)
        for _ in range(3):
            self.names(one, spec)
        self.assertEqual(3, len(self.good.asked))

    def test_in_shadow_mode_every_host_passes(self):
        server = self.server(allocators.answers(
            lambda q: allocators.passing(q, mode='shadow')))
        self.assertEqual(['cn1', 'cn2', 'cn3'],
                         self.names(self.filter(server), self.ours()))

    def test_the_decision_and_its_codes_are_logged(self):
        with self.assertLogs('ostler_nova.filter', 'INFO') as logs:
            self.names(self.filter(), self.ours())
        self.assertIn('6d1b4f0e-6f0a-4bfb-9a57-b9b5a7f6a6b1', logs.output[0])
        self.assertIn('NOTHING_CLEAN: 2', logs.output[0])

    def test_one_host_is_asked_for_as_all_are(self):
        one = self.filter()
        self.assertTrue(one.host_passes(self.hosts[1], self.ours()))
        self.assertFalse(one.host_passes(self.hosts[0], self.ours()))

    def test_candidates_are_narrowed(self):
        server = self.server(allocators.answers(
            lambda q: allocators.passing(q, hosts=[
                {'host': 'cn1', 'pass': True, 'score': 1, 'candidates': ['1']},
                {'host': 'cn2', 'pass': True, 'score': 1, 'candidates': []},
                {'host': 'cn3', 'pass': True, 'score': 1}])))
        candidates = [{'mappings': {'a': ['x']}}, {'mappings': {'a': ['y']}}]
        hosts = [base.host(name, list(candidates))
                 for name in ('cn1', 'cn2', 'cn3')]
        one = self.filter(server)
        self.place_pci()
        self.assertEqual(['cn1', 'cn3'],
                         self.names(one, self.ours(), hosts=hosts))
        self.assertEqual([candidates[1]], hosts[0].allocation_candidates)
        self.assertEqual(candidates, hosts[2].allocation_candidates)
        self.assertEqual(
            [{'id': '0', 'mappings': {'a': ['x']}},
             {'id': '1', 'mappings': {'a': ['y']}}],
            server.asked[0].question['hosts'][0]['candidates'])


class AwayTest(FilterTestCase):
    """Closed for what is ours and open for all else; it never raises."""

    def bad_ones(self):
        def other_hosts(question):
            return allocators.passing(question, hosts=[
                {'host': 'cn9', 'pass': True, 'score': 1}
                for _ in question['hosts']])

        def more_hosts(question):
            answer = allocators.passing(question)
            answer['hosts'].append({'host': 'x', 'pass': True, 'score': 1})
            return answer

        return {
            'hangs': allocators.hangs,
            'drips': allocators.drips,
            'closes': allocators.closes_at_once,
            'garbage': allocators.says('garbage'),
            'null': allocators.answers(lambda q: None),
            'other hosts': allocators.answers(other_hosts),
            'more hosts': allocators.answers(more_hosts),
            'too long': allocators.floods,
            '500': allocators.fails('500 Oh'),
            '400': allocators.fails('400 Bad'),
            '401': allocators.fails('401 Who'),
        }

    def test_ours_pass_nowhere(self):
        for name, behaviour in self.bad_ones().items():
            with self.subTest(name):
                one = self.filter(self.server(behaviour), answer_timeout=0.3)
                with self.assertLogs('ostler_nova.filter', 'ERROR'):
                    self.assertEqual([], self.names(one, self.ours()))

    def test_all_others_pass_everywhere_without_waiting(self):
        server = self.server(allocators.hangs)
        one = self.filter(server, aliases=['h200'])
        for spec in (base.spec(), base.spec(base.port_request()),
                     base.spec(base.alias_request('qat'))):
            self.assertEqual(['cn1', 'cn2', 'cn3'], self.names(one, spec))
        self.assertEqual([], server.asked)

    def test_nobody_listens(self):
        one = self.filter(self.dead_url(), aliases=['h200'])
        self.assertEqual([], self.names(one, self.ours()))
        self.assertEqual(['cn1', 'cn2', 'cn3'], self.names(one, base.spec()))

    def test_without_a_token_it_is_the_same(self):
        self.set(token_file='/nowhere/at/all')
        self.assertEqual([], self.names(self.filter(), self.ours()))
        self.assertEqual(['cn1', 'cn2', 'cn3'],
                         self.names(self.filter(), base.spec()))

    def test_a_spec_that_cannot_be_read_passes_as_one_without_devices(self):
        class Broken:
            def __contains__(self, name):
                raise RuntimeError('broken')

        with self.assertLogs('ostler_nova.filter', 'ERROR'):
            self.assertEqual(['cn1', 'cn2', 'cn3'],
                             self.names(self.filter(), Broken()))

    def test_a_question_that_cannot_be_made_passes_nowhere(self):
        spec = self.ours(user_id=None)
        spec.pci_requests.requests[0].obj_reset_changes()
        del spec.pci_requests.requests[0]._obj_count
        with self.assertLogs('ostler_nova.filter', 'ERROR'):
            self.assertEqual([], self.names(self.filter(), spec))
