package ostler.flavor.nova;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ostler.flavor.NumaPolicy;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.WireException;

/**
 * What a flavor asks for in devices.
 *
 * @param requests by aliases
 * @param numa its own policy, which comes before that of its aliases
 * @param resources what it asks Placement for by itself, as {@code VGPU}
 */
public record NovaFlavor(
    String name,
    List<AliasRequest> requests,
    Optional<NumaPolicy> numa,
    SortedMap<ResourceClass, Long> resources) {

  /** Some ten thousand flavors. */
  private static final JsonLimits LIMITS = new JsonLimits(32 << 20, 16, 64 * 1024);

  private static final String NUMA_KEY = "hw:pci_numa_affinity_policy";
  private static final Pattern RESOURCE = Pattern.compile("resources[A-Za-z0-9_-]{0,64}:(\\S+)");
  private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,9}");
  private static final String WRAPPED = "flavors";

  public NovaFlavor {
    Objects.requireNonNull(name);
    requests = List.copyOf(requests);
    Objects.requireNonNull(numa);
    resources = Collections.unmodifiableSortedMap(new TreeMap<>(resources));
  }

  /**
   * Reads what {@code openstack flavor list --all --long -f json} prints, or Nova's own answer to
   * {@code GET /flavors/detail} (since 2.61): a list of objects, or an object with the field
   * flavors. A name is in {@code Name} or {@code name}, extra specs are an object in {@code
   * Properties}, {@code properties} or {@code extra_specs}; the rest is not looked at.
   *
   * @throws NovaRefusal at the first flavor that Nova would refuse to boot
   */
  public static List<NovaFlavor> parse(ConfigText export) throws NovaRefusal {
    Place whole = new Place(export.file(), "");
    List<NovaFlavor> flavors = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Object item : items(whole, export.text().strip())) {
      if (!(item instanceof Map<?, ?> fields)) {
        throw new NovaRefusal(whole, "", "holds something else than flavors");
      }
      NovaFlavor flavor = parse(export.file(), fields);
      if (!names.add(flavor.name())) {
        throw new NovaRefusal(whole, "", "has the flavor " + flavor.name() + " twice");
      }
      flavors.add(flavor);
    }
    return List.copyOf(flavors);
  }

  private static List<?> items(Place whole, String text) throws NovaRefusal {
    String object = text.startsWith("[") ? "{\"" + WRAPPED + "\":" + text + '}' : text;
    try {
      Map<String, Object> tree = Json.read(object, LIMITS, JsonObject::tree);
      if (tree.get(WRAPPED) instanceof List<?> list) {
        return list;
      }
    } catch (WireException e) {
      throw new NovaRefusal(whole, e.path(), e.rule());
    }
    throw new NovaRefusal(
        whole,
        "",
        "is no list of flavors: write it with openstack flavor list --all --long -f json");
  }

  private static NovaFlavor parse(String file, Map<?, ?> fields) throws NovaRefusal {
    Optional<Object> name = first(fields, "Name", "name");
    if (name.isEmpty() || !(name.get() instanceof String named) || named.isBlank()) {
      throw new NovaRefusal(new Place(file, ""), "", "has a flavor without a name");
    }
    Place place = new Place(file, "flavor " + named);
    if (named.codePoints().anyMatch(Character::isISOControl)) {
      throw new NovaRefusal(new Place(file, ""), "", "has a flavor with controls in its name");
    }
    Map<String, String> specs = specs(place, fields);
    String aliases = specs.getOrDefault(AliasRequest.KEY, "");
    return new NovaFlavor(
        named,
        specs.containsKey(AliasRequest.KEY) ? AliasRequest.parse(place, aliases) : List.of(),
        numa(place, Optional.ofNullable(specs.get(NUMA_KEY))),
        resources(place, specs));
  }

  private static Optional<Object> first(Map<?, ?> fields, String... names) {
    return Stream.of(names)
        .map(name -> Optional.<Object>ofNullable(fields.get(name)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Map<String, String> specs(Place place, Map<?, ?> fields) throws NovaRefusal {
    Optional<Object> said = first(fields, "Properties", "properties", "extra_specs");
    if (said.isEmpty()) {
      throw new NovaRefusal(
          place, "Properties", "is missing: write the list with --long, which shows extra specs");
    }
    if (!(said.get() instanceof Map<?, ?> object)) {
      throw new NovaRefusal(place, "Properties", "is not an object of extra specs");
    }
    Map<String, String> specs = new LinkedHashMap<>();
    object.forEach((key, value) -> specs.put(key.toString(), String.valueOf(value)));
    return specs;
  }

  private static Optional<NumaPolicy> numa(Place place, Optional<String> word) throws NovaRefusal {
    try {
      return word.map(NovaAlias::policy);
    } catch (IllegalArgumentException e) {
      throw new NovaRefusal(
          place, NUMA_KEY, "is required, legacy, preferred or socket, not " + word.orElse(""));
    }
  }

  private static SortedMap<ResourceClass, Long> resources(Place place, Map<String, String> specs)
      throws NovaRefusal {
    SortedMap<ResourceClass, Long> resources = new TreeMap<>();
    for (Map.Entry<String, String> spec : specs.entrySet()) {
      Matcher key = RESOURCE.matcher(spec.getKey());
      if (key.matches()) {
        if (!AMOUNT.matcher(spec.getValue()).matches()) {
          throw new NovaRefusal(place, spec.getKey(), "is a whole number, not " + spec.getValue());
        }
        try {
          resources.merge(
              new ResourceClass(key.group(1)), Long.parseLong(spec.getValue()), Long::sum);
        } catch (IllegalArgumentException e) {
          throw new NovaRefusal(place, spec.getKey(), e.getMessage());
        }
      }
    }
    return resources;
  }

  /** How many devices it asks for by that alias. */
  int count(String alias) {
    return requests.stream()
        .filter(request -> request.alias().equals(alias))
        .mapToInt(AliasRequest::count)
        .sum();
  }
}
