/** The control plane: claims, quotas, API and database. */
package ostler.allocator;
