/**
 * What a host has: functions, IOMMU groups, identities, units, and the fence that orders operations
 * on them.
 */
package ostler.inventory;
