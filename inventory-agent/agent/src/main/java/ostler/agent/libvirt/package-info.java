/** Which libvirt domain holds which device: the only package that knows libvirt. */
package ostler.agent.libvirt;
