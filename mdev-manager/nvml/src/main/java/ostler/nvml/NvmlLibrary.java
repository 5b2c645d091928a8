package ostler.nvml;

import java.nio.file.Path;

/** Which library is NVML. */
public final class NvmlLibrary {

  private static final String INSTALLED_NAME = "libnvidia-ml.so.1";

  /**
   * The one that the driver installed. Packages often bring no {@code libnvidia-ml.so} beside it.
   */
  public static final NvmlLibrary INSTALLED =
      new NvmlLibrary(() -> new SharedLibrary(INSTALLED_NAME));

  private final Loader loader;

  private NvmlLibrary(Loader loader) {
    this.loader = loader;
  }

  /** How a library is loaded. */
  @FunctionalInterface
  interface Loader {
    Library load() throws NvmlException;
  }

  /**
   * The one in a file.
   *
   * @throws IllegalArgumentException if the path is not absolute
   */
  public static NvmlLibrary at(Path file) {
    if (!file.isAbsolute()) {
      throw new IllegalArgumentException("NVML is at an absolute path, not " + file);
    }
    return new NvmlLibrary(() -> new SharedLibrary(file.toString()));
  }

  /** One that is loaded in another way. */
  static NvmlLibrary of(Loader loader) {
    return new NvmlLibrary(loader);
  }

  Library load() throws NvmlException {
    return loader.load();
  }
}
