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
import ostler.agent.journal.Journal;
import ostler.agent.journal.JournalException;
import ostler.agent.journal.Making;
import ostler.agent.journal.UnitMemory;
import ostler.agent.journal.WipeEnd;
import ostler.agent.journal.WipeRun;
import ostler.agent.privileged.Answer;
import ostler.agent.privileged.RootProgram.Kept;
import ostler.agent.privileged.SliceProgram;
import ostler.inventory.Goal;
import ostler.inventory.MdevTypeId;
import ostler.inventory.SliceId;
import ostler.inventory.SlicePart;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeCoverage;
import ostler.inventory.WipeOrder;
import ostler.inventory.WipeStep;
import ostler.inventory.WipeStep.Kind;
import ostler.inventory.WipeStep.Result;
import ostler.pci.PciAddress;

/**
 * Wipes a slice: destroys the one that is there, makes another under an id that was never used, and
 * writes the record of it.
 *
 * <p>Each half is done once for a wipe, however often it is interrupted. What was destroyed stays
 * so: its id is used up, and that step counts in the record wherever the rest was interrupted. The
 * new one's id is on disk before root is asked to make it, and asked for again until root has made
 * it. So there are never two.
 */
final class SliceMaking {

  /** Refusals that are findings about the device, and so belong into a record. */
  private static final Set<String> FINDINGS =
      Set.of("CREATE_FAILED", "REMOVE_FAILED", "SLICE_EXISTS", "RETIRED");

  private static final String GAP = "that this clears its memory is the vendor's word";

  /** NVML names who works on an instance, and not who could begin to. */
  private static final String GAP_WITHOUT_GROUP =
      "that no container of the tenant before keeps its device nodes is its runtime's word";

  private final Journal journal;
  private final SliceProgram slices;
  private final RootCalls calls;
  private final RecordDesk desk;
  private final Supplier<UUID> ids;
  private final Clock clock;
  private final LongSupplier nanoTime;

  SliceMaking(
      Journal journal,
      SliceProgram slices,
      RootCalls calls,
      RecordDesk desk,
      Keeper.Ambient ambient) {
    this.journal = journal;
    this.slices = slices;
    this.calls = calls;
    this.desk = desk;
    this.ids = ambient.operations();
    this.clock = ambient.clock();
    this.nanoTime = ambient.nanoTime();
  }

  Outcome wipe(UnitMemory unit) throws JournalException, InterruptedException {
    return new Run(unit).run();
  }

  /** One wipe of one slice. */
  private final class Run {

    private final SlicePart part;
    private final PciAddress parent;
    private final PciAddress place;
    private final WipeOrder order;
    private final List<String> gaps = new ArrayList<>();
    private UnitMemory memory;
    private Optional<WipeEnd.Failure> failure = Optional.empty();

    Run(UnitMemory unit) {
      this.memory = unit;
      this.part = unit.order().slice().orElseThrow();
      this.parent = part.parent().address();
      this.order = ((Goal.Clean) unit.order().goal()).wipe();
      this.place =
          unit.order().kind() == UnitKind.VENDOR_VF
              ? unit.order().members().addresses().get(0)
              : parent;
    }

    Outcome run() throws JournalException, InterruptedException {
      begin();
      Optional<Outcome> notYet = destroy();
      if (notYet.isEmpty() && failure.isEmpty()) {
        notYet = create();
      }
      if (notYet.isPresent()) {
        return notYet.get();
      }
      gaps.add(GAP);
      if (!memory.order().kind().hasGroup()) {
        gaps.add(GAP_WITHOUT_GROUP);
      }
      UnitMemory closed =
          desk.close(
              memory,
              order,
              new RecordDesk.Findings(clock.instant(), new WipeCoverage(0, 0, 0), gaps, failure));
      Outcome outcome = Outcome.ofWipe(closed);
      memory = journal.keep(closed, "wipe recorded: " + outcome.word());
      return outcome;
    }

    private void begin() throws JournalException {
      Optional<WipeRun> earlier = memory.run();
      List<WipeStep> standing =
          earlier.stream()
              .filter(run -> run.wipe().equals(order.id()))
              .flatMap(run -> run.steps().stream())
              .filter(step -> step.kind() == Kind.DESTROY && step.result() == Result.OK)
              .toList();
      Instant started = standing.isEmpty() ? clock.instant() : earlier.orElseThrow().started();
      earlier
          .filter(run -> run.steps().size() > standing.size())
          .ifPresent(
              run ->
                  gaps.add(
                      "an earlier run, begun at "
                          + run.started()
                          + ", was interrupted; what it made does not count"));
      memory =
          journal.keep(memory.wiping(new WipeRun(order.id(), started, standing)), "wipe begins");
    }

