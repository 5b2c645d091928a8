package ostler.allocator.nova;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import ostler.allocator.engine.nova.NovaIntent;
import ostler.allocator.engine.nova.NovaRequest;
import ostler.allocator.engine.placement.NovaSpec;
import ostler.allocator.http.BadInput;
import ostler.allocator.http.Door;
import ostler.flavor.AliasName;
import ostler.flavor.PciNumber;
import ostler.flavor.nova.DeviceType;
import ostler.inventory.ClaimId;
import ostler.inventory.ProjectId;

/**
 * A question of Nova's scheduler as it comes, {@code flavor-sync/nova/schema/filter-request.json}.
 * Versions of Nova differ in what they add, so fields that are not known are ignored.
 *
 * @param version of the protocol
 * @param instanceUuid the instance that is placed now
 * @param intent what Nova is about to do, in small letters
 * @param hosts no host twice
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@Schema(name = "NovaFilterRequest")
public record FilterRequest(
    Integer version,
    String instanceUuid,
    String projectId,
    String intent,
    List<DeviceRequest> requests,
    List<HostQuestion> hosts) {

  static final int VERSION = 1;

  private static final int MAX_HOST_CHARS = 253;
  private static final int MAX_NODE_CHARS = 255;
  private static final int MAX_ALIAS_CHARS = 256;
  private static final int MAX_SPECS = 64;

  /**
   * So many devices of one alias.
   *
   * @param requestId what the groups of allocation candidates are called by
   * @param alias null for a port's request
   * @param spec any of these
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @Schema(name = "NovaDeviceRequest")
  public record DeviceRequest(String requestId, String alias, Integer count, List<Spec> spec) {}

  /** What of an alias's alternative bears on units. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @Schema(name = "NovaDeviceSpec")
  public record Spec(String vendorId, String productId, String devType) {}

  /**
   * A host that is asked about.
   *
   * @param nodename hosts of bare metal have several
   * @param candidates only with PCI in Placement
   * @param providers the address of the function that each provider of Placement's is, for those
   *     that are one
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @Schema(name = "NovaHost")
  public record HostQuestion(
      String host, String nodename, List<Candidate> candidates, Map<String, String> providers) {}

  /**
   * One of a host's allocation candidates.
   *
   * @param mappings for each group, the providers that it takes from; each device of a request has
   *     a group, called by the request's id and a number
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @Schema(name = "NovaAllocationCandidate")
  public record Candidate(String id, Map<String, List<String>> mappings) {}

  /** Reads all of it into types, or says which field breaks which rule. */
  NovaRequest parse() {
    if (Door.required("version", version) != VERSION) {
      throw new BadInput("version", "is one of [" + VERSION + "], not " + version);
    }
    List<DeviceRequest> asked = Door.required("requests", requests);
    if (asked.size() > NovaRequest.MAX_REQUESTS) {
      throw new BadInput("requests", "are at most " + NovaRequest.MAX_REQUESTS);
    }
    List<NovaRequest.Devices> devices = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      String field = "requests[" + i + "]";
      devices.add(devices(field, Door.required(field, asked.get(i))));
    }
    return new NovaRequest(
        instance(),
        Door.parse("project_id", Door.required("project_id", projectId), ProjectId::new),
        Door.choice("intent", Door.required("intent", intent), NovaIntent.class),
        devices,
        hostNames(),
        new CandidateReading(asked).ways(hosts));
  }

  private UUID instance() {
    String text = Door.required("instance_uuid", instanceUuid);
    return Door.parse("instance_uuid", text, ClaimId::parse).value();
  }

  private static NovaRequest.Devices devices(String field, DeviceRequest asked) {
    int count = Door.required(field + ".count", asked.count());
    if (count < 1) {
      throw new BadInput(field + ".count", "is 1 or more");
    }
    List<Spec> said = asked.spec() == null ? List.of() : asked.spec();
    if (said.size() > MAX_SPECS) {
      throw new BadInput(field + ".spec", "are at most " + MAX_SPECS);
    }
    List<NovaSpec> specs = new ArrayList<>();
    for (int i = 0; i < said.size(); i++) {
      String at = field + ".spec[" + i + "]";
      specs.add(spec(at, Door.required(at, said.get(i))));
    }
    return new NovaRequest.Devices(alias(field + ".alias", asked.alias()), count, specs);
  }

  /** Nova allows names that Ostler does not; those are none of Ostler's aliases. */
  private static Optional<AliasName> alias(String field, String name) {
    if (name != null && name.length() > MAX_ALIAS_CHARS) {
      throw new BadInput(field, "is at most " + MAX_ALIAS_CHARS + " characters");
    }
    return Optional.ofNullable(name).flatMap(AliasName::tryParse);
  }

  private static NovaSpec spec(String field, Spec said) {
    // Another word leaves out none of our units.
    return new NovaSpec(
        Door.optional(field + ".vendor_id", said.vendorId(), PciNumber::parse),
        Door.optional(field + ".product_id", said.productId(), PciNumber::parse),
        Optional.ofNullable(said.devType()).flatMap(DeviceType::tryParse));
  }

  private List<String> hostNames() {
    List<HostQuestion> asked = Door.required("hosts", hosts);
    if (asked.size() > NovaRequest.MAX_HOSTS) {
      throw new BadInput("hosts", "are at most " + NovaRequest.MAX_HOSTS);
    }
    List<String> names = new ArrayList<>(asked.size());
    Set<List<String>> seen = new HashSet<>();
    for (int i = 0; i < asked.size(); i++) {
      HostQuestion host = asked.get(i);
      String name = host == null ? null : host.host();
      if (name == null || name.isEmpty() || name.length() > MAX_HOST_CHARS) {
        throw new BadInput(
            "hosts[" + i + "].host", "is a name of 1 to " + MAX_HOST_CHARS + " characters");
      }
      String node = host.nodename() == null ? "" : host.nodename();
      if (node.length() > MAX_NODE_CHARS) {
        throw new BadInput(
            "hosts[" + i + "].nodename", "is at most " + MAX_NODE_CHARS + " characters");
      }
      if (!seen.add(List.of(name, node))) {
        throw new BadInput("hosts[" + i + "].host", "is named twice; name each host once");
      }
      names.add(name);
    }
    return names;
  }
}
