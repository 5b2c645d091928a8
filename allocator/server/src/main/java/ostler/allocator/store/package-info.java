/**
 * All SQL. A write is one transaction of conditional statements, retried when somebody was first,
 * and is answered only once it survives a power cut. Locks are taken in one order everywhere: hosts
 * by name, then units by id, then quota by project and key.
 */
package ostler.allocator.store;
