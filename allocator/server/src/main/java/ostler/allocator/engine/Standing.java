package ostler.allocator.engine;

import java.util.Objects;
import java.util.Optional;

/**
 * The facts that stand beside a unit's state.
 *
 * @param groupWhole whether its members are still exactly the endpoints of one IOMMU group
 * @param adminReason what the operator said; empty text where nothing was said
 * @param leaving whether its devices are on their way back to the host
 */
public record Standing(
    Presence presence,
    boolean groupWhole,
    AdminState admin,
    String adminReason,
    Health health,
    Optional<Quarantine> quarantine,
    boolean leaving) {

  /** A unit as it is taken in. */
  public static final Standing NEW =
      new Standing(
          Presence.PRESENT, true, AdminState.ENABLED, "", Health.UNKNOWN, Optional.empty(), false);

  public Standing {
    Objects.requireNonNull(presence);
    Objects.requireNonNull(admin);
    Objects.requireNonNull(adminReason);
    Objects.requireNonNull(health);
    Objects.requireNonNull(quarantine);
  }

  public Standing with(Presence now) {
    return new Standing(now, groupWhole, admin, adminReason, health, quarantine, leaving);
  }

  public Standing withGroupWhole(boolean now) {
    return new Standing(presence, now, admin, adminReason, health, quarantine, leaving);
  }

  public Standing with(AdminState now, String reason) {
    return new Standing(presence, groupWhole, now, reason, health, quarantine, leaving);
  }

  public Standing with(Optional<Quarantine> now) {
    return new Standing(presence, groupWhole, admin, adminReason, health, now, leaving);
  }

  Standing withLeaving(boolean now) {
    return new Standing(presence, groupWhole, admin, adminReason, health, quarantine, now);
  }
}
