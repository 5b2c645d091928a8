/**
 * The kernel lab: a GPU host made of QEMU.
 *
 * <p>QEMU's plain software emulation boots a real Linux kernel with a real IOMMU driver and real
 * vfio-pci on emulated devices, so that whatever Ostler does to a host is tested against the kernel
 * itself. Nothing is installed on the machine, and root is not needed.
 */
package ostler.lab;
