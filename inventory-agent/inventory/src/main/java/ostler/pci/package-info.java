/**
 * The words of the PCI bus: addresses, ids, classes, groups and reset methods, each a type of its
 * own.
 */
package ostler.pci;
