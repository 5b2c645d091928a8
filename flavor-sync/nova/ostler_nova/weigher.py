"""The weigher: prefers the hosts that Ostler would rather take."""

import nova.conf
from nova.scheduler import utils
from nova.scheduler import weights

from ostler_nova import options  # noqa: F401  (registers them)
from ostler_nova import scores

CONF = nova.conf.CONF


class OstlerWeigher(weights.BaseHostWeigher):
    """Weighs by the scores that the filter was given for the same request."""

    # Scores are on a scale already. Without these Nova would stretch the best
    # and the worst of those that are left to 1 and 0, however near they are.
    minval = 0
    maxval = 100

    def weight_multiplier(self, host_state):
        return utils.get_weight_multiplier(
            host_state, 'ostler_weight_multiplier',
            CONF.ostler.weight_multiplier)

    def _weigh_object(self, host_state, request_spec):
        return scores.of(request_spec, host_state.host)
