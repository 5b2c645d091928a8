"""What the tests of this package share."""

import os
import shutil
import socket
import tempfile
import types
import unittest
import uuid

from nova import conf
from nova import objects
from nova.scheduler import host_manager
from oslo_config import cfg

from ostler_nova import options
from tests import allocators

CONF = conf.CONF
TOKEN = 'a-token'

objects.register_all()


class TestCase(unittest.TestCase):
    """With Nova's own configuration, and a folder of its own."""

    def setUp(self):
        super().setUp()
        CONF([], project='nova', default_config_files=[])
        self.addCleanup(CONF.reset)
        self.folder = tempfile.mkdtemp(prefix='ostler-nova-')
        self.addCleanup(shutil.rmtree, self.folder)
        self.token_file = os.path.join(self.folder, 'token')
        self.write_token(TOKEN)
        # Far more than any test takes, so that nothing but what hangs ends by
        # it; a test of what hangs takes less.
        self.set(token_file=self.token_file, connect_timeout=20.0,
                 answer_timeout=20.0, deadline=20.0)

    def write_token(self, token):
        with open(self.token_file, 'w', encoding='ascii') as file:
            file.write(token + '\n')

    def set(self, **values):
        for name, value in values.items():
            CONF.set_override(name, value, group=options.GROUP)
            self.addCleanup(CONF.clear_override, name, group=options.GROUP)

    def place_pci(self):
        """With the option that newer Novas have, and the 26th has not."""
        if 'pci_in_placement' not in CONF.filter_scheduler:
            CONF.register_opt(
                cfg.BoolOpt('pci_in_placement', default=False),
                group='filter_scheduler')
        CONF.set_override('pci_in_placement', True, group='filter_scheduler')
        self.addCleanup(CONF.clear_override, 'pci_in_placement',
                        group='filter_scheduler')

    def server(self, behaviour, **more):
        server = allocators.Server(behaviour, **more)
        self.addCleanup(server.stop)
        return server

    def dead_url(self):
        """Where nobody listens."""
        with socket.create_server(('127.0.0.1', 0)) as listener:
            return f'http://127.0.0.1:{listener.getsockname()[1]}'


def host(name, candidates=None):
    state = host_manager.HostState(name, name, None)
    if candidates is not None:
        state.allocation_candidates = candidates
    return state


def pools(*pools):
    """A host's PCI devices, as the scheduler has them."""
    return types.SimpleNamespace(pools=list(pools))


def alias_request(alias, count=1):
    return objects.InstancePCIRequest(
        count=count, alias_name=alias, request_id=str(uuid.uuid4()),
        spec=[{'vendor_id': '10de', 'product_id': '2330'}])


def port_request():
    return objects.InstancePCIRequest(
        count=1, request_id=str(uuid.uuid4()),
        spec=[{'physical_network': 'left'}])


def spec(*requests, **changes):
    fields = dict(
        instance_uuid=str(uuid.uuid4()),
        project_id='project',
        user_id='user',
        num_instances=1,
        flavor=objects.Flavor(
            name='gpu', flavorid='gpu',
            extra_specs={'pci_passthrough:alias': 'h200:1'}),
        pci_requests=objects.InstancePCIRequests(requests=list(requests)))
    fields.update(changes)
    return objects.RequestSpec(**fields)
