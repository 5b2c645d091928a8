package ostler.mdev;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Fence;
import ostler.nvml.NvmlLibrary;
import ostler.pci.DriverName;
import ostler.pci.IommuGroup;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.Deadline;
import ostler.root.DeviceFile;
import ostler.root.Devices;
import ostler.root.KernelException;
import ostler.root.Locks;
import ostler.root.Outcome;
import ostler.root.Outside;
import ostler.root.OwnFile;
import ostler.root.Refusal;
import ostler.root.TrustedFile;
import ostler.root.Wedged;

/** One request from beginning to end: the checks that all verbs share, and the verb. */
final class Program {

  private final Outside outside;
  private final Devices devices;
  private final Locks locks;
  private final Book book;
  private final Host host;
  private final SliceGuard guard;
  private final Users users;
  private final Definitions definitions;
  private final Settling settling;

  /** One for a host whose NVML is the installed one. */
  Program(Outside outside) {
    this(outside, NvmlLibrary.INSTALLED);
  }

  Program(Outside outside, NvmlLibrary nvml) {
    Deadline deadline = new Deadline(outside.pace());
    this.outside = outside;
    this.devices = new Devices(outside.layout(), deadline);
    this.locks = new Locks(outside, deadline);
    this.book = new Book(outside.layout(), locks);
    this.host = new Host(outside, deadline, nvml);
    this.guard = new SliceGuard(outside, deadline);
    this.users = new Users(outside, deadline, guard, host.mig());
    this.definitions = new Definitions(outside.layout());
    this.settling = new Settling(book, host, definitions);
  }

  Outcome run(Request request) {
    try {
      Result result = carryOut(request);
      return Outcome.done(request.verb(), request.op(), out -> AnswerJson.write(result, out));
    } catch (Refusal e) {
      return Outcome.refused(request.verb(), request.op(), e);
    } catch (Wedged e) {
      return Outcome.wedged(request.verb(), request.op(), e);
    }
  }

  /** The verb that is only ever an operator's, under the same locks as the others. */
  Outcome run(ModeOrder order) {
    try {
      OwnFile.requireTrusted(new TrustedFile(outside.layout().sliceState(), outside.owner()));
      PciAddress parent = order.parent();
      requireListed(parent, identity(parent));
      Result result =
          locks.holdingParent(
              parent,
              () ->
                  holdingGroups(
                      new TreeSet<>(devices.group(parent).stream().toList()),
                      () ->
                          migMode()
                              .set(
                                  order,
                                  settling.settle(sameCard(parent, identity(parent), false)))));
      return Outcome.done(Verb.MIG_MODE, order.op(), out -> AnswerJson.write(result, out));
    } catch (Refusal e) {
      return Outcome.refused(Verb.MIG_MODE, order.op(), e);
    } catch (Wedged e) {
      return Outcome.wedged(Verb.MIG_MODE, order.op(), e);
    }
  }

  private SetMigMode migMode() {
    return new SetMigMode(host, new MigCards(outside.layout()));
  }

  private Result carryOut(Request request) throws Refusal {
    OwnFile.requireTrusted(new TrustedFile(outside.layout().sliceState(), outside.owner()));
    if (request.verb() == Verb.LIST) {
      return list(request.parent());
    }
    PciAddress parent = request.parent().orElseThrow();
    requireListed(parent, identity(parent));
    return locks.holdingParent(
        parent, () -> holdingGroups(new TreeSet<>(groups(request)), () -> locked(request, parent)));
  }

  /**
   * The program for whole devices works under the same locks: while they are held here, it neither
   * takes the device away nor one of its functions.
   */
  private Result holdingGroups(SortedSet<IommuGroup> groups, Locks.Work<Result> work)
      throws Refusal {
    if (groups.isEmpty()) {
      return work.run();
    }
    IommuGroup first = groups.first();
    groups.remove(first);
    return locks.holdingGroup(first, () -> holdingGroups(groups, work));
  }

  private List<IommuGroup> groups(Request request) throws Refusal {
    PciAddress parent = request.parent().orElseThrow();
    List<PciAddress> touched = new ArrayList<>(List.of(parent));
    switch (request.verb()) {
      case CREATE -> touched.add(request.wish().orElseThrow().place(parent));
      case REMOVE, PERMIT, FORBID, FUNCTIONS, RESTORE -> touched.addAll(functions(parent));
      case LIST, MIG_MODE -> throw new IllegalStateException(request.verb() + " comes not here");
    }
    return touched.stream().map(devices::group).flatMap(Optional::stream).toList();
  }

  private List<PciAddress> functions(PciAddress parent) throws Refusal {
    try {
      return host.sriov().functions(parent);
    } catch (KernelException e) {
      throw new Refusal(
          Code.CANNOT_LOOK,
          e,
          "Which virtual functions %s has could not be seen; nothing was changed."
              .formatted(parent));
    }
  }

  /** Under the locks everything is looked at again. */
  private Result locked(Request request, PciAddress parent) throws Refusal {
    DeviceIdentity identity = identity(parent);
    boolean removesByHand = request.verb() == Verb.REMOVE && request.order().isByHand();
    ParentRecord record = sameCard(parent, identity, removesByHand);
    boolean another = record.identity().contradicts(identity);
    boolean makesNothing = request.verb() == Verb.REMOVE || request.verb() == Verb.FORBID;
    if (devices.driver(parent).equals(Optional.of(DriverName.VFIO_PCI)) && !makesNothing) {
      throw new Refusal(
          Code.BOUND,
          "%s is bound to vfio-pci: a device is handed out whole or in slices, not both. Release it first."
              .formatted(parent));
    }
    ParentRecord now = another ? record : settling.settle(record);
    book.publish(now);
    if (request.verb().isOrder()) {
      requireFresh(request, now);
    }
    return request.verb().isAboutSlice()
        ? aboutSlice(request, now, another ? Optional.of(identity) : Optional.empty())
        : aboutParent(request, now);
  }

