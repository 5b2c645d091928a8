package ostler.agent.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import ostler.agent.privileged.Exchange;
import ostler.inventory.ClaimId;
import ostler.inventory.Fence;
import ostler.inventory.FenceJson;
import ostler.inventory.Tenant;
import ostler.inventory.UnitJson;
import ostler.inventory.WipeCoverage;
import ostler.inventory.WipeJson;
import ostler.inventory.WipeStep;
import ostler.inventory.WipeStep.Kind;
import ostler.inventory.WipeStep.Result;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * A peer of the root program and its guard, under the same contract: it answers the same requests
 * with the same lines, keeps fences and permits, and knows besides whose data is in each unit's
 * memory. So it can tell when a tenant got what was not clean, whatever the agent believes.
 *
 * <p>It lives on when the agent dies, as root's files do.
 */
public final class FakeRoot implements Exchange {

  private static final Instant WHEN = Instant.parse("2026-01-02T03:04:05Z");
  private static final long MEMORY_BYTES = 16L << 20;

  private final FakeHost host;
  private final Map<List<PciAddress>, Unit> units =
      new TreeMap<>(java.util.Comparator.comparing(List::toString));
  private final List<String> broken = new ArrayList<>();
  private final List<String> verbs = new ArrayList<>();
  private final Map<String, String> refusals = new LinkedHashMap<>();
  private final Set<String> late = new HashSet<>();
  private Consumer<String> afterEach = verb -> {};
  private boolean guardIsUp = true;

  /** One group, as root and the kernel know it. */
  public static final class Unit {

    final List<PciAddress> members;
    boolean managed;
    Optional<Tenant> permit = Optional.empty();
    Optional<Fence> fence = Optional.empty();
    Optional<String> holder = Optional.empty();

    /** Whose secrets are in the memory; nobody's after a scrub. */
    Optional<ClaimId> secretsOf = Optional.empty();

    boolean everWiped;

    Unit(List<PciAddress> members) {
      this.members = members;
    }
  }

  private final FakeMdev slices;

  public FakeRoot(FakeHost host) {
    this.host = host;
    this.slices = new FakeMdev(host, this);
  }

  /** The program for slices of the same host. */
  public FakeMdev slices() {
    return slices;
  }

  /** What has happened that must never happen; empty is good. */
  public List<String> broken() {
    return broken;
  }

  /** Every verb that was carried out or refused, in order. */
  public List<String> verbs() {
    return verbs;
  }

  /** Called after each verb has had its effect and before the answer is given. */
  public void afterEach(Consumer<String> listener) {
    afterEach = listener;
  }

  /** Refuses a verb with that code from now on; an empty code takes it back. */
  public void refuse(String verb, String code) {
    if (code.isEmpty()) {
      refusals.remove(verb);
    } else {
      refusals.put(verb, code);
    }
  }

  /** Never answers that verb from now on. */
  public void hang(String verb) {
    late.add(verb);
  }

  public void setGuardIsUp(boolean up) {
    guardIsUp = up;
  }

  /** What a boot does to what is not on disk: nobody holds anything. */
  public void reboot() throws IOException {
    host.reboot();
    units.values().forEach(unit -> unit.holder = Optional.empty());
    slices.reboot();
  }

  /** The tenant's machine starts; the kernel lets it only where the guard has let go. */
  public boolean tenantStarts(List<PciAddress> members, Tenant tenant) {
    Unit unit = unit(members);
    if (isGuarded(unit) || !isBound(unit)) {
      return false;
    }
    if (!unit.permit.equals(Optional.of(tenant)) || unit.holder.isPresent()) {
      broken.add(tenant.claim() + " got in, permit " + unit.permit + ", holder " + unit.holder);
    }
    if (unit.secretsOf.filter(owner -> !owner.equals(tenant.claim())).isPresent()) {
      broken.add(tenant.claim() + " found the secrets of " + unit.secretsOf.get());
    }
    unit.holder = Optional.of(tenant.consumer().id());
    unit.secretsOf = Optional.of(tenant.claim());
    return true;
  }

  public void tenantEnds(List<PciAddress> members) {
    unit(members).holder = Optional.empty();
  }

  /** Somebody bound the group to vfio before anybody asked us, and a machine of his has it. */
  public void stranger(List<PciAddress> members, String who) {
    drive(unit(members), Optional.of(DriverName.VFIO_PCI));
    hold(members, who);
  }

