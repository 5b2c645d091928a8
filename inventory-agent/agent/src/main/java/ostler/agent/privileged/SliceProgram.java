package ostler.agent.privileged;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import ostler.agent.privileged.RootProgram.Kept;
import ostler.agent.privileged.RootProgram.Stamp;
import ostler.inventory.FenceJson;
import ostler.inventory.ForeignSlice;
import ostler.inventory.Holder;
import ostler.inventory.MdevTypeId;
import ostler.inventory.SliceHandle;
import ostler.inventory.SliceId;
import ostler.inventory.SlicePlacement;
import ostler.inventory.SliceTypeName;
import ostler.inventory.Tenant;
import ostler.inventory.UnitJson;
import ostler.inventory.UnitKind;
import ostler.inventory.UnitProblem;
import ostler.pci.PciAddress;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * What the agent has root do with slices and with what is cut into them, a method for each verb, as
 * {@link RootProgram} does it for whole groups.
 */
public final class SliceProgram {

  private static final Duration LOOK_DEADLINE = Duration.ofSeconds(60);
  private static final Duration PERMIT_DEADLINE = Duration.ofSeconds(60);

  /** A vendor's driver talks to its firmware for each slice; some take tens of seconds. */
  private static final Duration SLICE_DEADLINE = Duration.ofMinutes(5);

  /** All slices of a card, one after the other, or all its virtual functions. */
  private static final Duration PARENT_DEADLINE = Duration.ofMinutes(10);

  private final Asking asking;

  public SliceProgram(Exchange exchange) {
    this.asking = new Asking(exchange, "ostler-mdev");
  }

  /**
   * What slice is to be made, and on what.
   *
   * @param function the virtual function that it is made on, where it is made on one
   * @param hostType the host's name of the type now
   * @param name what people must call it there, or it is refused; absent where it has no name
   */
  public record Wish(
      UnitKind kind,
      PciAddress parent,
      Optional<PciAddress> function,
      MdevTypeId hostType,
      Optional<SliceTypeName> name) {
    public Wish {
      Objects.requireNonNull(kind);
      Objects.requireNonNull(parent);
      Objects.requireNonNull(function);
      Objects.requireNonNull(hostType);
      Objects.requireNonNull(name);
    }
  }

  /** The virtual functions that there are now, in the device's own order. */
  public record Functions(List<PciAddress> have) {
    public Functions {
      have = List.copyOf(have);
    }
  }

  /** What was not made again, and why. */
  public record Failed(SliceId slice, String code, String message) {
    public Failed {
      Objects.requireNonNull(slice);
      Objects.requireNonNull(code);
      Objects.requireNonNull(message);
    }
  }

  /** What came of restoring a parent. */
  public record Restored(List<Failed> failed) {
    public Restored {
      failed = List.copyOf(failed);
    }
  }

  /**
   * A type that could be made on a parent.
   *
   * @param hostType absent where the kind has no types
   * @param name what people call it: the host's name where the driver has no other; absent where it
   *     is none of ours
   * @param memoryMib where the program knows it better than the description
   * @param limit the most that the host's operator allows on the card; absent where nothing is said
   * @param places the functions that it could be made on now
   */
  public record Offer(
      UnitKind kind,
      Optional<MdevTypeId> hostType,
      Optional<SliceTypeName> name,
      Optional<String> description,
      OptionalLong memoryMib,
      int available,
      OptionalInt limit,
      List<PciAddress> places,
      List<SlicePlacement> placements) {
    public Offer {
      Objects.requireNonNull(kind);
      Objects.requireNonNull(hostType);
      Objects.requireNonNull(name);
      Objects.requireNonNull(description);
      Objects.requireNonNull(memoryMib);
      Objects.requireNonNull(limit);
      places = List.copyOf(places);
      placements = List.copyOf(placements);
    }
  }

