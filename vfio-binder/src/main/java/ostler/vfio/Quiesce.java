package ostler.vfio;

import java.util.LinkedHashMap;
import java.util.Map;
import ostler.inventory.WipeStep;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.KernelException;
import ostler.root.Refusal;

/** Makes sure that a device lies still before it is worked on, and lives after it. */
final class Quiesce {

  private final ConfigSpace config;

  Quiesce(ConfigSpace config) {
    this.config = config;
  }

  /** Takes from all members the right to reach memory by themselves; nobody holds them by now. */
  void all(GroupNow group, Journal.Open open, Steps steps) throws Refusal, KernelException {
    for (PciAddress member : group.members()) {
      steps.begin();
      Map<String, Object> seen = alive(member);
      int command = config.command(member);
      if ((command & ConfigSpace.COMMAND_MASTER) != 0) {
        open.step(JournalStep.Kind.COMMAND, member);
        config.setCommand(member, command & ~ConfigSpace.COMMAND_MASTER);
      }
      boolean still = (config.command(member) & ConfigSpace.COMMAND_MASTER) == 0;
      if (!still) {
        throw new Refusal(
            Code.RESET_FAILED,
            "%s keeps its right to reach the machine's memory. Do not trust this device."
                .formatted(member));
      }
      seen.put("held", false);
      seen.put("bus_master", false);
      steps.ok(WipeStep.Kind.QUIESCE, member, seen);
    }
  }

  /**
   * What the device itself says that it is, to begin a step's evidence with.
   *
   * @throws Refusal DEVICE_GONE if it says nothing
   */
  Map<String, Object> alive(PciAddress member) throws Refusal, KernelException {
    if (!config.answers(member)) {
      throw new Refusal(
          Code.DEVICE_GONE,
          "%s does not answer any more: it has fallen off the bus. Reboot this host, with its power taken away."
              .formatted(member));
    }
    Map<String, Object> seen = new LinkedHashMap<>();
    seen.put("config_vendor", "%04x".formatted(config.vendor(member)));
    return seen;
  }
}
