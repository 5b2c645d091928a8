import gc

from nova.scheduler import weights

import ostler_nova
from ostler_nova import scores
from tests import allocators
from tests import base
from tests import test_filter


class WeigherTest(base.TestCase):

    def setUp(self):
        super().setUp()
        self.hosts = [base.host(name) for name in ('cn1', 'cn2', 'cn3')]

    def weigh(self, spec, hosts=None):
        """Through Nova's own handler: the hosts, the best first."""
        weighed = weights.HostWeightHandler().get_weighed_objects(
            [ostler_nova.OstlerWeigher()], hosts or self.hosts, spec)
        return [(one.obj.host, round(one.weight, 6)) for one in weighed]

    def filtered(self, spec, answered):
        server = self.server(allocators.answers(test_filter.scored(answered)))
        self.set(urls=[server.url])
        return list(ostler_nova.OstlerFilter().filter_all(self.hosts, spec))

    def test_nova_finds_it_by_the_name_in_nova_conf(self):
        self.assertEqual(
            [ostler_nova.OstlerWeigher],
            weights.HostWeightHandler().get_matching_classes(
                ['ostler_nova.OstlerWeigher']))

    def test_the_best_score_comes_first(self):
        spec = base.spec(base.alias_request('h200'))
        hosts = self.filtered(spec, {'cn1': 20, 'cn2': 93, 'cn3': 50})
        self.assertEqual([('cn2', 0.93), ('cn3', 0.5), ('cn1', 0.2)],
                         self.weigh(spec, hosts))

    def test_without_scores_no_host_is_preferred(self):
        self.assertEqual([('cn1', 0), ('cn2', 0), ('cn3', 0)],
                         self.weigh(base.spec()))

    def test_another_request_has_other_scores(self):
        one = base.spec(base.alias_request('h200'))
        other = base.spec(base.alias_request('h200'))
        self.filtered(one, {'cn1': 90, 'cn2': 10, 'cn3': 10})
        self.filtered(other, {'cn1': 10, 'cn2': 90, 'cn3': 10})
        self.assertEqual('cn1', self.weigh(one)[0][0])
        self.assertEqual('cn2', self.weigh(other)[0][0])

    def test_the_next_instance_of_a_request_has_its_own(self):
        spec = base.spec(base.alias_request('h200'))
        self.filtered(spec, {'cn1': 90, 'cn2': 10})
        self.filtered(spec, {'cn2': 10, 'cn3': 20})
        self.assertEqual([('cn3', 0.2), ('cn2', 0.1), ('cn1', 0)],
                         self.weigh(spec))

    def test_scores_go_with_their_request(self):
        for _ in range(1000):
            scores.remember(base.spec(), {'cn1': 1})
        gc.collect()
        self.assertEqual(0, len(scores._scores))

    def test_the_multiplier_is_the_operators(self):
        spec = base.spec(base.alias_request('h200'))
        hosts = self.filtered(spec, {'cn1': 20, 'cn2': 90, 'cn3': 50})
        self.set(weight_multiplier=-2.0)
        self.assertEqual([('cn1', -0.4), ('cn3', -1.0), ('cn2', -1.8)],
                         self.weigh(spec, hosts))
