package ostler.agent.reconcile;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import ostler.agent.discovery.HealthProbe;
import ostler.agent.discovery.HealthReading;
import ostler.agent.journal.Journal;
import ostler.agent.journal.JournalException;
import ostler.agent.journal.UnitMemory;
import ostler.agent.journal.WipeEnd;
import ostler.agent.journal.WipeRun;
import ostler.agent.privileged.Answer;
import ostler.agent.privileged.RootProgram;
import ostler.inventory.Goal;
import ostler.inventory.ResetChoice;
import ostler.inventory.UnitMembers;
import ostler.inventory.WipeCoverage;
import ostler.inventory.WipeLevel;
import ostler.inventory.WipeOrder;
import ostler.inventory.WipeStep;
import ostler.inventory.WipeStep.Kind;
import ostler.inventory.WipeStep.Result;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;

/**
 * Wipes a unit, rung by rung, and writes the record of it: quiesce, one named reset, scrub (with
 * witness, verification and negative control, all root's), health, firmware, rebind.
 *
 * <p>A rung that fails ends the climb, and the record says so. What is refused before anything was
 * done to the device makes no record: it is tried again.
 */
final class WipeLadder {

  /** Refusals of a reset that are findings about the device, and so belong into a record. */
  private static final Set<String> RESET_FINDINGS =
      Set.of(
          "RESET_FAILED", "RESET_UNSUPPORTED", "DEADLINE", "DEVICE_GONE", "UNKNOWN_KERNEL_ERROR");

  private static final String UNSUPPORTED = "RESET_UNSUPPORTED";

  private final Journal journal;
  private final RootProgram root;
  private final RootCalls calls;
  private final HealthProbe health;
  private final RecordDesk desk;
  private final Supplier<UUID> operations;
  private final Clock clock;
  private final LongSupplier nanoTime;

  WipeLadder(
      Journal journal,
      RootProgram root,
      RootCalls calls,
      HealthProbe health,
      RecordDesk desk,
      Keeper.Ambient ambient) {
    this.journal = journal;
    this.root = root;
    this.calls = calls;
    this.health = health;
    this.desk = desk;
    this.operations = ambient.operations();
    this.clock = ambient.clock();
    this.nanoTime = ambient.nanoTime();
  }

  Outcome climb(UnitMemory unit, List<ResetChoice> resets)
      throws JournalException, InterruptedException {
    return new Climb(unit).climb(resets);
  }

  /** One wipe of one unit. */
  private final class Climb {

    private final UnitMembers members;
    private final WipeOrder order;
    private final Instant started = clock.instant();
    private final List<String> gaps = new ArrayList<>();
    private UnitMemory memory;
    private Map<PciAddress, HealthReading> before = Map.of();
    private WipeCoverage coverage = new WipeCoverage(0, 0, 0);
    private Optional<WipeEnd.Failure> failure = Optional.empty();

    Climb(UnitMemory unit) {
      this.memory = unit;
      this.members = unit.order().members();
      this.order = ((Goal.Clean) unit.order().goal()).wipe();
      unit.run().ifPresent(this::noteAborted);
    }

    /** The steps of an interrupted run stay in the journal; in the record they do not count. */
    private void noteAborted(WipeRun aborted) {
      gaps.add(
          "an earlier run, begun at "
              + aborted.started()
              + " and interrupted after "
              + aborted.steps().size()
              + " steps, does not count");
    }

    Outcome climb(List<ResetChoice> resets) throws JournalException, InterruptedException {
      Optional<Outcome> notYet = quiesce();
      if (notYet.isPresent()) {
        return notYet.get();
      }
      notYet = failure.isPresent() ? Optional.empty() : reset(resets);
      if (notYet.isPresent()) {
        return notYet.get();
      }
      if (failure.isEmpty() && order.level().satisfies(WipeLevel.L2)) {
        scrub();
      }
      if (failure.isEmpty()) {
        healthAfter();
      }
      if (failure.isEmpty()) {
        gaps.add("firmware was not measured: there is nothing to compare it with");
        rebind();
      }
      return record();
    }

