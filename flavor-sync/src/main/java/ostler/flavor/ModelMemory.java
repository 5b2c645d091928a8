package ostler.flavor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import ostler.pci.PciId;

/**
 * How much memory models are sold with. A BAR does not tell: it is a power of two, and on many
 * cards a window that shows a part.
 */
public final class ModelMemory {

  private static final String TABLE = "memory.tsv";
  private static final long MIB_PER_GIB = 1024;

  private final Map<PciId, Long> mib;

  private ModelMemory(Map<PciId, Long> mib) {
    this.mib = mib;
  }

  /** The models whose memory this program knows. */
  public static ModelMemory known() {
    try (InputStream table = ModelMemory.class.getResourceAsStream(TABLE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(table, StandardCharsets.UTF_8))) {
      Map<PciId, Long> mib = new HashMap<>();
      lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t"))
          .forEach(model -> mib.put(PciId.parse(model[0]), Long.parseLong(model[1]) * MIB_PER_GIB));
      return new ModelMemory(mib);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In MiB, absent for a model that is not known. */
  public OptionalLong of(PciId model) {
    Long known = mib.get(model);
    return known == null ? OptionalLong.empty() : OptionalLong.of(known);
  }
}
