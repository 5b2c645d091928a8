package ostler.allocator.quota;

import java.util.Optional;
import java.util.regex.Pattern;
import ostler.flavor.AliasName;
import ostler.inventory.Share;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitKind;
import ostler.pci.PciId;

/**
 * What a limit counts.
 *
 * @param value one of the forms that {@link Family} lists
 */
public record ResourceKey(String value) implements Comparable<ResourceKey> {

  /** Units of any kind. */
  public static final ResourceKey TOTAL = new ResourceKey("total");

  /** Memory of units whose memory is known, in MiB. */
  public static final ResourceKey MEMORY_MIB = new ResourceKey("memory_mib");

  /** Parts of cards, each whole one having {@link Share#WHOLE} of them. */
  public static final ResourceKey FRACTION = new ResourceKey("fraction");

  /** Units that were given back and are not clean yet. */
  public static final ResourceKey CLEANING = new ResourceKey("cleaning");

  /** What kinds of keys there are. */
  public enum Family {
    TOTAL("total", "total"),
    ALIAS("alias", "alias:[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
    MODEL("model", "model:[0-9a-f]{4}:[0-9a-f]{4}"),
    KIND("kind", "kind:(?:whole|mdev|vendor-vf|sriov-vf|mig)"),
    SLICE("slice", "slice:[A-Za-z0-9](?:[A-Za-z0-9 ._+-]{0,62}[A-Za-z0-9._+-])?"),
    MEMORY_MIB("memory_mib", "memory_mib"),
    FRACTION("fraction", "fraction"),
    CLEANING("cleaning", "cleaning");

    private final String word;
    private final Pattern form;

    Family(String word, String form) {
      this.word = word;
      this.form = Pattern.compile(form);
    }

    /** As an operator writes it. */
    public String word() {
      return word;
    }
  }

  public ResourceKey {
    if (familyOf(value).isEmpty()) {
      throw new IllegalArgumentException(
          "a resource key is total, alias:NAME, model:VENDOR:DEVICE in small hexadecimal digits,"
              + " kind:whole (mdev, vendor-vf, sriov-vf, mig), slice:TYPE, memory_mib, fraction or"
              + " cleaning");
    }
  }

  public static ResourceKey of(AliasName alias) {
    return new ResourceKey("alias:" + alias.value());
  }

  public static ResourceKey of(PciId model) {
    return new ResourceKey("model:" + model);
  }

  public static ResourceKey of(UnitKind kind) {
    return new ResourceKey("kind:" + kind);
  }

  /** Slices of one type, whichever kind they are of. */
  public static ResourceKey of(SliceTypeName type) {
    return new ResourceKey("slice:" + type);
  }

  /** Answers empty where the text has another form. */
  public static Optional<ResourceKey> tryParse(String text) {
    return familyOf(text).map(family -> new ResourceKey(text));
  }

  public Family family() {
    return familyOf(value).orElseThrow();
  }

  private static Optional<Family> familyOf(String text) {
    for (Family family : Family.values()) {
      if (family.form.matcher(text).matches()) {
        return Optional.of(family);
      }
    }
    return Optional.empty();
  }

  @Override
  public int compareTo(ResourceKey other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
