package ostler.allocator;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import ostler.inventory.AgentInstance;
import ostler.inventory.AgentKey;
import ostler.inventory.AgentRun;
import ostler.inventory.ChainHash;
import ostler.inventory.DesiredState;
import ostler.inventory.Fence;
import ostler.inventory.ForeignHolder;
import ostler.inventory.Goal;
import ostler.inventory.Holder;
import ostler.inventory.HostFacts;
import ostler.inventory.HostReport;
import ostler.inventory.InventoryJson;
import ostler.inventory.JoinRequest;
import ostler.inventory.ReportAnswer;
import ostler.inventory.SignedWipe;
import ostler.inventory.Tenant;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.UnitOrder;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitProblem;
import ostler.inventory.UnitReport;
import ostler.inventory.UnorderedSlice;
import ostler.inventory.WipeChain;
import ostler.inventory.WipeCoverage;
import ostler.inventory.WipeId;
import ostler.inventory.WipeLevel;
import ostler.inventory.WipeRecord;
import ostler.inventory.WipeStep;
import ostler.pci.PciAddress;
import ostler.wire.Json;

/**
 * An agent that does all that it is told, at once and only in its own memory, with real documents,
 * hashes and signatures. How its words travel is another's business.
 */
public final class FakeAgent {

  private static final long BYTES = 16 * 1024 * 1024;

  private final Machine machine;
  private final FakeCards cards;
  private final KeyPair keys = newKeys();
  private KeyPair signing = keys;
  private UnaryOperator<ChainHash> headLie = UnaryOperator.identity();
  private final Map<UnitId, UnitReport> units = new LinkedHashMap<>();
  private final Map<WipeId, SignedWipe> unacknowledged = new LinkedHashMap<>();
  private final List<ForeignHolder> foreign = new ArrayList<>();
  private AgentInstance instance = newInstance();
  private Optional<AgentInstance> previous = Optional.empty();
  private long sequence;
  private long appliedRevision;
  private Optional<ChainHash> sentDigest = Optional.empty();

  /** To whom a unit was given, and which units were wiped since, as a careful agent remembers. */
  private final Map<UnitId, Tenant> tenants = new LinkedHashMap<>();

  private final Set<UnitId> wiped = new HashSet<>();
  private boolean careful;

  /** The last order of each unit, and what the newest orders name. */
  private final Map<UnitId, UnitOrder> orders = new LinkedHashMap<>();

  private final Set<UnitId> ordered = new HashSet<>();

  /** How a wipe record is changed before it is signed; a test's way to lie. */
  private UnaryOperator<WipeRecord> lie = UnaryOperator.identity();

  /** Which units somebody holds on this host. */
  private final Map<UnitId, Holder> holders = new LinkedHashMap<>();

  private final Set<UnitId> unseen = new HashSet<>();

  public FakeAgent(Machine machine) {
    this.machine = machine;
    this.cards = new FakeCards(machine);
  }

  /**
   * Refuses from now on what a real agent refuses: an older fence, a unit that was given to
   * somebody else, and a tenant for a unit that is not clean.
   */
  public FakeAgent careful() {
    careful = true;
    return this;
  }

  /** To whom a careful agent gave a unit. */
  public Optional<Tenant> tenantOf(UnitId unit) {
    return Optional.ofNullable(tenants.get(unit));
  }

  /** The machine's cards that can be cut. */
  public FakeCards cards() {
    return cards;
  }

  public Machine machine() {
    return machine;
  }

  public JoinRequest joinRequest(String token) {
    return new JoinRequest(token, AgentKey.of(keys.getPublic()), "0.1.0");
  }

  /** Signs with a key that the allocator does not know from now on, or with the true one again. */
  public void signsWithAnotherKey(boolean other) {
    signing = other ? newKeys() : keys;
  }

  /** How the head of a unit's chain is changed before a record is put behind it. */
  public void lieAboutHead(UnaryOperator<ChainHash> about) {
    headLie = about;
  }

