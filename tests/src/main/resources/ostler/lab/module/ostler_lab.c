// SPDX-License-Identifier: GPL-2.0
/*
 * The lab's slices: QEMU's "edu" device becomes a parent of mediated devices of three types, and
 * virtual functions get the files by which NVIDIA's driver gives them a type. A driver for physical
 * functions, which binds by driver_override alone, makes fewer functions than asked for. There is
 * nothing behind a slice but the kernel's own bookkeeping, which is what Ostler works with.
 */
#include <linux/iommu.h>
#include <linux/mdev.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/vfio.h>

static bool homogeneous;
module_param(homogeneous, bool, 0444);
MODULE_PARM_DESC(homogeneous, "mediated devices of one type at a time");

static bool vendor;
module_param(vendor, bool, 0444);
MODULE_PARM_DESC(vendor, "virtual functions are given types");

static bool fewer;
module_param(fewer, bool, 0444);
MODULE_PARM_DESC(fewer, "one virtual function less than asked for");

/* What the parent, and each physical function, has to share out. */
#define MEMORY 16

/* Mediated devices. */

struct lab_type {
	struct mdev_type type;
	unsigned int size;
	unsigned int instances;
};

struct lab_slice {
	struct vfio_device vdev;
	struct lab_type *type;
};

static struct lab_type lab_types[] = {
	{ .type.sysfs_name = "4", .type.pretty_name = "LAB GPU-4Q", .size = 4 },
	{ .type.sysfs_name = "8", .type.pretty_name = "LAB GPU-8Q", .size = 8 },
	{ .type.sysfs_name = "16", .type.pretty_name = "LAB GPU-16Q", .size = 16 },
};
static struct mdev_type *lab_type_list[] = {
	&lab_types[0].type, &lab_types[1].type, &lab_types[2].type,
};
static DEFINE_MUTEX(lab_lock);
static struct mdev_parent lab_parent;

static struct lab_type *lab_type(struct mdev_type *type)
{
	return container_of(type, struct lab_type, type);
}

static unsigned int lab_left(struct lab_type *asked)
{
	unsigned int used = 0, i;

	for (i = 0; i < ARRAY_SIZE(lab_types); i++) {
		if (homogeneous && lab_types[i].instances && &lab_types[i] != asked)
			return 0;
		used += lab_types[i].instances * lab_types[i].size;
	}
	return (MEMORY - used) / asked->size;
}

static int lab_init_device(struct vfio_device *vdev)
{
	return 0;
}

static void lab_release_device(struct vfio_device *vdev)
{
	vfio_free_device(vdev);
}

static int lab_open(struct vfio_device *vdev)
{
	return 0;
}

static void lab_close(struct vfio_device *vdev)
{
}

static void lab_unmap(struct vfio_device *vdev, u64 iova, u64 length)
{
}

static const struct vfio_device_ops lab_device_ops = {
	.name = "ostler-lab",
	.init = lab_init_device,
	.release = lab_release_device,
	.open_device = lab_open,
	.close_device = lab_close,
	.dma_unmap = lab_unmap,
};

static int lab_mdev_probe(struct mdev_device *mdev)
{
	struct lab_type *type = lab_type(mdev->type);
	struct lab_slice *slice;
	int error = 0;

	mutex_lock(&lab_lock);
	if (lab_left(type))
		type->instances++;
	else
		error = -ENOSPC;
	mutex_unlock(&lab_lock);
	if (error)
		return error;

	slice = vfio_alloc_device(lab_slice, vdev, &mdev->dev, &lab_device_ops);
	if (IS_ERR(slice)) {
		error = PTR_ERR(slice);
		goto give_back;
	}
	slice->type = type;
	error = vfio_register_emulated_iommu_dev(&slice->vdev);
	if (error) {
		vfio_put_device(&slice->vdev);
		goto give_back;
	}
	dev_set_drvdata(&mdev->dev, slice);
	return 0;

give_back:
	mutex_lock(&lab_lock);
	type->instances--;
	mutex_unlock(&lab_lock);
	return error;
}

