package ostler.nvml;

import java.util.Map;
import ostler.pci.PciAddress;

/**
 * One reading of several devices.
 *
 * @param broken whether NVML hung or took the process with it, so that it should not be asked again
 *     soon
 */
public record GpuSights(Map<PciAddress, GpuSight> of, boolean broken) {

  public GpuSights {
    of = Map.copyOf(of);
  }
}
