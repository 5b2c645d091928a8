/**
 * What the allocator decides, as pure functions of values: the life of a unit as one table, what is
 * available and why not, what an admission, a report and a wipe record mean. It knows no SQL, no
 * HTTP, no framework and no clock.
 */
package ostler.allocator.engine;
