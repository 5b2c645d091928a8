package ostler.agent.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import ostler.agent.privileged.Exchange;
import ostler.inventory.ClaimId;
import ostler.inventory.Fence;
import ostler.inventory.FenceJson;
import ostler.inventory.SliceId;
import ostler.inventory.Tenant;
import ostler.inventory.UnitJson;
import ostler.pci.DriverName;
import ostler.pci.PciAddress;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * A peer of the root program for slices, under the same contract and for one parent, the
 * accelerator of {@link FakeHost}: it keeps books with fences and permits over boots, never uses an
 * id again, and knows besides whose data is in each slice.
 */
public final class FakeMdev implements Exchange {

  /** The one type that there is, as people call it. */
  public static final String TYPE = "LAB-4Q";

  private static final PciAddress PARENT = FakeHost.ACCELERATOR;
  private static final int ROOM = 4;

  private final FakeHost host;
  private final FakeRoot root;
  private final Map<SliceId, Slice> books = new LinkedHashMap<>();
  private final Map<SliceId, Mark> gone = new LinkedHashMap<>();
  private final Map<PciAddress, PathMark> paths = new LinkedHashMap<>();
  private final Map<String, String> refusals = new LinkedHashMap<>();
  private final List<String> verbs = new ArrayList<>();
  private Optional<Mark> whole = Optional.empty();
  private Consumer<String> afterEach = verb -> {};
  private String hostType = "lab-4";
  private int asked;
  private int most = FakeHost.TOTAL_FUNCTIONS;
  private int expected = Integer.MAX_VALUE;
  private int looks;
  private boolean showsUsers = true;

  private record Mark(Fence fence, String verb) {
    boolean allows(Mark next) {
      return fence.isOlderThan(next.fence) || equals(next);
    }
  }

  private record PathMark(SliceId slice, Mark mark) {}

  /** One slice of the books. */
  static final class Slice {
    final SliceId id;
    final String kind;
    final Optional<PciAddress> function;
    Mark mark;
    boolean there = true;
    Optional<Tenant> permit = Optional.empty();
    Optional<String> holder = Optional.empty();
    Optional<ClaimId> secretsOf = Optional.empty();

    Slice(SliceId id, String kind, Optional<PciAddress> function, Mark mark) {
      this.id = id;
      this.kind = kind;
      this.function = function;
      this.mark = mark;
    }

    /** A MIG instance has no group that a guard could keep. */
    boolean isInstance() {
      return kind.equals("mig");
    }
  }

  FakeMdev(FakeHost host, FakeRoot root) {
    this.host = host;
    this.root = root;
  }

  /** Every verb that was carried out or refused, in order, but for those that only look. */
  public List<String> verbs() {
    return verbs;
  }