  private Result aboutParent(Request request, ParentRecord now) throws Refusal {
    SetFunctions functions = new SetFunctions(book, host, users, settling);
    return request.verb() == Verb.FUNCTIONS
        ? functions.set(request.order(), now, request.functions().orElseThrow())
        : new Restore(book, host, functions, migMode(), capacity(), definitions, guard)
            .restore(now);
  }

  /**
   * Of one slice.
   *
   * @param another the card that is now where that of the books was
   */
  private Result aboutSlice(Request request, ParentRecord now, Optional<DeviceIdentity> another)
      throws Refusal {
    SliceId id = request.slice().orElseThrow();
    Order order = request.order();
    return switch (request.verb()) {
      case CREATE ->
          new Create(book, host, users, capacity(), settling, definitions, guard)
              .create(order, now, id, request.wish().orElseThrow());
      case REMOVE -> {
        Remove remove = new Remove(book, host, users, capacity(), settling, definitions, guard);
        yield another.isPresent()
            ? remove.forget(now, id, another.get())
            : remove.remove(order, now, id);
      }
      case PERMIT ->
          new Permits(book, host, users, guard)
              .permit(order, now, id, request.claim().orElseThrow());
      case FORBID -> new Permits(book, host, users, guard).forbid(order, now, id);
      case FUNCTIONS, RESTORE, LIST, MIG_MODE ->
          throw new IllegalStateException(request.verb() + " is about no slice");
    };
  }

  private Capacity capacity() throws Refusal {
    return new Capacity(host, devices, Limits.read(outside.layout(), outside.owner()));
  }

  /** It looks and changes nothing, so it needs no lock, and works where another verb is stuck. */
  private Result list(Optional<PciAddress> parent) throws Refusal {
    ListSlices list = new ListSlices(host, users, capacity(), devices);
    List<Result.Standing> standings = new ArrayList<>();
    if (parent.isPresent()) {
      DeviceIdentity identity = identity(parent.get());
      standings.add(
          list.standing(
              book.find(parent.get()).orElse(ParentRecord.blank(parent.get(), identity))));
      return new Result.Listed(standings);
    }
    for (PciAddress known : book.parents()) {
      ParentRecord record = book.find(known).orElseThrow();
      if (devices.exists(known)) {
        standings.add(list.standing(record));
      } else {
        standings.add(list.unseen(record, gone(known)));
      }
    }
    return new Result.Listed(standings);
  }

  private void requireListed(PciAddress parent, DeviceIdentity identity) throws Refusal {
    new DeviceFile(outside.layout(), outside.owner()).require(Map.of(parent, identity));
  }

  private DeviceIdentity identity(PciAddress parent) throws Refusal {
    if (!devices.exists(parent)) {
      throw gone(parent);
    }
    try {
      return devices.identity(parent);
    } catch (KernelException e) {
      throw new Refusal(Code.DEVICE_GONE, e, "See whether the device is still there.");
    }
  }

  private static Refusal gone(PciAddress parent) {
    return new Refusal(
        Code.DEVICE_GONE,
        "There is no device %s on this host. See whether it was moved, or has died."
            .formatted(parent));
  }

  /** What the books say holds for the card that it was said of, never for another in its slot. */
  private ParentRecord sameCard(PciAddress parent, DeviceIdentity identity, boolean removesByHand)
      throws Refusal {
    Optional<ParentRecord> record = book.find(parent);
    if (record.isEmpty()) {
      return ParentRecord.blank(parent, identity);
    }
    ParentRecord known = record.get();
    if (!known.identity().contradicts(identity)) {
      return known;
    }
    if (known.slices().isEmpty()) {
      ParentRecord fresh = known.of(identity);
      book.put(fresh);
      return fresh;
    }
    if (!removesByHand) {
      throw new Refusal(
          Code.GROUP_CHANGED,
          "Another card sits at %s than the one whose slices are in the books. Remove those by hand (--offline --reason), then go on with the new card."
              .formatted(parent));
    }
    return known;
  }

  private void requireFresh(Request request, ParentRecord record) throws Refusal {
    Order order = request.order();
    Optional<Mark> mark = Mark.of(order);
    if (mark.isEmpty()) {
      return;
    }
    Optional<Mark> newer =
        request.slice().isPresent()
            ? record.overtaking(request.slice().get(), place(request, record), mark.get())
            : record.overtaking(mark.get());
    if (newer.isPresent()) {
      Fence seen = newer.get().fence();
      throw new Refusal(
          Code.STALE_FENCE,
          "%s comes with fence %s for %s, which has seen fence %s with an order to %s. Ask the allocator for a newer order."
              .formatted(
                  order.verb(), mark.get().fence(), order.parent(), seen, newer.get().verb()),
          Map.of("epoch", seen.epoch(), "number", seen.number()));
    }
  }

  /** Only a slice that has its function to itself is kept apart from the tenant before by it. */
  private static Optional<PciAddress> place(Request request, ParentRecord record) {
    Optional<Wish> wish =
        request.wish().or(() -> record.slice(request.slice().orElseThrow()).map(Slice::wish));
    return wish.filter(its -> its.kind().takesFunction()).flatMap(Wish::function);
  }
}