  /** The program is started again; its journal tells it who it was before. */
  public void restart() {
    previous = Optional.of(instance);
    instance = newInstance();
    sequence = 0;
    appliedRevision = 0;
  }

  /** It lost all that it knew, as with a journal on a disk that is no more. */
  public void forget() {
    units.clear();
    tenants.clear();
    wiped.clear();
    orders.clear();
  }

  public void reboot() {
    machine.restart();
    wiped.clear();
    restart();
    sentDigest = Optional.empty();
  }

  public void lie(UnaryOperator<WipeRecord> about) {
    lie = about;
  }

  /** Replaces the record that waits for an answer by a text that says of which wipe it is. */
  public void spoilRecord() {
    unacknowledged.replaceAll(
        (wipe, record) ->
            new SignedWipe(
                "{\"v\":7,\"wipe\":\"" + wipe + "\"}",
                record.prevHash(),
                record.hash(),
                record.signature()));
  }

  public void held(UnitId unit, String domain) {
    holders.put(unit, new Holder(Holder.Kind.DOMAIN, domain, domain));
  }

  public void letGo(UnitId unit) {
    holders.remove(unit);
  }

  /** Whether this host cannot see who uses a unit. */
  public void unseen(UnitId unit, boolean now) {
    if (now) {
      unseen.add(unit);
    } else {
      unseen.remove(unit);
    }
  }

  public void foreign(PciAddress address, String domain) {
    foreign.add(
        new ForeignHolder(List.of(address), new Holder(Holder.Kind.DOMAIN, domain, domain)));
  }

  /** Takes up orders; what is no longer ordered is left alone and forgotten. */
  public void takeUp(DesiredState desired) {
    desired.units().forEach(careful ? this::obeyCarefully : this::obey);
    ordered.clear();
    for (UnitOrder order : desired.units()) {
      ordered.add(order.unit());
      orders.put(order.unit(), order);
    }
    units
        .keySet()
        .removeIf(
            unit ->
                !tenants.containsKey(unit)
                    && desired.units().stream().noneMatch(o -> o.unit().equals(unit)));
    appliedRevision = desired.revision();
  }

  /** Hears what became of its report. */
  public void hear(ReportAnswer answer) {
    answer.wipesAccepted().forEach(unacknowledged::remove);
    answer.wipesRefused().forEach(refusal -> unacknowledged.remove(refusal.wipe()));
    if (answer.needInventory()) {
      sentDigest = Optional.empty();
    }
  }

  /** The next report, with the inventory only where it changed. */
  public HostReport document() {
    ChainHash digest =
        ChainHash.of(Json.write(out -> InventoryJson.write(machine.inventory(), out)));
    boolean changed = !sentDigest.equals(Optional.of(digest));
    sentDigest = Optional.of(digest);
    return new HostReport(
        machine.name(),
        new AgentRun("0.1.0", instance, previous, Instant.parse("2026-01-01T00:00:00Z")),
        machine.boot(),
        ++sequence,
        appliedRevision,
        machine.scanComplete(),
        digest,
        changed ? Optional.of(machine.inventory()) : Optional.empty(),
        new HostFacts(
            Optional.of("6.1.0"),
            Optional.of("Debian"),
            Optional.of("a processor"),
            OptionalLong.of(2048),
            true),
        List.copyOf(units.values()),
        cards.reports(),
        List.copyOf(unacknowledged.values()),
        foreign,
        orders.values().stream()
            .filter(order -> order.kind() != UnitKind.WHOLE && !ordered.contains(order.unit()))
            .filter(order -> tenants.containsKey(order.unit()) || cards.isMade(order.unit()))
            .map(order -> new UnorderedSlice(order, tenantOf(order.unit())))
            .toList());
  }

  /** What the agent says of a unit from now on, whatever it was told. */
  public void say(UnitReport report) {
    units.put(report.unit(), report);
  }

