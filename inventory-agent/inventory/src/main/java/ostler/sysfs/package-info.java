/** The one read-only view of {@code /sys}. */
package ostler.sysfs;
