package ostler.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import ostler.agent.journal.JournalException;
import ostler.agent.journal.Making;
import ostler.agent.reconcile.Status;
import ostler.inventory.AgentKey;
import ostler.inventory.ChainHash;
import ostler.inventory.DesiredState;
import ostler.inventory.Fence;
import ostler.inventory.Goal;
import ostler.inventory.ParentReport;
import ostler.inventory.ReportAnswer;
import ostler.inventory.ResetChoice;
import ostler.inventory.SignedWipe;
import ostler.inventory.SliceId;
import ostler.inventory.SlicePart;
import ostler.inventory.SliceTypeName;
import ostler.inventory.Tenant;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.UnitMembers;
import ostler.inventory.UnitOrder;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitReport;
import ostler.inventory.WipeChain;
import ostler.inventory.WipeId;
import ostler.inventory.WipeLevel;
import ostler.inventory.WipeOrder;
import ostler.inventory.WipeRecord;
import ostler.wire.WireException;

/**
 * The life of a card that is cut into two slices, each with its tenants, and made whole again, told
 * by an allocator that believes only what it is shown. As in {@link Story} the agent may die and
 * the host may be booted anywhere in it.
 */
public final class SliceStory implements AutoCloseable {

  public static final UnitId PARENT = unit(0);
  public static final UnitId ONE = unit(1);
  public static final UnitId TWO = unit(2);

  /** As many virtual functions as there are units on them. */
  public static final int FUNCTIONS = 2;

  private static final int MAX_TURNS = 80;

  private final UnitKind kind;
  private final FakeHost host;
  private final FakeRoot root;
  private final FakeGuard guard;
  private final Path state;
  private final KeyPair keys = Story.keys();
  private final Map<UnitId, UnitOrder> orders = new LinkedHashMap<>();
  private final Map<UnitId, List<SignedWipe>> accepted = new LinkedHashMap<>();
  private Optional<AgentInTest> agent = Optional.empty();
  private Consumer<String> onEvent = event -> {};
  private boolean bootsWhenItCrashes;
  private long fence;
  private int crashes;

  /**
   * @param kind of the two slices
   */
  public SliceStory(Path folder, UnitKind kind) throws IOException {
    this.kind = kind;
    host = new FakeHost(Files.createDirectories(folder.resolve("h")));
    root = new FakeRoot(host);
    root.slices().expectAtMost(2);
    guard = new FakeGuard(host, root);
    state = Files.createDirectories(folder.resolve("state"));
  }

  private static UnitId unit(int number) {
    return UnitId.parse("00000000-0000-0000-0000-0000000000b" + number);
  }

  public FakeHost host() {
    return host;
  }

  public FakeRoot root() {
    return root;
  }

  public FakeMdev slices() {
    return root.slices();
  }

  public int crashes() {
    return crashes;
  }

  public List<SignedWipe> accepted(UnitId unit) {
    return accepted.computeIfAbsent(unit, none -> new ArrayList<>());
  }

  /** The last record of a unit that was taken into its chain. */
  public WipeRecord lastRecord(UnitId unit) throws WireException {
    List<SignedWipe> chain = accepted(unit);
    return WipeRecord.parse(chain.get(chain.size() - 1).body());
  }

  /** From now on it is the whole host that goes down with the agent. */
  public void bootWhenItCrashes() {
    bootsWhenItCrashes = true;
  }

  /** Is told each event of the journal, after it is on disk; may throw {@link Story.Crash}. */
  public void onEvent(Consumer<String> listener) {
    onEvent = listener;
  }

  /** Is told each verb of root's, after it was carried out; may throw {@link Story.Crash}. */
  public void afterEach(Consumer<String> listener) {
    root.afterEach(listener);
    root.slices().afterEach(listener);
  }

  public AgentInTest agent() throws IOException, JournalException {
    if (agent.isEmpty()) {
      agent = Optional.of(new AgentInTest(host, root, state, keys, e -> onEvent.accept(e)));
      desire();
    }
    return agent.get();
  }

  private void desire() {
    if (agent.isPresent() && !orders.isEmpty()) {
      agent
          .get()
          .keeper()
          .desire(new DesiredState(FakeHost.NAME, 1, fence, List.copyOf(orders.values())));
    }
  }

  /** The agent is gone without a word. */
  public void kill() throws IOException {
    if (agent.isPresent()) {
      agent.get().close();
      agent = Optional.empty();
    }
  }

  public void reboot() throws IOException {
    kill();
    root.reboot();
  }