  /** The ids in the books, in the order in which they were made. */
  public List<SliceId> slices() {
    return List.copyOf(books.keySet());
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

  /** Whether anybody can say who uses a slice; the driver's library may not. */
  public void showsUsers(boolean shown) {
    showsUsers = shown;
  }

  /** From now on more slices at one time than that are a fault of whoever orders them. */
  public void expectAtMost(int slices) {
    expected = slices;
  }

  /** From now on the device makes no more virtual functions than that, and says nothing of it. */
  public void makesAtMost(int functions) {
    most = functions;
  }

  /** From now on the driver has another name for the type. */
  public void callTheTypeOnTheHost(String name) {
    hostType = name;
  }

  /** Somebody takes a slice away behind everybody's back. */
  public void lose(SliceId slice) {
    books.get(slice).there = false;
  }

  /** A tenant's machine starts; the kernel lets it only where the guard has let go. */
  public boolean tenantStarts(SliceId id, Tenant tenant) {
    Slice slice = books.get(id);
    if (slice == null || !slice.there || isGuarded(slice)) {
      return false;
    }
    if (slice.holder.equals(Optional.of(tenant.consumer().id()))) {
      return true;
    }
    if (!slice.permit.equals(Optional.of(tenant)) || slice.holder.isPresent()) {
      root.broken().add(tenant.claim() + " got in, permit " + slice.permit);
    }
    if (slice.secretsOf.filter(owner -> !owner.equals(tenant.claim())).isPresent()) {
      root.broken().add(tenant.claim() + " found the secrets of " + slice.secretsOf.get());
    }
    slice.holder = Optional.of(tenant.consumer().id());
    slice.secretsOf = Optional.of(tenant.claim());
    return true;
  }

  /** Somebody without a permit uses a slice, where no guard keeps him out. */
  public void strangerStarts(SliceId id) {
    books.get(id).holder = Optional.of("stranger");
  }

  public void tenantEnds(SliceId id) {
    books.get(id).holder = Optional.empty();
  }

  /** What a boot takes is all that is not on disk. */
  void reboot() {
    for (Slice slice : books.values()) {
      slice.there = false;
      slice.holder = Optional.empty();
    }
  }

  boolean isCut(List<PciAddress> members) {
    return members.contains(PARENT)
        && (!host.functions().isEmpty() || books.values().stream().anyMatch(one -> one.there));
  }

  Collection<Slice> published() {
    return books.values().stream().filter(slice -> !slice.isInstance()).toList();
  }

  /** How often somebody asked how the parent stands. */
  public int looks() {
    return looks;
  }

  void writeGuarded(Slice slice, JsonWriter out) {
    out.text("slice", slice.id)
        .text("kind", slice.kind)
        .text("parent", PARENT)
        .text("function", slice.function)
        .bool("guarded", isGuarded(slice))
        .object("permit", slice.permit, FakeMdev::writePermit)
        .list("holders", slice.holder.stream().toList(), FakeRoot::writeHolder)
        .bool("holders_known", true)
        .object(
            "problem",
            Optional.of(slice).filter(one -> !one.there),
            (one, in) -> in.text("code", "NO_SLICE").text("message", "It is not there."));
  }

  private static void writePermit(Tenant tenant, JsonWriter out) {
    out.object("claim", claim -> UnitJson.writeTenant(tenant, claim)).bool("closing", false);
  }

  private boolean isGuarded(Slice slice) {
    return root.guardIsUp() && slice.there && slice.permit.isEmpty();
  }

  @Override
  public Ending ask(String request, Duration deadline) {
    try {
      return new Ending.Line(Json.read(request, JsonLimits.MESSAGE, this::answer));
    } catch (WireException e) {
      throw new IllegalArgumentException("the agent sent what is no request: " + request, e);
    }
  }

  private String answer(JsonObject in) throws WireException {
    in.integer("v", 1, 1);
    String verb = in.text("verb");
    String operation = in.text("op");
    if (!in.value("parent", PciAddress::tryParse, "a PCI address").equals(PARENT)) {
      return FakeRoot.refusal(verb, "NOT_LISTED");
    }
    if (refusals.containsKey(verb)) {
      return FakeRoot.refusal(verb, refusals.get(verb));
    }
    if (verb.equals("list")) {
      looks++;
      return list(operation);
    }
    verbs.add(verb);
    String line = carryOut(verb, operation, in);
    afterEach.accept(verb);
    return line;
  }

  private String carryOut(String verb, String operation, JsonObject in) throws WireException {
    Optional<DriverName> driver = host.driver(PARENT);
    if (driver.equals(Optional.of(DriverName.VFIO_PCI)) && !verb.equals("remove")) {
      return FakeRoot.refusal(verb, "BOUND");
    }
    if (driver.isEmpty()) {
      return FakeRoot.refusal(verb, "UNSUPPORTED");
    }
    if (verb.equals("restore")) {
      return restore(operation);
    }
    Mark mark = new Mark(in.object("fence", FenceJson::read), verb);
    if (verb.equals("functions")) {
      return functions(operation, mark, in.integer("count", 0, Integer.MAX_VALUE));
    }
    SliceId id = in.value("slice", SliceId::tryParse, "a UUID");
    Optional<Slice> known = Optional.ofNullable(books.get(id));
    Optional<PciAddress> function =
        in.optionalValue("function", PciAddress::tryParse, "a PCI address")
            .or(() -> known.flatMap(slice -> slice.function));
    if (isStale(id, function, mark)) {
      return FakeRoot.refusal(verb, "STALE_FENCE");
    }
    if (!showsUsers && !verb.equals("create")) {
      return FakeRoot.refusal(verb, "CANNOT_LOOK");
    }
    return switch (verb) {
      case "create" -> create(operation, id, function, mark, in);
      case "remove" -> remove(operation, id, mark);
      case "permit" -> permit(operation, known, mark, in.object("claim", UnitJson::readTenant));
      case "forbid" -> forbid(operation, known, mark);
      default -> FakeRoot.refusal(verb, "BAD_REQUEST");
    };
  }

  private boolean isStale(SliceId id, Optional<PciAddress> function, Mark order) {
    boolean older = whole.filter(mark -> order.fence().isOlderThan(mark.fence())).isPresent();
    boolean own =
        Stream.concat(
                Optional.ofNullable(books.get(id)).map(slice -> slice.mark).stream(),
                Optional.ofNullable(gone.get(id)).stream())
            .anyMatch(mark -> !mark.allows(order));
    boolean path = function.map(paths::get).filter(last -> !passes(last, id, order)).isPresent();
    return older || own || path;
  }

  private static boolean passes(PathMark last, SliceId id, Mark order) {
    if (last.mark().fence().equals(order.fence())) {
      boolean same = last.mark().equals(order) && last.slice().equals(id);
      return same || (last.mark().verb().equals("remove") && order.verb().equals("create"));
    }
    return last.mark().fence().isOlderThan(order.fence());
  }

  private void mark(SliceId id, Optional<PciAddress> function, Mark mark) {
    function.ifPresent(path -> paths.put(path, new PathMark(id, mark)));
  }

  private String create(
      String operation, SliceId id, Optional<PciAddress> function, Mark mark, JsonObject in)
      throws WireException {
    if (gone.containsKey(id)) {
      return FakeRoot.refusal("create", "RETIRED");
    }
    if (!root.guardIsUp()) {
      return FakeRoot.refusal("create", "GUARD_ABSENT");
    }
    if (!in.text("type").equals(hostType) || !in.text("name").equals(TYPE)) {
      return FakeRoot.refusal("create", "UNKNOWN_TYPE");
    }
    boolean taken =
        books.values().stream()
            .anyMatch(one -> function.isPresent() && one.function.equals(function));
    Slice known = books.get(id);
    if (known == null && taken) {
      return FakeRoot.refusal("create", "SLICE_EXISTS");
    }
    if (known == null && books.size() >= ROOM) {
      return FakeRoot.refusal("create", "NO_INSTANCE");
    }
    if (function.isPresent() && !host.functions().contains(function.get())) {
      return FakeRoot.refusal("create", "UNSUPPORTED");
    }
    Slice slice = known == null ? new Slice(id, in.text("kind"), function, mark) : known;
    slice.mark = mark;
    slice.there = true;
    books.put(id, slice);
    mark(id, function, mark);
    if (books.size() > expected) {
      root.broken().add("there are " + books.size() + " slices, and " + expected + " units");
    }
    boolean guarded = !slice.isInstance();
    return FakeRoot.done("create", operation, out -> out.bool("guarded", guarded));
  }

  private String remove(String operation, SliceId id, Mark mark) {
    Slice slice = books.get(id);
    if (slice != null && slice.permit.isPresent()) {
      return FakeRoot.refusal("remove", "PERMITTED");
    }
    if (slice != null && slice.holder.isPresent()) {
      return FakeRoot.refusal("remove", "HELD");
    }
    books.remove(id);
    gone.put(id, mark);
    if (slice != null) {
      mark(id, slice.function, mark);
    }
    return FakeRoot.done("remove", operation, out -> out.text("slice", id));
  }

  private String permit(String operation, Optional<Slice> known, Mark mark, Tenant tenant) {
    if (known.filter(slice -> slice.there).isEmpty()) {
      return FakeRoot.refusal("permit", "NO_SLICE");
    }
    Slice slice = known.get();
    if (slice.permit.filter(other -> !other.equals(tenant)).isPresent()) {
      return FakeRoot.refusal("permit", "PERMITTED");
    }
    if (slice.secretsOf.filter(owner -> !owner.equals(tenant.claim())).isPresent()) {
      root.broken().add("permit to " + tenant.claim() + " of a slice of " + slice.secretsOf);
    }
    slice.mark = mark;
    mark(slice.id, slice.function, mark);
    slice.permit = Optional.of(tenant);
    slice.secretsOf = Optional.of(tenant.claim());
    return FakeRoot.done("permit", operation, out -> out.bool("guarded", false));
  }

  private String forbid(String operation, Optional<Slice> known, Mark mark) {
    if (known.isEmpty()) {
      return FakeRoot.refusal("forbid", "NO_SLICE");
    }
    if (!root.guardIsUp()) {
      return FakeRoot.refusal("forbid", "GUARD_ABSENT");
    }
    if (known.get().holder.isPresent()) {
      return FakeRoot.refusal("forbid", "HELD");
    }
    known.get().mark = mark;
    mark(known.get().id, known.get().function, mark);
    known.get().permit = Optional.empty();
    boolean there = known.get().there && !known.get().isInstance();
    return FakeRoot.done("forbid", operation, out -> out.bool("guarded", there));
  }

  private String functions(String operation, Mark mark, int count) {
    boolean newer =
        Stream.of(
                books.values().stream().map(slice -> slice.mark),
                gone.values().stream(),
                paths.values().stream().map(PathMark::mark))
            .flatMap(marks -> marks)
            .anyMatch(one -> mark.fence().isOlderThan(one.fence()));
    if (newer || whole.filter(last -> !last.allows(mark)).isPresent()) {
      return FakeRoot.refusal("functions", "STALE_FENCE");
    }
    boolean sliced = books.values().stream().anyMatch(slice -> slice.function.isPresent());
    int have = host.functions().size();
    if (have != count && (sliced || host.functions().stream().anyMatch(root::isManaged))) {
      return FakeRoot.refusal("functions", sliced ? "SLICED" : "HELD");
    }
    whole = Optional.of(mark);
    asked = count;
    if (have != Math.min(count, most)) {
      setFunctions(Math.min(count, most));
    }
    return FakeRoot.done(
        "functions",
        operation,
        out ->
            out.integer("asked", count)
                .integer("have", host.functions().size())
                .texts("functions", host.functions()));
  }

  private void setFunctions(int count) {
    try {
      host.setFunctions(count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String restore(String operation) {
    if (host.functions().isEmpty() && asked > 0) {
      setFunctions(Math.min(asked, most));
    }
    books.values().forEach(slice -> slice.there = true);
    return FakeRoot.done(
        "restore",
        operation,
        out -> out.texts("restored", books.keySet()).list("failed", List.of(), (no, in) -> {}));
  }

  private String list(String operation) {
    return FakeRoot.done(
        "list", operation, out -> out.list("parents", List.of(PARENT), this::writeParent));
  }

  private void writeParent(PciAddress parent, JsonWriter out) {
    boolean lacks = books.values().stream().anyMatch(slice -> !slice.there);
    List<PciAddress> functions = host.functions();
    out.text("parent", parent)
        .text("driver", host.driver(parent))
        .integer("total_functions", FakeHost.TOTAL_FUNCTIONS)
        .texts("functions", functions)
        .bool("restore_needed", lacks)
        .list("slices", books.values(), this::writeBooked)
        .list("foreign", List.of(), (no, in) -> {})
        .list("offers", lacks ? List.of() : List.of("mdev", "vendor-vf", "mig"), this::writeOffer);
  }

  private void writeBooked(Slice slice, JsonWriter out) {
    out.text("slice", slice.id)
        .text("kind", slice.kind)
        .text("function", slice.function)
        .text("phase", "live")
        .text("seen", slice.there ? "there" : "absent")
        .list("holders", seenUsers(slice), FakeRoot::writeHolder)
        .bool("holders_known", showsUsers)
        .object("permit", slice.permit, FakeMdev::writePermit)
        .text("handle", Optional.of("MIG-" + slice.id).filter(uuid -> slice.isInstance()));
  }

  private List<String> seenUsers(Slice slice) {
    return showsUsers ? slice.holder.stream().toList() : List.of();
  }

  private void writeOffer(String kind, JsonWriter out) {
    out.text("kind", kind)
        .text("type", hostType)
        .text("name", TYPE)
        .text("description", "num_heads=4, framebuffer=4096M, max_instance=4")
        .integer("available", ROOM - books.size())
        .texts("places", kind.equals("vendor-vf") ? host.functions() : List.of(PARENT));
  }
}