    /** Destroys what was made for any other wipe; answers why it is to be tried again later. */
    private Optional<Outcome> destroy() throws JournalException, InterruptedException {
      long begin = nanoTime.getAsLong();
      Optional<Making> old = memory.making().filter(making -> !making.wipe().equals(order.id()));
      if (old.isEmpty()) {
        if (memory.run().orElseThrow().steps().isEmpty()) {
          Map<String, Object> why = Map.of("why", "there was none");
          memory =
              journal.keep(
                  memory.stepped(List.of(step(Kind.DESTROY, Result.SKIPPED, begin, why))),
                  "nothing to destroy");
        }
        return Optional.empty();
      }
      SliceId slice = old.get().slice();
      RootCalls.Called<Kept> called =
          calls.call(
              "remove",
              memory,
              stamp -> slices.remove(stamp, parent, slice),
              kept ->
                  kept.destroyed()
                      .stepped(
                          List.of(
                              step(
                                  Kind.DESTROY,
                                  Result.OK,
                                  begin,
                                  Map.of("slice", slice.toString())))),
              UnaryOperator.identity());
      memory = called.memory();
      return finding(Kind.DESTROY, called, begin);
    }

    /** Makes the slice of this wipe; answers why it is to be tried again later. */
    private Optional<Outcome> create() throws JournalException, InterruptedException {
      long begin = nanoTime.getAsLong();
      Answer<SliceProgram.Standing> looked = slices.list(ids.get(), parent);
      if (!(looked instanceof Answer.Done<SliceProgram.Standing> standing)) {
        return Optional.of(new RootCalls.Called<>(memory, looked).outcome());
      }
      Optional<MdevTypeId> type =
          offered(standing.value()).or(() -> memory.making().map(Making::hostType));
      if (type.isEmpty()) {
        return Optional.of(notOffered(standing.value()));
      }
      SliceId slice = memory.making().map(Making::slice).orElseGet(() -> new SliceId(ids.get()));
      SliceProgram.Wish wish =
          new SliceProgram.Wish(
              memory.order().kind(),
              parent,
              Optional.of(place).filter(at -> !at.equals(parent)),
              type.get(),
              Optional.of(part.type()).filter(name -> !name.value().equals(type.get().value())));
      Map<String, Object> detail = new LinkedHashMap<>();
      detail.put("slice", slice.toString());
      detail.put("type", part.type().value());
      detail.put("host_type", type.get().value());
      RootCalls.Called<Kept> called =
          calls.call(
              "create",
              memory.making(new Making(slice, order.id(), type.get())),
              stamp -> slices.create(stamp, slice, wish),
              kept -> kept.stepped(List.of(step(Kind.CREATE, Result.OK, begin, detail))),
              UnaryOperator.identity());
      memory = called.memory();
      return finding(Kind.CREATE, called, begin);
    }

    /** The host's name of the type now, at this slice's place. */
    private Optional<MdevTypeId> offered(SliceProgram.Standing standing) {
      return standing.offers().stream()
          .filter(offer -> offer.kind() == memory.order().kind())
          .filter(offer -> offer.name().equals(Optional.of(part.type())))
          .flatMap(offer -> offer.hostType().stream())
          .findFirst();
    }

    private Outcome notOffered(SliceProgram.Standing standing) {
      return standing.problem().isPresent()
          ? new Outcome.Stopped(standing.problem().get().code(), standing.problem().get().message())
          : new Outcome.Stopped(
              "UNKNOWN_TYPE",
              parent
                  + " offers no type \""
                  + part.type()
                  + "\" now: there is no room for it, or its driver has none of that name; see what"
                  + " ostler slice types says.");
    }

    /** A refusal that says something of the device goes into the record, any other stops. */
    private Optional<Outcome> finding(Kind kind, RootCalls.Called<Kept> called, long begin)
        throws JournalException {
      if (!(called.outcome() instanceof Outcome.Stopped stopped)) {
        return Optional.empty();
      }
      if (!(called.answer() instanceof Answer.Refused<Kept> refused)
          || !FINDINGS.contains(stopped.code())) {
        return Optional.of(stopped);
      }
      failure = Optional.of(new WipeEnd.Failure(stopped.code(), stopped.message()));
      Map<String, Object> detail = new LinkedHashMap<>(refused.detail());
      detail.put("code", stopped.code());
      detail.put("message", stopped.message());
      memory =
          journal.keep(
              memory.stepped(List.of(step(kind, Result.FAILED, begin, detail))),
              kind + " failed: " + stopped.code());
      return Optional.empty();
    }

    private WipeStep step(Kind kind, Result result, long begin, Map<String, Object> detail) {
      long millis = (nanoTime.getAsLong() - begin) / 1_000_000;
      return new WipeStep(kind, place, result, clock.instant().minusMillis(millis), millis, detail);
    }
  }
}
