package ostler.allocator.http;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ostler.pci.PciClass;
import ostler.pci.PciId;
import ostler.pci.PciNames;

/** What people call models. A name is looked up once, since the list of all is long. */
public final class ModelNames {

  private static final Logger LOG = LoggerFactory.getLogger(ModelNames.class);

  /** A cloud has few models; hosts that report more make names slow, and nothing else. */
  private static final int MAX_KEPT = 10_000;

  private final Path root;
  private final Map<Model, String> names = new ConcurrentHashMap<>();

  private record Model(PciId id, Optional<PciClass> pciClass) {}

  /**
   * Looks in the list of this machine, where it has one.
   *
   * @param root of the file system
   */
  public ModelNames(Path root) {
    this.root = root;
    PciNames.advice(root).ifPresent(LOG::info);
  }

  /** The model's name; where it has none, what kind of thing it is. */
  String of(PciId id, PciClass pciClass) {
    return of(new Model(id, Optional.of(pciClass)));
  }

  /** The name of a model of which no more is known. */
  String of(PciId id) {
    return of(new Model(id, Optional.empty()));
  }

  private String of(Model model) {
    String known = names.get(model);
    if (known != null) {
      return known;
    }
    String name = look(model);
    if (names.size() < MAX_KEPT) {
      names.put(model, name);
    }
    return name;
  }

  private String look(Model model) {
    try {
      PciNames known = PciNames.read(root, Set.of(model.id()));
      return model
          .pciClass()
          .map(pciClass -> known.brief(model.id(), pciClass))
          .orElseGet(() -> known.brief(model.id()));
    } catch (IOException e) {
      LOG.warn("the list of PCI names cannot be read", e);
      return model.id().toString();
    }
  }
}
