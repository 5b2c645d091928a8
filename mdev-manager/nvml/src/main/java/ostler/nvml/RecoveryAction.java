package ostler.nvml;

/** What NVML says a device needs before it works again ({@code nvmlDeviceGpuRecoveryAction_t}). */
public enum RecoveryAction {
  NONE,
  RESET,
  REBOOT,
  DRAIN_PEERS,
  DRAIN_AND_RESET,
  /** A number that is not in this list. */
  OTHER;

  private static final RecoveryAction[] ALL = values();

  static RecoveryAction of(int number) {
    return number >= 0 && number < ALL.length ? ALL[number] : OTHER;
  }
}
