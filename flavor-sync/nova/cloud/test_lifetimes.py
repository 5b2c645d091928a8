"""Instances from their start to their end, on hosts with libvirt's hook."""

from cloud import hook
from cloud import test_scenarios


class HookedScenario(test_scenarios.Scenario):

    def setUp(self):
        super().setUp()
        hook.install(self, self._veto)

    def _veto(self, host, domain):
        if not domain.devices:
            return None
        return self.agent_of(host).veto(domain)

    def agent_of(self, host):
        one, = [a for a in self._agents if a.host == host]
        return one

    def look(self, *hosts):
        """Lets the agents of hosts look at their domains; of all, if none is
        named."""
        for host in hosts or list(self.computes):
            connection = self.computes[host].driver._host.get_connection()
            self.agent_of(host).look(hook.domains(connection))

    def claims(self, server):
        """The claims of a server that are not over, each as its host, its
        state and its devices, the oldest first."""
        found = [claim for claim in self.allocator.call(
            'GET', f'/v1/claims?project={self.PROJECT}&limit=1000')['items']
            if claim['consumer']['id'] == server['id'] and
            claim['state'] not in ('released', 'abandoned')]
        return [(claim['host'], claim['state'],
                 sorted(member['address'] for unit in claim['units']
                        for member in unit['members']))
                for claim in sorted(found, key=lambda one: one['created'])]

    def claim_ids(self, server):
        return [claim['id'] for claim in self.allocator.call(
            'GET', f'/v1/claims?project={self.PROJECT}&limit=1000')['items']
            if claim['consumer']['id'] == server['id'] and
            claim['state'] not in ('released', 'abandoned')]

    def charged(self):
        quota = self.allocator.call(
            'GET', f'/v1/projects/{self.PROJECT}/quota')
        used, = [limit['used'] for limit in quota['limits']
                 if limit['key'] == f'alias:{self.ALIAS}']
        return used


class LifetimeTest(HookedScenario):

    def test_claimed_at_the_start(self):
        self.start_host('cn1', 2)
        server = self.boot(self.gpu)
        self.look()
        devices = self.devices_of(server)
        self.assertEqual([('cn1', 'in_use', devices)], self.claims(server))
        self.assertEqual([], self.promised(), 'the claim has used it up')
        self.assertEqual(1, self.charged())
        self.tell(f'{devices[0]}, which Nova chose, is claimed; the promise '
                  'is used up')

    def test_stop_start(self):
        self.start_host('cn1', 2)
        server = self.boot(self.gpu)
        self.look()
        before = self.claim_ids(server)
        devices = self.devices_of(server)
        server = self._stop_server(server)
        self.look()
        self.assertEqual([('cn1', 'ready', devices)], self.claims(server))
        server = self._start_server(server)
        server = self._reboot_server(server, hard=True)
        self.look()
        self.assertEqual([('cn1', 'in_use', devices)], self.claims(server))
        self.assertEqual(before, self.claim_ids(server))
        self.tell('stopped, started and rebooted under one claim')

    def test_delete(self):
        self.start_host('cn1', 1)
        server = self.boot(self.gpu)
        self.look()
        wiped = len(self._wipes())
        self._delete_server(server)
        self.look()
        self.assertEqual([], self.claims(server))
        self.assertEqual(0, self.charged())
        self.assertEqual(wiped + 1, len(self._wipes()))
        other = self.boot(self.gpu)
        self.look()
        self.assertEqual([('cn1', 'in_use', ['0000:01:00.0'])],
                         self.claims(other))
        self.tell('given back, wiped, and the next server has it')

    def _wipes(self):
        return self.allocator.call('GET', '/v1/wipes?limit=1000')['items']

    def test_resize_revert(self):
        self.start_host('cn1', 1)
        self.start_host('cn2', 2)
        self.limit(2)
        server = self.boot(self.gpu)
        self.assertEqual('cn1', self.host_of(server))
        server = self._resize_server(server, self.two_gpus)
        self.look()
        self.assertEqual(
            [('cn1', 'ready', ['0000:01:00.0']),
             ('cn2', 'in_use', ['0000:01:00.0', '0000:02:00.0'])],
            self.claims(server))
        self.assertEqual(2, self.charged(), 'the larger of both, and no sum')
        server = self._revert_resize(server)
        self.look()
        self.assertEqual([('cn1', 'in_use', ['0000:01:00.0'])],
                         self.claims(server))
        self.assertEqual(1, self.charged())
        server = self._resize_server(server, self.two_gpus)
        server = self._confirm_resize(server)
        self.look()
        self.assertEqual(
            [('cn2', 'in_use', ['0000:01:00.0', '0000:02:00.0'])],
            self.claims(server))
        self.assertEqual(2, self.charged())
        self.tell('one on cn1 and two on cn2 are charged as two; reverted, '
                  'cn2 has its own back; confirmed, cn1 has')

    def test_evacuate(self):
        self.start_host('cn1', 1)
        self.start_host('cn2', 2)
        server = self.boot(self.gpu)
        self.assertEqual('cn1', self.host_of(server))
        self.look()
        self.computes['cn1'].stop()
        self.admin_api.put_service_force_down(
            self.computes['cn1'].service_ref.uuid, True)
        server = self._evacuate_server(server, expected_host='cn2')
        self.look('cn2')
        both = self.claims(server)
        # Newer ones start it and stop it again.
        runs = 'ready' if server['status'] == 'SHUTOFF' else 'in_use'
        self.assertEqual([('cn1', 'in_use'), ('cn2', runs)],
                         [claim[:2] for claim in both])
        self.assertEqual(1, self.charged())
        self.restart_compute_service('cn1')
        self.admin_api.put_service_force_down(
            self.computes['cn1'].service_ref.uuid, False)
        self.look()
        self.assertEqual(both[1:], self.claims(server))
        self.assertEqual(1, self.charged())
        self.tell("cn1's device stays its own until cn1 is back and without "
                  'the server; charged once all the while')

    def test_late_notification(self):
        self.start_host('cn1', 1)
        server = self.boot(self.gpu)
        self.look()
        old = self.claim_ids(server)
        self._shelve_server(server)
        self.look()
        self.assertEqual([], self.claims(server))
        server = self._unshelve_server(server)
        self.look()
        new = self.claim_ids(server)
        self.assertNotEqual(old, new)
        self.assertEqual([], self.agent_of('cn1').tell_gone(old))
        self.look()
        self.assertEqual([('cn1', 'in_use', ['0000:01:00.0'])],
                         self.claims(server))
        self.tell('that the shelved one is gone comes once more when it is '
                  'back: nothing is released')


class VetoTest(HookedScenario):
    """The filter says nothing, so only the hosts are in the way."""

    ALLOCATOR_OPTIONS = ('--nova-mode', 'shadow')

    def test_veto(self):
        self.start_host('cn1', 1, dirty=['0000:01:00.0'])
        server = self.boot(self.gpu, 'ERROR')
        self.assertEqual([], self.claims(server))
        self.assertEqual(1, self.free_devices('cn1'))
        self.start_host('cn2', 1)
        server = self.boot(self.gpu)
        self.look()
        self.assertEqual('cn2', self.host_of(server))
        self.assertEqual([('cn2', 'in_use', ['0000:01:00.0'])],
                         self.claims(server))
        self.tell('no filter hinders Nova, and the hook vetoes the dirty one '
                  'on cn1 each time; Nova goes on to cn2')
