package ostler.allocator.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import ostler.flavor.UnitModel;
import ostler.inventory.BootId;
import ostler.inventory.ChainHash;
import ostler.inventory.ClaimId;
import ostler.inventory.Fence;
import ostler.inventory.Holder;
import ostler.inventory.HostName;
import ostler.inventory.ResetChoice;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.UnitPhase;
import ostler.inventory.UnitProblem;
import ostler.inventory.WipeId;
import ostler.inventory.WipeLevel;
import ostler.inventory.WipeOrder;

/** Units in every state, with everything in order, for tests to spoil one thing at a time. */
final class Samples {

  static final HostName HOST = new HostName("gpu-1");
  static final UnitId UNIT = UnitId.parse("00000000-0000-0000-0000-0000000000aa");
  static final ClaimId CLAIM = ClaimId.parse("00000000-0000-0000-0000-0000000000cc");
  static final WipeId WIPE = WipeId.parse("00000000-0000-0000-0000-0000000000dd");
  static final BootId BOOT = new BootId(new UUID(0, 1));
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  static final Fence FENCE = new Fence(1, 7);
  static final WipeOrder ORDER =
      new WipeOrder(WIPE, WipeLevel.L3, ResetChoice.AUTO, Optional.empty());
  static final Certificate CERTIFICATE = new Certificate(WIPE, WipeLevel.L3);
  static final Observed RESTING =
      new Observed(
          Optional.of(FENCE),
          Optional.of(UnitPhase.RESTING),
          true,
          true,
          List.of(),
          true,
          Optional.empty());

  static final UnitId PARENT = UnitId.parse("00000000-0000-0000-0000-0000000000bb");
  static final Slice SLICE =
      new Slice(
          UnitKind.MDEV,
          PARENT,
          Optional.of(new SliceTypeName("LAB-4Q")),
          1260,
          OptionalLong.of(4096));
  static final Layout LAYOUT =
      new Layout(
          UnitKind.MDEV,
          List.of(new Layout.Count(new SliceTypeName("LAB-4Q"), 2)),
          0,
          false,
          false,
          WipeLevel.L3);

  private Samples() {}

  /** The same as {@link #in}, of a slice. */
  static Unit slice(UnitState state) {
    return slice(UNIT, SLICE, in(state));
  }

  static Unit slice(UnitId id, Slice slice, Unit like) {
    return new Unit(
        id,
        like.host(),
        like.model(),
        Optional.of(slice),
        like.cut(),
        like.state(),
        like.since(),
        like.generation(),
        like.fence(),
        like.standing(),
        like.cleaning(),
        like.claim(),
        like.lastClaim(),
        like.cause(),
        like.observed());
  }

  /** A MIG instance, which no guard can keep. */
  static Unit instance(UnitState state) {
    return slice(
        UNIT,
        new Slice(
            UnitKind.MIG,
            PARENT,
            Optional.of(new SliceTypeName("1g.5gb")),
            630,
            OptionalLong.of(4864)),
        in(state));
  }

  /** A parent that is cut, and whose host has said so. */
  static Unit parent(Cut cut) {
    Unit like = in(UnitState.SLICED);
    Unit parent =
        new Unit(
            PARENT,
            like.host(),
            like.model(),
            Optional.empty(),
            cut,
            like.state(),
            like.since(),
            like.generation(),
            like.fence(),
            like.standing(),
            like.cleaning(),
            like.claim(),
            like.lastClaim(),
            like.cause(),
            like.observed());
    return parent.with(
        new Observed(
            Optional.of(FENCE),
            Optional.of(UnitPhase.SLICED),
            false,
            false,
            List.of(),
            true,
            Optional.empty()));
  }

  static Unit in(UnitState state) {
    boolean certified = state == UnitState.CLEAN || state.isClaimed();
    return new Unit(
        UNIT,
        HOST,
        UnitModel.parse("1002:5046/0x030000"),
        state,
        NOW.minusSeconds(60),
        3,
        FENCE,
        Standing.NEW,
        new Cleaning(
            state == UnitState.CLEANING ? Optional.of(ORDER) : Optional.empty(),
            certified ? Optional.of(CERTIFICATE) : Optional.empty(),
            0,
            ChainHash.START),
        state.isClaimed() ? Optional.of(CLAIM) : Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        RESTING);
  }

  static Unit leaving(Unit unit) {
    return unit.with(unit.standing().withLeaving(true));
  }

  static Observed heldBy(String domain) {
    return new Observed(
        Optional.of(FENCE),
        Optional.of(UnitPhase.FAILED),
        true,
        false,
        List.of(new Holder(Holder.Kind.DOMAIN, domain, domain)),
        true,
        Optional.empty());
  }

  /** What a host says of a unit that it keeps for a claim which is not the order's. */
  static Observed keptForAnother() {
    return new Observed(
        Optional.of(FENCE),
        Optional.of(UnitPhase.READY),
        true,
        false,
        List.of(),
        true,
        Optional.of(new UnitProblem("PERMITTED", "it is another's", 0)));
  }

  static Observed seen(boolean bound, boolean guarded, boolean holdersKnown) {
    return new Observed(
        Optional.of(FENCE),
        Optional.of(UnitPhase.RESTING),
        bound,
        guarded,
        List.of(),
        holdersKnown,
        Optional.empty());
  }

  /** Everything that any event may need. */
  static Particulars particulars() {
    return Particulars.at(NOW, () -> new Fence(1, 8))
        .because(Code.OPERATOR, "a test says so")
        .with(ORDER)
        .with(CERTIFICATE)
        .with(new ClaimId(new UUID(0, 0xee)))
        .with(LAYOUT)
        .in(Optional.of(BOOT));
  }
}
