"""Nova's cloud with PCI devices in Placement, which the 34th Nova has."""

import json
import os
import time

import fixtures
from oslo_serialization import jsonutils

from cloud import nova_cloud
from cloud import placement_server
from cloud import test_scenarios

_CLASS = f'CUSTOM_PCI_{nova_cloud.VENDOR}_{nova_cloud.PRODUCT}'.upper()
_GIVEN_BACK_SECONDS = 120


class PlacementScenario(test_scenarios.Scenario):

    LEAST_NOVA = 34

    def setUp(self):
        self.flags(report_in_placement=True, group='pci')
        self.flags(pci_in_placement=True, group='filter_scheduler')
        # Nova would look at the sysfs of the machine that this runs on.
        self.useFixture(
            fixtures.MockPatch('nova.pci.utils.is_physical_function'))
        self.useFixture(fixtures.MockPatch(
            'nova.pci.utils.get_function_by_ifname',
            return_value=(None, False)))
        super().setUp()


class CandidatesTest(PlacementScenario):

    def test_candidates_narrowed(self):
        self.start_host('cn1', 3, dirty=['0000:01:00.0', '0000:02:00.0'])
        first = self.boot(self.gpu)
        self.assertEqual(['0000:03:00.0'], self.devices_of(first))
        second = self.boot(self.gpu, 'ERROR')
        self.assertIn('No valid host', second['fault']['message'])
        last = self.decisions()[-1]
        self.start_host('cn2', 3, dirty=['0000:02:00.0'])
        third = self.boot(self.two_gpus)
        self.assertEqual(['0000:01:00.0', '0000:03:00.0'],
                         self.devices_of(third))
        self.tell('of cn1 the clean 0000:03:00.0 and then nothing '
                  f"({self.verdicts(last)['cn1']}), of cn2 both beside the "
                  'dirty 0000:02:00.0')


class OneTimeUseTest(PlacementScenario):

    def ostler(self):
        self.served = placement_server.Placement()
        self.addCleanup(self.served.stop)
        credentials = os.path.join(
            self.useFixture(fixtures.TempDir()).path, 'placement.json')
        with open(credentials, 'w', encoding='ascii',
                  opener=lambda path, flags: os.open(path, flags, 0o600)) as f:
            json.dump({'token': self.served.TOKEN}, f)
        self.ALLOCATOR_OPTIONS = (
            '--placement-url', self.served.url,
            '--placement-credentials', credentials)
        return super().ostler()

    def setUp(self):
        super().setUp()
        self.flags(device_spec=[jsonutils.dumps(
            {'vendor_id': nova_cloud.VENDOR, 'product_id': nova_cloud.PRODUCT,
             'one_time_use': 'true'})], group='pci')
        self.served.serve(self.placement_fixture)

    def inventory(self, address):
        """What is reserved of the device, and what of it is used."""
        provider, = self.placement.get(
            f'/resource_providers?name=cn1_{address}').body[
                'resource_providers']
        path = f"/resource_providers/{provider['uuid']}"
        return (
            self.placement.get(path + '/inventories').body[
                'inventories'][_CLASS]['reserved'],
            self.placement.get(path + '/usages').body['usages'][_CLASS])

    def wipes(self):
        return len([one for one in
                    self.allocator.call('GET', '/v1/wipes')['items']
                    if one['accepted']])

    def drop_promises(self):
        """As the claim at a guest's start would have used them up."""
        for hold in self.allocator.call(
                'GET', f'/v1/holds?project={self.PROJECT}&state=held')['items']:
            self.allocator.call('DELETE', f"/v1/holds/{hold['id']}")

    def unit_state(self):
        unit, = self.allocator.call('GET', '/v1/units?host=cn1')['items']
        return unit['state']

    def await_it(self, what, is_so):
        """The agent goes on as told meanwhile."""
        end = time.monotonic() + _GIVEN_BACK_SECONDS
        while not is_so():
            self.assertLess(time.monotonic(), end, what)
            self._agents[0].converge()
            time.sleep(0.2)

    def test_one_time_use(self):
        address = '0000:01:00.0'
        self.start_host('cn1', 1)
        cleaned = self.wipes()
        first = self.boot(self.gpu)
        self.assertEqual((1, 1), self.inventory(address))
        self._agents[0].leave_dirty(address)
        self._delete_server(first)
        self.assertEqual((1, 0), self.inventory(address))
        self.await_it('the device is not told to be wiped',
                      lambda: self.unit_state() == 'CLEANING')
        self.assertEqual((1, 0), self.inventory(address))
        refused = self.boot(self.gpu, 'ERROR')
        self.assertIn('No valid host', refused['fault']['message'])
        self.allocator.kill()
        self.allocator.start()
        self._agents[0].clean(address)
        self.await_it('the device is not given back',
                      lambda: self.inventory(address) == (0, 0))
        self.assertEqual(cleaned + 1, self.wipes())
        self.drop_promises()
        second = self.boot(self.gpu)
        self.assertEqual([address], self.devices_of(second))
        self.assertEqual((1, 1), self.inventory(address))
        told = [one['action'] for one in self.allocator.call(
            'GET', '/v1/audit?limit=1000')['items']
            if one['action'].startswith('one-time-use')][::-1]
        self.tell(f'{address} was reserved until it was wiped, over a crash '
                  f"of the allocator: {', '.join(told)}; then booted from "
                  'again')
