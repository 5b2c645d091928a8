package ostler.allocator.http;

import java.util.ArrayList;
import java.util.List;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Where;
import ostler.flavor.AliasName;
import ostler.inventory.HostName;

/** What claims, holds and moves say alike: how much of what, and where. */
final class Asked {

  private Asked() {}

  /** The parts as such, or the short form of a single one. */
  static List<Part> parts(String alias, Integer count, List<ClaimView.PartView> parts) {
    if (parts == null) {
      return List.of(
          new Part(
              Door.parse("alias", Door.required("alias", alias), AliasName::new),
              Door.between("count", count == null ? 1 : count, 1, ClaimRequest.MAX_COUNT)));
    }
    if (alias != null || count != null) {
      throw new BadInput("parts", "say it all: leave alias and count out, or the parts");
    }
    List<Part> parsed = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      String field = "parts[" + i + "]";
      parsed.add(Door.required(field, parts.get(i)).parse(field));
    }
    return Door.parse("parts", "", text -> ClaimRequest.checked(parsed));
  }

  /** One host, one of some, or any. */
  static Where where(String host, List<String> hosts) {
    if (host != null && hosts != null) {
      throw new BadInput("hosts", "say it all: leave host out, or the hosts");
    }
    if (hosts == null) {
      return Door.optional("host", host, HostName::new).map(Where::on).orElse(Where.ANYWHERE);
    }
    if (hosts.isEmpty()) {
      throw new BadInput("hosts", "names at least one; leave it out where any host will do");
    }
    List<HostName> named = new ArrayList<>();
    for (int i = 0; i < hosts.size(); i++) {
      String field = "hosts[" + i + "]";
      named.add(Door.parse(field, Door.required(field, hosts.get(i)), HostName::new));
    }
    return Door.parse("hosts", "", text -> new Where(named));
  }

  /** Tenants know no hosts, so they cannot choose among them. */
  static void refuseHostsOf(Caller caller, Where where) {
    if (caller.isTenant() && !where.isAnywhere()) {
      throw new BadInput(
          where.only().isPresent() ? "host" : "hosts", "is not for members of a project to choose");
    }
  }
}