  /**
   * A slice in the program's books.
   *
   * @param there whether it is on the host now
   * @param holders who has it open, or works on it
   * @param holdersKnown whether that could be found out
   * @param permit to whom it is permitted
   * @param handle by what its driver lets it be attached, where that is not its id
   */
  public record Booked(
      SliceId slice,
      boolean there,
      List<Holder> holders,
      boolean holdersKnown,
      Optional<Tenant> permit,
      Optional<SliceHandle> handle) {
    public Booked {
      Objects.requireNonNull(slice);
      holders = List.copyOf(holders);
      Objects.requireNonNull(permit);
      Objects.requireNonNull(handle);
    }
  }

  /**
   * How a parent stands.
   *
   * @param totalFunctions absent without SR-IOV
   * @param problem why the rest could not be found out
   */
  public record Standing(
      OptionalInt totalFunctions,
      List<PciAddress> functions,
      List<Booked> slices,
      List<ForeignSlice> foreign,
      List<Offer> offers,
      Optional<UnitProblem> problem) {
    public Standing {
      Objects.requireNonNull(totalFunctions);
      functions = List.copyOf(functions);
      slices = List.copyOf(slices);
      foreign = List.copyOf(foreign);
      offers = List.copyOf(offers);
      Objects.requireNonNull(problem);
    }

    /** What the books say of a slice. */
    public Optional<Booked> slice(SliceId id) {
      return slices.stream().filter(one -> one.slice().equals(id)).findFirst();
    }

    /** Whether nothing at all is on it. */
    public boolean isEmpty() {
      return slices.isEmpty() && foreign.isEmpty();
    }
  }

  /** Makes a slice; the same again finds it made. */
  public Answer<Kept> create(Stamp stamp, SliceId slice, Wish wish) throws InterruptedException {
    return asking.ask(
        "create",
        SLICE_DEADLINE,
        fenced(stamp, wish.parent(), slice)
            .andThen(
                out ->
                    out.text("kind", wish.kind())
                        .text("function", wish.function())
                        .text("type", wish.hostType())
                        .text("name", wish.name())),
        SliceProgram::readKept);
  }

  /** Removes a slice that nobody uses, and uses up its id, also where it is not there. */
  public Answer<Kept> remove(Stamp stamp, PciAddress parent, SliceId slice)
      throws InterruptedException {
    return asking.ask(
        "remove", SLICE_DEADLINE, fenced(stamp, parent, slice), in -> new Kept(false));
  }

  public Answer<Kept> permit(Stamp stamp, PciAddress parent, SliceId slice, Tenant tenant)
      throws InterruptedException {
    return asking.ask(
        "permit",
        PERMIT_DEADLINE,
        fenced(stamp, parent, slice)
            .andThen(out -> out.object("claim", claim -> UnitJson.writeTenant(tenant, claim))),
        SliceProgram::readKept);
  }

  /** Takes a slice back from its tenant, and gives it to the guard. */
  public Answer<Kept> forbid(Stamp stamp, PciAddress parent, SliceId slice)
      throws InterruptedException {
    return asking.ask(
        "forbid", PERMIT_DEADLINE, fenced(stamp, parent, slice), SliceProgram::readKept);
  }

  /** Sets how many virtual functions a parent has; there may be fewer afterwards. */
  public Answer<Functions> functions(Stamp stamp, PciAddress parent, int count)
      throws InterruptedException {
    return asking.ask(
        "functions",
        PARENT_DEADLINE,
        fenced(stamp, parent).andThen(out -> out.integer("count", count)),
        in -> new Functions(addresses(in, "functions")));
  }

  /** Makes again what a parent had before a boot. */
  public Answer<Restored> restore(UUID operation, PciAddress parent) throws InterruptedException {
    return asking.ask(
        "restore",
        PARENT_DEADLINE,
        out -> out.text("op", operation).text("parent", parent),
        in -> new Restored(in.list("failed", SliceProgram::readFailed)));
  }