    /** Nobody holds the unit, and each member answers. */
    private Optional<Outcome> quiesce() throws JournalException, InterruptedException {
      long begin = nanoTime.getAsLong();
      Answer<RootProgram.Held> answer = root.holders(operations.get(), members);
      Optional<Outcome> notYet = whyNotQuiet(answer);
      if (notYet.isPresent()) {
        return notYet;
      }
      before = health.read(members.addresses());
      if (before.values().stream().anyMatch(HealthReading::hung)) {
        memory = journal.keep(memory.wedgedIn(desk.boot()), "wedged: a read hangs");
        return stopped("WEDGED", "A read of " + members + " does not come back.");
      }
      memory =
          journal.keep(memory.wiping(new WipeRun(order.id(), started, List.of())), "wipe begins");
      List<WipeStep> steps = new ArrayList<>();
      for (PciAddress member : members.addresses()) {
        HealthReading reading = before.get(member);
        Map<String, Object> detail = describe(reading);
        detail.put("holders", 0L);
        detail.put("guarded", true);
        boolean dead = reading.responds().equals(Optional.of(false));
        steps.add(step(Kind.QUIESCE, member, !dead, begin, detail));
        if (dead) {
          fail("DEVICE_DEAD", member + " answers nothing but ones; only a power cycle can help.");
        }
      }
      keep(steps, "quiesced");
      return Optional.empty();
    }

    private static Optional<Outcome> stopped(String code, String message) {
      return Optional.of(new Outcome.Stopped(code, message));
    }

    private Optional<Outcome> whyNotQuiet(Answer<RootProgram.Held> answer) {
      if (answer instanceof Answer.Done<RootProgram.Held> done) {
        if (!done.value().holders().isEmpty()) {
          return stopped(
              "HELD",
              members + " are held by " + done.value().holders().get(0) + "; wait for its end.");
        }
        return done.value().guarded()
            ? Optional.empty()
            : stopped("GUARD_ABSENT", "Nobody guards " + members + "; start ostler-vfio guard.");
      }
      return Optional.of(new RootCalls.Called<>(memory, answer).outcome());
    }

    /** Every member by one named method; the first that is supported at all. */
    private Optional<Outcome> reset(List<ResetChoice> resets)
        throws JournalException, InterruptedException {
      Optional<Outcome.Stopped> unsupported = Optional.empty();
      for (ResetChoice method : resets) {
        long begin = nanoTime.getAsLong();
        RootCalls.Called<List<WipeStep>> called =
            call("reset", stamp -> root.reset(stamp, members, method));
        if (called.answer() instanceof Answer.Done<List<WipeStep>> done) {
          keep(done.value(), "reset by " + method);
          failOnFailedStep("RESET_FAILED");
          return Optional.empty();
        }
        Outcome.Stopped stopped = (Outcome.Stopped) called.outcome();
        if (!stopped.code().equals(UNSUPPORTED)) {
          return refused(Kind.RESET, called, stopped, begin, RESET_FINDINGS);
        }
        unsupported = Optional.of(stopped);
      }
      fail(
          UNSUPPORTED,
          unsupported
              .map(Outcome.Stopped::message)
              .orElse(members + " have no reset in common; order one by name."));
      keep(List.of(failedStep(Kind.RESET, nanoTime.getAsLong(), Map.of())), "no reset");
      return Optional.empty();
    }

    private void scrub() throws JournalException, InterruptedException {
      long begin = nanoTime.getAsLong();
      RootCalls.Called<RootProgram.Scrubbed> called =
          call("scrub", stamp -> root.scrub(stamp, members));
      if (called.answer() instanceof Answer.Done<RootProgram.Scrubbed> done) {
        coverage = done.value().coverage();
        gaps.addAll(done.value().gaps());
        keep(done.value().steps(), "scrubbed");
        failOnFailedStep("SCRUB_FAILED");
        return;
      }
      // After a reset every refusal is a finding: the unit is not as it was.
      Outcome.Stopped stopped = (Outcome.Stopped) called.outcome();
      refused(Kind.SCRUB, called, stopped, begin, Set.of(stopped.code()));
    }

    /** A refusal that says something of the device goes into the record, any other stops. */
    private <T> Optional<Outcome> refused(
        Kind kind,
        RootCalls.Called<T> called,
        Outcome.Stopped stopped,
        long begin,
        Set<String> findings)
        throws JournalException {
      boolean answered = called.answer() instanceof Answer.Refused<T>;
      if (answered && !findings.contains(stopped.code())) {
        return Optional.of(stopped);
      }
      fail(stopped.code(), stopped.message());
      Map<String, Object> seen =
          called.answer() instanceof Answer.Refused<T> told ? told.detail() : Map.of();
      keep(List.of(failedStep(kind, begin, seen)), kind + " failed: " + stopped.code());
      return Optional.empty();
    }

