package ostler.allocator.nova;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ostler.allocator.engine.placement.NovaChoice;
import ostler.allocator.http.BadInput;
import ostler.allocator.http.Door;
import ostler.allocator.nova.FilterRequest.Candidate;
import ostler.allocator.nova.FilterRequest.DeviceRequest;
import ostler.allocator.nova.FilterRequest.HostQuestion;
import ostler.pci.PciAddress;

/** Reads allocation candidates: which device each of them takes for which request. */
final class CandidateReading {

  private static final int MAX_CANDIDATES = 10_000;
  private static final int MAX_CANDIDATE_CHARS = 64;
  private static final int MAX_PROVIDERS = 10_000;

  /** A request's place in the list, by its id. */
  private final Map<String, Integer> requests = new HashMap<>();

  private final int size;

  CandidateReading(List<DeviceRequest> asked) {
    size = asked.size();
    for (int i = 0; i < size; i++) {
      if (asked.get(i).requestId() != null) {
        requests.put(asked.get(i).requestId(), i);
      }
    }
  }

  /** For each host its candidates, in their order; an empty list if no host has any. */
  List<List<NovaChoice>> ways(List<HostQuestion> hosts) {
    if (hosts.stream().allMatch(host -> host.candidates() == null)) {
      return List.of();
    }
    List<List<NovaChoice>> ways = new ArrayList<>(hosts.size());
    for (int i = 0; i < hosts.size(); i++) {
      HostQuestion host = hosts.get(i);
      ways.add(host.candidates() == null ? List.of() : ways("hosts[" + i + "]", host));
    }
    return ways;
  }

  private List<NovaChoice> ways(String field, HostQuestion host) {
    List<Candidate> candidates = host.candidates();
    if (candidates.size() > MAX_CANDIDATES) {
      throw new BadInput(field + ".candidates", "are at most " + MAX_CANDIDATES);
    }
    Map<String, PciAddress> providers = providers(field + ".providers", host.providers());
    List<NovaChoice> ways = new ArrayList<>(candidates.size());
    for (int i = 0; i < candidates.size(); i++) {
      Candidate candidate = candidates.get(i);
      String id = candidate == null ? null : candidate.id();
      if (id == null || id.isEmpty() || id.length() > MAX_CANDIDATE_CHARS) {
        throw new BadInput(
            field + ".candidates[" + i + "].id", "is 1 to " + MAX_CANDIDATE_CHARS + " characters");
      }
      ways.add(way(candidate, providers));
    }
    return ways;
  }

  private static Map<String, PciAddress> providers(String field, Map<String, String> said) {
    Map<String, PciAddress> providers = new HashMap<>();
    if (said == null) {
      return providers;
    }
    if (said.size() > MAX_PROVIDERS) {
      throw new BadInput(field, "are at most " + MAX_PROVIDERS);
    }
    said.forEach(
        (provider, address) ->
            Door.optional(field, address, PciAddress::parse)
                .ifPresent(parsed -> providers.put(provider, parsed)));
    return providers;
  }

  private NovaChoice way(Candidate candidate, Map<String, PciAddress> providers) {
    List<List<PciAddress>> cards = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      cards.add(new ArrayList<>());
    }
    if (candidate.mappings() != null) {
      candidate
          .mappings()
          .forEach(
              (group, taken) -> {
                Integer request = requests.get(requestOf(group));
                if (request != null && taken != null) {
                  taken.stream()
                      .map(providers::get)
                      .filter(card -> card != null)
                      .forEach(cards.get(request)::add);
                }
              });
    }
    return new NovaChoice(cards);
  }

  /** A group is called by its request's id, a hyphen, and its number among those of the request. */
  private static String requestOf(String group) {
    int hyphen = group.lastIndexOf('-');
    return hyphen < 0 ? group : group.substring(0, hyphen);
  }
}
