// SPDX-License-Identifier: GPL-2.0
/*
 * The lab's slices: QEMU's "edu" device becomes a parent of mediated devices of three types, and
 * virtual functions get the files by which NVIDIA's driver gives them a type. A driver for physical
 * functions, which binds by driver_override alone, makes fewer functions than asked for. To whoever
 * has it open, a mediated device is a PCI device without interrupts, with memory of its own in BAR 0
 * that is zero when the slice is made. A virtual function's type changes nothing about the function.
 */
#include <linux/iommu.h>
#include <linux/mdev.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

static bool homogeneous;
module_param(homogeneous, bool, 0444);
MODULE_PARM_DESC(homogeneous, "mediated devices of one type at a time");

static bool vendor;
module_param(vendor, bool, 0444);
MODULE_PARM_DESC(vendor, "virtual functions are given types");

static bool fewer;
module_param(fewer, bool, 0444);
MODULE_PARM_DESC(fewer, "one virtual function less than asked for");

static bool updated;
module_param(updated, bool, 0444);
MODULE_PARM_DESC(updated, "another version of the driver: a type has another number, and one is gone");

static unsigned int slow;
module_param(slow, uint, 0644);
MODULE_PARM_DESC(slow, "milliseconds that it takes to make a mediated device, or to remove one");

static char *function_driver = "ostler_lab_pf";
module_param(function_driver, charp, 0444);
MODULE_PARM_DESC(function_driver, "what the driver for physical functions is called");

/* What the parent, and each physical function, has to share out. */
#define MEMORY 16

/* Mediated devices. */

struct lab_type {
	struct mdev_type type;
	struct lab_card *card;
	unsigned int size;
	unsigned int instances;
};

#define TYPES 3

/* Made anew whenever a device comes to this driver, as it does after each wipe. */
struct lab_card {
	struct mdev_parent parent;
	struct lab_type types[TYPES];
	struct mdev_type *type_list[TYPES];
};

static const struct { const char *sysfs_name, *pretty_name; unsigned int size; } lab_types[TYPES] = {
	{ "4", "LAB GPU-4Q", 4 },
	{ "8", "LAB GPU-8Q", 8 },
	{ "16", "LAB GPU-16Q", 16 },
};

struct lab_slice {
	struct vfio_device vdev;
	struct lab_type *type;
	u8 config[PCI_CFG_SPACE_SIZE];
	u8 *memory;
	struct mutex lock;
};

/* Of a slice, for each unit of its type's size. */
#define SLICE_MEMORY 0x10000

/* Which region an offset is in, and where in it; as vfio-pci has it. */
#define REGION_SHIFT 40
#define REGION(offset) ((u64)(offset) >> REGION_SHIFT)
#define WITHIN(offset) ((u64)(offset) & ((1ULL << REGION_SHIFT) - 1))

static DEFINE_MUTEX(lab_lock);

/* Time in which whoever asked for something can be killed; it is done all the same. */
static void lab_take_time(void)
{
	if (slow)
		schedule_timeout_killable(msecs_to_jiffies(slow));
}

static struct lab_type *lab_type(struct mdev_type *type)
{
	return container_of(type, struct lab_type, type);
}

static unsigned int lab_left(struct lab_type *asked)
{
	struct lab_type *types = asked->card->types;
	unsigned int used = 0, i;

	for (i = 0; i < TYPES; i++) {
		if (homogeneous && types[i].instances && &types[i] != asked)
			return 0;
		used += types[i].instances * types[i].size;
	}
	return (MEMORY - used) / asked->size;
}

static struct lab_slice *lab_slice(struct vfio_device *vdev)
{
	return container_of(vdev, struct lab_slice, vdev);
}

static u32 lab_memory_size(struct lab_slice *slice)
{
	return slice->type->size * SLICE_MEMORY;
}

static int lab_init_device(struct vfio_device *vdev)
{
	struct lab_slice *slice = lab_slice(vdev);
	struct mdev_device *mdev = to_mdev_device(vdev->dev);

	mutex_init(&slice->lock);
	slice->type = lab_type(mdev->type);
	slice->memory = kvzalloc(lab_memory_size(slice), GFP_KERNEL);
	if (!slice->memory)
		return -ENOMEM;
	*(__le16 *)&slice->config[PCI_VENDOR_ID] = cpu_to_le16(0x1234);
	*(__le16 *)&slice->config[PCI_DEVICE_ID] = cpu_to_le16(0x11e9);
	*(__le16 *)&slice->config[PCI_CLASS_DEVICE] = cpu_to_le16(PCI_CLASS_DISPLAY_3D);
	return 0;
}