  public UnitReport said(UnitId unit) {
    return units.get(unit);
  }

  /** Says of a unit that the order with its newest fence cannot be done. */
  public void fail(UnitOrder order, String code) {
    units.put(
        order.unit(),
        new UnitReport(
            order.unit(),
            order.fence(),
            UnitPhase.FAILED,
            true,
            true,
            List.of(),
            true,
            Optional.of(new UnitProblem(code, "it did not work", 1))));
  }

  private void obeyCarefully(UnitOrder order) {
    UnitReport last = units.get(order.unit());
    if (last != null && order.fence().isOlderThan(last.fence())) {
      block(order, last.fence(), last.phase(), "STALE_FENCE");
      return;
    }
    Optional<Tenant> before = tenantOf(order.unit());
    if (before.isPresent() && !before.equals(tenantIn(order.goal()))) {
      boolean held = holders.containsKey(order.unit());
      block(order, order.fence(), held ? UnitPhase.IN_USE : UnitPhase.READY, "PERMITTED");
      return;
    }
    if (cards.isStillCut(order) || hasTenantsFunctions(order)) {
      block(order, order.fence(), UnitPhase.FAILED, "SLICED");
      return;
    }
    if (order.goal() instanceof Goal.Ready ready) {
      if (before.isEmpty() && !wiped.remove(order.unit())) {
        block(order, order.fence(), UnitPhase.FAILED, "NOT_CLEAN");
        return;
      }
      tenants.put(order.unit(), ready.tenant());
    } else if (order.goal() instanceof Goal.Release && !holders.containsKey(order.unit())) {
      tenants.remove(order.unit());
    } else if (order.goal() instanceof Goal.Clean) {
      wiped.add(order.unit());
    }
    obey(order);
  }

  /** Whether a card is ordered to be whole of which somebody has a plain virtual function. */
  private boolean hasTenantsFunctions(UnitOrder order) {
    List<PciAddress> functions = machine.functionsOf(order.members().addresses().get(0));
    return order.kind() == UnitKind.WHOLE
        && !(order.goal() instanceof Goal.Sliced)
        && tenants.keySet().stream()
            .map(orders::get)
            .anyMatch(slice -> functions.containsAll(slice.members().addresses()));
  }

  private static Optional<Tenant> tenantIn(Goal goal) {
    if (goal instanceof Goal.Ready ready) {
      return Optional.of(ready.tenant());
    }
    return goal instanceof Goal.Release release ? Optional.of(release.tenant()) : Optional.empty();
  }

  private void block(UnitOrder order, Fence fence, UnitPhase phase, String code) {
    boolean given = tenants.containsKey(order.unit());
    Optional<Holder> holder = Optional.ofNullable(holders.get(order.unit()));
    units.put(
        order.unit(),
        new UnitReport(
            order.unit(),
            fence,
            phase,
            true,
            !given,
            holder.stream().toList(),
            true,
            Optional.of(new UnitProblem(code, "it is not done", 0))));
  }

