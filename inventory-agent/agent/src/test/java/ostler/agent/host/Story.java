package ostler.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import ostler.agent.journal.JournalException;
import ostler.inventory.AgentKey;
import ostler.inventory.ChainHash;
import ostler.inventory.ClaimId;
import ostler.inventory.DesiredState;
import ostler.inventory.Fence;
import ostler.inventory.Goal;
import ostler.inventory.ProjectId;
import ostler.inventory.ReportAnswer;
import ostler.inventory.ResetChoice;
import ostler.inventory.SignedWipe;
import ostler.inventory.Tenant;
import ostler.inventory.UnitId;
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
 * The whole life of one unit with two tenants, told by an allocator that believes only what it is
 * shown. The agent may die and the host may be booted anywhere in it; the end must be the same.
 */
public final class Story implements AutoCloseable {

  /** What an agent that is killed throws: nothing may catch it. */
  public static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  public static final UnitId UNIT = UnitId.parse("00000000-0000-0000-0000-0000000000aa");

  private static final int MAX_TURNS = 60;

  private final FakeHost host;
  private final FakeRoot root;
  private final FakeGuard guard;
  private final Path state;
  private final KeyPair keys = keys();
  private final UnitMembers members;
  private final List<SignedWipe> accepted = new ArrayList<>();
  private Optional<AgentInTest> agent = Optional.empty();
  private Consumer<String> onEvent = event -> {};
  private Optional<UnitOrder> order = Optional.empty();
  private boolean bootsWhenItCrashes;
  private long fence;
  private int crashes;

  public Story(Path folder) throws IOException {
    host = new FakeHost(Files.createDirectories(folder.resolve("h")));
    root = new FakeRoot(host);
    guard = new FakeGuard(host, root);
    state = Files.createDirectories(folder.resolve("state"));
    members = host.unitOf(FakeHost.GPU);
  }

  static KeyPair keys() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public static Tenant tenant(int number) {
    return new Tenant(
        ClaimId.parse("00000000-0000-0000-0000-0000000000c" + number),
        new ProjectId("p" + number),
        new ostler.inventory.Consumer("libvirt", "domain", "vm-" + number));
  }

  public FakeHost host() {
    return host;
  }

  public FakeRoot root() {
    return root;
  }

  public UnitMembers members() {
    return members;
  }

  public List<SignedWipe> accepted() {
    return accepted;
  }

  /** From now on it is the whole host that goes down with the agent. */
  public void bootWhenItCrashes() {
    bootsWhenItCrashes = true;
  }

  public int crashes() {
    return crashes;
  }

  /** Is told each event of the journal, after it is on disk; may throw {@link Crash}. */
  public void onEvent(Consumer<String> listener) {
    onEvent = listener;
  }

