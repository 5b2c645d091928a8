package ostler.vfio;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.pci.PciAddress;
import ostler.root.Code;
import ostler.root.Deadline;
import ostler.root.Devices;
import ostler.root.Grip;
import ostler.root.GuardCall;
import ostler.root.GuardProcess;
import ostler.root.Holder;
import ostler.root.KernelError;
import ostler.root.KernelException;
import ostler.root.KernelOperation;
import ostler.root.Locks;
import ostler.root.OpenFiles;
import ostler.root.Outside;
import ostler.root.Refusal;
import ostler.root.Wedged;
import ostler.wire.LineChannel;
import ostler.wire.WireException;

/**
 * The process that keeps everybody out: it has the vfio group of every managed unit, and of every
 * slice, without a permit open, so the kernel itself refuses any other opener. It changes nothing
 * else, decides nothing, and believes only the units' files, which root alone can write; whoever
 * may ask it can make it look again, no more.
 */
final class Guard {

  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(2);

  /** How soon it tries again to take what it could not. */
  private static final Duration RETRY = Duration.ofSeconds(2);

  /** How soon it looks at everything again when all is well. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(60);

  /** Who may ask: the group of the agent's user. */
  private static final String ASKERS = "ostler";

  private final Outside outside;
  private final UnitBook units;
  private final SliceGuard slices;
  private final Map<Members, Grip> grips = new HashMap<>();
  private final Map<Members, Refusal> problems = new HashMap<>();

  Guard(Outside outside) {
    this.outside = outside;
    this.units = new UnitBook(outside.layout(), new Locks(outside, new Deadline(outside.pace())));
    this.slices = new SliceGuard(outside);
  }

  /**
   * Guards until the thread is interrupted, or for ever.
   *
   * @throws IOException if the socket cannot be made
   */
  void run() throws IOException {
    try (Selector selector = Selector.open();
        ServerSocketChannel server = listen()) {
      server.configureBlocking(false);
      server.register(selector, SelectionKey.OP_ACCEPT);
      takeAll();
      // Whoever waits for a guard after a start waits for one that holds what there is to hold.
      GuardProcess.self(outside.layout()).publish(outside.layout());
      while (!Thread.currentThread().isInterrupted()) {
        boolean well = problems.isEmpty() && slices.isWell();
        serveFor(well ? LOOK_AGAIN : RETRY, selector, server);
        takeAll();
      }
    } finally {
      slices.close();
      for (Grip grip : grips.values()) {
        grip.close();
      }
    }
  }

  private void serveFor(Duration pause, Selector selector, ServerSocketChannel server)
      throws IOException {
    long endNanos = System.nanoTime() + pause.toNanos();
    long left = pause.toMillis();
    while (left > 0 && !Thread.currentThread().isInterrupted()) {
      selector.select(left);
      selector.selectedKeys().clear();
      serve(server);
      left = millisUntil(endNanos);
    }
  }

  private static long millisUntil(long endNanos) {
    return (endNanos - System.nanoTime()) / 1_000_000;
  }

