/**
 * The real allocator and the real agent on fake time, fake hosts and a fake network, driven by one
 * seed, with an observer beside them that knows which tenant really holds which device and whose
 * secrets are in its memory.
 */
package ostler.simulation;
