/**
 * What the root programs have in common: how a request and its answer look, what may be touched,
 * deadlines, locks, files that survive a power cut, and the kernel's words. Nothing else uses it.
 */
package ostler.root;