static void lab_mdev_remove(struct mdev_device *mdev)
{
	struct lab_slice *slice = dev_get_drvdata(&mdev->dev);
	struct lab_type *type = slice->type;

	vfio_unregister_group_dev(&slice->vdev);
	vfio_put_device(&slice->vdev);
	mutex_lock(&lab_lock);
	type->instances--;
	mutex_unlock(&lab_lock);
}

static unsigned int lab_available(struct mdev_type *mtype)
{
	unsigned int left;

	mutex_lock(&lab_lock);
	left = lab_left(lab_type(mtype));
	mutex_unlock(&lab_lock);
	return left;
}

static ssize_t lab_describe(struct mdev_type *mtype, char *buf)
{
	return sysfs_emit(buf, "num_heads=1, framebuffer=%uG\n", lab_type(mtype)->size);
}

static struct mdev_driver lab_mdev_driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.probe = lab_mdev_probe,
	.remove = lab_mdev_remove,
	.get_available = lab_available,
	.show_description = lab_describe,
	.driver = {
		.name = "ostler_lab_mdev",
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
	},
};

static int lab_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return mdev_register_parent(&lab_parent, &pdev->dev, &lab_mdev_driver,
				    lab_type_list, ARRAY_SIZE(lab_type_list));
}

static void lab_pci_remove(struct pci_dev *pdev)
{
	mdev_unregister_parent(&lab_parent);
}

static const struct pci_device_id lab_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};
MODULE_DEVICE_TABLE(pci, lab_ids);

static struct pci_driver lab_pci_driver = {
	.name = "ostler_lab",
	.id_table = lab_ids,
	.probe = lab_pci_probe,
	.remove = lab_pci_remove,
};

/* Physical functions. */

static int lab_pf_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return pci_enable_device(pdev);
}

static void lab_pf_remove(struct pci_dev *pdev)
{
	pci_disable_sriov(pdev);
	pci_disable_device(pdev);
}

static int lab_pf_configure(struct pci_dev *pdev, int asked)
{
	int functions = fewer && asked > 1 ? asked - 1 : asked;
	int error;

	if (!asked) {
		pci_disable_sriov(pdev);
		return 0;
	}
	error = pci_enable_sriov(pdev, functions);
	return error ? error : functions;
}

static struct pci_driver lab_pf_driver = {
	.name = "ostler_lab_pf",
	.probe = lab_pf_probe,
	.remove = lab_pf_remove,
	.sriov_configure = lab_pf_configure,
};

/* Types of virtual functions, with NVIDIA's names for files and numbers for types. */

static const struct { unsigned int id, size; const char *name; } vgpu_types[] = {
	{ 1155, 8, "LAB L40S-8Q" },
	{ 1156, 16, "LAB L40S-16Q" },
};

#define MAX_FUNCTIONS 64
static struct { struct pci_dev *function; unsigned int type; } vgpus[MAX_FUNCTIONS];

static unsigned int vgpu_size(unsigned int id)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vgpu_types); i++)
		if (vgpu_types[i].id == id)
			return vgpu_types[i].size;
	return 0;
}

static int vgpu_find(struct pci_dev *function)
{
	int i;

	for (i = 0; i < MAX_FUNCTIONS; i++)
		if (vgpus[i].function == function)
			return i;
	return -ENODEV;
}

static unsigned int vgpu_left(struct pci_dev *function)
{
	unsigned int used = 0, i;

	for (i = 0; i < MAX_FUNCTIONS; i++)
		if (vgpus[i].function && vgpus[i].function->physfn == function->physfn)
			used += vgpu_size(vgpus[i].type);
	return MEMORY - used;
}

