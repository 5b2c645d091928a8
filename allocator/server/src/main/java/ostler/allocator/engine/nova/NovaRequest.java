package ostler.allocator.engine.nova;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import ostler.allocator.engine.placement.NovaChoice;
import ostler.allocator.engine.placement.NovaSpec;
import ostler.flavor.AliasName;
import ostler.inventory.Consumer;
import ostler.inventory.ProjectId;

/**
 * One question of Nova's scheduler: on which of its hosts an instance may be placed.
 *
 * @param instance the one that is placed now; what is promised is kept by it alone, since in a
 *     multi-create all other ids are those of the first instance
 * @param requests 0 to {@value #MAX_REQUESTS}
 * @param hosts names as Nova writes them, 0 to {@value #MAX_HOSTS}, in its order
 * @param ways for each host those that Nova has to take the devices, each with cards for each
 *     request, and none where Nova picks by itself; or an empty list, where it does so everywhere
 */
public record NovaRequest(
    UUID instance,
    ProjectId project,
    NovaIntent intent,
    List<Devices> requests,
    List<String> hosts,
    List<List<NovaChoice>> ways) {

  public static final int MAX_REQUESTS = 64;
  public static final int MAX_HOSTS = 10_000;

  /** Who gives ids to instances. */
  public static final String SOURCE = "nova";

  /**
   * So many devices, an {@code InstancePCIRequest}.
   *
   * @param alias absent where it has none, as a port's, or one that Ostler's could not have
   * @param count 1 or more
   * @param specs any of them
   */
  public record Devices(Optional<AliasName> alias, int count, List<NovaSpec> specs) {
    public Devices {
      Objects.requireNonNull(alias);
      specs = List.copyOf(specs);
      if (count < 1) {
        throw new IllegalArgumentException("is 1 or more");
      }
    }
  }

  public NovaRequest {
    Objects.requireNonNull(instance);
    Objects.requireNonNull(project);
    Objects.requireNonNull(intent);
    requests = List.copyOf(requests);
    hosts = List.copyOf(hosts);
    ways = List.copyOf(ways);
    if (!ways.isEmpty() && ways.size() != hosts.size()) {
      throw new IllegalArgumentException("there are ways for each host, or for none");
    }
    if (requests.size() > MAX_REQUESTS || hosts.size() > MAX_HOSTS) {
      throw new IllegalArgumentException(
          "there are at most " + MAX_REQUESTS + " requests and " + MAX_HOSTS + " hosts");
    }
  }

  /** The instance as what uses a claim's units. */
  public Consumer consumer() {
    return new Consumer(SOURCE, "instance", instance.toString());
  }
}
