package ostler.allocator.http;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ostler.pci.PciId;
import ostler.pci.PciNames;

/** What people call models. A name is looked up once, since the list of all is long. */
public final class ModelNames {

  private static final Logger LOG = LoggerFactory.getLogger(ModelNames.class);

  /** A cloud has few models; hosts that report more make names slow, and nothing else. */
  private static final int MAX_KEPT = 10_000;

  private final Path root;
  private final Map<PciId, String> names = new ConcurrentHashMap<>();

  /**
   * Looks in the list of this machine, where it has one.
   *
   * @param root of the file system
   */
  public ModelNames(Path root) {
    this.root = root;
  }

  String of(PciId id) {
    String known = names.get(id);
    if (known != null) {
      return known;
    }
    String name = look(id);
    if (names.size() < MAX_KEPT) {
      names.put(id, name);
    }
    return name;
  }

  private String look(PciId id) {
    try {
      return PciNames.read(root, Set.of(id)).brief(id);
    } catch (IOException e) {
      LOG.warn("the list of PCI names cannot be read", e);
      return id.toString();
    }
  }
}
