package ostler.vfio;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import ostler.inventory.WipeStep;
import ostler.root.Code;
import ostler.root.Deadline;
import ostler.root.KernelException;
import ostler.root.KernelOperation;
import ostler.root.Refusal;
import ostler.vfio.scrub.Scrubber;

/** The steps that clear one memory, each with its evidence and its deadline. */
final class MemoryWipe {

  /** What one memory operation's deadline is for. */
  private static final long BYTES_A_TURN = 64L << 20;

  private final ScrubPlan.Memory memory;
  private final Steps steps;
  private final Deadline deadline;
  private final Scrubber scrubber;

  MemoryWipe(ScrubPlan.Memory memory, Steps steps, Deadline deadline, Scrubber scrubber) {
    this.memory = memory;
    this.steps = steps;
    this.deadline = deadline;
    this.scrubber = scrubber;
  }

  /**
   * Clears it.
   *
   * @param pattern 64 bits that nobody could know
   * @throws Refusal CONTROL_FAILED, RESIDUE
   */
  void wipe(long pattern) throws Refusal, KernelException {
    witness();
    fill(pattern);
    negativeControl();
    verify();
  }

  private void witness() throws Refusal, KernelException {
    steps.begin();
    Scrubber.Reading reading = timed(scrubber::witness);
    require(
        reading, Code.CONTROL_FAILED, "A canary could not be read back", "a write did not stay");
    ok(WipeStep.Kind.WITNESS, reading);
  }

  private void fill(long pattern) throws Refusal, KernelException {
    steps.begin();
    long sampled = 0;
    for (long each : new long[] {pattern, ~pattern, 0}) {
      Scrubber.Reading reading = timed(() -> scrubber.fill(each));
      require(
          reading, Code.CONTROL_FAILED, "A pattern could not be read back", "a write did not stay");
      sampled += reading.bytes();
    }
    Map<String, Object> seen = detail();
    seen.put("bytes", memory.bar().bytes());
    seen.put("because", memory.because());
    seen.put("patterns", "random, its opposite, zeros");
    seen.put("sampled_bytes", sampled);
    steps.ok(WipeStep.Kind.SCRUB, memory.device(), seen);
  }

  private void negativeControl() throws Refusal, KernelException {
    steps.begin();
    if (!timed(scrubber::canFail)) {
      throw new Refusal(
          Code.CONTROL_FAILED,
          "The verifier did not find exactly the byte that was planted in BAR %d of %s: it proves nothing. Do not trust earlier wipes of this model."
              .formatted(memory.bar().index(), memory.device()));
    }
    Map<String, Object> seen = detail();
    seen.put("planted_bytes", 1L);
    seen.put("found", true);
    steps.ok(WipeStep.Kind.NEGATIVE_CONTROL, memory.device(), seen);
  }

  private void verify() throws Refusal, KernelException {
    steps.begin();
    Scrubber.Reading reading = timed(scrubber::verify);
    String what = reading.canary() ? "a canary is still there" : "something is still there";
    require(reading, Code.RESIDUE, "The memory is not empty after it was cleared", what);
    ok(WipeStep.Kind.VERIFY, reading);
  }

  private void ok(WipeStep.Kind kind, Scrubber.Reading reading) {
    Map<String, Object> seen = detail();
    seen.put("bytes", reading.bytes());
    seen.put("canary_found", reading.canary());
    steps.ok(kind, memory.device(), seen);
  }

  private Map<String, Object> detail() {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("bar", (long) memory.bar().index());
    return detail;
  }

  private void require(Scrubber.Reading reading, Code code, String what, String why)
      throws Refusal {
    if (!reading.isClean()) {
      long place = reading.residue().getAsLong();
      throw new Refusal(
          code,
          "%s: at byte %d of BAR %d of %s %s. Keep the device away from tenants."
              .formatted(what, place, memory.bar().index(), memory.device(), why),
          Map.of("bar", (long) memory.bar().index(), "byte", place, "canary", reading.canary()));
    }
  }

  private <T> T timed(Supplier<T> work) throws KernelException {
    int turns = (int) (1 + memory.bar().bytes() / BYTES_A_TURN);
    return deadline.within(KernelOperation.MEMORY, memory.device(), turns, work::get);
  }
}
