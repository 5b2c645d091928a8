package ostler.allocator.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import ostler.allocator.engine.Availability;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.ClaimPicture;
import ostler.allocator.engine.ClaimRequest;
import ostler.allocator.engine.ClaimState;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.Hold;
import ostler.allocator.engine.Origin;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.Part;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Refusal;
import ostler.allocator.engine.Where;
import ostler.allocator.engine.nova.NovaRequest;
import ostler.allocator.store.Moves.Move;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.HostName;
import ostler.inventory.StartRequest;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.pci.PciAddress;

/**
 * Claims for the instances of a cloud that chooses hosts and devices itself, as Nova does. Their
 * hosts ask at the last moment, when a machine is about to start, and for the very devices that it
 * was given; and they tell when a machine is gone from them.
 */
public final class StartDesk {

  /** More aliases than any cloud has; beyond them a start without a promise finds no name. */
  private static final int MAX_ALIASES = 1000;

  private final Desk desk;
  private final ClaimDesk claimDesk;

  public StartDesk(Desk desk, ClaimDesk claimDesk) {
    this.desk = desk;
    this.claimDesk = claimDesk;
  }

  /**
   * What the database says of a start.
   *
   * @param wanted the units that have the devices, none of them twice
   * @param before the instance's claims, the oldest first
   * @param kept the claim that has all of the units for it already
   * @param wishes what it might have asked for, the likeliest first
   */
  private record Sight(
      List<Placed> wanted, List<Claim> before, Optional<Claim> kept, List<List<Part>> wishes) {
    Set<UnitId> units() {
      return wanted.stream().map(placed -> placed.unit().id()).collect(Collectors.toSet());
    }

    /** The claim that the instance would leave by this start: the one that it came to last. */
    Optional<Claim> left() {
      List<Claim> live = before.stream().filter(StartDesk::goesOn).toList();
      return live.stream()
          .filter(
              claim -> live.stream().noneMatch(it -> it.moveOf().equals(Optional.of(claim.id()))))
          .reduce((older, newer) -> newer);
    }
  }

  /**
   * Gives a machine the very devices with which its host is about to start it. Asked again it
   * answers with the same claim. What the scheduler was promised for it is used up; a claim that it
   * has elsewhere, or here with other devices, becomes the old side of a move.
   */
  public Outcome<ClaimPicture> start(HostName host, StartRequest start, Origin origin) {
    if (!isInstance(start.consumer())) {
      return Outcome.refused(
          Code.WRONG_STATE,
          start.consumer() + " is no instance of Nova's; ask for a claim before it is started");
    }
    Sight sight = desk.read(() -> look(host, start));
    if (sight.wanted().isEmpty()) {
      return Outcome.refused(
          Code.UNKNOWN_DEVICE,
          "host " + host + " has no unit with any of " + start.devices() + "; admit them first");
    }
    if (sight.kept().isPresent()) {
      return claimDesk.picture(sight.kept().get().id());
    }
    Optional<Move> open =
        sight.left().flatMap(claim -> desk.read(() -> desk.moves.openAround(claim.id())));
    if (open.isEmpty()) {
      return claim(host, start, sight, origin);
    }
    // It moves on, so it has come where it went before, though nobody has said so yet.
    return claimDesk
        .confirm(open.get().to(), project -> true, origin.by(Origin.ALLOCATOR))
        .then(confirmed -> claim(host, start, sight, origin));
  }

  private Outcome<ClaimPicture> claim(
      HostName host, StartRequest start, Sight sight, Origin origin) {
    List<Reason> objections = objections(start, sight.wanted());
    if (!objections.isEmpty()) {
      return Outcome.refused(
          new Refusal(objections.get(0).code(), objections.get(0).message(), objections));
    }
    if (sight.wishes().isEmpty()) {
      return Outcome.refused(
          Code.ALIAS_MISMATCH,
          "no alias means what the machine is to have, " + start.devices() + "; make one");
    }
    Outcome<ClaimPicture> first = null;
    for (List<Part> parts : sight.wishes()) {
      ClaimRequest request =
          new ClaimRequest(
              id(host, start, sight),
              start.project(),
              parts,
              Where.on(host),
              start.consumer(),
              Optional.empty());
      Outcome<ClaimPicture> outcome =
          claimDesk.createOf(sight.units(), request, sight.left().map(Claim::id), origin);
      if (outcome instanceof Outcome.Done<ClaimPicture>) {
        return outcome;
      }
      first = first == null ? outcome : first;
    }
    return first;
  }

  /**
   * Ends what machines had on a host that they are gone from; answers with the claims. What is not
   * the host's, or not an instance's, or over, is passed by: news that come late change nothing.
   */
  public List<ClaimId> gone(HostName host, Collection<ClaimId> claims, Origin origin) {
    List<Claim> theirs =
        desk.read(() -> desk.claims.find(List.copyOf(claims))).values().stream()
            .filter(claim -> claim.host().equals(host) && isInstance(claim.consumer()))
            .filter(StartDesk::goesOn)
            .toList();
    theirs.forEach(claim -> claimDesk.leave(claim, origin));
    return theirs.stream().map(Claim::id).toList();
  }

