package ostler.root;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ostler.inventory.ClaimId;
import ostler.inventory.Fence;
import ostler.inventory.FenceJson;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.WireException;

/** What every request to a root program has: which run it is, and by what right it comes. */
public final class RequestParts {

  /** How much of a request is read: one JSON object of at most 64 KiB. */
  public static final JsonLimits LIMITS = new JsonLimits(64 * 1024, 6, 1024);

  private static final Pattern FENCE = Pattern.compile("(\\d{1,18})\\.(\\d{1,18})");

  private RequestParts() {}

  /**
   * Reads {@code op}.
   *
   * @throws WireException if it is missing or no UUID
   */
  public static OpId op(JsonObject in) throws WireException {
    return new OpId(in.value("op", RequestParts::uuid, "a UUID of 36 characters"));
  }

  /**
   * Reads {@code fence} or {@code offline}; empty where neither is there.
   *
   * @throws WireException if both are there, or one is malformed
   */
  public static Optional<Authority> authority(JsonObject in) throws WireException {
    Optional<Fence> fence = in.optionalObject("fence", FenceJson::read);
    Optional<Reason> reason = in.optionalObject("offline", RequestParts::offline);
    if (fence.isPresent() && reason.isPresent()) {
      throw in.refusal("offline", "is not allowed beside a fence");
    }
    return fence.<Authority>map(Authority.Fenced::new).or(() -> reason.map(Authority.Offline::new));
  }

  /**
   * Reads a fence as a person writes it, {@code 1.17}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Fence fence(Word word) {
    Matcher parts = FENCE.matcher(word.text());
    if (!parts.matches()) {
      throw new IllegalArgumentException("a fence is EPOCH.NUMBER, for example 1.17");
    }
    return new Fence(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)));
  }

  private static Optional<UUID> uuid(String text) {
    return ClaimId.tryParse(text).map(ClaimId::value);
  }

  private static Reason offline(JsonObject in) throws WireException {
    Reason reason = new Reason(in.text("reason"));
    in.done();
    return reason;
  }
}
