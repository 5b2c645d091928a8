/** The device-plugin bridge that runs beside the kubelet. */
package ostler.kubernetes;
