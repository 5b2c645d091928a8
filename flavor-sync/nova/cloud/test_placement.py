"""Nova's cloud with PCI devices in Placement, which the 34th Nova has."""

import fixtures

from cloud import test_scenarios


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
