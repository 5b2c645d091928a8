package ostler.agent.reconcile;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import ostler.agent.discovery.HealthProbe;
import ostler.agent.journal.Cut;
import ostler.agent.journal.Journal;
import ostler.agent.journal.JournalException;
import ostler.agent.journal.Making;
import ostler.agent.journal.UnitMemory;
import ostler.agent.journal.WipeEnd;
import ostler.agent.privileged.Answer;
import ostler.agent.privileged.RootProgram;
import ostler.agent.privileged.SliceProgram;
import ostler.inventory.BootId;
import ostler.inventory.DesiredState;
import ostler.inventory.ForeignHolder;
import ostler.inventory.Goal;
import ostler.inventory.PciFunction;
import ostler.inventory.ReportAnswer;
import ostler.inventory.SignedWipe;
import ostler.inventory.SliceId;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.UnitOrder;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitProblem;
import ostler.inventory.UnitReport;
import ostler.inventory.UnorderedSlice;
import ostler.inventory.WipeId;
import ostler.inventory.WipeRecord;
import ostler.pci.PciAddress;
import ostler.pci.ResetMethod;
import ostler.wire.WireException;

/**
 * Keeps all units towards their orders. One thread decides, and everything that it decides by comes
 * to it as a message; what it decides is done by others, one thing at a time for each unit.
 *
 * <p>A unit's memory belongs to this thread while the unit is idle, and to the one who works on it
 * while it is busy.
 */
public final class Keeper {

  /** Messages that wait; each sender sends few, and waits for more than that never. */
  private static final int MAX_MESSAGES = 10_000;

  private final Journal journal;
  private final UnitWorker worker;
  private final SliceProgram slices;
  private final Executor hands;
  private final BootId boot;
  private final Attempts attempts;
  private final Parents parents;
  private final LongSupplier nanoTime;
  private final Supplier<UUID> operations;
  private final Runnable lookAgain;
  private final Consumer<Status> told;
  private final Consumer<String> log;

  private final BlockingQueue<Runnable> messages = new LinkedBlockingQueue<>(MAX_MESSAGES);
  private final Map<UnitId, Action> busy = new HashMap<>();
  private final Map<UnitId, Long> idleSince = new HashMap<>();
  private final Map<WipeId, Optional<WipeEnd.Failure>> answeredWipes = new LinkedHashMap<>();
  private final Map<UnitId, UnitOrder> stale = new HashMap<>();
  private final Set<UnitId> toRestore = new HashSet<>();
  private final CountDownLatch restored = new CountDownLatch(1);
  private Optional<DesiredState> desired = Optional.empty();
  private Optional<DesiredState> untaken = Optional.empty();
  private Optional<Look> look = Optional.empty();
  private boolean paused;
  private long appliedRevision;

  /** An observation, and when it was begun: what was done since then it does not show. */
  private record Look(Observation seen, long begun) {}

  /**
   * What the keeper needs of the program around it.
   *
   * @param hands run what may take long, several at once
   * @param lookAgain asks for a new observation soon
   * @param told gets the status after each turn in which something may have changed
   */
  public record Surroundings(
      Executor hands, Runnable lookAgain, Consumer<Status> told, Consumer<String> log) {}

  /**
   * What the keeper takes from outside so that a test can be in its place.
   *
   * @param clock for people
   * @param nanoTime for measuring; never jumps
   * @param operations gives each run of a root program, and each slice, its own id, at random
   */
  public record Ambient(
      Clock clock, LongSupplier nanoTime, RandomGenerator random, Supplier<UUID> operations) {}

  /**
   * Root's programs.
   *
   * @param whole for whole groups
   * @param slices for slices and what they are cut from
   */
  public record Programs(RootProgram whole, SliceProgram slices) {}

  /** A keeper with all its parts. */
  public static Keeper of(
      Journal journal,
      Programs programs,
      HealthProbe health,
      RecordDesk desk,
      Ambient ambient,
      Surroundings around) {
    RootProgram root = programs.whole();
    RootCalls calls = new RootCalls(journal, desk.boot(), ambient.operations());
    WipeLadder ladder = new WipeLadder(journal, root, calls, health, desk, ambient);
    SliceMaking making = new SliceMaking(journal, programs.slices(), calls, desk, ambient);
    SliceWorker slices =
        new SliceWorker(
            journal, programs.slices(), calls, making, desk.boot(), ambient.operations());
    return new Keeper(
        journal,
        new UnitWorker(journal, root, calls, ladder, slices),
        programs.slices(),
        desk.boot(),
        ambient,
        around);
  }

