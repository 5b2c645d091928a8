package ostler.allocator.engine.nova;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.placement.Guest;
import ostler.allocator.engine.placement.NovaChoice;
import ostler.allocator.engine.placement.NovaSpec;
import ostler.allocator.engine.placement.Request;
import ostler.allocator.engine.placement.Request.Need;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.inventory.ProjectId;
import ostler.pci.PciAddress;

/**
 * What of a request is ours: the devices whose alias Ostler has, too, summed up by alias.
 *
 * @param parts none where nothing is ours
 * @param specs for each part the alternatives of Nova's alias; none where Nova said none
 */
public record NovaNeeds(List<Alias> aliases, List<Part> parts, List<List<NovaSpec>> specs) {

  public NovaNeeds {
    aliases = List.copyOf(aliases);
    parts = List.copyOf(parts);
    specs = specs.stream().map(List::copyOf).toList();
  }

  /** What of the request is ours, by the aliases that there are; refused if that is too much. */
  public static Outcome<NovaNeeds> of(NovaRequest request, Map<AliasName, Alias> known) {
    Map<AliasName, Long> counts = new LinkedHashMap<>();
    Map<AliasName, List<NovaSpec>> specs = new LinkedHashMap<>();
    for (NovaRequest.Devices devices : request.requests()) {
      Optional<AliasName> alias = devices.alias().filter(known::containsKey);
      if (alias.isPresent()) {
        counts.merge(alias.get(), (long) devices.count(), Long::sum);
        specs.computeIfAbsent(alias.get(), name -> new ArrayList<>()).addAll(devices.specs());
      }
    }
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    if (counts.size() > ClaimRequest.MAX_PARTS || all > ClaimRequest.MAX_COUNT) {
      return Outcome.refused(
          Code.MALFORMED,
          "requests: ask for at most "
              + ClaimRequest.MAX_COUNT
              + " units of at most "
              + ClaimRequest.MAX_PARTS
              + " aliases, not for "
              + all
              + " of "
              + counts.size()
              + "; correct the flavor");
    }
    return Outcome.done(
        new NovaNeeds(
            counts.keySet().stream().map(known::get).toList(),
            counts.entrySet().stream()
                .map(part -> new Part(part.getKey(), (int) (long) part.getValue()))
                .toList(),
            List.copyOf(specs.values())));
  }

  /** Nova's ways on each host, in terms of these needs instead of the request's devices. */
  List<List<NovaChoice>> ways(NovaRequest request) {
    return request.ways().stream()
        .map(ways -> ways.stream().map(way -> ofNeeds(request, way)).toList())
        .toList();
  }

  private NovaChoice ofNeeds(NovaRequest request, NovaChoice way) {
    List<List<PciAddress>> cards = new ArrayList<>();
    for (Part part : parts) {
      List<PciAddress> some = new ArrayList<>();
      for (int i = 0; i < request.requests().size(); i++) {
        if (request.requests().get(i).alias().equals(Optional.of(part.alias()))) {
          some.addAll(way.cards().get(i));
        }
      }
      cards.add(some);
    }
    return new NovaChoice(cards);
  }

  /** Whether anything is asked for that Ostler hands out. */
  public boolean isOurs() {
    return !parts.isEmpty();
  }

  /**
   * The same as placement understands it. Where the guest's memory lies is judged by Nova's own
   * NUMATopologyFilter, which knows the guest.
   */
  Request request(ProjectId project) {
    List<Need> needs = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      needs.add(new Need(aliases.get(i), parts.get(i).count()));
    }
    return new Request(needs, Guest.PLAIN, Optional.of(project));
  }

  /** {@code 2 of gpu and 1 of nic}. */
  public String asked() {
    return parts.stream().map(Part::toString).collect(Collectors.joining(" and "));
  }
}
