/**
 * What reaches a device itself: its memory through its BARs, and the hot reset that only an ioctl
 * can ask for.
 */
package ostler.vfio.scrub;
