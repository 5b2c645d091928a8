package ostler.nvml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import ostler.inventory.DeviceUuid;
import ostler.inventory.Problem;
import ostler.inventory.SerialNumber;
import ostler.pci.PciAddress;
import ostler.wire.JsonWriter;

/**
 * What NVML said of one device at one moment. What is absent the device does not have, or its
 * reading is among the failures.
 *
 * @param celsius the chip's temperature, in degrees
 * @param milliwatts the board's power
 * @param persistent whether the driver keeps the device awake without a user
 */
public record GpuReading(
    PciAddress address,
    Optional<String> name,
    Optional<DeviceUuid> uuid,
    Optional<SerialNumber> serial,
    Optional<Memory> memory,
    OptionalLong celsius,
    OptionalLong milliwatts,
    Optional<Load> load,
    Optional<Boolean> persistent,
    Wear wear,
    Optional<RecoveryAction> recovery,
    Optional<MigMode> mig,
    List<NvmlException> failures) {

  /** In bytes. */
  public record Memory(long total, long used) {}

  /** In percent of the last sampling period. */
  public record Load(int gpu, int memory) {}

  /**
   * What its memory has suffered.
   *
   * @param uncorrected errors since the driver was loaded that ECC could not correct
   * @param retired pages taken out of use after such an error (before Ampere)
   * @param retirementPending whether a page waits for the next reset to be taken out of use
   * @param remapped rows replaced by spare ones (Ampere and later)
   */
  public record Wear(
      OptionalLong uncorrected,
      OptionalLong retired,
      Optional<Boolean> retirementPending,
      Optional<Remapped> remapped) {}

  /**
   * Rows of memory replaced by spare ones.
   *
   * @param failed whether a row could not be replaced: the card is to be exchanged
   */
  public record Remapped(long corrected, long uncorrected, boolean pending, boolean failed) {}

  /** What an operator has to know: what is wrong with the device, or could not be read. */
  List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    failures.stream().map(e -> NvmlProblem.of(address, e)).distinct().forEach(problems::add);
    recovery
        .filter(action -> action != RecoveryAction.NONE)
        .ifPresent(
            action ->
                problems.add(
                    unwell(
                        "NVML wants " + action + " of it",
                        "drain it and do so before it is used")));
    wear.remapped()
        .filter(Remapped::failed)
        .ifPresent(
            rows -> problems.add(unwell("a row of memory has no spare left", "exchange the card")));
    boolean pending =
        wear.remapped().filter(Remapped::pending).isPresent()
            || wear.retirementPending().orElse(false);
    if (pending) {
      problems.add(unwell("failing memory is replaced only at the next reset", "have it reset"));
    }
    if (wear.uncorrected().orElse(0) > 0) {
      problems.add(
          unwell(
              wear.uncorrected().getAsLong() + " memory errors could not be corrected",
              "have it wiped and reset, and exchange the card if they come again"));
    }
    return problems;
  }

  private Problem unwell(String what, String next) {
    return NvmlProblem.of(Problem.Code.GPU_UNWELL, address, what, next);
  }

  void write(JsonWriter out) {
    out.text("address", address)
        .text("name", name)
        .text("uuid", uuid)
        .text("serial", serial)
        .object(
            "memory",
            memory,
            (its, in) -> in.integer("total_bytes", its.total).integer("used_bytes", its.used));
    celsius.ifPresent(degrees -> out.integer("celsius", degrees));
    milliwatts.ifPresent(power -> out.integer("milliwatts", power));
    out.object(
            "load",
            load,
            (its, in) -> in.integer("gpu_percent", its.gpu).integer("memory_percent", its.memory))
        .bool("persistent", persistent);
    wear.uncorrected().ifPresent(errors -> out.integer("uncorrected_errors", errors));
    wear.retired().ifPresent(pages -> out.integer("retired_pages", pages));
    out.bool("retirement_pending", wear.retirementPending())
        .object("remapped_rows", wear.remapped(), GpuReading::write)
        .text("recovery", recovery)
        .object(
            "mig",
            mig,
            (mode, in) -> in.bool("current", mode.current()).bool("pending", mode.pending()));
  }

  private static void write(Remapped rows, JsonWriter out) {
    out.integer("corrected", rows.corrected)
        .integer("uncorrected", rows.uncorrected)
        .bool("pending", rows.pending)
        .bool("failed", rows.failed);
  }
}