  /** Somebody who is no tenant has the group open, as an operator's own machine might. */
  public void hold(List<PciAddress> members, String who) {
    unit(members).holder = Optional.of(who);
  }

  @Override
  public Ending ask(String request, Duration deadline) {
    try {
      return Json.read(request, JsonLimits.MESSAGE, this::answer);
    } catch (WireException e) {
      throw new IllegalArgumentException("the agent sent what is no request: " + request, e);
    }
  }

  /** The guard's answer to {@code status}. */
  String guardStatus() {
    return Json.write(
        out ->
            out.integer("v", 1)
                .list(
                    "groups",
                    units.values().stream().filter(unit -> unit.managed).toList(),
                    this::writeGuarded)
                .list("slices", slices.published(), slices::writeGuarded));
  }

  boolean guardIsUp() {
    return guardIsUp;
  }

  private void writeGuarded(Unit unit, JsonWriter out) {
    out.texts("members", unit.members)
        .bool("guarded", isGuarded(unit))
        .object(
            "permit",
            unit.permit,
            (tenant, in) ->
                in.object("claim", claim -> UnitJson.writeTenant(tenant, claim))
                    .bool("closing", false))
        .list("holders", unit.holder.stream().toList(), FakeRoot::writeHolder)
        .bool("holders_known", true);
  }

  static void writeHolder(String who, JsonWriter out) {
    out.integer("pid", 4242).text("command", who).text("file", "/dev/vfio/5");
  }

  private Ending answer(JsonObject in) throws WireException {
    in.integer("v", 1, 1);
    String verb = in.text("verb");
    String operation = in.text("op");
    Unit unit = unit(in.values("members", PciAddress::tryParse, "a PCI address"));
    verbs.add(verb);
    if (late.contains(verb)) {
      return new Ending.Late();
    }
    if (refusals.containsKey(verb)) {
      return refused(verb, refusals.get(verb));
    }
    String line = carryOut(verb, operation, unit, in);
    afterEach.accept(verb);
    return new Ending.Line(line);
  }

  private String carryOut(String verb, String operation, Unit unit, JsonObject in)
      throws WireException {
    if (verb.equals("holders")) {
      return done(
          verb,
          operation,
          out ->
              out.bool("guarded", isGuarded(unit))
                  .list("holders", unit.holder.stream().toList(), FakeRoot::writeHolder));
    }
    Fence fence = in.object("fence", FenceJson::read);
    if (unit.fence.filter(fence::isOlderThan).isPresent()) {
      return refusal(verb, "STALE_FENCE");
    }
    unit.fence = Optional.of(fence);
    return switch (verb) {
      case "bind" -> bind(operation, unit);
      case "release" -> release(operation, unit);
      case "permit" -> permit(operation, unit, in.object("claim", UnitJson::readTenant));
      case "adopt" -> adopt(operation, unit, in.object("claim", UnitJson::readTenant));
      case "forbid" -> forbid(operation, unit);
      case "reset" -> reset(operation, unit, in.text("method"));
      case "scrub" -> scrub(operation, unit);
      default -> refusal(verb, "BAD_REQUEST");
    };
  }

  private String bind(String operation, Unit unit) {
    if (unit.holder.isPresent() && !(unit.managed && isBound(unit))) {
      return refusal("bind", "HELD");
    }
    if (!guardIsUp) {
      return refusal("bind", "GUARD_ABSENT");
    }
    if (slices.isCut(unit.members)) {
      return refusal("bind", "SLICED");
    }
    unit.managed = true;
    drive(unit, Optional.of(DriverName.VFIO_PCI));
    return done("bind", operation, out -> out.bool("guarded", isGuarded(unit)));
  }

  private String release(String operation, Unit unit) {
    if (unit.permit.isPresent()) {
      return refusal("release", "PERMITTED");
    }
    if (unit.holder.isPresent()) {
      return refusal("release", "HELD");
    }
    unit.managed = false;
    letGo(unit);
    return done("release", operation, out -> out.texts("restored", List.of()));
  }

  private String permit(String operation, Unit unit, Tenant tenant) {
    if (!unit.managed || !isBound(unit)) {
      return refusal("permit", "NOT_BOUND");
    }
    if (unit.permit.filter(other -> !other.equals(tenant)).isPresent()) {
      return refusal("permit", "PERMITTED");
    }
    boolean dirty = unit.secretsOf.filter(owner -> !owner.equals(tenant.claim())).isPresent();
    if (dirty || !unit.everWiped) {
      broken.add("permit to " + tenant.claim() + " of a unit with secrets of " + unit.secretsOf);
    }
    unit.permit = Optional.of(tenant);
    return done("permit", operation, out -> out.bool("guarded", false));
  }

