package ostler.nvml;

import java.nio.file.Path;

/**
 * Which library is NVML.
 *
 * @param name as dlopen(3) takes it: the name of every driver's package, or an absolute path
 */
public record NvmlLibrary(String name) {

  /**
   * The one that the driver installed. Packages often bring no {@code libnvidia-ml.so} beside it.
   */
  public static final NvmlLibrary INSTALLED = new NvmlLibrary("libnvidia-ml.so.1");

  public NvmlLibrary {
    if (!name.equals("libnvidia-ml.so.1") && !Path.of(name).isAbsolute()) {
      throw new IllegalArgumentException(
          "NVML is libnvidia-ml.so.1 or an absolute path, not " + name);
    }
  }
}
