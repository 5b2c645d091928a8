package ostler.inventory;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Who has a device open now.
 *
 * @param id a domain's UUID, or a process id; 1 to 128 characters
 * @param name for people: the domain's name, or the process's command; cut to 128 characters
 */
public record Holder(Kind kind, String id, String name) {

  private static final int MAX_CHARS = 128;

  /** What a holder is. */
  public enum Kind {
    /** A libvirt domain. */
    DOMAIN,
    PROCESS;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** Answers empty where the text is not a kind's name. */
    public static Optional<Kind> tryParse(String text) {
      return text.equals(DOMAIN.wireName)
          ? Optional.of(DOMAIN)
          : text.equals(PROCESS.wireName) ? Optional.of(PROCESS) : Optional.empty();
    }

    @Override
    @JsonValue
    public String toString() {
      return wireName;
    }
  }

  public Holder {
    Objects.requireNonNull(kind);
    if (id.isEmpty() || id.length() > MAX_CHARS) {
      throw new IllegalArgumentException("a holder's id is 1 to " + MAX_CHARS + " characters");
    }
    name = name.length() <= MAX_CHARS ? name : name.substring(0, MAX_CHARS);
  }

  /** Whether it is the machine that a consumer names, by its UUID or its name. */
  public boolean isMachineOf(Consumer consumer) {
    return kind == Kind.DOMAIN && (id.equals(consumer.id()) || name.equals(consumer.id()));
  }
}
