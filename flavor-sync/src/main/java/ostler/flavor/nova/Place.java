package ostler.flavor.nova;

import java.util.Objects;

/**
 * Where somebody wrote a value for Nova.
 *
 * @param file as the operator named it
 * @param spot where in it: {@code line 12, [pci] alias} or {@code flavor gpu.large}
 */
public record Place(String file, String spot) {

  public Place {
    Objects.requireNonNull(file);
    Objects.requireNonNull(spot);
  }

  @Override
  public String toString() {
    return spot.isEmpty() ? file : file + ' ' + spot;
  }
}
