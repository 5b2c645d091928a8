"""Nova's cloud with a real allocator; each scenario has both for itself."""

import argparse
import logging
import os
import re

import fixtures
from nova.conf import pci
from nova.conf import scheduler
from nova.tests import fixtures as nova_fixtures
from oslo_config import cfg

from cloud import agent
from cloud import nova_cloud
from cloud import ostler_up
from cloud import readme
from ostler_nova import options

_DECISION = re.compile(r'decision ([0-9a-f-]{36})')


class Decisions(logging.Handler):
    """The ids of the decisions that the filter logs."""

    def __init__(self):
        super().__init__()
        self.ids = []

    def emit(self, record):
        self.ids += _DECISION.findall(record.getMessage())


class Scenario(nova_cloud.Cloud):

    # What `ostler up` is told.
    ALLOCATOR_OPTIONS = ()
    PROJECT = nova_fixtures.PROJECT_ID

    def ostler(self):
        folder = self.useFixture(fixtures.TempDir()).path
        self.start_allocator(
            ostler_up.Allocator(folder, *self.ALLOCATOR_OPTIONS))
        self.allocator.call('PUT', f'/v1/aliases/{self.ALIAS}', {'rule': {
            'vendor': nova_cloud.VENDOR, 'product': nova_cloud.PRODUCT}})
        self.allocator.call('PUT', f'/v1/projects/{self.PROJECT}', {})
        self.limit(8)
        return {'token_file': self.allocator.token_file,
                'aliases': [self.ALIAS], **self.patiently()}

    def start_allocator(self, allocator):
        self.allocator = allocator
        self.addCleanup(self.allocator.kill)
        self.allocator.start()
        self._agents = []
        self._decisions = Decisions()
        logger = logging.getLogger('ostler_nova.filter')
        logger.addHandler(self._decisions)
        self.addCleanup(logger.removeHandler, self._decisions)

    def patiently(self):
        """The machine may be busy; what is waited for here comes in the end."""
        return {'urls': [self.allocator.url], 'connect_timeout': 20.0,
                'answer_timeout': 20.0, 'deadline': 20.0,
                'breaker_seconds': 0.0}

    def start_host(self, name, gpus, dirty=()):
        """A compute, and an agent that reports the same GPUs and cleans all
        but those at the addresses that are to stay dirty."""
        super().start_host(name, gpus)
        self.enroll(name, gpus, dirty)

    def enroll(self, name, gpus, dirty=()):
        one = agent.Agent(self.allocator, name, gpus, nova_cloud.VENDOR,
                          nova_cloud.PRODUCT)
        for address in dirty:
            one.leave_dirty(address)
        one.join()
        self.allocator.call('POST', '/v1/devices/admit', {
            'host': name, 'rule': {'vendor': nova_cloud.VENDOR},
            'reason': 'handed to Nova'})
        one.converge()
        self._agents.append(one)
        # Who resolves an alias has the allocator look for new hosts at once.
        self.allocator.call(
            'POST', f'/v1/aliases/{self.ALIAS}/resolve', {})

    def boot(self, flavor, expected_state='ACTIVE'):
        """A host that is silent for long gets nothing, and so each agent says
        first that it is there, as it would do all the time."""
        if self.allocator.is_running():
            for one in self._agents:
                one.report()
        return super().boot(flavor, expected_state)

    def limit(self, units):
        self.allocator.call(
            'PUT', f'/v1/projects/{self.PROJECT}/quota',
            {'limits': {f'alias:{self.ALIAS}': units}})

    def promised(self):
        """To which instances a promise is kept."""
        holds = self.allocator.call(
            'GET', f'/v1/holds?project={self.PROJECT}&state=held')['items']
        for hold in holds:
            self.assertEqual('nova', hold['consumer']['source'])
        return sorted(hold['consumer']['id'] for hold in holds)

    def decisions(self):
        """What the allocator says that it decided, since the last time."""
        ids, self._decisions.ids = self._decisions.ids, []
        return [self.allocator.call('GET', f'/v1/nova/decisions/{one}')
                for one in ids]

    def verdicts(self, decision):
        return {host['host']: 'pass' if host['pass'] else host['code']
                for host in decision['hosts']}


