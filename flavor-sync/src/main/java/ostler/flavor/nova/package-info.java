/** What Nova is told of PCI devices, and what it makes of it: read, compared, and written. */
package ostler.flavor.nova;
