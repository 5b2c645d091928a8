package ostler.lab.stack;

import java.util.List;
import java.util.stream.Collectors;
import ostler.lab.LabDevice;

/**
 * A card of the lab that goes to a tenant whole, with memory that a file outside shows.
 *
 * <p>Its memory is BAR 2 of a function of class 0500, where the BAR is the memory itself.
 */
public enum Card {
  /** GPU, audio and 64 MiB of memory as three functions of one slot and one group. */
  A(List.of(LabDevice.A_GPU, LabDevice.A_AUDIO, LabDevice.A_MEMORY), LabDevice.A_MEMORY),
  /** One function with 64 MiB on NUMA node 1. */
  B(List.of(LabDevice.B), LabDevice.B),
  /** One function with 16 MiB and no known NUMA node. */
  B2(List.of(LabDevice.B2), LabDevice.B2);

  private final List<LabDevice> functions;
  private final LabDevice memory;

  Card(List<LabDevice> functions, LabDevice memory) {
    this.functions = functions;
    this.memory = memory;
  }

  /** All functions of its group, by address. */
  public List<LabDevice> functions() {
    return functions;
  }

  /** The function that has the memory. */
  public LabDevice memory() {
    return memory;
  }

  /** The function that an operator names it by: the first. */
  public String address() {
    return functions.get(0).address();
  }

  /** The words of its addresses for a shell. */
  public String addresses() {
    return functions.stream().map(LabDevice::address).collect(Collectors.joining(" "));
  }
}
