package ostler.flavor.nova;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What kind of PCI function Nova takes a device for. */
public enum DeviceType {
  /** One without virtual functions. */
  PCI("type-PCI"),
  /** One that can have virtual functions; only aliases that ask for this type get it. */
  PF("type-PF"),
  /** A virtual function. */
  VF("type-VF");

  private final String word;

  DeviceType(String word) {
    this.word = word;
  }

  /** Answers empty where Nova does not know the word in an alias. */
  public static Optional<DeviceType> tryParse(String text) {
    return Arrays.stream(values()).filter(type -> type.word.equals(text)).findFirst();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(DeviceType::toString).toList();
  }

  @Override
  public String toString() {
    return word;
  }
}
