"""Nova's own objects for hosts of 8 GPUs on 2 NUMA nodes, which Nova keeps as 2 pools."""

import logging
import warnings

logging.disable(logging.CRITICAL)
warnings.simplefilter('ignore')

from nova import conf  # noqa: E402
from nova import objects  # noqa: E402
from nova.objects import fields  # noqa: E402
from nova.pci import stats  # noqa: E402
from nova.scheduler import host_manager  # noqa: E402

NODES = 2
THREADS = 112
MEMORY_MB = 512 * 1024


def cell(node):
    threads = range(node * THREADS, (node + 1) * THREADS)
    return objects.NUMACell(
        id=node,
        cpuset=set(threads),
        pcpuset=set(),
        memory=MEMORY_MB,
        cpu_usage=0,
        memory_usage=0,
        mempages=[objects.NUMAPagesTopology(
            size_kb=4, total=MEMORY_MB * 256, used=0, reserved=0)],
        siblings=[set([t, t + 1]) for t in threads if t % 2 == 0],
        pinned_cpus=set(),
        network_metadata=objects.NetworkMetadata(
            physnets=set(), tunneled=False),
        socket=node)


def host(number, free, numa):
    """A host with so many free GPUs on each node."""
    name = 'host-%05d' % (number + 1)
    state = host_manager.HostState(name, name, None)
    if numa:
        state.numa_topology = objects.NUMATopology(
            cells=[cell(n) for n in range(NODES)])
    state.cpu_allocation_ratio = 16.0
    state.ram_allocation_ratio = 1.5
    state.limits = {}
    pools = objects.PciDevicePoolList(objects=[
        objects.PciDevicePool(
            vendor_id='10de', product_id='2330', numa_node=n, count=free[n],
            tags={'dev_type': fields.PciDeviceType.STANDARD})
        for n in range(NODES) if free[n]])
    state.pci_stats = stats.PciDeviceStats(state.numa_topology, stats=pools)
    return state


def request(count, cells):
    """For a guest with so many GPUs and NUMA cells, none for one without a topology."""
    topology = None
    if cells:
        topology = objects.InstanceNUMATopology(cells=[objects.InstanceNUMACell(
            id=i, cpuset=set(range(8 * i, 8 * i + 8)), pcpuset=set(), memory=8192,
            pagesize=None, cpu_pinning_raw=None, cpu_policy=None, cpu_thread_policy=None)
            for i in range(cells)])
    return objects.RequestSpec(
        flavor=objects.Flavor(name='gpu', extra_specs={}),
        image=objects.ImageMeta(properties=objects.ImageMetaProps()),
        numa_topology=topology,
        instance_uuid='00000000-0000-0000-0000-000000000001',
        pci_requests=objects.InstancePCIRequests(requests=[objects.InstancePCIRequest(
            count=count, alias_name='gpu', request_id='00000000-0000-0000-0000-000000000002',
            numa_policy=fields.PCINUMAAffinityPolicy.REQUIRED,
            spec=[{'vendor_id': '10de', 'product_id': '2330'}])]))


def configure():
    """Nova as it is where no file says anything."""
    conf.CONF([], project='nova', default_config_files=[])
    objects.register_all()
