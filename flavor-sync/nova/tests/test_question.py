import uuid

from nova import objects

from ostler_nova import question
from tests import base


class QuestionTest(base.TestCase):

    def test_it_has_what_the_schema_has(self):
        asks = base.alias_request('h200', 2)
        asks.numa_policy = 'preferred'
        spec = base.spec(asks, base.port_request())
        asked = question.of(spec, [base.host('cn1'), base.host('cn2')])
        self.assertEqual(
            {'version': 1,
             'instance_uuid': spec.instance_uuid,
             'project_id': 'project',
             'user_id': 'user',
             'intent': 'create',
             'num_instances': 1,
             'flavor': {
                 'name': 'gpu',
                 'extra_specs': {'pci_passthrough:alias': 'h200:1'}},
             'pci_in_placement': False,
             'requests': [
                 {'request_id': asks.request_id, 'alias': 'h200', 'count': 2,
                  'spec': [{'vendor_id': '10de', 'product_id': '2330'}],
                  'numa_policy': 'preferred', 'source': 'flavor'},
                 {'request_id': spec.pci_requests.requests[1].request_id,
                  'alias': None, 'count': 1,
                  'spec': [{'physical_network': 'left'}],
                  'numa_policy': None, 'source': 'port'}],
             'hosts': [{'host': 'cn1', 'nodename': 'cn1'},
                       {'host': 'cn2', 'nodename': 'cn2'}]},
            asked)

    def test_fields_that_were_never_set_are_null(self):
        spec = objects.RequestSpec(
            pci_requests=objects.InstancePCIRequests(
                requests=[base.alias_request('h200')]))
        asked = question.of(spec, [])
        for field in ('instance_uuid', 'project_id', 'user_id', 'flavor',
                      'num_instances'):
            self.assertIsNone(asked[field], field)

    def test_ours_are_the_aliases_that_are_named(self):
        spec = base.spec(base.alias_request('h200'), base.port_request())
        self.assertTrue(question.asks_for_ours(spec, ['a100', 'h200']))
        self.assertFalse(question.asks_for_ours(spec, ['a100']))
        self.assertFalse(question.asks_for_ours(spec, []))
        self.assertTrue(question.asks_for_ours(spec, ['*']))

    def test_a_request_without_an_alias_is_never_ours(self):
        for spec in (base.spec(), base.spec(base.port_request()),
                     base.spec(pci_requests=None), objects.RequestSpec(),
                     base.spec(pci_requests=objects.InstancePCIRequests())):
            self.assertFalse(question.asks_for_ours(spec, ['*']))


class CandidatesTest(base.TestCase):

    def test_the_providers_are_those_of_the_hosts_pools(self):
        self.place_pci()
        with_pools = base.host('cn1', [{'mappings': {'r-0': ['u1']}}])
        with_pools.pci_stats = base.pools(
            {'rp_uuid': 'u1', 'address': '0000:81:00.0'},
            {'address': '0000:82:00.0'}, {'rp_uuid': 'u3'})
        hosts = question.of(
            base.spec(base.alias_request('h200')),
            [with_pools, base.host('cn2', [{'mappings': {}}]),
             base.host('cn3')])['hosts']
        self.assertEqual(
            [{'u1': '0000:81:00.0'}, {}, {}],
            [host['providers'] for host in hosts])
        self.assertEqual([1, 1, 0],
                         [len(host['candidates']) for host in hosts])

    def test_without_candidates_no_providers_are_named(self):
        self.place_pci()
        host = base.host('cn1', [])
        host.pci_stats = base.pools(
            {'rp_uuid': 'u1', 'address': '0000:81:00.0'})
        asked, = question.of(
            base.spec(base.alias_request('h200')), [host])['hosts']
        self.assertEqual({}, asked['providers'])


class IntentTest(base.TestCase):

    def test_a_new_instance_is_created(self):
        self.assertEqual('create', question.intent(base.spec()))
        self.assertEqual('create', question.intent(
            base.spec(requested_destination=None)))

    def test_a_new_instance_with_a_destination_is_created(self):
        self.assertEqual('create', question.intent(base.spec(
            requested_destination=objects.Destination(host='cn1'))))

    def test_a_rebuild_says_so(self):
        self.assertEqual('rebuild', question.intent(base.spec(
            scheduler_hints={'_nova_check_type': ['rebuild']})))

    def test_a_move_in_a_cell_that_cannot_be_read_is_some_move(self):
        cell = objects.CellMapping(
            uuid=str(uuid.uuid4()), transport_url='fake:///',
            database_connection='sqlite:////nowhere/at/all')
        with self.assertLogs('ostler_nova.question', 'WARNING'):
            self.assertEqual('cold_migrate', question.intent(base.spec(
                requested_destination=objects.Destination(cell=cell))))
