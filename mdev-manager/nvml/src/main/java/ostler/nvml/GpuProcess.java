package ostler.nvml;

/**
 * A process that has a context on a device.
 *
 * @param pid its number on this host
 * @param instance the number of the GPU instance that it works on; negative where NVML puts it on
 *     none
 */
public record GpuProcess(long pid, int instance) {

  /** A process that NVML puts nowhere may work on any instance. */
  public boolean mayUse(GpuInstance which) {
    return instance < 0 || instance == which.id();
  }
}
