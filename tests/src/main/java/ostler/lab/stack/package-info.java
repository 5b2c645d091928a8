/**
 * All of Ostler at once: an allocator and the operator's command outside, agent, guard and hook on
 * the lab's GPU host, and tenants in libvirt.
 */
package ostler.lab.stack;
