package ostler.flavor;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import ostler.pci.PciClass;
import ostler.pci.PciId;

/**
 * What a unit is made of, without saying which one it is: the models and classes of its members.
 * Units of one model are interchangeable, so rules are asked about models, of which a cloud has
 * few, and not about units.
 *
 * @param parts in a fixed order, so that equal models have equal texts
 */
public record UnitModel(List<Part> parts) {

  private static final Comparator<Part> ORDER =
      Comparator.comparing(Part::id).thenComparing(part -> part.pciClass().code());

  private static final String BETWEEN_PARTS = "+";
  private static final String WITHIN_PART = "/";

  /** One member. */
  public record Part(PciId id, PciClass pciClass) {
    public Part {
      Objects.requireNonNull(id);
      Objects.requireNonNull(pciClass);
    }

    static Part parse(String text) {
      int slash = text.indexOf(WITHIN_PART);
      if (slash < 0) {
        throw new IllegalArgumentException("is not a member's model: " + text);
      }
      return new Part(
          PciId.parse(text.substring(0, slash)), PciClass.parse(text.substring(slash + 1)));
    }

    @Override
    public String toString() {
      return id + WITHIN_PART + pciClass;
    }
  }

  public UnitModel {
    parts = parts.stream().sorted(ORDER).toList();
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a unit has at least one member");
    }
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static UnitModel parse(String text) {
    return new UnitModel(List.of(text.split("\\+")).stream().map(Part::parse).toList());
  }

  /** The member that the others are there for: the first that computes, else the first. */
  public Part main() {
    return parts.stream()
        .filter(part -> part.pciClass().computes())
        .findFirst()
        .orElse(parts.get(0));
  }

  /** {@code 1002:5046/0x030000+8086:2668/0x040300}. */
  @Override
  public String toString() {
    return parts.stream().map(Part::toString).collect(Collectors.joining(BETWEEN_PARTS));
  }
}