static void lab_release_device(struct vfio_device *vdev)
{
	kvfree(lab_slice(vdev)->memory);
	vfio_free_device(vdev);
}

/* Of the configuration, the command and the address of BAR 0 can be written. */
static bool lab_is_writable(u64 at)
{
	return (at >= PCI_COMMAND && at < PCI_COMMAND + 2) ||
	       (at >= PCI_BASE_ADDRESS_0 && at < PCI_BASE_ADDRESS_0 + 4);
}

static int lab_write_config(struct lab_slice *slice, u64 at, const char __user *from, size_t count)
{
	__le32 *base = (__le32 *)&slice->config[PCI_BASE_ADDRESS_0];
	u8 byte;
	size_t i;

	for (i = 0; i < count; i++) {
		if (get_user(byte, from + i))
			return -EFAULT;
		if (lab_is_writable(at + i))
			slice->config[at + i] = byte;
	}
	*base = cpu_to_le32(le32_to_cpu(*base) & ~(lab_memory_size(slice) - 1));
	return 0;
}

static u64 lab_region_size(struct lab_slice *slice, u64 region)
{
	switch (region) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		return sizeof(slice->config);
	case VFIO_PCI_BAR0_REGION_INDEX:
		return lab_memory_size(slice);
	default:
		return 0;
	}
}

static ssize_t lab_read(struct vfio_device *vdev, char __user *to, size_t count, loff_t *offset)
{
	struct lab_slice *slice = lab_slice(vdev);
	u64 region = REGION(*offset), at = WITHIN(*offset), size = lab_region_size(slice, region);
	u8 *from = region == VFIO_PCI_CONFIG_REGION_INDEX ? slice->config : slice->memory;
	unsigned long left;

	if (at >= size || count > size - at)
		return -EINVAL;
	mutex_lock(&slice->lock);
	left = copy_to_user(to, from + at, count);
	mutex_unlock(&slice->lock);
	if (left)
		return -EFAULT;
	*offset += count;
	return count;
}

static ssize_t lab_write(struct vfio_device *vdev, const char __user *from, size_t count,
			 loff_t *offset)
{
	struct lab_slice *slice = lab_slice(vdev);
	u64 region = REGION(*offset), at = WITHIN(*offset), size = lab_region_size(slice, region);
	int error = 0;

	if (at >= size || count > size - at)
		return -EINVAL;
	mutex_lock(&slice->lock);
	if (region == VFIO_PCI_CONFIG_REGION_INDEX)
		error = lab_write_config(slice, at, from, count);
	else if (copy_from_user(slice->memory + at, from, count))
		error = -EFAULT;
	mutex_unlock(&slice->lock);
	if (error)
		return error;
	*offset += count;
	return count;
}

static long lab_device_info(void __user *arg)
{
	struct vfio_device_info info = {
		.argsz = sizeof(info),
		.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET,
		.num_regions = VFIO_PCI_CONFIG_REGION_INDEX + 1,
		.num_irqs = VFIO_PCI_MSIX_IRQ_INDEX + 1,
	};
	const size_t size = offsetofend(struct vfio_device_info, num_irqs);
	u32 room;

	if (get_user(room, (u32 __user *)arg))
		return -EFAULT;
	if (room < size)
		return -EINVAL;
	return copy_to_user(arg, &info, size) ? -EFAULT : 0;
}

static long lab_region_info(struct lab_slice *slice, void __user *arg)
{
	struct vfio_region_info info;
	const size_t size = offsetofend(struct vfio_region_info, offset);

	if (copy_from_user(&info, arg, size))
		return -EFAULT;
	if (info.argsz < size || info.index > VFIO_PCI_CONFIG_REGION_INDEX)
		return -EINVAL;
	info.argsz = sizeof(info);
	info.cap_offset = 0;
	info.offset = (u64)info.index << REGION_SHIFT;
	info.size = lab_region_size(slice, info.index);
	info.flags = info.size ? VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE : 0;
	return copy_to_user(arg, &info, size) ? -EFAULT : 0;
}

static long lab_irq_info(void __user *arg)
{
	struct vfio_irq_info info;
	const size_t size = offsetofend(struct vfio_irq_info, count);

	if (copy_from_user(&info, arg, size))
		return -EFAULT;
	if (info.argsz < size || info.index > VFIO_PCI_MSIX_IRQ_INDEX)
		return -EINVAL;
	info.flags = 0;
	info.count = 0;
	return copy_to_user(arg, &info, size) ? -EFAULT : 0;
}

