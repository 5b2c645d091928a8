/**
 * Devices that Nova uses once: wiped when Placement shows them used no more, and then given back.
 */
package ostler.allocator.onetimeuse;
