/**
 * Which hosts can serve a request, how well, and why the others cannot: decided over a picture of
 * the fleet in memory, by counting, since units of one shape in one place are interchangeable.
 */
package ostler.allocator.engine.placement;