  public AgentInTest agent() throws IOException, JournalException {
    if (agent.isEmpty()) {
      agent = Optional.of(new AgentInTest(host, root, state, keys, e -> onEvent.accept(e)));
      order.ifPresent(current -> agent.get().keeper().desire(desired(List.of(current))));
    }
    return agent.get();
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

  public DesiredState desired(List<UnitOrder> orders) {
    return new DesiredState(FakeHost.NAME, 1, fence, orders);
  }

  public UnitOrder orderFor(Goal goal) {
    fence++;
    return UnitOrder.whole(UNIT, members, new Fence(1, fence), goal, chainHead());
  }

  public void give(Goal goal) throws IOException, JournalException {
    order = Optional.of(orderFor(goal));
    if (agent.isPresent()) {
      agent.get().keeper().desire(desired(List.of(order.get())));
    }
  }

  /** One turn of whatever agent there is; one that dies is started again at the next turn. */
  public Optional<UnitReport> turn() throws Exception {
    try {
      AgentInTest running = agent();
      List<SignedWipe> wipes = running.turn().wipes();
      List<WipeId> taken = new ArrayList<>();
      for (SignedWipe wipe : wipes) {
        taken.add(take(wipe));
      }
      if (!taken.isEmpty()) {
        running.keeper().answer(new ReportAnswer(fence, false, taken, List.of(), List.of(), 30));
      }
      return running.turn().units().stream().filter(u -> u.unit().equals(UNIT)).findFirst();
    } catch (Crash e) {
      crashes++;
      kill();
      if (bootsWhenItCrashes) {
        root.reboot();
      }
      return Optional.empty();
    }
  }

  /** Turns until the unit has that phase under the newest order. */
  public UnitReport await(UnitPhase phase) throws Exception {
    return awaitEither(phase, phase);
  }

  private UnitReport awaitEither(UnitPhase one, UnitPhase other) throws Exception {
    Optional<UnitReport> last = Optional.empty();
    for (int i = 0; i < MAX_TURNS; i++) {
      Optional<UnitReport> report = turn();
      last = report.or(() -> Optional.empty());
      if (report
          .filter(r -> r.phase() == one || r.phase() == other)
          .filter(r -> r.fence().number() == fence)
          .isPresent()) {
        return report.get();
      }
    }
    throw new AssertionError(
        "never " + one + " or " + other + ", at last " + last + "; " + root.verbs());
  }

  /**
   * Cleans the unit; where a boot made a wipe worthless before it counted, orders another, as an
   * allocator does.
   */
  public void clean() throws Exception {
    int before = accepted.size();
    for (int attempt = 0; attempt < 5; attempt++) {
      WipeId wipe = WipeId.parse("00000000-0000-0000-0000-%012d".formatted(fence + 1));
      give(new Goal.Clean(new WipeOrder(wipe, WipeLevel.L3, ResetChoice.AUTO, Optional.empty())));
      for (int i = 0; i < MAX_TURNS; i++) {
        Optional<UnitReport> report = turn();
        if (isCleaned(report) && accepted.size() > before) {
          return;
        }
        if (report.filter(r -> r.phase() == UnitPhase.FAILED).isPresent()) {
          break;
        }
      }
    }
    throw new AssertionError("never clean; " + root.verbs());
  }

  private boolean isCleaned(Optional<UnitReport> report) {
    return report
        .filter(r -> r.phase() == UnitPhase.CLEANED && r.fence().number() == fence)
        .isPresent();
  }

  /** From unknown to a second tenant and back to the host. */
  public void tell() throws Exception {
    give(new Goal.Rest());
    await(UnitPhase.RESTING);
    clean();
    tenancy(tenant(1));
    clean();
    tenancy(tenant(2));
    give(new Goal.GiveBack());
    await(UnitPhase.GIVEN_BACK);
    check();
  }

  private void tenancy(Tenant tenant) throws Exception {
    makeReady(tenant);
    awaitInUse(tenant);
    give(new Goal.Release(tenant));
    assertTrue(
        awaitEither(UnitPhase.RELEASING, UnitPhase.RELEASED).problem().isPresent() || crashes > 0);
    root.tenantEnds(members.addresses());
    await(UnitPhase.RELEASED);
  }

  /** Where a boot made a wipe worthless before the tenant came, the unit is wiped again. */
  private void makeReady(Tenant tenant) throws Exception {
    give(new Goal.Ready(tenant));
    while (awaitEither(UnitPhase.READY, UnitPhase.FAILED).phase() == UnitPhase.FAILED) {
      clean();
      give(new Goal.Ready(tenant));
    }
  }

  /** The tenant's machine is started, and again where a boot ended it. */
  private void awaitInUse(Tenant tenant) throws Exception {
    do {
      root.tenantStarts(members.addresses(), tenant);
    } while (awaitEither(UnitPhase.READY, UnitPhase.IN_USE).phase() == UnitPhase.READY);
  }

  /** That nothing happened that must never happen, and that the evidence says what happened. */
  public void check() {
    assertEquals(List.of(), root.broken());
    assertTrue(
        WipeChain.verify(accepted, AgentKey.of(keys.getPublic())) instanceof WipeChain.Sound);
  }

  private ChainHash chainHead() {
    return accepted.isEmpty() ? ChainHash.START : accepted.get(accepted.size() - 1).hash();
  }

  /** Takes a record into the chain, once, as an allocator does. */
  private WipeId take(SignedWipe wipe) throws WireException {
    WipeRecord record = WipeRecord.parse(wipe.body());
    if (!accepted.contains(wipe)) {
      assertEquals(
          Optional.empty(), WipeChain.flaw(wipe, chainHead(), AgentKey.of(keys.getPublic())));
      assertEquals(UNIT, record.unit());
      if (record.result() == WipeRecord.Result.CLEAN) {
        assertTrue(record.isCleanTo(WipeLevel.L3), record.body());
      }
      accepted.add(wipe);
    }
    return record.wipe();
  }

  @Override
  public void close() throws IOException {
    kill();
    guard.close();
  }
}