  /** An order for a unit of this story's kinds. */
  public void give(UnitId unit, Goal goal) {
    boolean whole = unit.equals(PARENT);
    UnitMembers parent = host.unitOf(FakeHost.ACCELERATOR);
    int index = unit.equals(TWO) ? 1 : 0;
    give(
        unit,
        whole ? UnitKind.WHOLE : kind,
        whole || !isOnFunctions()
            ? parent
            : FakeHost.virtualFunction(FakeHost.possibleFunctions().get(index)),
        whole || !kind.isTyped()
            ? Optional.empty()
            : Optional.of(new SlicePart(parent.members().get(0), new SliceTypeName(FakeMdev.TYPE))),
        goal);
  }

  private void give(
      UnitId unit, UnitKind of, UnitMembers members, Optional<SlicePart> slice, Goal goal) {
    fence++;
    List<SignedWipe> chain = accepted(unit);
    ChainHash head = chain.isEmpty() ? ChainHash.START : chain.get(chain.size() - 1).hash();
    orders.put(unit, new UnitOrder(unit, of, members, slice, new Fence(1, fence), goal, head));
    desire();
  }

  /** Nothing is ordered for the unit any more. */
  public void orderNothing(UnitId unit) {
    orders.remove(unit);
    fence++;
    desire();
  }

  /** One turn of whatever agent there is; one that dies is started again at the next turn. */
  public Optional<Status> turn() throws Exception {
    try {
      AgentInTest running = agent();
      List<WipeId> taken = new ArrayList<>();
      for (SignedWipe wipe : running.turn().wipes()) {
        taken.add(take(wipe));
      }
      if (!taken.isEmpty()) {
        running.keeper().answer(new ReportAnswer(fence, false, taken, List.of(), List.of(), 30));
      }
      return Optional.of(running.turn());
    } catch (Story.Crash e) {
      crashes++;
      kill();
      if (bootsWhenItCrashes) {
        root.reboot();
      }
      return Optional.empty();
    }
  }

  /** Turns until the unit has that phase under its newest order. */
  public UnitReport await(UnitId unit, UnitPhase phase) throws Exception {
    return await(unit, report -> report.phase() == phase, phase.toString());
  }

  /** Turns until the unit is reported like that under its newest order. */
  public UnitReport await(UnitId unit, Predicate<UnitReport> wanted, String what) throws Exception {
    Optional<UnitReport> last = Optional.empty();
    for (int i = 0; i < MAX_TURNS; i++) {
      last = turn().flatMap(status -> find(status, unit));
      if (last.filter(wanted)
          .filter(report -> report.fence().equals(orders.get(unit).fence()))
          .isPresent()) {
        return last.get();
      }
    }
    throw new AssertionError(
        unit + " never " + what + ", at last " + last + "; " + root.verbs() + slices().verbs());
  }

  private static Optional<UnitReport> find(Status status, UnitId unit) {
    return status.units().stream().filter(report -> report.unit().equals(unit)).findFirst();
  }

  /** Turns until the host says something of the parent. */
  public ParentReport awaitParent() throws Exception {
    for (int i = 0; i < MAX_TURNS; i++) {
      Optional<Status> status = turn();
      if (status.isPresent() && !status.get().parents().isEmpty()) {
        return status.get().parents().get(0);
      }
    }
    throw new AssertionError("never a word of the parent; " + slices().verbs());
  }

  /** Orders a wipe that was never ordered before. */
  public void giveClean(UnitId unit) {
    WipeId wipe = WipeId.parse("00000000-0000-0000-0000-%012d".formatted(fence + 1));
    WipeLevel level = levelOf(unit);
    give(unit, new Goal.Clean(new WipeOrder(wipe, level, ResetChoice.AUTO, Optional.empty())));
  }

  private WipeLevel levelOf(UnitId unit) {
    return unit.equals(PARENT) || !kind.isTyped() ? WipeLevel.L3 : WipeLevel.VENDOR;
  }

  /** Cleans a unit; where a boot made a wipe worthless, orders another, as an allocator does. */
  public void clean(UnitId unit) throws Exception {
    for (int attempt = 0; attempt < 8; attempt++) {
      int before = accepted(unit).size();
      giveClean(unit);
      UnitReport end =
          await(
              unit,
              report ->
                  report.phase() == UnitPhase.CLEANED
                      || report.problem().filter(p -> p.code().equals("NOT_CLEAN")).isPresent(),
              "clean");
      if (end.phase() == UnitPhase.CLEANED && accepted(unit).size() > before) {
        return;
      }
    }
    throw new AssertionError("never clean; " + root.verbs() + slices().verbs());
  }