    private void healthAfter() throws JournalException, InterruptedException {
      long begin = nanoTime.getAsLong();
      Map<PciAddress, HealthReading> after = health.read(members.addresses());
      List<WipeStep> steps = new ArrayList<>();
      for (PciAddress member : members.addresses()) {
        HealthCheck check = HealthCheck.of(member, before.get(member), after.get(member));
        gaps.addAll(check.gaps());
        check.failure().ifPresent(found -> fail(found.code(), found.message()));
        steps.add(
            step(
                Kind.HEALTH,
                member,
                check.failure().isEmpty(),
                begin,
                describe(after.get(member))));
      }
      keep(steps, "health checked");
    }

    /** Every member is still where a tenant may have it, and nobody but the guard holds it. */
    private void rebind() throws JournalException, InterruptedException {
      long begin = nanoTime.getAsLong();
      Optional<Outcome> notQuiet = whyNotQuiet(root.holders(operations.get(), members));
      List<WipeStep> steps = new ArrayList<>();
      for (PciAddress member : members.addresses()) {
        Optional<DriverName> driver = health.driver(member);
        boolean bound = driver.equals(Optional.of(DriverName.VFIO_PCI));
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("driver", driver.map(DriverName::name).orElse("none"));
        detail.put("guarded", notQuiet.isEmpty());
        steps.add(step(Kind.REBIND, member, bound && notQuiet.isEmpty(), begin, detail));
        if (!bound) {
          fail("NOT_BOUND", member + " is not bound to vfio-pci after the wipe; look who took it.");
        }
      }
      if (notQuiet.isPresent() && notQuiet.get() instanceof Outcome.Stopped stopped) {
        fail(stopped.code(), stopped.message());
      }
      keep(steps, "rebind checked");
    }

    private Outcome record() throws JournalException {
      UnitMemory closed =
          desk.close(
              memory, order, new RecordDesk.Findings(clock.instant(), coverage, gaps, failure));
      Outcome outcome = Outcome.ofWipe(closed);
      memory = journal.keep(closed, "wipe recorded: " + outcome.word());
      return outcome;
    }

    private <T> RootCalls.Called<T> call(String verb, RootCalls.Call<T> call)
        throws JournalException, InterruptedException {
      RootCalls.Called<T> called =
          calls.call(verb, memory, call, UnaryOperator.identity(), UnaryOperator.identity());
      memory = called.memory();
      return called;
    }

    private void keep(List<WipeStep> steps, String event) throws JournalException {
      memory = journal.keep(memory.stepped(steps), event);
    }

    /** The first failure is the reason; what follows from it is only in the steps. */
    private void fail(String code, String message) {
      if (failure.isEmpty()) {
        failure = Optional.of(new WipeEnd.Failure(code, message));
      }
    }

    private void failOnFailedStep(String code) {
      memory.run().orElseThrow().steps().stream()
          .filter(step -> step.result() == Result.FAILED)
          .findFirst()
          .ifPresent(
              step ->
                  fail(code, step.kind() + " of " + step.address() + " failed; see its detail."));
    }

    private WipeStep failedStep(Kind kind, long begin, Map<String, Object> seen) {
      Map<String, Object> detail = new LinkedHashMap<>(seen);
      detail.put("code", failure.orElseThrow().code());
      detail.put("message", failure.orElseThrow().message());
      return step(kind, members.addresses().get(0), false, begin, detail);
    }

    private WipeStep step(
        Kind kind, PciAddress member, boolean ok, long begin, Map<String, Object> detail) {
      long millis = (nanoTime.getAsLong() - begin) / 1_000_000;
      return new WipeStep(
          kind,
          member,
          ok ? Result.OK : Result.FAILED,
          clock.instant().minusMillis(millis),
          millis,
          detail);
    }
  }

  private static Map<String, Object> describe(HealthReading reading) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("responds", reading.responds().map(String::valueOf).orElse("unknown"));
    reading
        .link()
        .flatMap(link -> link.current())
        .ifPresent(now -> detail.put("link", now.toString()));
    reading
        .errors()
        .ifPresent(
            errors -> {
              detail.put("errors_correctable", errors.correctable());
              detail.put("errors_nonfatal", errors.nonfatal());
              detail.put("errors_fatal", errors.fatal());
            });
    return detail;
  }
}
