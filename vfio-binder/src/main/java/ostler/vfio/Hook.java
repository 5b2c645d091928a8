package ostler.vfio;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ostler.inventory.ClaimId;
import ostler.inventory.StartRequest;
import ostler.inventory.Tenant;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.Deadline;
import ostler.root.Locks;
import ostler.root.Outside;
import ostler.root.OwnFile;
import ostler.root.Permission;
import ostler.root.PublishedSlice;
import ostler.root.Refusal;
import ostler.root.SliceList;
import ostler.root.TrustedFile;

/**
 * Decides for libvirt whether a domain may start: only if every managed device that it wants is
 * permitted, by one claim, to this very domain; so with slices. Devices that are not managed are
 * none of its business.
 *
 * <p>Nova chooses its instances' devices itself, and tells nobody before; so an instance without a
 * permit is given the time to get a claim of just these. Whatever is answered to that, it is the
 * permits in root's own books by which it may start.
 */
final class Hook {

  private static final List<String> QUESTION = List.of("prepare", "begin", "-");

  /** A clean device is permitted within a second or two; libvirt's caller waits all the while. */
  private static final Duration READY_LIMIT = Duration.ofSeconds(45);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

  private final Outside outside;
  private final UnitBook units;

  Hook(Outside outside) {
    this.outside = outside;
    this.units = new UnitBook(outside.layout(), new Locks(outside, new Deadline(outside.pace())));
  }

  /**
   * Answers libvirt's question; empty is yes.
   *
   * @param arguments the domain's name, and what is about to happen to it
   * @param xml the domain's description
   */
  Optional<Refusal> decide(List<String> arguments, InputStream xml) throws IOException {
    if (arguments.size() != 4 || !arguments.subList(1, 4).equals(QUESTION)) {
      return Optional.of(
          new Refusal(Code.BAD_REQUEST, "the hook is called with NAME prepare begin -."));
    }
    try {
      OwnFile.requireTrusted(new TrustedFile(outside.layout().vfioState(), outside.owner()));
      DomainXml domain = DomainXml.read(xml);
      Optional<Refusal> veto = veto(domain);
      Optional<StartRequest> start = domain.start();
      return veto.isPresent() && start.isPresent() ? claimed(domain, start.get()) : veto;
    } catch (Refusal e) {
      return Optional.of(e);
    }
  }

  private Optional<Refusal> veto(DomainXml domain) {
    try {
      check(domain);
      return Optional.empty();
    } catch (Refusal e) {
      return Optional.of(e);
    }
  }

  /** Asks for a claim, and waits until its devices are permitted. */
  private Optional<Refusal> claimed(DomainXml domain, StartRequest start) throws Refusal {
    new AgentDoor(outside).ask(start);
    Optional<Refusal> veto = veto(domain);
    for (long left = READY_LIMIT.dividedBy(LOOK_AGAIN); veto.isPresent() && left > 0; left--) {
      outside.pause().last(LOOK_AGAIN);
      veto = veto(domain);
    }
    return veto;
  }

  private void check(DomainXml domain) throws Refusal {
    List<ManagedUnit> managed = units.all();
    List<PublishedSlice> slices = SliceList.read(outside.layout(), outside.owner()).slices();
    Set<ClaimId> claims = new HashSet<>();
    for (PciAddress device : domain.devices()) {
      for (ManagedUnit unit : managed) {
        if (unit.members().addresses().contains(device)) {
          claims.add(permitted(device, unit.permission(), domain).claim());
        }
      }
    }
    for (PublishedSlice slice : slices) {
      requireNotWhole(slice, domain);
      if (domain.wants(slice)) {
        claims.add(permitted("Slice " + slice.slice(), slice.permission(), domain).claim());
      }
    }
    if (claims.size() > 1) {
      throw new Refusal(
          Code.PERMITTED,
          "domain %s wants devices of %d claims. Put them into one claim."
              .formatted(domain.name(), claims.size()));
    }
  }

  /** Libvirt would take the card from its driver, and so every slice from its tenant. */
  private static void requireNotWhole(PublishedSlice slice, DomainXml domain) throws Refusal {
    if (domain.devices().contains(slice.parent())) {
      throw new Refusal(
          Code.SLICED,
          "%s is not ready for domain %s: it is cut into slices. Ask for a slice, or for a whole device."
              .formatted(slice.parent(), domain.name()));
    }
  }

  private static Tenant permitted(Object device, Optional<Permission> permit, DomainXml domain)
      throws Refusal {
    Optional<Permission> permission = permit.filter(its -> !its.closing());
    if (permission.isEmpty()) {
      throw new Refusal(
          Code.NOT_BOUND,
          "%s is not ready for domain %s: it is dirty or resting (no permit). Ask for a claim first."
              .formatted(device, domain.name()));
    }
    Tenant tenant = permission.get().tenant();
    if (!domain.isCalled(tenant)) {
      throw new Refusal(
          Code.PERMITTED,
          "%s is not ready for domain %s: it belongs to another claim. Ask for a claim of its own."
              .formatted(device, domain.name()));
    }
    return tenant;
  }
}