  /** Cuts the card, from unknown on. */
  public void cut() throws Exception {
    give(PARENT, new Goal.Rest());
    await(PARENT, UnitPhase.RESTING);
    clean(PARENT);
    int functions = isOnFunctions() ? FUNCTIONS : 0;
    give(PARENT, new Goal.Sliced(functions));
    await(PARENT, UnitPhase.SLICED);
    ParentReport report = awaitParent();
    assertEquals(functions, report.functions().size());
  }

  private boolean isOnFunctions() {
    return kind == UnitKind.VENDOR_VF || kind == UnitKind.SRIOV_VF;
  }

  /** Permits a clean unit to the tenant, whose machine then starts. */
  public void handOut(UnitId unit, Tenant tenant) throws Exception {
    give(unit, new Goal.Ready(tenant));
    while (isDirtyInstead(unit)) {
      clean(unit);
      give(unit, new Goal.Ready(tenant));
    }
    do {
      start(unit, tenant);
    } while (await(
                unit,
                r -> r.phase() == UnitPhase.READY || r.phase() == UnitPhase.IN_USE,
                "ready or in use")
            .phase()
        == UnitPhase.READY);
  }

  private boolean isDirtyInstead(UnitId unit) throws Exception {
    return await(
                unit,
                r ->
                    r.phase() == UnitPhase.READY
                        || r.problem().filter(p -> p.code().equals("NOT_CLEAN")).isPresent(),
                "ready or dirty")
            .phase()
        != UnitPhase.READY;
  }

  private void start(UnitId unit, Tenant tenant) throws Exception {
    Optional<SliceId> slice = sliceOf(unit);
    if (slice.isPresent()) {
      slices().tenantStarts(slice.get(), tenant);
    }
  }

  /** Which slice a unit is now. */
  public Optional<SliceId> sliceOf(UnitId unit) throws Exception {
    return agent().journal().unit(unit).flatMap(memory -> memory.making().map(Making::slice));
  }

  /** Takes a unit back from its tenant, whose machine then stops. */
  public void takeBack(UnitId unit, Tenant tenant) throws Exception {
    give(unit, new Goal.Release(tenant));
    turn();
    slices().tenantEnds(sliceOf(unit).orElseThrow());
    await(unit, UnitPhase.RELEASED);
  }

  /** From unknown over two slices and three tenants to a whole and clean card. */
  public void tell() throws Exception {
    cut();
    give(ONE, new Goal.Rest());
    give(TWO, new Goal.Rest());
    await(ONE, UnitPhase.RESTING);
    clean(TWO);
    handOut(TWO, Story.tenant(2));
    clean(ONE);
    handOut(ONE, Story.tenant(1));
    takeBack(ONE, Story.tenant(1));
    clean(ONE);
    handOut(ONE, Story.tenant(3));
    takeBack(ONE, Story.tenant(3));
    takeBack(TWO, Story.tenant(2));
    give(ONE, new Goal.GiveBack());
    give(TWO, new Goal.GiveBack());
    await(ONE, UnitPhase.GIVEN_BACK);
    await(TWO, UnitPhase.GIVEN_BACK);
    give(PARENT, new Goal.Rest());
    await(PARENT, UnitPhase.RESTING);
    clean(PARENT);
    assertEquals(List.of(), slices().slices());
    assertEquals(List.of(), host.functions());
    check();
  }

  /** That nothing happened that must never happen, and that the evidence says what happened. */
  public void check() {
    assertEquals(List.of(), root.broken());
    accepted
        .values()
        .forEach(
            chain ->
                assertInstanceOf(
                    WipeChain.Sound.class, WipeChain.verify(chain, AgentKey.of(keys.getPublic()))));
  }

  /** Takes a record into its unit's chain, once, as an allocator does. */
  private WipeId take(SignedWipe wipe) throws WireException {
    WipeRecord record = WipeRecord.parse(wipe.body());
    List<SignedWipe> chain = accepted(record.unit());
    if (!chain.contains(wipe)) {
      ChainHash head = chain.isEmpty() ? ChainHash.START : chain.get(chain.size() - 1).hash();
      assertEquals(Optional.empty(), WipeChain.flaw(wipe, head, AgentKey.of(keys.getPublic())));
      if (record.result() == WipeRecord.Result.CLEAN) {
        assertTrue(record.isCleanTo(levelOf(record.unit())), record.body());
      }
      chain.add(wipe);
    }
    return record.wipe();
  }

  @Override
  public void close() throws IOException {
    kill();
    guard.close();
  }
}