  private String adopt(String operation, Unit unit, Tenant tenant) {
    if (!isBound(unit)) {
      return refusal("adopt", "NOT_BOUND");
    }
    if (unit.permit.filter(other -> !other.equals(tenant)).isPresent()) {
      return refusal("adopt", "PERMITTED");
    }
    if (unit.holder.isEmpty() && unit.permit.isEmpty()) {
      return refusal("adopt", "NOT_HELD");
    }
    if (!guardIsUp) {
      return refusal("adopt", "GUARD_ABSENT");
    }
    unit.managed = true;
    unit.permit = Optional.of(tenant);
    unit.secretsOf = Optional.of(tenant.claim());
    return done("adopt", operation, out -> out.bool("guarded", false));
  }

  private String forbid(String operation, Unit unit) {
    if (unit.holder.isPresent()) {
      return refusal("forbid", "HELD");
    }
    unit.permit = Optional.empty();
    return done("forbid", operation, out -> out.bool("guarded", true));
  }

  private String reset(String operation, Unit unit, String method) {
    if (!isGuarded(unit) || unit.holder.isPresent()) {
      return refusal("reset", unit.holder.isPresent() ? "HELD" : "NOT_BOUND");
    }
    if (method.equals("bus")) {
      return refusal("reset", "RESET_UNSUPPORTED");
    }
    List<WipeStep> steps = new ArrayList<>();
    for (PciAddress member : unit.members) {
      steps.add(step(Kind.QUIESCE, member));
      steps.add(step(Kind.RESET, member));
    }
    return done("reset", operation, out -> out.list("steps", steps, WipeJson::writeStep));
  }

  private String scrub(String operation, Unit unit) {
    if (!isGuarded(unit) || unit.holder.isPresent()) {
      return refusal("scrub", unit.holder.isPresent() ? "HELD" : "NOT_BOUND");
    }
    unit.secretsOf = Optional.empty();
    unit.everWiped = true;
    PciAddress memory = unit.members.get(0);
    List<WipeStep> steps =
        List.of(
            step(Kind.WITNESS, memory),
            step(Kind.SCRUB, memory),
            step(Kind.NEGATIVE_CONTROL, memory),
            step(Kind.VERIFY, memory));
    WipeCoverage whole = new WipeCoverage(MEMORY_BYTES, MEMORY_BYTES, MEMORY_BYTES);
    return done(
        "scrub",
        operation,
        out ->
            out.list("steps", steps, WipeJson::writeStep)
                .object("coverage", in -> WipeJson.writeCoverage(whole, in))
                .texts("gaps", List.of()));
  }

  private static WipeStep step(Kind kind, PciAddress member) {
    return new WipeStep(kind, member, Result.OK, WHEN, 1, Map.of());
  }

  private boolean isBound(Unit unit) {
    return unit.members.stream()
        .allMatch(member -> host.driver(member).equals(Optional.of(DriverName.VFIO_PCI)));
  }

  private boolean isGuarded(Unit unit) {
    return guardIsUp && unit.managed && unit.permit.isEmpty() && isBound(unit);
  }

  private Unit unit(List<PciAddress> members) {
    return units.computeIfAbsent(members, Unit::new);
  }

  private void drive(Unit unit, Optional<DriverName> driver) {
    try {
      for (PciAddress member : unit.members) {
        host.setDriver(member, driver);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void letGo(Unit unit) {
    try {
      for (PciAddress member : unit.members) {
        host.setDriver(member, host.ownDriver(member));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the function is in this program's books. */
  boolean isManaged(PciAddress function) {
    return units.values().stream()
        .anyMatch(unit -> unit.managed && unit.members.contains(function));
  }

  static String done(String verb, String operation, Consumer<JsonWriter> fields) {
    return Json.write(
        out -> {
          out.integer("v", 1).bool("ok", true).text("verb", verb).text("op", operation);
          fields.accept(out);
        });
  }

  private static Ending refused(String verb, String code) {
    return new Ending.Line(refusal(verb, code));
  }

  static String refusal(String verb, String code) {
    return Json.write(
        out ->
            out.integer("v", 1)
                .bool("ok", false)
                .text("verb", verb)
                .text("code", code)
                .text("message", "The fake root says " + code + ".")
                .scalars("detail", Map.of()));
  }
}
