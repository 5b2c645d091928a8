"""Times Nova's own PciPassthroughFilter and NUMATopologyFilter, and prints one line of JSON.

The hosts have as many GPUs free on each node as ours have. A request without a NUMA topology goes
through the first filter alone, over all hosts, which report no topology either: Nova's best case.
One with a topology goes through both until one refuses, over the first hosts only, of 2 nodes with
112 threads each, which Nova copies for every host and request.
"""

import json
import sys
import time

import nova_hosts

from nova import version
from nova.scheduler.filters import numa_topology_filter
from nova.scheduler.filters import pci_passthrough_filter


def main():
    free = json.loads(sys.stdin.read())
    rounds = int(sys.argv[1])
    few = int(sys.argv[2])
    nova_hosts.configure()
    devices = pci_passthrough_filter.PciPassthroughFilter()
    topology = numa_topology_filter.NUMATopologyFilter()
    answers = []
    for numa in (False, True):
        hosts = [nova_hosts.host(i, f, numa) for i, f in enumerate(free[:few] if numa else free)]
        for count in (1, 4, 8):
            # No node has more than four, so more need a guest on both.
            spec = nova_hosts.request(count, (2 if count > 4 else 1) if numa else 0)
            times = []
            for _ in range(rounds):
                begun = time.perf_counter()
                left = hosts
                for one in [devices, topology] if numa else [devices]:
                    left = [h for h in left if one.host_passes(h, spec)]
                times.append(time.perf_counter() - begun)
            times.sort()
            answers.append({
                'count': count, 'numa': numa, 'hosts': len(hosts), 'passed': len(left),
                'host_us': 1e6 * times[len(times) // 2] / len(hosts)})
    print(json.dumps({'version': version.version_string(), 'answers': answers}))


main()
