package ostler.mdev;

import ostler.pci.PciAddress;

/**
 * The last order for a virtual function. Its path stays when its tenant goes, so a late order for
 * the tenant before must be known for one.
 */
record FunctionMark(PciAddress function, SliceId slice, Mark mark) {}