  private void obey(UnitOrder order) {
    UnitReport last = units.get(order.unit());
    boolean heldNow = holders.containsKey(order.unit());
    boolean known = last != null && last.fence().equals(order.fence());
    cards.parent(order);
    UnitPhase phase;
    if (order.goal() instanceof Goal.Clean clean) {
      if (!known || last.phase() != UnitPhase.CLEANED) {
        wipe(order, clean);
      }
      phase = UnitPhase.CLEANED;
    } else if (order.goal() instanceof Goal.Ready) {
      phase = heldNow ? UnitPhase.IN_USE : UnitPhase.READY;
    } else if (order.goal() instanceof Goal.Release) {
      phase = heldNow ? UnitPhase.RELEASING : UnitPhase.RELEASED;
    } else if (order.goal() instanceof Goal.GiveBack) {
      cards.destroy(order.unit());
      phase = UnitPhase.GIVEN_BACK;
    } else if (order.goal() instanceof Goal.Sliced) {
      phase = UnitPhase.SLICED;
    } else {
      phase = heldNow ? UnitPhase.FAILED : UnitPhase.RESTING;
    }
    boolean permitted = order.goal() instanceof Goal.Ready;
    boolean there = order.slice().isEmpty() || cards.isMade(order.unit());
    boolean ours =
        there
            && phase != UnitPhase.GIVEN_BACK
            && phase != UnitPhase.SLICED
            && phase != UnitPhase.FAILED;
    units.put(
        order.unit(),
        new UnitReport(
            order.unit(),
            order.fence(),
            phase,
            ours,
            ours && !permitted && !heldNow && order.kind().hasGroup(),
            heldNow ? List.of(holders.get(order.unit())) : List.of(),
            !unseen.contains(order.unit()),
            Optional.empty(),
            cards.handle(order.unit())));
  }

  private void wipe(UnitOrder order, Goal.Clean clean) {
    WipeRecord record = lie.apply(record(order, clean));
    unacknowledged.put(
        clean.wipe().id(),
        WipeChain.sign(record, headLie.apply(order.chainHead()), signing.getPrivate()));
  }

  private WipeRecord record(UnitOrder order, Goal.Clean clean) {
    Instant now = Instant.parse("2026-01-02T03:04:05Z");
    if (order.slice().isPresent()) {
      return made(order, clean, now);
    }
    List<WipeStep> steps = new ArrayList<>();
    for (PciAddress member : order.members().addresses()) {
      steps.add(step(WipeStep.Kind.QUIESCE, member));
      steps.add(step(WipeStep.Kind.RESET, member));
    }
    PciAddress memory = order.members().addresses().get(0);
    steps.add(step(WipeStep.Kind.WITNESS, memory));
    steps.add(step(WipeStep.Kind.SCRUB, memory));
    steps.add(step(WipeStep.Kind.VERIFY, memory));
    steps.add(step(WipeStep.Kind.NEGATIVE_CONTROL, memory));
    return record(order, clean, now, steps, WipeLevel.L3);
  }

  /** A slice is made anew instead of being wiped. */
  private WipeRecord made(UnitOrder order, Goal.Clean clean, Instant now) {
    boolean before = cards.make(order);
    PciAddress place = order.slice().orElseThrow().parent().address();
    WipeStep destroyed =
        new WipeStep(
            WipeStep.Kind.DESTROY,
            place,
            before ? WipeStep.Result.OK : WipeStep.Result.SKIPPED,
            now,
            1,
            before ? Map.of() : Map.of("reason", "there was none"));
    return record(
        order, clean, now, List.of(destroyed, step(WipeStep.Kind.CREATE, place)), WipeLevel.VENDOR);
  }

  private WipeRecord record(
      UnitOrder order, Goal.Clean clean, Instant now, List<WipeStep> steps, WipeLevel level) {
    long bytes = order.slice().isPresent() ? 0 : BYTES;
    return new WipeRecord(
        clean.wipe().id(),
        order.unit(),
        machine.name(),
        machine.boot(),
        order.members(),
        order.fence(),
        clean.wipe().previousClaim(),
        now,
        now.plusSeconds(1),
        steps,
        new WipeCoverage(bytes, bytes, bytes),
        List.of("firmware was not measured"),
        level,
        WipeRecord.Result.CLEAN,
        Optional.empty(),
        "6.1.0",
        "0.1.0");
  }

  private static WipeStep step(WipeStep.Kind kind, PciAddress address) {
    return new WipeStep(
        kind, address, WipeStep.Result.OK, Instant.parse("2026-01-02T03:04:05Z"), 12, Map.of());
  }

  private static AgentInstance newInstance() {
    return new AgentInstance(UUID.randomUUID());
  }

  private static KeyPair newKeys() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