  private ServerSocketChannel listen() throws IOException {
    Path socket = outside.layout().guardSocket();
    Files.createDirectories(socket.getParent());
    Files.setPosixFilePermissions(socket.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.deleteIfExists(socket);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket.toString()));
    try {
      GroupPrincipal askers =
          socket.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(ASKERS);
      Files.getFileAttributeView(socket, PosixFileAttributeView.class).setGroup(askers);
    } catch (UserPrincipalNotFoundException e) {
      System.err.println("There is no group " + ASKERS + ": only root can ask this guard.");
    }
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    return server;
  }

  /** A client that misbehaves costs itself, and the others at most its time. */
  private void serve(ServerSocketChannel server) throws IOException {
    for (SocketChannel client = server.accept(); client != null; client = server.accept()) {
      try (LineChannel line = new LineChannel(client, REQUEST_LIMIT)) {
        line.write(reply(line.read()));
      } catch (IOException e) {
        System.err.println("A client of the guard went away: " + e.getMessage());
      }
    }
  }

  private String reply(byte[] line) {
    try {
      GuardJson.Ask ask = GuardJson.ask(line);
      if (ask instanceof GuardJson.Ask.Unit unit) {
        return GuardJson.answer(sync(unit.members()));
      }
      if (ask instanceof GuardJson.Ask.Slice slice) {
        return GuardJson.answer(slices.sync(slice.id()));
      }
      Optional<OpenFiles> files = openFiles();
      return GuardJson.status(status(files), slices.status(files));
    } catch (WireException e) {
      return GuardJson.refusal(new Refusal(Code.BAD_REQUEST, e.getMessage()));
    } catch (Refusal e) {
      return GuardJson.refusal(e);
    }
  }

  private GuardCall.Answer sync(Members members) {
    try {
      follow(members, units.find(members));
    } catch (Refusal e) {
      problems.put(members, e);
    }
    return new GuardCall.Answer(
        grips.containsKey(members), Optional.ofNullable(problems.get(members)));
  }

  /** One unit whose file is spoilt costs itself alone, and what is held of it stays held. */
  private void takeAll() {
    slices.takeAll();
    try {
      List<PciAddress> firsts = units.firsts();
      for (PciAddress first : firsts) {
        take(first);
      }
      for (Members gone : List.copyOf(grips.keySet())) {
        if (!firsts.contains(gone.first())) {
          follow(gone, Optional.empty());
        }
      }
    } catch (Refusal e) {
      System.err.println(e.getMessage());
    }
  }

  private void take(PciAddress first) {
    try {
      Optional<ManagedUnit> unit = units.read(first);
      if (unit.isPresent()) {
        follow(unit.get().members(), unit);
      }
    } catch (Refusal e) {
      System.err.println(e.getMessage());
    }
  }

  /** Takes hold of a unit or lets go of it, as its file says. */
  private void follow(Members members, Optional<ManagedUnit> unit) {
    problems.remove(members);
    try {
      if (unit.filter(ManagedUnit::isToBeGuarded).isPresent()) {
        hold(unit.get());
      } else {
        letGo(members);
      }
    } catch (Refusal e) {
      problems.put(members, e);
    } catch (Wedged e) {
      problems.put(members, new Refusal(Code.DEADLINE, e.getMessage()));
    } catch (IOException e) {
      problems.put(members, cannot(members, KernelError.of(e), KernelError.wordsOf(e)));
    } catch (KernelException e) {
      problems.put(members, cannot(members, e.error(), e.getMessage()));
    }
  }

  private void hold(ManagedUnit unit) throws Refusal, KernelException, IOException {
    Members members = unit.members();
    Grip held = grips.get(members);
    if (held != null && held.isFirm()) {
      return;
    }
    // A deadline of its own for each, so that one device that hangs costs no other its guard.
    Deadline deadline = new Deadline(outside.pace());
    Devices devices = new Devices(outside.layout(), deadline);
    GroupNow group = new Groups(outside.layout(), devices).resolve(members);
    if (!new Binding(outside, deadline).isWhole(members)) {
      letGo(members);
      throw new Refusal(
          Code.NOT_BOUND,
          "%s is not wholly on vfio-pci, so there is nothing to guard. Bind it again."
              .formatted(members));
    }
    Grip fresh =
        deadline.within(
            KernelOperation.OPEN_GROUP,
            members.first(),
            () -> Grip.of(group.number(), outside.layout()));
    Grip before = grips.put(members, fresh);
    if (before != null) {
      before.close();
    }
  }

  private void letGo(Members members) throws IOException {
    Grip held = grips.remove(members);
    if (held != null) {
      held.close();
    }
  }

  private static Refusal cannot(Members members, KernelError error, String words) {
    return error == KernelError.EBUSY
        ? new Refusal(
            Code.HELD,
            "Somebody else has the group of %s open. Stop whoever that is.".formatted(members))
        : new Refusal(
            Code.UNKNOWN_KERNEL_ERROR,
            "The group of %s cannot be guarded: %s.".formatted(members, words));
  }

  private List<GuardedGroup> status(Optional<OpenFiles> files) throws Refusal {
    List<GuardedGroup> groups = new ArrayList<>();
    for (ManagedUnit unit : units.all()) {
      follow(unit.members(), Optional.of(unit));
      groups.add(status(unit, files));
    }
    return groups;
  }

  private Optional<OpenFiles> openFiles() {
    try {
      return Optional.of(OpenFiles.scan(outside.layout()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private GuardedGroup status(ManagedUnit unit, Optional<OpenFiles> files) {
    Deadline deadline = new Deadline(outside.pace());
    Devices devices = new Devices(outside.layout(), deadline);
    Optional<Refusal> problem = Optional.ofNullable(problems.get(unit.members()));
    boolean guarded = grips.containsKey(unit.members());
    try {
      GroupNow group = new Groups(outside.layout(), devices).resolve(unit.members());
      return new GuardedGroup(
          unit, Optional.of(group.number()), guarded, holders(group, files), problem);
    } catch (Refusal e) {
      return new GuardedGroup(
          unit, Optional.empty(), guarded, Optional.empty(), problem.or(() -> Optional.of(e)));
    } catch (Wedged e) {
      Refusal wedged = new Refusal(Code.DEADLINE, e.getMessage());
      return new GuardedGroup(
          unit, Optional.empty(), guarded, Optional.empty(), Optional.of(wedged));
    }
  }

  private Optional<List<Holder>> holders(GroupNow group, Optional<OpenFiles> files) {
    try {
      HolderScan scan = new HolderScan(outside.layout(), outside.owner());
      return files.isEmpty()
          ? Optional.empty()
          : Optional.of(scan.look(group, files.get()).holders());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