  private Keeper(
      Journal journal,
      UnitWorker worker,
      SliceProgram slices,
      BootId boot,
      Ambient ambient,
      Surroundings around) {
    this.journal = journal;
    this.worker = worker;
    this.slices = slices;
    this.boot = boot;
    this.attempts = new Attempts(ambient.nanoTime(), ambient.random());
    this.parents = new Parents(ambient.nanoTime());
    this.nanoTime = ambient.nanoTime();
    this.operations = ambient.operations();
    this.hands = around.hands();
    this.lookAgain = around.lookAgain();
    this.told = around.told();
    this.log = around.log();
  }

  /** A new desired state has come. */
  public void desire(DesiredState state) {
    send(
        () -> {
          desired = Optional.of(state);
          untaken = desired;
        });
  }

  /** The allocator has answered a report. */
  public void answer(ReportAnswer answer) {
    send(
        () -> {
          paused = false;
          answer.wipesAccepted().forEach(wipe -> answeredWipes.put(wipe, Optional.empty()));
          for (ReportAnswer.WipeRefusal refusal : answer.wipesRefused()) {
            answeredWipes.put(
                refusal.wipe(),
                Optional.of(new WipeEnd.Failure(refusal.code(), refusal.message())));
          }
        });
  }

  /**
   * Another agent speaks for this host, as the allocator says: nothing more is begun until a report
   * of ours is answered.
   */
  public void pause() {
    send(() -> paused = true);
  }

  /**
   * Somebody looked at the host.
   *
   * @param begun when the look was begun, by the keeper's clock
   */
  public void see(Observation seen, long begun) {
    send(() -> look = Optional.of(new Look(seen, begun)));
  }

  /**
   * The host was booted since the agent last ran: what was cut into slices is to be cut again, and
   * then what was bound before is to be bound again, before anything else. To be called before
   * {@link #run}.
   */
  public void restoreAll() {
    journal.units().values().stream()
        .filter(unit -> unit.managed() || unit.cut().isPresent())
        .filter(unit -> !unit.order().kind().isTyped())
        .forEach(unit -> toRestore.add(unit.unit()));
  }

