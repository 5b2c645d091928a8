package ostler.inventory;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import ostler.pci.PciAddress;

/**
 * One thing that was done to one function between two tenants, with what was seen.
 *
 * @param millis how long it took, 0 or more
 * @param detail the evidence: texts, whole numbers and truth values by name, in their order
 */
public record WipeStep(
    Kind kind,
    PciAddress address,
    Result result,
    Instant started,
    long millis,
    Map<String, Object> detail) {

  /** What was done. */
  public enum Kind {
    /** Nobody holds it, and it can no longer reach memory by itself. */
    QUIESCE("quiesce"),
    /** Exactly one named reset. */
    RESET("reset"),
    /** A canary was written and read back: whoever verifies can see the memory. */
    WITNESS("witness"),
    /** The memory was overwritten. */
    SCRUB("scrub"),
    /** The memory was read back and holds nothing but what the scrub wrote. */
    VERIFY("verify"),
    /** The verifier was shown a spot that is not clean and refused it: it can fail. */
    NEGATIVE_CONTROL("negative-control"),
    /** It answers, and its error counters and its link are as they were before. */
    HEALTH("health"),
    /** A slice was destroyed by the driver that made it. */
    DESTROY("destroy"),
    /** A slice was made anew, under an id that was never used. */
    CREATE("create"),
    /** Its firmware is one that is allowed. */
    FIRMWARE("firmware"),
    /** The driver that it rests on is bound again. */
    REBIND("rebind");

    private final String wireName;

    Kind(String wireName) {
      this.wireName = wireName;
    }

    /** Answers empty where the text is not a kind's name. */
    public static Optional<Kind> tryParse(String text) {
      return Arrays.stream(values()).filter(kind -> kind.wireName.equals(text)).findFirst();
    }

    @Override
    public String toString() {
      return wireName;
    }
  }

  /** How it went. */
  public enum Result {
    OK("ok"),
    FAILED("failed"),
    /** Not needed for this function; the detail says why. */
    SKIPPED("skipped");

    private final String wireName;

    Result(String wireName) {
      this.wireName = wireName;
    }

    /** Answers empty where the text is not a result's name. */
    public static Optional<Result> tryParse(String text) {
      return Arrays.stream(values()).filter(result -> result.wireName.equals(text)).findFirst();
    }

    @Override
    public String toString() {
      return wireName;
    }
  }

  public WipeStep {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(address);
    Objects.requireNonNull(result);
    Objects.requireNonNull(started);
    detail = Collections.unmodifiableMap(new LinkedHashMap<>(detail));
    if (millis < 0) {
      throw new IllegalArgumentException("a step takes 0 or more milliseconds, not " + millis);
    }
    for (Map.Entry<String, Object> entry : detail.entrySet()) {
      Object value = entry.getValue();
      if (!(value instanceof String || value instanceof Long || value instanceof Boolean)) {
        throw new IllegalArgumentException(
            "a step's detail is a text, a Long or a Boolean: " + entry.getKey());
      }
    }
  }
}
