package ostler.allocator.engine;

import java.util.List;
import java.util.Optional;
import ostler.inventory.AgentKey;
import ostler.inventory.BootId;
import ostler.inventory.HostName;
import ostler.inventory.SignedWipe;
import ostler.inventory.UnitMember;
import ostler.inventory.WipeChain;
import ostler.inventory.WipeOrder;
import ostler.inventory.WipeRecord;

/**
 * Whether a wipe record is the evidence that was asked for. What it proves is another question,
 * which the record's steps answer.
 */
public final class WipeVerdict {

  private WipeVerdict() {}

  /**
   * What a record must agree with.
   *
   * @param members of the unit as they are known now, in order of address
   */
  public record Expected(
      Unit unit, List<Device> members, HostName host, BootId bootId, AgentKey key) {
    public Expected {
      members = List.copyOf(members);
    }
  }

  /** Why a record cannot be of the wipe that was ordered at all; then it changes nothing. */
  public static Optional<Reason> notOrdered(WipeRecord record, Unit unit) {
    Optional<WipeOrder> order = unit.cleaning().order();
    if (order.isEmpty() || !order.get().id().equals(record.wipe())) {
      return reason(
          Code.NOT_ORDERED, "wipe " + record.wipe() + " is not the one that was ordered last");
    }
    if (!record.fence().equals(unit.fence())) {
      return reason(
          Code.STALE_FENCE,
          "wipe " + record.wipe() + " ran under fence " + record.fence() + ", not " + unit.fence());
    }
    return Optional.empty();
  }

  /** Why a record of the ordered wipe is not accepted, empty where it is. */
  public static Optional<Reason> objection(
      SignedWipe signed, WipeRecord record, Expected expected) {
    Optional<WipeChain.Flaw> flaw =
        WipeChain.flaw(signed, expected.unit().cleaning().chainHead(), expected.key());
    if (flaw.isPresent()) {
      return reason(
          flaw.get() == WipeChain.Flaw.NOT_SIGNED ? Code.BAD_SIGNATURE : Code.BROKEN_CHAIN,
          "wipe " + record.wipe() + " is refused: " + flaw.get());
    }
    if (!record.unit().equals(expected.unit().id()) || !record.host().equals(expected.host())) {
      return reason(
          Code.BAD_RECORD,
          "wipe " + record.wipe() + " is of unit " + record.unit() + " on " + record.host());
    }
    if (!record.bootId().equals(expected.bootId())) {
      return reason(Code.REBOOTED, "the host was restarted after wipe " + record.wipe());
    }
    if (!record.previousClaim().equals(expected.unit().lastClaim())) {
      return reason(
          Code.BAD_RECORD, "wipe " + record.wipe() + " names another claim than the last one");
    }
    return identities(record, expected.members());
  }

  private static Optional<Reason> identities(WipeRecord record, List<Device> members) {
    List<UnitMember> wiped = record.members().members();
    boolean same = wiped.size() == members.size();
    for (int i = 0; same && i < wiped.size(); i++) {
      same =
          wiped.get(i).address().equals(members.get(i).address())
              && !wiped.get(i).identity().contradicts(members.get(i).identity());
    }
    return same
        ? Optional.empty()
        : reason(
            Code.IDENTITY_CHANGED,
            "wipe " + record.wipe() + " is of other devices than the unit's own");
  }

  private static Optional<Reason> reason(Code code, String message) {
    return Optional.of(new Reason(code, message));
  }
}