static ssize_t creatable_vgpu_types_show(struct device *dev, struct device_attribute *attr,
					 char *buf)
{
	struct pci_dev *function = to_pci_dev(dev);
	int at, length = sysfs_emit(buf, "ID    : vGPU Name\n");
	unsigned int i;

	mutex_lock(&lab_lock);
	at = vgpu_find(function);
	for (i = 0; at >= 0 && !vgpus[at].type && i < ARRAY_SIZE(vgpu_types); i++)
		if (vgpu_types[i].size <= vgpu_left(function))
			length += sysfs_emit_at(buf, length, "%u  : %s\n", vgpu_types[i].id,
						vgpu_types[i].name);
	mutex_unlock(&lab_lock);
	return length;
}
static DEVICE_ATTR_RO(creatable_vgpu_types);

static ssize_t current_vgpu_type_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	int at = vgpu_find(to_pci_dev(dev));

	return at < 0 ? at : sysfs_emit(buf, "%u\n", vgpus[at].type);
}

static ssize_t current_vgpu_type_store(struct device *dev, struct device_attribute *attr,
				       const char *buf, size_t count)
{
	struct pci_dev *function = to_pci_dev(dev);
	unsigned int id;
	int at, error;

	error = kstrtouint(buf, 10, &id);
	if (error)
		return error;
	mutex_lock(&lab_lock);
	at = vgpu_find(function);
	if (at < 0)
		error = at;
	else if (id && (!vgpu_size(id) || vgpus[at].type))
		error = -EINVAL;
	else if (id && vgpu_size(id) > vgpu_left(function))
		error = -ENOSPC;
	else
		vgpus[at].type = id;
	mutex_unlock(&lab_lock);
	return error ? error : count;
}
static DEVICE_ATTR_RW(current_vgpu_type);

static struct attribute *vgpu_attributes[] = {
	&dev_attr_creatable_vgpu_types.attr,
	&dev_attr_current_vgpu_type.attr,
	NULL
};
static const struct attribute_group vgpu_group = {
	.name = "nvidia",
	.attrs = vgpu_attributes,
};

static int vgpu_notified(struct notifier_block *block, unsigned long action, void *data)
{
	struct pci_dev *function = to_pci_dev(data);
	int at;

	if (!function->is_virtfn)
		return NOTIFY_DONE;
	mutex_lock(&lab_lock);
	if (action == BUS_NOTIFY_ADD_DEVICE) {
		at = vgpu_find(NULL);
		if (at >= 0 && !sysfs_create_group(&function->dev.kobj, &vgpu_group)) {
			vgpus[at].function = function;
			vgpus[at].type = 0;
		}
	} else if (action == BUS_NOTIFY_REMOVED_DEVICE) {
		at = vgpu_find(function);
		if (at >= 0)
			vgpus[at].function = NULL;
	}
	mutex_unlock(&lab_lock);
	return NOTIFY_DONE;
}

static struct notifier_block vgpu_block = { .notifier_call = vgpu_notified };

static int __init lab_init(void)
{
	int error = mdev_register_driver(&lab_mdev_driver);

	if (error)
		return error;
	if (vendor)
		bus_register_notifier(&pci_bus_type, &vgpu_block);
	error = pci_register_driver(&lab_pf_driver);
	if (error)
		goto no_functions;
	error = pci_register_driver(&lab_pci_driver);
	if (error)
		goto no_parent;
	return 0;

no_parent:
	pci_unregister_driver(&lab_pf_driver);
no_functions:
	if (vendor)
		bus_unregister_notifier(&pci_bus_type, &vgpu_block);
	mdev_unregister_driver(&lab_mdev_driver);
	return error;
}

static void __exit lab_exit(void)
{
	pci_unregister_driver(&lab_pci_driver);
	pci_unregister_driver(&lab_pf_driver);
	if (vendor)
		bus_unregister_notifier(&pci_bus_type, &vgpu_block);
	mdev_unregister_driver(&lab_mdev_driver);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("The lab's slices");
