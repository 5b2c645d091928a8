package ostler.allocator.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import ostler.allocator.engine.Certificate;
import ostler.allocator.engine.Claim;
import ostler.allocator.engine.Device;
import ostler.allocator.engine.Observed;
import ostler.allocator.engine.Quarantine;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.Slice;
import ostler.allocator.engine.Unit;
import ostler.inventory.Fence;
import ostler.inventory.SliceHandle;
import ostler.inventory.SliceTypeName;

/**
 * A unit as operators see it.
 *
 * @param parent what a slice is cut from; null for a whole unit
 * @param handle by what a slice is attached that has no address of its own
 * @param couldHold what more a parent could be cut into; null where its host never said
 */
public record UnitView(
    String id,
    String host,
    String kind,
    String parent,
    String sliceType,
    String handle,
    List<RoomView> couldHold,
    List<MemberView> members,
    String state,
    Instant since,
    boolean available,
    ReasonView why,
    ReasonView cause,
    String presence,
    String health,
    String admin,
    boolean leaving,
    QuarantineView quarantine,
    String level,
    String wipe,
    String claim,
    String project,
    ConsumerView consumer,
    FenceView fence,
    int attempts,
    ObservedView observed) {

  /** One device of a unit. */
  public record MemberView(
      String address,
      String vendor,
      String device,
      @JsonProperty("class") String pciClass,
      String name) {
    static MemberView of(Device device, ModelNames names) {
      return new MemberView(
          device.address().toString(),
          DeviceView.vendor(device.identity().id()),
          DeviceView.product(device.identity().id()),
          device.pciClass().toString(),
          names.of(device.identity().id(), device.pciClass()));
    }
  }

  /** Why a unit is kept from everybody. */
  public record QuarantineView(String code, String reason, String by, Instant at) {
    static QuarantineView of(Quarantine quarantine) {
      return new QuarantineView(
          quarantine.code().name(), quarantine.reason(), quarantine.by(), quarantine.at());
    }
  }

  /** The mark on the newest order. */
  public record FenceView(long epoch, long number) {
    static FenceView of(Fence fence) {
      return new FenceView(fence.epoch(), fence.number());
    }
  }

  /** What the host last said. */
  public record ObservedView(
      FenceView fence,
      String phase,
      boolean bound,
      boolean guarded,
      List<HolderView> holders,
      boolean holdersKnown,
      ProblemView problem) {

    /** Who holds a unit. */
    public record HolderView(String kind, String id, String name) {}

    /** What the host could not do. */
    public record ProblemView(String code, String message, int attempts) {}

    static ObservedView of(Observed seen) {
      return new ObservedView(
          seen.fence().map(FenceView::of).orElse(null),
          seen.phase().map(Object::toString).orElse(null),
          seen.bound(),
          seen.guarded(),
          seen.holders().stream()
              .map(h -> new HolderView(h.kind().toString(), h.id(), h.name()))
              .toList(),
          seen.holdersKnown(),
          seen.problem()
              .map(p -> new ProblemView(p.code(), p.message(), p.attempts()))
              .orElse(null));
    }
  }

  static UnitView of(
      Unit unit,
      List<Device> members,
      Optional<Claim> claim,
      Optional<Reason> why,
      List<RoomView> couldHold,
      ModelNames names) {
    Optional<Certificate> certificate = unit.cleaning().certificate();
    return new UnitView(
        unit.id().toString(),
        unit.host().value(),
        unit.kind().toString(),
        unit.slice().map(slice -> slice.parent().toString()).orElse(null),
        unit.slice().flatMap(Slice::type).map(SliceTypeName::value).orElse(null),
        unit.observed().handle().map(SliceHandle::value).orElse(null),
        couldHold.isEmpty() ? null : couldHold,
        members.stream().map(device -> MemberView.of(device, names)).toList(),
        unit.state().name(),
        unit.since(),
        why.isEmpty(),
        ReasonView.of(why),
        ReasonView.of(unit.cause()),
        Door.lower(unit.standing().presence()),
        Door.lower(unit.standing().health()),
        Door.lower(unit.standing().admin()),
        unit.standing().leaving(),
        unit.standing().quarantine().map(QuarantineView::of).orElse(null),
        certificate.map(c -> c.level().name()).orElse(null),
        certificate.map(c -> c.wipe().toString()).orElse(null),
        unit.claim().map(Object::toString).orElse(null),
        claim.map(c -> c.project().value()).orElse(null),
        claim.map(c -> ConsumerView.of(c.consumer())).orElse(null),
        FenceView.of(unit.fence()),
        unit.cleaning().attempts(),
        ObservedView.of(unit.observed()));
  }
}