  private static boolean isInstance(Consumer consumer) {
    return consumer.source().equals(NovaRequest.SOURCE);
  }

  private static boolean goesOn(Claim claim) {
    return !claim.state().isOver() && claim.state() != ClaimState.RELEASING;
  }

  private Sight look(HostName host, StartRequest start) {
    List<Placed> there =
        desk.places.of(List.of(host)).getOrDefault(host, List.of()).stream()
            .filter(placed -> isNamedByAddress(placed.unit().kind()))
            .toList();
    Map<UnitId, List<Device>> members =
        desk.devices.membersOf(there.stream().map(placed -> placed.unit().id()).toList());
    List<Placed> wanted =
        there.stream()
            .filter(placed -> hasAny(members.get(placed.unit().id()), start.devices()))
            .toList();
    List<Claim> before =
        desk.claims.ofInstance(instance(start)).stream()
            .filter(claim -> claim.project().equals(start.project()))
            .toList();
    return new Sight(wanted, before, kept(wanted, before), wishes(start, wanted, before));
  }

  private static UUID instance(StartRequest start) {
    return UUID.fromString(start.consumer().id());
  }

  /** The others rest on their parent's function, and have no address of their own. */
  private static boolean isNamedByAddress(UnitKind kind) {
    return kind != UnitKind.MDEV && kind != UnitKind.MIG;
  }

  private static boolean hasAny(List<Device> members, List<PciAddress> devices) {
    return members != null && members.stream().map(Device::address).anyMatch(devices::contains);
  }

  private static Optional<Claim> kept(List<Placed> wanted, List<Claim> before) {
    Set<Optional<ClaimId>> holding =
        wanted.stream().map(placed -> placed.unit().claim()).collect(Collectors.toSet());
    return before.stream()
        .filter(StartDesk::goesOn)
        .filter(claim -> holding.equals(Set.of(Optional.of(claim.id()))))
        .findFirst();
  }

  /** What was promised to it; what it has elsewhere; and else what its units are called first. */
  private List<List<Part>> wishes(StartRequest start, List<Placed> wanted, List<Claim> before) {
    Set<List<Part>> wishes = new LinkedHashSet<>();
    desk.holds
        .liveOf(start.consumer(), desk.clock.instant())
        .map(Hold::request)
        .filter(promise -> promise.project().equals(start.project()))
        .ifPresent(promise -> wishes.add(promise.parts()));
    List<Claim> newest = new ArrayList<>(before);
    Collections.reverse(newest);
    newest.stream().limit(1).map(Claim::parts).forEach(wishes::add);
    byName(wanted).ifPresent(wishes::add);
    return wishes.stream()
        .filter(parts -> ClaimRequest.count(parts) == wanted.size())
        .filter(parts -> areMeant(wanted, parts))
        .toList();
  }

  private boolean areMeant(List<Placed> wanted, List<Part> parts) {
    List<Alias> aliases = desk.aliases.find(parts.stream().map(Part::alias).toList());
    return wanted.stream()
        .allMatch(unit -> aliases.stream().anyMatch(alias -> alias.matches(unit.shape())));
  }

  private Optional<List<Part>> byName(List<Placed> wanted) {
    if (wanted.size() > ClaimRequest.MAX_COUNT) {
      return Optional.empty();
    }
    List<Alias> aliases = desk.aliases.after("", MAX_ALIASES);
    Map<AliasName, Integer> counts = new TreeMap<>();
    for (Placed unit : wanted) {
      Optional<Alias> called =
          aliases.stream().filter(alias -> alias.matches(unit.shape())).findFirst();
      if (called.isEmpty()) {
        return Optional.empty();
      }
      counts.merge(called.get().name(), 1, Integer::sum);
    }
    return counts.size() > ClaimRequest.MAX_PARTS
        ? Optional.empty()
        : Optional.of(
            counts.entrySet().stream().map(one -> new Part(one.getKey(), one.getValue())).toList());
  }

  /** Why the very units cannot be had; that others could be is of no use to their machine. */
  private static List<Reason> objections(StartRequest start, List<Placed> wanted) {
    return wanted.stream()
        .flatMap(
            placed ->
                Availability.objection(placed.unit(), placed.parent())
                    .or(
                        () ->
                            placed
                                .parent()
                                .flatMap(
                                    parent ->
                                        Availability.objection(
                                            placed.unit(), parent, start.project())))
                    .stream())
        .toList();
  }

  /** The same for the same start, whichever allocator is asked, and another for every later one. */
  private static ClaimId id(HostName host, StartRequest start, Sight sight) {
    String name =
        start.consumer()
            + "/"
            + host
            + "/"
            + sight.units().stream().map(UnitId::toString).sorted().toList()
            + "/"
            + sight.before().size();
    return new ClaimId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
  }
}
