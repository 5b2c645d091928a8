package ostler.vfio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import ostler.root.ClassLinks;
import ostler.root.Layout;

/** Finds the network interfaces on a unit by which the host may be talking right now. */
final class NetLinks {

  private static final int IFF_UP = 1;

  private static final Pattern SPACE = Pattern.compile("\\s+");

  private final Layout layout;

  NetLinks(Layout layout) {
    this.layout = layout;
  }

  /** Why the host needs an interface there, as a sentence; empty if it needs none. */
  Optional<String> needed(Members members) throws IOException {
    for (ClassLinks.Entry link : new ClassLinks(layout.netDevices()).below(members.addresses())) {
      if (isUp(link.place()) && isUsed(link)) {
        return Optional.of(
            "Network interface %s on %s is up and has an address, a route or a master: the host may need it. Take it down first (ip link set %s down), if the host can do without."
                .formatted(link.name(), link.device(), link.name()));
      }
    }
    return Optional.empty();
  }

  private static boolean isUp(Path link) throws IOException {
    String flags = Files.readString(link.resolve("flags")).strip();
    return (Integer.decode(flags) & IFF_UP) != 0;
  }

  private boolean isUsed(ClassLinks.Entry link) throws IOException {
    return hasRoute(link.name()) || hasAddress(link.name()) || hasMaster(link.place());
  }

  /** An interface with an IPv4 address has a route to its own network; the name comes first. */
  private boolean hasRoute(String name) throws IOException {
    return lines("route").stream().anyMatch(line -> SPACE.split(line)[0].equals(name));
  }

  /** IPv6 addresses, with the interface's name at the end of the line. */
  private boolean hasAddress(String name) throws IOException {
    return lines("if_inet6").stream().anyMatch(line -> line.endsWith(" " + name));
  }

  /** Enslaved to a bridge or a bond, or with a VLAN above it, it may carry their addresses. */
  private static boolean hasMaster(Path link) throws IOException {
    try (DirectoryStream<Path> uppers = Files.newDirectoryStream(link, "{upper_*,master}")) {
      return uppers.iterator().hasNext();
    }
  }

  private List<String> lines(String table) throws IOException {
    Path file = layout.proc().resolve("net").resolve(table);
    return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.US_ASCII) : List.of();
  }
}
