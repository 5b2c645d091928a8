"""The plugin in a whole Nova, asking an allocator that says what it is told."""

import os

import fixtures

from cloud import nova_cloud
from tests import allocators

# Nova's fixture has an image of this id beside the one that it boots from.
OTHER_IMAGE = 'a2459075-d96c-40d5-893e-577ff92e721c'


class PluginTest(nova_cloud.Cloud):

    def ostler(self):
        self.scores = {}
        self.mode = 'enforce'
        self.allocator = allocators.Server(allocators.answers(self._answer))
        self.addCleanup(self.allocator.stop)
        token = os.path.join(
            self.useFixture(fixtures.TempDir()).path, 'token')
        with open(token, 'w', encoding='ascii') as file:
            file.write('token')
        return {'urls': [self.allocator.url], 'token_file': token,
                'aliases': [self.ALIAS], 'answer_timeout': 20.0,
                'deadline': 20.0}

    def _answer(self, question):
        shadow = self.mode == 'shadow'
        return allocators.passing(question, mode=self.mode, hosts=[
            {'host': one['host'], 'pass': shadow or one['host'] in self.scores,
             'score': self.scores.get(one['host'], 0), 'code': 'NOT_CLEAN'}
            for one in question['hosts']])

    def asked(self):
        """The questions since the last time."""
        questions = [one.question for one in self.allocator.asked]
        self.allocator.asked.clear()
        return questions

    def start_hosts(self, gpus=2, **scores):
        for name in scores:
            self.start_host(name, gpus)
        self.scores = {n: s for n, s in scores.items() if s is not None}

    def test_an_instance_boots_on_the_host_with_the_best_score(self):
        self.start_hosts(cn1=20, cn2=90, cn3=None)
        server = self.boot(self.gpu)
        self.assertEqual('cn2', self.host_of(server))
        self.assertEqual(1, len(self.devices_of(server)))
        question, = self.asked()
        self.assertEqual(server['id'], question['instance_uuid'])
        self.assertEqual(server['tenant_id'], question['project_id'])
        self.assertEqual('create', question['intent'])
        self.assertEqual('one-gpu', question['flavor']['name'])
        self.assertEqual(
            [('gpu', 1)],
            [(one['alias'], one['count']) for one in question['requests']])
        self.assertEqual({'cn1', 'cn2', 'cn3'},
                         {one['host'] for one in question['hosts']})
        self.tell('one question for 3 hosts, cn2 with score 90 of 20, 90, -')

    def test_refused_everywhere_leaves_nothing_behind(self):
        self.start_hosts(cn1=None, cn2=None)
        server = self.boot(self.gpu, 'ERROR')
        self.assertIn('No valid host', server['fault']['message'])
        self.assertEqual([2, 2],
                         [self.free_devices(h) for h in ('cn1', 'cn2')])
        self.assertEqual({}, self._get_allocations_by_server_uuid(
            server['id']))
        self.tell('ERROR, no device taken and nothing allocated')

    def test_each_instance_of_a_multi_create_is_asked_for_by_its_uuid(self):
        self.start_hosts(cn1=50, cn2=50, cn3=50, gpus=1)
        servers = self.boot_several(3)
        self.assertEqual({'cn1', 'cn2', 'cn3'},
                         {self.host_of(server) for server in servers})
        questions = self.asked()
        uuids = [one['instance_uuid'] for one in questions]
        self.assertEqual({server['id'] for server in servers}, set(uuids))
        self.assertEqual([3, 3, 3], [q['num_instances'] for q in questions[:3]])
        self.assertEqual(
            1, len({str([r['request_id'] for r in q['requests']])
                    for q in questions}), 'the first one has lent its own')
        self.tell(f'3 servers on 3 hosts, {len(questions)} questions')

    def test_an_alternate_is_taken_without_another_question(self):
        self.start_hosts(cn1=90, cn2=20)
        vetoed = self.veto_one_start()
        server = self.boot(self.gpu)
        self.assertEqual(['cn1'], vetoed)
        self.assertEqual('cn2', self.host_of(server))
        self.assertEqual(1, len(self.asked()))
        self.assertEqual(2, self.free_devices('cn1'))
        self.tell('cn1 vetoed the start, cn2 has it, 1 question')

    def test_a_resize_says_so_and_a_migration_too(self):
        self.start_hosts(cn1=90, cn2=20)
        server = self.boot(self.gpu)
        held = self.devices_of(server)
        self.asked()
        self._resize_server(server, self.two_gpus)
        question, = self.asked()
        self.assertEqual('resize', question['intent'])
        self.assertEqual(server['id'], question['instance_uuid'])
        self.assertEqual([2], [one['count'] for one in question['requests']])
        server = self._revert_resize(server)
        self.assertEqual('cn1', self.host_of(server))
        self.assertEqual(held, self.devices_of(server))
        server = self._migrate_server(server)
        question, = self.asked()
        self.assertEqual('cold_migrate', question['intent'])
        self.assertEqual(['cn2'], [h['host'] for h in question['hosts']])
        server = self._confirm_resize(server)
        self.assertEqual('cn2', self.host_of(server))
        self.tell('resize reverted to the same device, then moved to cn2')

    def test_an_evacuation_says_so(self):
        self.start_hosts(cn1=90, cn2=20)
        server = self.boot(self.gpu)
        self.asked()
        self.computes['cn1'].stop()
        self.admin_api.put_service_force_down(
            self.computes['cn1'].service_ref.uuid, True)
        server = self._evacuate_server(server, expected_host='cn2')
        question, = self.asked()
        self.assertEqual('evacuate', question['intent'])
        self.assertEqual(['cn2'], [h['host'] for h in question['hosts']])
        self.tell('from cn1, which is down, to cn2')

    def test_an_unshelved_instance_says_so(self):
        self.start_hosts(cn1=90, cn2=20)
        server = self.boot(self.gpu)
        self._shelve_server(server)
        self.assertEqual(2, self.free_devices('cn1'))
        self.asked()
        self.scores = {'cn2': 20}
        server = self._unshelve_server(server)
        question, = self.asked()
        self.assertEqual('unshelve', question['intent'])
        self.assertEqual('cn2', self.host_of(server))
        self.tell('shelved off cn1, back on cn2')

    def test_a_rebuild_and_a_restart_ask_nothing(self):
        self.start_hosts(cn1=90)
        server = self.boot(self.gpu)
        held = self.devices_of(server)
        self.asked()
        self.scores = {}
        server = self._rebuild_server(server, OTHER_IMAGE)
        self._stop_server(server)
        server = self._start_server(server)
        server = self._reboot_server(server, hard=True)
        self.assertEqual([], self.asked())
        self.assertEqual(held, self.devices_of(server))
        self.tell('rebuilt, stopped, started, rebooted; the same device')

    def test_while_no_allocator_answers_only_others_boot(self):
        self.start_hosts(cn1=90)
        for how, behaviour in (('500', allocators.fails('500 Oh')),
                               ('garbage', allocators.says('garbage'))):
            self.allocator.behaviour = behaviour
            server = self.boot(self.gpu, 'ERROR')
            self.assertIn('No valid host', server['fault']['message'], how)
        self.allocator.stop()
        self.boot(self.gpu, 'ERROR')
        self.asked()
        self.boot(self.plain)
        self.assertEqual([], self.asked())
        self.assertEqual(2, self.free_devices('cn1'))
        self.tell('500, garbage, gone: three with a GPU refused, one without '
                  'booted')

    def test_in_shadow_mode_nova_decides_alone(self):
        self.start_hosts(cn1=None)
        self.mode = 'shadow'
        server = self.boot(self.gpu)
        self.assertEqual('cn1', self.host_of(server))
        self.assertEqual(1, len(self.asked()))
        self.tell('asked, and booted where it would have been refused')
