package ostler.inventory;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import ostler.inventory.WipeStep.Kind;
import ostler.inventory.WipeStep.Result;
import ostler.pci.PciAddress;

/**
 * How much assurance a wipe gives, from nothing up. The names are stable: aliases demand them.
 *
 * <p>The level is never told, it is derived from the evidence: by the host that did the wipe, and
 * again by the allocator before it believes the record.
 */
public enum WipeLevel {
  /** Nothing is known. */
  L0,
  /**
   * A slice was destroyed and made anew: that this clears it, its vendor says, and nobody saw. An
   * alias must accept it by name.
   */
  VENDOR,
  /** A reset was seen to happen. No reset is documented to clear memory. */
  L1,
  /** All memory was overwritten. */
  L2,
  /** All memory was overwritten and read back, by a verifier that was seen to see and to fail. */
  L3,
  /** As L3, with firmware measured and the power taken away. No steps of today reach it. */
  L4;

  /** Answers empty where the text is not a level's name. */
  public static Optional<WipeLevel> tryParse(String text) {
    return Arrays.stream(values()).filter(level -> level.name().equals(text)).findFirst();
  }

  /** Whether this level satisfies who demands the other. */
  public boolean satisfies(WipeLevel demanded) {
    return compareTo(demanded) >= 0;
  }

  /**
   * The level that the steps prove, in the order in which they were done. One failed step proves
   * that something else happened than what was planned, so then nothing is proved.
   */
  public static WipeLevel reached(List<WipeStep> steps, WipeCoverage coverage) {
    boolean failed = steps.stream().anyMatch(step -> step.result() == Result.FAILED);
    if (failed) {
      return L0;
    }
    if (addresses(steps, Kind.RESET).isEmpty()) {
      return addresses(steps, Kind.CREATE).isEmpty() ? L0 : VENDOR;
    }
    Set<PciAddress> scrubbed = addresses(steps, Kind.SCRUB);
    if (scrubbed.isEmpty() || !coverage.isScrubbedWhole()) {
      return L1;
    }
    boolean proved = scrubbed.stream().allMatch(address -> isProved(address, steps));
    return proved && coverage.isVerifiedWhole() ? L3 : L2;
  }

  private static Set<PciAddress> addresses(List<WipeStep> steps, Kind kind) {
    return steps.stream()
        .filter(step -> step.kind() == kind && step.result() == Result.OK)
        .map(WipeStep::address)
        .collect(Collectors.toSet());
  }

  /**
   * Whether a function's scrub is proved: the witness saw the memory before it, the verifier read
   * it after it, and the verifier was shown to be able to fail.
   */
  private static boolean isProved(PciAddress address, List<WipeStep> steps) {
    Map<Kind, Integer> last = new EnumMap<>(Kind.class);
    for (int i = 0; i < steps.size(); i++) {
      WipeStep step = steps.get(i);
      if (step.address().equals(address) && step.result() == Result.OK) {
        last.put(step.kind(), i);
      }
    }
    return last.keySet()
            .containsAll(Set.of(Kind.WITNESS, Kind.SCRUB, Kind.VERIFY, Kind.NEGATIVE_CONTROL))
        && last.get(Kind.WITNESS) < last.get(Kind.SCRUB)
        && last.get(Kind.SCRUB) < last.get(Kind.VERIFY);
  }
}
