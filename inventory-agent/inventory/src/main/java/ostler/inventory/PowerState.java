package ostler.inventory;

import java.util.Arrays;
import java.util.Optional;

/**
 * A function's power state as {@code power_state} prints it (Linux {@code drivers/pci/pci.c},
 * {@code pci_power_names}).
 */
public enum PowerState {
  ERROR("error"),
  D0("D0"),
  D1("D1"),
  D2("D2"),
  D3HOT("D3hot"),
  D3COLD("D3cold"),
  UNKNOWN("unknown");

  private final String kernelName;

  PowerState(String kernelName) {
    this.kernelName = kernelName;
  }

  /** Answers empty where the text is not a state's name. */
  public static Optional<PowerState> tryParse(String text) {
    return Arrays.stream(values()).filter(state -> state.kernelName.equals(text)).findFirst();
  }

  public String kernelName() {
    return kernelName;
  }
}