/* A reset changes nothing: what is in the memory stays. */
static long lab_ioctl(struct vfio_device *vdev, unsigned int command, unsigned long arg)
{
	switch (command) {
	case VFIO_DEVICE_GET_INFO:
		return lab_device_info((void __user *)arg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return lab_region_info(lab_slice(vdev), (void __user *)arg);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return lab_irq_info((void __user *)arg);
	case VFIO_DEVICE_RESET:
		return 0;
	default:
		return -ENOTTY;
	}
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
	.read = lab_read,
	.write = lab_write,
	.ioctl = lab_ioctl,
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
	error = vfio_register_emulated_iommu_dev(&slice->vdev);
	if (error) {
		vfio_put_device(&slice->vdev);
		goto give_back;
	}
	dev_set_drvdata(&mdev->dev, slice);
	lab_take_time();
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

	lab_take_time();
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
	struct lab_card *card = kzalloc(sizeof(*card), GFP_KERNEL);
	unsigned int i, types = TYPES;
	int error;

	if (!card)
		return -ENOMEM;
	for (i = 0; i < TYPES; i++) {
		card->types[i].type.sysfs_name = lab_types[i].sysfs_name;
		card->types[i].type.pretty_name = lab_types[i].pretty_name;
		card->types[i].size = lab_types[i].size;
		card->types[i].card = card;
		card->type_list[i] = &card->types[i].type;
	}
	if (updated) {
		card->types[0].type.sysfs_name = "704";
		card->type_list[1] = &card->types[2].type;
		types--;
	}
	pci_set_drvdata(pdev, card);
	error = mdev_register_parent(&card->parent, &pdev->dev, &lab_mdev_driver, card->type_list,
				     types);
	if (error)
		kfree(card);
	return error;
}

static void lab_pci_remove(struct pci_dev *pdev)
{
	struct lab_card *card = pci_get_drvdata(pdev);

	mdev_unregister_parent(&card->parent);
	kfree(card);
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

/* A function with a type is vfio's by a driver of its own, which the kernel finds by an override. */

static int lab_vf_open(struct vfio_device *vdev)
{
	struct vfio_pci_core_device *core =
		container_of(vdev, struct vfio_pci_core_device, vdev);
	int at, error;

	mutex_lock(&lab_lock);
	at = vgpu_find(core->pdev);
	error = at < 0 || !vgpus[at].type ? -ENODEV : 0;
	mutex_unlock(&lab_lock);
	if (!error)
		error = vfio_pci_core_enable(core);
	if (!error)
		vfio_pci_core_finish_enable(core);
	return error;
}

static const struct vfio_device_ops lab_vf_ops = {
	.name = "ostler-lab-vf",
	.init = vfio_pci_core_init_dev,
	.release = vfio_pci_core_release_dev,
	.open_device = lab_vf_open,
	.close_device = vfio_pci_core_close_device,
	.ioctl = vfio_pci_core_ioctl,
	.device_feature = vfio_pci_core_ioctl_feature,
	.read = vfio_pci_core_read,
	.write = vfio_pci_core_write,
	.mmap = vfio_pci_core_mmap,
	.request = vfio_pci_core_request,
	.match = vfio_pci_core_match,
};

static int lab_vf_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct vfio_pci_core_device *core =
		vfio_alloc_device(vfio_pci_core_device, vdev, &pdev->dev, &lab_vf_ops);
	int error;

	if (IS_ERR(core))
		return PTR_ERR(core);
	dev_set_drvdata(&pdev->dev, core);
	error = vfio_pci_core_register_device(core);
	if (error)
		vfio_put_device(&core->vdev);
	return error;
}

static void lab_vf_remove(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *core = dev_get_drvdata(&pdev->dev);

	vfio_pci_core_unregister_device(core);
	vfio_put_device(&core->vdev);
}

static struct pci_driver lab_vf_driver = {
	.name = "ostler_lab_vf",
	.probe = lab_vf_probe,
	.remove = lab_vf_remove,
	.driver_managed_dma = true,
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
			function->driver_override = kstrdup(lab_vf_driver.name, GFP_KERNEL);
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
	error = pci_register_driver(&lab_vf_driver);
	if (error)
		goto no_types;
	lab_pf_driver.name = function_driver;
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
	pci_unregister_driver(&lab_vf_driver);
no_types:
	if (vendor)
		bus_unregister_notifier(&pci_bus_type, &vgpu_block);
	mdev_unregister_driver(&lab_mdev_driver);
	return error;
}

static void __exit lab_exit(void)
{
	pci_unregister_driver(&lab_pci_driver);
	pci_unregister_driver(&lab_pf_driver);
	pci_unregister_driver(&lab_vf_driver);
	if (vendor)
		bus_unregister_notifier(&pci_bus_type, &vgpu_block);
	mdev_unregister_driver(&lab_mdev_driver);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("The lab's slices");