class EnforcedTest(Scenario):

    def test_boot(self):
        self.start_host('cn1', 1)
        self.start_host('cn2', 2)
        server = self.boot(self.gpu)
        decision, = self.decisions()
        self.assertEqual(server['id'], decision['instance_uuid'])
        self.assertEqual({'cn1': 'pass', 'cn2': 'pass'},
                         self.verdicts(decision))
        best = max(decision['hosts'], key=lambda host: host['score'])['host']
        self.assertEqual('cn1', best, 'what is whole is left whole')
        self.assertEqual(best, self.host_of(server))
        self.assertEqual([server['id']], self.promised())
        self.tell(f"{self.devices_of(server)[0]} of {best}, which the score "
                  "prefers; one promise")

    def test_multi_create(self):
        for name in ('cn1', 'cn2', 'cn3', 'cn4'):
            self.start_host(name, 1)
        servers = self.boot_several(3)
        self.assertEqual(3, len({self.host_of(server) for server in servers}))
        decisions = self.decisions()
        self.assertGreater(len(decisions), 3, 'and once for alternates')
        self.assertEqual(sorted(server['id'] for server in servers),
                         self.promised())
        self.tell(f'3 servers on 3 hosts; {len(decisions)} questions, '
                  '3 promises')

    def test_alternates(self):
        self.start_host('cn1', 1)
        self.start_host('cn2', 2)
        vetoed = self.veto_one_start()
        server = self.boot(self.gpu)
        self.assertEqual(['cn1'], vetoed)
        self.assertEqual('cn2', self.host_of(server))
        self.assertEqual(1, len(self.decisions()))
        self.assertEqual([server['id']], self.promised())
        self.assertEqual(1, self.free_devices('cn1'))
        self.tell('a start on cn1 fails, cn2 has it; one question, one '
                  'promise, nothing left on cn1')

    def test_quota_refused(self):
        self.start_host('cn1', 2)
        self.start_host('cn2', 2)
        self.limit(1)
        first = self.boot(self.gpu)
        self.decisions()
        second = self.boot(self.gpu, 'ERROR')
        self.assertIn('No valid host', second['fault']['message'])
        decision, = self.decisions()
        self.assertEqual({'QUOTA_EXCEEDED'},
                         set(self.verdicts(decision).values()))
        self.assertEqual([first['id']], self.promised())
        self.assertEqual(3, sum(
            self.free_devices(host) for host in ('cn1', 'cn2')))
        self.tell(decision['hosts'][0]['sentence'])

    def test_last_device_race(self):
        self.start_host('cn1', 1)
        # Each is answered before it is scheduled.
        servers = [
            self.api.post_server({'server': self._build_server(
                flavor_id=self.gpu, networks='none')}) for _ in range(2)]
        servers = [self.settled(server) for server in servers]
        states = [server['status'] for server in servers]
        self.assertEqual(['ACTIVE', 'ERROR'], sorted(states))
        winner = servers[states.index('ACTIVE')]
        self.assertEqual(['0000:01:00.0'], self.devices_of(winner))
        self.assertEqual([winner['id']], self.promised())
        self.tell('two ask for one device: one has it, the other is refused')

    def test_nova_picks_the_dirty_one(self):
        self.start_host('cn1', 2, dirty=['0000:02:00.0'])
        refused = self.boot(self.gpu, 'ERROR')
        self.assertIn('No valid host', refused['fault']['message'])
        decision, = self.decisions()
        sentence = decision['hosts'][0]['sentence']
        code = self.verdicts(decision)['cn1']
        self.start_host('cn2', 2)
        server = self.boot(self.gpu)
        self.assertEqual('cn2', self.host_of(server))
        decision, = self.decisions()
        self.assertEqual({'cn1': code, 'cn2': 'pass'},
                         self.verdicts(decision))
        self.assertEqual(2, self.free_devices('cn1'))
        self.tell(f'cn1 has a clean one and does not pass: {code}, {sentence}')

    def test_allocator_down(self):
        self.start_host('cn1', 2)
        self.allocator.kill()
        refused = self.boot(self.gpu, 'ERROR')
        self.assertIn('No valid host', refused['fault']['message'])
        plain = self.boot(self.plain)
        self.assertEqual('cn1', self.host_of(plain))
        self.allocator.start()
        server = self.boot(self.gpu)
        self.assertEqual([server['id']], self.promised())
        self.tell('killed: a GPU is refused, a plain server boots; started '
                  'again: the GPU boots')


