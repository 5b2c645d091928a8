package ostler.inventory;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import ostler.pci.PciAddress;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;

/**
 * What was done to a unit between two tenants, with the evidence. Failures are recorded too.
 *
 * <p>{@link #body} is what is hashed and signed. It is written once, where the wipe was done, and
 * from then on handed around as that text: whoever writes it again breaks its hash.
 *
 * @param previousClaim the last tenancy before it, absent where the unit had none
 * @param level what the steps show, 0 for a failed wipe
 * @param code why it failed; present exactly if it failed
 * @param gaps what the wipe is known not to have reached, each a sentence
 */
public record WipeRecord(
    WipeId wipe,
    UnitId unit,
    HostName host,
    BootId bootId,
    UnitMembers members,
    Fence fence,
    Optional<ClaimId> previousClaim,
    Instant started,
    Instant ended,
    List<WipeStep> steps,
    WipeCoverage coverage,
    List<String> gaps,
    WipeLevel level,
    Result result,
    Optional<String> code,
    String kernel,
    String agentVersion) {

  /** The longest body, in characters: nine steps for each of many members. */
  public static final int MAX_BODY_CHARS = 512 * 1024;

  private static final JsonLimits LIMITS = new JsonLimits(4 * MAX_BODY_CHARS, 16, 16 * 1024);
  private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

  /** How a wipe ended. */
  public enum Result {
    CLEAN("clean"),
    FAILED("failed");

    private final String wireName;

    Result(String wireName) {
      this.wireName = wireName;
    }

    /** Answers empty where the text is not a result's name. */
    public static Optional<Result> tryParse(String text) {
      return text.equals(CLEAN.wireName)
          ? Optional.of(CLEAN)
          : text.equals(FAILED.wireName) ? Optional.of(FAILED) : Optional.empty();
    }

    @Override
    public String toString() {
      return wireName;
    }
  }

  public WipeRecord {
    Objects.requireNonNull(wipe);
    Objects.requireNonNull(unit);
    Objects.requireNonNull(host);
    Objects.requireNonNull(bootId);
    Objects.requireNonNull(members);
    Objects.requireNonNull(fence);
    Objects.requireNonNull(previousClaim);
    Objects.requireNonNull(started);
    Objects.requireNonNull(ended);
    steps = List.copyOf(steps);
    Objects.requireNonNull(coverage);
    gaps = List.copyOf(gaps);
    Objects.requireNonNull(level);
    Objects.requireNonNull(kernel);
    Objects.requireNonNull(agentVersion);
    if (code.isPresent() != (result == Result.FAILED)) {
      throw new IllegalArgumentException("a wipe record has a code exactly if it failed");
    }
    if (code.isPresent() && !CODE.matcher(code.get()).matches()) {
      throw new IllegalArgumentException("a wipe record's code is an upper-case name");
    }
  }

  /**
   * The level that this record's own evidence shows, which may be less than the one it claims; the
   * reader who grants on a record goes by this. It is the level of its steps, and nothing where a
   * member was left out: each must have been quiet and then reset, since one dirty function makes
   * the unit dirty. A slice that was made anew had none of them reset, since its siblings run on.
   */
  public WipeLevel reached() {
    WipeLevel shown = WipeLevel.reached(steps, coverage);
    return shown == WipeLevel.VENDOR || members.addresses().stream().allMatch(this::isReset)
        ? shown
        : WipeLevel.L0;
  }

  private boolean isReset(PciAddress address) {
    boolean quiet = false;
    for (WipeStep step : steps) {
      boolean done = step.address().equals(address) && step.result() == WipeStep.Result.OK;
      quiet |= done && step.kind() == WipeStep.Kind.QUIESCE;
      if (quiet && done && step.kind() == WipeStep.Kind.RESET) {
        return true;
      }
    }
    return false;
  }

  /** Whether it ended clean and its evidence shows at least that level. */
  public boolean isCleanTo(WipeLevel demanded) {
    return result == Result.CLEAN && reached().satisfies(demanded);
  }

  /** The text that is hashed and signed. */
  public String body() {
    return Json.write(out -> WipeRecordJson.writeRecord(this, out));
  }

  /**
   * Reads a body.
   *
   * @throws WireException if it is not one; unknown fields are refused, since nobody could judge
   *     evidence with a part that is not understood
   */
  public static WipeRecord parse(String body) throws WireException {
    if (body.length() > MAX_BODY_CHARS) {
      throw new WireException("", "is longer than " + MAX_BODY_CHARS + " characters");
    }
    return Json.read(body, LIMITS, WipeRecordJson::readRecord);
  }

  /** The wipe that a body speaks of, even where the rest of it is no record. */
  public static Optional<WipeId> wipeOf(String body) {
    try {
      return Json.read(body, LIMITS, in -> in.optionalValue("wipe", WipeId::tryParse, "a UUID"));
    } catch (WireException e) {
      return Optional.empty();
    }
  }
}
