package ostler.allocator.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import ostler.inventory.ClaimId;

/** Where texts from outside become types, or are refused by name. */
public final class Door {

  static final int DEFAULT_LIMIT = 200;
  static final int MAX_LIMIT = 1000;

  /** Before every UUID in the database's order. */
  static final UUID FIRST = new UUID(0, 0);

  private static final int MAX_REASON_CHARS = 1024;

  private Door() {}

  /** Reads a text with a constructor or a parser that throws IllegalArgumentException. */
  public static <T> T parse(String field, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new BadInput(field, e.getMessage());
    }
  }

  public static <T> Optional<T> optional(String field, String text, Function<String, T> parser) {
    return Optional.ofNullable(text).map(present -> parse(field, present, parser));
  }

  /** Reads a name in small letters of an enum. */
  public static <E extends Enum<E>> E choice(String field, String text, Class<E> type) {
    for (E choice : type.getEnumConstants()) {
      if (choice.name().equalsIgnoreCase(text)) {
        return choice;
      }
    }
    throw new BadInput(
        field,
        "is one of "
            + String.join(", ", Arrays.stream(type.getEnumConstants()).map(Door::lower).toList()));
  }

  public static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  public static <T> T required(String field, T value) {
    if (value == null) {
      throw new BadInput(field, "is missing");
    }
    return value;
  }

  static void sameAsPath(String field, String inBody, String inPath) {
    if (inBody != null && !inBody.equals(inPath)) {
      throw new BadInput(field, "is not the one in the path, " + inPath);
    }
  }

  static int between(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw new BadInput(field, "is " + least + " to " + most);
    }
    return value;
  }

  static int limit(Integer asked) {
    int limit = asked == null ? DEFAULT_LIMIT : asked;
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new BadInput("limit", "is 1 to " + MAX_LIMIT);
    }
    return limit;
  }

  public static UUID uuid(String field, String text) {
    // Any parser of the canonical form will do; this one is strict.
    return parse(field, text, ClaimId::parse).value();
  }

  static UUID marker(String text) {
    return text == null ? FIRST : uuid("marker", text);
  }

  /** A marker that is a name; PostgreSQL refuses a statement over a text with a NUL in it. */
  static String nameMarker(String text) {
    if (text != null && text.indexOf('\0') >= 0) {
      throw new BadInput("marker", "is none that a list ended with");
    }
    return text == null ? "" : text;
  }

  static String reason(String text) {
    return text("reason", text);
  }

  /** What an operator has to say in his own words. */
  static String text(String field, String text) {
    if (text == null || text.isBlank()) {
      throw new BadInput(field, "is missing; say why, for whoever reads the audit");
    }
    return bounded(field, text);
  }

  static String optionalReason(String text) {
    return text == null ? "" : bounded("reason", text);
  }

  private static String bounded(String field, String text) {
    if (text.length() > MAX_REASON_CHARS) {
      throw new BadInput(field, "is at most " + MAX_REASON_CHARS + " characters");
    }
    return text;
  }
}