class ShadowTest(Scenario):

    ALLOCATOR_OPTIONS = ('--nova-mode', 'shadow')

    def test_shadow(self):
        self.start_host('cn1', 1, dirty=['0000:01:00.0'])
        server = self.boot(self.gpu)
        self.assertEqual('cn1', self.host_of(server))
        decision, = self.decisions()
        self.assertEqual('shadow', decision['mode'])
        would, = decision['hosts']
        self.assertFalse(would['pass'])
        self.assertEqual([], self.promised())
        self.tell(f"boots on cn1, and would have been told {would['code']}")


class ReadmeTest(Scenario):
    """The cloud has only the configuration that the README's commands leave."""

    ADDITIONAL_FILTERS = []

    def ostler(self):
        folder = self.useFixture(fixtures.TempDir()).path
        machine = readme.Machine(folder)
        up, *between, self._boot = readme.commands()
        self.start_allocator(
            ostler_up.Allocator(folder, words=machine.program(up)))
        self._ran = 1
        for command in between:
            if 'flavor sync' in command:
                # The README's reader has enrolled hosts by then.
                self.enroll('cn1', 2)
            machine.run(command, self.allocator, PROJECT=self.PROJECT)
            self._ran += 1
        self.assertTrue(os.path.exists(
            os.path.join(machine.python, 'ostler_nova/filter.py')))
        return self._configure(machine)

    def _configure(self, machine):
        """Nova as it would read the folder with its files."""
        written = cfg.ConfigOpts()
        pci.register_opts(written)
        scheduler.register_opts(written)
        written.register_opts(options.OPTIONS, group=options.GROUP)
        written(['--config-dir', os.path.join(machine.etc, 'nova.conf.d')],
                project='nova', default_config_files=[])
        self.flags(device_spec=written.pci.device_spec,
                   alias=written.pci.alias, group='pci')
        self.flags(**{name: getattr(written.filter_scheduler, name)
                      for name in ('available_filters', 'enabled_filters',
                                   'weight_classes')},
                   group='filter_scheduler')
        token_file = written.ostler.token_file.replace(
            '/etc/nova', machine.etc)
        return {'token_file': token_file, 'aliases': written.ostler.aliases,
                **self.patiently()}

    def test_readme(self):
        nova_cloud.Cloud.start_host(self, 'cn1', 2)
        typed = argparse.ArgumentParser(exit_on_error=False)
        for name in ('program', 'noun', 'verb', '--flavor', '--image',
                     '--nic', 'name'):
            typed.add_argument(name)
        said = typed.parse_args(readme.words(self._boot))
        flavor, = [one['id'] for one in self.api.get_flavors()
                   if one['name'] == said.flavor]
        server = self.boot(flavor)
        decision, = self.decisions()
        self.assertEqual({'cn1': 'pass'}, self.verdicts(decision))
        self.assertEqual([server['id']], self.promised())
        self.assertEqual(5, self._ran + 1)
        self.tell(f"five commands, and {said.name} has "
                  f"{self.devices_of(server)[0]} of {self.host_of(server)}")