  /** How a parent stands; it may hang as its driver does. */
  public Answer<Standing> list(UUID operation, PciAddress parent) throws InterruptedException {
    return asking.ask(
        "list",
        LOOK_DEADLINE,
        out -> out.text("op", operation).text("parent", parent),
        in ->
            in.list("parents", SliceProgram::readStanding).stream()
                .findFirst()
                .orElseThrow(() -> in.refusal("parents", "is empty")));
  }

  private static Consumer<JsonWriter> fenced(Stamp stamp, PciAddress parent) {
    return out ->
        out.text("op", stamp.operation())
            .text("parent", parent)
            .object("fence", fence -> FenceJson.write(stamp.fence(), fence));
  }

  private static Consumer<JsonWriter> fenced(Stamp stamp, PciAddress parent, SliceId slice) {
    return fenced(stamp, parent).andThen(out -> out.text("slice", slice));
  }

  private static Kept readKept(JsonObject in) throws WireException {
    return new Kept(in.bool("guarded"));
  }

  private static Failed readFailed(JsonObject in) throws WireException {
    return new Failed(
        in.value("slice", SliceId::tryParse, "a UUID"), in.text("code"), in.text("message"));
  }

  private static Standing readStanding(JsonObject in) throws WireException {
    return new Standing(
        in.optionalInteger("total_functions", 0, Integer.MAX_VALUE),
        addresses(in, "functions"),
        in.list("slices", SliceProgram::readBooked),
        in.list("foreign", SliceProgram::readForeign),
        in.list("offers", SliceProgram::readOffer),
        in.optionalObject(
            "problem",
            problem -> new UnitProblem(problem.text("code"), problem.text("message"), 0)));
  }

  private static Booked readBooked(JsonObject in) throws WireException {
    return new Booked(
        in.value("slice", SliceId::tryParse, "a UUID"),
        in.text("seen").equals("there"),
        in.list("holders", RootProgram::readHolder),
        in.bool("holders_known"),
        in.optionalObject("permit", permit -> permit.object("claim", UnitJson::readTenant)),
        in.optionalValue("handle", SliceHandle::tryParse, "a slice's handle"));
  }

  private static ForeignSlice readForeign(JsonObject in) throws WireException {
    return new ForeignSlice(
        kind(in),
        in.value("place", PciAddress::tryParse, "a PCI address"),
        in.optionalText("uuid"),
        in.optionalText("type").flatMap(MdevTypeId::tryParse));
  }

  private static Offer readOffer(JsonObject in) throws WireException {
    Optional<MdevTypeId> hostType =
        in.optionalValue("type", MdevTypeId::tryParse, "a host's name of a type");
    return new Offer(
        kind(in),
        hostType,
        in.optionalText("name")
            .or(() -> hostType.map(MdevTypeId::value))
            .flatMap(SliceTypeName::tryParse),
        in.optionalText("description"),
        in.has("memory_mib")
            ? OptionalLong.of(in.longInteger("memory_mib", 0, Long.MAX_VALUE))
            : OptionalLong.empty(),
        in.integer("available", 0, Integer.MAX_VALUE),
        in.optionalInteger("limit", 0, Integer.MAX_VALUE),
        addresses(in, "places"),
        in.has("placements") ? in.list("placements", SliceProgram::readPlacement) : List.of());
  }

  private static SlicePlacement readPlacement(JsonObject in) throws WireException {
    return new SlicePlacement(
        in.integer("start", 0, Integer.MAX_VALUE), in.integer("size", 1, Integer.MAX_VALUE));
  }

  private static UnitKind kind(JsonObject in) throws WireException {
    return in.value("kind", UnitKind::tryParse, "a kind of slice");
  }

  private static List<PciAddress> addresses(JsonObject in, String name) throws WireException {
    return in.values(name, PciAddress::tryParse, "a PCI address");
  }
}
