"""Nova's own cloud in one process, as its functional tests run it.

API, conductor, scheduler, Placement and compute services are Nova's code; below
the computes is Nova's fake libvirt. Only the scheduler's configuration knows
of Ostler.
"""

import os
import time
from unittest import mock

from nova import conf
from nova import context
from nova import exception
from nova import objects
from nova.tests.fixtures import libvirt as fakelibvirt
from nova.tests.functional.libvirt import base
from nova.virt.libvirt import driver
from oslo_serialization import jsonutils

from ostler_nova import options

CONF = conf.CONF

VENDOR = '10de'
PRODUCT = '2330'

# Nova's API is put together by this file, which Debian keeps elsewhere.
API_PASTE = 'OSTLER_NOVA_API_PASTE'

# Nova's tests wait five seconds for a server, and the machine may be busy.
_SETTLED_SECONDS = 60
_RETRIES_A_SECOND = 2


class Cloud(base.ServersTestBase):
    """With the filter and the weigher, an alias gpu and three flavors."""

    ADMIN_API = True
    microversion = 'latest'
    ADDITIONAL_FILTERS = ['PciPassthroughFilter', 'OstlerFilter']

    ALIAS = 'gpu'

    def setUp(self):
        self._place_api_paste()
        self.flags(
            device_spec=[jsonutils.dumps(
                {'vendor_id': VENDOR, 'product_id': PRODUCT})],
            alias=[jsonutils.dumps(
                {'vendor_id': VENDOR, 'product_id': PRODUCT,
                 'device_type': 'type-PCI', 'name': self.ALIAS})],
            group='pci')
        self.flags(
            available_filters=['nova.scheduler.filters.all_filters',
                               'ostler_nova.OstlerFilter'],
            weight_classes=['nova.scheduler.weights.all_weighers',
                            'ostler_nova.OstlerWeigher'],
            group='filter_scheduler')
        self.flags(**self.ostler(), group=options.GROUP)
        super().setUp()
        # Nova's base class removes what has no underscore before a result is
        # heard of.
        self._evidence = []
        self._patch('migrate_disk_and_power_off', self._power_off)
        self._patch('_cleanup_resize', self._clean_up(
            driver.LibvirtDriver._cleanup_resize))
        self.gpu = self._flavor('one-gpu', 1)
        self.two_gpus = self._flavor('two-gpus', 2)
        self.plain = self._create_flavor(name='plain')

    def _patch(self, method, new):
        patch = mock.patch.object(driver.LibvirtDriver, method, new=new)
        patch.start()
        self.addCleanup(patch.stop)

    @staticmethod
    def _clean_up(clean_up):
        """A compute undefines a domain that has moved to another host; all
        computes of this process have one CONF.host."""
        def on_its_own_host(libvirt, ctxt, instance, network_info):
            clean_up(libvirt, ctxt, instance, network_info)
            here = libvirt._host.get_connection().getHostname()
            if instance.host != here:
                libvirt._undefine_domain(instance)
        return on_its_own_host

    @staticmethod
    def _power_off(libvirt, ctxt, instance, *arguments, **more):
        """There are no disks below the fake libvirt that could be moved."""
        libvirt.power_off(instance)
        return '{}'

    def ostler(self):
        """What stands in the group [ostler] of nova.conf."""
        raise NotImplementedError

    @staticmethod
    def _place_api_paste():
        """Lets Nova find its file; it looks below its state's folder."""
        CONF.set_default('state_path', os.path.dirname(os.path.dirname(
            os.path.dirname(os.environ[API_PASTE]))))

    def _flavor(self, name, count):
        return self._create_flavor(
            name=name,
            extra_spec={'pci_passthrough:alias': f'{self.ALIAS}:{count}'})

    def start_host(self, name, gpus):
        """A compute with so many GPUs, at 0000:01:00.0 and the buses behind."""
        devices = fakelibvirt.HostPCIDevicesInfo(
            num_pci=0, num_pfs=0, num_vfs=0)
        for number in range(gpus):
            devices.add_device(
                'PCI', bus=number + 1, slot=0, function=0,
                iommu_group=number + 1, numa_node=0, vend_id=VENDOR,
                vend_name='NVIDIA', prod_id=PRODUCT, prod_name='H100')
        self.start_compute(hostname=name, pci_info=devices)

    def boot(self, flavor, expected_state='ACTIVE'):
        return self._create_server(
            flavor_id=flavor, networks='none', expected_state=expected_state)

    def boot_several(self, count):
        """By one request."""
        body = self._build_server(flavor_id=self.gpu, networks='none')
        body.update(min_count=count, max_count=count,
                    return_reservation_id=True)
        answer = self.api.post_server({'server': body})
        return [
            self._wait_for_state_change(server, 'ACTIVE')
            for server in self.api.get_servers(search_opts={
                'reservation_id': answer['reservation_id']})]

    def settled(self, server):
        """The server when its creation has ended, well or not."""
        end = time.monotonic() + _SETTLED_SECONDS
        while server.get('status', 'BUILD') == 'BUILD':
            self.assertLess(time.monotonic(), end, f'{server} is still built')
            time.sleep(0.1)
            server = self.api.get_server(server['id'])
        return server

    def _wait_for_server_parameter(
            self, server, expected_params, max_retries=0, api=None, **more):
        return super()._wait_for_server_parameter(
            server, expected_params,
            max(max_retries, _SETTLED_SECONDS * _RETRIES_A_SECOND), api,
            **more)

    def veto_one_start(self):
        """Lets the next start of a guest fail, as libvirt's hook would.

        Answers with a list that will name the host.
        """
        vetoed = []
        start = driver.LibvirtDriver.spawn

        def spawn(libvirt, ctxt, instance, *arguments, **more):
            if not vetoed:
                vetoed.append(instance.host)
                raise exception.NovaException('vetoed by the hook')
            return start(libvirt, ctxt, instance, *arguments, **more)

        self._patch('spawn', spawn)
        return vetoed

    @staticmethod
    def host_of(server):
        return server['OS-EXT-SRV-ATTR:host']

    def devices_of(self, server):
        """The addresses of the devices that Nova gave to the server."""
        instance = objects.Instance.get_by_uuid(
            context.get_admin_context(), server['id'],
            expected_attrs=['pci_devices'])
        return sorted(device.address for device in instance.pci_devices)

    def free_devices(self, host):
        """How many devices of the host Nova has for others."""
        ctxt = context.get_admin_context()
        node = objects.ComputeNode.get_by_nodename(ctxt, host)
        return len([device for device in
                    objects.PciDeviceList.get_by_compute_node(ctxt, node.id)
                    if device.is_available()])

    def tell(self, evidence):
        """Something that was seen, for the line about this scenario."""
        self._evidence.append(evidence)