  /** Waits until all that a boot made necessary has been done; answers false if time runs out. */
  public boolean awaitRestored(Duration atMost) throws InterruptedException {
    return restored.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Runs until the thread is interrupted. */
  public void run() throws InterruptedException {
    while (true) {
      turnOnce();
    }
  }

  /** Waits for one message, takes all that there are, and does what follows from them. */
  public void turnOnce() throws InterruptedException {
    messages.take().run();
    for (Runnable more = messages.poll(); more != null; more = messages.poll()) {
      more.run();
    }
    if (journal.damage().isEmpty()) {
      takeOrders();
      setAsideUnreadable();
      takeAnswers();
      journal.units().values().forEach(this::proceed);
      look.ifPresent(seen -> askAboutParents(seen.seen()));
    }
    if (look.isPresent() && toRestore.isEmpty()) {
      restored.countDown();
    }
    if (!isFirstAnswerAwaited()) {
      look.ifPresent(seen -> told.accept(status(seen.seen())));
    }
  }

  /**
   * Whether a card with MIG instances was asked for the first time and has not answered. What its
   * instances would be reported as until then is that nobody looked, which takes their cleanness;
   * to wait costs no more than that question's deadline.
   */
  private boolean isFirstAnswerAwaited() {
    return journal.units().values().stream()
        .anyMatch(unit -> parents.isFirstAnswerAwaited(unit.unit()) && hasInstances(unit));
  }

  private void send(Runnable message) {
    if (!messages.offer(message)) {
      throw new IllegalStateException("the keeper does not keep up with its messages");
    }
  }

  private void takeOrders() {
    if (untaken.isEmpty()) {
      return;
    }
    DesiredState state = untaken.get();
    Set<UnitId> ordered = new HashSet<>();
    boolean all = true;
    for (UnitOrder order : state.units()) {
      ordered.add(order.unit());
      all &= take(order);
    }
    for (UnitMemory unit : journal.units().values()) {
      if (!ordered.contains(unit.unit())) {
        all &= goingWithItsCard(unit, state).map(this::take).orElseGet(() -> leave(unit));
      }
    }
    if (all) {
      untaken = Optional.empty();
      appliedRevision = state.revision();
    }
  }

  /**
   * A slice without an order on a card that is ordered to be whole goes with that order: its
   * allocator has lost it, as by a restore of its database, and cannot name it. It goes as any
   * other, so one that somebody may have stays, and its card stays cut.
   */
  private static Optional<UnitOrder> goingWithItsCard(UnitMemory slice, DesiredState state) {
    return slice
        .order()
        .slice()
        .filter(part -> slice.managed())
        .flatMap(
            part ->
                state.units().stream()
                    .filter(card -> card.kind() == UnitKind.WHOLE)
                    .filter(card -> card.members().addresses().contains(part.parent().address()))
                    .filter(card -> !(card.goal() instanceof Goal.Sliced))
                    .filter(card -> !card.fence().isOlderThan(slice.order().fence()))
                    .findFirst())
        .map(
            card ->
                new UnitOrder(
                    slice.unit(),
                    slice.order().kind(),
                    slice.order().members(),
                    slice.order().slice(),
                    card.fence(),
                    new Goal.GiveBack(),
                    slice.head()));
  }

  /** Takes up one order; answers false where it cannot be yet. */
  private boolean take(UnitOrder order) {
    if (busy.containsKey(order.unit())) {
      return false;
    }
    Optional<UnitMemory> known = journal.unit(order.unit());
    if (known.isPresent() && order.fence().isOlderThan(known.get().order().fence())) {
      stale.put(order.unit(), order);
      return true;
    }
    stale.remove(order.unit());
    if (known.filter(unit -> unit.ordered() && unit.order().equals(order)).isPresent()) {
      return true;
    }
    attempts.succeeded(order.unit());
    UnitMemory next = known.map(unit -> unit.taking(order)).orElseGet(() -> UnitMemory.of(order));
    return keep(next, "ordered to " + order.goal().wireName() + ", fence " + order.fence());
  }

  /** A unit without an order is left alone, and forgotten where nothing of it is in our care. */
  private boolean leave(UnitMemory unit) {
    if (busy.containsKey(unit.unit())) {
      return false;
    }
    boolean inOurCare = unit.managed() || unit.cut().isPresent();
    if (inOurCare || unit.tenant().isPresent() || unit.pending().isPresent()) {
      return !unit.ordered() || keep(unit.noLongerOrdered(), "no longer ordered");
    }
    try {
      journal.forget(unit.unit());
      return true;
    } catch (JournalException e) {
      log.accept(e.getMessage());
      return false;
    }
  }

  /**
   * A pending record that is none proves nothing to anybody, and no other may follow it before it
   * was answered: so this host refuses it by itself, and the wipe has failed.
   */
  private void setAsideUnreadable() {
    for (UnitMemory unit : journal.units().values()) {
      Optional<WipeEnd.Failure> unreadable = unit.pending().flatMap(Keeper::unreadable);
      if (unreadable.isPresent() && !busy.containsKey(unit.unit())) {
        keep(unit.refused(unreadable.get()), "wipe record set aside: it cannot be read");
        log.accept("unit " + unit.unit() + ": " + unreadable.get().message());
      }
    }
  }

  private static Optional<WipeEnd.Failure> unreadable(SignedWipe pending) {
    try {
      WipeRecord.parse(pending.body());
      return Optional.empty();
    } catch (WireException e) {
      return Optional.of(
          new WipeEnd.Failure(
              "RECORD_UNREADABLE",
              "The unit's last wipe record "
                  + pending.hash()
                  + " cannot be read ("
                  + e.getMessage()
                  + "); it counts for nothing, wipe the unit again."));
    }
  }

  private void takeAnswers() {
    for (UnitMemory unit : journal.units().values()) {
      Optional<WipeId> answered =
          answeredWipes.keySet().stream().filter(unit::isPending).findFirst();
      if (answered.isPresent() && !busy.containsKey(unit.unit())) {
        Optional<WipeEnd.Failure> refusal = answeredWipes.get(answered.get());
        keep(
            refusal.map(unit::refused).orElseGet(unit::accepted),
            "wipe record " + refusal.map(why -> "refused: " + why.code()).orElse("accepted"));
      }
    }
    answeredWipes
        .keySet()
        .removeIf(
            wipe -> journal.units().values().stream().noneMatch(unit -> unit.isPending(wipe)));
  }

  private boolean keep(UnitMemory unit, String event) {
    try {
      journal.keep(unit, event);
      return true;
    } catch (JournalException e) {
      attempts.failed(unit.unit(), "JOURNAL_FAILED", e.getMessage() + "; free space on its disk.");
      return false;
    }
  }

  private void proceed(UnitMemory unit) {
    UnitId id = unit.unit();
    if (busy.containsKey(id) || !isShown(id)) {
      return;
    }
    if (unit.work().isPresent() && attempts.isLockedForTooLong(id)) {
      keep(unit.wedgedIn(boot), "wedged: its lock is held by a run that never ended");
      attempts.succeeded(id);
      return;
    }
    if (isCardBusy(unit) || isSeenTooLongAgo(unit)) {
      return;
    }
    Action action = decide(unit, look.get().seen());
    if (action instanceof Action.Settled) {
      attempts.succeeded(id);
    } else if (!(action instanceof Action.Blocked) && attempts.isDue(id) && !paused) {
      begin(unit, action, look.get().seen());
    }
  }

  /**
   * Whether something is being done to the card that a slice is cut from, or to another slice of
   * it: root does one thing at a time for each card, and after a boot the card comes first.
   */
  private boolean isCardBusy(UnitMemory unit) {
    Set<PciAddress> card = card(unit);
    return journal.units().values().stream()
        .filter(other -> busy.containsKey(other.unit()) || isCardToCome(unit, other))
        .anyMatch(other -> card(other).stream().anyMatch(card::contains));
  }

  private boolean isCardToCome(UnitMemory unit, UnitMemory other) {
    return unit.order().kind().isTyped() && isParentToCome(other);
  }

  private boolean isParentToCome(UnitMemory unit) {
    return unit.cut().isPresent() && toRestore.contains(unit.unit());
  }

  /** The functions that root locks for a unit, as far as the order says. */
  private static Set<PciAddress> card(UnitMemory unit) {
    Set<PciAddress> card = new HashSet<>(unit.order().members().addresses());
    unit.order().slice().ifPresent(slice -> card.add(slice.parent().address()));
    return card;
  }

  private Action decide(UnitMemory unit, Observation seen) {
    UnitSight sight = sight(unit, seen);
    if (toRestore.contains(unit.unit()) && !unit.wedged().equals(Optional.of(boot))) {
      Optional<Action> restore = Reconciler.restore(unit, sight, boot);
      if (restore.isPresent()) {
        return restore.get();
      }
      if (!isToCome(unit, sight)) {
        toRestore.remove(unit.unit());
      }
    }
    return Reconciler.decide(unit, sight, boot);
  }

  /** Virtual functions are there again only after their parent was cut again. */
  private boolean isToCome(UnitMemory unit, UnitSight sight) {
    return unit.order().kind() == UnitKind.SRIOV_VF
        && sight.presence() != Presence.HERE
        && journal.units().values().stream().anyMatch(this::isParentToCome);
  }

  private UnitSight sight(UnitMemory unit, Observation seen) {
    Optional<SliceId> slice = unit.making().map(Making::slice);
    return unit.order().kind().hasGroup()
        ? seen.of(unit.order(), slice, slicesOf(unit))
        : seen.instance(
            unit.order(), slice, parentOf(unit).flatMap(parent -> parents.standing(parent.unit())));
  }

  /** A MIG instance shows only in what root's program says of its card, which takes its time. */
  private boolean isSeenTooLongAgo(UnitMemory unit) {
    return !unit.order().kind().hasGroup()
        && parentOf(unit).filter(parent -> !parents.isFresh(parent.unit())).isPresent();
  }

  private Optional<UnitMemory> parentOf(UnitMemory slice) {
    Set<PciAddress> card = card(slice);
    return journal.units().values().stream()
        .filter(unit -> unit.cut().isPresent())
        .filter(unit -> unit.order().members().addresses().stream().anyMatch(card::contains))
        .findFirst();
  }

  private boolean hasInstances(UnitMemory parent) {
    return journal.units().values().stream()
        .filter(unit -> !unit.order().kind().hasGroup())
        .anyMatch(unit -> parentOf(unit).filter(parent::equals).isPresent());
  }

  private int slicesOf(UnitMemory parent) {
    if (parent.cut().isEmpty()) {
      return 0;
    }
    List<PciAddress> members = parent.order().members().addresses();
    return (int)
        journal.units().values().stream()
            .filter(unit -> unit.making().isPresent())
            .flatMap(unit -> unit.order().slice().stream())
            .filter(slice -> members.contains(slice.parent().address()))
            .count();
  }

  private void askAboutParents(Observation seen) {
    Set<UnitId> cut = new HashSet<>();
    for (UnitMemory unit : journal.units().values()) {
      if (isCut(unit)) {
        cut.add(unit.unit());
        askWhenDue(unit, sight(unit, seen).card().orElseThrow().parent(), seen);
      }
    }
    parents.are(cut);
  }

  private boolean isCut(UnitMemory unit) {
    return unit.cut().flatMap(Cut::boot).equals(Optional.of(boot))
        && unit.order().goal() instanceof Goal.Sliced;
  }

  private void askWhenDue(UnitMemory unit, PciAddress parent, Observation seen) {
    List<PciFunction> functions = functions(unit, parent, seen);
    boolean busyNow = busy.containsKey(unit.unit()) || isCardBusy(unit);
    if (!busyNow && parents.isDue(unit.unit(), functions, hasInstances(unit))) {
      parents.asks(unit.unit(), functions);
      hands.execute(() -> askAbout(unit.unit(), parent));
    }
  }

  /** A card's own functions and its virtual ones. */
  private static List<PciFunction> functions(UnitMemory unit, PciAddress parent, Observation seen) {
    List<PciAddress> members = unit.order().members().addresses();
    return seen.inventory().functions().stream()
        .filter(
            function ->
                members.contains(function.address())
                    || function.physicalFunction().equals(Optional.of(parent)))
        .toList();
  }

  /** On a thread of the hands. */
  private void askAbout(UnitId unit, PciAddress parent) {
    try {
      Answer<SliceProgram.Standing> answer = slices.list(operations.get(), parent);
      send(() -> parents.answers(unit, answer));
    } catch (InterruptedException e) {
      // The program ends; the next start asks again.
      Thread.currentThread().interrupt();
    }
  }

  private void begin(UnitMemory unit, Action action, Observation seen) {
    busy.put(unit.unit(), action);
    List<List<ResetMethod>> methods = new ArrayList<>();
    for (PciAddress member : unit.order().members().addresses()) {
      methods.add(
          seen.inventory().function(member).map(found -> found.resetMethods()).orElse(List.of()));
    }
    hands.execute(() -> work(unit, action, methods));
  }

  /** On a thread of the hands. */
  private void work(UnitMemory unit, Action action, List<List<ResetMethod>> methods) {
    try {
      Outcome outcome = worker.act(unit, action, methods);
      send(() -> finish(unit.unit(), outcome));
    } catch (JournalException e) {
      Outcome outcome = new Outcome.Stopped("JOURNAL_FAILED", e.getMessage());
      send(() -> finish(unit.unit(), outcome));
    } catch (InterruptedException e) {
      // The program ends; the journal has what was begun, and the next start goes on from there.
      Thread.currentThread().interrupt();
    }
  }

  private void finish(UnitId unit, Outcome outcome) {
    busy.remove(unit);
    idleSince.put(unit, nanoTime.getAsLong());
    if (outcome instanceof Outcome.Stopped stopped) {
      attempts.failed(unit, stopped.code(), stopped.message());
      log.accept("unit " + unit + ": " + stopped.code() + ": " + stopped.message());
    } else {
      attempts.succeeded(unit);
    }
    journal.unit(unit).ifPresent(this::tellParents);
    lookAgain.run();
  }

  private void tellParents(UnitMemory changed) {
    parentOf(changed).ifPresent(parent -> parents.changed(parent.unit()));
  }

  /** Whether the last look was begun after the last thing that was done to a unit. */
  private boolean isShown(UnitId unit) {
    return look.filter(last -> idleSince.getOrDefault(unit, Long.MIN_VALUE) <= last.begun())
        .isPresent();
  }

  /**
   * A slice that was made since the last look is there, and guarded where it can be, since root
   * answered so.
   */
  private boolean isMadeSinceTheLook(UnitMemory unit) {
    return unit.order().slice().isPresent()
        && unit.clean().filter(mark -> mark.boot().equals(boot)).isPresent()
        && (!isShown(unit.unit()) || isMadeSinceItsCardWasAsked(unit));
  }

  /** An id is made once, so an answer that does not know it was given before. */
  private boolean isMadeSinceItsCardWasAsked(UnitMemory unit) {
    return isSeenTooLongAgo(unit)
        && parentOf(unit)
            .flatMap(parent -> parents.standing(parent.unit()))
            .filter(card -> unit.making().flatMap(made -> card.slice(made.slice())).isEmpty())
            .isPresent();
  }

  private Status status(Observation seen) {
    List<UnitReport> units = new ArrayList<>();
    List<SignedWipe> wipes = new ArrayList<>();
    Set<PciAddress> known = new HashSet<>();
    if (journal.damage().isPresent()) {
      desired.ifPresent(state -> state.units().forEach(order -> units.add(damaged(order, seen))));
    } else {
      for (UnitMemory unit : journal.units().values()) {
        units.add(report(unit, seen));
        unit.pending().ifPresent(wipes::add);
      }
    }
    journal.units().values().forEach(unit -> known.addAll(unit.order().members().addresses()));
    List<ForeignHolder> foreign = seen.foreign(known);
    return new Status(
        seen.inventory(),
        appliedRevision,
        units,
        parents.reports(),
        wipes,
        foreign,
        desired.map(this::unordered).orElse(List.of()));
  }

  /** Slices that are here, or that somebody may have, and of which the orders say nothing. */
  private List<UnorderedSlice> unordered(DesiredState state) {
    Set<UnitId> ordered = new HashSet<>();
    state.units().forEach(order -> ordered.add(order.unit()));
    return journal.units().values().stream()
        .filter(unit -> unit.order().kind() != UnitKind.WHOLE && !ordered.contains(unit.unit()))
        .filter(unit -> unit.managed() || unit.tenant().isPresent())
        .map(unit -> new UnorderedSlice(unit.order(), unit.tenant()))
        .toList();
  }

  /** With a damaged journal nothing is known of any unit, and so each is dirty and left alone. */
  private UnitReport damaged(UnitOrder order, Observation seen) {
    UnitProblem problem =
        new UnitProblem(
            "JOURNAL_CORRUPT",
            "The agent's journal is damaged, so nothing is done: "
                + journal.damage().orElseThrow()
                + "; move it away and clean every unit.",
            0);
    UnitSight sight = seen.of(order, Optional.empty(), 0);
    return report(order, UnitPhase.FAILED, sight, Optional.of(problem));
  }

  private UnitReport report(UnitMemory unit, Observation seen) {
    UnitReport report = byTheLook(unit, seen);
    return isMadeSinceTheLook(unit) ? made(report, unit.order().kind()) : report;
  }

  private static UnitReport made(UnitReport report, UnitKind kind) {
    return new UnitReport(
        report.unit(),
        report.fence(),
        report.phase(),
        true,
        kind.hasGroup(),
        report.holders(),
        report.holdersKnown(),
        report.problem(),
        report.handle());
  }

  private UnitReport byTheLook(UnitMemory unit, Observation seen) {
    UnitSight sight = sight(unit, seen);
    Action action = busy.containsKey(unit.unit()) ? busy.get(unit.unit()) : decide(unit, seen);
    Optional<UnitProblem> failed = attempts.problem(unit.unit());
    if (action instanceof Action.Settled settled) {
      return report(unit.order(), settled.phase(), sight, staleOrder(unit));
    }
    if (action instanceof Action.Blocked blocked) {
      return report(unit.order(), blocked.phase(), sight, Optional.of(blocked.problem()));
    }
    UnitPhase phase = Phases.whileDoing(action, failed);
    return report(unit.order(), phase, sight, failed.or(() -> staleOrder(unit)));
  }

  private Optional<UnitProblem> staleOrder(UnitMemory unit) {
    return Optional.ofNullable(stale.get(unit.unit()))
        .map(
            order ->
                new UnitProblem(
                    "STALE_FENCE",
                    "An order with fence "
                        + order.fence()
                        + " was refused, since this host has seen "
                        + unit.order().fence()
                        + "; give a new order.",
                    0));
  }

  private static UnitReport report(
      UnitOrder order, UnitPhase phase, UnitSight sight, Optional<UnitProblem> problem) {
    return new UnitReport(
        order.unit(),
        order.fence(),
        phase,
        sight.bound(),
        sight.isGuarded(),
        sight.holders(),
        sight.holdersUnknown().isEmpty(),
        problem,
        sight.handle());
  }
}
